"""OBO Graphs JSON (https://github.com/geneontology/obographs): a document with one graph for each named graph.

The mapping from OWL is that of README-owlmapping.md there, and where that leaves room, the form that says less: an
alternative label is a related synonym, not an exact one; between classes only `is_a` is an edge, for any other edge
would be read as an existential restriction. What else is said of a class or property stands as a property value.

Texts are English where nothing is said; another language, a datatype, or that a value is an IRI stands in the `meta`
of the value. An exact match is a cross-reference, in the graph `mappings` alone.
"""

from typing import Any

import pyoxigraph as ox

from leukograph.material import Carried, Format, Material
from leukograph.names import ALL, GRAPHS, ONTOLOGY, OWL, RDF, RDF_TYPE, RDFS, RDFS_LABEL, SH, SKOS, graph_iri, shorten
from leukograph.records import Exported

_DCTERMS_LANGUAGE = "http://purl.org/dc/terms/language"
_ENGLISH = "en"
_NODE_TYPES = {
    OWL + "Class": {"type": "CLASS"},
    OWL + "ObjectProperty": {"type": "PROPERTY", "propertyType": "OBJECT"},
    OWL + "DatatypeProperty": {"type": "PROPERTY", "propertyType": "DATA"},
    OWL + "AnnotationProperty": {"type": "PROPERTY", "propertyType": "ANNOTATION"},
}
_SYNONYMS = (SKOS + "altLabel", SKOS + "hiddenLabel")
_GRAPHS = (ONTOLOGY, *(graph for graph in GRAPHS if graph != ONTOLOGY), ALL)
Json = dict[str, Any]


def _obograph(material: Material) -> Exported:
    from json import dumps

    carried = Carried(material)
    document = {"graphs": [_graph(material, name, carried) for name in material.chosen]}
    content = dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Exported((("obograph.json", content.encode()),), carried.losses())


def _graph(material: Material, name: str, carried: Carried) -> Json:
    nodes: dict[str, Json] = {}
    edges: list[Json] = []
    definitions, chains = [], []
    for quad in material.quads[name]:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        subject, predicate = quad.subject.value, quad.predicate.value
        node = nodes.setdefault(subject, {"id": subject, **_node_type(material, subject, name)})
        if isinstance(quad.object, ox.BlankNode):
            parts = _Parts(material, name)
            if predicate == OWL + "equivalentClass" and (axiom := parts.definition(subject, quad.object)):
                definitions.append(axiom)
            elif predicate == OWL + "propertyChainAxiom" and (steps := parts.named(quad.object)):
                chains.append({"predicateId": subject, "chainPredicateIds": steps})
            else:
                continue
            carried.quads |= parts.quads
        elif isinstance(quad.object, ox.Literal):
            _add_literal(node, predicate, quad.object)
        elif isinstance(quad.object, ox.NamedNode):
            _add_iri(node, edges, predicate, quad.object.value)
        carried.quads.add(quad)
    said: Json = {"basicPropertyValues": [{"pred": _DCTERMS_LANGUAGE, "val": _ENGLISH}]}
    for quad in material.quads[name]:
        if quad.predicate.value == OWL + "versionIRI" and isinstance(quad.object, ox.NamedNode):
            said["version"] = quad.object.value
    graph: Json = {"id": graph_iri(name), "lbl": name, "meta": said}
    graph |= {"nodes": [nodes[one] for one in sorted(nodes)]}
    graph |= {"edges": sorted(edges, key=lambda one: (one["sub"], one["pred"], one["obj"]))}
    return graph | {"logicalDefinitionAxioms": definitions, "propertyChainAxioms": chains}


def _node_type(material: Material, subject: str, name: str) -> Json:
    """Return what this graph says a node is; an individual is what no graph calls a class or property."""
    here = material.values(subject, RDF_TYPE, name)
    for iri, node_type in _NODE_TYPES.items():
        if iri in here:
            return dict(node_type)
    return {} if set(material.values(subject, RDF_TYPE)) & set(_NODE_TYPES) else {"type": "INDIVIDUAL"}


def _add_literal(node: Json, predicate: str, literal: ox.Literal) -> None:
    meta = node.get("meta", {})
    english = literal.language == _ENGLISH
    if predicate == RDFS_LABEL and english and "lbl" not in node:
        node["lbl"] = literal.value
        return
    if predicate == SKOS + "definition" and english and "definition" not in meta:
        meta["definition"] = {"val": literal.value}
    elif predicate in _SYNONYMS:
        one = {"pred": "hasRelatedSynonym", "val": literal.value, "synonymType": predicate, **_about(literal)}
        meta.setdefault("synonyms", []).append(one)
    else:
        one = {"pred": predicate, "val": literal.value, **_about(literal)}
        meta.setdefault("basicPropertyValues", []).append(one)
    node["meta"] = meta


