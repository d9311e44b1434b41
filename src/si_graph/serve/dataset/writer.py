"""The one who makes new versions of a dataset: each change is whole, checked, and on the disk."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from traceback import clear_frames
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph

from si_graph.errors import ValidationFailed
from si_graph.serve.dataset.bodies import read_body
from si_graph.serve.dataset.changes import DEFAULT, Changes, in_graph, require_stated
from si_graph.serve.dataset.closure import LiveClosure, TripleChanges, stated_changes
from si_graph.serve.dataset.creation import (
    INFERRED,
    SHAPES,
    as_inferred,
    inferred,
    reasoner,
    writing,
)
from si_graph.serve.dataset.operations import operations
from si_graph.serve.dataset.shapes import Content, View, new_violations, new_violations_of
from si_graph.serve.dataset.updating import apply
from si_graph.store.inspection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from pyoxigraph import Quad, RdfFormat, Triple

    from si_graph.serve.dataset.versions import Dataset, Version

_NO_DATA = frozenset({SHAPES})
_NOT_STATED = frozenset({SHAPES, INFERRED})


class Rules(NamedTuple):
    """What a writer sees to.

    Attributes:
        reason: Whether what follows is kept up to date in `graph:inferred`.
        checks: Whether a change is refused that breaks a shape or contradicts what is stated.
        shapes: Shapes beside those in `graph:shapes`.
        gateway: What the IRIs begin with that `SERVICE` and `LOAD` may call; nothing else is.
    """

    reason: bool = True
    checks: bool = True
    shapes: tuple[Triple, ...] = ()
    gateway: str | None = None


class Written(NamedTuple):
    """What came of writing a graph.

    Attributes:
        version: The version that is current now; a new one if something changed.
        existed: Whether the graph was there before.
    """

    version: Version
    existed: bool


class Writer:
    """Writes to a dataset, alone, for as long as it is open."""

    def __init__(self, dataset: Dataset, rules: Rules | None = None) -> None:
        """Take the dataset's lock, and put right what an earlier writer left behind.

        Raises:
            UsageError: Another one writes.
            SnapshotError: The dataset is damaged.
        """
        self._dataset = dataset
        self._rules = rules or Rules()
        self._closure = LiveClosure()
        self._shapes: list[Triple] | None = None
        with ExitStack() as opened:
            opened.enter_context(dataset.lock())
            opened.callback(self._closure.close)
            dataset.sweep()
            if dataset.reasoner != (reasoner() if self._rules.reason else ""):
                self._derive_anew()
            self._open = opened.pop_all()

    def close(self) -> None:
        """Let others write."""
        self._open.close()

    def update(
        self,
        text: str,
        using_graphs: Sequence[str] = (),
        using_named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> Version:
        """Do a SPARQL 1.1 update, all of it or nothing.

        Args:
            text: The update.
            using_graphs: The graphs that make up the default graph of its conditions.
            using_named_graphs: The named graphs of its conditions.
            base: What relative IRIs are relative to.

        Returns:
            The version that is current now; a new one if something changed.

        Raises:
            QuerySyntaxError: The update does not parse; says where.
            UsageError: It asks for what cannot be done, or is not allowed.
            EndpointError: What it loads cannot be loaded.
            InconsistentError: Statements would contradict each other.
            ValidationFailed: It would break a shape; `report` says where.
            LimitError: It nests too deeply, too much follows, or the disk is full.
        """
        todo = operations(text, base, self._rules.gateway)
        using = None
        if using_graphs or using_named_graphs:
            using = Selection(tuple(using_graphs), tuple(using_named_graphs))

        def change(changes: Changes) -> None:
            for operation in todo:
                apply(changes, operation, using, base)

        return self._write(change)

    def replace_graph(
        self, graph: str | None, body: bytes, rdf_format: RdfFormat, base: str | None = None
    ) -> Written:
        """Put the triples of a body in a graph in place of what is there; see `update`.

        Args:
            graph: The IRI of the graph, or None for the default graph.
            body: The triples.
            rdf_format: The format that they are in.
            base: What relative IRIs are relative to; the graph's own IRI by default.

        Raises:
            InputError: The body is malformed; says where.
        """
        return self._put(graph, read_body(body, rdf_format, base or graph), replace=True)

    def merge_graph(
        self, graph: str | None, body: bytes, rdf_format: RdfFormat, base: str | None = None
    ) -> Written:
        """Add the triples of a body to a graph, which is made if need be; see `replace_graph`.

        Raises:
            InputError: The body is malformed; says where.
        """
        return self._put(graph, read_body(body, rdf_format, base or graph), replace=False)

    def delete_graph(self, graph: str | None) -> Written:
        """Remove a graph, or all that is in the default graph; see `update`.

        Args:
            graph: The IRI of the graph, or None for the default graph.
        """
        name = NamedNode(graph) if graph else DEFAULT
        existed = True

        def change(changes: Changes) -> None:
            nonlocal existed
            require_stated(name)
            existed = changes.exists(name)
            changes.drop(name)

        return Written(self._write(change), existed)

    def sweep(self, in_use: Collection[int]) -> None:
        """Remove the versions that nobody uses; see `Dataset.sweep`."""
        self._dataset.sweep(in_use)

    def _put(self, graph: str | None, triples: Sequence[Quad], *, replace: bool) -> Written:
        name = NamedNode(graph) if graph else DEFAULT
        existed = True

        def change(changes: Changes) -> None:
            nonlocal existed
            require_stated(name)
            existed = changes.exists(name)
            quads = set(in_graph(triples, name))
            if replace:
                changes.remove([quad for quad in changes.quads(name) if quad not in quads])
            changes.create(name)
            changes.add(quads)

        return Written(self._write(change), existed)

    def _write(self, change: Callable[[Changes], None]) -> Version:
        """Make a version out of the current one by a change."""
        current = self._dataset.current()
        number = current.number + 1
        with writing(self._dataset.directory), self._place(number) as place:
            before = Oxigraph.read_only(current.path)
            # Files that do not change are in both versions at once, without being copied.
            before.backup(place)
            changes = Changes(Oxigraph(place))
            change(changes)
            if not changes:
                return current
            self._settle(before, changes)
            changes.store.flush()
            # Only a store that is let go of is closed.
            del changes
            version = self._dataset.publish(place, number)
            self._closure.confirm()
        return version

    @contextmanager
    def _place(self, number: int) -> Iterator[str]:
        place = self._dataset.place_for(number)
        try:
            yield place
        except BaseException as error:
            # What failed would keep its store open for as long as the error is looked at.
            clear_frames(error.__traceback__)
            raise
        finally:
            self._closure.take_back()
            shutil.rmtree(place, ignore_errors=True)

    def _settle(self, before: Oxigraph, changes: Changes) -> None:
        """Check a change, and write what follows from it."""
        stated = stated_changes(changes)
        old, new = Content(before), Content(changes.store)
        shapes_changed = any(q.graph_name == SHAPES for q in (*changes.added, *changes.removed))
        self._check(View(old, _NOT_STATED), View(new, _NOT_STATED), stated, shapes_changed)
        if self._rules.reason:
            self._closure.start(before)
            follows = self._closure.follow(stated, changes.store, checks=self._rules.checks)
            new.follow(*({as_inferred(triple) for triple in triples} for triples in follows))
            every = TripleChanges(stated.added | follows.added, stated.removed | follows.removed)
            self._check(View(old, _NO_DATA), View(new, _NO_DATA), every, shapes_changed)

    def _check(self, old: View, new: View, changed: TripleChanges, shapes_changed: bool) -> None:
        """Refuse a change that breaks shapes."""
        if not self._rules.checks:
            return
        known = self._shapes_of(old.content.store)
        if shapes_changed:
            self._shapes = None
            report = new_violations_of(self._shapes_of(new.content.store), old, known, new)
            # If the change is refused after all, these are not the shapes.
            self._shapes = None
        else:
            report = new_violations(known, old, new, changed.added | changed.removed)
        if report is not None:
            raise ValidationFailed("the change does not conform to the shapes", report)

    def _shapes_of(self, store: Oxigraph) -> list[Triple]:
        if self._shapes is None:
            stated = store.quads_for_pattern(None, None, None, SHAPES)
            self._shapes = [*(quad.triple for quad in stated), *self._rules.shapes]
        return self._shapes

    def _derive_anew(self) -> None:
        """Make a version with what follows by the reasoner of today, or without what follows."""
        current = self._dataset.current()
        number = current.number + 1
        with writing(self._dataset.directory), self._place(number) as place:
            before = Oxigraph.read_only(current.path)
            before.backup(place)
            store = Oxigraph(place)
            store.remove_graph(INFERRED)
            if self._rules.reason:
                with inferred(iter(before), before) as found:
                    store.bulk_extend(found)
            store.flush()
            del store
            by = reasoner() if self._rules.reason else ""
            self._dataset.publish(place, number, by)
