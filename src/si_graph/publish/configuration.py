"""Who publishes the graph, and where: what another publisher changes."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from typing import NamedTuple, TypeGuard

from pyoxigraph import NamedNode

from si_graph import locations
from si_graph.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_LANGUAGES = ("nl", "en")


class Publisher(NamedTuple):
    """Who publishes.

    Attributes:
        iri: What they are called by.
        name: Their name by language.
        homepage: Their site; may be empty.
        type: What kind of publisher they are, of ADMS; may be empty.
    """

    iri: str
    name: Mapping[str, str]
    homepage: str = ""
    type: str = ""


class Contact(NamedTuple):
    """Who answers questions.

    Attributes:
        name: Their name by language.
        url: Where they can be reached; may be empty if there is mail.
        email: Their address; may be empty if there is a page.
    """

    name: Mapping[str, str]
    url: str = ""
    email: str = ""


class Configuration(NamedTuple):
    """How the graph is published.

    Attributes:
        base: What the IRIs of its things begin with.
        site: Where the site stands.
        publisher: Who publishes it.
        contact: Who answers questions.
    """

    base: str
    site: str
    publisher: Publisher
    contact: Contact


def configuration(path: str | None = None) -> Configuration:
    """Read the configuration.

    Args:
        path: The file; the project's own by default.

    Raises:
        InputError: It cannot be read, or something in it is missing, unknown or no address.
    """
    path = path or os.path.join(locations.root(), "data", "catalog", "publisher.toml")
    try:
        with open(path, "rb") as stream:
            found = tomllib.load(stream)
    except OSError as error:
        raise InputError(f"the configuration cannot be read ({error.strerror})", path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the configuration is no TOML: {error}", path) from None
    return _Reader(path).configuration(found)


def under(by: Configuration, base: str) -> Configuration:
    """Return a configuration with another base.

    Raises:
        UsageError: It is no IRI that others can begin with.
    """
    if fault := _fault_of_folder(base):
        raise UsageError(f"the base {base!r} {fault}")
    return by._replace(base=base)


def _fault_of_folder(iri: object) -> str:
    """Return what keeps an IRI from being what others begin with; empty if nothing does."""
    if not _is_address(iri):
        return "must be an address, https://…"
    if not iri.endswith("/"):
        return "must end with a slash"
    # It stands in pages and in XML as it is.
    return "must have no ?, #, & or '" if set(iri) & set("?#&'") else ""


def _is_address(value: object) -> TypeGuard[str]:
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        with suppress(ValueError):
            return bool(NamedNode(value))
    return False


class _Reader:
    """Reads a file's tables, and says what is wrong in them."""

    def __init__(self, path: str) -> None:
        self._path = path

    def configuration(self, found: dict[str, Any]) -> Configuration:
        self._only(found, {"base", "site", "publisher", "contact"}, "")
        publisher = self._table(found, "publisher", Publisher._fields)
        contact = self._table(found, "contact", Contact._fields)
        if not (contact.get("url") or contact.get("email")):
            raise self._error("[contact] needs a url or an email")
        return Configuration(
            self._folder(found, "base"),
            self._folder(found, "site"),
            Publisher(
                self._iri(publisher, "iri", "publisher"),
                self._names(publisher, "publisher"),
                self._optional(publisher, "homepage", "publisher"),
                self._optional(publisher, "type", "publisher"),
            ),
            Contact(
                self._names(contact, "contact"),
                self._optional(contact, "url", "contact"),
                self._mail(contact),
            ),
        )

    def _table(self, found: dict[str, Any], name: str, known: tuple[str, ...]) -> dict[str, Any]:
        table = found.get(name)
        if not isinstance(table, dict):
            raise self._error(f"[{name}] is missing")
        self._only(table, set(known), name)
        return table

    def _only(self, table: dict[str, Any], known: set[str], where: str) -> None:
        for name in table.keys() - known:
            raise self._error(
                f"{_shown(where, name)} is unknown (it has: {', '.join(sorted(known))})"
            )

    def _folder(self, table: dict[str, Any], name: str) -> str:
        iri = table.get(name)
        if fault := _fault_of_folder(iri):
            raise self._error(f"{name} {fault}")
        return str(iri)

    def _optional(self, table: dict[str, Any], name: str, where: str) -> str:
        return self._iri(table, name, where) if name in table else ""

    def _iri(self, table: dict[str, Any], name: str, where: str) -> str:
        value = table.get(name)
        if _is_address(value):
            return NamedNode(value).value
        raise self._error(f"{_shown(where, name)} must be an address, https://…")

    def _mail(self, table: dict[str, Any]) -> str:
        value = table.get("email", "")
        name, at, host = value.partition("@") if isinstance(value, str) else ("", "", "")
        try:
            NamedNode(f"mailto:{value}")
        except ValueError:
            at = ""
        if value != "" and not (name and at and host):
            raise self._error("contact.email must be a mail address")
        return f"{name}{at}{host}"

    def _names(self, table: dict[str, Any], where: str) -> dict[str, str]:
        names = table.get("name")
        if (
            not isinstance(names, dict)
            or set(names) != set(_LANGUAGES)
            or not all(isinstance(text, str) and text.strip() for text in names.values())
        ):
            raise self._error(f"{where}.name must be a text in each of {', '.join(_LANGUAGES)}")
        return names

    def _error(self, message: str) -> InputError:
        return InputError(message, self._path)


def _shown(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
