"""LumoAuth's SDK, its public surface, against an authority of lumojit. One line for each check: ok or FAIL."""

import base64
import json
import os
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request

from lumoauth import DelegationChain, JITContext, LumoAuth, LumoAuthAgent
from lumoauth.errors import LumoAuthApiError

ACME = os.environ["ACME_URL"]
READ = {"type": "file_access", "actions": ["read"], "identifier": "doc_9982"}
PAY = {"type": "payment", "actions": ["initiate"], "identifier": "inv_204"}

agent = LumoAuthAgent()
failed = 0


def check(name):
    def run(body):
        global failed
        try:
            body()
            print(f"ok {name}", flush=True)
        except BaseException:
            failed += 1
            reason = traceback.format_exc().strip().replace("\n", " / ")
            print(f"FAIL {name}: {reason}", flush=True)

    return run


def told(text):
    """Lets the test know that a person is needed, and for what."""
    print(f"human {text}", flush=True)
    time.sleep(0.5)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def get(token):
    request = urllib.request.Request(
        f"{ACME}/v1/documents/doc_9982", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def raises(status, body):
    try:
        body()
    except LumoAuthApiError as error:
        assert error.status_code == status, f"HTTP {error.status_code} instead of {status}: {error}"
        return error
    raise AssertionError(f"nothing was raised instead of HTTP {status}")


@check("authenticate")
def _():
    assert agent.authenticate()
    assert agent.access_token and agent.token_scopes == ["read:documents"], agent.token_scopes


@check("authenticate with a wrong secret is refused")
def _():
    assert LumoAuthAgent(client_secret="wrong").authenticate() is False


@check("create task, request, token, call, complete: the token dies with the task")
def _():
    jit = JITContext(agent)
    task = jit.create_task(name="Q4 report", task_type="analysis")
    assert task.startswith("task_") and jit.caep_session_id
    answer = jit.request_permission(READ, justification="Reading for the user")
    assert answer["status"] == "approved" and answer["risk_level"] == "low", answer
    token = jit.get_token(answer["request_id"])
    assert claims(token)["task_id"] == task and claims(token)["jit"] is True
    assert jit.call(token, "GET", f"{ACME}/v1/documents/doc_9982").status_code == 200
    assert jit.complete_task() is True and jit.task_id is None
    assert get(token) == 401


@check("complete twice, and without a task, is no error")
def _():
    jit = JITContext(agent)
    assert jit.complete_task() is True
    jit.create_task()
    assert jit.complete_task() is True and jit.complete_task() is True


@check("the context manager completes")
def _():
    with JITContext(agent) as jit:
        jit.create_task(name="with")
        token = jit.get_token(jit.request_permission(READ)["request_id"])
        assert get(token) == 200
    assert get(token) == 401


@check("call_with_escalation")
def _():
    with JITContext(agent) as jit:
        jit.create_task(name="escalates")
        answer = jit.call_with_escalation("GET", f"{ACME}/v1/documents/doc_9982")
        assert answer.status_code == 200, answer.text
        assert os.environ["SECRET"] in answer.text


@check("a person approves while request_permission polls")
def _():
    with JITContext(agent) as jit:
        jit.create_task(name="Pay the invoice")
        told("approve")
        answer = jit.request_permission(PAY, justification="Due today", poll_interval=1)
        assert answer["status"] == "approved" and answer["agent_message"], answer
        token = jit.get_token(answer["request_id"])
        paid = jit.call(token, "POST", f"{ACME}/v1/payments", data={"invoice": "inv_204"})
        assert paid.status_code == 201, paid.text


@check("a person denies while call_with_escalation polls: the 403 comes back")
def _():
    with JITContext(agent) as jit:
        jit.create_task(name="Pay the invoice")
        told("deny")
        answer = jit.call_with_escalation(
            "POST", f"{ACME}/v1/payments", data={"invoice": "inv_204"}
        )
        assert answer.status_code == 403


@check("pending without waiting, listed for approvers, and not for agents")
def _():
    told("wait")
    with JITContext(agent) as jit:
        jit.create_task(name="Listed", on_behalf_of="alice@acme-corp.com")
        asked = jit.request_permission(
            PAY, justification="Due today", wait_for_approval=False
        )
        assert asked["status"] == "pending" and asked["status_url"].startswith("/orgs/"), asked
        assert raises(403, lambda: jit.get_token(asked["request_id"]))
        raises(403, jit.list_pending_requests)
        dana = LumoAuth(
            base_url=agent.base_url,
            org_id=agent.org_id,
            token_provider=lambda: os.environ["DANA"],
        )
        (listed,) = [
            each for each in dana.jit.pending() if each["request_id"] == asked["request_id"]
        ]
        assert listed["status"] == "pending" and listed["risk_level"] == "critical"
        assert listed["authorization_details"] == [PAY], listed


@check("a request after the task is over is refused")
def _():
    jit = JITContext(agent)
    task = jit.create_task()
    jit.complete_task()
    jit.task_id = task
    raises(400, lambda: jit.request_permission(READ))


@check("a task of nobody's is not found")
def _():
    jit = JITContext(agent)
    jit.task_id = "task_0000000000000000"
    raises(404, lambda: jit.request_permission(READ))


@check("evaluate")
def _():
    with JITContext(agent) as jit:
        task = jit.create_task(name="evaluated")
        told_by_server = jit.evaluate_task(result="completed", notes="all done")
        assert told_by_server["task_id"] == task and told_by_server["active"] is True


@check("delegate_on_behalf_of: task and token are the user's")
def _():
    with JITContext(agent) as jit:
        assert jit.delegate_on_behalf_of(os.environ["ALICE"]) is True
        jit.create_task(name="For Alice")
        token = jit.get_token(jit.request_permission(READ)["request_id"])
        assert claims(token)["sub"] == "usr_alice" and claims(token)["act"], claims(token)
        assert get(token) == 200


@check("delegate_on_behalf_of with a token of nobody's is refused")
def _():
    assert JITContext(agent).delegate_on_behalf_of("not.a.token") is False


@check("DelegationChain: exchange, chain of actors, sub-agent")
def _():
    chain = DelegationChain(agent)
    chain.set_user_token("s1", os.environ["ALICE"])
    token = chain.exchange("s1", scopes=["read:documents"])
    assert DelegationChain.get_subject(token) == "usr_alice"
    assert len(DelegationChain.parse_actor_chain(token)) == 1
    other = LumoAuthAgent(
        client_id=os.environ["SUB_AGENT_ID"], client_secret=os.environ["SUB_AGENT_SECRET"]
    )
    assert other.authenticate()
    nested = chain.delegate_to_sub_agent("s1", other.access_token)
    assert len(DelegationChain.parse_actor_chain(nested)) == 2, claims(nested)


@check("tasks of parallel threads")
def _():
    wrong = []

    def one(number):
        try:
            with JITContext(agent) as jit:
                jit.create_task(name=f"thread {number}")
                answer = jit.call_with_escalation("GET", f"{ACME}/v1/documents/doc_{number}")
                assert answer.status_code == 200, answer.text
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong, wrong


sys.exit(1 if failed else 0)
