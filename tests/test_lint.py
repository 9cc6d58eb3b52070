"""Every lint refuses what is written amiss, at its exact place, and lets right data pass.

The cases are `tests/lint/<rule>/{pass,fail}-<why>.ttl`. A line `# expect: LINE:COLUMN lgr:rule focus` names a finding;
there are exactly these. A line `# graph: name` says which graph the file belongs to, the page where there is none.
"""

import logging
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from leukograph import documents, lint, validation
from leukograph.documents import Document, Source
from leukograph.names import LGR, ONTOLOGY, PREFIXES
from leukograph.records import Finding
from leukograph.rules import LINT, RULES

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "lint"
EX = "https://example.org/case/"
CASES = sorted(FOLDER.glob("*/*.ttl"))
NAMES = {name for name, rule in RULES.items() if rule.gate == LINT}
LGO = PREFIXES["lgo"]


def graph(path: Path) -> str:
    marked = re.search(r"^# graph: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return marked[1] if marked else "page"


@pytest.fixture(scope="module")
def project() -> list[Document]:
    read, wrong = documents.read(validation.sources(str(ROOT), validation.EVERYTHING))
    assert wrong == []
    return [one for one in read if one.graph != documents.SHAPES]


@pytest.fixture(scope="module")
def vocabulary(project: list[Document]) -> list[Document]:
    return [one for one in project if one.graph == ONTOLOGY]


@pytest.fixture(scope="module")
def cases() -> dict[Path, Document]:
    read, wrong = documents.read([Source(graph(path), str(path)) for path in CASES])
    assert wrong == []
    return {Path(one.path): one for one in read}


def found(given: Document, vocabulary: list[Document]) -> list[Finding]:
    return sorted(lint.lint([given], vocabulary), key=validation.order)


def text(tmp_path: Path, body: str, name: str = "x.ttl") -> Document:
    heads = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    path = tmp_path / name
    path.write_text(heads + body if name.endswith(".ttl") else body, encoding="utf-8", newline="")
    (read,), wrong = documents.read([Source("page", str(path))])
    assert wrong == []
    return read


def test_every_lint_has_a_case_it_refuses_and_one_it_lets_pass() -> None:
    assert len(NAMES) > 8
    assert {path.parent.name for path in CASES} == NAMES
    for name in NAMES:
        assert {path.stem.split("-", 1)[0] for path in CASES if path.parent.name == name} == {"pass", "fail"}, name


def test_the_project_passes_every_lint(project: list[Document], vocabulary: list[Document]) -> None:
    assert len(project) > 20
    assert lint.lint(project, vocabulary) == []


def test_what_is_passed_over_as_sound_hides_no_finding(
    cases: dict[Path, Document], project: list[Document], vocabulary: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [*cases.values(), *project]
    quickly = lint.lint(every, vocabulary)
    monkeypatch.setattr(lint, "_sound", lambda *_: lambda _: False)
    assert lint.lint(every, vocabulary) == quickly
    assert len(quickly) > len(NAMES)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_gives_exactly_the_expected_findings(
    path: Path, cases: dict[Path, Document], vocabulary: list[Document]
) -> None:
    wanted = re.findall(r"^# expect: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert path.stem.startswith("fail-" if wanted else "pass-")
    given = cases[path]
    said = []
    for one in found(given, [*vocabulary, given] if given.graph == ONTOLOGY else vocabulary):
        assert one.place is not None
        assert one.place.path == str(path)
        if one.rule == LGR + path.parent.name:
            focus = one.focus.replace(EX, "ex:")
            focus = "_:one" if focus.startswith("_:") else focus
            said.append(f"{one.place.line}:{one.place.column} lgr:{one.rule[len(LGR) :]} {focus}".rstrip())
    assert said == wanted


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("lgd:x lgo:hasBrandname lgd:y .",
         ("The property is declared in no vocabulary. The nearest is lgo:hasBrandName. "
         "Correct its name, or declare it in the ontology.")),
        ("lgd:x <http://example.org/label> lgd:y .",
         ("The property is declared in no vocabulary. The nearest is rdfs:label. "
         "Correct its name, or declare it in the ontology.")),
        ("lgd:x a lgo:Drugs .",
         ("The class is declared in no vocabulary. The nearest is lgo:Drug. "
         "Correct its name, or declare it in the ontology.")),
        ("lgd:x a <https://example.org/qqqqqqqqqqqqqqqq> .",
         "The class is declared in no vocabulary. Correct its name, or declare it in the ontology."),
        ("lgd:x rdfs:seeAlso lgo:hasBrandnam .",
         ("The ontology or vocabulary has no such term. The nearest is lgo:hasBrandName. "
         "Correct its name, or write its block in the ontology.")),
        ('lgd:x rdfs:comment "x"@en-GB .',
         ("Stores rewrite or refuse this literal. Its language en-GB becomes en-gb in some. "
         "Write it in the form that every store keeps.")),
        ('lgd:x rdfs:comment "1"^^xsd:nonNegativeInteger .',
         ("Stores rewrite or refuse this literal. Its datatype xsd:nonNegativeInteger is not kept alike by all. "
         "Write it in the form that every store keeps.")),
        ("lgd:x rdfs:comment 01 .",
         ("Stores rewrite or refuse this literal. A whole number has no plus sign, no zeros before it and at most 18 "
         "digits. Write it in the form that every store keeps.")),
        ('lgd:x rdfs:comment "\\u202E" .',
         "A control or bidirectional character stands here. Take it out, so that what is read is what is meant."),
        ("@prefix lgo: <http://e/> .",
         f"The prefix is not as in the project's table. There lgo: is <{LGO}>. Write the prefix as the table has it."),
        (f"@prefix our: <{LGO}> .",
         ("The prefix is not as in the project's table. There it is lgo: and not our:. "
         "Write the prefix as the table has it.")),
    ],
)  # fmt: skip
def test_a_finding_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, vocabulary: list[Document], body: str, message: str
) -> None:
    (one,) = found(text(tmp_path, body), vocabulary)
    assert one.message == message


