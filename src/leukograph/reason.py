"""The one room of owlrl: the OWL 2 RL closure of Turtle files, cleaned, with its contradictions."""

import logging
import re

import owlrl
import rdflib
from rdflib.namespace import OWL, RDF, RDFS

from leukograph.axioms import PREDICATES
from leukograph.clashes import clashes
from leukograph.errors import FileError
from leukograph.names import BASE
from leukograph.records import Clash, Closure

_ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")
_KINDS = {OWL.FunctionalProperty, OWL.InverseFunctionalProperty}


def closure(sources: list[tuple[str, bytes]]) -> Closure:
    """Return what follows from Turtle contents, given as (path, content): see `close`; FileError where one is none."""
    return close(parse(sources))


def close(graph: rdflib.Graph) -> Closure:
    """Return what owlrl infers from a graph, which is used up by it.

    Kept is a triple that was not asserted, whose subject and object are different IRIs of this project and whose
    predicate is ours, `rdf:type` or `rdfs:subClassOf`. So owlrl's literal subjects, its reflexive `sameAs` and
    `subClassOf`, and all of RDF's and OWL's own vocabulary stay out. Literals that no axiom can touch are set
    aside first, which changes no result and saves a third of the time; so are ill-typed ones, on which owlrl fails.
    Contradictions are looked for in the closure, for owlrl passes over some kinds; what it alone complains of is
    kept in its own words.
    """
    asserted = set(graph)
    touched = {term for one, by, other in asserted if str(by) in PREDICATES or other in _KINDS for term in (one, other)}
    for triple in asserted:
        aside = triple[1] not in touched and str(triple[1]) not in PREDICATES
        if isinstance(triple[2], rdflib.Literal) and (aside or triple[2].ill_typed):
            graph.remove(triple)
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    found = clashes(graph, asserted)
    if not found:
        found = [
            Clash("", words, (), "", "")
            for words in sorted(
                _tidy(str(words))
                for node in graph.subjects(RDF.type, _ERROR)
                for words in graph.objects(node)
                if isinstance(words, rdflib.Literal)
            )
        ]
    lines = sorted(
        f"<{subject}> <{predicate}> <{object_}> ."
        for subject, predicate, object_ in graph
        if (subject, predicate, object_) not in asserted and _kept(subject, predicate, object_)
    )
    return Closure(tuple(lines), tuple(found))


def parse(sources: list[tuple[str, bytes]]) -> rdflib.Graph:
    """Return one graph of all contents, or raise FileError naming the file that does not parse."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    graph = rdflib.Graph()
    for path, content in sources:
        try:
            graph.parse(data=content, format="turtle")
        except Exception as error:
            words = " ".join(str(error).split())[:200]
            raise FileError(f"{path}: does not parse as Turtle ({words}). Mend the file.") from None
    return graph


def _kept(subject: rdflib.term.Node, predicate: rdflib.term.Node, object_: rdflib.term.Node) -> bool:
    if not (isinstance(subject, rdflib.URIRef) and isinstance(object_, rdflib.URIRef)) or subject == object_:
        return False
    if not (subject.startswith(BASE) and object_.startswith(BASE)):
        return False
    return predicate in (RDF.type, RDFS.subClassOf) or str(predicate).startswith(BASE)


def _tidy(words: str) -> str:
    words = re.sub(r"\bN?[0-9a-f]{32}\S*", "an unnamed class", words)
    return " ".join(words.split())
