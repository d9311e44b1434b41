"""Files that are broken or hostile: what is wrong and where, and the rest kept or nothing."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.importing import CORDIS, EXAMPLES, bring_in, values
from si_graph.errors import InputError, LimitError, SiGraphError, UsageError
from si_graph.exchange.imports import import_files, load_profile, source_of

HEAD = "id;title;startDate;totalCost\n"
GOOD = "1;A pool;2020-01-01;10,5\n"


def project_names(tmp_path: Path, data: bytes | str, **options: object) -> tuple[set[str], object]:
    """Import a table of projects; return the names kept, and the report."""
    path = tmp_path / "project.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    store, report = bring_in("cordis", [path], tmp_path / "out.nq", **options)
    return values(store, "?p a si:Project ; skos:prefLabel ?x"), report


BROKEN_ROWS = [
    ("2;A pond;yesterday;1\n", "column startDate holds no date: 'yesterday'"),
    ("2;A pond;2021-02-30;1\n", "column startDate holds no date: '2021-02-30'"),
    ("2;A pond;2020-01-01;much\n", "column totalCost holds no decimal: 'much'"),
    (";A pond;2020-01-01;1\n", "column id is empty and is required"),
    ("2;A pond;2020-01-01\n", "the row has 3 cells and the head 4"),
    ("2;A pond;2020-01-01;1;2\n", "the row has 5 cells and the head 4"),
    ('2;"A "big" pond";2020-01-01;1\n', "the quotation marks are broken"),
    ('2;"A pond;2020-01-01;1\n', "the quotation marks are broken"),
    (b"2;A caf\xe9;2020-01-01;1\n", "the row is not text in UTF-8"),
    ("2;A p\0nd;2020-01-01;1\n", "the row holds NUL characters"),
]


@pytest.mark.parametrize(("row", "message"), BROKEN_ROWS, ids=[text for _, text in BROKEN_ROWS])
def test_a_broken_row_stops_an_import_with_its_line_or_stays_out(
    tmp_path: Path, row: str | bytes, message: str
) -> None:
    broken = row if isinstance(row, bytes) else row.encode()
    data = (HEAD + GOOD).encode() + broken + b"3;A lake;2021-01-01;7\n"
    with pytest.raises(InputError) as caught:
        project_names(tmp_path, data)
    assert (caught.value.message, caught.value.line) == (message, 3)
    assert not (tmp_path / "out.nq").exists()
    names, report = project_names(tmp_path, data, on_error="skip")
    assert names == {"A pool", "A lake"}
    assert (report.rows, report.kept, report.refused) == (3, 2, 1)  # type: ignore[attr-defined]
    (fault,) = report.faults  # type: ignore[attr-defined]
    assert (fault.line, fault.message) == (3, message)


def test_a_quoted_cell_over_several_lines_keeps_the_numbers_of_lines_right(tmp_path: Path) -> None:
    data = HEAD + '1;"A\npool";2020-01-01;1\n2;A pond;never;1\n'
    with pytest.raises(InputError) as caught:
        project_names(tmp_path, data)
    assert caught.value.line == 4


def test_formulas_stay_the_text_that_they_are(tmp_path: Path) -> None:
    names, _ = project_names(tmp_path, HEAD + '1;"=HYPERLINK(""x"")";2020-01-01;1\n')
    assert names == {'=HYPERLINK("x")'}


def test_a_table_with_a_mark_and_commas_is_read_too(tmp_path: Path) -> None:
    names, _ = project_names(tmp_path, "\ufeffid,title,startDate,totalCost\r\n1,Pool,,2.5\r\n")
    assert names == {"Pool"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "the table is empty"),
        ("name;other\n1;2\n", "this is no table of the profile cordis: id, title"),
        ((HEAD + GOOD).encode("utf-16"), "the file is in UTF-16, not UTF-8"),
        (HEAD, "nothing in here could be kept"),
        (HEAD + "1;" + "x" * 2**25, "this line is longer than"),
    ],
    ids=["empty", "another table", "UTF-16", "no rows", "endless line"],
)
def test_what_is_no_such_table_is_refused_whatever_is_asked(
    tmp_path: Path, data: bytes | str, message: str
) -> None:
    for on_error in ("stop", "skip"):
        with pytest.raises(InputError) as caught:
            project_names(tmp_path, data, on_error=on_error)
        assert message in str(caught.value)
        assert not (tmp_path / "out.nq").exists()


def test_a_report_counts_equal_faults_and_shows_the_first_hundred(tmp_path: Path) -> None:
    rows = "".join(f"{n};Pond {n};day {n};1\n" for n in range(500))
    _, report = project_names(tmp_path, HEAD + GOOD + rows, on_error="skip")
    assert report.reasons == {"column startDate holds no date": 500}  # type: ignore[attr-defined]
    assert [fault.line for fault in report.faults] == list(range(3, 103))  # type: ignore[attr-defined]


# JSON


def imported_json(tmp_path: Path, text: str, **options: object) -> tuple[set[str], object]:
    path = tmp_path / "organisations.json"
    path.write_text(text, encoding="utf-8")
    store, report = bring_in("ror", [path], tmp_path / "out.nq", **options)
    return values(store, "?x a si:Organisation"), report


def test_a_broken_record_is_told_with_its_line(tmp_path: Path) -> None:
    text = '[\n{"id": "https://ror.org/1", "name": "Pool"},\n{"id": "a b", "name": "Pond"},\n7\n]'
    with pytest.raises(InputError) as caught:
        imported_json(tmp_path, text)
    assert (caught.value.line, caught.value.message) == (3, "column identifier holds no IRI: 'a b'")
    found, report = imported_json(tmp_path, text, on_error="skip")
    assert found == {"https://ror.org/1"}
    assert [fault.line for fault in report.faults] == [3, 4]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("end", "line"),
    [("", 3), (',\n{"id": ', 3), (', {"id": 1.}]', 2), ("] more", 2)],
)
def test_json_that_ends_halfway_is_told_with_its_line(tmp_path: Path, end: str, line: int) -> None:
    text = '[\n{"id": "https://ror.org/1", "name": "Pool"}' + end + "\n" * (not end)
    for on_error in ("stop", "skip"):
        with pytest.raises(InputError) as caught:
            imported_json(tmp_path, text, on_error=on_error)
        assert caught.value.line == line
        assert not (tmp_path / "out.nq").exists()


def test_a_record_cannot_order_anything_to_be_fetched(tmp_path: Path) -> None:
    record = {
        "@context": "https://attacker.example/context",
        "id": "https://ror.org/1",
        "name": "Pool",
        "country": {"@context": "https://attacker.example/", "@id": "x", "country_code": "NL"},
    }
    path = tmp_path / "o.jsonl"
    path.write_text(json.dumps(record) + "\n" + json.dumps(record | {"id": "https://ror.org/2"}))
    store, _ = bring_in("ror", [path], tmp_path / "out.nq")
    assert len(values(store, "?x si:locatedIn place:nl")) == 2


@pytest.mark.parametrize("value", ["[NaN]", "[-Infinity]", '{"a": Infinity}'])
def test_a_number_that_json_has_not_is_refused(tmp_path: Path, value: str) -> None:
    text = f'[{{"id": "https://ror.org/1", "name": "Pool", "names": {value}}}]'
    with pytest.raises(InputError, match="NaN or Infinity"):
        imported_json(tmp_path, text)


def test_records_nested_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        imported_json(tmp_path, "[" * 200_000)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.text(max_size=20),
    extra=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)
def test_any_json_is_read_or_refused_by_name(tmp_path: Path, name: str, extra: object) -> None:
    records = [{"id": "https://ror.org/1", "name": name, "names": extra, "locations": extra}]
    path = tmp_path / "any.json"
    path.write_text(json.dumps([*records, {"id": "https://ror.org/2", "name": "Pool"}]))
    store, _ = bring_in("ror", [path], tmp_path / "any.nq", on_error="skip")
    assert "https://ror.org/2" in values(store, "?x skos:prefLabel 'Pool'")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.binary(max_size=30) | st.just(b'"') | st.just(b"2;x;;\n"), max_size=12))
def test_any_bytes_after_the_head_are_read_or_refused(tmp_path: Path, parts: list[bytes]) -> None:
    (tmp_path / "project.csv").write_bytes((HEAD + GOOD).encode() + b"".join(parts))
    path = [tmp_path / "project.csv"]
    store, report = bring_in("cordis", path, tmp_path / "any.nq", on_error="skip")
    assert "A pool" in values(store, "?p a si:Project ; skos:prefLabel ?x")
    assert report.rows == report.kept + report.refused


# XML and RDF


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("<A>\n<RECORD><B></RECORD></A>", "the XML is malformed: mismatched tag", 2),
        ("<A>\n<RECORD>", "the XML is malformed: no element found", 2),
        (
            '<!DOCTYPE A [\n<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<A>&b;</A>',
            "the entity 'a' is refused",
            2,
        ),
        (
            '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<A>&x;</A>',
            "the entity 'x' is refused",
            1,
        ),
    ],
    ids=["tags", "truncated", "entity bomb", "external entity"],
)
def test_xml_that_is_broken_or_declares_entities_is_refused(
    tmp_path: Path, text: str, message: str, line: int
) -> None:
    path = tmp_path / "list.gc"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        bring_in("authority", [path], tmp_path / "out.nq")
    assert (caught.value.message[: len(message)], caught.value.line) == (message, line)
    assert not (tmp_path / "out.nq").exists()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("broken.ttl", "<http://a.example/> a\n<b .", "Unexpected end"),
        ("broken.jsonld", '{"@context": "https://attacker.example/c", "@id": "x:y"}', "@context"),
        ("broken.rdf", '<!DOCTYPE r [<!ENTITY a "&b;">]><r/>', "entity"),
        ("relative.ttl", "<a> a <b> .", "relative IRI"),
    ],
)
def test_rdf_that_is_broken_is_told_with_its_place_and_left_out_as_a_file(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        bring_in("dcat", [EXAMPLES / "dcat.ttl", path], tmp_path / "out.nq")
    assert caught.value.file == str(path)
    assert caught.value.line is not None
    paths = [EXAMPLES / "dcat.ttl", path]
    store, report = bring_in("dcat", paths, tmp_path / "out.nq", on_error="skip")
    assert report.refused == 1
    assert values(store, "?x a dcat:Dataset") == {"https://pool.example/dataset/1"}


# What is packed


def test_what_unfolds_too_far_is_stopped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", HEAD + GOOD * 6_000)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress((HEAD + GOOD * 20_000).encode()))
    (tmp_path / "bomb.ttl.gz").write_bytes(gzip.compress(b"# nothing at all\n" * 40_000))
    for profile, name in (
        ("cordis", "bomb.zip"),
        ("cordis", "bomb.csv.gz"),
        ("dcat", "bomb.ttl.gz"),
    ):
        assert (tmp_path / name).stat().st_size < 20_000
        with pytest.raises(LimitError, match="unfolds to more than the limit of 200,000 bytes"):
            bring_in(profile, [tmp_path / name], tmp_path / "out.nq", limit=200_000)
        assert not (tmp_path / "out.nq").exists()


@pytest.mark.parametrize("name", ["project.csv.gz", "project.zip"])
def test_a_packed_file_that_ends_halfway_leaves_nothing(tmp_path: Path, name: str) -> None:
    data = (HEAD + "".join(f"{n};Pond {n};2020-01-01;{n}\n" for n in range(5000))).encode()
    whole = tmp_path / f"whole-{name}"
    if name.endswith(".zip"):
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.csv", data)
        packed = bytearray(whole.read_bytes())
        packed[len(packed) // 2] ^= 0xFF  # cut short, it would be no archive at all
    else:
        packed = bytearray(gzip.compress(data))[:-2000]
    (tmp_path / name).write_bytes(packed)
    with pytest.raises(InputError, match="damaged or not complete"):
        bring_in("cordis", [tmp_path / name], tmp_path / "out.nq", on_error="skip")
    assert not (tmp_path / "out.nq").exists()


# Names and failures


def test_a_name_cannot_lead_out_of_the_folder_of_imports() -> None:
    for name in ("../x", "a/b", "", "A", ".x", "x" * 70):
        with pytest.raises((UsageError, InputError)):
            import_files(
                load_profile("cordis"), [source_of(str(CORDIS[0]))], name=name or "-", output=None
            )


def test_a_failed_import_leaves_the_one_before_it_as_it_was(tmp_path: Path) -> None:
    project_names(tmp_path, HEAD + GOOD)
    before = (tmp_path / "out.nq").read_bytes()
    with pytest.raises(SiGraphError):
        project_names(tmp_path, HEAD + GOOD + "2;A pond;never;1\n")
    assert (tmp_path / "out.nq").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"project.csv", "out.nq"}
