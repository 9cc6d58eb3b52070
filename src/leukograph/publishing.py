"""The verb `publish`: puts named graphs into a store elsewhere, all of them or none, and proves that they are there."""

import os
import tempfile
from collections.abc import Iterable

from leukograph import asking, console, credentials, files, limits, options, staging, triples
from leukograph.errors import CallError, EndpointError, StoppedError
from leukograph.formats import layout
from leukograph.knowledge import Tell, silent
from leukograph.material import gather
from leukograph.names import ALL, GRAPHS, LGG, graph_iri, is_iri
from leukograph.remote import Store
from leukograph.staging import STAGING, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    import pyoxigraph as ox

DEFAULT_SECONDS = 600.0
_STOPPED = "stopped. Nothing was written."


def publish(
    store: Store,
    contents: dict[str, Iterable["ox.Triple"]],
    *,
    skolemise: bool = False,
    dry: bool = False,
    tell: Tell = silent,
) -> list[Change]:
    """Make named graphs of a store hold exactly these triples and return what changed, or would where `dry`.

    Raises EndpointError or LimitError, which say what stands.
    """
    plainly = skolemise or store.target.profile.skolemise or store.target.graph_store is None
    with tempfile.TemporaryDirectory(prefix="leukograph-") as folder:
        try:
            wanted = {}
            for number, (graph, found) in enumerate(contents.items()):
                wanted[graph] = triples.settle(found, folder, f"wanted{number}", skolemise=plainly)
                if not wanted[graph].total:
                    raise CallError(f"<{graph}> would be empty, and an empty graph is no graph to many stores.")
            changes = staging.plan(store, wanted, folder, tell)
        except OSError as error:
            raise EndpointError(f"{folder}: {error.strerror or error}. Make room. Nothing was sent.") from None
        except KeyboardInterrupt:
            raise StoppedError(_STOPPED) from None
        if not dry:
            staging.replace(store, wanted, changes, folder, tell)
    return changes


def run(words: list[str]) -> int:
    """Publish as the words of the call say and return the exit code, 0; what fails raises."""
    parser = options.parser(
        "leukograph publish",
        "Put named graphs into a store that speaks SPARQL 1.1, never into its default graph. Each goes to a staging "
        "graph, is read back and compared, and only when all are right are they moved to their places; until then the "
        "old content stands. Publishing again what is there changes nothing.\nUser and password, or a token, come from "
        f"{', '.join(credentials.VARIABLES)} or --credentials.",
        "examples:\n  leukograph publish http://localhost:7878 --dry-run\n"
        "  leukograph publish https://example.org/ds --store fuseki --graph page --graph ontology\n"
        "  leukograph publish my-store.toml --file own.nt --into https://example.org/graph/own",
    )
    parser.add_argument("target", metavar="URL|FILE.toml", help="the address of the store, or a file that tells it")
    options.store_options(parser)
    parser.add_argument(
        "--graph", action="append", choices=[*GRAPHS, ALL], help="a graph to publish; may be repeated; default all"
    )
    parser.add_argument("--file", type=options.file, metavar="FILE", help="publish a file of your own instead")
    parser.add_argument("--into", metavar="IRI", help="the named graph that --file goes into")
    parser.add_argument("--skolemise", action="store_true", help="give blank nodes IRIs, where the store needs it")
    parser.add_argument("--dry-run", action="store_true", help="read and compare, write nothing")
    parser.add_argument(
        "--timeout", type=options.seconds, default=DEFAULT_SECONDS, metavar="SECONDS", help="for each request; 600"
    )
    given = parser.parse_args(words)
    store = asking.of_call(given.target, given, given.timeout, console.tell)
    if bool(given.file) != bool(given.into) or (given.file and given.graph):
        raise CallError("--file and --into stand together, and without --graph. Give both or neither.")
    with limits.stoppable():
        try:
            contents = _contents(given)
        except KeyboardInterrupt:
            raise StoppedError(_STOPPED) from None
        try:
            changes = publish(store, contents, skolemise=given.skolemise, dry=given.dry_run, tell=console.progress)
        finally:
            console.progress("")
    rows = [[one.graph, str(one.before), str(one.after), _how(one, dry=given.dry_run)] for one in changes]
    head = ["graph", "before", "after", "what happened" if not given.dry_run else "what would happen"]
    if store.target.profile.union and len(changes) > 1:
        console.tell(
            "in this store a query without FROM sees all named graphs at once, page and background mixed; `leukograph "
            "ask --endpoint` names the graphs that each question may see."
        )
    console.out(layout(head, rows, width=console.width(), colour=console.colour()))
    return 0


def _contents(given: "Namespace") -> dict[str, Iterable["ox.Triple"]]:
    """Return the triples that a call names, by the IRI of the graph that they go to."""
    if given.file:
        return {_own(given.into): triples.of_file(given.file)}
    chosen = set(given.graph or [ALL])
    names = [graph for graph in GRAPHS if ALL in chosen or graph in chosen]
    quads = gather(files.home(), names, console.tell).quads
    return {graph_iri(graph): (quad.triple for quad in quads[graph]) for graph in names}


def _how(change: Change, *, dry: bool) -> str:
    if change.same:
        left = f"; {change.left} triples of an earlier staging graph {'would be' if dry else 'were'} dropped"
        return f"unchanged{left if change.left else ''}"
    return ("would be " if dry else "") + ("replaced" if change.before else "new")


def _own(iri: str) -> str:
    """Return the name of a user's own graph, which is none of the project and no store's word for its default graph."""
    if not is_iri(iri) or iri.endswith(STAGING):
        raise CallError(f"--into {iri!r} is no IRI for a graph. Give an absolute one, such as https://example.org/g.")
    if iri.startswith(LGG):
        raise CallError(f"--into {iri}: this is a graph of the project, and layers never mix. Give a name of your own.")
    if iri in _DEFAULT_GRAPHS:
        raise CallError(f"--into {iri}: this is the default graph of a store. Give a name of your own.")
    return os.fspath(iri)


# What GraphDB and Jena's TDB call their default graph, and TDB the union of all, as their documentation says.
_DEFAULT_GRAPHS = {
    "http://www.openrdf.org/schema/sesame#nil",
    "urn:x-arq:DefaultGraph",
    "urn:x-arq:UnionGraph",
}
