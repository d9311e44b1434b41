"""What the tools answer with, as data: assistants get these shapes as JSON Schema."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Passage(_Data):
    """A place in the source.

    `characters` are the first and the one after the last of the source's text, counted from 0.
    """

    iri: str
    name: str
    section: str
    page: str
    characters: list[int]
    citation: str


class Statement(_Data):
    """A statement about a thing: a property and a value, each an IRI or a text, and in words.

    `passages` are the IRIs of the passages that say so; an inferred statement has none. `others`
    tells who else states it, such as the editors or the ontology.
    """

    property: str
    value: str
    in_words: str
    inferred: bool
    passages: list[str]
    others: list[str]


class Thing(_Data):
    """A thing and what it is called."""

    iri: str
    label: str


class Found(_Data):
    """One thing found, and how well it fits, up to 100."""

    iri: str
    label: str
    kind: str
    score: int


class SearchAnswer(_Data):
    """Things found, the best first."""

    found: list[Found]


class ShowAnswer(_Data):
    """Everything about one thing; `left_out` counts the statements beyond the limit."""

    iri: str
    label: str
    kinds: list[str]
    definition: str
    stated: list[Statement]
    inferred: list[Statement]
    incoming: list[Statement]
    evidence: list[Passage]
    notes: list[str]
    left_out: int


class Parameter(_Data):
    """A parameter of a question."""

    name: str
    type: str
    default: str
    label: str


class Question(_Data):
    """A question of the catalogue."""

    name: str
    question: str
    needs_inference: bool
    parameters: list[Parameter]


class QuestionsAnswer(_Data):
    """Questions that `ask` answers."""

    questions: list[Question]


class AskAnswer(_Data):
    """An answer in sentences, the things in it, and the passages that say so."""

    name: str
    question: str
    answer: str
    things: list[Thing]
    evidence: list[Passage]


class ExplainAnswer(_Data):
    """Whether a statement holds, and why.

    `proofs` are lists of steps, each after its premises; the last is what is proved. A step with
    a rule was inferred by it, one without was stated, with its origins. `missing` is what would
    have to hold too.
    """

    statement: dict[str, Any]
    holds: bool
    stated: bool
    proofs: list[list[dict[str, Any]]]
    missing: list[dict[str, Any]]
    evidence: list[Passage]


class Said(_Data):
    """A passage, and what it says, in words."""

    passage: Passage
    says: list[str]


class EvidenceAnswer(_Data):
    """The passages that say anything of a thing, in the order of the source."""

    iri: str
    label: str
    evidence: list[Said]


class SparqlAnswer(_Data):
    """What a query answers with: rows, yes or no, or a graph in Turtle.

    `cut` tells that there was more than the limit.
    """

    cut: bool
    variables: list[str] | None = None
    rows: list[dict[str, Any]] | None = None
    boolean: bool | None = None
    turtle: str | None = None
