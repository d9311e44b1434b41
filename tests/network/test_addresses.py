"""What may be called is on the list, is a plain web address, and is on the public internet."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from si_graph.errors import UsageError
from si_graph.network.addresses import (
    is_allowed,
    is_public,
    require_allowable,
    web_address,
)

LIST = ["https://example.org/sparql", "https://example.com/open/"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/sparql",
        "https://example.com/open/",
        "https://example.com/open/sparql?a=b",
    ],
)
def test_what_is_on_the_list_or_below_an_entry_is_allowed(url: str) -> None:
    assert is_allowed(url, LIST)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/sparql/",
        "https://example.org/sparql?query=x",
        "https://example.org/",
        "http://example.org/sparql",
        "https://example.com/open",
        "https://example.com/opened/",
        "https://example.com/open/../closed",
        "https://example.com/open/%2E%2e/closed",
        "https://example.com/open/a/..%2f..%2Fclosed",
        "https://example.com/open/..\\closed",
        "https://example.com@evil.org/open/",
        "https://example.com.evil.org/open/",
    ],
)
def test_what_only_looks_like_an_entry_is_not(url: str) -> None:
    assert not is_allowed(url, LIST)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "example.org/sparql",
        "https://",
        "https:///sparql",
        "https://example.org/#here",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://[::1/",
        "https://user@example.org/",
        "https://user:pass@example.org/",
        f"https://{'a' * 64}.org/",
        "https://exa\ud800mple.org/",
        "",
    ],
)
def test_what_is_no_plain_web_address_cannot_be_put_on_the_list(url: str) -> None:
    with pytest.raises(UsageError, match="web address"):
        require_allowable([url])


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("https://example.org", "example.org", "/"),
        ("https://Example.ORG:443/a?b=c%20d", "example.org", "/a?b=c%20d"),
        ("http://example.org:443/", "example.org:443", "/"),
        ("http://[2001:db8::1]:8080/", "[2001:db8::1]:8080", "/"),
        ("https://müller.example/é?ü", "xn--mller-kva.example", "/%C3%A9?%C3%BC"),
        ("http://example.org/a b\r\nHost: evil", "example.org", "/a%20bHost:%20evil"),
    ],
)
def test_a_url_is_taken_apart_as_it_goes_into_a_request(
    url: str, authority: str, target: str
) -> None:
    where = web_address(url)
    assert (where.authority, where.target) == (authority, target)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "192.88.99.1", "224.0.0.1", "233.252.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "100::1", "2001::1",
        "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_an_address_that_is_local_special_or_wraps_one_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
