"""The power to find faults: a fixed sample of changed triples is judged with the same bar as the full run."""

import itertools
import re
import shutil
from pathlib import Path

import pytest
from benchmarks import mutation
from benchmarks.judge import GATES, Judge
from benchmarks.mutants import CORE, GRAPHS, OPERATORS, Mutant, mutants, part

from leukograph import documents, files, validation, verdicts

ROOT = Path(__file__).parents[1]
EACH, WHOLE = 12, 4


@pytest.fixture(scope="module")
def every(root: str) -> list[Mutant]:
    return list(mutants(Judge(root, None).read))


@pytest.fixture(scope="module")
def chosen(every: list[Mutant]) -> list[Mutant]:
    return mutation.sample(every, EACH)


def test_every_operator_is_tried_in_every_graph_and_on_every_part_of_a_claim(chosen: list[Mutant]) -> None:
    there = {(one.operator, one.graph) for one in chosen}
    assert {operator for operator, _ in there} == set(OPERATORS)
    assert {graph for _, graph in there} == set(GRAPHS)
    assert {part(one) for one in chosen} - {""} == set(CORE)
    assert len(chosen) > 300


def test_every_fault_changes_something_and_is_the_same_in_every_run(every: list[Mutant], root: str) -> None:
    assert len(every) == len({one.key for one in every}) > 30_000
    assert all(set(one.out) != set(one.put) for one in every)
    again = list(mutants(Judge(root, None).read))
    assert [one.key for one in again] == [one.key for one in every]
    assert again[::1000] == every[::1000]


def test_the_sample_is_found_to_the_bar(chosen: list[Mutant], root: str, page: str) -> None:
    found = mutation.run(root, page, chosen)
    assert mutation.failures(chosen, found) == []
    gates = {gate for gate, _ in found.values()}
    assert set(GATES) - {"page"} <= gates


def test_a_run_goes_on_where_it_was_stopped(chosen: list[Mutant], root: str, tmp_path: Path) -> None:
    saved = tmp_path / "run.jsonl"
    few = chosen[:6]
    first = mutation.run(root, None, few, saved)
    head, *lines = saved.read_text(encoding="utf-8").splitlines()
    kept = [line.replace('"]', ' by the kept line"]') for line in lines[:4]]
    saved.write_text("\n".join([head, *kept, lines[4][:9]]) + "\n", encoding="utf-8")
    again = mutation.run(root, None, few, saved)
    assert {key: gate for key, (gate, _) in again.items()} == {key: gate for key, (gate, _) in first.items()}
    assert sum("by the kept line" in answer for _, answer in again.values()) == 4
    saved.write_text("another stamp\n" + "\n".join(kept) + "\n", encoding="utf-8")
    assert not any("kept" in answer for _, answer in mutation.run(root, None, few, saved).values())


def test_what_is_below_the_bar_is_said(chosen: list[Mutant]) -> None:
    nothing = {one.key: ("", "") for one in chosen}
    said = mutation.failures(chosen, nothing)
    assert said[0] == "0.0% of all faults are found, and 95% is the least"
    assert len([line for line in said if " are found, and 80% is the least" in line]) == len(OPERATORS)
    core = [one for one in chosen if part(one)]
    assert len([line for line in said if line.startswith("passes without a reason: page ")]) >= len(core)


def test_the_judge_says_what_the_whole_command_says(
    chosen: list[Mutant], root: str, page: str, tmp_path: Path, every: list[Mutant]
) -> None:
    """Some faults that are found and some that pass are written into files and validated in full."""
    judge = Judge(root, page)
    passing = [one for one in every if one.graph == "mappings" and one.predicate.endswith("/comment")]
    by_verdict = {
        wanted: list(itertools.islice((one for one in faults if bool(judge.judge(one)) == wanted), WHOLE // 2))
        for wanted, faults in ((True, chosen), (False, passing))
    }
    assert [len(faults) for faults in by_verdict.values()] == [WHOLE // 2] * 2
    for found, faults in by_verdict.items():
        for number, one in enumerate(faults):
            home = tmp_path / f"{found}-{number}"
            forge(home, one)
            report = validation.validate(str(home), validation.Scope(pages=(("page.txt", page),)))
            assert bool(verdicts.counted(report)) == found, mutation.describe(one)


def forge(home: Path, one: Mutant) -> None:
    """Write the project with a fault in it: the file of the record is written anew as N-Triples in Turtle."""
    for folder in files.PARTS:
        shutil.copytree(ROOT / folder, home / folder)
    read, _ = documents.read(validation.sources(str(home), validation.EVERYTHING))
    (holder, *_) = [
        each for each in read if each.graph == one.graph
        and any(quad.subject in {other.subject for other in (*one.out, *one.put)} for quad in each.quads)
    ]  # fmt: skip
    quads = [quad for quad in holder.quads if quad not in one.out] + list(one.put)
    heads = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in holder.names.items())
    Path(holder.path).write_text(heads + "".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    for path in [each.path for each in read if each.graph == one.graph and each.path != holder.path]:
        left = [quad for each in read if each.path == path for quad in each.quads]
        if any(quad in one.out for quad in left):
            kept = "".join(f"{quad} .\n" for quad in left if quad not in one.out)
            Path(path).write_text(kept, encoding="utf-8")


def test_the_report_is_the_one_of_the_data(every: list[Mutant]) -> None:
    """The full run takes long, so the page in docs is held to the number of faults, and to the reasons given."""
    text = (ROOT / "docs" / "mutation.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"Each of (\d+) faults", text)
    assert int(told) == len(every)
    passing = re.findall(r"(?m)^\| (page|background|mappings) \| (\S+) \| (\S+) \| \d+ \| (.+) \|$", text)
    assert passing
    assert all(why.endswith(".") for *_, why in passing)


def test_every_reason_is_needed_and_is_a_sentence() -> None:
    text = (ROOT / "docs" / "mutation.md").read_text(encoding="utf-8")
    for graph, kind, predicate, why in mutation.REASONS:
        assert graph in (*GRAPHS, "*"), (graph, kind, predicate)
        assert why.endswith("."), why
        assert why in text, why
