"""What one worker holds of one version of the data: its graphs and its questions, from memory and from no file."""

from functools import cached_property

import pyoxigraph as ox

from leukograph import answers, engine, knowledge, questions
from leukograph.names import BACKGROUND, INFERRED, INFERRED_BACKGROUND, ONTOLOGY, PAGE
from leukograph.records import Part, Question

_PART, _QUESTION = "part", "question"


def contents(parts: list[Part], texts: dict[str, str]) -> list[tuple[str, bytes]]:
    """Return parts of graphs and texts of questions as named contents, which `Held` reads back."""
    named = [("\0".join((_PART, part.graph, part.path)), part.content) for part in parts]
    return named + [("\0".join((_QUESTION, name, "")), text.encode()) for name, text in sorted(texts.items())]


class Held:
    """The graphs and the questions of one version of the data."""

    def __init__(self, named: dict[str, bytes]) -> None:
        """Take named contents as `contents` gives them."""
        self._parts: list[Part] = []
        self.questions: dict[str, Question] = {}
        for key, content in named.items():
            kind, name, path = key.split("\0")
            if kind == _PART:
                self._parts.append(Part(name, path, content))
            else:
                self.questions[name] = questions.parse(name, f"{name}.rq", content.decode().removeprefix("\ufeff"))
        self._opened: dict[tuple[tuple[str, ...], bool], ox.Store] = {}

    @cached_property
    def whole(self) -> ox.Store:
        """All graphs in one store, blank nodes named by what is said of them."""
        return engine.canonical(knowledge.store_of(self._parts))

    def question(self, name: str) -> Question:
        """Return a question by its name; an unknown one is a CallError with the nearest names."""
        if name not in self.questions:
            raise answers.unknown(name, sorted(self.questions))
        return self.questions[name]

    def opened(self, layers: tuple[str, ...], terms: bool) -> ox.Store:  # noqa: FBT001 - an answers.Opened
        """Return the store that `knowledge.open_store` would, which is made once."""
        key = (tuple(sorted(layers)), terms)
        if key not in self._opened:
            wanted = {ONTOLOGY, PAGE, INFERRED, *layers, *([INFERRED_BACKGROUND] if BACKGROUND in layers else [])}
            self._opened[key] = knowledge.store_of((one for one in self._parts if one.graph in wanted), terms=terms)
        return self._opened[key]
