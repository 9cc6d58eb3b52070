"""Reads RDF files whole and safely: their triples with exact lexical forms, and the place of each in its file."""

import codecs
import json
import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from leukograph import contexts, engine, files, intake, places, spotting, trees
from leukograph.engine import plain
from leukograph.errors import CallError, FileError
from leukograph.names import CONTEXT, INFERRED, PAGE
from leukograph.records import Place

SHAPES = "shapes"
MAX_FILE_BYTES = 64 * 1024**2
MAX_LITERAL = 1_000_000
_TREES = (".jsonld", ".owl", ".rdf")
Wrong = tuple[Place, str]
_MOST = 8 * 1024**2  # characters of one piece as it is written: so much its reader surely takes
_ELSEWHERE = "a context that lies elsewhere is never fetched. Write it out."
_DEEP = f"this nests more than {places.MAX_DEPTH} deep. Give the inner records names of their own."
_LONG = f"this text has more than {MAX_LITERAL} characters. Keep large texts out of the graph."
_LONGEST_REASON = 300
_KEPT = 512  # documents that are not made again while their files are as they were
_AGAIN = re.compile(r"^Parser error (?:at|between) line[^:]*: ")
_NEWER = "not of RDF 1.1 (a triple within a triple, a direction, a version). Write a record of its own for it."
_PACKED = (".gz", ".bz2", ".xz", ".zip", ".zst")


class Document(NamedTuple):
    """One RDF file: the graph it belongs to, its path as named, its text, and its quads with their spots.

    Blank nodes are named by the path of the file and their order in it, the same in every run. `spots` is empty for
    JSON-LD and RDF/XML, whose places are told only when one is asked for. `given` says that the user named this
    file: findings are told of it.
    """

    graph: str
    path: str
    text: str
    quads: tuple[ox.Quad, ...]
    spots: tuple[places.Spot, ...]
    prefixes: tuple[tuple[str, str, int], ...]
    given: bool


class Source(NamedTuple):
    """A file to read: the graph it belongs to, its path as named, and whether the user named it."""

    graph: str
    path: str
    given: bool = True


def collect(named: Iterable[str], graph: str | None) -> list[Source]:
    """Return the RDF files named, those of folders among them, sorted within each folder.

    A file belongs to `graph`, or else to the graph that a folder on its path is called after, or to the page; what lies
    in ontology/shapes/ is shapes. What was inferred is passed over in a folder. A folder without RDF files, and a
    file of unknown ending, are a CallError.
    """
    found: dict[str, Source] = {}
    for name in named:
        for path in _below(name) if os.path.isdir(name) else [name]:
            if _ending(path) not in engine.FORMATS:
                if not os.path.lexists(path):
                    raise CallError(f"{path}: no such file or folder. Name one that is there.")
                packed = path.lower().endswith(_PACKED)
                raise CallError(
                    f"{path}: {'a packed file is not read' if packed else 'the ending names no RDF format'}. "
                    f"{'Unpack it first' if packed else 'Use one of ' + ', '.join(sorted(engine.FORMATS))}."
                )
            found.setdefault(os.path.realpath(path), Source(graph or _graph(path), path))
    return list(found.values())


def _graph(path: str) -> str:
    folders = files.near(os.path.abspath(path)).replace(os.sep, "/").split("/")[:-1]
    if folders[-2:] == files.SHAPES.split("/"):
        return SHAPES
    return next((one for one in reversed(folders) if one in files.FOLDERS), PAGE)


def _below(folder: str) -> list[str]:
    found = []
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name != INFERRED)
        found += [os.path.join(place, name) for name in names if os.path.splitext(name)[1].lower() in engine.FORMATS]
    if not found:
        raise CallError(f"{folder}: no RDF file there ({', '.join(sorted(engine.FORMATS))}). Name a folder with some.")
    return sorted(found)


def read(sources: Sequence[Source]) -> tuple[list[Document], list[tuple[Place, str]]]:
    """Return the documents that are well-formed, and for each that is not its place and what is wrong with it.

    A file that cannot be opened raises FileError.
    """
    contents = [_content(one.path) for one in sources]
    wrong = [_guard(one.path, content) for one, content in zip(sources, contents, strict=True)]
    sound = [number for number, found in enumerate(wrong) if not found]
    given = [(sources[number].path, contents[number]) for number in sound]
    said = _complaints(tuple((path, _whole(path, content)) for path, content in given))
    documents = []
    for number, words in zip(sound, said, strict=True):
        source, text = sources[number], contents[number].decode("utf-8")
        found = _refused(source.path, text, words)
        if found is None:
            try:
                documents.append(_document(source, text))
            except places.UnfoldedError:
                found = Place(source.path), "this unfolds to too many triples. Split it into smaller files."
            else:
                found = _too_far(documents[-1])
        wrong[number] = found
    return documents, [found for found in wrong if found]


