"""What follows and what must not: the closure of the graphs, the files in tests/ontology, contradictions, determinism.

`follows.ttl` and `follows-not.ttl` are plain triples. Each `clashes-<why>.ttl` says one thing of `lgd:clash-<why>` that
cannot be, and names the two classes that cannot both hold it; `agrees.ttl` says what can.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from leukograph import cli, closing, files, knowledge, reason
from leukograph.errors import FileError
from leukograph.names import (
    BACKGROUND,
    BASE,
    INFERRED,
    INFERRED_BACKGROUND,
    LGD,
    LGO,
    LGV,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    REFERENCE,
    shorten,
)
from leukograph.records import Clash

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "ontology"
CLASHES = sorted(CASES.glob("clashes-*.ttl"))
STORED = ("data/inferred/page.nt", "data/inferred/background.nt")
# Whatever makes two names one in OWL 2 RL; none of these is in the ontology, so that no name is ever taken for another.
IDENTIFYING = (
    OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.hasKey, OWL.maxCardinality, OWL.maxQualifiedCardinality,
    OWL.cardinality, OWL.qualifiedCardinality, OWL.sameAs,
)  # fmt: skip
Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]
Sources = list[tuple[str, bytes]]


def sources(*graphs: str) -> Sources:
    return [(path, files.read(path)) for graph in graphs for path in files.graph_files(str(ROOT), graph)]


def triples(text: str, kind: str = "nt") -> set[Triple]:
    return set(rdflib.Graph().parse(data=text, format=kind))


def case(name: str) -> set[Triple]:
    return triples((CASES / name).read_text(encoding="utf-8"), "turtle")


def told(some: Iterable[Triple]) -> list[str]:
    return sorted(" ".join(shorten(str(term)) for term in triple) for triple in some)


@pytest.fixture(scope="module")
def asserted() -> set[Triple]:
    return set(reason.parse(sources(ONTOLOGY, PAGE, BACKGROUND)))


@pytest.fixture(scope="module")
def inferred() -> dict[str, set[Triple]]:
    """What is inferred from the files as they are now, whatever is stored."""
    return {part.graph: triples(part.content.decode()) for part in knowledge.inferences(str(ROOT))}


@pytest.fixture(scope="module")
def follows(inferred: dict[str, set[Triple]]) -> set[Triple]:
    return inferred[INFERRED] | inferred[INFERRED_BACKGROUND]


@pytest.fixture(scope="module")
def whole_closure() -> rdflib.Graph:
    """The closure that owlrl itself gives, with nothing set aside before and nothing filtered after."""
    graph = reason.parse(sources(ONTOLOGY, PAGE, BACKGROUND))
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    return graph


def test_everything_that_must_follow_does_and_is_new(follows: set[Triple], asserted: set[Triple]) -> None:
    wanted = case("follows.ttl")
    assert told(wanted - follows) == []
    assert told(wanted & asserted) == []
    assert len(wanted) > 150


def test_nothing_that_must_not_follow_does(follows: set[Triple], asserted: set[Triple]) -> None:
    unwanted = case("follows-not.ttl")
    assert told(unwanted & (follows | asserted)) == []
    assert told(unwanted & case("follows.ttl")) == []


def test_what_must_not_follow_speaks_of_things_that_are_there(asserted: set[Triple]) -> None:
    """A misspelt name would never follow, and so prove nothing."""
    there = {term for triple in asserted for term in triple}
    for name in ("follows.ttl", "follows-not.ttl"):
        assert {str(term) for triple in case(name) for term in triple} - {str(term) for term in there} == set()


def test_what_follows_from_the_page_does_without_the_background(inferred: dict[str, set[Triple]]) -> None:
    of_background = {rdflib.URIRef(LGO + name) for name in ("hasDrugClass", "hasTarget", "containsDrugClass")}
    assert {predicate for _, predicate, _ in inferred[INFERRED]} & of_background == set()
    others = {triple for triple in case("follows.ttl") if triple[1] not in of_background}
    facts = {triple for triple in others if triple[2] == rdflib.URIRef(LGO + "BackgroundFact")}
    inhibitors = ("bosutinib", "dasatinib", "imatinib", "nilotinib", "ponatinib")
    assert told(others - facts - inferred[INFERRED]) == [f"lgd:{name} rdf:type lgo:Therapy" for name in inhibitors]


def test_every_disease_is_acute_lymphoblastic_leukemia(follows: set[Triple], asserted: set[Triple]) -> None:
    top = rdflib.URIRef(LGO + "AcuteLymphoblasticLeukemia")
    diseases = {subject for subject, _, kind in asserted if kind == rdflib.URIRef(LGO + "Disease")} - {OWL.Class}
    assert len(diseases) == 18
    assert {subject for subject, predicate, object_ in follows if (predicate, object_) == (RDFS.subClassOf, top)} == (
        diseases - {top}
    )


def test_no_two_kinds_of_disease_turn_out_to_be_one(follows: set[Triple]) -> None:
    under = {(one, other) for one, predicate, other in follows if predicate == RDFS.subClassOf}
    assert {pair for pair in under if pair[::-1] in under} == set()


def test_what_follows_is_of_our_words_and_new(inferred: dict[str, set[Triple]], asserted: set[Triple]) -> None:
    for graph, found in inferred.items():
        assert found, graph
        for subject, predicate, object_ in found:
            assert isinstance(subject, rdflib.URIRef)
            assert isinstance(object_, rdflib.URIRef)
            assert subject.startswith(BASE)
            assert object_.startswith(BASE)
            assert subject != object_
            assert predicate in (RDF.type, RDFS.subClassOf) or str(predicate).startswith(LGO)
        assert told(found & asserted) == []
    assert inferred[INFERRED] & inferred[INFERRED_BACKGROUND] == set()


def test_only_chains_types_and_the_tree_are_inferred_never_a_slot_of_a_statement(
    inferred: dict[str, set[Triple]], asserted: set[Triple]
) -> None:
    predicates = {graph: {shorten(str(triple[1])) for triple in found} for graph, found in inferred.items()}
    assert predicates[INFERRED] == {"lgo:containsAgent", "rdf:type", "rdfs:subClassOf"}
    assert predicates[INFERRED_BACKGROUND] == {"lgo:containsDrugClass", "lgo:hasDrugClass", "lgo:hasTarget", "rdf:type"}
    statements = {subject for subject, predicate, _ in asserted if predicate == rdflib.URIRef(LGO + "paraphrase")}
    assert len(statements) == 23
    of_statements = {triple for found in inferred.values() for triple in found if triple[0] in statements}
    assert {triple[1:] for triple in of_statements} == {(RDF.type, rdflib.URIRef(LGO + "Statement"))}
    assert {triple for found in inferred.values() for triple in found if triple[2] in statements} == set()


def test_a_different_tki_has_no_member_and_no_class_of_its_own(follows: set[Triple]) -> None:
    option = rdflib.URIRef(LGD + "different-tki")
    assert told(triple for triple in follows if option in triple) == ["lgd:different-tki rdf:type lgo:Therapy"]


def test_a_growth_factor_reaches_no_statement(follows: set[Triple], asserted: set[Triple]) -> None:
    factor = rdflib.URIRef(LGD + "g-csf")
    beside = {subject for subject, _, object_ in follows | asserted if object_ == factor}
    assert {shorten(str(one)) for one in beside} == {
        "lgd:component-fludarabine-regimen-g-csf",
        "lgd:example-fludarabine-regimen",
        "lgd:mention-ph-negative-fludarabine-regimens-g-csf",
        *{shorten(str(one)) for one in beside if "/data/mapping-" in str(one)},
    }


def test_the_background_adds_nothing_to_what_the_page_says(
    inferred: dict[str, set[Triple]], asserted: set[Triple]
) -> None:
    """The firewall of inference: nothing follows from the background about statement, scope, list, passage, disease."""
    named = reason.parse(sources(BACKGROUND))
    of_background = set(named.subjects()) | set(named.objects())
    of_page = set(reason.parse(sources(PAGE)).subjects())
    agents = {subject for subject, _, kind in asserted if kind == rdflib.URIRef(LGO + "Drug")}
    examples = {subject for subject, _, kind in asserted if kind == rdflib.URIRef(LGO + "RegimenComposition")}
    for subject, predicate, object_ in inferred[INFERRED_BACKGROUND]:
        if predicate == RDF.type:
            assert subject in of_background
            assert subject not in of_page
        else:
            assert subject in (examples if "containsDrugClass" in str(predicate) else agents)
            assert object_ in of_background or str(object_).startswith(LGV)


def test_the_stored_inference_is_the_one_that_follows_now() -> None:
    """Reads the stamps alone; the bytes are compared by `leukograph build --check`."""
    words: list[str] = []
    knowledge.parts(str(ROOT), (BACKGROUND, MAPPINGS), words.append)
    assert words == []


def test_what_follows_from_the_page_is_the_same_where_background_and_mappings_are_absent(
    tmp_path: Path, inferred: dict[str, set[Triple]]
) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    shutil.copytree(ROOT / "data/page", tmp_path / "data/page")
    (part,) = (part for part in knowledge.parts(str(tmp_path), ()) if part.graph == INFERRED)
    assert triples(part.content.decode()) == inferred[INFERRED]


def test_nothing_is_the_same_as_anything(whole_closure: rdflib.Graph) -> None:
    same = {(one, other) for one, other in whole_closure.subject_objects(OWL.sameAs) if one != other}
    assert {pair for pair in same if not any(isinstance(term, rdflib.Literal) for term in pair)} == set()
    everything = reason.parse(sources(ONTOLOGY, PAGE, BACKGROUND, MAPPINGS))
    assert {term for triple in everything for term in triple} & set(IDENTIFYING) == set()


def test_what_is_set_aside_and_filtered_loses_nothing(
    whole_closure: rdflib.Graph, follows: set[Triple], asserted: set[Triple]
) -> None:
    ours = {
        (subject, predicate, object_)
        for subject, predicate, object_ in whole_closure
        if all(isinstance(term, rdflib.URIRef) and str(term).startswith(BASE) for term in (subject, object_))
        and subject != object_
        and (str(predicate).startswith(BASE) or predicate in (RDF.type, RDFS.subClassOf, SKOS.broader))
    }
    assert told(ours - asserted) == told(follows)


@pytest.fixture(scope="module")
def clashes() -> tuple[Clash, ...]:
    """The contradictions of the ontology with every clash."""
    return closing.closure(with_clashes()).contradictions


def with_clashes() -> Sources:
    return [*sources(ONTOLOGY), *((str(path), path.read_bytes()) for path in CLASHES)]


def test_the_reference_finds_the_same_to_the_word() -> None:
    assert closing.closure(with_clashes()) == closing.closure(with_clashes(), REFERENCE)


def test_the_reference_infers_the_same_from_the_files_as_they_are() -> None:
    both = sources(ONTOLOGY, PAGE, BACKGROUND)
    assert closing.closure(both) == closing.closure(both, REFERENCE)
    assert len(closing.closure(both).triples) > 400


@pytest.mark.parametrize("path", CLASHES, ids=lambda path: path.stem)
def test_a_clash_is_a_contradiction(clashes: tuple[Clash, ...], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = re.findall(r"^# expect: (\S+) (\S+)$", text, re.MULTILINE)
    node = f"{LGD}{path.stem.replace('clashes-', 'clash-', 1)}"
    found = [clash for clash in clashes if node in {clash.focus, *(term for axiom in clash.axioms for term in axiom)}]
    told = [re.findall(r" a (lgo:\S+) \((?:stated|inferred|from) ?", one.words) for one in found]
    assert [sorted(pair) for pair in told] == [sorted(pair) for pair in expected]


def test_nothing_but_the_clashes_contradicts(clashes: tuple[Clash, ...]) -> None:
    assert len(CLASHES) > 10
    assert [clash for clash in clashes if "/data/clash-" not in clash.focus] == []


def test_what_agrees_is_no_contradiction_and_is_classified() -> None:
    result = closing.closure([*sources(ONTOLOGY), ("agrees.ttl", (CASES / "agrees.ttl").read_bytes())])
    assert result.contradictions == ()
    kinds: dict[str, set[str]] = {}
    for subject, predicate, object_ in triples("\n".join(result.triples)):
        if predicate == RDF.type and str(subject).startswith(LGD):
            kinds.setdefault(shorten(str(subject)), set()).add(shorten(str(object_)).removeprefix("lgo:"))
    child = {"ChildhoodPhNegativeTCellALL", "ChildhoodTCellALL", "ChildhoodPhNegativeALL", "ChildhoodALL"}
    assert kinds["lgd:case-of-a-child"] == {*child, "PhNegativeTCellALL", "TCellALL", "PhNegativeALL", "DiseaseCase"}
    rare = {"PhPositiveALL", "TCellALL", "AcuteLymphoblasticLeukemia", "DiseaseCase"}
    assert kinds["lgd:case-with-rare-company"] == rare
    families = {"ClofarabineContainingRegimen", "FludarabineBasedRegimen", "HighDoseCytarabineBasedRegimen"}
    assert kinds["lgd:composition-of-three-families"] == families


@pytest.fixture
def contradictory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose page says one thing that cannot be, with inferred files from before."""
    home = tmp_path / "home"
    shutil.copytree(ROOT / "ontology", home / "ontology", ignore=shutil.ignore_patterns("shapes"))
    shutil.copytree(ROOT / "queries", home / "queries")
    for folder in ("page", "background", "mappings", "inferred"):
        (home / "data" / folder).mkdir(parents=True)
        (home / "data" / folder / "none.ttl").write_text("# Nothing.\n", encoding="utf-8")
    for name in STORED:
        (home / name).write_text(f"# from before: {name}\n", encoding="utf-8")
    monkeypatch.setenv(files.HOME_VARIABLE, str(home))
    return home


