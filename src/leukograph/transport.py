"""Speaks HTTP with a store: time and size are bounded, TLS is checked, and a password only goes where it belongs.

A request is sent again only where that is safe. A redirect is followed within one origin alone. Proxies of the
environment are used, but not for this machine. Each request has a connection of its own.
"""

import contextlib
import http.client
import ipaddress
import secrets
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple
from urllib.parse import urljoin, urlsplit

from leukograph import __version__, credentials
from leukograph.credentials import Credentials
from leukograph.errors import CallError, EndpointError, LimitError

AGENT = f"leukograph/{__version__}"
MOST_BYTES = 256 * 1024**2
_TRIES, _PAUSE, _REDIRECTS, _CHUNK, _SHOWN = 3, 0.2, 3, 1 << 16, 200
_HANDSHAKE, _PROBE = 10.0, 3.0
_PASSING = {429, 502, 503, 504}
_AGAIN = {307, 308}
_MOVED = {301, 302, 303, *_AGAIN}
_REFUSED = {401: "asks who you are", 403: "forbids it", 405: "does not do this", 404: "has nothing at this address"}
_REFUSED |= {413: "finds it too large", 507: "has no room left", 503: "is not ready", 429: "is asked too often"}


_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
_ALERT = "\x15\x03"  # with which a record of TLS begins that tells of an error


class UnshakenError(Exception):
    """There was no handshake for TLS; the first argument is the OSError that says why."""


class Secure(http.client.HTTPSConnection):
    """A connection with TLS, whose handshake has a time of its own: a server that speaks none may say nothing."""

    def __init__(self, at: str, by: int | None, seconds: float, name: str) -> None:
        """Take host and port to connect to, a time limit, and the name that the certificate must have."""
        self._shaking = ssl.create_default_context()
        super().__init__(at, by, timeout=seconds, context=self._shaking)
        self._seconds, self._name = seconds, name

    def connect(self) -> None:
        """Connect, through a tunnel where there is one, and shake hands; what fails then is an UnshakenError."""
        http.client.HTTPConnection.connect(self)
        line = self.sock
        line.settimeout(min(self._seconds, _HANDSHAKE))
        try:
            self.sock = self._shaking.wrap_socket(line, server_hostname=self._name)
        except OSError as error:
            raise UnshakenError(error) from None
        self.sock.settimeout(self._seconds)


class Body:
    """What a store answers, to be read piece by piece; one that is cut off or late raises."""

    def __init__(self, response: http.client.HTTPResponse, until: float, client: "Client", what: str) -> None:
        """Take a response and the time until which it must be read."""
        self._response, self._until, self._client, self._what = response, until, client, what
        length = response.headers.get("Content-Length", "")
        self._missing = int(length) if length.isdecimal() and response.chunked is False else None
        self.status = response.status
        self.kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self.headers = response.headers

    def read(self, size: int = _CHUNK) -> bytes:
        """Return the next bytes, none at the end."""
        if self._missing == 0:
            return b""
        if time.monotonic() > self._until:
            raise self._client.late(self._what)
        try:
            found = self._response.read1(_CHUNK if size < 0 else size)
        except TimeoutError:
            raise self._client.late(self._what) from None
        except (OSError, http.client.HTTPException):
            raise EndpointError(f"{self._what}: the answer was cut off. Try again.") from None
        if self._missing is not None:
            self._missing -= len(found)
            if not found and self._missing > 0:
                raise EndpointError(f"{self._what}: the answer was cut off, {self._missing} bytes are missing.")
        return found

    def whole(self, most: int = MOST_BYTES) -> bytes:
        """Return all of it; more than `most` bytes is a LimitError."""
        parts, size = [], 0
        while part := self.read():
            size += len(part)
            if size > most:
                raise LimitError(f"{self._what}: the answer is larger than {most} bytes. Ask for less.")
            parts.append(part)
        return b"".join(parts)


def unseen(_: int) -> None:
    """Hear how much was sent, and tell nobody."""


