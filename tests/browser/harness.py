"""What tests in a browser share: Debian's Chromium, a server of a folder or of pages in memory, and what a page did.

A test opens a page by `Browser.open`, uses it with Playwright, and asks `Visit` what went wrong meanwhile: messages
on the console, requests to anywhere else, what axe finds.
"""

import contextlib
import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
AXE = ROOT / "src" / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}


def chromium() -> str | None:
    """Return where Chromium is installed, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Visit(NamedTuple):
    """A page that is open, what its console said, what broke in it, and what it asked for."""

    page: Any
    said: list[str]
    requests: list[str]

    def strangers(self, own: str) -> list[str]:
        """Return the requests that went to another place than `own`, an address such as http://127.0.0.1:8000."""
        return [url for url in self.requests if not url.startswith((own, "blob:", "data:"))]

    def axe(self) -> list[str]:
        """Return what axe finds, as rule and element; without axe-core the test is skipped by name."""
        if not AXE.is_file():
            pytest.skip("axe-core is not installed: run `npm ci` in src/web")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['html']} ({json.dumps(node['any'] and node['any'][0].get('message'))})"
            for one in found["violations"]
            for node in one["nodes"]
        ]


class Browser:
    """A browser that is running; each page that it opens has a context of its own."""

    def __init__(self, running: Any) -> None:
        """Take over a browser of Playwright."""
        self._running = running
        self._contexts: list[Any] = []

    def open(self, url: str, **options: Any) -> Visit:
        """Open an address and return the page with what it did; options are those of Playwright's `new_context`."""
        context = self._running.new_context(**options)
        self._contexts.append(context)
        page = context.new_page()
        visit = Visit(page, [], [])
        page.on("console", lambda one: visit.said.append(f"{one.type}: {one.text}"))
        page.on("pageerror", lambda one: visit.said.append(f"broke: {one}"))
        page.on("request", lambda one: visit.requests.append(one.url))
        page.goto(url, wait_until="load")
        return visit

    def close(self) -> None:
        """Close every page that was opened."""
        while self._contexts:
            self._contexts.pop().close()


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium; where it or Playwright is absent, skip by name."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    with driver.sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        try:
            yield Browser(running)
        finally:
            running.close()


@contextlib.contextmanager
def served(what: Path | Mapping[str, bytes]) -> Iterator[str]:
    """Serve a folder, or pages by path, on a free port of loopback; yield the address without a slash behind it."""
    handler = functools.partial(_Handler, what)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, what: Path | Mapping[str, bytes], *rest: Any) -> None:
        self.what = what
        super().__init__(*rest)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        name = f"{path}index.html" if path.endswith("/") or not path else path
        content = self._content(name)
        status = 200 if content is not None else 404
        if content is None:
            name, content = "404.html", self._content("404.html") or b"nothing here"
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(Path(name).suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _content(self, name: str) -> bytes | None:
        if isinstance(self.what, Path):
            file = (self.what / name).resolve()
            return file.read_bytes() if file.is_relative_to(self.what.resolve()) and file.is_file() else None
        return self.what.get(name)

    def log_message(self, *_: object) -> None:
        """Say nothing: the test says what is wrong."""
