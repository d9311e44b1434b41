"""Tables to import, of which one row in ten is refused."""

from __future__ import annotations

from pathlib import Path

HEAD = "id;title;startDate\n"


def rows(first: int, last: int) -> str:
    """Return rows of a table of projects; one in ten is refused."""
    return "".join(
        f"{n};Pond {n};{'2020-01-01' if n % 10 else 'never'}\n" for n in range(first, last)
    )


def table(path: Path, count: int = 400) -> Path:
    path.write_text(HEAD + rows(0, count), encoding="utf-8")
    return path
