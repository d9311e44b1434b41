"""The named queries: what each asks, of whom, with which parameters, and its SPARQL text.

A query is a `.rq` file whose leading lines that start with `#+` form one TOML document; the rest
is plain SPARQL 1.1 that any tool runs as it stands, with the defaults of its parameters.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache

from si_graph import locations
from si_graph.errors import InputError, UnknownError
from si_graph.query.suggest import did_you_mean, nearest, nearest_names
from si_graph.query.tokens import data_blocks, result_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LANGUAGES = ("nl", "en")
PERSONAS = ("researcher", "civil-servant", "integrator")
KINDS = ("fact", "comparative", "inference", "closed-world", "mapping", "evidence")

_MARK = "#+"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TEXTS = ("question", "answer", "row", "none")
_KEYS = {*_TEXTS, "persona", "kind", "inference", "parameters", "evidence"}


class Parameter:
    """One parameter of a named query."""

    __slots__ = ("default", "labels", "name", "type")

    def __init__(self, name: str, type_: str, default: str, labels: dict[str, str]) -> None:
        self.name = name
        self.type = type_
        self.default = default
        self.labels = labels


class NamedQuery:
    """One query of the catalogue.

    Attributes:
        name: The name it is called by, such as `CQ14`.
        path: The file it stands in.
        text: The SPARQL text with the metadata, as it stands in the file.
        question: What it asks, by language; `answer`, `row` and `none` are the templates for
            the sentence, one row of it, and the sentence for an empty answer.
        persona: Who would ask it.
        kind: What sort of question it is.
        inference: Whether the answer needs the closure.
        parameters: Its parameters by name.
        evidence: Triple patterns whose statements bear the answer.
    """

    _FROM_METADATA = (
        "answer", "evidence", "inference", "kind", "none", "parameters", "persona", "question",
        "row",
    )  # fmt: skip
    __slots__ = ("name", "path", "text", *_FROM_METADATA)

    def __init__(
        self, name: str, path: str, text: str, metadata: dict[str, Any] | None = None
    ) -> None:
        self.name = name
        self.path = path
        self.text = text
        if metadata is not None:
            self._take(metadata)

    def __getattr__(self, name: str) -> Any:
        """Read the metadata when it is first asked for: that takes longer than most queries.

        Raises:
            InputError: The metadata is malformed; says where.
        """
        if name not in self._FROM_METADATA:
            raise AttributeError(name)
        self._take(_metadata(self.text, self.path))
        return getattr(self, name)

    def _take(self, metadata: dict[str, Any]) -> None:
        self.question: dict[str, str] = metadata.get("question", {})
        self.answer: dict[str, str] = metadata.get("answer", {})
        self.row: dict[str, str] = metadata.get("row", {})
        self.none: dict[str, str] = metadata.get("none", {})
        self.persona: str = metadata.get("persona", "")
        self.kind: str = metadata.get("kind", "")
        self.inference: bool = metadata.get("inference", False)
        self.evidence: list[str] = metadata.get("evidence", [])
        self.parameters: dict[str, Parameter] = {
            key: Parameter(key, value["type"], str(value["default"]), value.get("label", {}))
            for key, value in metadata.get("parameters", {}).items()
        }

    @property
    def sparql(self) -> str:
        """The SPARQL text without the metadata."""
        lines = self.text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(_MARK)).lstrip("\n")

    def placeholders(self) -> set[str]:
        """Return the names that the query's templates may use."""
        columns = result_variables(self.text)
        return {
            *columns,
            *(f"{column}Label" for column in columns),
            *self.parameters,
            "rows",
            "count",
        }


def names(folder: str | None = None) -> list[str]:
    """Return the names of all queries of the catalogue, in the order people count."""
    folder = folder or locations.queries()
    try:
        files = os.listdir(folder)
    except OSError as error:
        raise InputError(f"the catalogue cannot be read ({error.strerror})", folder) from None
    return sorted((file[:-3] for file in files if file.endswith(".rq")), key=natural)


def load(name: str, folder: str | None = None) -> NamedQuery:
    """Return one query of the catalogue by its name, in upper or lower case.

    Raises:
        UsageError: There is no such query; names the nearest ones.
    """
    folder = folder or locations.queries()
    if _NAME.fullmatch(name):
        path = os.path.join(folder, f"{name}.rq")
        if os.path.isfile(path):
            return _opened(path)
        for known in names(folder):
            if known.casefold() == name.casefold():
                return _opened(os.path.join(folder, f"{known}.rq"))
    near = nearest_names(name, names(folder))
    raise UnknownError(
        f"there is no query named {name!r}"
        + (did_you_mean(near) or "\n  si-graph queries lists them all."),
        near,
    )


def find(name: str) -> NamedQuery:
    """Return a query by its name, of the catalogue or of those that call endpoints of others.

    Raises:
        UsageError: There is no such query; names the nearest ones.
    """
    calling = names(federated())
    is_calling = name.casefold() in map(str.casefold, calling)
    return load(name, federated() if is_calling else None)


