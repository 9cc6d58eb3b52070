"""What tests of the site share: a page as its reader finds it, with everything a check asks for."""

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

VOID = {"br", "hr", "input", "link", "meta"}
OUTSIDE = ("http://", "https://")


class Read(HTMLParser):
    """One page, read strictly: what is not closed in its turn, and what links, ids, heads and scripts there are."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[tuple[str, str]] = []
        self.loads: list[str] = []
        self.heads: list[int] = []
        self.inputs: list[str] = []
        self.labels: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.blocks: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{name}> is left open" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if len(held) < len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)
        self.tags.append((tag, held))
        self.ids += [held["id"]] if "id" in held else []
        if tag in ("h1", "h2", "h3", "h4"):
            self.heads.append(int(tag[1]))
        if tag == "label":
            self.labels.append(held.get("for", ""))
        if tag in ("input", "select", "textarea"):
            self.inputs.append(held.get("id", "?"))
        self._address(tag, held)
        self.wrong += [f"<{tag} {name}>" for name in held if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in held and "json" not in held.get("type", "")):
            self.wrong.append(f"inline <{tag}>")
        if tag == "script" and "src" not in held:
            self.blocks.append((held.get("type", ""), ""))

    def _address(self, tag: str, held: dict[str, str]) -> None:
        if "src" in held or (tag == "link" and held.get("rel") in ("stylesheet", "icon")):
            self.loads.append(held.get("src") or held.get("href", ""))
        elif "href" in held and held["href"].startswith(OUTSIDE):
            self.outside.append((held["href"], held.get("rel", "")))
        elif "href" in held:
            self.links.append(held["href"])
        elif "action" in held:
            self.links.append(held["action"])

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            kind, before = self.blocks[-1]
            self.blocks[-1] = kind, before + data
        else:
            self.words.append(data)


def target(path: str, link: str) -> tuple[str, str]:
    """Return the file below the root that a relative link of a page leads to, and the place in it."""
    parts = urlsplit(link)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
    if parts.path.endswith("/") or joined == ".":
        joined = posixpath.join(joined, "index.html")
    return posixpath.normpath(joined), unquote(parts.fragment)
