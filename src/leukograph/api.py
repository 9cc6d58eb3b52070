"""The front door for Python: the same verbs as the command, with types."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leukograph import answers, building, evidence, files, knowledge, sandbox
from leukograph import questions as saved
from leukograph.names import BACKGROUND, MAPPINGS
from leukograph.records import Asked, Exported, Question, Report

if TYPE_CHECKING:
    import rdflib

ALL_LAYERS = (BACKGROUND, MAPPINGS)


def ask(name: str, /, *, with_background: bool = False, **values: str | Sequence[str]) -> Asked:
    """Answer a saved question; a value is a label, synonym, brand name, CURIE or IRI, or a list of them.

    Raises `leukograph.errors.CallError` for an unknown question, parameter or value.
    """
    given = {key: [value] if isinstance(value, str) else list(value) for key, value in values.items()}
    return answers.ask(files.home(), name, given, with_background=with_background)


def list_questions() -> tuple[Question, ...]:
    """Return every saved question, sorted by name."""
    root = files.home()
    return tuple(saved.load(root, name) for name in saved.names(root))


def query(sparql: str, *, everything: bool = False, seconds: float = sandbox.DEFAULT_SECONDS) -> sandbox.Result:
    """Run any read-only SPARQL 1.1 query in a process of its own; `everything` adds background and mappings.

    Raises `CallError` for a query that is refused or does not parse, `LimitError` when its time is over.
    """
    return sandbox.query(files.home(), sparql, ALL_LAYERS if everything else (), seconds=seconds)


def validate(*named: str, page: str | Sequence[str] = (), with_project: bool = False) -> Report:
    """Validate the project's graphs, or the RDF files and folders `named` against its ontology, shapes and checks.

    `page` are the paths of copies of pages to prove the evidence against; `with_project` adds the project's data to
    the files named. Raises `FileError` for a file that cannot be opened; one that does not parse is a finding.
    """
    from leukograph import validation

    paths = [page] if isinstance(page, str) else page
    pages = tuple((path, files.read_text(path)) for path in paths)
    return validation.validate(files.home(), validation.Scope(named=named, pages=pages, with_project=with_project))


def verify(page: str) -> evidence.Proof:
    """Prove every position of the graph against the copy of the page at this path."""
    return evidence.verify(knowledge.open_store(files.home()), files.read_text(page))


def export(name: str, graph: str | None = None) -> Exported:
    """Make an export in memory: files, each a pair of name and content, and what they could not carry.

    `name` is a format of `leukograph export --list`, `graph` a named graph or `all`.

    Without `graph` it is the usual one of the format. Raises CallError for a format or graph that there is not.
    """
    from leukograph import exporting

    return exporting.export(files.home(), name, graph)


def graph(*, everything: bool = False) -> "rdflib.Dataset":
    """Return the named graphs as an `rdflib.Dataset`; `everything` adds background and mappings."""
    from leukograph import datasets

    return datasets.dataset(knowledge.parts(files.home(), ALL_LAYERS if everything else ()))


def build(*, write: bool = True) -> list[building.Built]:
    """Infer the inferred graphs anew and, unless `write` is false, write the files that changed."""
    return building.build(files.home(), write=write)
