"""An explanation as JSON."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.query.explanation.told import Told
    from si_graph.reason.explanation.proof import Proof, Statement, Term


def as_json(explanation: Told) -> str:
    """Return the explanation as JSON."""
    return json.dumps(as_data(explanation), ensure_ascii=False, indent=2) + "\n"


def as_data(explanation: Told) -> dict[str, Any]:
    """Return the explanation as plain data; terms are written as in N-Triples."""
    wording = explanation.wording
    stated = explanation.statement
    return {
        "statement": None if stated is None else _statement(explanation, stated),
        "holds": bool(explanation.proofs),
        "complete": explanation.is_complete,
        "proofs": [_steps(explanation, proof) for proof in explanation.proofs],
        "missing": [
            {
                "rule": one.rule,
                "premise": dict(zip("spo", map(_text, one.premise), strict=True)),
                "sentence": wording.statement(one.premise),
                "holds": [_statement(explanation, held) for held in one.holds],
            }
            for one in explanation.missing
        ],
    }


def _steps(explanation: Told, proof: Proof) -> list[dict[str, Any]]:
    """Return the steps of a proof, each after its premises; the last is what is proved."""
    numbers: dict[int, int] = {}
    steps = []
    for number, step in enumerate(proof.steps(), start=1):
        numbers[id(step)] = number
        conclusion = step.conclusion
        entry: dict[str, Any] = {
            "step": number,
            "conclusion": None if conclusion is None else _statement(explanation, conclusion),
            "rule": step.rule,
            "premises": [numbers[id(premise)] for premise in step.premises],
        }
        if step.rule is not None:
            entry["sentence"] = explanation.wording.step(step.rule, step.bindings)
            entry["bindings"] = {name: _text(term) for name, term in step.bindings.items()}
        elif conclusion is not None:
            entry["origins"] = [
                {
                    **origin._asdict(),
                    "passage": origin.passage._asdict() if origin.passage else None,
                }
                for origin in explanation.origins.get(conclusion, [])
            ]
        steps.append(entry)
    return steps


def _statement(explanation: Told, stated: Statement) -> dict[str, str | None]:
    parts = dict(zip("spo", map(_text, stated), strict=True))
    return {**parts, "sentence": explanation.wording.statement(stated)}


def _text(term: Term | None) -> str | None:
    return None if term is None else str(term)
