"""An explanation as a Mermaid flow chart: premises above, what follows below."""

from __future__ import annotations

from si_graph.query.explanation.render_text import sentence, told
from si_graph.query.explanation.wording import is_structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.explanation.told import Told
    from si_graph.reason.explanation.proof import Proof

_CLASH = {"nl": "tegenspraak", "en": "contradiction"}


def as_mermaid(explanation: Told) -> str:
    """Return the flow chart of all proofs."""
    lines = ["flowchart TD"]
    names: dict[object, str] = {}
    for proof in explanation.proofs:
        for step in proof.steps():
            if step.rule is None and is_structure(step.conclusion):
                continue
            lines += _node(explanation, step, names)
    return "\n".join(lines) + "\n"


def _node(explanation: Told, step: Proof, names: dict[object, str]) -> list[str]:
    wording = explanation.wording
    key = step.conclusion or id(step)
    if key in names:
        return []
    name = names[key] = f"n{len(names) + 1}"
    if step.conclusion is None:
        text = _CLASH[wording.lang]
    else:
        text = sentence(wording.statement(step.conclusion))
    if step.rule is None and step.conclusion is not None:
        places = [told(origin) for origin in explanation.origins.get(step.conclusion, [])]
        return [f'  {name}["{_escaped("<br/>".join([text, *places]))}"]']
    lines = [f'  {name}("{_escaped(text)}")']
    for premise in step.premises:
        if premise.conclusion in names:
            lines.append(f"  {names[premise.conclusion]} -- {step.rule} --> {name}")
    return lines


def _escaped(text: str) -> str:
    """Return a text in which nothing ends the label or makes markup of it."""
    parts = []
    for part in text.split("<br/>"):
        for sign, code in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
            part = part.replace(sign, code)
        parts.append(part.replace("\n", " ").replace("`", "#96;"))
    return "<br/>".join(parts)
