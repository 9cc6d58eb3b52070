"""Every triple of every RDF file has its line and column.

Three kinds of proof: texts with their places written out by hand; rdflib's own reader, asked where it reads each
object; and random texts of which the test itself knows where it put each term.
"""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser

from leukograph import documents, engine, locating, pairing, places, trees
from leukograph.documents import Document, Source
from leukograph.records import Place

ROOT = Path(__file__).parents[1]
TURTLE = sorted([*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "data").rglob("*.ttl")])
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = "@prefix : <http://e/> . @prefix ex: <http://e/x#> .\n"
Triple = tuple[str, str, str]
Reader = Callable[..., tuple[list[Document], list[tuple[Place, str]]]]


def spots(text: str, *, quads: bool = False) -> list[Triple]:
    """Return line:column of subject, predicate and object of each triple, in order of the text."""
    found = sorted(places.flatten(text, quads=quads).spots)
    return [tuple("{}:{}".format(*places.line_column(text, start)) for start in one) for one in found]  # type: ignore[misc]


def dataset(quads: list[ox.Quad]) -> list[str]:
    whole = ox.Dataset(quads)
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, whole))


def flat(text: str, *, quads: bool = False) -> list[ox.Quad]:
    made = places.flatten(text, quads=quads)
    read = list(ox.parse(made.text.encode(), format=ox.RdfFormat.TRIG))
    assert len(read) == len(made.spots)
    return read


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    def read(**texts: str | bytes) -> tuple[list[Document], list[tuple[Place, str]]]:
        sources = []
        for name, text in texts.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            sources.append(Source("page", str(path)))
        return documents.read(sources)

    return read


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<a:s> <a:p> <a:o> .", ["1:1 1:7 1:13"]),
        ("# one\n# two\n<a:s> # three\n  <a:p> # <a:x>\n  # four\n <a:o> .", ["3:1 4:3 6:2"]),
        ("<a:s> <a:p> <a:o> , <a:o> ; <a:q> <a:o> .", ["1:1 1:7 1:13", "1:1 1:7 1:21", "1:1 1:29 1:35"]),
        ("<a:s> a <a:C> ;; <a:p> <a:o> ; ; .", ["1:1 1:7 1:9", "1:1 1:18 1:24"]),
        ("<a:s> <a:p> [ <a:q> 1 ; <a:r> [ ] ] .", ["1:1 1:7 1:13", "1:13 1:15 1:21", "1:13 1:25 1:31"]),
        ("[ <a:q> 1 ] .\n[] <a:p> [] .", ["1:1 1:3 1:9", "2:1 2:4 2:10"]),
        ("[ <a:q> 1 ] <a:p> 2 .", ["1:1 1:3 1:9", "1:1 1:13 1:19"]),
        ("<a:s> <a:p> ( ) .", ["1:1 1:7 1:13"]),
        ("<a:s> <a:p> ( 1 2 ) .", ["1:1 1:7 1:13", *["1:15 1:15 1:15"], *["1:17 1:17 1:17"] * 2, "1:19 1:19 1:19"]),
        ("( 1 ) <a:p> 2 .", ["1:1 1:7 1:13", "1:3 1:3 1:3", "1:5 1:5 1:5"]),
        (
            "<a:s> <a:p> ( ( ) [ <a:q> ( 1 ) ] ) .",
            ["1:1 1:7 1:13", "1:15 1:15 1:15", "1:19 1:19 1:19", "1:19 1:19 1:19", "1:19 1:21 1:27",
             "1:29 1:29 1:29", "1:31 1:31 1:31", "1:35 1:35 1:35"],
        ),
        ("<a:s>\r\n<a:p>\r\n<a:o> .", ["1:1 2:1 3:1"]),
        ("<a:s>\r<a:p>\r<a:o> .", ["1:1 2:1 3:1"]),
        ("<a:s>\n\r<a:p>\r\r\n<a:o> .", ["1:1 3:1 5:1"]),
        ('<a:s> <a:p> "é😀" , <a:o> .', ["1:1 1:7 1:13", "1:1 1:7 1:20"]),
        ("# 😀\n<a:😀> <a:p> <a:o> .", ["2:1 2:7 2:13"]),
        ('<a:s> <a:p> """x\n"y" ""z\\"""" , 1 .', ["1:1 1:7 1:13", "1:1 1:7 2:16"]),
        ("<a:s> <a:p> '''it's\r\n''' , 1 .", ["1:1 1:7 1:13", "1:1 1:7 2:7"]),
        ("<a:s> <a:p> 'a\"b' , \"a'b\\\"c\" , '' , \"\" .",
         ["1:1 1:7 1:13", "1:1 1:7 1:21", "1:1 1:7 1:32", "1:1 1:7 1:37"]),
        ('<a:s> <a:p> "x"@en-GB , "x" ^^ <a:d> , "x" # c\n @en , 1 .',
         ["1:1 1:7 1:13", "1:1 1:7 1:25", "1:1 1:7 1:40", "1:1 1:7 2:8"]),
        ("<a:s> <a:p> 1,-2.5,+.5e3,1.e5,true,false.",
         ["1:1 1:7 1:13", "1:1 1:7 1:15", "1:1 1:7 1:20", "1:1 1:7 1:26", "1:1 1:7 1:31", "1:1 1:7 1:36"]),
        ("@prefix x: <http://x/> . x:a.b x:c\\.\\-d x:%41.", ["1:26 1:32 1:41"]),
        ("PREFIX x:<http://x/>x:a x:b x:.\nBASE<http://b/>#c\n<a> <b> <> .", ["1:21 1:25 1:29", "3:1 3:5 3:9"]),
        ("@base <http://b/> .\n<a> <b> <../c> .", ["2:1 2:5 2:9"]),
        ("_:b.1 <a:p> _:é·x.", ["1:1 1:7 1:13"]),
    ],
)  # fmt: skip
def test_turtle_stands_where_it_is_written(text: str, wanted: list[str]) -> None:
    assert [" ".join(one) for one in spots(text)] == wanted
    assert dataset(flat(text)) == dataset(list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{ <a:s> <a:p> 1 }", ["1:3 1:9 1:15"]),
        ("<a:g> { <a:s> <a:p> 1 . <a:s> <a:p> 2 }", ["1:9 1:15 1:21", "1:25 1:31 1:37"]),
        ("graph#c\n<a:g>{<a:s> <a:p> [ <a:q> ( 1 ) ].}",
         ["2:7 2:13 2:19", "2:19 2:21 2:27", "2:29 2:29 2:29", "2:31 2:31 2:31"]),
        ("GRAPH _:g { _:g <a:p> 1 } [] { <a:s> <a:p> 2 } { } <a:s> <a:p> 3 .",
         ["1:13 1:17 1:23", "1:32 1:38 1:44", "1:52 1:58 1:64"]),
    ],
)  # fmt: skip
def test_trig_stands_where_it_is_written(text: str, wanted: list[str]) -> None:
    assert [" ".join(one) for one in spots(text)] == wanted
    assert dataset(flat(text)) == dataset(list(ox.parse(text.encode(), format=ox.RdfFormat.TRIG)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<a:s> <a:p> <a:o> .\n_:b.1<a:p>\"é😀\"@en<a:g>.#c\n", ["1:1 1:7 1:13", "2:1 2:6 2:11"]),
        ('<http://a/../b> <a:p> "\\u0041"^^<a:d> _:g .\r<a:s> <a:p> _:g .', ["1:1 1:17 1:23", "2:1 2:7 2:13"]),
    ],
)  # fmt: skip
def test_n_quads_stand_where_they_are_written(text: str, wanted: list[str]) -> None:
    assert [" ".join(one) for one in spots(text, quads=True)] == wanted
    assert dataset(flat(text, quads=True)) == dataset(list(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)))


