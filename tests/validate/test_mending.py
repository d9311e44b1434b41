"""What is certainly meant otherwise is mended in the text of the file; the rest is left alone."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mending_files import PREFIXES, data, mended

from si_graph.errors import InputError, LimitError
from si_graph.validate.mending import text as mending_text
from si_graph.validate.mending.patches import Patch, propose, write
from si_graph.validate.mending.text import Edit, Text, same, why_not_mended

SHAPES = (
    PREFIXES
    + """
ex:Thing a sh:NodeShape ; sh:targetSubjectsOf ex:of ;
    sh:property ex:date , ex:count , ex:either , ex:dutch , ex:any , ex:one-each , ex:code ,
        ex:least , ex:named , ex:truth , ex:name .
ex:date sh:path ex:issued ; sh:datatype xsd:date .
ex:count sh:path ex:number ; sh:datatype xsd:integer .
ex:least sh:path ex:atLeast ; sh:datatype xsd:integer ; sh:minInclusive 5 .
ex:truth sh:path ex:holds ; sh:datatype xsd:boolean .
ex:either sh:path ex:size ; sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:decimal ] ) .
ex:dutch sh:path ex:title ; sh:languageIn ( "nl" ) .
ex:any sh:path ex:note ; sh:languageIn ( "nl" "en" ) ; sh:uniqueLang false .
ex:one-each sh:path ex:label ; sh:languageIn ( "nl" "en" ) ; sh:uniqueLang true .
ex:named sh:path ex:called ; sh:qualifiedMinCount 1 ;
    sh:qualifiedValueShape [ sh:languageIn ( "nl" ) ] .
