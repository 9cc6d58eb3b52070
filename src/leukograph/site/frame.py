"""The frame of every page: head, navigation, main part, and the footer that says what this is not."""

import base64
import hashlib
from typing import NamedTuple

from leukograph import __version__
from leukograph.site.markup import Html, el, join

NAME = "Leukograph"
NOTICE = "This reports what one page for patients says. It is not medical advice, ranks nothing and completes nothing."
# What scripts may turn text into, as app/router and the worker's starter declare it (Trusted Types).
TYPED = "require-trusted-types-for 'script'; trusted-types leukograph-pages leukograph-worker"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
    "worker-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; " + TYPED
)
NAVIGATION = (
    ("", "Options"),
    ("reading/", "Reading view"),
    ("ask/", "Ask"),
    ("console/", "SPARQL"),
    ("index/", "Index"),
    ("ontology/", "Words"),
    ("rule/", "Rules"),
)


# What lies beside a page that has RDF, by media type.
FEEDS = (("text/turtle", "index.ttl"), ("application/ld+json", "index.jsonld"))


class Page(NamedTuple):
    """One page of the site.

    `address` is its folder below the root, `kind` what scripts know it by; `files` lie beside it; `scripts` are of
    assets beside app.js; `blocks` are of data for its end; `feeds` are (media type, name) of what says the same.
    """

    address: str
    title: str
    kind: str
    main: Html
    summary: str = ""
    scripts: tuple[str, ...] = ()
    blocks: tuple[Html, ...] = ()
    feeds: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


def up(address: str) -> str:
    """Return what leads from a page's folder to the root."""
    return "../" * address.count("/")


def digest(text: str) -> str:
    """Return how a policy names a script or style that stands in the page itself."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def astray(page: Page, style: str) -> bytes:
    """Return the page for what is missing where nobody knows the root: it needs nothing beside it and links nowhere.

    `style` is the text of the style sheet, which the policy names by its digest.
    """
    policy = f"default-src 'none'; style-src {digest(style)}; form-action 'none'; base-uri 'none'"
    head = el("head", opening(policy), el("title", f"{page.title} · {NAME}"), Html(f"<style>{style}</style>"))
    bar = el("header", el("span", NAME, class_="brand"))
    foot = el("footer", el("p", el("strong", NOTICE)))
    whole = el("html", head, el("body", bar, el("main", page.main, id="main"), foot), lang="en", data_page=page.kind)
    return f"<!DOCTYPE html>\n{whole}\n".encode()


def opening(policy: str) -> list[Html]:
    """Return what stands first in a head, the policy before everything that it rules."""
    return [
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
    ]


def document(page: Page, base: str = "") -> bytes:
    """Return a page as HTML; with `base`, the address of the root, it names its own where that is of the web.

    The page for what is missing answers at any address, so its links are whole ones where they can be.
    """
    is_missing, is_web = page.kind == "missing", base.startswith("http")
    root = base if base and is_missing else up(page.address)
    title = page.title if page.title == NAME else f"{page.title} · {NAME}"
    head = el(
        "head",
        opening(POLICY),
        el("title", title),
        el("meta", name="description", content=page.summary or NOTICE),
        el("link", rel="canonical", href=base + page.address) if is_web and not is_missing else None,
        el("link", rel="icon", href=root + "assets/icon.svg", type="image/svg+xml"),
        el("link", rel="stylesheet", href=root + "assets/style.css"),
        [el("link", rel="alternate", type=kind, href=name) for kind, name in page.feeds],
        el("script", src=root + "assets/app.js", defer=True),
        [el("script", src=f"{root}assets/{one}", defer=True) for one in page.scripts],
    )
    whole = el("html", head, body(page, root), lang="en", data_root=root or "./", data_page=page.kind)
    return f"<!DOCTYPE html>\n{whole}\n".encode()


def body(page: Page, root: str) -> Html:
    """Return what a reader sees of a page; `root` leads to the root of the site."""
    links = []
    for address, words in NAVIGATION:
        here = address == page.address and page.kind != "missing"
        links.append(el("li", el("a", words, href=root + address or "./", aria_current="page" if here else None)))
    bar = el(
        "header",
        el("a", "Skip to content", class_="skip", href="#main"),
        el("a", NAME, class_="brand", href=root or "./"),
        el("nav", el("ul", links), aria_label="Main"),
        search(root),
    )
    foot = el(
        "footer",
        el("p", el("strong", NOTICE)),
        el(
            "p",
            f"Leukograph {__version__}. Ontology, data and questions: CC BY 4.0; facts from elsewhere keep the ",
            el("a", "licences of their sources", href=root + "ask/sources/"),
            ". ",
            el("a", "About the page", href=root + "ask/about-the-page/"),
            ".",
        ),
    )
    return el("body", bar, el("main", page.main, id="main", tabindex="-1"), foot, join(page.blocks))


def search(root: str) -> Html:
    """Return the search box that every page has; without scripts it leads to the index of all names."""
    return el(
        "form",
        el("label", "Search", for_="search", class_="unseen"),
        el("input", id="search", name="q", type="search", placeholder="Search names", autocomplete="off"),
        el("ul", id="hits", class_="hits", aria_label="What was found"),
        role="search",
        action=root + "index/",
    )
