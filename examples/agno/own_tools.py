"""An Agno agent with Python tools of its own; only their base URL is lumojit's. Usage: python own_tools.py [TASK]"""

import os
import sys
from urllib.parse import quote

import requests
from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.tools import tool

# What `lumojit proxy --resource https://api.acme-corp.com` printed.
ACME = os.environ.get("ACME_URL", "https://api.acme-corp.com")
TASK = "Fetch document doc_9982 and the financial summary for report FY2024-Q4, then combine them."


def get(path: str) -> str:
    # Longer than the proxy holds a call; what it says then is for the model to read.
    return requests.get(f"{ACME}{path}", timeout=60).text


@tool
def fetch_document(document_id: str) -> str:
    """Fetch a sensitive document from the protected API."""
    return get(f"/v1/documents/{quote(document_id, safe='')}")


@tool
def fetch_financial_summary(report_id: str) -> str:
    """Fetch a financial summary from the protected reporting API."""
    return get(f"/v1/reports/{quote(report_id, safe='')}/summary")


agent = Agent(
    name="Protected Data Analyst",
    model=OpenAIChat(id=os.environ.get("MODEL", "gpt-4.1")),
    tools=[fetch_document, fetch_financial_summary],
    instructions=["If a tool says that approval is pending, call it again unchanged."],
)
agent.print_response(sys.argv[1] if len(sys.argv) > 1 else TASK)
