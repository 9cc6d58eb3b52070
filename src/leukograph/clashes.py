"""Finds what contradicts itself in a graph that owlrl has closed: the rules of OWL 2 RL that end in `false`."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

import rdflib
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from leukograph import literals
from leukograph.names import shorten
from leukograph.records import Clash

Triple = tuple[Node, Node, Node]
Triples = tuple[Triple, ...]
Pair = tuple[Node, Node]
Found = Iterator[tuple[Triples, Triples]]  # triples about things that clash, and the axioms by which they do


class _World(NamedTuple):
    """Both graphs; of the asserted one, pairs by predicate and triples by term; and the names that are one."""

    closed: rdflib.Graph
    asserted: set[Triple]
    links: dict[Node, list[Pair]]
    about: dict[Node, list[Triple]]
    same: dict[Node, tuple[Node, ...]]


def clashes(closed: rdflib.Graph, asserted: set[Triple]) -> list[Clash]:
    """Return the contradictions of a closed graph, sorted; `asserted` are the triples before, with every literal.

    Names that are one by owl:sameAs are spoken of once, by the first in alphabetical order. Literals are compared by
    value. What follows only because two different values were taken for one is not reported again.
    """
    links: dict[Node, list[Pair]] = {}
    for subject, predicate, object_ in asserted:
        links.setdefault(predicate, []).append((subject, object_))
    groups: dict[Node, set[Node]] = {}
    for one, other in closed.subject_objects(OWL.sameAs):
        if one != other:
            groups.setdefault(one, {one}).add(other)
    same = {node: tuple(sorted(group, key=_order)) for node, group in groups.items()}
    world = _World(closed, asserted, links, {}, same)
    return sorted(
        {_clash(world, rule, *found) for rule, (find, terms, _) in RULES.items() for found in find(world, *terms)}
    )


# How terms and triples are said, and why a triple holds as far as one or two steps tell.

_LONGEST = 60
_BELOW = (RDFS.subPropertyOf, RDFS.subClassOf)
_PARTS = (
    OWL.onProperty, OWL.inverseOf, OWL.maxCardinality, OWL.maxQualifiedCardinality, OWL.onClass, OWL.allValuesFrom,
    OWL.someValuesFrom, OWL.hasValue, OWL.complementOf, OWL.intersectionOf, OWL.unionOf, OWL.members,
    OWL.distinctMembers,
)  # fmt: skip


def _order(node: Node) -> tuple[bool, bool, str, str]:
    kind = f"{node.datatype} {node.language}" if isinstance(node, Literal) else ""
    return isinstance(node, Literal), isinstance(node, BNode), str(node), kind


def _text(node: Node) -> str:
    return "_:x" if isinstance(node, BNode) else str(node)


def _name(world: _World, node: Node, *, inside: bool = False) -> str:
    """Return a term in short: an IRI as a CURIE, something unnamed by what it is made of."""
    if isinstance(node, URIRef):
        return shorten(str(node))
    if isinstance(node, Literal):
        text = " ".join(str(node).split())
        kind = f"^^{shorten(str(node.datatype))}" if node.datatype else ""
        return f'"{text[:_LONGEST]}{"…" * (len(text) > _LONGEST)}"' + (f"@{node.language}" if node.language else kind)
    parts = []
    for _, part, value in sorted(_about(world, node), key=lambda triple: [_order(term) for term in triple[1:]]):
        if part in _PARTS and not inside:
            members = " ".join(_name(world, member, inside=True) for _, member in _members(world, value))
            parts.append(f"{shorten(str(part))} " + (f"( {members} )" if members else _name(world, value, inside=True)))
    return f"[{'; '.join(parts)}]" if parts else "_:x"


def _say(world: _World, triples: Triples) -> str:
    spoken = [[_name(world, term) for term in triple] for triple in triples if triple[1] != RDF.first]
    return " and ".join(f"{one} {'a' if link == 'rdf:type' else link} {other}" for one, link, other in spoken)


def _clash(world: _World, rule: str, data: Triples, axioms: Triples) -> Clash:
    """Say what clashes: each triple and why it holds, then the axioms. One about a literal is about who has it."""
    whys = [_why(world, triple) for triple in data]
    spoken = []
    for place, ((subject, link, object_), why) in enumerate(zip(data, whys, strict=True)):
        again = place and link == RDF.type == data[place - 1][1] and subject == data[place - 1][0]
        verb = "a" if again else f"{_name(world, subject)} {'is a' if link == RDF.type else _name(world, link)}"
        spoken.append(f"{verb} {_name(world, object_)} ({why[0]})")
    words = f"{' and '.join(spoken)}, {RULES[rule][2]}" + (f" ({_say(world, axioms)})" if axioms else "")
    told = [triple for why in whys for triple in why[1]] + [triple for why in whys for triple in why[2]]
    texts = dict.fromkeys((_text(one), _text(link), _text(other)) for one, link, other in (*told, *axioms))
    focus = told[0][0] if isinstance(data[0][0], Literal) else data[0][0]
    return Clash(rule, words, tuple(texts), str(focus) if isinstance(focus, URIRef) else "", _text(data[0][2]))


def _why(world: _World, triple: Triple) -> tuple[str, Triples, Triples]:
    """Return why a triple holds: in words, by which asserted triples and by which axioms."""
    for stated in (triple, triple[::-1]) if triple[1] == OWL.sameAs else (triple,):
        if stated in world.asserted:
            return "stated", (stated,), ()
    found = []
    for data, axioms, names in _ways(world, triple):
        more = [_why(world, (one, OWL.sameAs, other)) for one, other in names if one != other]
        known = (*data, *(one for why in more for one in why[1]))
        steps = (*axioms, *(one for why in more for one in why[2]))
        words = f"from {_say(world, known)}" + (f", as {_say(world, steps)}" if steps else "")
        found.append((data[0][1] != triple[1], len(known + steps), words, known, steps))
    return min(found, key=lambda one: one[:3])[2:] if found else ("inferred", (triple,), ())


def _ways(world: _World, triple: Triple) -> Iterator[tuple[Triples, Triples, tuple[Pair, ...]]]:
    """Yield asserted triples and axioms from which a triple follows, with the names that must be one for it."""
    for near in _about(world, *_group(world, triple[0])):
        if triple[1] == OWL.sameAs:
            yield from _identified(world, near, triple)
            continue
        for axiom, names in _rules(near, triple):
            if _follows(world, axiom) and all(one in _group(world, it) for one, it in names):
                yield (near,), _owed(world, axiom), names


def _rules(near: Triple, triple: Triple) -> Iterator[tuple[Triple, tuple[Pair, ...]]]:
    """Yield prp-spo1, prp-inv1, prp-inv2, prp-symp (table 5); for types also cax-sco (table 7), prp-dom and prp-rng."""
    (one, by, other), (subject, link, object_) = near, triple
    turned = (other, subject), (one, object_)
    yield (by, RDFS.subPropertyOf, link), ((one, subject), (other, object_))
    yield (by, OWL.inverseOf, link), turned
    yield (link, OWL.inverseOf, by), turned
    if by == link:
        yield (by, RDF.type, OWL.SymmetricProperty), turned
    if link == RDF.type:
        if by == link:
            yield (other, RDFS.subClassOf, object_), ((one, subject),)
        yield (by, RDFS.domain, object_), ((one, subject),)
        yield (by, RDFS.range, object_), ((other, subject),)


def _identified(world: _World, near: Triple, triple: Triple) -> Iterator[tuple[Triples, Triples, tuple[Pair, ...]]]:
    """Yield prp-fp and prp-ifp (table 5): two values of one, or two that have one value."""
    one, by, other = near
    for twin, end, kind in (
        ((one, by, triple[2]), other, OWL.FunctionalProperty),
        ((triple[2], by, other), one, OWL.InverseFunctionalProperty),
    ):
        if end == triple[0] and twin in world.asserted and (by, RDF.type, kind) in world.closed:
            yield (near, twin), ((by, RDF.type, kind),), ()


def _owed(world: _World, axiom: Triple) -> Triples:
    """Return the stated axioms behind a domain or range (table 9: scm-dom, scm-rng), and any other axiom as it is."""
    link, by, kind = axiom
    found = []
    for above, stated in world.links.get(by, ()) if by in (RDFS.domain, RDFS.range) else ():
        steps = (link, RDFS.subPropertyOf, above), (above, by, stated), (stated, RDFS.subClassOf, kind)
        if all(_follows(world, step) for step in steps):
            found.append(tuple(step for step in steps if step[0] != step[2]))
    plain = () if by in _BELOW and link == kind else (axiom,)
    return min(found, key=lambda steps: (len(steps), _say(world, steps)), default=plain)


def _follows(world: _World, axiom: Triple) -> bool:
    return axiom in world.closed or (axiom[1] in _BELOW and axiom[0] == axiom[2])


# What the rules look up.


def _group(world: _World, node: Node) -> tuple[Node, ...]:
    return (node,) if isinstance(node, Literal) else world.same.get(node, (node,))


def _about(world: _World, *nodes: Node) -> list[Triple]:
    if not world.about:
        for triple in world.asserted:
            for term in {triple[0], triple[2]}:
                world.about.setdefault(term, []).append(triple)
    return [triple for node in nodes for triple in world.about.get(node, ())]


def _members(world: _World, head: Node) -> list[Pair]:
    """Return the cells of an asserted list with their members; one that runs in a circle ends where it began."""
    cells: dict[Node, Node] = {}
    while head not in cells:
        links = {link: value for one, link, value in _about(world, head) if one == head}
        if RDF.first not in links:
            break
        cells[head], head = links[RDF.first], links.get(RDF.rest, head)
    return list(cells.items())


def _instances(world: _World, kind: Node) -> set[Node]:
    """Return the members of a class, each under one name; literals that were taken for others are not among them."""
    members = world.closed.subjects(RDF.type, kind)
    return {_group(world, one)[0] for one in members if not (isinstance(one, Literal) and one in world.same)}


def _pairs(world: _World, link: Node) -> dict[tuple[Node, object], Pair]:
    """Return what a property relates, each thing under one name and each value once.

    Where one literal was taken for another, only what was asserted, or owl:hasValue asks for, is still told apart.
    """
    if isinstance(link, BNode):
        turned = [one for one in world.closed.objects(link, OWL.inverseOf) if isinstance(one, URIRef)]
        return {pair[::-1]: pair[::-1] for one in turned for pair in _pairs(world, one).values()}
    pairs = [
        pair
        for pair in world.closed.subject_objects(link)
        if not (isinstance(pair[1], Literal) and pair[1] in world.same)
    ]
    below = {link, *world.closed.subjects(RDFS.subPropertyOf, link)}
    pairs += [pair for one in below for pair in world.links.get(one, ()) if isinstance(pair[1], Literal)]
    for fixed, value in world.links.get(OWL.hasValue, ()):
        if isinstance(value, Literal) and any((fixed, OWL.onProperty, one) in world.asserted for one in below):
            kinds = {fixed, *world.closed.subjects(RDFS.subClassOf, fixed)}
            pairs += [(one, value) for one, kind in world.links.get(RDF.type, ()) if kind in kinds]
    named = {(_group(world, one)[0], _group(world, other)[0]) for one, other in pairs}
    ordered = sorted(named, key=lambda pair: _order(pair[1]), reverse=True)
    return {(one, literals.known(other) or other): (one, other) for one, other in ordered}


def _clashing(world: _World, link: Node, kind: Node | None) -> Iterator[tuple[Node, Node, Triples]]:
    """Yield two terms that an axiom keeps apart, with the axiom: a triple both ways, or with `kind` a list."""
    if kind is None:
        for pair in {frozenset(pair) for pair in world.closed.subject_objects(link)}:
            one, *rest = sorted(pair, key=lambda node: (isinstance(node, BNode), _name(world, node)))
            other = rest[0] if rest else one
            triple = (one, link, other)
            yield one, other, (triple if triple in world.asserted else (other, link, one),)
        return
    for axiom, head in world.links.get(link, ()):
        if (axiom, RDF.type, kind) in world.closed:
            for (cell, one), (place, other) in combinations(_members(world, head), 2):
                yield one, other, ((axiom, RDF.type, kind), (cell, RDF.first, one), (place, RDF.first, other))


def _limits(world: _World, number: int, limit: Node) -> Iterator[tuple[Node, Node, Node, Triples]]:
    """Yield each class whose members have at most `number` values: class, property, class of the values, axioms."""
    for kind, most in world.links.get(limit, ()):
        for link in world.closed.objects(kind, OWL.onProperty) if literals.known(most) == ("decimal", number) else ():
            axioms: Triples = ((kind, OWL.onProperty, link), (kind, limit, most))
            if limit == OWL.maxCardinality:
                yield kind, link, OWL.Thing, axioms
            for of in world.closed.objects(kind, OWL.onClass) if limit != OWL.maxCardinality else ():
                yield kind, link, of, (*axioms, (kind, OWL.onClass, of))


# The rules (OWL 2 Profiles, chapter 4.3): each yields the triples about things that clash, and the axioms.


def _different(world: _World, link: Node, kind: Node | None = None) -> Found:
    """OWL 2 Profiles, table 4: one thing that is said to be two, or two of a list of different ones."""
    for one, other, axioms in _clashing(world, link, kind):
        stated = kind is not None or axioms[0] in world.asserted
        if stated and one in _group(world, other):
            first, second = sorted((one, other), key=_order)
            yield ((first, OWL.sameAs, second),), axioms


def _one_way(world: _World, kind: Node) -> Found:
    """OWL 2 Profiles, table 5: an irreflexive property within one thing, an asymmetric one both ways."""
    for link in world.closed.subjects(RDF.type, kind):
        pairs = _pairs(world, link)
        for one, other in pairs.values():
            both = kind == OWL.AsymmetricProperty and (other, one) in pairs and _order(one) < _order(other)
            if one == other or both:
                yield ((one, link, other), (other, link, one))[: 1 + both], ((link, RDF.type, kind),)


def _disjoint_links(world: _World, link: Node, kind: Node | None = None) -> Found:
    """OWL 2 Profiles, table 5: a pair that two disjoint properties relate."""
    for one, other, axioms in _clashing(world, link, kind):
        first, second = _pairs(world, one), _pairs(world, other)
        for key in first.keys() & second.keys():
            yield ((first[key][0], one, first[key][1]), (second[key][0], other, second[key][1])), axioms


def _denied(world: _World, target: Node) -> Found:
    """OWL 2 Profiles, table 5: a triple that an owl:NegativePropertyAssertion denies."""
    links, sources = (dict(world.links.get(link, ())) for link in (OWL.assertionProperty, OWL.sourceIndividual))
    for denial, other in world.links.get(target, ()):
        link, one = links.get(denial), sources.get(denial)
        if link and one:
            found = _pairs(world, link).get((_group(world, one)[0], literals.known(other) or _group(world, other)[0]))
            said = (denial, OWL.sourceIndividual, one), (denial, OWL.assertionProperty, link), (denial, target, other)
            if found:
                yield ((one, link, found[1] if isinstance(other, Literal) else other),), said


def _nothing(world: _World) -> Found:
    """OWL 2 Profiles, table 6: a member of owl:Nothing."""
    for one in _instances(world, OWL.Nothing):
        yield ((one, RDF.type, OWL.Nothing),), ()


def _disjoint_kinds(world: _World, link: Node, kind: Node | None = None) -> Found:
    """OWL 2 Profiles, tables 6 and 7: a member of two classes that share none; of datatypes, dt-not-type speaks."""
    for one, other, axioms in _clashing(world, link, kind):
        for member in _instances(world, one) & _instances(world, other):
            if not (isinstance(member, Literal) and one in literals.TYPES and other in literals.TYPES):
                yield tuple(dict.fromkeys(((member, RDF.type, one), (member, RDF.type, other)))), axioms


def _too_many(world: _World, limit: Node, thing: Node | None = None) -> Found:
    """OWL 2 Profiles, table 6: a value where a class allows none, of one class or of any (owl:Thing)."""
    for kind, link, of, axioms in _limits(world, 0, limit):
        members = _instances(world, kind) if (of == OWL.Thing) == (thing is not None) else set()
        values = _instances(world, of) if members and thing is None else set()
        for one, other in _pairs(world, link).values() if members else ():
            if one in members and (thing or other in values):
                more = () if thing else ((other, RDF.type, of),)
                yield ((one, link, other), (one, RDF.type, kind), *more), axioms


def _not_of_type(world: _World) -> Found:
    """OWL 2 Profiles, table 8: a literal that is not of its datatype, or that a range or owl:allValuesFrom forbids."""
    for link, pairs in world.links.items():
        asked = [kind for kind in world.closed.objects(link, RDFS.range) if kind in literals.TYPES]
        for one, other in pairs:
            if isinstance(other, Literal) and (asked or other.datatype):
                known = literals.known(other)
                wrong = [kind for kind in asked if known and not literals.holds(kind, known)]
                if not known and literals.ill(other):
                    yield ((one, link, other),), ()
                for kind in wrong:
                    yield ((one, link, other),), _owed(world, (link, RDFS.range, kind))
    for kind, of in world.links.get(OWL.allValuesFrom, ()):
        members = _instances(world, kind) if of in literals.TYPES else set()
        for link in world.closed.objects(kind, OWL.onProperty) if members else ():
            for one, other in _pairs(world, link).values():
                known = literals.known(other)
                if one in members and known and not literals.holds(of, known):
                    axioms = (kind, OWL.onProperty, link), (kind, OWL.allValuesFrom, of)
                    yield ((one, link, other), (one, RDF.type, kind)), axioms


def _two_values(world: _World) -> Found:
    """OWL 2 Profiles, table 8: two values where prp-fp (table 5), cls-maxc2, cls-maxqc3 or cls-maxqc4 allows one."""
    single: list[tuple[Node | None, Node, Node, Triples]] = [
        (None, link, OWL.Thing, ((link, RDF.type, OWL.FunctionalProperty),))
        for link in world.closed.subjects(RDF.type, OWL.FunctionalProperty)
    ]
    for limit in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
        single.extend(_limits(world, 1, limit))
    for kind, link, of, axioms in single:
        values: dict[Node, list[Node]] = {}
        for one, other in _pairs(world, link).values():
            if literals.known(other) and (of == OWL.Thing or (other, RDF.type, of) in world.closed):
                values.setdefault(one, []).append(other)
        members = set(values) if kind is None else _instances(world, kind)
        for one in members & {one for one, several in values.items() if len(several) > 1}:
            first, second = sorted(values[one], key=_order)[:2]
            more = () if kind is None else ((one, RDF.type, kind),)
            yield ((one, link, first), (one, link, second), *more), axioms


# Rule to: who finds what breaks it, in which terms, and how a sentence ends.
RULES: dict[str, tuple[Callable[..., Found], tuple[Node, ...], str]] = {
    "eq-diff1": (_different, (OWL.differentFrom,), "which are said to be different"),
    "eq-diff2": (_different, (OWL.members, OWL.AllDifferent), "which are said to be different"),
    "eq-diff3": (_different, (OWL.distinctMembers, OWL.AllDifferent), "which are said to be different"),
    "prp-irp": (_one_way, (OWL.IrreflexiveProperty,), "which nothing can have to itself"),
    "prp-asyp": (_one_way, (OWL.AsymmetricProperty,), "which can hold one way only"),
    "prp-pdw": (_disjoint_links, (OWL.propertyDisjointWith,), "which are disjoint"),
    "prp-adp": (_disjoint_links, (OWL.members, OWL.AllDisjointProperties), "which are disjoint"),
    "prp-npa1": (_denied, (OWL.targetIndividual,), "which is denied"),
    "prp-npa2": (_denied, (OWL.targetValue,), "which is denied"),
    "cls-nothing2": (_nothing, (), "which has no members"),
    "cls-com": (_disjoint_kinds, (OWL.complementOf,), "which are complements"),
    "cls-maxc1": (_too_many, (OWL.maxCardinality, OWL.Thing), "which allows no value"),
    "cls-maxqc1": (_too_many, (OWL.maxQualifiedCardinality,), "of which no value is allowed"),
    "cls-maxqc2": (_too_many, (OWL.maxQualifiedCardinality, OWL.Thing), "which allows no value"),
    "cax-dw": (_disjoint_kinds, (OWL.disjointWith,), "which are disjoint"),
    "cax-adc": (_disjoint_kinds, (OWL.members, OWL.AllDisjointClasses), "which are disjoint"),
    "dt-not-type": (_not_of_type, (), "which is no value of the datatype"),
    "dt-diff": (_two_values, (), "where one value is allowed"),
}
