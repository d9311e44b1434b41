"""Finds things by what they are called: any language, synonyms too, typing errors forgiven."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES, local_name
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
_PASSAGE_COST = 15
# A thing that is only named here, as the term of a thesaurus that a mapping leads to, comes after
# those that are described.
_NAMED_COST = 20
_LEAST_SCORE = 75
_LEAST_OF_ANY = 50
_LEAST_WORD = 65
_LEAST_NEAR = 50
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


class Finder:
    """Finds things of one graph; its labels are read once, as reading takes longer than finding."""

    def __init__(self, store: Store) -> None:
        self._store = store
        properties = " ".join(f"<{iri}>" for iri in _NAMES)
        rows = store.query(
            "SELECT DISTINCT ?x ?property ?label ?isDescribed WHERE { "
            f"VALUES ?property {{ {properties} }} "
            "?x ?property ?label FILTER(isIRI(?x) && isLiteral(?label)) "
            "BIND(EXISTS { ?x a ?class } AS ?isDescribed) }"
        )
        self._labels = [
            (
                row["x"].value,
                row["label"].value,
                _NAMES[row["property"].value]
                + _PASSAGE_COST * (_PASSAGE in row["x"].value)
                + _NAMED_COST * (row["isDescribed"].value == "false"),
            )
            for row in rows  # type: ignore[union-attr]  # a SELECT has rows
        ]
        self._split = {label: _words(label) for _, label, _ in self._labels}
        self._words = sorted({word for words in self._split.values() for word in words})

    def find(self, words: str, lang: str, limit: int = 20) -> list[Hit]:
        """Find things by their labels; see `search`."""
        # A word that is repeated asks for nothing more.
        wanted = list(dict.fromkeys(_words(words[:_LONGEST_QUERY])))
        if not wanted:
            raise UsageError("there is no word to look for")
        best = self._best_labels(wanted)
        first = sorted(best.items(), key=lambda item: (-item[1][0], len(item[1][1]), item[0]))
        iris = [iri for iri, _ in first[:limit]]
        names = labels(self._store, iris, lang)
        classes = kinds(self._store, iris, lang)
        return [
            Hit(
                iri, names.get(iri, matched), ", ".join(classes.get(iri, [])), round(score), matched
            )
            for iri, (score, matched) in first[:limit]
        ]

    def names(self) -> list[tuple[str, str]]:
        """Return all things with what they are called, in any language."""
        return [(iri, label) for iri, label, _ in self._labels]

    def near(self, words: str, limit: int = 5) -> list[str]:
        """Return words of labels that come near what was looked for, for when nothing is found."""
        from rapidfuzz import fuzz, process

        found: dict[str, float] = {}
        for word in _words(words[:_LONGEST_QUERY]):
            for other, score, _ in process.extract(
                word, self._words, scorer=fuzz.ratio, score_cutoff=_LEAST_NEAR, limit=limit
            ):
                found[other] = max(found.get(other, 0.0), score)
        return sorted(found, key=lambda word: (-found[word], word))[:limit]

    def called(self, name: str, limit: int = 5) -> list[str]:
        """Return the things whose local names come near a name."""
        from rapidfuzz import fuzz, process

        names = {iri: local_name(iri).casefold() for iri, _, _ in self._labels}
        found = process.extract(
            name[:_LONGEST_QUERY].casefold(), names, scorer=fuzz.ratio,
            score_cutoff=_LEAST_WORD, limit=limit,
        )  # fmt: skip
        return [iri for _, _, iri in found]

    def _best_labels(self, wanted: list[str]) -> dict[str, tuple[float, str]]:
        """Return the best score of each thing, and the label that earned it."""
        similar = _similar_words(wanted, self._words)
        best: dict[str, tuple[float, str]] = {}
        good: dict[str, tuple[float, str]] = {}
        for iri, label, cost in self._labels:
            found = _score(wanted, self._split[label], similar)
            # A cost only says what comes later.
            for kept, least in ((best, _LEAST_OF_ANY), (good, _LEAST_SCORE)):
                if found >= least and found - cost > kept.get(iri, (0.0, ""))[0]:
                    kept[iri] = (found - cost, label)
        # One word that is found is better than nothing.
        return good or best


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
    return Finder(store).find(words, lang, limit)


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
