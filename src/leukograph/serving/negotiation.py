"""Chooses a format by the Accept header of a request, as RFC 9110 (section 12.5.1) tells."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_PAGE, _PROBLEMS = ("text", "html"), (("application", "problem+json"), ("application", "json"))
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?", re.ASCII)


class Kind(NamedTuple):
    """A format that can be given: a name of our own, its media types (the first is what is sent), a short word."""

    name: str
    media: tuple[str, ...]


TABLES = (
    Kind("json", ("application/sparql-results+json", "application/json")),
    Kind("xml", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Kind("csv", ("text/csv",)),
    Kind("tsv", ("text/tab-separated-values",)),
)
GRAPHS = (
    Kind("ttl", ("text/turtle", "application/x-turtle")),
    Kind("nt", ("application/n-triples", "text/plain")),
    Kind("rdf", ("application/rdf+xml",)),
    Kind("jsonld", ("application/ld+json",)),
)
DATASETS = (
    GRAPHS[0],
    GRAPHS[1],
    GRAPHS[3],
    GRAPHS[2],
    Kind("trig", ("application/trig",)),
    Kind("nq", ("application/n-quads",)),
)
HTML = Kind("html", ("text/html", "application/xhtml+xml"))
ANSWERS = (TABLES[0], TABLES[2], TABLES[3], GRAPHS[0])


class Choice(NamedTuple):
    """A kind that was chosen, and the media type that it is sent as."""

    kind: Kind
    media: str


@lru_cache(maxsize=1024)
def choose(accept: str | None, kinds: Sequence[Kind]) -> Choice | None:
    """Return what a header prefers, the first of equals; None where it accepts nothing. No header accepts all.

    A kind whose own media type is refused (`q=0`) is not chosen by another name of it.
    """
    if accept is None or not accept.strip():
        return Choice(kinds[0], kinds[0].media[0])
    ranges = list(filter(None, map(_range, accept.split(","))))
    best, most = None, 0.0
    for kind in kinds:
        if tuple(kind.media[0].split("/")) in [(one, other) for one, other, quality in ranges if not quality]:
            continue
        for media in kind.media:
            quality = _quality(media, ranges)
            if quality > most:
                best, most = Choice(kind, media), quality
    return best


def none_of(kinds: Sequence[Kind]) -> str:
    """Return the sentence that says which media types there are, where none of them is accepted."""
    media = ", ".join(kind.media[0] for kind in kinds)
    return f"Nothing that you accept can be given. Accept one of {media}."


@lru_cache(maxsize=1024)
def prefers_page(accept: str) -> bool:
    """Tell whether a header names HTML, and nothing that it likes better: a person asks, by a browser.

    A header that names a format of problems as well is a program's.
    """
    ranges = list(filter(None, map(_range, accept.split(","))))
    named = {(kind, sub): quality for kind, sub, quality in ranges}
    own = named.pop(_PAGE, 0.0)
    return own > 0 and own >= max(named.values(), default=0.0) and all(named.get(one, 0.0) < own for one in _PROBLEMS)


def by_name(name: str, kinds: Sequence[Kind]) -> Kind | None:
    """Return the kind of that name, or None."""
    return next((kind for kind in kinds if kind.name == name), None)


def _range(text: str) -> tuple[str, str, float] | None:
    """Return one range of a header as type, subtype and quality; one that cannot be read is left out."""
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    kind, slash, sub = media.partition("/")
    if media == "*":  # which some clients send
        kind, slash, sub = "*", "/", "*"
    if not slash or not kind or not sub:
        return None
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            if not _QUALITY.fullmatch(value.strip()):
                return None
            quality = float(value)
    return kind, sub, quality


def _quality(media: str, ranges: list[tuple[str, str, float]]) -> float:
    """Return how much a media type is wanted: what names it most exactly decides."""
    kind, _, sub = media.partition("/")
    for wanted in ((kind, sub), (kind, "*"), ("*", "*")):
        found = [quality for one, other, quality in ranges if (one, other) == wanted]
        if found:
            return max(found)
    return 0.0
