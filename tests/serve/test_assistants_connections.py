"""How assistants connect: over standard input, over HTTP, and who may not."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters

from assisting import COMMAND, TOOLS, talk, text_of
from servers import Running
from si_graph.serve.assistants.running import Workers
from si_graph.serve.assistants.tools import assistant_server
from si_graph.serve.dataset.opening import Opening
from si_graph.serve.settings import Settings
from si_graph.serve.workers.limits import Limits


def test_an_assistant_starts_the_command_and_speaks_with_it() -> None:
    async def conversation(client: Client) -> None:
        assert client.server_info is not None
        assert client.server_info.name == "si-graph"
        assert "passage" in (client.instructions or "")
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        for tool in tools:
            assert tool.description
            assert tool.output_schema
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
        found = await client.call_tool("search", {"query": "gemeenten", "lang": "nl"})
        assert "id/actor/municipalities" in text_of(found)
        wrong = await client.call_tool("show", {"thing": "nothing-of-that-name"})
        assert wrong.is_error
        assert "nothing in the graph is called" in text_of(wrong)

    talk(StdioServerParameters(command=COMMAND[0], args=COMMAND[1:]), conversation)


def test_the_server_has_the_same_tools_beside_its_pages(server: Running) -> None:
    async def conversation(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        found = await client.call_tool("ask", {"name": "CQ06", "lang": "nl"})
        assert "id/actor/min-ez" in text_of(found)
        assert "passage X11" in text_of(found)

    talk(f"{server.url}/mcp", conversation)


def test_nothing_but_the_protocol_is_written_to_standard_output() -> None:
    done = subprocess.run(
        COMMAND, input="this is no JSON\n", capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert all(line.startswith('{"jsonrpc"') for line in done.stdout.splitlines())
    assert "Traceback" not in done.stderr


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_page_elsewhere_cannot_reach_a_server_on_its_readers_machine(
    address: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.post(address, json=PING, headers=ACCEPT | headers).status_code == status


def test_a_huge_request_is_refused(address: str) -> None:
    huge = PING | {"params": {"x": "x" * 2_000_000}}
    assert httpx.post(address, json=huge, headers=ACCEPT).status_code == 413


def test_a_query_that_takes_too_long_is_an_error_and_the_next_is_answered() -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a < ?i) }"
    limited = Settings(limits=Limits(timeout=1.0, workers=2))

    async def conversation() -> None:
        with Opening() as opening:
            workers = Workers(limited, opening.version(limited))
            async with workers.running(), Client(assistant_server(workers.call)) as client:
                result = await client.call_tool("sparql", {"query": heavy})
                assert result.is_error
                assert "took longer than 1 s" in text_of(result)
                result = await client.call_tool("sparql", {"query": "ASK {}"})
                assert text_of(result) == "Yes."

    asyncio.run(conversation())


def test_an_assistant_can_be_given_other_data(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<http://example.org/x> a <http://example.org/Kind> ; rdfs:label "the café" .\n'
        "<http://example.org/Kind> rdfs:subClassOf <http://example.org/Thing> .\n"
    )
    arguments = [*COMMAND[1:], "--data", str(tmp_path / "own.ttl")]
    server = StdioServerParameters(command=COMMAND[0], args=arguments)

    async def conversation(client: Client) -> None:
        found = await client.call_tool("search", {"query": "cafe"})
        assert "<http://example.org/x>" in text_of(found)
        shown = await client.call_tool("show", {"thing": "http://example.org/x"})
        assert "<http://example.org/Thing>" in text_of(shown).partition("Inferred")[2]

    talk(server, conversation)


def test_a_port_that_is_taken_is_said(address: str) -> None:
    port = address.split(":")[2].split("/")[0]
    command = [*COMMAND, "--http", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"si-graph: 127.0.0.1:{port} cannot be listened on" in done.stderr