def test_equal_labels_of_blank_nodes_in_two_files_stay_two_nodes(reader: Reader) -> None:
    read, wrong = reader(a_ttl="_:x <a:p> _:x .", b_ttl="\ufeff_:x <a:p> [ ] .", c_nt="_:b <a:p> _:b1 .")
    assert wrong == []
    quads = [str(quad) for one in read for quad in one.quads]
    assert [re.sub(r"f[0-9a-f]{6}b", "f", quad) for quad in quads] == [
        "_:f0 <a:p> _:f0",
        "_:f0 <a:p> _:f1",
        "_:f0 <a:p> _:f1",
    ]
    assert len({quad.split("b")[0] for quad in quads}) == 3, "blank nodes are named by the path of their file"
    assert [documents.place(one, 0)[1:] for one in read] == [(1, 11), (1, 11), (1, 11)]


def test_a_made_name_never_meets_a_written_one() -> None:
    text = "_:b1 <a:p> [ ] , _:b0x1 , [ ] ."
    assert len({str(quad.object) for quad in flat(text)}) == 3
    assert dataset(flat(text)) == dataset(list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)))


def test_prefixes_are_told_with_their_places() -> None:
    text = "@prefix ex: <http://e/x#> .\nPREFIX : <http://e/>\n"
    assert places.flatten(text).prefixes == [("ex", "http://e/x#", 8), ("", "http://e/", 35)]


