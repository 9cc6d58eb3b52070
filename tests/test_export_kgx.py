"""`leukograph export kgx`: what is carried comes back, nothing is said more firmly, and KGX itself accepts it."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest

import checking_tools
from commands import call
from leukograph import biolink, exporting, material
from leukograph.errors import DataError
from leukograph.exports import kgx
from leukograph.material import Material
from leukograph.names import GRAPHS, LGD, LGO, LGV, PREFIXES, RDF_TYPE, RDFS_LABEL, SKOS, graph_iri

ROOT = Path(__file__).parents[1]
CHOSEN = {"page": ("page",), "background": ("background",), "all": GRAPHS}
LISTS = {"category", "source", "statement", "publications"} | {
    column for column, (_, kind) in (kgx.NODE_COLUMNS | kgx.EDGE_COLUMNS).items() if kind.endswith(" s")
}
LISTS |= {f"{column}_by_record" for column in kgx.BY_RECORD}
OPTION, TRIALS = f"biolink:{biolink.OPTION}", f"biolink:{biolink.TRIALS}"
Record = dict[str, Any]


class Files:
    """The files of an export as a reader takes them."""

    def __init__(self, graph: str) -> None:
        self.made = exporting.export(str(ROOT), "kgx", graph)
        self.text = {name: content.decode() for name, content in self.made.files}
        self.context = json.loads(self.text["leukograph_context.jsonld"])["@context"]
        self.nodes, self.edges = self.lines("nodes"), self.lines("edges")

    def lines(self, part: str) -> list[Record]:
        return [json.loads(line) for line in self.text[f"leukograph_{part}.jsonl"].splitlines()]

    def table(self, part: str) -> list[Record]:
        head, *rows = [line.split("\t") for line in self.text[f"leukograph_{part}.tsv"].split("\n")[:-1]]
        found = [{column: cell for column, cell in zip(head, row, strict=True) if cell} for row in rows]
        return [{key: cell.split("|") if key in LISTS else cell for key, cell in one.items()} for one in found]

    def expand(self, curie: str) -> str:
        prefix, _, local = curie.partition(":")
        return str(self.context[prefix]) + local


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module", params=CHOSEN)
def chosen(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def exported() -> dict[str, Files]:
    return {graph: Files(graph) for graph in CHOSEN}


def by_record(edge: Record, column: str, statement: str) -> list[str]:
    """Return the cells of a column that name a record as their own."""
    cells = [cell.partition(" ") for cell in edge.get(f"{column}_by_record", [])]
    return [cell for name, _, cell in cells if LGD + name.removeprefix("lgd:") == statement]


def stated(files: Files) -> list[Record]:
    """Return the edges that come from records: all but those that say what a node made for the export is."""
    return [edge for edge in files.edges if "statement" in edge]


def restored(files: Files, record: Record, subject: str, columns: dict[str, tuple[str, str]]) -> set[str]:
    """Return the quads that the columns of a record stand for."""
    graph, found = graph_iri(record["layer"]), set()
    for column, (predicate, kind) in columns.items():
        if predicate in kgx.OURS_ALONE:
            continue
        held = record.get(column, by_record(record, column, subject))
        for cell in held if isinstance(held, list) else [held]:
            spelling = kind.split(" ")[0]
            text = str(cell).lower() if spelling == "boolean" else str(cell)
            term: ox.NamedNode | ox.Literal
            if spelling == "iri":
                term = ox.NamedNode(files.expand(text))
            elif spelling == "en":
                term = ox.Literal(text, language="en")
            else:
                datatype = "string" if spelling == "plain" else spelling
                term = ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{datatype}"))
            found.add(f"<{subject}> <{predicate}> {term} <{graph}>")
    return found


def quads_of(files: Files, nodes: list[Record], edges: list[Record]) -> set[str]:
    """Return every quad that an export stands for: what an importer would write."""
    ours = {node["id"]: node["leukograph_iri"] for node in nodes if "leukograph_iri" in node}
    found: set[str] = set()
    for node in nodes:
        if "leukograph_iri" in node:
            found |= restored(files, node, node["leukograph_iri"], kgx.NODE_COLUMNS)
    inward = {"Component": "hasComponent", "Classification": "hasClassification"}
    inward |= {"TargetFact": "hasTargetFact", "ResistanceFact": "hasResistanceFact"}
    outward = {"Component": "ofAgent", "Classification": "assignsClass"}
    outward |= {"TargetFact": "statesTarget", "ResistanceFact": "aboutDrug"}
    for edge, statement in [(one, record) for one in edges for record in one.get("statement", [])]:
        graph, kind = graph_iri(edge["layer"]), edge["statement_type"].removeprefix("lgo:")
        found |= restored(files, edge, statement, kgx.EDGE_COLUMNS)
        if kind in inward:
            found.add(f"<{statement}> <{LGO}{outward[kind]}> <{ours[edge['object']]}> <{graph}>")
            found.add(f"<{ours[edge['subject']]}> <{LGO}{inward[kind]}> <{statement}> <{graph}>")
        else:
            found.add(f"<{statement}> <{LGO}forDisease> <{files.expand(edge['disease'])}> <{graph}>")
            found.add(f"<{statement}> <{LGO}describesTherapy> <{files.expand(edge['therapy'])}> <{graph}>")
        for source in by_record(edge, "origin", statement):
            found.add(f"<{statement}> <{LGO}fromSource> <{files.expand(source)}> <{graph}>")
    return found


def test_what_comes_back_and_what_is_lost_are_the_graph(
    whole: Material, exported: dict[str, Files], chosen: str
) -> None:
    files = exported[chosen]
    there = {str(quad) for graph in CHOSEN[chosen] for quad in whole.quads[graph]}
    lost = {
        f"{loss.record if loss.record.startswith('_:') else f'<{loss.record}>'} {was} <{graph_iri(loss.graph)}>"
        for loss in files.made.losses
        for was in loss.was
    }
    ends = tuple(f"<{graph_iri(graph)}>" for graph in CHOSEN[chosen])
    back = {quad for quad in quads_of(files, files.nodes, files.edges) if quad.endswith(ends)}
    assert back == there - lost
    assert len(back) > 250


def test_tables_and_lines_hold_the_same(exported: dict[str, Files], chosen: str) -> None:
    files = exported[chosen]
    for part, lines in (("nodes", files.nodes), ("edges", files.edges)):
        flat = [
            {key: [str(one) for one in cell] if isinstance(cell, list) else _flat(cell) for key, cell in line.items()}
            for line in lines
        ]
        assert files.table(part) == flat
        ids = [line["id"] for line in lines]
        assert ids == sorted(set(ids))


def _flat(cell: object) -> Any:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def test_numbers_are_those_that_the_documentation_gives(whole: Material, exported: dict[str, Files]) -> None:
    files = exported["page"]
    by_predicate: dict[str, int] = {}
    for edge in files.edges:
        by_predicate[edge["predicate"]] = by_predicate.get(edge["predicate"], 0) + 1
    assert by_predicate == {
        "biolink:has_part": 9 + 6,
        "biolink:part_of": 5,
        "biolink:subclass_of": 3,
        OPTION: 15,
        TRIALS: 1,
    }
    made = [node for node in files.nodes if "leukograph_iri" not in node]
    foreign = [node for node in files.nodes if node["iri"] != node.get("leukograph_iri", node["iri"])]
    diseases = [node["id"] for node in files.nodes if node["category"] == ["biolink:Disease"]]
    kinds = ["PhNegativeALL", "PhNegativeTCellALL", "PhPositiveALL"]
    assert diseases == [
        *(f"lgd:group-{kind}-refractory-relapsed-childhood" for kind in kinds),
        *(f"lgo:{kind}" for kind in kinds),
    ]
    effects = [one for edge in exported["background"].edges if "effect" in edge for one in edge["statement"]]
    facts = whole.instances(LGO + "ResistanceFact", "background")
    text = (ROOT / "docs" / "exports" / "kgx.md").read_text(encoding="utf-8")
    assert f"Of the {len(files.nodes) - len(made)} things of the page {len(foreign)} have one" in text
    assert f"The {len(made)} nodes that are made for this export" in text
    assert f"{len(effects)} of {len(facts)} records are carried" in text


BIOLINK_SLOTS = {"id", "category", "name", "subject", "predicate", "object", "knowledge_level", "agent_type"}
BIOLINK_SLOTS |= {"publications", "primary_knowledge_source", "description"}


def too_wide(files: Files, whole: Material) -> list[str]:
    """Return the options whose edge says more than they do for a reader who knows the slots of Biolink alone."""
    nodes = {node["id"]: {key: node[key] for key in node if key in BIOLINK_SLOTS} for node in files.nodes}
    below: dict[tuple[str, str], set[str]] = {}
    for edge in files.edges:
        below.setdefault((edge["subject"], edge["predicate"]), set()).add(edge["object"])
    found = []
    for statement in whole.instances(LGO + "TreatmentOptionStatement", "page"):
        for edge in files.edges:
            if statement not in edge.get("statement", []):
                continue
            subject, object_ = nodes[edge["subject"]], nodes[edge["object"]]
            limits = [*whole.values(statement, LGO + "coversState"), *whole.values(statement, LGO + "forAgeGroup")]
            label = {one: whole.values(one, RDFS_LABEL, "page", "ontology")[0] for one in limits}
            disease = kgx.identity(whole, whole.value(statement, LGO + "forDisease"))
            scoped = all(label[one] in object_["name"] for one in limits)
            if not scoped or below.get((edge["object"], "biolink:subclass_of")) != {disease}:
                found.append(f"{edge['id']}: scope")
            therapy = kgx.identity(whole, whole.value(statement, LGO + "describesTherapy"))
            for regimen in whole.values(statement, LGO + "withinRegimen"):
                within = below.get((edge["subject"], "biolink:part_of")) == {kgx.identity(whole, regimen)}
                if not within or whole.value(regimen, RDFS_LABEL, "ontology") not in subject["name"]:
                    found.append(f"{edge['id']}: regimen")
            prior = whole.values(statement, LGO + "differentFromPrior") == ["true"]
            if prior and "different from what was taken before" not in subject["name"]:
                found.append(f"{edge['id']}: prior")
            if edge["subject"] != therapy and below.get((edge["subject"], "biolink:has_part")) != {therapy}:
                found.append(f"{edge['id']}: therapy")
    return found


@pytest.mark.parametrize("graph", ["page", "all"])
def test_an_edge_is_no_wider_than_its_statement_in_the_slots_of_biolink(
    whole: Material, exported: dict[str, Files], graph: str
) -> None:
    files = exported[graph]
    assert too_wide(files, whole) == []
    levels = {(loss.facet, loss.how) for loss in files.made.losses if "/option-" in loss.record}
    assert {("modality", "degraded"), ("hedge", "degraded")} <= levels


@pytest.mark.parametrize("column", ["subject", "object"])
def test_an_edge_that_is_wider_is_seen(whole: Material, column: str) -> None:
    files = Files("page")
    for edge in stated(files):
        if "therapy" in edge:
            of = {"subject": "therapy", "object": "disease"}[column]
            edge[column] = kgx.identity(whole, files.expand(edge[of]))
    seen = {one.rpartition(": ")[2] for one in too_wide(files, whole)}
    assert seen == ({"scope"} if column == "object" else {"regimen", "prior"})


def test_no_edge_says_more_than_its_statement(whole: Material, exported: dict[str, Files], chosen: str) -> None:
    """Over all records: relation, population, modality and layer are those of the statement, or weaker."""
    files = exported[chosen]
    ours = {node["id"]: node["leukograph_iri"] for node in files.nodes if "leukograph_iri" in node}
    weak = {OPTION, TRIALS, "biolink:has_part"}
    background = {f"biolink:{name}" for name in (*biolink.EFFECTS.values(), "member_of", "interacts_with")}
    for edge in files.edges:
        assert edge["agent_type"] == "not_provided"
        assert not {key for key in edge if re.search("approv|efficac|rank|phase", key)}
        if "statement" not in edge:
            assert edge["predicate"] in ("biolink:subclass_of", "biolink:has_part", "biolink:part_of")
            assert edge["subject"] not in ours
    for edge, statement in [(one, record) for one in stated(files) for record in one["statement"]]:
        assert edge["predicate"] in (weak if edge["layer"] == "page" else background)
        if edge["layer"] == "background":
            (source,) = by_record(edge, "origin", statement)
            assert whole.values(statement, LGO + "fromSource", "background") == [files.expand(source)]
            assert source in edge["source"]
            continue
        assert edge["statement"] == [statement]
        assert "publications" not in edge
        assert edge["knowledge_level"] == "not_provided"
        assert "primary_knowledge_source" not in edge
        (source,) = edge["source"]
        assert files.expand(source) in whole.instances(LGO + "Page", "page")
        if edge["predicate"] == "biolink:has_part":
            assert edge["marked_as_example"] is True
            continue
        assert files.expand(edge["therapy"]) == whole.value(statement, LGO + "describesTherapy", "page")
        assert files.expand(edge["disease"]) == whole.value(statement, LGO + "forDisease", "page")
        assert [files.expand(one) for one in edge["disease_states"]] == whole.values(statement, LGO + "coversState")
        assert files.expand(edge["age_group"]) == whole.value(statement, LGO + "forAgeGroup") == LGV + "childhood"
        assert files.expand(edge["modality"]) == whole.value(statement, LGO + "hasModality") == LGV + "possible"
        for column in ("hedge", "quantifier", "within_regimen", "stated_as", "different_from_prior"):
            assert (column in edge) == bool(whole.values(statement, kgx.EDGE_COLUMNS[column][0], "page"))


def test_publications_are_those_that_the_records_name(whole: Material, exported: dict[str, Files]) -> None:
    named = set()
    for edge in stated(exported["background"]):
        items = [item for one in edge["statement"] for item in whole.values(one, LGO + "evidenceItem", "background")]
        numbers = {word.rstrip(");") for item in items for word in item.split() if word.rstrip(");").isdecimal()}
        held = {one.removeprefix("PMID:") for one in edge.get("publications", [])}
        assert held == {number for number in numbers if any(f"PMID {number}" in item for item in items)}
        assert bool(held) == any("PMID" in item for item in items)
        named |= held
    assert len(named) == 17
    assert exported["background"].context["PMID"] == biolink.PUBMED


def test_records_that_say_the_same_are_one_edge_that_tells_them_apart(exported: dict[str, Files], chosen: str) -> None:
    files = exported[chosen]
    keys = [tuple(edge[end] for end in biolink.ENDS) for edge in files.edges]
    assert len(keys) == len(set(keys))
    several = [edge for edge in stated(files) if len(edge["statement"]) > 1]
    assert bool(several) == (chosen != "page")
    for edge in several:
        assert len(edge["origin_by_record"]) == len(edge["statement"])
        if "primary_knowledge_source" in edge:
            assert edge["source"] == ["lgd:source-civic"]


def test_only_what_the_page_says_is_studied_in_trials_is_in_trials(whole: Material, exported: dict[str, Files]) -> None:
    found = [one for edge in exported["page"].edges if edge["predicate"] == TRIALS for one in edge["statement"]]
    assert found == [LGD + "option-inotuzumab-ozogamicin-ph-positive"]
    held = whole.instances(LGO + "TreatmentOptionStatement", "page")
    assert found == [one for one in held if whole.values(one, LGO + "hasResearchStatus") == [biolink.STUDIED]]


def test_one_option_alone_is_left_out_and_told(whole: Material, exported: dict[str, Files]) -> None:
    files = exported["page"]
    told = {one for edge in stated(files) for one in edge["statement"]}
    missing = set(whole.instances(LGO + "TreatmentOptionStatement", "page")) - told
    assert missing == {LGD + "option-clinical-trial-ph-negative"}
    facets = {loss.facet for loss in files.made.losses if loss.record in missing}
    assert {"therapy", "scope", "modality", "wording"} <= facets


def test_a_pair_with_an_effect_that_cannot_be_said_is_left_out_whole(
    whole: Material, exported: dict[str, Files]
) -> None:
    files = exported["background"]
    ours = {node["id"]: node["leukograph_iri"] for node in files.nodes if "leukograph_iri" in node}
    told = {(ours[edge["subject"]], ours[edge["object"]]) for edge in files.edges if "effect" in edge}
    effects: dict[tuple[str, str], set[str]] = {}
    for quad in whole.quads["background"]:
        if quad.predicate.value == LGO + "hasResistanceFact":
            fact = str(quad.object)[1:-1]
            pair = (str(quad.subject)[1:-1], whole.value(fact, LGO + "aboutDrug"))
            effects.setdefault(pair, set()).add(whole.value(fact, LGO + "statesEffect"))
    assert told == {pair for pair, held in effects.items() if held <= set(biolink.EFFECTS)}
    assert (LGD + "bcr-abl1-e255k", LGD + "dasatinib") not in told
    assert (LGD + "bcr-abl1-t315i", LGD + "imatinib") in told
    civic = [edge for edge in files.edges if edge["source"] == ["lgd:source-civic"]]
    assert {(edge["primary_knowledge_source"], edge["knowledge_level"]) for edge in civic} == {
        ("infores:civic", "knowledge_assertion")
    }
    assert {str(edge["source"]) for edge in files.edges if "primary_knowledge_source" in edge} == {
        "['lgd:source-civic']"
    }


def test_no_edge_hangs_in_the_air_and_every_node_can_be_resolved(exported: dict[str, Files], chosen: str) -> None:
    files = exported[chosen]
    ids = {node["id"] for node in files.nodes}
    assert ids == {edge[end] for edge in files.edges for end in ("subject", "object")}
    for node in files.nodes:
        assert node["iri"] == files.expand(node["id"])
        assert node["category"]
        assert node["name"]
        assert ("leukograph_iri" in node) == ("leukograph_type" in node)
    assert {edge["category"][0] for edge in files.edges} == {"biolink:Association"}


def test_an_identity_is_an_exact_match_and_nothing_less(whole: Material, exported: dict[str, Files]) -> None:
    own = []
    for node in [one for one in exported["all"].nodes if "leukograph_iri" in one]:
        if node["iri"] == node["leukograph_iri"]:
            own.append(node["leukograph_iri"])
        else:
            assert node["iri"] in whole.values(node["leukograph_iri"], SKOS + "exactMatch", "mappings")
    assert LGO + "PhPositiveALL" in own
    assert whole.values(LGO + "PhPositiveALL", SKOS + "narrowMatch") != []
    known = tuple(exported["all"].expand(f"{one}:") for one in biolink.KNOWN if one in exported["all"].context)
    for iri in own:
        assert not [one for one in whole.values(iri, SKOS + "exactMatch") if one.startswith(known)], iri


@pytest.mark.parametrize(
    ("name", "curie"),
    [
        ("data/clofarabine", "CHEBI:681569"),
        ("data/fludarabine", "MESH:C024352"),
        ("data/blinatumomab", "NCIT:C62528"),
        ("data/bosutinib", "RXNORM:1307619"),
        ("data/allogeneic-stem-cell-transplantation", "MAXO:0001479"),
        ("ontology/ChildhoodALL", "MONDO:0000870"),
        ("ontology/ChildhoodPhPositiveBCellALL", "NCIT:C68659"),
        ("ontology/ChildhoodPhPositiveALL", "lgo:ChildhoodPhPositiveALL"),
        ("ontology/PhNegativeALL", "lgo:PhNegativeALL"),
        ("data/bcr-abl1-t315i", "lgd:bcr-abl1-t315i"),
    ],
)
def test_the_preferred_identity_follows_the_rule(whole: Material, name: str, curie: str) -> None:
    assert kgx.identity(whole, "https://w3id.org/leukograph/" + name) == curie


def changed(whole: Material, graph: str, *more: tuple[str, str, ox.NamedNode | ox.Literal]) -> Material:
    name = ox.NamedNode(graph_iri(graph))
    added = tuple(ox.Quad(ox.NamedNode(one), ox.NamedNode(two), three, name) for one, two, three in more)
    return Material(whole.root, ("page",), whole.quads | {graph: (*whole.quads[graph], *added)})


def test_of_two_matches_under_one_prefix_the_shorter_then_the_smaller_stands(whole: Material) -> None:
    start = "http://purl.obolibrary.org/obo/CHEBI_"
    more = [(LGD + "bosutinib", SKOS + "exactMatch", ox.NamedNode(start + one)) for one in ("1000", "21", "20")]
    assert kgx.identity(changed(whole, "mappings", *more), LGD + "bosutinib") == "CHEBI:20"


@pytest.mark.parametrize(
    ("graph", "triple", "complaint"),
    [
        (
            "mappings",
            (LGD + "etoposide", SKOS + "exactMatch", ox.NamedNode("http://purl.obolibrary.org/obo/CHEBI_4027")),
            "CHEBI:4027: an exact match of .*cyclophosphamide and of .*etoposide",
        ),
        (
            "page",
            (LGD + "etoposide", SKOS + "altLabel", ox.Literal("VP|16", language="en")),
            r"CHEBI:4911: synonym holds a tab, a bar or a line break",
        ),
        (
            "page",
            (LGD + "component-fludarabine-regimen-g-csf", RDFS_LABEL, ox.Literal("again", language="en")),
            "2 values of .*label, and statement_label holds one",
        ),
        (
            "page",
            (LGD + "option-nelarabine-ph-negative", LGO + "forDisease", ox.NamedNode(LGO + "TCellALL")),
            "2 values of .*forDisease",
        ),
    ],
)
def test_what_a_table_cannot_hold_is_refused(
    whole: Material, graph: str, triple: tuple[str, str, ox.NamedNode], complaint: str
) -> None:
    (one,) = kgx.FORMATS
    one.make(changed(whole, graph))
    with pytest.raises(DataError, match=complaint):
        one.make(changed(whole, graph, triple))


def test_two_statements_on_one_therapy_and_group_stay_two_edges(whole: Material) -> None:
    option, again = LGD + "option-blinatumomab-ph-negative", LGD + "option-blinatumomab-again"
    copied = [(again, quad.predicate.value, quad.object) for quad in whole.about(option, "page")]
    made = kgx.FORMATS[0].make(changed(whole, "page", *copied))  # type: ignore[arg-type]
    edges = [json.loads(line) for line in dict(made.files)["leukograph_edges.jsonl"].splitlines()]
    keys = [tuple(edge[end] for end in biolink.ENDS) for edge in edges]
    assert len(keys) == len(set(keys))
    (one, other) = [
        edge for edge in edges if edge.get("therapy") == "lgd:blinatumomab" and "Negative" in edge["object"]
    ]
    assert {one["subject"], other["subject"]} == {"NCIT:C62528", f"lgd:therapy-of-{option.removeprefix(LGD)}"}


def test_two_components_with_one_agent_are_told(whole: Material) -> None:
    (component, *_) = [one for one in whole.instances(LGO + "Component", "page") if "fludarabine" in one]
    (composition,) = whole.subjects(LGO + "hasComponent", component, "page")
    agent = ox.NamedNode(whole.value(component, LGO + "ofAgent", "page"))
    more = [
        (composition, LGO + "hasComponent", ox.NamedNode(LGD + "component-again")),
        (LGD + "component-again", LGO + "ofAgent", agent),
        (LGD + "component-again", RDF_TYPE, ox.NamedNode(LGO + "Component")),
    ]
    with pytest.raises(DataError, match="stands in two records of the page, and KGX holds one"):
        kgx.FORMATS[0].make(changed(whole, "page", *more))


def test_a_name_that_the_graph_has_is_not_given_to_another(whole: Material) -> None:
    taken = LGD + "group-PhNegativeALL-refractory-relapsed-childhood"
    with pytest.raises(DataError, match="the graph has this name, and this export gives it to a node"):
        kgx.FORMATS[0].make(changed(whole, "page", (taken, RDFS_LABEL, ox.Literal("mine", language="en"))))


def test_what_has_no_class_in_biolink_is_refused(whole: Material) -> None:
    with pytest.raises(DataError, match="Biolink has no class for it"):
        kgx.identity(whole, LGD + "clinical-trial-participation")


def test_a_value_of_another_language_is_told_as_weakened(whole: Material) -> None:
    german = (LGD + "etoposide", SKOS + "altLabel", ox.Literal("Etoposid", language="de"))
    losses = kgx.FORMATS[0].make(changed(whole, "page", german)).losses
    (mine,) = [loss for loss in losses if loss.record == LGD + "etoposide" and loss.facet == "name"]
    assert (mine.how, mine.became) == ("degraded", "synonym, without language or datatype")


def test_what_is_no_number_nor_truth_value_stands_as_it_is(whole: Material) -> None:
    odd = {"itemPosition": "first", "differentFromPrior": "1", "mayIncludePriorDrugs": "perhaps"}
    option = LGD + "option-chemotherapy-regimens-ph-negative"
    more = [(option, LGO + name, ox.Literal(text)) for name, text in odd.items()]
    made = kgx.FORMATS[0].make(changed(whole, "page", *more))
    lines = [json.loads(line) for line in dict(made.files)["leukograph_edges.jsonl"].splitlines()]
    (edge,) = [line for line in lines if line.get("statement") == [option]]
    columns = ("item_position", "different_from_prior", "may_include_prior_drugs")
    assert [edge[column] for column in columns] == ["first", True, "perhaps"]
    weakened = {loss.facet for loss in made.losses if loss.how == "degraded" and loss.record == option}
    assert weakened == {"list", "modality", "therapy"}


def test_a_record_without_its_other_end_makes_no_edge_and_is_told(whole: Material) -> None:
    new = LGD + "component-new"
    more: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [
        (LGD + "example-clofarabine-regimen", LGO + "hasComponent", ox.NamedNode(new)),
        (LGD + "option-new", RDF_TYPE, ox.NamedNode(LGO + "TreatmentOptionStatement")),
    ]
    made = kgx.FORMATS[0].make(changed(whole, "page", *more))
    assert b"-new" not in b"".join(content for _, content in made.files)
    assert [loss.was for loss in made.losses if "component-new" in str(loss.was)] == [(f"<{LGO}hasComponent> <{new}>",)]


# KGX fetches the model and its prefixes: here both come from the package biolink-model, and what KGX imports but needs
# for other work (Neo4j, Parquet) is stood in for.
DRIVER = """
import json, sys
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import MagicMock
import bmt.toolkit, pandas
place = Path(find_spec("biolink_model").submodule_search_locations[0])
model = place / "schema" / "biolink_model.yaml"
bmt.toolkit.Toolkit.__init__.__defaults__ = (str(model), {"predicate mappings": []})
for name in ("neo4j", "neo4j.graph", "pyarrow", "pyarrow.parquet"):
    sys.modules[name] = MagicMock()
