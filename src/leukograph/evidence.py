"""Proves the graph's positions against a copy of the page, and says what became of them where the copy differs."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from leukograph import engine
from leukograph.errors import DataError
from leukograph.names import LGO, OA, RDF_TYPE, RDFS_LABEL
from leukograph.records import Span

if TYPE_CHECKING:
    import pyoxigraph as ox

SEGMENT, MENTION, CUE = "Segment", "Mention", "Cue"
SAME, MOVED, LOST = "same", "moved", "lost"
# White space, and the byte order mark that some editors put before a text.
_EDGE = " \t\r\n\f\v\u00a0\ufeff"
_BULLETS = _EDGE + "•*-·◦‣"
_SENTENCE_ENDS = ".?!:…"
_NO_SEGMENT = "the graph holds no segment of a page. Add the segments, or restore data/page."
_MOST_DIGITS = 12
_SCOPING = ("title-segment", "heading-segment", "list-introduction-segment")
_SENTENCES = ("sentence-segment", "list-introduction-segment", "pointer-segment")
_SPANS = f"""SELECT ?iri ?kind ?start ?end ?digest ?text ?layout ?page
WHERE {{
  ?iri a ?class ;
    <{LGO}digest> ?digest ;
    <{OA}hasSelector> ?position .
  ?position <{OA}start> ?start ;
    <{OA}end> ?end .
  OPTIONAL {{ ?iri <{LGO}exactText> ?text }}
  OPTIONAL {{ ?iri <{LGO}hasSegmentKind> ?layout }}
  OPTIONAL {{ ?iri <{LGO}ofPage> ?page }}
  VALUES (?class ?kind) {{
    (<{LGO}Segment> "Segment")
    (<{LGO}Mention> "Mention")
    (<{LGO}Cue> "Cue")
  }}
}}
ORDER BY ?start ?end ?iri"""
_RESTS = f"""SELECT DISTINCT ?statement ?label ?passage
WHERE {{
  ?statement a <{LGO}Statement> ;
    <{RDFS_LABEL}> ?label .
  {{ ?statement <{LGO}statedIn>|<{LGO}cuedBy>|<{LGO}namedBy> ?passage }}
  UNION
  {{ ?statement <{LGO}scopedBy>/<{LGO}givenBy> ?passage }}
}}
ORDER BY ?statement ?passage"""


class Found(NamedTuple):
    """What became of one passage: same, moved or lost, and where it stands in the copy (-1 where lost)."""

    span: Span
    status: str
    start: int
    end: int


class Held(NamedTuple):
    """What became of one statement: same, moved or lost, with the passages that were lost."""

    statement: str
    label: str
    status: str
    lost: tuple[str, ...]


class Proof(NamedTuple):
    """A copy of the page compared with the graph; `new` are stretches of the copy that no segment covers.

    `line_ends` says that the copy differs by nothing but its line ends, or a byte order mark.
    """

    identical: bool
    line_ends: bool
    expected: str
    digest: str
    passages: tuple[Found, ...]
    statements: tuple[Held, ...]
    new: tuple[tuple[int, int], ...]

    @property
    def whole(self) -> bool:
        """Tell whether the copy is the page, every passage was proved in place, and no text is left over."""
        return self.identical and not self.new and all(one.status == SAME for one in self.passages)

    def segments(self, status: str) -> tuple[Found, ...]:
        """Return the segments of that status, in reading order."""
        return tuple(one for one in self.passages if one.span.kind == SEGMENT and one.status == status)


def pages(store: "ox.Store") -> list[tuple[str, str, str]]:
    """Return the IRI, digest and number of characters (as written, '' for none) of each page, sorted by IRI."""
    return [
        (
            page,
            next(iter(engine.texts(store, page, LGO + "digest")), ""),
            next(iter(engine.texts(store, page, LGO + "characterCount")), ""),
        )
        for page in engine.subjects(store, RDF_TYPE, LGO + "Page")
    ]


def passages(store: "ox.Store", page: str) -> list[Span]:
    """Return every passage that the graph gives of a page, in reading order."""
    return [span for span, _ in _spans(store, page)]


def passages_of(store: "ox.Store", known: Iterable[str]) -> dict[str, list[Span]]:
    """Return what `passages` returns for each of these pages, the graph read once for all of them."""
    by_page: dict[str, list[tuple[int, Span]]] = defaultdict(list)
    for number, (page, span, _) in enumerate(_every(store)):
        by_page[page].append((number, span))
    loose = by_page[""]  # what names no page counts for each
    return {page: [span for _, span in sorted([*by_page[page], *loose])] for page in known}


def verify(store: "ox.Store", text: str, page: str | None = None) -> Proof:
    """Compare a copy of the page (its text, line ends as they are) with every position and digest of the graph.

    `page` is the IRI of the page; without it the graph must hold one page alone, or one whose digest the copy has.
    A segment is searched by its digest and kept in reading order: one that stands only at another place of the
    order counts as lost, for it may stand in another section there. A mention or cue is searched inside its segment.
    """
    digest = sha256(text)
    page, expected = _page(store, digest, page)
    spans = _spans(store, page)
    segments = [(span, layout) for span, layout in spans if span.kind == SEGMENT]
    if not segments:
        raise DataError(_NO_SEGMENT)
    if digest == expected:
        found = {span.iri: _proved(span, text) for span, _ in spans}
    else:
        found = {one.span.iri: one for one in _align(segments, text)}
        for span, _ in spans:
            if span.kind != SEGMENT:
                found[span.iri] = _inside(span, [found[one.iri] for one, _ in segments], text)
    passages = tuple(found[span.iri] for span, _ in spans)
    line_ends = digest != expected and sha256(bare(text)) == expected
    return Proof(
        digest == expected, line_ends, expected, digest, passages, _statements(store, found), _new(passages, text)
    )


def places(store: "ox.Store", text: str, words: str) -> list[tuple[int, int, str, str]]:
    """Return (start, end, digest, segment IRI or '') of each place where `words` stand in a page's text.

    The segment is the one of the graph that holds the place, where the text is the page of the graph.
    """
    page, digest = _page(store, sha256(text))
    segments = [one for one in passages(store, page) if one.kind == SEGMENT] if sha256(text) == digest else []
    found = []
    start = text.find(words)
    while words and start >= 0:
        end = start + len(words)
        inside = next((one.iri for one in segments if one.start <= start and end <= one.end), "")
        found.append((start, end, sha256(words), inside))
        start = text.find(words, start + 1)
    return found


def locate(proof: Proof, start: int, end: int) -> tuple[tuple[int, int], ...] | None:
    """Return where the characters from `start` to `end` of the page stand in the copy, segment by segment.

    None where any of them is lost. Text that was put between two segments is no part of the result.
    """
    for one in proof.passages:
        if one.status != LOST and (one.span.start, one.span.end) == (start, end):
            return ((one.start, one.end),)
    inside = [one for one in proof.passages if one.span.kind == SEGMENT and start <= one.span.start < end]
    if inside and all(one.status != LOST for one in inside):
        return tuple((one.start, one.end) for one in inside)
    return None


def sha256(text: str) -> str:
    """Return the SHA-256 of the UTF-8 form of `text`, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def bare(text: str) -> str:
    """Return a text with bare line feeds as line ends, and without a byte order mark before it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _proved(span: Span, text: str) -> Found:
    if span.start >= 0 and sha256(text[span.start : span.end]) == span.digest:
        return Found(span, SAME, span.start, span.end)
    return Found(span, LOST, -1, -1)


def _spans(store: "ox.Store", of: str) -> list[tuple[Span, str]]:
    return [(span, layout) for page, span, layout in _every(store) if page in (of, "")]


def _every(store: "ox.Store") -> Iterator[tuple[str, Span, str]]:
    """Yield page ('' for none), passage and layout of every passage of the graph, in reading order."""
    for row in engine.select(store, _SPANS).rows:
        iri, kind, start, end, digest, text, layout, page = (cell.value if cell else "" for cell in row)
        yield page, Span(iri, kind, _number(start), _number(end), digest, text), layout.rsplit("/", 1)[-1]


def _number(text: str) -> int:
    """Return a position, or -1 for what is none: no passage stands there."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS else -1


