"""What follows from a dataset, kept up to date as it changes."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason.rules_engine import RulesEngine
from si_graph.serve.dataset.creation import as_inferred, inconsistent, is_reasoned_over

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyoxigraph import Store as Oxigraph
    from pyoxigraph import Triple

    from si_graph.reason.protocol import Inconsistency
    from si_graph.reason.rules_engine import OpenClosure
    from si_graph.serve.dataset.changes import Changes


class TripleChanges(NamedTuple):
    """What changes of quads come to for triples, which may stand in several graphs.

    Attributes:
        added: The triples that are stated now and were not.
        removed: The triples that were stated and are not now.
    """

    added: frozenset[Triple]
    removed: frozenset[Triple]


def stated_changes(changes: Changes) -> TripleChanges:
    """Return what changed among the triples that rules and shapes look at."""
    added = {quad for quad in changes.added if is_reasoned_over(quad)}
    removed = {quad for quad in changes.removed if is_reasoned_over(quad)}
    others: dict[Triple, bool] = {}
    for triple in {quad.triple for quad in added | removed}:
        found = changes.store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        others[triple] = any(quad not in added and is_reasoned_over(quad) for quad in found)
    # What stands in a graph that has not changed was stated before, and is now.
    before, after = (
        {quad.triple for quad in quads if not others[quad.triple]} for quads in (removed, added)
    )
    return TripleChanges(frozenset(after - before), frozenset(before - after))


class LiveClosure:
    """The closure of the stated graph, in step with the dataset.

    It is worked out when it is first needed, and anew after a failure.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._closure: OpenClosure | None = None
        self._clashes: frozenset[Inconsistency] = frozenset()
        self._followed: TripleChanges | None = None

    def start(self, store: Oxigraph) -> None:
        """Work out what follows from what a store states, if that is not known yet."""
        if self._closure is None:
            stated = (quad.triple for quad in iter(store) if is_reasoned_over(quad))
            self._closure = self._open.enter_context(RulesEngine().open(stated))
            self._closure.note()
            self._clashes = frozenset(self._closure.changes().inconsistencies)

    def follow(self, stated: TripleChanges, store: Oxigraph, *, checks: bool) -> TripleChanges:
        """Follow a change, and write to the store what follows now.

        Args:
            stated: What is stated now and is not any more.
            store: The store, in which that is so already.
            checks: Whether to refuse new clashes.

        Returns:
            What follows now and what does not any more.

        Raises:
            InconsistentError: The change makes statements contradict each other.
            LimitError: More follows than there is room for.
            UsageError: A triple has a triple as its object, which OWL does not cover.
        """
        assert self._closure is not None  # noqa: S101 - it is started first
        self._followed = stated
        try:
            self._change(stated.removed, stated.added)
            found = self._closure.changes()
        except BaseException:
            self._fail()
            raise
        clashes = [clash for clash in found.inconsistencies if clash not in self._clashes]
        if clashes and checks:
            raise inconsistent(clashes, store)
        self._clashes = frozenset(found.inconsistencies)
        for triple in found.removed:
            store.remove(as_inferred(triple))
        store.extend(as_inferred(triple) for triple in found.added)
        return TripleChanges(found.added, found.removed)

    def confirm(self) -> None:
        """Stay with the change that was followed last."""
        self._followed = None

    def take_back(self) -> None:
        """Be as before the change that was followed last, unless that was confirmed."""
        stated, self._followed = self._followed, None
        if self._closure is None or stated is None:
            return
        try:
            self._change(stated.added, stated.removed)
            self._clashes = frozenset(self._closure.changes().inconsistencies)
        except BaseException:
            self._fail()
            raise

    def close(self) -> None:
        """Forget what is known."""
        self._closure = self._followed = None
        self._open.close()

    def _change(self, removed: Collection[Triple], added: Collection[Triple]) -> None:
        assert self._closure is not None  # noqa: S101 - it is started first
        # Even nothing takes a while.
        if removed:
            self._closure.remove(removed)
        if added:
            self._closure.add(added)

    def _fail(self) -> None:
        """Forget what is not to be trusted any more; the engine may know a better error."""
        self._closure = self._followed = None
        self._open.__exit__(*sys.exc_info())