def _complaints(given: tuple[tuple[str, bytes], ...]) -> list[str]:
    """Return what the readers say of each file; one that was read before, with the same content, is not read again."""
    new = [one for one in given if one not in _said]
    said = {**{one: _said[one] for one in given if one in _said}, **dict(zip(new, intake.complaints(new), strict=True))}
    _said.clear()
    _said.update(said)
    return [said[one] for one in given]


_said: dict[tuple[str, bytes], str] = {}  # of the last reading, for those who read again


def _apart(path: str, text: str, words: str) -> Wrong:
    """Return a complaint that begins with its place as place and words."""
    rest = words.removeprefix(path)
    match = re.match(r":(\d+)(?::(\d+))?", rest)
    line, column = (int(match[1]), int(match[2] or 0)) if match else (0, 0)
    reason = _AGAIN.sub("", rest[match.end() if match else 0 :].removeprefix(": "))
    if len(reason) > _LONGEST_REASON:
        reason = f"{reason[:_LONGEST_REASON]} …. Mend the file at this place."
    if column and _ending(path) == ".jsonld":  # where its reader counts bytes
        start = places.position(text, line, 1)
        column = len(text[start : start + column].encode()[: column - 1].decode(errors="ignore")) + 1
    return Place(path, line, column), reason


def _content(path: str) -> bytes:
    """Return the bytes of a file without the mark of order that some editors put before UTF-8."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise FileError(f"{path}: cannot be read (it is no ordinary file). Name a file that holds RDF.")
    if os.path.exists(path) and os.path.getsize(path) > MAX_FILE_BYTES:
        raise FileError(f"{path}: the file is larger than {MAX_FILE_BYTES >> 20} MiB. Split it into smaller files.")
    return files.read(path).removeprefix(codecs.BOM_UTF8)


def _at(path: str, text: str, start: int) -> Place:
    return Place(path, *places.line_column(text, start))


def _whole(path: str, content: bytes) -> bytes:
    """Return what the reader of a file is given: its content, the project's own context of JSON-LD written out."""
    if _ending(path) != ".jsonld" or CONTEXT.encode() not in content:
        return content
    return trees.with_context(content.decode("utf-8"), CONTEXT, json.dumps(contexts.context(files.home()))).encode()


def _guard(path: str, content: bytes) -> Wrong | None:
    """Return what keeps a file from being given to its reader at all, or None."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        return _at(path, before, len(before)), "this is not UTF-8. Save the file as UTF-8."
    if _ending(path) == ".jsonld":
        deep = trees.deepest_json(text, places.MAX_DEPTH)
    elif _ending(path) in _TREES:
        declared = re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE)
        if declared:
            words = "a document type is refused, for entities can unfold without end. Write the text out."
            return _at(path, text, declared.start()), words
        deep = trees.deepest_xml(text, places.MAX_DEPTH)
    else:
        return None
    return (_at(path, text, deep), _DEEP) if deep >= 0 else None


def _refused(path: str, text: str, words: str) -> Wrong | None:
    """Return why a file is refused: what its reader said, or, up to there, what only this project refuses."""
    whole = _whole(path, text.encode()).decode() if CONTEXT in text else text
    place, reason = _apart(path, whole, words)
    if whole != text and whole.split("\n")[max(place.line - 1, 0)] not in text:
        place = Place(path, place.line)  # the context that was written out has moved the columns of this line
    start, why = -1, ""
    if _ending(path) == ".jsonld":
        start, why = trees.longest_json(text, _MOST) if words and not place.line else -1, _LONG
        if start < 0:
            start, why = trees.context_elsewhere(text, CONTEXT), _ELSEWHERE
    elif _ending(path) in _TREES:
        start, why = trees.malformed_xml(text)
        why = f"this is not well-formed XML ({why}). Mend the file at this place."
        if start < 0 and words and not place.line:  # of what its reader asks for, namespaces alone have no place there
            start, why = trees.unnamed_xml(text), reason
    else:
        end = places.position(text, place.line, place.column) + 1 if place.column else len(text)
        piece = places.trouble(text, end, _MOST)
        if piece and piece.kind == "mark":
            start, why = piece.start, _DEEP
        elif piece and (piece.kind or (words and not place.line)):
            start, why = piece.start, _LONG
        elif piece and (not words or places.newer(text, piece.start)):
            start, why = piece.start, f"what begins here is {_NEWER}"
    if start >= 0:
        return _at(path, text, start), why
    return (place, reason) if words else None


def _ending(path: str) -> str:
    return os.path.splitext(path)[1].lower()


@lru_cache(maxsize=_KEPT)
def _document(source: Source, text: str) -> Document:
    ending = _ending(source.path)
    spots: list[places.Spot] = []
    prefixes: list[tuple[str, str, int]] = []
    if ending in _TREES:
        quads = list(ox.parse(_whole(source.path, text.encode()), format=engine.FORMATS[ending]))
    else:
        flat = places.flatten(text, quads=ending == ".nq")
        quads = list(ox.parse(flat.text.encode(), format=ox.RdfFormat.TRIG))
        spots, prefixes = flat.spots, flat.prefixes
        if len(quads) != len(spots):
            raise AssertionError(f"{source.path}: {len(quads)} triples at {len(spots)} places")
    names: dict[str, ox.BlankNode] = {}
    mark = files.digest([(source.path, b"")])[:6]
    own = tuple(
        ox.Quad(_own(one.subject, names, mark), one.predicate, _own(one.object, names, mark), one.graph_name)
        for one in quads
    )
    return Document(source.graph, source.path, text, own, tuple(spots), tuple(prefixes), source.given)


def _own(term: Any, names: dict[str, ox.BlankNode], mark: str) -> Any:
    if isinstance(term, ox.BlankNode):
        return names.setdefault(term.value, ox.BlankNode(f"f{mark}b{len(names)}"))
    return term


def _too_far(document: Document) -> Wrong | None:
    for number, quad in enumerate(document.quads):
        if isinstance(quad.object, ox.Literal) and len(quad.object.value) > MAX_LITERAL:
            return place(document, number), _LONG
        if isinstance(quad.object, ox.Triple) or getattr(quad.object, "direction", None):
            return place(document, number), f"what is said here is {_NEWER}"
    return None


def place(document: Document, number: int, part: str = "object") -> Place:
    """Return where the subject, predicate or object of a document's triple of this number stands; no line if unseen."""
    if document.spots:
        return _at(document.path, document.text, getattr(document.spots[number], part))
    spot = _spots(document.path, document.text)[number]
    start = getattr(spot, part)
    return _at(document.path, document.text, start) if start >= 0 else Place(document.path)


