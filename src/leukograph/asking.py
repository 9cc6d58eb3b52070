"""Asks a store elsewhere: saved questions over exactly the graphs that they may see, and free read-only queries.

An engine elsewhere is not trusted blindly. Where its graphs hold as many triples as those here, the question is
answered here too, and two answers that differ are an error and no answer. A graph that is not there is an error:
silence of an empty store is no silence of the page.
"""

import re
from collections.abc import Iterable
from itertools import islice

from leukograph import answers, credentials, engine, knowledge, remote, sandbox, triples
from leukograph.answers import Elsewhere
from leukograph.errors import CallError, EndpointError, LimitError
from leukograph.knowledge import Tell, silent
from leukograph.names import BACKGROUND, GRAPHS, INFERRED, LGG, MAPPINGS, ONTOLOGY, PAGE, PREFIXES, XSD, graph_iri
from leukograph.profiles import Target, target
from leukograph.records import Answer, Cell, Iri
from leukograph.remote import Dataset, Store
from leukograph.sandbox import Result
from leukograph.transport import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    import pyoxigraph as ox

DEFAULT_SECONDS = 30.0
MOST_TRIPLES = 2_000_000
_PROLOGUE = re.compile(
    r"(?:\s+|#[^\r\n]*|BASE(?:\s|#[^\r\n]*)*<[^<>]*>|PREFIX(?:\s|#[^\r\n]*)*[^\s:<>]*:(?:\s|#[^\r\n]*)*<[^<>]*>)*",
    re.IGNORECASE,
)
_NUMBERS = {XSD + kind for kind in ("integer", "decimal", "double", "float", "int")}


def connect(where: Target, auth: str | None, path: str | None, seconds: float, tell: Tell = silent) -> Store:
    """Return a store to talk to, with the credentials of a file or of the environment.

    Raises CallError for credentials that cannot be used; those that are not needed are told.
    """
    given, way = credentials.find(path), auth or where.profile.auth
    if note := credentials.fit(given, way, asked=bool(auth)):
        tell(note)
    return Store(where, Client(way, given, seconds))


def of_call(where: str, given: "Namespace", seconds: float, tell: Tell) -> Store:
    """Return the store at an address, or of a file, with the profile and the login that the options of a call name."""
    return connect(target(where, given.store), given.auth, given.credentials, seconds, tell)


def elsewhere(root: str, given: dict[str, list[str]], tell: Tell) -> Elsewhere | None:
    """Return what runs the questions of a call of `ask` at the store that its options name, or None without one.

    Raises CallError for options that need --endpoint, or that speak of the files here beside it.
    """
    _refuse_mixing(given)
    if "endpoint" not in given:
        return None
    last = {key: value[-1] for key, value in given.items() if value}
    seconds = float(last.get("timeout", DEFAULT_SECONDS))
    where = target(last["endpoint"], last.get("store"))
    store = connect(where, last.get("auth"), last.get("credentials"), seconds, tell)
    return runner(root, store, here="here" in given, tell=tell)


def runner(root: str, store: Store, *, here: bool = False, tell: Tell = silent) -> Elsewhere:
    """Return what runs a SELECT over graphs of a store.

    With `here`, or where the profile says so, the graphs are read from the store and its engine is not used.
    """
    same: dict[tuple[str, ...], bool] = {}
    make = _reader if here or store.target.profile.here else _asker
    return Elsewhere(make(root, store, same, tell), lambda: all(same.values()))


def _reader(root: str, store: Store, same: dict[tuple[str, ...], bool], tell: Tell) -> answers.Run:
    """Return what answers here from the graphs that the store holds, read once."""
    held: dict[tuple[str, ...], ox.Store] = {}

    def run(sparql: str, graphs: tuple[str, ...]) -> Answer:
        if graphs not in held:
            held[graphs] = fetched(store, counted(store, graphs))
            tell(f"the graphs were read from {store.target.name}; the question is answered here.")
            other = _other(_own(root, graphs), {one: triples.size(held[graphs], graph_iri(one)) for one in graphs})
            same[graphs] = not other
            if other:
                tell(f"{store.target.name} holds another state of {other}; the answer is of what it holds.")
        return engine.select(held[graphs], sparql)

    return run


