"""Writes cases.json: what the package answers where the scripts of the site must answer the same.

`python tests/web/make_cases.py` writes it beside this file; a test makes it anew and compares.
"""

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from leukograph import evidence, formats, lookup, names, questions, reports, sandbox
from leukograph.errors import CallError
from leukograph.names import LGD, LGO, OA, XSD, graph_iri
from leukograph.records import Answer, Iri, Text

HERE = Path(__file__).parent
TEXT = """About bread 🍞

Bread may rise. It is “new” every day.

Some kinds are:
• rye bread
• oat bread
"""
PASSAGES = {
    "bread-title": "About bread 🍞",
    "bread-first": "Bread may rise.",
    "bread-second": "It is “new” every day.",
    "bread-list": "Some kinds are:",
    "bread-rye": "rye bread",
    "bread-oat": "oat bread",
    "bread-mention": "Bread",
    "bread-cue": "may",
}
COPIES = {
    "the page": TEXT,
    "line ends of Windows": TEXT.replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + TEXT,
    "another word": TEXT.replace("may", "might"),
    "a sentence before it": TEXT.replace("Bread may", "Hear this. Bread may"),
    "items exchanged": TEXT.replace("rye", "x").replace("oat", "rye").replace("x bread", "oat bread"),
    "an item taken away": TEXT.replace("• rye bread\n", ""),
    "an item carried over the introduction": "rye bread\n" + TEXT.replace("• rye bread\n", ""),
    "text added": TEXT + "\nNew words 😀 here.\n",
    "no line ends": " ".join(TEXT.split()),
    "without-break spaces and dashes": TEXT.replace("• ", "-\u00a0"),
    "nothing of it": "Something else.\n",
    "nothing": "",
}
# A query, and its columns as the engine has them.
STARS = [
    ("SELECT * { ?z a ?b . OPTIONAL { ?z ?a ?m } }", "a b m z"),
    ("PREFIX x: <http://x/?c>\n# ?c\nselect distinct * { $z x:p '?b' ; x:q ?b . ?c ?z ?a }", "a b c z"),
    ("SELECT*{?b ?a 1}", "a b"),
    ("SELECT ?b ?a { { SELECT * { ?a ?b ?c } } }", "b a"),
    ("SELECT * { { SELECT ?b (COUNT(?n) AS ?a) { ?b ?c ?n } GROUP BY ?b } ?d ?e ?b }", "a b d e"),
    ("SELECT (COUNT(*) AS ?z) ?a { ?a ?p ?o } GROUP BY ?a", "z a"),
    ("SELECT * { ?größe a ?a }", "a größe"),
]
SAID = [
    "plain",
    "tab\tand\nline",
    "a\u202eb\u200bc",
    "\x00\x1b[1m\x7f",
    "\ufeffmark",
    "\U000e0041tag",
    "soft\u00adhyphen",
    "😀",
]
NAMES = [
    "Blincyto®",
    "Ph–positive  ALL",
    "T-cell ALL",
    "Ph+",
    " -x- ",
    "G‑CSF",
    "Straße",
    "’tis",
    "Ph- ALL",
    "A\u00a0B",
]
CELLS = ["", "=1+1", "+1", "-1", "@a", "\t=x", "'quoted", " =x", "\u200b=x", "＝x", "a=b", "\nx", "plain", "\u00a0@x"]
IRIS = [
    "https://w3id.org/leukograph/data/blinatumomab",
    "https://w3id.org/leukograph/data/a-",
    "https://w3id.org/leukograph/data/a.b",
    "https://w3id.org/leukograph/data/",
    "http://purl.obolibrary.org/obo/MONDO_0000870",
    "urn:x",
    "not an iri",
    "x:<y>",
    'x:"',
    "x:\u0085",
    "1x:y",
    "x",
]
SHORT = ["MONDO:0000870", "mondo:0000870", "lgd:blinatumomab", "http://x", "lgd:a b", "nothing:x", "plain"]
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * FROM <https://w3id.org/leukograph/graph/page> { ?s ?p ?o }",
    "SELECT * FROM NAMED<https://w3id.org/leukograph/graph/background> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "PREFIX g: <https://w3id.org/leukograph/graph/> SELECT * FROM g:page { ?s ?p ?o }",
    "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }",
    "SELECT * { sErViCe#c\n<http://localhost/> { ?s ?p ?o } }",
    "SELECT ?service { ?s ?p ?service }",
    "SELECT * { ?s <http://x/service> 'SERVICE' } # SERVICE",
    "PREFIX service: <http://x/> SELECT * { ?s service:p ?o }",
    "PREFIX x: <http://x/> SELECT * { ?s x:service ?o }",
    "LOAD <http://x>",
    "INSERT DATA { <x:a> <x:b> <x:c> }",
    "PREFIX insert: <http://x/> SELECT * { ?s insert:p ?o }",
    'SELECT * { ?s ?p """from <x:y> " SERVICE""" }',
    "ASK { FILTER(1 <'SERVICE' && 2 > 1) }",
    "SELECT * { ?from ?p ?o }",
]
QUESTION = """#+ summary: Which?
#+ description: Which.
#+ tags: test
#+ layers: page
#+ param: one Drug optional One.
#+ param: two Drug many Two.
#+ show: one
#+ empty: None.
#+ example: none

SELECT ?one ?two
WHERE {
  #: one
    #: two
  ?one ?p ?two .
}
ORDER BY ?one ?two
"""
VALUES: list[dict[str, list[str]]] = [
    {},
    {"one": ["http://x/a"]},
    {"two": ["http://x/a", "http://x/ü"]},
    {"one": ["http://x/a> } #"]},
    {"one": ["x y"]},
    {"one": ['http://x/" ?p']},
]


