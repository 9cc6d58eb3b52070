"""Makes the inferred graphs and writes them, or tells whether those on disk are the ones that would be made."""

import os
from typing import NamedTuple

from leukograph import files, knowledge
from leukograph.names import COMPILED


class Built(NamedTuple):
    """One inferred graph: its name, the path of its file, how many triples it holds, whether the file was as made."""

    graph: str
    path: str
    triples: int
    unchanged: bool


def build(root: str, *, write: bool = True, engine: str = COMPILED) -> list[Built]:
    """Infer from ontology, page and background; write each graph's file unless `write` is false.

    The same files give the same bytes. A contradiction raises DataError and leaves the old files as they are.
    """
    made = knowledge.inferences(root, engine)
    results = []
    for part in made:
        unchanged = os.path.exists(part.path) and files.read(part.path) == part.content
        if write and not unchanged:
            files.write(part.path, part.content)
        results.append(Built(part.graph, part.path, part.content.count(b"\n") - 1, unchanged))
    return results
