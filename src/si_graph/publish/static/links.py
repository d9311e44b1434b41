"""Where things stand on the static site: a folder a page, Dutch at the root and English in `en/`.

Links are relative, so that they work wherever the site stands, also below a path. A page and its
address are decided here and nowhere else: who writes files asks `StaticSite.file_of`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from si_graph.namespaces import BASE, expand, local_name
from si_graph.render.site import CONTENT_SECURITY_POLICY, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LANGUAGES = ("nl", "en")
FOLDERS = {"nl": "", "en": "en/"}
"""Where the pages of each language stand."""

WITH_WASM = CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
"""The policy of the one page that answers queries itself."""

DUMP = "dumps/si-graph.nq.gz"
"""What that page loads."""

_FILES = (".html", ".json", ".xml")
_SUFFIXES = {"xml": "srx"}
_SAFE = "/:@!$&'()*+,;=-._~"


class Known(NamedTuple):
    """What the site has, as far as links have to know.

    Attributes:
        address: Where it stands; it ends with a slash.
        pages: The pages about things, and what leads to them, by path.
        pictures: The things that have a picture of their own.
        choices: The questions that have a page for each value of their parameter, with that.
    """

    address: str
    pages: frozenset[str]
    pictures: frozenset[str]
    choices: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class StaticSite(Site):
    """The static site, seen from one depth of folders."""

    known: Known = field(default=Known("", frozenset(), frozenset(), {}))
    _links: dict[object, str] = field(default_factory=dict)

    @property
    def pages(self) -> str:
        """The path that all pages of this language stand below."""
        return self.root + FOLDERS[self.lang]

    def path(self, path: str, /, **parameters: str) -> str:
        """Return the link to a page, or to the file that holds what a server would answer."""
        key = (path, *parameters.items())
        if key not in self._links:
            asked = {name: value for name, value in parameters.items() if value}
            lang = asked.pop("lang", self.lang)
            self._links[key] = self._found(path, asked, lang)
        return self._links[key]

    def link(self, iri: str) -> str:
        """Return where a thing can be read about; nothing if that is nowhere."""
        if iri not in self._links:
            self._links[iri] = self._of_thing(iri) if iri.startswith(BASE) else super().link(iri)
        return self._links[iri]

    def about(self, iri: str) -> str:
        """Return the page about a thing; what is somebody else's is read about there."""
        return self.link(iri)

    def canonical(self, path: str, lang: str) -> str:
        """Return the whole address of a page in a language."""
        return self.known.address + _quoted(page_path(path, lang))

    def _found(self, path: str, asked: dict[str, str], lang: str) -> str:
        special = _SPECIAL.get(path.partition("/")[0] if path.startswith("query/") else path)
        if special is not None and asked:
            return special(self, path, asked, lang)
        (parameter, value), *more = asked.items() or [("", "")]
        if self.known.choices.get(path.removeprefix("questions/")) == parameter and not more:
            path = f"{path}/{value_path(value)}"
        return self.root + _quoted(page_path(path, lang))

    def _of_thing(self, iri: str) -> str:
        path, hash_, fragment = iri.removeprefix(BASE).partition("#")
        path = page_of(path)
        if path and path not in self.known.pages:
            return ""
        return self.path(path) + hash_ + quote(fragment, safe=_SAFE)

    def _picture(self, path: str, asked: dict[str, str], lang: str) -> str:
        thing = iri_of(asked["thing"])
        if thing not in self.known.pictures:
            return "" if path.endswith(".json") else self.link(thing)
        place = f"graph/{place_of(thing)}"
        if path.endswith(".json"):
            return self.file(f"{FOLDERS[lang]}{place}.json")
        return self.path(place, lang=lang)

    def _proof(self, path: str, asked: dict[str, str], lang: str) -> str:
        subject, predicate, value = (asked[name] for name in "spo")
        there = self.path(f"explain/{place_of(iri_of(subject))}", lang=lang)
        return f"{there}#{anchor(subject, predicate, value)}"

    def _editor(self, path: str, asked: dict[str, str], lang: str) -> str:
        return f"{self.path(path, lang=lang)}#{urlencode(asked, quote_via=quote)}"

    def _results(self, path: str, asked: dict[str, str], lang: str) -> str:
        name = asked.pop("format", "rq")
        values = [value_path(value) for value in asked.values()]
        # Of each value there is what most people open, and of the question itself everything.
        if values and name != "csv":
            return ""
        return self.file(results_path(path, values, _SUFFIXES.get(name, name), lang))

    def _graph(self, path: str, asked: dict[str, str], lang: str) -> str:
        return self.link(asked["graph"])


