"""Describes the dataset in DCAT 3 and VoID, as Turtle: what it is, its files, its graphs and their numbers.

Terms: DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), with checksums in SPDX as it says; VoID
(https://www.w3.org/TR/void/); named graphs in SPARQL 1.1 Service Description; partitions by class of subject and kind
of object as SIB's SPARQL editor asks for them, with `void-ext:datatypePartition` for literals.
"""

from collections.abc import Iterable
from typing import NamedTuple

from leukograph import about
from leukograph.material import Material
from leukograph.names import (
    BACKGROUND,
    BASE,
    DCTERMS,
    GRAPHS,
    INFERRED,
    INFERRED_BACKGROUND,
    LGG,
    LGO,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    PREFIXES,
    RDFS_LABEL,
    XSD,
    graph_iri,
    shorten,
)
from leukograph.partitions import ClassPart, Counts, PropertyPart, count

DATASET = BASE + "dataset"
_RIGHTS = DATASET + "#rights"
_SPACES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": PREFIXES["rdfs"],
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "xsd": XSD,
}
# Media types as pyoxigraph's RdfFormat and Python's mimetypes name them; where neither knows one, none is given.
_MEDIA = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "txt": "text/plain",
}
_IANA = "https://www.iana.org/assignments/media-types/"
_GRAPHS = {
    ONTOLOGY: "What the words of the graph mean.",
    PAGE: "What the page says, and nothing else.",
    BACKGROUND: "What is known from elsewhere, each fact with its source; no part of what the page says.",
    MAPPINGS: "Our terms to those of other vocabularies, each with its source.",
    INFERRED: "What follows from ontology and page.",
    INFERRED_BACKGROUND: "What follows once background is added.",
}
_DERIVED = {INFERRED: (ONTOLOGY, PAGE), INFERRED_BACKGROUND: (ONTOLOGY, PAGE, BACKGROUND)}


class Distribution(NamedTuple):
    """A file of the dataset: its path in a bundle, its bytes, and in words what it is and what it loses."""

    path: str
    content: bytes
    summary: str
    loses: str


def turtle(material: Material, distributions: Iterable[Distribution]) -> bytes:
    """Return the description of the whole dataset and of the files that are handed in."""
    files = list(distributions)
    counts = {graph: count(material.quads[graph]) for graph in GRAPHS}
    union = count(quad for graph in GRAPHS for quad in material.quads[graph])
    head = "# The dataset Leukograph in DCAT 3 and VoID. It describes: no address, date or publisher is invented.\n\n"
    head += "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in sorted(_SPACES.items()))
    blocks = [head, _dataset(material, files, union), *(_distribution(one) for one in files)]
    blocks += [_graph(material, graph, counts[graph]) for graph in GRAPHS]
    blocks.append(_block(_RIGHTS, [("a", "dcterms:RightsStatement"), ("rdfs:label", _text(about.RIGHTS))]))
    blocks += [_page(material, one) for one in material.instances(LGO + "Page", PAGE)]
    blocks += [_source(material, one) for one in _sources(material)]
    return "\n".join(blocks).encode()


def void(material: Material) -> str:
    """Return the dataset and its graphs with their numbers in VoID, every node with an IRI; prefixes are the caller's.

    Prefixes are `dcterms`, `rdfs` and `void`.
    """
    counts = {graph_iri(graph): count(material.quads[graph]) for graph in GRAPHS}
    union = count(quad for graph in GRAPHS for quad in material.quads[graph])
    named = [("dcterms:title", _text(about.TITLE)), ("dcterms:description", _text(f"{about.SUMMARY} {about.LIMITS}"))]
    named += [("dcterms:license", f"<{about.LICENCE}>"), *(("void:subset", f"<{one}>") for one in counts)]
    blocks = _counted(DATASET, named, union)
    for graph in GRAPHS:
        named = [("dcterms:title", _text(f"Leukograph: {graph}")), ("dcterms:description", _text(_GRAPHS[graph]))]
        blocks += _counted(graph_iri(graph), named, counts[graph_iri(graph)])
    return "\n".join(blocks)


