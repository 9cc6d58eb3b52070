"""The floors of the code: imports point down only, each outside library has its rooms, and `ask` stays light.

The picture is the two tables below. A module on no floor, or a floor on which nothing stands, fails.
"""

import ast
import functools
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "leukograph"
FLOORS = """
14 cli serving
13 api completion site
12 checking exporting
11 bundling judging materialising
10 exports publishing pulling validation
9 asking description shacl
8 answers building material sandbox staging
7 knowledge
6 closing
5 fixpoint lint locating reporters
4 coverage documents encoding explaining gates reason reference remote report_page reports rule_texts sarif
4 shape_queries sources strata
3 baseline clashes console evidence intake lookup options rl_rules shape_findings shape_logic triples verdicts
2 consequences contexts engine folders formats literals loss_report profiles questions rules shape_paths shape_values
2 spotting transport trusty
1 axioms biolink credentials datasets facets files json_ld limits mistakes partitions property_graph rdf_xml records
1 shape_graph signing values vocabularies
0 about arguments errors names pairing places shape_patterns trees tuples
"""
# The floors within a room that has some; the modules of any other room do not import each other.
WITHIN = """
serving 7 running
serving 6 app connection
serving 5 house
serving 4 addresses asked
serving 3 endpoint generation
serving 2 door exchange making pool worker
serving 1 answering describing openapi processes replies
serving 0 complexity framing held memory negotiation protocol settings writing
mistakes 4 query
mistakes 3 patterns
mistakes 2 expressions
mistakes 1 cursor
mistakes 0 tokens
site 7 calling
site 6 making
site 5 alone asking entity feeds lists reading start
site 4 answered drawing grid
site 3 terms
site 2 rdf
site 1 known
site 1 frame
site 0 markup ruling
"""
# The two doors, with the one room that each opens. The package itself counts as ground for those who import it.
DOORS = {"__init__": "api", "__main__": "cli"}
# The rooms that import a library when they run. Others may name its types, under TYPE_CHECKING.
ROOMS = {
    "pyoxigraph": {
        *("closing", "documents", "encoding", "engine", "exports", "fixpoint", "intake", "lint", "locating"),
        *("material", "pairing", "partitions", "property_graph", "sandbox", "serving", "site", "spotting", "triples"),
    },
    "rdflib": {"clashes", "datasets", "explaining", "literals", "reason", "reference"},
    "owlrl": {"reason"},
    "pyshacl": {"reference"},
    "cryptography": {"signing"},
    "argparse": {"checking", "options", "serving"},
    "subprocess": {"intake", "sandbox", "serving"},
    "starlette": {"serving"},
    "uvicorn": {"serving"},
    "h11": {"serving"},
}
HEAVY = {
    "argparse",
    "http",
    "ssl",
    "urllib",
    "dataclasses",
    "hashlib",
    "inspect",
    "json",
    "owlrl",
    "pathlib",
    "pyshacl",
    "rdflib",
    "subprocess",
}
LONGEST, MEDIAN = 400, 150


class Import(NamedTuple):
    """One import: the module that holds it, the line, what it names, and whether only a type checker reads it."""

    module: str
    line: int
    target: str
    for_types: bool


@functools.cache
def floors() -> dict[str, int]:
    rows = [line.split() for line in FLOORS.strip().splitlines()]
    return {name: int(number) for number, *names in rows for name in names}


@functools.cache
def within() -> dict[str, int]:
    """Return the floor of each module that stands on one within its room, `room.module` each."""
    rows = [line.split() for line in WITHIN.strip().splitlines()]
    return {f"{room}.{name}": int(number) for room, number, *names in rows for name in names}


def modules(source: Path) -> dict[str, ast.Module]:
    """Return every module by its name; those of a folder are one room together, `folder.module` each."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        *folders, stem = path.relative_to(source).with_suffix("").parts
        found[".".join(folders if folders and stem == "__init__" else [*folders, stem])] = parsed(
            path.read_text(encoding="utf-8")
        )
    return found


def room_of(module: str) -> str:
    return module.partition(".")[0]


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def typing_only(tree: ast.Module) -> set[int]:
    """Return the lines that stand under `if TYPE_CHECKING:`."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in names_in(node.test):
            for inner in node.body:
                lines |= set(range(inner.lineno, (inner.end_lineno or inner.lineno) + 1))
    return lines


