"""How files are written: Turtle, names, released IRIs, and that no sentence of the page is among them."""

import re
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from leukograph import answers, engine, questions
from leukograph.names import BASE, LGO, LGV, PREFIXES, RDF_TYPE, SKOS

ROOT = Path(__file__).parents[1]
TURTLE = sorted([*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "data").rglob("*.ttl")])
DATA = [path for path in TURTLE if path.is_relative_to(ROOT / "data")]
OWL = "http://www.w3.org/2002/07/owl#"
QUOTED = {"namedAsOptionFor"}  # stands in the triple terms of `leukograph export rdf12` alone, and is never asserted
PUNNED = {LGO + "Disease", LGO + "RegimenFamily"}
KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def own_terms() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        for triple in ox.parse(path=str(path)):
            if triple.predicate.value == RDF_TYPE and isinstance(triple.subject, ox.NamedNode):
                assert isinstance(triple.object, ox.NamedNode)
                found.setdefault(triple.subject.value, set()).add(triple.object.value)
    return {iri: kinds for iri, kinds in found.items() if iri.startswith((LGO, LGV))}


def test_the_folders_hold_turtle() -> None:
    assert len(DATA) > 10
    assert len(TURTLE) > len(DATA)


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_turtle_is_laid_out_for_people(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    assert [line[:2] for line in lines[:3]] == ["# ", "# ", ""], "two lines of comment say what the file is"
    assert "\r" not in text
    assert "\t" not in text
    assert text.endswith(".\n")
    assert not [line for line in lines if line != line.rstrip()]
    declared = re.findall(r"^@prefix ([\w.]*): <(.*)> \.$", text, re.MULTILINE)
    assert declared == sorted(declared)
    assert all(PREFIXES.get(prefix) == start for prefix, start in declared), "prefixes are those of the project's table"
    body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>|^#.*$', "", text.split("\n\n", 2)[-1], flags=re.MULTILINE)
    used = set(re.findall(r"(?<![\w:])([A-Za-z][\w.]*):(?=[\w-])", body))
    assert used == {prefix for prefix, _ in declared}
    blocks = re.findall(r"^([A-Za-z]\S*)$(?:\n    .*)+\n\.$", text, re.MULTILINE)
    starts = re.findall(r"^(?![@#.])([A-Za-z]\S*)\s*$", text, re.MULTILINE)
    assert blocks == starts, "a block is its subject alone, indented predicates, and a lone dot"
    ours = [one for one in blocks if not one.startswith(("oa:", "skos:", "dcterms:"))]
    assert ours == sorted(ours), "blocks stand A to Z"


@pytest.mark.parametrize("path", DATA, ids=lambda path: str(path.relative_to(ROOT)))
def test_data_has_no_blank_nodes(path: Path) -> None:
    for triple in ox.parse(path=str(path)):
        assert not isinstance(triple.subject, ox.BlankNode)
        assert not isinstance(triple.object, ox.BlankNode)


def test_every_own_term_that_was_released_is_still_there() -> None:
    released = (ROOT / "ontology" / "released.txt").read_text(encoding="utf-8").splitlines()
    assert released == sorted(set(released))
    assert set(released) == set(own_terms()), "add new IRIs to ontology/released.txt; never remove one"


def test_every_property_is_named_by_a_question_or_by_an_axiom_that_one_rests_on(everything: ox.Store) -> None:
    text = "\n".join(questions.load(str(ROOT), name).sparql for name in questions.names(str(ROOT)))
    asked = set(re.findall(r"\blgo:(\w+)", text))
    axioms = {name for path in sorted((ROOT / "ontology").glob("*.ttl")) for name in _in_axioms(path)}
    properties = {iri.removeprefix(LGO) for iri, kinds in own_terms().items() if kinds & KINDS - {OWL + "Class"}}
    assert len(properties) > 80
    assert properties - asked - axioms == QUOTED
    assert not [quad for name in QUOTED for quad in everything.quads_for_pattern(None, ox.NamedNode(LGO + name), None)]
    assert {"hasLineage", "hasPhiladelphiaStatus", "hasAgeGroup"} <= axioms


def test_every_class_has_a_record_and_the_glossary_defines_it(everything: ox.Store) -> None:
    asked = answers.ask(str(ROOT), "glossary", {})
    defined = {cell.value for row in asked.answer.rows for cell in row[:1] if cell}
    assert set(own_terms()) == defined
    classes = {iri for iri, kinds in own_terms().items() if OWL + "Class" in kinds and not kinds & PUNNED}
    empty = {iri for iri in classes if not engine.subjects(everything, RDF_TYPE, iri)}
    assert len(classes) > 40
    assert empty == {LGO + "DiseaseCase"}, "cases of disease are patients', and no patient is in the graph"


def _in_axioms(path: Path) -> set[str]:
    found = set()
    for triple in ox.parse(path=str(path)):
        if triple.predicate.value.rsplit("#", 1)[-1] in ("subClassOf", "first", "propertyChainAxiom", "onProperty"):
            found |= {term.value.removeprefix(LGO) for term in triple if isinstance(term, ox.NamedNode)}
    return found


def test_every_closed_list_value_is_defined_and_in_a_scheme() -> None:
    triples = [triple for path in sorted((ROOT / "ontology").glob("*.ttl")) for triple in ox.parse(path=str(path))]
    have: dict[str, set[str]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            have.setdefault(triple.subject.value, set()).add(triple.predicate.value)
    values = {iri for iri, kinds in own_terms().items() if iri.startswith(LGV) and SKOS + "ConceptScheme" not in kinds}
    assert len(values) > 80
    for iri in values:
        assert {SKOS + "definition", SKOS + "inScheme"} <= have[iri], iri


def test_every_own_iri_is_of_the_project(everything: ox.Store) -> None:
    subjects = {quad.subject.value for quad in everything if isinstance(quad.subject, ox.NamedNode)}
    foreign = {iri for iri in subjects if not iri.startswith(BASE)}
    assert all(
        iri.startswith(("http://www.w3.org/", "http://purl.org/dc/terms/", "https://w3id.org/sssom/", BASE[:-1]))
        for iri in foreign
    )


def test_no_sentence_of_the_page_is_in_the_project(page: str) -> None:
    runs = _runs(page)
    assert "patients have residual leukemia" in " ".join(_words(page))
    assert _runs(page[61:419]) <= runs, "the detector sees a stretch of the page"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout, so the files of the project are not listed")
    found = {}
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            try:
                hits = _runs(path.read_text(encoding="utf-8")) & runs
            except UnicodeDecodeError:
                continue
            if hits:
                found[name] = sorted(" ".join(hit) for hit in hits)
    assert found == {}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[place : place + 7]) for place in range(len(words) - 6)}
