"""JSON-LD 1.1 with the context in the document: graphs under their names, lossless, and a tree of statements, a view.

The context is ontology/context.jsonld; what it says of a property (an IRI, a language, a datatype) is left out at each
value that it fits. Terms, nests, prefixes and lists are those of https://www.w3.org/TR/json-ld11/.
"""

import json
from typing import Any

import pyoxigraph as ox

from leukograph.contexts import context
from leukograph.engine import plain
from leukograph.errors import DataError
from leukograph.material import Carried, Format, Material, Term
from leukograph.names import ALL, GRAPHS, LGO, PAGE, PREFIXES, RDF, RDF_TYPE, XSD, graph_iri, shorten
from leukograph.records import Exported

VIEW = (
    "This is a view, not the whole graph: each statement of the page as a tree, and in it what belongs to it. What "
    "several statements share stands in each; what none leads to is left out, and the loss report of the export names "
    "it. A statement says no more than its own modality and population; no list of the page is presented as complete."
)
_GROUPS = {
    "population": ("coversState", "forAgeGroup", "forDisease", "scopedBy"),
    "evidence": ("cuedBy", "namedBy", "statedIn"),
}
_INTEGER = XSD + "integer"
_BOOLEAN = XSD + "boolean"
_STRING = XSD + "string"
_EXACT = 2**53  # beyond it readers of JSON round numbers
_Node = dict[str, Any]
_About = dict[str, dict[str, list[Term]]]


class Names:
    """The names of a context: of each property its key and the kind of value that stands there bare, of each class."""

    def __init__(self, context: dict[str, Any]) -> None:
        """Read the term definitions of a context that is written as docs/make_context.py writes it."""
        self.keys: dict[str, tuple[str, str]] = {}
        self.types: dict[str, str] = {}
        for key, given in context.items():
            said = given if isinstance(given, dict) else {"@id": given}
            iri = _expanded(str(said.get("@id", "")))
            if said.get("@prefix") or key in PREFIXES or not iri or key.startswith("@"):
                continue
            language = f"@{said['@language']}" if "@language" in said else ""
            self.keys[iri] = key, language or _expanded(str(said.get("@type", _STRING)))
            self.types[iri] = key

    def value(self, term: ox.NamedNode | ox.Literal, kind: str) -> object:
        """Return an IRI or a literal as it stands under a key whose bare values are of a kind."""
        if isinstance(term, ox.NamedNode):
            return shorten(term.value) if kind == "@id" else {"id": shorten(term.value)}
        own = f"@{term.language}" if term.language else term.datatype.value
        native = _native(term.value, own)
        if kind == own or (native is not None and kind == _STRING):
            return term.value if native is None else native
        if own == _STRING:
            return {"@value": term.value}
        named = {"@language": own[1:]} if own.startswith("@") else {"@type": shorten(own)}
        return {"@value": term.value, **named}


class Writer:
    """Writes the triples of one graph as nodes; a blank node stands within the one node that names it."""

    def __init__(self, names: Names, quads: tuple[ox.Quad, ...]) -> None:
        """Index the triples by subject, and count who names which blank node."""
        self.names = names
        self.about: _About = {}
        named: dict[str, int] = {}
        for quad in quads:
            if isinstance(quad.object, ox.Triple):
                raise DataError(f"{quad}: JSON-LD 1.1 has no triple terms. Export it as rdf12.")
            held = self.about.setdefault(plain(quad.subject), {})
            held.setdefault(quad.predicate.value, []).append(quad.object)
            if isinstance(quad.object, ox.BlankNode):
                named[str(quad.object)] = named.get(str(quad.object), 0) + 1
        self.inner = {name for name, times in named.items() if times == 1 and name in self.about}
        while lost := self.inner - self._reached():
            self.inner.remove(min(lost))

    def nodes(self) -> list[_Node]:
        """Return every node that stands by itself, sorted by name."""
        return [self.node(subject) for subject in sorted(self.about) if subject not in self.inner]

    def node(self, subject: str, nested: "dict[str, list[str]] | None" = None) -> _Node:
        """Return the node of a subject; `nested` says which subjects (IRIs) stand whole within which."""
        made: _Node = {} if subject in self.inner else {"id": _short(subject)}
        for predicate, terms in self.about[subject].items():
            if predicate == RDF_TYPE:
                made["type"] = _one([self.names.types.get(plain(one), shorten(plain(one))) for one in terms])
        for predicate, terms in sorted(self.about[subject].items(), key=lambda one: self._key(one[0])):
            if predicate != RDF_TYPE:
                key, kind = self._key(predicate)
                made[key] = _one([self._value(one, kind, subject, nested or {}) for one in terms])
        return made

    def _reached(self) -> set[str]:
        """Return the blank nodes that stand within nodes; those that only name each other do not."""
        waiting = [subject for subject in self.about if subject not in self.inner]
        found = set()
        for subject in waiting:
            inner = {str(term) for terms in self.about[subject].values() for term in terms} & self.inner
            found |= inner
            waiting += inner
        return found

    def _key(self, predicate: str) -> tuple[str, str]:
        return self.names.keys.get(predicate, (shorten(predicate), _STRING))

    def _value(self, term: Term, kind: str, within: str, nested: dict[str, list[str]]) -> object:
        if isinstance(term, ox.BlankNode):
            name = str(term)
            if name not in self.inner:
                return name if kind == "@id" else {"id": name}
            items = self._items(name)
            if items is None:
                return self.node(name)
            return {"@list": [self._value(one, kind, within, nested) for one in items]}
        if isinstance(term, ox.NamedNode) and term.value in nested.get(within, ()):
            return self.node(term.value, nested)
        return self.names.value(term, kind)

    def _items(self, name: str) -> list[Term] | None:
        """Return the items of a well-formed list that begins at a blank node, or None."""
        items = []
        while name in self.inner:
            held = self.about[name]
            if held.keys() != {RDF + "first", RDF + "rest"} or any(len(one) > 1 for one in held.values()):
                return None
            items.append(held[RDF + "first"][0])
            name = plain(held[RDF + "rest"][0])
        return items if name == RDF + "nil" else None


