"""The graph as a property graph: a node for each thing spoken of, a relationship for each triple between two things.

A statement stays a node, with relationships to its therapy, disease, scopes and places: there is no short cut from a
therapy to a disease. Nothing is lost: a literal stands in a column of its node, and a column is of one datatype and
language; what does not fit a column (several values, no characters, another layer than the node's) is a node of its
own, of the kind `Value`. Every node and every relationship has the layer, the named graph, that says it.
"""

import re
from collections import Counter
from typing import NamedTuple

import pyoxigraph as ox

from leukograph.errors import DataError
from leukograph.names import ASSERTED, GRAPHS, LGO, ONTOLOGY, RDF_TYPE, RDFS_LABEL, XSD, shorten

VALUE = "Value"
# What every node may have beside its own columns. `type` and `modality` say again, for reading, what relationships say.
OWN = ("id", "layer", "type", "modality", "text", "datatype", "language")
_RESERVED = frozenset(("from", "group", "iri", "kind", "property", "to", *OWN))
# Classes of the ontology whose subclasses share a kind of node; any other node is of the class it is asserted to be.
_GENERAL = ("Statement", "Therapy", "BackgroundFact")
_LONGEST = 18  # digits of a number that surely fits 64 bits


class Column(NamedTuple):
    """A property whose literals stand in a column: `kind` is string, integer or boolean, the rest as in RDF."""

    name: str
    property: str
    kind: str
    datatype: str
    language: str


class Node(NamedTuple):
    """A thing: its IRI (or `_:name`, or the name of a value), its kind, the layer of its cells, and these by column."""

    id: str
    kind: str
    layer: str
    cells: dict[str, str]


class Link(NamedTuple):
    """A relationship between two nodes, of a type that stands for a property (an IRI), said by a layer."""

    start: str
    type: str
    end: str
    layer: str
    property: str