def _counted(node: str, named: list[tuple[str, str]], counts: Counts) -> list[str]:
    """Return the block of a dataset and one for each of its partitions."""
    parts = {f"{node}#class-{_local(one.iri)}": one for one in counts.classes}
    props = {f"{node}#property-{_local(one.iri)}": one for one in counts.properties}
    pairs = [("a", "void:Dataset"), *named, ("void:uriSpace", _plain(BASE)), *_totals(counts)]
    pairs += [("void:classPartition", f"<{one}>") for one in parts]
    pairs += [("void:propertyPartition", f"<{one}>") for one in props]
    blocks = [_block(node, pairs)]
    for name, part in parts.items():
        said = [("void:class", f"<{part.iri}>"), ("void:entities", str(part.entities))]
        blocks.append(_block(name, [*said, ("void:triples", str(part.triples))]))
    for name, prop in props.items():
        said = [("void:property", f"<{prop.iri}>"), ("void:triples", str(prop.triples))]
        said.append(("void:distinctSubjects", str(prop.subjects)))
        blocks.append(_block(name, [*said, ("void:distinctObjects", str(prop.objects))]))
    return blocks


def _local(iri: str) -> str:
    return "".join(one if one.isalnum() or one in "-._" else "-" for one in shorten(iri))


def media_type(path: str) -> str:
    """Return the media type of a file by its ending, '' where none is known."""
    return _MEDIA.get(path.rsplit(".", 1)[-1], "")


def _dataset(material: Material, files: list[Distribution], union: Counts) -> str:
    spaces = {_space(one.iri) for one in union.classes} | {_space(one.iri) for one in union.properties}
    pages = material.instances(LGO + "Page", PAGE)
    pairs = [
        ("a", "dcat:Dataset , void:Dataset , sd:Dataset"),
        ("dcterms:title", _text(about.TITLE)),
        ("dcterms:description", _text(f"{about.SUMMARY} {about.LIMITS}")),
        ("dcterms:creator", f"[ a foaf:Agent ; foaf:name {_plain(about.CREATOR)} ]"),
        ("dcterms:license", f"<{about.LICENCE}>"),
        ("dcterms:rights", f"<{_RIGHTS}>"),
        ("dcterms:provenance", f"[ a dcterms:ProvenanceStatement ; rdfs:label {_text(about.UNKNOWN)} ]"),
        *(("dcterms:source", f"<{page}>") for page in pages),
        ("dcat:version", _plain(material.version())),
        *(("dcat:keyword", _text(word)) for word in about.KEYWORDS),
        *(("dcat:distribution", f"<{DATASET}/{one.path}>") for one in files),
        *(("prov:wasDerivedFrom", f"<{one}>") for one in (*pages, *_sources(material))),
        *(("void:subset", f"<{graph_iri(graph)}>") for graph in GRAPHS),
        *(("void:vocabulary", f"<{space}>") for space in sorted(spaces)),
        ("void:uriSpace", _plain(BASE)),
        ("sd:defaultGraph", "[ a sd:Graph ; void:triples 0 ]"),
        *(
            ("sd:namedGraph", f"[ a sd:NamedGraph ; sd:name <{LGG}{graph}> ; sd:graph <{LGG}{graph}> ]")
            for graph in GRAPHS
        ),
        *_numbers(union, nested=True),
    ]
    return _block(DATASET, pairs)


def _distribution(one: Distribution) -> str:
    import hashlib

    media = media_type(one.path)
    algorithm = "spdx:checksumAlgorithm_sha256"
    digest = f'"{hashlib.sha256(one.content).hexdigest()}"^^xsd:hexBinary'
    says = f"{one.summary[:1].upper()}{one.summary[1:]}. {f'What it loses: {one.loses}' if one.loses else 'Lossless'}."
    pairs = [
        ("a", "dcat:Distribution"),
        ("dcterms:title", _text(one.path)),
        ("dcterms:description", _text(says)),
        ("dcterms:identifier", _plain(one.path)),
        ("dcterms:license", f"<{about.LICENCE}>"),
        ("dcterms:rights", f"<{_RIGHTS}>"),
        *([("dcat:mediaType", f"<{_IANA}{media}>")] if media else []),
        ("dcat:byteSize", f'"{len(one.content)}"^^xsd:nonNegativeInteger'),
        ("spdx:checksum", f"[ a spdx:Checksum ; spdx:algorithm {algorithm} ; spdx:checksumValue {digest} ]"),
    ]
    return _block(f"{DATASET}/{one.path}", pairs)


