"""What single hosts need to serve the site as the server does: redirects and negotiation.

GitHub Pages need nothing but two files, GitLab Pages a list of redirects, Apache reads `.htaccess`
by itself, and nginx and w3id.org get files to take along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from si_graph.publish.static.making import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.publish.configuration import Configuration

_DATA = {
    "trig": "application/trig",
    "rdf": r"application/rdf\+xml",
    "jsonld": r"application/ld\+json",
    "nt": "application/n-triples",
    "ttl": "text/turtle",
}
"""What data are asked for by, as a pattern; of several the last wins."""

_TYPES = {
    "text/html": "html", "text/css": "css", "text/javascript": "js", "image/svg+xml": "svg",
    "application/json": "json", "application/xml": "xml", "application/wasm": "wasm",
    "application/gzip": "gz", "text/plain": "txt", "text/csv": "csv",
    "text/tab-separated-values": "tsv", "text/turtle": "ttl", "application/n-triples": "nt",
    "application/ld+json": "jsonld", "application/rdf+xml": "rdf", "application/trig": "trig",
    "application/sparql-query": "rq", "application/sparql-results+xml": "srx",
}  # fmt: skip

_PAGE = r"text/html|application/xhtml\+xml"
_DUTCH_FIRST = r"^(?:(?!\b(?:nl|en)\b).)*\bnl\b"
"""Of the two languages Dutch is named first; without either it is English, as on the server."""

_W3ID = "https://w3id.org/"
_THINGS = r"(?:ontology|shapes|vocab)(?:/.*)?"


def files(by: Configuration) -> Iterator[File]:
    """Make them."""
    path = urlsplit(by.site).path
    yield File(".nojekyll", b"")
    yield File("_redirects", f"{path}id/*  {path}doc/:splat  302\n".encode())
    yield File(".htaccess", _apache(path).encode())
    yield File("hosts/nginx.conf", _nginx(path).encode())
    if by.base.startswith(_W3ID) and by.site != by.base:
        yield File("hosts/w3id/htaccess", _w3id(by).encode())
        yield File("hosts/w3id/README.md", _w3id_readme(by).encode())


def _apache(path: str) -> str:
    types = "".join(f"AddType {name} .{suffix}\n" for name, suffix in _TYPES.items())
    data = "".join(
        f"RewriteCond %{{REQUEST_FILENAME}}.{suffix} -f\n"
        f"RewriteCond %{{HTTP_ACCEPT}} !({_PAGE})\n"
        f"RewriteCond %{{HTTP_ACCEPT}} {name}\n"
        f"RewriteRule ^(.+[^/])$ $1.{suffix} [L]\n"
        for suffix, name in reversed(_DATA.items())
    )
    return f"""\
# For Apache with mod_rewrite; the site stands at {path}
Options -MultiViews -Indexes
DirectorySlash Off
DirectoryIndex index.html
ErrorDocument 404 {path}404.html
AddDefaultCharset UTF-8
RemoveEncoding .gz
{types}<Files "void">
ForceType text/turtle
</Files>

RewriteEngine On
RewriteBase {path}

# A thing is no document.
RewriteRule ^id/(.+?)/?$ doc/$1 [R=303,L]

# Data, for who asks for no page.
{data}RewriteCond %{{REQUEST_FILENAME}}.ttl -f
RewriteCond %{{HTTP_ACCEPT}} !({_PAGE})
RewriteRule ^(.+[^/])$ $1.ttl [L]

# Pages, in the language that is asked for.
RewriteCond %{{REQUEST_FILENAME}}/index.html -f
RewriteRule ^(en|en/.*[^/])$ $1/ [R=303,L]
RewriteCond %{{REQUEST_FILENAME}}/index.html -f
RewriteCond %{{HTTP:Accept-Language}} {_DUTCH_FIRST} [NC]
RewriteRule ^(.+[^/])$ $1/ [R=303,L]
RewriteCond %{{REQUEST_FILENAME}}/index.html -f
RewriteRule ^(.+[^/])$ en/$1/ [R=303,L]
"""


def _nginx(path: str) -> str:
    types = " ".join(f"{name} {suffix};" for name, suffix in _TYPES.items())
    data = "".join(
        f'    if ($http_accept ~* "{name}") {{ set $data {suffix}; }}\n'
        for suffix, name in _DATA.items()
    )
    return f"""\
