"""What follows by each rule of OWL 2 RL: the cases in tests/closure, with the compiled rules and with owlrl.

A case is `<rule>/<why>.ttl`. Its first line says what it shows. The lines `# expect: <subject> <predicate> <object>`
are all that follows and is written, `# expect: clash <rule> <focus>` all that contradicts itself. A case `none-<why>`
shows where the rule must not speak. The rules that end in false have their cases in tests/clashes.
"""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from leukograph import closing
from leukograph.names import RDF_TYPE, RDFS, REFERENCE
from leukograph.records import Closure

FOLDER = Path(__file__).parent / "closure"
CASES = sorted(FOLDER.rglob("*.ttl"))
START = "https://w3id.org/leukograph/case/"
# Where owlrl finds less, or more, than the rules of OWL 2 RL say: docs/closure.md tells why.
OWLRL_DIFFERS = {
    "cls-hv2/number",
    "combined/list-without-end",
    "dt-eq/equal-values",
    "dt-type2/value-of-a-narrower-type",
    "prp-ifp/equal-numbers",
    "prp-key/none-one-value",
}


def title(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def told(made: Closure) -> list[str]:
    """Return what follows and what clashes as the cases write it."""
    lines = [line.removesuffix(" .").replace(f"<{RDF_TYPE}>", "a") for line in made.triples]
    lines = [line.replace(f"<{RDFS}subClassOf>", "rdfs:subClassOf") for line in lines]
    lines = [re.sub(rf"<{START}([^>]*)>", r":\1", line) for line in lines]
    return sorted([*lines, *(f"clash {one.rule} {one.focus.replace(START, ':')}" for one in made.contradictions)])


def expected(path: Path) -> list[str]:
    return sorted(re.findall(r"^# expect: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))


@pytest.mark.parametrize("path", CASES, ids=title)
def test_each_case_has_what_it_names_and_nothing_else(path: Path) -> None:
    assert told(closing.close(quads(path))) == expected(path)


@pytest.mark.parametrize("path", CASES, ids=title)
def test_owlrl_finds_the_same_save_where_it_is_known_to_differ(path: Path) -> None:
    try:
        same = closing.close(quads(path), REFERENCE) == closing.close(quads(path))
    except ValueError:
        same = False
    assert same == (title(path) not in OWLRL_DIFFERS)