ex:code sh:path ex:code ; sh:pattern "^[A-Z]+$" .
ex:name sh:path ex:name ; sh:datatype xsd:string ; sh:maxLength 5 .
"""
)
HEAD = '# What is said, by "hand".\n' + PREFIXES
FRENCH = '"gemeente" , "commune"@fr'


CERTAIN = [
    ('ex:issued "31-12-2014"', 'ex:issued "2014-12-31"^^xsd:date'),
    ('ex:issued "12/31/2014"', 'ex:issued "2014-12-31"^^xsd:date'),
    ('ex:issued "03.03.2014"', 'ex:issued "2014-03-03"^^xsd:date'),
    ('ex:issued "2014/12/31"', 'ex:issued "2014-12-31"^^xsd:date'),
    ('ex:issued "2014-1-5"', 'ex:issued "2014-01-05"^^xsd:date'),
    ("ex:issued '''2014-12-31 '''", "ex:issued '''2014-12-31'''^^xsd:date"),
    ('ex:issued "31-12-2014"^^xsd:date', 'ex:issued "2014-12-31"^^xsd:date'),
    ('ex:number "5"', "ex:number 5"),
    ('ex:number " 05" ', "ex:number 05 "),
    ('ex:number "-5"^^xsd:string', "ex:number -5"),
    ('ex:number "five" , "5".', 'ex:number "five" , "5"^^xsd:integer.'),
    ('ex:atLeast "1"', "ex:atLeast 1"),
    ('ex:holds "true"', "ex:holds true"),
    ('ex:title "naam"', 'ex:title "naam"@nl'),
    ('ex:label "naam" , "name"@en', 'ex:label "naam"@nl , "name"@en'),
    ('ex:label "naam" , "name"@en-GB', 'ex:label "naam"@nl , "name"@en-GB'),
    ('ex:called "naam" , "name"@en', 'ex:called "naam"@nl , "name"@en'),
    ('ex:code "ABC "', 'ex:code "ABC"'),
    ('ex:code "\tABC"@en', 'ex:code "ABC"@en'),
    ('ex:name " vijf "', 'ex:name "vijf"'),
]
UNCERTAIN = [
    'ex:issued "03-04-2014"',  # April or March?
    'ex:issued "3-4-2014"^^xsd:date',
    'ex:issued "31-12-14"',  # which century?
    'ex:issued "31-02-2014"',  # no such day
    'ex:issued "2014-13-01"',
    'ex:issued "31-12/2014"',
    'ex:issued "2014"',
    'ex:issued "2014-12-31T10:00:00"',  # the hour would be lost
    'ex:issued "31-12-2014"@nl',  # a text, says its language
    "ex:issued 2014",
    'ex:number "5"@nl',
    'ex:number "5.0"',
    'ex:number "1.000"',
    'ex:number "five"',
    'ex:number "٥"',
    "ex:number 5.0",
    'ex:number "5"^^xsd:decimal',
    'ex:holds "yes"',
    'ex:size "5"',  # an integer or a decimal?
    'ex:title "nom"@fr',
    "ex:title 5",
    'ex:note "naam"',  # Dutch or English?
    'ex:note "naam" , "name"@en',  # both may be English
    'ex:label "naam"',
    'ex:label "naam" , "titel" , "name"@en',
    'ex:label "name" , "name"@en',  # more likely English twice
    'ex:label "naam" , "naam"@nl , "name"@en',
    'ex:called "naam"',
    'ex:called "name" , "Name"@en',
    'ex:code "ABC d"',
    'ex:code "abc "',  # still wrong without the space
    'ex:code "ABC\\n"',  # written on purpose
    'ex:name " twaalf "',
]


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    return data(tmp_path, SHAPES, "shapes.ttl")


# Values


def lines(cases: list[str]) -> list[str]:
    """Return a file in which each case is a line about a thing of its own, with all around it."""
    ends = ["" if case.endswith(".") else " ." for case in cases]
    things = [
        f"ex:t{number} ex:of ex:b;   {case}{end} # \"5\" '31-12-2014'"
        for number, (case, end) in enumerate(zip(cases, ends, strict=True))
    ]
    return [*HEAD.splitlines(), "", *things, "# the end"]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str], Patch]:
    """Return the lines of all cases, what they become, and the patch."""
    folder = tmp_path_factory.mktemp("together")
    before = lines([wrong for wrong, _ in CERTAIN] + UNCERTAIN)
    path = data(folder, "\n".join(before))
    (patch,) = propose([path], [data(folder, SHAPES, "shapes.ttl")])
    assert path.read_text(encoding="utf-8") == patch.before == "\n".join(before)
    return before, patch.after.split("\n"), patch


@pytest.mark.parametrize(("wrong", "right"), CERTAIN)
def test_what_is_certain_is_mended_and_nothing_else_changes(
    together: tuple[list[str], list[str], Patch], wrong: str, right: str
) -> None:
    before, after, _ = together
    number = next(at for at, line in enumerate(before) if f";   {wrong}" in line)
    assert after[number] == before[number].replace(wrong, right)


@pytest.mark.parametrize("uncertain", UNCERTAIN)
def test_what_is_not_certain_is_left_alone(
    together: tuple[list[str], list[str], Patch], uncertain: str
) -> None:
    before, after, _ = together
    number = next(at for at, line in enumerate(before) if f";   {uncertain} ." in line)
    assert after[number] == before[number]


def test_every_change_has_its_sentence_and_a_second_run_has_none(
    together: tuple[list[str], list[str], Patch], tmp_path: Path, shapes: Path
) -> None:
    before, after, patch = together
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == len(CERTAIN)
    assert {frozenset(change) for change in patch.changes} == {frozenset(("nl", "en"))}
    assert {'"31-12-2014" becomes 2014-12-31, of the datatype asked for, xsd:date'} <= {
        change["en"] for change in patch.changes
    }
    assert propose([data(tmp_path, patch.after)], [shapes]) == []


def test_a_value_for_which_two_shapes_ask_different_things_is_left_alone(tmp_path: Path) -> None:
    text = PREFIXES + "ex:S sh:targetSubjectsOf ex:of ; sh:property ex:one , ex:two ."
    text += ' ex:one sh:path ex:t ; sh:languageIn ( "nl" ) .'
    text += ' ex:two sh:path ex:t ; sh:languageIn ( "en" ) .'
    shapes = data(tmp_path, text, "shapes.ttl")
    path = data(tmp_path, HEAD + 'ex:a ex:of ex:b ; ex:t "naam" .')
    assert propose([path], [shapes]) == []


def test_a_mend_that_breaks_another_rule_is_left_alone(tmp_path: Path) -> None:
    text = PREFIXES + "ex:S sh:targetSubjectsOf ex:of ; sh:property ex:one , ex:two ."
    text += (
        'ex:one sh:path ex:t ; sh:languageIn ( "nl" ) . ex:two sh:path ex:t ; sh:uniqueLang true .'
    )
    shapes = data(tmp_path, text, "shapes.ttl")
    path = data(
        tmp_path, HEAD + 'ex:a ex:of ex:b ; ex:t "naam" , "titel"@nl . ex:c ex:of ex:d ; ex:t "x" .'
    )
    after = mended(path, shapes)
    assert after == path.read_text(encoding="utf-8").replace('"x"', '"x"@nl')


def test_every_occurrence_is_mended_and_told_once(tmp_path: Path, shapes: Path) -> None:
    text = HEAD + 'ex:g { ex:a ex:of ex:b ; ex:number "5" . }\nex:h { ex:a ex:number "5" }\n'
    (patch,) = propose([data(tmp_path, text, "data.trig")], [shapes])
    assert patch.after == text.replace('"5"', "5").replace("5 }", "5 }").replace("hand.", "hand.")
    assert len(patch.changes) == 1
    assert set(patch.changes[0]) == {"nl", "en"}


def test_things_without_a_name_are_mended_too(tmp_path: Path, shapes: Path) -> None:
    text = (
        HEAD
        + 'ex:x ex:p [ ex:of 0 ; ex:number "7" ] , [ ex:q ( "8" [ ex:of 1 ; ex:number "9"] ) ] .'
    )
    after = mended(data(tmp_path, text), shapes)
    assert after == text.replace('"7"', "7").replace('"9"', "9")


def test_shapes_without_a_name_ask_as_well(tmp_path: Path) -> None:
    text = (
        PREFIXES
        + """ex:S sh:targetSubjectsOf ex:of ; sh:property
        [ sh:path ex:number ; sh:datatype xsd:integer ] ,
        [ sh:path ex:date ; sh:datatype xsd:date ] ,
        [ sh:path ex:name ; sh:languageIn ( "nl" ) ] ."""
    )
    shapes = data(tmp_path, text, "shapes.ttl")
    path = data(tmp_path, HEAD + """ex:a ex:of ex:b ; ex:number "5" ; ex:name "a", '2014-1-5' .""")
    after = path.read_text().replace('"5"', "5").replace('"a"', '"a"@nl').replace("5'", "5'@nl")
    assert mended(path, shapes) == after


@pytest.mark.parametrize(
    ("name", "graph"), [("data.nt", ""), ("data.nq", " <http://example.org/g>")]
)
def test_line_based_files_are_mended_in_their_own_notation(
    tmp_path: Path, shapes: Path, name: str, graph: str
) -> None:
    line = f"<http://example.org/a> <http://example.org/{{}}{graph} .\n"
    text = line.format("of> <http://example.org/b>") + line.format('number> "5"')
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    assert mended(data(tmp_path, text, name), shapes) == text.replace('"5"', f'"5"^^{integer}')


def test_line_ends_and_a_mark_at_the_start_stay(tmp_path: Path, shapes: Path) -> None:
    text = "\ufeff" + (HEAD + 'ex:a ex:of ex:b ;\n ex:number "5" .\n# é\n').replace("\n", "\r\n")
    path = data(tmp_path, text)
    write(propose([path], [shapes]))
    assert path.read_bytes() == text.replace('"5"', "5").encode()


def test_relative_names_mean_what_they_mean_in_the_file(tmp_path: Path, shapes: Path) -> None:
    path = data(tmp_path, HEAD + '<#a> ex:of <other.ttl#b> ; ex:number "5" .')
    assert mended(path, shapes) == path.read_text(encoding="utf-8").replace('"5"', "5")


def test_what_another_file_says_counts(tmp_path: Path, shapes: Path) -> None:
    one = data(tmp_path, HEAD + 'ex:a ex:of ex:b ; ex:label "naam" .', "one.ttl")
    name = '{"@value": "n", "@language": "en"}'
    said = '{"@id": "http://example.org/a", "http://example.org/label": ' + name + "}"
    two = data(tmp_path, said, "two.jsonld")
    (patch,) = propose([one, two], [shapes])
    assert (patch.file, '"naam"@nl' in patch.after) == (str(one), True)
    # The same statement in a file that is not mended leaves the finding as it was.
    two.write_text('{"@id": "http://example.org/a", "http://example.org/label": "naam"}')
    assert propose([one, two], [shapes]) == []


def test_files_that_cannot_be_mended_say_why(tmp_path: Path, shapes: Path) -> None:
    said = '{"@id": "ex:a", "http://example.org/of": 1, "http://example.org/number": "5"}'
    plain = data(tmp_path, said, "data.jsonld")
    packed = tmp_path / "data.ttl.gz"
    packed.write_bytes(gzip.compress((HEAD + 'ex:a ex:of ex:b ; ex:number "5" .').encode()))
    assert propose([plain, packed], [shapes]) == []
    for file, word in (("data.jsonld", "Turtle"), ("data.rdf", "Turtle"), (str(packed), "unpack")):
        why = why_not_mended(file)
        assert why is not None
        assert word in why["en"]
        assert why["nl"]
    assert why_not_mended("data.trig") is None


# Writing


def test_a_file_keeps_its_rights_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path = data(tmp_path, "before")
    path.chmod(0o640)
    link = tmp_path / "link.ttl"
    link.symlink_to(path)
    write([Patch(str(link), "before", "after", ())])
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("after", 0o640)
    assert link.is_symlink()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data.ttl", "link.ttl"]


def test_nothing_is_written_if_a_file_has_changed_since(tmp_path: Path) -> None:
    one, two = data(tmp_path, "1", "one.ttl"), data(tmp_path, "2", "two.ttl")
    patches = [Patch(str(path), path.read_text(), "new", ()) for path in (one, two)]
    two.write_text("2 and more")
    with pytest.raises(InputError, match="changed since") as caught:
        write(patches)
    assert caught.value.file == str(two)
    assert (one.read_text(), two.read_text()) == ("1", "2 and more")


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_diff_is_one_that_tools_apply(tmp_path: Path, end: str) -> None:
    before = "a\x0cb\u2028c\nd\r\ne" + end
    path = data(tmp_path, before)
    patch = Patch(path.name, before, before.replace("e", "f\ng"), ())
    subprocess.run(["git", "apply", "-p0"], cwd=tmp_path, input=patch.diff.encode(), check=True)
    assert path.read_bytes() == patch.after.encode()


def test_a_file_that_is_missing_or_too_large_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError):
        propose([tmp_path / "none.ttl"])
    monkeypatch.setattr(mending_text, "MAX_BYTES", 3)
    with pytest.raises(LimitError, match="not mended"):
        propose([data(tmp_path, "# 3 more")])


# The words of a text

WORDS = st.sampled_from(
    [
        *("5", "-5.0", ".5e1", "5.0E-1", "true", "false", "'x'", '"#"', "'''it's'''"),
        *('"""a "b"\n# c"""', '"a"@nl', '"a"@en-GB', "'a'^^ex:t", '"a"^^<http://e.org/t>'),
        *('"\\"\\\\"', '"\\u00e9" @nl', "ex:a", "<http://e.org/#a'b>", "_:b1.c", "ex:5", "ex:true"),
        *("a:", "[]", "()", "(1 'y')", "[ ex:p 'z' ]", "ex:it\\'s", "ex:a%22"),
    ]
)
GAPS = st.sampled_from([" ", "\n", "\t # a 'comment' with \"5\"\n", "\r\n  "])


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = ["@prefix ex: <http://e.org/'> .", "PREFIX a: <http://e.org/a#5>"]
    for _ in range(draw(st.integers(1, 4))):
        words = draw(st.lists(WORDS, min_size=1, max_size=4))
        gaps = [draw(GAPS) for _ in range(3)]
        objects = f"{gaps[0]},{gaps[1]}".join(words)
        lines.append(f"ex:s a ex:C ;{gaps[1]}ex:p{gaps[2]}{objects}{gaps[0]}.")
    return "\n".join(lines)


@given(documents(), st.data())
def test_the_words_that_are_literals_are_those_of_the_parser(
    text: str, some: st.DataObject
) -> None:
    place = Text(text, "data.ttl")
    before = place.quads()
    values = [at for at, quad in enumerate(before) if isinstance(quad.object, ox.Literal)]
    words = place.literals()
    assert len(words) == len(values)
    if not words:
        return
    chosen = some.draw(st.integers(0, len(words) - 1))
    changed = place.changed([Edit(*words[chosen].span(), '"new"@nl', {})])
    after = Text(changed, "data.ttl").quads()
    old = before[values[chosen]]
    before[values[chosen]] = ox.Quad(
        old.subject, old.predicate, ox.Literal("new", language="nl"), old.graph_name
    )
    assert same(after, before)


@given(st.text("aé1 .:_-#<>'\"\\\n\r{}?@%^", max_size=40))
def test_any_text_has_words(text: str) -> None:
    place = Text(text, "data.ttl")
    assert place.changed([]) == text
    list(place.names())
    place.directives()
