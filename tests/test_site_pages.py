"""The pages of the site as a reader finds them: links, headings, labels, policy, and that each thing has its page."""

import base64
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from xml.etree.ElementTree import Element

import html5lib
import pyoxigraph as ox
import pytest
import rdflib

from leukograph import answers, gates, questions, shape_graph
from leukograph.names import BASE, GRAPHS, LGO, graph_iri
from leukograph.records import Asked, Cell
from leukograph.rules import RULES
from leukograph.site import making
from sites import Read, target

NOTICE = "This reports what one page for patients says. It is not medical advice, ranks nothing and completes nothing."
# One page of each making, for the checks that are slow.
SAMPLE = (
    "index.html", "404.html", "reading/index.html", "ask/index.html", "ask/brand-names/index.html",
    "ask/other-tkis/index.html", "console/index.html", "index/index.html", "ontology/index.html", "rule/index.html",
    "check/same-as/index.html", "shape/BackgroundFact/index.html", "graph/page/index.html",
    "data/blinatumomab/index.html", "data/option-nelarabine-ph-negative/index.html",
    "ontology/PhNegativeTCellALL/index.html", "vocabulary/refractory/index.html", "data/segment-title/index.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(root: str) -> dict[str, bytes]:
    return making.pages(root)


@pytest.fixture(scope="module")
def read(site: dict[str, bytes]) -> dict[str, Read]:
    return {path: Read(content.decode()) for path, content in site.items() if path.endswith(".html")}


def faults(read: dict[str, Read], *names: str) -> Iterator[str]:
    for path, one in read.items():
        for name in names:
            yield from (f"{path}: {fault}" for fault in getattr(one, name))


def test_every_element_is_closed_in_its_turn_and_nothing_runs_inline(read: dict[str, Read]) -> None:
    assert list(faults(read, "wrong")) == ["404.html: inline <style>"], "which its policy names"


def test_what_is_missing_needs_nothing_beside_it_where_nobody_knows_the_root(site: dict[str, bytes]) -> None:
    page, style = site["404.html"].decode(), site["assets/style.css"]
    assert re.findall(r"<style>(.*?)</style>", page, re.DOTALL) == [style.decode()]
    named = base64.b64encode(sha256(style).digest()).decode()
    assert f"style-src &#x27;sha256-{named}&#x27;;" in page
    assert re.findall(r"<(?:a|link|script|img|form)\b", page) == []


@pytest.mark.parametrize("path", SAMPLE)
def test_a_strict_reader_of_html_has_no_complaint(site: dict[str, bytes], path: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(site[path].decode())
    assert parser.errors == []


def test_every_link_leads_to_a_page_and_a_place_that_is_there(site: dict[str, bytes], read: dict[str, Read]) -> None:
    places = {path: {"", *one.ids} for path, one in read.items()}
    astray = {
        (path, link)
        for path, one in read.items()
        for link in one.links
        if (found := target(path, link))[0] not in site or found[1] not in places.get(found[0], {""})
    }
    assert sorted(astray) == []


def test_what_a_page_loads_is_of_the_site(site: dict[str, bytes], read: dict[str, Read]) -> None:
    scripts = {"assets/app.js", "assets/console.js"}  # built from src/web
    loaded = {target(path, link)[0] for path, one in read.items() for link in one.loads}
    assert not [link for one in read.values() for link in one.loads if ":" in link or link.startswith("//")]
    assert loaded - scripts <= set(site)
    assert "assets/style.css" in loaded


def test_a_link_out_is_an_iri_and_says_so(read: dict[str, Read]) -> None:
    outside = {(href, rel) for one in read.values() for href, rel in one.outside}
    assert outside
    assert {rel for _, rel in outside} == {"external noreferrer"}


def test_ids_are_unique_and_headings_in_order(read: dict[str, Read]) -> None:
    doubled = [path for path, one in read.items() if len(set(one.ids)) < len(one.ids)]
    heads = [
        path
        for path, one in read.items()
        if one.heads[:1] != [1]
        or one.heads.count(1) != 1
        or any(after > before + 1 for before, after in zip(one.heads, one.heads[1:], strict=False))
    ]
    assert (doubled, heads) == ([], [])


def test_every_input_has_a_label(read: dict[str, Read]) -> None:
    assert [(path, name) for path, one in read.items() for name in one.inputs if name not in one.labels] == []


def test_every_page_has_its_frame_policy_and_notice(read: dict[str, Read]) -> None:
    for path, one in read.items():
        tags = [tag for tag, _ in one.tags]
        assert {"header", "main", "footer", *(["nav"] if path != "404.html" else [])} <= set(tags), path
        (policy,) = (held["content"] for tag, held in one.tags if held.get("http-equiv") == "Content-Security-Policy")
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "".join(one.words).count(NOTICE) >= 1, path
        whole = dict(one.tags[0][1])
        assert (one.tags[0][0], whole["lang"]) == ("html", "en")
        assert whole.get("data-root", "./") == ("../" * path.count("/") or "./")


def test_everything_with_an_iri_has_a_page_with_its_rdf(site: dict[str, bytes], everything: ox.Store) -> None:
    subjects = {quad.subject.value for quad in everything if isinstance(quad.subject, ox.NamedNode)}
    ours = sorted(one.removeprefix(BASE) for one in subjects if one.startswith(BASE))
    assert len(ours) > 1000
    missing = [one for one in ours for name in ("html", "ttl", "jsonld") if f"{one}/index.{name}" not in site]
    assert missing == []


def test_every_rule_question_and_graph_has_a_page(site: dict[str, bytes], root: str) -> None:
    quads = [
        quad
        for name in sorted(os.listdir(f"{root}/ontology/shapes"))
        for quad in ox.parse(path=f"{root}/ontology/shapes/{name}", format=ox.RdfFormat.TURTLE)
    ]
    every = [*RULES.values(), *gates.shape_rules(shape_graph.read(quads)), *gates.check_rules(gates.load_checks(root))]
    wanted = [one.iri.removeprefix(BASE) for one in every] + [f"ask/{name}" for name in questions.names(root)]
    wanted += [graph_iri(graph).removeprefix(BASE) for graph in GRAPHS]
    assert [one for one in wanted if f"{one}/index.html" not in site] == []
    assert len(wanted) > 300


def test_the_reading_view_holds_each_segment_once_in_reading_order(read: dict[str, Read], root: str) -> None:
    answer = answers.ask(root, "page-coverage", {}).answer
    at = answer.columns.index("segment")
    shown = [held["data-segment"] for tag, held in read["reading/index.html"].tags if "data-segment" in held]
    assert shown == [row[at].value for row in answer.rows if row[at]]  # type: ignore[union-attr]
    assert len(shown) == 33


def test_the_options_table_says_what_the_question_answers(site: dict[str, bytes], root: str) -> None:
    tree = html5lib.parse(site["index.html"].decode(), namespaceHTMLElements=False)
    shown: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for row in tree.iter("tr"):
        for cell in row.iter("td"):
            links = [link.get("href", "") for link in cell.iter("a")]
            words = " | ".join(part.strip() for part in cell.itertext())
            shown[row.get("data-option"), cell.get("data-disease")] = words, links
    groups = {group for _, group in shown}
    assert groups == {iri for iri in _diseases(root) if not iri.startswith(f"{LGO}Childhood")}
    silent = {key for key, (words, _) in shown.items() if words == "not stated on this page"}
    stated = set()
    for group in sorted(groups):
        answer = answers.ask(root, "options-for-subtype", {"disease": [group]}).answer
        for row in answer.rows:
            held = {name: cell.value if cell else "" for name, cell in zip(answer.columns, row, strict=True)}
            stated.add((held["option"], group))
            words, links = shown[held["option"], group]
            parts = [held["wording"], *([held["answer"]] if held["answer"] != "stated" else [])]
            parts += [f"only for | {held['limitedTo']}"] if held["limitedTo"] else []
            parts += [held["remarks"]] if held["remarks"] else []
            assert words == " | ".join(parts)
            assert links == [held["statement"].removeprefix(BASE) + "/"]
    assert (stated & silent, stated | silent) == (set(), set(shown))
    nelarabine, t_cell = f"{BASE}data/nelarabine", f"{LGO}TCellALL"
    assert [option for option, group in stated if group == t_cell] == [nelarabine]


def test_the_page_of_a_statement_says_everything_once(site: dict[str, bytes], everything: ox.Store) -> None:
    name = "data/option-blinatumomab-ph-positive"
    tree = html5lib.parse(site[f"{name}/index.html"].decode(), namespaceHTMLElements=False)
    (main,) = tree.iter("main")
    said = [one for one in main if one.get("id") not in ("neighbourhood", "rdf")]
    links = Counter(
        link.get("href", "").removeprefix("../../") for part in said for link in part.iter("a") if link.get("href")
    )
    held = {quad.object for quad in everything.quads_for_pattern(ox.NamedNode(BASE + name), None, None)}
    things = {str(one)[1:-1].removeprefix(BASE) for one in held if isinstance(one, ox.NamedNode)}
    ours = {f"{one}/" for one in things} - {f"{one}/" for one in things if one.startswith("http")}
    segment = {one for one in ours if one.startswith("data/segment-")}
    kind = {"ontology/TreatmentOptionStatement/"}
    assert len(ours) > 12
    assert {one: links[one] for one in ours - segment - kind} == dict.fromkeys(ours - segment - kind, 1)
    assert [links[f"reading/#{one.strip('/').removeprefix('data/')}"] for one in segment] == [1]
    words = [" ".join("".join(part.itertext()).split()) for part in said]
    assert sum(one.count("Blinatumomab is named among") for one in words) == 1


def test_words_of_other_vocabularies_are_spelled_out(read: dict[str, Read]) -> None:
    short = re.compile(r"(?:dcterms|lgg|oa|owl|prov|rdf|rdfs|semapv|skos|sssom):[A-Za-z_-]+")
    pages = {path: one for path, one in read.items() if path.startswith(("data/", "ontology/", "vocabulary/"))}
    assert [(path, words) for path, one in pages.items() for words in one.words if short.fullmatch(words.strip())] == []


def test_the_column_of_the_whole_disease_says_what_it_holds(site: dict[str, bytes]) -> None:
    tree = html5lib.parse(site["index.html"].decode(), namespaceHTMLElements=False)
    said = [" ".join("".join(one.itertext()).split()) for one in tree.iter("p")]
    (words,) = [one for one in said if one.startswith("The column ")]
    assert words.startswith("The column acute lymphoblastic leukemia is the disease without a subtype")
    assert words.endswith("It is silent: the page states no option without naming a subtype.")


def test_one_of_anything_is_told_in_the_singular(read: dict[str, Read]) -> None:
    counted = re.compile(
        r"(?<![\w.,–-])1 (statements|rows|triples|things|times|records|mentions|segments|neighbours)\b"
    )
    assert [(path, words) for path, one in read.items() for words in one.words if counted.search(words)] == []


def test_a_record_is_named_in_words(site: dict[str, bytes], everything: ox.Store) -> None:
    named = {path: html5lib.parse(one.decode(), namespaceHTMLElements=False) for path, one in site.items()
             if path.startswith(("data/scope-", "data/position-")) and path.endswith(".html")}  # fmt: skip
    heads = {path: "".join(next(tree.iter("h1")).itertext()) for path, tree in named.items()}
    assert heads["data/position-segment-ph-negative-nelarabine/index.html"] == "characters 1017–1056"
    assert heads["data/scope-t-cell-by-nelarabine-item/index.html"] == "T-cell ALL by nelarabine item"
    found = everything.query(
        f"SELECT ?scope ?label {{ ?scope <{LGO}setsLimit>/<{rdflib.RDFS.label}> ?label }}",
        use_default_graph_as_union=True,
    )
    limits = {f"{row['scope'].value.removeprefix(BASE)}/index.html": row["label"].value for row in found}  # type: ignore[union-attr]
    assert len(limits) == 17
    assert [path for path, label in limits.items() if not heads[path].startswith(f"{label} by ")] == []
    assert [path for path, head in heads.items() if head.startswith("lgd:")] == []


def _diseases(root: str) -> set[str]:
    question = answers.find(root, "options-for-subtype")
    labels = {label for label, _ in answers.values_of(root, question, "disease")}
    found = {answers.ask(root, question.name, {"disease": [label]}).params[0][1][0][0] for label in labels}
    return {str(one) for one in found}


def test_a_question_without_parameters_shows_the_rows_of_the_command(site: dict[str, bytes], root: str) -> None:
    for name in questions.names(root):
        question = questions.load(root, name)
        if any(one.required for one in question.params):
            continue
        tree = html5lib.parse(site[f"ask/{name}/index.html"].decode(), namespaceHTMLElements=False)
        (shown,) = (one for one in tree.iter("div") if one.get("id") == "answer")
        layers = {part.get("class"): _rows(part) for part in shown.iter("section")}
        layers.pop("background", None)
        asked = answers.ask(root, name, {})
        own = [row for row in asked.answer.rows if "layer" not in asked.answer.columns or _is_of_page(asked, row)]
        assert sum(map(len, layers.values())) == len(own), name
        assert set(layers) <= ({"inferred"} if name == "subtypes" else {"asserted"}), name
        for sentence in asked.words:
            assert sentence in "".join(shown.itertext())


def _rows(part: Element) -> list[Element]:
    return [row for row in part.iter("tr") if row.find("td") is not None]


def _is_of_page(asked: Asked, row: tuple[Cell, ...]) -> bool:
    layer = row[asked.answer.columns.index("layer")]
    return layer is not None and layer.value == "page"


def test_what_is_background_stands_in_parts_of_its_own(site: dict[str, bytes]) -> None:
    tree = html5lib.parse(site["data/blinatumomab/index.html"].decode(), namespaceHTMLElements=False)
    for part in tree.iter("section"):
        words = " ".join(part.itertext())
        if part.get("class") in ("asserted", "inferred"):
            assert "CD19" not in words
            assert "FDA" not in words
    background = [one for one in tree.iter("section") if "background" in (one.get("class") or "").split()]
    assert any("CD19" in " ".join(one.itertext()) for one in background)


def test_turtle_and_json_ld_beside_a_page_say_what_the_graphs_say(site: dict[str, bytes], everything: ox.Store) -> None:
    context = json.loads(site["context.jsonld"])["@context"]
    for name in ("data/option-nelarabine-ph-negative", "ontology/PhNegativeTCellALL", "data/blinatumomab"):
        iri = ox.NamedNode(BASE + name)
        held = set(everything.quads_for_pattern(iri, None, None))
        asserted = {quad.triple for quad in held if "inferred" not in str(quad.graph_name)}
        turtle = {one.triple for one in ox.parse(site[f"{name}/index.ttl"], format=ox.RdfFormat.TURTLE)}
        assert {one for one in turtle if one.subject == iri and not isinstance(one.object, ox.BlankNode)} == {
            one for one in asserted if not isinstance(one.object, ox.BlankNode)
        }
        document = json.loads(site[f"{name}/index.jsonld"])
        assert target(f"{name}/index.jsonld", document["@context"])[0] == "context.jsonld"
        whole = json.dumps({**document, "@context": context})
        quads = {one for one in ox.parse(whole.encode(), format=ox.RdfFormat.JSON_LD) if one.subject == iri}
        assert {one for one in quads if not isinstance(one.object, ox.BlankNode)} == {
            one for one in held if not isinstance(one.object, ox.BlankNode)
        }


def test_a_shape_has_its_rdf_beside_its_page(site: dict[str, bytes], root: str) -> None:
    shape = ox.NamedNode("https://w3id.org/leukograph/shape/BackgroundFact")
    whole = ox.parse(path=f"{root}/ontology/shapes/background-fact.ttl", format=ox.RdfFormat.TURTLE)
    held = {(one.predicate.value, type(one.object)) for one in whole if one.subject == shape}
    turtle = list(ox.parse(site["shape/BackgroundFact/index.ttl"], format=ox.RdfFormat.TURTLE))
    assert {(one.predicate.value, type(one.object)) for one in turtle if one.subject == shape} == held
    document = json.loads(site["shape/BackgroundFact/index.jsonld"])
    document["@context"] = json.loads(site["context.jsonld"])["@context"]
    linked = list(ox.parse(json.dumps(document).encode(), format=ox.RdfFormat.JSON_LD))
    assert len(linked) == len(turtle) == 5 + 4 * 3  # of the shape, and for each item of its list


def test_drawings_have_at_most_sixty_nodes_each_a_link(read: dict[str, Read]) -> None:
    drawn = 0
    for path, one in read.items():
        boxes = [held for tag, held in one.tags if tag == "rect"]
        nodes = [held for tag, held in one.tags if tag == "a" and held.get("class", "").startswith("node ")]
        assert len(boxes) <= 60, path
        assert len(boxes) in (0, len(nodes) + 1), path
        drawn += bool(boxes)
    assert drawn > 300


def test_scripts_get_what_they_read(site: dict[str, bytes], everything: ox.Store, root: str) -> None:
    quads = set(ox.parse(site["assets/graph.nq"], format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))
    assert {str(one.graph_name) for one in quads} == {f"<{graph_iri(graph)}>" for graph in GRAPHS}
    assert len(quads) == len(everything)
    assert site["assets/graph.nq"].splitlines() == sorted(site["assets/graph.nq"].splitlines())
    segments = json.loads(site["assets/segments.json"])
    assert [one["position"] for one in segments] == sorted(one["position"] for one in segments)
    assert {one["id"].rpartition("/")[2] for one in segments} == {one["anchor"] for one in segments}
    found = {one["address"]: one for one in json.loads(site["assets/search.json"])}
    assert ["Blincyto", "brand name"] in found["data/blinatumomab/"]["names"]
    assert "data/cytarabine/" in found["ontology/FludarabineBasedRegimen/"]["components"]
    assert all(f"{one}index.html" in site for one in found)
    for one in json.loads(site["assets/questions.json"]):
        question = questions.load(root, one["name"])
        assert one["sparql"] == question.sparql
        for param in one["parameters"]:
            values = [choice[0] for choice in param["choices"]]
            assert len(set(values)) == len(values) > 0
            assert list(param["bindings"]) == values
            asked = answers.values_of(root, question, param["name"])
            assert sorted(choice[1] for choice in param["choices"]) == sorted(label for label, _ in asked)
    names = {one["name"] for one in json.loads(site["assets/vocabulary.json"])["terms"]}
    assert {"lgo:mentions", "lgv:possible", "rdfs:label"} <= names


def test_schema_org_is_said_of_statements_and_never_of_a_disease_at_large(read: dict[str, Read]) -> None:
    told = {
        path: json.loads(text)
        for path, one in read.items()
        for kind, text in one.blocks
        if kind == "application/ld+json"
    }
    claim = told["data/option-nelarabine-ph-negative/index.html"]["@graph"][0]
    assert (claim["@type"], claim["name"]) == ("Claim", "nelarabine for T-cell ALL")
    assert told["index.html"]["@type"] == "Dataset"
    assert not [path for path in told if path.startswith("ontology/") and path.endswith("ALL/index.html")]


def test_no_sentence_of_the_page_is_in_any_file(site: dict[str, bytes], page: str, everything: ox.Store) -> None:
    spans = everything.query(
        "PREFIX lgo: <https://w3id.org/leukograph/ontology/> PREFIX oa: <http://www.w3.org/ns/oa#> "
        "SELECT ?start ?end { ?one a lgo:Segment ; oa:hasSelector [ oa:start ?start ; oa:end ?end ] }",
        use_default_graph_as_union=True,
    )
    whole = "\n".join(content.decode(errors="replace") for content in site.values()).casefold()
    sentences = [page[int(row["start"].value) : int(row["end"].value)] for row in spans]  # type: ignore[union-attr]
    long = [one for one in sentences if len(one) > 40]
    assert len(long) > 15
    assert [one[:12] for one in long if one.casefold() in whole] == []


def test_another_hash_seed_gives_equal_bytes(site: dict[str, bytes], root: str) -> None:
    code = (
        "import sys; from hashlib import sha256; from leukograph.site import making; made = making.pages(sys.argv[1]); "
        "print(sha256(repr([(k, sha256(v).hexdigest()) for k, v in made.items()]).encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, root],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = sha256(repr([(path, sha256(content).hexdigest()) for path, content in site.items()]).encode()).hexdigest()
    assert done.stdout.strip() == here
    assert list(site) == sorted(site)


def test_rdflib_reads_a_page_of_turtle(site: dict[str, bytes]) -> None:
    graph = rdflib.Graph().parse(data=site["data/nelarabine/index.ttl"].decode(), format="turtle")
    assert (rdflib.URIRef(f"{BASE}data/nelarabine"), rdflib.RDFS.label, rdflib.Literal("nelarabine", "en")) in graph