ACCEPTED = [
    "@base <http://b/c/>. <d> a <../e>.", "BASE<http://b/> <a> <b> <c>.", "PREFIX x:<http://x/>x:a x:b x:c.",
    "PREFIX prefix:<http://z/>prefix:a :b :c.", "PREFIX#c\n: <http://q/> :a :b :c .",
    "@prefix a:<http://a/>. a:a a a:a.",
    ":a.b.c :p 1. ", ":a :p 1.e5 .", ":a :p 1.e5.", ":a :p .5e3,-.5,+1.0,1.5e-3.", ":a :b 1,2.:c :d 3.", ":a :b 1.5.",
    ":a :b ex:.:c :d :e .", "ex: ex: ex:.", ":a :b true.", ":a :b _:x.:c :d _:x .", ':a :b "x"@en.:c :d :e .',
    "_:b.1 :p :o .",
    ':a :b "x"^^#c\n:d .', ':a :b "x" # c\n^^:d .', ':a :b "x"#c\n@en .', ':a :b "x"@EN-gb .', ':a :b "\x00" .',
    ":a€ :b :c😀 .", ":a\u0301 :b :c .", ":a\u200c :b :c .", ":a·b :b :c·.", ":a..b :p :o .", ":a :b :a\\-b\\.%20x .",
    "[ :a :b ] .", "() :b :c .", ":a :b :c ; ; :d :e ; .", ":a<http://p>:c.", ":a :b <http://x/\\u0041> .", "", "# c",
    ':a :b """a\n"" " """, "\\u00e9\\U0001F600" .', ":a :b 0, 01, -0, 1.0 .",
    ":a :b :c .@prefix y: <http://y/>. y:a :b :c .",
    ":a :b ex:a:b, ::, :1, :_ .", ":a\t:b\r\n:c\r.",
]  # fmt: skip
REFUSED = {
    "<a> <b> <c> .": "2:1", "_:b.1. ": "2:6", ":a :b :c..": "2:10", ":a :b :c.:c :d :e .": "2:13",
    ":a ex:-1 :b .": "2:10",
    ":a :b <>.": "2:7", "prefix:a :b :c .": "2:1", "PREFIX:<http://q/> :a :b :c .": "2:1",
    "@PREFIX q: <http://q/> .": "2:1",
    ":a² :b :c .": "2:3", "[] .": "2:4", "[ ; ] :a :b .": "2:3", ":a ; :b :c .": "2:4", ":a a a .": "2:6",
    ':a :b """a"""" .': "2:14", ":a :b 1-1 .": "2:8", ':a :b "\\ud800" .': "2:8", ":a :b <http://x/ y> .": "2:7",
    ':a :b "é😀\nb" .': "2:10", ":a :b True .": "2:7", ":a => :b .": "2:4", ":a :b ?x .": "2:7",
    ":a :b :\\u0041 .": "2:8",
    ":a :b _:·x .": "2:7", ":a :b :%zz .": "2:7", "\u00a0:a :b :c .": "2:1", ":a :b :c\u2028.": "2:9", ":a :b": "2:6",
    "\ufeff:a :b :c .": "2:1", ":a :b :c": "2:9", ":a\r:b\r?": "4:1", ":a\r\n:b\r\n(": "4:2", ":a {": "2:4",
    # RDF 1.2 can be read by pyoxigraph, not by rdflib
    "<< :a :b :c >> :d :e .": "2:1", ":a :b <<( :c :d :e )>> .": "2:7", ":a :b :c {| :d :e |} .": "2:10",
    ":a :b :c ~ :r .": "2:10", ':a :b "x"@en--ltr .': "2:13", 'VERSION "1.2" :a :b :c .': "2:1",
    '@version "1.2" .': "2:1",
}  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_pyoxigraph_reads_is_taken_apart_to_the_same(text: str) -> None:
    whole = HEAD + text
    assert dataset(flat(whole)) == dataset(list(ox.parse(whole.encode(), format=ox.RdfFormat.TURTLE)))