def test_a_finding_names_property_and_value(tmp_path: Path, vocabulary: list[Document]) -> None:
    given = text(tmp_path, "lgd:x a lgo:Drugs ;\n  lgo:hasBrandname lgd:y .\n# \u202e")
    said = [(one.rule[len(LGR) :], one.severity, one.focus, one.path, one.value) for one in found(given, vocabulary)]
    lgd = PREFIXES["lgd"]
    assert said == [
        ("undeclared-class", "violation", f"{lgd}x", f"{PREFIXES['rdf']}type", f"{LGO}Drugs"),
        ("undeclared-property", "violation", f"{lgd}x", f"{LGO}hasBrandname", ""),
        ("unseen-character", "violation", "", "", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ]


def test_an_ontology_of_ones_own_declares_its_words(tmp_path: Path, vocabulary: list[Document]) -> None:
    more = text(tmp_path, "lgo:Drugs a owl:Class . lgo:hasBrandname a owl:ObjectProperty .")
    given = text(tmp_path, "lgd:x a lgo:Drugs ; lgo:hasBrandname lgo:Drugs .")
    assert len(found(given, vocabulary)) == 3
    assert found(given, [*vocabulary, more]) == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.jsonld",
         '[{"@id": "lgd:x",\n  "urn:x:é": [{"@value": "01", "@type": "http://www.w3.org/2001/XMLSchema#integer"}]}]'),
        ("x.rdf",
         ('<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:x:">'
          '<r:Description r:about="lgd:x">\n  <u:é r:datatype="http://www.w3.org/2001/XMLSchema#integer">01</u:é></r:Description></r:RDF>')),
    ],
)  # fmt: skip
def test_what_is_written_as_a_tree_is_found_at_its_line(
    tmp_path: Path, vocabulary: list[Document], name: str, body: str
) -> None:
    said = [
        (one.rule[len(LGR) :], one.place and one.place.line) for one in found(text(tmp_path, body, name), vocabulary)
    ]
    assert sorted(said) == [
        ("iri-of-other-scheme", 1),
        ("literal-not-portable", 2),
        ("undeclared-property", 2),
    ]


