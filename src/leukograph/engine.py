"""The one room of pyoxigraph: reads RDF into a store with named graphs, and runs SPARQL over it."""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from leukograph.errors import CallError, FileError, at
from leukograph.files import read
from leukograph.names import INFERRED, ONTOLOGY, RDF, graph_iri
from leukograph.records import Answer, Cell, Iri, Text

Graphs = tuple[Iterable[str], Iterable[str]]
# What a mistake in a query imports; who can open nothing later imports it before.
LATE = ("difflib", "leukograph.mistakes.query")
_LANGUAGE_STRING = RDF + "langString"
_record = tuple.__new__
FORMATS = {
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".owl": ox.RdfFormat.RDF_XML,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
}


def empty() -> ox.Store:
    """Return a store without triples."""
    return ox.Store()


def load(store: ox.Store, graph: str, path: str, content: bytes | None = None) -> None:
    """Read an RDF file into the named graph `graph`; a syntax error is a FileError with line and column."""
    ending = path[path.rfind(".") :]
    try:
        store.load(
            input=read(path) if content is None else content,
            format=FORMATS[ending],
            base_iri=None,
            to_graph=ox.NamedNode(graph_iri(graph)),
        )
    except SyntaxError as error:
        raise FileError(complaint(path, error)) from None


def complaint(path: str, error: SyntaxError) -> str:
    """Return what is wrong with an RDF file, with line and column where the reader knows them."""
    return f"{at(path, error.lineno, error.offset)}: {_reason(error)}. Mend the file at this place."


def fill(store: ox.Store, graph: str, quads: Iterable[ox.Quad]) -> None:
    """Put triples into the named graph `graph` of a store, whatever graph they come from."""
    name = ox.NamedNode(graph_iri(graph))
    store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object, name) for one in quads)


def of_triples(triples: Iterable[ox.Triple]) -> ox.Store:
    """Return a store with triples in its default graph."""
    made = ox.Store()
    made.bulk_extend(ox.Quad(*triple) for triple in triples)
    return made


def rewritten(triples: Iterable[ox.Triple]) -> dict[ox.Triple, ox.Literal]:
    """Return those of triples whose object the store writes in another way, with what it makes of it."""
    given = list(triples)
    literals = list(dict.fromkeys(triple.object for triple in given))
    made, link = ox.Store(), ox.NamedNode("urn:is")
    made.bulk_extend(ox.Quad(ox.NamedNode(f"urn:{number}"), link, one) for number, one in enumerate(literals))
    kept = {int(quad.subject.value[4:]): quad.object for quad in made}
    changed = {one: kept[number] for number, one in enumerate(literals) if kept[number] != one}
    return {triple: changed[triple.object] for triple in given if triple.object in changed}


def canonical(store: ox.Store) -> ox.Store:
    """Return a store in which blank nodes are named by what is said of them, the same in every run."""
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    renamed = ox.Store()
    renamed.bulk_extend(sorted(dataset, key=str))
    return renamed


def blank_nodes(store: ox.Store) -> set[str]:
    """Return every blank node in the store, as `_:name`."""
    return {str(term) for quad in store for term in (quad.subject, quad.object) if isinstance(term, ox.BlankNode)}


def select(store: ox.Store, sparql: str, *, name: str = "query") -> Answer:
    """Run a SELECT over the union of all graphs in the store; anything else, and a syntax error, is a CallError."""
    return table(solutions(store, sparql, name=name))


def solutions(store: ox.Store, sparql: str, *, name: str = "query") -> ox.QuerySolutions:
    """Run a SELECT as `select` does and return its solutions as they come."""
    result = run(store, sparql, name=name)
    if not isinstance(result, ox.QuerySolutions):
        raise CallError(f"{name}: this is no SELECT query. Write SELECT.")
    return result


