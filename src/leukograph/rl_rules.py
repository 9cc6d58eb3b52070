"""Compiles an ontology into rules: the rules of OWL 2 RL (OWL 2 Profiles, chapter 4.3), each only where an axiom needs it.

A rule has names of classes and properties in the place of axioms, so that it is one query over data. What follows from
one triple alone is joined to the conclusion of every rule, so that few rules are left to be run again and again.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from leukograph import values
from leukograph.axioms import NOTHING, SAME, THING, TYPE, Schema, above, iri, lists, owl, pairs, restrictions
from leukograph.names import XSD
from leukograph.tuples import NamedTuple

Atom = tuple[str, str, str]
# Terms that stand for what a literal is; data says them of the IRIs that stand for literals, or a filter does.
LITERAL, NOT = "<urn:leukograph:literal>", "<urn:leukograph:not:"
EVERY = "*"  # the key of a triple with any predicate
_X, _Y, _Z = "?x", "?y", "?z"
_TWO = "?y != ?z"


class Rule(NamedTuple):
    """One rule: its name in OWL 2 RL, what must hold, how terms must differ, and what follows; nothing for a clash.

    `path` says that the predicate of the one pattern of the body is followed any number of times.
    """

    name: str
    body: tuple[Atom, ...]
    filters: tuple[str, ...]
    head: tuple[Atom, ...]
    path: bool = False


class Program(NamedTuple):
    """The rules of an ontology.

    `single` are the rules with one pattern, by the key of what they read; `joins` those with several, `equality`
    those of owl:sameAs, `clashes` those that end in false. `facts` hold in any data. `kinds` are the datatypes that
    rules ask about.
    """

    facts: tuple[Atom, ...]
    single: dict[str, Rule]
    joins: tuple[Rule, ...]
    equality: tuple[Rule, ...]
    clashes: tuple[Rule, ...]
    kinds: frozenset[str]
    reads: frozenset[str]


def key(atom: Atom) -> str:
    """Return the key of a pattern: its predicate, or with `a` before it its class, or EVERY."""
    _, link, other = atom
    if link == TYPE:
        return f"a {other}" if not other.startswith("?") else TYPE
    return EVERY if link.startswith("?") else link


def compiled(known: Schema) -> Program:
    """Return the rules that axioms need."""
    facts = [(one, TYPE, kind) for kind, inner in lists(known, "oneOf") for one in inner]  # cls-oo
    joins = [*_of_properties(known), *_of_classes(known), *_of_equals(known)]
    clashes = sorted(set(_clashes(known)))
    equality = _equality()
    reads = {key(atom) for rule in (*joins, *clashes) for atom in rule.body}
    follow = _Consequences(known, reads)
    ready = []
    for rule in sorted(set(joins)):
        known_already = set() if rule.path else set(rule.body)
        known_already.update(one for atom in rule.body if len(rule.body) > 1 for one in follow.of(atom))
        head = [atom for one in rule.head for atom in (one, *follow.of(one)) if atom not in known_already]
        kept = tuple(dict.fromkeys(atom for atom in head if follow.wanted(atom)))
        if kept:
            ready.append(rule._replace(head=kept))
    single = {}
    for kind in sorted({*known.above, *follow.fixed}):
        single[f"a {kind}"] = Rule("cax-sco", ((_X, TYPE, kind),), (), follow.kept((_X, TYPE, kind)))
    for link in sorted(follow.properties):
        single[link] = Rule("prp-spo1", ((_X, link, _Y),), (), follow.kept((_X, link, _Y)))
    every = tuple(dict.fromkeys(atom for fact in facts for atom in (fact, *follow.of(fact)) if follow.wanted(atom)))
    kinds = {kind.removeprefix("a ") for kind in reads if kind[3:-1] in values.TYPES}
    kinds |= {f"<{kind[len('a ' + NOT) : -1]}>" for kind in reads if kind.startswith(f"a {NOT}")}
    return Program(
        every,
        {name: rule for name, rule in single.items() if rule.head},
        tuple(ready),
        equality,
        tuple(clashes),
        frozenset(kinds),
        frozenset(reads),
    )


class _Consequences:
    """What follows from one triple alone, by the rules that have one premise besides axioms."""

    def __init__(self, known: Schema, reads: set[str]) -> None:
        self.known, self.reads = known, reads
        self.fixed: dict[str, list[tuple[str, str]]] = {}
        self.having: dict[tuple[str, str], list[str]] = {}
        for kind, link, value in restrictions(known, "hasValue"):
            self.fixed.setdefault(kind, []).append((link, value))
            self.having.setdefault((link, value), []).append(kind)
        self.any: dict[str, list[str]] = {}
        for kind, link, value in restrictions(known, "someValuesFrom"):
            if value == THING:
                self.any.setdefault(link, []).append(kind)
        self.roles = known.roles
        self.properties = {*(one for one, _ in self.roles), *known.domains, *known.ranges, *self.any}
        self.found: dict[Atom, tuple[Atom, ...]] = {}

    def of(self, atom: Atom) -> tuple[Atom, ...]:
        """Return all that follows from a triple, in a fixed order."""
        if atom not in self.found:
            seen = {atom: None}
            waiting = [atom]
            while waiting:
                for one in self._step(waiting.pop()):
                    if one not in seen:
                        seen[one] = None
                        waiting.append(one)
            self.found[atom] = tuple(sorted(one for one in seen if one != atom))
        return self.found[atom]

    def _step(self, atom: Atom) -> Iterator[Atom]:
        one, link, other = atom
        if link == TYPE and not other.startswith("?"):
            for kind in (other, *above(self.known, other)):  # cax-sco, cax-eqc1 and 2, cls-int2, cls-uni
                yield one, TYPE, kind
                for by, value in self.fixed.get(kind, ()):  # cls-hv1
                    yield one, by, value
        if link.startswith("?"):
            return
        for by, forward in self.roles.get((link, True), ()):  # prp-spo1, prp-eqp1 and 2, prp-inv1 and 2, prp-symp
            yield (one, by, other) if forward else (other, by, one)
        for kind in self.known.domains.get(link, ()):  # prp-dom
            yield one, TYPE, kind
        for kind in self.known.ranges.get(link, ()):  # prp-rng
            yield other, TYPE, kind
        for kind in self.any.get(link, ()):  # cls-svf2
            yield one, TYPE, kind
        for kind in self.having.get((link, other), ()):  # cls-hv2
            yield one, TYPE, kind

    def wanted(self, atom: Atom) -> bool:
        """Tell whether somebody asks for a triple: what unnamed classes and datatypes have, rules alone do."""
        one, link, other = atom
        if one.startswith('"'):
            return False
        if link == TYPE:
            return f"a {other}" in self.reads or not (
                other == THING or other == NOTHING or _unnamed(other) or other[1:-1] in values.TYPES
            )
        return link in self.reads or not _unnamed(link)

    def kept(self, atom: Atom) -> tuple[Atom, ...]:
        """Return what follows from a triple and is wanted."""
        return tuple(one for one in self.of(atom) if self.wanted(one))


def _unnamed(term: str) -> bool:
    return BLANK in term


BLANK = "urn:leukograph:blank:"


def _of_properties(known: Schema) -> Iterator[Rule]:
    """Yield the rules of table 5 with several premises."""
    for link in known.kinds.get(owl("TransitiveProperty"), ()):
        yield Rule("prp-trp", ((_X, link, _Y),), (), ((_X, link, _Y),), path=True)
    for link, chain in lists(known, "propertyChainAxiom"):
        stops = [_X, *(f"?v{number}" for number in range(1, len(chain))), _Y]
        body = tuple((stops[place], step, stops[place + 1]) for place, step in enumerate(chain))
        if body:
            yield Rule("prp-spo2", body, (), ((_X, link, _Y),))
    for (link, value), kinds in _having(known).items():
        yield Rule("cls-hv2", ((_X, link, value),), (), tuple((_X, TYPE, kind) for kind in kinds))


def _having(known: Schema) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for kind, link, value in restrictions(known, "hasValue"):
        found.setdefault((link, value), []).append(kind)
    return found


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


def _single_valued(known: Schema) -> Iterator[tuple[str, tuple[Atom, ...]]]:
    """Yield each rule by which something has one value at most: its name, and what ?x, ?y and ?z are to each other."""
    for link in known.kinds.get(owl("FunctionalProperty"), ()):
        yield "prp-fp", ((_X, link, _Y), (_X, link, _Z))
    for kind, link in _limited(known, "maxCardinality", 1):
        yield "cls-maxc2", ((_X, TYPE, kind), (_X, link, _Y), (_X, link, _Z))
    classes = _classes_of(known)
    for kind, link in _limited(known, "maxQualifiedCardinality", 1):
        for of in classes.get(kind, ()):
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


def _equality() -> tuple[Rule, ...]:
    """Return the rules of table 4; eq-ref says of everything that it is itself, and is left out."""
    same = _X, SAME, _Y
    differ = ("?x != ?y",)
    return (
        Rule("eq-sym", (same,), differ, ((_Y, SAME, _X),)),
        Rule("eq-trans", (same, (_Y, SAME, _Z)), (*differ, _TWO, "?x != ?z"), ((_X, SAME, _Z),)),
        Rule("eq-rep-s", (same, (_X, "?p", "?o")), differ, ((_Y, "?p", "?o"),)),
        Rule("eq-rep-p", (same, ("?s", _X, "?o")), differ, (("?s", _Y, "?o"),)),
        Rule("eq-rep-o", (same, ("?s", "?p", _X)), differ, (("?s", "?p", _Y),)),
    )


def _classes_of(known: Schema) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, of in pairs(known, "onClass"):
        found.setdefault(kind, []).append(of)
    return found


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


def _clash(name: str, *body: Atom, filters: tuple[str, ...] = ()) -> Rule:
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
    classes = _classes_of(known)
    for kind, link in _limited(known, "maxCardinality", 0):
        yield _clash("cls-maxc1", (_X, TYPE, kind), (_X, link, _Y))
    for kind, link in _limited(known, "maxQualifiedCardinality", 0):
        for of in classes.get(kind, ()):
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


def _ranges(known: Schema, link: str) -> Iterable[str]:
    every = {kind for one in known.ranges.get(link, ()) for kind in (one, *above(known, one))}
    return [kind for kind in every if kind[1:-1] in values.TYPES]

