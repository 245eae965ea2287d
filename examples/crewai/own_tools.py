"""A CrewAI crew with Python tools of its own; only their base URL is lumojit's. Usage: python own_tools.py [TASK]"""

import os
import sys
from urllib.parse import quote

import requests
from crewai import Agent, Crew, Task
from crewai.tools import tool

# What `lumojit proxy --resource https://api.acme-corp.com` printed.
ACME = os.environ.get("ACME_URL", "https://api.acme-corp.com")
TASK = "Fetch document doc_9982, analyze its contents, and write a concise analysis report."


@tool
def fetch_document(document_id: str) -> str:
    """Fetch a sensitive document from the protected API."""
    return requests.get(f"{ACME}/v1/documents/{quote(document_id, safe='')}", timeout=60).text


@tool
def write_analysis_report(content: str) -> str:
    """Write an analysis report to the protected API."""
    return requests.post(f"{ACME}/v1/reports", json={"content": content}, timeout=60).text


analyst = Agent(
    role="Senior Analyst",
    goal="Retrieve and analyze confidential documents, then produce a report",
    backstory="If a tool says that approval is pending, you call it again unchanged.",
    llm=os.environ.get("MODEL", "gpt-4.1"),
    tools=[fetch_document, write_analysis_report],
)
analysis = Task(
    description=sys.argv[1] if len(sys.argv) > 1 else TASK,
    expected_output="Confirmation that the analysis report was saved.",
    agent=analyst,
)
print(Crew(agents=[analyst], tasks=[analysis]).kickoff())
