"""Makes the table of docs/closure.md: on how many cases of each rule of OWL 2 RL each engine is right.

`python docs/make_closure.py` writes it; with `--check` it writes nothing and exits 1 where it is not as it would be.
"""

import logging
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import owlrl
import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF

from leukograph import closing, datasets
from leukograph.names import COMPILED, RDF_TYPE, RDFS, REFERENCE
from leukograph.records import Closure

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "closure.md"
MARKS = "<!-- table: begin -->\n", "<!-- table: end -->\n"
ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")


def main(words: list[str]) -> int:
    """Write the table, or with --check tell whether it is as it would be made; return the exit code."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    before = PAGE.read_text(encoding="utf-8")
    start, end = before.index(MARKS[0]) + len(MARKS[0]), before.index(MARKS[1])
    made = before[:start] + "\n".join(table(ROOT)) + "\n" + before[end:]
    if "--check" in words:
        if made != before:
            sys.stderr.write(
                "docs/closure.md: its table is not as it would be made. Run `python docs/make_closure.py`.\n"
            )
        return int(made != before)
    PAGE.write_text(made, encoding="utf-8")
    return 0


def table(root: Path) -> Iterator[str]:
    """Yield the rows: each folder of cases, how many it has, and how many each engine has right."""
    yield "| rule | cases | compiled | reference | owlrl alone |"
    yield "|---|---|---|---|---|"
    sums = [0, 0, 0, 0]
    folders = [*(root / "tests/closure").iterdir(), *(root / "tests/clashes").iterdir()]
    for folder in sorted(folders, key=lambda one: one.name):
        right = [
            [judged(path, COMPILED), judged(path, REFERENCE), alone(path)] for path in sorted(folder.glob("*.ttl"))
        ]
        numbers = [len(right), *map(sum, zip(*right, strict=True))]
        sums = [one + other for one, other in zip(sums, numbers, strict=True)]
        yield f"| {folder.name} | {' | '.join(map(str, numbers))} |"
    yield f"| all | {' | '.join(map(str, sums))} |"


def read(path: Path) -> list[ox.Quad] | None:
    """Return the triples of a case, None where pyoxigraph refuses the file."""
    try:
        return list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError:
        return None


def judged(path: Path, engine: str) -> bool:
    """Tell whether an engine finds in a case what it names, and nothing else; a file that is refused is found wrong."""
    triples = read(path)
    if triples is None:
        return bool(expected(path))
    try:
        made = closing.close(triples, engine)
    except ValueError:
        return False
    return told(made, path) == expected(path)


def alone(path: Path) -> bool:
    """Tell whether owlrl itself complains of a clash, or is silent where there is none, and infers what is named."""
    triples = read(path)
    graph = datasets.graph(triples) if triples is not None else rdflib.Graph().parse(path)
    before = set(graph)
    try:
        closer = owlrl.DeductiveClosure(
            owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False
        )
        closer.expand(graph)
    except (ValueError, ArithmeticError):
        return False
    complains = (None, RDF.type, ERROR) in graph
    wanted = [one for one in expected(path) if not re.match(r"(clash )?[a-z0-9-]+ (ex:|:|-)", one)]
    found = {_short(f"<{one}> <{link}> <{other}>") for one, link, other in set(graph) - before if _named(one, other)}
    clashes = len(wanted) < len(expected(path))
    if path.parents[1].name == "clashes":
        return complains == bool(expected(path))
    return complains == clashes and set(wanted) == {one for one in found if one.count(":") > 1 and "owl:" not in one}


def _named(one: rdflib.term.Node, other: rdflib.term.Node) -> bool:
    named = all(isinstance(term, rdflib.URIRef) and term.startswith(START) for term in (one, other))
    return named and one != other


START = "https://w3id.org/leukograph/case/"


def _short(line: str) -> str:
    line = line.replace(f"<{RDF_TYPE}>", "a").replace(f"<{RDFS}subClassOf>", "rdfs:subClassOf")
    return re.sub(r"<http://www.w3.org/[^>]*#(\w+)>", r"owl:\1", re.sub(rf"<{START}([^>]*)>", r":\1", line))


def told(made: Closure, path: Path) -> list[str]:
    """Return what follows and what clashes as the case writes it."""
    if path.parents[1].name == "clashes":
        return sorted(f"{one.rule} {_focus(one.focus)}" for one in made.contradictions)
    lines = [_short(line.removesuffix(" .")) for line in made.triples]
    return sorted([*lines, *(f"clash {one.rule} {one.focus.replace(START, ':')}" for one in made.contradictions)])


def _focus(iri: str) -> str:
    return iri.replace("https://example.org/case/", "ex:") or "-"


def expected(path: Path) -> list[str]:
    """Return what a case names."""
    return sorted(re.findall(r"^# expect: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
