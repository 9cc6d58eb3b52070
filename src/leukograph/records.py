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


class Manner(NamedTuple):
    """How a face writes what is given to it: a parameter in a sentence and in a list, a question that is asked.

    `lists` names what lists all questions.
    """

    parameter: str
    listed: str
    asked: str
    lists: str


COMMAND = Manner("--{}", "--{}", '`leukograph ask {} --{} "{}"`', "`leukograph ask`")


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


class Place(NamedTuple):
    """Where something stands: the file as it was named, line and column in characters from one; 0 where not known."""

    path: str
    line: int = 0
    column: int = 0


class Finding(NamedTuple):
    """One thing that is wrong; `focus`, `path` and `value` are IRIs or literals as text, '' where there is none.

    `rule` is an IRI; `message` says what is wrong and ends in what to do; `known` is the reason a baseline gives
    for letting it stand, '' where none does. `names` are short forms of focus, path and value under the prefixes of
    the file that the finding stands in; without them the project's own prefixes shorten them.
    `term` is the language or datatype of a literal value, as `@en` or `^^` and an IRI.
    """

    severity: str
    gate: str
    rule: str
    focus: str
    path: str
    value: str
    message: str
    place: Place | None = None
    known: str = ""
    names: tuple[str, ...] = ()
    term: str = ""


class Gate(NamedTuple):
    """One stage of validation: what it looked at in words and as counts, and what it found, in order of place."""

    name: str
    looked_at: str
    findings: tuple[Finding, ...]
    counts: tuple[tuple[str, int], ...] = ()


class Rule(NamedTuple):
    """A rule of validation: its IRI, its gate, and in words what is wrong where it is broken and what to do then."""

    iri: str
    gate: str
    severity: str
    summary: str
    fix: str


class Report(NamedTuple):
    """What a validation found, gate by gate; `fail_on` is the lowest severity that fails, `rules` all that could."""

    gates: tuple[Gate, ...]
    fail_on: str = "violation"
    rules: tuple[Rule, ...] = ()


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


class Loss(NamedTuple):
    """What an export does not carry, or only in a weaker form, of one facet of one record.

    `how` is `lost` or `degraded`; `became` says what stands in the export instead, '' where nothing does. `was` holds
    the triples of the record, each as N-Triples writes predicate and object: what the export carries and all `was`
    together are the graph again.
    """

    graph: str
    record: str
    facet: str
    how: str
    was: tuple[str, ...]
    became: str = ""


class Exported(NamedTuple):
    """What an export gives: files by name (of a format with one file just that one), and what it could not carry."""

    files: tuple[tuple[str, bytes], ...]
    losses: tuple[Loss, ...] = ()


class Clash(NamedTuple):
    """One contradiction: its rule, a sentence, the triples that clash (schema last), whom it is about, which value."""

    rule: str
    words: str
    axioms: tuple[tuple[str, str, str], ...]
    focus: str
    value: str


class Closure(NamedTuple):
    """What follows: sorted N-Triples lines of new triples, and what contradicts itself."""

    triples: tuple[str, ...]
    contradictions: tuple[Clash, ...]
