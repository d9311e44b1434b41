"""An endpoint, and what is known of it."""

from __future__ import annotations

from typing import NamedTuple


class Endpoint(NamedTuple):
    """A SPARQL endpoint and its limits.

    Attributes:
        url: Its address.
        name: What it is called here, if anything.
        seconds: How long an answer may take; a longer wait before it is not waited for either.
        engine: The program behind it, if that is known.
        rows: How many rows it gives at most, if that is known.
        backoff: How many seconds to wait at least before it is asked again, at first.
        max_age: How many seconds an answer is kept and given again.
    """

    url: str
    name: str = ""
    seconds: float = 60.0
    engine: str = ""
    rows: int = 0
    backoff: float = 1.0
    max_age: float = 0.0

    def __str__(self) -> str:
        """Return what users know it by."""
        return self.name or self.url
