"""HTML as values: text is escaped wherever it enters, and only what was made here is markup."""

import json
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from leukograph.errors import DataError
from leukograph.formats import visible
from leukograph.names import is_iri

VOID = frozenset({"br", "hr", "input", "link", "meta"})
_WEB = ("http://", "https://")
_ADDRESSES = frozenset({"href", "src", "action"})


class Html(str):
    """Markup that was made by this module: whatever is no Html is text, and is escaped."""

    __slots__ = ()


@lru_cache(maxsize=65536)
def text(words: str) -> Html:
    """Return text as markup, with control and bidirectional characters shown as escapes."""
    return Html(escape(visible(words)))


@lru_cache(maxsize=1024)
def _called(key: str) -> str:
    """Return the name of an attribute; one that would run, or style, is a DataError."""
    name = key.rstrip("_").replace("_", "-")
    if name.startswith("on") or name == "style":
        raise DataError(f"{name}: a page of the site has no inline script and no inline style. Leave it out.")
    return name


def join(children: object) -> Html:
    """Return children one after the other: markup as it is, text escaped, None left out."""
    if children is None:
        return Html("")
    if isinstance(children, Html):
        return children
    if isinstance(children, str | int):
        return text(str(children))
    if isinstance(children, Iterable):
        return Html("".join(map(join, children)))
    raise TypeError(children)


def el(name: str, /, *children: object, **attributes: str | int | bool | None) -> Html:
    """Return an element; `class_` is class, `data_x` is data-x; attributes that are None or False are left out.

    Raises DataError for what would run as a script: a handler, a style, an address that is neither of the site nor
    of the web.
    """
    parts = [name]
    for key, value in attributes.items():
        called = _called(key)
        if value is None or value is False:
            continue
        if called in _ADDRESSES and not is_address(str(value)):
            raise DataError(f"{value!r}: this is no address to link to. Show it as text.")
        parts.append(called if value is True else f'{called}="{text(str(value))}"')
    inside = "" if name in VOID else f"{join(children)}</{name}>"
    return Html(f"<{' '.join(parts)}>{inside}")


def is_address(address: str) -> bool:
    """Tell whether an address may be linked to: one of the web, or one relative to the page."""
    if address.startswith(_WEB):
        return is_iri(address)
    head = address.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    return ":" not in head and not address.startswith("//") and "\\" not in address


def outside(iri: str, words: str) -> Html:
    """Return a link to an IRI that is not of the site; one that is not of the web is shown as text."""
    if iri.startswith(_WEB):
        return el("a", words, href=iri, title=iri, class_="iri", rel="external noreferrer")
    return el("code", iri, class_="iri")


def data(kind: str, value: object, name: str | None = None) -> Html:
    """Return a block of JSON that scripts or machines read; nothing in it can end the block."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=False, separators=(",", ":"))
    return el("script", Html(harmless(written)), type=kind, id=name)


def harmless(written: str) -> str:
    """Return JSON in which no character can end a script block or open a comment."""
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


def table(head: Iterable[object], rows: Iterable[Html], label: str, **attributes: str | None) -> Html:
    """Return a table that scrolls within its own box; `rows` are made elements."""
    columns = el("tr", [el("th", one, scope="col") for one in head])
    return scroll(el("table", el("thead", columns), el("tbody", rows), aria_label=label, **attributes), label)


def scroll(inner: Html, label: str, class_: str = "scroll") -> Html:
    """Return a box in which wide content scrolls; where it holds no link, the keyboard reaches the box itself."""
    if "<a " in inner:
        return el("div", inner, class_=class_)
    return el("div", inner, class_=class_, tabindex="0", role="region", aria_label=label)


def slug(kind: str) -> str:
    """Return a kind as the name of a place within a page."""
    return "".join(char if char.isalnum() else "-" for char in kind.lower())
