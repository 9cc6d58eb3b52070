"""The evidence: every position against the page, changed copies of it, the words beside an answer, and forged data.

No sentence of the page stands here: copies are changed by operations on the text that is read. Segments go by their
order on the page, from 1 to 33. A forged fact is a file in tests/faults: what is changed, and which rule refuses it.
"""

import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from benchmarks import scale
from hypothesis import given, settings
from hypothesis import strategies as st

import shape_engines
from leukograph import (
    answers,
    cli,
    closing,
    engine,
    evidence,
    files,
    gates,
    knowledge,
    questions,
    reason,
    shacl,
    sources,
    validation,
)
from leukograph.errors import DataError
from leukograph.evidence import CUE, LOST, MENTION, MOVED, SAME, SEGMENT
from leukograph.names import ASSERTED, LGC, LGD, LGO, PAGE, RDF_TYPE, graph_iri, shorten
from leukograph.records import Answer, Asked, Closure, Finding, Gate, Text
from leukograph.rules import CHECKS, COVERAGE, EVIDENCE, SHAPES, VIOLATION

ROOT = Path(__file__).parents[1]
PAGE_FOLDER = "data/page/refractory-and-relapsed-childhood-all/"
BULLET = "  • "
ALL = frozenset(range(1, 34))
FIRST_LIST = frozenset(range(10, 15))
SECOND_LIST = frozenset(range(17, 22))
THIRD_LIST = frozenset(range(28, 32))

# The 23 statements, by the part of the page that makes them.
OPENING = frozenset({"definition-refractory", "definition-relapse", "comparison-treatment-intensity"})
FIRST = frozenset(
    f"option-{name}-ph-negative"
    for name in ("blinatumomab", "tisagenlecleucel", "inotuzumab-ozogamicin", "combination-regimens", "clinical-trial")
)
REGIMENS = frozenset({"option-chemotherapy-regimens-ph-negative"})
SECOND = frozenset(
    f"option-{name}-ph-negative"
    for name in (
        "nelarabine", "clofarabine-regimens", "fludarabine-regimens", "high-dose-cytarabine-regimens",
        "allogeneic-stem-cell-transplantation",
    )
)  # fmt: skip
TKI = frozenset({"option-different-tki-ph-positive"})
MUTATIONS = frozenset({"observation-new-mutations", "observation-resistance", "recommendation-mutation-testing"})
THIRD = frozenset(
    f"option-{name}-ph-positive"
    for name in ("blinatumomab", "tisagenlecleucel", "inotuzumab-ozogamicin", "allogeneic-stem-cell-transplantation")
)
CLOSING = frozenset({"pointer-drug-listings"})
STATEMENTS = OPENING | FIRST | REGIMENS | SECOND | TKI | MUTATIONS | THIRD | CLOSING
POSITIVE = TKI | MUTATIONS | THIRD


def bug(reason: str, error: type[Exception] = AssertionError) -> pytest.MarkDecorator:
    """Mark what is known to be wrong; whoever mends it takes the mark out."""
    return pytest.mark.xfail(reason=reason, raises=error, strict=True)


@pytest.fixture(scope="module")
def store(root: str) -> ox.Store:
    return knowledge.open_store(root)


@pytest.fixture(scope="module")
def proof(store: ox.Store, page: str) -> evidence.Proof:
    return evidence.verify(store, page)


def segments(proof: evidence.Proof) -> list[evidence.Found]:
    return [one for one in proof.passages if one.span.kind == SEGMENT]


class Copy(NamedTuple):
    """The page, to be changed: its text, and where each segment stands in it by its order."""

    text: str
    spans: dict[int, tuple[int, int]]

    def __repr__(self) -> str:  # keeps the page's sentences out of the report of a failure
        return "Copy(…)"

    def piece(self, number: int) -> str:
        start, end = self.spans[number]
        return self.text[start:end]

    def line(self, number: int) -> tuple[int, int]:
        """Return where the line of a list item stands, bullet and line end included."""
        start, end = self.spans[number]
        assert self.text[start - len(BULLET) : start] == BULLET
        return start - len(BULLET), end + 1

    def paragraph(self, number: int) -> tuple[int, int]:
        """Return where a segment stands that is a paragraph of its own, with the empty line behind it."""
        start, end = self.spans[number]
        assert self.text[end : end + 2] == "\n\n"
        return start, end + 2

    def edited(self, *edits: tuple[tuple[int, int], str]) -> str:
        """Return the text with each stretch of it, given by its place in the page, replaced by other words."""
        text = self.text
        for (start, end), words in sorted(edits, reverse=True):
            text = text[:start] + words + text[end:]
        return text

    def without(self, *stretches: tuple[int, int]) -> str:
        return self.edited(*((stretch, "") for stretch in stretches))

    def put(self, words: str, place: int) -> str:
        return self.edited(((place, place), words))

    def with_piece(self, number: int, words: str) -> str:
        return self.edited((self.spans[number], words))


