"""An explanation as a tree of text, 80 columns wide."""

from __future__ import annotations

import textwrap

from si_graph.query.explanation.wording import capitalised, is_structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.query.explanation.origins import Origin
    from si_graph.query.explanation.told import Told
    from si_graph.reason.explanation.proof import Proof

WIDTH = 80
WORDS = {
    "nl": {
        "asserted": "Dit is zo gesteld.",
        "because": "Want:",
        "holds_not": "Dit geldt niet: het is niet gesteld en volgt nergens uit.",
        "clash": "Tegenspraak",
        "consistent": "Er is geen tegenspraak.",
        "lacks": "Het zou volgen als ook dit gold:",
        "lacks_rule": "Wel geldt:",
        "proof": "Bewijs {number} van {count}",
        "more": "Er zijn meer bewijzen dan deze {count}.",
        "above": "zie hierboven",
        "source": "Bron",
        "because_of": "omdat",
    },
    "en": {
        "asserted": "This is stated as such.",
        "because": "Because:",
        "holds_not": "This does not hold: it is not stated, and nothing gives it.",
        "clash": "Contradiction",
        "consistent": "There is no contradiction.",
        "lacks": "It would follow if this held too:",
        "lacks_rule": "What does hold:",
        "proof": "Proof {number} of {count}",
        "more": "There are more proofs than these {count}.",
        "above": "see above",
        "source": "Source",
        "because_of": "because",
    },
}


def as_text(explanation: Told) -> str:
    """Return the explanation as text."""
    return "\n".join(_lines(explanation)) + "\n"


def sentence(text: str) -> str:
    """Return a text as a sentence: with a capital and a full stop."""
    return capitalised(text) + stop(text)


def stop(text: str) -> str:
    """Return the full stop that a text lacks to be a sentence; nothing if it ends with a sign."""
    return "" if text.endswith((".", "!", "?")) else "."


def _lines(explanation: Told) -> Iterator[str]:
    wording = explanation.wording
    words = WORDS[wording.lang]
    if explanation.statement is not None:
        yield from textwrap.wrap(sentence(wording.statement(explanation.statement)), WIDTH)
    elif not explanation.proofs:
        yield words["consistent"]
    if explanation.statement is not None and not explanation.proofs:
        yield words["holds_not"]
        yield from _missing(explanation)
    count = len(explanation.proofs)
    for number, proof in enumerate(explanation.proofs, start=1):
        if count > 1:
            yield ""
            yield words["proof"].format(number=number, count=count)
        yield from _proof(explanation, proof)
    if not explanation.is_complete:
        yield ""
        yield words["more"].format(count=count)


def _missing(explanation: Told) -> Iterator[str]:
    wording = explanation.wording
    words = WORDS[wording.lang]
    for one in explanation.missing:
        yield ""
        yield words["lacks"]
        yield from _wrapped(sentence(wording.statement(one.premise)), "  ", "  ")
        yield words["lacks_rule"]
        listed = [held for held in one.holds if not is_structure(held)]
        for held in listed:
            yield from _wrapped(sentence(wording.statement(held)), "  ", "  ")
        yield f"  ({one.rule})"


def _proof(explanation: Told, proof: Proof) -> Iterator[str]:
    wording = explanation.wording
    words = WORDS[wording.lang]
    if proof.rule is None:
        yield words["asserted"]
        yield from _origins(explanation, proof, "  ")
        return
    if proof.conclusion is None:
        yield words["clash"] + ":"
    shown: set[int] = set()
    # Each entry: a proof, what stands before its first line, and before the others.
    pending: list[tuple[Proof, str, str]] = [(proof, "", "")]
    while pending:
        step, first, others = pending.pop()
        if step is not proof and step.conclusion is not None:
            told = sentence(wording.statement(step.conclusion))
            if step.rule is not None and id(step) in shown:
                told = f"{told[:-1]} ({words['above']})."
                yield from _wrapped(told, first, others)
                continue
            yield from _wrapped(told, first, others)
        shown.add(id(step))
        if step.rule is None:
            yield from _origins(explanation, step, others + "  ")
            continue
        told = f"{wording.step(step.rule, step.bindings)} [{step.rule}]"
        yield from _wrapped(told, others, others)
        premises = [premise for premise in step.premises if not _is_listed(premise)]
        for place, premise in reversed(list(enumerate(premises))):
            is_last = place == len(premises) - 1
            pending.append(
                (
                    premise,
                    others + ("└─ " if is_last else "├─ "),
                    others + ("   " if is_last else "│  "),
                )
            )


def _is_listed(step: Proof) -> bool:
    return step.rule is None and is_structure(step.conclusion)


def _origins(explanation: Told, leaf: Proof, indent: str) -> Iterator[str]:
    if leaf.conclusion is None:
        return
    label = WORDS[explanation.wording.lang]["source"]
    for origin in explanation.origins.get(leaf.conclusion, []):
        yield from _wrapped(f"{label}: {told(origin)}", indent, indent + "  ")


def told(origin: Origin) -> str:
    """Return an origin in one line."""
    parts = [origin.name]
    if origin.words:
        parts.append(f"“{origin.words}”" if not origin.words.startswith("(") else origin.words)
    parts += [*origin.notes, *origin.sources]
    return " – ".join(parts)


def _wrapped(text: str, first: str, others: str) -> list[str]:
    # Deep in a tree the lines would become too narrow to read.
    width = max(WIDTH, len(others) + 40)
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