def listing(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


CLASH = "clashes-drug-and-procedure.ttl"
KINDS = "( lgo:Drug lgo:DrugClassOption lgo:Procedure lgo:RegimenFamily lgo:TrialParticipation )"
SENTENCE = (
    "leukograph: the graph contradicts itself: lgd:clash-drug-and-procedure is a lgo:Drug (stated) and a lgo:Procedure "
    f"(stated), which are disjoint ([owl:members {KINDS}] a owl:AllDisjointClasses). Mend one of the two."
)


@pytest.mark.parametrize("call", ["build", "build --check", "ask sources", "ask sources --format json"])
def test_a_contradiction_in_the_page_ends_the_command_with_one_sentence_and_touches_no_file(
    contradictory: Path, capsys: pytest.CaptureFixture[str], call: str
) -> None:
    shutil.copy(CASES / CLASH, contradictory / "data/page")
    before = listing(contradictory)
    assert cli.main(call.split()) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    said = [line for line in shown.err.splitlines() if not line.startswith("leukograph: the files have changed since")]
    assert said == [SENTENCE]
    assert listing(contradictory) == before


def test_a_contradiction_in_the_background_stops_only_who_asks_for_it(
    contradictory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(CASES / CLASH, contradictory / "data/background")
    before = listing(contradictory)
    assert cli.main(["build"]) == 1
    assert capsys.readouterr().err.splitlines() == [SENTENCE]
    assert listing(contradictory) == before
    assert cli.main(["ask", "not-on-this-page", "--format", "csv"]) == 0
    capsys.readouterr()
    assert cli.main(["ask", "class-and-target", "--agent", "lgd:blinatumomab", "--with-background"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == SENTENCE


RUN = """
import sys
from leukograph import closing, files
paths = sys.argv[1:]
result = closing.closure([(path, files.read(path)) for path in paths])
print(files.digest([(triple, b"") for triple in result.triples]), *result.contradictions, sep="\\n")
"""


def test_the_same_files_give_the_same_inference_whatever_the_hash_seed_and_the_order_of_files() -> None:
    paths = [*files.graph_files(str(ROOT), ONTOLOGY), *(str(path) for path in CLASHES)]
    outputs = set()
    for seed, ordered in (("0", paths), ("1", paths), ("4242", paths[::-1])):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", RUN, *ordered], capture_output=True, check=True, env=environment, timeout=120
        )
        outputs.add(done.stdout.decode())
    assert len(outputs) == 1
    assert "which are disjoint" in outputs.pop()


def test_a_file_that_does_not_parse_is_named() -> None:
    given = [("good.ttl", b""), ("broken.ttl", b"<a> <b>")]
    with pytest.raises(FileError, match=r"^broken\.ttl: does not parse as Turtle .* Mend the file\.$"):
        closing.closure(given, REFERENCE)
    with pytest.raises(FileError, match=r"^broken\.ttl:1:1: .* Mend the file at this place\.$"):
        closing.closure(given)