def _graph(material: Material, graph: str, counts: Counts) -> str:
    origins = [graph_iri(one) for one in _DERIVED.get(graph, ())]
    origins += material.instances(LGO + "Page", PAGE) if graph == PAGE else []
    origins += [one for one in _sources(material) if material.about(one, graph)] if graph not in _DERIVED else []
    pairs = [
        ("a", "void:Dataset , sd:Graph"),
        ("dcterms:title", _text(f"Leukograph: {graph}")),
        ("dcterms:description", _text(_GRAPHS[graph])),
        ("dcterms:rights", f"<{_RIGHTS}>"),
        *(("prov:wasDerivedFrom", f"<{one}>") for one in origins),
        ("void:uriSpace", _plain(BASE)),
        *_numbers(counts, nested=False),
    ]
    return _block(graph_iri(graph), pairs)


def _page(material: Material, page: str) -> str:
    missing = [material.value(one, RDFS_LABEL) for one in material.values(page, LGO + "missesDetail", PAGE)]
    says = f"Not known, for the page does not give it: {', '.join(missing)}."
    pairs = [
        ("a", "prov:Entity"),
        ("dcterms:title", _text(material.value(page, RDFS_LABEL, PAGE))),
        ("dcterms:provenance", f"[ a dcterms:ProvenanceStatement ; rdfs:label {_text(says)} ]"),
    ]
    return _block(page, pairs)


def _sources(material: Material) -> list[str]:
    return material.instances(LGO + "Source", BACKGROUND, MAPPINGS)


def _source(material: Material, iri: str) -> str:
    held = [
        ("dcterms:title", RDFS_LABEL),
        ("dcterms:rights", LGO + "attribution"),
        ("dcterms:identifier", LGO + "sourceRepository"),
        ("dcat:version", LGO + "sourceVersion"),
    ]
    pairs = [("a", "prov:Entity")]
    for ours, theirs in held:
        values = [str(term) for term in material.terms(iri, theirs)]
        wrapped = "[ a dcterms:RightsStatement ; rdfs:label {} ]" if ours == "dcterms:rights" else "{}"
        pairs += [(ours, wrapped.format(value)) for value in values]
    pairs += [("dcterms:license", f"<{one}>") for one in material.values(iri, DCTERMS + "license")]
    return _block(iri, pairs)


def _numbers(counts: Counts, *, nested: bool) -> list[tuple[str, str]]:
    return [
        *_totals(counts),
        *(("void:classPartition", _class(one, nested=nested)) for one in counts.classes),
        *(("void:propertyPartition", _property(one)) for one in counts.properties),
    ]


def _totals(counts: Counts) -> list[tuple[str, str]]:
    return [
        ("void:triples", str(counts.triples)),
        ("void:entities", str(counts.entities)),
        ("void:distinctSubjects", str(counts.subjects)),
        ("void:distinctObjects", str(counts.objects)),
        ("void:classes", str(len(counts.classes))),
        ("void:properties", str(len(counts.properties))),
    ]


def _class(part: ClassPart, *, nested: bool) -> str:
    inner = [f"void:propertyPartition {_of_class(one)}" for one in part.properties] if nested else []
    held = [f"void:class <{part.iri}>", f"void:entities {part.entities}", f"void:triples {part.triples}", *inner]
    return _brackets(held, 1)


def _of_class(part: PropertyPart) -> str:
    held = [f"void:property <{part.iri}>", f"void:triples {part.triples}"]
    held += [f"void:classPartition [ void:class <{iri}> ; void:triples {number} ]" for iri, number in part.classes]
    held += [
        f"void-ext:datatypePartition [ void-ext:datatype <{iri}> ; void:triples {number} ]"
        for iri, number in part.datatypes
    ]
    return _brackets(held, 2)


def _property(part: PropertyPart) -> str:
    numbers = f"void:distinctSubjects {part.subjects} ; void:distinctObjects {part.objects}"
    return f"[ void:property <{part.iri}> ; void:triples {part.triples} ; {numbers} ]"


def _brackets(held: list[str], depth: int) -> str:
    if len(held) <= depth + 2:
        return f"[ {' ; '.join(held)} ]"
    inner = "    " * (depth + 1)
    return "[\n" + "".join(f"{inner}{one} ;\n" for one in held) + "    " * depth + "]"


def _block(subject: str, pairs: list[tuple[str, str]]) -> str:
    return f"<{subject}>\n" + "".join(f"    {predicate} {value} ;\n" for predicate, value in pairs) + ".\n"


def _space(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _plain(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _text(text: str) -> str:
    return _plain(text) + "@en"
