"""What a shape finds, as a finding of the report: its severity, its rule, and its words."""

from typing import NamedTuple

from leukograph.names import SH, shorten
from leukograph.records import Finding
from leukograph.rules import INFO, RULES, SHAPES, VIOLATION, WARNING
from leukograph.shape_graph import NotCompiledError, Shapes, Term, is_iri, is_literal, items, named, values

_GRADES = {SH + "Warning": WARNING, SH + "Info": INFO}
# What is said where a shape has no message of its own: `{0}` is what the constraint asks for.
_WORDS = {
    "And": "The value does not conform to every one of the shapes {0}",
    "Class": "The value is no instance of {0}",
    "Closed": "The closed shape does not allow this property",
    "Datatype": "The value is no well-formed literal of {0}",
    "Disjoint": "The value is one of {0} too",
    "Equals": "The values are not those of {0}",
    "HasValue": "The value {0} is missing",
    "In": "The value is none of {0}",
    "LanguageIn": "The language of the value is none of {0}",
    "LessThan": "The value is not less than each value of {0}",
    "LessThanOrEquals": "The value is not less than or equal to each value of {0}",
    "MaxCount": "There are more than {0} values",
    "MaxExclusive": "The value is not less than {0}",
    "MaxInclusive": "The value is greater than {0}",
    "MaxLength": "The value has more than {0} characters",
    "MinCount": "There are fewer than {0} values",
    "MinExclusive": "The value is not greater than {0}",
    "MinInclusive": "The value is less than {0}",
    "MinLength": "The value has fewer than {0} characters",
    "Node": "The value does not conform to the shape {0}",
    "NodeKind": "The value is not of the kind {0}",
    "Not": "The value conforms to the shape {0}, which it must not",
    "Or": "The value conforms to none of the shapes {0}",
    "Pattern": "The value does not match the pattern {0}",
    "QualifiedMaxCount": "More than {0} values conform to the qualified shape",
    "QualifiedMinCount": "Fewer than {0} values conform to the qualified shape",
    "UniqueLang": "Two values have the same language",
    "Xone": "The value does not conform to exactly one of the shapes {0}",
}
_MEND = "Mend the record, or give the shape a message of its own."


class Result(NamedTuple):
    """A result of validation as text: blank nodes as `_:name`, `term` the language or datatype of a literal value.

    `path` is '' where it is no predicate; `component` and `severity` are names of SHACL, the latter as an IRI; `detail`
    says that it is one of the reasons of another result.
    """

    focus: str
    path: str
    value: str
    term: str
    shape: str
    component: str
    severity: str
    messages: tuple[str, ...] = ()
    detail: bool = False


def text(term: Term | None) -> str:
    """Return a term as text: an IRI or the text of a literal as it is, a blank node as `_:name`."""
    return "" if term is None else str(term.value) if is_iri(term) or is_literal(term) else str(term)


def kind(term: Term | None) -> str:
    """Return the language or datatype of a literal, as `@en` or `^^` and an IRI, '' for what is no literal."""
    if term is None or not is_literal(term):
        return ""
    return f"@{term.language}" if term.language else f"^^{term.datatype.value}"


def nodes(shapes: Shapes) -> dict[str, Term]:
    """Return the nodes of a shapes graph by their text."""
    return {text(node): node for node in shapes.said}


def severity(shapes: Shapes, shape: Term) -> str:
    """Return violation, warning or info; a severity of someone's own stops, as a violation does."""
    said = values(shapes, shape, "severity")
    return grade(text(said[0])) if said else VIOLATION


def grade(iri: str) -> str:
    """Return violation, warning or info for a severity of SHACL."""
    return _GRADES.get(iri, VIOLATION)


def finding(shapes: Shapes, shape: Term | None, result: Result) -> Finding:
    """Return a result as a finding: by the shape that has a name, in its words, or in words for what it asks."""
    own = sorted({text(words) for words in values(shapes, shape, "message")}) if shape is not None else []
    words = "; ".join(own or result.messages)
    if not own:
        spoken = _spoken(shapes, shape, result.component) or f"{' '.join(words.split()).rstrip('.')}"
        words = f"{spoken}. {_MEND}"
    rule = named(shapes, shape) or RULES["shape-without-name"].iri
    grades = grade(result.severity)
    return Finding(grades, SHAPES, rule, result.focus, result.path, result.value, words, term=result.term)


def _spoken(shapes: Shapes, shape: Term | None, component: str) -> str:
    if component not in _WORDS:
        return ""
    said = values(shapes, shape, component[0].lower() + component[1:])
    parts = [_short(shapes, each) for each in said]
    return _WORDS[component].format(" and ".join(parts) or "what the shape names")


def _short(shapes: Shapes, term: Term) -> str:
    if is_iri(term):
        return shorten(str(term.value))
    if is_literal(term):
        return str(term.value)
    try:
        members = [_short(shapes, each) if is_iri(each) or is_literal(each) else "…" for each in items(shapes, term)]
    except NotCompiledError:
        members = []
    return f"({', '.join(members)})" if members else "without name"
