"""The frozen records that pass between rooms.

They are named tuples and not dataclasses: importing `dataclasses` costs as much
time as reading and answering a question.
"""

from leukograph.tuples import NamedTuple


class Iri(NamedTuple):
    """An IRI in an answer."""

    value: str


class Text(NamedTuple):
    """A literal in an answer: lexical form, datatype IRI, and language tag or ''."""

    value: str
    datatype: str
    language: str = ""


Term = Iri | Text
Cell = Term | None


class Answer(NamedTuple):
    """A table of terms; a cell is None where a variable is unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Param(NamedTuple):
    """One parameter of a saved question.

    `kind` is a class of the ontology, `Entity` for anything named, or `Term` for any word defined.
    """

    name: str
    kind: str
    required: bool
    many: bool
    summary: str


class Question(NamedTuple):
    """A saved question as its file gives it.

    `layers` are the graphs beside ontology and inference that it draws on, `show` the columns of a table, `empty`
    what to say where there is no row, `closing` what to say below the rows.
    """

    name: str
    path: str
    summary: str
    description: str
    tags: tuple[str, ...]
    layers: tuple[str, ...]
    needs_background: bool = False
    params: tuple[Param, ...] = ()
    show: tuple[str, ...] = ()
    empty: str = ""
    narrower: str = ""
    closing: str = ""
    example: str = ""
    sparql: str = ""


class Asked(NamedTuple):
    """A question that was answered: the parameters as IRIs with labels, the graphs read, and what to say in words."""

    question: Question
    params: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    graphs: tuple[str, ...]
    answer: Answer
    words: tuple[str, ...]


class Part(NamedTuple):
    """One file's worth of a named graph: the graph, the path below the root, and the content."""

    graph: str
    path: str
    content: bytes


class Finding(NamedTuple):
    """One thing that is wrong; `focus`, `path` and `value` are IRIs or literals as text, '' where there is none."""

    severity: str
    gate: str
    rule: str
    focus: str
    path: str
    value: str
    message: str
    place: str = ""


class Gate(NamedTuple):
    """One stage of validation, what it looked at in words, and what it found."""

    name: str
    looked_at: str
    findings: tuple[Finding, ...]


class Span(NamedTuple):
    """A passage of the page as the graph holds it.

    Positions count Unicode characters, half-open; the digest is in hexadecimal.
    """

    iri: str
    kind: str
    start: int
    end: int
    digest: str
    text: str
