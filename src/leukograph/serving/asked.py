"""Saved questions over HTTP: the page that asks them, or their answer as data."""

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from leukograph.serving import negotiation, protocol
from leukograph.serving.exchange import VARY, Exchange
from leukograph.serving.framing import Reply
from leukograph.serving.negotiation import Choice, Kind
from leukograph.serving.protocol import Refused

if TYPE_CHECKING:
    from leukograph.serving.house import House

_SPREADSHEET = Kind("csv-spreadsheet", ("text/csv",))
_NAMED = (*negotiation.ANSWERS, _SPREADSHEET, negotiation.HTML)
_TRUE, _FALSE = ("", "true", "1"), ("false", "0")


async def ask(house: "House", exchange: Exchange, name: str, *, document: bool) -> None:
    """Answer a saved question; `document` says that the address is that of its page, with a slash behind."""
    from leukograph.serving.endpoint import through

    given: dict[str, list[str]] = {}
    for field, value in protocol.fields(exchange.query):
        given.setdefault(field, []).append(value)
    shown = f"ask/{name}/index.html" in house.now.pages
    choice = _format(exchange, given.pop("format", []), shown=shown)
    background = _background(given.pop("with-background", []))
    html = choice.kind is negotiation.HTML
    if html and not given and document:
        await house.page(exchange, f"ask/{name}/index.html")
        return
    wanted = negotiation.choose(None, negotiation.ANSWERS) if html else choice
    assert wanted is not None  # noqa: S101 - no header accepts all
    request = {
        "kind": "ask",
        "name": name,
        "values": given,
        "background": background,
        "format": (wanted.kind.name, wanted.media),
    }
    key = ("ask", name, tuple((one, tuple(values)) for one, values in given.items()), background, request["format"])
    if not html:
        await through(house, exchange, request, key)
    elif not document and not given:
        await _moved(exchange, name)
    else:  # the page asks in the browser; that the values are right is said here
        await house.checked(exchange, request, key)
        await (house.page(exchange, f"ask/{name}/index.html") if document else _moved(exchange, name))


async def _moved(exchange: Exchange, name: str) -> None:
    query = f"?{exchange.query.decode('ascii')}" if exchange.query else ""
    place = f"./{quote(name)}/{query}".encode()
    moved = Reply(HTTPStatus.SEE_OTHER, "", stable=False, body=b"")
    await exchange.answer(moved, "", VARY, (b"location", place))


def _format(exchange: Exchange, named: list[str], *, shown: bool) -> Choice:
    if named:
        kind = negotiation.by_name(named[-1], _NAMED)
        if kind is None or len(named) > 1 or (kind is negotiation.HTML and not shown):
            names = ", ".join(one.name for one in _NAMED)
            raise Refused(HTTPStatus.BAD_REQUEST, f"The format {named[-1]!r} is not given. Choose one of {names}.")
        return Choice(kind, kind.media[0])
    kinds = (*negotiation.ANSWERS, *((negotiation.HTML,) if shown else ()))
    choice = negotiation.choose(exchange.header(b"accept"), kinds)
    if choice is None:
        media = ", ".join(kind.media[0] for kind in kinds)
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, f"Nothing that you accept can be given. Accept one of {media}.")
    return choice


def _background(given: list[str]) -> bool:
    if not given:
        return False
    if len(given) > 1 or given[0].lower() not in (*_TRUE, *_FALSE):
        raise Refused(HTTPStatus.BAD_REQUEST, "with-background is true or false, once.")
    return given[0].lower() in _TRUE
