"""An ADK agent with Python tools of its own, behind the proxy."""

import asyncio
import os
from urllib.parse import quote

import requests
from google.adk.agents import Agent
from google.adk.runners import InMemoryRunner
from google.genai import types

ACME = os.environ["ACME_URL"]


def fetch_document(document_id: str) -> dict:
    """Fetch a document."""
    answer = requests.get(f"{ACME}/v1/documents/{quote(document_id, safe='')}", timeout=60)
    return {"result": answer.text}


def pay_invoice(invoice: str) -> dict:
    """Pay an invoice."""
    answer = requests.post(f"{ACME}/v1/payments", json={"invoice": invoice}, timeout=60)
    return {"result": answer.text}


async def main():
    agent = Agent(
        name="analyst",
        model="gemini-2.0-flash",
        instruction="Be brief.",
        tools=[fetch_document, pay_invoice],
    )
    runner = InMemoryRunner(agent=agent, app_name="interop")
    session = await runner.session_service.create_session(app_name="interop", user_id="u")
    message = types.Content(role="user", parts=[types.Part(text=os.environ["TASK"])])
    async for event in runner.run_async(
        user_id="u", session_id=session.id, new_message=message
    ):
        if event.is_final_response() and event.content:
            for part in event.content.parts:
                print(part.text)


asyncio.run(main())