@pytest.fixture(scope="module")
def copy(proof: evidence.Proof, page: str) -> Copy:
    return Copy(page, {number: (one.start, one.end) for number, one in enumerate(segments(proof), 1)})


# --- the page itself -------------------------------------------------------------------------------------------------


def test_every_passage_is_proved_at_its_place(proof: evidence.Proof) -> None:
    assert (proof.identical, proof.line_ends, proof.new) == (True, False, ())
    kinds = [one.span.kind for one in proof.passages]
    assert (kinds.count(SEGMENT), kinds.count(MENTION) > 50, kinds.count(CUE) > 25) == (33, True, True)
    assert {one.status for one in proof.passages} == {SAME}
    assert {local(one.statement): one.status for one in proof.statements} == dict.fromkeys(STATEMENTS, SAME)


def test_every_name_and_cue_reads_as_it_claims(proof: evidence.Proof, page: str, store: ox.Store) -> None:
    for one in proof.passages:
        words = page[one.span.start : one.span.end]
        assert evidence.sha256(words) == one.span.digest
        assert words.strip() == words
        if one.span.kind != SEGMENT:
            assert words == one.span.text
        for spelled in engine.objects(store, one.span.iri, LGO + "spells"):
            (cue_text,) = engine.texts(store, spelled, LGO + "cueText")
            assert words.casefold() == cue_text.casefold()


def test_the_segments_are_the_whole_page_and_do_not_overlap(proof: evidence.Proof, page: str) -> None:
    found = segments(proof)
    assert all(one.end <= other.start for one, other in pairwise(found))
    edges = [(0, 0), *((one.start, one.end) for one in found), (len(page), len(page))]
    between = "".join(page[end:start] for (_, end), (start, _) in pairwise(edges))
    assert set(between) <= set(" \n•")
    assert sum(one.end - one.start for one in found) + len(between) == len(page) == 2008


# --- changed copies --------------------------------------------------------------------------------------------------


class Change(NamedTuple):
    """A changed copy and exactly what must be found in it; what is neither lost nor moved is the same."""

    name: str
    make: Callable[[Copy], str]
    lost: frozenset[int] = frozenset()
    moved: frozenset[int] = frozenset()
    lost_statements: frozenset[str] = frozenset()
    moved_statements: frozenset[str] = frozenset()
    new: Callable[[Copy], list[str]] = lambda _: []
    line_ends: bool = False
    bug: str = ""


def one(number: int) -> frozenset[int]:
    return frozenset({number})


def after(first: int, last: int = 33) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def says(*names: str) -> frozenset[str]:
    assert STATEMENTS.issuperset(names)
    return frozenset(names)


def backwards(words: str) -> str:
    """Return a sentence with its words in the other order, and the stop where it was."""
    return " ".join(reversed(words[:-1].split())) + words[-1]


def swapped_headings(copy: Copy) -> str:
    return copy.edited((copy.spans[8], copy.piece(22)), (copy.spans[22], copy.piece(8)))


def moved_to_the_third_list(copy: Copy) -> str:
    start, end = copy.line(14)
    place = copy.line(31)[0]
    return copy.edited(((start, end), ""), ((place, place), copy.text[start:end]))


def moved_under_the_next_heading(copy: Copy) -> str:
    start, end = copy.line(21)
    place = copy.spans[23][0]
    return copy.edited(((start, end), ""), ((place, place), f"{copy.text[start:end]}\n"))


def first_two_swapped(copy: Copy) -> str:
    return copy.edited((copy.spans[10], copy.piece(11)), (copy.spans[11], copy.piece(10)))


def half(copy: Copy) -> int:
    return len(copy.text) // 2


