"""The site as one file: its pages, data, scripts and styles as blocks of one HTML document."""

import base64
import gzip
import json
import re

from leukograph.errors import DataError
from leukograph.site.frame import NAME, NOTICE, TYPED, Page, body, digest, opening
from leukograph.site.markup import Html, el, join

_SCRIPTS = ("app.js", "console.js")
_LICENCES = "LICENSES.txt"
_AS_TEXT = ("worker.js",)


def document(pages: list[Page], resources: dict[str, bytes], built: dict[str, bytes]) -> bytes:
    """Return the file; `resources` and `built` are what pages find under assets/ elsewhere."""
    start = next(one for one in pages if one.address == "" and one.kind == "start")
    held = {
        ("404.html" if one.kind == "missing" else one.address): {"title": one.title, "main": one.main, "page": one.kind}
        for one in pages
    }
    packed = {"pages.json": _compact(held), **resources}
    packed |= {name: one for name, one in built.items() if name.endswith(".wasm") or name == _LICENCES}
    blocks = [_packed(name, content) for name, content in sorted(packed.items())]
    blocks += [_block(name, _script(name, built)) for name in _AS_TEXT if name in built]
    scripts = [_script(name, built) for name in _SCRIPTS if name in built]
    style = built.get("style.css", b"").decode()
    icon = base64.b64encode(built.get("icon.svg", b"")).decode()
    head = el(
        "head",
        opening(_policy(scripts, style)),
        el("title", NAME),
        el("meta", name="description", content=NOTICE),
        Html(f'<link rel="icon" href="data:image/svg+xml;base64,{icon}">'),
        Html(f"<style>{style}</style>"),
    )
    frame = body(start._replace(blocks=()), "")
    inner = Html(frame.rpartition("</body>")[0])
    ending = join([*blocks, *(Html(f"<script>{one}</script>") for one in scripts)])
    whole = el("html", head, inner, ending, Html("</body>"), lang="en", data_root="", data_page="start")
    return f"<!DOCTYPE html>\n{whole}\n".encode()


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _packed(name: str, content: bytes) -> Html:
    """Return a block that the scripts unpack when it is asked for; packed, the file has a quarter of its size."""
    text = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return _block(name, text, ' data-packed="gzip"')


def _block(name: str, content: str, more: str = "") -> Html:
    return Html(f'<script type="text/plain" id="resource:{name}"{more}>{content}</script>')


def _script(name: str, built: dict[str, bytes]) -> str:
    """Return a script of the package, in which nothing can be escaped; one that would end its block is a DataError."""
    text = built[name].decode()
    if re.search(r"</script|<!--", text, flags=re.IGNORECASE):
        raise DataError(f"assets/{name}: holds </script or <!--, which ends a script within a page. Build it again.")
    return text


def _policy(scripts: list[str], style: str) -> str:
    """Return the policy of a file that runs exactly its own scripts and styles."""
    own = " ".join(map(digest, scripts))
    return (
        f"default-src 'none'; script-src {own} 'wasm-unsafe-eval'; style-src {digest(style)}; connect-src 'none'; "
        f"worker-src blob:; img-src data:; form-action 'none'; base-uri 'none'; {TYPED}"
    ).replace("script-src  ", "script-src ")
