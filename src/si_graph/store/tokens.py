"""The words of a SPARQL query, without what stands in comments.

Enough of the grammar (SPARQL 1.1, 19.8) to find a keyword, a data block or a prefixed name; what a
query means is for the store to say.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DECLARATION = r"\s*PREFIX\s+([\w.-]*):\s*<[^<>\s]*>"
"""A prefix and its IRI as most queries declare them, with what stands before (a pattern)."""

# What a local name may begin with; a dot or a hyphen may follow, and a dot may not end it.
_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[^\w\s])"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\n\r]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|\\.))*\"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*'{{3}}
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<label>_:\w(?:[\w.-]*[\w-])?)
  | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|[.-])*(?:{_LOCAL}|-))?)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>\S)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(query: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a query; `lastgroup` of each names its kind."""
    return (match for match in _TOKEN.finditer(query) if match.lastgroup != "comment")
