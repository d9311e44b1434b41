"""Brings the libraries of others into the project: `python frontend/vendor.py`.

They are installed by npm in exactly the versions of package-lock.json, and copied beside a
manifest (`vendor.json`: version, licence, source, SHA-256 of each file) and their licence texts.
A test compares the manifest with what is there; it needs no network.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
PAGES = HERE.parent / "src" / "si_graph" / "render" / "static" / "vendor"
TESTS = HERE.parent / "tests" / "browser" / "vendor"
MANIFEST = "vendor.json"


def main() -> None:
    """Install, copy and bundle everything."""
    # No package needs its install script, and none should run one.
    npm = shutil.which("npm") or "npm"
    subprocess.run([npm, "ci", "--ignore-scripts"], cwd=HERE, check=True)  # noqa: S603 - nothing in it comes from outside
    for folder in (PAGES, TESTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    codemirror = bundle("codemirror.js", PAGES / "codemirror.js")
    cytoscape = copy("cytoscape/dist/cytoscape.esm.min.mjs", PAGES / "cytoscape.js")
    oxigraph = copy("oxigraph/web.js", PAGES / "oxigraph.js")
    engine = copy("oxigraph/web_bg.wasm", PAGES / "oxigraph.wasm")
    manifest(PAGES, [codemirror, cytoscape, oxigraph, engine])
    manifest(TESTS, [copy("axe-core/axe.min.js", TESTS / "axe.js")])


class Vendored(NamedTuple):
    """A file that was brought in.

    Attributes:
        file: The file.
        source: What it was made from: a file of a package, or one of this folder.
        packages: The packages that are in it.
    """

    file: Path
    source: str
    packages: list[str]


def copy(source: str, target: Path) -> Vendored:
    """Copy a file of a package as it is."""
    shutil.copyfile(MODULES / source, target)
    return Vendored(target, source, [package_of(f"node_modules/{source}")])


def bundle(entry: str, target: Path) -> Vendored:
    """Make one module of an entry file and all that it needs."""
    report = MODULES / "bundle.json"
    subprocess.run(  # noqa: S603 - nothing in it comes from outside
        [
            MODULES / ".bin" / "esbuild", entry, "--bundle", "--minify", "--format=esm",
            "--target=es2022", "--legal-comments=none", f"--metafile={report}",
            f"--outfile={target}",
        ],
        cwd=HERE,
        check=True,
    )  # fmt: skip
    inputs = json.loads(report.read_text(encoding="utf-8"))["inputs"]
    packages = {package_of(path) for path in inputs if path.startswith("node_modules/")}
    return Vendored(target, f"frontend/{entry}", sorted(packages))


def package_of(path: str) -> str:
    """Return the name of the package that a file below node_modules belongs to."""
    parts = path.split("/")[1:]
    return "/".join(parts[: 2 if parts[0].startswith("@") else 1])


def manifest(folder: Path, files: list[Vendored]) -> None:
    """Write the manifest and the licence texts of a folder."""
    (folder / "licences").mkdir()
    packages = {}
    for name in sorted({package for one in files for package in one.packages}):
        about = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
        text = folder / "licences" / f"{name.replace('@', '').replace('/', '-')}.txt"
        # One package comes without the texts of its licences; of the two, this is Apache-2.0.
        own = HERE / "licences" / text.name
        shutil.copyfile(own if own.is_file() else MODULES / name / "LICENSE", text)
        packages[name] = {
            "version": about["version"],
            "licence": about["license"],
            "text": f"licences/{text.name}",
        }
    content = {
        "files": {
            one.file.name: {
                "source": one.source,
                "sha256": hashlib.sha256(one.file.read_bytes()).hexdigest(),
                "packages": one.packages,
            }
            for one in files
        },
        "packages": packages,
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
