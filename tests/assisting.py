"""Speaks with the assistants' server, by the protocol's own client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from mcp import Client
from mcp.types import CallToolResult, TextContent

COMMAND = [sys.executable, "-m", "si_graph", "mcp"]
AWT = "https://w3id.org/si-graph/id/awt84/"
TOOLS = {"search", "show", "questions", "ask", "explain", "evidence", "sparql"}
T = TypeVar("T")


def talk(server: Any, conversation: Callable[[Client], Awaitable[T]]) -> T:
    """Hold a conversation with a server, over whatever transport."""

    async def held() -> T:
        async with Client(server, read_timeout_seconds=60) as client:
            return await conversation(client)

    return asyncio.run(held())


def call(server: Any, tool: str, **arguments: object) -> CallToolResult:
    """Call one tool."""
    return talk(server, lambda client: client.call_tool(tool, arguments))


def answer(server: Any, tool: str, **arguments: object) -> tuple[str, dict[str, Any]]:
    """Return the text and the data that a tool answers with."""
    result = call(server, tool, **arguments)
    assert not result.is_error, text_of(result)
    assert result.structured_content is not None
    return text_of(result), result.structured_content


def text_of(result: CallToolResult) -> str:
    """Return the text of a result."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text
