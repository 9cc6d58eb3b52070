"""Shapes in both ways: the suite of the W3C, forged data, what is left to the reference, what is told of it."""

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.namespace import OWL, RDF, RDFS, SH

import shape_engines
import test_evidence
from leukograph import engine, shacl, shape_graph, vocabularies
from leukograph.errors import CallError, LimitError
from leukograph.names import COMPILED, REFERENCE, shorten
from leukograph.records import Finding
from leukograph.shape_patterns import pattern
from leukograph.shape_queries import plan
from scripts import script

ROOT = Path(__file__).parents[1]
EX = "https://example.org/"
PREFIXES = f"""@prefix ex: <{EX}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
BATCHES = 5


make_shacl = script("make_shacl")
HAS_SUITE = (make_shacl.SUITE / "manifest.ttl").exists()
SUITE = list(make_shacl.cases(make_shacl.SUITE)) if HAS_SUITE else []


# The test suite of the W3C.


def test_the_suite_is_at_hand() -> None:
    if not HAS_SUITE:
        pytest.skip("no copy of the test suite of SHACL Core at ../shared/suites/shacl-core")
    assert len(SUITE) > 90


@cache
def verdict(number: int) -> tuple[bool, bool, bool, str]:
    return make_shacl.judge(SUITE[number])  # type: ignore[no-any-return]


@pytest.mark.parametrize("number", range(len(SUITE)), ids=[case.name for case in SUITE])
def test_both_ways_give_one_report(number: int) -> None:
    assert verdict(number)[2]


def test_the_page_has_the_figures_of_both_ways() -> None:
    if not HAS_SUITE:
        pytest.skip("no copy of the test suite of SHACL Core at ../shared/suites/shacl-core")
    judged = {case.name: verdict(number) for number, case in enumerate(SUITE)}
    assert make_shacl.table(judged) in make_shacl.PAGE.read_text(encoding="utf-8")


# The project's own data, forged.


@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_ways_find_the_same_in_forged_data(batch: int) -> None:
    """Every fault is in one batch: what it adds is added, what it takes away is taken away."""
    triples = {path: whole(text) for path, (_, text) in test_evidence.texts().items()}
    before = set().union(*triples.values())
    data = set(before)
    faults = test_evidence.FAULTS[batch::BATCHES]
    for path in faults:
        made = test_evidence.forge(test_evidence.fault(path)["change"])
        after = {name: whole(text) for name, (_, text) in made.items()}
        data |= {triple for name in after for triple in after[name] - before}
        data -= {triple for name in triples for triple in triples[name] - after[name] if batch % 2}
    assert len(faults) > 20
    quads = [ox.Quad(*triple) for triple in sorted(data, key=str)]
    assert shape_engines.both(quads, shape_engines.project_shapes()).findings


@cache
def whole(text: str) -> frozenset[ox.Triple]:
    """The triples of a file; blank nodes keep the names that its reader gives them."""
    return frozenset(quad.triple for quad in shape_engines.turtle(text) if not blank(quad))


def blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def test_every_shape_of_the_project_is_compiled() -> None:
    made = plan(shape_graph.read(shape_engines.project_shapes()))
    assert (made.left, made.whole) == ((), "")
    assert len(made.queries) > 300


# What is left to the reference, and what is said of it.


def found(data: str, shapes: str) -> tuple[tuple[Finding, ...], str]:
    gate = shape_engines.both(shape_engines.turtle(PREFIXES + data), shape_engines.turtle(PREFIXES + shapes))
    return gate.findings, gate.looked_at.partition("; by the reference: ")[2]


SPARQL = """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:message "wrong; mend" ;
  sh:select "SELECT $this WHERE { $this <https://example.org/p> 1 }" ] ."""


RECURSIVE = """ex:S sh:targetClass ex:C ; sh:node [ sh:property ex:T ] ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] .
ex:T sh:path ex:q ; sh:node ex:U . ex:U sh:property ex:T ."""
COMPONENT = """ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:k ] ;
  sh:validator [ sh:ask "ASK { FILTER(?value = $k) }" ] . ex:S a sh:NodeShape ; sh:targetClass ex:C ; ex:k 1 ."""


@pytest.mark.parametrize(
    ("shapes", "left"),
    [
        (SPARQL, "<S> (sh:sparql)"),
        ("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 2 ] .", ""),
        (RECURSIVE, "<S> (a shape that holds itself)"),
        ("ex:S sh:targetClass ex:C ; sh:property [ sh:path [ sh:inversePath ( ex:q ex:q ) ] ; sh:minCount 1 ] .",
         "<S> (a sequence inside sh:inversePath)"),
        ("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:hasValue 1.0 ] .",
         "<S> (a literal that stores rewrite)"),
        ("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:not [ sh:minInclusive 1 ] ] .",
         "<S> (sh:minInclusive inside another shape)"),
        (f"{SPARQL} ex:T sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 2 ] .", "<S> (sh:sparql)"),
        ("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:own ; sh:datatype xsd:byte ; sh:maxCount 0 ] .",
         "<S> (values that stores rewrite or cannot read)"),
        (COMPONENT, "all (a constraint component of its own)"),
    ],
)  # fmt: skip
def test_what_is_not_compiled_is_left_to_the_reference_and_named(shapes: str, left: str) -> None:
    findings, told = found('ex:a a ex:C ; ex:p 1 ; ex:own "7"^^xsd:byte , "07"^^xsd:byte .', shapes)
    assert told == left.replace("<S>", f"{EX}S")
    assert findings


def test_not_exact_less_is_left() -> None:
    rules = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:not [ sh:minInclusive 1 ] ] ."
    shapes = shape_graph.read(shape_engines.turtle(PREFIXES + rules))
    assert [why for _, why in plan(shapes).left] == ["sh:minInclusive inside another shape"]
    made = plan(shapes, exact=False)
    assert not made.left
    store = engine.of_triples(shape_engines.triples(shape_engines.turtle(f"{PREFIXES} ex:a a ex:C ; ex:p 0 , 1 .")))
    told = [
        one
        for query in made.queries
        for one in shacl.results(shapes, query, lambda text: engine.solutions(store, text))
    ]
    assert [(one.component, one.value) for one in told] == [("Not", "1")]


def test_a_value_is_told_as_it_is_written() -> None:
    data = 'ex:a a ex:C ; ex:p "01"^^xsd:integer , 1 ; ex:q "é" .'
    findings, told = found(data, "ex:S sh:targetClass ex:C ; sh:closed true ; sh:ignoredProperties ( rdfs:label ) .")
    assert (sorted(one.value for one in findings), told) == (["01", "1", f"{EX}C", "é"], "")


def test_a_shape_without_a_message_says_what_it_asks() -> None:
    rules = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:in ( 2 ex:b ) ; sh:maxCount 1 ] ."
    findings, _ = found("ex:a a ex:C ; ex:p 2 , 3 .", rules)
    assert [one.message for one in findings] == [
        "There are more than 1 values. Mend the record, or give the shape a message of its own.",
        f"The value is none of (2, {EX}b). Mend the record, or give the shape a message of its own.",
    ]
    assert {shorten(one.rule) for one in findings} == {f"{EX}S"}


@pytest.mark.parametrize(
    "rules",
    [
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:path ex:p .",
        "ex:S a sh:PropertyShape ; sh:targetClass ex:C .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:minCount 1 .",
        'ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount "x" ] .',
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 1 , 2 ] .",
        "ex:S sh:targetClass ex:C ; sh:property ex:no .",
        "ex:S sh:targetClass ex:C ; sh:or ex:no .",
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path [ ex:no ex:p ] ; sh:minCount 1 ] .",
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ; sh:uniqueLang 3 ] .",
        "ex:S sh:targetClass ex:C ; sh:deactivated ex:no .",
        "ex:S sh:targetClass ex:C ; sh:ignoredProperties ( ex:p ) .",
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:node ; sh:lessThan ex:p ] .",
    ],
)
def test_shapes_that_are_no_good_are_refused_alike(rules: str) -> None:
    data = shape_engines.triples(shape_engines.turtle(f"{PREFIXES} ex:a a ex:C ; ex:p 1 ; ex:node [] ."))
    said = []
    for way in (COMPILED, REFERENCE):
        with pytest.raises(CallError, match=r"^the shapes cannot be run: .* Mend the shapes\.$") as raised:
            shacl.shapes_gate(data, shape_engines.turtle(PREFIXES + rules), by=way)
        said.append(re.sub(r"\b[0-9a-f]{20,}\b|'[^']*'", "", str(raised.value)))
    assert said[0] == said[1] or "lessThan ex:p" in rules


def test_time_runs_out_between_queries() -> None:
    data = shape_engines.triples(shape_engines.turtle(f"{PREFIXES} ex:a a ex:C ."))
    with pytest.raises(LimitError, match=r"the shapes: stopped after 0\.001 seconds"):
        shacl.shapes_gate(data, shape_engines.project_shapes(), seconds=0.001)


# The dialects of regular expressions.


@pytest.mark.parametrize(
    ("text", "flags", "decides", "written"),
    [
        ("^[0-9a-f]{64}$", "", "exact", "^[0-9a-f]{64}(\n?$)"),
        ("a{,3}b.", "", "exact", "a{0,3}b[^\n]"),
        (r"\.\/\-", "", "exact", r"\./\-"),
        ("(?:a|b)$", "m", "exact", "(a|b)$"),
        ("[]a^-]", "", "exact", r"[\]a\^\-]"),
        (r"\w+", "", "ascii", r"\w+"),
        ("(?=a)b", "", "none", ""),
        (r"(a)\1", "", "none", ""),
        ("[a&&b]", "", "none", ""),
        ("a$b", "", "none", ""),
        ("a*+", "", "none", ""),
    ],
)
def test_patterns_are_written_for_sparql(text: str, flags: str, decides: str, written: str) -> None:
    assert pattern(text, flags) == (written, decides)


def test_the_vocabularies_are_those_of_rdflib() -> None:
    theirs = {str(term) for one in (RDF, RDFS, OWL, SH) for term in dir(one) if str(term).startswith("http")}
    assert theirs == vocabularies.TERMS
    assert all(vocabularies.built_in(term) for term in (*theirs, f"{RDF}_12"))
    assert not any(vocabularies.built_in(term) for term in (f"{RDF}_0", f"{RDF}no", f"{EX}a", f"{SH}targetCalss"))
