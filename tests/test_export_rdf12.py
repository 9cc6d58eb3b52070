"""`leukograph export rdf12`: the graphs come back as they are, and what is added quotes and never asserts."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from leukograph import exporting, material
from leukograph.material import Material
from leukograph.names import GRAPHS, LGO, LGV, RDF, graph_iri
from test_export import lexical

ROOT = Path(__file__).parents[1]
NAMED = LGO + "namedAsOptionFor"
QUESTION = f"""PREFIX lgo: <{LGO}> PREFIX rdf: <{RDF}>
SELECT ?therapy ?disease ?modality ?state WHERE {{
  ?option rdf:reifies <<( ?therapy lgo:namedAsOptionFor ?disease )>> .
  GRAPH ?page {{ ?option lgo:hasModality ?modality ; lgo:coversState ?state ; lgo:forAgeGroup ?age }}
}}"""


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


def written(graph: str) -> bytes:
    made = exporting.export(str(ROOT), "rdf12", graph)
    assert made.losses == ()
    ((name, content),) = made.files
    assert name == "rdf12.trig"
    return content


def read(graph: str) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Return what reifies a triple, and all else."""
    quads = list(ox.parse(written(graph), format=ox.RdfFormat.TRIG))
    reifying = [quad for quad in quads if isinstance(quad.object, ox.Triple)]
    return reifying, [quad for quad in quads if not isinstance(quad.object, ox.Triple)]


@pytest.mark.parametrize("graph", ["page", "all"])
def test_the_graphs_come_back_as_they_are(whole: Material, graph: str) -> None:
    reifying, rest = read(graph)
    graphs = GRAPHS if graph == "all" else [graph]
    assert lexical(rest) == lexical([quad for one in graphs for quad in whole.quads[one]])
    assert len(reifying) == 16
    assert {str(quad.graph_name) for quad in reifying} == {"DEFAULT"}


def test_each_option_quotes_its_therapy_and_its_disease_and_no_other(whole: Material) -> None:
    found = {}
    for quad in read("page")[0]:
        assert quad.predicate.value == RDF + "reifies"
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.Triple)
        assert quad.object.predicate.value == NAMED
        found[quad.subject.value] = [str(quad.object.subject), str(quad.object.object)]
    options = whole.instances(LGO + "TreatmentOptionStatement", "page")
    told = {
        option: [f"<{whole.value(option, LGO + name, 'page')}>" for name in ("describesTherapy", "forDisease")]
        for option in options
    }
    assert found == told
    for option in options:
        assert whole.values(option, LGO + "hasModality", "page") == [LGV + "possible"]
        assert whole.values(option, LGO + "coversState", "page") == [LGV + "refractory", LGV + "relapsed"]
        assert whole.values(option, LGO + "forAgeGroup", "page") == [LGV + "childhood"]


def test_no_graph_asserts_that_a_therapy_is_an_option_for_a_disease(whole: Material) -> None:
    asserted = [*read("all")[1], *(quad for quads in whole.quads.values() for quad in quads)]
    assert [quad for quad in asserted if quad.predicate.value == NAMED] == []
    therapies = {
        one
        for option in whole.instances(LGO + "TreatmentOptionStatement", "page")
        for one in whole.values(option, LGO + "describesTherapy", "page")
    }
    diseases = set(whole.instances(LGO + "Disease"))
    assert len(diseases) > 5
    subjects = [quad for quad in asserted if getattr(quad.subject, "value", "") in therapies]
    assert subjects
    assert [quad for quad in subjects if getattr(quad.object, "value", "") in diseases] == []


def test_a_store_answers_over_quoted_triples_with_what_limits_them() -> None:
    store = ox.Store()
    store.load(written("page"), format=ox.RdfFormat.TRIG)
    rows = [[str(cell) for cell in row] for row in store.query(QUESTION)]  # type: ignore[union-attr]
    assert len(rows) == 32
    assert {row[2] for row in rows} == {f"<{LGV}possible>"}
    assert not store.query(f"ASK {{ GRAPH ?g {{ ?therapy <{NAMED}> ?disease }} }}")


def test_the_question_of_the_documentation_finds_every_option() -> None:
    text = (ROOT / "docs" / "exports" / "rdf12.md").read_text(encoding="utf-8")
    ((question),) = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    store = ox.Store()
    store.load(written("page"), format=ox.RdfFormat.TRIG)
    rows = {tuple(map(str, row)) for row in store.query(question)}  # type: ignore[union-attr]
    assert len({row[:2] for row in rows}) == 16
    assert {row[2:3] + row[4:] for row in rows} == {(f"<{LGV}possible>", f"<{LGV}childhood>")}
    plain = "ASK { { ?s <NAMED> ?o } UNION { GRAPH ?g { ?s <NAMED> ?o } } }".replace("NAMED", NAMED)
    assert not store.query(plain)


def test_a_reader_sees_a_triple_that_is_asserted_or_changed() -> None:
    right = lexical([quad for part in read("page") for quad in part])
    text = written("page").decode()
    asserted = text.replace("rdf:reifies <<( lgd:nelarabine", "rdf:reifies <<( lgd:cytarabine", 1)
    for spoilt in (asserted, text + f"<urn:x:t> <{NAMED}> <urn:x:d> .\n"):
        assert lexical(ox.parse(spoilt, format=ox.RdfFormat.TRIG)) != right
    with pytest.raises(SyntaxError):
        list(ox.parse(text.replace(")>>", ">>"), format=ox.RdfFormat.TRIG))


def test_the_term_stands_for_quoted_triples_in_the_graph_of_the_page_itself(whole: Material) -> None:
    (definition,) = whole.values(NAMED, "http://www.w3.org/2004/02/skos/core#definition", "ontology")
    assert "only ever quoted" in definition
    assert NAMED in (ROOT / "ontology" / "released.txt").read_text(encoding="utf-8").splitlines()
    assert graph_iri("page") in {str(quad.graph_name).strip("<>") for quad in read("page")[1]}
