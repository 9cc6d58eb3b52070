"""One connection: uvicorn's own, by the parser h11, with a time for each part of a request and for each answer.

What is new against uvicorn: a head, a body and the reading of an answer each have a time; of too many connections the
one that is idle for longest ends; a request whose very bytes were answered before is answered from memory; what is no
HTTP is refused with the right status.
"""

import asyncio
import contextlib
import sys
from collections import OrderedDict
from http import HTTPStatus
from typing import Any, ClassVar, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from leukograph.serving import replies
from leukograph.serving.house import House
from leukograph.serving.replies import problem_reply
from leukograph.serving.settings import BODY_SECONDS, HEAD_BYTES, HEAD_SECONDS, SEND_SECONDS

_MOST_REMEMBERED = 8192


class Hall:
    """What all connections share."""

    def __init__(self, house: House, most: int) -> None:
        """Take the house behind them, and how many there may be."""
        self.house, self.most = house, most
        self._idle: dict[str, OrderedDict[Connection, None]] = {}

    def idle(self, one: "Connection") -> None:
        """Note that a connection waits for a request, from now on."""
        own = self._idle.setdefault(one.address, OrderedDict())
        own[one] = None
        own.move_to_end(one)

    def busy(self, one: "Connection") -> None:
        """Note that a connection is not idle."""
        own = self._idle.get(one.address)
        if own is not None:
            own.pop(one, None)
            if not own:
                del self._idle[one.address]

    def oldest(self) -> "Connection | None":
        """Return the connection that is idle for longest, of the client that has most of them; None where none is."""
        most = max(self._idle.values(), key=len, default=None)
        return next(iter(most)) if most else None


class Connection(H11Protocol):
    """A connection in a Hall, which a subclass names."""

    hall: ClassVar[Hall]

    def __init__(self, *args: Any, **named: Any) -> None:
        """Take what uvicorn hands over."""
        super().__init__(*args, **named)
        self.address = ""
        self._timer: asyncio.TimerHandle | None = None
        self._awaited = 0.0
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, if there is room or can be made."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        if len(self.connections) > self.hall.most:
            oldest = self.hall.oldest()
            if oldest is None:
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many connections. Ask again later.")
                return
            self.hall.busy(oldest)
            oldest.transport.abort()
        self.hall.idle(self)
        self._awaited = HEAD_SECONDS
        self._timer = self.loop.call_later(HEAD_SECONDS, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """End; whoever works for this connection alone need not go on."""
        self.hall.busy(self)
        self._quiet()
        if self._stalled:
            self._stalled.cancel()
        if self.cycle and not self.cycle.response_complete:
            scope = cast("dict[str, Any]", self.scope)
            scope["left"] = True
            if "task" in scope:
                scope["task"].cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes: those of a request that is known are answered at once."""
        free = self.cycle is None or self.cycle.response_complete
        whole = free and data[:5] == b"GET /" and data[-4:] == b"\r\n\r\n" and len(data) <= _MOST_REMEMBERED
        if whole and self._answered_before(data):
            return
        if free and self._too_large(data):
            return
        try:
            before = self.cycle
            super().data_received(data)
        except UnicodeDecodeError:
            self._refuse(HTTPStatus.BAD_REQUEST, "The address is no ASCII. Encode it with percents.")
            return
        if self.transport.is_closing():
            self._quiet()
            return
        if self.cycle is not before and whole and self.conn.their_state is h11.DONE and self.cycle.keep_alive:
            cast("dict[str, Any]", self.scope)["raw"] = bytes(data)
        self._watch()

    def _too_large(self, data: bytes) -> bool:
        """Refuse a head that is larger than it may be, in however few pieces it comes."""
        waiting = bytes(self.conn.trailing_data[0])
        if len(waiting) + len(data) <= HEAD_BYTES:
            return False
        head = waiting + data
        if 0 <= head.find(b"\r\n\r\n") <= HEAD_BYTES:
            return False
        if 0 <= head.find(b"\r\n") <= HEAD_BYTES // 2:
            words = f"The headers are larger than {HEAD_BYTES} bytes. Send less."
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, words)
        else:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long. Send the query by POST.")
        return True

    def _answered_before(self, data: bytes) -> bool:
        """Answer from memory a request of the same bytes, where nothing else waits on this connection."""
        known = self.hall.house.now.requests.get(data)
        if known is None or self.conn.their_state is not h11.IDLE or self.conn.trailing_data[0]:
            return False
        if self.flow.write_paused or self.transport.is_closing():
            return False
        head, body = known
        stamp = b"".join(name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers)
        self.transport.write(b"HTTP/1.1 200 OK\r\n" + stamp + head + body)
        self._quiet()
        self.hall.idle(self)
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        house = self.hall.house
        if house.logged:
            path = data[4 : data.index(b" ", 4)].partition(b"?")[0].decode("ascii", "replace")
            house.log_line(self.client[0] if self.client else "", "GET", path, HTTPStatus.OK, len(body), 0)
        return True

    def on_response_complete(self) -> None:
        """Be idle again, unless the next request is there already."""
        self.hall.idle(self)
        super().on_response_complete()
        self._watch()

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection; one that has not read its answer is not waited for."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        with contextlib.suppress(h11.LocalProtocolError):
            super().timeout_keep_alive_handler()
        self.transport.close()

    def shutdown(self) -> None:
        """End when the server does: at once where idle, otherwise with the answer."""
        with contextlib.suppress(h11.LocalProtocolError):
            super().shutdown()
            return
        self.transport.close()

    def pause_writing(self) -> None:
        """Give a client that does not read a time to do so."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(SEND_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None

    def send_400_response(self, msg: str) -> None:
        """Refuse what h11 cannot read, with the status that it means."""
        error = sys.exc_info()[1]
        status = getattr(error, "error_status_hint", HTTPStatus.BAD_REQUEST)
        known = status in (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HTTPStatus.NOT_IMPLEMENTED)
        self._refuse(status if known else HTTPStatus.BAD_REQUEST, msg or "This is no HTTP request that can be read.")

    def _watch(self) -> None:
        """Set the time for what is awaited: the rest of a head, the rest of a body, or nothing."""
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy:
            self.hall.busy(self)
        state = self.conn.their_state
        awaited = BODY_SECONDS if busy and state is h11.SEND_BODY else 0.0
        if not busy and (state is h11.IDLE and self.conn.trailing_data[0]):
            awaited = HEAD_SECONDS
        if awaited != self._awaited:
            self._quiet()
            self._awaited = awaited
            self._timer = self.loop.call_later(awaited, self._late) if awaited else None

    def _quiet(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._awaited = 0.0

    def _late(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time.")

    def _refuse(self, status: int, words: str) -> None:
        """Answer outside of any cycle, unless an answer has begun, and end the connection."""
        if self.transport.is_closing():
            return
        self._quiet()
        started = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not started:
            found, body = replies.headers(problem_reply(status, words), "", ((b"connection", b"close"),))
            head = b"".join(name + b": " + value + b"\r\n" for name, value in found)
            phrase = HTTPStatus(status).phrase.encode()
            self.transport.write(b"HTTP/1.1 %d %s\r\n" % (status, phrase) + head + b"\r\n" + body)
            self.hall.house.log_refusal(self.client[0] if self.client else "", status, len(body))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        self.loop.call_later(1.0, self.transport.abort)


def of(hall: Hall) -> type[Connection]:
    """Return the kind of connection that belongs to a hall."""
    return type("OurConnection", (Connection,), {"hall": hall})
