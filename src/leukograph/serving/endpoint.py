"""The SPARQL endpoint: from a request to a query in a worker, and from its reply to an answer."""

import json
from collections.abc import Hashable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from leukograph.serving import describing, negotiation, protocol, replies
from leukograph.serving.exchange import VARY, Exchange
from leukograph.serving.framing import Reply
from leukograph.serving.protocol import Refused

if TYPE_CHECKING:
    from leukograph.serving.house import House

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_ACCEPT_POST = (b"accept-post", f"{protocol.DIRECT}, {protocol.FORM}".encode())
_FORM_GROWS = 3  # a byte may become three in a form
_ROOM = 4096
_CONSOLE = "console/index.html"


async def sparql(house: "House", exchange: Exchange) -> None:
    """Answer a request to the endpoint."""
    most = house.settings.max_query_bytes
    if exchange.method in ("GET", "HEAD"):
        query = protocol.of_get(exchange.query, most)
        if query is None:
            await _description(house, exchange)
            return
    elif exchange.method == "POST":
        content_type = exchange.header(b"content-type")
        kind, _ = protocol.media(content_type)
        if kind not in (protocol.FORM, protocol.DIRECT):
            await exchange.refuse(protocol.unsupported(kind), _ACCEPT_POST)
            return
        body = await exchange.body(most * (_FORM_GROWS if kind == protocol.FORM else 1) + _ROOM)
        query = protocol.of_post(exchange.query, content_type, body, most)
    else:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{exchange.method} is not done here. Use GET or POST.")
    accept = exchange.header(b"accept")
    table, graph = negotiation.choose(accept, negotiation.TABLES), negotiation.choose(accept, negotiation.GRAPHS)
    request = {
        "kind": "sparql",
        "query": query.text,
        "default": query.default,
        "named": query.named,
        "table": table and (table.kind.name, table.media),
        "graph": graph and (graph.kind.name, graph.media),
    }
    await through(house, exchange, request, tuple(request.values()))


async def through(house: "House", exchange: Exchange, request: dict[str, Any], key: Hashable) -> None:
    """Answer from memory where the same was asked of the same data, otherwise by a worker."""
    now = house.now
    reply = now.answers.get(key)
    if reply is None:
        etag = now.etag_of(key)
        held = exchange.header(b"if-none-match")
        if held and "*" not in held and replies.matches(etag, held):  # none but who had the answer knows it
            reply = Reply(HTTPStatus.OK, "", stable=True, body=b"")
        else:
            done = await house.ask(key, json.dumps(request).encode(), exchange)
            reply = done.reply
            if done.version != now.version:
                now = house.generations.get(done.version, now)
            if reply.stable:
                now.answers.put(key, reply, len(reply.body) + 2 * len(str(key)))
    etag = now.etag_of(key) if reply.stable else ""
    sent = await exchange.answer(reply, etag, VARY)
    house.remember(exchange, now, reply, sent)


async def _description(house: "House", exchange: Exchange) -> None:
    """Describe the service; who would rather see a page is sent to the console."""
    kinds = (*negotiation.GRAPHS, *((negotiation.HTML,) if _CONSOLE in house.now.pages else ()))
    choice = negotiation.choose(exchange.header(b"accept"), kinds)
    if choice is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, negotiation.none_of(kinds))
    if choice.kind is negotiation.HTML:
        moved = Reply(HTTPStatus.SEE_OTHER, "", stable=False, body=b"")
        await exchange.answer(moved, "", VARY, (b"location", b"./console/"))
        return
    await written(house, exchange, describing.turtle(house.settings), choice)


async def written(house: "House", exchange: Exchange, turtle: str, choice: negotiation.Choice) -> None:
    """Answer with Turtle of our own, in the format that was chosen."""
    if choice.kind.name == "ttl":
        reply = Reply(HTTPStatus.OK, choice.media, stable=True, body=turtle.encode())
        await exchange.answer(reply, house.now.etag_of((turtle, "ttl")), VARY)
        return
    base = f"{exchange.scope['scheme']}://{house.host_of(exchange)}{exchange.path}"
    request = {"kind": "write", "turtle": turtle, "base": base, "format": (choice.kind.name, choice.media)}
    await through(house, exchange, request, tuple(request.values()))