@lru_cache(maxsize=64)
def _spots(path: str, text: str) -> list[places.Spot]:
    return spotting.spots(text, engine.FORMATS[_ending(path)], lambda marked: _whole(path, marked.encode()).decode())


class Index(NamedTuple):
    """Where everything stands: each (document, triple number) by subject, and by object."""

    documents: tuple[Document, ...]
    subjects: dict[str, list[tuple[int, int]]]
    objects: dict[str, list[tuple[int, int]]]


def index(documents: Iterable[Document]) -> Index:
    """Return an index of documents, those that the user named first."""
    ordered = tuple(sorted(documents, key=lambda one: not one.given))
    made = Index(ordered, {}, {})
    for number, document in enumerate(ordered):
        for count, quad in enumerate(document.quads):
            made.subjects.setdefault(plain(quad.subject), []).append((number, count))
            made.objects.setdefault(plain(quad.object), []).append((number, count))
    return made


def locate(
    known: Index, focus: str, path: str = "", value: str = "", *, term: str = "", given: bool = False
) -> Place | None:
    """Return where a finding stands: the triple that it names, else the last one with its path, else the subject.

    Of triples with equal text the one of the same `term` (language or datatype) is taken. A focus that is no
    subject is looked for as object, and the value as a subject. `given` looks in files alone that
    the user named. None where nothing of it stands in any file.
    """

    def triple(one: tuple[int, int]) -> tuple[str, str]:
        quad = known.documents[one[0]].quads[one[1]]
        return quad.predicate.value, plain(quad.object)

    def told(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [one for one in found if known.documents[one[0]].given or not given]

    def alike(one: tuple[int, int]) -> bool:
        thing = known.documents[one[0]].quads[one[1]].object
        return isinstance(thing, ox.Literal) and term == (
            f"@{thing.language}" if thing.language else f"^^{thing.datatype.value}"
        )

    own = told(known.subjects.get(focus, []))
    if term and value:
        own = sorted(own, key=lambda one: not alike(one))
    tries = (
        [one for one in own if triple(one) == (path, value)],
        [one for one in own if value and triple(one)[1] == value],
        [one for one in own if triple(one)[0] == path][-1:],
    )
    for found in tries:
        if found:
            return place(known.documents[found[0][0]], found[0][1])
    if own:
        return place(known.documents[own[0][0]], own[0][1], "subject")
    named = [
        one for one in known.objects.get(focus, []) if plain(known.documents[one[0]].quads[one[1]].subject) == value
    ]
    ways = ((named, "object"), (known.objects.get(focus), "object"), (known.subjects.get(value), "subject"))
    for thing, part in ways:
        found = told(thing or [])
        if found:
            return place(known.documents[found[0][0]], found[0][1], part)
    return None


def link(known: Index, focus: str, value: str) -> str:
    """Return the predicate of the one triple, or of triples alike, that leads from focus to value; '' otherwise."""
    quads = [known.documents[number].quads[count] for number, count in known.subjects.get(focus, [])]
    found = {quad.predicate.value for quad in quads if plain(quad.object) == value}
    return found.pop() if len(found) == 1 else ""


def stated(known: Index, subject: str, predicate: str, thing: str) -> Place | None:
    """Return where exactly this triple is written, or None."""
    for number, count in known.subjects.get(subject, []):
        quad = known.documents[number].quads[count]
        if (quad.predicate.value, plain(quad.object)) == (predicate, thing):
            return place(known.documents[number], count)
    return None


def plain_graph(quad: ox.Quad) -> str:
    """Return the IRI of the graph that a quad names, '' for none."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
