"""Whatever a file holds, reading it ends in quads or in one clear error."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad

from si_graph.errors import InputError
from si_graph.load.files import FORMATS, parse_file
from si_graph.load.sssom import parse_mappings

EXTENSIONS = [*FORMATS, *(f"{extension}.gz" for extension in FORMATS)]
XML = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "http://example.org/">]><rdf:RDF'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">'
    b'<rdf:Description rdf:about="&e;a" xml:lang="nl"><ex:p rdf:parseType="Collection"/>'
    b"<ex:q>x</ex:q></rdf:Description></rdf:RDF>"
)
TURTLE = (
    b'@prefix ex: <http://example.org/> .\nex:a ex:b [ ex:c (\'x\'@nl """y"""^^ex:d 1.5e3 true) ]'
    b" . ex:s ex:p <<( ex:a ex:b ex:c )>> ."
)
TRIG = TURTLE + b"\nex:g { ex:a ex:b _:c }"
QUADS = b'<x:a> <x:b> "\\u00E9"@nl <x:g> .\n_:a <x:b> "1"^^<x:t> .\n'
JSON = (
    b'{"@context": {"@vocab": "http://example.org/", "x": {"@type": "@id"}}, "@id": "x:a",'
    b' "x": "y", "p": [1, 1.5, true, null, {"@list": [{"@value": "x", "@language": "nl"}]}],'
    b' "@graph": [{"@id": "_:b", "@type": ["T"], "@reverse": {"q": {"@id": "x:c"}}}]}'
)
SSSOM = (
    b"# curie_map:\n#   x: http://example.org/\nsubject_id\tpredicate_id\tobject_id\t"
    b'mapping_justification\tobject_label\nx:a\tskos:exactMatch\tx:b\tsemapv:x\t"la""bel"\n'
)
SNIPPETS = [b"<", b">", b"&e;", b"<!DOCTYPE", b"]>", b"\\u", b'"', b"'''", b"{", b"}", b"[", b"(",
    b"@prefix", b"@import", b"@context", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\r",
    b"<!ENTITY", b"%", b"#", b"\t", b"-->", b"<![CDATA["]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return sound text with pieces cut out of it, doubled, or put into it."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.just(b""), st.sampled_from(SNIPPETS), st.binary(max_size=4)))
        data[start:end] = piece + bytes(data[start:end]) * draw(st.integers(0, 2))
    return bytes(data)


rdf = st.one_of(
    st.binary(max_size=200), *(damaged(whole) for whole in (XML, TURTLE, TRIG, QUADS, JSON))
)
unhurried = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def error_of(quads: Iterator[Quad]) -> InputError | None:
    """Read everything, and return the one error that this may end in."""
    try:
        list(quads)
    except InputError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("extension", "whole"),
    [(".rdf", XML), (".ttl", TURTLE), (".trig", TRIG), (".nq", QUADS), (".jsonld", JSON)],
)
def test_what_is_damaged_below_is_sound_as_it_stands(
    tmp_path: Path, extension: str, whole: bytes
) -> None:
    path = tmp_path / f"data{extension}"
    path.write_bytes(whole)
    assert list(parse_file(path))


@unhurried
@given(extension=st.sampled_from(EXTENSIONS), data=rdf, zipped=st.booleans())
@example(extension=".xml", data="<!DOCTYPE x><x/>".encode("utf-16-le"), zipped=False)
@example(extension=".rdf", data=b"<!DOCTYPE r [<!ENTITY e 'x>y'>]><r/>", zipped=False)
@example(extension=".ttl.gz", data=b"", zipped=False)
@example(extension=".jsonld", data=b'\r{"x": oops', zipped=False)
@example(extension=".jsonld", data=b'{"x":\n', zipped=True)
def test_any_bytes_under_any_name_give_quads_or_one_clear_error(
    tmp_path: Path, extension: str, data: bytes, zipped: bool
) -> None:
    path = tmp_path / f"data{extension}"
    path.write_bytes(gzip.compress(data, 1) if zipped else data)
    error = error_of(parse_file(path))
    if error is not None:
        assert error.file == str(path)
        assert error.message
    if error is not None and error.line is not None:
        assert error.line <= len(re.split(rb"\r|\n", data))
        assert error.column is not None
        assert 1 <= error.column <= len(data) + 2


@unhurried
@given(data=st.one_of(st.binary(max_size=200), damaged(SSSOM)))
@example(data=b"# a: \x07\n")
@example(data=b"# d: 2026-02-30\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n")
def test_any_bytes_give_mappings_or_one_clear_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "set.sssom.tsv"
    path.write_bytes(data)
    error = error_of(parse_mappings(path, "http://example.org/g"))
    if error is not None:
        assert error.file == str(path)
        assert error.line is not None