class Sent(NamedTuple):
    """A request: `body` is bytes or an open file, which is sent from its begin; `length` counts its bytes.

    `seen` hears how many bytes of a file are sent.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | BinaryIO = b""
    length: int = 0
    seen: Callable[[int], None] = unseen


class Client:
    """Sends requests to one store with one set of credentials; `seconds` is the time that a request may take."""

    def __init__(self, auth: str, given: Credentials, seconds: float) -> None:
        """Take how to log in (none, basic, digest, bearer) and as whom."""
        self.auth, self.given, self.seconds = auth, given, seconds
        self._challenge, self._count = "", 0

    def check(self, *urls: str) -> None:
        """Raise CallError where a password would go over an open line."""
        if not self.given or self.auth == "none":
            return
        for url in urls:
            if urlsplit(url).scheme == "http" and not local(url):
                raise CallError(f"{url}: a password never goes over plain HTTP to another machine. Use https://.")

    @contextlib.contextmanager
    def ask(self, sent: Sent, *, safe: bool, allow: tuple[int, ...] = ()) -> Iterator[Body]:
        """Send a request and give the body of its answer; a status that is no success and not allowed raises.

        Where `safe`, it is sent again when the connection fails or the store is busy.
        """
        what = f"{sent.method} {sent.url.partition('?')[0]}"
        until = time.monotonic() + self.seconds
        with contextlib.ExitStack() as stack:
            for left in range(_TRIES - 1 if safe else 0, -1, -1):
                try:
                    line = stack.enter_context(contextlib.closing(self._connected(sent.url)))
                    response = self._answered(line, sent, until, what)
                except TimeoutError:
                    raise self.late(what) from None
                except UnshakenError as error:  # which is no better the next time
                    raise EndpointError(f"{what}: {_of_tls(error.args[0], sent.url)}") from None
                except (OSError, http.client.HTTPException) as error:
                    plain = sent.url.startswith("http:")
                    secure = plain and (str(error).startswith(_ALERT) or (not left and _speaks_tls(sent.url)))
                    if secure or not left or time.monotonic() > until:
                        reason = getattr(error, "strerror", "") or type(error).__name__
                        why = _SECURE if secure else f"no answer ({reason}). Is the store running?"
                        raise EndpointError(f"{what}: {why}") from None
                else:
                    if not left or response.status not in _PASSING:
                        break
                time.sleep(_PAUSE * 2 ** (_TRIES - left))
            body = Body(response, until, self, what)
            if response.status // 100 != 2 and response.status not in allow:  # noqa: PLR2004 - success
                raise self._refusal(response.status, body, what)
            yield body

    def late(self, what: str) -> LimitError:
        """Return the error that says that the time of a request is over."""
        return LimitError(f"{what}: no whole answer within {self.seconds:g} seconds. Give --timeout more.")

    def _refusal(self, status: int, body: Body, what: str) -> EndpointError:
        said = ""
        with contextlib.suppress(EndpointError, LimitError):
            said = " ".join(self.given.hidden(body.read(4 * _SHOWN).decode("utf-8", "replace")).split())[:_SHOWN]
        if status == http.client.BAD_REQUEST and what.partition(" ")[2].startswith("http:") and "https" in said.lower():
            return EndpointError(f"{what}: {_SECURE}")
        why = _REFUSED.get(status, "refuses")
        sent = bool(self.given) and self.auth != "none"
        if status in (401, 403) and sent:
            why = "does not accept this user and password, or this token"
        shown = f" It says: {said}" if said and not said.startswith("<") else ""
        if shown and not shown.endswith((".", "!", "?")):
            shown += "."
        hint = f" Is --auth {self.auth} right? {credentials.WHERE}" if status == http.client.UNAUTHORIZED else ""
        return EndpointError(f"{what}: the store {why} (status {status}).{shown}{hint}")

    def _connected(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        secure = parts.scheme == "https"
        proxy = "" if local(url) or urllib.request.proxy_bypass(host) else _proxy(parts.scheme)
        at, by = (urlsplit(proxy).hostname or "", urlsplit(proxy).port) if proxy else (host, port)
        if not secure:
            return http.client.HTTPConnection(at, by, timeout=self.seconds)
        line = Secure(at, by, self.seconds, host)
        if proxy:
            line.set_tunnel(host, port)
        return line

    def _answered(
        self, line: http.client.HTTPConnection, sent: Sent, until: float, what: str
    ) -> http.client.HTTPResponse:
        """Return the response after logging in and after redirects within the origin."""
        if self.auth == "digest" and self.given and not self._challenge:
            with contextlib.closing(self._connected(sent.url)) as first:  # a large body is not sent in vain
                self._learn(self._once(first, Sent("GET", sent.url, {}), until))
        renewed = False
        for _ in range(_REDIRECTS + 1):
            response = self._once(line, sent, until)
            if response.status == http.client.UNAUTHORIZED and self._challenge and not renewed:
                self._learn(response)
                renewed = True
            elif response.status in _MOVED:
                sent = sent._replace(url=_next(sent, response, what))
            else:
                return response
            line.close()
        raise EndpointError(f"{what}: the store sends from one address to the next. Name the last one.")

    def _once(self, line: http.client.HTTPConnection, sent: Sent, until: float) -> http.client.HTTPResponse:
        parts = urlsplit(sent.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": AGENT, "Connection": "close", "Accept-Encoding": "identity", **sent.headers}
        headers |= self._login(sent.method, path)
        if sent.method in ("POST", "PUT"):
            headers["Content-Length"] = str(sent.length)
        through = not isinstance(line, http.client.HTTPSConnection) and line.host != parts.hostname
        try:
            line.request(sent.method, sent.url if through else path, _pieces(sent, until), headers)
        except (BrokenPipeError, ConnectionResetError):  # it may have answered before it had read everything
            with contextlib.suppress(OSError, http.client.HTTPException):
                return line.getresponse()
            raise
        if line.sock is not None:
            line.sock.settimeout(max(until - time.monotonic(), 0.001))
        return line.getresponse()

    def _learn(self, response: http.client.HTTPResponse) -> None:
        for one in response.headers.get_all("WWW-Authenticate") or []:
            if one.lower().startswith("digest "):
                self._challenge, self._count = one[len("digest ") :], 0

    def _login(self, method: str, path: str) -> dict[str, str]:
        if self.auth == "basic" and self.given:
            return {"Authorization": self.given.basic()}
        if self.auth == "bearer" and self.given.token:
            return {"Authorization": f"Bearer {self.given.token}"}
        if self.auth == "digest" and self._challenge:
            self._count += 1
            own = secrets.token_hex(8)
            return {"Authorization": credentials.digest(self.given, self._challenge, method, path, self._count, own)}
        return {}


def local(url: str) -> bool:
    """Tell whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_SECURE = "this port speaks TLS. Write https://."


