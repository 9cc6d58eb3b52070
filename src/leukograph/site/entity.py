"""The page of one IRI: what saved questions answer of it, every triple layer by layer, its neighbours, its RDF."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from leukograph.names import (
    BACKGROUND,
    INFERRED,
    INFERRED_BACKGROUND,
    LGO,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS,
    graph_iri,
    shorten,
)
from leukograph.site import answered, drawing, grid, rdf
from leukograph.site.frame import FEEDS, Page
from leukograph.site.known import Known
from leukograph.site.markup import Html, data, el, join, slug, table
from leukograph.site.terms import LAYERS, Here, here, passage, term

if TYPE_CHECKING:
    import pyoxigraph as ox

_FORMS = (("Turtle", "index.ttl"), ("JSON-LD", "index.jsonld"))
# Records whose neighbours are few and always the same: the table says it all.
UNDRAWN = frozenset({"cue", "mapping", "mention", "position", "scope"})
MOST = 200
# The question that shows a statement whole, and what of it the head of its page says already.
_WHOLE = "statement"
_HEDGED = ("hasModality", "hasHedge", "hasQuantifier", "forDisease", "coversState", "forAgeGroup")
_ABOVE = frozenset(
    {RDFS_LABEL, *(LGO + one for one in (*_HEDGED, "cuedBy", "editorialNote", "paraphrase", "statedIn"))}
)


def page(
    known: Known,
    iri: str,
    asking: dict[str, list[tuple[str, str]]],
    claims: dict[str, object],
    *,
    beside: bool = True,
) -> Page:
    """Return the page of an IRI; `asking` says which questions take it as which parameter.

    Without `beside` there are no files beside it: its RDF is what the console gives.
    """
    address = known.address(iri)
    place = here(known, address)
    kind = known.kind(iri)
    is_statement = bool(known.material.values(iri, LGO + "paraphrase", PAGE))
    made = rdf.beside(known, iri) if beside else ()
    main = [
        el("p", el("a", kind, href=place.up + "index/#" + slug(kind)), class_="kind"),
        el("h1", el("bdi", known.label(iri))),
        el("p", el("code", shorten(iri), class_="iri"), class_="address"),
        _head(place, iri),
        grid.of_option(place, iri),
        answered.sections(place, iri, [one for one in asking.get(iri, []) if one[0] != _WHOLE]),
        _triples(place, iri, whole=is_statement),
        drawing.section(place, iri) if kind not in UNDRAWN else None,
        _machine(place, iri, made),
    ]
    blocks = (data("application/ld+json", claims[iri]),) if iri in claims else ()
    label = known.label(iri)
    return Page(
        address,
        label,
        "statement" if is_statement else "entity",
        join(main),
        summary=f"{label}: {kind} in Leukograph, a graph of what one page for patients says. Not medical advice.",
        blocks=blocks,
        feeds=FEEDS if made else (),
        files=made,
    )


def _head(place: Here, iri: str) -> Html:
    """Return what a reader needs first: our paraphrase or the definition, then modality, population, place, names."""
    found = place.known.material.values
    said = [el("p", el("bdi", text), class_="paraphrase") for text in found(iri, LGO + "paraphrase", PAGE)]
    said += [el("p", el("bdi", text), class_="definition") for text in found(iri, SKOS + "definition")]
    notes = found(iri, LGO + "editorialNote", PAGE)
    facts = _facts(place, iri)
    shown = el("dl", [[el("dt", name), value] for name, value in facts], class_="facts") if facts else None
    return join([said, shown, [el("p", el("strong", "Note: "), el("bdi", text), class_="note") for text in notes]])


def _facts(place: Here, iri: str) -> list[tuple[str, Html]]:
    known = place.known
    found = known.material.values
    facts = []
    for name in _HEDGED:
        values = [term(place, one) for one in known.material.terms(iri, LGO + name, PAGE)]
        if values:
            facts.append((known.label(LGO + name), el("dd", _spaced(values), class_=_chip(name))))
    cues = [
        el("q", place.link(one, text))
        for one in found(iri, LGO + "cuedBy", PAGE)
        for text in found(one, LGO + "exactText", PAGE)
    ]
    if cues:
        facts.append(("worded", el("dd", _spaced(cues), class_="modality")))
    places = [_place(place, one) for one in found(iri, LGO + "statedIn", PAGE)]
    if (own := passage(known, iri)) is not None:
        places.append(join([_place(place, _holding(known, iri)), f", characters {own[0]}–{own[1]}"]))
    if places:
        facts.append(("stands at", el("dd", _spaced(places))))
    names = dict.fromkeys([*found(iri, SKOS + "altLabel"), *found(iri, SKOS + "hiddenLabel")])
    if names:
        facts.append(("also called", el("dd", _spaced(el("bdi", name) for name in names))))
    return facts


def _chip(name: str) -> str | None:
    return "modality" if name in ("hasModality", "hasHedge", "hasQuantifier") else None


def _spaced(parts: Iterable[Html]) -> list[object]:
    return [[" · " if number else None, one] for number, one in enumerate(parts)]


def _holding(known: Known, iri: str) -> str:
    held = known.material.values(iri, LGO + "withinSegment", PAGE)
    return held[0] if held else iri


def _place(place: Here, segment: str) -> Html:
    at = passage(place.known, segment)
    where = f", characters {at[0]}–{at[1]}" if at else ""
    anchor = segment.rpartition("/")[2]
    return el("a", el("bdi", place.known.label(segment)), where, href=f"{place.up}reading/#{anchor}")


def _triples(place: Here, iri: str, *, whole: bool) -> Html:
    """Return every triple about an IRI, graph by graph, those that lead to it among them.

    Of a statement, the `whole` of which a question asks for, what stands above already is left out.
    """
    known = place.known
    inner = []
    before = known.incoming.get(iri, [])
    for graph in (PAGE, ONTOLOGY, INFERRED, BACKGROUND, MAPPINGS, INFERRED_BACKGROUND):
        about = [one for one in known.material.about(iri, graph) if not (whole and one.predicate.value in _ABOVE)]
        leading = [(subject, predicate) for where, subject, predicate in before if where == graph]
        if not about and not leading:
            continue
        part, title, meaning = LAYERS[graph]
        inner.append(
            el(
                "section",
                el("h3", title),
                el("p", meaning, ", graph ", place.link(graph_iri(graph)), class_="layer"),
                _about(place, about, title) if about else None,
                _leading(place, leading, title) if leading else None,
                class_=part,
            )
        )
    title = "What else the graph holds of it" if whole else "Everything the graph holds of it"
    return el(
        "section", el("h2", title), inner, answered.way(place, iri, _WHOLE, _WHOLE) if whole else None, id="triples"
    )


def _about(place: Here, quads: "list[ox.Quad]", title: str) -> Html:
    rows: dict[str, list[Html]] = {}
    for quad in sorted(quads, key=lambda one: (one.predicate.value != RDF_TYPE, one.predicate.value, str(one.object))):
        rows.setdefault(quad.predicate.value, []).append(term(place, quad.object))
    shown = [
        el("tr", el("th", place.link(predicate), scope="row"), el("td", el("ul", [el("li", one) for one in values])))
        for predicate, values in rows.items()
    ]
    return table(("property", "value"), shown, label=f"{title}: properties", class_="triples")


def _leading(place: Here, found: list[tuple[str, str]], title: str) -> Html:
    rows: dict[str, list[Html]] = {}
    for subject, predicate in sorted(set(found), key=lambda one: (one[1], place.known.label(one[0]), one[0])):
        rows.setdefault(predicate, []).append(place.link(subject))
    shown = []
    for predicate, subjects in rows.items():
        rest = len(subjects) - MOST
        more = el("li", f"and {rest} more") if rest > 0 else None
        items = [el("li", one) for one in subjects[:MOST]]
        shown.append(el("tr", el("td", el("ul", items, more)), el("th", place.link(predicate), scope="row")))
    return table(
        ("who says so", "property, of which this is the value"),
        shown,
        label=f"{title}: what leads to it",
        class_="triples",
    )


def _machine(place: Here, iri: str, made: tuple[tuple[str, bytes], ...]) -> Html:
    """Return the RDF of an IRI and the query that makes its page."""
    query = (
        "SELECT ?graph ?subject ?property ?value WHERE {\n"
        f"  {{ GRAPH ?graph {{ <{iri}> ?property ?value }} BIND(<{iri}> AS ?subject) }}\n"
        f"  UNION\n  {{ GRAPH ?graph {{ ?subject ?property <{iri}> }} BIND(<{iri}> AS ?value) }}\n"
        "}\nORDER BY ?graph ?subject ?property ?value\n"
    )
    held = [(title, name, dict(made)[name].decode()) for title, name in _FORMS if name in dict(made)]
    links = [[el("a", title, href=name), " · "] for title, name, _ in held]
    describe = el("a", "DESCRIBE in the console", href=_console(place, f"DESCRIBE <{iri}>\n"))
    return el(
        "section",
        el("h2", "For machines"),
        el("p", "RDF: ", links, describe, ". The IRI is ", el("code", iri, class_="iri"), "."),
        [el("details", el("summary", title), el("pre", text, class_="code", tabindex="0")) for title, _, text in held],
        el(
            "details",
            el("summary", "The query that makes this page"),
            el("pre", query, class_="code", tabindex="0"),
            el("p", el("a", "Run it in the SPARQL console", href=_console(place, query))),
        ),
        id="rdf",
    )


def _console(place: Here, query: str) -> str:
    return f"{place.up}console/?query={quote(query, safe='')}&everything=1"
