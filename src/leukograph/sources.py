"""Shows the page's own wording beside an answer, from the reader's copy, without ever keeping it."""

from typing import TYPE_CHECKING

from leukograph import evidence
from leukograph.errors import DataError
from leukograph.names import XSD
from leukograph.records import Answer, Asked, Cell, Text

if TYPE_CHECKING:
    import pyoxigraph as ox

_STRING = XSD + "string"
LOST = "not found in this copy of the page"


def with_wording(asked: Asked, store: "ox.Store", text: str, path: str) -> Asked:
    """Return the answer with a column `pageWording` for each pair of `start` and `end` columns, filled from the copy.

    A passage that moved is shown from where it stands now; one that is lost is said to be so. A copy in which
    no segment stands at all is a DataError.
    """
    proof = evidence.verify(store, text)
    if not proof.segments(evidence.SAME) and not proof.segments(evidence.MOVED):
        raise DataError(f"{path}: no segment of the page stands in this file. Give a copy of the page.")
    columns = list(asked.answer.columns)
    pairs = [name.removeprefix("start") for name in columns if name.startswith("start")]
    pairs = [pair for pair in pairs if f"end{pair}" in columns]
    added = [f"pageWording{pair}" for pair in pairs]
    rows = []
    for row in asked.answer.rows:
        cells = dict(zip(columns, row, strict=True))
        rows.append((*row, *(_wording(cells, pair, proof, text) for pair in pairs)))
    question = asked.question._replace(show=(*asked.question.show, *added))
    return asked._replace(question=question, answer=Answer((*columns, *added), tuple(rows)))


def _wording(cells: dict[str, Cell], pair: str, proof: evidence.Proof, text: str) -> Cell:
    start, end = cells[f"start{pair}"], cells[f"end{pair}"]
    if start is None or end is None:
        return None
    pieces = evidence.locate(proof, int(start.value), int(end.value))
    return Text(" ".join(text[first:last] for first, last in pieces) if pieces else LOST, _STRING)
