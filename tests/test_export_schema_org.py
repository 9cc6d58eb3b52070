"""`leukograph export schema-org`: read by two JSON-LD readers, held to the vocabulary, never more than the page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import checking_tools
from leukograph import exporting, material
from leukograph.errors import DataError
from leukograph.exports import schema_org
from leukograph.material import Material
from leukograph.names import BASE, DCTERMS, GRAPHS, LGD, LGO, LGV, PAGE, RDF_TYPE, RDFS_LABEL, SKOS
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
CHECK = ROOT / "tests" / "checkers" / "schema_org_check.py"
CONTEXT = ROOT / "docs" / "exports" / "schema-org-context.jsonld"
SCHEMA = "https://schema.org/"
Json = dict[str, Any]
Said = tuple[str, str, str]
LISTED = ("itemListElement",)
ABOUT = {"MedicalTest": "recommendsAction", "Gene": "concernsGene", "DrugClass": "concernsDrugClass"}
PH_NEGATIVE = "Ph-negative ALL, refractory or relapsed, childhood"
PH_POSITIVE = "Ph-positive ALL, refractory or relapsed, childhood"


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def made() -> Exported:
    return exporting.export(str(ROOT), "schema-org")


@pytest.fixture(scope="module")
def document(made: Exported) -> Json:
    ((_, content),) = made.files
    read: Json = json.loads(content)
    return read


def parsed(document: Json) -> list[ox.Quad]:
    """Return the triples of a document, with the context of the documents in the place of the one of schema.org."""
    context = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    return list(ox.parse(json.dumps({**document, "@context": context}), format=ox.RdfFormat.JSON_LD))


class Read:
    """What a reader of the triples finds, by subject and property."""

    def __init__(self, quads: list[ox.Quad]) -> None:
        self.values: dict[tuple[str, str], list[str]] = {}
        for quad in quads:
            key = (plain(quad.subject), quad.predicate.value.removeprefix(SCHEMA))
            self.values.setdefault(key, []).append(plain(quad.object))

    def of(self, subject: str, name: str) -> list[str]:
        return self.values.get((subject, name), [])

    def typed(self, kind: str) -> list[str]:
        return [
            subject for (subject, name), kinds in self.values.items() if name == RDF_TYPE and SCHEMA + kind in kinds
        ]


def plain(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else str(getattr(term, "value", ""))


def words(text: str) -> str:
    return str(ox.Literal(text, language="en"))


def iri(text: str) -> str:
    return str(ox.NamedNode(text))


def triples(read: Read) -> Iterator[Said]:
    """Yield what a reader has back of the page: of its things, and of its claims."""
    texts = {"name": RDFS_LABEL, "alternateName": SKOS + "altLabel"}
    for subject, name in read.values:
        if subject.startswith(LGD):
            yield from ((subject, RDF_TYPE, iri(one)) for one in read.of(subject, name) if name == "additionalType")
            yield from ((subject, texts[name], words(one)) for one in read.of(subject, name) if name in texts)
            yield from ((one, LGO + "listedIn", iri(subject)) for one in read.of(subject, name) if name in LISTED)
    for subject in read.typed("WebPageElement"):
        yield from ((subject, LGO + "ofPage", iri(one)) for one in read.of(subject, "isPartOf"))
    for subject in read.typed("Claim"):
        yield from claimed(read, subject)


def claimed(read: Read, claim: str) -> Iterator[Said]:
    for name, told in (("text", "paraphrase"), ("description", "editorialNote")):
        yield from ((claim, LGO + told, words(one)) for one in read.of(claim, name))
    for name, told in (("appearance", "statedIn"), ("mentions", "withinRegimen")):
        yield from ((claim, LGO + told, iri(one)) for one in read.of(claim, name))
    properties = {scheme: name for name, scheme in schema_org.KEYWORDS.items()}
    for one in read.of(claim, "keywords"):
        (scheme,) = read.of(one, "inDefinedTermSet")
        yield claim, properties[scheme], iri(one)
    for one in read.of(claim, "about"):
        (kind,) = (type_.removeprefix(SCHEMA) for type_ in read.of(one, RDF_TYPE))
        if kind == "MedicalCondition":
            yield from ((claim, LGO + "forDisease", iri(disease)) for disease in read.of(one, "additionalType"))
        else:
            yield claim, LGO + ABOUT.get(kind, "describesTherapy"), iri(one)


def test_what_is_had_back_and_what_is_lost_are_the_graph(whole: Material, made: Exported, document: Json) -> None:
    there = {f"{quad.subject} {quad.predicate} {quad.object}" for quad in whole.quads[PAGE]}
    lost = {f"{iri(one.record)} {was}" for one in made.losses for was in one.was}
    back = {f"{iri(about)} {iri(told)} {value}" for about, told, value in triples(Read(parsed(document)))}
    assert len(back) > 350
    assert back == there - lost


def edges(read: Read) -> set[tuple[str, str]]:
    return {
        (name, therapy)
        for group in read.typed("MedicalCondition")
        for name in read.of(group, "name")
        for therapy in read.of(group, "possibleTreatment")
    }


def test_the_possible_treatments_are_these_and_no_others(document: Json) -> None:
    """Neither what is part of a regimen, nor what depends on earlier drugs, nor what is being studied, nor a trial."""
    assert edges(Read(parsed(document))) == {
        (PH_NEGATIVE, LGD + "blinatumomab"),
        (PH_NEGATIVE, LGD + "inotuzumab-ozogamicin"),
        (PH_NEGATIVE, LGD + "tisagenlecleucel"),
        (PH_NEGATIVE, LGO + "CombinationChemotherapyRegimen"),
        (PH_NEGATIVE, LGO + "DifferentCombinationChemotherapyRegimen"),
        (PH_POSITIVE, LGD + "allogeneic-stem-cell-transplantation"),
        (PH_POSITIVE, LGD + "blinatumomab"),
        (PH_POSITIVE, LGD + "tisagenlecleucel"),
    }


def test_each_edge_rests_on_a_statement_of_just_this_group_that_says_no_less(whole: Material, document: Json) -> None:
    read = Read(parsed(document))
    claims = {
        (group, therapy): claim
        for claim in read.typed("Claim")
        for group in read.of(claim, "about")
        for therapy in read.of(claim, "about")
    }
    for group in read.typed("MedicalCondition"):
        assert group.startswith("_:")
        for therapy in read.of(group, "possibleTreatment"):
            claim = claims[group, therapy]
            assert whole.values(claim, RDF_TYPE, PAGE) == [LGO + "TreatmentOptionStatement"]
            assert whole.values(claim, LGO + "hasModality", PAGE) == [LGV + "possible"]
            assert whole.values(claim, LGO + "describesTherapy", PAGE) == [therapy]
            assert whole.values(claim, LGO + "forDisease", PAGE) == read.of(group, "additionalType")
            told = {
                whole.value(one, RDFS_LABEL)
                for name in ("forDisease", "coversState", "forAgeGroup")
                for one in whole.values(claim, LGO + name, PAGE)
            }
            (name,) = read.of(group, "name")
            assert told == set(name.replace(" or ", ", ").split(", "))
            for limit in ("withinRegimen", "differentFromPrior", "hasResearchStatus"):
                assert whole.values(claim, LGO + limit, PAGE) == []


def test_every_statement_is_a_claim_with_its_words_and_its_group(whole: Material, document: Json) -> None:
    read = Read(parsed(document))
    statements = {str(quad.subject)[1:-1] for quad in whole.quads[PAGE] if quad.predicate.value == LGO + "paraphrase"}
    assert len(statements) == 23
    assert set(read.typed("Claim")) == statements
    for one in statements:
        assert read.of(one, "text") == whole.values(one, LGO + "paraphrase", PAGE)
        groups = set(read.of(one, "about")) & set(read.typed("MedicalCondition"))
        assert len(groups) == len(whole.values(one, LGO + "forDisease", PAGE))
        for limit in schema_org.KEYWORDS:
            assert set(whole.values(one, limit, PAGE)) <= set(read.of(one, "keywords"))
    assert len(read.typed("Claim")) == len(set(read.typed("Claim")))


def test_only_drugs_are_drugs_and_nothing_is_the_same_as_a_term_elsewhere(whole: Material, document: Json) -> None:
    read = Read(parsed(document))
    kinds = {one: whole.values(one, RDF_TYPE, PAGE) for one in read.typed("Drug")}
    assert set(map(tuple, kinds.values())) == {(LGO + "Drug",)}
    assert read.typed("MedicalEntity") == [LGD + "clinical-trial-participation", LGD + "different-tki"]
    iris = {term.value for quad in parsed(document) for term in quad.triple if isinstance(term, ox.NamedNode)}
    strange = {one for one in iris if not one.startswith(("https://w3id.org/leukograph/", SCHEMA)) and one != RDF_TYPE}
    assert strange == set(whole.values(BASE + "ontology", DCTERMS + "license", "ontology"))


def test_lists_have_no_order_and_no_numbers(document: Json) -> None:
    read = Read(parsed(document))
    assert len(read.typed("ItemList")) == 3
    for one in read.typed("ItemList"):
        assert read.of(one, "itemListOrder") == [SCHEMA + "ItemListUnordered"]
        assert read.of(one, "description") == ["The page does not call this list complete."]


def terms(value: Any) -> set[str]:
    if isinstance(value, list):
        return {term for one in value for term in terms(one)}
    if not isinstance(value, dict):
        return set()
    own = {value["@type"]} if "@type" in value else set()
    return own.union(*({key} | terms(one) for key, one in value.items() if not key.startswith("@")))


def test_the_terms_are_those_of_the_context_and_none_of_them_says_too_much(document: Json) -> None:
    """The context lists every term, so that one more is seen here: no indication, legal status, rating or code."""
    context = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    assert context.pop("@vocab") == SCHEMA
    assert context == {term: SCHEMA + term for term in sorted(terms(document["@graph"]))}
    assert document["@context"] == "https://schema.org"
    said = {"possibleTreatment", "proprietaryName", "alternateName", "additionalType", "disambiguatingDescription"}
    assert said <= set(context)
    too_much = {"MedicalIndication", "approvedIndication", "TreatmentIndication", "legalStatus", "drugClass", "code"}
    assert not (too_much | {"drug", "sameAs", "typicalTest", "position", "aggregateRating", "study"}) & set(context)


def test_the_notice_stands_where_it_belongs(document: Json) -> None:
    read = Read(parsed(document))
    (data,) = read.typed("Dataset")
    (usage,) = read.of(data, "usageInfo")
    assert read.of(usage, "text") == read.of(data, "description") == [schema_org.NOTICE]
    assert schema_org.NOTICE.startswith("Not medical advice. This reports what one page")
    for group in read.typed("MedicalCondition"):
        assert read.of(group, "description") == [f"As one page describes it. {schema_org.NOTICE}"]
        (limit,) = read.of(group, "disambiguatingDescription")
        assert limit.startswith(f"This group only ({read.of(group, 'name')[0]}): not ")


def changed(whole: Material, subject: str, predicate: str, new: ox.NamedNode | ox.Literal) -> Material:
    """Return the material with one triple of a subject more, or another object where it has that property."""
    quads = [
        quad for quad in whole.quads[PAGE] if (str(quad.subject), quad.predicate.value) != (iri(subject), predicate)
    ]
    quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), new, quads[0].graph_name))
    return Material(whole.root, (PAGE,), {**whole.quads, PAGE: tuple(sorted(quads, key=str))})


OPTION = LGD + "option-blinatumomab-ph-negative"
REGIMEN = ox.NamedNode(LGO + "DifferentCombinationChemotherapyRegimen")
STUDIED = ox.NamedNode(LGV + "being-studied-in-clinical-trials")


@pytest.mark.parametrize(
    ("predicate", "new"),
    [
        (LGO + "hasModality", ox.NamedNode(LGV + "recommended")),
        (LGO + "hasModality", ox.NamedNode(LGV + "asserted")),
        (LGO + "withinRegimen", REGIMEN),
        (LGO + "hasResearchStatus", STUDIED),
        (LGO + "differentFromPrior", ox.Literal(value=True)),
        (RDF_TYPE, ox.NamedNode(LGO + "RecommendationStatement")),
        (LGO + "forAgeGroup", ox.NamedNode(LGV + "refractory")),
    ],
)
def test_a_statement_that_says_less_or_of_another_group_makes_no_edge(
    whole: Material, predicate: str, new: ox.NamedNode | ox.Literal
) -> None:
    ((_, content),) = schema_org.FORMATS[0].make(changed(whole, OPTION, predicate, new)).files
    found = edges(Read(parsed(json.loads(content))))
    assert (PH_NEGATIVE, LGD + "blinatumomab") not in found
    assert (PH_NEGATIVE, LGD + "tisagenlecleucel") in found


def test_a_text_in_another_language_is_told_as_lost(whole: Material) -> None:
    german = ox.Literal("nimm", language="de")
    losses = schema_org.FORMATS[0].make(changed(whole, OPTION, LGO + "paraphrase", german)).losses
    assert [one.was for one in losses if (one.record, one.facet) == (OPTION, "wording")] == [
        (f"{iri(LGO + 'paraphrase')} {german}",)
    ]


@pytest.mark.parametrize(
    ("subject", "predicate", "new", "complaint"),
    [
        (
            LGD + "bcr-abl1-mutation-testing",
            RDF_TYPE,
            LGO + "Riddle",
            "has no type of schema.org in this export. Use one",
        ),
        (OPTION, RDF_TYPE, LGO + "Page", "2 pages, and this export tells of one. Give one."),
        (OPTION, LGO + "hasModality", LGV + "likely", "has no label, and this export names it by its label. Give it"),
    ],
)
def test_what_cannot_be_told_is_told_in_a_sentence(
    whole: Material, subject: str, predicate: str, new: str, complaint: str
) -> None:
    with pytest.raises(DataError, match=complaint):
        schema_org.FORMATS[0].make(changed(whole, subject, predicate, ox.NamedNode(new)))


def checked(document: Json, folder: Path) -> Json:
    (folder / "document.jsonld").write_text(json.dumps(document), encoding="utf-8")
    ran = checking_tools.run("schema-org", "python", str(CHECK), str(folder / "document.jsonld"), str(CONTEXT))
    assert ran.returncode == 0, ran.stderr
    said: Json = json.loads(ran.stdout)
    return said


def canonical(quads: Any) -> list[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def test_pyld_reads_the_same_and_the_vocabulary_finds_nothing(document: Json, tmp_path: Path) -> None:
    said = checked(document, tmp_path)
    assert (said["release"], said["complaints"]) == ("30.0", [])
    assert canonical(ox.parse(said["nquads"], format=ox.RdfFormat.N_QUADS)) == canonical(parsed(document))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"possibleTreatment"', '"indication"', "https://schema.org/indication: no property of schema.org"),
        ('"MedicalCondition"', '"Leukemia"', "https://schema.org/Leukemia: no type of schema.org"),
        ('"alternateName"', '"possibleTreatment"', "possibleTreatment: not of "),
        ('"@type": "MedicalTherapy"', '"@type": "MedicalTest"', "possibleTreatment: takes no MedicalTest"),
        ("schema.org/ItemListUnordered", "schema.org/ItemListRanked", "itemListOrder: takes no reference to "),
        ("schema.org/ItemListUnordered", "schema.org/Recruiting", "itemListOrder: takes no MedicalStudyStatus"),
        ('"inLanguage": "en"', '"inLanguage": 3', "inLanguage: takes no value 3"),
        ('"appearance"', '"isBasedOnUrl"', "https://schema.org/isBasedOnUrl: no property of schema.org"),
    ],
)
def test_the_checker_refuses_a_broken_document(
    document: Json, old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    text = json.dumps(document)
    assert old in text
    said = checked(json.loads(text.replace(old, new)), tmp_path)
    assert any(one.startswith(complaint) for one in said["complaints"]), said["complaints"]


def test_the_document_counts_right(document: Json, whole: Material) -> None:
    text = (ROOT / "docs" / "exports" / "schema-org.md").read_text(encoding="utf-8")
    options = whole.instances(LGO + "TreatmentOptionStatement", PAGE)
    assert f"{len(edges(Read(parsed(document))))} of {len(options)} options" in text


def test_the_dataset_has_licence_and_creator_of_the_graph_and_no_other(whole: Material, document: Json) -> None:
    (dataset,) = [node for node in document["@graph"] if node["@type"] == "Dataset"]
    said = {name: whole.values(BASE + "ontology", DCTERMS + name, "ontology") for name in ("license", "creator")}
    assert dataset["license"] == [{"@id": one} for one in said["license"]]
    assert dataset["creator"] == [{"@type": "Organization", "name": one} for one in said["creator"]]
    assert all(said.values())
