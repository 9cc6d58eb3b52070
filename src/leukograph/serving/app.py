"""The application: which address is answered by what, and what every request has in common."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.routing import Route, Router

from leukograph.serving import addresses, asked, endpoint, negotiation
from leukograph.serving.exchange import Exchange, LeftError, Receive, Scope, Send
from leukograph.serving.framing import Reply
from leukograph.serving.house import House
from leukograph.serving.protocol import Refused

_READS = ("GET", "HEAD", "OPTIONS")
_CORS = (
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
)
Handler = Callable[[House, Exchange], Awaitable[None]]


class Application:
    """An ASGI application over one House."""

    def __init__(self, house: House) -> None:
        """Lay out the addresses."""
        self.house = house
        routes: list[tuple[str, Handler]] = [
            ("/sparql", endpoint.sparql),
            ("/health", _health),
            ("/openapi.json", _openapi),
            ("/.well-known/void", _void),
            ("/ask/{name}", _ask),
            ("/ask/{name}/", _ask),
            ("/{path:path}", addresses.give),
        ]
        self._router = Router([Route(path, _Handled(house, one)) for path, one in routes], redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens, and tell the log."""
        if scope["type"] != "http":
            return
        exchange = scope["exchange"] = Exchange(scope, receive, send, self.house.now.problem)
        begun = time.perf_counter()
        try:
            allowed = endpoint.METHODS if exchange.path == "/sparql" else _READS
            if exchange.method not in allowed:
                refused = Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{exchange.method} is not done here.")
                await exchange.refuse(refused, (b"allow", ", ".join(allowed).encode()))
            elif exchange.method == "OPTIONS":
                names = ", ".join(allowed).encode()
                more = ((b"allow", names), (b"access-control-allow-methods", names), *_CORS)
                await exchange.answer(Reply(HTTPStatus.NO_CONTENT, "", stable=False, body=b""), "", *more)
            else:
                await self._router(scope, receive, send)
        except Refused as refused:
            await exchange.refuse(refused)
        except LeftError:
            pass
        except asyncio.CancelledError:
            if "left" not in scope:
                raise
        except Exception as error:  # one request must not end the server
            self.house.tell(f"internal error ({type(error).__name__}: {error}). Please report it.")
            if "sent" not in scope:
                await exchange.refuse(Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "An error of the server itself."))
        self.house.log(exchange, time.perf_counter() - begun)


class _Handled:
    """A handler as the application that the router calls."""

    def __init__(self, house: House, handler: Handler) -> None:
        self._house, self._handler = house, handler

    async def __call__(self, scope: Scope, _: Receive, __: Send) -> None:
        await self._handler(self._house, scope["exchange"])


async def _ask(house: House, exchange: Exchange) -> None:
    name = exchange.scope["path_params"]["name"]
    await asked.ask(house, exchange, name, document=exchange.path.endswith("/"))


async def _health(house: House, exchange: Exchange) -> None:
    ready, most = house.pool.ready, house.pool.count
    status, word = (HTTPStatus.OK, "ok") if ready else (HTTPStatus.SERVICE_UNAVAILABLE, "no worker is ready")
    body = f'{{"status": "{word}", "version": "{house.now.version}", "workers": {ready}, "of": {most}}}\n'
    await exchange.answer(Reply(status, "application/json", stable=False, body=body.encode()))


async def _openapi(house: House, exchange: Exchange) -> None:
    reply = Reply(HTTPStatus.OK, "application/json", stable=True, body=house.now.openapi)
    await exchange.answer(reply, house.now.etag)


async def _void(house: House, exchange: Exchange) -> None:
    choice = negotiation.choose(exchange.header(b"accept"), negotiation.GRAPHS)
    if choice is None and negotiation.prefers_page(exchange.header(b"accept")):
        choice = negotiation.choose(None, negotiation.GRAPHS)
    if choice is None:
        raise Refused(HTTPStatus.NOT_ACCEPTABLE, negotiation.none_of(negotiation.GRAPHS))
    await endpoint.written(house, exchange, house.now.void.decode(), choice)
