"""Answers one request in a worker: a query, a saved question, what is said of an IRI, or Turtle in another format."""

import re
from typing import Any

import pyoxigraph as ox

from leukograph import answers, engine, formats, sandbox
from leukograph.errors import CallError, LeukographError, LimitError
from leukograph.names import GRAPHS, INFERRED, LGG, ONTOLOGY, PAGE, PREFIXES, graph_iri
from leukograph.records import Iri
from leukograph.serving import complexity, negotiation, writing
from leukograph.serving.framing import Reply
from leukograph.serving.held import Held
from leukograph.serving.protocol import MANNER
from leukograph.serving.settings import Settings

PROBLEM = ""  # as media type: the body is a sentence
_USUAL = tuple(map(graph_iri, (ONTOLOGY, PAGE, INFERRED)))
_ALL = tuple(map(graph_iri, GRAPHS))
_FLAT = frozenset(_ALL) - {graph_iri(one) for one in GRAPHS if one.startswith(INFERRED)}
_NAMES_GRAPHS = frozenset({"jsonld", "trig", "nq"})
_UNSTABLE = re.compile(r"(?:rand|now|uuid|bnode)\s*\(", re.IGNORECASE)
_BAD, _NOT_FOUND, _NOT_ACCEPTABLE, _TOO_LARGE = 400, 404, 406, 413


def answer(held: Held, settings: Settings, request: dict[str, Any]) -> Reply:
    """Return the reply to a request; what is wrong with it becomes a problem with its status."""
    try:
        return _KINDS[request["kind"]](held, settings, request)
    except LimitError as error:
        return problem(_TOO_LARGE, str(error))
    except LeukographError as error:
        return problem(_BAD, str(error))
    except OSError:  # nothing can be opened any more, so it was the query that tried
        return problem(_BAD, f"query: {sandbox.NO_SERVICE}")
    except (RuntimeError, ValueError) as error:
        return problem(_BAD, f"query: {' '.join(str(error).split())}. Mend the query.")


def problem(status: int, words: str) -> Reply:
    """Return a reply that says in a sentence what is wrong."""
    return Reply(status, PROBLEM, stable=False, body=words.encode("utf-8", "backslashreplace"))


def _sparql(held: Held, settings: Settings, request: dict[str, Any]) -> Reply:
    text = request["query"]
    complexity.refuse(text, settings.max_nesting, settings.max_patterns)
    named = sandbox.refuse(text, "query", settings.max_query_bytes)
    usual = _ALL if settings.everything else _USUAL
    default, given = request["default"], request["named"]
    dataset: engine.Graphs | None = (default, given) if default or given else None if named else (usual, usual)
    sandbox.refuse_graphs(text, {*default, *given} or set(named) or usual)
    result = engine.run(held.whole, text, union=False, dataset=dataset)
    wanted = request["graph" if isinstance(result, ox.QueryTriples) else "table"]
    stable = not _UNSTABLE.search(text)
    if wanted is None:
        kinds = negotiation.GRAPHS if isinstance(result, ox.QueryTriples) else negotiation.TABLES
        return problem(_NOT_ACCEPTABLE, negotiation.none_of(kinds))
    kind, media = wanted
    try:
        if isinstance(result, ox.QueryTriples):
            body = writing.triples(result, kind, settings.max_bytes, settings.max_rows)
        else:
            body = writing.table(result, kind, settings.max_bytes, settings.max_rows)
    except CallError as error:
        return problem(_NOT_ACCEPTABLE, str(error))
    return Reply(200, media, stable, body)


