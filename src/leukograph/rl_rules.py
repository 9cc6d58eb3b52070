"""Compiles an ontology into rules: those of OWL 2 RL (OWL 2 Profiles, chapter 4.3), each only where an axiom needs it.

A rule has names of classes and properties in the place of axioms, so that it is one query over data. What follows from
one triple alone is joined to the conclusions of every rule, so that few rules are left to be run again and again.
"""

from collections.abc import Iterator
from itertools import combinations

from leukograph import consequences, values
from leukograph.axioms import (
    NOTHING,
    SAME,
    THING,
    TYPE,
    Schema,
    Triple,
    above,
    grouped,
    lists,
    owl,
    pairs,
    restrictions,
)
from leukograph.names import XSD
from leukograph.tuples import NamedTuple

# Classes of literals: of those whose value is known, and of those that are not of a datatype.
LITERAL, NOT = "<urn:leukograph:literal>", "<urn:leukograph:not:"
EVERY = "*"  # the key of a triple with any predicate
_X, _Y, _Z = "?x", "?y", "?z"
_TWO = "?y != ?z"


class Rule(NamedTuple):
    """One rule: its name in OWL 2 RL, what must hold, how terms must differ, and what follows; nothing for a clash.

    `path` says that the predicate of the one pattern of the body is followed any number of times.
    """

    name: str
    body: tuple[Triple, ...]
    filters: tuple[str, ...]
    head: tuple[Triple, ...]
    path: bool = False


class Program(NamedTuple):
    """The rules of an ontology.

    `single` are the rules with one pattern, by the key of what they read; `joins` those with several, `equality`
    those of owl:sameAs, `clashes` those that end in false. `facts` hold in any data. `kinds` are the datatypes that
    rules ask about.
    """

    facts: tuple[Triple, ...]
    single: dict[str, Rule]
    joins: tuple[Rule, ...]
    equality: tuple[Rule, ...]
    clashes: tuple[Rule, ...]
    kinds: frozenset[str]


def key(atom: Triple) -> str:
    """Return the key of a pattern: its predicate, or with `a` before it its class, or EVERY."""
    _, link, other = atom
    if link == TYPE:
        return f"a {other}" if not other.startswith("?") else TYPE
    return EVERY if link.startswith("?") else link


def compiled(known: Schema) -> Program:
    """Return the rules that axioms need."""
    joins = {*_of_properties(known), *_of_classes(known), *_of_equals(known)}
    clashes = sorted(set(_clashes(known)))
    reads = {key(triple) for rule in (*joins, *clashes) for triple in rule.body}
    lookup = consequences.known(known, reads)
    facts = [(one, TYPE, kind) for kind, inner in lists(known, "oneOf") for one in inner]  # cls-oo
    classes, properties = consequences.sources(lookup)
    single = {f"a {kind}": Rule("cax-sco", ((_X, TYPE, kind),), (), ((_X, TYPE, kind),)) for kind in classes}
    single |= {link: Rule("prp-spo1", ((_X, link, _Y),), (), ((_X, link, _Y),)) for link in properties}
    full = {name: _full(lookup, rule) for name, rule in single.items()}
    rules = [_full(lookup, rule) for rule in sorted(joins)]
    of_kind = {name.removeprefix("a ") for name in reads if name[3:-1] in values.TYPES}
    of_other = {f"<{name.removeprefix(f'a {NOT}')}" for name in reads if name.startswith(f"a {NOT}")}
    return Program(
        _full(lookup, Rule("cls-oo", (), (), tuple(facts))).head,
        {name: rule for name, rule in full.items() if rule.head},
        tuple(rule for rule in rules if rule.head),
        _EQUALITY,
        tuple(clashes),
        frozenset(of_kind | of_other),
    )


def _full(lookup: consequences.Known, rule: Rule) -> Rule:
    """Return a rule with all that follows from its conclusions, without what its premises give alone already."""
    given = set() if rule.path else set(rule.body)
    if len(rule.body) > 1:
        given.update(one for triple in rule.body for one in consequences.of(lookup, triple))
    every = dict.fromkeys(one for triple in rule.head for one in (triple, *consequences.of(lookup, triple)))
    return rule._replace(head=tuple(one for one in every if one not in given and consequences.wanted(lookup, one)))


def _of_properties(known: Schema) -> Iterator[Rule]:
    """Yield the rules of table 5 with several premises."""
    for link in known.kinds.get(owl("TransitiveProperty"), ()):
        yield Rule("prp-trp", ((_X, link, _Y),), (), ((_X, link, _Y),), path=True)
    for link, chain in lists(known, "propertyChainAxiom"):
        stops = [_X, *(f"?v{number}" for number in range(1, len(chain))), _Y]
        body = tuple((stops[place], step, stops[place + 1]) for place, step in enumerate(chain))
        if body:
            yield Rule("prp-spo2", body, (), ((_X, link, _Y),))
    for kind, link, value in restrictions(known, "hasValue"):
        yield Rule("cls-hv2", ((_X, link, value),), (), ((_X, TYPE, kind),))


