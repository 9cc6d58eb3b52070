"""Who is measured: ways to close, to validate by shapes, and to load and export; ours first, then the peers.

What ours is stands in the four functions at the top; everything else about it is the same for all. A way reads its
files, works on what it read, and tells its result as lines, so that the results of two ways can be compared.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from leukograph import engine, files
from leukograph.names import BASE, ONTOLOGY, PAGE, RDF_TYPE, RDFS, SH

if TYPE_CHECKING:
    import rdflib

Read = Callable[[list[str]], Any]


# Ours.


def close(store: ox.Store) -> tuple[str, ...]:
    """Return what follows from a store, as sorted lines of N-Triples."""
    from leukograph import closing

    return closing.close(store).triples


def shacl(read: tuple[ox.Store, ox.Store]) -> list[str]:
    """Return what shapes find, given the store of the data and that of the shapes."""
    from leukograph import shacl as room

    gate = room.shapes_gate([quad.triple for quad in read[0]], list(read[1]), store=read[0])
    return sorted({_line(one.focus, one.path) for one in gate.findings})


def load(path: str) -> ox.Store:
    """Read one large file of N-Triples."""
    store = engine.empty()
    engine.load(store, PAGE, path)
    return store


def export(store: ox.Store, path: str) -> None:
    """Write all triples of a store as N-Triples."""
    store.dump(path, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(f"{BASE}graph/{PAGE}"))


# What all share.


class Way(NamedTuple):
    """One who is measured: what it needs installed, how it reads files, works, and tells; not beyond `most` times."""

    name: str
    needs: tuple[str, ...]
    read: Read
    work: Callable[[Any], Any]
    tell: Callable[[Any], Iterable[str]]
    most: int = 1_000_000


def lacking(way: Way) -> list[str]:
    """Return the modules or commands that a way needs and that are not installed."""
    return [one for one in way.needs if find_spec(one) is None and not command(one)]


def command(name: str) -> str:
    """Return the path of a command beside this Python, or on the path of commands; '' where there is none."""
    from shutil import which

    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else which(name) or ""


def ontology() -> list[str]:
    """Return the files of the ontology."""
    return files.graph_files(files.home(), ONTOLOGY)


def shapes() -> list[str]:
    """Return the files of the shapes."""
    return files.files_under(str(Path(files.home(), *files.SHAPES.split("/"))), ".ttl")


def loaded(paths: list[str]) -> ox.Store:
    """Return a store of files: Turtle in the graph of the ontology, anything else in that of the page."""
    store = engine.empty()
    for path in paths:
        engine.load(store, ONTOLOGY if path.endswith(".ttl") else PAGE, path)
    return store


def _parsed(paths: list[str], store: str = "default") -> "rdflib.Graph":
    import logging

    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    graph = rdflib.Graph(store=store)
    for path in paths:
        graph.parse(path, format="nt" if path.endswith(".nt") else "turtle")
    return graph


def _line(focus: object, path: object) -> str:
    return f"{focus} {path}".strip()


# The closure.


def _kept(triples: Iterable[tuple[Any, Any, Any]], asserted: set[tuple[str, str, str]]) -> list[str]:
    """Return of a closure what ours keeps of it: new triples between two IRIs of the project."""
    lines = []
    for triple in triples:
        subject, predicate, value = (str(term).strip("<>") for term in triple)
        ours = subject.startswith(BASE) and value.startswith(BASE) and " " not in value
        if ours and subject != value and predicate.startswith((BASE, RDF_TYPE, RDFS + "subClassOf")):
            lines += [] if (subject, predicate, value) in asserted else [f"<{subject}> <{predicate}> <{value}> ."]
    return sorted(lines)


def _with_asserted(graph: "rdflib.Graph") -> tuple[Any, set[tuple[str, str, str]]]:
    return graph, {(str(one), str(by), str(other)) for one, by, other in graph}


def _owlrl(read: tuple[Any, set[tuple[str, str, str]]]) -> Any:
    import owlrl

    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(read[0])
    return read


def _read_reasonable(paths: list[str]) -> tuple[Any, set[tuple[str, str, str]]]:
    reasoner = import_module("reasonable").PyReasoner()
    whole = str(Path(paths[0]).with_suffix(".one.ttl"))  # of two files it takes blank nodes of one name for one
    ox.serialize((quad.triple for quad in loaded(paths)), whole, format=ox.RdfFormat.N_TRIPLES)
    reasoner.load_file(whole)
    return reasoner, {tuple(map(str, triple)) for triple in reasoner.get_base_triples()}  # type: ignore[misc]


def _read_turbo(paths: list[str]) -> tuple[Any, set[tuple[str, str, str]]]:
    dataset = import_module("rdflib_turbo").Dataset()
    for path in paths:
        dataset.parse(data=Path(path).read_text(encoding="utf-8"), format="nt" if path.endswith(".nt") else "turtle")
    return dataset, _with_asserted(_parsed(paths))[1]


def _turbo(read: tuple[Any, set[tuple[str, str, str]]]) -> Any:
    import_module("owlrl_turbo").expand(read[0], inference="owlrl", inplace=True)
    select = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o)) }"
    return [tuple(row) for row in read[0].query(select)], read[1]


CLOSURE = (
    Way("leukograph", (), loaded, close, list),
    Way("owlrl", ("owlrl",), lambda paths: _with_asserted(_parsed(paths)), _owlrl, lambda made: _kept(*made), 10),
    Way(
        "reasonable",
        ("reasonable",),
        _read_reasonable,
        lambda read: (read[0].reason(), read[1]),
        lambda made: _kept(*made),
        100,
    ),
    Way("owlrl-turbo", ("owlrl_turbo", "rdflib_turbo"), _read_turbo, _turbo, lambda made: _kept(*made), 10),
)


# The shapes.


def _report(made: tuple[Any, Any, Any]) -> list[str]:
    """Return the results of a report of SHACL as lines of focus and path."""
    import rdflib

    sh = rdflib.Namespace(SH)
    report = made[1]
    lines = set()
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        path = report.value(result, sh.resultPath)
        lines.add(_line(report.value(result, sh.focusNode), path if isinstance(path, rdflib.URIRef) else ""))
    return sorted(lines)


def _pyshacl(read: tuple[Any, Any], module: str = "pyshacl") -> Any:
    return import_module(module).validate(read[0], shacl_graph=read[1], inference="none")


def _read_rudof(paths: list[str]) -> Any:
    peer = import_module("pyrudof")
    rudof = peer.Rudof(peer.RudofConfig())
    for number, path in enumerate(paths):
        kind = peer.RDFFormat.NTriples if path.endswith(".nt") else peer.RDFFormat.Turtle
        rudof.read_data(path, format=kind, merge=number > 0)
    rudof.read_shacl(_parsed(shapes()).serialize(format="turtle"))
    return rudof


def _rudof(rudof: Any) -> Any:
    return rudof.validate_shacl()


def _told_by_rudof(report: Any) -> list[str]:
    return sorted({_line(_bare(one.focus_node), _bare(one.path)) for one in report.violations})


def _bare(term: object) -> str:
    text = str(term or "")
    return text[1:-1] if text.startswith("<") else text if "://" in text and " " not in text else ""


SHACL = (
    Way("leukograph", (), lambda paths: (loaded(paths), loaded(shapes())), shacl, list),
    Way("pyshacl", ("pyshacl",), lambda paths: (_parsed(paths), _parsed(shapes())), _pyshacl, _report, 10),
    Way(
        "pyshacl on oxrdflib",
        ("pyshacl", "oxrdflib"),
        lambda paths: (_parsed(paths, "Oxigraph"), _parsed(shapes(), "Oxigraph")),
        _pyshacl,
        _report,
        1,
    ),
    Way("pyrudof", ("pyrudof",), _read_rudof, _rudof, _told_by_rudof, 100),
    Way(
        "pyshacl-turbo",
        ("pyshacl_turbo",),
        lambda paths: (loaded(paths), _parsed(shapes())),  # the fastest of the inputs that it takes
        lambda read: _pyshacl(read, "pyshacl_turbo"),
        _report,
    ),
)


# Loading one file, and writing it again.


def _oxigraph(call: str, *words: str) -> None:
    subprocess.run([command("oxigraph"), call, *words], check=True, capture_output=True)


def _beside(path: str) -> str:
    return str(Path(path).with_suffix(".store"))


def _read_on_disk(paths: list[str]) -> str:
    _oxigraph("load", "--location", _beside(paths[0]), "--file", paths[0], "--format", "nt")
    return paths[0]


def _write_from_disk(path: str) -> str:
    _oxigraph("dump", "--location", _beside(path), "--file", path + ".out", "--format", "nt", "--graph", "default")
    return path


def _written(path: str, write: Callable[[str], object]) -> str:
    write(path + ".out")
    return path


def _lines(path: str) -> list[str]:
    with open(path + ".out", encoding="utf-8") as file:
        return [str(sum(1 for line in file if line.strip()))]


def _bulk(paths: list[str]) -> tuple[str, ox.Store]:
    store = ox.Store()
    store.bulk_load(path=paths[0], format=ox.RdfFormat.N_TRIPLES)
    return paths[0], store


LOADING = (
    Way(
        "leukograph",
        (),
        lambda paths: (paths[0], load(paths[0])),
        lambda read: _written(read[0], lambda out: export(read[1], out)),
        _lines,
    ),
    Way(
        "pyoxigraph, bulk load",
        (),
        _bulk,
        lambda read: _written(
            read[0], lambda out: read[1].dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        ),
        _lines,
    ),
    Way("oxigraph load, on disk", ("oxigraph",), _read_on_disk, _write_from_disk, _lines),
    Way(
        "rdflib",
        ("rdflib",),
        lambda paths: (paths[0], _parsed(paths)),
        lambda read: _written(read[0], lambda out: read[1].serialize(out, format="nt", encoding="utf-8")),
        _lines,
        1000,
    ),
)
TASKS = {"closure": CLOSURE, "shacl": SHACL, "loading": LOADING}
