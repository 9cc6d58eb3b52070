"""Pages that gather others: the index of all names, the words of the ontology, the rules, graphs, console, 404."""

from leukograph.names import BASE, GRAPHS, LGC, LGD, LGG, LGO, LGR, LGS, LGV, ONTOLOGY, SKOS, graph_iri, shorten
from leukograph.rules import GATES
from leukograph.site import rdf, ruling
from leukograph.site.frame import FEEDS, Page
from leukograph.site.known import Known
from leukograph.site.markup import Html, el, join, slug, table
from leukograph.site.terms import LAYERS, here

# What a reader looks for first; whatever else there is follows, by name.
_FIRST = (
    "disease", "disease state", "age group", "drug", "drug-class option", "regimen family", "procedure",
    "trial participation", "drug class", "treatment option statement", "recommendation statement",
    "definition statement", "comparison statement", "observation statement", "pointer statement", "option list",
    "brand name", "gene", "diagnostic test", "left-out topic", "mutation", "molecular target",
)  # fmt: skip


def index(known: Known) -> Page:
    """Return the index of everything that has a page, by kind."""
    place = here(known, "index/")
    by_kind: dict[str, list[str]] = {}
    for iri in sorted(known.addressed):
        by_kind.setdefault(known.kind(iri), []).append(iri)
    first = {kind: number for number, kind in enumerate(_FIRST)}
    kinds = sorted(by_kind, key=lambda one: (first.get(one, len(first)), one))
    parts = []
    for kind in kinds:
        held = sorted(by_kind[kind], key=lambda one: (known.label(one).casefold(), one))
        items = [
            el("li", place.link(iri), [el("small", " · ", el("bdi", name)) for name in _others(known, iri)], holds)
            for iri in held
            for holds in [_components(known, iri)]
        ]
        head = el("summary", el("h2", kind), " ", el("small", str(len(held))))
        parts.append(el("details", head, el("ul", items, class_="columns"), id=slug(kind), open=kind in first))
    main = [el("h1", "Index"), el("p", "Everything that has a page, by kind.", class_="lead"), parts]
    return Page("index/", "Index", "index", join(main))


def _components(known: Known, iri: str) -> Html | None:
    """Return the agents that a regimen holds, so that it is found by them."""
    place = here(known, "index/")
    held = known.components.get(iri, [])
    links = [[", " if number else None, place.link(one)] for number, one in enumerate(held)]
    return el("p", "said to contain ", links, class_="axiom") if held else None


def _others(known: Known, iri: str) -> list[str]:
    found = (known.material.values(iri, SKOS + name) for name in ("altLabel", "hiddenLabel"))
    return sorted({name for names in found for name in names})


def spaces(known: Known) -> list[Page]:
    """Return the page of each namespace: what it holds. The ontology has a page of its own, and so have the rules."""
    found = []
    for space, title, lead in (
        (LGD, "Records", "Everything that the graphs of data hold, by name."),
        (LGV, "Vocabularies", "The closed lists: each value with its definition is on its page."),
        (LGG, "Named graphs", "What is asserted, inferred and background stands in graphs of its own."),
    ):
        address = space.removeprefix(BASE)
        place = here(known, address)
        held = sorted(one for one in known.addressed if one.startswith(space))
        items = [el("li", place.link(iri), " ", el("small", known.kind(iri))) for iri in held]
        main = [el("h1", title), el("p", lead, class_="lead"), el("ul", items, class_="columns")]
        found.append(Page(address, title, "index", join(main)))
    return found


def ontology(known: Known, *, beside: bool = True) -> Page:
    """Return the documentation of the ontology, made from its own annotations."""
    iri = LGO.removesuffix("/")
    place = here(known, "ontology/")
    values = known.material.values
    terms = [one for one in known.subjects if one.startswith(LGO)]
    by_kind: dict[str, list[str]] = {}
    for one in terms:
        by_kind.setdefault(known.kind(one), []).append(one)
    parts = []
    for kind, held in sorted(by_kind.items(), key=lambda one: (one[0] not in ("class", "property"), one[0])):
        rows = [
            el("tr", el("th", place.link(one), el("br"), el("code", shorten(one)), scope="row", id=_local(one)),
               el("td", [el("bdi", text) for text in values(one, SKOS + "definition")], _axioms(known, one)))
            for one in sorted(held, key=lambda one: (known.label(one).casefold(), one))
        ]  # fmt: skip
        parts.append(el("section", el("h2", kind), table(("term", "meaning"), rows, label=kind, class_="terms")))
    schemes = [one for one in known.subjects if one.startswith(LGV) and known.kind(one) == "closed list"]
    lists = [el("section", el("h2", "closed lists"), [_scheme(known, one) for one in schemes])]
    said = values(iri, "http://purl.org/dc/terms/description")
    version = values(iri, "http://www.w3.org/2002/07/owl#versionInfo")
    main = [
        el("h1", known.label(iri)),
        el("p", said, class_="lead"),
        el("p", "Version ", version, ". Each term has a page; every definition is the project's own.", class_="words"),
        parts,
        lists,
    ]
    made = rdf.beside(known, iri) if beside and iri in known.addressed else ()
    feeds = FEEDS if made else ()
    return Page("ontology/", known.label(iri), "ontology", join(main), feeds=feeds, files=made)


def _local(iri: str) -> str:
    return "term-" + iri.rpartition("/")[2]


def _axioms(known: Known, iri: str) -> Html | None:
    """Return the wider terms of a term that the ontology itself names."""
    place = here(known, "ontology/")
    lines = []
    for name, words in (("subClassOf", "is a kind of"), ("subPropertyOf", "is part of the meaning of")):
        held = known.material.values(iri, "http://www.w3.org/2000/01/rdf-schema#" + name, ONTOLOGY)
        wider = [one for one in held if known.address(one)]
        if wider:
            links = [[", " if number else None, place.link(one)] for number, one in enumerate(wider)]
            lines.append(el("p", words, " ", links, class_="axiom"))
    return join(lines) if lines else None


