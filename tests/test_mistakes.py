"""What is said of a query that is no SPARQL: one sentence with its place, word for word (tests/mistakes/cases.json)."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from leukograph import engine
from leukograph.errors import CallError
from leukograph.mistakes.query import mistake

ROOT = Path(__file__).parents[1]
CASES = json.loads((ROOT / "tests" / "mistakes" / "cases.json").read_text(encoding="utf-8"))
SAVED = sorted((ROOT / "queries").rglob("*.rq"))
RIGHT = (
    "BASE <http://x/> SELECT * FROM <a> FROM NAMED <b> { ?s <c> ?o }",
    "SELECT (COUNT(DISTINCT *) AS ?n) ?k { ?s ?p ?o } GROUP BY (STR(?p) AS ?k) HAVING (COUNT(*) > 1) ORDER BY DESC(?n)",
    "SELECT ?a { ?a ^<x:a>/(<x:b>|!(<x:c>|^<x:d>))*|<x:e>?/a+ [ <x:f> (1 -2 'x'@en \"y\"^^<x:t>) ] , [] ; }",
    "ASK { ?a <x:p> 1 FILTER(?a<3 && ?a>-1 || !(?a NOT IN (1, 2))) FILTER NOT EXISTS { ?a ?b ?c } }",
    "CONSTRUCT WHERE { ?s ?p ?o . ?o ?q 1.5e3 } LIMIT 3 OFFSET 2",
    "DESCRIBE ?s <x:a> { { ?s ?p true } UNION { ?s ?p false } MINUS { VALUES (?s ?p) { (<x:a> UNDEF) } } }",
    "ASK { ?s ?p ?o } VALUES ?s { <x:a> UNDEF 1 }",
    "ASK { { SELECT (MAX(?x) AS ?y) { ?s ?p ?x } } BIND(IF(?y = 1, 2, COALESCE(?z, 3)) AS ?w) GRAPH ?g { ?w ?v ?u } }",
)


def test_there_are_cases() -> None:
    assert len(CASES) > 50
    assert len({one["query"] for one in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"][:40])
def test_a_mistake_is_one_sentence_with_its_place(case: dict[str, str]) -> None:
    with pytest.raises(CallError) as raised:
        engine.run(ox.Store(), case["query"])
    assert str(raised.value) == f"query:{case['said']}"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*: \S[^\n]*\.", case["said"])


@pytest.mark.parametrize("sparql", RIGHT)
def test_what_the_engine_reads_is_no_mistake(sparql: str) -> None:
    ox.Store().query(sparql)
    assert mistake(sparql) is None


def test_no_saved_query_is_a_mistake() -> None:
    assert len(SAVED) > 100
    assert [(path.name, found) for path in SAVED if (found := mistake(path.read_text(encoding="utf-8")))] == []


def test_a_query_cut_at_any_place_is_told_of() -> None:
    """Whatever is left of a query, the engine and what speaks for it agree that it is none, or that it is one."""
    for sparql in RIGHT:
        for end in range(len(sparql)):
            try:
                ox.Store().query(sparql[:end])
            except SyntaxError:
                assert mistake(sparql[:end]), sparql[:end]
            else:
                assert mistake(sparql[:end]) is None, sparql[:end]


def test_where_nothing_better_is_known_the_place_is_told() -> None:
    with pytest.raises(CallError) as raised:
        engine.run(ox.Store(), "ASK { ?s ?p _:a . { _:a ?p ?o } }")
    words = "this is no SPARQL up to here. Mend what stands before this place."
    assert re.fullmatch(rf"query:1:\d+: {re.escape(words)}", str(raised.value))


def test_a_query_that_nests_too_deeply_to_be_read_has_no_sentence() -> None:
    assert mistake("ASK " + "{" * 50_000) is None


def test_a_saved_question_with_a_token_lost_doubled_or_foreign_is_told_of() -> None:
    """Of what the engine refuses nearly all is told in a sentence, at a place within the text."""
    refused, told = 0, 0
    for number, path in enumerate(SAVED):
        parts = re.findall(r"\S+|\s+", path.read_text(encoding="utf-8"))
        for step, other in enumerate(("", "{", "}", ")", ".", "?x", "<x:a>", "FILTER", "'a", "1", "a:b", "|")):
            at = (number * 31 + step * 97) % len(parts)
            sparql = "".join([*parts[:at], f" {other} ", *parts[at + (step % 2) :]])
            try:
                ox.Store().query(sparql)
            except SyntaxError:
                refused += 1
                if found := mistake(sparql):
                    told += 1
                    lines = (sparql + " ").split("\n")
                    assert 1 <= found[0] <= len(lines)
                    assert 1 <= found[1] <= len(lines[found[0] - 1]) + 1
    assert refused > 500
    assert told / refused > 0.98