_SPECIAL: Mapping[str, Callable[[StaticSite, str, dict[str, str], str], str]] = {
    "explain": StaticSite._proof,
    "sparql": StaticSite._editor,
    "graph": StaticSite._picture,
    "graph.json": StaticSite._picture,
    "query": StaticSite._results,
    "data": StaticSite._graph,
}
"""What else than a page an address with parameters means, by its path."""


def page_path(path: str, lang: str) -> str:
    """Return where a page stands: a folder, unless its path says which file it is."""
    return FOLDERS[lang] + (path if path.endswith(_FILES) or not path else f"{path}/")


def page_file(path: str, lang: str) -> str:
    """Return the file of a page."""
    where = page_path(path, lang)
    return where if where.endswith(_FILES) else f"{where}index.html"


def results_path(path: str, values: list[str], suffix: str, lang: str) -> str:
    """Return the file with the results of a query (`query/NAME`)."""
    return FOLDERS[lang] + "/".join([path, *values]) + f".{suffix}"


def page_of(path: str) -> str:
    """Return the path of the page about the thing whose IRI ends in a path."""
    if path.startswith("id/"):
        return f"doc/{path.removeprefix('id/')}"
    return f"questions/{path.removeprefix('query/')}" if path.startswith("query/") else path


def place_of(iri: str) -> str:
    """Return the folders that tell a thing of the project apart, without a beginning of theirs."""
    return iri.removeprefix(BASE).partition("#")[0].removeprefix("id/")


def value_path(value: str) -> str:
    """Return the folder of a value of a parameter, such as `actor/min-ez` for `actor:min-ez`."""
    return value.replace(":", "/", 1)


def iri_of(name: str) -> str:
    """Return the IRI of a name as pages spell it: prefixed, in full, or with angle brackets."""
    return expand(name) or name.strip("<>")


# A page in each language links to the same proofs.
@lru_cache(4096)
def anchor(subject: str, predicate: str, value: str) -> str:
    """Return what a proof is called on its page; the arguments are names as pages spell them."""
    parts = [one if one.startswith('"') else iri_of(one) for one in (subject, predicate, value)]
    digest = hashlib.sha256(" ".join(parts).encode()).hexdigest()
    return f"{local_name(parts[1])}-{digest[:12]}"


def _quoted(path: str) -> str:
    return quote(path, safe=_SAFE)


class Seen:
    """The site as it is seen from each of its files."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._sites: dict[tuple[int, str, bool], StaticSite] = {}

    def at(self, file: str, lang: str) -> StaticSite:
        """Return the site for the links inside a file."""
        depth, has_queries = file.count("/"), file.endswith("sparql/index.html")
        key = (depth, lang, has_queries)
        if key not in self._sites:
            self._sites[key] = self._seen("../" * depth or "./", lang, has_queries)
        return self._sites[key]

    def anywhere(self, lang: str) -> StaticSite:
        """Return the site for a page that is shown at any address: its links have no dots."""
        path = "/" + self._known.address.split("/", 3)[3]
        return self._seen(path, lang, False)

    def _seen(self, root: str, lang: str, has_queries: bool) -> StaticSite:
        return StaticSite(
            root=root,
            lang=lang,
            answers=False,
            policy=WITH_WASM if has_queries else CONTENT_SECURITY_POLICY,
            dump=root + DUMP if has_queries else "",
            known=self._known,
        )
