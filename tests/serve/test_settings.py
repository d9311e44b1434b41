"""Settings: the command line, the environment and a file say the same things in the same words."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.errors import InputError, SiGraphError, UsageError
from si_graph.serve.configuration import settings
from si_graph.serve.settings import OPTIONS, Option, Settings

# A value for each option that is not its default, as text and as it is read.
OTHER = {
    "host": ("0.0.0.0", "0.0.0.0"),  # noqa: S104 - nothing listens
    "port": ("9000", 9000),
    "origin": ("https://example.org/", "https://example.org"),
    "root": ("graph", "/graph/"),
    "data": ("a.ttl b.ttl", ("a.ttl", "b.ttl")),
    "snapshot": ("folder", "folder"),
    "publisher": ("publisher.toml", "publisher.toml"),
    "allow-service": ("https://example.org/sparql", ("https://example.org/sparql",)),
    "writable": ("yes", True),
    "token-file": ("token", "token"),
    "store": ("folder", "folder"),
    "reason": ("off", False),
    "checks": ("0", False),
    "timeout": ("1.5m", 90.0),
    "memory": ("2GB", 2_000_000_000),
    "rows": ("10", 10),
    "body": ("64KiB", 65_536),
    "arrival": ("500ms", 0.5),
    "workers": ("3", 3),
    "queue": ("0", 0),
    "patience": ("5", 5.0),
    "connections": ("7", 7),
    "keep-alive": ("1h", 3600.0),
    "cache": ("0", 0),
    "grace": ("2s", 2.0),
    "log-queries": ("TRUE", True),
}
NEEDED = {"token-file": "token", "writable": "yes"}


def value_of(made: Settings, attribute: str) -> object:
    return getattr(made if hasattr(made, attribute) else made.limits, attribute)


def beside(name: str) -> dict[str, str]:
    """Return the options that another one makes sense with only."""
    needed = NEEDED if name in ("writable", "token-file", "store") else {}
    return {other: value for other, value in needed.items() if other != name}


def test_without_a_choice_the_defaults_hold() -> None:
    assert settings({}, {}) == Settings()


def test_every_setting_is_an_option() -> None:
    named = {option.attribute for option in OPTIONS}
    assert named == {*Settings._fields, *Settings().limits._fields} - {"limits"}
    assert OTHER.keys() == {option.name for option in OPTIONS}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_can_be_set_in_all_three_ways(option: Option, tmp_path: Path) -> None:
    name, attribute = option.name, option.attribute
    text, read = OTHER[name]
    others = beside(name)
    in_environment = {
        f"SI_GRAPH_{key.replace('-', '_').upper()}": value
        for key, value in {**others, name: text}.items()
    }
    file = tmp_path / "settings.toml"
    all_given = {**others, name: text}
    file.write_text("".join(f'{key} = "{value}"\n' for key, value in all_given.items()))
    for made in (
        settings({**others, name: text}, {}),
        settings({}, in_environment),
        settings({}, {}, str(file)),
    ):
        assert value_of(made, attribute) == read
        assert value_of(Settings(), attribute) != read


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("port = 1\nrows = 1\nworkers = 1\n")
    made = settings({"port": "3"}, {"SI_GRAPH_PORT": "2", "SI_GRAPH_ROWS": "2"}, str(file))
    assert (made.port, made.limits.rows, made.limits.workers) == (3, 2, 1)


def test_a_file_may_use_the_types_of_toml(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('timeout = 2.5\nlog-queries = true\ndata = ["a b.ttl"]\nmemory = 500000000\n')
    made = settings({}, {}, str(file))
    assert made.limits.timeout == 2.5
    assert made.log_queries is True
    assert made.data == ("a b.ttl",)
    assert made.limits.memory == 500_000_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("timout = 3\n", "timeout"),
        ("[limits]\nrows = 3\n", "'limits'"),
        ("timeout = \n", "TOML"),
        ("timeout = [3]\n", "a time such as 30s"),
        ("port = true\n", "a whole number"),
        ("data = [3]\n", "a list of texts"),
    ],
)
def test_a_wrong_file_is_reported_with_its_name(content: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    with pytest.raises(SiGraphError, match=told) as caught:
        settings({}, {}, str(file))
    assert str(file) in str(caught.value)


def test_a_file_that_is_missing_or_no_text_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        settings({}, {}, str(tmp_path / "none.toml"))
    file = tmp_path / "binary.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not TOML"):
        settings({}, {}, str(file))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "65536"),
        ("port", "http"),
        ("workers", "0"),
        ("rows", "-1"),
        ("timeout", "0"),
        ("timeout", "30 parsecs"),
        ("memory", "1e9"),
        ("memory", "0"),
        ("memory", "100MB"),
        ("origin", "example.org"),
        ("origin", "https://example.org/graph"),
        ("root", "/a?b"),
        ("root", "/a b/"),
        ("writable", "maybe"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"--{name}: "):
        settings({name: text}, {})
    variable = f"SI_GRAPH_{name.replace('-', '_').upper()}"
    with pytest.raises(UsageError, match=f"{variable}: "):
        settings({}, {variable: text})


def test_a_variable_that_is_nearly_a_setting_is_a_typing_error() -> None:
    with pytest.raises(UsageError, match="TIMEOUT"):
        settings({}, {"SI_GRAPH_TIMOUT": "3"})
    # These belong to others.
    assert settings({}, {"SI_GRAPH_DEBUG": "1", "SI_GRAPH_SHARED": "x", "SI_GRAPH_CONFIG": "x"})


@pytest.mark.parametrize(
    "chosen",
    [
        {"writable": True},
        {"token-file": "token"},
        {"store": "folder"},
        {"data": ["a.ttl"], "snapshot": "folder"},
    ],
)
def test_combinations_that_cannot_work_are_refused(chosen: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        settings(chosen, {})


@given(st.sampled_from([option.name for option in OPTIONS]), st.text(max_size=20))
def test_any_text_is_read_or_refused_in_words(name: str, text: str) -> None:
    # Any other error would reach the user as a traceback.
    with suppress(UsageError):
        settings({**beside(name), name: text}, {})