def fetched(store: Store, counts: dict[str, int]) -> "ox.Store":
    """Return a store of this process with graphs of a store elsewhere, each with as many triples as it counts."""
    if sum(counts.values()) > MOST_TRIPLES:
        raise LimitError(f"{store.target.name}: more than {MOST_TRIPLES} triples to read. Ask without --here.")
    held = triples.fetched(
        {graph: islice(store.graph(graph_iri(graph), count), count + 1) for graph, count in counts.items()}
    )
    for graph, count in counts.items():
        got = triples.size(held, graph_iri(graph))
        if got != count:
            raise remote.capped(got, count, store.target.name)
    if store.target.reading is None and engine.blank_nodes(held):
        raise EndpointError(
            f"{store.target.name}: blank nodes cannot be read in pages. Publish them with --skolemise, or "
            "through this profile."
        )
    return held


def _asker(root: str, store: Store, same: dict[tuple[str, ...], bool], tell: Tell) -> answers.Run:
    """Return what lets the store answer, checks that no row is missing, and compares where that is possible."""
    mine: dict[tuple[str, ...], ox.Store] = {}

    def run(sparql: str, graphs: tuple[str, ...]) -> Answer:
        dataset = Dataset(tuple(map(graph_iri, graphs)))
        if graphs not in same:
            mine[graphs] = _own(root, graphs)
            other = _other(mine[graphs], counted(store, graphs))
            same[graphs] = not other
            if other:
                tell(
                    f"{store.target.name} holds another state of {other}; the answer is of what it holds, "
                    "and its engine could not be checked."
                )
        found = checked(store, sparql, dataset)
        if same[graphs] and not _equal(found, engine.select(mine[graphs], sparql)):
            raise EndpointError(
                f"{store.target.name}: its answer differs from the answer here, although its graphs hold as many "
                "triples. Its engine evaluates otherwise, or a graph differs: publish again, or give --here."
            )
        return found

    return run


def _own(root: str, graphs: tuple[str, ...]) -> "ox.Store":
    return knowledge.open_store(root, [one for one in graphs if one in (BACKGROUND, MAPPINGS)])


def _other(own: "ox.Store", counts: dict[str, int]) -> str:
    """Name the graphs of which a store has more or fewer triples than the files here."""
    here = {graph: triples.size(own, graph_iri(graph)) for graph in counts}
    return ", ".join(
        f"{graph} ({count} triples, here {here[graph]})" for graph, count in counts.items() if count != here[graph]
    )


def counted(store: Store, graphs: tuple[str, ...]) -> dict[str, int]:
    """Return how many triples each graph of the project has at a store; an empty one is an EndpointError."""
    counts = {graph: store.count(graph_iri(graph)) for graph in graphs}
    empty = [graph for graph, count in counts.items() if not count]
    if empty:
        raise _nothing(store, empty)
    return counts


def _nothing(store: Store, empty: Iterable[str]) -> EndpointError:
    return EndpointError(
        f"{store.target.name} holds nothing in {', '.join(f'<{graph_iri(graph)}>' for graph in empty)}, so it cannot "
        "tell what the page says. Publish there first."
    )


def checked(store: Store, sparql: str, dataset: Dataset) -> Answer:
    """Run a SELECT and return its rows; fewer or more than the store counts is a LimitError."""
    table = store.select(sparql, dataset)
    number = store.rows(sparql, prologue(sparql), dataset)
    if number != len(table.rows):
        raise remote.capped(len(table.rows), number, store.target.name)
    return table


def prologue(sparql: str) -> int:
    """Return where the first keyword of a query stands, behind prefixes and comments."""
    start = _PROLOGUE.match(sparql)
    return start.end() if start else 0


