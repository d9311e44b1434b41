"""Open data of the EU and others, brought in: read as a stream, mapped by queries, kept whole."""

from __future__ import annotations

from si_graph.exchange.imports.fetching import fetch, is_url
from si_graph.exchange.imports.importing import Imported, import_files, kept_at
from si_graph.exchange.imports.inputs import DEFAULT_LIMIT, GIGABYTE, Source, source_of
from si_graph.exchange.imports.profiles import Profile, load_profile, profile_names
from si_graph.exchange.imports.report import Fault, Report

__all__ = [
    "DEFAULT_LIMIT",
    "GIGABYTE",
    "Fault",
    "Imported",
    "Profile",
    "Report",
    "Source",
    "fetch",
    "import_files",
    "is_url",
    "kept_at",
    "load_profile",
    "profile_names",
    "source_of",
]
