"""A site of five pages made by hand, with the hooks that the scripts use, about a page that was invented.

Its policy is stricter than that of the real site: it guards against markup and scripts made of text as well.
"""

import base64
import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

from leukograph.names import PREFIXES

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "src" / "leukograph" / "assets"
GUARD = "require-trusted-types-for 'script'; trusted-types leukograph-pages leukograph-worker"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
    f"worker-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; {GUARD}"
)
QUESTION = """PREFIX lgo: <https://w3id.org/leukograph/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?statement ?statementLabel (STRLEN(?statementLabel) AS ?letters)
WHERE {
  #: statement
  ?statement a lgo:Statement ; rdfs:label ?name .
  BIND(STR(?name) AS ?statementLabel)
}
ORDER BY ?statement
"""
SEARCH = [
    {"label": "bread of rye", "kind": "statement", "address": "data/bread-of-rye/", "components": [],
     "names": [["bread of rye", "label"], ["Vollkorn®", "brand name"]]},
    {"label": "<img src=x onerror=alert(1)>\u202e", "kind": "trap", "address": "data/trap/", "components": [],
     "names": [["<img src=x onerror=alert(1)>\u202e", "label"]]},
]  # fmt: skip
MAINS = {
    "": (
        "start",
        (
            '<h1>Start</h1><div class="scroll" tabindex="0" role="region" aria-label="Options">'
            '<table id="options"><thead>'
            '<tr><th scope="col">Option</th><th scope="col">rye</th><th scope="col">oat</th></tr></thead><tbody>'
            '<tr><th scope="row">loaf</th><td class="modality">'
            '<a class="wording" href="data/bread-of-rye/">may</a></td>'
            '<td class="not-stated">not stated on this page</td></tr>'
            '<tr><th scope="row">roll</th><td class="not-stated">not stated on this page</td>'
            '<td class="modality"><a class="wording" href="data/bread-of-rye/">is possible</a></td></tr>'
            "</tbody></table></div>"
        ),
    ),
    "data/bread-of-rye/": ("statement", '<h1>bread of rye</h1><p><a href="../../console/">console</a></p>'),
    "console/": ("console", '<h1>Console</h1><div id="console"></div>'),
    "ask/which/": (
        "ask",
        (
            '<h1>Which?</h1><form id="ask" data-question="which" action="./"><p><label for="p">statement</label>'
            '<select id="p" name="statement"><option value="">any</option><option value="lgd:bread-may">bread may rise'
            '</option></select></p><p><button type="submit">Answer</button></p></form><div id="answer"></div>'
            '<details><summary>SPARQL</summary><pre id="sparql"></pre></details>'
        ),
    ),
    "reading/": (
        "reading",
        '<h1>Reading</h1><p><label for="copy">File</label><input type="file" id="copy"></p>'
        '<p><label for="pasted">Text</label><textarea id="pasted"></textarea></p><p id="verdict" role="status"></p>'
        '<section id="reading" aria-label="Segments">'
        + "".join(
            f'<article data-segment="https://w3id.org/leukograph/data/{name}"><h2>{name}</h2></article>'
            for name in ("bread-title", "bread-first", "bread-second", "bread-list", "bread-rye", "bread-oat")
        )
        + "</section>",
    ),
}


def make_cases() -> ModuleType:
    """Return the module that holds the invented page."""
    spec = importlib.util.spec_from_file_location("make_cases", ROOT / "tests" / "web" / "make_cases.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def resources() -> dict[str, str]:
    """Return what stands under assets/ besides the built files."""
    choice, iri = ["lgd:bread-may", "bread may rise"], "https://w3id.org/leukograph/data/bread-may"
    question = {"name": "which", "summary": "Which?", "description": "Which.", "sparql": QUESTION, "layers": ["page"],
                "columns": ["statement", "letters"], "empty": "None.", "closing": "", "parameters": [
                    {"name": "statement", "type": "Statement", "required": False, "many": False, "description": "One.",
                     "choices": [choice], "bindings": {choice[0]: iri}}]}  # fmt: skip
    term = {"name": "lgo:mentions", "label": "mentions", "kind": "property", "comment": "Names."}
    return {
        "graph.nq": make_cases().cases()["graph"],
        "questions.json": json.dumps([question]),
        "search.json": json.dumps(SEARCH),
        "vocabulary.json": json.dumps({"prefixes": PREFIXES, "terms": [term]}),
    }


def pages() -> dict[str, bytes]:
    """Return the site by path."""
    made = {f"assets/{path.name}": path.read_bytes() for path in ASSETS.iterdir()}
    made |= {f"assets/{name}": text.encode() for name, text in resources().items()}
    for address, (kind, main) in MAINS.items():
        root = "../" * address.count("/") or "./"
        scripts = "".join(f'<script src="{root}assets/{name}.js" defer></script>' for name in ("app", "console"))
        head = f'<link rel="stylesheet" href="{root}assets/style.css"><link rel="icon" href="data:,">{scripts}'
        made[f"{address}index.html"] = _document(kind, root, POLICY, head, body(root, main)).encode()
    return made


def single() -> bytes:
    """Return the site as one file."""
    held = {address: {"title": f"at {address}", "main": main, "page": kind} for address, (kind, main) in MAINS.items()}
    blocks = {**resources(), "pages.json": json.dumps(held), "worker.js": (ASSETS / "worker.js").read_text("utf-8")}
    blocks["oxigraph.wasm"] = base64.b64encode((ASSETS / "oxigraph.wasm").read_bytes()).decode()
    texts = [(ASSETS / name).read_text("utf-8") for name in ("app.js", "console.js")]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in texts)
    policy = (
        f"default-src 'none'; script-src {hashes} 'wasm-unsafe-eval'; worker-src blob:; img-src data:; "
        f"base-uri 'none'; {GUARD}"
    )
    data = "".join(
        f'<script type="text/plain" id="resource:{name}">{text.replace("</", "<" + chr(92) + "/")}</script>'
        if name.endswith(".json")
        else f'<script type="text/plain" id="resource:{name}">{text}</script>'
        for name, text in blocks.items()
    )
    scripts = "".join(f"<script>{one}</script>" for one in texts)
    inner = body("", MAINS[""][1]) + data + scripts
    return _document("start", "", policy, '<link rel="icon" href="data:,">', inner).encode()


def body(root: str, main: str) -> str:
    """Return header, main and footer of a page."""
    nav = f'<nav aria-label="Main"><a href="{root}console/">SPARQL</a> <a href="{root}reading/">Reading</a></nav>'
    search = '<input id="search" name="q" type="search" aria-label="Search"><ul id="hits" class="hits"></ul>'
    skip = '<a class="skip" href="#main">Skip to content</a>'
    head = f'<header>{skip}{nav}<form role="search" action="./">{search}</form></header>'
    return f'{head}<main id="main" tabindex="-1">{main}</main><footer><p>No medical advice.</p></footer>'


def _document(kind: str, root: str, policy: str, head: str, inner: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en" data-root="{root}" data-page="{kind}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{kind}</title>{head}</head>'
        f"<body>{inner}</body></html>"
    )
