"""An explanation as HTML that stands on its own: escaped, without scripts, nothing loaded."""

from __future__ import annotations

from html import escape

from si_graph.namespaces import shorten
from si_graph.query.explanation.render_text import WORDS, sentence
from si_graph.query.explanation.wording import is_structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.explanation.origins import Origin
    from si_graph.query.explanation.told import Told
    from si_graph.reason.explanation.proof import Proof

_STYLE = (
    "body{font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "ul{border-left:1px solid #767676;padding-left:1rem;list-style:none}"
    "cite,small{color:#595959}"
)


def as_page(explanation: Told) -> str:
    """Return a whole page."""
    title = escape(_title(explanation))
    return (
        f'<!DOCTYPE html>\n<html lang="{explanation.wording.lang}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n{as_fragment(explanation)}</main>\n</body>\n</html>\n"
    )


def as_fragment(explanation: Told) -> str:
    """Return the explanation as a part of a page."""
    words = WORDS[explanation.wording.lang]
    parts = [f"<h1>{escape(_title(explanation))}</h1>"]
    if explanation.statement is not None and not explanation.proofs:
        parts.append(f"<p>{words['holds_not']}</p>")
        parts += [_missing(explanation, place) for place in range(len(explanation.missing))]
    count = len(explanation.proofs)
    for number, proof in enumerate(explanation.proofs, start=1):
        if count > 1:
            parts.append(f"<h2>{words['proof'].format(number=number, count=count)}</h2>")
        if proof.rule is None:
            parts.append(f"<p>{words['asserted']}</p>")
        parts.append(f"<ul>\n{_tree(explanation, proof)}</ul>")
    if not explanation.is_complete:
        parts.append(f"<p>{words['more'].format(count=count)}</p>")
    return "\n".join(parts) + "\n"


def _title(explanation: Told) -> str:
    words = WORDS[explanation.wording.lang]
    if explanation.statement is None:
        return words["clash"] if explanation.proofs else words["consistent"]
    return sentence(explanation.wording.statement(explanation.statement))


def _missing(explanation: Told, place: int) -> str:
    words = WORDS[explanation.wording.lang]
    one = explanation.missing[place]
    held = "".join(
        f"<li>{escape(sentence(explanation.wording.statement(stated)))}</li>"
        for stated in one.holds
        if not is_structure(stated)
    )
    lacking = escape(sentence(explanation.wording.statement(one.premise)))
    return (
        f"<p>{words['lacks']} <strong>{lacking}</strong></p>\n"
        f"<p>{words['lacks_rule']}</p>\n<ul>{held}</ul>\n<p><small>{one.rule}</small></p>"
    )


def _tree(explanation: Told, proof: Proof) -> str:
    """Return nested list items; a step that is needed twice is written out once."""
    parts: list[str] = []
    shown: set[int] = set()
    pending: list[Proof | str] = [proof]
    while pending:
        step = pending.pop()
        if isinstance(step, str):
            parts.append(step)
            continue
        is_again = id(step) in shown and step.rule is not None
        shown.add(id(step))
        parts.append(f"<li>{_step(explanation, step, is_again)}")
        premises = [p for p in step.premises if not (p.rule is None and is_structure(p.conclusion))]
        if premises and not is_again:
            parts.append("\n<ul>\n")
            pending += ["</ul></li>\n", *reversed(premises)]
        else:
            parts.append("</li>\n")
    return "".join(parts)


def _step(explanation: Told, step: Proof, is_again: bool) -> str:
    wording = explanation.wording
    words = WORDS[wording.lang]
    told = words["clash"] if step.conclusion is None else wording.statement(step.conclusion)
    html = f"<strong>{escape(sentence(told))}</strong>"
    if is_again:
        return f"{html} <small>({words['above']})</small>"
    if step.rule is not None:
        text = escape(wording.step(step.rule, step.bindings))
        return f"{html}<br>{text} <small>[{step.rule}]</small>"
    if step.conclusion is not None:
        for origin in explanation.origins.get(step.conclusion, []):
            html += f"<br>{words['source']}: {_origin(origin)}"
    return html


def _origin(origin: Origin) -> str:
    name = escape(origin.name)
    if origin.passage is not None:
        name = f'<a href="{escape(origin.passage.iri)}">{name}</a>'
    html = f"<cite>{name}</cite>"
    if origin.words:
        html += f" <q>{escape(origin.words)}</q>"
    html += "".join(f" – {escape(note)}" for note in origin.notes)
    for source in origin.sources:
        # Other schemes, such as javascript:, would run where the page is shown.
        if source.startswith(("http://", "https://")):
            html += f' – <a href="{escape(source)}">{escape(shorten(source))}</a>'
    return html
