"""An ADK agent whose tools come from a gateway."""

import asyncio
import os

from google.adk.agents import Agent
from google.adk.runners import InMemoryRunner
from google.adk.tools.mcp_tool import McpToolset, StreamableHTTPConnectionParams
from google.genai import types


async def main():
    toolset = McpToolset(
        connection_params=StreamableHTTPConnectionParams(url=os.environ["LUMOJIT_MCP_URL"])
    )
    agent = Agent(
        name="analyst", model="gemini-2.0-flash", instruction="Be brief.", tools=[toolset]
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
    await toolset.close()


asyncio.run(main())