def _whole(material: Material) -> Exported:
    shared = context(material.root)
    names = Names(shared)
    graphs = [
        {"id": shorten(graph_iri(graph)), "@graph": Writer(names, material.quads[graph]).nodes()}
        for graph in material.chosen
    ]
    return Exported((("jsonld.jsonld", _written({"@context": shared, "@graph": graphs})),))


def _framed(material: Material) -> Exported:
    shared = context(material.root)
    writer = Writer(Names(shared), material.quads[PAGE])
    carried = Carried(material)
    trees = []
    for statement in sorted(writer.about):
        if LGO + "hasModality" in writer.about[statement]:
            nested = _tree(writer.about, statement)
            trees.append(_grouped(writer.node(statement, nested)))
            for subject in {statement, *(one for inner in nested.values() for one in inner)}:
                carried.exactly(subject, *writer.about[subject], graphs=(PAGE,))
    page = {"id": shorten(graph_iri(PAGE)), "rdfs:comment": {"@value": VIEW, "@language": "en"}, "@graph": trees}
    written = _written({"@context": shared, "@graph": [page]})
    return Exported((("jsonld-framed.jsonld", written),), carried.losses())


def _tree(about: _About, root: str) -> dict[str, list[str]]:
    """Return which subjects stand whole within which: each once, as near to the root as it is named."""
    nested: dict[str, list[str]] = {}
    seen, waiting = {root}, [root]
    for subject in waiting:
        for predicate, terms in sorted(about[subject].items()):
            for term in terms:
                name = plain(term)
                if predicate != RDF_TYPE and name in about and name not in seen:
                    seen.add(name)
                    waiting.append(name)
                    nested.setdefault(subject, []).append(name)
    return nested


def _grouped(node: _Node) -> _Node:
    """Return a statement's node with its population and its evidence each under a key of its own."""
    grouped = {name: {key: node[key] for key in keys if key in node} for name, keys in _GROUPS.items()}
    loose = {key: value for key, value in node.items() if not any(key in keys for keys in _GROUPS.values())}
    heads = {key: loose.pop(key) for key in ("id", "type", "rdfs:label")}
    return heads | dict(sorted((loose | {key: one for key, one in grouped.items() if one}).items()))


def _written(document: _Node) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _native(text: str, datatype: str) -> bool | int | None:
    """Return a literal as the number or truth of JSON that is read back with the same spelling, or None."""
    if datatype == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    if datatype == _INTEGER and len(text) < len(str(_EXACT)) and text.isascii() and text.removeprefix("-").isdecimal():
        number = int(text)
        return number if str(number) == text else None
    return None


def _expanded(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _short(subject: str) -> str:
    return subject if subject.startswith("_:") else shorten(subject)


FORMATS = (
    Format(
        "jsonld",
        "graphs under their names as compact JSON-LD 1.1, the context in it",
        ".jsonld",
        "any JSON or JSON-LD software",
        "",
        (PAGE, ALL, *(graph for graph in GRAPHS if graph != PAGE)),
        _whole,
    ),
    Format(
        "jsonld-framed",
        "each statement of the page as a tree in JSON-LD, a view",
        ".jsonld",
        "people, and any JSON software",
        "what no statement leads to: topics left out, page frame, examples of regimens",
        (PAGE,),
        _framed,
    ),
)
