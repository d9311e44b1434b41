"""What a change breaks that shapes ask for; what was wrong before is nobody's fault now.

Only what the change can make a difference to is checked, and as far as can be told from the shapes
only what they look at is read. Shapes that may look at anything, such as those with a query, are
checked on all their focus nodes, with all there is.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import PREFIXES
from si_graph.validate.report import INFO, WARNING, make_report
from si_graph.validate.shacl.changes import Sight
from si_graph.validate.shacl.engines import engine
from si_graph.validate.shacl.expectations import with_expectations
from si_graph.validate.shacl.targets import (
    NODE,
    OBJECTS,
    SUBJECTS,
    TARGET_CLASS,
    restricted,
    targets_of,
)
from si_graph.validate.shacl.well_formed import require_well_formed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pyoxigraph import Quad, Triple
    from pyoxigraph import Store as Oxigraph

    from si_graph.validate.report import Report, Result, Term
    from si_graph.validate.shacl.changes import Step, Walk
    from si_graph.validate.shacl.targets import Focus

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SUBCLASS = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_LESSER = (WARNING, INFO)


class Content:
    """What is in a store; all of it is read at most once."""

    def __init__(self, store: Oxigraph) -> None:
        self.store = store

    @cached_property
    def quads(self) -> list[Quad]:
        """All quads."""
        return list(self.store)

    def follow(self, added: Collection[Quad], removed: Collection[Quad]) -> None:
        """Take note of what came and went in the store."""
        if "quads" in self.__dict__:
            self.quads = [*(quad for quad in self.quads if quad not in removed), *added]


class View(NamedTuple):
    """The graphs of a store that shapes look at, merged.

    Attributes:
        content: What is in the store.
        hidden: The graphs that they do not look at.
    """

    content: Content
    hidden: frozenset[NamedNode]

    def everything(self) -> Iterator[Triple]:
        """Go through all triples; one may come more than once."""
        return (q.triple for q in self.content.quads if q.graph_name not in self.hidden)

    def triples(
        self, subject: Term | None, predicate: NamedNode | None, value: Term | None
    ) -> Iterator[Triple]:
        """Go through the triples of a pattern; one may come more than once."""
        if not isinstance(subject, Literal):
            found = self.content.store.quads_for_pattern(subject, predicate, value)
            yield from (quad.triple for quad in found if quad.graph_name not in self.hidden)

    def step(self, node: Term, step: Step) -> Iterator[tuple[Triple, Term]]:
        """Go through the triples that a step from a node leads over, and where each leads to."""
        name, forward = step
        if forward:
            for triple in self.triples(node, name, None):
                yield triple, triple.object  # type: ignore[misc]  # no triples about triples
        else:
            for triple in self.triples(None, name, node):
                yield triple, triple.subject  # type: ignore[misc]


def new_violations(
    shapes: Sequence[Triple], before: View, after: View, changed: Iterable[Triple]
) -> Report | None:
    """Return what does not conform to shapes after a change of the data and did before.

    Args:
        shapes: The shapes, which are the same before and after.
        before: The data before the change.
        after: The data after it.
        changed: The triples that came or went.

    Returns:
        A report with violations only, or None where there are none.
    """
    check = _Check(shapes, before, after)
    chosen = check.chosen(list(changed))
    if not chosen:
        return None
    found = check.report(after, chosen)
    past = check.report(before, check.known(chosen)) if _violations(found) else found
    return _difference(found, past, shapes)


def new_violations_of(
    shapes: Sequence[Triple], before: View, old_shapes: Sequence[Triple], after: View
) -> Report | None:
    """Return what does not conform after a change of the shapes and did before.

    Args:
        shapes: The shapes after the change.
        before: The data before the change.
        old_shapes: The shapes before the change.
        after: The data after it.

    Raises:
        InputError: The shapes are ill-formed.
    """
    require_well_formed(shapes)
    found = engine().validate(after.everything(), shapes)
    past = found
    if _violations(found):
        past = engine().validate(before.everything(), old_shapes)
    return _difference(found, past, shapes)


def _difference(found: Report, past: Report, shapes: Sequence[Triple]) -> Report | None:
    violations = _violations(found)
    if not violations:
        return None
    known = {_told(result) for result in _violations(past)}
    new = [result for result in violations if _told(result) not in known]
    report = make_report(new, found.engine, found.notes)
    return with_expectations(report, shapes) if new else None


def _violations(report: Report) -> list[Result]:
    return [result for result in report.results if result.severity not in _LESSER]


class _Check:
    """One check of a change."""

    def __init__(self, shapes: Sequence[Triple], before: View, after: View) -> None:
        self._shapes = shapes
        self._before, self._after = before, after
        self._targets: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for shape, kind, value in targets_of(shapes):
            self._targets[shape].append((kind, value))
        sight = Sight(shapes)
        self._walks = {shape: sight.walks(shape) for shape in self._targets}
        self._classes: dict[tuple[Term, bool], set[Term]] = {}

    def chosen(self, changed: Sequence[Triple]) -> Focus:
        """Return the focus nodes whose verdict the change may alter."""
        if any(triple.predicate == _SUBCLASS for triple in changed):
            found = {shape: self._all_focus_nodes(shape) for shape in self._targets}
        else:
            found = {shape: self._touched(shape, changed) for shape in self._targets}
        return {shape: nodes for shape, nodes in found.items() if nodes}

    def known(self, chosen: Focus) -> Focus:
        """Return those of some focus nodes that were there before the change."""
        return {
            shape: {node for node in nodes if self._is_focus_node(self._before, shape, node)}
            for shape, nodes in chosen.items()
        }

    def report(self, view: View, chosen: Focus) -> Report:
        """Check some focus nodes."""
        # A shape that is not mentioned would keep its targets.
        focus = {shape: chosen.get(shape, set()) for shape in self._targets}
        use, markers = restricted(self._shapes, focus)
        return engine().validate([*self._data(view, chosen), *markers], use)

    def _touched(self, shape: Term, changed: Sequence[Triple]) -> set[Term]:
        """Return the focus nodes of a shape whose verdict the change may alter."""
        walks = self._walks[shape]
        if walks is None:
            return self._all_focus_nodes(shape)
        found: set[Term] = set()
        for walk in walks:
            found |= self._starts(walk, changed)
        for triple in changed:
            ends = (triple.subject, triple.object)
            for kind, value in self._targets[shape]:
                if kind == TARGET_CLASS and triple.predicate == _TYPE:
                    found.add(ends[0])  # type: ignore[arg-type]
                elif kind in (SUBJECTS, OBJECTS) and triple.predicate == value:
                    found.add(ends[kind == OBJECTS])  # type: ignore[arg-type]
        return {node for node in found if self._is_focus_node(self._after, shape, node)}

    def _starts(self, walk: Walk, changed: Sequence[Triple]) -> set[Term]:
        """Return from where a walk leads over what has changed."""
        found: set[Term] = set()
        for place, (name, forward) in enumerate(walk):
            nodes: set[Term] = {
                triple.subject if forward else triple.object  # type: ignore[misc]
                for triple in changed
                if name is None or triple.predicate == name
            }
            for name_before, forward_before in reversed(walk[:place]):
                back = (name_before, not forward_before)
                nodes = {
                    start
                    for view in (self._before, self._after)
                    for node in nodes
                    for _, start in view.step(node, back)
                }
            found |= nodes
        return found

    def _is_focus_node(self, view: View, shape: Term, node: Term) -> bool:
        for kind, value in self._targets[shape]:
            if kind == NODE:
                found = node == value
            elif kind == TARGET_CLASS:
                types = {triple.object for triple in view.triples(node, _TYPE, None)}
                found = not types.isdisjoint(self._below(view, value))
            else:
                step = (value, kind == SUBJECTS)
                found = any(True for _ in view.step(node, step))  # type: ignore[arg-type]
            if found:
                return True
        return False

    def _all_focus_nodes(self, shape: Term) -> set[Term]:
        found: set[Term] = set()
        for kind, value in self._targets[shape]:
            if kind == NODE:
                found.add(value)
            elif kind == TARGET_CLASS:
                for one in self._below(self._after, value):
                    triples = self._after.triples(None, _TYPE, one)
                    found.update(triple.subject for triple in triples)  # type: ignore[misc]
            else:
                for triple in self._after.triples(None, value, None):  # type: ignore[arg-type]
                    found.add(triple.subject if kind == SUBJECTS else triple.object)  # type: ignore[arg-type]
        return found

    def _below(self, view: View, name: Term) -> set[Term]:
        """Return a class and all below it."""
        key = (name, view is self._after)
        if key not in self._classes:
            found, waiting = {name}, [name]
            while waiting:
                triples = view.triples(None, _SUBCLASS, waiting.pop())
                new = {triple.subject for triple in triples} - found
                found |= new  # type: ignore[arg-type]
                waiting += new  # type: ignore[arg-type]
            self._classes[key] = found
        return self._classes[key]

    def _data(self, view: View, chosen: Focus) -> Iterable[Triple]:
        """Return what shapes see from focus nodes."""
        if any(self._walks[shape] is None for shape in chosen):
            return view.everything()
        seen = set(view.triples(None, _SUBCLASS, None))
        for shape, nodes in chosen.items():
            for walk in self._walks[shape] or ():
                reached = set(nodes)
                for step in walk:
                    steps = [one for node in reached for one in view.step(node, step)]
                    seen.update(triple for triple, _ in steps)
                    reached = {end for _, end in steps}
        return seen


def _told(result: Result) -> tuple[object, ...]:
    message = tuple(sorted(result.message.items()))
    return result.focus, result.component, result.shape, result.path, result.value, message
