"""Finds where the triples of JSON-LD and RDF/XML stand: each key or element with what it can be known to say.

In these formats one place can stand for several triples, so a triple is looked up by as much of it as the text shows.
"""

import contextlib
import re
import xml.parsers.expat
from collections.abc import Iterator
from json import loads
from typing import Any, NamedTuple

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST = f"{_RDF}type", f"{_RDF}first"
_JSON = re.compile(r'\s*+(?:(?P<string>"(?>[^"\\]++|\\.)*+")|(?P<mark>[\[\]{}:,])|(?P<other>[^\s\[\]{}:,"]++))')
_NAMING = (f"{_RDF}about", f"{_RDF}resource", f"{_RDF}datatype")
_SEPARATOR = " "
_LONG_KEY = 100
_LISTS = ("@list", "@set")
_MOST_CONTEXTS = 100  # so often a text may name one context; written out, it takes more room than its name


class Written(NamedTuple):
    """What one place of a text says: subject, predicate and object as IRIs or text, '' where it does not show."""

    subject: str
    predicate: str
    object: str
    start: int


Found = dict[tuple[str | None, str | None, str | None], list[int]]


def table(written: list[Written]) -> Found:
    """Return where each predicate, subject and object is written, in order, None standing for any."""
    made: Found = {}
    for subject, predicate, thing, start in sorted(written, key=lambda one: one.start):
        wholes = ((predicate, subject, thing), (predicate, None, thing), (predicate, subject, None))
        for key in (*wholes, (predicate, None, None), (None, None, thing)):
            places = made.setdefault(key, [])
            if places[-1:] != [start]:
                places.append(start)
    return made


def find(written: Found, subject: str, predicate: str, thing: str, nth: int = 0) -> int:
    """Return where a triple is written, as far as it can be told, or -1.

    What has no name of its own is found by predicate and object, an item of a list by the item; where several say
    the same, `nth` (from nought) tells which is meant.
    """
    if subject.startswith("_:"):
        item = ((None, None, thing),) if predicate == _FIRST else ()
        return _chosen(written, ((predicate, None, thing), *item, (predicate, None, None)), nth)
    own = ((predicate, subject, thing), (predicate, "", thing), (predicate, subject, None))
    return _chosen(written, (*own, ("", subject, None), (predicate, "", None)), 0)


def _chosen(written: Found, keys: tuple[tuple[str | None, str | None, str | None], ...], nth: int) -> int:
    known = next((written[key] for key in keys if key in written), [-1])
    return known[min(nth, len(known) - 1)]


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield the pieces of a JSON text as far as it is well-formed."""
    end = 0
    while match := _JSON.match(text, end):
        yield match
        end = match.end()


def deepest_json(text: str, most: int) -> int:
    """Return where a JSON text nests deeper than `most`, or -1."""
    depth = 0
    for match in _pieces(text):
        mark = match["mark"]
        if mark and mark in "[]{}":
            depth += 1 if mark in "[{" else -1
            if depth > most:
                return match.start("mark")
    return -1


def longest_json(text: str, most: int) -> int:
    """Return where a string of a JSON text is longer than `most`, closed or not, or -1."""
    end = 0
    for match in _pieces(text):
        if len(match["string"] or "") > most:
            return match.start("string")
        end = match.end()
    rest = text[end:].lstrip()
    return len(text) - len(rest) if len(rest) > most else -1


def context_elsewhere(text: str, own: str = "") -> int:
    """Return where a JSON-LD text names a context that lies elsewhere and would be fetched, or -1.

    `own` is the IRI of a context that is at hand, for which `with_context` writes it out.
    """
    known = _own_contexts(text, own)
    return next((start for start, _, _ in _contexts(text) if start not in known), -1)


def with_context(text: str, own: str, written: str) -> str:
    """Return a JSON-LD text with a context written out (in JSON, on one line) where the text names it by its IRI."""
    for start in reversed(_own_contexts(text, own)):
        text = text[:start] + written + text[start + len(own) + 2 :]
    return text


def _own_contexts(text: str, own: str) -> list[int]:
    found = [start for start, piece, key in _contexts(text) if own and (piece, key) == (f'"{own}"', "@context")]
    return found[:_MOST_CONTEXTS]


def _contexts(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield where a JSON-LD text names a context by an address, the piece of the text, and the key that asks for it."""
    listed: list[str] = []
    last, awaited = "", ""
    for match in _pieces(text):
        piece = match[match.lastgroup or 0]
        if match["string"]:
            if awaited or (listed and listed[-1]):
                yield match.start("string"), piece, awaited or listed[-1]
            last = piece
        elif piece in ("[", "{"):
            listed.append(awaited if piece == "[" else "")
        elif piece in ("]", "}") and listed:
            listed.pop()
        awaited = _key(last) if piece == ":" and _key(last) in ("@context", "@import") else ""