class PropertyGraph(NamedTuple):
    """Columns, nodes and relationships, each sorted."""

    columns: tuple[Column, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def build(quads: dict[str, tuple[ox.Quad, ...]], chosen: tuple[str, ...]) -> PropertyGraph:
    """Return the chosen graphs, of all graphs, as a property graph.

    What the chosen graphs only refer to has a node too. Where another graph names it, the node has that label and
    that layer: so a row of a layer that was not chosen is a name for reading and nothing else. Blank nodes in two of
    the graphs raise DataError: their names would be one node.
    """
    blank = [one for one in chosen if any(isinstance(quad.subject, ox.BlankNode) for quad in quads[one])]
    if len(blank) > 1:
        own = " and ".join(one for one in blank if one != ONTOLOGY)
        raise DataError(
            f"{' and '.join(blank)}: each has blank nodes, which get mixed up where the graphs go into one. Give those "
            f"in {own} names; `leukograph validate` shows where they stand."
        )
    said = [(graph, quad) for graph in chosen for quad in quads[graph]]
    columns = _columns(quads, {quad.predicate.value for _, quad in said} | {RDFS_LABEL})
    layers = _layers(quads, chosen)
    asserted, inferred = _types(quads, ASSERTED), _types(quads, GRAPHS)
    kinds = {one: _kind(one, asserted.get(one, []), inferred.get(one, [])) for one in layers}
    cells: dict[str, dict[str, str]] = {one: {"type": _type(asserted.get(one, []))} for one in layers}
    names = _names({quad.predicate.value for _, quad in said}, snake=True)
    nodes, links = [], []
    numbers: Counter[tuple[str, str]] = Counter()
    for graph, quad in said:
        subject, predicate = _id(quad.subject), quad.predicate.value
        if not isinstance(quad.object, ox.Literal):
            links.append(Link(subject, names[predicate], _id(quad.object), graph, predicate))
            if predicate == LGO + "hasModality":
                cells[subject]["modality"] = f"{cells[subject].get('modality', '')} {_local(_id(quad.object))}".strip()
        elif predicate in columns and layers[subject] == graph and quad.object.value:
            cells[subject][columns[predicate].name] = quad.object.value
        else:
            numbers[subject, predicate] += 1
            value = f"{subject}|{names[predicate]}|{numbers[subject, predicate]}"
            nodes.append(Node(value, VALUE, graph, _value(quad.object)))
            links.append(Link(subject, names[predicate], value, graph, predicate))
    if RDFS_LABEL in columns:
        for graph in (one for one in ASSERTED if one not in chosen):
            for quad in quads[graph]:
                if quad.predicate.value == RDFS_LABEL and layers.get(_id(quad.subject)) == graph:
                    cells[_id(quad.subject)][columns[RDFS_LABEL].name] = _lexical(quad.object)
    nodes += [Node(one, kinds[one], layer, cells[one]) for one, layer in layers.items()]
    used = {name for node in nodes for name in node.cells}
    return PropertyGraph(
        tuple(sorted(column for column in columns.values() if column.name in used)),
        tuple(sorted(nodes, key=lambda one: (one.kind, one.id))),
        tuple(sorted(links)),
    )


def _columns(quads: dict[str, tuple[ox.Quad, ...]], wanted: set[str]) -> dict[str, Column]:
    """Return a column for each property that has one literal at most in a layer, all of one datatype and language."""
    found: dict[str, list[ox.Literal]] = {}
    for held in quads.values():
        for quad in held:
            if isinstance(quad.object, ox.Literal):
                found.setdefault(quad.predicate.value, []).append(quad.object)
    counts = Counter((graph, one.subject, one.predicate.value) for graph, held in quads.items() for one in held)
    many = {predicate for (_, _, predicate), number in counts.items() if number > 1}
    names = _names({one for one in found if one in wanted and one not in many})
    columns = {}
    for predicate, name in names.items():
        terms = {(one.datatype.value, one.language or "") for one in found[predicate]}
        if len(terms) == 1:
            ((datatype, language),) = terms
            kind = _basic(datatype, {one.value for one in found[predicate]})
            columns[predicate] = Column(name, predicate, kind, datatype, language)
    return columns


def _basic(datatype: str, values: set[str]) -> str:
    """Return integer or boolean where every value can be had back from one, otherwise string."""
    if datatype == XSD + "integer" and all(re.fullmatch(r"0|-?[1-9]\d*", one, re.ASCII) for one in values):
        return "integer" if max(map(len, values)) <= _LONGEST else "string"
    return "boolean" if datatype == XSD + "boolean" and values <= {"true", "false"} else "string"


def _layers(quads: dict[str, tuple[ox.Quad, ...]], chosen: tuple[str, ...]) -> dict[str, str]:
    """Return the layer of everything that the chosen graphs speak of.

    It is the first chosen graph that says something of it in words, else the first of all graphs that names it, else
    the first chosen one that speaks of it.
    """
    worded: dict[str, str] = {}
    named: dict[str, str] = {}
    spoken: dict[str, str] = {}
    for graph in chosen:
        for quad in quads[graph]:
            spoken.setdefault(_id(quad.subject), graph)
            if isinstance(quad.object, ox.Literal):
                worded.setdefault(_id(quad.subject), graph)
            else:
                spoken.setdefault(_id(quad.object), graph)
    for graph in ASSERTED:
        for quad in quads[graph]:
            if quad.predicate.value == RDFS_LABEL:
                named.setdefault(_id(quad.subject), graph)
    return {one: worded.get(one) or named.get(one) or graph for one, graph in spoken.items()}


def _types(quads: dict[str, tuple[ox.Quad, ...]], graphs: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for graph in graphs:
        for quad in quads[graph]:
            if quad.predicate.value == RDF_TYPE:
                found.setdefault(_id(quad.subject), set()).add(_id(quad.object))
    return {one: sorted(types) for one, types in found.items()}


def _kind(thing: str, asserted: list[str], inferred: list[str]) -> str:
    for general in _GENERAL:
        if LGO + general in inferred:
            return general
    types = [one for one in asserted if one.startswith(LGO)] or asserted
    if types:
        return _word(_local(types[0]))
    return "List" if thing.startswith("_:") else "Resource"


def _type(asserted: list[str]) -> str:
    return " ".join(_local(one) for one in asserted if one.startswith(LGO)) or " ".join(map(_local, asserted))


def _names(properties: set[str], *, snake: bool = False) -> dict[str, str]:
    """Return a name for each property (an IRI), unlike in any letter case: the local name, or prefix and local name."""
    taken = Counter(_word(_local(one)).lower() for one in properties)
    names: dict[str, str] = {}
    used: set[str] = set()
    for one in sorted(properties):
        name = _word(_local(one))
        if taken[name.lower()] > 1 or name in _RESERVED:
            name = _word(shorten(one))
        if snake:
            name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
        while name.lower() in used:
            name += "_"
        names[one] = name
        used.add(name.lower())
    return names


def _value(literal: ox.Literal) -> dict[str, str]:
    return {"text": literal.value, "datatype": literal.datatype.value, "language": literal.language or ""}


def _lexical(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else ""


def _id(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def _word(text: str) -> str:
    word = re.sub(r"\W", "_", text, flags=re.ASCII)
    return word if word[:1].isalpha() else f"_{word}"
