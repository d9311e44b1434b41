"""The home page: what is in here, and where to start."""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

from si_graph.namespaces import PREFIXES
from si_graph.query.overviews.recommendations import recommendations
from si_graph.query.release import release
from si_graph.render.page import Page
from si_graph.render.structured_data import dataset_data
from si_graph.render.templating import fill
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View

EXAMPLES = ("CQ12", "CQ93", "CQ53")
"""Questions that show what the graph can tell."""

_COUNTS = ("actions", "instruments", "actors", "claims", "passages")
_LONGEST_ANSWER = 220
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Example(NamedTuple):
    """A question with the beginning of its answer."""

    name: str
    question: str
    answer: str


def render(view: View) -> Page:
    """Return the home page."""
    recommended = recommendations(view.graph.store, view.lang)
    version = release(view.graph.store).version
    return Page(
        fill(
            "home.html",
            view,
            counts=_counts(view),
            recommendations=recommended,
            # What has no release of ours is somebody's own data.
            has_tables=bool(version),
            structured_data=dataset_data(view.site, version, view.lang) if version else "",
            # Of other data than an advice these would have nothing to tell.
            examples=_examples(view) if recommended else [],
        )
    )


def _counts(view: View) -> list[str]:
    """Return what is in the graph in words, as far as there is more than one of it."""
    statistics = view.graph.statistics(lang=view.lang)
    numbers = {iri.removeprefix(PREFIXES["si"]): count for iri, count in statistics.classes.items()}
    numbers |= {"Passage": statistics.passages}
    t = texts(view.lang)
    told = []
    for name in _COUNTS:
        sentence = t[f"home_{name}"]
        if all(numbers.get(one, 0) > 1 for one in _PLACEHOLDER.findall(sentence)):
            told.append(sentence.format(**numbers))
    everything = number(statistics.statements, view.lang), number(statistics.inferred, view.lang)
    return [*told, t["home_statements"].format(*everything)]


def _examples(view: View) -> list[Example]:
    examples = []
    for name in EXAMPLES:
        answer = view.graph.ask(name, lang=view.lang)
        told = textwrap.shorten(answer.sentence, _LONGEST_ANSWER, placeholder=" …")
        examples.append(Example(name, answer.question, told))
    return examples


def number(count: int, lang: str) -> str:
    """Return a number with its thousands apart."""
    return f"{count:,}".replace(",", "." if lang == "nl" else ",")
