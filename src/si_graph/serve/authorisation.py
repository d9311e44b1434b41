"""Who may change the data: whoever sends the token (RFC 6750)."""

from __future__ import annotations

import os
import stat
import sys
from hmac import compare_digest

from si_graph.errors import InputError
from si_graph.serve.problems import Problem, ProblemError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request

_SHORTEST = 16


def read_token(path: str) -> str:
    """Return the token in a file; say so if others can read that.

    Raises:
        InputError: The file cannot be read, or what it holds is no good token.
    """
    try:
        with open(path, encoding="ascii") as stream:
            token = stream.read(1000).strip()
            rights = os.fstat(stream.fileno()).st_mode
    except OSError as error:
        raise InputError(f"the token cannot be read ({error.strerror})", path) from None
    except UnicodeDecodeError:
        raise InputError("a token has only letters, digits and signs of ASCII", path) from None
    if len(token) < _SHORTEST or len(token.split()) != 1:
        raise InputError(
            f"a token is one word of at least {_SHORTEST} characters",
            path,
            hint="`openssl rand -hex 32` makes a good one.",
        )
    if stat.S_IMODE(rights) & (stat.S_IRGRP | stat.S_IROTH):
        print(
            f"si-graph: {path}: other users can read the token; `chmod 600` keeps it yours",
            file=sys.stderr,
        )
    return token


def require_writer(request: Request, token: str | None) -> None:
    """Refuse a request to change the data from anyone who does not send the token.

    Args:
        request: The request.
        token: The token; None where nothing can be changed.

    Raises:
        ProblemError: It may not (401), or nobody may (403).
    """
    if token is None:
        detail = "The data cannot be changed here: the server was not started with --writable."
        raise ProblemError(Problem(403, "read-only", "This server only reads", detail))
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # The comparison takes as long for a wrong token as for a nearly right one.
    if scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode()):
        return
    error = ', error="invalid_token"' if scheme else ""
    challenge = {"WWW-Authenticate": f'Bearer realm="si-graph"{error}'}
    detail = "Changes need the header `Authorization: Bearer …` with this server's token."
    raise ProblemError(
        Problem(401, "token", "The token is missing or wrong", detail, {}, challenge)
    )
