"""The ontology stays in OWL 2 DL inside the RL profile, and its header says what it is.

The rules are those of the OWL 2 RL profile (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL), for the constructs that
are used here; any other construct is refused until someone adds its rule.
"""

from pathlib import Path

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from leukograph.names import BASE, LGO

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "ontology").glob("*.ttl"))
ONTOLOGY = rdflib.URIRef(BASE + "ontology")
ALLOWED = {
    RDF.type, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.label, OWL.disjointWith, OWL.equivalentClass, OWL.hasValue,
    OWL.intersectionOf, OWL.members, OWL.onProperty, OWL.propertyChainAxiom, OWL.someValuesFrom, OWL.versionIRI,
    OWL.versionInfo,
}  # fmt: skip
DECLARING = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def load(extra: str = "") -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in FILES:
        graph.parse(path)
    return graph.parse(data=extra, format="turtle") if extra else graph


def problems(graph: rdflib.Graph) -> list[str]:
    declared = {
        prop: {kind for kind in DECLARING if (prop, RDF.type, kind) in graph} for prop in set(graph.predicates())
    }
    found = [f"{prop} is not declared" for prop, kinds in declared.items() if not kinds and prop not in ALLOWED]
    found += [f"{prop} is declared as two kinds" for prop, kinds in declared.items() if len(kinds) > 1]
    for prop, kinds in declared.items():
        for value in graph.objects(None, prop):
            if kinds == {OWL.ObjectProperty} and isinstance(value, rdflib.Literal):
                found.append(f"{prop} has the literal {value}")
            if kinds == {OWL.DatatypeProperty} and not isinstance(value, rdflib.Literal):
                found.append(f"{prop} has {value}, which is no literal")
            if kinds == {OWL.DatatypeProperty} and isinstance(value, rdflib.Literal) and value.language:
                found.append(f"{prop} has text in a language, which is for annotations")
    for left, right in graph.subject_objects(RDFS.subClassOf):
        if not sub_class(graph, left) or not super_class(graph, right):
            found.append(f"{left} subClassOf {right} is not in the profile")
    found += [
        f"{one} and {two} are not equivalent in the profile"
        for one, two in graph.subject_objects(OWL.equivalentClass)
        if not both(graph, one) or not both(graph, two)
    ]
    found += [
        f"{one} is disjoint with an unnamed class"
        for one, two in graph.subject_objects(OWL.disjointWith)
        if isinstance(two, rdflib.BNode)
    ]
    return found


def named(graph: rdflib.Graph, node: Node) -> bool:
    return isinstance(node, rdflib.URIRef) and node != OWL.Thing and (node, RDF.type, OWL.Class) in graph


def both(graph: rdflib.Graph, node: Node) -> bool:
    """What may stand on either side of an equivalence: a class, a value restriction, an intersection of these."""
    members = graph.value(node, OWL.intersectionOf)
    if members:
        return all(both(graph, one) for one in Collection(graph, members))
    return named(graph, node) or (node, OWL.hasValue, None) in graph


def sub_class(graph: rdflib.Graph, node: Node) -> bool:
    """What may be a subclass: the above, and an existential restriction."""
    members = graph.value(node, OWL.intersectionOf)
    if members:
        return all(sub_class(graph, one) for one in Collection(graph, members))
    filler = graph.value(node, OWL.someValuesFrom)
    return sub_class(graph, filler) if filler else both(graph, node)


def super_class(graph: rdflib.Graph, node: Node) -> bool:
    return both(graph, node)


def test_the_ontology_is_in_the_profile() -> None:
    assert len(FILES) == 5
    assert problems(load()) == []


@pytest.mark.parametrize(
    "fault",
    [
        "lgo:Drug rdfs:subClassOf [ a owl:Restriction ; owl:onProperty lgo:ofAgent ; owl:someValuesFrom lgo:Drug ] .",
        "lgo:Drug owl:equivalentClass [ owl:onProperty lgo:ofAgent ; owl:someValuesFrom lgo:Drug ] .",
        "lgo:Drug owl:disjointWith [ a owl:Class ; owl:intersectionOf ( lgo:Gene lgo:Mutation ) ] .",
        "lgo:Drug owl:unionOf ( lgo:Gene lgo:Mutation ) .",
        "lgo:Drug rdfs:comment 'not declared' .",
        "lgo:ofAgent a owl:DatatypeProperty . lgo:x lgo:ofAgent lgo:y .",
        "lgo:x lgo:order 'one'@en .",
        "lgo:x lgo:ofAgent 'a literal' .",
        "lgo:Drug owl:sameAs lgo:Gene .",
    ],
)
def test_what_is_outside_the_profile_is_seen(fault: str) -> None:
    prefixes = f"@prefix lgo: <{LGO}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .\n"
    assert problems(load(prefixes + fault))


def test_the_header_names_version_and_licence() -> None:
    graph = load()
    assert set(graph.subjects(RDF.type, OWL.Ontology)) == {ONTOLOGY}
    for prop in (OWL.versionIRI, OWL.versionInfo, DCTERMS.license, DCTERMS.title, DCTERMS.description, DCTERMS.creator):
        assert len(set(graph.objects(ONTOLOGY, prop))) == 1


def test_every_own_term_has_one_label_and_one_definition_in_a_sentence() -> None:
    graph = load()
    terms = {term for term in set(graph.subjects(RDF.type, None)) if str(term).startswith(BASE) and term != ONTOLOGY}
    assert len(terms) > 250
    for term in terms:
        labels, definitions = (list(graph.objects(term, prop)) for prop in (RDFS.label, SKOS.definition))
        assert [(type(one), one.language) for one in labels if isinstance(one, rdflib.Literal)] == [
            (rdflib.Literal, "en")
        ], term
        assert len(definitions) == 1, term
        assert str(definitions[0])[0].isupper(), term
        assert str(definitions[0]).endswith("."), term
