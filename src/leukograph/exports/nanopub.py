"""Nanopublications: each statement of the page in a file of its own, named by what it says, signed where asked.

The four graphs are those of the nanopublication guidelines (https://github.com/Nanopublication/Guidelines), the names
of a signature those of the nanopub library 2.2.2 (`nanopub.sign_utils`). Nothing is made up: creator and time are there
if they are given.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pyoxigraph as ox

from leukograph import signing
from leukograph.engine import plain
from leukograph.errors import CallError
from leukograph.material import Carried, Format, Material, prefixes
from leukograph.names import (
    BASE,
    DCTERMS,
    LGD,
    LGO,
    ONTOLOGY,
    PAGE,
    PREFIXES,
    RDF_TYPE,
    RDFS_LABEL,
    XSD,
    graph_iri,
    is_iri,
)
from leukograph.records import Exported, Text
from leukograph.trusty import BLANK, Quad, code, named, normal_form

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

NP = "http://www.nanopub.org/nschema#"
NPX = "http://purl.org/nanopub/x/"
PROV = "http://www.w3.org/ns/prov#"
HOME = BASE + "np/"
SELF = HOME + BLANK
NOTE = "Reports what a page says, no more firmly and of no other patients than it does. It is not medical advice."
EVIDENCE = tuple(
    LGO + name for name in ("cuedBy", "editorialNote", "itemPosition", "listedIn", "namedBy", "scopedBy", "statedIn")
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_STRING = XSD + "string"
_TIME = XSD + "dateTime"


def _make(material: Material) -> Exported:
    given = material.given
    key = signing.read_key(given["sign-key"]) if "sign-key" in given else None
    creator, created = _creator(given.get("creator", "")), _created(given.get("created", ""))
    carried = Carried(material)
    made = []
    for statement in _statements(material):
        claim, proof = _claim(material, carried, statement), _proof(material, carried, statement)
        quads = [*_head(), *claim, *proof, *_about(material, statement, creator, created)]
        if key:
            quads = _signed(quads, key, creator)
        made.append((f"{statement.removeprefix(LGD)}.trig", _written(named(quads, code(quads)))))
    return Exported(tuple(made), carried.losses())


def _statements(material: Material) -> list[str]:
    return [plain(quad.subject) for quad in material.quads[PAGE] if quad.predicate.value == LGO + "hasModality"]


def _head() -> Iterator[Quad]:
    yield f"{SELF}/Head", SELF, RDF_TYPE, NP + "Nanopublication"
    for name, part in (("Assertion", "assertion"), ("Provenance", "provenance"), ("PublicationInfo", "pubinfo")):
        yield f"{SELF}/Head", SELF, f"{NP}has{name}", f"{SELF}/{part}"


def _claim(material: Material, carried: Carried, statement: str) -> list[Quad]:
    """Return the assertion: what the statement says, with kind and name of each thing of the page that it names."""
    own = [quad for quad in material.about(statement, PAGE) if quad.predicate.value not in EVIDENCE]
    things = sorted({plain(quad.object) for quad in own if material.about(plain(quad.object), PAGE)})
    names = [quad for thing in things for quad in material.about(thing, PAGE) if quad.predicate.value in _NAMING]
    for thing in things:
        carried.exactly(thing, *_NAMING, graphs=(PAGE,))
    carried.exactly(statement, *{quad.predicate.value for quad in own}, graphs=(PAGE,))
    return [_quad(quad, f"{SELF}/assertion") for quad in (*own, *names)]


def _proof(material: Material, carried: Carried, statement: str) -> list[Quad]:
    """Return the provenance: the page, where on it the statement stands, what limits it and in which words."""
    waiting = [quad for quad in material.about(statement, PAGE) if quad.predicate.value in EVIDENCE]
    carried.exactly(statement, *EVIDENCE, graphs=(PAGE,))
    seen: set[str] = set()
    for quad in waiting:
        name = plain(quad.object)
        if quad.predicate.value != LGO + "mentions" and isinstance(quad.object, ox.NamedNode) and name not in seen:
            seen.add(name)
            waiting += material.about(name, PAGE)
            carried.exactly(name, *(one.predicate.value for one in material.about(name, PAGE)), graphs=(PAGE,))
    pages = sorted(page for page in material.instances(LGO + "Page", PAGE) if page in seen)
    graph = f"{SELF}/provenance"
    return [(graph, f"{SELF}/assertion", PROV + "wasDerivedFrom", page) for page in pages] + [
        _quad(quad, graph) for quad in waiting
    ]


def _about(material: Material, statement: str, creator: str, created: str) -> Iterator[Quad]:
    """Yield the publication info: name, licence, the graph it is taken from, and by whom and when if that is given."""
    graph = f"{SELF}/pubinfo"
    yield graph, SELF, RDFS_LABEL, Text(material.value(statement, RDFS_LABEL, PAGE), "", "en")
    yield graph, SELF, PREFIXES["rdfs"] + "comment", Text(NOTE, "", "en")
    yield graph, SELF, PROV + "wasDerivedFrom", graph_iri(PAGE)
    for licence in material.values(f"{BASE}{ONTOLOGY}", DCTERMS + "license", ONTOLOGY):
        yield graph, SELF, DCTERMS + "license", licence
    if creator:
        yield graph, SELF, DCTERMS + "creator", creator
    if created:
        yield graph, SELF, DCTERMS + "created", Text(created, _TIME)


def _signed(quads: list[Quad], key: "RSAPrivateKey", creator: str) -> list[Quad]:
    """Return quads and over all of them a signature, which names the signer where there is a creator."""
    graph, signature = f"{SELF}/pubinfo", f"{SELF}/sig"
    whole = [
        *quads,
        (graph, signature, NPX + "hasAlgorithm", Text("RSA", _STRING)),
        (graph, signature, NPX + "hasPublicKey", Text(signing.public_half(key), _STRING)),
        (graph, signature, NPX + "hasSignatureTarget", SELF),
    ]
    if creator:
        whole.append((graph, signature, NPX + "signedBy", creator))
    return [*whole, (graph, signature, NPX + "hasSignature", Text(signing.sign(key, normal_form(whole)), _STRING))]


def _creator(text: str) -> str:
    if text and not (is_iri(text) and text.startswith(("http://", "https://"))):
        raise CallError(f"--creator {text}: this is no web address. Give an IRI that stands for a person, as an ORCID.")
    return text


def _created(text: str) -> str:
    try:
        right = bool(_MOMENT.fullmatch(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        right = False
    if text and not right:
        raise CallError(f"--created {text}: this is no time with a zone. Write it as 2026-05-04T12:30:00+02:00.")
    return text


def _written(quads: Iterable[Quad]) -> bytes:
    graphs = ("Head", "assertion", "provenance", "pubinfo")
    ordered = sorted(set(quads), key=lambda one: (graphs.index(one[0].rpartition("/")[2]), str(one[1:])))
    found = [
        ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), _term(thing), ox.NamedNode(graph))
        for graph, subject, predicate, thing in ordered
    ]
    own = ordered[0][1]
    table = {"np": NP, "prov": PROV, "sub": f"{own}/", "this": own, **prefixes(found)}
    if any(quad.predicate.value.startswith(NPX) for quad in found):
        table["npx"] = NPX
    return ox.serialize(found, format=ox.RdfFormat.TRIG, prefixes=table) or b""


def _quad(quad: ox.Quad, graph: str) -> Quad:
    thing = quad.object
    if isinstance(thing, ox.Literal):
        told = Text(thing.value, "" if thing.language else thing.datatype.value, thing.language or "")
        return graph, plain(quad.subject), quad.predicate.value, told
    return graph, plain(quad.subject), quad.predicate.value, plain(thing)


def _term(thing: str | Text) -> ox.NamedNode | ox.Literal:
    if isinstance(thing, str):
        return ox.NamedNode(thing)
    if thing.language:
        return ox.Literal(thing.value, language=thing.language)
    return ox.Literal(thing.value, datatype=ox.NamedNode(thing.datatype))


_NAMING = (RDF_TYPE, RDFS_LABEL)
FORMATS = (
    Format(
        "nanopub",
        "each statement of the page as a nanopublication with a trusty URI",
        "",
        "nanopublication tools and servers",
        "what no statement rests on: topics left out, page frame, examples of regimens, other names",
        (PAGE,),
        _make,
        (
            ("sign-key", "FILE", "sign with this RSA private key (PEM), which nobody but you may read"),
            ("creator", "IRI", "the creator and signer, as an ORCID"),
            ("created", "TIME", "the time of creation, as 2026-05-04T12:30:00+02:00"),
        ),
    ),
)
