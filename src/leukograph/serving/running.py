"""The verb `serve`: reads the call, makes what is served, and runs until it is told to end."""

import asyncio
import contextlib
import os
import resource
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator

import uvicorn

from leukograph import console, files, options
from leukograph.errors import CallError, DataError, LimitError
from leukograph.serving import connection, settings
from leukograph.serving.app import Application
from leukograph.serving.door import Door
from leukograph.serving.generation import Generation
from leukograph.serving.house import House, Source
from leukograph.serving.settings import Settings

_SPARE_FILES, _BACKLOG = 1_000, 65_535
_COUNTS = {
    "max-memory": ("MIB", settings.MAX_MEMORY_MIB, "memory of a worker, in MiB; beyond it a query ends with 507"),
    "max-bytes": ("BYTES", settings.MAX_BYTES, "bytes of an answer; beyond them 413"),
    "max-rows": ("ROWS", settings.MAX_ROWS, "rows or triples of an answer; beyond them 413"),
    "max-query-bytes": ("BYTES", settings.MAX_QUERY_BYTES, "bytes of a query; beyond them 413 or 414"),
    "max-nesting": ("DEPTH", settings.MAX_NESTING, "how deep brackets of a query nest; beyond it 400"),
    "max-patterns": ("COUNT", settings.MAX_PATTERNS, "patterns and steps of paths of a query; beyond them 400"),
    "workers": ("COUNT", settings.usual_workers(), "short queries at once; long ones run beside them"),
    "queue": ("COUNT", settings.QUEUE, "queries that may wait; beyond them 503"),
    "max-connections": ("COUNT", settings.MAX_CONNECTIONS, "connections at once; the longest idle makes room"),
}
_ABOUT = """Serve the site and a SPARQL 1.1 endpoint over HTTP, until told to end (Ctrl-C, SIGTERM).

  /sparql             SPARQL 1.1 Protocol: read-only queries, by GET and POST
  /ask/NAME?PARAM=…   a saved question as page, JSON, CSV, TSV or Turtle
  /data/NAME, …       every IRI of the graph: a page, or RDF
  /openapi.json       the saved questions in OpenAPI
  /.well-known/void   the data in VoID
  /health             the state of the server

Each query runs in a process of its own kind, which is killed when it takes too much. SERVICE, LOAD, updates and FROM
of other addresses are refused. SIGHUP reads the files anew, and drops no request. Only this machine can reach it
unless --host is given; put a proxy with TLS before it then."""
EXAMPLES = """examples:
  leukograph serve
  leukograph serve --port 8080 --timeout 10 --max-rows 1000 --workers 4 --queue 100
  leukograph serve --host 0.0.0.0 --behind-proxy --no-log
  leukograph serve --site FOLDER --watch --everything
  leukograph serve --max-memory 512 --max-bytes 1000000 --max-query-bytes 20000
  leukograph serve --max-nesting 20 --max-patterns 40 --max-connections 200"""


