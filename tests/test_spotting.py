"""In JSON-LD and RDF/XML every triple stands at its own place, whatever contexts and bases do to its names.

Texts of which the places are marked by hand or noted as they are written; many hold two records of equal values.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leukograph import documents, engine, json_ld, lint, places, rdf_xml, spotting
from leukograph.documents import Document, Source
from leukograph.records import Place
from leukograph.trees import Marked

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/" xml:base="http://b/c/d">\n'
RECORDS = [
    # Each line of a pair says the same of another subject.
    ('"@base": "http://b/c/"', '{"@id": "a", "e:p": "x"},\n{"@id": "b", "e:p": "x"}'),
    ('"@base": "http://b/c/"', '{"@id": "", "e:p": "x"},\n{"@id": "..", "e:p": "x"}'),
    ('"@vocab": "http://v/"', '{"@id": "e:a", "p": "x"},\n{"@id": "e:b", "p": "x"}'),
    ('"uri": "@id"', '{"uri": "e:a", "e:p": "x"},\n{"uri": "e:b", "e:p": "x"}'),
    ('"kind": {"@id": "@type"}', '{"@id": "e:a", "kind": "e:T"},\n{"@id": "e:b", "kind": "e:T"}'),
    ('"T": "e:T"', '{"@id": "e:a", "@type": "T"},\n{"@id": "e:b", "@type": "T"}'),
    ('"T": "e:T", "k": "@type", "U": "e:U"', '{"@id": "e:a", "k": ["U", "T"]},\n{"@id": "e:b", "k": ["U", "T"]}'),
    ('"l": {"@id": "e:l", "@container": "@language"}',
     '{"@id": "e:a", "l": {"en": "x"}},\n{"@id": "e:b", "l": {"en": "x"}}'),
    ('"l": {"@id": "e:l", "@container": "@index"}',
     '{"@id": "e:a", "l": {"1": {"e:q": 1}}},\n{"@id": "e:b", "l": {"1": {"e:q": 1}}}'),
    ('"l": {"@id": "e:l", "@container": "@id"}',
     '{"@id": "e:a", "l": {"e:c": {"e:q": 1}}},\n{"@id": "e:b", "l": {"e:d": {"e:q": 1}}}'),
    ('"l": {"@id": "e:l", "@container": "@type"}',
     '{"@id": "e:a", "l": {"e:T": {"e:q": 1}}},\n{"@id": "e:b", "l": {"e:T": {"e:q": 1}}}'),
    ('"l": {"@id": "e:l", "@container": "@list"}',
     '{"@id": "e:a", "l": ["x", 1, {}]},\n{"@id": "e:b", "l": ["x", 1, {}]}'),
    ('"l": {"@id": "e:l", "@container": "@set"}',
     '{"@id": "e:a", "l": ["x", "x"]},\n{"@id": "e:b", "l": {"@set": ["x"]}}'),
    ('"l": {"@id": "e:l", "@type": "@id"}', '{"@id": "e:a", "l": "e:c"},\n{"@id": "e:b", "l": "e:c"}'),
    ('"c": "e:c", "l": {"@id": "e:l", "@type": "@vocab"}', '{"@id": "e:a", "l": "c"},\n{"@id": "e:b", "l": "c"}'),
    ('"l": {"@reverse": "e:l"}',
     '{"@id": "e:a", "l": {"@id": "e:c", "e:p": 1}},\n{"@id": "e:b", "l": {"@id": "e:d", "e:p": 1}}'),
    ('"l": {"@id": "e:l", "@context": {"m": "e:m"}}',
     '{"@id": "e:a", "l": {"m": "m"}},\n{"@id": "e:b", "l": {"m": "m"}}'),
    ('"T": {"@id": "e:T", "@context": {"m": "e:m"}}',
     '{"@id": "e:a", "@type": "T", "m": 1},\n{"@id": "e:b", "@type": "T", "m": 1}'),
    ('"n": "@nest"', '{"@id": "e:a", "n": {"e:p": true}},\n{"@id": "e:b", "@nest": {"e:p": true}}'),
    ('"j": {"@id": "e:j", "@type": "@json"}',
     '{"@id": "e:a", "j": {"k": [1, "x"]}},\n{"@id": "e:b", "j": {"k": [1, "x"]}}'),
    ('"y": "e:y"',
     '{"@context": {"m": "e:m"}, "@id": "e:a", "m": "m"},\n{"@context": {"m": "e:n"}, "@id": "e:b", "m": "m"}'),
    ('"y": "e:y"', '{"@id": "e:a", "e:p": {}},\n{"@id": "e:b", "e:p": {}}'),
    ('"y": "e:y"', '{"@id": "e:a", "e:p": {"@list": []}},\n{"@id": "e:b", "e:p": {"@list": []}}'),
    ('"y": "e:y"', '{"@id": "http://h:80", "e:p": ""},\n{"@id": "http://i", "e:p": ""}'),
    ('"y": "e:y"',
     '{"@id": "_:a", "e:p": {"@value": "x", "@type": "e:d"}},\n{"@id": "_:b", "e:p": {"@value": "x", "@type": "e:d"}}'),
    ('"T": "e:T"', '{"@type": "T"},\n{"@type": "T"}'),
    ('"y": "e:y"', '{"e:p": {"e:q": {"e:r": "x"}}},\n{"e:p": {"e:q": {"e:r": "x"}}}'),
]  # fmt: skip
ELEMENTS = [
    '<e:T rdf:ID="a"><e:p>x</e:p></e:T>\n<e:T rdf:ID="b"><e:p>x</e:p></e:T>',
    '<e:T rdf:about="a"><e:p/></e:T>\n<e:T rdf:about="../b"><e:p></e:p></e:T>',
    '<e:T rdf:about=""><e:p rdf:resource="."/></e:T>\n<e:T rdf:about=".."><e:p rdf:resource="."/></e:T>',
    '<e:T rdf:about="a" xml:base="http://n/"><e:p>x</e:p></e:T>\n<e:T rdf:about="a"><e:p>x</e:p></e:T>',
    "<e:T rdf:about='e:a' e:p='x' xml:lang = 'de'/>\n<e:T rdf:about='e:b' e:p='x' xml:lang = 'de'/>",
    '<e:T rdf:about="e:a"><e:p e:q="x"/></e:T>\n<e:T rdf:about="e:b"><e:p e:q="x"/></e:T>',
    '<e:T rdf:about="e:a"><e:p rdf:ID="r">x</e:p></e:T>\n<e:T rdf:about="e:b"><e:p rdf:ID="s">x</e:p></e:T>',
    '<e:T rdf:nodeID="a"><e:p rdf:nodeID="c"/></e:T>\n<e:T rdf:nodeID="b"><e:p rdf:nodeID="c"/></e:T>',
    '<e:T><e:p><e:T><e:q>1</e:q></e:T></e:p></e:T>\n<e:T><e:p><e:T><e:q>1</e:q></e:T></e:p></e:T>',
    ('<e:T rdf:about="e:a"><e:p rdf:parseType="Resource"><e:q>1</e:q></e:p></e:T>\n'
     '<e:T rdf:about="e:b"><e:p rdf:parseType="Resource"><e:q>1</e:q></e:p></e:T>'),
    ('<e:T rdf:about="e:a"><e:p rdf:parseType="Literal"><b>é</b></e:p></e:T>\n'
     '<e:T rdf:about="e:b"><e:p rdf:parseType="Literal"><b>é</b></e:p></e:T>'),
    ('<e:T rdf:about="e:a"><e:p rdf:parseType="Collection"><e:U/><e:U rdf:about="e:c"/></e:p></e:T>\n'
     '<e:T rdf:about="e:b"><e:p rdf:parseType="Collection"><e:U/><e:U rdf:about="e:c"/></e:p></e:T>'),
    ('<rdf:Bag rdf:about="e:a"><rdf:li>x</rdf:li><rdf:li><e:T/></rdf:li></rdf:Bag>\n'
     '<rdf:Bag rdf:about="e:b"><rdf:li>x</rdf:li><rdf:li><e:T/></rdf:li></rdf:Bag>'),
    '<e:T rdf:about="e:a"><e:p><![CDATA[<x>]]></e:p></e:T>\n<e:T rdf:about="e:b"><e:p>&lt;x&gt;</e:p></e:T>',
]  # fmt: skip


def document(folder: Path, name: str, text: str) -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (read,), wrong = documents.read([Source("page", str(path))])
    assert wrong == []
    return read


def lines(read: Document) -> Counter[int]:
    """Return how many triples stand on each line; subject, predicate and object of a triple stand on the same."""
    found: Counter[int] = Counter()
    for number in range(len(read.quads)):
        where = {documents.place(read, number, part).line for part in ("subject", "predicate", "object")}
        assert len(where) == 1, read.quads[number]
        found += Counter(where)
    return found


@pytest.mark.parametrize(("context", "records"), RECORDS, ids=itertools.count())
def test_of_two_records_in_json_ld_each_has_its_own_line(tmp_path: Path, context: str, records: str) -> None:
    read = document(tmp_path, "a.jsonld", f'{{"@context": {{"e": "http://e/", {context}}}, "@graph": [\n{records}\n]}}')
    half = len(read.quads) // 2 if '"@set"' not in context else 2
    assert half
    assert lines(read) == {2: half, 3: len(read.quads) - half}
    own: dict[str, set[int]] = {}
    for number, quad in enumerate(read.quads):
        own.setdefault(str(quad.subject), set()).add(documents.place(read, number).line)
    assert all(len(one) == 1 for one in own.values()), own


@pytest.mark.parametrize("elements", ELEMENTS, ids=itertools.count())
def test_of_two_records_in_rdf_xml_each_has_its_own_line(tmp_path: Path, elements: str) -> None:
    read = document(tmp_path, "a.rdf", f"{HEAD}{elements}</rdf:RDF>")
    assert lines(read) == {2: len(read.quads) // 2, 3: len(read.quads) // 2}


JSON = """{"@context": {"@base": "http://b/", "@vocab": "http://v/", "uri": "@id", "kind": "@type", "T": "http://t/T",
  "l": {"@container": "@language"}, "to": {"@type": "@id"}, "m": {"@container": "@id"}},
"@graph": [
  {"kind": ["T", "U"], "uri": "a",
   "l": {"en": "x", "de": ["y", "z"]},
   "to": ["b", "a"], "n": [1, true, {"@value": 5, "@type": "d"}],
   "m": {"c": {"n": 1}, "d": {"n": 1}},
   "o": {"n": {"n": 1}}, "@reverse": {"r": {"uri": "c"}}}
]}"""
XML = (
    HEAD
    + """<e:T rdf:ID="a"
   e:q="x"
   rdf:type="http://e/U">
  <e:p xml:lang="en">x</e:p> <e:p>x</e:p>
  <e:c rdf:parseType="Collection">
    <e:T rdf:about="b"/>
    <e:U/></e:c>
