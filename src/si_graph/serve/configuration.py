"""Reads settings: the command line wins over the environment, and that over a file (TOML)."""

from __future__ import annotations

import os
import re
import tomllib
from urllib.parse import urlsplit

from si_graph.errors import InputError, UsageError
from si_graph.query.suggest import nearest
from si_graph.serve.settings import OPTIONS, Settings
from si_graph.serve.workers.limits import Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from si_graph.serve.settings import Option

_UNITS = {
    "": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30,
}  # fmt: skip
_TIMES = {"": 1.0, "MS": 0.001, "S": 1.0, "M": 60.0, "MIN": 60.0, "H": 3600.0}
_MEASURE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([A-Za-z]*)")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_MOST_SECONDS = 1e6
_LEAST_MEMORY = 256_000_000
"""Opening the graph and the libraries takes about 200 MB of what counts as memory."""

_MAY_BE_NONE = {"port", "queue", "cache"}
"""The options for which nothing, 0, makes sense."""


def settings(
    chosen: Mapping[str, object], environment: Mapping[str, str], file: str | None = None
) -> Settings:
    """Return the settings of a server.

    Args:
        chosen: What the command line says, by the names of options; each a text, a list of
            texts, or a truth value.
        environment: The environment variables.
        file: A TOML file.

    Raises:
        UsageError: A value makes no sense, or an option is unknown.
        InputError: The file cannot be read.
    """
    values: dict[str, object] = {}
    given: list[tuple[str, Mapping[str, object], Callable[[Option], str]]] = [
        (f"{file}: ", _from_file(file), lambda option: option.name),
        ("", _from_environment(environment), lambda option: option.variable),
        ("", chosen, lambda option: f"--{option.name}"),
    ]
    for place, source, called in given:
        for option in OPTIONS:
            if option.name in source:
                name = f"{place}{called(option)}"
                values[option.attribute] = _read(option, source[option.name], name)
    limits = {name: values.pop(name) for name in Limits._fields if name in values}
    made = Settings(limits=Limits(**limits), **values)  # type: ignore[arg-type]  # as their kinds say
    _require_sense(made)
    return made


def _require_sense(made: Settings) -> None:
    """Refuse combinations that cannot work."""
    if made.writable and made.token_file is None:
        raise UsageError("--writable needs --token-file, the file with the token of those who may")
    for name in ("token_file", "store"):
        if getattr(made, name) is not None and not made.writable:
            raise UsageError(f"--{name.replace('_', '-')} makes sense with --writable only")
    if made.data and made.snapshot is not None:
        raise UsageError("serve either --data or a --snapshot")


def _from_file(path: str | None) -> Mapping[str, object]:
    if path is None:
        return {}
    try:
        with open(path, encoding="utf-8") as stream:
            content = tomllib.loads(stream.read())
    except OSError as error:
        raise InputError(f"the settings cannot be read ({error.strerror})", path) from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise InputError(f"the settings are not TOML: {error}", path) from None
    names = {option.name for option in OPTIONS}
    for key in content:
        if key not in names:
            raise InputError(f"there is no setting {key!r}{nearest(key, names)}", path)
    return content


def _from_environment(environment: Mapping[str, str]) -> Mapping[str, object]:
    """Return the variables that are settings; one that is nearly a setting is a typing error."""
    variables = {option.variable: option.name for option in OPTIONS}
    for name in environment:
        if name.startswith("SI_GRAPH_") and name not in variables:
            stem = name.removeprefix("SI_GRAPH_")
            offered = nearest(stem, {one.removeprefix("SI_GRAPH_") for one in variables})
            if offered:
                raise UsageError(f"there is no setting {name} (SI_GRAPH_…){offered}")
    return {
        name: environment[variable]
        for variable, name in variables.items()
        if environment.get(variable)
    }


def _read(option: Option, value: object, name: str) -> object:
    try:
        return READERS[option.kind](option, value)
    except ValueError as error:
        raise UsageError(f"{name}: {value!r} is not {error}") from None


def _text(_: Option, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return value


def _texts(_: Option, value: object) -> tuple[str, ...]:
    """Read a list; in the environment its items stand between spaces."""
    items = value.split() if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(one, str) and one for one in items):
        raise ValueError("a list of texts")
    return tuple(items)


def _flag(_: Option, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in (*_YES, *_NO):
        return value.lower() in _YES
    raise ValueError("true or false")


def _number(option: Option, value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", text):
        raise ValueError("a whole number")
    number = int(text)
    if number == 0 and option.name not in _MAY_BE_NONE:
        raise ValueError("a number above 0")
    if option.name == "port" and number > 65535:
        raise ValueError("a port: 65535 is the highest")
    return number


def _bytes(option: Option, value: object) -> int:
    number, unit = _measure(value, _UNITS, "a size such as 10MB")
    size = int(number * _UNITS[unit])
    if size == 0 and option.name not in _MAY_BE_NONE:
        raise ValueError("a size above 0")
    if option.name == "memory" and size < _LEAST_MEMORY:
        raise ValueError("256MB or more, without which no request can be answered")
    return size


def _seconds(_: Option, value: object) -> float:
    number, unit = _measure(value, _TIMES, "a time such as 30s")
    seconds = number * _TIMES[unit]
    if not 0 < seconds <= _MOST_SECONDS:
        raise ValueError("a time above 0")
    return seconds


def _measure(value: object, units: Mapping[str, float], what: str) -> tuple[float, str]:
    found = None if isinstance(value, bool) else _MEASURE.fullmatch(str(value).strip())
    if found is None or found[2].upper() not in units:
        raise ValueError(what)
    return float(found[1]), found[2].upper()


def _origin(option: Option, value: object) -> str:
    parts = urlsplit(_text(option, value))
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError("a scheme and a host, such as https://example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _root(option: Option, value: object) -> str:
    path = _text(option, value).strip("/")
    if not re.fullmatch(r"[\w./~-]*", path, re.ASCII):
        raise ValueError("a path such as /graph/")
    return f"/{path}/" if path else "/"


READERS: dict[str, Callable[[Option, object], object]] = {
    "text": _text,
    "texts": _texts,
    "flag": _flag,
    "number": _number,
    "bytes": _bytes,
    "seconds": _seconds,
    "origin": _origin,
    "root": _root,
}
"""How each kind of value is read, from a text or from what TOML makes of it."""


def environment_settings(chosen: Mapping[str, object], file: str | None) -> Settings:
    """Return the settings of a server in this process's environment; see `settings`."""
    return settings(chosen, os.environ, file or os.environ.get("SI_GRAPH_CONFIG"))