prefixes = json.loads((place / "prefixmaps" / "biolink_model_prefix_map.json").read_text())
import kgx.cli, kgx.config
inner, held = kgx.cli.validate, {}
def validate(*given):
    held["errors"] = inner(*given)
    return held["errors"]
kgx.cli.validate = validate
found = []
for own, ending, folder in json.loads(sys.argv[1]):
    ours = {one: "https://w3id.org/leukograph/" + one for one in own}
    kgx.config.jsonld_context_map["biolink"] = prefixes | ours
    files = [f"{folder}/leukograph_{part}.{ending}" for part in ("nodes", "edges")]
    try:
        kgx.cli.cli(["validate", "--input-format", ending, *files])
    except SystemExit as left:
        found.append([left.code, held["errors"].get("ERROR", {})])
from kgx.transformer import Transformer
held, names = {}, ("nodes", "edges")
for place, ending in json.loads(sys.argv[2]):
    given = {"filename": [f"{place}/leukograph_{part}.{ending}" for part in names], "format": ending}
    read = Transformer()
    read.transform(dict(given))
    graph = read.store.graph
    Transformer().transform(dict(given), {"filename": f"{place}/again-{ending}", "format": "jsonl"})
    again = [Path(f"{place}/again-{ending}_{part}.jsonl").read_text().splitlines() for part in names]
    held[f"{Path(place).name} {ending}"] = [
        [[data for _, data in graph.nodes(data=True)], [data for *_, data in graph.edges(data=True)]],
        [[json.loads(line) for line in part] for part in again],
    ]
