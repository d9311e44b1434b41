"""Content negotiation (RFC 9110, 12.5): by media type and by language, with their weights."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)')
_MOST = 2048
"""Characters of a header that are read: browsers send about 150."""


class _Range(NamedTuple):
    """One range of a header: what it names, its parameters, and its weight."""

    name: str
    parameters: frozenset[tuple[str, str]]
    weight: float


def choose_type(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the media type that suits a client best.

    Args:
        accept: The header `Accept`; None or empty takes anything.
        offers: The types there are, the server's favourite first; a parameter such as
            `text/turtle;profile=…` counts only if the range names it.

    Returns:
        One of the offers, the first of those that weigh most, or None if none is acceptable.
    """
    return _best((accept or "")[:_MOST], tuple(offers), _type_fit)


def choose_language(accept_language: str | None, offers: Sequence[str]) -> str | None:
    """Return the language that suits a client best (RFC 4647, basic filtering); None for none."""
    return _best((accept_language or "")[:_MOST], tuple(offers), _language_fit)


@lru_cache(maxsize=1024)
def _best(header: str, offers: tuple[str, ...], fit: Callable[[str, _Range], int]) -> str | None:
    ranges = _ranges(header)
    if not ranges:
        return offers[0]
    weights = {offer: _weight(offer, ranges, fit) for offer in offers}
    best = max(weights.values())
    return next((offer for offer in offers if weights[offer] == best), None) if best > 0 else None


def _weight(offer: str, ranges: list[_Range], fit: Callable[[str, _Range], int]) -> float:
    """Return the weight of the most specific range that fits, as RFC 9110 asks; 0 if none does."""
    fits = [(fit(offer, one), one.weight) for one in ranges]
    return max((pair for pair in fits if pair[0]), default=(0, 0.0))[1]


def _type_fit(offer: str, one: _Range) -> int:
    """Tell how specifically a range names a type: 0 not at all, then */*, text/*, and in full."""
    offered, semicolon, parameters = offer.partition(";")
    if one.name == "*/*":
        return 1
    if one.name.endswith("/*"):
        return 2 if offered.startswith(one.name[:-1]) else 0
    if one.name != offered:
        return 0
    named = {pair for pair in one.parameters if pair[0] != "charset"}
    return 3 + len(named) if named <= _parameters(semicolon + parameters) else 0


def _language_fit(offer: str, one: _Range) -> int:
    if one.name == "*":
        return 1
    # A Dutch page suits someone from Belgium, nl-BE, too, though less than one of that name.
    if one.name == offer:
        return 3
    return 2 if one.name.startswith(offer + "-") else 0


def _ranges(header: str) -> list[_Range]:
    """Read a header; ranges that are malformed are passed over."""
    ranges = []
    for part in _PART.findall(header):
        name, semicolon, rest = part.strip().partition(";")
        parameters = dict(_parameters(semicolon + rest))
        weight = parameters.pop("q", "1")
        if name and _WEIGHT.fullmatch(weight):
            ranges.append(
                _Range(name.strip().lower(), frozenset(parameters.items()), float(weight))
            )
    return ranges


def _parameters(text: str) -> set[tuple[str, str]]:
    return {(name.lower(), value.strip('"')) for name, value in _PARAMETER.findall(text)}