def query(store: Store, sparql: str, *, everything: bool, max_rows: int, tell: Tell, name: str = "query") -> Result:
    """Run a read-only query at a store over the project's graphs and return its result.

    It sees what it would see here: the union of page, ontology and what follows, with `everything` all of the
    project's graphs, or those that it names by FROM; no other graph of the store.
    """
    named = sandbox.refuse(sparql, name)
    seen = GRAPHS if everything else (ONTOLOGY, PAGE, INFERRED)
    graphs = tuple(map(graph_iri, seen))
    sandbox.refuse_graphs(sparql, named or graphs, name)
    dataset = Dataset() if named else Dataset(graphs, graphs)
    asked = [one.removeprefix(LGG) for one in named] or seen
    empty = [graph for graph in asked if not store.count(graph_iri(graph))]
    if len(empty) == len(asked):
        raise _nothing(store, empty)
    if empty:
        tell(f"{store.target.name} holds nothing in {', '.join(empty)}; what belongs there cannot be found.")
    if store.target.profile.doubted:
        tell(f"the engine of {store.target.profile.name} was seen to answer some queries wrongly; check what it says.")
    at = prologue(sparql)
    form = sparql[at : at + 9].upper()
    found = store.query(sparql, dataset, gives="triples" if form.startswith(("CONSTRUCT", "DESCRIBE")) else "rows")
    if found.truth is not None:
        return Result(truth=found.truth)
    if found.triples is not None:
        tell("triples are not counted, so it was not checked whether the store left some out.")
        return Result(turtle=engine.turtle(found.triples, PREFIXES))
    table = found.table or Answer((), ())
    if len(table.rows) > max_rows:
        raise LimitError(f"{name}: more than {max_rows} rows. Ask for less, or give --max-rows more.")
    if named or not form.startswith("SELECT"):
        tell("the query names its graphs itself, so it was not checked whether the store left rows out.")
    elif (number := store.rows(sparql, at, dataset)) != len(table.rows):
        raise remote.capped(len(table.rows), number, store.target.name)
    return Result(table=table)


def query_as_called(given: "Namespace", sparql: str, name: str, tell: Tell) -> Result:
    """Run a query as the options of a call of `query` say."""
    if given.endpoint is None:
        raise CallError("--store, --auth and --credentials speak of a store. Give --endpoint with them.")
    store = of_call(given.endpoint, given, given.timeout, tell)
    return query(store, sparql, everything=given.everything, max_rows=given.max_rows, tell=tell, name=name)


def _equal(one: Answer, other: Answer) -> bool:
    """Tell whether two answers have the same rows in the same order, by value."""
    if set(one.columns) != set(other.columns) or len(one.rows) != len(other.rows):
        return False
    places = [one.columns.index(column) for column in other.columns]
    return all(
        [_value(row[place]) for place in places] == [_value(cell) for cell in mine]
        for row, mine in zip(one.rows, other.rows, strict=True)
    )


def _value(cell: Cell) -> tuple[str, str | float, str] | None:
    if cell is None:
        return None
    if isinstance(cell, Iri):
        return "iri", "_:" if cell.value.startswith("_:") else cell.value, ""
    if cell.datatype in _NUMBERS:
        try:
            return "number", float(cell.value), ""
        except ValueError:
            return "text", cell.value, ""
    return "text", cell.value, cell.language.lower()


def _refuse_mixing(given: dict[str, list[str]]) -> None:
    """Raise CallError for options that speak of the files here, beside --endpoint, or need it."""
    if "endpoint" in given:
        if "source" in given or given.get("format") == ["ttl"]:
            what = "--source" if "source" in given else "--format ttl"
            raise CallError(f"{what} shows what the files here hold, and not the store. Leave one of the two out.")
        return
    for option in ("store", "auth", "credentials", "timeout", "here"):
        if option in given:
            raise CallError(f"--{option} speaks of a store. Give --endpoint with it.")
