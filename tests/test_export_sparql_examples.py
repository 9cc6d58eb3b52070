"""`leukograph export sparql-examples`: each example parses, keeps SIB's form, and gives the rows of its question."""

import shlex
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.plugins import sparql

from leukograph import answers, exporting, questions
from leukograph.errors import DataError
from leukograph.exports import sparql_examples
from leukograph.names import LGG, SH
from leukograph.records import Asked, Cell, Iri, Question

ROOT = str(Path(__file__).parents[1])
SHAPES = Path(__file__).parent / "export_shapes" / "sparql-examples.ttl"
NAMES = questions.names(ROOT)
# The query by which SIB's editor finds examples, and that for prefixes: https://github.com/sib-swiss/sparql-editor
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query . }
ORDER BY ?sq"""
PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""
NUMBERS = {f"http://www.w3.org/2001/XMLSchema#{kind}" for kind in ("integer", "decimal", "double")}
Value = tuple[str, str | float] | None


@pytest.fixture(scope="module")
def exported() -> bytes:
    ((name, content),) = exporting.export(ROOT, "sparql-examples").files
    assert name == "sparql-examples.ttl"
    return content


@pytest.fixture(scope="module")
def examples(exported: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=exported, format="turtle")


@pytest.fixture(scope="module")
def nquads() -> bytes:
    ((_, content),) = exporting.export(ROOT, "nquads").files
    return content


@pytest.fixture(scope="module")
def store(nquads: bytes) -> ox.Store:
    store = ox.Store()
    store.load(nquads, format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def dataset(nquads: bytes) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=nquads, format="nquads")
    return dataset


def asked(name: str) -> Asked:
    """Answer a question with the values of its example, read here in another way than the export does."""
    words = shlex.split(questions.load(ROOT, name).example)
    assert words[:3] == ["leukograph", "ask", name]
    rest = [word for word in words[3:] if word != "--with-background"]
    values: dict[str, list[str]] = {}
    for option, value in zip(rest[::2], rest[1::2], strict=True):
        values.setdefault(option.removeprefix("--"), []).append(value)
    return answers.ask(ROOT, name, values, with_background="--with-background" in words)


def query_of(examples: rdflib.Graph, name: str) -> str:
    found = {str(row[0]): str(row[2]) for row in examples.query(EXAMPLES)}  # type: ignore[index]
    return found[sparql_examples.QUESTION + name]


def ours(cell: Cell) -> Value:
    if cell is None:
        return None
    if isinstance(cell, Iri):
        return "iri", cell.value
    return ("number", float(cell.value)) if cell.datatype in NUMBERS else ("text", cell.value)


def theirs(term: object) -> Value:
    if term is None:
        return None
    if isinstance(term, (rdflib.Literal, ox.Literal)):
        datatype = str(getattr(term.datatype, "value", term.datatype))
        value = str(getattr(term, "value", "") if isinstance(term, ox.Literal) else term)
        return ("number", float(value)) if datatype in NUMBERS else ("text", value)
    return "iri", str(getattr(term, "value", term))


def test_two_readers_read_the_same(exported: bytes, examples: rdflib.Graph) -> None:
    one = ox.Dataset(ox.parse(exported, format=ox.RdfFormat.TURTLE))
    two = ox.Dataset(ox.parse(examples.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES))
    assert len(one) > 300
    assert one == two
    assert not [quad for quad in one if isinstance(quad.subject, ox.BlankNode)]


@pytest.mark.parametrize("name", NAMES)
def test_the_exported_query_gives_the_rows_of_the_question_in_both_engines(
    name: str, examples: rdflib.Graph, store: ox.Store, dataset: rdflib.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    query, right = query_of(examples, name), asked(name)
    rows = [tuple(map(ours, row)) for row in right.answer.rows]
    assert rows, "an example that shows nothing would prove nothing"
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = list(right.answer.columns)
    assert [variable.value for variable in solutions.variables] == columns
    assert [tuple(map(theirs, row)) for row in solutions] == rows
    monkeypatch.setattr(sparql, "SPARQL_LOAD_GRAPHS", False)
    result = dataset.query(query)
    assert [str(variable) for variable in result.vars or []] == columns
    assert [tuple(map(theirs, row)) for row in result] == rows  # type: ignore[arg-type]


def test_an_example_reads_only_the_graphs_that_the_question_reads(examples: rdflib.Graph) -> None:
    for name in NAMES:
        query, right = query_of(examples, name), asked(name)
        lines = [line for line in query.splitlines() if line.startswith("FROM ")]
        assert lines == [f"FROM <{LGG}{graph}>" for graph in right.graphs]
        if "--with-background" not in right.question.example:
            assert f"<{LGG}background>" not in query


def test_every_question_is_there_once_with_its_text_and_its_words(examples: rdflib.Graph) -> None:
    schema = rdflib.Namespace("https://schema.org/")
    found = {str(row[0]): row[1] for row in examples.query(EXAMPLES)}  # type: ignore[index]
    assert sorted(found) == [sparql_examples.QUESTION + name for name in NAMES]
    for iri, comment in found.items():
        question = questions.load(ROOT, iri.removeprefix(sparql_examples.QUESTION))
        assert str(comment).startswith(question.summary)
        text = examples.value(examples.value(rdflib.URIRef(iri), schema.isBasedOn), schema.text)
        assert str(text) == question.sparql
        assert {str(one) for one in examples.objects(rdflib.URIRef(iri), schema.keywords)} == set(question.tags)
        bound = [name for name, _ in asked(question.name).params]
        assert [name for name in bound if f"VALUES ?{name} " not in query_of(examples, question.name)] == []
        assert [name for name in bound if f"{name}: " not in str(comment)] == []


def test_the_editor_finds_every_prefix_that_a_query_declares(examples: rdflib.Graph) -> None:
    found = {str(row[0]): str(row[1]) for row in examples.query(PREFIXES)}  # type: ignore[index]
    used = {
        tuple(line.removeprefix("PREFIX ").rstrip(">").split(": <"))
        for name in NAMES
        for line in questions.load(ROOT, name).sparql.splitlines()
        if line.startswith("PREFIX ")
    }
    assert set(found.items()) == used


def test_the_form_is_that_of_the_shapes_and_a_broken_one_is_refused(examples: rdflib.Graph) -> None:
    shapes = rdflib.Graph().parse(SHAPES)
    conforms, _, words = pyshacl.validate(examples, shacl_graph=shapes)
    assert conforms, words
    first = rdflib.URIRef(sparql_examples.QUESTION + NAMES[0])
    for predicate in ("select", "prefixes"):
        broken = rdflib.Graph() + examples
        broken.remove((first, rdflib.URIRef(SH + predicate), None))
        assert not pyshacl.validate(broken, shacl_graph=shapes)[0]
    broken = rdflib.Graph() + examples
    broken.add((first, rdflib.URIRef("https://schema.org/target"), rdflib.URIRef("https://example.org/sparql")))
    assert not pyshacl.validate(broken, shacl_graph=shapes)[0]


def test_a_quote_or_backslash_in_a_question_comes_back_as_it_was() -> None:
    question = questions.parse(
        "q",
        "q.rq",
        '#+ summary: Say "a\\b"?\n#+ description: d\n#+ tags: t\n#+ layers: page\n#+ show: x\n#+ empty: e\n'
        '#+ example: leukograph ask q\n\nSELECT ?x\nWHERE { ?x ?y """a"b\\\\""" }\n',
    )
    asked_so = Asked(question, (), ("page",), answers.ask(ROOT, NAMES[0], {}).answer, ())
    written = b"@prefix question: <urn:q:> . @prefix schema: <urn:s:> . @prefix sh: <urn:sh:> ."
    written += b"@prefix rdfs: <urn:r:> . @prefix skos: <urn:k:> .\n"
    written += sparql_examples.executable(asked_so).encode() + sparql_examples.text_of(question).encode()
    read = {
        quad.predicate.value: getattr(quad.object, "value", "")
        for quad in ox.parse(written, format=ox.RdfFormat.TURTLE)
    }
    assert read["urn:s:text"] == question.sparql
    assert read["urn:r:comment"] == question.summary
    assert read["urn:sh:select"] == sparql_examples.runnable(asked_so)


def test_a_question_that_cannot_be_shown_is_told() -> None:
    question = questions.load(ROOT, NAMES[0])
    for example in ("leukograph ask q", f"leukograph ask {question.name} rest", 'leukograph ask "'):
        with pytest.raises(DataError, match="the example is no call of the question"):
            sparql_examples.answered(ROOT, question._replace(example=example))
    whole = sparql_examples.answered(ROOT, question)
    with pytest.raises(DataError, match="0 lines begin with WHERE"):
        sparql_examples.runnable(whole._replace(question=question._replace(sparql="SELECT *\n{ }")))


def test_a_prefix_with_two_meanings_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    load = questions.load

    def other(root: str, name: str) -> Question:
        found = load(root, name)
        return found._replace(sparql="PREFIX rdfs: <urn:x:>\n" + found.sparql) if name == NAMES[-1] else found

    monkeypatch.setattr(questions, "load", other)
    with pytest.raises(DataError, match=rf"{NAMES[-1]}\.rq: rdfs: stands for something else elsewhere"):
        exporting.export(ROOT, "sparql-examples")
