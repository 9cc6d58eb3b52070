"""Answers as bytes: what is written in CSV, TSV, JSON and Markdown is read back the same; a table loses nothing."""

import csv
import io
import json
import re
import unicodedata
from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leukograph import __version__, formats
from leukograph.names import LGD, LGO
from leukograph.records import Answer, Asked, Cell, Iri, Question, Text

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
STRING = XSD + "string"


def literals(texts: st.SearchStrategy[str], datatype: str, language: str = "") -> st.SearchStrategy[Cell]:
    return texts.map(lambda text: Text(text, datatype, language))


CHARS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(CHARS, max_size=12)
IRIS = st.builds(
    "https://example.org/{}".format, st.from_regex(r"[A-Za-z0-9_./?&=,;()'-]{0,8}(#[a-z]?)?", fullmatch=True)
)
TERMS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.builds(Iri, IRIS),
    literals(TEXTS, STRING),
    literals(TEXTS, RDF + "langString", "en"),
    literals(TEXTS, RDF + "langString", "de-at"),
    literals(TEXTS, XSD + "date"),
    literals(TEXTS, "https://example.org/type"),
    literals(st.integers().map(str), XSD + "integer"),
    literals(st.sampled_from(["true", "false"]), XSD + "boolean"),
    literals(st.from_regex(r"-?[0-9]{1,3}\.[0-9]{1,3}", fullmatch=True), XSD + "decimal"),
)


WORDS = [char * length for char, length in zip("abcXYZ019-–+®é.abcXYZ019-–+®é.", [*range(1, 21)] * 2, strict=False)]


@st.composite
def answers(draw: st.DrawFn, cells: st.SearchStrategy[Cell] = TERMS) -> Answer:
    width = draw(st.integers(1, 4))
    row = st.tuples(*[cells] * width)
    return Answer(tuple(f"v{number}" for number in range(width)), tuple(draw(st.lists(row, max_size=4))))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], int]:
    columns = draw(st.lists(st.from_regex(r"[a-z]{1,18}", fullmatch=True), min_size=1, max_size=6))
    cell = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
    rows = draw(st.lists(st.lists(cell, min_size=len(columns), max_size=len(columns)), max_size=5))
    return columns, [row for row in rows if any(row)], draw(st.integers(40, 200))


def asked(answer: Answer, show: tuple[str, ...] = ()) -> Asked:
    question = Question("name", "path", "What?", "Why.", (), (), show=show or answer.columns)
    return Asked(
        question,
        (("disease", ((LGO + "PhPositiveALL", "Ph-positive ALL"),)),),
        ("ontology", "page"),
        answer,
        ("Said.",),
    )


def term(cell: Cell) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    if cell is None:
        return None
    if isinstance(cell, Text):
        if cell.language:
            return ox.Literal(cell.value, language=cell.language)
        return ox.Literal(cell.value, datatype=ox.NamedNode(cell.datatype))
    return ox.BlankNode(cell.value[2:]) if cell.value.startswith("_:") else ox.NamedNode(cell.value)


def read_back(text: str, kind: ox.QueryResultsFormat) -> list[list[object]]:
    found = ox.parse_query_results(text.encode(), format=kind)
    assert isinstance(found, ox.QuerySolutions)
    return [list(solution) for solution in found]


def terms(answer: Answer) -> list[list[object]]:
    return [[term(cell) for cell in row] for row in answer.rows]


def said(answer: Answer) -> str:
    return formats.table(asked(answer))


@given(answers())
@example(
    Answer(("v",), ((Text("a\r\nb", STRING),), (Text('"', STRING),), (Text(",", STRING),), (Text(" a ", STRING),)))
)
def test_csv_is_read_back_by_another_reader(answer: Answer) -> None:
    text = formats.csv(answer)
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == list(answer.columns)
    assert [row or [""] for row in rows] == [[cell.value if cell else "" for cell in row] for row in answer.rows]


@given(answers(literals(st.text(CHARS.filter(lambda char: char not in "\r\n"), max_size=9), STRING)))
def test_csv_ends_each_line_with_carriage_return_and_line_feed(answer: Answer) -> None:
    text = formats.csv(answer)
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == len(answer.rows) + 1
    assert text.endswith("\r\n")


@given(answers())
@example(Answer(("v0",), ((Text('tab\tquote"back\\slash\r\nline', STRING),),)))
def test_tsv_is_read_back_term_by_term(answer: Answer) -> None:
    text = formats.tsv(answer)
    assert text.partition("\n")[0] == "\t".join(f"?{name}" for name in answer.columns)
    assert text.count("\n") == len(answer.rows) + 1
    rows = [line.split("\t") for line in text.split("\n")[1:-1]]
    assert all(len(row) == len(answer.columns) for row in rows)
    if len(answer.columns) > 1:  # a lone empty cell is an empty line, which readers skip
        assert read_back(text, ox.QueryResultsFormat.TSV) == terms(answer)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("abc", "integer"), ("", "integer"), ("1", "boolean"), ("5", "decimal"), ("5.", "decimal"), ("a\tb", "decimal")],
)
def test_tsv_quotes_what_would_not_be_read_back_as_that_number(value: str, kind: str) -> None:
    answer = Answer(("v", "w"), ((Text(value, XSD + kind), Iri("https://example.org/x")),))
    assert read_back(formats.tsv(answer), ox.QueryResultsFormat.TSV) == terms(answer)


