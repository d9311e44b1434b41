"""Finds things by what they are called: any language, synonyms too, typing errors forgiven."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES
from si_graph.query.labels import kinds, labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.store.protocol import Store

_NAMES = {
    PREFIXES["skos"] + "prefLabel": 0,
    PREFIXES["rdfs"] + "label": 0,
    PREFIXES["skos"] + "altLabel": 1,
    PREFIXES["skos"] + "hiddenLabel": 2,
}
"""The properties searched, and what each costs: a synonym comes after a name."""

# A passage is often named after the thing that it speaks of, which is what people look for.
_PASSAGE = "/passage/"
_PASSAGE_COST = 3
_LEAST_SCORE = 75
_LEAST_OF_ANY = 50
_LEAST_WORD = 65
_PREFIX_SCORE = 93
_INSIDE_SCORE = 86
_SHORTEST_INSIDE = 4
_LONGEST_QUERY = 200
_WORD = re.compile(r"\w+")


class Hit(NamedTuple):
    """One thing found: its label in the user's language, what it is, and how well it fits."""

    iri: str
    label: str
    kind: str
    score: int
    matched: str


def search(store: Store, words: str, lang: str, limit: int = 20) -> list[Hit]:
    """Find things by their labels.

    Args:
        store: The graph.
        words: What is looked for, in Dutch or English or whatever the labels are in.
        lang: The language in which to show what is found.
        limit: How many to return at most.

    Returns:
        The things found, the best first.

    Raises:
        UsageError: There is no word to look for.
    """
    wanted = _words(words[:_LONGEST_QUERY])
    if not wanted:
        raise UsageError("there is no word to look for")
    best = _best_labels(store, wanted)
    first = sorted(best.items(), key=lambda item: (-item[1][0], len(item[1][1]), item[0]))[:limit]
    iris = [iri for iri, _ in first]
    names = labels(store, iris, lang)
    classes = kinds(store, iris, lang)
    return [
        Hit(iri, names.get(iri, matched), ", ".join(classes.get(iri, [])), round(score), matched)
        for iri, (score, matched) in first
    ]


def _best_labels(store: Store, wanted: list[str]) -> dict[str, tuple[float, str]]:
    """Return the best score of each thing, and the label that earned it."""
    properties = " ".join(f"<{iri}>" for iri in _NAMES)
    rows = store.query(
        f"SELECT DISTINCT ?x ?property ?label WHERE {{ VALUES ?property {{ {properties} }} "
        "?x ?property ?label FILTER(isIRI(?x) && isLiteral(?label)) }"
    )
    found = [(row["x"].value, row["label"].value, _NAMES[row["property"].value]) for row in rows]  # type: ignore[union-attr]  # a SELECT has rows
    split = {label: _words(label) for _, label, _ in found}
    similar = _similar_words(wanted, sorted({word for words in split.values() for word in words}))
    best: dict[str, tuple[float, str]] = {}
    for iri, label, cost in found:
        score = _score(wanted, split[label], similar) - cost - _PASSAGE_COST * (_PASSAGE in iri)
        if score >= _LEAST_OF_ANY and score > best.get(iri, (0.0, ""))[0]:
            best[iri] = (score, label)
    good = {iri: one for iri, one in best.items() if one[0] >= _LEAST_SCORE}
    # One word that is found is better than nothing.
    return good or best


def _similar_words(wanted: list[str], known: list[str]) -> dict[str, dict[str, float]]:
    from rapidfuzz import fuzz, process

    similar: dict[str, dict[str, float]] = {}
    for word in wanted:
        scores = {
            other: score
            for other, score, _ in process.extract(
                word, known, scorer=fuzz.ratio, score_cutoff=_LEAST_WORD, limit=None
            )
        }
        for other in known:
            # Dutch writes compounds as one word: "innovatie" is in "werkplaatsinnovatie".
            if len(word) >= _SHORTEST_INSIDE and word in other:
                least = _PREFIX_SCORE if other.startswith(word) else _INSIDE_SCORE
                scores[other] = max(scores.get(other, 0.0), least)
        similar[word] = scores
    return similar


def _score(wanted: list[str], label: list[str], similar: dict[str, dict[str, float]]) -> float:
    """Score a label: how well each wanted word is found in it, less for words beside those."""
    total = sum(
        len(word) * max((similar[word].get(other, 0.0) for other in label), default=0.0)
        for word in wanted
    )
    return total / sum(map(len, wanted)) - min(max(len(label) - len(wanted), 0), 10)


def _words(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))
