"""What assistants ask, as workers answer it: plain data, and the same in words.

Every outcome is JSON with two members: `text`, which an assistant may quote, and `data`, which
has the shape of the tool's answer (`serve.assistants.answers`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QueryTriples, RdfFormat

from si_graph.namespaces import local_name, shorten
from si_graph.query.bounded import write_solutions, write_triples
from si_graph.query.catalogue import catalogue
from si_graph.query.evaluate import as_written, missing_prefixes
from si_graph.query.explanation.render_json import as_data
from si_graph.query.labels import labels
from si_graph.query.results import Rows
from si_graph.serve.assistants import words
from si_graph.serve.federation.policy import prepare_query
from si_graph.serve.workers.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from si_graph.query.binding import Value
    from si_graph.query.catalogue import NamedQuery
    from si_graph.query.describe import Description, Term
    from si_graph.query.passages import Passage
    from si_graph.query.statements import Statement
    from si_graph.serve.workers.served import Served


def search(served: Served, query: str, lang: str, limit: int) -> Outcome:
    """Find things by what they are called.

    Raises:
        UsageError: There is no word to look for.
    """
    hits = served.graph().search(query, lang=lang, limit=limit)
    found = [
        {"iri": one.iri, "label": one.label, "kind": one.kind, "score": one.score} for one in hits
    ]
    return _outcome(words.hits(hits, lang), {"found": found})


def show(served: Served, thing: str, lang: str, limit: int) -> Outcome:
    """Tell everything about one thing, up to a number of statements in each section.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    found = served.graph().describe(thing, lang=lang)
    sections = {"stated": found.stated, "inferred": found.inferred, "incoming": found.incoming}
    left_out = sum(max(len(statements) - limit, 0) for statements in sections.values())
    shown = {name: statements[:limit] for name, statements in sections.items()}
    data = {
        "iri": found.iri,
        "label": found.label,
        "kinds": found.kinds,
        "definition": found.definition,
        **{
            name: [_statement(found, one, name == "incoming", lang) for one in statements]
            for name, statements in shown.items()
        },
        "evidence": [_passage(one, lang) for one in found.cited.values()],
        "notes": found.notes,
        "left_out": left_out,
    }
    return _outcome(words.description(found, shown.items(), left_out, lang), data)


def questions(served: Served, containing: str, lang: str) -> Outcome:
    """List the questions that can be asked by name, those with some words in them."""
    wanted = containing.casefold().split()
    found = [
        {
            "name": one.name,
            "question": _question(one, lang),
            "needs_inference": one.inference,
            "parameters": [
                {
                    "name": parameter.name,
                    "type": parameter.type,
                    "default": parameter.default,
                    "label": parameter.labels.get(lang, ""),
                }
                for parameter in one.parameters.values()
                if parameter.name != "lang"
            ],
        }
        for one in catalogue()
        if all(word in " ".join(one.question.values()).casefold() for word in wanted)
    ]
    lines = [f"- {one['name']}: {one['question']}" for one in found]
    return _outcome("\n".join(lines) or words.WORDS[lang]["nothing"], {"questions": found})


def ask(served: Served, name: str, parameters: Mapping[str, Value], lang: str) -> Outcome:
    """Answer a named question in sentences.

    Raises:
        UsageError: There is no such question.
        ParameterError: An unknown parameter, or a value that is not of the declared type.
    """
    graph = served.graph()
    found = graph.ask(name, lang=lang, **parameters)
    rows = graph.named(name, **parameters)
    terms = [term for row in rows for term in row.values()] if isinstance(rows, Rows) else []
    iris = [term.value for term in terms if isinstance(term, NamedNode)]
    called = labels(graph.store, iris, lang)
    things = {iri: called.get(iri) or shorten(iri) for iri in dict.fromkeys(iris)}
    data = {
        "name": found.name,
        "question": found.question,
        "answer": found.sentence,
        "things": [{"iri": iri, "label": label} for iri, label in things.items()],
        "evidence": [_passage(one, lang) for one in found.evidence],
    }
    return _outcome(words.answer(found, things), data)


