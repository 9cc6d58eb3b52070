"""Turns the paths of shapes into property paths of SPARQL (SHACL, 2.3.1)."""

from typing import NamedTuple

from leukograph.names import RDF, SH
from leukograph.shape_graph import NotCompiledError, Shapes, Term, is_iri, items, values

_DEEPEST = 8
_ENDINGS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class Path(NamedTuple):
    """A path in SPARQL, its predicate where it is nothing else, and whether it leads from a node to itself at once."""

    text: str
    single: str = ""
    empty: bool = False


def path(shapes: Shapes, node: Term, *, depth: int = 0, backwards: bool = False) -> Path:
    """Return a path; NotCompiledError for one that is not well-formed.

    A sequence that is walked backwards is left alone: pyshacl turns its steps round and not their order.
    """
    if is_iri(node):
        return Path(str(node), node.value)
    said = shapes.said.get(node, {})
    if depth > _DEEPEST or len(said) != (2 if RDF + "first" in said else 1):
        raise NotCompiledError("a path that is not well-formed")

    def below(one: Term, *, turned: bool = False) -> Path:
        return path(shapes, one, depth=depth + 1, backwards=backwards != turned)

    if RDF + "first" in said:
        if backwards:
            raise NotCompiledError("a sequence inside sh:inversePath")
        return _joined([below(one) for one in items(shapes, node)], "/")
    if SH + "alternativePath" in said:
        (head,) = _single(values(shapes, node, "alternativePath"))
        return _joined([below(one) for one in items(shapes, head)], "|")
    if SH + "inversePath" in said:
        (inner,) = _single(values(shapes, node, "inversePath"))
        made = below(inner, turned=True)
        return Path(f"(^{made.text})", "", made.empty)
    for name, ending in _ENDINGS.items():
        if SH + name in said:
            (inner,) = _single(values(shapes, node, name))
            made = below(inner)
            return Path(f"({made.text}{ending})", "", made.empty or ending != "+")
    raise NotCompiledError("a path that is not well-formed")


def _single(found: list[Term]) -> list[Term]:
    if len(found) != 1:
        raise NotCompiledError("a path that is not well-formed")
    return found


def _joined(parts: list[Path], sign: str) -> Path:
    if len(parts) == 1 or not parts:
        raise NotCompiledError("a path that is not well-formed")
    text = sign.join(part.text for part in parts)
    empty = (all if sign == "/" else any)(part.empty for part in parts)
    return Path(f"({text})", "", empty)