PORTABLE = [
    '"a"', '""', '"a \\"b\\" \\\\ \\n\\t"', '"é 😀"', '"a"@en', '"a"@en-gb', "true", "false", "0", "1", "-12",
    "123456789012345678", "-123456789012345678", "1.5", "-0.25", "0.00000000000001", "123456789012345.00000000000001",
    '"2024-02-29"^^xsd:date', '"0001-01-01"^^xsd:date', '"2026"^^xsd:gYear', '"0001"^^xsd:gYear',
    '"https://example.org/é?a#b"^^xsd:anyURI', '"x"^^xsd:string',
]  # fmt: skip
# What becomes of each in some store; None: it is kept, and means nothing.
UNPORTABLE = {
    "1.50": "1.5", "5.0": "5", ".5": "0.5", "+1": "1", "01": "1", "-0": "0", "-1.50": "-1.5", "+0.5": "0.5",
    "1e3": "1000.0", "1.5E0": "1.5", '"1"^^xsd:boolean': "true", '"2026-11-23Z"^^xsd:date': "2026-11-23",
    '"2026-11-23T01:02:03Z"^^xsd:dateTime': "2026-11-23T01:02:03+00:00", '"1"^^xsd:nonNegativeInteger': "1",
    '"1"^^xsd:positiveInteger': "1", '"١"^^xsd:integer': "1", '" 1"^^xsd:integer': "1",
    '"2026-02-30"^^xsd:date': None, '"0000-01-01"^^xsd:date': None, '"26-11-23"^^xsd:date': None,
    '"one"^^xsd:integer': None, '"yes"^^xsd:boolean': None, '"٢٠٢٦"^^xsd:gYear': None, '"0000"^^xsd:gYear': None,
    '"a b"^^xsd:anyURI': None, '""^^xsd:anyURI': None, '"P1Y2M"^^xsd:duration': None, '"x"^^<urn:x:y>': None,
    "1234567890123456789": None, "0.0000000000000001": None,
}  # fmt: skip


def stores(literal: ox.Literal) -> set[ox.Literal]:
    """Return what Oxigraph and rdflib make of a literal."""
    quad = ox.Quad(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:b"), literal)
    store = ox.Store()
    store.add(quad)
    line = f"{quad.subject} {quad.predicate} {literal} .\n"
    graph = rdflib.Graph().parse(data=line, format="nt")
    again = {one.object for one in ox.parse(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)}
    return {one for one in {quad.object for quad in store} | again if isinstance(one, ox.Literal)}


def literal(given: Document) -> ox.Literal:
    (quad,) = given.quads
    assert isinstance(quad.object, ox.Literal)
    return quad.object


@pytest.fixture(scope="module")
def literals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    folder = tmp_path_factory.mktemp("literals")
    sources = []
    for number, words in enumerate([*PORTABLE, *UNPORTABLE]):
        path = folder / f"{number}.ttl"
        path.write_text(
            f"@prefix xsd: <{PREFIXES['xsd']}> .\n<urn:x:a> <{PREFIXES['rdfs']}comment> {words} .", encoding="utf-8"
        )
        sources.append(Source("page", str(path)))
    read, wrong = documents.read(sources)
    assert wrong == []
    return dict(zip([*PORTABLE, *UNPORTABLE], read, strict=True))


@pytest.mark.parametrize("words", PORTABLE)
def test_a_literal_let_through_is_kept_by_every_store(words: str, literals: dict[str, Document]) -> None:
    given = literals[words]
    assert found(given, []) == []
    assert stores(literal(given)) == {literal(given)}


@pytest.mark.parametrize("words", UNPORTABLE)
def test_a_literal_that_a_store_rewrites_is_refused(
    words: str, literals: dict[str, Document], caplog: pytest.LogCaptureFixture
) -> None:
    given = literals[words]
    (one,) = found(given, [])
    assert one.rule == LGR + "literal-not-portable"
    assert one.place is not None
    assert (one.place.line, one.place.column) == (2, 58)
    with caplog.at_level(logging.CRITICAL, logger="rdflib"):
        changed = stores(literal(given)) - {literal(given)}
    if UNPORTABLE[words] is not None:
        assert UNPORTABLE[words] in {one.value for one in changed}
    else:
        assert changed == set()