def explain(
    served: Served, subject: str, predicate: str, value: str, lang: str, *, every: bool
) -> Outcome:
    """Tell why a statement holds, or what it lacks.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    found = served.graph().explain(subject, predicate, value, lang=lang, every=every)
    origins = [origin for listed in found.origins.values() for origin in listed]
    cited = {one.passage.iri: one.passage for one in origins if one.passage is not None}
    told = as_data(found)
    data = {
        "statement": told["statement"],
        "holds": told["holds"],
        "stated": any(proof.rule is None for proof in found.proofs),
        "proofs": told["proofs"],
        "missing": told["missing"],
        "evidence": [_passage(one, lang) for one in cited.values()],
    }
    return _outcome(words.explanation(found, [*cited.values()], lang), data)


def evidence(served: Served, thing: str, lang: str) -> Outcome:
    """Return the passages that say anything of a thing, with what they say.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    found = served.graph().describe(thing, lang=lang)
    said: list[tuple[Passage, list[str]]] = [
        (passage, _says(found, passage, lang)) for passage in found.cited.values()
    ]
    data = {
        "iri": found.iri,
        "label": found.label,
        "evidence": [
            {"passage": _passage(passage, lang), "says": sentences} for passage, sentences in said
        ],
    }
    return _outcome(words.evidence(f"{found.label} <{found.iri}>", said, lang), data)


def sparql(served: Served, query: str, limit: int, lang: str, *, inferred: bool) -> Outcome:
    """Answer a SPARQL query, up to a number of rows or triples.

    Raises:
        QuerySyntaxError: The query does not parse; says where.
        UsageError: It asks for what is not allowed.
    """
    declared = missing_prefixes(query)
    with as_written(query, declared):
        whole = prepare_query(declared + query, (), None)
        results = served.graph(asserted=not inferred).store.query(whole)
    said = words.WORDS[lang]
    data: dict[str, Any]
    if isinstance(results, QueryTriples):
        written = write_triples(results, RdfFormat.TURTLE, limit)
        text = written.body.decode()
        data = {"turtle": text}
    else:
        written = write_solutions(results, "json", limit)
        answer = json.loads(written.body)
        if "boolean" in answer:
            text = said["yes" if answer["boolean"] else "no"]
            data = {"boolean": answer["boolean"]}
        else:
            rows = answer["results"]["bindings"]
            data = {"variables": answer["head"]["vars"], "rows": rows}
            text = _table(data["variables"], rows)
    if written.is_cut:
        text += "\n" + said["cut"].format(count=limit)
    return _outcome(text, {**data, "cut": written.is_cut})


def _table(variables: Sequence[str], rows: Sequence[Mapping[str, Mapping[str, str]]]) -> str:
    lines = ["\t".join(variables)]
    for row in rows:
        values = [row[name]["value"] if name in row else "" for name in variables]
        lines.append("\t".join(" ".join(value.split()) for value in values))
    return "\n".join(lines)


def _question(query: NamedQuery, lang: str) -> str:
    """Return a question with the names of its parameters."""
    text = query.question.get(lang) or next(iter(query.question.values()), "")
    for parameter in query.parameters.values():
        text = text.replace(f"{{{parameter.name}}}", f"[{parameter.labels.get(lang, '')}]")
    return text


def _says(found: Description, passage: Passage, lang: str) -> list[str]:
    said = [
        words.in_words(found, one, is_incoming, lang)
        for statements, is_incoming in ((found.stated, False), (found.incoming, True))
        for one in statements
        if passage.iri in one.passages
    ]
    return list(dict.fromkeys(said))


def _statement(
    found: Description, one: Statement, is_incoming: bool, lang: str
) -> dict[str, object]:
    return {
        "property": one.predicate,
        "value": _value(one.term),
        "in_words": words.in_words(found, one, is_incoming, lang),
        "inferred": one.inferred,
        "passages": list(one.passages),
        "others": words.others(one, lang),
    }


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _passage(one: Passage, lang: str) -> dict[str, object]:
    return {
        "iri": one.iri,
        "name": local_name(one.iri),
        "section": one.section,
        "page": one.page,
        "characters": [] if one.start is None else [one.start, one.end],
        "citation": one.citation(lang),
    }


def _outcome(text: str, data: Mapping[str, object]) -> Outcome:
    body = json.dumps({"text": text, "data": data}, ensure_ascii=False)
    return Outcome(body.encode(), "application/json")