</e:T></rdf:RDF>"""
)


def told(read: Document) -> dict[str, str]:
    """Return the place of each triple's subject, predicate and object, named by the ends of its IRIs."""
    found = {}
    for number, quad in enumerate(read.quads):
        name = " ".join(re.sub(r".*[/#]|f[0-9a-f]{6}b", "", engine.plain(term)) for term in quad.triple)
        where = [documents.place(read, number, part) for part in ("subject", "predicate", "object")]
        found[name] = " ".join(f"{one.line}:{one.column}" for one in where)
    return found


def test_each_part_of_a_triple_in_json_ld_has_its_line_and_column(tmp_path: Path) -> None:
    assert told(document(tmp_path, "a.jsonld", JSON)) == {
        "a type T": "4:3 4:4 4:13", "a type U": "4:3 4:4 4:18", "a l x": "4:3 5:4 5:16",
        "a l y": "4:3 5:4 5:28", "a l z": "4:3 5:4 5:33", "a to b": "4:3 6:4 6:11", "a to a": "4:3 6:4 6:16",
        "a n 1": "4:3 6:22 6:28", "a n true": "4:3 6:22 6:31", "a n 5": "4:3 6:22 6:48",
        "a m c": "4:3 7:4 7:15", "c n 1": "7:15 7:16 7:21", "a m d": "4:3 7:4 7:30", "d n 1": "7:30 7:31 7:36",
        "a o _:0": "4:3 8:4 8:9", "_:0 n _:1": "8:9 8:10 8:15", "_:1 n 1": "8:15 8:16 8:21",
        "c r a": "8:44 8:39 8:44",
    }  # fmt: skip