def main() -> None:
    """Write the cases."""
    (HERE / "cases.json").write_text(text(), encoding="utf-8")


def text() -> str:
    """Return the cases as JSON."""
    return json.dumps(cases(), ensure_ascii=True, indent=1) + "\n"


def cases() -> dict[str, Any]:
    """Return what the package answers to everything above."""
    store = page()
    question = questions.parse("which", "which.rq", QUESTION)
    return {
        "visible": [[one, formats.visible(one)] for one in SAID],
        "fold": [[one, lookup.fold(one)] for one in NAMES],
        "guarded": [[one, formats.guarded(one)] for one in CELLS],
        "isIri": [[one, names.is_iri(one)] for one in IRIS],
        "shorten": [[one, names.shorten(one)] for one in IRIS],
        "expand": [[one, names.expand(one)] for one in SHORT],
        "prefixes": names.PREFIXES,
        "mentioned": [
            [sparql, columns.split(), sandbox.mentioned(sparql, columns.split())] for sparql, columns in STARS
        ],
        "refuse": [[one, refused(one)] for one in QUERIES],
        "bind": {"sparql": question.sparql, "calls": [[one, bound(question, one)] for one in VALUES]},
        "csv": {"plain": formats.csv(answer()), "spreadsheet": formats.csv(answer(), spreadsheet=True)},
        "json": json.loads(formats.json(answer())),
        "graph": "".join(sorted(f"{quad} .\n" for quad in store)),
        "copies": [
            {"why": why, "text": copy, "proof": json.loads(reports.proof_json(evidence.verify(store, copy)))}
            for why, copy in COPIES.items()
        ],
    }


def answer() -> Answer:
    """Return an answer with every kind of cell."""
    string, number = XSD + "string", XSD + "integer"
    rows = (
        (Iri("https://w3id.org/leukograph/data/blinatumomab"), Text("=1+1", string), Text("7", number)),
        (Iri("_:b0"), Text('a "quoted", line\r\nend', names.RDF + "langString", "en"), None),
    )
    return Answer(("thing", "words", "count"), rows)


def refused(sparql: str) -> list[str] | str:
    """Return the graphs that a query names, or `refused`."""
    try:
        return sorted(one.removeprefix(names.LGG) for one in sandbox.refuse(sparql))
    except CallError:
        return "refused"


def bound(question: Any, values: dict[str, list[str]]) -> str:
    """Return the bound query, or `refused`."""
    try:
        return questions.bind(question, {name: tuple(given) for name, given in values.items()})
    except CallError:
        return "refused"


def page() -> ox.Store:
    """Return the invented page as a store, with the place and the digest of each passage."""
    store = ox.Store()
    graph = ox.NamedNode(graph_iri("page"))
    store.load(path=str(HERE / "page.ttl"), format=ox.RdfFormat.TURTLE, to_graph=graph)
    digest = ox.NamedNode(LGO + "digest")
    store.add(ox.Quad(ox.NamedNode(LGD + "bread-page"), digest, ox.Literal(evidence.sha256(TEXT)), graph))
    for name, words in PASSAGES.items():
        start = TEXT.index(words)
        iri, position = ox.NamedNode(LGD + name), ox.NamedNode(f"{LGD}{name}-position")
        store.add(ox.Quad(iri, digest, ox.Literal(evidence.sha256(words)), graph))
        store.add(ox.Quad(iri, ox.NamedNode(OA + "hasSelector"), position, graph))
        for edge, place in (("start", start), ("end", start + len(words))):
            store.add(ox.Quad(position, ox.NamedNode(OA + edge), ox.Literal(place), graph))
    return store


if __name__ == "__main__":
    main()
