"""Proposals as a mapping set (SSSOM/TSV), for a person to go through."""

from __future__ import annotations

import csv
import re

from si_graph import __version__
from si_graph.namespaces import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import TextIO

    from si_graph.exchange.align.propose import Proposal

_COLUMNS = (
    "subject_id", "subject_type", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "mapping_tool", "mapping_tool_version", "mapping_date", "confidence",
    "comment", "ext_rank",
)  # fmt: skip
_HEADER = """\
# mapping_set_id: {set}
# mapping_set_title: "Proposed mappings, for a person to accept"
# license: https://creativecommons.org/licenses/by/4.0/
# extension_definitions:
#   - slot_name: ext_rank
#     property: https://w3id.org/si-graph/ontology/alignments#rank
#     type_hint: http://www.w3.org/2001/XMLSchema#integer
# curie_map:
"""
_SET = "https://w3id.org/si-graph/alignments/proposed"
_LOCAL = re.compile(r"[\w.-]+(?:/[\w.-]+)*")


def write_proposals(proposals: Sequence[Proposal], output: TextIO, lang: str, today: date) -> None:
    """Write proposals as SSSOM/TSV; the comment gives the reasons.

    Args:
        proposals: What is proposed; those for one thing with their ranks.
        output: Where to.
        lang: The language of the names and reasons.
        today: The date of the mappings.
    """
    names = _Names()
    rows = [
        (
            names.short(one.thing.iri) if one.thing.iri else "",
            "" if one.thing.iri else "rdfs literal",
            one.thing.label(lang),
            names.short(one.predicate),
            names.short(one.target.iri),
            one.target.label(lang),
            names.short(PREFIXES["semapv"] + "LexicalMatching"),
            "si-graph align",
            __version__,
            today.isoformat(),
            f"{one.score:.2f}",
            "; ".join(reason.text(lang) for reason in one.reasons),
            str(one.rank),
        )
        for one in proposals
    ]
    output.write(_HEADER.format(set=_SET))
    for prefix, namespace in sorted(names.used.items()):
        output.write(f"#   {prefix}: {namespace}\n")
    table = csv.writer(output, dialect="excel-tab", lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows(rows)


class _Names:
    """Prefixed names, as SSSOM wants them; namespaces without a prefix get one."""

    def __init__(self) -> None:
        self.used: dict[str, str] = {}
        self._own: dict[str, str] = {}

    def short(self, iri: str) -> str:
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
                self.used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._own.setdefault(iri[:cut], f"ns{len(self._own) + 1}")
        self.used[prefix] = iri[:cut]
        return f"{prefix}:{iri[cut:]}"
