"""The rules that are neither a shape nor a check query: one line of what is wrong and one of what to do."""

from leukograph.names import LGR
from leukograph.records import Finding, Place, Rule

SYNTAX, LINT, SHAPES, CHECKS = "syntax", "lint", "shapes", "checks"
EVIDENCE, MEANING, COVERAGE = "evidence", "meaning", "coverage"
GATES = (SYNTAX, LINT, SHAPES, CHECKS, EVIDENCE, MEANING, COVERAGE)
VIOLATION, WARNING, INFO = "violation", "warning", "info"
_TABLE = """
syntax    violation  syntax                | The file cannot be read. | Mend the file at this place.
lint      violation  undeclared-property   | The property is declared in no vocabulary. | Correct its name, or declare it in the ontology.
lint      violation  undeclared-class      | The class is declared in no vocabulary. | Correct its name, or declare it in the ontology.
lint      violation  undeclared-term       | The ontology or vocabulary has no such term. | Correct its name, or write its block in the ontology.
lint      violation  vocabulary-in-data    | Data says something of a term of the ontology, and so would set its own rules. | Take it out; what words mean stands in the ontology alone.
lint      violation  literal-not-portable  | Stores rewrite or refuse this literal. | Write it in the form that every store keeps.
lint      violation  blank-node            | A record in data has no name of its own. | Write the record under a name of its own, in words.
lint      violation  text-not-composed     | The text is not in Unicode's composed form (NFC). | Write it with composed characters.
lint      violation  unseen-character      | A control or bidirectional character stands here. | Take it out, so that what is read is what is meant.
lint      violation  iri-of-other-scheme   | The IRI is neither http, https nor urn. | Name the thing by an IRI of one of these.
lint      warning    prefix-differs        | The prefix is not as in the project's table. | Write the prefix as the table has it.
lint      violation  list-without-end      | A list comes back to itself, so that it has no end. | Write the rest of its last item as rdf:nil.
lint      violation  label-doubled         | A thing has two labels in one language. | Write one rdfs:label, and the other name as skos:altLabel.
shapes    violation  shape-without-name    | A record is not as a shape without a name asks. | Mend the record; and give the shape an IRI.
evidence  violation  passage-elsewhere     | The passage does not stand at its position in the page. | Mend the position, or the digest.
evidence  violation  copy-of-another-page  | The copy is none of the pages of the graph. | Give the page itself, or mend the digest.
evidence  violation  text-without-segment  | No segment covers this text of the page. | Add a segment for it.
evidence  violation  character-count       | The page has another number of characters. | Write the number that it has.
evidence  violation  no-segment            | The graph holds a page or statements and no segment of it. | Add the segments, or take the rest out.
meaning   violation  contradiction         | Axioms and records contradict each other. | Mend one of them.
coverage  violation  nothing-to-check      | No record was looked at, so nothing was proved. | Name files that hold records.
coverage  violation  record-without-shape  | No closed shape looks at this record. | Give it a class that has one.
coverage  violation  shape-without-constraint | The shape asks nothing, so it can find nothing. | Give it a constraint, or remove it.
coverage  violation  shape-without-focus   | The shape looks at no node, so it can find nothing. | Add a record or a target in SHACL Core, or remove the shape.
baseline  violation  known-finding-expired | The time has run out in which this finding was let stand. | Mend it, or give the entry a new date and reason.
baseline  warning    known-finding-gone    | The baseline lets a finding stand that is not found. | Take the entry out.
"""  # noqa: E501 - a table


def _read(line: str) -> Rule:
    head, summary, fix = (part.strip() for part in line.split("|"))
    gate, severity, name = head.split()
    return Rule(LGR + name, gate, severity, summary, fix)


RULES = {one.iri[len(LGR) :]: one for one in map(_read, _TABLE.strip().splitlines())}


def found(
    name: str, place: Place | None = None, *, focus: str = "", path: str = "", value: str = "", more: str = ""
) -> Finding:
    """Return a finding of the rule `name`; `more` is said between what is wrong and what to do."""
    rule = RULES[name]
    message = " ".join(part for part in (rule.summary, more, rule.fix) if part)
    return Finding(rule.severity, rule.gate, rule.iri, focus, path, value, message, place)
