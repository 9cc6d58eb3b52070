"""The neighbourhood of an entity as a drawing: what leads to it on the left, what it leads to on the right."""

from typing import NamedTuple

from leukograph.engine import plain
from leukograph.names import BASE, GRAPHS, INFERRED, INFERRED_BACKGROUND, ONTOLOGY, PAGE, RDF_TYPE
from leukograph.site.markup import Html, el, scroll, table
from leukograph.site.terms import Here

MOST = 60
_ROW, _TOP, _CENTRE, _GAP, _BOX, _HIGH = 30, 20, 220, 192, 262, 24
# How far a line runs straight from its box, so that none but its own is behind the words of an edge.
_STRAIGHT = 126
_LONGEST = 30
_PART = {PAGE: "asserted", ONTOLOGY: "asserted", INFERRED: "inferred"}


class Edge(NamedTuple):
    """One neighbour: by which property, which IRI, in which part of the graph."""

    predicate: str
    iri: str
    part: str


def section(place: Here, iri: str) -> Html | None:
    """Return the drawing with a table of the same beside it, None where an entity has no neighbour."""
    left, right = neighbours(place, iri)
    every = len(left) + len(right)
    if not every:
        return None
    shown_left, shown_right = _fitted(left, right)
    shown = len(shown_left) + len(shown_right)
    note = f"{shown} of {every} neighbours are drawn; the tables above have all." if shown < every else None
    rows = [_row(place, "leads here", one) for one in shown_left] + [
        _row(place, "leads to", one) for one in shown_right
    ]
    return el(
        "section",
        el("h2", "Neighbourhood"),
        el("p", note) if note else None,
        scroll(_svg(place, iri, shown_left, shown_right), "Drawing of the neighbourhood", "scroll drawing"),
        el("details", el("summary", "The same as a table"),
           table(("direction", "property", "neighbour", "part"), rows, label="Neighbours")),
        id="neighbourhood",
    )  # fmt: skip


def neighbours(place: Here, iri: str) -> tuple[list[Edge], list[Edge]]:
    """Return what leads to an IRI and what it leads to: things of the project, each once by property."""
    known = place.known
    order = {graph: number for number, graph in enumerate(GRAPHS)}
    left: dict[tuple[str, str], Edge] = {}
    found = sorted(known.incoming.get(iri, []), key=lambda one: (order[one[0]], one[2], known.label(one[1]), one[1]))
    for graph, subject, predicate in found:
        if subject != iri and predicate != RDF_TYPE and known.address(subject):
            left.setdefault((predicate, subject), Edge(predicate, subject, _PART.get(graph, "background")))
    right: dict[tuple[str, str], Edge] = {}
    quads = [(graph, quad) for graph in GRAPHS for quad in known.material.about(iri, graph)]
    for graph, quad in quads:
        target = plain(quad.object)
        literal = hasattr(quad.object, "datatype")
        if not literal and target.startswith(BASE) and target != iri and known.address(target):
            predicate = quad.predicate.value
            if predicate != RDF_TYPE or graph not in (INFERRED, INFERRED_BACKGROUND):
                right.setdefault((predicate, target), Edge(predicate, target, _PART.get(graph, "background")))
    return list(left.values()), list(right.values())


def _fitted(left: list[Edge], right: list[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Return at most MOST - 1 neighbours (the entity itself is a node, too), fairly of both sides."""
    room = MOST - 1
    few = min(len(left), max(room // 2, room - len(right)))
    return left[:few], right[: room - few]


def _row(place: Here, direction: str, one: Edge) -> Html:
    return el("tr", el("td", direction), el("td", place.link(one.predicate)), el("td", place.link(one.iri)),
              el("td", one.part))  # fmt: skip


def _svg(place: Here, iri: str, left: list[Edge], right: list[Edge]) -> Html:
    high = _TOP * 2 + _ROW * max(len(left), len(right), 2)
    begin = _BOX + _GAP if left else 0
    wide = begin + _CENTRE + (_GAP + _BOX if right else 0)
    middle = high // 2
    name = _short(place.known.label(iri), 24)
    centre = el("g", el("rect", x=begin, y=middle - 20, width=_CENTRE, height=40, rx=8),
                el("text", name, x=begin + _CENTRE // 2, y=middle + 5, text_anchor="middle"),
                class_="centre")  # fmt: skip
    parts = [*_side(place, left, -1, middle, begin), *_side(place, right, 1, middle, begin + _CENTRE), centre]
    label = f"Neighbourhood of {place.known.label(iri)}"
    return el("svg", el("title", label), parts, viewBox=f"-2 0 {wide + 4} {high}", width=wide + 4, height=high,
              role="group", aria_label=label)  # fmt: skip


def _side(place: Here, edges: list[Edge], sign: int, middle: int, near: int) -> list[Html]:
    """Return one side: lines from the edge of the entity, at x `near`, to a column of boxes."""
    top = middle - _ROW * (len(edges) - 1) // 2
    inner = near + sign * _GAP
    x = inner if sign > 0 else inner - _BOX
    straight = inner - sign * _STRAIGHT
    bend = (straight + near) // 2
    lines, made, before = [], [], ""
    for number, one in enumerate(edges):
        y = top + number * _ROW
        lines.append(
            el("path", d=f"M {inner} {y} H {straight} C {bend} {y} {bend} {middle} {near} {middle}", class_=one.part)
        )
        full = place.known.label(one.iri)
        made.append(el("a", el("title", full), el("rect", x=x, y=y - _HIGH // 2, width=_BOX, height=_HIGH, rx=5),
                       el("text", _short(full, _LONGEST), x=x + 8, y=y + 5),
                       href=place.up + place.known.address(one.iri), class_=f"node {one.part}"))  # fmt: skip
        if one.predicate != before:
            anchor = "start" if sign < 0 else "end"
            made.append(el("text", _short(place.known.label(one.predicate), 20), x=inner - sign * 8, y=y + 4,
                           text_anchor=anchor, class_="edge"))  # fmt: skip
            before = one.predicate
    return [*lines, *made]


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
