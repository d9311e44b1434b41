"""A named question answered in sentences, with the passages that bear the answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph.errors import InputError, UsageError
from si_graph.namespaces import PREFIXES, expand
from si_graph.query.binding import serialise, terms_of
from si_graph.query.evaluate import evaluate_named
from si_graph.query.labels import labels
from si_graph.query.passages import Passage, passages, passages_behind, passages_stating
from si_graph.query.results import Rows, text_of
from si_graph.query.tokens import result_variables, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyoxigraph import BlankNode, Triple

    from si_graph.query.binding import Value
    from si_graph.query.catalogue import NamedQuery
    from si_graph.store.protocol import Store

    Term = NamedNode | BlankNode | Literal | Triple

_AND = {"nl": "en", "en": "and"}
_SOURCE = {"nl": ("Bron", "Bronnen"), "en": ("Source", "Sources")}
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_DATE_TYPES = (PREFIXES["xsd"] + "date", PREFIXES["xsd"] + "gYearMonth")
_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d{2}))?")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_UNKNOWN = "–"
_GAP = "\0"


class Answer(NamedTuple):
    """An answer as people read it; `str()` gives it with its sources.

    Attributes:
        name: The name of the question.
        question: What was asked.
        sentence: The answer.
        rows: What the sentence puts together, one by one.
        evidence: The passages that bear the answer.
        lang: The language of the texts.
    """

    name: str
    question: str
    sentence: str
    rows: list[str]
    evidence: list[Passage]
    lang: str

    @property
    def sources(self) -> str:
        """The passages named, one on a line where there are several; empty without any."""
        citations = [passage.citation(self.lang) for passage in self.evidence]
        one, several = _SOURCE[self.lang]
        if len(citations) == 1:
            return f"{one}: {citations[0]}"
        return "\n  ".join([f"{several}:", *citations]) if citations else ""

    def __str__(self) -> str:
        return "\n".join(part for part in (self.sentence, self.sources) if part)


def answer(store: Store, query: NamedQuery, values: Mapping[str, Value], lang: str) -> Answer:
    """Answer a named question in a sentence.

    Args:
        store: The graph.
        query: The question.
        values: Values by parameter; the others keep their defaults.
        lang: The language to answer in, `nl` or `en`.

    Raises:
        UsageError: The query has no sentence to answer in.
        ParameterError: An unknown parameter, or a value that is not of the declared type.
    """
    if lang not in query.answer or lang not in query.row:
        raise UsageError(
            f"{query.name} has no sentence to answer in\n"
            f"  si-graph query {query.name} gives its rows."
        )
    values = dict(values)
    if "lang" in query.parameters:
        values.setdefault("lang", lang)
    rows = evaluate_named(store, query, values)
    if not isinstance(rows, Rows):
        raise UsageError(f"{query.name} does not select rows, so it has no sentence")
    parameters: dict[str, Sequence[Term]] = {
        name: terms_of(query, name, values.get(name, parameter.default), store)
        for name, parameter in query.parameters.items()
    }
    return _Writer(store, query, lang, rows.bindings, parameters).answer()


class _Writer:
    """Turns rows into an answer."""

    def __init__(
        self,
        store: Store,
        query: NamedQuery,
        lang: str,
        rows: list[dict[str, Term]],
        parameters: dict[str, Sequence[Term]],
    ) -> None:
        self.store = store
        self.query = query
        self.lang = lang
        self.rows = rows
        self.parameters = parameters
        self.columns = result_variables(query.text)
        terms = [term for row in rows for term in row.values()]
        terms += [term for listed in parameters.values() for term in listed]
        iris = [term.value for term in terms if isinstance(term, NamedNode)]
        self.labels = labels(store, iris, lang)

    def answer(self) -> Answer:
        shown = {
            name: self.listed([self.shown(term) for term in terms])
            for name, terms in self.parameters.items()
        }
        question = self.filled(self.query.question.get(self.lang, ""), shown)
        if not self.rows:
            template = self.query.none.get(self.lang) or self.query.answer[self.lang]
        else:
            template = self.query.answer[self.lang]
        cells = [shown | self.cells(row) for row in self.rows]
        rows = list(dict.fromkeys(self.filled(self.query.row[self.lang], each) for each in cells))
        shown |= {"rows": self.listed(self.texts(cells, rows)), "count": str(len(rows))}
        sentence = self.filled(template, shown)
        return Answer(
            self.query.name,
            question,
            sentence[:1].upper() + sentence[1:],
            rows,
            passages(self.store, self.evidence(), self.lang),
            self.lang,
        )

    def cells(self, row: dict[str, Term]) -> dict[str, str]:
        # A thing without a label of its own in this language still has a name.
        cells = {f"{name}Label": self.shown(term) for name, term in row.items()}
        for name, term in row.items():
            # Beside its label, what is asked for by its own name is the identifier.
            identifier = f"{name}Label" in self.columns
            cells[name] = text_of(term) if identifier else self.shown(term)
        return cells

    def texts(self, cells: list[dict[str, str]], rows: list[str]) -> list[str]:
        """Return what the rows say; rows that differ in one place only are said in one go."""
        template = self.query.row[self.lang]
        names = dict.fromkeys(_PLACEHOLDER.findall(template))

        def merged(varying: str) -> list[str]:
            groups: dict[str, dict[str, None]] = {}
            for each in cells:
                same = self.filled(template, each | {varying: _GAP})
                groups.setdefault(same, {})[each.get(varying, _UNKNOWN)] = None
            return [same.replace(_GAP, self.listed(list(each))) for same, each in groups.items()]

        # "A and B: 15" would read as the number of both together.
        if any(_is_number(row.get(name)) for row in self.rows for name in names):
            return rows
        return min([rows, *map(merged, reversed(names))], key=len)

    def shown(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self.labels.get(term.value) or text_of(term)
        if isinstance(term, Literal) and term.datatype.value in _DATE_TYPES:
            return date_in_words(term.value, self.lang)
        return text_of(term)

    def listed(self, texts: list[str]) -> str:
        """Join texts to "a, b and c", with semicolons where a text has a comma itself."""
        comma = ";" if any("," in text or ";" in text for text in texts) else ","
        *first, last = texts or [""]
        if not first:
            return last
        end = comma if comma == ";" and len(first) > 1 else ""
        return f"{f'{comma} '.join(first)}{end} {_AND[self.lang]} {last}"

    def filled(self, template: str, values: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name not in values and name not in self.query.placeholders():
                raise InputError(f"a template uses {{{name}}}, which has no value", self.query.path)
            return values.get(name, _UNKNOWN)

        return _PLACEHOLDER.sub(value, template)

    def evidence(self) -> list[str]:
        """Return the passages that state what the patterns of the query ask for.

        A statement that only follows stands in no passage; its subject's passages are named.
        """
        found: dict[str, None] = {}
        for triple, subject in dict.fromkeys(self.statements()):
            stating = passages_stating(self.store, triple)
            stating = stating or passages_behind(self.store, subject, triple)
            found.update(dict.fromkeys(stating))
        return list(found)

    def statements(self) -> list[tuple[str, str]]:
        """Return the evidence patterns with the values of each row, each with its subject."""
        statements = []
        for pattern in self.query.evidence:
            for row in self.rows:
                # One triple cannot have two values of one parameter: any of them will do.
                single = {
                    name: terms[0] for name, terms in self.parameters.items() if len(terms) == 1
                }
                terms = [_bound(token.group(), single | row) for token in tokens(pattern)]
                statements.append((" ".join(terms), terms[0]))
        return statements


def _bound(token: str, values: Mapping[str, Term]) -> str:
    if token.startswith(("?", "$")):
        term = values.get(token[1:])
        return serialise(term) if isinstance(term, (NamedNode, Literal)) else token
    iri = expand(token)
    return f"<{iri}>" if iri else token


def _is_number(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.datatype.value == PREFIXES["xsd"] + "integer"


def date_in_words(text: str, lang: str) -> str:
    """Return a date or a month as people write it; anything else as it is."""
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    year, month, day = match.groups()
    written = f"{_MONTHS[lang].split()[int(month) - 1]} {year}"
    return f"{int(day)} {written}" if day else written
