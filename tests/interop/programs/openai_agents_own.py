"""An agent of OpenAI's Agents SDK with Python tools of its own, behind the proxy."""

import asyncio
import os
from urllib.parse import quote

import requests
from agents import Agent, Runner, function_tool

ACME = os.environ["ACME_URL"]


@function_tool
def fetch_document(document_id: str) -> str:
    """Fetch a document."""
    return requests.get(f"{ACME}/v1/documents/{quote(document_id, safe='')}", timeout=10).text


@function_tool
def pay_invoice(invoice: str) -> str:
    """Pay an invoice."""
    # As impatient programs do: gives up, and says it again.
    for _ in range(20):
        try:
            timeout = float(os.environ.get("TIMEOUT_SECONDS", "10"))
            return requests.post(
                f"{ACME}/v1/payments", json={"invoice": invoice}, timeout=timeout
            ).text
        except requests.Timeout:
            pass
    return "It takes too long."


async def main():
    agent = Agent(name="Analyst", instructions="Be brief.", tools=[fetch_document, pay_invoice])
    result = await Runner.run(agent, os.environ["TASK"], max_turns=40)
    print(result.final_output)


asyncio.run(main())