def test_what_cannot_be_read_is_refused_with_line_and_column(reader: Reader) -> None:
    read, wrong = reader(**{f"{number}_ttl": HEAD + text for number, text in enumerate(REFUSED)})
    assert read == []
    assert {text: f"{place.line}:{place.column}" for text, (place, _) in zip(REFUSED, wrong, strict=True)} == REFUSED
    assert wrong[1][1] == ". is not a valid predicate. Mend the file at this place."
    assert all(words.endswith(".") and "\n" not in words and "line" not in words[:20] for _, words in wrong)


class Watching(SinkParser):
    """rdflib's reader of Turtle, noting where each object that is no item of a list begins."""

    def __init__(self, graph: rdflib.Graph) -> None:
        super().__init__(RDFSink(graph), baseURI="http://b/", turtle=True)
        self.seen: list[tuple[str, int]] = []
        self.starts: list[list[int]] = []
        self.ready: list[int] = []

    def makeStatement(self, quadruple: Any) -> None:  # noqa: N802 - rdflib's
        verb = quadruple[1][1] if isinstance(quadruple[1], tuple) else quadruple[1]  # `a` comes as (symbol, IRI)
        self.seen.append((str(verb), self.ready.pop(0)))
        super().makeStatement(quadruple)

    def item(self, argstr: str, i: int, res: Any) -> int:
        self.starts.append([])
        end: int = super().item(argstr, i, res)
        self.starts.pop()
        return end

    def objectList(self, argstr: str, i: int, res: Any) -> int:  # noqa: N802 - rdflib's
        self.starts.append([])
        end: int = super().objectList(argstr, i, res)
        self.ready = self.starts.pop()
        return end

    def object(self, argstr: str, i: int, res: Any) -> int:
        if self.starts:
            self.starts[-1].append(self.skipSpace(argstr, i))
        end: int = super().object(argstr, i, res)
        return end


def watched(text: str) -> list[tuple[str, int]]:
    parser = Watching(rdflib.Graph())
    parser.startDoc()
    parser.feed(text)
    return sorted(parser.seen)


def ours(text: str) -> list[tuple[str, int]]:
    pairs = zip(flat(text), places.flatten(text).spots, strict=True)
    found = [(quad.predicate.value, spot) for quad, spot in pairs]
    return sorted((iri, spot.object) for iri, spot in found if spot.predicate != spot.object)


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_rdflib_reads_every_object_of_the_project_at_the_same_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ours(text) == watched(text)
    assert dataset(flat(text)) == dataset(list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)))


NESTED = """
<a:s> <a:p> 1 , [ <a:q> "x" ; <a:r> ( 1 [ <a:t> 2 , 3 ] ( ) ) , 4 ] ; # c
  a <a:C> , \"\"\"é
😀\"\"\"@en ; <a:u> [ ] , [ <a:v> [ <a:w> 5 ] ] .
[ <a:x> 6 ] <a:y> <a:z> .
"""


def test_rdflib_reads_nested_objects_at_the_same_places() -> None:
    assert len(ours(NESTED)) == 15
    assert ours(NESTED) == watched(NESTED)


