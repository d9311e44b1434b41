"""The tools, resources and prompts that assistants see: the same things that people get."""

from __future__ import annotations

import json
import logging
from inspect import signature

# The protocol's library reads the types of arguments and answers when the program runs.
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from si_graph import __version__
from si_graph.errors import SiGraphError, UnknownError
from si_graph.namespaces import BASE
from si_graph.query.suggest import nearest
from si_graph.serve.assistants.answers import (
    AskAnswer,
    EvidenceAnswer,
    ExplainAnswer,
    QuestionsAnswer,
    SearchAnswer,
    ShowAnswer,
    SparqlAnswer,
)
from si_graph.serve.problems import problem_of

if TYPE_CHECKING:
    from si_graph.serve.assistants.call import Call

_INSTRUCTIONS = """\
SI-Graph is a knowledge graph of social-innovation policy. Its source is one document: advice 84 \
of the Dutch Advisory Council for Science and Technology Policy (AWT), January 2014.

Every stated fact stands in a passage of the source: a stretch of its text with a section, a page \
and the numbers of its first and last characters. The words themselves are not in the graph. What \
is inferred follows from stated facts by logical rules (OWL 2 RL), stands in no passage, and is \
marked as inferred; `explain` gives the proof down to the passages. What editors added (names, \
background) is neither, and names its editor.

The graph claims nothing beyond its source: what is not in it, the source does not say, and an \
empty answer is an answer. Options and examples in the source are marked by their modality and are \
no recommendations. When you answer from here, name the passages (section, page, characters) and \
the IRIs, and say which statements are inferred.

Start with `search` for things and `questions` for ready questions. Things may be named by IRI, \
by prefixed name (actor:municipalities) or by local name where it is unique (rec1)."""

_PROMPT = {
    "nl": """\
Beantwoord deze vraag uit SI-Graph, in het Nederlands: {question}

Zoek eerst (search, questions), vraag dan (ask, show, sparql). Noem bij elke uitspraak de passage \
(onderdeel, bladzijde, tekens) en haar IRI. Zeg van afgeleide uitspraken dat ze afgeleid zijn, en \
waaruit (explain). Zeg het als de bron er niets over zegt; vul niets aan uit andere kennis.""",
    "en": """\
Answer this question from SI-Graph, in English: {question}

Search first (search, questions), then ask (ask, show, sparql). For every statement, name the \
passage (section, page, characters) and its IRI. Say of inferred statements that they are \
inferred, and from what (explain). If the source says nothing about it, say so; add nothing from \
elsewhere.""",
}

Language = Annotated[
    Literal["nl", "en"], Field(description="the language of the answer: nl (Dutch) or en (English)")
]
Thing = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="an IRI, a prefixed name (actor:municipalities), or a local name where it is "
        "unique (rec1); search finds them",
    ),
]


def assistant_server(call: Call) -> MCPServer[Any]:
    """Return the server of the protocol, for any transport.

    Args:
        call: What runs the operations.
    """
    # Without a handler the library would write logs of its own, in a form of its own.
    logging.getLogger().addHandler(logging.NullHandler())
    server = _Server(
        "si-graph",
        title="SI-Graph",
        description="The open knowledge graph of social-innovation policy",
        instructions=_INSTRUCTIONS,
        website_url=BASE,
        version=__version__,
        log_level="WARNING",
    )
    tools = _Tools(call)
    for tool in (
        tools.search,
        tools.show,
        tools.questions,
        tools.ask,
        tools.explain,
        tools.evidence,
        tools.sparql,
    ):
        server.add_tool(tool, annotations=_READS_ONLY, structured_output=True)
    _add_resources(server, call)
    _add_prompts(server)
    return server


