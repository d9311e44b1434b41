"""Names as words that can be compared: no case, accents or endings, and compounds in parts.

The rules for Dutch and English endings are few and rough on purpose. They need not find the right
stem, only the same one for the forms of one word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NOT_IN_WORDS = re.compile(r"[^\w]+|_")
_SMALL_WORDS = (
    "de het een van voor en of in op bij te met aan over uit om door "
    "the a an of for and or in on by to with "
    "le la les l de du des d et en pour s"
)
_EMPTY = frozenset(_SMALL_WORDS.split())
_SHORTEST_STEM = 3
_SHORTEST_WITH_ENDING = 4
_SHORTEST_PART = 4
_LINKS = ("", "s", "e", "en")


def plain(name: str) -> str:
    """Return a name in small letters, without accents, punctuation and what stands in brackets."""
    bare = _IN_BRACKETS.sub("", name) or name
    letters = unicodedata.normalize("NFKD", bare.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return _NOT_IN_WORDS.sub(" ", kept).strip()


def words(name: str, language: str) -> tuple[str, ...]:
    """Return the stems of the words of a name that mean something, in their order."""
    return tuple(stem(word, language) for word in plain(name).split() if word not in _EMPTY)


@lru_cache(65536)
def stem(word: str, language: str) -> str:
    """Return a word without its ending; the forms of one word mostly get the same."""
    if language == "nl":
        return _dutch_stem(word)
    if language in ("en", ""):
        return _english_stem(word)
    return word.rstrip("sx") if len(word) > _SHORTEST_WITH_ENDING else word


def _dutch_stem(word: str) -> str:
    word = _without(re.sub(r"heid$", "hed", word), "en")
    # bakken, bak; prijzen, prijs; brieven, brief
    word = re.sub(r"([^aeiou])\1$", r"\1", word)
    word = word[:-1] + {"z": "s", "v": "f"}.get(word[-1], word[-1])
    word = _without(_without(word, "s"), "e")
    # probleem, problemen
    return re.sub(r"([aeou])\1(?=[^aeiou]+$)", r"\1", word)


def _without(word: str, ending: str) -> str:
    return word.removesuffix(ending) if len(word) - len(ending) >= _SHORTEST_STEM else word


def _english_stem(word: str) -> str:
    word = word.replace("ization", "isation")
    if len(word) <= _SHORTEST_WITH_ENDING:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:x|ch|sh|ss)es$", word):
        return word[:-2]
    return word[:-1] if re.search(r"[^su]s$", word) else word


def parts(word: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the parts of a Dutch compound of which the last is a known word, or the word itself.

    The known words are stems: those of the names to compare with.
    """
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        first, last = word[:cut], word[cut:]
        if last not in known:
            continue
        for link in _LINKS:
            if first.endswith(link) and (bare := _dutch_stem(first.removesuffix(link))) in known:
                return bare, last
    return (word,)
