"""A site takes the place of the one before it as a whole, and of nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from published import command, run
from si_graph.errors import UsageError
from si_graph.publish.static.folder import MANIFEST, Folder, replacing
from si_graph.publish.static.making import File


def write(directory: Path, **files: str) -> None:
    with replacing(str(directory)) as aside:
        folder = Folder(aside)
        written = folder.write(File(name, data.encode()) for name, data in files.items())
        folder.list(written, "https://example.org/")


def content(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file()
    }


def has_processes(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_publication_replaces_the_first_with_the_same_bytes(site: Path) -> None:
    before = content(site)
    publisher = site.parents[1] / "publisher.toml"
    # As if an earlier site had had a page more.
    listed = json.loads((site / MANIFEST).read_text(encoding="utf-8"))
    listed["files"]["gone/index.html"] = ""
    (site / MANIFEST).write_text(json.dumps(listed), encoding="utf-8")
    (site / "gone").mkdir()
    (site / "gone" / "index.html").touch()
    made = run(site, publisher, PYTHONHASHSEED="4242", TZ="Pacific/Auckland", LC_ALL="C")
    assert made.returncode == 0, made.stderr
    assert content(site) == before
    assert sorted(path.name for path in site.parent.iterdir()) == [site.name]


def test_a_folder_with_anything_else_is_left_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    made = run(mine, Path("data/catalog/publisher.toml"))
    assert made.returncode == 2
    assert "thesis.txt" in made.stderr
    assert "Traceback" not in made.stderr
    assert (mine / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert list(tmp_path.iterdir()) == [mine]


def test_what_somebody_put_into_a_site_is_not_lost(tmp_path: Path) -> None:
    directory = tmp_path / "site"
    write(directory, a="one")
    (directory / ".git").mkdir()
    (directory / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    with pytest.raises(UsageError, match=r"\.git/HEAD"):
        write(directory, a="two")
    assert (directory / "a").read_text(encoding="utf-8") == "one"


@pytest.mark.parametrize("name", ["file", "link"])
def test_what_is_no_folder_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        write(tmp_path / name, a="one")


def test_an_empty_folder_becomes_the_site(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    write(tmp_path / "site", a="one")
    assert set(content(tmp_path / "site")) == {"a", MANIFEST}


def test_a_failure_leaves_the_old_site_and_nothing_beside_it(tmp_path: Path) -> None:
    directory = tmp_path / "site"
    write(directory, a="one")
    before = content(directory)

    def fail() -> None:
        with replacing(str(directory)) as aside:
            Folder(aside).write([File("a", b"two")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert content(directory) == before
    assert list(tmp_path.iterdir()) == [directory]


def test_a_killed_publication_leaves_the_old_site_whole(tmp_path: Path) -> None:
    directory = tmp_path / "site"
    write(directory, a="one")
    before = content(directory)
    process = subprocess.Popen(
        command(directory, Path("data/catalog/publisher.toml")),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not any(path.name.startswith(".site.publishing-") and any(path.iterdir())
                  for path in tmp_path.iterdir()):  # fmt: skip
        assert time.monotonic() < deadline, "nothing was begun"
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert content(directory) == before
    while has_processes(process.pid):
        assert time.monotonic() < deadline, "its helpers go on"
        time.sleep(0.05)
    # The next one removes what was left.
    write(directory, a="two")
    assert (directory / "a").read_text(encoding="utf-8") == "two"
    assert list(tmp_path.iterdir()) == [directory]
