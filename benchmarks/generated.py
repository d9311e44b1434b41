"""Generated graphs of any size, with every kind of axiom that reasoners differ on.

The schema has the same few dozen axioms at every size. The data is made of towns, organisations
and people, so that what follows grows in step with what is stated.

Three choices keep owlrl able to end, and are for no other engine's sake. It never compares the
last property of a key, so a key of one property makes all members of its class equal: the key
here has two, and the first tells directors apart. It compares every member of a keyed class with
every other: one person in twenty is a director. It compares every literal with every other: there
are some hundred, and addresses are IRIs.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "http://example.org/"
PREAMBLE = """\
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
AXIOMS = """\
:Thing0 a owl:Class . :Agent rdfs:subClassOf :Thing0 . :Place rdfs:subClassOf :Thing0 .
:Person a owl:Class ; rdfs:subClassOf :Agent . :Organisation a owl:Class ; rdfs:subClassOf :Agent .
:Employee rdfs:subClassOf :Person . :Town rdfs:subClassOf :Place .
:Agent owl:disjointWith :Place .
:worksFor a owl:ObjectProperty ; rdfs:domain :Person ; rdfs:range :Organisation ;
  rdfs:subPropertyOf :affiliatedWith ; owl:inverseOf :employs .
:affiliatedWith rdfs:domain :Agent .
:within a owl:TransitiveProperty ; rdfs:domain :Place ; rdfs:range :Place ;
  owl:inverseOf :contains .
:seatIn rdfs:range :Place ; rdfs:domain :Organisation .
:worksIn owl:propertyChainAxiom ( :worksFor :seatIn ) .
:worksIn owl:propertyChainAxiom ( :worksIn :within ) .
:partnerOf a owl:SymmetricProperty ; rdfs:domain :Organisation .
:Director rdfs:subClassOf :Employee ; owl:hasKey ( :email :worksFor ) .
:name rdfs:range xsd:string . :founded rdfs:range xsd:integer .
:Founder owl:onProperty :founded ; owl:someValuesFrom xsd:integer .
:Partner owl:onProperty :partnerOf ; owl:someValuesFrom :Organisation .
:Staffed owl:intersectionOf ( :Organisation :Partner ) .
"""
_TREE = "".join(f":Kind{n} rdfs:subClassOf :Kind{n // 3} .\n" for n in range(1, 40))
_KINDS = ":Kind0 rdfs:subClassOf :Organisation .\n"


def lines(size: int, seed: int = 1) -> Iterator[str]:
    """Yield about `size` triples as N-Triples lines, the axioms first."""
    import pyoxigraph as ox

    axioms = ox.parse(PREAMBLE + AXIOMS + _TREE + _KINDS, format=ox.RdfFormat.TURTLE)
    yield from (f"{triple} ." for triple in (quad.triple for quad in axioms))
    # What is random here is no secret.
    chance = random.Random(seed)  # noqa: S311
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    # An organisation comes with 6 triples, its two people with 6 and its town with 1.
    for number in range(size // 13):
        town, seat = f"{NAMESPACE}town{number}", f"{NAMESPACE}org{number}"
        if number % 60:
            above = number // 60 * 60 + number % 60 // 4
            yield f"<{town}> <{NAMESPACE}within> <{NAMESPACE}town{above}> ."
        else:
            yield f"<{town}> {kind} <{NAMESPACE}Town> ."
        partner = chance.randrange(size // 13)
        yield f"<{seat}> {kind} <{NAMESPACE}Kind{number % 40}> ."
        yield f"<{seat}> <{NAMESPACE}seatIn> <{town}> ."
        yield f'<{seat}> <{NAMESPACE}name> "Organisation {number % 60}" .'
        yield f"<{seat}> <{NAMESPACE}registeredIn> <{NAMESPACE}town{number // 60 * 60}> ."
        yield f'<{seat}> <{NAMESPACE}founded> "{1950 + number % 50}"^^{integer} .'
        yield f"<{seat}> <{NAMESPACE}partnerOf> <{NAMESPACE}org{partner}> ."
        for person in (2 * number, 2 * number + 1):
            name = f"{NAMESPACE}person{person}"
            role = "Employee" if number % 20 else "Director"
            yield f"<{name}> {kind} <{NAMESPACE}{role}> ."
            yield f"<{name}> <{NAMESPACE}worksFor> <{seat}> ."
            if number % 200 == 10 and person % 2:
                yield f"<{name}> {same} <{NAMESPACE}person{person - 1}> ."
            else:
                # The directors of every fifth board are found to be one, by their address.
                address = person if number % 100 else 2 * number
                yield f"<{name}> <{NAMESPACE}email> <mailto:p{address}@example.org> ."


def write(path: Path, size: int) -> None:
    """Write about `size` triples to an N-Triples file."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in lines(size))


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
