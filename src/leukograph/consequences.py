"""What follows from one triple alone, by all rules of OWL 2 RL that have a single premise besides axioms."""

from collections.abc import Iterator

from leukograph import values
from leukograph.axioms import NOTHING, THING, TYPE, Schema, Triple, above, restrictions
from leukograph.tuples import NamedTuple

# How IRIs begin that stand for blank nodes: in a store of this process, and in one elsewhere.
UNNAMED = ("<urn:leukograph:blank:", "<https://w3id.org/leukograph/.well-known/genid/")


class Known(NamedTuple):
    """Axioms as they are looked up for a triple, the keys of what rules read, and what was found before.

    `fixed` are property and value of each class by owl:hasValue, `having` the classes of each property and value,
    `some` the classes of what has any value.
    """

    schema: Schema
    reads: set[str]
    fixed: dict[str, list[tuple[str, str]]]
    having: dict[tuple[str, str], list[str]]
    some: dict[str, list[str]]
    found: dict[Triple, tuple[Triple, ...]]


def known(schema: Schema, reads: set[str]) -> Known:
    """Return axioms ready for `of` and `wanted`."""
    made = Known(schema, reads, {}, {}, {}, {})
    for kind, link, value in restrictions(schema, "hasValue"):
        made.fixed.setdefault(kind, []).append((link, value))
        made.having.setdefault((link, value), []).append(kind)
    for kind, link, of_kind in restrictions(schema, "someValuesFrom"):
        if of_kind == THING:
            made.some.setdefault(link, []).append(kind)
    return made


def of(axioms: Known, triple: Triple) -> tuple[Triple, ...]:
    """Return all that follows from a triple, sorted; its terms may be variables."""
    if triple not in axioms.found:
        seen = {triple}
        waiting = [triple]
        while waiting:
            for one in _step(axioms, waiting.pop()):
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
        axioms.found[triple] = tuple(sorted(seen - {triple}))
    return axioms.found[triple]


def sources(axioms: Known) -> tuple[list[str], list[str]]:
    """Return the classes and the properties from which anything can follow."""
    schema = axioms.schema
    properties = {*(one for one, _ in schema.roles), *schema.domains, *schema.ranges, *axioms.some}
    return sorted({*schema.above, *axioms.fixed}), sorted(properties)


def wanted(axioms: Known, triple: Triple) -> bool:
    """Tell whether anybody asks for a triple; for unnamed classes, for datatypes and for owl:Thing rules alone do."""
    one, link, other = triple
    if one.startswith('"'):
        return False
    if link == TYPE:
        idle = other in (THING, NOTHING) or other.startswith(UNNAMED) or other[1:-1] in values.TYPES
        return not idle or f"a {other}" in axioms.reads
    return link in axioms.reads or not link.startswith(UNNAMED)


def _step(axioms: Known, triple: Triple) -> Iterator[Triple]:
    one, link, other = triple
    if link.startswith("?"):
        return
    if link == TYPE and not other.startswith("?"):
        for kind in (other, *above(axioms.schema, other)):  # cax-sco, cax-eqc1 and 2, cls-int2, cls-uni
            yield one, TYPE, kind
            for by, value in axioms.fixed.get(kind, ()):  # cls-hv1
                yield one, by, value
    for by, forward in axioms.schema.roles.get((link, True), ()):  # prp-spo1, prp-eqp1, prp-inv1 and 2, prp-symp
        yield (one, by, other) if forward else (other, by, one)
    for kind in axioms.schema.domains.get(link, ()):  # prp-dom
        yield one, TYPE, kind
    for kind in axioms.schema.ranges.get(link, ()):  # prp-rng
        yield other, TYPE, kind
    for kind in axioms.some.get(link, ()):  # cls-svf2
        yield one, TYPE, kind
    for kind in axioms.having.get((link, other), ()):  # cls-hv2
        yield one, TYPE, kind