SPACES = [" ", "  ", "\n", "\r\n", "\r", "\t", " # c\n", '\n# é😀 <a:x> "\n\t', "\n\n"]
VERBS = ["a", "<http://e/p>", "ex:p", ":p.q", ":", "ex:é", "é:%20x"]
NAMES = ["<http://e/s>", "<rel/é😀>", "ex:", "ex:a.b", ":a\\-b", ":😀", "_:x", "_:x.1", "_:é", "é:c"]
LITERALS = [
    "1", "-1.5", "1e5", "1.E5", ".5", "+0.5", "true", "false", '""', "''", '"a # b"', "'é😀'", '"\\"\\u00e9"@en-gb',
    '"x"^^ex:d', '"x" ^^ <http://e/d>', '"""a\n"b" ""c\r\n"""', "'''it''s\n'''@en", '"[ ( { . ; ,"', '""""a"""',
    "'\\\\'",
]  # fmt: skip
Node = tuple[str, object]
terms = st.sampled_from(NAMES + LITERALS).map(lambda text: ("term", text))


Pairs = list[tuple[str, list[Node]]]


def said(nodes: st.SearchStrategy[Node], least: int) -> st.SearchStrategy[Pairs]:
    pair = st.tuples(st.sampled_from(VERBS), st.lists(nodes, min_size=1, max_size=3))
    return st.lists(pair, min_size=least, max_size=3)


things: st.SearchStrategy[Node] = st.recursive(
    terms,
    lambda inner: st.one_of(
        said(inner, 0).map(lambda pairs: ("blank", pairs)),
        st.lists(inner, max_size=3).map(lambda items: ("list", items)),
    ),
    max_leaves=6,
)
subjects = st.one_of(
    st.sampled_from(NAMES).map(lambda text: ("term", text)), things.filter(lambda one: one[0] != "term")
)
statements = st.lists(st.tuples(subjects, said(things, 1)), max_size=4)


class Writer:
    """Writes a document and notes where it puts the parts of each triple."""

    def __init__(self, spaces: list[str]) -> None:
        self.spaces = itertools.cycle(spaces)
        self.text = "@prefix : <http://e/> . @prefix ex: <http://e/x#> . @prefix é: <http://e/y#> . @base <http://b/> ."
        self.spots: list[tuple[int, int, int]] = []
        self.at: list[tuple[int, str]] = []

    def put(self, piece: str) -> int:
        self.text += next(self.spaces)
        start = len(self.text)
        self.text += piece
        self.at.append((start, piece))
        return start

    def node(self, node: Node) -> int:
        kind, value = node
        if kind == "term":
            return self.put(str(value))
        if kind == "blank":
            start = self.put("[")
            self.pairs(start, value)  # type: ignore[arg-type]
            self.put("]")
            return start
        start = self.put("(")
        items = [self.node(one) for one in value]  # type: ignore[attr-defined]
        self.spots += [(one, one, one) for one in items]
        ends = [*items[1:], self.put(")")]
        self.spots += [(one, one, one) for one in ends[: len(items)]]
        return start

    def pairs(self, subject: int, pairs: Pairs) -> None:
        for count, (verb, nodes) in enumerate(pairs):
            if count:
                self.put(";" * (1 + count % 2))
            place = self.put(verb)
            for number, one in enumerate(nodes):
                if number:
                    self.put(",")
                self.spots.append((subject, place, self.node(one)))


@given(statements, st.lists(st.sampled_from(SPACES), min_size=1, max_size=5))
def test_a_random_document_stands_where_it_was_put(document: list[tuple[Node, Pairs]], spaces: list[str]) -> None:
    writer = Writer(spaces)
    for subject, pairs in document:
        writer.pairs(writer.node(subject), pairs)
        writer.put(".")
    assert sorted(places.flatten(writer.text).spots) == sorted(writer.spots)
    assert all(writer.text.startswith(piece, start) for start, piece in writer.at)
    assert dataset(flat(writer.text)) == dataset(list(ox.parse(writer.text.encode(), format=ox.RdfFormat.TURTLE)))


@given(statements, st.lists(st.sampled_from(SPACES), min_size=1, max_size=5))
def test_two_readings_of_a_random_document_are_paired(document: list[tuple[Node, Pairs]], spaces: list[str]) -> None:
    writer = Writer(spaces)
    for subject, said in document:
        writer.pairs(writer.node(subject), said)
        writer.put(".")
    first, second = list(ox.parse(writer.text.encode(), format=ox.RdfFormat.TURTLE)), flat(writer.text)
    numbers = pairing.pairs(first, second, writer.text)
    assert sorted(numbers) == list(range(len(second)))
    names = {
        (one, other)
        for quad, number in zip(first, numbers, strict=True)
        for one, other in zip(quad.triple, second[number].triple, strict=True)
    }
    assert len(names) == len({one for one, _ in names}) == len({other for _, other in names})
    assert all(one == other for one, other in names if not isinstance(one, ox.BlankNode))


