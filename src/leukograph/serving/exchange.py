"""One request and its answer, in the words of ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from leukograph.serving import negotiation, replies
from leukograph.serving.framing import Reply
from leukograph.serving.protocol import Refused
from leukograph.serving.replies import Header

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
VARY: Header = (b"vary", b"Accept")


class LeftError(Exception):
    """The client is gone."""


class Exchange:
    """A request: its parts as they are needed, and the way to answer it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, page: bytes) -> None:
        """Take what ASGI hands over, and the page that tells a browser of a problem."""
        self.scope, self._receive, self._send = scope, receive, send
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        client = scope.get("client")
        self.client: str = client[0] if client else ""
        self._page = page

    def header(self, name: bytes) -> str:
        """Return a header, several of one name as one; '' where there is none."""
        return ", ".join(value.decode("latin-1") for key, value in self.scope["headers"] if key == name)

    async def body(self, most: int) -> bytes:
        """Return the body; one that is larger than `most` bytes, or encoded in any way, is refused."""
        if self.header(b"content-encoding").lower() not in ("", "identity"):
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A body that is compressed is not read. Send it plain.")
        too_large = Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {most} bytes.")
        length = self.header(b"content-length")
        if length.isdigit() and int(length) > most:
            raise too_large
        parts, size, more = [], 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise LeftError
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise too_large
            more = message.get("more_body", False)
        return b"".join(parts)

    async def answer(self, reply: Reply, etag: str = "", *more: Header) -> tuple[list[Header], bytes, int]:
        """Send a reply, or that nothing has changed where the client holds the same; return what was sent.

        A problem is a page for who prefers pages.
        """
        if replies.is_problem(reply) and negotiation.prefers_page(self.header(b"accept")):
            reply = replies.page_of_problem(reply, self._page)
        status, held = reply.status, self.header(b"if-none-match")
        found, body = replies.headers(reply, etag, more)
        if held and status == HTTPStatus.OK and replies.matches(etag, held):
            status, body = HTTPStatus.NOT_MODIFIED, b""
            found = [one for one in found if one[0] not in (b"content-length", b"content-type")]
        self.scope["sent"] = (int(status), len(body))
        await self._send({"type": "http.response.start", "status": int(status), "headers": found})
        await self._send({"type": "http.response.body", "body": body})
        return found, body, int(status)

    async def refuse(self, refused: Refused, *more: Header) -> None:
        """Send why a request is refused."""
        await self.answer(replies.problem_reply(refused.status, refused.words), "", VARY, *more)
