"""How triples stand in the store in which rules are run: IRIs in the place of blank nodes and of literals.

So a rule can name an unnamed class, and say of a literal of what class it is. A value is one IRI however it is written.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from leukograph import axioms, values
from leukograph.axioms import PREDICATES, Triple
from leukograph.consequences import UNNAMED
from leukograph.names import OWL, RDF, RDFS, XSD
from leukograph.rl_rules import LITERAL, NOT, Program
from leukograph.tuples import NamedTuple

Buckets = dict[str, list[ox.Quad]]
_TYPE = RDF + "type"
_BLANK, _VALUE = UNNAMED[0][1:], "urn:leukograph:value:"
_PLAIN = (XSD + "string", RDF + "langString")
_MARKUP = (RDF + "XMLLiteral", RDF + "HTML")  # whether it is well-formed is for others to say
_NUMBERS = (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")
_WORDS = (RDF, RDFS, OWL, XSD)
_A = ox.NamedNode(_TYPE)
_AXIOMS = {*map(axioms.iri, PREDICATES), *(f"a {axioms.iri(kind)}" for kind in axioms.CLASSES)}


class Terms(NamedTuple):
    """What stands for blank nodes and for values, all spellings of each value, and the literals that may have none.

    `same` has one name of several for one thing (owl:sameAs), which stands for all of them.
    """

    nodes: dict[ox.BlankNode, ox.NamedNode]
    literals: dict[object, tuple[ox.NamedNode, list[ox.Literal]]]
    doubtful: set[ox.Literal]
    same: dict[ox.NamedNode, ox.NamedNode]


def terms() -> Terms:
    """Return terms of which nothing is known yet."""
    return Terms({}, {}, set(), {})


def buckets(quads: Iterable[ox.Quad], known: Terms) -> Buckets:
    """Return triples by key as they are written; those with a literal that has no value are left out, and noted."""
    found: Buckets = {}
    for quad in quads:
        link, other = quad.predicate.value, quad.object
        if link == _TYPE:
            name = f"a {_raw(other, known)}"
        else:
            name = f"<{link}>"
            if isinstance(other, ox.Literal) and other.datatype.value not in _PLAIN and _is_wrong(other, known):
                continue
        if name in found:
            found[name].append(quad)
        else:
            found[name] = [quad]
    return found


def _is_wrong(literal: ox.Literal, known: Terms) -> bool:
    kind = literal.datatype.value
    try:
        values.read(literal.value, kind)
    except ValueError:
        known.doubtful.add(literal)
        return True
    if kind in _MARKUP:
        known.doubtful.add(literal)
    return False


def renamed(found: Buckets, known: Terms) -> Buckets:
    """Return triples by key, where names that are one have one key."""
    made: Buckets = {}
    for name, quads in found.items() if known.same else ():
        text = name.removeprefix("a ")
        one = ox.NamedNode(text[1:-1])
        made.setdefault(f"{name[: -len(text)]}{known.same.get(one, one)}", []).extend(quads)
    return made or found


def merge(pairs: Iterable[tuple[ox.NamedNode, ox.NamedNode]], known: Terms) -> set[ox.NamedNode]:
    """Take names for one; return the values among them that cannot be one (dt-diff).

    Each group goes by a word of RDF or OWL if it has one, or by a name before what stands for something unnamed.
    """
    groups: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for one, head in known.same.items():
        groups.setdefault(head, {head}).add(one)
    values_known = {made: value for value, (made, _) in known.literals.items() if not isinstance(value, ox.Literal)}
    for pair in pairs:
        head, tail = sorted((known.same.get(one, one) for one in pair), key=_rank)
        if head != tail:
            groups.setdefault(head, {head}).update(groups.pop(tail, {tail}))
            known.same.update((each, head) for each in groups[head] if each != head)
    several = [group & values_known.keys() for group in groups.values()]
    return {one for group in several if len(group) > 1 for one in group}


def _rank(name: ox.NamedNode) -> tuple[bool, bool, str]:
    return not name.value.startswith(_WORDS), name.value.startswith((_BLANK, _VALUE)), name.value


def stated_axioms(found: Buckets, known: Terms) -> frozenset[Triple]:
    """Return the axioms among triples."""
    return frozenset(_axiom(quad, known) for name in found if name in _AXIOMS for quad in found[name])


def new_axioms(new: list[ox.Quad], keys: set[str], known: Terms) -> frozenset[Triple]:
    """Return the axioms among triples that follow; `keys` are their keys."""
    if keys.isdisjoint(_AXIOMS):
        return frozenset()
    spelt = spellings(known)
    made = (ox.Quad(one.subject, one.predicate, spelt.get(one.object, [one.object])[0]) for one in new if is_axiom(one))
    return frozenset(_axiom(quad, known) for quad in made)


def is_axiom(quad: ox.Quad) -> bool:
    """Tell whether a triple is an axiom or a part of one."""
    if quad.predicate == _A:
        return isinstance(quad.object, ox.NamedNode) and quad.object.value in axioms.CLASSES
    return quad.predicate.value in PREDICATES


def _axiom(quad: ox.Quad, known: Terms) -> Triple:
    asked = quad.object if quad.predicate.value in _NUMBERS else node(quad.object, known)
    return str(node(quad.subject, known)), str(node(quad.predicate, known)), str(asked)


def node(term: Any, known: Terms) -> ox.NamedNode:
    """Return the IRI that stands for a term."""
    made = _raw(term, known)
    return known.same.get(made, made) if known.same else made


def _raw(term: Any, known: Terms) -> ox.NamedNode:
    if isinstance(term, ox.NamedNode):
        return term
    if isinstance(term, ox.BlankNode):
        return known.nodes.setdefault(term, ox.NamedNode(_BLANK + term.value))
    value = _value(term)
    same = value if value and value[1] is not None else term
    made, forms = known.literals.setdefault(same, (ox.NamedNode(f"{_VALUE}{len(known.literals)}"), []))
    if term not in forms:
        forms.append(term)
    return made


def _value(literal: ox.Literal) -> values.Value | None:
    try:
        return values.read(literal.value, literal.datatype.value, literal.language or "")
    except ValueError:
        return None


def spellings(known: Terms) -> dict[Any, list[Any]]:
    """Return what each IRI that stands for more than itself stands for, in all spellings."""
    blank: dict[Any, list[Any]] = {made: [term] for term, made in known.nodes.items()}
    spelt = blank | dict(known.literals.values())
    groups: dict[Any, list[Any]] = {}
    for one, head in sorted(known.same.items(), key=str):
        groups.setdefault(head, [*spelt.get(head, [head])]).extend(spelt.get(one, [one]))
    return spelt | groups


def kinds(program: Program) -> Iterator[str]:
    """Yield the keys that there can be of literals."""
    yield f"a {LITERAL}"
    for kind in program.kinds:
        yield f"a {kind}"
        yield f"a {NOT}{kind[1:]}"


def encoded(found: Buckets, wanted: Iterable[str], program: Program, known: Terms) -> Buckets:
    """Return the triples with the keys that are wanted as they stand in the store, and of what kind values are."""
    made = {
        name: [
            ox.Quad(node(one.subject, known), node(one.predicate, known), node(one.object, known))
            for one in found[name]
        ]
        for name in wanted
        if name in found
    }
    for one, forms in known.literals.values():
        for kind in _kinds(forms[0], program):
            quad = ox.Quad(known.same.get(one, one), _A, ox.NamedNode(kind[1:-1]))
            made.setdefault(f"a {kind}", []).append(quad)
    return made


def _kinds(literal: ox.Literal, program: Program) -> list[str]:
    """Return of what kind a literal is, and of what it is not (OWL 2 Profiles, table 8: dt-type2, dt-not-type)."""
    value = _value(literal)
    if value is None:
        return []
    some = sorted(program.kinds)
    return [LITERAL, *(kind if values.holds(kind[1:-1], value) else f"{NOT}{kind[1:]}" for kind in some)]


def of_schema(schema: axioms.Schema, wanted: Iterable[str]) -> Buckets:
    """Return what follows about classes and properties, by those keys of it that are wanted."""
    made: Buckets = {}
    asked = {axioms.SUB, axioms.SUB_PROPERTY, axioms.DOMAIN, axioms.RANGE}.intersection(wanted)
    for triple in axioms.follows(schema) if asked else ():
        if triple[1] in asked:
            made.setdefault(triple[1], []).append(ox.Quad(*(ox.NamedNode(term[1:-1]) for term in triple)))
    return made
