"""Contradictions: each rule against small cases in tests/clashes, and the project's own graphs against all rules.

A case is `<rule>/clash-<why>.ttl` or `<rule>/fine-<why>.ttl`. Its first line says what it shows; each line
`# expect: <rule> <focus>` is one clash that must be found (`-` where the focus has no name), and nothing else may be.
"""

import logging
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF

from leukograph import closing, files
from leukograph.clashes import RULES, Triple, clashes
from leukograph.names import ASSERTED, REFERENCE, shorten
from leukograph.records import Clash, Closure

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "clashes"
CASES = sorted(FOLDER.rglob("*.ttl"))
EX = "https://example.org/case/"
ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")
# What no axiom touches is set aside before the closure, as `leukograph build` does.
AXIOMS = ("equivalentProperty", "subPropertyOf", "domain", "range", "propertyDisjointWith", "onProperty")

pytestmark = pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning")


def closed(graph: rdflib.Graph, *, aside: bool) -> tuple[rdflib.Graph, set[Triple]]:
    """Return the closure of a graph, and what it was before."""
    asserted = set(graph)
    touched = {term for one, by, other in asserted if re.split("[#/]", str(by))[-1] in AXIOMS for term in (one, other)}
    for triple in asserted:
        if aside and isinstance(triple[2], rdflib.Literal) and triple[1] not in touched:
            graph.remove(triple)
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    return graph, asserted


