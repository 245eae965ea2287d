"""A CrewAI crew whose tools come from a lumojit gateway. Usage: python agent.py [TASK]"""

import os
import sys

from crewai import Agent, Crew, Task
from crewai_tools import MCPServerAdapter

TASK = "Fetch document doc_9982, analyze its contents, and write a concise analysis report."
GATEWAY = {"url": os.environ["LUMOJIT_MCP_URL"], "transport": "streamable-http"}

with MCPServerAdapter(GATEWAY) as tools:
    analyst = Agent(
        role="Senior Analyst",
        goal="Retrieve and analyze confidential documents, then produce a report",
        backstory=(
            "You are a senior analyst with access to protected company systems. "
            "If a tool says that approval is pending, call it again with the same arguments."
        ),
        llm=os.environ.get("MODEL", "gpt-4.1"),
        tools=tools,
    )
    analysis = Task(
        description=sys.argv[1] if len(sys.argv) > 1 else TASK,
        expected_output="Confirmation that the analysis report was saved.",
        agent=analyst,
    )
    print(Crew(agents=[analyst], tasks=[analysis]).kickoff())
