"""Profiles: how much is told of a thing (W3C, Content Negotiation by Profile)."""

from __future__ import annotations

import re

from si_graph.namespaces import BASE
from si_graph.serve.problems import Problem, ProblemError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request

PROFILES = {
    "everything": "What is said of a thing and what refers to it, stated and inferred, with the "
    "names of the things in it and the passages that say so. This is what is given by default.",
    "asserted": "The same without what only follows by reasoning.",
    "description": "What is said of a thing itself, stated and inferred: its concise bounded "
    "description.",
}
"""Each profile by its token, with what it holds; the first is the default."""

_NAMES = BASE + "profile/"
_RANGE = re.compile(r'<([^<>"\s]{1,200})>\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$')


def iri(token: str) -> str:
    """Return the IRI of a profile."""
    return _NAMES + token


def choose(request: Request) -> str:
    """Return the token of the profile that a client wants.

    The parameter `profile` takes a token or an IRI, and wins over the header `Accept-Profile`.

    Raises:
        ProblemError: There is no such profile (406).
    """
    asked = request.query_params.get("profile")
    header = request.headers.get("accept-profile", "")
    weights = {asked: 1.0} if asked else _weights(header)
    offered = {one: weights.get(iri(one), weights.get(one, 0.0)) for one in PROFILES}
    best = max(offered, key=lambda one: offered[one])
    if not weights or offered[best] > 0:
        return best
    known = [iri(one) for one in PROFILES]
    detail = f"There are the profiles {', '.join(PROFILES)}."
    raise ProblemError(
        Problem(406, "profile", "There is no such profile", detail, {"available": known})
    )


def description(token: str) -> bytes | None:
    """Return what a profile is, as Turtle (W3C, Profiles Vocabulary); None for an unknown one."""
    told = PROFILES.get(token)
    if told is None:
        return None
    return (
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix prof: <http://www.w3.org/ns/dx/prof/> .\n"
        f"<{iri(token)}> a prof:Profile ;\n"
        f'  prof:hasToken "{token}" ;\n  dcterms:description "{told}"@en .\n'
    ).encode()


def _weights(header: str) -> dict[str | None, float]:
    """Read the header; ranges that are malformed are passed over."""
    found = (_RANGE.match(part.strip()) for part in header[:4096].split(","))
    return {one[1]: float(one[2] or 1) for one in found if one}