NEW = "Something new"
BLINATUMOMAB, TISAGENLECLEUCEL = "option-blinatumomab-ph-negative", "option-tisagenlecleucel-ph-negative"
CHANGES = [
    Change("line ends of Windows", lambda page: page.text.replace("\n", "\r\n"), moved=after(2),
           moved_statements=STATEMENTS, line_ends=True),
    Change("line ends of old Macs", lambda page: page.text.replace("\n", "\r"), line_ends=True),
    Change("words before", lambda page: f"{NEW}\n\n{page.text}", moved=ALL, moved_statements=STATEMENTS,
           new=lambda _: [NEW]),
    Change("words after", lambda page: f"{page.text}\n\n{NEW}", new=lambda _: [NEW]),
    Change("a paragraph added between the sections", lambda page: page.put(f"{NEW}.\n\n", page.spans[22][0]),
           moved=after(22), moved_statements=POSITIVE | CLOSING, new=lambda _: [f"{NEW}."]),
    Change("a sentence added to a paragraph", lambda page: page.put(f"{NEW}. ", page.spans[25][0]), moved=after(25),
           moved_statements=POSITIVE - TKI - says("observation-new-mutations") | CLOSING, new=lambda _: [f"{NEW}."]),
    Change("an item added to a list", lambda page: page.put(f"{BULLET}{NEW}\n", page.line(12)[0]), moved=after(12),
           moved_statements=STATEMENTS - OPENING - says(BLINATUMOMAB, TISAGENLECLEUCEL), new=lambda _: [NEW]),
    Change("other bullets", lambda page: page.text.replace(BULLET, "\t* "), moved=after(10),
           moved_statements=STATEMENTS - OPENING),
    Change("no bullets", lambda page: page.text.replace(BULLET, ""), moved=after(10),
           moved_statements=STATEMENTS - OPENING),
    Change("an item deleted", lambda page: page.without(page.line(14)), lost=one(14), moved=after(15),
           lost_statements=says("option-clinical-trial-ph-negative"), moved_statements=STATEMENTS - OPENING - FIRST),
    Change("the first of two items that read alike deleted", lambda page: page.without(page.line(21)), lost=one(21),
           moved=after(22), lost_statements=says("option-allogeneic-stem-cell-transplantation-ph-negative"),
           moved_statements=POSITIVE | CLOSING),
    Change("the second of two items that read alike deleted", lambda page: page.without(page.line(31)), lost=one(31),
           moved=after(32), lost_statements=says("option-allogeneic-stem-cell-transplantation-ph-positive"),
           moved_statements=CLOSING),
    Change("an item moved into the list of the other section", moved_to_the_third_list, lost=one(14),
           moved=after(15, 30), lost_statements=says("option-clinical-trial-ph-negative"),
           moved_statements=STATEMENTS - OPENING - FIRST - CLOSING, new=lambda page: [page.piece(14)]),
    Change("the last item of a section moved under the next heading", moved_under_the_next_heading, lost=one(21),
           moved=after(22), lost_statements=says("option-allogeneic-stem-cell-transplantation-ph-negative"),
           moved_statements=POSITIVE | CLOSING, new=lambda page: [page.piece(21)]),
    Change("two items swapped", first_two_swapped, lost=one(10), moved=one(11), lost_statements=says(BLINATUMOMAB),
           moved_statements=says(TISAGENLECLEUCEL), new=lambda page: [page.piece(10)]),
    Change("a sentence reworded", lambda page: page.with_piece(24, backwards(page.piece(24))), lost=one(24),
           lost_statements=says("observation-new-mutations"), new=lambda page: [backwards(page.piece(24))]),
    Change("an item continued", lambda page: page.put(" no more", page.spans[11][1]), lost=one(11), moved=after(12),
           lost_statements=says(TISAGENLECLEUCEL),
           moved_statements=STATEMENTS - OPENING - says(BLINATUMOMAB, TISAGENLECLEUCEL),
           new=lambda page: [f"{page.piece(11)} no more"]),
    Change("an item begun with other words", lambda page: page.put("Never ", page.spans[21][0]), lost=one(21),
           moved=after(22), lost_statements=says("option-allogeneic-stem-cell-transplantation-ph-negative"),
           moved_statements=POSITIVE | CLOSING, new=lambda page: [f"Never {page.piece(21)}"]),
    Change("a sentence begun with other words", lambda page: page.put("Nobody thinks that ", page.spans[25][0]),
           lost=one(25), moved=after(26), lost_statements=says("observation-resistance"),
           moved_statements=says("recommendation-mutation-testing") | THIRD | CLOSING,
           new=lambda page: [f"Nobody thinks that {page.piece(25)}"]),
    Change("should made must", lambda page: page.text.replace("should", "must"), lost=one(26), moved=after(27),
           lost_statements=says("recommendation-mutation-testing"), moved_statements=THIRD | CLOSING,
           new=lambda page: [page.piece(26).replace("should", "must")]),
    Change("the title removed", lambda page: page.without(page.paragraph(2)), lost=one(2), moved=after(3),
           lost_statements=STATEMENTS),
    Change("the first section's heading removed", lambda page: page.without(page.paragraph(8)), lost=one(8),
           moved=after(9), lost_statements=REGIMENS | SECOND, moved_statements=FIRST | POSITIVE | CLOSING),
    Change("the second section's heading removed", lambda page: page.without(page.paragraph(22)), lost=one(22),
           moved=after(23), lost_statements=POSITIVE - TKI, moved_statements=TKI | CLOSING),
    Change("the headings swapped", swapped_headings, lost=one(8) | one(22),
           lost_statements=REGIMENS | SECOND | POSITIVE - TKI, new=lambda page: [page.piece(22), page.piece(8)]),
    Change("a list's introduction removed", lambda page: page.without(page.paragraph(9)), lost=one(9), moved=after(10),
           lost_statements=FIRST, moved_statements=STATEMENTS - OPENING - FIRST),
    Change("a list's introduction reworded", lambda page: page.with_piece(27, backwards(page.piece(27))), lost=one(27),
           lost_statements=THIRD, new=lambda page: [backwards(page.piece(27))]),
    Change("cut in half", lambda page: page.text[: half(page)], lost=after(16),
           lost_statements=STATEMENTS - OPENING - FIRST - REGIMENS,
           new=lambda page: [page.text[page.spans[16][0] : half(page)]]),
    Change("the first half cut off", lambda page: page.text[half(page) :], lost=after(1, 16), moved=after(17),
           lost_statements=STATEMENTS, new=lambda page: [page.text[half(page) : page.spans[16][1]]]),
    Change("two pages glued together", lambda page: f"{page.text}\n{page.text}", new=lambda page: [page.text]),
    Change("all capitals", lambda page: page.text.upper(), lost=ALL, lost_statements=STATEMENTS,
           new=lambda page: [page.text.upper()]),
    Change("empty", lambda _: "", lost=ALL, lost_statements=STATEMENTS),
    Change("another text", lambda _: f"{NEW}, and no page.", lost=ALL, lost_statements=STATEMENTS,
           new=lambda _: [f"{NEW}, and no page."]),
]  # fmt: skip