@given(answers())
def test_json_is_read_back_term_by_term(answer: Answer) -> None:
    text = formats.json(answer)
    assert json.loads(text)["head"] == {"vars": list(answer.columns)}
    assert read_back(text, ox.QueryResultsFormat.JSON) == terms(answer)
    assert json.loads(formats.json(answer, asked(answer)))["results"] == json.loads(text)["results"]


@given(answers())
def test_json_of_a_question_is_read_by_other_tools(answer: Answer) -> None:
    assert read_back(formats.json(answer, asked(answer)), ox.QueryResultsFormat.JSON) == terms(answer)


def test_json_names_a_blank_node_without_its_mark() -> None:
    answer = Answer(("v",), ((Iri("_:b0"),),))
    assert json.loads(formats.json(answer))["results"]["bindings"] == [{"v": {"type": "bnode", "value": "b0"}}]
    assert formats.tsv(answer) == "?v\n_:b0\n"
    assert formats.csv(answer) == "v\r\n_:b0\r\n"


def test_json_of_a_question_says_what_was_asked_and_of_what() -> None:
    answer = Answer(("v",), ())
    assert json.loads(formats.json(answer, asked(answer)))["leukograph"] == {
        "question": "name",
        "summary": "What?",
        "description": "Why.",
        "parameters": {"disease": [{"iri": LGO + "PhPositiveALL", "label": "Ph-positive ALL"}]},
        "graphs": ["ontology", "page"],
        "words": ["Said."],
        "version": __version__,
        "notice": "Reports what one page says. Not medical advice.",
    }
    assert "leukograph" not in json.loads(formats.json(answer))


@given(answers(literals(st.text(CHARS.filter(lambda char: char not in "\t\n"), max_size=12), STRING)))
@example(Answer(("v0", "v1"), ((Text("a|b", STRING), Text("<i>*_`[x](y)\\", STRING)),)))
def test_markdown_keeps_one_line_a_row_and_every_cell(answer: Answer) -> None:
    lines = formats.markdown(asked(answer)).split("\n")
    assert lines[0] == "| " + " | ".join(answer.columns) + " |"
    assert lines[1] == "|" + " --- |" * len(answer.columns)
    assert lines[-1] == ""
    assert len(lines) == len(answer.rows) + 3
    for line, row in zip(lines[2:-1], answer.rows, strict=True):
        cells = f" {line} ".split(" | ")[1:-1]
        assert [re.sub(r"\\([|\\<>*_`\[\]])", r"\1", cell) for cell in cells] == [
            formats.visible(formats.short(cell)) for cell in row
        ]


@pytest.mark.parametrize(("char", "shown"), [("\n", " "), ("\t", " "), ("\r\n", "\\\\u000d ")])
def test_markdown_keeps_one_line_for_a_cell_with_line_ends(char: str, shown: str) -> None:
    answer = Answer(("v0", "v1"), ((Text(f"a{char}b", STRING), Text("c", STRING)),))
    *_, row, end = formats.markdown(asked(answer)).split("\n")
    assert (row, end) == (f"| a{shown}b | c |", "")


def test_a_column_is_shown_by_its_label_and_an_iri_short() -> None:
    answer = Answer(
        ("drug", "drugLabel", "kind", "hidden"), ((Iri(LGD + "x"), Text("ex", STRING), Iri(LGO + "Drug"), None),)
    )
    assert formats.shown(answer, ("drug", "kind")) == (["drug", "kind"], [["ex", "lgo:Drug"]])
    assert formats.shown(answer, ()) == (["drug", "drugLabel", "kind", "hidden"], [["ex", "ex", "lgo:Drug", ""]])
    assert formats.shown(answer, ("kind", "nothing")) == (["kind"], [["lgo:Drug"]])


@settings(max_examples=60, deadline=None)
@given(tables())
def test_a_table_loses_no_character_of_a_cell(table: tuple[list[str], list[list[str]], int]) -> None:
    columns, rows, width = table
    text = formats.layout(columns, rows, width=width)
    held = Counter(char for row in rows for cell in row for char in cell if char != " ")
    assert not held - Counter(text)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_line_is_wider_than_was_asked_for(table: tuple[list[str], list[list[str]], int]) -> None:
    columns, rows, width = table
    assert max([len(line) for line in formats.layout(columns, rows, width=width).split("\n")]) <= width


