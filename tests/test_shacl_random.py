"""Random shapes over random data: the compiled queries find exactly what the reference finds."""

from typing import Any

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shape_engines
from leukograph import shacl
from leukograph.errors import CallError
from leukograph.names import COMPILED, REFERENCE

PREFIXES = """@prefix ex: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES = ["ex:a", "ex:b", "ex:c", "ex:d", "_:e", "_:f"]
CLASSES = ["ex:C", "ex:D", "ex:E"]
LINKS = ["ex:p", "ex:q", "ex:r"]
NUMBERS = ["1", "2", "3", "-4", "2.5", '"007"^^xsd:integer', '"5"^^xsd:byte', '"x"^^xsd:integer', "4.0e0"]
MOMENTS = [
    *(
        '"2020-02-29"^^xsd:date',
        '"2021-02-29"^^xsd:date',
        '"2021-03-01"^^xsd:date',
        '"2020-01-01T00:00:00"^^xsd:dateTime',
    ),
    *('"2020-01-01T00:00:00Z"^^xsd:dateTime', '"2021-06-01T12:00:00Z"^^xsd:dateTime', '"noon"^^xsd:time'),
]
TEXTS = ['"b"', '"Bc d"', '"B\\n"', '"é"', '"b"@en', '"b"@en-GB', '"c"@en', '"c"@de', '""', '"a.b\\\\c"', "true", '"2"']
LITERALS = [*NUMBERS, *MOMENTS, *TEXTS, '"z"^^ex:own']
DATATYPES = [
    "xsd:string",
    "xsd:integer",
    "xsd:decimal",
    "xsd:date",
    "xsd:dateTime",
    "rdf:langString",
    "ex:own",
    "xsd:byte",
]
PATTERNS = [
    "^b",
    "b$",
    "^[A-Z]",
    "\\\\s",
    "^\\\\w+$",
    ".",
    "é|c",
    "^(?!b)",
    "^.{1,2}$",
    "[^b]",
    "\\\\\\\\",
    "^$",
    "a\\\\.b",
]
KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
BOUNDS = ["2", "2.5", '"2020-06-01"^^xsd:date', '"2020-06-01T00:00:00Z"^^xsd:dateTime', '"b"']


def among(values: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def several(one: st.SearchStrategy[str], most: int = 3, least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(one, min_size=least, max_size=most, unique=True).map(" ".join)


TERMS = st.one_of(among(NODES[:4]), among(LITERALS))
STATEMENTS = st.one_of(
    st.tuples(among(NODES), st.just("a"), among(CLASSES)),
    st.tuples(among(NODES), among(LINKS), among(NODES)),
    st.tuples(among(NODES), among(LINKS), among(LITERALS)),
    st.tuples(among(CLASSES), st.just("rdfs:subClassOf"), among(CLASSES)),
)
DATA = st.lists(STATEMENTS, min_size=3, max_size=14).map(lambda all_: "".join(f"{' '.join(one)} .\n" for one in all_))
PATHS = st.recursive(
    among(LINKS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("({0[0]} {0[1]})".format),
        inner.map("[ sh:inversePath {} ]".format),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"[ sh:alternativePath ( {' '.join(parts)} ) ]"),
        st.tuples(among(["zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]), inner).map(
            "[ sh:{0[0]} {0[1]} ]".format
        ),
    ),
    max_leaves=3,
)


def said(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return value.map(f"sh:{name} {{}} ;".format)


SINGLE = st.one_of(
    said("class", among(CLASSES)),
    said("datatype", among(DATATYPES)),
    said("nodeKind", among(KINDS).map("sh:{}".format)),
    said("minLength", among(["0", "1", "2"])),
    said("maxLength", among(["0", "1", "2"])),
    said("pattern", among(PATTERNS).map('"{}"'.format)),
    said("pattern", among(PATTERNS).map('"{}" ; sh:flags "i"'.format)),
    said("languageIn", several(among(['"en"', '"de"', '"en-GB"', '"*"'])).map("( {} )".format)),
    said("in", several(TERMS).map("( {} )".format)),
    *(said(name, among(BOUNDS)) for name in ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")),
    said("hasValue", TERMS),
    said("equals", among(LINKS)),
    said("disjoint", among(LINKS)),
)
OF_SETS = st.one_of(
    said("minCount", among(["0", "1", "2"])),
    said("maxCount", among(["0", "1", "2"])),
    said("uniqueLang", among(["true", "false"])),
    said("lessThan", among(LINKS)),
    said("lessThanOrEquals", among(LINKS)),
)


def block(parts: list[str]) -> str:
    """One value for each parameter that takes one only."""
    kept = {part.split()[0]: part for part in parts}
    return " ".join(kept.values())


def of_node(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        SINGLE,
        said("property", inner),
        said("not", inner),
        *(said(name, several(inner).map("( {} )".format)) for name in ("and", "or", "xone")),
        st.just("sh:closed true ; sh:ignoredProperties ( rdf:type ex:q ) ;"),
    )


def shape(parts: st.SearchStrategy[str], path: str = "") -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=1, max_size=3).map(lambda some: f"[ {path} {block(some)} ]")


def property_shape(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counted = st.tuples(inner, among(["qualifiedMinCount 1", "qualifiedMaxCount 1", "qualifiedMinCount 2"]))
    qualified = counted.map("sh:qualifiedValueShape {0[0]} ; sh:{0[1]} ; sh:qualifiedValueShapesDisjoint true ;".format)
    parts = st.one_of(SINGLE, OF_SETS, said("not", inner), qualified)
    body = st.lists(parts, min_size=1, max_size=3).map(block)
    return st.tuples(PATHS, body).map("[ sh:path {0[0]} ; {0[1]} ]".format)


FLAT = shape(SINGLE)
DEEPER = st.one_of(FLAT, property_shape(FLAT))
DEEPEST = st.one_of(shape(of_node(property_shape(FLAT))), property_shape(DEEPER), FLAT)
TARGETS = st.one_of(
    said("targetClass", among(CLASSES)),
    said("targetNode", TERMS),
    said("targetSubjectsOf", among(LINKS)),
    said("targetObjectsOf", among(LINKS)),
)
MESSAGES = st.sampled_from(["", 'sh:message "Wrong; mend it."@en , "Falsch."@de ;', "sh:severity sh:Warning ;"])


@st.composite
def shapes(draw: Any) -> str:
    made = []
    for number in range(draw(st.integers(1, 3))):
        targets = " ".join(draw(st.lists(TARGETS, min_size=1, max_size=2)))
        rules = st.one_of(
            st.lists(of_node(property_shape(DEEPEST)), min_size=1, max_size=3).map(block),
            said("property", property_shape(DEEPEST)),
            said("node", DEEPEST.filter(lambda text: "sh:path" not in text.split("[")[1])),
        )
        made.append(f"ex:S{number} a sh:NodeShape ; {targets} {draw(MESSAGES)} {draw(rules)} .\n")
    return "".join(made)


def outcome(triples: list[ox.Triple], rules: list[ox.Quad], way: str) -> object:
    try:
        return shacl.shapes_gate(triples, rules, by=way).findings
    except CallError:
        return "refused"


@settings(max_examples=250, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(DATA, shapes())
def test_both_ways_find_the_same(data: str, rules: str) -> None:
    triples = shape_engines.triples(shape_engines.turtle(PREFIXES + data))
    quads = shape_engines.turtle(PREFIXES + rules)
    assert outcome(triples, quads, COMPILED) == outcome(triples, quads, REFERENCE)
