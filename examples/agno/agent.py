"""An Agno agent whose tools come from a lumojit gateway. Usage: python agent.py [TASK]"""

import asyncio
import os
import sys

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.tools.mcp import MCPTools

TASK = (
    "Fetch document doc_9982 and the financial summary for report FY2024-Q4, "
    "then provide a combined executive summary."
)


async def main(task: str) -> None:
    # Longer than the gateway holds a call while a person decides; Agno's own default is 10 s.
    async with MCPTools(
        url=os.environ["LUMOJIT_MCP_URL"],
        transport="streamable-http",
        timeout_seconds=int(os.environ.get("TIMEOUT_SECONDS", "60")),
    ) as tools:
        agent = Agent(
            name="Protected Data Analyst",
            model=OpenAIChat(id=os.environ.get("MODEL", "gpt-4.1")),
            tools=[tools],
            instructions=[
                "You are a senior analyst with access to protected APIs.",
                "If a tool says that approval is pending, call it again with the same arguments.",
            ],
            markdown=True,
        )
        await agent.aprint_response(task)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else TASK))
