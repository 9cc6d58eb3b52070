"""Opens the graphs that are asked for, with an inference that is never stale."""

from collections.abc import Callable, Iterable

from leukograph import engine, files
from leukograph.errors import DataError
from leukograph.names import BACKGROUND, COMPILED, INFERRED, INFERRED_BACKGROUND, ONTOLOGY, PAGE
from leukograph.records import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph as ox

Tell = Callable[[str], None]
# Part of every digest: raise it whenever the same files would give another inference than before.
INFERENCE_VERSION = b"1"
_STAMP = "# Made by `leukograph build`; not to be edited. blake2b of the inputs and of the triples: "


def silent(words: str) -> None:
    """Tell nobody."""


def once(tell: Tell) -> Tell:
    """Return what tells each sentence no more than once."""
    said: set[str] = set()

    def tell_once(words: str) -> None:
        if words not in said:
            said.add(words)
            tell(words)

    return tell_once


def parts(root: str, layers: Iterable[str], tell: Tell = silent) -> list[Part]:
    """Return ontology, page and what follows from them, with `layers` beside, as file contents in a fixed order.

    `layers` are names of asserted graphs; with `background` comes what follows from it. A stored inference is taken
    only where its stamp holds the digests of the very bytes that are returned here, its own among them; otherwise
    it is made anew.
    """
    tell = once(tell)
    wanted = [ONTOLOGY, PAGE, *sorted(set(layers) - {ONTOLOGY, PAGE})]
    asserted = _read(root, wanted)
    base = [part for part in asserted if part.graph in (ONTOLOGY, PAGE)]
    first = _inferred(root, INFERRED, base, [], tell)
    found = [*asserted, first]
    if BACKGROUND in wanted:
        more = [part for part in asserted if part.graph == BACKGROUND]
        found.append(_inferred(root, INFERRED_BACKGROUND, base, more, tell, first))
    return found


def open_store(root: str, layers: Iterable[str] = (), tell: Tell = silent, *, terms: bool = True) -> "ox.Store":
    """Return a store with the graphs of `parts`, each under its own name.

    Without `terms` the definitions of classes and properties stay out of the store: what follows from them is in
    the inferred graphs already, and few questions show them. That is a seventh of all triples.
    """
    return store_of(parts(root, layers, tell), terms=terms)


def store_of(read: Iterable[Part], *, terms: bool = True) -> "ox.Store":
    """Return a store with these parts, each graph under its own name, without definitions as `open_store` says."""
    store = engine.empty()
    for part in read:
        if terms or part.path != files.TERMS:
            engine.load(store, part.graph, part.path, part.content)
    return store


def inferences(root: str, engine_name: str = COMPILED) -> list[Part]:
    """Infer both inferred graphs from the files as they are; a contradiction raises DataError."""
    base, more = _read(root, (ONTOLOGY, PAGE)), _read(root, (BACKGROUND,))
    first = _infer(root, INFERRED, base, [], engine_name=engine_name)
    return [first, _infer(root, INFERRED_BACKGROUND, base, more, _lines(first.content), engine_name)]


def _read(root: str, graphs: Iterable[str]) -> list[Part]:
    return [
        Part(graph, path, content)
        for graph in graphs
        for path, content in files.named(root, files.graph_files(root, graph))
    ]


def _inferred(root: str, graph: str, base: list[Part], more: list[Part], tell: Tell, first: Part | None = None) -> Part:
    (path,) = files.graph_files(root, graph)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        content = b""
    if content.startswith(_stamp(base + more, content.partition(b"\n")[2])):
        return Part(graph, path, content)
    tell("the files have changed since `leukograph build`; inferring anew …")
    known = _lines(first.content) if first else set()
    return _infer(root, graph, base, more, known)


def _infer(
    root: str,
    graph: str,
    base: list[Part],
    more: list[Part],
    known: Iterable[bytes] = (),
    engine_name: str = COMPILED,
) -> Part:
    from leukograph import closing

    (path,) = files.graph_files(root, graph)
    for part in base + more:  # pyoxigraph says line and column of what does not parse
        engine.load(engine.empty(), part.graph, part.path, part.content)
    result = closing.closure([(part.path, part.content) for part in base + more], engine_name)
    if result.contradictions:
        raise DataError(f"the graph contradicts itself: {result.contradictions[0].words}. Mend one of the two.")
    known = set(known)
    lines = (line for line in (triple.encode() for triple in result.triples) if line not in known)
    body = b"".join(line + b"\n" for line in lines)
    return Part(graph, path, _stamp(base + more, body) + body)


def _stamp(inputs: list[Part], body: bytes) -> bytes:
    contents = [("inference", INFERENCE_VERSION), *((part.path, part.content) for part in inputs)]
    return f"{_STAMP}{files.digest(contents)} {files.digest([('triples', body)])}\n".encode()


def _lines(content: bytes) -> set[bytes]:
    return {line for line in content.split(b"\n") if line.startswith(b"<")}
