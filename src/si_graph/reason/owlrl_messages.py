"""The sentences that owlrl reports clashes in, told again by rule and in words for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from si_graph.reason.protocol import Inconsistency

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyoxigraph import BlankNode, Literal, NamedNode

# Rule of the W3C tables, what owlrl writes, and what we write of the same terms.
_CLASHES = [
    (rule, re.compile(pattern, re.DOTALL), sentence)
    for rule, pattern, sentence in (
        (
            "dt-not-type",
            r"Lexical value of the literal '(.*)' does not match its datatype \((.+)\)",
            "the value '{0}' is not a sound {1}",
        ),
        (
            "eq-diff1",
            r"'sameAs' and 'differentFrom' .* pair: \((.+?), (.+)\)",
            "{0} and {1} are the same and yet said to differ",
        ),
        (
            "eq-diff2",
            r"'sameAs' and 'AllDifferent' .* pair: \((.+?), (.+)\)",
            "{0} and {1} are the same and yet listed as all different",
        ),
        (
            "prp-irp",
            r"Irreflexive property used on (.+) with (.+)",
            "{0} is linked to itself by {1}, which links nothing to itself",
        ),
        (
            "prp-asyp",
            r"Erroneous usage of asymmetric property (.+) on (.+) and (.+)",
            "{0} links {1} and {2} both ways and may do so only one way",
        ),
        (
            "prp-adp",
            r"Disjoint properties in an .* disjoint: \((.+?), (.+?),(.+?)\) and \(.+?,(.+?),.+\)",
            "{0} is linked to {2} by both {1} and {3}, which exclude each other",
        ),
        (
            "prp-pdw",
            r"Erroneous usage of disjoint properties (.+) and (.+) on (.+) and (.+)",
            "{2} is linked to {3} by both {0} and {1}, which exclude each other",
        ),
        (
            "prp-npa1",
            r"Negative \(object\) property assertion violated for: \((.+?), (.+?), (.+)\)",
            "{0} {1} {2} holds and is denied",
        ),
        (
            "prp-npa2",
            r"Negative \(datatype\) property assertion violated for: \((.+?), (.+?), (.*)\)",
            "{0} {1} '{2}' holds and is denied",
        ),
        (
            "cls-nothing2",
            r"(.+) is defined of type 'Nothing'",
            "{0} cannot exist: it is an owl:Nothing",
        ),
        (
            "cls-com",
            r"Violation of complementarity for classes (.+) and (.+) on element .+",
            "something is both {0} and its complement {1}",
        ),
        (
            "cls-maxc1",
            r"Erroneous usage of maximum cardinality with (.+) and (.+)",
            "{1} is a value where {0} allows none",
        ),
        (
            "cls-maxqc1",
            r"Erroneous usage of maximum qualified cardinality with (.+), (.+) and (.+)",
            "{2} is a value of class {1} where {0} allows none",
        ),
        (
            "cax-dw",
            r"Disjoint classes (.+) and (.+) have a common individual (.+)",
            "{2} is both {0} and {1}, which exclude each other",
        ),
    )
]


def inconsistency(
    message: str,
    terms: Mapping[str, NamedNode | BlankNode | Literal],
    name: Callable[[str], str],
) -> Inconsistency:
    """Return the clash that a message of owlrl reports.

    Args:
        message: The message.
        terms: The terms of the graph by the text that owlrl writes for them.
        name: Gives the name that people know for such a text.
    """
    for rule, pattern, sentence in _CLASHES:
        match = pattern.fullmatch(message)
        if match:
            names = match.groups()
            told = sentence.format(*(name(text) for text in names))
            found = tuple(terms[text] for text in names if text in terms)
            return Inconsistency(rule, told, found)
    return Inconsistency("owlrl", message, ())
