"""Faults of generated graphs: each is of a kind that one rule must find, exactly once."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple

from leukograph.errors import CallError
from leukograph.names import LGC, LGD, LGO, LGR, LGS, LGV, OA, RDF_TYPE


class Fault(NamedTuple):
    """A kind of fault: the rule that finds it once, which lines of a copy it can befall, and what becomes of one."""

    rule: str
    line: str
    edit: Callable[[str, str], list[str]]


def _instead(pattern: str, other: str) -> Callable[[str, str], list[str]]:
    return lambda line, _: [re.sub(pattern, other, line, count=1)]


def _beside(predicate: str, value: str) -> Callable[[str, str], list[str]]:
    return lambda line, end: [line, f"{line.split(' ', 1)[0]} <{predicate}> {value}{end}"]


_SHORTER = re.compile(r'"(\d+)"')
_THERAPIES = rf"<{LGD}[^>]*> <{RDF_TYPE}> <{LGO}Drug>"
FAULTS: dict[str, Fault] = {
    "paraphrase-lost": Fault(LGS + "Statement-paraphrase", rf"\S+ <{LGO}paraphrase>", lambda *_: []),
    "locator-lost": Fault(
        LGS + "BackgroundFact-sourceLocator", rf"<{LGD}classification-\S+ <{LGO}sourceLocator>", lambda *_: []
    ),
    "disease-with-language": Fault(
        LGS + "ResistanceFact-seenIn", rf"\S+ <{LGO}seenIn> \"", _instead(r'"(?= [.<])', '"@en')
    ),
    "digest-of-other-text": Fault(
        LGC + "digest-of-other-text",
        rf"<{LGD}(?:mention|cue)-\S+ <{LGO}digest>",
        _instead('"[0-9a-f]{64}"', f'"{"0" * 64}"'),
    ),
    "position-too-short": Fault(
        LGC + "text-length-differs",
        rf"<{LGD}position-(?:mention|cue)-\S+ <{OA}end>",
        lambda line, _: [_SHORTER.sub(lambda match: f'"{int(match[1]) - 1}"', line, count=1)],
    ),
    "scope-lost": Fault(
        LGC + "state-not-as-scoped", rf"<{LGD}option-\S+ <{LGO}scopedBy> <{LGD}scope-relapsed", lambda *_: []
    ),
    "property-misspelt": Fault(
        LGR + "undeclared-property", rf"\S+ <{LGO}paraphrase>", _beside(LGO + "hasModallity", f"<{LGV}possible>")
    ),
    "number-with-zero": Fault(LGR + "literal-not-portable", rf"\S+ <{LGO}itemPosition>", _instead(r'"(?=\d)', '"0')),
    "drug-and-procedure": Fault(LGR + "contradiction", _THERAPIES, _beside(RDF_TYPE, f"<{LGO}Procedure>")),
}


def expected(faults: int) -> Counter[str]:
    """Return how often each rule must be broken in a graph with so many faults."""
    kinds = list(FAULTS.values())
    return Counter(kinds[number % len(kinds)].rule for number in range(faults))


def places(samples: list[str], times: int, faults: int) -> dict[int, list[tuple[Fault, int]]]:
    """Spread faults evenly over kinds and copies: copy to the faults in it, each with the number of its line.

    `samples` are texts of copies, each of which must have room.
    """
    lines = [text.splitlines() for text in samples]
    made: dict[int, list[tuple[Fault, int]]] = defaultdict(list)
    for kind, fault in enumerate(FAULTS.values()):
        many = len(range(kind, faults, len(FAULTS)))
        room = min(sum(1 for line in each if re.match(fault.line, line)) for each in lines)
        if many > room * times:
            most = f"{room * times} of each kind" if room else "none"
            raise CallError(
                f"so many faults find no room in {times} copies ({most}). Make more copies or fewer faults."
            )
        for one in range(many):
            spot = one * room * times // many
            made[spot // room + 1].append((fault, spot % room))
    return made


def spoil(text: str, faults: list[tuple[Fault, int]], end: str) -> str:
    """Return a copy with faults put in; `end` is what a line that is added ends in."""
    lines = text.splitlines()
    chosen: dict[int, list[Fault]] = defaultdict(list)
    for fault, spot in faults:
        chosen[[number for number, line in enumerate(lines) if re.match(fault.line, line)][spot]].append(fault)
    made: list[str] = []
    for number, line in enumerate(lines):
        mine = [line]
        for fault in chosen.get(number, ()):
            mine = [*fault.edit(mine[0], end), *mine[1:]] if mine else fault.edit(line, end)[1:]
        made += mine
    return "".join(f"{line}\n" for line in made)
