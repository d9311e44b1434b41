"""How the server is set up: one table, which options, environment and file all follow."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.serve.workers.limits import MEGABYTE, Limits


class Settings(NamedTuple):
    """The settings of a server.

    Attributes:
        host: The address to listen on.
        port: The port; 0 takes any that is free.
        origin: The scheme and host under which the public reaches the site, such as
            `https://example.org`; empty where requests tell it rightly themselves.
        root: The path that a proxy puts the site under; it begins and ends with a slash.
        data: RDF files to serve instead of the bundled graph.
        snapshot: The folder of a snapshot to serve instead, as `si-graph build -o` writes it.
        publisher: The file that says who publishes the graph; None for the project's own.
        writable: Whether clients that have the token may change the data.
        store: The folder in which a writable dataset is kept.
        token_file: The file with the token that updates need; without it nothing can be written.
        reason: Whether the closure of a writable dataset is kept up to date.
        checks: Whether updates that make the graph inconsistent or violate a shape are refused.
        allow_service: Endpoints that `SERVICE` and `LOAD` may reach.
        body: Bytes that a request may have.
        cache: Bytes of answers that are kept.
        connections: Clients that may be connected at the same time.
        arrival: Seconds that a request may take to arrive.
        keep_alive: Seconds that a connection stays open between requests.
        grace: Seconds that running requests get to end when the server stops.
        log_queries: Whether the logs hold what was asked.
        limits: What one request may take.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    origin: str = ""
    root: str = "/"
    data: tuple[str, ...] = ()
    snapshot: str | None = None
    publisher: str | None = None
    writable: bool = False
    store: str | None = None
    token_file: str | None = None
    reason: bool = True
    checks: bool = True
    allow_service: tuple[str, ...] = ()
    body: int = 10 * MEGABYTE
    cache: int = 64 * MEGABYTE
    connections: int = 1000
    arrival: float = 20.0
    keep_alive: float = 15.0
    grace: float = 30.0
    log_queries: bool = False
    limits: Limits = Limits()


class Option(NamedTuple):
    """One setting that users can choose.

    Its name is `--name` on the command line, `SI_GRAPH_NAME` in the environment and `name` in a
    file; with underscores for hyphens it is the attribute of `Settings` or `Limits`.

    Attributes:
        name: What users call it.
        kind: How its value is read (`configuration.READERS`).
        group: What it is listed with in the help.
        help: What it does.
    """

    name: str
    kind: str
    group: str
    help: str

    @property
    def attribute(self) -> str:
        """The attribute that it sets."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"SI_GRAPH_{self.attribute.upper()}"

    @property
    def default(self) -> object:
        """What holds if nobody chooses."""
        standard = Settings()
        where = standard.limits if self.attribute in Limits._fields else standard
        return getattr(where, self.attribute)


_WHERE, _WHAT = "where it listens", "what it serves"
_WRITING, _EACH, _ALL = "changes", "what one request may take", "what all together may take"

OPTIONS = (
    Option("host", "text", _WHERE, "the address to listen on"),
    Option("port", "number", _WHERE, "the port; 0 takes any that is free"),
    Option("origin", "origin", _WHERE, "scheme and host as the public knows them, behind a proxy"),
    Option("root", "root", _WHERE, "the path that a proxy puts the site under"),
    Option("data", "texts", _WHAT, "RDF files to serve instead of the bundled graph"),
    Option("snapshot", "text", _WHAT, "a folder of `si-graph build -o` to serve instead"),
    Option("publisher", "text", _WHAT, "a file that says who publishes the graph"),
    Option("allow-service", "texts", _WHAT, "endpoints that SERVICE and LOAD may reach"),
    Option("writable", "flag", _WRITING, "let clients that have the token change the data"),
    Option("token-file", "text", _WRITING, "the file with the token"),
    Option("store", "text", _WRITING, "the folder in which changed data are kept"),
    Option("reason", "flag", _WRITING, "keep what follows up to date"),
    Option("checks", "flag", _WRITING, "refuse what is inconsistent or violates a shape"),
    Option("timeout", "seconds", _EACH, "time; clients may ask for less"),
    Option("memory", "bytes", _EACH, "memory"),
    Option("rows", "number", _EACH, "rows or triples in an answer; more are cut off, visibly"),
    Option("body", "bytes", _EACH, "size of what a client sends"),
    Option("arrival", "seconds", _EACH, "time to arrive whole"),
    Option("workers", "number", _ALL, "requests that are worked on at the same time"),
    Option("queue", "number", _ALL, "requests that may wait for that"),
    Option("patience", "seconds", _ALL, "how long they may wait"),
    Option("connections", "number", _ALL, "clients that may be connected"),
    Option("keep-alive", "seconds", _ALL, "how long a connection stays open between requests"),
    Option("cache", "bytes", _ALL, "answers that are kept"),
    Option("grace", "seconds", _ALL, "time that running requests get when the server stops"),
    Option("log-queries", "flag", _ALL, "write what was asked to the logs, too"),
)
"""Everything that can be chosen, in the order of the help."""
