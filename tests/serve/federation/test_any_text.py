"""Whatever a text is made of, it reaches what is allowed, as Oxigraph would, and nothing else."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from federating import PREFIX, Federation, run
from loopback import Server
from si_graph.errors import LimitError, QuerySyntaxError, SiGraphError, UsageError
from si_graph.serve.federation.policy import prepare_query, prepare_update

# The dangerous words, and what may hide them.
PIECES = [
    "SERVICE", "service", "SILENT", "LOAD", "INTO GRAPH", "GRAPH", "<URL>", "e:", "e:x", "?e",
    "{", "}", "{ }", "{ ?s ?p ?o }", "(", ")", "'", '"', "'''", '"""', "\\", "#", "\n", "\r", " ",
    ";", ".", ",", "1", "true", "'x'", "'x'@en", "@", "<", ">", "<x:#>", "_:b", "a", "^^",
    "\\u0053", "ERVICE", "OPTIONAL", "FILTER", "EXISTS", "MINUS", "UNION", "BIND", "AS", "VALUES",
    "SELECT *", "PREFIX e: <URL>", "BASE <URL>", "SERVICE:", "PREFIX SERVICE: <URL>", "INSERT",
    "WHERE", "INSERT DATA", "DELETE", "CLEAR ALL", "ſervice", "İ", "|", "*", "/", "!", "-", "[",
]  # fmt: skip
FRAMES = [
    "{}", "SELECT * {{ {} }}", "ASK {{ {} }}", "LOAD <URL> {}", "{} ; LOAD <URL>",
    "PREFIX e: <URL> SELECT * {{ {} SERVICE <URL> {{}} }}",
    "INSERT {{}} WHERE {{ {} SERVICE <URL> {{}} }}",
]  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES), max_size=14)
heaps = st.tuples(st.sampled_from(FRAMES), pieces.map(" ".join) | pieces.map("".join))

# Calls in every spelling, and what only looks like one.
PATTERNS = [
    "SERVICE <URL> { ?s ?p ?o }", "service silent<URL>{ }", "SERVICE e: { ?s e:SERVICE ?o }",
    "SERVICE # SERVICE e:\n SILENT <URL> { ?s ?p 'SERVICE <URL>' }", "SERVICE e:x { }",
    "?a ex:b ?service .", "?a e:SERVICE <URL> .", "?a ex:b 1 .", "# SERVICE <URL> {}\n",
    "FILTER(STR(?a) != 'SERVICE <URL> {}')", "VALUES (?l ?m) { ('x'@load <URL>) }",
    "BIND(''' '' SERVICE <URL> {} \\''' ''' AS ?n)", "FILTER(1<'>')", "SERVICE ?e { }",
    "?a ex:b\\' ?c . # '\n", "VALUES ?service { <URL> 'SERVICE <URL> {}'@en-service }",
]  # fmt: skip
AROUND = [
    "OPTIONAL {{ {} }}", "{{ {} }} UNION {{ ?a ex:none 1 }}", "{{ SELECT * {{ {} }} }}",
    "FILTER NOT EXISTS {{ {} }}", "SERVICE <URL> {{ {} }}", "LATERAL {{ {} }}", "MINUS {{ {} }}",
]  # fmt: skip
patterns = st.recursive(
    st.sampled_from(PATTERNS),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(" ".join)
        | st.tuples(st.sampled_from(AROUND), inner).map(lambda both: both[0].format(both[1]))
    ),
    max_leaves=6,
)
QUERIES = [
    "SELECT * {{ {} }}", "ASK {{ {} }}", "CONSTRUCT {{ ?s ?p ?o }} {{ {} }}",
    "SELECT (COUNT(*) AS ?load) {{ {} }} HAVING (COUNT(*) > -1)",
]  # fmt: skip
UPDATES = [
    "INSERT {{ ?s ?p ?o }} WHERE {{ {} }}", "DELETE {{ ?s ?p ?o }} WHERE {{ {} }} ; LOAD e:",
    "LOAD SILENT <URL> INTO GRAPH e:load ; INSERT {{ ?load ex:load 'LOAD' }} WHERE {{ {} }}",
]  # fmt: skip
HEAD = f"{PREFIX} PREFIX e: <URL> "
texts = st.one_of(
    st.tuples(heaps.map(lambda both: both[0].format(both[1])), st.booleans()),
    st.tuples(
        st.tuples(st.sampled_from(QUERIES), patterns).map(
            lambda both: HEAD + both[0].format(both[1])
        ),
        st.just(value=False),
    ),
    st.tuples(
        st.tuples(st.sampled_from(UPDATES), patterns).map(
            lambda both: HEAD + both[0].format(both[1])
        ),
        st.just(value=True),
    ),
)


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_no_text_at_all_reaches_a_server_that_is_not_allowed(
    federation: Federation, forbidden: Server, text: tuple[str, bool]
) -> None:
    with suppress(SiGraphError, SyntaxError, RuntimeError, OSError):
        federation.run(text[0].replace("URL", forbidden.url), update=text[1])
    assert forbidden.requests == []


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_what_is_prepared_calls_what_oxigraph_would_call(
    federation: Federation, allowed: Server, text: tuple[str, bool]
) -> None:
    written = text[0].replace("URL", allowed.url)
    prepare = prepare_update if text[1] else prepare_query
    try:
        prepared = prepare(written, federation.allowed, federation.url)
    except (UsageError, LimitError):
        return  # another endpoint, a variable, or too deep
    except QuerySyntaxError:
        prepared = ""
    led = rf"<{federation.url}/\w+/([^>]*)>"
    led_back = re.sub(led, lambda match: f"<{unquote(match[1])}>", prepared)
    assert calls_of(led_back, allowed, update=text[1]) == calls_of(written, allowed, update=text[1])


def calls_of(text: str, server: Server, *, update: bool) -> list[str]:
    """Return what Oxigraph by itself asks a server."""
    server.requests.clear()
    with suppress(SyntaxError, RuntimeError, OSError):
        run(text, update=update)
    return [request.body for request in server.requests]
