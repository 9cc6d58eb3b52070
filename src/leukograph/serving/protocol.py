"""Reads a request of the SPARQL 1.1 Protocol (section 2.1, query operation) and says what is wrong with one.

https://www.w3.org/TR/sparql11-protocol/
"""

from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl

from leukograph.names import GRAPHS, LGG, graph_iri
from leukograph.records import Manner

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
MOST_FIELDS = 200
MANNER = Manner("parameter {}", "{}", 'the question {} with parameter {} "{}"', "/openapi.json")
_DEFAULT, _NAMED = "default-graph-uri", "named-graph-uri"
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
_OURS = frozenset(map(graph_iri, GRAPHS))


class Refused(Exception):  # noqa: N818 - a refusal is an answer
    """A request that is answered with a status and a sentence."""

    def __init__(self, status: int, words: str) -> None:
        """Take both."""
        super().__init__(words)
        self.status, self.words = status, words


class Query(NamedTuple):
    """A query, and the graphs that the request names for its dataset."""

    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def fields(encoded: bytes) -> list[tuple[str, str]]:
    """Return the fields of a query string or a form; what is no UTF-8, or too many, is refused."""
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Refused(HTTPStatus.BAD_REQUEST, "A parameter is not UTF-8. Encode it as UTF-8, with percents.") from None
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, f"There are more than {MOST_FIELDS} parameters. Give fewer.") from None


def of_get(query_string: bytes, most: int) -> Query | None:
    """Return the query of a GET, or None where nothing at all is asked."""
    if not query_string:
        return None
    return _checked(fields(query_string), most, HTTPStatus.REQUEST_URI_TOO_LONG)


def of_post(query_string: bytes, content_type: str, body: bytes, most: int) -> Query:
    """Return the query of a POST, as a form or as it is."""
    kind, charset = media(content_type)
    given = fields(query_string)
    if kind == FORM:
        given += fields(body.strip())
    elif kind == DIRECT:
        if charset not in ("", "utf-8", "utf8", "us-ascii"):
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The charset {charset!r} is not read. Send UTF-8.")
        try:
            given.append(("query", body.decode("utf-8")))
        except UnicodeDecodeError as error:
            words = f"Byte {error.start} of the query is not UTF-8. Send UTF-8."
            raise Refused(HTTPStatus.BAD_REQUEST, words) from None
    else:
        raise unsupported(kind)
    return _checked(given, most, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def unsupported(kind: str) -> Refused:
    """Return the refusal of a content type."""
    if kind == UPDATE:
        return Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Updates are refused: this endpoint only reads.")
    words = f"The content type {kind or '(none)'!r} is not read. Send {DIRECT} or {FORM}."
    return Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, words)


def media(content_type: str) -> tuple[str, str]:
    """Return media type and charset of a content type, in lower case; '' where there is none."""
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    pairs = dict(part.partition("=")[::2] for part in parameters)
    return kind, pairs.get("charset", "").strip(' "')


def _checked(given: list[tuple[str, str]], most: int, too_large: HTTPStatus) -> Query:
    names = [name for name, _ in given]
    for name in _UPDATES:
        if name in names:
            raise Refused(HTTPStatus.BAD_REQUEST, f"The parameter {name} is refused: this endpoint only reads.")
    queries = [value for name, value in given if name == "query"]
    if len(queries) != 1:
        number = "is no query" if not queries else f"are {len(queries)} queries"
        raise Refused(HTTPStatus.BAD_REQUEST, f"There {number}. Give one, by the parameter query.")
    text = queries[0].removeprefix("\ufeff")
    if not text.strip():
        raise Refused(HTTPStatus.BAD_REQUEST, "The query is empty. Write one, such as ASK { ?s ?p ?o }.")
    if len(text.encode()) > most:
        raise Refused(too_large, f"The query is larger than {most} bytes. Make it smaller.")
    default, named = (tuple(value for name, value in given if name == wanted) for wanted in (_DEFAULT, _NAMED))
    for graph in (*default, *named):
        if graph not in _OURS:
            words = f"The graph <{graph}> is refused. Name a graph of the project in full, such as <{LGG}page>."
            raise Refused(HTTPStatus.BAD_REQUEST, words)
    return Query(text, default, named)
