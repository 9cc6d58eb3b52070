"""What all requests share: the data that stands now, the workers, the log; and how other data takes its place."""

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import Any, NamedTuple

from leukograph import formats
from leukograph.serving import addresses
from leukograph.serving.exchange import Exchange
from leukograph.serving.framing import Reply
from leukograph.serving.generation import Generation
from leukograph.serving.pool import Answered, Pool
from leukograph.serving.protocol import Refused
from leukograph.serving.replies import Header
from leukograph.serving.settings import Settings

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_SHOWN = 200


class Source(NamedTuple):
    """Where what is served is made from: the root of the project, and a folder of pages, '' where they are made."""

    root: str
    site: str = ""

    @property
    def command(self) -> list[str]:
        """Return the command that makes it."""
        return [sys.executable, "-P", "-m", "leukograph.serving.making", self.root, *filter(None, [self.site])]


class House:
    """One server."""

    def __init__(self, source: Source, settings: Settings, first: Generation, tell: Callable[[str], None]) -> None:
        """Take what is served first; `tell` hears what happens, and each request where `log` is set."""
        self.source, self.settings, self.now, self.tell = source, settings, first, tell
        self.generations = {first.version: first}
        self.pool = Pool(settings, tell)
        self.logged = True
        self._reloading = asyncio.Lock()

    async def start(self) -> None:
        """Start the workers."""
        await self.pool.renew(self.now.data)

    async def reload(self) -> None:
        """Serve the data as the files now hold it; what was asked before is answered from the data before."""
        async with self._reloading:
            made = await asyncio.create_subprocess_exec(
                *self.source.command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
            out, err = await made.communicate()
            if made.returncode:
                words = err.decode(errors="replace").strip() or "it ended by itself."
                self.tell(f"the new data cannot be served, the old stays: {words}")
                return
            new = Generation(out)
            if new.version == self.now.version:
                self.tell("the data is as it was.")
                return
            try:
                await self.pool.renew(new.data)
            except ChildProcessError:
                self.tell("no worker started with the new data; the old stays.")
                return
            self.generations = {self.now.version: self.now, new.version: new}
            self.now = new
            self.tell(f"serving other data: version {new.version[:16]}.")

    async def ask(self, key: Hashable, request: bytes, exchange: Exchange) -> Answered:
        """Let a worker answer; when the client leaves, so does the request."""
        exchange.scope["task"] = asyncio.current_task()
        try:
            return await self.pool.run(key, request, exchange.client)
        finally:
            del exchange.scope["task"]

    async def checked(self, exchange: Exchange, request: dict[str, Any], key: Hashable) -> None:
        """Raise Refused where a question cannot be asked so."""
        import json

        if self.now.answers.get(key) is not None:
            return
        done = await self.ask(key, json.dumps(request).encode(), exchange)
        if done.reply.status != HTTPStatus.OK:
            raise Refused(done.reply.status, done.reply.body.decode())
        self.generations.get(done.version, self.now).answers.put(key, done.reply, len(done.reply.body))

    async def page(self, exchange: Exchange, path: str) -> None:
        """Send a page of the site."""
        from leukograph.serving.exchange import VARY

        await addresses.file(self, exchange, path, VARY)

    @staticmethod
    def host_of(exchange: Exchange) -> str:
        """Return the host that a request names, if it can be one."""
        host = exchange.header(b"host")
        return host if _HOST.fullmatch(host) else "localhost"

    @staticmethod
    def remember(exchange: Exchange, now: Generation, reply: Reply, sent: tuple[list[Header], bytes, int]) -> None:
        """Remember an answer by the very bytes of its request, which then need not be read again."""
        raw = exchange.scope.get("raw")
        headers, body, status = sent
        if raw and reply.stable and status == HTTPStatus.OK:
            head = b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n"
            now.requests.put(raw, (head, body), len(raw) + len(head) + len(body))

    def log(self, exchange: Exchange, seconds: float) -> None:
        """Tell of a request, without what was asked."""
        if self.logged:
            status, size = exchange.scope.get("sent", (0, 0))
            self.log_line(exchange.client, exchange.method, exchange.path, int(status), size, seconds)

    def log_line(self, client: str, method: str, path: str, status: int, size: int, seconds: float) -> None:
        """Tell of a request in one line; an address is cut, and nothing in it is printed unseen."""
        shown = formats.visible(path[:_SHOWN]).replace("\n", "\\n").replace("\t", "\\t")
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.tell(f"{moment} {client or '-'} {method} {shown} {status} {size} {seconds * 1000:.1f}ms")

    def log_refusal(self, client: str, status: int, size: int) -> None:
        """Tell of what was no request that could be read, or came too slowly."""
        if self.logged:
            self.log_line(client, "-", "-", int(status), size, 0)

    async def close(self) -> None:
        """End the workers."""
        with contextlib.suppress(asyncio.CancelledError):
            await self.pool.close()