@settings(max_examples=60, deadline=None)
@given(tables())
def test_colour_changes_nothing_but_colour(table: tuple[list[str], list[list[str]], int]) -> None:
    columns, rows, width = table
    plain = formats.layout(columns, rows, width=width)
    coloured = formats.layout(columns, rows, width=width, colour=True)
    assert "\x1b" not in plain
    assert ("\x1b" in coloured) == bool(rows)
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).split("\n")] == plain.split("\n")


@given(st.lists(st.text(st.sampled_from("ab cd\n\té "), max_size=80), min_size=1, max_size=3), st.integers(40, 60))
def test_a_lone_column_keeps_its_words_in_order(cells: list[str], width: int) -> None:
    text = formats.layout(["column"], [[cell] for cell in cells if cell.strip()], width=width)
    body = "\n".join(line for line in text.split("\n") if set(line) != {"-"}).replace("column", "")
    assert "".join(body.split()) == "".join("".join(cells).split())


def test_a_word_longer_than_the_line_is_cut_and_kept() -> None:
    text = formats.layout(["column", "other"], [["x" * 100, "y"]], width=40)
    assert text.count("x") == 100
    assert max(len(line) for line in text.split("\n")) == 40


def test_a_narrow_terminal_gets_records() -> None:
    rows = [["a long enough cell of several words", "second", ""], ["third", "", "fourth"]]
    wide = "first                                second  last\n"
    assert formats.layout(["first", "second", "last"], rows, width=100).startswith(wide)
    rows = [["pneumonoultramicroscopic", "silicovolcanoconiosis", ""], ["x", "", "y"]]
    assert formats.layout(["first", "second", "last"], rows, width=40) == (
        "first   pneumonoultramicroscopic\nsecond  silicovolcanoconiosis\n\nfirst   x\nlast    y\n"
    )


def test_a_column_without_a_value_is_left_out() -> None:
    assert formats.layout(["a", "b", "c"], [["1", "", "2"], ["3", "", ""]], width=40) == "a  c\n-  -\n1  2\n3\n"


def test_no_rows_give_no_table() -> None:
    assert formats.layout(["a", "b"], [], width=40) == ""
    assert said(Answer(("a",), ())) == ""


def test_a_row_in_which_nothing_is_bound_is_no_error() -> None:
    assert formats.layout(["a", "b"], [["", ""]], width=40) == "a  b\n-  -\n\n"
    assert formats.layout(["a", "b"], [["", ""], ["x", ""]], width=40) == "a\n-\n\nx\n"


@pytest.mark.parametrize("code", [*range(9), *range(11, 32), *range(127, 160)], ids=lambda code: f"U+{code:04X}")
def test_a_control_character_is_shown_as_an_escape(code: int) -> None:
    assert formats.visible(f"a{chr(code)}b") == f"a\\u{code:04x}b"


HIDDEN_BEFORE = {0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
UNSEEN = {0x061C, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xE0001}


@pytest.mark.parametrize("code", sorted(HIDDEN_BEFORE), ids=lambda code: f"U+{code:04X}")
def test_a_character_that_turns_the_reading_direction_is_shown_as_an_escape(code: int) -> None:
    assert said(Answer(("v",), ((Text(f"a{chr(code)}b", STRING),),))) == f"v\n{'-' * 8}\na\\u{code:04x}b\n"


@pytest.mark.parametrize("code", sorted(UNSEEN), ids=lambda code: f"U+{code:04X}")
def test_every_other_character_that_cannot_be_seen_is_shown_as_an_escape(code: int) -> None:
    assert unicodedata.category(chr(code)) in {"Cf", "Zl", "Zp"}
    assert formats.visible(chr(code)) == (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=20))
def test_a_character_that_can_be_seen_stays_as_it_is(text: str) -> None:
    assert formats.visible(text) == text


CELLS = st.text(st.one_of(st.sampled_from("=+-@'\t\r\n\0 \u200b\ufeff\uff1d1a"), CHARS), max_size=6)


@given(CELLS)
@example("=1+1")
@example("'=1")
@example("\u200b\ufeff =1")
@example("''")
def test_a_guarded_cell_is_no_formula_and_comes_back(cell: str) -> None:
    safe = formats.guarded(cell)
    seen = [char for char in safe if not char.isspace() and char not in formats.UNSEEN]
    assert "".join(seen[:1]) not in tuple("=+-@\uff1d\uff0b\uff0d\uff20")
    assert safe[:1] not in ("\t", "\r", "\n", "\0")
    assert formats.unguarded(safe) == cell
    assert safe in (cell, f"'{cell}")


@pytest.mark.parametrize("cell", ["", "nelarabine", "1", "a=1", "1-1", "e.g. x", "\u00e9", "(=1)", "BCR-ABL1"])
def test_a_cell_that_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert formats.guarded(cell) == cell


@given(answers())
def test_csv_for_a_spreadsheet_is_the_same_table(answer: Answer) -> None:
    text = formats.csv(answer, spreadsheet=True)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text[1:], newline="")))
    plain = list(csv.reader(io.StringIO(formats.csv(answer), newline="")))
    assert [[formats.unguarded(cell) for cell in row] for row in read] == plain
