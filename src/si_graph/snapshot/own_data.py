"""A user's own files as a graph in memory, with what follows from them if that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Quad

from si_graph.load.files import parse_file, relabel
from si_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import Triple

    from si_graph.reason.protocol import Engine

    Progress = Callable[[str, int, int], None]


class OwnData(NamedTuple):
    """A graph in memory.

    Attributes:
        quads: The quads of the files and those inferred.
        store: The store that holds them.
        rounds: The rounds of those inferred, where there are any and the engine tells.
        warnings: What else the engine found worth telling.
    """

    quads: list[Quad]
    store: EmbeddedStore
    rounds: Mapping[Triple, int] | None
    warnings: tuple[str, ...]


def load_files(
    paths: Sequence[str | Path], engine: Engine | None, progress: Progress | None = None
) -> OwnData:
    """Load RDF files of any syntax.

    Args:
        paths: The files.
        engine: What adds what follows (OWL 2 RL) in `graph:inferred`, if anything. The default
            graph of the store is then the RDF merge of everything; otherwise it is what the files
            put there.
        progress: Is told about each stage.

    Raises:
        InputError: A file is missing or malformed.
        InconsistentError: The statements contradict each other.
    """
    reasoning = ["reasoning"] if engine is not None else []
    stages = [*(f"reading {path}" for path in paths), *reasoning, "indexing"]

    def stage(number: int) -> None:
        if progress is not None:
            progress(stages[number] if number < len(stages) else "", number, len(stages))

    quads: list[Quad] = []
    for number, path in enumerate(paths):
        stage(number)
        # One file may be given twice, and two files may use the same blank node label.
        quads += relabel(parse_file(path), f"d{number + 1}n")
    quads = list(dict.fromkeys(quads))
    merged: set[Quad] = set()
    rounds: Mapping[Triple, int] | None = None
    warnings: tuple[str, ...] = ()
    if engine is not None:
        from si_graph.snapshot.build import infer

        stage(len(paths))
        inferred, rounds, warnings = infer(quads, engine)
        quads += inferred
        merged = {Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
    stage(len(stages) - 1)
    store = EmbeddedStore.from_quads([*quads, *merged])
    stage(len(stages))
    return OwnData(quads, store, rounds, warnings)