def _page(store: "ox.Store", digest: str, page: str | None = None) -> tuple[str, str]:
    """Return the page asked for, or the one that has this digest, or the only one, with its own digest."""
    known = {iri: own for iri, own, _ in pages(store)}
    if not known:
        raise DataError(_NO_SEGMENT)
    if page is None:
        same = [iri for iri, own in known.items() if own == digest] or list(known)
        page = same[0] if len(same) == 1 else None
    if page is None or not known.get(page):
        raise DataError(f"the graph holds {len(known)} digests of pages and the copy has none. Give a copy of one.")
    return page, known[page]


def _align(segments: list[tuple[Span, str]], text: str) -> list[Found]:
    """Find the longest run of segments that stand in the copy in reading order, nearest to their old distances.

    What gives others their scope (title, heading, introduction) outweighs any number of items: an item that was
    carried over the next heading is lost, and not the heading.
    """
    places = [_candidates(span, layout, text) for span, layout in segments]
    weights = [len(segments) if layout in _SCOPING else 1 for _, layout in segments]
    # A state is (weight of the segments found, minus the drift, where the last one ends, which segment at which start).
    states: list[tuple[int, int, int, tuple[tuple[int, int], ...]]] = [(0, 0, 0, ())]
    for number, (span, _) in enumerate(segments):
        grown = list(states)
        for count, drift, end, path in states:
            for start in places[number]:
                if start >= end:
                    shift = abs(start - span.start - (path[-1][1] - segments[path[-1][0]][0].start if path else 0))
                    grown.append(
                        (
                            count + weights[number],
                            drift - shift,
                            start + span.end - span.start,
                            (*path, (number, start)),
                        )
                    )
        by_end: dict[int, tuple[int, int, int, tuple[tuple[int, int], ...]]] = {}
        for state in grown:
            if state[2] not in by_end or state[:2] > by_end[state[2]][:2]:
                by_end[state[2]] = state
        states = list(by_end.values())
    chosen = dict(max(states, key=lambda state: state[:2])[3])
    found = []
    for number, (span, _) in enumerate(segments):
        start = chosen.get(number, -1)
        status = LOST if start < 0 else SAME if start == span.start else MOVED
        found.append(Found(span, status, start, start + span.end - span.start if start >= 0 else -1))
    return found