def _about(literal: ox.Literal) -> Json:
    """Return the `meta` that says the language or datatype of a text, nothing for English."""
    if literal.language == _ENGLISH:
        return {}
    language = literal.language
    said = {"pred": _DCTERMS_LANGUAGE, "val": language} if language else {}
    return {"meta": {"basicPropertyValues": [said or {"pred": SH + "datatype", "val": literal.datatype.value}]}}


def _add_iri(node: Json, edges: list[Json], predicate: str, iri: str) -> None:
    subject, individual = node["id"], node.get("type") == "INDIVIDUAL"
    meta = node.get("meta", {})
    if predicate == RDF_TYPE and _NODE_TYPES.get(iri, {"type": ""}).items() <= node.items():
        return
    if predicate == RDFS + "subClassOf":
        edges.append({"sub": subject, "pred": "is_a", "obj": iri})
    elif predicate == SKOS + "exactMatch":
        meta.setdefault("xrefs", []).append({"pred": predicate, "val": shorten(iri)})
        node["meta"] = meta
    elif individual:
        edges.append({"sub": subject, "pred": "type" if predicate == RDF_TYPE else predicate, "obj": iri})
    else:
        kind = {"meta": {"basicPropertyValues": [{"pred": SH + "nodeKind", "val": SH + "IRI"}]}}
        meta.setdefault("basicPropertyValues", []).append({"pred": predicate, "val": iri, **kind})
        node["meta"] = meta


class _Parts:
    """Reads axioms made of blank nodes, and keeps the quads that make them up."""

    def __init__(self, material: Material, name: str) -> None:
        self.material, self.name = material, name
        self.quads: set[ox.Quad] = set()

    def definition(self, defined: str, node: ox.BlankNode) -> Json | None:
        """Return an intersection of named classes, then of restrictions to named things; None for any other."""
        said = self._said(node)
        if said is None or said.keys() != {RDF_TYPE, OWL + "intersectionOf"} or said[RDF_TYPE].value != OWL + "Class":
            return None
        members = self._members(said[OWL + "intersectionOf"])
        genus = [one.value for one in members or () if isinstance(one, ox.NamedNode)]
        others = [self._restriction(one) for one in members or () if isinstance(one, ox.BlankNode)]
        restrictions = [one for one in others if one]
        first = [isinstance(one, ox.NamedNode) for one in members or ()]
        if not genus or len(restrictions) < len(others) or first != sorted(first, reverse=True):
            return None
        return {"definedClassId": defined, "genusIds": genus, "restrictions": restrictions}

    def named(self, node: object) -> list[str]:
        """Return the IRIs of a list that holds nothing else, otherwise nothing."""
        members = self._members(node) or []
        return [one.value for one in members] if all(isinstance(one, ox.NamedNode) for one in members) else []

    def _restriction(self, node: ox.BlankNode) -> Json | None:
        """Return a restriction whose filler shows its kind: an individual is a value, a class is one of which some."""
        said = self._said(node) or {}
        for predicate, is_class in ((OWL + "hasValue", False), (OWL + "someValuesFrom", True)):
            if said.keys() == {RDF_TYPE, OWL + "onProperty", predicate}:
                path, filler = said[OWL + "onProperty"], said[predicate]
                if isinstance(path, ox.NamedNode) and isinstance(filler, ox.NamedNode):
                    kinds = self.material.values(filler.value, RDF_TYPE)
                    if (OWL + "Class" in kinds) == is_class and said[RDF_TYPE].value == OWL + "Restriction":
                        return {"propertyId": path.value, "fillerId": filler.value}
        return None

    def _members(self, node: object) -> list[Any] | None:
        """Return what a list holds, None where it is none, or goes round in a circle."""
        members, seen = [], set()
        while node != ox.NamedNode(RDF + "nil"):
            said = self._said(node) if isinstance(node, ox.BlankNode) else None
            if said is None or said.keys() != {RDF + "first", RDF + "rest"} or node in seen:
                return None
            seen.add(node)
            members.append(said[RDF + "first"])
            node = said[RDF + "rest"]
        return members

    def _said(self, node: object) -> dict[str, Any] | None:
        """Return the object of each property of a blank node, None where one has two."""
        quads = self.material.about(str(node), self.name)
        self.quads.update(quads)
        said = {quad.predicate.value: quad.object for quad in quads}
        return said if len(said) == len(quads) else None


FORMATS = (
    Format(
        "obograph",
        "OBO Graphs JSON, a graph for each named graph",
        ".json",
        "ontology software (checked with obographs and fastobo)",
        "axioms that have no form there: several classes disjoint at once, a definition within a definition",
        _GRAPHS,
        _obograph,
    ),
)
