"""Saved questions: golden rows, forbidden rows, both engines, the firewall, and the rules of the folder.

A case is a file `tests/questions/<question>/<case>.csv`: its first line is the call, the rest the exact rows.
`<case>.forbidden.csv` beside it holds patterns: no row of that call may have all the cells that a pattern gives.
"""

import csv
import io
import re
import shlex
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from leukograph import answers, datasets, engine, formats, knowledge, names, questions
from leukograph.errors import CallError, FileError
from leukograph.names import BACKGROUND, MAPPINGS
from leukograph.records import Answer, Asked, Cell, Iri

FOLDER = Path(__file__).parent / "questions"
ROOT = str(FOLDER.parents[1])
CASES = sorted(path for path in FOLDER.glob("*/*.csv") if not path.name.endswith(".forbidden.csv"))
FORBIDDEN = sorted(FOLDER.glob("*/*.forbidden.csv"))
NAMES = questions.names(ROOT)
NUMBERS = {f"http://www.w3.org/2001/XMLSchema#{kind}" for kind in ("integer", "decimal", "double")}
Row = dict[str, str]


def call(path: Path) -> tuple[str, dict[str, list[str]], bool]:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    words = shlex.split(first.removeprefix("# leukograph ask "))
    assert first.startswith("# leukograph ask ")
    values: dict[str, list[str]] = {}
    rest = [word for word in words[1:] if word != "--with-background"]
    for option, value in zip(rest[::2], rest[1::2], strict=True):
        values.setdefault(option.removeprefix("--"), []).append(value)
    return words[0], values, "--with-background" in words


def rows_in(path: Path) -> list[Row]:
    text = path.read_text(encoding="utf-8").split("\n", 1)[1]
    return list(csv.DictReader(io.StringIO(text)))


def answer(path: Path) -> Asked:
    name, values, with_background = call(path)
    return answers.ask(ROOT, name, values, with_background=with_background)


def as_rows(table: Answer) -> list[Row]:
    return list(csv.DictReader(io.StringIO(formats.csv(table), newline="")))


def matches(row: Row, pattern: Row) -> bool:
    return all(row[name] == cell for name, cell in pattern.items() if cell)


def ours(cell: Cell) -> tuple[str, str | float] | None:
    if cell is None:
        return None
    if isinstance(cell, Iri):
        return "iri", cell.value
    return ("number", float(cell.value)) if cell.datatype in NUMBERS else ("text", cell.value)


def theirs(term: object) -> tuple[str, str | float] | None:
    if term is None:
        return None
    if isinstance(term, rdflib.Literal):
        return ("number", float(term)) if str(term.datatype) in NUMBERS else ("text", str(term))
    return "iri", str(term)