def run(
    store: ox.Store, sparql: str, *, name: str = "query", union: bool = True, dataset: Graphs | None = None
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run any query form; a syntax error is a CallError with its place.

    The default graph is the union of all graphs in the store, or, without `union`, what the query's FROM names. A
    `dataset` stands before both: the IRIs of graphs whose union is the default graph, and of the named graphs.
    """
    try:
        if dataset is not None:
            default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(iri) for iri in dataset[0]]
            named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(iri) for iri in dataset[1]]
            return store.query(sparql, default_graph=default, named_graphs=named)
        return store.query(sparql, use_default_graph_as_union=union)
    except SyntaxError as error:
        raise CallError(_what_is_wrong(sparql, error, name)) from None


def table(result: ox.QuerySolutions) -> Answer:
    """Return query solutions as an Answer."""
    return Answer(
        columns=tuple(variable.value for variable in result.variables),
        rows=tuple([tuple(map(_cell, row)) for row in result]),
    )


def cells(solution: ox.QuerySolution) -> tuple[Cell, ...]:
    """Return one query solution as a row of an Answer."""
    return tuple(map(_cell, solution))


def turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> str:
    """Return triples as Turtle with those of the prefixes that are used; the same triples give the same text."""
    heads, body = _turtle(triples, prefixes)
    return "\n".join([*heads, *body]) + "\n"


def turtle_about(store: ox.Store, iris: Iterable[str], prefixes: dict[str, str]) -> str:
    """Return as Turtle what each asserted graph holds about the IRIs, each graph under a comment that names it.

    What was inferred stays out: in one flat file it could not be told from what a source says. What the ontology
    defines stays out where a graph of data says anything: definitions are no part of an answer about records.
    """
    by_graph: dict[str, set[ox.Triple]] = {}
    for iri in iris:
        for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None):
            graph = str(quad.graph_name)[1:-1]
            if not graph.startswith(graph_iri(INFERRED)):
                by_graph.setdefault(graph, set()).add(quad.triple)
    if len(by_graph) > 1:
        by_graph.pop(graph_iri(ONTOLOGY), None)
    parts = {graph: _turtle(triples, prefixes) for graph, triples in sorted(by_graph.items())}
    heads = sorted({line for lines, _ in parts.values() for line in lines})
    body = [line for graph, (_, lines) in parts.items() for line in ("", f"# {graph}", *lines)]
    return "\n".join([*heads, *body]) + "\n"


def _turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> tuple[list[str], list[str]]:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = sorted((quad.triple for quad in dataset), key=str)
    whole = "\n".join(str(triple) for triple in ordered)
    used = {prefix: start for prefix, start in prefixes.items() if f"<{start}" in whole}
    written = (ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode().splitlines()
    heads = sorted(line for line in written if line.startswith("@prefix"))
    return heads, written[len(heads) :]


def plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return a term as text: an IRI or the text of a literal as it is, a blank node as `_:name`."""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def subjects(store: ox.Store, predicate: str, object_: str) -> list[str]:
    """Return the IRIs that stand before this predicate and this IRI."""
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(object_))
    return sorted({quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)})


def having(store: ox.Store, predicate: str) -> list[str]:
    """Return the IRIs that stand before this predicate, whatever is behind it."""
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), None)
    return sorted({quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)})


def objects(store: ox.Store, subject: str | None, predicate: str) -> list[str]:
    """Return the IRIs that stand behind this predicate, of one subject or of all."""
    start = None if subject is None else ox.NamedNode(subject)
    found = store.quads_for_pattern(start, ox.NamedNode(predicate), None)
    return sorted({quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)})


def pairs(store: ox.Store, predicate: str) -> list[tuple[str, str]]:
    """Return every (subject, object) of a predicate where both are IRIs."""
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), None)
    return [
        (quad.subject.value, quad.object.value)
        for quad in found
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    ]


def texts(store: ox.Store, subject: str, predicate: str) -> list[str]:
    """Return the literals behind this predicate of this subject, as text, sorted."""
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return sorted({quad.object.value for quad in found if isinstance(quad.object, ox.Literal)})


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Cell:
    """Return a term as records have it, in as few steps as can be: short answers spend most of their time here."""
    kind = type(term)
    if kind is ox.NamedNode:
        return _record(Iri, (term.value,))  # type: ignore[union-attr]
    if kind is ox.Literal:
        language = term.language  # type: ignore[union-attr]
        if language and term.direction is None:  # type: ignore[union-attr]
            return _record(Text, (term.value, _LANGUAGE_STRING, language))  # type: ignore[union-attr]
        return _record(Text, (term.value, term.datatype.value, language or ""))  # type: ignore[union-attr]
    return None if term is None else Iri(str(term))


def _reason(error: SyntaxError) -> str:
    return " ".join(str(error.msg).split()).rstrip(".")


def _what_is_wrong(sparql: str, error: SyntaxError, name: str) -> str:
    """Return in a sentence what is wrong with a query that the parser refused.

    The parser's own words list what could stand at the furthest place that any of its rules came to.
    """
    from leukograph.mistakes.query import mistake

    if found := mistake(sparql):
        line, column, words = found
        return f"{at(name, line, column)}: {words}"
    place = re.match(r"error at (\d+):(\d+): ", str(error.msg))
    numbers = (int(place[1]), int(place[2])) if place else (error.lineno, error.offset)
    return f"{at(name, *numbers)}: this is no SPARQL up to here. Mend what stands before this place."