def _loads(text: str) -> Any:
    """Read JSON with numbers as they are written, however long, and with raw control characters."""
    return loads(text, strict=False, parse_int=str, parse_float=str)


def _key(piece: str) -> str:
    try:
        return str(_loads(piece)) if len(piece) < _LONG_KEY else ""
    except ValueError:
        return ""


class _TooDeepError(Exception):
    pass


def deepest_xml(text: str, most: int) -> int:
    """Return where an XML text nests deeper than `most`, or -1; what is no XML is left to its reader."""
    reader = xml.parsers.expat.ParserCreate("utf-8")
    depth, place = 0, -1

    def opened(*_: object) -> None:
        nonlocal depth, place
        depth += 1
        if depth > most:
            place = reader.CurrentByteIndex
            raise _TooDeepError

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1

    reader.StartElementHandler, reader.EndElementHandler = opened, closed
    with contextlib.suppress(_TooDeepError, xml.parsers.expat.ExpatError):
        reader.Parse(text.encode(), True)  # noqa: FBT003
    return place if place < 0 else len(text.encode()[:place].decode(errors="ignore"))


def malformed_xml(text: str) -> tuple[int, str]:
    """Return where an XML text stops being well-formed and why, or -1 and ''."""
    reader = xml.parsers.expat.ParserCreate("utf-8")
    try:
        reader.Parse(text.encode(), True)  # noqa: FBT003
    except xml.parsers.expat.ExpatError as error:
        words = xml.parsers.expat.ErrorString(error.code)
        return len(text.encode()[: reader.ErrorByteIndex].decode(errors="ignore")), words
    return -1, ""


class _Holder:
    """An object or array of a JSON text that is being read; `written` are the places that wait for its @id."""

    __slots__ = ("array", "iri", "key", "start", "written")

    def __init__(self, key: str, start: int, *, array: bool) -> None:
        self.key, self.start, self.array = key, start, array
        self.iri = ""
        self.written: list[tuple[str, str, int]] = []


def json_ld(text: str, whole: str = "") -> list[Written]:
    """Return what the keys of a well-formed JSON-LD text say, in its own terms expanded by the contexts within it.

    `whole` is the text with every context written out, if that is another.
    """
    terms = _terms(_loads(whole or text))
    found: list[Written] = []
    stack: list[_Holder] = []
    key, start = "", 0
    pieces = list(_pieces(text))
    for number, match in enumerate(pieces):
        kind = match.lastgroup or ""
        piece, begin = match[kind], match.start(kind)
        if piece in ("{", "["):
            holder = stack[-1] if stack else None
            name = holder.key if holder and holder.array else key
            stack.append(_Holder(name, begin, array=piece == "["))
            key = ""
        elif piece in ("}", "]"):
            done = stack.pop()
            found += [Written(done.iri, predicate, thing, place) for predicate, thing, place in done.written]
            _tell(stack, terms, done.key, done.iri, done.start)
            key = ""
        elif kind == "string" and pieces[number + 1 : number + 2] and pieces[number + 1]["mark"] == ":":
            key, start = _loads(piece), begin
        elif kind != "mark" and stack:
            value = _loads(piece) if kind == "string" else piece
            name = stack[-1].key if stack[-1].array else key
            if name in ("@id", "id") and not stack[-1].array:
                stack[-1].iri = _expand(terms, value)
                stack[-1].written.append(("", "", start))
            elif name == "@value" and len(stack) > 1:
                _tell(stack[:-1], terms, stack[-1].key, value, begin)
            elif name not in ("@language", "@value") and name:
                _tell(stack, terms, name, value, begin)
    return found


