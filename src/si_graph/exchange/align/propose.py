"""Which targets a thing may be mapped to, in order, with reasons.

Every name is compared with the names of the targets in the same language. What agrees in two
languages counts for more, what agrees in one and differs in another for less, and a shared
broader concept adds a little. What is a false friend is never proposed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from si_graph import locations
from si_graph.exchange.align.evidence import Name, Reason, likeness
from si_graph.exchange.align.words import parts, plain, words
from si_graph.load.sssom import read_mappings
from si_graph.namespaces import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.exchange.align.things import Thing

FALSE_FRIENDS = ("ontology", "alignments", "false-friends.sssom.tsv")
LEAST_SCORE = 0.5
"""Below this a proposal is more often wrong than right."""
MOST = 3
"""How many targets are proposed for one thing: what comes after is seldom it."""

_AS_GOOD = 0.25
_SECOND_LANGUAGE = 0.3
_SAME_BROADER = 0.2
_DIFFERS = 0.9
_UNLIKE = 0.3
# A word that so many names share leads nowhere.
_COMMON = 400
_NEAR = 85
_SKOS = PREFIXES["skos"]
_EQUAL = {"name", "synonym", "inflection", "order", "spelling"}


class Proposal(NamedTuple):
    """A mapping that a person may accept; rank 1 is the best for its thing."""

    thing: Thing
    predicate: str
    target: Thing
    score: float
    rank: int
    reasons: list[Reason]


def read_false_friends() -> set[tuple[str, str]]:
    """Return the words, plain, and the targets that they only seem to name."""
    path = Path(locations.root(), *FALSE_FRIENDS)
    return {
        (plain(one.subject.value), one.target.value) for one in read_mappings(path) if one.negated
    }


class Proposer:
    """Proposes mappings to one set of targets, whose names are indexed once.

    Args:
        targets: What may be mapped to; what is deprecated or replaced is left out.
        false_friends: Pairs of a plain word and a target that it never means.
    """

    def __init__(self, targets: Iterable[Thing], false_friends: set[tuple[str, str]]) -> None:
        self._targets = [one for one in targets if not one.is_gone]
        self._false_friends = false_friends
        self._by_iri = {one.iri: one for one in self._targets}
        self._dutch = {
            word
            for one in self._targets
            for text, language in one.names + one.synonyms
            if language == "nl"
            for word in words(text, language)
        }
        self._names: list[list[Name]] = [list(self._named(one)) for one in self._targets]
        self._places: dict[str, set[int]] = defaultdict(set)
        for place, names in enumerate(self._names):
            for name in names:
                for word in {name.plain, *name.parts}:
                    self._places[word].add(place)

    def propose(self, things: Iterable[Thing]) -> Iterator[Proposal]:
        """Yield the proposals for each thing, the best first."""
        for thing in things:
            yield from self._proposals(thing)

    def false_friends_of(self, thing: Thing) -> set[str]:
        """Return the targets that a thing seems to name and does not mean."""
        said = {plain(text) for text, _ in thing.names + thing.synonyms}
        return {iri for word, iri in self._false_friends if word in said and iri in self._by_iri}

    def _proposals(self, thing: Thing) -> Iterator[Proposal]:
        ours = list(self._named(thing))
        refused = self.false_friends_of(thing)
        scored = []
        for place in self._candidates(ours):
            target = self._targets[place]
            if target.iri in refused or target.iri == thing.iri:
                continue
            reasons = self._reasons(thing, ours, place)
            score = _total(reasons)
            if score >= LEAST_SCORE:
                scored.append((score, target, reasons))
        scored.sort(key=lambda one: (-one[0], one[1].iri))
        for rank, (score, target, reasons) in enumerate(scored[:MOST], start=1):
            if score >= scored[0][0] - _AS_GOOD:
                yield Proposal(
                    thing, _predicate(thing, reasons), target, round(score, 2), rank, reasons
                )

    def _named(self, thing: Thing) -> Iterator[Name]:
        for texts, is_synonym in ((thing.names, False), (thing.synonyms, True)):
            for text, language in texts:
                stems = words(text, language)
                split = [
                    part
                    for word in stems
                    for part in (parts(word, self._dutch) if language == "nl" else (word,))
                ]
                if split:
                    yield Name(text, language, is_synonym, plain(text), stems, tuple(split))

    def _candidates(self, ours: list[Name]) -> set[int]:
        """Return the places of the targets that share a word that is not common."""
        found: set[int] = set()
        for name in ours:
            for word in {name.plain, *name.parts}:
                places = self._places.get(word, set())
                if len(places) <= _COMMON:
                    found |= places
            near = extract(name.plain, self._plain, scorer=ratio, score_cutoff=_NEAR, limit=5)
            for text, _, _ in near:
                found |= self._places[text]
        return found

    @cached_property
    def _plain(self) -> list[str]:
        return sorted({name.plain for names in self._names for name in names})

    def _weight(self, word: str) -> float:
        return math.log((1 + len(self._targets)) / (1 + len(self._places.get(word, ())))) + 0.1

    def _reasons(self, thing: Thing, ours: list[Name], place: int) -> list[Reason]:
        """Return the best reason in each language, those against, and a shared broader concept."""
        best: dict[str, Reason] = {}
        unlike: dict[str, Reason] = {}
        for our in ours:
            for their in self._names[place]:
                if our.language and their.language and our.language != their.language:
                    continue
                reason = likeness(our, their, self._weight)
                language = our.language or their.language
                if reason and reason.score > best.get(language, _NONE).score:
                    best[language] = reason
                elif not (our.is_synonym or their.is_synonym):
                    unlike[language] = Reason("differs", 0, language, our.text, their.text)
        reasons = sorted(best.values(), key=lambda one: (-one.score, one.language))
        against = [unlike[one] for one in sorted(unlike) if best.get(one, _NONE).score < _UNLIKE]
        return reasons + (self._broader(thing, place) if reasons else []) + against

    def _broader(self, thing: Thing, place: int) -> list[Reason]:
        ours = {plain(text) for text in thing.broader}
        for iri in self._targets[place].broader:
            above = self._by_iri.get(iri)
            if above and (iri in thing.broader or ours & {plain(text) for text, _ in above.names}):
                return [Reason("broader", 0, theirs=above.label("en"))]
        return []


_NONE = Reason("", 0.0)


def _total(reasons: list[Reason]) -> float:
    """Return how sure the reasons make together, from 0 to 1."""
    names = [one.score for one in reasons if one.kind not in ("broader", "differs")]
    if not names:
        return 0.0
    score = names[0]
    if len(names) > 1:
        score += (1 - score) * _SECOND_LANGUAGE * names[1]
    kinds = [one.kind for one in reasons]
    score *= _DIFFERS ** kinds.count("differs")
    return score + (1 - score) * _SAME_BROADER * kinds.count("broader")


def _predicate(thing: Thing, reasons: list[Reason]) -> str:
    """Return the property that the reasons bear, of SKOS for concepts only."""
    kinds = {one.kind for one in reasons}
    if not thing.is_concept:
        same = reasons[0].kind in ("name", "synonym", "inflection") and "differs" not in kinds
        return PREFIXES["schema"] + "sameAs" if same else PREFIXES["rdfs"] + "seeAlso"
    if reasons[0].kind == "name" and "differs" not in kinds:
        return _SKOS + "exactMatch"
    if reasons[0].kind in _EQUAL:
        return _SKOS + "closeMatch"
    return _SKOS + ("broadMatch" if reasons[0].kind == "head" else "relatedMatch")
