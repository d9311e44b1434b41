"""The rounds in which inferred triples were derived: what explaining needs beside the quads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, parse, serialize

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_rounds(path: str, rounds: Mapping[Triple, int]) -> None:
    """Write rounds to a file: a line for each triple, in N-Triples after its round."""
    triples = list(rounds)
    written = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode().splitlines()
    lines = sorted(
        f"{rounds[triple]}\t{line}\n" for triple, line in zip(triples, written, strict=True)
    )
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(lines)


def read_rounds(path: str) -> dict[Triple, int]:
    """Read what `write_rounds` wrote."""
    with open(path, encoding="utf-8", newline="\n") as stream:
        parted = [line.partition("\t") for line in stream]
    quads = parse("".join(line for _, _, line in parted), format=RdfFormat.N_TRIPLES)
    return {quad.triple: int(number) for quad, (number, _, _) in zip(quads, parted, strict=True)}
