"""How alike two names are, and why: the reasons that a proposal gives."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.fuzz import ratio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# How sure each kind of likeness makes, from 0 to 1. What is a synonym on either side makes less.
_SAME, _INFLECTED, _SAME_WORDS, _SPELLING = 1.0, 0.95, 0.9, 0.85
_SYNONYM = 0.95
_HEAD, _HEAD_SHARE = 0.4, 0.35
_SHARED = 0.75
_LEAST_SHARED = 0.4
_LEAST_ALIKE = 0.85

_SENTENCES = {
    "name": {
        "nl": "heet net zo ({language}): {theirs}",
        "en": "has the same name ({language}): {theirs}",
    },
    "synonym": {
        "nl": "naam of synoniem is gelijk ({language}): {theirs}",
        "en": "a name or synonym is the same ({language}): {theirs}",
    },
    "inflection": {
        "nl": "gelijk op de woordvorm na ({language}): {ours} – {theirs}",
        "en": "the same but for its form ({language}): {ours} – {theirs}",
    },
    "order": {
        "nl": "dezelfde woorden ({language}): {ours} – {theirs}",
        "en": "the same words ({language}): {ours} – {theirs}",
    },
    "spelling": {
        "nl": "bijna zo gespeld ({language}): {ours} – {theirs}",
        "en": "spelled almost so ({language}): {ours} – {theirs}",
    },
    "head": {
        "nl": "een soort van ({language}): {ours} – {theirs}",
        "en": "a kind of it ({language}): {ours} – {theirs}",
    },
    "shared": {
        "nl": "deelt woorden ({language}): {ours} – {theirs}",
        "en": "shares words ({language}): {ours} – {theirs}",
    },
    "broader": {
        "nl": "valt ook onder {theirs}",
        "en": "falls under {theirs} as well",
    },
    "differs": {
        "nl": "maar heet anders in {language}: {ours} – {theirs}",
        "en": "but is called otherwise in {language}: {ours} – {theirs}",
    },
}
_ANY_LANGUAGE = {"nl": "zonder taal", "en": "no language"}


class Reason(NamedTuple):
    """One reason for or against a mapping: what it is, and the names that show it."""

    kind: str
    score: float
    language: str = ""
    ours: str = ""
    theirs: str = ""

    def text(self, lang: str) -> str:
        """Return the reason as a sentence."""
        return _SENTENCES[self.kind][lang].format(
            language=self.language or _ANY_LANGUAGE[lang], ours=self.ours, theirs=self.theirs
        )


class Name(NamedTuple):
    """One name of a thing, with what it is compared by."""

    text: str
    language: str
    is_synonym: bool
    plain: str
    words: tuple[str, ...]
    parts: tuple[str, ...]


def likeness(ours: Name, theirs: Name, weight: Callable[[str], float]) -> Reason | None:
    """Return the strongest reason why two names are alike, or None.

    Args:
        ours: A name of what is to be mapped.
        theirs: A name of a target.
        weight: How much a word tells: a rare one more than a common one.
    """
    kind, score = _compare(ours, theirs, weight)
    if not kind:
        return None
    synonyms = ours.is_synonym + theirs.is_synonym
    if synonyms and kind == "name":
        kind = "synonym"
    language = ours.language or theirs.language
    return Reason(kind, score * _SYNONYM**synonyms, language, ours.text, theirs.text)


def _compare(ours: Name, theirs: Name, weight: Callable[[str], float]) -> tuple[str, float]:
    if ours.plain == theirs.plain:
        return "name", _SAME
    if ours.words == theirs.words:
        return "inflection", _INFLECTED
    if set(ours.parts) == set(theirs.parts):
        return "order", _SAME_WORDS
    if alike := _spelled_alike(ours.plain.split(), theirs.plain.split()):
        return "spelling", _SPELLING * alike
    shared = sum(map(weight, set(ours.parts) & set(theirs.parts)))
    # In Dutch and English the last word says what kind of thing it is.
    if theirs.parts and ours.parts[-len(theirs.parts) :] == theirs.parts:
        return "head", _HEAD + _HEAD_SHARE * shared / sum(map(weight, set(ours.parts)))
    share = shared / (sum(map(weight, set(ours.parts) | set(theirs.parts))) or 1)
    return ("shared", _SHARED * share) if share >= _LEAST_SHARED else ("", 0.0)


def _spelled_alike(ours: list[str], theirs: list[str]) -> float:
    """Return how alike the least alike words are, or 0: one other word makes another name."""
    if len(ours) != len(theirs):
        return 0.0
    least = min(ratio(*pair) / 100 for pair in zip(ours, theirs, strict=True))
    return least if least >= _LEAST_ALIKE else 0.0
