"""Addresses of pages, files and IRIs: what a name stands for is elsewhere (303), documents about it are here."""

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from leukograph import description
from leukograph.names import BASE, GRAPHS, LGG
from leukograph.serving import negotiation
from leukograph.serving.exchange import VARY, Exchange
from leukograph.serving.framing import Reply
from leukograph.serving.protocol import Refused
from leukograph.serving.replies import Header

if TYPE_CHECKING:
    from leukograph.serving.house import House

_MEDIA = {
    "css": "text/css",
    "ico": "image/x-icon",
    "js": "text/javascript",
    "map": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "xml": "application/xml",
}
_GRAPHS = {(LGG + graph).removeprefix(BASE) for graph in GRAPHS}
_INDEX, _MISSING = "index.html", "404.html"


async def give(house: "House", exchange: Exchange) -> None:
    """Answer for any address that nothing else answers for."""
    path = exchange.path.removeprefix("/")
    now = house.now
    stem, _, ending = path.rpartition(".")
    kind = negotiation.by_name(ending, negotiation.DATASETS)
    if path in now.pages:
        await file(house, exchange, path)
    elif path == "" or path.endswith("/"):
        await _document(house, exchange, path)
    elif path in _GRAPHS:
        await _negotiated(house, exchange, path)
    elif kind and (stem in now.iris or stem in _GRAPHS):
        await _about(house, exchange, stem, (kind.name, kind.media[0]))
    elif path in now.iris or f"{path}/{_INDEX}" in now.pages:
        await _elsewhere(house, exchange, path)
    else:
        await missing(house, exchange)


async def file(house: "House", exchange: Exchange, path: str, *more: Header) -> None:
    """Send a page or a file of the site."""
    ending = path.rpartition(".")[2]
    media = _MEDIA.get(ending) or description.media_type(path) or "application/octet-stream"
    reply = Reply(HTTPStatus.OK, media, stable=True, body=house.now.pages[path])
    sent = await exchange.answer(reply, house.now.etag, *more)
    house.remember(exchange, house.now, reply, sent)


async def missing(house: "House", exchange: Exchange) -> None:
    """Say that nothing is here, with the page for it where a page is accepted."""
    page = house.now.pages.get(_MISSING)
    if page is not None and negotiation.prefers_page(exchange.header(b"accept")):
        await exchange.answer(Reply(HTTPStatus.NOT_FOUND, "text/html", stable=False, body=page), "", VARY)
        return
    raise Refused(HTTPStatus.NOT_FOUND, "Nothing is at this address. The endpoint is at /sparql.")


async def _document(house: "House", exchange: Exchange, path: str) -> None:
    """Send the document about something: its page, or what is said of it in RDF."""
    page, name = path + _INDEX, path.removesuffix("/")
    known = name in house.now.iris
    if not known and page not in house.now.pages:
        await missing(house, exchange)
        return
    kinds = (*((negotiation.HTML,) if page in house.now.pages else ()), *(negotiation.DATASETS if known else ()))
    choice = negotiation.choose(exchange.header(b"accept"), kinds)
    if choice is None and not known:  # there is nothing else to choose
        choice = negotiation.Choice(negotiation.HTML, negotiation.HTML.media[0])
    if choice is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, negotiation.none_of(kinds))
    if choice.kind is negotiation.HTML:
        links = ((b"link", _alternates(name)), VARY) if known else ()
        await file(house, exchange, page, *links)
    else:
        await _about(house, exchange, name, (choice.kind.name, choice.media))


async def _negotiated(house: "House", exchange: Exchange, path: str) -> None:
    """Send a graph, which is a document itself."""
    shown = (negotiation.HTML,) if f"{path}/{_INDEX}" in house.now.pages else ()
    kinds = (*negotiation.DATASETS, *shown)
    choice = negotiation.choose(exchange.header(b"accept"), kinds)
    if choice is None and negotiation.prefers_page(exchange.header(b"accept")):
        choice = negotiation.choose(None, negotiation.DATASETS)
    if choice is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, negotiation.none_of(kinds))
    if choice.kind is negotiation.HTML:
        await _see(exchange, f"{path}/")
    else:
        await _about(house, exchange, path, (choice.kind.name, choice.media))


async def _elsewhere(house: "House", exchange: Exchange, path: str) -> None:
    """Send from a thing to a document about it."""
    shown = (negotiation.HTML,) if f"{path}/{_INDEX}" in house.now.pages else ()
    known = negotiation.DATASETS if path in house.now.iris else ()
    choice = negotiation.choose(exchange.header(b"accept"), (*shown, *known))
    if choice is None and negotiation.prefers_page(exchange.header(b"accept")):
        choice = negotiation.choose(None, known or shown)
    if choice is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, negotiation.none_of((*shown, *known)))
    html = choice.kind is negotiation.HTML
    await _see(exchange, f"{path}/" if html else f"{path}.{choice.kind.name}")


async def _see(exchange: Exchange, path: str) -> None:
    folder = path.endswith("/")
    last = path.removesuffix("/").rpartition("/")[2] + ("/" if folder else "")
    query = f"?{exchange.query.decode('ascii', 'replace')}" if exchange.query and folder else ""
    moved = Reply(HTTPStatus.SEE_OTHER, "", stable=False, body=b"")
    await exchange.answer(moved, "", VARY, (b"location", f"./{quote(last)}{query}".encode("ascii", "replace")))


async def _about(house: "House", exchange: Exchange, path: str, chosen: tuple[str, str]) -> None:
    from leukograph.serving.endpoint import through

    request = {"kind": "about", "iri": BASE + path, "format": chosen}
    await through(house, exchange, request, tuple(request.values()))


def _alternates(name: str) -> bytes:
    last = quote(name.rpartition("/")[2])
    links = (f'<../{last}.{kind.name}>; rel="alternate"; type="{kind.media[0]}"' for kind in negotiation.DATASETS)
    return ", ".join(links).encode()
