"""The scripts of the site: the engine in the browser answers as the command does, and the assets can be given away.

`tests/web/cases.json` holds what the package answers; `npm test` in src/web holds the scripts to it. The worker that
the package carries runs here in Node, where that is installed: what is asked is what a browser would ask.
"""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from leukograph import answers, engine, knowledge, sandbox
from leukograph.names import BACKGROUND, MAPPINGS, PREFIXES
from leukograph.records import Cell, Iri
from test_questions import CASES, ROOT, call, ident, rows_in

HERE = Path(__file__).parent / "web"
WEB = Path(ROOT) / "src" / "web"
ASSETS = Path(ROOT) / "src" / "leukograph" / "assets"
SCRIPTS = ("app.js", "console.js", "worker.js")
LIMIT = 100_000
FREE = {
    "star": "SELECT * { ?z a <https://w3id.org/leukograph/ontology/Drug> ; ?p ?a } ORDER BY ?z ?p ?a",
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "from": "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/leukograph/graph/mappings> { ?s ?p ?o }",
    "ask": "ASK { <https://w3id.org/leukograph/data/blinatumomab> ?p ?o }",
    "unbound": "SELECT ?s ?nothing { ?s a <https://w3id.org/leukograph/ontology/Drug> } ORDER BY ?s",
    "describe": "DESCRIBE <https://w3id.org/leukograph/data/blinatumomab>",
    "construct": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c . ?c a <http://www.w3.org/2002/07/owl#Class> }",
}
REFUSED = (
    "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "LOAD <http://localhost/>",
)


def text(cell: dict[str, str] | None) -> str:
    """Return a cell of the worker as CSV has it."""
    if cell is None:
        return ""
    return f"_:{cell['value']}" if cell["type"] == "blank" else cell["value"]


def same(cell: Cell) -> str:
    """Return a cell of the package as CSV has it."""
    return cell.value if cell else ""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the worker answers: that it is ready, then every golden call, every free query twice, what is refused."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed, so the worker of the site was not run: apt-get install nodejs")
    graph = tmp_path_factory.mktemp("web") / "graph.nq"
    store = engine.canonical(knowledge.open_store(ROOT, (BACKGROUND, MAPPINGS)))
    graph.write_text("".join(sorted(f"{quad} .\n" for quad in store)), encoding="utf-8")
    requests: list[dict[str, Any]] = [dict(PREFIXES)]
    for path in CASES:
        name, values, background = call(path)
        asked = answers.ask(ROOT, name, values, with_background=background)
        requests.append(
            {
                "kind": "ask",
                "sparql": asked.question.sparql,
                "layers": asked.question.layers,
                "values": {param: [iri for iri, _ in found] for param, found in asked.params},
                "background": background,
                "limit": LIMIT,
            }
        )
    free = [(sparql, everything) for sparql in FREE.values() for everything in (False, True)]
    for sparql, everything in [*free, *((sparql, False) for sparql in REFUSED)]:
        requests.append({"kind": "query", "sparql": sparql, "everything": everything, "limit": LIMIT})
    done = subprocess.run(
        [node, str(HERE / "ask.mjs"), str(ASSETS), str(graph)],
        input="".join(json.dumps(one) + "\n" for one in requests),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(replies) == len(requests)
    return replies


def test_the_worker_holds_every_triple(worker: list[dict[str, Any]]) -> None:
    store = knowledge.open_store(ROOT, (BACKGROUND, MAPPINGS))
    assert worker[0] == {"kind": "ready", "triples": len(store)}


@pytest.mark.parametrize("path", CASES, ids=ident)
def test_the_browser_answers_with_the_golden_rows(path: Path, worker: list[dict[str, Any]]) -> None:
    reply = worker[1 + CASES.index(path)]
    assert reply["kind"] == "rows", reply
    assert ",".join(reply["columns"]) == path.read_text(encoding="utf-8").splitlines()[1]
    found = [dict(zip(reply["columns"], map(text, row), strict=True)) for row in reply["rows"]]
    assert found == rows_in(path)
    assert reply["total"] == len(found)


@pytest.mark.parametrize("everything", [False, True], ids=["page", "everything"])
@pytest.mark.parametrize("name", FREE)
def test_a_free_query_is_answered_as_by_the_command(
    name: str, *, everything: bool, worker: list[dict[str, Any]]
) -> None:
    reply = worker[1 + len(CASES) + 2 * list(FREE).index(name) + everything]
    asked = sandbox.query(ROOT, FREE[name], (BACKGROUND, MAPPINGS) if everything else ())
    if asked.truth is not None:
        assert reply == {"kind": "truth", "truth": asked.truth}
    elif asked.table is not None:
        assert tuple(reply["columns"]) == asked.table.columns
        assert [[*map(text, row)] for row in reply["rows"]] == [[*map(same, row)] for row in asked.table.rows]
        kinds = [[bool(cell) and cell["type"] != "literal" for cell in row] for row in reply["rows"]]
        assert kinds == [[isinstance(cell, Iri) for cell in row] for row in asked.table.rows]
    else:
        assert asked.turtle is not None
        assert triples(reply["turtle"]) == triples(asked.turtle)
        assert reply["total"] == len(triples(asked.turtle))


def triples(turtle: str) -> set[str]:
    import pyoxigraph as ox

    return {str(one) for one in ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE)}


