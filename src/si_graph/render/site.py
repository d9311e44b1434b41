"""Where pages stand: links inside them work on whatever host serves them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from si_graph.namespaces import BASE

_SAFE = "/:@!$&'()*+,;=-._~"


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""What pages may load and run: the site's own, and nothing that stands in the page."""


@dataclass(frozen=True)
class Site:
    """A place on the web where pages of the graph are shown: a server, unless a subclass differs.

    Attributes:
        root: The path that all pages stand below; it begins and ends with a slash.
        origin: The scheme and host, such as `https://example.org`, for the few links that leave
            the site; empty where they are unknown.
        lang: The language that links ask for, if the reader chose one; otherwise the browser's
            preference goes on deciding.
        answers: Whether it answers what is asked in an address, and so has use for forms.
        policy: The content security policy that pages state; empty if headers state it.
        dump: The file with the whole graph, if queries are answered in the browser.
    """

    root: str = "/"
    origin: str = ""
    lang: str = ""
    answers: bool = True
    policy: str = ""
    dump: str = ""

    @property
    def pages(self) -> str:
        """The path that all pages stand below."""
        return self.root

    def path(self, path: str, /, **parameters: str) -> str:
        """Return the link to a page of the site.

        Args:
            path: Its path without the leading slash, such as `search`.
            parameters: What follows the question mark; empty values are left out.
        """
        asked = parameters if "lang" in parameters else {**parameters, "lang": self.lang}
        query = urlencode({name: value for name, value in asked.items() if value}, errors="replace")
        return self.file(path) + (f"?{query}" if query else "")

    def file(self, path: str) -> str:
        """Return the link to a file of the site: style, script or data, which has no language."""
        # A second slash at the beginning would make a host of what follows.
        return self.root + quote(path.lstrip("/"), safe=_SAFE, errors="replace")

    def link(self, iri: str) -> str:
        """Return where a thing can be read about: on this site if the IRI is the graph's own.

        Other schemes than HTTP get no link (an empty text): they could run where they are shown.
        """
        if iri.startswith(BASE):
            rest = iri.removeprefix(BASE)
            if rest.startswith("graph/"):
                return self.path("data", graph=iri)
            path, hash_, fragment = rest.partition("#")
            path = f"doc/{path.removeprefix('id/')}" if path.startswith("id/") else path
            return self.path(path) + hash_ + quote(fragment, safe=_SAFE)
        return iri if iri.startswith(("http://", "https://")) else ""

    def canonical(self, path: str, lang: str) -> str:
        """Return the whole address of a page in a language, if it says that itself."""
        return ""

    def about(self, iri: str) -> str:
        """Return the page of this site about a thing, also if its IRI is somebody else's."""
        return self.link(iri) if iri.startswith(BASE) else self.path("doc", iri=f"<{iri}>")
