"""Reads a shapes graph from triples of pyoxigraph: what is said of each shape, its lists, which nodes are shapes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from leukograph.names import OWL, RDF, RDF_TYPE, RDFS, SH, XSD

Term = Any  # a NamedNode, BlankNode or Literal of pyoxigraph
NIL = RDF + "nil"
CLASSES = (RDFS + "Class", OWL + "Class")  # what makes a shape its own target (SHACL, 2.1.3.3)
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
SHAPE_VALUED = ("property", "node", "not", "qualifiedValueShape")
LISTS_OF_SHAPES = ("and", "or", "xone")


class NotCompiledError(Exception):
    """A shape holds what is not turned into SPARQL; the text says what."""


class Shapes(NamedTuple):
    """A shapes graph: values by subject and predicate, and the subjects before each term."""

    said: dict[Term, dict[str, list[Term]]]
    held: dict[Term, list[Term]]


def read(quads: Iterable[Any]) -> Shapes:
    """Return the shapes graph of triples, whatever graph they come from, each once."""
    made = Shapes({}, {})
    for subject, predicate, value in dict.fromkeys(quad.triple for quad in quads):
        made.said.setdefault(subject, {}).setdefault(predicate.value, []).append(value)
        made.held.setdefault(value, []).append(subject)
    return made


def values(shapes: Shapes, node: Term, name: str) -> list[Term]:
    """Return the values of a property of SHACL, or of any property given as an IRI, in a fixed order."""
    found = shapes.said.get(node, {}).get(name if ":" in name else SH + name, [])
    return sorted(found, key=str) if len(found) > 1 else found


def one(shapes: Shapes, node: Term, name: str) -> Term:
    """Return the one value of a property of SHACL; NotCompiledError where there is another number."""
    found = values(shapes, node, name)
    if len(found) != 1:
        raise NotCompiledError(f"sh:{name} has {len(found)} values")
    return found[0]


def items(shapes: Shapes, head: Term) -> list[Term]:
    """Return the members of a list; NotCompiledError for what is no well-formed list."""
    found, seen = [], set()
    while not (is_iri(head) and head.value == NIL):
        first, rest = (shapes.said.get(head, {}).get(RDF + part, []) for part in ("first", "rest"))
        if head in seen or len(first) != 1 or len(rest) != 1:
            raise NotCompiledError("a list is not well-formed")
        seen.add(head)
        found.append(first[0])
        head = rest[0]
    return found


def is_iri(term: Term) -> bool:
    """Tell whether a term is an IRI."""
    return type(term).__name__ == "NamedNode"


def is_literal(term: Term) -> bool:
    """Tell whether a term is a literal."""
    return type(term).__name__ == "Literal"


def iri(term: Term) -> Term:
    """Return a term that is an IRI; NotCompiledError for any other."""
    if not is_iri(term):
        raise NotCompiledError(f"{term} stands where an IRI is needed")
    return term


def truth(term: Term) -> bool:
    """Return the truth value of a literal; NotCompiledError for what is none."""
    if not is_literal(term) or term.datatype.value != XSD + "boolean" or term.value not in ("true", "false", "1", "0"):
        raise NotCompiledError(f"{term} is neither true nor false")
    return term.value in ("true", "1")


def number(term: Term) -> int:
    """Return a whole number from zero; NotCompiledError for what is none."""
    if (
        not is_literal(term)
        or term.datatype.value != XSD + "integer"
        or not (term.value.isascii() and term.value.isdigit())
    ):
        raise NotCompiledError(f"{term} is no number of values")
    return int(term.value)


def deactivated(shapes: Shapes, node: Term) -> bool:
    """Tell whether a shape is switched off."""
    return bool(values(shapes, node, "deactivated")) and truth(one(shapes, node, "deactivated"))


def is_property_shape(shapes: Shapes, node: Term) -> bool:
    """Tell whether a shape has a path."""
    return bool(values(shapes, node, "path"))


def classes(shapes: Shapes, node: Term) -> list[Term]:
    """Return the classes whose members a shape looks at, the shape itself where it is a class (SHACL, 2.1.3.3)."""
    kinds = [kind for kind in values(shapes, node, RDF_TYPE) if is_iri(kind)]
    own = any(kind.value in CLASSES or _below(shapes, kind) for kind in kinds)
    return [*values(shapes, node, "targetClass"), *([node] if own else [])]


def _below(shapes: Shapes, kind: Term) -> bool:
    return any(is_iri(above) and above.value == CLASSES[0] for above in values(shapes, kind, RDFS + "subClassOf"))


def find(shapes: Shapes) -> list[Term]:
    """Return every node that is a shape (SHACL, 2.1), sorted; NotCompiledError where the graph as a whole is no good.

    The conditions are those on which pyshacl refuses a shapes graph at once: they are left to it to tell.
    """
    node_shapes, property_shapes, others = set(), set(), set()
    for node, said in shapes.said.items():
        kinds = {kind.value for kind in said.get(RDF_TYPE, ()) if is_iri(kind)}
        node_shapes |= {node} if SH + "NodeShape" in kinds else set()
        property_shapes |= {node} if SH + "PropertyShape" in kinds else set()
        if SH + "ConstraintComponent" in kinds or any(
            is_iri(above) and above.value == SH + "ConstraintComponent" for above in said.get(RDFS + "subClassOf", ())
        ):
            raise NotCompiledError("a constraint component of its own")
        if any(SH + name in said for name in (*TARGETS, "property", "node")):
            others.add(node)
        others |= {value for name in SHAPE_VALUED for value in said.get(SH + name, ())}
        for name in LISTS_OF_SHAPES:
            for head in said.get(SH + name, ()):
                members = items(shapes, head)
                if not members:
                    raise NotCompiledError(f"sh:{name} has no member")
                others |= set(members)
    for node in node_shapes | property_shapes | others:
        paths = len(values(shapes, node, "path"))
        wrong = (paths and node in node_shapes) or paths > 1 or (not paths and node in property_shapes)
        if is_literal(node) or wrong or len(values(shapes, node, "deactivated")) > 1:
            raise NotCompiledError(f"{node} is no well-formed shape")
        deactivated(shapes, node)
    return sorted(node_shapes | property_shapes | others, key=str)


def named(shapes: Shapes, node: Term | None) -> str:
    """Return the IRI of a shape, or of the nearest shape with a name that holds it; '' where there is none."""
    seen = set()
    while node is not None and not is_iri(node) and node not in seen:
        seen.add(node)
        node = min(shapes.held.get(node, ()), key=lambda above: str(above.value), default=None)
    return str(node.value) if node is not None and is_iri(node) else ""