def local(iri: str) -> str:
    return iri.removeprefix(LGD)


@pytest.mark.parametrize(
    "change",
    [pytest.param(one, id=one.name, marks=[bug(one.bug)] if one.bug else []) for one in CHANGES],
)
def test_a_changed_copy_gives_exactly_what_holds_moved_and_is_lost(
    store: ox.Store, copy: Copy, page: str, change: Change
) -> None:
    changed = change.make(copy)
    assert changed != page
    found = evidence.verify(store, changed)
    assert (found.identical, found.line_ends) == (False, change.line_ends)
    status = {number: one.status for number, one in enumerate(segments(found), 1)}
    assert {number for number, one in status.items() if one == LOST} == change.lost
    assert {number for number, one in status.items() if one == MOVED} == change.moved
    statements = {local(one.statement): one.status for one in found.statements}
    assert set(statements) == STATEMENTS
    assert {name for name, one in statements.items() if one == LOST} == change.lost_statements
    assert {name for name, one in statements.items() if one == MOVED} == change.moved_statements
    assert [changed[start:end] for start, end in found.new] == change.new(copy)
    holds_together(found, changed)


def holds_together(found: evidence.Proof, text: str) -> None:
    """What is true of every proof: what is found reads as it should and in order, and nothing else is covered."""
    placed = {one.span.iri: one for one in found.passages if one.status != LOST}
    for one in placed.values():
        assert evidence.sha256(text[one.start : one.end]) == one.span.digest
        assert (one.start == one.span.start) == (one.status == SAME) or one.span.kind != SEGMENT
    here = [one for one in segments(found) if one.status != LOST]
    assert all(one.end <= other.start for one, other in pairwise(here))
    covered = {place for one in here for place in range(one.start, one.end)}
    covered |= {place for start, end in found.new for place in range(start, end)}
    assert not any(char.isalnum() for place, char in enumerate(text) if place not in covered)
    for held in found.statements:
        assert (held.status == LOST) == bool(held.lost)
        assert not set(held.lost) & set(placed)


def statements_in(store: ox.Store) -> dict[str, list[str]]:
    """Return the segments in which each statement is made."""
    stated: dict[str, list[str]] = {}
    for statement, segment in engine.pairs(store, LGO + "statedIn"):
        stated.setdefault(statement, []).append(segment)
    return stated


WORDS = st.text(st.sampled_from("abc XYZ.•*-®1\t"), max_size=20)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_lines_put_in_anywhere_lose_nothing_and_are_all_reported(
    store: ox.Store, copy: Copy, data: st.DataObject
) -> None:
    lines = copy.text.split("\n")
    line = WORDS | st.sampled_from(lines)
    added = data.draw(st.lists(st.tuples(st.integers(0, len(lines)), line), max_size=8))
    for place, words in sorted(added, reverse=True):
        lines.insert(place, words)
    text = "\n".join(lines)
    found = evidence.verify(store, text)
    assert {one.status for one in found.passages} <= {SAME, MOVED}
    assert {one.status for one in found.statements} <= {SAME, MOVED}
    holds_together(found, text)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_statement_never_holds_where_its_own_text_is_gone(store: ox.Store, copy: Copy, data: st.DataObject) -> None:
    lines = copy.text.split("\n")
    kept = [line for line in lines if data.draw(st.integers(0, 9)) > 0]
    changed = "\n".join(data.draw(st.just(kept) | st.permutations(kept)))
    for place in data.draw(st.lists(st.integers(0, max(len(changed) - 1, 0)), max_size=3)):
        changed = changed[:place] + data.draw(st.sampled_from(["", "x", " ", "\n"])) + changed[place + 1 :]
    found = evidence.verify(store, changed)
    holds_together(found, changed)
    pieces = {one.span.iri: copy.text[one.span.start : one.span.end] for one in found.passages}
    stated = statements_in(store)
    for held in found.statements:
        if held.status != LOST:
            assert all(pieces[segment] in changed for segment in stated[held.statement])