# For nginx: include this in a `server` whose `root` has the site in its folder {path}
absolute_redirect off;
charset utf-8;
error_page 404 {path}404.html;
types {{ {types} }}

# A thing is no document.
location ~ ^{path}id/(.+?)/?$ {{ return 303 {path}doc/$1; }}
location = {path}.well-known/void {{ types {{ }} default_type text/turtle; }}

# Data, for who asks for no page; and pages, in the language that is asked for.
location ~ ^{path}(?<page>.*[^/])$ {{
    set $data ttl;
{data}    if ($http_accept ~* "{_PAGE}") {{ set $data page; }}
    set $in en/;
    if ($http_accept_language ~* "{_DUTCH_FIRST}") {{ set $in ""; }}
    if ($uri ~ "^{path}en(/|$)") {{ set $in ""; }}
    add_header Vary "Accept, Accept-Language";
    if (-f $request_filename.$data) {{ rewrite ^(.*)$ $1.$data last; }}
    if (-f $request_filename/index.html) {{ return 303 {path}$in$page/; }}
}}
"""


def _w3id(by: Configuration) -> str:
    suffixes = "|".join(_DATA)
    rules = [f"RewriteRule ^id/(.+\\.(?:{suffixes}))$ {by.site}doc/$1 [R=303,L]\n",
             f"RewriteRule ^(.+\\.(?:{suffixes}))$ {by.site}$1 [R=303,L]\n"]  # fmt: skip
    for suffix, name in reversed(_DATA.items()):
        asked = f"RewriteCond %{{HTTP_ACCEPT}} !({_PAGE})\nRewriteCond %{{HTTP_ACCEPT}} {name}\n"
        rules.append(f"{asked}RewriteRule ^id/(.+)$ {by.site}doc/$1.{suffix} [R=303,L]\n")
        rules.append(f"{asked}RewriteRule ^({_THINGS})$ {by.site}$1.{suffix} [R=303,L]\n")
    for condition, folder in (
        (f"RewriteCond %{{HTTP:Accept-Language}} {_DUTCH_FIRST} [NC]\n", ""),
        ("", "en/"),
    ):
        rules += [
            f"{condition}RewriteRule ^id/(.+)$ {by.site}{folder}doc/$1/ [R=303,L]\n",
            f"{condition}RewriteRule ^query/([^/.]+)$ {by.site}{folder}questions/$1/ [R=303,L]\n",
            f"{condition}RewriteRule ^({_THINGS})$ {by.site}{folder}$1/ [R=303,L]\n",
        ]
    return (
        f"# {by.base} leads to {by.site}; see README.md\n"
        f"Options -MultiViews\nRewriteEngine on\n\n{''.join(rules)}"
        f"RewriteRule ^(.*)$ {by.site}$1 [R=302,L]\n"
    )


def _w3id_readme(by: Configuration) -> str:
    name = by.base.removeprefix(_W3ID).strip("/")
    contact = by.contact.url or f"mailto:{by.contact.email}"
    return (
        f"# {name}\n\nSI-Graph, the open knowledge graph of social-innovation policy.\n\n"
        f"- Site: {by.site}\n- Publisher: {by.publisher.name['en']}\n"
        f"- Contact: {by.contact.name['en']}, {contact}\n\n"
        f"`{by.base}id/…` leads to the document about a thing: a page in Dutch or English, or RDF "
        "(Turtle, N-Triples, JSON-LD, RDF/XML, TriG), as `Accept` and `Accept-Language` ask.\n"
    )
