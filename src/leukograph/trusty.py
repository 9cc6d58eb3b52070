"""Names RDF by what it says: artifact codes of trusty URIs, module RA.

The rules are those of the trusty URI specification, version 1 (https://github.com/trustyuri/trustyuri-spec; T. Kuhn and
M. Dumontier, "Trusty URIs", ESWC 2014, https://arxiv.org/abs/1401.5775): wherever an IRI would hold the code stands a
blank; quads are sorted by graph, subject, predicate, object; each is four lines; their SHA-256 is written in base 64.
"""

from collections.abc import Iterable, Iterator

from leukograph.names import XSD
from leukograph.records import Text

BLANK = " "
Quad = tuple[str, str, str, str | Text]
_STRING = XSD + "string"


def normal_form(quads: Iterable[Quad]) -> str:
    """Return the text that is hashed, or signed: quads (graph, subject, predicate, object) in order, each once.

    IRIs are plain text with a blank where the code belongs; there are no blank nodes.
    """
    return "".join(f"{line}\n" for quad in sorted(set(quads), key=_place) for line in _lines(quad))


def code(quads: Iterable[Quad]) -> str:
    """Return the artifact code of quads, 45 characters that begin with RA."""
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    return "RA" + urlsafe_b64encode(sha256(normal_form(quads).encode()).digest()).decode().rstrip("=")


def named(quads: Iterable[Quad], name: str) -> list[Quad]:
    """Return quads with a name in place of each blank in an IRI."""

    def put(iri: str) -> str:
        return iri.replace(BLANK, name)

    return [
        (put(graph), put(subject), put(predicate), thing if isinstance(thing, Text) else put(thing))
        for graph, subject, predicate, thing in quads
    ]


def _place(quad: Quad) -> tuple[str, str, str, bool, str, str, str]:
    """Return what a quad is sorted by: IRIs before literals, those by text, then datatype, then language.

    A language tag keeps its datatype out of it: such a literal stands before one of equal text with a datatype.
    """
    graph, subject, predicate, thing = quad
    if isinstance(thing, Text):
        datatype = "" if thing.language else thing.datatype
        return graph, subject, predicate, True, thing.value, datatype, thing.language
    return graph, subject, predicate, False, thing, "", ""


def _lines(quad: Quad) -> Iterator[str]:
    *names, thing = quad
    yield from map(str, names)
    if isinstance(thing, Text):
        text = thing.value.replace("\\", "\\\\").replace("\n", "\\n")
        yield f"@{thing.language.lower()} {text}" if thing.language else f"^{thing.datatype or _STRING} {text}"
    else:
        yield thing
