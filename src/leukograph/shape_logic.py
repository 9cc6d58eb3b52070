"""What a whole shape is asked, as one condition of SPARQL that holds where a node does not conform (SHACL, 4.6, 4.7).

Such a condition stands inside another shape: sh:not, sh:and, sh:or, sh:xone, sh:node and sh:qualifiedValueShape.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from leukograph.names import RDF_TYPE, RDFS, SH
from leukograph.shape_graph import (
    NotCompiledError,
    Shapes,
    Term,
    deactivated,
    iri,
    is_iri,
    is_property_shape,
    items,
    number,
    one,
    truth,
    values,
)
from leukograph.shape_paths import Path, path
from leukograph.shape_values import SINGLE, Asked, Condition, constant

_DEEPEST = 12
_MOST_APART = 4  # so many values that differ are still written out
_WORDS = {"path", "message", "severity", "name", "description", "order", "group", "defaultValue", "deactivated"}
_TARGETS = {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"}
SMALLER = {"lessThan": "<", "lessThanOrEquals": "<="}
_LOGIC = {"not", "and", "or", "xone", "node"}
_SETS = {
    *("minCount", "maxCount", "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "hasValue"),
    *("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
}
_MORE = {"flags", "closed", "ignoredProperties", "property"}
# What only shapes with a path may ask; qualified shapes are passed over elsewhere, as pyshacl does.
_OF_PROPERTIES = {"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"}
# What pyshacl passes over unless its advanced features are asked for.
_PASSED_OVER = {
    "rule",
    "target",
    "expression",
    "entailment",
    "suggestedShapesGraph",
    "shapesGraph",
    "prefixes",
    "declare",
}
KNOWN = {*SINGLE, *_WORDS, *_TARGETS, *_LOGIC, *_SETS, *_MORE, *_PASSED_OVER}
NAMES = {
    "not": "Not", "and": "And", "or": "Or", "xone": "Xone", "node": "Node", "minCount": "MinCount",
    "maxCount": "MaxCount", "uniqueLang": "UniqueLang", "equals": "Equals", "disjoint": "Disjoint",
    "lessThan": "LessThan", "lessThanOrEquals": "LessThanOrEquals", "hasValue": "HasValue", "closed": "Closed",
    "qualifiedMinCount": "QualifiedMinCount", "qualifiedMaxCount": "QualifiedMaxCount",
}  # fmt: skip


class Work(NamedTuple):
    """The shapes, numbers for new variables, the shapes in which one stands, and how exact one is.

    What is `exact` is judged as pyshacl does; what is not takes SPARQL's word for it. `doubts` are filled by what is
    exact but for odd values.
    """

    shapes: Shapes
    fresh: Iterator[int]
    within: tuple[Term, ...] = ()
    exact: bool = True
    doubts: tuple[list[str], ...] = ()

    def new(self) -> str:
        """Return a variable that stands nowhere else."""
        return f"?x{next(self.fresh)}"


def enter(work: Work, node: Term) -> Work:
    """Go into a shape; NotCompiledError where one is in it already, or too deep, or where it says what is unknown."""
    if node in work.within:
        raise NotCompiledError("a shape that holds itself")
    if len(work.within) > _DEEPEST:
        raise NotCompiledError("shapes nested too deep")
    for predicate in work.shapes.said.get(node, {}):
        name = predicate.removeprefix(SH)
        if predicate.startswith(SH) and name not in KNOWN:
            raise NotCompiledError(f"sh:{name}")
        if name in _OF_PROPERTIES and predicate.startswith(SH) and not is_property_shape(work.shapes, node):
            raise NotCompiledError(f"sh:{name} without sh:path")
    if len(values(work.shapes, node, "severity")) > 1:
        raise NotCompiledError("two severities")
    return work._replace(within=(*work.within, node))


def way(work: Work, node: Term) -> Path | None:
    """Return the path of a property shape, None for a node shape."""
    if not is_property_shape(work.shapes, node):
        return None
    made = path(work.shapes, one(work.shapes, node, "path"))
    for doubts in work.doubts if made.empty else ():
        doubts.append("path")
    return made


def fails(work: Work, node: Term, it: str) -> str:
    """Return the condition that a node does not conform to a shape."""
    inner = enter(work, node)
    if deactivated(work.shapes, node):
        return "false"
    along = way(work, node)
    if along is None:
        found = [*singles(inner, node, it), *_of_node(inner, node, it), *closed(inner, node, it)]
    else:
        value = work.new()
        wrong = [*singles(inner, node, value), *closed(inner, node, value)]
        wrong += [fails(inner, each, value) for each in properties(inner, node)]
        reach = f"{it} {along.text} {value}"
        found = [exists(f"{reach} FILTER({either(wrong)})")] if wrong else []
        found += _of_set(inner, node, it, along)
    if along is None:
        found += [fails(inner, each, it) for each in properties(inner, node)]
    return either(found)


def either(found: list[str]) -> str:
    """Return the condition that one of conditions holds."""
    kept = [f"({one})" for one in dict.fromkeys(found) if one != "false"]
    return " || ".join(kept) or "false"


def exists(pattern: str) -> str:
    """Return the condition that there is such a thing."""
    return f"EXISTS {{ {pattern} }}"


def properties(work: Work, node: Term) -> list[Term]:
    """Return the property shapes that a shape takes up."""
    found = values(work.shapes, node, "property")
    if any(not is_property_shape(work.shapes, each) for each in found):
        raise NotCompiledError("sh:property without sh:path")
    return found


def singles(work: Work, node: Term, it: str) -> list[str]:
    """Return the conditions on a single value that stand within another condition."""
    found, said = [], work.shapes.said.get(node, {})
    for name in (name for name in (*SINGLE, *sorted(_LOGIC)) if SH + name in said):
        for value in values(work.shapes, node, name):
            made = single(work, node, name, value, it)
            if made.within is None and (work.exact or made.text == "true"):
                raise NotCompiledError(f"sh:{name} inside another shape")
            found.append(made.text if made.within is None else made.within)
            for doubts in work.doubts if made.judge else ():
                doubts.append(name)
    return found


def single(work: Work, node: Term, name: str, value: Term, it: str) -> Condition:
    """Return the condition on a single value that a parameter makes."""
    if name in SINGLE:
        return SINGLE[name][1](Asked(work.shapes, node, value), it)
    if name in ("not", "node"):
        if name == "node" and is_property_shape(work.shapes, value):
            raise NotCompiledError("sh:node with a path")
        text = fails(work, value, it)
        text = f"!({text})" if name == "not" else text
    else:
        parts = [f"({fails(work, each, it)})" for each in items(work.shapes, value)]
        if name == "and":
            text = " || ".join(parts)
        elif name == "or":
            text = " && ".join(parts)
        else:
            text = f"({' + '.join(f'IF({part}, 0, 1)' for part in parts)}) != 1"
    return Condition(text, None, text)


def _of_node(work: Work, node: Term, it: str) -> list[str]:
    """Return what a node shape asks of the node as the one value it has."""
    found = [f"!sameTerm({it}, {constant(value)})" for value in values(work.shapes, node, "hasValue")]
    for value in values(work.shapes, node, "equals"):
        other = work.new()
        found += [f"NOT EXISTS {{ {it} {iri(value)} {it} }}"]
        found += [exists(f"{it} {iri(value)} {other} FILTER(!sameTerm({other}, {it}))")]
    return found + [exists(f"{it} {iri(value)} {it}") for value in values(work.shapes, node, "disjoint")]


def _of_set(work: Work, node: Term, it: str, along: Path) -> list[str]:
    """Return what a property shape asks of all its values together."""
    least, most = bounds(work, node, "minCount", "maxCount")
    found = _numbered(work, it, along, (least, most))
    for each, fewest, largest in qualified(work, node):
        right = partial(_right, work, node, each)
        found += _numbered(work, it, along, (fewest, largest), right)
    found += [f"NOT EXISTS {{ {it} {along.text} {constant(each)} }}" for each in values(work.shapes, node, "hasValue")]
    return found + _compared(work, node, it, along)


def _right(work: Work, node: Term, shape: Term, it: str) -> str:
    return f"FILTER({counts(work, node, shape, it)})"


def bounds(work: Work, node: Term, *names: str) -> list[int | None]:
    """Return the numbers that parameters give, None for one that is not there."""
    return [number(one(work.shapes, node, name)) if values(work.shapes, node, name) else None for name in names]


def _numbered(
    work: Work, it: str, along: Path, limits: tuple[int | None, int | None], right: Callable[[str], str] | None = None
) -> list[str]:
    least, most = limits
    fewer = [f"NOT {exists(apart(work, it, along, least, right))}"] if least else []
    return fewer + ([exists(apart(work, it, along, most + 1, right))] if most is not None else [])


def _compared(work: Work, node: Term, it: str, along: Path) -> list[str]:
    """Return what a property shape asks of its values beside those of another property."""
    shapes, found = work.shapes, []
    value, other = work.new(), work.new()
    reach = f"{it} {along.text} {value} ."
    for each in map(iri, values(shapes, node, "equals")):
        found.append(exists(f"{reach} FILTER NOT EXISTS {{ {it} {each} {value} }}"))
        found.append(exists(f"{it} {each} {value} FILTER NOT EXISTS {{ {it} {along.text} {value} }}"))
    found += [exists(f"{reach} {it} {iri(each)} {value}") for each in values(shapes, node, "disjoint")]
    for name, sign in SMALLER.items():
        if work.exact and values(shapes, node, name):
            raise NotCompiledError(f"sh:{name} inside another shape")
        less = f"FILTER(!COALESCE({value} {sign} {other}, false))"
        found += [exists(f"{reach} {it} {iri(each)} {other} {less}") for each in values(shapes, node, name)]
    if values(shapes, node, "uniqueLang") and truth(one(shapes, node, "uniqueLang")):
        same = f'LANG({value}) != "" && LCASE(LANG({value})) = LCASE(LANG({other})) && !sameTerm({value}, {other})'
        found.append(exists(f"{reach} {it} {along.text} {other} FILTER({same})"))
    return found


def apart(work: Work, it: str, along: Path, count: int, right: Callable[[str], str] | None = None) -> str:
    """Return the pattern of so many different values of a path."""
    if count > _MOST_APART:
        raise NotCompiledError("a larger number of values inside another shape")
    made = [work.new() for _ in range(count)]
    parts = [f"{it} {along.text} {value} ." for value in made]
    parts += [right(value) for value in made] if right else []
    pairs = [f"!sameTerm({one}, {other})" for place, one in enumerate(made) for other in made[:place]]
    return " ".join([*parts, *([f"FILTER({' && '.join(pairs)})"] if pairs else [])])


def qualified(work: Work, node: Term) -> list[tuple[Term, int | None, int | None]]:
    """Return the shapes of which a property shape counts the values, with the least and the most number."""
    shapes = work.shapes
    least, most = bounds(work, node, "qualifiedMinCount", "qualifiedMaxCount")
    found = values(shapes, node, "qualifiedValueShape")
    if bool(found) != (least is not None or most is not None):
        raise NotCompiledError("sh:qualifiedValueShape without a number, or a number without it")
    return [(each, least, most) for each in found]


def counts(work: Work, node: Term, shape: Term, it: str) -> str:
    """Return the condition that a value counts for sh:qualifiedValueShape: it conforms, and to no sibling."""
    text = f"!({fails(work, shape, it)})"
    for said in values(work.shapes, node, "qualifiedValueShapesDisjoint"):
        if not truth(said):
            continue
        parents = [each for each in work.shapes.held.get(node, ()) if node in values(work.shapes, each, "property")]
        beside = {other for parent in parents for other in values(work.shapes, parent, "property")}
        siblings = {each for other in beside for each in values(work.shapes, other, "qualifiedValueShape")} - {shape}
        text += "".join(f" && ({fails(work, each, it)})" for each in sorted(siblings, key=str))
    return text


def allowed(work: Work, node: Term) -> list[str] | None:
    """Return the predicates that a closed shape allows, None where a shape is not closed."""
    said, ignored = values(work.shapes, node, "closed"), values(work.shapes, node, "ignoredProperties")
    if not said and not ignored:
        return None
    if not truth(one(work.shapes, node, "closed")):
        return None
    found = {each.value for head in ignored for each in items(work.shapes, head) if is_iri(each)}
    paths = [one(work.shapes, each, "path") for each in properties(work, node)]
    return sorted(found | {each.value for each in paths if is_iri(each)})


def others(known: list[str], link: str, value: str) -> str:
    """Return the condition that a closed shape does not allow a predicate and its value."""
    parts = [f"{link} NOT IN ({', '.join(f'<{each}>' for each in known)})"] if known else []
    if RDF_TYPE not in known:
        parts.append(f"!({link} = <{RDF_TYPE}> && {value} = <{RDFS}Resource>)")  # as in pyshacl
    return " && ".join(parts)


def closed(work: Work, node: Term, it: str) -> list[str]:
    """Return the condition that a node has what a closed shape does not allow."""
    known = allowed(work, node)
    link, value = work.new(), work.new()
    return [] if known is None else [exists(f"{it} {link} {value} FILTER({others(known, link, value)})")]
