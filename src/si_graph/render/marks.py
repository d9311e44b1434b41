"""The pieces of HTML that come a hundred times on a page.

As macros of templates they took half of a page's time, nearly all of it to be called.
"""

from __future__ import annotations

from markupsafe import Markup, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from si_graph.query.passages import Passage
    from si_graph.render.site import Site


class Marks:
    """The pieces as they are on one page."""

    def __init__(self, site: Site, lang: str, texts: Mapping[str, str]) -> None:
        """Make none yet.

        Args:
            site: Where the page stands.
            lang: Its language.
            texts: Its texts.
        """
        self._site = site
        self._lang = lang
        self._texts = texts
        self._things: dict[tuple[str, str, str], Markup] = {}

    def thing(self, iri: str, label: str, language: str = "") -> Markup:
        """Return a thing by its name, linked to where it can be read about.

        Args:
            iri: The thing.
            label: Its name.
            language: The language of the name, if that may be another than the page's.
        """
        key = (iri, label, language)
        if key not in self._things:
            name, href = self.text(label, language), escape(self._site.link(iri))
            written = (
                f'<a href="{href}">{name}</a>' if href else f'<span class="thing">{name}</span>'
            )
            self._things[key] = Markup(written)  # noqa: S704 - of what is escaped
        return self._things[key]

    def text(self, value: str, language: str = "") -> Markup:
        """Return a text, number or date of the data, with its language."""
        is_other = language and language != self._lang
        told = f' lang="{escape(language)}"' if is_other else ""
        return Markup(f"<bdi{told}>{escape(value)}</bdi>")  # noqa: S704 - of what is escaped

    def passage(self, one: Passage) -> Markup:
        """Return a passage as people cite it, linked to its page."""
        href, cited = escape(self._site.link(one.iri)), one.citation(self._lang).partition(" (")[0]
        written = f'<cite class="passage"><a href="{href}">{escape(cited)}</a></cite>'
        return Markup(written)  # noqa: S704 - of what is escaped

    def why(self, subject: str, predicate: str, value: str, told: str = "") -> Markup:
        """Return the link to the proof of a statement.

        Args:
            subject: Its subject by a name that `explain` takes.
            predicate: Its predicate.
            value: Its object.
            told: What the link is about, for those who hear it out of its place.
        """
        href = escape(self._site.path("explain", s=subject, p=predicate, o=value))
        heard = f'<span class="visually-hidden"> {escape(told)}</span>' if told else ""
        written = f'<a class="why" href="{href}">{escape(self._texts["why"])}{heard}</a>'
        return Markup(written)  # noqa: S704 - of what is escaped
