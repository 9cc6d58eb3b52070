"""Runs shapes in both ways, the compiled one and the reference, and holds the two against each other."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from leukograph import files, shacl
from leukograph.names import COMPILED, REFERENCE
from leukograph.records import Gate

ROOT = Path(__file__).parents[1]


def read(*paths: Path | str) -> list[ox.Quad]:
    """The quads of Turtle files, blank nodes named apart."""
    parsed = (ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True) for path in paths)
    return [quad for one in parsed for quad in one]


def turtle(text: str) -> list[ox.Quad]:
    """The quads of a Turtle text."""
    return list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))


def triples(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """Triples, each once."""
    return list(dict.fromkeys(quad.triple for quad in quads))


def project_shapes() -> list[ox.Quad]:
    """The quads of the project's shapes."""
    return read(*files.files_under(str(ROOT / "ontology" / "shapes"), ".ttl"))


def compiled(data: Iterable[ox.Quad], shapes: list[ox.Quad]) -> Gate:
    """The gate by queries."""
    return shacl.shapes_gate(triples(data), shapes, by=COMPILED)


def both(data: Iterable[ox.Quad], shapes: list[ox.Quad]) -> Gate:
    """The gate by queries, which is that of the reference in all but the words on what was left to it."""
    given = triples(data)
    ours, theirs = (shacl.shapes_gate(given, shapes, by=way) for way in (COMPILED, REFERENCE))
    assert ours.findings == theirs.findings
    assert ours.counts == theirs.counts
    assert ours.looked_at.startswith(theirs.looked_at)
    return ours