def _ask(held: Held, settings: Settings, request: dict[str, Any]) -> Reply:
    if request["name"] not in held.questions:
        return problem(_NOT_FOUND, str(answers.unknown(request["name"], sorted(held.questions), MANNER)))
    question = held.question(request["name"])
    asked, store = answers.answer(
        question, request["values"], held.opened, with_background=request["background"], manner=MANNER
    )
    kind, media = request["format"]
    if len(asked.answer.rows) > settings.max_rows:
        raise LimitError(f"{question.name}: more than {settings.max_rows} rows. Ask for less.")
    if kind == "ttl":
        iris = {cell.value for row in asked.answer.rows for cell in row if isinstance(cell, Iri)}
        text = engine.turtle_about(store, iris, PREFIXES)
    elif kind == "json":
        text = formats.json(asked.answer, asked)
    elif kind == "tsv":
        text = formats.tsv(asked.answer)
    else:
        text = formats.csv(asked.answer, spreadsheet=kind == "csv-spreadsheet")
    body = text.encode()
    if len(body) > settings.max_bytes:
        raise LimitError(f"{question.name}: the answer is larger than {settings.max_bytes} bytes. Ask for less.")
    return Reply(200, media, stable=True, body=body)


def _about(held: Held, settings: Settings, request: dict[str, Any]) -> Reply:
    """Write what is said of an IRI, or what a graph holds; formats without named graphs hold what is asserted."""
    iri, (kind, media) = request["iri"], request["format"]
    if iri in _ALL:
        quads = list(held.whole.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
    else:
        quads = _said(held.whole, ox.NamedNode(iri))
        if kind not in _NAMES_GRAPHS:
            quads = [quad for quad in quads if str(quad.graph_name)[1:-1] in _FLAT]
    quads.sort(key=str)
    if kind in _NAMES_GRAPHS:
        body = writing.triples(quads, kind, settings.max_bytes, settings.max_rows)
    elif kind in ("ttl", "nt"):
        body = _by_graph(quads, kind, settings)
    else:
        body = writing.triples(
            dict.fromkeys(quad.triple for quad in quads), kind, settings.max_bytes, settings.max_rows
        )
    return Reply(200, media, stable=True, body=body)


def _said(store: ox.Store, subject: ox.NamedNode | ox.BlankNode) -> list[ox.Quad]:
    """Return the quads about a subject, and about the blank nodes that they lead to."""
    found: dict[ox.Quad, None] = {}
    waiting: list[ox.NamedNode | ox.BlankNode] = [subject]
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None):
            if quad not in found:
                found[quad] = None
                waiting += [quad.object] if isinstance(quad.object, ox.BlankNode) else []
    return list(found)


def _by_graph(quads: list[ox.Quad], kind: str, settings: Settings) -> bytes:
    """Write triples graph by graph, each under a comment that names it."""
    heads: dict[str, None] = {}
    body: list[str] = []
    for graph in dict.fromkeys(str(quad.graph_name)[1:-1] for quad in quads):
        held = [quad.triple for quad in quads if str(quad.graph_name)[1:-1] == graph]
        lines = writing.triples(held, kind, settings.max_bytes, settings.max_rows).decode().splitlines()
        whole = "\n".join(lines)
        heads |= dict.fromkeys(one for one in lines if one.startswith("@prefix") and _used(one, whole))
        body += ["", f"# {graph}", *(one for one in lines if not one.startswith("@prefix"))]
    return "\n".join([*sorted(heads), *body, ""]).lstrip("\n").encode()


def _used(head: str, whole: str) -> bool:
    return f"{head.split()[1]}" in whole.replace(head, "")


def _write(_: Held, settings: Settings, request: dict[str, Any]) -> Reply:
    """Write Turtle of our own, whose relative IRIs begin at `base`, in another format."""
    kind, media = request["format"]
    quads = ox.parse(request["turtle"], format=ox.RdfFormat.TURTLE, base_iri=request["base"])
    body = writing.triples([quad.triple for quad in quads], kind, settings.max_bytes, settings.max_rows)
    return Reply(200, media, stable=True, body=body)


_KINDS = {"sparql": _sparql, "ask": _ask, "about": _about, "write": _write}
GRAPH_IRIS = frozenset(_ALL)
GRAPH_BASE = LGG
