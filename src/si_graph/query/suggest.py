"""Names that come nearest to one that does not exist."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a line that offers the names nearest to a wrong one; empty if none comes near."""
    return did_you_mean(nearest_names(name, names))


def did_you_mean(found: Sequence[str]) -> str:
    """Return a line that offers names; empty if there are none."""
    return "\n  Did you mean " + " or ".join(found) + "?" if found else ""


def nearest_names(name: str, names: Iterable[str]) -> list[str]:
    """Return up to three names that come near to a wrong one, the nearest first."""
    from difflib import get_close_matches

    # Upper and lower case are the commonest difference, and difflib counts it in full.
    originals = {known.casefold(): known for known in names}
    wanted = name.casefold()[:100]
    found = get_close_matches(wanted, originals, n=len(originals) or 1, cutoff=0.6)
    # A name that was typed halfway comes before one that ends in the same way.
    found = sorted(found, key=lambda known: not known.startswith(wanted))[:3]
    return [originals[known] for known in found]
