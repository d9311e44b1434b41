"""Keeps what was found in a store, which does not change as long as it is open."""

from __future__ import annotations

from functools import update_wrapper
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Concatenate

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


def kept(find: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let a function of a store or graph find a thing once; for what takes longer than a page may.

    Its arguments must be few, such as a language: all that is found is kept.
    """
    return _keeping(find, None)


_FEW = 16


def kept_for_now(find: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let a function of a store keep what it found last, for who asks the same again at once.

    So do the pages of a thing in two languages.
    """
    return _keeping(find, _FEW)


def _keeping(
    find: Callable[Concatenate[S, P], R], most: int | None
) -> Callable[Concatenate[S, P], R]:
    found: WeakKeyDictionary[S, dict[Any, R]] = WeakKeyDictionary()

    def find_once(store: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        of_store = found.setdefault(store, {})
        key = (args, tuple(kwargs.items()))
        if key not in of_store:
            if len(of_store) == most:
                of_store.clear()
            of_store[key] = find(store, *args, **kwargs)
        return of_store[key]

    update_wrapper(find_once, find)
    return find_once


_MOST_KEPT = 200_000
"""Of how many things something is kept; then it begins anew."""


def kept_of_each(
    find: Callable[[S, Iterable[str], str], dict[str, R]],
) -> Callable[[S, Iterable[str], str], dict[str, R]]:
    """Let a function that finds something of several things look up each thing once.

    It takes a store, the things and a language; pages show the same few things again and again.
    """
    found: WeakKeyDictionary[S, dict[tuple[str, str], R | None]] = WeakKeyDictionary()

    def find_others(store: S, iris: Iterable[str], lang: str) -> dict[str, R]:
        of_store = found.setdefault(store, {})
        wanted = list(dict.fromkeys(iris))
        if new := [iri for iri in wanted if (iri, lang) not in of_store]:
            if len(of_store) + len(new) > _MOST_KEPT:
                of_store.clear()
                new = wanted
            told = find(store, new, lang)
            of_store.update(((iri, lang), told.get(iri)) for iri in new)
        shown = ((iri, of_store[iri, lang]) for iri in wanted)
        return {iri: one for iri, one in shown if one is not None}

    update_wrapper(find_others, find)
    return find_others