def _of_tls(error: OSError, url: str) -> str:
    """Return in a sentence why there was no connection with TLS."""
    if isinstance(error, ssl.SSLCertVerificationError):
        doubt = error.verify_message or "it cannot be checked"
        return (
            f"the certificate is not to be trusted ({doubt}). If an authority of your own vouches for it, name the "
            "file of its certificate (PEM) in SSL_CERT_FILE."
        )
    reason = getattr(error, "reason", None)  # which those have that OpenSSL knows
    if reason in _NO_TLS or (reason is None and _speaks_plainly(url)):
        return "this port does not speak TLS. Write http://."
    said = reason or error.strerror or "no answer"
    return f"no connection with TLS ({said}). Does this port speak TLS? If not, write http://."


def _speaks_plainly(url: str) -> bool:
    """Tell whether a server answers HTTP without TLS; nothing is asked for, and nothing secret sent."""
    parts = urlsplit(url)
    with contextlib.suppress(OSError), socket.create_connection(_place(url), _PROBE) as line:
        line.settimeout(_PROBE)
        line.sendall(f"HEAD / HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        return line.recv(len(b"HTTP/")) == b"HTTP/"
    return False


def _speaks_tls(url: str) -> bool:
    """Tell whether a server shakes hands for TLS, whoever it is; nothing is sent after that."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError), socket.create_connection(_place(url), _PROBE) as line:
        line.settimeout(_PROBE)
        with context.wrap_socket(line):
            return True
    return False


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _proxy(scheme: str) -> str:
    found = urllib.request.getproxies().get(scheme, "")
    return found if "://" in found or not found else f"http://{found}"


def _pieces(sent: Sent, until: float) -> Iterator[bytes] | None:
    if not sent.length:
        return None
    return _of_bytes(sent.body) if isinstance(sent.body, bytes) else _of_file(sent.body, until, sent.seen)


def _of_bytes(body: bytes) -> Iterator[bytes]:
    yield body


def _of_file(body: BinaryIO, until: float, seen: Callable[[int], None]) -> Iterator[bytes]:
    body.seek(0)
    while part := body.read(_CHUNK):
        if time.monotonic() > until:
            raise TimeoutError
        yield part
        seen(body.tell())


def _next(sent: Sent, response: http.client.HTTPResponse, what: str) -> str:
    place = urljoin(sent.url, response.headers.get("Location", ""))
    old, new = urlsplit(sent.url), urlsplit(place)
    if (old.scheme, old.hostname, old.port) != (new.scheme, new.hostname, new.port) or "@" in new.netloc:
        raise EndpointError(
            f"{what}: the store sends to another place ({new.scheme}://{new.hostname}), where nothing is sent by "
            "itself. Name that address if you trust it."
        )
    if sent.method not in ("GET", "HEAD") and response.status not in _AGAIN:
        raise EndpointError(f"{what}: the store sends elsewhere (status {response.status}). Name the right address.")
    return place