def _of_classes(known: Schema) -> Iterator[Rule]:
    """Yield the rules of table 6 with several premises: cls-int1, cls-svf1 and cls-avf."""
    for kind, inner in lists(known, "intersectionOf"):
        if inner:
            yield Rule("cls-int1", tuple((_X, TYPE, one) for one in inner), (), ((_X, TYPE, kind),))
    for kind, link, of in restrictions(known, "someValuesFrom"):
        if of != THING:
            yield Rule("cls-svf1", ((_X, link, _Y), (_Y, TYPE, of)), (), ((_X, TYPE, kind),))
    for kind, link, of in restrictions(known, "allValuesFrom"):
        yield Rule("cls-avf", ((_X, TYPE, kind), (_X, link, _Y)), (), ((_Y, TYPE, of),))


def _single_valued(known: Schema) -> Iterator[tuple[str, tuple[Triple, ...]]]:
    """Yield each rule by which something has one value at most: its name, and what ?x, ?y and ?z are to each other."""
    for link in known.kinds.get(owl("FunctionalProperty"), ()):
        yield "prp-fp", ((_X, link, _Y), (_X, link, _Z))
    for kind, link in _limited(known, "maxCardinality", 1):
        yield "cls-maxc2", ((_X, TYPE, kind), (_X, link, _Y), (_X, link, _Z))
    classes = grouped(known, "onClass")
    for kind, link in _limited(known, "maxQualifiedCardinality", 1):
        for of in sorted(classes.get(kind, ())):
            body = (_X, TYPE, kind), (_X, link, _Y), (_X, link, _Z)
            if of == THING:
                yield "cls-maxqc4", body
            else:
                yield "cls-maxqc3", (*body, (_Y, TYPE, of), (_Z, TYPE, of))


def _of_equals(known: Schema) -> Iterator[Rule]:
    """Yield the rules by which two names are one: prp-fp, prp-ifp, prp-key, cls-maxc2, cls-maxqc3, cls-maxqc4."""
    for name, body in _single_valued(known):
        yield Rule(name, body, (_TWO,), ((_Y, SAME, _Z),))
    for link in known.kinds.get(owl("InverseFunctionalProperty"), ()):
        yield Rule("prp-ifp", ((_Y, link, _X), (_Z, link, _X)), (_TWO,), ((_Y, SAME, _Z),))
    for kind, inner in lists(known, "hasKey"):
        if inner:
            first, *rest = inner
            ends = ((_Y, first, "?v0"), (_Z, first, "?v0"), (_Y, TYPE, kind), (_Z, TYPE, kind))
            more = [(one, link, f"?v{number}") for number, link in enumerate(rest, 1) for one in (_Y, _Z)]
            yield Rule("prp-key", (*ends, *more), (_TWO,), ((_Y, SAME, _Z),))


def _limited(known: Schema, name: str, number: int) -> Iterator[tuple[str, str]]:
    """Yield class and property of each restriction to at most so many values."""
    for kind, link, most in restrictions(known, name):
        if _number(most) == number:
            yield kind, link


def _number(literal: str) -> object:
    text, _, kind = literal.rpartition('"')
    try:
        value = values.read(text[1:], kind[3:-1] or XSD + "string") if literal.startswith('"') else None
    except ValueError:
        return None
    return value[1] if value and value[0] == "decimal" else None


_DIFFER = ("?x != ?y",)
_EQUAL = (_X, SAME, _Y)
# Table 4; eq-ref says of everything that it is itself, and is left out.
_EQUALITY = (
    Rule("eq-sym", (_EQUAL,), _DIFFER, ((_Y, SAME, _X),)),
    Rule("eq-trans", (_EQUAL, (_Y, SAME, _Z)), (*_DIFFER, _TWO, "?x != ?z"), ((_X, SAME, _Z),)),
    Rule("eq-rep-s", (_EQUAL, (_X, "?p", "?o")), _DIFFER, ((_Y, "?p", "?o"),)),
    Rule("eq-rep-p", (_EQUAL, ("?s", _X, "?o")), _DIFFER, (("?s", _Y, "?o"),)),
    Rule("eq-rep-o", (_EQUAL, ("?s", "?p", _X)), _DIFFER, (("?s", "?p", _Y),)),
)


def _clash(name: str, *body: Triple, filters: tuple[str, ...] = ()) -> Rule:
    return Rule(name, body, filters, ())