@pytest.mark.parametrize("place", range(len(REFUSED)))
def test_what_leaves_the_graph_is_refused(place: int, worker: list[dict[str, Any]]) -> None:
    reply = worker[len(worker) - len(REFUSED) + place]
    assert reply["kind"] == "wrong"
    assert "is refused" in reply["message"]
    assert not reply["broken"]


def test_the_cases_of_the_scripts_are_what_the_package_answers() -> None:
    spec = importlib.util.spec_from_file_location("make_cases", HERE / "make_cases.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert (HERE / "cases.json").read_text(encoding="utf-8") == made.text(), "run python tests/web/make_cases.py"


def test_the_assets_are_all_there() -> None:
    assert {*SCRIPTS, "oxigraph.wasm", "style.css", "LICENSES.txt"} <= {path.name for path in ASSETS.iterdir()}


def test_every_package_that_the_scripts_need_has_its_licence_beside_them() -> None:
    locked = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    needed = {
        path.removeprefix("node_modules/"): one["version"]
        for path, one in locked.items()
        if path and not one.get("dev")
    }
    parts = (ASSETS / "LICENSES.txt").read_text(encoding="utf-8").split("-" * 79 + "\n")[1:]
    found = {}
    for part in parts:
        head, _, body = part.partition("\n")
        name, version, licence = head.split(" ", 2)
        assert "MIT" in licence, f"{name} is under {licence}, which nobody has looked at"
        assert "copyright" in body.lower()
        assert len(body) > 900, f"the licence of {name} is not its whole text"
        found[name] = version
    assert found == needed


def test_no_address_of_a_registry_is_kept() -> None:
    # The engine itself, as its authors compiled it, names the files of its sources; it is taken as it is.
    own = [path for path in (*ASSETS.iterdir(), *WEB.iterdir()) if path.is_file() and path.suffix != ".wasm"]
    for path in own:
        content = path.read_bytes()
        assert b"registry." not in content, path.name
        assert b'"resolved"' not in content, path.name
    assert "omit-lockfile-registry-resolved=true" in (WEB / ".npmrc").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_make_no_script_or_markup_of_text(name: str) -> None:
    script = (ASSETS / name).read_text(encoding="utf-8")
    sinks = r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|new Function\b|(?<![\w.])eval\("
    assert not re.findall(sinks, script)
    assert not re.findall(r"</script|<!--|sourceMappingURL", script)
    assert re.search(sinks, "x.innerHTML = y"), "the pattern finds what it looks for"
