"""RDF/XML is only read where it is well formed, safe and RDF/XML at all."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pyoxigraph as ox
import pytest

from loopback import serving
from si_graph.errors import InputError
from si_graph.load.files import parse_file
from si_graph.load.rdf_xml import MAX_ENTITY_LENGTH, checked

EX = "http://example.org/"
ROOT = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:ex="http://example.org/">'
)


def document(doctype: str, value: str = "&e;") -> str:
    """Return RDF/XML with a document type on line 2 and one statement on line 3."""
    return f'<?xml version="1.0"?>\n{doctype}\n{ROOT}<rdf:Description ex:p="{value}"/></rdf:RDF>'


def values(path: Path, text: str) -> list[str]:
    """Return the literals of a file with this text."""
    path.write_text(text, encoding="utf-8")
    return [quad.object.value for quad in parse_file(path) if isinstance(quad.object, ox.Literal)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.rdf"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rdf:RDF [<!ENTITY e "short">]>',
        "<!DOCTYPE rdf:RDF [\n  <!ENTITY e 'short'>\n]>",
        '<!DOCTYPE rdf:RDF [<!ENTITY e "short"><!ENTITY e "the second does not count">]  >',
        '<!-- <!DOCTYPE x> --><!DOCTYPE y [<!-- ]> --><?pi ]> ?><!ENTITY e "short">]>',
        '<!DOCTYPE rdf:RDF [<!ELEMENT x ANY><!ENTITY e "&#115;hort">]>',
    ],
)
def test_short_plain_entities_are_read_as_ontology_editors_write_them(
    path: Path, doctype: str
) -> None:
    assert values(path, document(doctype)) == ["short"]


def test_an_entity_may_be_as_long_as_any_namespace(path: Path) -> None:
    longest = "x" * MAX_ENTITY_LENGTH
    assert values(path, document(f'<!DOCTYPE r [<!ENTITY e "{longest}">]>')) == [longest]
    with pytest.raises(InputError, match="the entity 'e' is refused"):
        values(path, document(f'<!DOCTYPE r [<!ENTITY e "{longest}x">]>'))


def test_a_document_type_moves_no_place(path: Path) -> None:
    doctype = "<!DOCTYPE rdf:RDF [\n\n  <!ENTITY e 'http://example.org/'>\n]>"
    text = document(doctype).replace("<rdf:Desc", '\n  <rdf:Description rdf:ID=" "/><rdf:Desc')
    with pytest.raises(InputError) as caught:
        values(path, text)
    assert (caught.value.line, caught.value.column) == (7, 3)


BOMBS = {
    "nested": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY e "&a;&a;">]>',
    "a million laughs": "<!DOCTYPE r [<!ENTITY e0 'ha'>"
    + "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 7))
    + "<!ENTITY e '&e6;'>]>",
    "endless": '<!DOCTYPE r [<!ENTITY a "&e;"><!ENTITY e "&a;">]>',
    "escaped": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY e "&#38;a;&#38;a;">]>',
    "parameter": '<!DOCTYPE r [<!ENTITY % e "ha">]>',
    "markup": '<!DOCTYPE r [<!ENTITY e "&#60;x/>">]>',
}


@pytest.mark.parametrize("doctype", BOMBS.values(), ids=BOMBS)
def test_entities_that_can_blow_up_are_refused_where_they_are_declared(
    path: Path, doctype: str
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"the .*entity '\w+' is refused") as caught:
            values(path, document(doctype))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.line == 2
    assert peak < 2**20


def test_a_short_entity_used_very_often_is_refused_too(path: Path) -> None:
    doctype = f'<!DOCTYPE r [<!ENTITY e "{"x" * MAX_ENTITY_LENGTH}">]>'
    with pytest.raises(InputError, match="amplification"):
        values(path, document(doctype, "&e;" * 100_000))


@pytest.mark.parametrize(
    ("doctype", "message"),
    [
        ('<!DOCTYPE r SYSTEM "URL">', "an external DTD, and none is ever fetched"),
        ('<!DOCTYPE r PUBLIC "-//X//Y" "URL">', "an external DTD, and none is ever fetched"),
        ('<!DOCTYPE r [<!ENTITY e SYSTEM "URL">]>', "external or parameter entity 'e' is refused"),
        ('<!DOCTYPE r [<!ENTITY e PUBLIC "x" "URL">]>', "external or parameter entity 'e'"),
        ('<!DOCTYPE r [<!ENTITY % e SYSTEM "URL"> %e;]>', "external or parameter entity 'e'"),
        ('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "external or parameter"),
        ('<!DOCTYPE r [<!ATTLIST rdf:Description ex:q CDATA "x">]>', "default attributes"),
    ],
)
def test_nothing_outside_of_the_file_is_fetched(path: Path, doctype: str, message: str) -> None:
    with serving() as server:
        with pytest.raises(InputError) as caught:
            values(path, document(doctype.replace("URL", server.url)))
        assert server.requests == []
    assert message in caught.value.message
    assert (caught.value.file, caught.value.line) == (str(path), 2)


@pytest.mark.parametrize(
    "encoding", ["ISO-8859-1", "utf-16", "windows-1252", "US-ASCII", "nonsense"]
)
def test_a_declared_encoding_other_than_utf_8_is_refused(path: Path, encoding: str) -> None:
    text = document("").replace('"1.0"', f'"1.0" encoding="{encoding}"')
    with pytest.raises(InputError, match=f"the file is in {encoding}, not UTF-8"):
        values(path, text)


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8"])
def test_a_declared_utf_8_is_read(path: Path, encoding: str) -> None:
    text = document("", "e").replace('"1.0"', f'"1.0" encoding="{encoding}"')
    assert values(path, text) == ["e"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_never_gets_as_far_as_the_document_type(encoding: str) -> None:
    data = document('<!DOCTYPE r [<!ENTITY e "x">]>').partition("\n")[2].encode(encoding)
    with pytest.raises(InputError, match="UTF-16, not UTF-8"):
        checked(data, "data.rdf")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!DOCTYPE html>\n<html><p>An error</p></html>", "this is a web page (HTML)"),
        ("<HTML></HTML>", "this is a web page (HTML)"),
        (
            '<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="http://example.org/"/>',
            "this is OWL/XML, not RDF/XML",
        ),
    ],
)
def test_what_is_mistaken_for_rdf_xml_is_named(path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        values(path, text)
    assert message in caught.value.message


def test_an_undeclared_entity_is_reported_with_its_place(path: Path) -> None:
    with pytest.raises(InputError, match="undefined entity") as caught:
        values(path, document("", "&nbsp;"))
    assert caught.value.line == 3


def test_what_is_safe_is_left_as_it_is() -> None:
    data = document("", "x").encode()
    assert checked(data, "data.rdf") is data
