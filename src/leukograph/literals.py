"""What a literal of rdflib means: its value by the datatypes of OWL 2 RL."""

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from leukograph import values
from leukograph.values import Value

TYPES = {URIRef(kind) for kind in values.TYPES}


def holds(kind: Node, value: Value) -> bool:
    """Tell whether a datatype of TYPES has a value."""
    return values.holds(str(kind), value)


def known(node: Node) -> Value | None:
    """Return the value of a literal that has one we know, otherwise None."""
    return None if not isinstance(node, Literal) or ill(node) else _value(node)


def ill(literal: Literal) -> bool:
    """Tell whether a literal has no value."""
    try:
        _value(literal)
    except ValueError:
        return True
    return False


def _value(literal: Literal) -> Value | None:
    # rdflib writes a wrong boolean as `false`, and remembers only here that it was wrong
    if literal.datatype in (XSD.boolean, RDF.XMLLiteral) and literal.ill_typed:
        raise ValueError(str(literal))
    return values.read(str(literal), str(literal.datatype or XSD.string), str(literal.language or ""))
