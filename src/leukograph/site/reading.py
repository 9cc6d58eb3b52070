"""The reading view: every segment of the page as a placeholder, with what rests on it; no text of the page."""

from itertools import groupby
from typing import Any

from leukograph.names import LGO, PAGE
from leukograph.site.frame import Page
from leukograph.site.known import Known, Segment
from leukograph.site.markup import Html, el, join, slug
from leukograph.site.terms import Here, anchor, here, passage

_EXACT = LGO + "exactText"


def page(known: Known) -> Page:
    """Return the reading view."""
    place = here(known, "reading/")
    ledger = _ledger(known)
    parts = [
        el(
            "section",
            el("h2", place.link(section) if section else "no section"),
            [_segment(place, one, ledger) for one in held],
            class_="part",
        )
        for section, held in groupby(known.segments, key=lambda one: one.section)
    ]
    main = [
        el("h1", "Reading view"),
        el(
            "p",
            f"The page has {len(known.segments)} segments. Its text is not kept here: each segment stands with its "
            "place, its length, the digest of its characters, and what is claimed on its ground.",
            class_="lead",
        ),
        el(
            "section",
            el("h2", "Lay your copy beside it"),
            el("p", "Give the text of the page from your own copy. It is compared in your browser by digest, and is "
               "never sent anywhere; what changed is shown as drift."),
            el("p", el("label", "A file with the text of the page", for_="copy"), el("input", type="file", id="copy",
               accept=".txt,text/plain")),
            el("p", el("label", "Or paste the text", for_="pasted"), el("textarea", id="pasted", rows=4,
               autocomplete="off", spellcheck="false")),
            el("p", id="verdict", role="status"),
            el("noscript", el("p", "This needs scripts. ", el("code", "leukograph evidence verify PAGE.txt"),
               " does the same on the command line.")),
            class_="copy",
        ),
        el("section", parts, id="reading", aria_label="The segments of the page"),
    ]  # fmt: skip
    return Page("reading/", "Reading view", "reading", join(main), summary="The page, segment by segment, as places.")


def _ledger(known: Known) -> dict[str, tuple[str, str]]:
    """Return kind and fate of each segment, as the question page-coverage tells them."""
    answer = known.ask("page-coverage", {}).answer
    at = {name: number for number, name in enumerate(answer.columns)}
    found = {}
    for row in answer.rows:
        cells = [row[at[name]] for name in ("segment", "kind", "becameOf")]
        segment, kind, fate = (one.value if one else "" for one in cells)
        found[segment] = kind, fate
    return found


def _segment(place: Here, one: Segment, ledger: dict[str, tuple[str, str]]) -> Html:
    known = place.known
    kind, fate = ledger.get(one.iri, ("segment", ""))
    length = one.end - one.start
    resting = statements(known, one.iri)
    cues = [span["text"] for span in passages(known, one.iri) if span["kind"] == "cue"]
    named = [span for span in passages(known, one.iri) if span["kind"] == "mention"]
    title = el("h3", place.link(one.iri), " ", el("small", kind))
    facts: list[tuple[str, object]] = []
    if cues:
        facts.append(("cue words", [[el("q", cue, class_="modality"), " "] for cue in cues]))
    if named:
        facts.append(
            ("names", [[", " if at else None, place.link(span["of"])] for at, span in enumerate(_once(named))])
        )
    claims = [el("li", place.link(iri), _hedges(known, iri)) for iri in resting]
    return el(
        "article",
        title,
        el("p", "█" * min(max(length // 6, 2), 24), class_="placeholder", aria_hidden="true"),
        el("p", f"characters {one.start}–{one.end}, {length} of them; sha256 ", el("code", one.digest, class_="digest"),
           class_="where"),
        el("dl", [[el("dt", name), el("dd", value)] for name, value in facts], class_="facts") if facts else None,
        el("ul", claims, class_="claims") if claims else el("p", fate, class_="fate"),
        id=anchor(one.iri),
        data_segment=one.iri,
        class_=f"segment kind-{slug(kind)}",
    )  # fmt: skip


def _once(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({span["of"]: span for span in spans}.values())


def _hedges(known: Known, statement: str) -> list[object]:
    return [[" ", el("span", one, class_="modality")] for one in hedges(known, statement)]


def hedges(known: Known, statement: str) -> list[str]:
    """Return modality, hedge and quantifiers of a statement as labels."""
    found = (
        known.material.values(statement, LGO + name, PAGE) for name in ("hasModality", "hasHedge", "hasQuantifier")
    )
    return [known.label(one) for values in found for one in values]


def statements(known: Known, segment: str) -> list[str]:
    """Return the statements that stand in a segment, in order."""
    found = known.material.subjects(LGO + "statedIn", segment, PAGE)
    return [one for one in found if known.material.values(one, LGO + "paraphrase", PAGE)]


def passages(known: Known, segment: str) -> list[dict[str, Any]]:
    """Return names and cue words within a segment in reading order: kind, text, start, end, digest, of what."""
    made = []
    for iri in known.material.subjects(LGO + "withinSegment", segment, PAGE):
        at = passage(known, iri)
        values = known.material.values
        of = [*values(iri, LGO + "mentions", PAGE), *values(iri, LGO + "spells", PAGE)]
        text, digest = (values(iri, name, PAGE) for name in (_EXACT, LGO + "digest"))
        if at and of and text and digest:
            kind = "cue" if values(iri, LGO + "spells", PAGE) else "mention"
            made.append({"kind": kind, "iri": iri, "of": of[0], "text": text[0], "start": at[0], "end": at[1],
                         "digest": digest[0]})  # fmt: skip
    return sorted(made, key=lambda one: (one["start"], -one["end"], one["iri"]))


def described(known: Known) -> list[dict[str, Any]]:
    """Return every segment as scripts read it: enough to prove a copy of the page, and no text of it."""
    return [_described(known, one) for one in known.segments]


def _described(known: Known, one: Segment) -> dict[str, Any]:
    return {
        "id": one.iri,
        "anchor": anchor(one.iri),
        "address": known.address(one.iri),
        "label": known.label(one.iri),
        "kind": known.label(one.kind) if one.kind else "",
        "kindId": one.kind,
        "section": known.label(one.section) if one.section else "",
        "position": one.start,
        "start": one.start,
        "end": one.end,
        "length": one.end - one.start,
        "digest": one.digest,
        "statements": [_claim(known, iri, one.iri) for iri in statements(known, one.iri)],
        "passages": [
            {"address": known.address(span["iri"]), "label": known.label(span["of"]), "kind": span["kind"],
             "of": known.address(span["of"]), "exact": [span["start"], span["end"]], "digest": span["digest"]}
            for span in passages(known, one.iri)
        ],
    }  # fmt: skip


def _claim(known: Known, statement: str, segment: str) -> dict[str, Any]:
    """Return a statement with the place of its cue words or names within a segment, or of the whole segment."""
    held = [
        passage(known, one)
        for name in ("cuedBy", "namedBy")
        for one in known.material.values(statement, LGO + name, PAGE)
        if segment in known.material.values(one, LGO + "withinSegment", PAGE)
    ]
    return {
        "address": known.address(statement),
        "label": known.label(statement),
        "hedge": ", ".join(hedges(known, statement)),
        "exact": list(passage(known, segment) or ()),
        "words": sorted([list(one) for one in held if one]),
    }