def ident(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.csv')}"


@pytest.mark.parametrize("path", CASES, ids=ident)
def test_golden_rows_are_the_answer(path: Path) -> None:
    asked = answer(path)
    assert path.parent.name == asked.question.name
    assert path.read_text(encoding="utf-8").splitlines()[1] == ",".join(asked.answer.columns)
    assert as_rows(asked.answer) == rows_in(path)


@pytest.mark.parametrize("path", FORBIDDEN, ids=ident)
def test_forbidden_rows_are_not_in_the_answer(path: Path) -> None:
    rows = as_rows(answer(path).answer)
    patterns = rows_in(path)
    assert patterns
    for pattern in patterns:
        assert set(pattern) <= set(answer(path).answer.columns), "a pattern names a column that the question lacks"
        assert any(pattern.values()), "an empty pattern would match every row"
        assert not [row for row in rows if matches(row, pattern)]


@pytest.mark.parametrize("path", FORBIDDEN, ids=ident)
def test_a_forbidden_row_would_be_seen(path: Path) -> None:
    columns = answer(path).answer.columns
    for pattern in rows_in(path):
        assert matches(dict.fromkeys(columns, "") | pattern, pattern)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_golden_and_forbidden_rows(name: str) -> None:
    assert [path for path in CASES if path.parent.name == name and rows_in(path)]
    assert [path for path in FORBIDDEN if path.parent.name == name]


def test_every_folder_of_cases_is_of_a_question() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == NAMES


@pytest.fixture(scope="module")
def by_layers() -> dict[tuple[str, ...], rdflib.Dataset]:
    return {}


@pytest.mark.parametrize("path", CASES, ids=ident)
def test_rdflib_gives_the_same_rows(path: Path, by_layers: dict[tuple[str, ...], rdflib.Dataset]) -> None:
    asked = answer(path)
    layers = tuple(graph for graph in asked.graphs if graph in (BACKGROUND, MAPPINGS))
    if layers not in by_layers:
        by_layers[layers] = datasets.dataset(knowledge.parts(ROOT, layers))
    given = {name: tuple(iri for iri, _ in found) for name, found in asked.params}
    result = by_layers[layers].query(questions.bind(asked.question, given))
    assert [str(variable) for variable in result.vars or []] == list(asked.answer.columns)
    found = [tuple(theirs(term) for term in row) for row in result]  # type: ignore[union-attr]
    assert found == [tuple(ours(cell) for cell in row) for row in asked.answer.rows]


@pytest.mark.parametrize("path", CASES, ids=ident)
def test_removing_background_and_mappings_changes_no_page_row(path: Path, everything: ox.Store) -> None:
    asked = answer(path)
    given = {name: tuple(iri for iri, _ in found) for name, found in asked.params}
    whole = engine.select(everything, questions.bind(asked.question, given))
    if "layer" in whole.columns:
        place = whole.columns.index("layer")
        page = [row for row in whole.rows if row[place] and ours(row[place]) == ("text", "page")]
        assert page == [row for row in asked.answer.rows if ours(row[place]) == ("text", "page")]
    else:
        assert whole.rows == asked.answer.rows
        assert set(asked.graphs) <= {"ontology", "page", "inferred"}


@pytest.mark.parametrize("name", NAMES)
def test_background_rows_only_come_when_asked_for(name: str) -> None:
    question = questions.load(ROOT, name)
    if BACKGROUND in question.layers:
        assert "?layer" in question.sparql.split("WHERE", 1)[0]
        rows = [row for path in CASES if path.parent.name == name and not call(path)[2] for row in rows_in(path)]
        assert all(row["layer"] != "background" for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_keeps_the_rules_of_the_folder(name: str) -> None:
    question = questions.load(ROOT, name)
    text = question.sparql
    body = text.split("\n\n", 1)[1]
    assert re.search(r"^SELECT .*\nWHERE \{\n", body, re.MULTILINE), "the query begins SELECT …, then WHERE {"
    assert re.search(r"^ORDER BY .*\?\w+\n\Z", body, re.MULTILINE), "the last line is a total ORDER BY"
    declared = re.findall(r"^PREFIX (\w+): <(.*)>$", text, re.MULTILINE)
    assert declared == sorted(declared)
    assert all(names.PREFIXES[prefix] == start for prefix, start in declared)
    code = re.sub(r'"[^"]*"|<[^>]*>', "", body)
    assert {prefix for prefix, _ in declared} == set(re.findall(r"\b([a-z]+):(?=\w)", code))
    columns = re.findall(r"\?(\w+)", body.split("WHERE", 1)[0].split("SELECT", 1)[1])
    assert set(question.show) <= set(columns) | {column.removesuffix("Label") for column in columns}
    if "lgo:describesTherapy ?option" in body:
        assert {"scope"} <= {column.removesuffix("One").removesuffix("Two") for column in columns}
        assert {"modality", "wording", "statement"} <= {re.sub("(One|Two)$", "", column) for column in columns}
    assert question.summary.endswith("?")
    assert question.description.endswith(".")


def test_rows_come_in_a_total_order(everything: ox.Store) -> None:
    for path in CASES:
        asked = answer(path)
        copies = Counter(asked.answer.rows)
        assert not copies or max(copies.values()) == 1, f"{path} has a row twice"
    assert everything


HEADER = """#+ summary: Which?
#+ description: One.
#+ tags: a
#+ layers: page
#+ show: x
#+ empty: Nothing.
#+ example: leukograph ask x

SELECT ?x
WHERE { ?x a ?y }
ORDER BY ?x
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ tags: a\n", "#+ tag: a\n", "x.rq:3: unknown key 'tag'"),
        ("#+ tags: a\n", "#+ tags: a\n#+ tags: b\n", "x.rq:4: the key 'tags' stands twice"),
        ("#+ tags: a\n", "", "the header lacks 'tags'"),
        ("#+ tags: a\n", "#+ tags\n", "x.rq:3: the header line is not '#+ key: value'"),
        ("#+ tags: a\n", "#+ tags: a\n#+ param: p Drug\n", "x.rq:4: a parameter is"),
        ("#+ tags: a\n", "#+ tags: a\n#+ param: p Drug required One.\n", "no line '#: p'"),
    ],
)
def test_a_broken_header_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    assert questions.parse("x", "x.rq", HEADER).summary == "Which?"
    with pytest.raises(FileError, match=re.escape(message)):
        questions.parse("x", "x.rq", HEADER.replace(old, new))


@pytest.mark.parametrize(
    "value", ["https://x/y> } DROP ALL #", "a b", "https://x/\n", "", "x", 'https://x/"', "https://x/{"]
)
def test_a_value_that_is_no_iri_never_reaches_the_query(value: str) -> None:
    question = questions.load(ROOT, "options-for-subtype")
    with pytest.raises(CallError):
        questions.bind(question, {"disease": (value,)})
