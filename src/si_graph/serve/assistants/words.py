"""The answers in words: short lines that name every thing and every passage by its IRI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode

from si_graph.namespaces import local_name, shorten
from si_graph.query.explanation.origins import graph_name
from si_graph.query.results import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from si_graph.query.answer import Answer
    from si_graph.query.describe import Description, Term
    from si_graph.query.explanation.explanation import Explanation
    from si_graph.query.passages import Passage
    from si_graph.query.search import Hit
    from si_graph.query.statements import Statement

WORDS = {
    "nl": {
        "stated": "Gesteld, met de passages die het zeggen, of wie anders:",
        "inferred": "Afgeleid (volgt uit wat gesteld is; explain zegt waarom):",
        "incoming": "Verwijst hiernaar:",
        "passages": "Passages:",
        "things": "Genoemd:",
        "notes": "Noten van de redactie:",
        "left_out": "Nog {count} uitspraken zijn weggelaten.",
        "nothing": "Niets gevonden.",
        "no_evidence": "Geen passage zegt hier iets over.",
        "here": "dit",
        "cut": "Afgekapt na {count}: er is meer.",
        "yes": "Ja.",
        "no": "Nee.",
    },
    "en": {
        "stated": "Stated, with the passages that say so, or who else does:",
        "inferred": "Inferred (follows from what is stated; explain tells why):",
        "incoming": "Refers to this:",
        "passages": "Passages:",
        "things": "Named:",
        "notes": "Editors' notes:",
        "left_out": "{count} more statements are left out.",
        "nothing": "Nothing was found.",
        "no_evidence": "No passage says anything of this.",
        "here": "this",
        "cut": "Cut off after {count}: there is more.",
        "yes": "Yes.",
        "no": "No.",
    },
}


def hits(found: Sequence[Hit], lang: str) -> str:
    """Return things found, one on a line."""
    lines = [f"- {one.label}{f' ({one.kind})' if one.kind else ''} <{one.iri}>" for one in found]
    return "\n".join(lines) or WORDS[lang]["nothing"]


def description(
    found: Description,
    sections: Iterable[tuple[str, Sequence[Statement]]],
    left_out: int,
    lang: str,
) -> str:
    """Return what is known of a thing.

    Args:
        found: The description.
        sections: The statements to tell, by the name of their section.
        left_out: How many there are beside those.
        lang: The language.
    """
    said = WORDS[lang]
    kinds = f" ({', '.join(found.kinds)})" if found.kinds else ""
    lines = [f"{found.label}{kinds} <{found.iri}>"]
    if found.definition:
        lines.append(found.definition)
    for name, statements in sections:
        told = [f"- {_statement(found, one, name == 'incoming', lang)}" for one in statements]
        lines += ["", said[name], *told] if told else []
    if left_out:
        lines += ["", said["left_out"].format(count=left_out)]
    lines += _passages([*found.cited.values()], lang)
    if found.notes:
        lines += ["", said["notes"], *(f"- {note}" for note in found.notes)]
    return "\n".join(lines)


def in_words(found: Description, one: Statement, is_incoming: bool, lang: str) -> str:
    """Return a statement without IRIs."""
    ends = (found.label, _plain(found, one.term))
    subject, value = reversed(ends) if is_incoming else ends
    return f"{subject} – {found.name(one.predicate)} – {value}"


def others(one: Statement, lang: str) -> list[str]:
    """Return who states something beside the passages."""
    return [graph_name(graph, lang) for graph in one.graphs]


def answer(found: Answer, things: Mapping[str, str]) -> str:
    """Return an answer with its question, the things in it by their IRIs, and its passages."""
    lines = [found.question, found.sentence]
    if things:
        listed = [f"- {label} <{iri}>" for iri, label in things.items()]
        lines += ["", WORDS[found.lang]["things"], *listed]
    return "\n".join([*lines, *_passages(found.evidence, found.lang)])


def explanation(found: Explanation, cited: Sequence[Passage], lang: str) -> str:
    """Return an explanation, and the IRIs of the passages in it."""
    return "\n".join([str(found).rstrip(), *_passages(cited, lang)])


def evidence(label: str, said: Sequence[tuple[Passage, Sequence[str]]], lang: str) -> str:
    """Return passages, each with what it says."""
    lines = [label]
    for passage, sentences in said:
        lines += ["", cited(passage, lang), *(f"- {sentence}" for sentence in sentences)]
    return "\n".join(lines if said else [label, WORDS[lang]["no_evidence"]])


def cited(passage: Passage, lang: str) -> str:
    """Return where a passage stands, with its IRI."""
    return f"{passage.citation(lang)} <{passage.iri}>"


def _passages(passages: Sequence[Passage], lang: str) -> list[str]:
    if not passages:
        return []
    return ["", WORDS[lang]["passages"], *(f"- {cited(one, lang)}" for one in passages)]


def _statement(found: Description, one: Statement, is_incoming: bool, lang: str) -> str:
    value = _plain(found, one.term)
    if isinstance(one.term, NamedNode):
        value += f" <{one.term.value}>"
    name = found.name(one.predicate)
    told = f"{value} – {name} – {WORDS[lang]['here']}" if is_incoming else f"{name}: {value}"
    sources = ", ".join([*map(local_name, one.passages), *others(one, lang)])
    return told + (f" [{sources}]" if sources else "")


def _plain(found: Description, term: Term) -> str:
    if isinstance(term, NamedNode):
        return found.labels.get(term.value) or shorten(term.value)
    if isinstance(term, BlankNode):
        inside = found.nameless.get(term, [])
        return "[" + "; ".join(f"{found.name(p)}: {_plain(found, x)}" for p, x in inside) + "]"
    return text_of(term)