from importlib.metadata import packages_distributions
loaded = {name.partition(".")[0] for name in sys.modules}
parts = sorted({one for name, many in packages_distributions().items() if name in loaded for one in many})
Path("found.json").write_text(json.dumps({"verdicts": found, "parts": parts, "held": held}))
"""
MODEL = """
import json, yaml
from importlib.util import find_spec
from pathlib import Path
place = Path(find_spec("biolink_model").submodule_search_locations[0])
model = yaml.load((place / "schema" / "biolink_model.yaml").read_text(), Loader=yaml.CSafeLoader)
prefixes = json.loads((place / "prefixmaps" / "biolink_model_prefix_map.json").read_text())
keep = {key: model[key] for key in ("version", "classes", "slots", "enums")}
print(json.dumps(keep | {"prefixes": prefixes}, default=str))
"""
OWN = ["lgd", "lgo", "lgv"]


BROKEN = {
    "edges jsonl predicate": (OPTION, "biolink:cures", "Edge predicate 'cures' is not in Biolink Model"),
    "edges jsonl level": ('"knowledge_level": "not_provided", ', "", "edge property 'knowledge_level' is missing"),
    "nodes jsonl category": ("biolink:Drug", "biolink:Cure", "Category 'Cure' is unknown in the current Biolink Model"),
    "edges tsv predicate": (OPTION, "biolink:cures", "Edge predicate 'cures' is not in Biolink Model"),
    "nodes tsv category": ("biolink:Drug", "biolink:Cure", "Category 'Cure' is unknown in the current Biolink Model"),
    "nodes jsonl prefix": ('"NCIT:C62528"', '"NCIX:C62528"', "CURIE prefix 'NCIX'"),
}
Verdict = tuple[int, dict[str, dict[str, list[str]]]]


def write(files: Files, folder: Path) -> Path:
    folder.mkdir()
    for name, content in files.made.files:
        (folder / name).write_bytes(content)
    return folder


class Said(NamedTuple):
    verdicts: dict[str, Verdict]
    parts: list[str]
    held: dict[str, list[list[list[Record]]]]


@pytest.fixture(scope="module")
def said(exported: dict[str, Files], tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Return what `kgx validate` says in one process: exit code and errors (kind, message, records), broken first."""
    base, jobs = tmp_path_factory.mktemp("kgx"), {}
    for name, (old, new, _) in BROKEN.items():
        part, ending, _ = name.split()
        path = write(exported["page"], base / name) / f"leukograph_{part}.{ending}"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        jobs[name] = (OWN, ending, str(path.parent))
    for graph, files in exported.items():
        folder = str(write(files, base / graph))
        jobs |= {f"{graph} {ending}": (OWN, ending, folder) for ending in ("tsv", "jsonl")}
    jobs["without our prefixes"] = ([], "jsonl", str(base / "page"))
    given = json.dumps(list(jobs.values()))
    load = json.dumps([(str(base / graph), ending) for graph in exported for ending in ("tsv", "jsonl")])
    ran = checking_tools.run("kgx", "python", "-W", "ignore", "-c", DRIVER, given, load, folder=base)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads((base / "found.json").read_text(encoding="utf-8"))
    return Said(dict(zip(jobs, map(tuple, found["verdicts"]), strict=True)), found["parts"], found["held"])


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
def test_kgx_holds_after_a_plain_load_what_the_export_carries(
    said: Said, exported: dict[str, Files], chosen: str, ending: str
) -> None:
    """As many nodes and edges with the same attributes, in its graph and in what it writes of it again.

    KGX adds the name of the file to whatever has no source in words of its own.
    """
    files = exported[chosen]
    for held in said.held[f"{chosen} {ending}"]:
        for there, records in zip(held, (files.nodes, files.edges), strict=True):
            assert len(there) == len(records)
            added = {"provided_by", "knowledge_source"}
            read = {one["id"]: plainly({key: one[key] for key in one if key not in added}) for one in there}
            assert read == {one["id"]: plainly(one) for one in records}


