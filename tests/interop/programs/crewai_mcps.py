"""A CrewAI crew with CrewAI's own MCP client: a new session for each call, 30 s, three tries."""

import os

from crewai import Agent, Crew, Task
from crewai.mcp import MCPServerHTTP

analyst = Agent(
    role="Analyst",
    goal="Do the task",
    backstory="Brief.",
    llm="gpt-4.1",
    mcps=[MCPServerHTTP(url=os.environ["LUMOJIT_MCP_URL"])],
)
task = Task(description=os.environ["TASK"], expected_output="What was said.", agent=analyst)
print(Crew(agents=[analyst], tasks=[task]).kickoff())