def test_readings_of_two_texts_are_not_paired() -> None:
    text = "<a:s> <a:p> [ <a:q> 1 ] ."
    for other in (text.replace("1", "2"), text.replace("[ <a:q> 1 ]", "[ <a:q> 1 , 2 ]")):
        with pytest.raises(ValueError, match="not of one text"):
            pairing.pairs(flat(other), flat(text), text)


JSON_LD = """{
  "@context": {"@vocab": "http://v/", "ex": "http://e/", "knows": {"@id": "ex:knows", "@type": "@id"}},
  "@graph": [
    {"@id": "ex:a", "@type": ["ex:T", "U"], "name": ["one", {"@value": "zwei", "@language": "de"}],
     "knows": "ex:b", "age": 5, "ok": true,
     "ex:list": {"@list": ["x", {"@id": "ex:c"}]}, "ex:é": "😀", "ex:in": {"name": "inner"}},
    {"name": "two", "@id": "ex:b"}
  ]
}
"""
RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:e="http://e/">
  <e:T rdf:about="http://e/a" e:q="é">
    <e:p>one</e:p> <!-- é😀 --> <e:p xml:lang="de">zwei</e:p>
    <e:knows rdf:resource="http://e/b"/>
    <e:in><rdf:Description><e:p>inner</e:p></rdf:Description></e:in>
  </e:T>
  <rdf:Description rdf:about="http://e/b"><e:p>two</e:p></rdf:Description>
</rdf:RDF>
"""


def told(document: Document) -> dict[str, tuple[int, int]]:
    """Return the line and column of each triple, named by the ends of its IRIs."""
    found = {}
    for number, quad in enumerate(document.quads):
        name = " ".join(re.sub(r".*[/#]", "", engine.plain(term)) for term in quad.triple)
        place = documents.place(document, number)
        found[re.sub(r"_:f[0-9a-f]{6}b", "_:f0b", name)] = (place.line, place.column)
    return found


def test_json_ld_is_told_by_the_places_of_its_values(reader: Reader) -> None:
    (read,), wrong = reader(a_jsonld=JSON_LD)
    assert wrong == []
    assert told(read) == {
        "a type U": (4, 39), "a type T": (4, 31), "a name one": (4, 54), "a name zwei": (4, 72), "a knows b": (5, 15),
        "a age 5": (5, 30), "a ok true": (5, 39), "a list _:f0b0": (6, 17), "_:f0b0 first x": (6, 28),
        "_:f0b0 rest _:f0b1": (6, 28), "_:f0b1 first c": (6, 33), "_:f0b1 rest nil": (6, 33), "a é 😀": (6, 60),
        "a in _:f0b2": (6, 74), "_:f0b2 name inner": (6, 83), "b name two": (7, 14),
    }  # fmt: skip


def test_rdf_xml_is_told_by_the_places_of_its_elements(reader: Reader) -> None:
    (read,), wrong = reader(a_rdf=RDF_XML)
    assert wrong == []
    assert told(read) == {
        "a type T": (4, 3), "a q é": (4, 31), "a p one": (5, 5), "a p zwei": (5, 32), "a knows b": (6, 5),
        "a in _:f0b0": (7, 5), "_:f0b0 p inner": (7, 28), "b p two": (9, 43),
    }  # fmt: skip


def test_a_context_that_is_at_hand_is_written_out_and_no_other() -> None:
    text = '{"@context": ["http://x/", {"a": {"@context": "http://x/"}}], "b": "http://x/", "@import": "http://x/"}'
    assert trees.context_elsewhere(text, "http://x/") == text.rindex('"http')
    assert trees.context_elsewhere(text, "http://y/") == 14
    whole = trees.with_context(text, "http://x/", '{"c": "d:"}')
    assert whole == text.replace('"http://x/"', '{"c": "d:"}', 2)
    many = '{"@context": [' + ", ".join(['"http://x/"'] * 101) + "]}"
    assert trees.context_elsewhere(many, "http://x/") == many.rindex('"http')
    assert trees.with_context(many, "http://x/", "null").count("http") == 1


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('{"@context": "http://x/"}', 13),
        ('{"@context": ["rel.jsonld"]}', 14),
        ('{"@context": [{"a": "b:c"}, null, "http://x/"]}', 34),
        ('{"@context": {"@import": "http://x/"}}', 25),
        ('{"@context": {"a": {"@id": "b:c", "@context": "file:x"}}}', 46),
        ('{"\\u0040context": "http://x/"}', 18),
        ('{"@context": [{"a": ["b:c"]}], "b": ["@context", "x"], "c": {"@type": "http://x/"}}', -1),
        ('{"@context": null, "a:b": "http://x/"}', -1),
    ],
)
def test_a_context_that_lies_elsewhere_is_found_wherever_it_stands(text: str, start: int) -> None:
    assert trees.context_elsewhere(text) == start


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("a_rdf", "<a>\n<é></a>", "2:6 this is not well-formed XML (mismatched tag). Mend the file at this place."),
        ("a_owl", "<a>\né&x;</a>", "2:2 this is not well-formed XML (undefined entity). Mend the file at this place."),
        ("a_rdf", "<a/>", "1:1 XML namespaces are required in RDF/XML. Mend the file at this place."),
        ("a_jsonld", '{"a:é": 😀}', "1:9 Unexpected byte: \\xF0. Mend the file at this place."),
        ("a_jsonld", '\n{"@context": "x"}', "2:14 a context that lies elsewhere is never fetched. "),
    ],
)  # fmt: skip
def test_a_tree_that_cannot_be_read_says_where(reader: Reader, name: str, text: str, wanted: str) -> None:
    read, ((place, words),) = reader(**{name: text})
    assert read == []
    assert f"{place.line}:{place.column} {words}".startswith(wanted)


DATA = """<a:s>
  <a:p> "one" ,
    "two" ;
  <a:q> "three" , <a:o> ;
  <a:p> "four" .
