"""Replaces named graphs of a store all together or not at all, as far as the store keeps its word.

Each graph goes to a staging graph beside it, is read back and compared, and only when all are there and right are
they moved to their places, in one update. Whatever fails before that leaves the old content as it was.
"""

import os
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from leukograph import triples
from leukograph.errors import EndpointError, LeukographError, LimitError, StoppedError
from leukograph.knowledge import Tell
from leukograph.remote import Store
from leukograph.triples import Sorted

STAGING = "-leukograph-staging"


class Change(NamedTuple):
    """What becomes of a graph: how many triples it has before and after; equal content stays as it is.

    `left` is how many triples an earlier publish, which was killed, has left in the staging graph beside it.
    """

    graph: str
    before: int
    after: int
    same: bool
    left: int = 0


def plan(store: Store, wanted: dict[str, Sorted], folder: str, tell: Tell) -> list[Change]:
    """Compare each graph (by IRI) with what the store holds and return what would change; nothing is written."""
    found = []
    try:
        for graph, held in wanted.items():
            tell(f"reading <{graph}>")
            now = _held(store, graph, folder, "before")
            same = now.digest == held.digest
            left = store.count(graph + STAGING) if same else 0  # what differs is staged anew
            found.append(Change(graph, now.total, held.total, same, left))
            os.remove(now.path)
        if not all(one.before for one in found):  # of which a graph store says no more than one that is not there
            store.check_graph_store()
    except (EndpointError, LimitError) as error:
        raise type(error)(f"{_ended(str(error))} Nothing was written.") from None
    return found


def replace(store: Store, wanted: dict[str, Sorted], changes: list[Change], folder: str, tell: Tell) -> None:
    """Put those graphs that differ into the store; an error says what stands there now."""
    due = [one.graph for one in changes if not one.same]
    try:
        for graph in due:
            _stage(store, graph, wanted[graph], folder, tell)
    except LeukographError as error:
        raise _untouched(store, due, str(error), type(error)) from None
    except OSError as error:
        raise _untouched(store, due, f"{folder}: {error.strerror or error}.", EndpointError) from None
    except KeyboardInterrupt:
        raise _untouched(store, due, "stopped.", StoppedError) from None
    if due:
        tell("switching")
        _switch(store, wanted, due, folder, changes)
    if old := _dropped(store, [one.graph for one in changes if one.same and one.left]):
        raise EndpointError(f"The graphs stand as they should. {old} left over; the next publish drops it.")


def _stage(store: Store, graph: str, held: Sorted, folder: str, tell: Tell) -> None:
    size = os.path.getsize(held.path)
    store.put(graph + STAGING, held, size, lambda sent: tell(f"staging <{graph}>, {100 * sent // size} %"))
    tell(f"reading back <{graph}>")
    now = _held(store, graph + STAGING, folder, "staged")
    wrong = _wrong(now, held)
    os.remove(now.path)
    if wrong:
        raise EndpointError(f"<{graph}>: the store does not give back what it was given: {wrong}.")


def _switch(store: Store, wanted: dict[str, Sorted], due: list[str], folder: str, changes: list[Change]) -> None:
    moves = " ;\n".join(f"MOVE <{graph}{STAGING}> TO <{graph}>" for graph in due)
    failed = ""
    kind: type[LeukographError] = EndpointError
    try:
        store.update(moves, safe=False)  # a second MOVE of what is no longer there could empty the graph
    except LeukographError as error:
        failed = str(error)
    except KeyboardInterrupt:
        failed, kind = "stopped.", StoppedError
    before = {one.graph: one.before for one in changes}
    states, right = [], 0
    for graph in due:
        try:
            now = _held(store, graph, folder, "after")
            wrong = _wrong(now, wanted[graph])
            right += not wrong
            states.append(f"<{graph}> {'is new' if not wrong else _state(now.total, before[graph])}")
        except (LeukographError, OSError, KeyboardInterrupt):
            states.append(f"<{graph}> could not be read")
    if right < len(due):
        why = failed or f"{store.target.name}: the switch went wrong."
        raise kind(
            f"{why} This stands now: {'; '.join(states)}. What was checked may still be in the graphs that end in "
            f"{STAGING}. Publish again."
        )


def _state(count: int, before: int) -> str:
    return f"holds {count} triples" + (", as many as before" if count == before else f", before {before}")


def _held(store: Store, graph: str, folder: str, name: str) -> Sorted:
    counted = store.count(graph)
    found = triples.settle(islice(store.graph(graph, counted), counted + 1), folder, name)
    if counted != found.total:
        many = "more" if found.total > counted else str(found.total)
        raise LimitError(
            f"<{graph}>: {store.target.name} counts {counted} triples and gives {many}. Mend its row limit."
        )
    return found


def _wrong(now: Sorted, held: Sorted) -> str:
    if now.digest == held.digest:
        return ""
    first = triples.difference(held, now)
    rewritten = "; a literal that it rewrites, such as 1.50 to 1.5, has to be given as it keeps it"
    hint = rewritten if now.total == held.total else ""
    return f"{now.total} of {held.total} triples" + (f", and {first}" if first else "") + hint


def _untouched(store: Store, due: list[str], why: str, kind: type[LeukographError]) -> LeukographError:
    old = _dropped(store, due)
    rest = f" {old} left over; the next publish drops it." if old else ""
    return kind(f"{_ended(why)} Nothing was switched: the graphs stand as they were.{rest}")


def _dropped(store: Store, graphs: Iterable[str]) -> str:
    """Drop the staging graphs beside graphs and return the begin of a sentence on those that may still be there."""
    left = []
    for graph in graphs:
        try:
            store.update(f"DROP SILENT GRAPH <{graph}{STAGING}>", safe=True)
        except (LeukographError, KeyboardInterrupt):
            left.append(f"<{graph}{STAGING}>")
    return f"{' and '.join(left)} may be" if left else ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."