def plainly(record: Record) -> dict[str, list[str]]:
    """Return a record as KGX cannot but read it from a table: text, in which one value and a list of one are equal."""
    cells = {key: cell if isinstance(cell, list) else [cell] for key, cell in record.items()}
    return {key: sorted(_flat(one) for one in cell) for key, cell in cells.items()}


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
def test_kgx_accepts_it(said: Said, chosen: str, ending: str) -> None:
    assert said.verdicts[f"{chosen} {ending}"] == (0, {})


def test_kgx_alone_misses_nothing_but_our_prefixes(said: Said, exported: dict[str, Files]) -> None:
    """What the documentation says of KGX without our prefixes: it names every own identifier, and nothing else."""
    code, errors = said.verdicts["without our prefixes"]
    assert code == 1
    messages = [message for kind in errors.values() for message in kind]
    assert all("CURIE prefix 'lg" in message for message in messages)
    named = {match[1] for message in messages if (match := re.search("value '(.*?)'", message))}
    assert named == {node["id"] for node in exported["page"].nodes if node["id"].startswith("lg")}


@pytest.mark.parametrize("name", BROKEN)
def test_kgx_refuses_what_is_broken(said: Said, name: str) -> None:
    code, errors = said.verdicts[name]
    assert code == 1
    assert [message for kind in errors.values() for message in kind if BROKEN[name][2] in message]