class Server(uvicorn.Server):
    """Uvicorn's server, whose signals are ours."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open a door of our own at each socket."""
        await super().startup([])
        self._doors = [Door(one, self._connection) for one in sockets or []]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the doors, and let those who are in go on to their end."""
        for door in self._doors:
            door.close()
        await super().shutdown(sockets)

    def _connection(self) -> asyncio.Protocol:
        kind: type[connection.Connection] = self.config.http_protocol_class  # type: ignore[assignment]
        return kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def run(words: list[str]) -> int:
    """Serve as the words of the call say, and return the exit code when it ended."""
    parser = options.parser("leukograph serve", _ABOUT, EXAMPLES)
    parser.add_argument("--host", default=settings.HOST, help="address to listen on; default %(default)s")
    parser.add_argument("--port", type=_port, default=settings.PORT, help="default %(default)s; 0 takes a free one")
    parser.add_argument(
        "--timeout",
        type=options.seconds,
        default=settings.TIMEOUT_SECONDS,
        metavar="SECONDS",
        help="time of a query; beyond it 504; default %(default)g",
    )
    for name, (value, default, sentence) in _COUNTS.items():
        parser.add_argument(
            f"--{name}", type=options.count, default=default, metavar=value, help=f"{sentence}; default %(default)s"
        )
    parser.add_argument("--everything", action="store_true", help="background and mappings in the default graph, too")
    parser.add_argument("--site", type=options.file, metavar="FOLDER", help="serve these pages instead of making them")
    parser.add_argument("--watch", action="store_true", help="read the files anew when they change")
    parser.add_argument("--behind-proxy", action="store_true", help="believe X-Forwarded-For and X-Forwarded-Proto")
    parser.add_argument("--no-log", action="store_true", help="tell of no request on standard error")
    given = parser.parse_args(words)
    if given.timeout < settings.LONG_SECONDS:
        raise CallError(f"--timeout {given.timeout:g}: this is too short. Give {settings.LONG_SECONDS:g} or more.")
    limits = Settings(**{name: getattr(given, name) for name in Settings._fields})
    limits = limits._replace(max_connections=_room(limits.max_connections))
    source = Source(files.home(), os.path.abspath(given.site) if given.site else "")
    with _listening(given.host, given.port) as line:
        house = House(source, limits, Generation(_made(source)), console.tell)
        house.logged = not given.no_log
        asyncio.run(_serve(house, line, proxied=given.behind_proxy, watch=given.watch))
    return 0


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number < 1 << 16:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no port")
    return number


def _room(most: int) -> int:
    """Raise the number of files that this process may open, and return how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + _SPARE_FILES
    able = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft not in (able, resource.RLIM_INFINITY) and soft < able:
        resource.setrlimit(resource.RLIMIT_NOFILE, (able, hard))
    if able < wanted:
        console.tell(f"the system allows {able} open files, so there are {max(able - _SPARE_FILES, 1)} connections.")
    return max(able - _SPARE_FILES, 1)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        line = socket.socket(family, kind, protocol)
        try:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(address)
            line.listen(_BACKLOG)
        except OSError:
            line.close()
            raise
    except OSError as error:
        raise CallError(f"{host}:{port}: cannot be listened on ({error.strerror}). Choose another.") from None
    return line


def _made(source: Source) -> bytes:
    done = subprocess.run(source.command, capture_output=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise (DataError if done.returncode == 1 else CallError)(words[-1] if words else "nothing could be made.")
    return done.stdout


async def _serve(house: House, line: socket.socket, *, proxied: bool, watch: bool) -> None:
    config = uvicorn.Config(
        Application(house),
        http=connection.of(connection.Hall(house, house.settings.max_connections)),
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=proxied,
        forwarded_allow_ips="*" if proxied else None,
        timeout_keep_alive=int(settings.IDLE_SECONDS),
        timeout_graceful_shutdown=int(house.settings.timeout + settings.DRAIN_SECONDS),
        h11_max_incomplete_event_size=settings.HEAD_BYTES,
    )
    server = Server(config)
    async with _signals(house, server, watch=watch):
        try:
            await house.start()
        except ChildProcessError:
            await house.close()
            raise LimitError(
                f"no worker could start. Give more than --max-memory {house.settings.max_memory}."
            ) from None
        host, port = line.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        house.tell(f"serving http://{shown}:{port}/ (version {house.now.version[:16]}); Ctrl-C ends it.")
        try:
            await server.serve(sockets=[line])
        finally:
            await house.close()
    house.tell("ended.")


@contextlib.asynccontextmanager
async def _signals(house: House, server: Server, *, watch: bool) -> AsyncIterator[None]:
    """Let SIGTERM and Ctrl-C end it with what it is doing, and a second one at once; let SIGHUP read the files anew."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def end() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    def reload() -> None:
        task = loop.create_task(house.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGHUP, reload)
    if watch:
        tasks.add(loop.create_task(_watching(house)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watching(house: House) -> None:
    """Read the files anew when they have changed and then stood for a while."""
    before = seen = _state(house.source)
    while True:
        await asyncio.sleep(settings.WATCH_SECONDS)
        now = _state(house.source)
        if now == seen != before:
            before = now
            await house.reload()
        seen = now


def _state(source: Source) -> dict[str, tuple[int, int]]:
    """Return size and time of every file that is served."""
    folders = [os.path.join(source.root, part) for part in files.PARTS] + ([source.site] if source.site else [])
    found = {}
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                with contextlib.suppress(OSError):
                    about = os.stat(path)
                    found[path] = (about.st_size, about.st_mtime_ns)
    return found
