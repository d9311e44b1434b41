"""Names that come nearest to one that does not exist."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a line that offers the names nearest to a wrong one; empty if none comes near."""
    from difflib import get_close_matches

    # Upper and lower case are the commonest difference, and difflib counts it in full.
    originals = {known.casefold(): known for known in names}
    wanted = name.casefold()[:100]
    found = get_close_matches(wanted, originals, n=len(originals) or 1, cutoff=0.6)
    if not found:
        return ""
    # A name that was typed halfway comes before one that ends in the same way.
    found = sorted(found, key=lambda known: not known.startswith(wanted))[:3]
    return "\n  Did you mean " + " or ".join(originals[known] for known in found) + "?"
