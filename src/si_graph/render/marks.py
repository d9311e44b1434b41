"""The pieces of HTML that come a hundred times on a page.

As macros of templates they took half of a page's time, nearly all of it to be called.
"""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.passages import Passage
    from si_graph.render.site import Site
    from si_graph.render.terms import Shown

_MOST_KEPT = 10_000


# Pages name the same things again and again.
@lru_cache(64)
def marks(site: Site, lang: str) -> Marks:
    """Return the pieces of pages.

    Args:
        site: Where the pages stand.
        lang: Their language.
    """
    return Marks(site, lang)


class Marks:
    """The pieces as they are on the pages of one language at one place."""

    def __init__(self, site: Site, lang: str) -> None:
        self._site = site
        self._lang = lang
        self._why = escape(texts(lang)["why"])
        self.inferred = Markup('<span class="mark mark-inferred">{}</span>').format(
            texts(lang)["inferred_mark"]
        )
        """The mark of what is inferred: how a statement is known, in words."""
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
            if len(self._things) >= _MOST_KEPT:
                self._things.clear()
            self._things[key] = Markup(written)  # noqa: S704 - of what is escaped
        return self._things[key]

    def term(self, one: Shown) -> Markup:
        """Return a term of the data, with all that is inside it if it has no name."""
        if one.iri:
            written: str = self.thing(one.iri, one.label)
        elif one.items:
            items = "".join(f"<li>{self.term(item)}</li>" for item in one.items)
            written = f'<ol class="items">{items}</ol>'
        elif one.inside:
            said = "".join(
                f"<dt>{self.thing(named.iri, named.label)}</dt><dd>{self.term(value)}</dd>"
                for named, value in one.inside
            )
            written = f'<dl class="statements">{said}</dl>'
        else:
            written = self.text(one.label, one.language)
        return Markup(f"{written}\n")  # noqa: S704 - of what is escaped

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
        written = f'<a class="why" href="{href}">{self._why}{heard}</a>'
        return Markup(written)  # noqa: S704 - of what is escaped
