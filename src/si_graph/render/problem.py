"""The page that says what went wrong, and what to do."""

from __future__ import annotations

import re

from si_graph.namespaces import expand, shorten
from si_graph.query.labels import labels
from si_graph.render.page import Page
from si_graph.render.templating import fill
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View

_STATUS = re.compile("[45][0-9]{2}")
_IRI = re.compile(r'[a-z][a-z0-9+.-]*:[^\s<>"{}|^`\\]+')
_TOLD = ("400", "401", "404", "405", "406", "409", "413", "429", "500", "503", "504")
_ABOUT_IT = {"status", "problem", "title", "detail", "suggestions"}
_MOST_SUGGESTED = 5


def render(view: View) -> Page:
    """Return the page of a problem.

    The values beside those of the address are `status`, the HTTP status; `detail`, what the error
    says; and `suggestions`, names that come near, one on a line. Any may be absent. Without
    suggestions, for what was not found the things are named that are called most like it.
    """
    status = view.values.get("status", "404")
    told = status if status in _TOLD else f"{'4' if status.startswith('4') else '5'}00"
    t = texts(view.lang)
    # The page's own links lead back to the address that was asked for.
    asked = {name: value for name, value in view.values.items() if name not in _ABOUT_IT}
    return Page(
        fill(
            "problem.html",
            view._replace(values=asked),
            title=t[f"problem_{told}"],
            advice=t[f"problem_{told}_advice"],
            detail=view.values.get("detail", ""),
            suggestions=_suggestions(view, told == "404"),
        ),
        status=int(status) if _STATUS.fullmatch(status) else 500,
    )


def _suggestions(view: View, is_unknown: bool) -> dict[str, str]:
    """Return the things that may be meant, with their names."""
    named = [expand(name) or name for name in view.values.get("suggestions", "").split("\n")]
    given = [iri for iri in named if _IRI.fullmatch(iri)]
    found = given or (_called_like(view) if is_unknown else [])
    names = labels(view.graph.store, found, view.lang)
    return {iri: names.get(iri) or shorten(iri) for iri in found}


def _called_like(view: View) -> list[str]:
    """Return the things that are called most like the end of the address."""
    name = re.split(r"[/#:]", (view.values.get("iri") or view.path).rstrip("/>"))[-1]
    finding = view.graph.finding()
    found = finding.called(name, _MOST_SUGGESTED)
    words = name.replace("-", " ")
    if not found and any(sign.isalnum() for sign in words):
        found = [hit.iri for hit in finding.find(words, view.lang, _MOST_SUGGESTED)]
    return found