def test_a_graph_without_segments_or_with_two_pages_cannot_be_proved(root: str) -> None:
    with pytest.raises(DataError, match="holds no segment"):
        evidence.verify(engine.empty(), "")
    two = knowledge.open_store(root)
    for predicate, object_ in ((RDF_TYPE, f"<{LGO}Page>"), (f"{LGO}digest", '"0"')):
        engine.load(two, "page", "two.nt", f"<{LGD}page-two> <{predicate}> {object_} .\n".encode())
    with pytest.raises(DataError, match="2 digests of pages"):
        evidence.verify(two, "")


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_ends_with_0_for_the_page_1_for_another_text_and_2_for_no_text(
    page: str, page_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(["evidence", *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    code, out, err = run("verify", str(page_path))
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("page: identical, SHA-256 ")
    assert "segments: 33 of 33 proved in place" in out.splitlines()
    assert "statements: 23 of 23 hold in place" in out.splitlines()
    other = tmp_path / "other.txt"
    for text in (page.replace("\n", "\r\n"), page.replace("should", "must"), f"{page}\n", page[:900], ""):
        other.write_bytes(text.encode())
        assert run("verify", str(other))[0] == 1
    other.write_bytes(page.encode().replace(b"\n", b"\r\n"))
    assert "differs from the page by its line ends or byte order mark alone" in run("verify", str(other))[1]
    other.write_bytes(page.encode("utf-16"))
    for words in (["verify", str(other)], ["verify", str(tmp_path)], ["verify", str(tmp_path / "none.txt")]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert err.startswith(f"leukograph: {words[1]}")
        assert err.count("\n") == 1
    for words in ([], ["verify"], ["prove", str(page_path)], ["verify", str(page_path), "--format", "csv"]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert err.startswith("leukograph: ")
        assert err.count("\n") == 1


def test_the_report_names_what_moved_what_is_lost_and_what_is_new(
    copy: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.txt"
    path.write_bytes(copy.edited((copy.line(31), ""), (copy.spans[26], NEW)).encode())
    assert cli.main(["evidence", "verify", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("page: differs, SHA-256 ")
    assert "segments: 25 of 33 proved in place, 6 at a moved place, 2 lost" in lines
    assert "statements: 17 of 23 hold in place, 4 at a moved place, 2 lost" in lines
    start, end = copy.spans[26]
    assert f"  lost   lgd:segment-ph-positive-mutation-testing  {start}–{end}" in lines
    start_of_line = "  lost its text  lgd:recommendation-mutation-testing  (rests on "
    (lost,) = [line for line in lines if line.startswith(start_of_line)]
    assert "lgd:segment-ph-positive-mutation-testing" in lost
    assert f"  new text  {start}–{start + len(NEW)}  {NEW}" in lines
    shift = len(NEW) - (end - start)
    start, end = copy.spans[28]
    assert f"  moved  lgd:segment-ph-positive-blinatumomab  {start}–{end} → {start + shift}–{end + shift}" in lines
    assert "  holds at a moved place  lgd:option-blinatumomab-ph-positive" in lines


def as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = cli.main(["evidence", "verify", str(path), "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def test_the_proof_as_json(
    store: ox.Store, copy: Copy, page_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, same = as_json(page_path, capsys)
    assert code == 0
    assert set(same) == {"identical", "onlyLineEndsDiffer", "digest", "expected", "passages", "statements", "new"}
    assert (same["identical"], same["onlyLineEndsDiffer"], same["new"]) == (True, False, [])
    assert same["digest"] == same["expected"]
    path = tmp_path / "other.txt"
    text = copy.put(f"{NEW}\n", copy.line(14)[0]).replace("should", "must")
    path.write_bytes(text.encode())
    code, other = as_json(path, capsys)
    assert code == 1
    assert other["digest"] == evidence.sha256(text) != other["expected"]
    proof = evidence.verify(store, text)
    assert other["new"] == [{"start": start, "end": end} for start, end in proof.new]
    assert [one["iri"] for one in other["passages"]] == [one.span.iri for one in proof.passages]
    for passage, one in zip(other["passages"], proof.passages, strict=True):
        assert passage["kind"] == one.span.kind
        assert passage["status"] == one.status
        assert (passage["start"], passage["end"]) == (one.span.start, one.span.end)
        there = (None, None) if one.status == LOST else (one.start, one.end)
        assert (passage["startInCopy"], passage["endInCopy"]) == there
    assert {one["iri"]: (one["status"], tuple(one["lost"])) for one in other["statements"]} == {
        one.statement: (one.status, one.lost) for one in proof.statements
    }


def test_a_byte_order_mark_loses_nothing(page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "marked.txt"
    path.write_bytes(b"\xef\xbb\xbf" + page.encode())
    _, found = as_json(path, capsys)
    assert {one["status"] for one in found["passages"]} <= {SAME, MOVED}
    assert found["new"] == []


def test_words_are_located_with_position_digest_and_segment(
    copy: Copy, page_path: Path, store: ox.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evidence.places(store, copy.text, "Nelarabine")
    start = copy.spans[17][0]
    digest = evidence.sha256("Nelarabine")
    assert found == [(start, start + 10, digest, f"{LGD}segment-ph-negative-nelarabine")]
    twice = evidence.places(store, copy.text, copy.piece(21))
    assert [place[0] for place in twice] == [copy.spans[21][0], copy.spans[31][0]]
    assert evidence.places(store, f" {copy.text}", "Nelarabine") == [(start + 1, start + 11, digest, "")]
    assert evidence.places(store, copy.text, "") == []
    assert cli.main(["evidence", "locate", str(page_path), "Nelarabine"]) == 0
    row = [str(start), str(start + 10), digest, "lgd:segment-ph-negative-nelarabine"]
    assert row in [line.split() for line in capsys.readouterr().out.splitlines()]
    assert cli.main(["evidence", "locate", str(page_path), "nelarabine"]) == 1
    assert "do not stand in the page" in capsys.readouterr().err


# --- the page's wording beside an answer -----------------------------------------------------------------------------


def places_of(answer: Answer, row: int) -> list[tuple[int, int]]:
    cells = dict(zip(answer.columns, answer.rows[row], strict=True))
    pairs = [(cells[name], cells[name.replace("start", "end", 1)]) for name in cells if name.startswith("start")]
    return [(int(start.value), int(end.value)) for start, end in pairs if start is not None and end is not None]


def shown(root: str, name: str, text: str) -> list[tuple[tuple[int, int], str]]:
    """Return each place that the example of a question answers with, and the wording shown for it from this copy."""
    example = shlex.split(questions.load(root, name).example)[3:]
    words = [word for word in example if word != "--with-background"]
    values: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        values.setdefault(option.removeprefix("--"), []).append(value)
    asked, store = answers.ask_open(root, name, values, with_background="--with-background" in example)
    told = sources.with_wording(asked, store, text, "copy")
    added = range(len(asked.answer.columns), len(told.answer.columns))
    pairs = []
    for number, row in enumerate(told.answer.rows):
        wording = [cell.value for cell in (row[place] for place in added) if isinstance(cell, Text)]
        pairs += list(zip(places_of(asked.answer, number), wording, strict=True))
    return pairs


WITH_PLACES = [name for name in questions.names(str(ROOT)) if "?end" in questions.load(str(ROOT), name).sparql]


@pytest.mark.parametrize("name", WITH_PLACES)
def test_the_wording_shown_is_the_page_s_own(root: str, copy: Copy, name: str) -> None:
    pairs = shown(root, name, copy.text)
    assert pairs
    assert [wording for _, wording in pairs] == [copy.text[start:end] for (start, end), _ in pairs]
    assert shown(root, name, f"{NEW}\n\n{copy.text}\n{NEW}") == pairs
    everything_else = copy.piece(1)
    lost = shown(root, name, everything_else)
    assert {wording for (_, end), wording in lost if end > copy.spans[1][1]} <= {sources.LOST}


def test_the_wording_has_a_column_of_its_own(root: str, page: str) -> None:
    store = knowledge.open_store(root)
    for name in questions.names(root):
        question = questions.load(root, name)
        (head,) = re.findall(r"^SELECT (.*)", question.sparql, re.MULTILINE)
        asked = Asked(question, (), (), Answer(tuple(re.findall(r"[?](\w+)", head)), ()), ())
        told = sources.with_wording(asked, store, page, "copy").answer.columns
        assert len(set(told)) == len(told), name
        assert (len(told) > len(asked.answer.columns)) == (name in WITH_PLACES), name


def test_what_is_lost_is_said_to_be_so_and_the_rest_is_shown(root: str, copy: Copy) -> None:
    changed = copy.edited((copy.line(29), ""), (copy.spans[23], backwards(copy.piece(23))))
    pairs = dict(shown(root, "options-for-subtype", changed))
    for number in (23, 28, 29, 30, 31):
        assert pairs[copy.spans[number]] == (sources.LOST if number in (23, 29) else copy.piece(number))


def test_words_put_between_two_segments_are_not_shown_as_the_page_s_own(root: str, copy: Copy) -> None:
    changed = copy.put(f"{NEW}. ", copy.spans[6][0])
    assert not any(NEW in wording for _, wording in shown(root, "what-does-it-mean", changed))


def test_a_text_that_is_no_copy_of_the_page_is_refused(
    root: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, store = answers.ask_open(root, "page-coverage", {})
    with pytest.raises(DataError, match="no segment of the page stands in this file"):
        sources.with_wording(asked, store, f"{NEW} and nothing else.", "copy")
    path = tmp_path / "other.txt"
    path.write_text(f"{NEW} and nothing else.\n", encoding="utf-8")
    assert cli.main(["ask", "page-coverage", "--source", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"leukograph: {path}: no segment of the page stands in this file.")


def test_the_command_shows_the_wording(copy: Copy, page_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["ask", "options-for-subtype", "--disease", "Ph+", "--format", "json"]
    assert cli.main([*call, "--source", str(page_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["head"]["vars"][-1] == "pageWording"
    wording = [row["pageWording"]["value"] for row in found["results"]["bindings"]]
    assert sorted(wording) == sorted(copy.piece(number) for number in (23, 28, 29, 30, 31))
    assert cli.main(call) == 0
    assert not any(piece in capsys.readouterr().out for piece in (copy.piece(23), copy.piece(30)))


# --- forged data -----------------------------------------------------------------------------------------------------

FAULTS = sorted((Path(__file__).parent / "faults").glob("*.toml"))


@cache
def fault(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def texts() -> dict[str, tuple[str, str]]:
    """Return every asserted file as path below the root: (graph, content)."""
    found = {path: graph for graph in ASSERTED for path in files.graph_files(str(ROOT), graph)}
    return {
        Path(path).relative_to(ROOT).as_posix(): (graph, Path(path).read_text(encoding="utf-8"))
        for path, graph in found.items()
    }


def block(text: str, record: str) -> str:
    found = re.findall(rf"(?ms)^{re.escape(record)}\n.*?^\.\n", text)
    if len(found) != 1:
        raise LookupError(f"{record} stands {len(found)} times")
    return str(found[0])


def forge(changes: Iterable[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Return the files with each change made: in a record, or one deleted, copied under another name, or added."""
    made = texts()
    for change in changes:
        path = change["file"] if "/" in change["file"] else PAGE_FOLDER + change["file"]
        graph, text = made[path]
        if "add" in change:
            text = f"{text}\n{change['add']}"
        else:
            before = block(text, change.get("record") or change["copy"])
            wanted = "" if change.get("delete") else before
            if "old" in change:
                if before.count(change["old"]) != 1:
                    raise LookupError(f"{change['old']!r} does not stand once in {before}")
                wanted = before.replace(change["old"], change["new"])
            if "copy" in change:
                wanted = f"{before}\n{wanted.replace(change['copy'], change['as'], 1)}"
            text = text.replace(before, wanted)
        if text == made[path][1]:
            raise LookupError(f"{change} changes nothing")
        made[path] = (graph, text)
    return made


Row = tuple[str, ...]


def rows_of(checks: Iterable[gates.Check], made: dict[str, tuple[str, str]]) -> set[Row]:
    """Run checks over files and return (rule, focus, value) for each row found."""
    opened = engine.empty()
    for path, (graph, text) in made.items():
        engine.load(opened, graph, path, text.encode())
    found = set()
    for check in checks:
        for row in engine.select(opened, check.sparql, name=check.name).rows:
            assert check.severity == VIOLATION
            found.add((shorten(LGC + check.name), *(cell.value if cell else "" for cell in row)))
    return found


@pytest.fixture(scope="module")
def checks(root: str) -> dict[str, gates.Check]:
    return {shorten(LGC + check.name): check for check in gates.load_checks(root)}


@pytest.fixture(scope="module")
def rows_before(checks: dict[str, gates.Check]) -> set[Row]:
    return rows_of(checks.values(), texts())


@pytest.fixture(scope="module")
def shapes(root: str) -> rdflib.Graph:
    return reason.parse([(path, files.read(path)) for path in files.files_under(f"{root}/{files.SHAPES}", ".ttl")])


@pytest.fixture(scope="module")
def project_shapes() -> list[ox.Quad]:
    return shape_engines.project_shapes()


def validated(made: dict[str, tuple[str, str]], home: Path, page: str | None) -> tuple[Gate, ...]:
    """Return what the gates but shapes and meaning say."""
    for part in files.PARTS:
        shutil.copytree(ROOT / part, home / part)
    for path, (_, text) in made.items():
        (home / path).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closing, "close", lambda *_: Closure((), ()))
        patch.setattr(shacl, "shapes_gate", lambda *_, **__: Gate(SHAPES, "nothing", ()))
        scope = validation.Scope(pages=() if page is None else (("page.txt", page),))
        return validation.validate(str(home), scope).gates


def violations(found: Iterable[Finding]) -> list[Finding]:
    return [one for one in found if one.severity == VIOLATION]


FORGED = [
    pytest.param(
        fault(path),
        id=path.stem,
        marks=[bug(fault(path)["undetected"])] if "undetected" in fault(path) else [],
    )
    for path in FAULTS
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_fact_is_refused(
    request: pytest.FixtureRequest,
    checks: dict[str, gates.Check],
    rows_before: set[Row],
    project_shapes: list[ox.Quad],
    forged: dict[str, Any],
    tmp_path: Path,
) -> None:
    """A rule is looked for by its name; of an undetected fault only the gate is given that ought to refuse it."""
    wanted = set(forged["refused-by"])
    made = forge(forged["change"])
    found: set[str] = set()
    if CHECKS in wanted or any(rule.startswith("lgc:") for rule in wanted):
        chosen = checks if CHECKS in wanted else wanted & set(checks)
        rows = rows_of([checks[rule] for rule in chosen], made) - rows_before
        found |= {row[0] for row in rows} | ({CHECKS} if rows else set())
    if SHAPES in wanted or any(rule.startswith("lgs:") for rule in wanted):
        quads = [quad for _, text in made.values() for quad in shape_engines.turtle(text)]
        gate = shape_engines.compiled(quads, project_shapes)
        found |= {rule for one in violations(gate.findings) for rule in (shorten(one.rule), one.gate)}
    if wanted & {EVIDENCE, COVERAGE}:
        page = request.getfixturevalue("page") if EVIDENCE in wanted else None
        judged = validated(made, tmp_path / "home", page)
        found |= {one.gate for gate in judged for one in violations(gate.findings)}
    assert wanted <= found


def test_a_passage_that_is_lost_has_no_place_in_the_copy(page: str) -> None:
    opened = engine.empty()
    for path, (graph, text) in forge(fault(FAULTS[0].with_name("item-ends-one-early.toml"))["change"]).items():
        engine.load(opened, graph, path, text.encode())
    (lost,) = evidence.verify(opened, page).segments(LOST)
    assert (lost.start, lost.end) == (-1, -1)


def test_every_fault_says_why_and_what_refuses_it(checks: dict[str, gates.Check], shapes: rdflib.Graph) -> None:
    assert len(FAULTS) > 100
    stages = {CHECKS, SHAPES, EVIDENCE, COVERAGE}
    named = {*checks, *(shorten(str(one)) for one in shapes.subjects()), EVIDENCE, COVERAGE}
    for path in FAULTS:
        one = fault(path)
        assert set(one) - {"undetected"} == {"why", "refused-by", "change"}, path.name
        assert one["why"].endswith("."), path.name
        wanted = set(one["refused-by"])
        assert wanted, path.name
        assert wanted <= (stages if "undetected" in one else named), path.name


def test_data_as_it_is_passes_the_gates_that_refuse_what_is_forged(
    rows_before: set[Row], page: str, tmp_path: Path
) -> None:
    assert rows_before == set()
    assert [one for gate in validated(texts(), tmp_path / "one", page) for one in gate.findings] == []
    assert [one for gate in validated(texts(), tmp_path / "two", None) for one in gate.findings] == []


def test_the_command_refuses_a_forged_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    validated(forge(fault(Path(__file__).parent / "faults" / "option-recommended.toml")["change"]), home, None)
    monkeypatch.setattr(closing, "close", lambda *_: Closure((), ()))
    monkeypatch.setenv(files.HOME_VARIABLE, str(home))
    assert cli.main(["validate"]) == 1
    out = capsys.readouterr().out
    path = f"{home}/{PAGE_FOLDER}statements.ttl"
    line = Path(path).read_text(encoding="utf-8").splitlines().index("    lgo:hasModality lgv:recommended ;") + 1
    subject = "lgd:option-blinatumomab-ph-negative"
    assert f"{path}:{line}:21: violation lgc:modality-without-cue {subject} lgo:hasModality lgv:recommended: " in out
    assert f"{path}:{line}:21: violation lgs:TreatmentOptionStatement-hasModality {subject} lgo:hasModality " in out
    assert out.splitlines()[-1].startswith("does not conform: ")


def test_passages_of_all_pages_are_those_of_each() -> None:
    store = engine.empty()
    for text in scale.copies(2):
        store.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    lone, moved, *_ = sorted(engine.having(store, LGO + "exactText"))
    for one in (lone, moved):
        for quad in store.quads_for_pattern(ox.NamedNode(one), ox.NamedNode(LGO + "ofPage"), None):
            store.remove(quad)
    pages = [page for page, _, _ in evidence.pages(store)]
    store.add(
        ox.Quad(
            ox.NamedNode(moved), ox.NamedNode(LGO + "ofPage"), ox.NamedNode(pages[1]), ox.NamedNode(graph_iri(PAGE))
        )
    )
    found = evidence.passages_of(store, pages)
    assert found == {page: evidence.passages(store, page) for page in pages}
    assert [sum(one.iri in (lone, moved) for one in found[page]) for page in pages] == [1, 2]
