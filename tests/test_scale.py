"""Graphs made at a size: what they hold, that they conform, and that each fault put in is found once by its rule."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks import faults, scale

from leukograph import engine, files, validation
from leukograph.engine import plain
from leukograph.errors import CallError
from leukograph.names import BACKGROUND, LGD, LGO, OA, OWL, PAGE, RDF_TYPE, graph_iri

NODE = ox.NamedNode


def quads(text: str) -> set[ox.Quad]:
    return set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))


def made(tmp_path: Path, times: int, number: int = 0) -> Counter[str]:
    path = tmp_path / "made.nq"
    scale.write(path, times, faults=number)
    report = validation.validate(files.home(), validation.Scope(named=(str(path),)))
    return Counter(one.rule for gate in report.gates for one in gate.findings)


def test_the_first_copy_is_the_graph_of_the_project() -> None:
    store = engine.empty()
    for graph in (PAGE, BACKGROUND):
        for path in files.graph_files(files.home(), graph):
            engine.load(store, graph, path)
    assert quads("".join(scale.copies(1))) == set(store)


def test_a_copy_has_records_of_every_kind_under_names_of_its_own() -> None:
    first, second, third = (quads(text) for text in scale.copies(3))
    subjects = [{quad.subject for quad in each} for each in (first, second, third)]
    assert sum(map(len, subjects)) == len(set.union(*subjects))
    kinds = [{plain(quad.object) for quad in each if quad.predicate.value == RDF_TYPE} for each in (first, second)]
    assert kinds[0] - kinds[1] == {LGO + "Source"}
    assert kinds[1] - kinds[0] == {LGO + "Disease", OWL + "Class"}
    assert 3000 < len(second) == len(third)


def test_positions_follow_the_words() -> None:
    copies = list(scale.copies(10))
    mention = f"{LGD}position-mention-ph-positive-inotuzumab-ozogamicin"
    found = []
    for number, text in ((1, copies[0]), (2, copies[1]), (10, copies[9])):
        name = NODE(mention if number == 1 else f"{mention}-copy-{number}")
        said = {quad.predicate.value: plain(quad.object) for quad in quads(text) if quad.subject == name}
        found.append((int(said[OA + "start"]), int(said[OA + "end"])))
    before = found[1][0] - found[0][0]
    assert found[0] == (1813, 1834)
    assert found[1] == (1813 + before, 1834 + before + len(" 2"))
    assert found[2] == (1813 + before * 3 // 2, 1834 + before * 3 // 2 + len(" 10"))


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    wholes = set()
    for seed in ("0", "1"):
        path = tmp_path / f"{seed}.nq"
        call = [sys.executable, "-m", "benchmarks.scale", "3", "--faults", "20", "--output", str(path)]
        subprocess.run(call, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
        wholes.add(path.read_bytes())
    assert len(wholes) == 1


def test_n_triples_hold_the_same_triples(tmp_path: Path) -> None:
    triples = scale.write(tmp_path / "made.nt", 2)
    written = {str(one.triple) for one in ox.parse(path=tmp_path / "made.nt")}
    assert written == {str(quad.triple) for text in scale.copies(2) for quad in quads(text)}
    assert len(written) == triples


def test_two_copies_conform(tmp_path: Path) -> None:
    assert made(tmp_path, 2) == Counter()


def test_without_diseases_of_its_own_a_copy_adds_nothing_to_the_ontology() -> None:
    second = quads(list(scale.copies(2, diseases=False))[1])
    assert {quad.graph_name for quad in second} == {NODE(graph_iri(PAGE)), NODE(graph_iri(BACKGROUND))}


def test_every_fault_is_found_once_by_its_rule(tmp_path: Path) -> None:
    number = 3 * len(faults.FAULTS) + 1
    found = made(tmp_path, 2, number)
    wanted = faults.expected(number)
    assert {rule: found[rule] for rule in wanted} == dict(wanted)
    assert sum(wanted.values()) == number


def test_what_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"find no room in 1 copies .*Make more copies"):
        list(scale.copies(1, faults=10_000))
    with pytest.raises(CallError, match="Write numbers from 1"):
        list(scale.copies(0))
    with pytest.raises(CallError, match=r"neither \.nq nor \.nt"):
        scale.write(tmp_path / "made.ttl", 1)