def _disjoint(known: Schema, link: str, listed: str) -> Iterator[tuple[bool, str, str]]:
    """Yield what shares nothing, stated in pairs or in a list."""
    for one, other in pairs(known, link):
        yield False, one, other
    stated = known.kinds.get(owl(listed), set())
    for axiom, inner in lists(known, "members"):
        for one, other in combinations(inner, 2) if axiom in stated else ():
            yield True, one, other


def _clashes(known: Schema) -> Iterator[Rule]:
    """Yield the rules that end in false."""
    yield _clash("cls-nothing2", (_X, TYPE, NOTHING))
    for link in known.kinds.get(owl("IrreflexiveProperty"), ()):
        yield _clash("prp-irp", (_X, link, _X))
    for link in known.kinds.get(owl("AsymmetricProperty"), ()):
        yield _clash("prp-asyp", (_X, link, _Y), (_Y, link, _X))
    for listed, one, other in _disjoint(known, "propertyDisjointWith", "AllDisjointProperties"):
        yield _clash("prp-adp" if listed else "prp-pdw", (_X, one, _Y), (_X, other, _Y))
    for listed, one, other in _disjoint(known, "disjointWith", "AllDisjointClasses"):
        yield _clash("cax-adc" if listed else "cax-dw", *dict.fromkeys(((_X, TYPE, one), (_X, TYPE, other))))
    for one, other in pairs(known, "complementOf"):
        yield _clash("cls-com", *dict.fromkeys(((_X, TYPE, one), (_X, TYPE, other))))
    yield from _different(known)
    for link in sorted({link for _, link in pairs(known, "assertionProperty")}):
        said = ("?n", owl("assertionProperty"), link), ("?n", owl("sourceIndividual"), _X)
        yield _clash("prp-npa1", *said, ("?n", owl("targetIndividual"), _Y), (_X, link, _Y))
        yield _clash("prp-npa2", *said, ("?n", owl("targetValue"), _Y), (_X, link, _Y))
    classes = grouped(known, "onClass")
    for kind, link in _limited(known, "maxCardinality", 0):
        yield _clash("cls-maxc1", (_X, TYPE, kind), (_X, link, _Y))
    for kind, link in _limited(known, "maxQualifiedCardinality", 0):
        for of in sorted(classes.get(kind, ())):
            more = [(_Y, TYPE, of)] if of != THING else []
            yield _clash("cls-maxqc1" if more else "cls-maxqc2", (_X, TYPE, kind), (_X, link, _Y), *more)
    yield from _of_literals(known)


def _different(known: Schema) -> Iterator[Rule]:
    """Yield the rules of table 4 that end in false."""
    differ = owl("differentFrom")
    yield _clash("eq-diff1", (_X, SAME, _Y), (_X, differ, _Y))
    yield _clash("eq-diff1", (_X, differ, _X))
    stated = known.kinds.get(owl("AllDifferent"), set())
    for name, by in (("eq-diff2", "members"), ("eq-diff3", "distinctMembers")):
        for axiom, inner in lists(known, by):
            for one in sorted({one for one in inner if inner.count(one) > 1}) if axiom in stated else ():
                yield Rule(name, (), (), ((one, SAME, one),))
            if axiom in stated and inner:
                some = ", ".join(dict.fromkeys(inner))
                yield _clash(name, (_X, SAME, _Y), filters=("?x != ?y", f"?x IN ({some})", f"?y IN ({some})"))


def _of_literals(known: Schema) -> Iterator[Rule]:
    """Yield dt-not-type and dt-diff (table 8): values that a range, a class or a limit to one value does not allow."""
    for link in sorted({*known.ranges, *(one for one, way in known.roles if way)}):
        others = [by for by, forward in known.roles.get((link, True), ()) if forward]
        for kind in sorted({kind for one in (link, *others) for kind in _ranges(known, one)}):
            yield _clash("dt-not-type", (_X, link, _Y), (_Y, TYPE, f"{NOT}{kind[1:]}"))
    for kind, link, of in restrictions(known, "allValuesFrom"):
        if of[1:-1] in values.TYPES:
            yield _clash("dt-not-type", (_X, TYPE, kind), (_X, link, _Y), (_Y, TYPE, f"{NOT}{of[1:]}"))
    for _, body in _single_valued(known):
        yield _clash("dt-diff", *body, (_Y, TYPE, LITERAL), (_Z, TYPE, LITERAL), filters=(_TWO,))


def _ranges(known: Schema, link: str) -> list[str]:
    every = {kind for one in known.ranges.get(link, ()) for kind in (one, *above(known, one))}
    return [kind for kind in every if kind[1:-1] in values.TYPES]
