"""Times every saved question on a store that is open: ours against the engine alone, rdflib and oxrdflib.

    python -m benchmarks.warm_ask [--runs N]

Ours is what `ask` does on an open store: it binds the parameters, runs the query and makes an `Answer` of it. The
engine alone is given the bound text and makes a list of its rows, whose terms nobody reads; to show what reading them
costs at the least, it also writes its answer as JSON. The call is the example of the question. Every
contender runs in this process, in turn, as often as takes some fifty milliseconds; ratios are medians over the rounds.
"""

import argparse
import shlex
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pyoxigraph as ox

from leukograph import answers, engine, files, knowledge, questions
from leukograph.names import BACKGROUND, MAPPINGS

if TYPE_CHECKING:
    import rdflib

from leukograph.records import Answer, Question

MOST_OVER_ENGINE = 1.1
LEAST_SECONDS, MOST_TIMES = 0.05, 100
Bound = dict[str, tuple[str, ...]]


def warm(store: ox.Store, question: Question, bound: Bound) -> Answer:
    """Answer as ours does on a store that is open."""
    return engine.select(store, questions.bind(question, bound), name=question.name)


def raw(store: ox.Store, text: str) -> list[tuple[object, ...]]:
    """Answer as the engine alone does."""
    solutions = store.query(text, use_default_graph_as_union=True)
    return [tuple(row) for row in solutions]  # type: ignore[union-attr]


def written(store: ox.Store, text: str) -> bytes:
    """Answer as the engine alone does when what it found is read: as JSON that it writes itself."""
    solutions = store.query(text, use_default_graph_as_union=True)
    return solutions.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[arg-type,return-value]


def tables(runs: int) -> tuple[list[str], list[str]]:
    """Return a table of Markdown, and what was missed."""
    root = files.home()
    store = knowledge.open_store(root, (BACKGROUND, MAPPINGS))
    peers = {"rdflib": "default", **({"oxrdflib": "Oxigraph"} if find_spec("oxrdflib") else {})}
    graphs = {name: _dataset(root, kind) for name, kind in peers.items()}
    rows, missed = [], []
    slow: list[float] = []  # what the engine takes for the questions that miss the aim
    sums: dict[str, list[float]] = {}
    for name in questions.names(root):
        question, bound = example(root, name)
        text = questions.bind(question, bound)
        calls: dict[str, Callable[[], object]] = {
            "engine": partial(raw, store, text),
            "json": partial(written, store, text),
            "ask": partial(warm, store, question, bound),
            **{peer: partial(_asked, graph, text) for peer, graph in graphs.items()},
        }
        number = len(warm(store, question, bound).rows)
        missed += [
            f"{name}: {peer} has other rows"
            for peer, call in calls.items()
            if peer != "json" and _count(call()) != number
        ]
        times = _rounds(runs, calls)
        for one, each in times.items():
            sums[one] = [sum(pair) for pair in zip(sums.get(one, [0.0] * runs), each, strict=True)]
        over = _ratio(times["ask"], times["engine"])
        if over > MOST_OVER_ENGINE:
            missed.append(f"{name}: {over:.2f} times the engine, aim {MOST_OVER_ENGINE}")
            slow.append(statistics.median(times["engine"]))
        rows.append(f"| {name} | {number} | {' | '.join(_cells(times))} |")
    rows.append(f"| all together | | {' | '.join(_cells(sums))} |")
    others = [f"{name} | {name} ÷ ask" for name in graphs]
    head = f"| question | rows | engine | engine to JSON | ask | ask ÷ engine | ask ÷ JSON | {' | '.join(others)} |"
    lines = [
        f"Processor milliseconds, medians of {runs} rounds; aim: at most {MOST_OVER_ENGINE} × the engine alone.",
        "The engine alone makes rows of whose terms nothing is read. What `ask` adds is the binding of parameters and",
        "a record for each term, about a microsecond a term; `engine to JSON` is the engine when its terms are read.",
        *_reason(slow, len(rows) - 1),
        "",
        head,
        "|---" * (head.count(" | ") + 1) + "|",
        *rows,
        "",
    ]
    return lines + ([] if "oxrdflib" in peers else ["oxrdflib was not run: it is not installed."]), missed


def _reason(slow: list[float], asked: int) -> list[str]:
    if not slow:
        return []
    most = 1000 * max(slow)
    return [
        f"Above the aim: {len(slow)} of {asked}, all of which the engine answers in at most {most:.1f} milliseconds."
    ]


def _cells(times: dict[str, list[float]]) -> list[str]:
    cells = [f"{1000 * statistics.median(times[one]):.2f}" for one in ("engine", "json", "ask")]
    cells += [f"{_ratio(times['ask'], times[one]):.2f}" for one in ("engine", "json")]
    for peer in list(times)[3:]:
        cells += [f"{1000 * statistics.median(times[peer]):.1f}", f"{_ratio(times[peer], times['ask']):.1f}"]
    return cells


def example(root: str, name: str) -> tuple[Question, Bound]:
    """Return a question and what its example binds."""
    question = questions.load(root, name)
    words = shlex.split(question.example)[3:]
    known = {f"--{param.name}" for param in question.params}
    values = {word[2:]: [words[place + 1]] for place, word in enumerate(words) if word in known}
    asked = answers.ask(root, name, values, with_background="--with-background" in words)
    return question, {key: tuple(iri for iri, _ in found) for key, found in asked.params}


def _dataset(root: str, kind: str) -> "rdflib.Dataset":
    import rdflib

    from leukograph.names import PREFIXES, graph_iri

    whole = rdflib.Dataset(store=kind, default_union=True)
    for prefix, start in PREFIXES.items():
        whole.bind(prefix, start)
    for part in knowledge.parts(root, (BACKGROUND, MAPPINGS)):
        form = "nt" if part.path.endswith(".nt") else "turtle"
        whole.graph(rdflib.URIRef(graph_iri(part.graph))).parse(data=part.content, format=form)
    return whole


def _asked(graph: "rdflib.Dataset", text: str) -> list[object]:
    return list(graph.query(text))


def _count(answer: object) -> int:
    return len(answer.rows if isinstance(answer, Answer) else answer)  # type: ignore[arg-type]


def _rounds(runs: int, calls: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    often = {name: _often(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(runs):
        for name, call in calls.items():
            if often[name] > 1:
                call()  # as the one before may have left nothing of it in the caches
            times[name].append(_once(call, often[name]))
    return times


def _often(call: Callable[[], object]) -> int:
    return max(1, min(MOST_TIMES, int(LEAST_SECONDS / max(_once(call, 1), 1e-6))))


def _once(call: Callable[[], object], often: int) -> float:
    began = time.process_time()
    for _ in range(often):
        call()
    return (time.process_time() - began) / often


def _ratio(over: list[float], under: list[float]) -> float:
    return statistics.median(a / max(b, 1e-9) for a, b in zip(over, under, strict=True))


def main() -> int:
    """Print the table; exit 1 where rows differ or the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="rounds; default %(default)s")
    lines, missed = tables(parser.parse_args().runs)
    print("\n".join(lines))
    for words in missed:
        print(words, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