def _tell(stack: list[_Holder], terms: dict[str, str], name: str, value: str, start: int) -> None:
    """Note at the object around that it says `value` under `name`; an item of a list or set under its property."""
    owner = next((one for one in reversed(stack) if not one.array and one.key not in _LISTS), None)
    if name in _LISTS:
        name = next((one.key for one in reversed(stack) if one.key not in _LISTS), "")
    if owner is None or name in ("@context", "@graph", ""):
        return
    if name in ("@type", "type"):
        owner.written.append((_TYPE, _expand(terms, value), start))
    else:
        predicate = _expand(terms, name)
        owner.written.append((predicate, value, start))
        if _expand(terms, value) != value:
            owner.written.append((predicate, _expand(terms, value), start))


def _terms(whole: object) -> dict[str, str]:
    terms: dict[str, str] = {}
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            contexts = one.get("@context", [])
            for context in contexts if isinstance(contexts, list) else [contexts]:
                for term, meaning in context.items() if isinstance(context, dict) else ():
                    iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
                    if isinstance(iri, str):
                        terms.setdefault(term, iri)
    return terms


def _expand(terms: dict[str, str], text: str, depth: int = 3) -> str:
    if depth and text in terms and not text.startswith("@"):
        return _expand(terms, terms[text], depth - 1)
    prefix, colon, local = text.partition(":")
    if colon and prefix in terms and not local.startswith("//"):
        return _expand(terms, terms[prefix], depth - 1) + local if depth else text
    known = not colon and not text.startswith("@") and terms.get("@vocab")
    return known + text if known else text


def rdf_xml(text: str) -> list[Written]:
    """Return what the elements and attributes of a well-formed RDF/XML text say."""
    content = text.encode()
    reader = xml.parsers.expat.ParserCreate("utf-8", _SEPARATOR)
    found: list[Written] = []
    stack: list[tuple[str, str, int, dict[str, str], list[str]]] = []
    reached = [0, 0]  # the same place in bytes and in characters

    def here() -> int:
        index = reader.CurrentByteIndex
        reached[:] = index, reached[1] + len(content[reached[0] : index].decode(errors="ignore"))
        return reached[1]

    def opened(name: str, attributes: dict[str, str]) -> None:
        known = {key.replace(_SEPARATOR, ""): value for key, value in attributes.items()}
        subject = known.get(f"{_RDF}about", "")
        above = subject or next((one[1] for one in reversed(stack) if one[1]), "")
        start = here()
        stack.append((name.replace(_SEPARATOR, ""), subject, start, known, []))
        found.extend(Written(above, key, value, start) for key, value in known.items() if key not in _NAMING)

    def said(words: str) -> None:
        if stack:
            stack[-1][4].append(words)

    def closed(_: str) -> None:
        name, subject, start, known, words = stack.pop()
        above = next((one[1] for one in reversed(stack) if one[1]), "")
        if subject:
            found.append(Written(subject, "", "", start))
            found.append(Written(subject, _TYPE, name, start))
        found.append(Written(above, name, known.get(f"{_RDF}resource") or "".join(words), start))

    reader.StartElementHandler, reader.CharacterDataHandler, reader.EndElementHandler = opened, said, closed
    reader.Parse(content, True)  # noqa: FBT003
    return sorted(found, key=lambda one: one.start)
