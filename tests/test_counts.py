"""Work that does not depend on the machine is counted, and does not grow by more than a tenth unseen."""

import pyoxigraph as ox
import pytest
from benchmarks import counts

from leukograph import engine


def test_calls_of_the_engine_and_rows_of_its_answers_are_counted() -> None:
    store = engine.empty()
    with counts.counting() as made:
        store.update("INSERT DATA { <urn:a> <urn:b> <urn:c> , <urn:d> }")
        engine.select(store, "SELECT * { ?a ?b ?c }")
        store.query("ASK {}")
        engine.subjects(store, "urn:b", "urn:c")
    store.query("ASK {}")
    assert dict(made) == {"updates": 1, "queries": 2, "rows": 2, "lookups": 1}


def test_loads_are_counted() -> None:
    store = engine.empty()
    with counts.counting() as made:
        engine.load(store, "page", "made.nt", b"<urn:a> <urn:b> <urn:c> .")
        store.extend([ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:d"))])
    assert dict(made) == {"loads": 1, "extensions": 1}


def test_what_grows_by_more_than_a_tenth_is_told() -> None:
    known = {("a", "rows"): 100, ("a", "queries"): 10, ("b", "rows"): 5}
    assert counts.grown(known, {("a", "rows"): 110, ("a", "queries"): 11, ("b", "rows"): 1}) == []
    assert counts.grown(known, {("a", "rows"): 111, ("c", "rows"): 1}) == [
        "a: 111 rows instead of 100. Find out why, or write it with --write.",
        "c: 1 rows, of which nothing is written down. Write it with --write.",
    ]


@pytest.mark.parametrize("name", counts.TASKS)
def test_no_figure_grew(name: str) -> None:
    assert counts.grown(counts.written(), counts.count({name: counts.TASKS[name]})) == []


def test_a_cold_question_takes_no_more_instructions() -> None:
    cost = counts.instructions()
    if cost is None:
        pytest.skip("valgrind is not installed: no instructions are counted")
    assert counts.grown(counts.written(), {("cold ask", "hundredths of the floor's instructions"): cost}) == []


def test_every_figure_written_down_is_still_counted() -> None:
    assert {task for task, _ in counts.written()} == {*counts.TASKS, "cold ask"}
