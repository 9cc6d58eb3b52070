"""Saved questions over HTTP: the page that asks them, or their answer as data."""

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from leukograph import answers
from leukograph.serving import negotiation, protocol
from leukograph.serving.exchange import VARY, Exchange
from leukograph.serving.framing import Reply
from leukograph.serving.negotiation import Choice, Kind
from leukograph.serving.protocol import Refused

if TYPE_CHECKING:
    from leukograph.serving.house import House

_SPREADSHEET = Kind("csv-spreadsheet", ("text/csv",))
_TRUE, _FALSE = ("", "true", "1"), ("false", "0")


async def ask(house: "House", exchange: Exchange, name: str, *, document: bool) -> None:
    """Answer a saved question; `document` says that the address is that of its page, with a slash behind."""
    from leukograph.serving.endpoint import through

    if name not in house.now.questions:
        raise Refused(HTTPStatus.NOT_FOUND, str(answers.unknown(name, house.now.questions, protocol.MANNER)))
    given: dict[str, list[str]] = {}
    for field, value in protocol.fields(exchange.query):
        given.setdefault(field, []).append(value)
    shown = f"ask/{name}/index.html" in house.now.pages
    choice = _format(exchange, given.pop("format", []), shown=shown)
    background = _background(given.pop("with-background", []))
    html = choice is not None and choice.kind is negotiation.HTML
    if html and not given:
        await (house.page(exchange, f"ask/{name}/index.html") if document else _moved(exchange, name))
        return
    wanted = choice if choice and not html else negotiation.choose(None, negotiation.ANSWERS)
    assert wanted is not None  # noqa: S101 - no header accepts all
    request = {
        "kind": "ask",
        "name": name,
        "values": given,
        "background": background,
        "format": (wanted.kind.name, wanted.media),
    }
    key = ("ask", name, tuple((one, tuple(values)) for one, values in given.items()), background, request["format"])
    if choice and not html:
        await through(house, exchange, request, key)
        return
    await house.checked(exchange, request, key)  # whether the call is right comes before what it can give
    if choice is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, negotiation.none_of(_kinds(shown=shown)))
    # the page asks in the browser
    await (house.page(exchange, f"ask/{name}/index.html") if document else _moved(exchange, name))


async def _moved(exchange: Exchange, name: str) -> None:
    query = f"?{exchange.query.decode('ascii')}" if exchange.query else ""
    place = f"./{quote(name)}/{query}".encode()
    moved = Reply(HTTPStatus.SEE_OTHER, "", stable=False, body=b"")
    await exchange.answer(moved, "", VARY, (b"location", place))


def _kinds(*, shown: bool) -> tuple[Kind, ...]:
    return (*negotiation.ANSWERS, *((negotiation.HTML,) if shown else ()))


def _format(exchange: Exchange, named: list[str], *, shown: bool) -> Choice | None:
    kinds = _kinds(shown=shown)
    if not named:
        return negotiation.choose(exchange.header(b"accept"), kinds)
    kind = negotiation.by_name(named[-1], (*kinds, _SPREADSHEET))
    if len(named) > 1:
        raise Refused(HTTPStatus.BAD_REQUEST, f"parameter format was given {len(named)} times. Give it once.")
    if kind is None:
        names = ", ".join(one.name for one in (*kinds, _SPREADSHEET))
        raise Refused(HTTPStatus.BAD_REQUEST, f"unknown format {named[0]!r}. Choose one of {names}.")
    return Choice(kind, kind.media[0])


def _background(given: list[str]) -> bool:
    if not given:
        return False
    if len(given) > 1 or given[0].lower() not in (*_TRUE, *_FALSE):
        raise Refused(HTTPStatus.BAD_REQUEST, "parameter with-background is true or false, once.")
    return given[0].lower() in _TRUE
