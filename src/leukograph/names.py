"""How IRIs are spelled: the namespaces of the project, the one prefix table, long form and short form."""

BASE = "https://w3id.org/leukograph/"
LGO = BASE + "ontology/"
LGV = BASE + "vocabulary/"
LGD = BASE + "data/"
LGS = BASE + "shape/"
LGG = BASE + "graph/"
LGC = BASE + "check/"
LGR = BASE + "rule/"
CONTEXT = BASE + "context.jsonld"

ONTOLOGY, PAGE, BACKGROUND, MAPPINGS = "ontology", "page", "background", "mappings"
INFERRED, INFERRED_BACKGROUND = "inferred", "inferred-background"
ASSERTED = (ONTOLOGY, PAGE, BACKGROUND, MAPPINGS)
GRAPHS = (*ASSERTED, INFERRED, INFERRED_BACKGROUND)
ALL = "all"  # of them together, where somebody chooses
# How meaning is worked out: by rules compiled to SPARQL, or by the reference (owlrl).
COMPILED, REFERENCE = "compiled", "reference"
ENGINES = (COMPILED, REFERENCE)

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
OA = "http://www.w3.org/ns/oa#"
RDF_TYPE = RDF + "type"
RDFS_LABEL = RDFS + "label"

PREFIXES = {
    "CADSR": "https://bioregistry.io/cadsr:",
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "CIVIC.GID": "https://bioregistry.io/civic.gid:",
    "CIVIC.TID": "https://bioregistry.io/civic.tid:",
    "CIVIC.VID": "https://bioregistry.io/civic.vid:",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "HGNC": "http://identifiers.org/hgnc/",
    "ICD10CM": "http://purl.bioontology.org/ontology/ICD10CM/",
    "MAXO": "http://purl.obolibrary.org/obo/MAXO_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "NCBIGENE": "http://identifiers.org/ncbigene/",
    "NCIT": "http://purl.obolibrary.org/obo/NCIT_",
    "ONCOTREE": "https://bioregistry.io/oncotree:",
    "ORPHANET": "http://www.orpha.net/ORDO/Orphanet_",
    "RXNORM": "http://purl.bioontology.org/ontology/RXNORM/",
    "SO": "http://purl.obolibrary.org/obo/SO_",
    "UMLS": "https://bioregistry.io/umls:",
    "dcterms": DCTERMS,
    "lgc": LGC,
    "lgd": LGD,
    "lgg": LGG,
    "lgo": LGO,
    "lgr": LGR,
    "lgs": LGS,
    "lgv": LGV,
    "oa": OA,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": SH,
    "skos": SKOS,
    "sssom": "https://w3id.org/sssom/",
    "xsd": XSD,
}

_NOT_IN_IRI = frozenset('<>"{}|^`\\') | {chr(code) for code in (*range(33), *range(0x7F, 0xA0))}
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def graph_iri(name: str) -> str:
    """Return the IRI of the named graph `name`, one of GRAPHS."""
    return LGG + name


def is_iri(text: str) -> bool:
    """Tell whether `text` is an absolute IRI that can stand between angle brackets as it is."""
    scheme, colon, _ = text.partition(":")
    plain = scheme.replace("+", "").replace("-", "").replace(".", "")
    return bool(colon) and scheme[:1].isalpha() and plain.isalnum() and plain.isascii() and not _NOT_IN_IRI & set(text)


def expand(text: str) -> str | None:
    """Return the IRI that a CURIE such as `MONDO:0000870` stands for (prefix in any letter case), or None."""
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("//"):
        return None
    for known, start in PREFIXES.items():
        if known.lower() == prefix.lower() and is_iri(start + local):
            return start + local
    return None


def shorten(iri: str, prefixes: dict[str, str] = PREFIXES) -> str:
    """Return the CURIE of an IRI whose start is in a prefix table (the project's), otherwise the IRI itself."""
    best = ""
    for prefix, start in prefixes.items():
        if start and iri.startswith(start) and len(start) > len(prefixes.get(best, "")):
            best = prefix
    local = iri[len(prefixes[best]) :] if best in prefixes and iri.startswith(prefixes[best]) else ""
    if local and set(local) - {"-", "."} <= _LETTERS and local[0] not in "-." and local[-1] != ".":
        return f"{best}:{local}"
    return iri
