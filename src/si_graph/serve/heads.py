"""The heads of requests and answers: what all have to have, and what none may."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from random import getrandbits

from si_graph.serve.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import Scope

_HOST = re.compile(
    rb"(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?::\d{0,5})?|\[([0-9A-Fa-f:.]+)\](?::\d{0,5})?"
)
_REQUEST_ID = re.compile(rb"[\w.-]{8,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_PATH = 4096

PROTECTING = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    b"x-frame-options": b"DENY",
    # Open data may be read from anywhere.
    b"cross-origin-resource-policy": b"cross-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Sent with every answer that does not say otherwise itself."""


def number_of(given: bytes) -> str:
    """Return what a request and its answer are called in the logs.

    Args:
        given: What a proxy calls them, in the header `X-Request-ID`; empty if it does not say.
    """
    if _REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{getrandbits(64):016x}"  # only a name: nobody has to be unable to guess it


def is_host(value: bytes) -> bool:
    """Tell whether a header names a host that an IRI can hold (RFC 3986, 3.2.2)."""
    found = _HOST.fullmatch(value)
    if found is None or found[1] is None:
        return found is not None
    try:
        IPv6Address(found[1].decode())
    except ValueError:
        return False
    return True


def refusal_of(scope: Scope) -> Problem | None:
    """Return what is wrong with the address of a request, if anything is."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1 or (not hosts and scope["http_version"] == "1.1"):
        return _bad("The request must name exactly one host.")
    if hosts and not is_host(hosts[0]):
        return _bad("The name of the host is malformed.")
    path: str = scope["path"]
    if not path.startswith("/"):
        return _bad("The path of an address begins with a slash.")
    if len(path) > _LONGEST_PATH:
        return Problem(414, "address", "The address is too long", "No address here is that long.")
    # Bytes that are not UTF-8 have become U+FFFD.
    if _CONTROL.search(path) or "\ufffd" in path:
        return _bad("The path has characters that no address has.")
    # What a path means must not depend on who takes out its dots, a proxy or this server.
    if "\\" in path or {".", ".."} & set(path.split("/")):
        return _bad("The path has parts that no address has.")
    return None


def _bad(detail: str) -> Problem:
    # Who sends such things may disagree with us about where a request ends.
    close = {"Connection": "close"}
    return Problem(400, "address", "The address is malformed", detail, headers=close)