@cache
def found(path: Path, *, aside: bool = True) -> tuple[list[Clash], int]:
    """Return the clashes of a case, and how many contradictions owlrl itself reports."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    graph, asserted = closed(rdflib.Graph().parse(path, format="turtle"), aside=aside)
    return clashes(graph, asserted), len(list(graph.subjects(RDF.type, ERROR)))


@cache
def compiled(path: Path) -> Closure | None:
    """Return what the compiled rules make of a case, None where pyoxigraph refuses the file."""
    try:
        return closing.close(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError:
        return None


def expected(path: Path) -> list[tuple[str, str]]:
    lines = re.findall(r"^# expect: (\S+) (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return sorted((rule, "" if focus == "-" else focus.replace("ex:", EX)) for rule, focus in lines)


def title(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize(
    ("path", "aside"),
    # owlrl breaks off at a decimal that is none
    [(path, aside) for path in CASES for aside in (True, False) if aside or path.stem != "clash-decimal"],
    ids=lambda value: title(value) if isinstance(value, Path) else "set aside" if value else "whole",
)
def test_each_case_has_the_clashes_it_names_and_no_others(path: Path, *, aside: bool) -> None:
    assert [(clash.rule, clash.focus) for clash in found(path, aside=aside)[0]] == expected(path)
    assert bool(expected(path)) == path.stem.startswith("clash-")
    assert {rule for rule, _ in expected(path)} <= {path.parent.name}


@pytest.mark.parametrize("path", CASES, ids=title)
def test_the_compiled_rules_find_the_same_to_the_word(path: Path) -> None:
    made = compiled(path)
    if made is None:
        assert path.stem == "clash-ill-typed"
        return
    quads = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    assert made == closing.close(quads, REFERENCE)
    assert sorted((clash.rule, clash.focus) for clash in made.contradictions) == expected(path)


@pytest.mark.parametrize("path", CASES, ids=title)
def test_what_owlrl_complains_of_is_found_too(path: Path) -> None:
    clash, complaints = found(path)
    assert clash or not complaints


def test_most_rules_are_owlrls_and_these_cases_are_not() -> None:
    """The cases that owlrl passes over are the reason why there are rules of our own."""
    missed = {path.parent.name for path in CASES if found(path)[0] and not found(path)[1]}
    assert {"eq-diff2", "eq-diff3", "prp-adp", "dt-not-type", "dt-diff"} <= missed


def test_every_rule_has_a_folder_with_a_clash_and_a_fine_case() -> None:
    kinds = {(path.parent.name, path.stem.partition("-")[0]) for path in CASES}
    assert kinds == {(rule, kind) for rule in RULES for kind in ("clash", "fine")}
    assert {path.parent.parent for path in CASES} == {FOLDER}


@pytest.mark.parametrize("path", CASES, ids=title)
def test_a_case_is_told_in_its_first_line(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"# [A-Z].*\.", first)


@pytest.mark.parametrize("path", CASES, ids=title)
def test_the_words_name_every_axiom(path: Path) -> None:
    for clash in found(path)[0]:
        assert clash.axioms
        assert not clash.words.endswith(".")
        assert "\n" not in clash.words
        for subject, link, object_ in clash.axioms:
            if link != str(RDF.first):
                named = {shorten(term) for term in (subject, link, object_) if term != "_:x" and term != str(RDF.type)}
            else:
                named = {shorten(object_)}
            assert [name for name in named if name not in clash.words] == []
        assert clash.focus in clash.words


@pytest.mark.parametrize("path", CASES, ids=title)
def test_the_axioms_are_stated_unless_the_words_say_that_they_are_inferred(path: Path) -> None:
    graph = rdflib.Graph().parse(path, format="turtle")
    stated = {tuple("_:x" if isinstance(term, rdflib.BNode) else str(term) for term in triple) for triple in graph}
    for clash in found(path)[0]:
        data = [triple for triple in clash.axioms if triple not in stated]
        if "(inferred)" not in clash.words:
            assert [triple for triple in data if not triple[1].endswith(("subClassOf", "subPropertyOf"))] == []


def words(name: str) -> list[str]:
    return [clash.words.replace(EX, "ex:") for clash in found(FOLDER / f"{name}.ttl")[0]]


SENTENCES = {
    "cax-dw/clash-domain": "ex:x is a ex:Drug (stated) and a ex:Procedure (from ex:x ex:hasPart ex:y, as ex:hasPart "
    "rdfs:domain ex:Procedure), which are disjoint (ex:Drug owl:disjointWith ex:Procedure)",
    "cax-dw/clash-range": "ex:x is a ex:Drug (from ex:y ex:gives ex:x, as ex:gives rdfs:range ex:Drug) and a "
    "ex:Procedure (stated), which are disjoint (ex:Drug owl:disjointWith ex:Procedure)",
    "cax-dw/clash-chain": "ex:x is a ex:Drug (stated) and a ex:Procedure (inferred), which are disjoint "
    "(ex:Drug owl:disjointWith ex:Procedure)",
    "cax-adc/clash-same": "ex:x is a ex:Drug (stated) and a ex:Procedure (from ex:y a ex:Procedure and ex:x owl:sameAs "
    "ex:y), which are disjoint ([owl:members ( ex:Test ex:Drug ex:Procedure )] a owl:AllDisjointClasses)",
    "prp-pdw/clash-symmetric": "ex:a ex:harms ex:b (stated) and ex:a ex:helps ex:b (from ex:b ex:helps ex:a, as "
    "ex:helps a owl:SymmetricProperty), which are disjoint (ex:helps owl:propertyDisjointWith ex:harms)",
    "dt-diff/clash-below": 'ex:a ex:age "7"^^xsd:integer (stated) and ex:a ex:age "8"^^xsd:integer (from ex:a '
    'ex:ageNow "8"^^xsd:integer, as ex:ageNow rdfs:subPropertyOf ex:age), where one value is allowed '
    "(ex:age a owl:FunctionalProperty)",
    "dt-not-type/clash-range": 'ex:a ex:age "seven" (stated), which is no value of the datatype '
    "(ex:age rdfs:range xsd:integer)",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_tells_why(name: str) -> None:
    assert words(name) == [SENTENCES[name]]


def test_the_graphs_of_the_project_are_free_of_clashes() -> None:
    graph = rdflib.Graph()
    for name in ASSERTED:
        for path in files.graph_files(str(ROOT), name):
            graph.parse(data=files.read(path), format="turtle")
    whole, asserted = closed(graph, aside=True)
    assert clashes(whole, asserted) == []
    drug, procedure = (rdflib.URIRef(f"https://w3id.org/leukograph/ontology/{name}") for name in ("Drug", "Procedure"))
    one = min(subject for subject, _, kind in asserted if kind == drug and isinstance(subject, rdflib.URIRef))
    planted = (one, RDF.type, procedure)
    whole.add(planted)
    assert [clash.focus for clash in clashes(whole, asserted | {planted})] == [str(one)]


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_clashes import CASES, compiled, found
print([(found(path)[0], compiled(path)) for path in CASES])
"""


def test_the_same_graphs_give_the_same_clashes_whatever_the_hash_seed() -> None:
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", RUN, str(Path(__file__).parent)],
            capture_output=True,
            check=True,
            env=environment,
            timeout=300,
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10000
