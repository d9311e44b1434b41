"""Cross-origin requests (CORS): anyone's web page may read open data, and none may change them.

A script elsewhere gets no leave to send `Authorization`: the token belongs to programs of those
who keep the data, and a page that has got hold of it shall not be able to use it from a browser.
No cookies are in play, so that one constant answer fits all and can be kept by caches.
"""

from __future__ import annotations

from starlette.responses import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TOLD = ("Content-Language", "Content-Location", "Content-Profile", "ETag", "Link", "Location")
READABLE = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        ", ".join([*_TOLD, "Retry-After", "SI-Graph-Limit"]).encode(),
    ),
]
"""The headers that let scripts of other sites read an answer."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Accept-Profile, Content-Type, "
    "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class CrossOrigin:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what browsers ask beforehand, and let them read every other answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *READABLE]
            await send(message)

        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send_readable)
            return
        await self._app(scope, receive, send_readable)


def _is_preflight(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])