def federated() -> str:
    """Return the folder of the queries that call endpoints of others."""
    return os.path.join(locations.queries(), "federated")


def catalogue(folder: str | None = None) -> list[NamedQuery]:
    """Return all queries of the catalogue.

    Raises:
        InputError: The metadata of one is malformed.
    """
    folder = folder or locations.queries()
    return [read(os.path.join(folder, f"{name}.rq")) for name in names(folder)]


def read(path: str) -> NamedQuery:
    """Read a query file; without metadata it is a query without parameters.

    Raises:
        InputError: The file cannot be read, or its metadata is malformed; says where.
    """
    query = _opened(path)
    query._take(_metadata(query.text, path))
    return query


def _opened(path: str) -> NamedQuery:
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except UnicodeDecodeError:
        raise InputError("a query file must be UTF-8", path) from None
    except OSError as error:
        raise InputError(f"the query cannot be read ({error.strerror})", path) from None
    name = os.path.splitext(os.path.basename(path))[0]
    return NamedQuery(name, path, text)


def natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts names in the order people count: `CQ9` before `CQ10`."""
    return [(int(part or 0), part) if part.isdigit() else (0, part)
            for part in re.split(r"(\d+)", name)]  # fmt: skip


# Reading the metadata takes longer than most answers.
@lru_cache(256)
def _metadata(text: str, path: str) -> dict[str, Any]:
    document: list[str] = []
    in_head = True
    for number, line in enumerate(text.splitlines(), 1):
        marked = line.startswith(_MARK)
        if marked and not in_head:
            raise InputError("metadata (#+) must stand above the query", path, number)
        in_head = in_head and (marked or not line.strip() or line.startswith("#"))
        # Spaces in place of the mark and empty lines for others keep the parser's places right.
        document.append("  " + line[len(_MARK) :] if marked else "")
    if not any(document):
        return {}

    import tomllib

    try:
        metadata = tomllib.loads("\n".join(document))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line_number, column = (int(place[1]), int(place[2])) if place else (len(document), None)
        message = str(error)[: place.start()] if place else str(error)
        raise InputError(
            f"the metadata is not TOML: {message[0].lower()}{message[1:]}",
            path, line_number, column,
        ) from None  # fmt: skip
    _Check(path, text).metadata(metadata)
    return metadata


class _Check:
    """Raises an `InputError` with file and line for metadata that says something else."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def metadata(self, metadata: dict[str, Any]) -> None:
        for key, value in metadata.items():
            if key not in _KEYS:
                raise self.error(key, f"there is no metadata called {key!r}{nearest(key, _KEYS)}")
            if key in _TEXTS:
                self.texts(key, value)
        for key, allowed in (("persona", PERSONAS), ("kind", KINDS), ("inference", (True, False))):
            value = metadata.get(key, allowed[0])
            if value not in allowed or isinstance(value, bool) != isinstance(allowed[0], bool):
                shown = ", ".join(str(choice).lower() for choice in allowed)
                raise self.error(key, f"{key} must be one of {shown}")
        evidence = metadata.get("evidence", [])
        if not isinstance(evidence, list) or not all(isinstance(item, str) for item in evidence):
            raise self.error("evidence", "evidence must be a list of triple patterns")
        parameters = metadata.get("parameters", {})
        if not isinstance(parameters, dict):
            raise self.error("parameters", "parameters must be a table")
        for name, parameter in parameters.items():
            self.parameter(name, parameter)

    def parameter(self, name: str, parameter: object) -> None:
        key = f"parameters.{name}"
        if not isinstance(parameter, dict) or not isinstance(parameter.get("type"), str):
            raise self.error(key, f"{key} needs a type, such as si:Actor or xsd:string")
        default = parameter.get("default")
        if not isinstance(default, (str, int)) or isinstance(default, bool):
            raise self.error(key, f"{key} needs a default, a text or a whole number")
        extra = parameter.keys() - {"type", "default", "label"}
        if extra:
            raise self.error(key, f"{key} has an unknown entry {min(extra)!r}")
        self.texts(key, parameter.get("label", {}))
        blocks = len(data_blocks(self.text, name))
        # Every query takes a language, also one whose answer shows no label.
        if blocks != 1 and (blocks > 1 or name != "lang"):
            raise self.error(key, f"the query must have `VALUES ?{name} {{ … }}` exactly once")

    def texts(self, key: str, value: object) -> None:
        if (
            not isinstance(value, dict)
            or not value.keys() <= set(LANGUAGES)
            or not all(isinstance(text, str) for text in value.values())
        ):
            raise self.error(key, f"{key} must be a text for each of {', '.join(LANGUAGES)}")

    def error(self, key: str, message: str) -> InputError:
        start = re.compile(rf"#\+\s*\[*{re.escape(key)}\b")
        lines = self.text.splitlines()
        line = next((number for number, text in enumerate(lines, 1) if start.match(text)), None)
        return InputError(message, self.path, line)