def test_each_part_of_a_triple_in_rdf_xml_has_its_line_and_column(tmp_path: Path) -> None:
    assert told(document(tmp_path, "a.rdf", XML)) == {
        "a type T": "2:1 2:1 2:1", "a q x": "2:1 3:4 3:4", "a type U": "2:1 4:4 4:4",
        "a p x": "2:1 5:30 5:30", "a c _:1": "2:1 6:3 6:3", "b type T": "7:5 7:5 7:5",
        "_:1 first b": "7:5 7:5 7:5", "_:1 rest _:2": "7:5 7:5 7:5",
        "_:2 first _:0": "8:5 8:5 8:5", "_:2 rest nil": "8:5 8:5 8:5", "_:0 type U": "8:5 8:5 8:5",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["{", "{}", '{"@id": "a:a", "a:b": "x"}'], ids=["refused", "other", "without marks"])
def test_what_cannot_be_told_stands_in_the_file_and_on_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(json_ld, "marked", lambda *_, **_more: Marked(text, [], {}))
    read = document(tmp_path, "a.jsonld", '{"@id": "a:a", "a:b": "x"}')
    assert documents.place(read, 0) == Place(read.path, 0, 0)


@pytest.mark.parametrize("level", [1, 2])
def test_with_fewer_marks_a_triple_still_stands_in_its_own_record(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = json_ld.marked
    monkeypatch.setattr(json_ld, "marked", lambda text, word, _, whole: real(text, word, level, whole))
    record = '{{"@id": "a:{}", "a:p": ["x", 5, 1.50], "a:q": {{"@id": "a:c"}}}}'
    text = f"[\n{record.format('a')},\n{record.format('b')}]"
    found = spotting.spots(text, ox.RdfFormat.JSON_LD)
    where = [places.line_column(text, one.object) for one in found]
    assert [one for one, _ in where] == [2] * 4 + [3] * 4
    columns = [text.split("\n")[1].index(one) + 1 for one in ('"x"', "5", '{"@id": "a:c"')]
    assert [one for _, one in where] == [*columns[:2], 1, columns[2]] * 2, "1.50 becomes 1.5E0"


def test_with_fewer_marks_an_element_still_stands_in_its_own_record(monkeypatch: pytest.MonkeyPatch) -> None:
    real = rdf_xml.marked
    monkeypatch.setattr(rdf_xml, "marked", lambda text, word, _: real(text, word, 1))
    record = '<e:T rdf:about="{}"><e:p>x</e:p><e:q e:r="y"/><e:q rdf:resource="c"/></e:T>'
    text = f"{HEAD}{record.format('a')}\n{record.format('b')}\n<e:T/></rdf:RDF>"
    read = list(ox.parse(text.encode(), format=ox.RdfFormat.RDF_XML))
    inner = {one.object: one.subject for one in read}  # the two blank nodes within the records
    own = {"<http://b/c/a>": 2, "<http://b/c/b>": 3}
    for quad, spot in zip(read, spotting.spots(text, ox.RdfFormat.RDF_XML), strict=True):
        line = places.line_column(text, spot.object)[0]
        assert line == own.get(str(inner.get(quad.subject, quad.subject)), 4)


Noted = list[tuple[str, str, str, int]]


class Writer:
    """Writes a text piece by piece and notes what it says where."""

    def __init__(self, spaces: list[str]) -> None:
        self.text = ""
        self.spaces = itertools.cycle(spaces)
        self.noted: Noted = []

    def put(self, piece: str) -> int:
        self.text += next(self.spaces)
        start = len(self.text)
        self.text += piece
        return start


CONTEXT = (
    '"@context": {"@base": "http://b/", "@vocab": "http://v/", "ex": "http://x/", "uri": "@id", "kind": "@type", '
    '"T": "http://x/T", "lang": {"@container": "@language"}, "to": {"@type": "@id"}, "x": {"@id": "ex:p"}}'
)
SUBJECTS = [("http://b/a", "a"), ("http://b/a", "http://b/a"), ("http://x/b", "ex:b"), ("http://b/", "")]
IDS = ["@id", "uri"]
VALUES = [("x", '"x"'), ("T", '"T"'), ("", '""'), ("é😀", '"é\\ud83d\\ude00"'), ("1", "1"), ("true", "true")]
LITERAL = st.tuples(st.sampled_from(["p", "x", "http://v/p"]), st.sampled_from(VALUES)).map(lambda one: ("value", one))
TYPED = st.sampled_from([("http://x/T", "T"), ("http://v/U", "U"), ("http://x/U", "ex:U")]).map(lambda x: ("type", x))
OTHER = st.one_of(
    st.sampled_from(VALUES[:4]).map(lambda one: ("lang", one)),
    st.sampled_from(SUBJECTS).map(lambda one: ("to", one)),
    st.lists(st.sampled_from(VALUES), max_size=3).map(lambda one: ("list", one)),
)
SAYING = st.one_of(LITERAL, TYPED, OTHER)
NODE = st.recursive(
    st.tuples(st.sampled_from([None, *SUBJECTS]), st.lists(SAYING, max_size=3)),
    lambda inner: st.tuples(
        st.sampled_from([None, *SUBJECTS]),
        st.lists(st.one_of(SAYING, inner.map(lambda one: ("node", one))), max_size=4),
    ),
    max_leaves=4,
)
PREDICATES = {"p": "http://v/p", "x": "http://x/p", "http://v/p": "http://v/p"}
SPACES = [" ", "\n", "  ", "\r\n", "\t"]


def written_json(writer: Writer, node: Any, number: Iterator[int]) -> tuple[str, int]:
    """Write a node and return its name, `_` for a blank one, and its place."""
    name, said = node
    subject = name[0] if name else "_"
    begin = writer.put("{")
    parts: list[Callable[[], object]] = [lambda one=one: json_part(writer, subject, one, number) for one in said]  # type: ignore[misc]
    if name:
        place = next(number) % (len(parts) + 1)
        parts.insert(place, lambda: writer.put(f'"{IDS[place % 2]}": "{name[1]}"'))
    for count, part in enumerate(parts):
        if count:
            writer.put(",")
        part()
    writer.put("}")
    return subject, begin


def json_part(writer: Writer, subject: str, said: Any, number: Iterator[int]) -> None:
    kind, value = said
    if kind == "value":
        writer.put(f'"{value[0]}":')
        writer.noted.append((subject, PREDICATES[value[0]], value[1][0], writer.put(value[1][1])))
    elif kind == "type":
        writer.put('"kind": ')
        writer.noted.append((subject, f"{RDF}type", value[0], writer.put(f'"{value[1]}"')))
    elif kind == "lang":
        writer.put('"lang": {"en":')
        writer.noted.append((subject, "http://v/lang", value[0], writer.put(value[1])))
        writer.put("}")
    elif kind == "to":
        writer.put('"to": ')
        writer.noted.append((subject, "http://v/to", value[0], writer.put(f'"{value[1]}"')))
    elif kind == "list":
        writer.put(f'"l{next(number)}":')
        begin = writer.put('{"@list": [')
        writer.noted.append((subject, "l", "_" if value else f"{RDF}nil", begin))
        for count, (text, piece) in enumerate(value):
            if count:
                writer.put(",")
            writer.noted.append(("_", f"{RDF}first", text, writer.put(piece)))
        writer.put("]}")
    else:
        writer.put(f'"n{next(number)}":')
        place = len(writer.noted)
        inner, begin = written_json(writer, value, number)
        writer.noted.insert(place, (subject, "n", inner, begin))


def once(node: Any) -> Any:
    """Leave out what repeats a key, which JSON does not let an object do."""
    name, said = node
    kept: dict[str, Any] = {}
    for count, (kind, value) in enumerate(said):
        key = f"{kind}{value[0]}" if kind == "value" else kind if kind in ("type", "lang", "to") else f"{count}"
        kept[key] = (kind, once(value) if kind == "node" else value)
    return name, list(kept.values())


def seen(text: str, kind: ox.RdfFormat) -> Counter[tuple[str, str, str, int]]:
    """Return the triples of a text with their places, told with all marks."""
    mark = json_ld.marked if kind == ox.RdfFormat.JSON_LD else rdf_xml.marked
    first = [one.predicate for one in ox.parse(mark(text, "qzq", 0).text.encode(), format=kind)]
    assert first == [one.predicate for one in ox.parse(text.encode(), format=kind)]
    found: Counter[tuple[str, str, str, int]] = Counter()
    pairs = zip(ox.parse(text.encode(), format=kind), spotting.spots(text, kind), strict=True)
    for quad, spot in pairs:
        names = ["_" if isinstance(one, ox.BlankNode) else engine.plain(one) for one in quad.triple]
        names[1] = re.sub(r"http://v/([nl])[0-9]+", r"\1", names[1])
        if names[1] != f"{RDF}rest":
            found[names[0], names[1], names[2], spot.object] += 1
    return found


@given(st.lists(NODE.map(once), min_size=1, max_size=4), st.lists(st.sampled_from(SPACES), min_size=1, max_size=5))
def test_random_records_of_json_ld_stand_where_they_were_put(nodes: list[Any], spaces: list[str]) -> None:
    writer, number = Writer(spaces), itertools.count()
    writer.put(f'{{{CONTEXT}, "@graph": [')
    for count, node in enumerate(nodes):
        if count:
            writer.put(",")
        written_json(writer, node, number)
    writer.put("]}")
    json.loads(writer.text)
    assert seen(writer.text, ox.RdfFormat.JSON_LD) == Counter(writer.noted)


def written_xml(writer: Writer, node: Any, number: Iterator[int], slot: int) -> tuple[str, int]:
    """Write a node and return its name, `_` for a blank one, and its place."""
    name, said = node
    begin = writer.put("<e:T")
    subject = "_"
    if name and next(number) % 3:
        subject = {"ex:b": "ex:b"}.get(name[1], name[0])
        writer.put(f' rdf:about="{name[1]}"')
    elif name:
        subject = f"http://b/#i{next(number)}"
        writer.put(f' rdf:ID="{subject.partition("#")[2]}"')
    kinds = [kind for kind, _ in said]
    if "to" in kinds:
        writer.put(" ")
        writer.noted.append((subject, "http://e/at", "x", writer.put('e:at="x"')))
    writer.put(">")
    writer.noted.append((subject, f"{RDF}type", "http://e/T", begin))
    for kind, value in said:
        xml_part(writer, subject, kind, value, number)
    writer.put("</e:T>")
    return subject, slot


def xml_part(writer: Writer, subject: str, kind: str, value: Any, number: Iterator[int]) -> None:
    if kind == "node":
        begin = writer.put("<e:n>")
        inner, _ = written_xml(writer, value, number, begin)
        writer.put("</e:n>")
        writer.noted.append((subject, "http://e/n", inner, begin))
    elif kind == "list":
        begin = writer.put('<e:r rdf:parseType="Resource"')
        writer.put(">")
        writer.noted.append((subject, "http://e/r", "_", begin))
        for text, _ in value:
            place = writer.put("<e:p")
            writer.text += f">{text}</e:p>" if text else "/>"
            writer.noted.append(("_", "http://e/p", text, place))
        writer.put("</e:r>")
    elif kind in ("to", "type"):
        begin = writer.put("<e:to ")
        writer.put(f'rdf:resource="{value[1]}"/>')
        iri = value[1] if value[1].startswith("ex:") else value[0] if kind == "to" else f"http://b/{value[1]}"
        writer.noted.append((subject, "http://e/to", iri, begin))
    else:
        text = value[0] if kind == "lang" else value[1][0]
        begin = writer.put('<e:p xml:lang="en"')
        writer.text += f">{text}</e:p>" if text else "/>"
        writer.noted.append((subject, "http://e/p", text, begin))


@given(st.lists(NODE, min_size=1, max_size=4), st.lists(st.sampled_from(SPACES), min_size=1, max_size=5))
def test_random_records_of_rdf_xml_stand_where_they_were_put(nodes: list[Any], spaces: list[str]) -> None:
    writer, number = Writer(spaces), itertools.count()
    writer.text = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/" xml:base="http://b/">'
    for node in nodes:
        written_xml(writer, node, number, 0)
    writer.put("</rdf:RDF>")
    assert seen(writer.text, ox.RdfFormat.RDF_XML) == Counter(writer.noted)


def test_looking_at_many_triples_is_no_work_of_their_square(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound file is not marked at all, one with findings once, however many there are."""
    called: list[int] = []
    real = json_ld.marked

    def counted(text: str, word: str, level: int, whole: str) -> Marked:
        called.append(level)
        return real(text, word, level, whole)

    monkeypatch.setattr(json_ld, "marked", counted)
    record = {"http://www.w3.org/2000/01/rdf-schema#label": {"@value": "größe", "@language": "en"}}
    many = [{"@id": f"http://e/{number}", **record} for number in range(1000)]
    sound = document(tmp_path, "a.jsonld", json.dumps(many, indent=1, ensure_ascii=False))
    assert lint.lint([sound], []) == []
    assert called == []
    wrong = document(tmp_path, "b.jsonld", json.dumps([{**one, "a:p": "é"} for one in many], ensure_ascii=False))
    assert len({one.place for one in lint.lint([wrong], []) if one.rule.endswith("undeclared-property")}) == 1000
    assert called == [0]
