"""Whatever happens while a version is made, the dataset is the old one or the new one."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import LimitError
from si_graph.namespaces import GRAPH_INFERRED
from si_graph.reason.rules_engine import RulesEngine
from si_graph.serve.dataset.creation import create, is_reasoned_over
from si_graph.serve.dataset.versions import Dataset
from si_graph.serve.dataset.writer import Rules, Writer

EX = "http://example.org/"
KILLS = 20
SCHEMA = f"""
<{EX}p> a <http://www.w3.org/2002/07/owl#TransitiveProperty> .
<{EX}p> <http://www.w3.org/2000/01/rdf-schema#domain> <{EX}C> .
"""

# Writes links of a chain, one after the other, and says of each that it is written.
CHILD = """
import sys
from si_graph.serve.dataset.versions import Dataset
from si_graph.serve.dataset.writer import Writer
writer = Writer(Dataset.open(sys.argv[1]))
number = int(sys.argv[2])
while True:
    writer.update(
        f"INSERT DATA {{ <http://example.org/{number}> <http://example.org/p>"
        f" <http://example.org/{number + 1}> . <http://example.org/{number}>"
        f" <http://example.org/half> {number} }}"
    )
    print(number, flush=True)
    number += 1
"""


def links(dataset: Dataset) -> tuple[set[int], set[int]]:
    """Return the numbers of which each half of an update is there."""
    store = ox.Store.read_only(dataset.current().path)
    found = []
    for name in ("p", "half"):
        quads = store.quads_for_pattern(None, ox.NamedNode(EX + name), None, ox.DefaultGraph())
        numbers = (re.search(r"\d+$", str(getattr(q.subject, "value", ""))) for q in quads)
        found.append({int(match.group()) for match in numbers if match})
    return found[0], found[1]


def require_fresh(dataset: Dataset) -> None:
    quads = list(ox.Store.read_only(dataset.current().path))
    inferred = {quad.triple for quad in quads if str(quad.graph_name) == f"<{GRAPH_INFERRED}>"}
    stated = (quad.triple for quad in quads if is_reasoned_over(quad))
    assert inferred == RulesEngine().close(stated).inferred


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in (folder / "versions").iterdir() if "next" in path.name]


def test_what_was_acknowledged_outlives_a_kill_at_any_moment(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    dataset = create(folder, ox.parse(SCHEMA, format=ox.RdfFormat.TURTLE))
    # What chance decides here is no secret, and the same every time.
    chance = random.Random(5)  # noqa: S311
    number = killed = begun = 0
    while killed < KILLS:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), str(number)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        # The first update takes a while; kills are spread over those after it too.
        for _ in range(chance.choice([0, 1, 2])):
            number = int(child.stdout.readline()) + 1
        time.sleep(chance.uniform(0, 0.6))
        os.kill(child.pid, signal.SIGKILL)
        said = child.stdout.read().split()
        child.wait()
        killed += 1
        acknowledged = int(said[-1]) + 1 if said else number
        begun += bool(leftovers(folder))
        first, second = links(Dataset.open(folder))
        assert first == second
        # The one that was under way is there or not.
        assert first in (set(range(acknowledged)), set(range(acknowledged + 1)))
        number = len(first)
        if killed % 10 == 0:
            require_fresh(dataset)
    assert number > KILLS / 4
    assert begun > 0, "no kill came amid an update"
    Writer(dataset).close()
    assert leftovers(folder) == []
    assert len(list((folder / "versions").iterdir())) == 1


# Ends itself at a step on the way to publishing, before or after it is done.
ENDING = """
import os, signal, sys
from si_graph.serve.dataset.versions import Dataset
from si_graph.serve.dataset.writer import Rules, Writer
writer = Writer(Dataset.open(sys.argv[1]), Rules(reason=False))
step, is_done = sys.argv[2], sys.argv[3] == "after"
real = getattr(os, step)
def end(*arguments):
    if is_done:
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, step, end)
writer.update(
    "INSERT DATA { <http://example.org/0> <http://example.org/p> 1 ; <http://example.org/half> 1 }"
)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["rename", "replace", "fsync"])
def test_each_step_of_publishing_may_be_the_last(tmp_path: Path, step: str, moment: str) -> None:
    dataset = create(tmp_path / "d", [], reason=False)
    ended = subprocess.run([sys.executable, "-c", ENDING, dataset.directory, step, moment])
    assert ended.returncode == -signal.SIGKILL
    is_published = (step, moment) == ("replace", "after")
    assert links(dataset) == (({0}, {0}) if is_published else (set(), set()))
    writer = Writer(dataset, Rules(reason=False))
    writer.update(f"INSERT DATA {{ <{EX}1> <{EX}p> 1 ; <{EX}half> 1 }}")
    assert 1 in links(dataset)[0]
    writer.close()


def test_a_full_disk_leaves_the_old_version(tmp_path: Path) -> None:
    dataset = create(tmp_path / "d", ox.parse(SCHEMA, format=ox.RdfFormat.TURTLE))
    writer = Writer(dataset)
    before = writer.update("")
    values = " ".join(f"<{EX}{number}> <{EX}q> '{'x' * 1000}{number}' ." for number in range(1000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(LimitError, match="the disk is full"):
            writer.update(f"INSERT DATA {{ {values} }}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert dataset.current() == before
    assert leftovers(tmp_path / "d") == []
    after = writer.update(f"INSERT DATA {{ <{EX}a> <{EX}p> <{EX}b> }}")
    assert after.number == before.number + 1
    require_fresh(dataset)
    writer.close()


@pytest.mark.parametrize("step", ["rename", "replace", "fsync"])
def test_a_failure_on_the_way_to_publishing_leaves_the_old_version(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = create(tmp_path / "d", ox.parse(SCHEMA, format=ox.RdfFormat.TURTLE))
    writer = Writer(dataset)
    before = writer.update(f"INSERT DATA {{ <{EX}a> <{EX}p> <{EX}b> }}")

    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"os.{step}", fail)
        with pytest.raises(LimitError, match="unchanged"):
            writer.update(f"INSERT DATA {{ <{EX}b> <{EX}p> <{EX}c> }}")
    assert Dataset.open(tmp_path / "d").current() == before
    require_fresh(dataset)
    writer.update(f"INSERT DATA {{ <{EX}c> <{EX}p> <{EX}d> }}")
    require_fresh(dataset)
    assert links(dataset)[0] == set()
    writer.close()


def test_many_updates_leave_few_files(tmp_path: Path) -> None:
    dataset = create(tmp_path / "d", [], reason=False)
    writer = Writer(dataset, Rules(reason=False))
    sizes = []
    for number in range(40):
        version = writer.update(f"INSERT DATA {{ <{EX}{number}> <{EX}p> {number} }}")
        writer.sweep([])
        sizes.append(len(os.listdir(version.path)))
    assert max(sizes[20:]) < 2 * max(sizes[:20])
    assert len(os.listdir(tmp_path / "d" / "versions")) == 1
    writer.close()