def test_the_checker_is_made_of_what_it_imports_and_no_more(said: Said) -> None:
    lines = (ROOT / "tests" / "checkers" / "kgx.txt").read_text(encoding="utf-8").splitlines()
    listed = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    assert listed - {part.lower().replace("_", "-") for part in said.parts} == {"biolink-model"}, "it holds data alone"


@pytest.fixture(scope="module")
def model() -> Any:
    ran = checking_tools.run("kgx", "python", "-c", MODEL)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def words(name: str) -> str:
    """Return the Biolink name of a class or slot as the model writes it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("biolink:")).replace("_", " ").lower()


def above(model: Any, name: str) -> set[str]:
    """Return a class with all that it is a kind of, mixins among them."""
    held = model["classes"][name]
    parents = [one for one in (held.get("is_a"), *held.get("mixins", ())) if one]
    return {name}.union(*(above(model, one) for one in parents))


def faults(model: Any, nodes: list[Record], edges: list[Record]) -> list[str]:
    """Return what `kgx validate` does not look at: dangling ends, classes of edges, closed lists, domains, ranges."""
    category = {node["id"]: {words(one) for one in node.get("category", ())} for node in nodes}
    found = [f"{one}: no category" for one, names in category.items() if not names]
    usable = {name for name, held in model["classes"].items() if not {"mixin", "abstract"} & set(held)}
    found += [f"{one}: no class to use" for one, names in category.items() if names - usable]
    lists = {"knowledge_level": "KnowledgeLevelEnum", "agent_type": "AgentTypeEnum"}
    for edge in edges:
        if {words(one) for one in edge["category"]} - usable:
            found.append(f"{edge['id']}: no class of edges")
        for column, name in lists.items():
            if edge[column] not in model["enums"][name]["permissible_values"]:
                found.append(f"{edge['id']}: {column}")
        predicate = model["slots"][words(edge["predicate"])]
        for end, limit in (("subject", "domain"), ("object", "range")):
            kinds = set().union(*(above(model, name) for name in category.get(edge[end], ()) if name in usable))
            if predicate.get(limit, "named thing") not in kinds:
                found.append(f"{edge['id']}: {end}")
    return found


def test_classes_ends_and_values_are_those_of_the_model(model: Any, exported: dict[str, Files], chosen: str) -> None:
    assert str(model["version"]) == "4.4.6"
    assert faults(model, exported[chosen].nodes, exported[chosen].edges) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"object": "lgo:NotThere"}, "object"),
        ({"object": "NCIT:C62528"}, "object"),
        ({"subject": "lgo:PhNegativeALL"}, "subject"),
        ({"category": ["biolink:NotAClass"]}, "no class of edges"),
        ({"knowledge_level": "certain"}, "knowledge_level"),
        ({"agent_type": "nobody"}, "agent_type"),
    ],
)
def test_our_own_checks_see_faults(model: Any, exported: dict[str, Files], change: dict[str, Any], fault: str) -> None:
    files = exported["page"]
    (edge,) = [one for one in files.edges if one["id"] == "lgd:option-nelarabine-ph-negative"]
    assert faults(model, files.nodes, [edge | change]) == [f"{edge['id']}: {fault}"]
    bare = [{"id": node["id"]} for node in files.nodes]
    assert f"{files.nodes[0]['id']}: no category" in faults(model, bare, [])
    assert faults(model, [{"id": "x", "category": ["biolink:BiologicalEntity"]}], []) == ["x: no class to use"]


def test_the_table_of_kinds_is_that_of_the_model(model: Any, exported: dict[str, Files]) -> None:
    for kind in biolink.KINDS:
        order = [
            one for one in model["classes"][words(kind.categories[0])].get("id_prefixes", []) if one in biolink.KNOWN
        ]
        assert list(kind.prefers) == order, kind.ours
    assert {one: model["prefixes"][one] for one in biolink.KNOWN} == {one: PREFIXES[one] for one in biolink.KNOWN}
    assert model["prefixes"]["biolink"] == biolink.BIOLINK
    assert model["prefixes"]["PMID"] == biolink.PUBMED
    assert not set(OWN) & set(model["prefixes"])
    foreign = [one for one in exported["all"].context if one not in (*biolink.KNOWN, *OWN, "PMID", "biolink", "owl")]
    assert foreign == []
    shared = {prefix for prefix, start in PREFIXES.items() if model["prefixes"].get(prefix) == start}
    assert {one for one in shared if one.isupper()} == set(biolink.KNOWN)


def test_the_page_of_the_documentation_shows_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "exports" / "kgx.md").read_text(encoding="utf-8")
    ((command, shown),) = re.findall(r"```console\n\$ leukograph (.*)\n((?:.*\n)*?)```", text)
    monkeypatch.chdir(tmp_path)
    ran = call(*command.split())
    assert ran.code == 0
    assert ran.err == shown
    (edge,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    lines = (tmp_path / "kgx" / "leukograph_edges.jsonl").read_text(encoding="utf-8").splitlines()
    assert edge in [json.loads(line) for line in lines]


def test_type_of_every_thing_is_one_that_biolink_has_a_class_for(whole: Material) -> None:
    for kind in biolink.KINDS:
        assert whole.instances(LGO + kind.ours), kind.ours
