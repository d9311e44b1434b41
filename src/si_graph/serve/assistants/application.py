"""The protocol over HTTP (streamable HTTP), for one address of a server."""

from __future__ import annotations

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from mcp.server.mcpserver import MCPServer
    from starlette.types import ASGIApp, Receive, Scope, Send

    from si_graph.serve.assistants.call import Call

PATH = "/mcp"

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_MAX_REQUEST = 10**6


def assistant_application(call: Call, hosts: Collection[str] = ()) -> ASGIApp:
    """Return an application that speaks the protocol at whatever path it is mounted.

    Each request stands alone, so there are no sessions to keep. A web page elsewhere must not
    reach a server on its reader's own machine under a name of its own (DNS rebinding), so only
    requests for known hosts, from pages of these or from no page, are answered.

    Args:
        call: What runs the operations.
        hosts: The names under which the server is known, with the port if it is not the usual
            one; those of the loopback interface are always known.
    """
    known = [pattern for host in _LOOPBACK for pattern in (host, f"{host}:*")] + list(hosts)
    return _Assistants(call, known)


class _Assistants:
    """Is made when it is first asked: the library takes longer to import than all the rest."""

    def __init__(self, call: Call, known: list[str]) -> None:
        self._call = call
        self._known = known
        self._running: asyncio.Task[None] | None = None
        self._server: asyncio.Future[MCPServer[Any]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._server is None:
            self._server = asyncio.get_running_loop().create_future()
            self._running = asyncio.create_task(self._run(self._server))
        server = await asyncio.shield(self._server)
        await server.session_manager.handle_request(scope, receive, send)

    async def _run(self, ready: asyncio.Future[MCPServer[Any]]) -> None:
        """Run the server until the event loop ends."""
        try:
            server = await asyncio.to_thread(_made, self._call, self._known)
            async with server.session_manager.run():
                ready.set_result(server)
                await asyncio.Event().wait()
        except Exception as error:
            ready.set_exception(error)


def _made(call: Call, known: list[str]) -> MCPServer[Any]:
    from mcp.server.transport_security import TransportSecuritySettings

    from si_graph.serve.assistants.tools import assistant_server

    origins = [f"{scheme}://{one}" for scheme in ("http", "https") for one in known]
    server = assistant_server(call)
    server.streamable_http_app(
        json_response=True,
        stateless_http=True,
        max_request_body_size=_MAX_REQUEST,
        transport_security=TransportSecuritySettings(allowed_hosts=known, allowed_origins=origins),
    )
    return server
