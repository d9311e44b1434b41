"""An explanation as HTML: escaped, without scripts, nothing loaded; alone or in a site's page."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import shorten
from si_graph.query.explanation.render_text import WORDS, sentence, stop
from si_graph.query.explanation.wording import capitalised, is_structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from si_graph.query.explanation.origins import Origin
    from si_graph.query.explanation.told import Told
    from si_graph.query.explanation.wording import Piece
    from si_graph.reason.explanation.proof import Proof

_STYLE = (
    "body{font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "ul{border-left:1px solid #767676;padding-left:1rem;list-style:none}"
    "cite,small{color:#595959}"
)


class Links(NamedTuple):
    """Where things can be read about; an empty text is no link.

    Attributes:
        thing: Returns the link of a thing by its IRI.
        passage: Returns the link of a passage by its IRI.
        rule: Returns the link of a rule by its name.
    """

    thing: Callable[[str], str]
    passage: Callable[[str], str]
    rule: Callable[[str], str]


ALONE = Links(thing=lambda iri: "", passage=lambda iri: iri, rule=lambda name: "")
"""The links of a page that stands on its own."""


def as_page(explanation: Told) -> str:
    """Return a whole page."""
    title = escape(title_of(explanation))
    return (
        f'<!DOCTYPE html>\n<html lang="{explanation.wording.lang}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n{as_fragment(explanation)}</main>\n</body>\n</html>\n"
    )


def as_fragment(explanation: Told, links: Links = ALONE, heading: str = "h1") -> str:
    """Return the explanation as a part of a page, under a heading of some level."""
    return _Writer(explanation, links).fragment(heading)


def title_of(explanation: Told) -> str:
    """Return what is explained, in a sentence."""
    words = WORDS[explanation.wording.lang]
    if explanation.statement is None:
        return words["clash"] if explanation.proofs else words["consistent"]
    return sentence(explanation.wording.statement(explanation.statement))


class _Writer:
    """Writes one explanation."""

    def __init__(self, explanation: Told, links: Links) -> None:
        self.told = explanation
        self.wording = explanation.wording
        self.words = WORDS[explanation.wording.lang]
        self.links = links

    def fragment(self, heading: str) -> str:
        told, words = self.told, self.words
        parts = [f"<{heading}>{escape(title_of(told))}</{heading}>"]
        if told.statement is not None and not told.proofs:
            parts.append(f"<p>{words['holds_not']}</p>")
            parts += [self.missing(place) for place in range(len(told.missing))]
        count = len(told.proofs)
        for number, proof in enumerate(told.proofs, start=1):
            if count > 1:
                parts.append(f"<h2>{words['proof'].format(number=number, count=count)}</h2>")
            if proof.rule is None:
                parts.append(f"<p>{words['asserted']}</p>")
            parts.append(f'<ul class="proof">\n{self.tree(proof)}</ul>')
        if not told.is_complete:
            parts.append(f"<p>{words['more'].format(count=count)}</p>")
        return "\n".join(parts) + "\n"

    def missing(self, place: int) -> str:
        words = self.words
        one = self.told.missing[place]
        held = "".join(
            f"<li>{self.sentence(self.wording.statement_pieces(stated))}</li>"
            for stated in one.holds
            if not is_structure(stated)
        )
        lacking = self.sentence(self.wording.statement_pieces(one.premise))
        return (
            f"<p>{words['lacks']} <strong>{lacking}</strong></p>\n<p>{words['lacks_rule']}</p>\n"
            f"<ul>{held}</ul>\n<p><small>{self.rule(one.rule)}</small></p>"
        )

    def tree(self, proof: Proof) -> str:
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
            # The heading says already what is proved.
            parts.append(f"<li>{self.step(step, is_again, is_told=step is proof)}")
            premises = [
                premise
                for premise in step.premises
                if not (premise.rule is None and is_structure(premise.conclusion))
            ]
            if premises and not is_again:
                parts.append("\n<ul>\n")
                pending += ["</ul></li>\n", *reversed(premises)]
            else:
                parts.append("</li>\n")
        return "".join(parts)

    def step(self, step: Proof, is_again: bool, is_told: bool) -> str:
        lines = [] if is_told else [f"<strong>{self.conclusion(step)}</strong>"]
        if is_again:
            return f"{lines[0]} <small>({self.words['above']})</small>"
        if step.rule is not None:
            text = self.sentence(self.wording.step_pieces(step.rule, step.bindings))
            lines.append(f"{text} <small>[{self.rule(step.rule)}]</small>")
        elif step.conclusion is not None:
            origins = self.told.origins.get(step.conclusion, [])
            lines += [f"{self.words['source']}: {self.origin(origin)}" for origin in origins]
        return "<br>".join(lines)

    def conclusion(self, step: Proof) -> str:
        if step.conclusion is None:
            return escape(sentence(self.words["clash"]))
        return self.sentence(self.wording.statement_pieces(step.conclusion))

    def sentence(self, pieces: Sequence[Piece]) -> str:
        """Return pieces as a sentence in which each thing is linked."""
        html = ""
        text = ""
        for number, piece in enumerate(pieces):
            text = piece if isinstance(piece, str) else piece.name
            shown = escape(capitalised(text) if number == 0 else text)
            is_thing = not isinstance(piece, str) and isinstance(piece.term, NamedNode)
            href = self.links.thing(piece.term.value) if is_thing else ""  # type: ignore[union-attr]  # see above
            html += _linked(href, shown)
        return html + stop(text)

    def rule(self, name: str) -> str:
        return _linked(self.links.rule(name), escape(name))

    def origin(self, origin: Origin) -> str:
        name = escape(origin.name)
        if origin.passage is not None:
            name = _linked(self.links.passage(origin.passage.iri), name)
        html = f"<cite>{name}</cite>"
        if origin.words:
            html += f" <q>{escape(origin.words)}</q>"
        html += "".join(f" – {escape(note)}" for note in origin.notes)
        for source in origin.sources:
            # Other schemes, such as javascript:, would run where the page is shown.
            if source.startswith(("http://", "https://")):
                html += f" – {_linked(source, escape(shorten(source)))}"
        return html


def _linked(href: str, html: str) -> str:
    return f'<a href="{escape(href)}">{html}</a>' if href else html
