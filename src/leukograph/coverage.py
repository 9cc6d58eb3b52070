"""The gate that proves that something was looked at: shapes without a focus node, records under no closed shape."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from leukograph.names import LGO, RDF_TYPE, RDFS, SH, shorten
from leukograph.records import Finding, Gate
from leukograph.rules import COVERAGE, found
from leukograph.shape_findings import text
from leukograph.shape_graph import Shapes, Term, is_iri, is_literal, values
from leukograph.verdicts import count
from leukograph.vocabularies import built_in

_WORDS = {
    *(RDF_TYPE, RDFS + "label", RDFS + "comment"),
    *(SH + name for name in ("message", "name", "description", "severity", "order", "group")),
    *(SH + name for name in ("deactivated", "ignoredProperties")),
}


class Seen(NamedTuple):
    """Triples by what is looked up: subjects and objects by predicate, members by class, how many about a subject."""

    before: dict[str, dict[Term, None]]
    behind: dict[str, dict[Term, None]]
    members: dict[Term, set[Term]]
    kinds: dict[Term, list[Term]]
    below: dict[Term, list[Term]]
    sizes: dict[Term, int]


def see(triples: Iterable[Any]) -> Seen:
    """Return triples, each given once, by what coverage looks up."""
    made = Seen({}, {}, {}, {}, {}, {})
    for subject, predicate, value in triples:
        link = predicate.value
        made.before.setdefault(link, {})[subject] = None
        made.behind.setdefault(link, {})[value] = None
        made.sizes[subject] = made.sizes.get(subject, 0) + 1
        if link == RDF_TYPE:
            made.members.setdefault(value, set()).add(subject)
            made.kinds.setdefault(subject, []).append(value)
        elif link == RDFS + "subClassOf":
            made.below.setdefault(value, []).append(subject)
    return made


def coverage(
    seen: Seen,
    shapes: Shapes,
    data: Iterable[Term],
    terms: Iterable[Term],
    *,
    described: Iterable[Term] = (),
    whole: bool = True,
    only_terms: bool = False,
    own: Shapes | None = None,
) -> Gate:
    """Find shapes without a focus node, records under no closed shape, and that nothing was looked at at all.

    `data` are the subjects of data files, `terms` those of the ontology: what the ontology defines (a disease, a drug
    class) is judged as a term there, so that any shape will do. A shape of the project without a focus is a finding
    where the `whole` project is judged; one of the user's `own` shapes always is. `described` are subjects
    of the ontology files that are judged: each must be a term, or something that a shape looks at. With `only_terms`
    there are no data files, and `data` are the terms of an ontology that stands alone.
    """
    findings: list[Finding] = []
    closed: set[Term] = set()
    looked: set[Term] = set()
    counts: list[tuple[str, int]] = []
    records = set(data)
    for shape in _of_kind(shapes, "NodeShape"):
        focus = _focus_nodes(seen, shapes, shape)
        if focus is None:
            continue
        looked |= focus
        counts.append((shorten(text(shape).removeprefix("_:")), len(focus)))
        if not focus and whole:
            findings.append(found("shape-without-focus", focus=text(shape).removeprefix("_:")))
        if _is_true(shapes, shape, "closed"):
            closed |= focus
    findings += _idle(seen, shapes, own) if own is not None else []
    records = records & looked if only_terms else records
    alone = set() if only_terms else records - closed - (set(terms) & looked)
    alone |= {one for one in set(described) - looked if not _is_term(seen, one)}
    findings += [found("record-without-shape", focus=text(one)) for one in alone]
    met = sum(1 for _, number in counts if number)
    if own is not None:
        findings += [found("shape-without-constraint", focus=text(one)) for one in _asking_nothing(own)]
    if not records or not met:
        findings.append(found("nothing-to-check"))
    triples = sum(seen.sizes.get(one, 0) for one in alone)
    segments = {one for kind, members in seen.members.items() if text(kind) == LGO + "Segment" for one in members}
    stated = segments & set(seen.behind.get(LGO + "statedIn", ()))
    words = (
        f"{met} of {len(counts)} shapes with targets met a node; {count(len(records), 'record')} in data files, "
        f"{count(triples, 'triple')} under no closed shape; {len(stated)} of {len(segments)} segments under a statement"
    )
    more = [("records", len(records)), ("triples under no closed shape", triples), ("segments", len(segments))]
    more.append(("segments under a statement", len(stated)))
    return Gate(COVERAGE, words, tuple(sorted(findings)), (*more, *counts))


def _of_kind(shapes: Shapes, name: str) -> list[Term]:
    """Return the nodes that are declared as node or property shapes, sorted."""
    found = [node for node in shapes.said if any(text(kind) == SH + name for kind in values(shapes, node, RDF_TYPE))]
    return sorted(found, key=lambda node: str(node.value))


def _is_true(shapes: Shapes, node: Term, name: str) -> bool:
    said = values(shapes, node, name)
    return bool(said) and is_literal(said[0]) and said[0].value in ("true", "1")


def _is_term(seen: Seen, node: Term) -> bool:
    """Tell whether an ontology declares this, as a class, a property, an axiom or the ontology itself."""
    return not (is_iri(node) or is_literal(node)) or any(built_in(text(kind)) for kind in seen.kinds.get(node, ()))


def _asking_nothing(own: Shapes) -> list[Term]:
    """Find node shapes of someone's own that hold nothing but targets and words."""
    target = SH + "target"
    return [
        node
        for node in _of_kind(own, "NodeShape")
        if all(said in _WORDS or said.startswith(target) for said in own.said[node])
    ]


def _idle(seen: Seen, shapes: Shapes, own: Shapes) -> list[Finding]:
    """Find shapes of someone's own that are switched off, or look at no node and are part of no other shape."""
    there = {*_of_kind(own, "NodeShape"), *_of_kind(own, "PropertyShape")}
    there |= {node for node, said in own.said.items() if SH + "property" in said}
    return [
        found("shape-without-focus", focus=text(shape))
        for shape in there
        if _is_true(shapes, shape, "deactivated") or not (shapes.held.get(shape) or _focus_nodes(seen, shapes, shape))
    ]


def _focus_nodes(seen: Seen, shapes: Shapes, shape: Term) -> set[Term] | None:
    kinds = set(values(shapes, shape, "targetClass"))
    if any(text(kind) == RDFS + "Class" for kind in values(shapes, shape, RDF_TYPE)):
        kinds.add(shape)
    nodes, before, behind = (
        values(shapes, shape, name) for name in ("targetNode", "targetSubjectsOf", "targetObjectsOf")
    )
    if not (kinds or nodes or before or behind):
        return None
    focus: set[Term] = set()
    for kind in _all_below(seen, kinds):
        focus |= seen.members.get(kind, set())
    focus |= {one for one in nodes if one in seen.sizes or any(one in values for values in seen.behind.values())}
    for predicate in before:
        focus |= set(seen.before.get(text(predicate), ()))
    for predicate in behind:
        focus |= set(seen.behind.get(text(predicate), ()))
    return focus


def _all_below(seen: Seen, kinds: set[Term]) -> set[Term]:
    found, near = set(kinds), list(kinds)
    while near:
        further = set(seen.below.get(near.pop(), ())) - found
        found |= further
        near += further
    return found
