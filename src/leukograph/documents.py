"""Reads RDF files whole and safely: their triples with exact lexical forms, and the place of each in its file."""

import codecs
import json
import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from leukograph import contexts, engine, files, intake, pairing, places, spotting, trees
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
_NEWER_MARKS = ("<<", "{|", "~", "--")  # without one of these a text holds no triple within a triple and no direction
_NEAR = 200  # characters before a word in which the end of another statement is looked for
_VERSION = re.compile(r"version\s*[\"'#]")
_PACKED = (".gz", ".bz2", ".xz", ".zip", ".zst")


class Document(NamedTuple):
    """One RDF file: the graph it belongs to, its path as named, its text, and its quads with their spots.

    Blank nodes are named by the path of the file and their order in it, the same in every run. `names` are its
    prefixes with their IRIs, those that stand at its end. `given` says that the user named this file: findings are told
    of it. Where things stand is found only when it is asked for: `place` and `prefixes`.
    """

    graph: str
    path: str
    text: str
    quads: tuple[ox.Quad, ...]
    names: dict[str, str]
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
    made: list[Document | None] = []
    wrong: list[Wrong | None] = []
    rest: list[tuple[int, bytes]] = []
    for number, source in enumerate(sources):
        content = _content(source.path)
        wrong.append(_guard(source.path, content))
        made.append(None if wrong[-1] else _at_once(source, content))
        if not (wrong[-1] or made[-1]):
            rest.append((number, content))
    said = _complaints(tuple((sources[number].path, _whole(sources[number].path, content)) for number, content in rest))
    for (number, content), words in zip(rest, said, strict=True):
        source, text = sources[number], content.decode("utf-8")
        found = _refused(source.path, text, words)
        if found is None:
            try:
                document = _document(source, text)
                if _ending(source.path) not in _TREES:
                    spots(document)
            except places.UnfoldedError:
                found = Place(source.path), "this unfolds to too many triples. Split it into smaller files."
            else:
                made[number], far = document, _too_far(document)
                found = (place(document, far[0]), far[1]) if far else None
        wrong[number] = found
    return [one for one in made if one], [found for found in wrong if found]


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
    """Return a text as a document; SyntaxError where it is not well-formed."""
    reader = ox.parse(_whole(source.path, text.encode()), format=engine.FORMATS[_ending(source.path)])
    quads = tuple(reader)
    if any(isinstance(term, ox.BlankNode) for one in quads for term in (one.subject, one.object, one.graph_name)):
        names: dict[str, ox.BlankNode] = {}
        mark = files.digest([(source.path, b"")])[:6]
        quads = tuple(
            ox.Quad(
                _own(one.subject, names, mark),
                one.predicate,
                _own(one.object, names, mark),
                _own(one.graph_name, names, mark),
            )
            for one in quads
        )
    return Document(source.graph, source.path, text, quads, reader.prefixes, source.given)


def _at_once(source: Source, content: bytes) -> Document | None:
    """Return a document whose reading cannot harm, or None where it is to be read with care: to tell what is wrong."""
    text = content.decode("utf-8")
    if not intake.is_harmless(_ending(source.path), text):
        return None
    try:
        made = _document(source, text)
    except SyntaxError:
        return None
    return None if _names_version(text) or _too_far(made) else made


def _names_version(text: str) -> bool:
    """Tell whether a text may hold the directive that names a version of RDF: at least wherever it does."""
    lowered = text.lower()
    starts = (found.start() for found in _VERSION.finditer(lowered))
    before = (lowered[max(0, start - _NEAR) : start].removesuffix("@").rstrip(" \t") for start in starts)
    return any(not one or one.endswith((".", "}", "\r", "\n")) for one in before)


def _own(term: Any, names: dict[str, ox.BlankNode], mark: str) -> Any:
    if isinstance(term, ox.BlankNode):
        return names.setdefault(term.value, ox.BlankNode(f"f{mark}b{len(names)}"))
    return term


def _too_far(document: Document) -> tuple[int, str] | None:
    """Return the number of the first triple that no file may hold, and why."""
    if len(document.text) <= MAX_LITERAL and not any(mark in document.text for mark in _NEWER_MARKS):
        return None
    for number, quad in enumerate(document.quads):
        if isinstance(quad.object, ox.Literal) and len(quad.object.value) > MAX_LITERAL:
            return number, _LONG
        if isinstance(quad.object, ox.Triple) or getattr(quad.object, "direction", None):
            return number, f"what is said here is {_NEWER}"
    return None


def place(document: Document, number: int, part: str = "object") -> Place:
    """Return where the subject, predicate or object of a document's triple of this number stands; no line if unseen."""
    start = getattr(spots(document)[number], part)
    return _at(document.path, document.text, start) if start >= 0 else Place(document.path)


def spots(document: Document) -> tuple[places.Spot, ...]:
    """Return where each triple of a document stands in its text."""
    return _flat(document)[0]


def written(document: Document, number: int) -> str:
    """Return the object of a triple as it is written; '' in JSON-LD and RDF/XML, where it stands in pieces."""
    return "" if _ending(document.path) in _TREES else places.token(document.text, spots(document)[number].object)


def prefixes(document: Document) -> tuple[tuple[str, str, int], ...]:
    """Return each declaration of a prefix in a document: its name, its IRI, and where it begins."""
    return _flat(document)[1]


_Flat = tuple[tuple[places.Spot, ...], tuple[tuple[str, str, int], ...]]
_flats: dict[tuple[str, str], _Flat] = {}


def _flat(document: Document) -> _Flat:
    path, text = key = document.path, document.text
    if key not in _flats:
        while len(_flats) >= _KEPT:
            _flats.pop(next(iter(_flats)))
        _flats[key] = _taken_apart(path, text)
    return _flats[key]


def _taken_apart(path: str, text: str) -> _Flat:
    """Return where each triple stands, in the order of their reader, and each prefix."""
    ending = _ending(path)
    if ending in _TREES:
        told = spotting.spots(text, engine.FORMATS[ending], lambda marked: _whole(path, marked.encode()).decode())
        return tuple(told), ()
    flat = places.flatten(text, quads=ending == ".nq")
    first = list(ox.parse(text.encode(), format=engine.FORMATS[ending]))
    numbers = pairing.pairs(first, list(ox.parse(flat.text.encode(), format=ox.RdfFormat.TRIG)), text)
    return tuple(flat.spots[number] for number in numbers), tuple(flat.prefixes)


def plain_graph(quad: ox.Quad) -> str:
    """Return the IRI of the graph that a quad names, '' for none."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
