"""Makes the whole site: every page and file by its path, or all of it as one file."""

import json
import os
from collections.abc import Iterator
from typing import Any

from leukograph import contexts, exporting, files, knowledge
from leukograph.site import asking, entity, feeds, lists, rdf, reading, start
from leukograph.site.frame import Page, astray, document
from leukograph.site.known import Known

ASSETS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "assets")


def pages(root: str, base: str = "", tell: knowledge.Tell = knowledge.silent) -> dict[str, bytes]:
    """Return every file of the site by its path, sorted; the same project gives the same bytes.

    `base` is the address of the site's root, which ends in a slash: on the web, which gives a sitemap, or `/` where a
    server has it at its own root; with it the links of the page for what is missing are whole; it has none without.
    """
    known = Known(root, tell)
    made: dict[str, bytes] = {}
    carried = built()
    every = list(_pages(known, base))
    for page in every:
        if page.kind == "missing":
            made["404.html"] = document(page, base) if base else astray(page, carried.get("style.css", b"").decode())
            continue
        made[page.address + "index.html"] = document(page, base)
        made |= {page.address + name: content for name, content in page.files}
    made |= {f"assets/{name}": content for name, content in {**resources(known), **carried}.items()}
    made["context.jsonld"] = files.read(os.path.join(root, *contexts.FILE.split("/")))
    if base.startswith("http"):
        addresses = sorted({base + page.address for page in every if page.kind != "missing"})
        made["sitemap.xml"] = sitemap(addresses)
        made["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n".encode()
    return dict(sorted(made.items()))


def resources(known: Known) -> dict[str, bytes]:
    """Return what scripts read, by name, made from the store."""
    told: dict[str, Any] = {
        "questions.json": asking.described(known),
        "search.json": feeds.search(known),
        "segments.json": reading.described(known),
        "vocabulary.json": feeds.vocabulary(known),
    }
    written = {name: (json.dumps(one, ensure_ascii=False, indent=1) + "\n").encode() for name, one in told.items()}
    return {**written, "graph.nq": rdf.quads(known)}


def built() -> dict[str, bytes]:
    """Return what the package carries for browsers, by name: styles, scripts, their licences."""
    return {name: files.read(os.path.join(ASSETS, name)) for name in sorted(os.listdir(ASSETS)) if name[0] not in "_."}


def _pages(known: Known, base: str = "", *, beside: bool = True) -> Iterator[Page]:
    claims = _claims(known)
    yield start.page(known, claims)
    yield from asking.pages(known)
    yield reading.page(known)
    yield lists.console()
    yield lists.index(known)
    yield lists.ontology(known, beside=beside)
    yield from lists.spaces(known)
    yield from lists.rules(known, beside=beside)
    yield from lists.graphs(known)
    yield lists.missing(base)
    asked = takers(known)
    special = {"ontology/", "graph/"}
    for iri in known.subjects:
        if known.address(iri) not in {"", *special} and iri not in known.rules:
            yield entity.page(known, iri, asked, claims, beside=beside)


def takers(known: Known) -> dict[str, list[tuple[str, str]]]:
    """Return for each entity the questions that can be asked of it alone, with the parameter that takes it.

    A parameter that may be given several times asks of a set, not of a thing.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for question in known.questions.values():
        for param in question.params:
            if param.many or any(one.required for one in question.params if one is not param):
                continue
            for iri in known.candidates(param.kind):
                found.setdefault(iri, []).append((question.name, param.name))
    return found


def _claims(known: Known) -> dict[str, Any]:
    """Return what the pages of the dataset, of statements and of agents say in schema.org's words, each as a document.

    They are the nodes of the export, each with the nodes that it names right away.
    """
    (_, content), *_ = exporting.formats()["schema-org"].make(known.material.choosing("page")).files
    graph = json.loads(content)["@graph"]
    nodes = {one["@id"]: one for one in graph}
    made: dict[str, Any] = {}
    for name, node in nodes.items():
        if node["@type"] in ("Claim", "Drug", "MedicalTherapy", "MedicalTest", "DrugClass", "Gene"):
            named = [nodes[one] for one in sorted(_named(node)) if one in nodes and one != name]
            made[name] = {"@context": "https://schema.org", "@graph": [node, *named]}
    whole = next((one for one in graph if one["@type"] == "Dataset"), None)
    if whole:
        made["dataset"] = {"@context": "https://schema.org", **whole}
    return made


def _named(value: Any) -> set[str]:
    """Return every @id within a value."""
    if isinstance(value, dict):
        own = {value["@id"]} if "@id" in value else set()
        return own.union(*(_named(one) for one in value.values()))
    return set().union(*map(_named, value)) if isinstance(value, list) else set()


def sitemap(addresses: list[str]) -> bytes:
    """Return the addresses of all pages as a sitemap (https://www.sitemaps.org/protocol.html)."""
    from html import escape

    lines = [f"<url><loc>{escape(one)}</loc></url>" for one in addresses]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (head + "\n".join(lines) + "\n</urlset>\n").encode()


def single(root: str, tell: knowledge.Tell = knowledge.silent) -> bytes:
    """Return the whole site as one HTML file that needs nothing beside it and opens from disk."""
    from leukograph.site import alone

    known = Known(root, tell)
    return alone.document(list(_pages(known, beside=False)), resources(known), built())
