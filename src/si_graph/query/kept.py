"""Keeps what was found in a store, which does not change as long as it is open."""

from __future__ import annotations

from functools import update_wrapper
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Concatenate

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


def kept(find: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let a function of a store or graph find a thing once; for what takes longer than a page may.

    Its arguments must be few, such as a language: all that is found is kept.
    """
    found: WeakKeyDictionary[S, dict[Any, R]] = WeakKeyDictionary()

    def find_once(store: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        of_store = found.setdefault(store, {})
        key = (args, tuple(kwargs.items()))
        if key not in of_store:
            of_store[key] = find(store, *args, **kwargs)
        return of_store[key]

    update_wrapper(find_once, find)
    return find_once
