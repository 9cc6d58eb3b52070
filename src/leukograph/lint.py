"""Looks at files as they are written: vocabulary, lexical forms, characters, IRIs, prefixes, labels."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, lru_cache

import pyoxigraph as ox

from leukograph.documents import SHAPES, Document, place, prefixes, written
from leukograph.engine import plain
from leukograph.formats import UNSEEN
from leukograph.names import (
    LGC,
    LGO,
    LGR,
    LGS,
    LGV,
    ONTOLOGY,
    OWL,
    PREFIXES,
    RDF,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SKOS,
    XSD,
    shorten,
)
from leukograph.places import line_column
from leukograph.records import Finding, Place
from leukograph.rules import found
from leukograph.vocabularies import TERMS, built_in

# Lexical forms that rdflib 7.6, Oxigraph 0.5 and Virtuoso 7.2 were seen to give back as they were written.
_PORTABLE = {
    XSD + "string": re.compile(".*", re.DOTALL),
    RDF + "langString": re.compile(".*", re.DOTALL),
    XSD + "anyURI": re.compile(r"\S+"),
    XSD + "boolean": re.compile("true|false"),
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{0,14}[1-9]"),
    XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    XSD + "gYear": re.compile(r"(?!0000)[0-9]{4}"),
}
_FORMS = {
    XSD + "boolean": "A boolean is true or false.",
    XSD + "date": "A date is a day of the calendar such as 2026-01-31, without a zone.",
    XSD + "decimal": "A decimal is such as 1.5: neither whole nor ending in 0, at most 14 digits on either side.",
    XSD + "gYear": "A year has four digits and no zone.",
    XSD + "integer": "A whole number has no plus sign, no zeros before it and at most 18 digits.",
}
_SCHEMES = ("http:", "https:", "urn:")
_CLASSES = {OWL + "Class", RDFS + "Class", RDFS + "Datatype"}
_PROPERTIES = {OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty", RDF + "Property"}
_NEAR = 0.7
_OWN_TERMS = (LGO, LGV, LGS, LGC, LGR)
_MATCHES = {SKOS + match for match in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}
_TYPE, _REST = ox.NamedNode(RDF_TYPE), ox.NamedNode(RDF + "rest")
_TAG = re.compile("@([A-Za-z]+(?:-[A-Za-z0-9]+)*)")
_Known = tuple[frozenset[str], frozenset[str], frozenset[str]]


def lint(
    documents: Iterable[Document], vocabulary: Iterable[Document], others: Iterable[Document] = ()
) -> list[Finding]:
    """Return what is wrong with the writing of documents; `vocabulary` are those that declare classes and properties.

    `others` are read beside them, and their labels count. Blank nodes are refused in data, not in an ontology and in
    shapes, which need them; of shapes only the vocabulary, the IRIs and the characters are looked at.
    """
    known = declared(vocabulary)
    given = list(documents)
    said = list(_labels(given, others))
    for one in given:
        said += [*_prefixes(one), *_characters(one), *_lists(one)]
        sound = _sound(one, known)
        for number, quad in enumerate(one.quads):
            if not sound(quad):
                said += [*_terms(one, number, quad, known), *_written(one, number, quad)]
        if one.graph not in (ONTOLOGY, SHAPES):
            said += _blank(one)
    return said


def _sound(document: Document, known: _Known) -> Callable[[ox.Quad], bool]:
    """Return what tells cheaply of most triples that nothing is wrong with their terms, each term looked at once.

    Where it says no, `_terms` and `_written` are to be asked.
    """
    properties, classes, terms = known
    data = document.graph not in (ONTOLOGY, SHAPES)
    altered = _altered(document.text)

    def seen(text: str) -> bool:
        return text.isascii() and text.isprintable()

    @cache
    def subject(term: ox.NamedNode | ox.BlankNode) -> bool:
        text = plain(term)
        return seen(text) and text.startswith((*_SCHEMES, "_:")) and not (data and text.startswith(_OWN_TERMS))

    @cache
    def predicate(term: ox.NamedNode) -> bool:
        text = term.value
        return seen(text) and text.startswith(_SCHEMES) and (text in properties or built_in(text))

    @cache
    def thing(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> bool:
        text = plain(term)
        if isinstance(term, ox.Literal):
            kept = document.graph == SHAPES or (_form(term) is None and (term.language or "") not in altered)
            return kept and seen(text) and term.datatype.value.startswith(_SCHEMES)
        return seen(text) and text.startswith((*_SCHEMES, "_:")) and (not text.startswith((LGO, LGV)) or text in terms)

    @cache
    def kind(term: ox.NamedNode) -> bool:
        return thing(term) and (not isinstance(term, ox.NamedNode) or term.value in classes or built_in(term.value))

    def sound(quad: ox.Quad) -> bool:
        own = quad.predicate
        return subject(quad.subject) and predicate(own) and (kind if own == _TYPE else thing)(quad.object)

    return sound


def declared(vocabulary: Iterable[Document]) -> _Known:
    """Return the properties and classes that documents declare, and every IRI that they describe."""
    properties: set[str] = set()
    classes: set[str] = set()
    subjects: set[str] = set()
    for document in vocabulary:
        for quad in document.quads:
            subjects.add(plain(quad.subject))
            if quad.predicate.value == RDF_TYPE:
                kind = plain(quad.object)
                properties |= {plain(quad.subject)} if kind in _PROPERTIES else set()
                classes |= {plain(quad.subject)} if kind in _CLASSES else set()
    return frozenset(properties), frozenset(classes), frozenset(subjects)


@lru_cache(maxsize=4096)
def _near(iri: str, known: frozenset[str]) -> str:
    short = {shorten(one): one for one in known}
    near = difflib.get_close_matches(shorten(iri), sorted(short), n=1, cutoff=_NEAR)
    if not near:
        by_end = {one.rpartition(":")[2].lower(): one for one in sorted(short, reverse=True)}
        near = difflib.get_close_matches(re.split("[/#:]", iri)[-1].lower(), sorted(by_end), n=1, cutoff=_NEAR)
        near = [by_end[one] for one in near]
    return f"The nearest is {near[0]}." if near else ""


def _terms(document: Document, number: int, quad: ox.Quad, known: _Known) -> Iterator[Finding]:
    properties, classes, terms = known
    subject, predicate, value = map(plain, quad.triple)
    if document.graph not in (ONTOLOGY, SHAPES) and subject.startswith(_OWN_TERMS) and predicate not in _MATCHES:
        where = place(document, number)
        yield found("vocabulary-in-data", where, focus=subject, path=predicate, value=value)
    if predicate not in properties and not built_in(predicate):
        more = _near(predicate, properties | TERMS)
        where = place(document, number, "predicate")
        yield found("undeclared-property", where, focus=subject, path=predicate, more=more)
    if predicate == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
        if value not in classes and not built_in(value):
            where, more = place(document, number), _near(value, classes | TERMS)
            yield found("undeclared-class", where, focus=subject, path=predicate, value=value, more=more)
    elif value.startswith((LGO, LGV)) and value not in terms and isinstance(quad.object, ox.NamedNode):
        where = place(document, number)
        yield found("undeclared-term", where, focus=subject, path=predicate, value=value, more=_near(value, terms))


def _written(document: Document, number: int, quad: ox.Quad) -> Iterator[Finding]:
    subject, predicate, value = map(plain, quad.triple)
    for term, part in ((quad.subject, "subject"), (quad.predicate, "predicate"), (quad.object, "object")):
        iri = term.datatype.value if isinstance(term, ox.Literal) else plain(term)
        if not iri.startswith((*_SCHEMES, "_:")):
            yield found("iri-of-other-scheme", place(document, number, part), focus=subject, path=predicate, value=iri)
    why = None
    if isinstance(quad.object, ox.Literal) and document.graph != SHAPES:
        why = _unportable(document, number, quad.object)
    if why is not None:
        where = place(document, number)
        yield found("literal-not-portable", where, focus=subject, path=predicate, value=value, more=why)
    for text in dict.fromkeys((subject, predicate, value)):
        if not (text.isascii() and text.isprintable()):
            if not unicodedata.is_normalized("NFC", text):
                where = place(document, number)
                yield found("text-not-composed", where, focus=subject, path=predicate, value=text)
            hidden = [char for char in text if char in UNSEEN and char not in document.text]
            yield from (_unseen(char, place(document, number)) for char in dict.fromkeys(hidden))


def _unportable(document: Document, number: int, literal: ox.Literal) -> str | None:
    """Return what more there is to say of a literal that not every store keeps, or None where each does."""
    doubted = (literal.language or "") in _altered(document.text)
    tag = written(document, number).rpartition("@")[2] if doubted else ""
    if tag not in ("", literal.language):
        return f"Its language {tag} becomes {literal.language} in some."
    return _form(literal)


@lru_cache(maxsize=4)
def _altered(text: str) -> frozenset[str]:
    """Return the languages that a text may name by another tag than the one they are read as, in small letters."""
    return frozenset(tag.lower() for tag in _TAG.findall(text) if tag != tag.lower())


def _form(literal: ox.Literal) -> str | None:
    kind = literal.datatype.value
    if kind not in _PORTABLE:
        return f"Its datatype {shorten(kind)} is not kept alike by all."
    sound = _PORTABLE[kind].fullmatch(literal.value) and (kind != XSD + "date" or _is_day(literal.value))
    return None if sound else _FORMS.get(kind, "")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unseen(char: str, where: Place) -> Finding:
    name = unicodedata.name(char, "")
    return found("unseen-character", where, value=f"U+{ord(char):04X}{' ' if name else ''}{name}")


def _characters(document: Document) -> Iterator[Finding]:
    if not set(document.text) & UNSEEN:  # a pattern would look at each character far more slowly
        return
    ends = "\r\n" if "\n" in document.text else "\r"  # alone, carriage returns are line ends
    text = document.text.replace(ends, " \n"[-len(ends) :])
    for match in re.finditer(f"[{re.escape(''.join(sorted(UNSEEN)))}]", text):
        yield _unseen(match.group(), Place(document.path, *line_column(document.text, match.start())))


def _blank(document: Document) -> Iterator[Finding]:
    """Find each blank node once: where it is named by a record, or else where it begins."""
    held = {quad.object for quad in document.quads if isinstance(quad.object, ox.BlankNode)}
    told: set[ox.BlankNode] = set()
    for number, quad in enumerate(document.quads):
        subject, predicate, value = quad.triple
        if isinstance(value, ox.BlankNode):
            if value not in told:
                told.add(value)
                yield found("blank-node", place(document, number), focus=plain(subject), path=predicate.value)
        elif isinstance(subject, ox.BlankNode) and subject not in held:
            held.add(subject)
            where = place(document, number, "subject")
            yield found("blank-node", where, path=predicate.value, value=plain(value))


def _prefixes(document: Document) -> Iterator[Finding]:
    names = {iri: name for name, iri in PREFIXES.items()}

    def own(name: str, iri: str) -> bool:
        return PREFIXES.get(name, iri) == iri and names.get(iri, name) == name

    once = document.text.lower().count("prefix") == len(document.names)  # so none was declared anew further below
    if once and all(own(*one) for one in document.names.items()):
        return
    for name, iri, start in prefixes(document):
        where = Place(document.path, *line_column(document.text, start))
        if name in PREFIXES and PREFIXES[name] != iri:
            yield found("prefix-differs", where, value=iri, more=f"There {name}: is <{PREFIXES[name]}>.")
        elif names.get(iri, name) != name:
            yield found("prefix-differs", where, value=iri, more=f"There it is {names[iri]}: and not {name}:.")


def _labels(documents: list[Document], others: Iterable[Document]) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], ox.Literal] = {}
    for document in [*others, *documents]:
        for number, quad in enumerate(document.quads):
            if quad.predicate.value in (RDFS_LABEL, SKOS + "prefLabel") and isinstance(quad.object, ox.Literal):
                key = (plain(quad.subject), quad.predicate.value, quad.object.language or "")
                if seen.setdefault(key, quad.object) != quad.object and document.given:
                    where = place(document, number)
                    yield found("label-doubled", where, focus=key[0], path=key[1], value=quad.object.value)


def _lists(document: Document) -> Iterator[Finding]:
    """Find each list that comes back to itself: what follows such a list never comes to an end."""
    rests = {
        plain(quad.subject): (plain(quad.object), number)
        for number, quad in enumerate(document.quads)
        if quad.predicate == _REST
    }
    done: set[str] = set()
    for start in rests:
        way: dict[str, int] = {}
        one = start
        while one in rests and one not in done and one not in way:
            way[one] = rests[one][1]
            one = rests[one][0]
        if one in way:
            yield found("list-without-end", place(document, way[one]), focus=one, path=_REST.value)
        done.update(way)