def _candidates(span: Span, layout: str, text: str) -> list[int]:
    """Return where the segment's characters stand as a piece of their own: a whole line, or between white space."""
    length = span.end - span.start
    whole_line = layout not in _SENTENCES
    found = []
    for start in range(len(text) - length + 1):
        before, after = text[start - 1 : start], text[start + length : start + length + 1]
        line = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start].strip(_EDGE)
        fits = not before.strip(_EDGE)
        fits = fits and (after in ("", "\n", "\r") if whole_line else not after.strip(_EDGE))
        # An item may have a bullet before it; a sentence follows the end of another, or it is part of a longer one.
        fits = fits and (not line.strip(_BULLETS) if whole_line else not line or line[-1] in _SENTENCE_ENDS)
        if fits and sha256(text[start : start + length]) == span.digest:
            found.append(start)
    return found


def _inside(span: Span, segments: list[Found], text: str) -> Found:
    for one in segments:
        if one.span.start <= span.start and span.end <= one.span.end:
            if one.status == LOST:
                break
            start = span.start - one.span.start + one.start
            end = start + span.end - span.start
            if sha256(text[start:end]) == span.digest:
                return Found(span, one.status, start, end)
    return Found(span, LOST, -1, -1)


def _statements(store: "ox.Store", found: dict[str, Found]) -> tuple[Held, ...]:
    rests: dict[tuple[str, str], list[str]] = {}
    for row in engine.select(store, _RESTS).rows:
        statement, label, passage = (cell.value if cell else "" for cell in row)
        rests.setdefault((statement, label), []).append(passage)
    held = []
    for (statement, label), passages in rests.items():
        lost = tuple(one for one in passages if one not in found or found[one].status == LOST)
        moved = any(one in found and found[one].status == MOVED for one in passages)
        held.append(Held(statement, label, LOST if lost else MOVED if moved else SAME, lost))
    return tuple(held)


def _new(passages: tuple[Found, ...], text: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches of the copy outside every segment that hold a letter or digit."""
    edges = sorted((one.start, one.end) for one in passages if one.span.kind == SEGMENT and one.status != LOST)
    gaps = []
    last = 0
    for start, end in [*edges, (len(text), len(text))]:
        gap = text[last:start]
        if any(char.isalnum() for char in gap):
            first = last + len(gap) - len(gap.lstrip(" \t\r\n•"))
            gaps.append((first, last + len(gap.rstrip(" \t\r\n•"))))
        last = max(last, end)
    return tuple(gaps)