<a:v> <a:q> <a:s> .
"""


@pytest.mark.parametrize(
    ("focus", "path", "value", "line", "column"),
    [
        ("a:s", "a:p", "two", 3, 5),
        ("a:s", "a:q", "two", 3, 5),
        ("a:s", "", "three", 4, 9),
        ("a:s", "a:p", "", 5, 9),
        ("a:s", "a:p", "not there", 5, 9),
        ("a:s", "a:missing", "", 1, 1),
        ("a:s", "", "", 1, 1),
        ("a:o", "a:p", "x", 4, 19),
        ("a:none", "a:p", "a:v", 6, 1),
    ],
)
def test_a_finding_is_located_by_what_of_it_is_written(
    reader: Reader, focus: str, path: str, value: str, line: int, column: int
) -> None:
    read, _ = reader(a_ttl=DATA)
    assert locating.locate(locating.index(read), focus, path, value) == Place(read[0].path, line, column)


def test_what_is_written_nowhere_has_no_place(reader: Reader) -> None:
    known = locating.index(reader(a_ttl=DATA)[0])
    assert locating.locate(known, "a:none", "a:p", "a:none") is None
    assert locating.locate(known, "", "", "") is None


def test_the_files_that_the_user_named_are_looked_at_first_and_alone_if_wished(tmp_path: Path) -> None:
    for name, text in (("a.ttl", "\n<a:s> <a:p> 1 . <a:t> <a:p> 3 ."), ("b.ttl", "<a:s> <a:p> 2 .")):
        (tmp_path / name).write_text(text)
    first, second = str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl")
    read, _ = documents.read([Source("page", first, given=False), Source("page", second)])
    known = locating.index(read)
    assert locating.locate(known, "a:s") == Place(second, 1, 1)
    assert locating.locate(known, "a:s", "a:p", "1") == Place(first, 2, 13)
    assert locating.locate(known, "a:s", "a:p", "1", given=True) == Place(second, 1, 13)
    assert locating.locate(known, "a:t") == Place(first, 2, 17)
    assert locating.locate(known, "a:t", given=True) is None
    assert locating.stated(known, "a:s", "a:p", "1") == Place(first, 2, 13)
    assert locating.stated(known, "a:s", "a:p", "3") is None
