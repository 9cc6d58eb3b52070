"""Tells whether a fault in the data would change an answer whose golden rows are kept in tests/questions."""

import shlex
from pathlib import Path

import pyoxigraph as ox

from benchmarks.mutants import Mutant, within
from leukograph import answers, engine, formats, knowledge, questions
from leukograph.errors import LeukographError
from leukograph.names import BACKGROUND, MAPPINGS, graph_iri


class Golden:
    """The golden answers, each with its query bound, the graphs it reads, and its rows."""

    def __init__(self, root: str) -> None:
        """Bind the query of every golden answer of the project at `root`."""
        self.stores: dict[tuple[str, ...], ox.Store] = {}
        self.calls: list[tuple[str, str, tuple[str, ...], str]] = []
        for path in sorted(Path(root, "tests", "questions").glob("*/*.csv")):
            if not path.name.endswith(".forbidden.csv"):
                self.calls.append(self._call(root, path))

    def _call(self, root: str, path: Path) -> tuple[str, str, tuple[str, ...], str]:
        first, _, _ = path.read_text(encoding="utf-8").partition("\n")
        name, *words = shlex.split(first.removeprefix("# leukograph ask "))
        with_background = "--with-background" in words
        words = [word for word in words if word != "--with-background"]
        values: dict[str, list[str]] = {}
        for option, value in zip(words[::2], words[1::2], strict=True):
            values.setdefault(option.removeprefix("--"), []).append(value)
        asked = answers.ask(root, name, values, with_background=with_background)
        layers = tuple(one for one in (BACKGROUND, MAPPINGS) if graph_iri(one) in map(graph_iri, asked.graphs))
        if layers not in self.stores:
            self.stores[layers] = knowledge.open_store(root, layers)
        given = {key: tuple(iri for iri, _ in found) for key, found in asked.params}
        return (
            f"{path.parent.name}/{path.stem}",
            questions.bind(asked.question, given),
            layers,
            formats.csv(asked.answer),
        )

    def changed(self, one: Mutant) -> str:
        """Return the first golden answer that the fault changes, or ''. Inferences stay as they were."""
        for layers, store in self.stores.items():
            if one.graph == "page" or one.graph in layers:
                with within(store, one):
                    for call, sparql, needs, rows in self.calls:
                        if needs == layers and self._rows(store, sparql) != rows:
                            return call
        return ""

    def _rows(self, store: ox.Store, sparql: str) -> str:
        try:
            return formats.csv(engine.select(store, sparql))
        except LeukographError as error:
            return str(error)
