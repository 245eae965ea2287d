"""The official MCP client, without any model: calls two tools, each again for as long as it has to wait."""

import asyncio
import os
import re

from mcp import Client, MCPError

WAITS = re.compile(r"APPROVAL_PENDING|approval is pending|has to approve", re.I)
PLAN = [
    ("fetch_document", {"document_id": "doc_9982"}),
    ("pay_invoice", {"body": {"invoice": "inv_204"}}),
]


async def told(client, name, arguments):
    for _ in range(60):
        try:
            result = await client.call_tool(name, arguments)
        except MCPError as error:
            if "time" not in str(error).lower():
                raise
            continue
        text = "".join(getattr(part, "text", "") for part in result.content)
        if not WAITS.search(text):
            return text
        await asyncio.sleep(0.5)
    return "It takes too long."


async def main():
    timeout = os.environ.get("TIMEOUT_SECONDS")
    options = {"read_timeout_seconds": float(timeout)} if timeout else {}
    async with Client(os.environ["LUMOJIT_MCP_URL"], **options) as client:
        offered = [tool.name for tool in (await client.list_tools()).tools]
        assert offered == ["fetch_document", "pay_invoice"], offered
        for name, arguments in PLAN:
            print(await told(client, name, arguments))


asyncio.run(main())