class _Server(MCPServer[Any]):
    """Says in our own words what is wrong with the arguments of a tool."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Any = None
    ) -> CallToolResult | InputRequiredResult:
        """Run a tool.

        Raises:
            ToolError: The tool cannot be run like that, or says itself what is wrong.
        """
        known = getattr(_Tools, name, None)
        if known is not None and not name.startswith("_"):
            names = [one for one in signature(known).parameters if one != "self"]
            for given in arguments:
                if given not in names:
                    raise ToolError(
                        f"{name} has no argument {given!r} (it has: {', '.join(names)})"
                        + nearest(given, names)
                    )
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            faults = [
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in error.__cause__.errors()
            ]
            raise ToolError(f"{name} was called wrongly: {'; '.join(faults)}") from None


_READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class _Tools:
    """The tools; what they are for is told by their own docstrings, which assistants read."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def search(
        self,
        query: Annotated[str, Field(min_length=1, max_length=200, description="words")],
        lang: Language = "en",
        limit: Annotated[int, Field(ge=1, le=50, description="how many at most")] = 10,
    ) -> Annotated[CallToolResult, SearchAnswer]:
        """Find things in the graph by what they are called.

        Names and synonyms in Dutch and English are searched, and typing errors are forgiven.
        Things are recommendations, steps, actors, instruments, concepts, claims, passages and
        the terms of the ontology. Gives their IRIs, which the other tools take.
        """
        return await self._answer("search", query=query, lang=lang, limit=limit)

    async def show(
        self,
        thing: Thing,
        lang: Language = "en",
        limit: Annotated[
            int, Field(ge=1, le=500, description="how many statements of each kind at most")
        ] = 50,
    ) -> Annotated[CallToolResult, ShowAnswer]:
        """Tell everything about one thing: stated, inferred, and what refers to it.

        A stated statement names the passages of the source that say so. An inferred one follows
        from others by rules, and no passage says it in so many words; explain gives its proof.
        A passage is a stretch of the source's text: section, page, first and last character.
        """
        return await self._answer("show", thing=thing, lang=lang, limit=limit)

    async def questions(
        self,
        containing: Annotated[
            str, Field(max_length=200, description="only questions with these words in them")
        ] = "",
        lang: Language = "en",
    ) -> Annotated[CallToolResult, QuestionsAnswer]:
        """List the ready questions that ask answers, with their parameters.

        A question that needs inference has answers that follow from what is stated, beside those
        that are stated.
        """
        return await self._answer("questions", containing=containing, lang=lang)

    async def ask(
        self,
        name: Annotated[str, Field(max_length=100, description="the question, such as CQ14")],
        parameters: Annotated[
            dict[str, str | int | list[str]],
            Field(description='values by parameter, such as {"actor": "municipalities"}'),
        ] = {},  # noqa: B006 - the library takes a copy
        lang: Language = "en",
    ) -> Annotated[CallToolResult, AskAnswer]:
        """Answer a ready question in sentences, with the passages that bear the answer.

        The answer is complete as far as the source goes: what it does not name, the source does
        not say. Parameters that are not given keep their defaults.
        """
        return await self._answer("ask", name=name, parameters=parameters, lang=lang)

    async def explain(
        self,
        subject: Thing,
        predicate: Annotated[
            str,
            Field(
                min_length=1,
                max_length=2000,
                description="a property, such as si:asksActor; a for a kind",
            ),
        ],
        value: Annotated[
            str, Field(min_length=1, max_length=10_000, description="a thing, or a text or number")
        ],
        lang: Language = "en",
        every: Annotated[bool, Field(description="give all proofs, not only one")] = False,
    ) -> Annotated[CallToolResult, ExplainAnswer]:
        """Tell why a statement holds: rule by rule, down to the passages; or what it lacks.

        A statement that is stated has no rules, only passages. One that does not hold is neither
        stated nor inferred, which does not make it false.
        """
        return await self._answer(
            "explain", subject=subject, predicate=predicate, value=value, lang=lang, every=every
        )

    async def evidence(
        self, thing: Thing, lang: Language = "en"
    ) -> Annotated[CallToolResult, EvidenceAnswer]:
        """Return the passages of the source that say anything of a thing, and what they say.

        What a passage says is given as statements of the graph; its own words stand in the
        source, at the section, the page and the characters that are named.
        """
        return await self._answer("evidence", thing=thing, lang=lang)

    async def sparql(
        self,
        query: Annotated[
            str,
            Field(
                min_length=1, max_length=100_000, description="SELECT, ASK, CONSTRUCT or DESCRIBE"
            ),
        ],
        limit: Annotated[int, Field(ge=1, le=1000, description="rows or triples at most")] = 100,
        inferred: Annotated[
            bool, Field(description="whether what only follows by reasoning is there too")
        ] = True,
        lang: Language = "en",
    ) -> Annotated[CallToolResult, SparqlAnswer]:
        """Answer a SPARQL 1.1 query.

        The project's prefixes (si:, actor:, awt84:, skos: …) need no declaration. The default
        graph holds everything; GRAPH ?passage { … } tells which passage states something. An
        answer that was cut off at the limit says so. SERVICE is not allowed.
        """
        return await self._answer("sparql", query=query, limit=limit, lang=lang, inferred=inferred)

    async def _answer(self, operation: str, **arguments: object) -> CallToolResult:
        try:
            outcome = await self._call(f"assistants.{operation}", **arguments)
        except SiGraphError as error:
            raise ToolError(problem_of(error).detail) from None
        answer = json.loads(outcome.body)
        return CallToolResult(
            content=[TextContent(type="text", text=answer["text"])],
            structured_content=answer["data"],
        )


def _add_resources(server: MCPServer[Any], call: Call) -> None:
    @server.resource(
        BASE + "{+path}",
        name="thing",
        title="Data about a thing",
        description="What the graph holds of a thing, by its IRI, in Turtle",
        mime_type="text/turtle",
    )
    async def thing(path: str) -> str:
        try:
            outcome = await call(
                "linked_data.resource",
                iri=BASE + path,
                profile="everything",
                media_type="text/turtle",
                format="turtle",
            )
        except UnknownError as error:
            raise ResourceNotFoundError(str(error)) from None
        except SiGraphError as error:
            raise ResourceError(problem_of(error).detail) from None
        return outcome.body.decode()


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt(title="Answer with sources")
    def answer_with_sources(question: str, lang: Literal["nl", "en"] = "en") -> str:
        """Answer a question from the graph, with a passage for everything that is said."""
        return _PROMPT[lang].format(question=question)
