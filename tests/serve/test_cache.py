"""What is kept: what was asked for last, in as many bytes as there may be."""

from __future__ import annotations

from si_graph.serve.answers import Answer, Answers
from si_graph.serve.cache import Cache

HEADERS = [(b"host", b"localhost")]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    cache: Cache[str] = Cache(50_000)
    for name in "abcdefgh":
        cache.put(name, name, 4_000)
        assert cache.get("a") == "a"
    for name in "ij":
        cache.put(name, name, 5_000)
    assert cache.get("b") is None
    assert [cache.get(name) for name in "aij"] == ["a", "i", "j"]
    assert cache.held == 8 * 5_000 - 5_000 + 2 * 6_000 <= 50_000
    assert (cache.hits, cache.misses) == (11, 1)


def test_what_would_take_a_good_part_of_the_room_is_not_kept() -> None:
    cache: Cache[str] = Cache(80_000)
    cache.put("large", "value", 9_001)
    assert cache.get("large") is None
    cache.put("fitting", "value", 9_000)
    assert cache.get("fitting") == "value"


def test_an_answer_is_kept_for_the_version_that_it_was_made_of() -> None:
    shown = [1]
    answers = Answers(lambda: shown[0], 100_000)
    before = answers.key(b"/sparql?query=ASK%7B%7D", HEADERS)
    assert before is not None
    answers.put(before, Answer("/sparql", b"\r\n", b"true"))
    assert answers.get(before) == Answer("/sparql", b"\r\n", b"true")
    shown[0] = 2
    after = answers.key(b"/sparql?query=ASK%7B%7D", HEADERS)
    assert after is not None
    assert answers.get(after) is None
    answers.put(after, Answer("/sparql", b"\r\n", b"false"))
    assert answers.get(before) is None


def test_a_header_that_is_empty_is_not_one_that_is_missing() -> None:
    answers = Answers(lambda: 1, 100_000)
    keys = [answers.key(b"/", [*HEADERS, *more]) for more in ([], [(b"accept", b"")])]
    assert keys[0] != keys[1]