def _scheme(known: Known, scheme: str) -> Html:
    place = here(known, "ontology/")
    held = known.material.subjects(SKOS + "inScheme", scheme, ONTOLOGY)
    rows = [
        el("tr", el("th", place.link(one), scope="row"),
           el("td", [el("bdi", text) for text in known.material.values(one, SKOS + "definition")]))
        for one in held
    ]  # fmt: skip
    name = known.label(scheme)
    return el("section", el("h3", place.link(scheme)), table(("value", "meaning"), rows, label=name, class_="terms"))


def rules(known: Known, *, beside: bool = True) -> list[Page]:
    """Return the page of each rule of validation, and those that list them; `beside` a shape lies its RDF."""
    made = [_all_rules(known, space.removeprefix(BASE), title) for space, title in (
        (LGR, "Rules of validation"), (LGC, "Checks"), (LGS, "Shapes"))]  # fmt: skip
    for iri, rule in known.rules.items():
        place = here(known, known.address(iri))
        language, text = ruling.source(known.root, rule)
        tested = None
        if text:
            words = "The query that must find nothing" if language == "sparql" else "The shape, as its file writes it"
            tested = el("section", el("h2", words), el("pre", text, class_="code", tabindex="0"))
        facts = [("gate", rule.gate), ("severity", rule.severity)]
        lying = rdf.of_shape(known, iri) if beside and iri.startswith(LGS) else ()
        feeds = FEEDS if lying else ()
        links = [" RDF: ", el("a", "Turtle", href="index.ttl"), " · ", el("a", "JSON-LD", href="index.jsonld")]
        links = links if lying else []
        main = [
            el("p", el("a", "rule", href=place.up + "rule/"), class_="kind"),
            el("h1", known.label(iri)),
            el("p", rule.summary, class_="paraphrase"),
            el("p", el("strong", "What to do: "), rule.fix) if rule.fix else None,
            el("dl", [[el("dt", name), el("dd", value)] for name, value in facts], class_="facts"),
            tested,
            el("p", "The IRI is ", el("code", iri, class_="iri"), ".", links, class_="how"),
        ]
        made.append(
            Page(
                known.address(iri), known.label(iri), "rule", join(main), summary=rule.summary, feeds=feeds, files=lying
            )
        )
    return made


def _all_rules(known: Known, address: str, title: str) -> Page:
    place = here(known, address)
    everything = address == LGR.removeprefix(BASE)
    held = [one for one in known.rules.values() if everything or one.iri.startswith(BASE + address)]
    parts = []
    for gate in (*GATES, "baseline"):
        rows = [
            el("tr", el("th", place.link(one.iri), scope="row"), el("td", one.severity), el("td", one.summary))
            for one in held
            if one.gate == gate
        ]
        if rows:
            shown = table(("rule", "severity", "what is wrong"), rows, label=gate, class_="terms")
            parts.append(el("section", el("h2", gate), shown, id=gate))
    lead = "What validation looks for, gate by gate; each rule says what is wrong and what to do."
    return Page(address, title, "rules", join([el("h1", title), el("p", lead, class_="lead"), parts]))


def graphs(known: Known) -> list[Page]:
    """Return the page of each named graph: what it is, and how much it holds."""
    made = []
    for graph in GRAPHS:
        iri = graph_iri(graph)
        place = here(known, known.address(iri))
        part, title, meaning = LAYERS[graph]
        quads = known.material.quads[graph]
        subjects = sorted({one for one in known.subjects if known.material.about(one, graph)})
        items = [el("li", place.link(one), " ", el("small", known.kind(one))) for one in subjects]
        main = [
            el("p", el("a", "named graph", href=place.up + "graph/"), class_="kind"),
            el("h1", f"The graph {graph}"),
            el("section", el("p", f"{title}: {meaning}."), el("p", f"{len(quads)} triples about {len(subjects)} things "
               "of the project."), class_=part),
            el("section", el("h2", "What it speaks of"), el("ul", items, class_="columns")),
            el("p", "The IRI is ", el("code", iri, class_="iri"), ".", class_="how"),
        ]  # fmt: skip
        made.append(Page(known.address(iri), f"The graph {graph}", "graph", join(main)))
    return made


def console() -> Page:
    """Return the page of the SPARQL console, which scripts fill."""
    main = [
        el("h1", "SPARQL console"),
        el("p", "Free queries over the whole graph, answered in your browser; nothing is sent.", class_="lead"),
        el("div", id="console"),
        el("noscript", el("p", "The console needs scripts. ", el("code", "leukograph query FILE"),
           " does the same on the command line, and every ", el("a", "saved question", href="../ask/"),
           " shows its SPARQL.")),
    ]  # fmt: skip
    return Page("console/", "SPARQL console", "console", join(main), scripts=("console.js",))


def missing(base: str = "") -> Page:
    """Return the page for an address at which there is nothing.

    `base` is the address of the root; without it no link of a page that answers anywhere could be right.
    """
    words = "Nothing has this address. That says nothing about the page that the graph is about."
    return problem("There is no such page", words, base)


def problem(title: str, words: str, base: str = "") -> Page:
    """Return the page that says in a sentence why an address gives nothing, with the ways on from there."""
    ways = [
        el("a", "To the start", href=base),
        " · ",
        el("a", "To the index of everything", href=f"{base}index/"),
    ]
    main = [
        el("h1", title),
        el("p", words),
        el("p", ways if base else "Shorten the address, or go back, to come to the pages that there are."),
    ]
    return Page("", title, "missing", join(main))
