"""Small graphs written as lines, their closures, and proofs sought by brute force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from si_graph.namespaces import expand
from si_graph.reason.explanation.left_out import is_left_out
from si_graph.reason.explanation.matching import Rulebook, derivations
from si_graph.reason.explanation.proof import Proof, Statement
from si_graph.reason.explanation.rounds import Rounds
from si_graph.reason.explanation.search import Explainer
from si_graph.reason.explanation.terms import Triple, statement
from si_graph.reason.explanation.triples import TripleSet

Lines = Iterable[str]


class Closure(TripleSet):
    """A closure, with the rounds that its engine went through."""

    def __init__(self, asserted: Iterable[Triple], derived: Mapping[Triple, int]) -> None:
        super().__init__(derived)
        self._rounds = dict(derived)
        for triple in asserted:
            self.add(triple)
            self._rounds[triple] = 0

    def round(self, triple: Triple) -> int | None:
        return self._rounds.get(triple)


def name(text: str) -> str:
    """Return a name, or a literal as it stands, as N-Triples writes it."""
    if text.startswith(('"', "_:")):
        return text
    return f"<{expand(text) or f'http://example.org/{text}'}>"


def triple(line: str) -> Triple:
    s, p, o = line.split(" ", 2)
    return name(s), name(p), name(o)


def stated(line: str) -> Statement:
    return statement(triple(line))


def listed(head: str, *members: str) -> list[str]:
    """Return the lines of a list; its cells are named after the head."""
    cells = [head, *(f"{head}{place}" for place in range(1, len(members))), "rdf:nil"]
    return [
        line
        for place, member in enumerate(members)
        for line in (
            f"{cells[place]} rdf:first {member}",
            f"{cells[place]} rdf:rest {cells[place + 1]}",
        )
    ]


def closure(lines: Lines) -> Closure:
    """Return the closure of a graph as an engine gives it: without what it leaves out."""
    asserted = set(map(triple, lines))
    rounds = Rounds(asserted).rounds
    return Closure(asserted, {t: n for t, n in rounds.items() if n and not is_left_out(t)})


def explain(lines: Lines, goal: str) -> Proof | None:
    return Explainer(closure(lines)).explain(stated(goal))


def smallest_supports(asserted: Iterable[Triple], goal: Triple) -> Iterator[frozenset[Triple]]:
    """Yield every smallest set of statements that a triple follows from, by trying them all."""
    found: list[frozenset[Triple]] = []
    everything = sorted(asserted)
    for size in range(len(everything) + 1):
        for chosen in map(frozenset, combinations(everything, size)):
            if not any(smaller <= chosen for smaller in found) and goal in Rounds(chosen, goal):
                found.append(chosen)
                yield chosen


def least_depth(asserted: Iterable[Triple], goal: Triple) -> int:
    """Return the least depth of a proof, by working out depths until none gets less."""
    stated_here = set(asserted)
    graph = Rounds(stated_here, goal)
    book = Rulebook(graph)
    ways = {
        one: [instance.premises for instance in derivations(one, book)]
        for one in graph.match(None, None, None)
    }
    depths = dict.fromkeys(ways, 10**6)
    depths.update(dict.fromkeys(stated_here, 0))
    for _, (one, premises) in product(
        range(len(ways)), ((o, w) for o, ws in ways.items() for w in ws)
    ):
        depths[one] = min(depths[one], 1 + max((depths[p] for p in premises), default=0))
    return depths[goal]
