"""Every check refuses one fault and lets the right record pass: `tests/checks/<check>/{pass,fail}-<why>.ttl`.

The case is loaded beside the project's graphs, into the page graph unless a line `# graph: name` says otherwise. A line
`# expect: ex:focus` names a record that the check returns; it returns exactly these. Both engines agree on every case.
"""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from leukograph import datasets, engine, files, gates
from leukograph.names import ASSERTED, graph_iri
from leukograph.rules import VIOLATION, WARNING

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "checks"
EX = "https://example.org/case/"
CASES = sorted(FOLDER.glob("*/*.ttl"))
CHECKS = {check.name: check for check in gates.load_checks(str(ROOT))}


def marks(path: Path) -> tuple[list[str], str]:
    text = path.read_text(encoding="utf-8")
    graph = re.findall(r"^# graph: (\S+)$", text, re.MULTILINE) or ["page"]
    return sorted(re.findall(r"^# expect: (\S+)$", text, re.MULTILINE)), graph[0]


def ident(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def sources() -> list[tuple[str, str, bytes]]:
    return [(graph, path, files.read(path)) for graph in ASSERTED for path in files.graph_files(str(ROOT), graph)]


@pytest.fixture(scope="module")
def project() -> ox.Store:
    store = engine.empty()
    for graph, path, content in sources():
        engine.load(store, graph, path, content)
    return store


def foci(store: ox.Store, check: gates.Check) -> list[str]:
    answer = engine.select(store, check.sparql, name=check.name)
    assert answer.columns[:1] == ("focus",)
    assert set(answer.columns) <= {"focus", "value"}
    return sorted({row[0].value.replace(EX, "ex:") for row in answer.rows if row[0]})


def test_every_check_has_a_case_it_refuses_and_one_it_lets_pass() -> None:
    assert len(CHECKS) > 50
    assert {path.parent.name for path in CASES} == set(CHECKS)
    for name in CHECKS:
        kinds = {path.stem.split("-", 1)[0] for path in CASES if path.parent.name == name}
        assert kinds == {"pass", "fail"}, name


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_the_project_passes_every_check(name: str, project: ox.Store) -> None:
    assert foci(project, CHECKS[name]) == []


@pytest.mark.parametrize("path", CASES, ids=ident)
def test_a_case_gives_exactly_the_expected_records(path: Path, project: ox.Store) -> None:
    wanted, graph = marks(path)
    assert path.stem.startswith("fail-" if wanted else "pass-")
    name = ox.NamedNode(graph_iri(graph))
    added = [ox.Quad(one.subject, one.predicate, one.object, name) for one in ox.parse(path=str(path))]
    fresh = [quad for quad in added if quad not in project]
    project.extend(fresh)
    try:
        assert foci(project, CHECKS[path.parent.name]) == wanted
    finally:
        for quad in fresh:
            project.remove(quad)


@pytest.fixture(scope="module")
def with_all_faults() -> tuple[ox.Store, rdflib.Dataset]:
    failing = [(marks(path)[1], str(path), path.read_bytes()) for path in CASES if path.stem.startswith("fail-")]
    store = engine.empty()
    for graph, path, content in [*sources(), *failing]:
        engine.load(store, graph, path, content)
    return store, datasets.dataset([*sources(), *failing])


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_rdflib_finds_the_same(name: str, with_all_faults: tuple[ox.Store, rdflib.Dataset]) -> None:
    store, dataset = with_all_faults
    ours = engine.select(store, CHECKS[name].sparql).rows
    assert ours
    theirs = dataset.query(CHECKS[name].sparql)
    found = [tuple(_term(term) for term in row) for row in theirs]  # type: ignore[union-attr]
    wanted = [tuple(None if cell is None else _blank(cell.value) for cell in row) for row in ours]
    assert sorted(map(str, found)) == sorted(map(str, wanted))


def _term(term: object) -> str | None:
    return "_:" if isinstance(term, rdflib.BNode) else None if term is None else str(term)


def _blank(value: str) -> str:
    return "_:" if value.startswith("_:") else value


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_says_problem_and_fix(name: str) -> None:
    check = CHECKS[name]
    assert check.summary.endswith(".")
    assert check.fix.endswith(".")
    assert check.severity in (VIOLATION, WARNING)
    assert re.search(r"^ORDER BY \?focus", check.sparql, re.MULTILINE)
