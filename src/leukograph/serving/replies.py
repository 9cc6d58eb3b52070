"""What goes over the wire: headers that every answer has, problems with their status, and what a validator is."""

import html
import json
from http import HTTPStatus

from leukograph.serving.framing import Reply

Header = tuple[bytes, bytes]
BUSY_SECONDS = 2
PROBLEM_TYPE = "application/problem+json"
_RETRY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
EVERYWHERE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Retry-After, Link"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
# Pages have their own policy in themselves; only what such a policy cannot hold stands here.
OF_PAGES: tuple[Header, ...] = (
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
)
OF_DATA: tuple[Header, ...] = ((b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),)
# What the page of a problem holds where title and sentence go.
TITLE, DETAIL = "$title", "$detail"
_TITLES = {
    HTTPStatus.BAD_REQUEST: "This cannot be asked so",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.NOT_ACCEPTABLE: "This cannot be given so",
}
_TEXT = ("text/", "application/javascript")


def problem_reply(status: int, words: str) -> Reply:
    """Return a reply that says in a sentence what is wrong; it gets its form when it is sent."""
    return Reply(status, "", stable=False, body=words.encode("utf-8", "backslashreplace"))


def is_problem(reply: Reply) -> bool:
    """Tell whether a reply is a sentence that has no form yet."""
    return not reply.media and reply.status >= HTTPStatus.BAD_REQUEST


def page_of_problem(reply: Reply, page: bytes) -> Reply:
    """Return a problem as a page for people; `page` holds TITLE and DETAIL where its words go."""
    title = _TITLES.get(HTTPStatus(reply.status), HTTPStatus(reply.status).phrase)
    whole = page.replace(TITLE.encode(), html.escape(title).encode())
    body = whole.replace(DETAIL.encode(), html.escape(reply.body.decode()).encode())
    return Reply(reply.status, "text/html", stable=False, body=body)


def content_of_problem(reply: Reply) -> bytes:
    """Return a problem as RFC 9457 writes it."""
    said = {"status": reply.status, "title": HTTPStatus(reply.status).phrase, "detail": reply.body.decode()}
    return (json.dumps(said, ensure_ascii=False) + "\n").encode()


def headers(reply: Reply, etag: str = "", more: tuple[Header, ...] = ()) -> tuple[list[Header], bytes]:
    """Return the headers of a reply, and its body as it is sent."""
    media, body = reply.media, reply.body
    found: list[Header] = []
    if is_problem(reply):
        media, body = PROBLEM_TYPE, content_of_problem(reply)
    if reply.status in _RETRY:
        found.append((b"retry-after", str(BUSY_SECONDS).encode()))
    if media:
        charset = "; charset=utf-8" if media.startswith(_TEXT) else ""
        found.append((b"content-type", f"{media}{charset}".encode()))
    if reply.status != HTTPStatus.NO_CONTENT:
        found.append((b"content-length", str(len(body)).encode()))
    if etag:
        found += [(b"etag", etag.encode()), (b"cache-control", b"no-cache")]
    else:
        found.append((b"cache-control", b"no-store"))
    found += EVERYWHERE
    found += OF_PAGES if media.startswith("text/html") else OF_DATA
    found += more
    return found, body


def matches(etag: str, if_none_match: str) -> bool:
    """Tell whether a validator is among those of a header, compared weakly (RFC 9110, section 8.8.3.2)."""
    known = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return bool(etag) and ("*" in known or etag.removeprefix("W/") in known)