@functools.cache
def parsed(text: str) -> ast.Module:
    """Return a module's tree; most tests here change one module of many."""
    return ast.parse(text)


@functools.cache
def candidates(tree: ast.Module) -> tuple[tuple[ast.AST, int, bool], ...]:
    """Return what may import in a module: node, line, and whether only the type checker sees it."""
    hidden = typing_only(tree)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)]
    return tuple((node, node.lineno, node.lineno in hidden) for node in nodes)


def imports(source: Path) -> Iterator[Import]:
    """Yield every import of every module, wherever in the module it stands, as dotted names of modules."""
    known = modules(source)
    names = set(known)
    for module, tree in known.items():
        for node, line, hidden in candidates(tree):
            for target in targets(node, names):
                yield Import(module, line, target, hidden)


def targets(node: ast.AST, known: set[str]) -> list[str]:
    """Return the dotted names of the modules that a node imports, if it is an import."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        start = f"leukograph.{node.module or ''}".rstrip(".") if node.level else node.module or ""
        whole = [f"{start}.{alias.name}" for alias in node.names]
        inner = [one for one in whole if one.startswith("leukograph.") and one.removeprefix("leukograph.") in known]
        return [*inner, *([start] if len(inner) < len(node.names) else [])]
    called = {getattr(getattr(node, "func", None), key, "") for key in ("id", "attr")}
    if isinstance(node, ast.Call) and called & {"import_module", "__import__"}:
        return [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return []


def own_complaint(module: str, target: str, *, for_types: bool = False) -> str:
    """Return what is wrong with a module that imports another of the project, '' where nothing is.

    Within a room a module may name the types of one above it.
    """
    stands, inner = floors(), within()
    room = room_of(target)
    if not room:
        return ""
    if module in DOORS:
        return "" if DOORS[module] == room else f"the door opens {room}"
    if room == room_of(module) and target in inner:
        return "" if for_types or inner[target] < inner.get(module, -1) else f"{target} is not below"
    is_below = room not in DOORS and stands.get(room, 99) < stands.get(room_of(module), -1)
    return "" if is_below else f"{room} is not below"


def wrong(source: Path) -> list[str]:
    """Return what breaks the picture, one line each."""
    found = [f"{name}: stands on no floor" for name in modules(source) if room_of(name) not in {*floors(), *DOORS}]
    for one in imports(source):
        place = f"{one.module}:{one.line}"
        top, _, rest = one.target.partition(".")
        if top == "leukograph":
            complaint = own_complaint(one.module, rest, for_types=one.for_types)
            found += [f"{place}: {complaint}"] if complaint else []
        elif top in ROOMS:
            if room_of(one.module) not in ROOMS[top] and not one.for_types:
                found.append(f"{place}: {top} has no room here")
        elif top not in sys.stdlib_module_names:
            found.append(f"{place}: {top} has no room at all")
    return found


def test_imports_point_down_only_and_each_library_keeps_to_its_rooms() -> None:
    assert wrong(SOURCE) == []


def test_every_module_of_a_room_with_floors_stands_on_one() -> None:
    rooms = {name.partition(".")[0] for name in within()}
    there = {name for name in modules(SOURCE) if room_of(name) in rooms and "." in name}
    assert set(within()) == there


def test_every_floor_and_every_room_is_in_use() -> None:
    there = set(map(room_of, modules(SOURCE)))
    assert set(floors()) | set(DOORS) == there
    used = {(one.target.partition(".")[0], room_of(one.module)) for one in imports(SOURCE) if not one.for_types}
    assert {(library, room) for library, rooms in ROOMS.items() for room in rooms} <= used


def test_no_floor_could_be_left_out() -> None:
    """Each module but those on the ground imports one of the floor right below, or could stand lower."""
    stands = floors()
    below: dict[str, set[int]] = {}
    for one in imports(SOURCE):
        room = one.target.removeprefix("leukograph.").partition(".")[0]
        if one.target.startswith("leukograph.") and room in stands and room_of(one.module) in stands:
            below.setdefault(room_of(one.module), set()).add(stands[room])
    for number in range(1, max(stands.values()) + 1):
        held = [name for name, floor in stands.items() if floor == number and number - 1 in below.get(name, set())]
        assert held, f"nothing on floor {number} needs floor {number - 1}"


@pytest.mark.parametrize(
    ("module", "line", "complaint"),
    [
        ("names", "from leukograph import engine", "names:1: engine is not below"),
        ("errors", "from leukograph.names import BASE", "errors:1: names is not below"),
        ("knowledge", "from leukograph import files, building", "knowledge:1: building is not below"),
        ("knowledge", "import leukograph.cli", "knowledge:1: cli is not below"),
        ("engine", "from . import evidence", "engine:1: evidence is not below"),
        ("engine", "from .answers import find", "engine:1: answers is not below"),
        ("files", "def late():\n    from leukograph import engine", "files:2: engine is not below"),
        ("cli", "from leukograph import __main__", "cli:1: __main__ is not below"),
        ("__init__", "from leukograph.engine import run", "__init__:1: the door opens engine"),
        ("formats", "import importlib as i\ni.import_module('leukograph.cli')", "formats:2: cli is not below"),
        ("answers", "import rdflib", "answers:1: rdflib has no room here"),
        ("answers", "from rdflib.namespace import RDF", "answers:1: rdflib has no room here"),
        ("knowledge", "import pyoxigraph as ox", "knowledge:1: pyoxigraph has no room here"),
        ("gates", "import owlrl", "gates:1: owlrl has no room here"),
        ("cli", "import requests", "cli:1: requests has no room at all"),
        ("exports.rdf", "from leukograph import exporting", "exports.rdf:1: exporting is not below"),
        ("exports.rdf", "from leukograph.exports import kgx", "exports.rdf:1: exports is not below"),
        ("site.frame", "from leukograph.site import making", "site.frame:1: site.making is not below"),
        ("site.grid", "from leukograph.site.drawing import MOST", "site.grid:1: site.drawing is not below"),
        ("basement", "import os", "basement: stands on no floor"),
    ],
)  # fmt: skip
def test_a_planted_wrong_import_is_seen(tmp_path: Path, module: str, line: str, complaint: str) -> None:
    copy = tmp_path / "leukograph"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / f"{module.replace('.', '/')}.py"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{line}\n{before}", encoding="utf-8")
    assert wrong(copy) == [complaint]


def test_a_name_for_the_type_checker_alone_is_no_import(tmp_path: Path) -> None:
    copy = tmp_path / "leukograph"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / "lookup.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nif TYPE_CHECKING:\n    import rdflib\n", encoding="utf-8")
    assert wrong(copy) == []


@pytest.mark.parametrize(
    "call",
    [
        ["ask", "options-for-subtype", "--disease", "Ph+"],
        ["ask", "is-it-an-option", "--therapy=blincyto", "--disease", "T-cell ALL", "--format", "csv"],
        ["ask", "class-and-target", "--with-background", "--agent", "blinatumomab"],
    ],
    ids=lambda call: " ".join(call[1:2]),
)
def test_nothing_heavy_is_imported_on_the_way_of_ask(call: list[str]) -> None:
    assert heavy_imports(call) == []


def test_what_is_heavy_is_seen_where_it_is_imported() -> None:
    assert "argparse" in heavy_imports(["completion", "bash"])
    assert "json" in heavy_imports(["ask", "sources", "--format", "json"])


def heavy_imports(call: list[str]) -> list[str]:
    """Return which heavy modules a call of the command imports in a fresh interpreter."""
    heavy = HEAVY | ({"typing"} if sys.version_info < (3, 14) else set())
    run = f"""
import sys
before = set(sys.modules)
from leukograph.cli import main
code = main({call!r})
after = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(code, *sorted(after & {heavy!r}), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True, timeout=60)
    code, *found = done.stderr.splitlines()[-1].split()
    assert code == "0"
    assert done.stdout
    return found


def test_importing_the_package_imports_nothing_of_it() -> None:
    run = "import sys, leukograph; print(*sorted(name for name in sys.modules if name.startswith('leukograph')))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["leukograph"]


def test_modules_are_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
    assert statistics.median(lengths.values()) < MEDIAN


def prints(source: Path) -> set[str]:
    nodes = ((name, node) for name, tree in modules(source).items() for node in ast.walk(tree))
    return {name for name, node in nodes if isinstance(node, ast.Call) and "print" in names_in(node.func)}


def test_only_the_command_line_prints(tmp_path: Path) -> None:
    assert prints(SOURCE) == {"cli"}
    (tmp_path / "engine.py").write_text("def run():\n    print(1)\n", encoding="utf-8")
    assert prints(tmp_path) == {"engine"}
