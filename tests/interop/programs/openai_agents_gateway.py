"""An agent of OpenAI's Agents SDK whose tools come from a gateway."""

import asyncio
import os

from agents import Agent, Runner
from agents.mcp import MCPServerStreamableHttp


async def main():
    options = {}
    if "TIMEOUT_SECONDS" in os.environ:
        options["client_session_timeout_seconds"] = float(os.environ["TIMEOUT_SECONDS"])
    async with MCPServerStreamableHttp(
        params={"url": os.environ["LUMOJIT_MCP_URL"]}, **options
    ) as server:
        agent = Agent(name="Analyst", instructions="Be brief.", mcp_servers=[server])
        result = await Runner.run(agent, os.environ["TASK"], max_turns=40)
        print(result.final_output)


asyncio.run(main())
