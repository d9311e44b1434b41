"""What has to be checked in RDF/XML before the RDF parser sees it.

That parser accepts a file that stops halfway, and gives no place for most faults; here expat
checks that the XML is well formed. A document type may only declare short, plain text entities,
as Protégé does to abbreviate namespaces: nested ones can blow up a few bytes to gigabytes, and
external ones would fetch files.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from si_graph.errors import InputError
from si_graph.load.places import is_utf16, place, require_utf8, wrong_encoding

MAX_ENTITY_LENGTH = 1024
"""How long the value of an entity may be: longer than any namespace."""

_OWL_XML_HINT = "Save the ontology as RDF/XML or Turtle (in Protégé: File, Save as)."


def checked(data: bytes, name: str) -> bytes:
    """Return RDF/XML that is well formed and safe to parse.

    Args:
        data: The file's bytes.
        name: The file's name, for messages.

    Returns:
        The data, with the document type written as the RDF parser wants it.

    Raises:
        InputError: The XML is malformed, not UTF-8, no RDF, or declares what is refused.
    """
    # Expat would read it, but the RDF parser would not.
    if is_utf16(data):
        raise wrong_encoding(name, found="UTF-16")
    check = _Check(name, data)
    check.run()
    return check.rewritten()


class _Check:
    """One pass of expat over a document."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.entities: dict[str, str] = {}
        self.doctype: tuple[int, int] | None = None
        self.seen_root = False
        parser = expat.ParserCreate()
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.start_doctype
        parser.EndDoctypeDeclHandler = self.end_doctype
        parser.EntityDeclHandler = self.entity
        parser.AttlistDeclHandler = self.attributes
        parser.StartElementHandler = self.element
        self.parser = parser

    def run(self) -> None:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            require_utf8(self.data, self.name)
            message = expat.ErrorString(error.code)
            raise InputError(
                f"the XML is malformed: {message}", self.name, error.lineno, error.offset + 1
            ) from None
        require_utf8(self.data, self.name)

    def rewritten(self) -> bytes:
        if self.doctype is None:
            return self.data
        start, end = self.doctype
        # The RDF parser reads entities in double quotes only.
        entities = "".join(f'<!ENTITY {key} "{text}">' for key, text in self.entities.items())
        doctype = f"<!DOCTYPE RDF [{entities}]>".encode()
        return self.data[:start] + doctype + self.data[end:]

    def refused(self, message: str, hint: str | None = None) -> InputError:
        line, column = place(self.data, self.parser.CurrentByteIndex)
        return InputError(message, self.name, line, column, hint)

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            raise wrong_encoding(self.name, found=encoding)

    def start_doctype(
        self, _name: str, system: str | None, public: str | None, _internal: bool
    ) -> None:
        if system or public:
            raise self.refused(
                "the document type refers to an external DTD, and none is ever fetched",
                "Remove the reference from the <!DOCTYPE …>.",
            )
        # Expat is past the name by now.
        start = self.data.rindex(b"<!DOCTYPE", 0, self.parser.CurrentByteIndex + 1)
        self.doctype = (start, start)

    def end_doctype(self) -> None:
        assert self.doctype is not None  # noqa: S101 - expat starts what it ends
        start, _ = self.doctype
        self.doctype = (start, self.data.index(b">", self.parser.CurrentByteIndex) + 1)

    def entity(
        self,
        name: str,
        is_parameter: bool,
        value: str | None,
        _base: str | None,
        _system: str | None,
        _public: str | None,
        _notation: str | None,
    ) -> None:
        if is_parameter or value is None:
            raise self.refused(f"the external or parameter entity {name!r} is refused")
        if len(value) > MAX_ENTITY_LENGTH or re.search(r'[&%<"]', value):
            raise self.refused(
                f'the entity {name!r} is refused: only short text without & % < " is accepted',
                "Entities that hold entities can blow up to fill the memory.",
            )
        self.entities[name] = value

    def attributes(self, element: str, *_: object) -> None:
        raise self.refused(f"default attributes (<!ATTLIST {element} …>) are refused")

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if self.seen_root:
            return
        self.seen_root = True
        if name.lower() == "html":
            raise self.refused("this is a web page (HTML), not RDF/XML")
        if "ontologyIRI" in attributes:
            raise self.refused("this is OWL/XML, not RDF/XML", _OWL_XML_HINT)
