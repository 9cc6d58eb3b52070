"""Terms as markup: an IRI as a link to its page or to the web, a literal as text, an answer as a table."""

from typing import NamedTuple

import pyoxigraph as ox

from leukograph.answers import NOT_STATED
from leukograph.engine import plain
from leukograph.names import (
    BACKGROUND,
    BASE,
    INFERRED,
    INFERRED_BACKGROUND,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    RDF,
    XSD,
    shorten,
)
from leukograph.records import Answer, Cell, Iri
from leukograph.site.frame import up
from leukograph.site.known import Known
from leukograph.site.markup import Html, el, join, outside, table

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
SEGMENTS = "reading/"
# For each graph: the class of its parts of a page, their title, and what they are in words.
LAYERS = {
    PAGE: ("asserted", "What the page says", "asserted, from the page"),
    ONTOLOGY: ("asserted", "What the words mean", "asserted, by the ontology"),
    INFERRED: ("inferred", "What follows", "inferred from page and ontology"),
    BACKGROUND: ("background", "What is known from elsewhere", "background, no part of what the page says"),
    MAPPINGS: ("background", "Under which names others know it", "mappings to other vocabularies"),
    INFERRED_BACKGROUND: ("background inferred", "What follows once background is added", "inferred with background"),
}
_FIRST, _REST, _NIL = (RDF + name for name in ("first", "rest", "nil"))


class Here(NamedTuple):
    """Where a page is made: what is known, and what leads from the page to the root."""

    known: Known
    up: str

    def link(self, iri: str, words: str | None = None, **attributes: str | None) -> Html:
        """Return an IRI as a link: to its page, or to the web; what is no address of the web is text."""
        address = self.known.address(iri)
        shown = self.known.label(iri) if words is None else words
        if address:
            return el("a", shown, href=self.up + address, **attributes)
        return outside(iri, shown)


def here(known: Known, address: str) -> Here:
    """Return what renders terms on the page of an address."""
    return Here(known, up(address))


def words(name: str) -> str:
    """Return a name in camel case, such as that of a column, as words."""
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()


def term(place: Here, value: Value) -> Html:
    """Return a term of a graph: an IRI as a link, what has no name by what is said of it, a literal as text."""
    if isinstance(value, ox.Literal):
        return literal(value.value, value.language or "", value.datatype.value)
    name = plain(value)
    return _nameless(place, name, frozenset()) if name.startswith("_:") else place.link(name)


def _nameless(place: Here, name: str, within: frozenset[str]) -> Html:
    """Return a blank node as a list of what is said of it; a list of RDF as its items."""
    if name in within:
        return el("code", name)
    inner = within | {name}
    held: dict[str, list[Html]] = {}
    for quad in place.known.material.about(name):
        deep = isinstance(quad.object, ox.BlankNode)
        shown = _nameless(place, plain(quad.object), inner) if deep else term(place, quad.object)
        held.setdefault(quad.predicate.value, []).append(shown)
    if held.keys() == {_FIRST, _REST}:
        rest = next(plain(one) for one in place.known.material.terms(name, _REST))
        tail = [] if rest == _NIL else [", ", _nameless(place, rest, inner)]
        return join([held[_FIRST], tail])
    parts = [el("li", place.link(predicate), " ", [[one, " "] for one in values]) for predicate, values in held.items()]
    return el("ul", parts, class_="nameless")


def literal(text: str, language: str, datatype: str) -> Html:
    """Return a literal as text, in its own direction; a datatype other than string is named."""
    kind = None if language or datatype == XSD + "string" else el("span", f" {shorten(datatype)}", class_="datatype")
    return el("span", el("bdi", text), kind, class_="literal", lang=language if language not in ("", "en") else None)


def answer(place: Here, found: Answer, show: tuple[str, ...], label: str) -> Html:
    """Return an answer as a table: the columns to show that hold anything, and a link to the statement of each row."""
    at = {name: number for number, name in enumerate(found.columns)}
    wanted = [name for name in show if name in at or f"{name}Label" in at] or list(found.columns)
    held = [name for name in wanted if any(_cell(row, at, name) for row in found.rows)]
    rests = [name for name in ("statement", "fact", "list") if name in at and name not in held]
    rests = [name for name in rests if any(row[at[name]] for row in found.rows)]
    rows = []
    for row in found.rows:
        cells = [
            el("td", _shown(place, row, at, name), class_=_class(name, _cell(row, at, name)), data_label=words(name))
            for name in held
        ]
        cells += [el("td", _rest(place, row[at[name]], name), data_label=words(name)) for name in rests]
        rows.append(el("tr", cells))
    heads = [words(name) for name in (*held, *rests)]
    return table(heads, rows, label=label, class_="answer")


def _cell(row: tuple[Cell, ...], at: dict[str, int], name: str) -> Cell:
    """Return what a column shows: that of `nameLabel` where it is there."""
    labelled = row[at[f"{name}Label"]] if f"{name}Label" in at else None
    return labelled or (row[at[name]] if name in at else None)


def _class(name: str, cell: Cell) -> str | None:
    if cell and cell.value == NOT_STATED:
        return "not-stated"
    return "modality" if name in ("modality", "wording") else None


def _shown(place: Here, row: tuple[Cell, ...], at: dict[str, int], name: str) -> Html | None:
    cell = _cell(row, at, name)
    if cell is None:
        return None
    subject = row[at[name]] if name in at else None
    if isinstance(subject, Iri) and not isinstance(cell, Iri):
        return place.link(subject.value, cell.value)
    if isinstance(cell, Iri):
        return place.link(cell.value)
    if name == "place" and (segment := _segment(place.known, row, at)):
        return el("a", el("bdi", cell.value), href=f"{place.up}{SEGMENTS}#{segment}")
    return literal(cell.value, cell.language, XSD + "string")


def _segment(known: Known, row: tuple[Cell, ...], at: dict[str, int]) -> str:
    """Return the anchor of the segment that holds the place of a row, '' where it names none."""
    start, end = (row[at[name]] if name in at else None for name in ("start", "end"))
    if start is None or end is None or not (start.value.isdecimal() and end.value.isdecimal()):
        return ""
    first, last = int(start.value), int(end.value)
    found = (one.iri for one in known.segments if one.start <= first and last <= one.end)
    return anchor(next(found, ""))


def _rest(place: Here, cell: Cell, name: str) -> Html | None:
    return place.link(cell.value, name) if isinstance(cell, Iri) else None


def anchor(iri: str) -> str:
    """Return the name of an IRI of the project within a page."""
    return iri.removeprefix(BASE).rpartition("/")[2]


def passage(known: Known, iri: str) -> tuple[int, int] | None:
    """Return where a passage (segment, mention, cue) stands on the page: characters, half-open."""
    selectors = known.material.values(iri, "http://www.w3.org/ns/oa#hasSelector", PAGE)
    for one in selectors:
        start, end = (known.material.values(one, f"http://www.w3.org/ns/oa#{name}", PAGE) for name in ("start", "end"))
        if start and end:
            return int(start[0]), int(end[0])
    return None
