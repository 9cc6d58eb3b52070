"""KGX: Biolink nodes and edges as tables and as JSON lines. Names and meanings are those of Biolink Model 4.4.6.

What the page offers is one edge for each statement, `treats_or_applied_or_studied_to_treat`, the weakest of the family
of `treats`. It ends at a node of the group that the statement is about, never at the disease at large, and where an
option is only a part of something else, it begins at a node of that part. How firmly the page speaks stands in columns.
"""

from collections.abc import Iterator
from json import dumps
from typing import NamedTuple

import pyoxigraph as ox

from leukograph.biolink import (
    BIOLINK,
    EFFECTS,
    ENDS,
    KINDS,
    KNOWN,
    NOT_PROVIDED,
    OPTION,
    PMID,
    PUBMED,
    REGISTERED,
    STUDIED,
    TRIALS,
    Kind,
    Record,
    lines,
    many,
    merged,
    table,
)
from leukograph.errors import DataError
from leukograph.facets import facet
from leukograph.material import Carried, Format, Material, Term
from leukograph.names import (
    ALL,
    BACKGROUND,
    LGD,
    LGO,
    ONTOLOGY,
    PAGE,
    PREFIXES,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS,
    XSD,
    shorten,
)
from leukograph.records import Exported

# Columns of ours: the property, and how its values are spelled (`en` is text in English; `s` is for several).
NODE_COLUMNS = {
    "name": (RDFS_LABEL, "en"),
    "synonym": (SKOS + "altLabel", "en s"),
    "leukograph_type": (RDF_TYPE, "iri s"),
    "drug_class": (LGO + "concernsDrugClass", "iri"),
    "example_of": (LGO + "exampleOf", "iri"),
    "marked_as_example": (LGO + "markedAsExample", "boolean"),
    "stated_in": (LGO + "statedIn", "iri s"),
}
EDGE_COLUMNS = {
    "statement_type": (RDF_TYPE, "iri"),
    "statement_label": (RDFS_LABEL, "en"),
    "description": (LGO + "paraphrase", "en"),
    "disease_states": (LGO + "coversState", "iri s"),
    "age_group": (LGO + "forAgeGroup", "iri"),
    "modality": (LGO + "hasModality", "iri"),
    "hedge": (LGO + "hasHedge", "iri"),
    "quantifier": (LGO + "hasQuantifier", "iri s"),
    "research_status": (LGO + "hasResearchStatus", "iri"),
    "different_from_prior": (LGO + "differentFromPrior", "boolean"),
    "may_include_prior_drugs": (LGO + "mayIncludePriorDrugs", "boolean"),
    "within_regimen": (LGO + "withinRegimen", "iri"),
    "stated_as": (LGO + "statedAs", "iri"),
    "listed_in": (LGO + "listedIn", "iri"),
    "item_position": (LGO + "itemPosition", "integer"),
    "editorial_note": (LGO + "editorialNote", "en"),
    "stated_in": (LGO + "statedIn", "iri s"),
    "dose_intensity": (LGO + "atDoseIntensity", "iri"),
    "effect": (LGO + "statesEffect", "iri"),
    "seen_in": (LGO + "seenIn", "plain s"),
    "evidence_item": (LGO + "evidenceItem", "plain s"),
    "evidence_level": (LGO + "evidenceLevel", "plain s"),
    "source_locator": (LGO + "sourceLocator", "plain s"),
}
# Of these Biolink has no word at all: for its readers the predicate says how firm a statement is, and nothing else.
OURS_ALONE = {LGO + "hasModality", LGO + "hasHedge", LGO + "hasQuantifier"}
# Several records of background may say the same: of these columns each cell of their edge names its record.
BY_RECORD = ("origin", "statement_label", "seen_in", "evidence_item", "evidence_level", "source_locator")


def identity(material: Material, iri: str) -> str:
    """Return the CURIE of a thing of ours: that of its best exact match, otherwise its own.

    Best is, of the exact matches under a prefix of KNOWN, the first by the order that Biolink gives the prefixes of
    its class; then come the other prefixes A to Z; of two under one prefix the shorter, then the smaller.
    """
    prefers = _kind(material, iri).prefers
    order = [*prefers, *(prefix for prefix in KNOWN if prefix not in prefers)]
    found = [shorten(match) for match in material.values(iri, SKOS + "exactMatch")]
    usable = [(order.index(curie.partition(":")[0]), len(curie), curie) for curie in found if _known(curie)]
    return min(usable)[2] if usable else shorten(iri)


def _known(curie: str) -> bool:
    return curie.partition(":")[0] in KNOWN


def _kind(material: Material, iri: str) -> Kind:
    types = set(material.values(iri, RDF_TYPE))
    for kind in KINDS:
        if LGO + kind.ours in types:
            return kind
    raise DataError(f"{iri}: Biolink has no class for it. Leave it out of the edges, or add its kind to KINDS.")


def _columns(carried: Carried, subject: str, graph: str, table: dict[str, tuple[str, str]]) -> Record:
    """Return what a graph says of a subject under the columns of a table, and note what of it can be had back."""
    record: Record = {}
    for column, (predicate, kind) in table.items():
        terms = carried.material.terms(subject, predicate, graph)
        spelling, _, several = kind.partition(" ")
        if not several and len(terms) > 1:
            raise DataError(f"{subject}: {len(terms)} values of {predicate}, and {column} holds one. Give one.")
        cells = [_cell(term, spelling) for term in terms]
        if cells:
            record[column] = cells if several else cells[0]
            if predicate in OURS_ALONE:
                carried.weaker(
                    subject, facet(predicate), "a column that Biolink does not know, beside a weak predicate"
                )
            elif all(_term(cell, spelling) == str(term) for cell, term in zip(cells, terms, strict=True)):
                carried.exactly(subject, predicate, graphs=[graph])
            else:
                carried.weaker(subject, facet(predicate), f"{column}, without language or datatype")
    return record


def _cell(term: Term, spelling: str) -> object:
    if spelling == "iri":
        return shorten(term.value)
    if spelling == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(term.value, term.value)
    return int(term.value) if spelling == "integer" and term.value.isdecimal() else term.value


def _term(cell: object, spelling: str) -> str:
    """Return how N-Triples writes what a reader of a cell takes it for."""
    if spelling == "iri":
        prefix, _, local = str(cell).partition(":")
        return str(ox.NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else str(cell)))
    if spelling == "en":
        return str(ox.Literal(str(cell), language="en"))
    if spelling == "plain":
        return str(ox.Literal(str(cell)))
    return str(ox.Literal(str(cell).lower(), datatype=ox.NamedNode(XSD + spelling)))


def _edge(carried: Carried, statement: str, graph: str, ends: tuple[str, str, str], source: str) -> Record:
    """Return an edge that a statement or fact makes: `ends` are subject and object (our IRIs), predicate between."""
    material = carried.material
    subject, predicate, object_ = ends
    infores, level = REGISTERED.get(material.value(source, LGO + "sourceRepository"), ("", NOT_PROVIDED))
    record: Record = {
        "id": shorten(statement),
        "subject": identity(material, subject),
        "predicate": f"biolink:{predicate}",
        "object": identity(material, object_),
        "category": ["biolink:Association"],
        "knowledge_level": level,
        "agent_type": NOT_PROVIDED,
        "layer": graph,
        "source": [shorten(source)],
        "statement": [statement],
    }
    if infores:
        record["primary_knowledge_source"] = infores
    return record | _columns(carried, statement, graph, EDGE_COLUMNS)


class _Found(NamedTuple):
    """An edge, the things of ours that need a node for it, and the nodes that are made for this export alone."""

    ends: tuple[str, ...]
    edge: Record
    made: tuple[Record, ...] = ()


def _options(carried: Carried) -> Iterator[_Found]:
    material, seen = carried.material, set()
    sayable = {LGO + kind.ours for kind in KINDS}
    for statement in material.instances(LGO + "TreatmentOptionStatement", PAGE):
        therapy = material.value(statement, LGO + "describesTherapy", PAGE)
        disease = material.value(statement, LGO + "forDisease", PAGE)
        if not disease or not sayable & set(material.values(therapy, RDF_TYPE)):
            continue
        edge = _edge(carried, statement, PAGE, (therapy, OPTION, disease), _page(material, statement))
        edge |= {"therapy": shorten(therapy), "disease": shorten(disease)}
        carried.exactly(statement, LGO + "describesTherapy", LGO + "forDisease", graphs=[PAGE])
        parts = [*_group(material, statement, disease, edge)]
        key = (therapy, parts[0].made[0]["id"] if parts else disease)
        parts += _part(material, statement, therapy, edge, again=key in seen)
        seen.add(key)
        yield from parts
        yield _Found((therapy, disease), edge)
        if material.value(statement, LGO + "hasResearchStatus", PAGE) == STUDIED:
            also = {"id": f"{edge['id']}#{TRIALS}", "predicate": f"biolink:{TRIALS}"}
            yield _Found((therapy, disease), edge | also)


def _group(material: Material, statement: str, disease: str, edge: Record) -> Iterator[_Found]:
    """Turn an edge to the group that a statement is about, and yield how that is below its disease."""
    states, ages = (material.values(statement, LGO + one, PAGE) for one in ("coversState", "forAgeGroup"))
    limits = [" or ".join(_label(material, one) for one in held) for held in (states, ages) if held]
    if limits:
        local = "-".join(one.rsplit("/", 1)[1] for one in (disease, *states, *ages))
        said = "The group that statements of the page are about: neither the disease at large nor a narrower group."
        node = _made(material, f"group-{local}", ", ".join([_label(material, disease), *limits]), "Disease", said)
        edge["object"] = node["id"]
        yield _Found((disease,), _structure(material, node, "subclass_of", disease, edge), (node,))


def _part(material: Material, statement: str, therapy: str, edge: Record, *, again: bool) -> Iterator[_Found]:
    """Turn an edge so that it begins at what is offered, where that is less than the therapy, and yield what it is."""
    regimen = material.value(statement, LGO + "withinRegimen", PAGE)
    other = material.value(statement, LGO + "differentFromPrior", PAGE) in ("true", "1")
    if regimen or other or again:
        name = _label(material, therapy) + (f", within {_label(material, regimen)}" if regimen else "")
        name += ", different from what was taken before" if other else ""
        said = "What a statement of the page is about: the therapy within these limits, and not the therapy at large."
        node = _made(material, f"therapy-of-{statement.rsplit('/', 1)[1]}", name, "Treatment", said)
        edge["subject"] = node["id"]
        yield _Found((therapy,), _structure(material, node, "has_part", therapy, edge), (node,))
        if regimen:
            yield _Found((regimen,), _structure(material, node, "part_of", regimen, edge))


def _label(material: Material, iri: str) -> str:
    return next(iter(material.values(iri, RDFS_LABEL, PAGE, ONTOLOGY)), shorten(iri))


def _made(material: Material, local: str, name: str, category: str, said: str) -> Record:
    """Return a node that is made for this export: no graph speaks of it, so it has no IRI of ours."""
    if material.about(LGD + local):
        raise DataError(f"{LGD}{local}: the graph has this name, and this export gives it to a node. Rename it.")
    own: Record = {"id": f"lgd:{local}", "category": [f"biolink:{category}"], "name": name, "iri": LGD + local}
    return own | {"layer": PAGE, "description": said}


def _structure(material: Material, node: Record, predicate: str, end: str, edge: Record) -> Record:
    """Return an edge that says what a node made for this export is; it comes from no statement."""
    object_ = identity(material, end)
    own = {"id": f"{node['id']}#{predicate}", "subject": node["id"], "predicate": f"biolink:{predicate}"}
    kept = {column: edge[column] for column in ("category", "knowledge_level", "agent_type", "layer", "source")}
    return own | {"object": object_} | kept


def _page(material: Material, statement: str) -> str:
    """Return the page on which a statement stands: that of the section of its segments."""
    segments = material.values(statement, LGO + "statedIn", PAGE)
    sections = {one for segment in segments for one in material.values(segment, LGO + "inSection", PAGE)}
    pages = {page for section in sections for page in material.values(section, LGO + "ofPage", PAGE)}
    if len(pages) != 1:
        raise DataError(f"{statement}: it stands on {len(pages)} pages. Say in which segment of one page it is stated.")
    return pages.pop()


def _regimens(carried: Carried) -> Iterator[_Found]:
    material = carried.material
    for whole in material.instances(LGO + "RegimenComposition", PAGE):
        for component in material.values(whole, LGO + "hasComponent", PAGE):
            agent = material.value(component, LGO + "ofAgent", PAGE)
            if not agent:
                continue
            edge = _edge(carried, component, PAGE, (whole, "has_part", agent), _page(material, whole))
            if material.value(whole, LGO + "markedAsExample", PAGE) == "true":
                edge["marked_as_example"] = True
            carried.exactly(component, LGO + "ofAgent", graphs=[PAGE])
            carried.link(whole, LGO + "hasComponent", component, PAGE)
            yield _Found((whole, agent), edge)


def _knowledge(carried: Carried) -> Iterator[_Found]:
    """Yield classes, targets and effects of drugs, one edge for all records that say the same.

    A pair is left out whole where one effect on it cannot be said.
    """
    material = carried.material
    found: list[tuple[str, Record]] = []
    ends_of: dict[str, tuple[str, str]] = {}
    for has, states, predicate in (
        ("hasClassification", "assignsClass", "member_of"),
        ("hasTargetFact", "statesTarget", "interacts_with"),
        ("hasResistanceFact", "aboutDrug", ""),
    ):
        for subject in _subjects(material, LGO + has):
            facts = material.values(subject, LGO + has, BACKGROUND)
            ends = {fact: material.value(fact, LGO + states, BACKGROUND) for fact in facts}
            effects = {fact: material.value(fact, LGO + "statesEffect", BACKGROUND) for fact in facts}
            unsaid = {ends[fact] for fact in facts if not predicate and effects[fact] not in EFFECTS}
            for fact in facts:
                if not ends[fact] or ends[fact] in unsaid:
                    continue
                source = material.value(fact, LGO + "fromSource", BACKGROUND)
                between = predicate or EFFECTS[effects[fact]]
                edge = _edge(carried, fact, BACKGROUND, (subject, between, ends[fact]), source)
                carried.exactly(fact, LGO + states, LGO + "fromSource", graphs=[BACKGROUND])
                carried.link(subject, LGO + has, fact, BACKGROUND)
                local = ends[fact].rsplit("/", 1)[1]
                edge |= {"id": f"{shorten(subject)}#{between}-{local}", "origin": shorten(source)}
                named = (PMID.findall(item) for item in material.values(fact, LGO + "evidenceItem", BACKGROUND))
                if publications := sorted({f"PMID:{number}" for numbers in named for number in numbers}):
                    edge["publications"] = publications
                found.append((shorten(fact), edge))
                ends_of[str(edge["id"])] = (subject, ends[fact])
    for edge in merged(found, BY_RECORD):
        yield _Found(ends_of[str(edge["id"])], {"knowledge_level": NOT_PROVIDED} | edge)


def _subjects(material: Material, predicate: str) -> list[str]:
    held = (quad.subject for quad in material.quads[BACKGROUND] if quad.predicate.value == predicate)
    return sorted({subject.value for subject in held if isinstance(subject, ox.NamedNode)})


def _node(carried: Carried, iri: str) -> Record:
    material = carried.material
    curie = identity(material, iri)
    prefix, _, local = curie.partition(":")
    layers = [graph for graph in (PAGE, BACKGROUND, ONTOLOGY) if material.terms(iri, RDF_TYPE, graph)]
    record: Record = {
        "id": curie,
        "category": [f"biolink:{name}" for name in _kind(material, iri).categories],
        "iri": PREFIXES[prefix] + local,
        "leukograph_iri": iri,
        "layer": layers[0],
    }
    brands = material.values(iri, LGO + "hasBrandName", PAGE) if PAGE in material.chosen else []
    if len(brands) == 1:
        record["trade_name"] = material.value(brands[0], RDFS_LABEL)
        carried.weaker(iri, facet(LGO + "hasBrandName"), "trade_name, the name alone")
    return record | _columns(carried, iri, layers[0], NODE_COLUMNS)


def _context(records: list[Record]) -> bytes:
    columns = {column for column, (_, kind) in (NODE_COLUMNS | EDGE_COLUMNS).items() if kind.startswith("iri")}
    cells = [cell for record in records for column in {"id", "source", *columns} for cell in many(record.get(column))]
    used = {str(cell).partition(":")[0] for cell in cells}
    starts = {prefix: start for prefix, start in PREFIXES.items() if prefix in used}
    starts |= {"PMID": PUBMED} if any("publications" in record for record in records) else {}
    return (dumps({"@context": {"biolink": BIOLINK, **starts}}, indent=1) + "\n").encode()


def _make(material: Material) -> Exported:
    carried = Carried(material)
    layers = {PAGE: (_options, _regimens), BACKGROUND: (_knowledge,)}
    found = [one for layer in layers if layer in material.chosen for made in layers[layer] for one in made(carried)]
    needed = {end for one in found for end in one.ends}
    made = {str(node["id"]): node for one in found for node in one.made}
    nodes = [_node(carried, iri) for iri in sorted(needed)]
    edges_by_id = {str(one.edge["id"]): one.edge for one in found}
    edges = [edges_by_id[name] for name in sorted(edges_by_id)]
    taken: dict[object, object] = {}
    for node in nodes:
        other = taken.setdefault(node["id"], node["leukograph_iri"])
        if other != node["leukograph_iri"]:
            raise DataError(
                f"{node['id']}: an exact match of {other} and of {node['leukograph_iri']}. Mend one of them."
            )
    keys = [tuple(edge[end] for end in ENDS) for edge in edges]
    if twice := [key for key in keys if keys.count(key) > 1]:
        raise DataError(
            f"{' '.join(map(str, twice[0]))}: stands in two records of the page, and KGX holds one. Join them."
        )
    nodes += made.values()
    nodes.sort(key=lambda node: str(node["id"]))
    ends = ("id", "subject", "predicate", "object", "category", "knowledge_level", "agent_type")
    files = (
        ("leukograph_context.jsonld", _context(nodes + edges)),
        ("leukograph_edges.jsonl", lines(edges)),
        ("leukograph_edges.tsv", table(edges, ends)),
        ("leukograph_nodes.jsonl", lines(nodes)),
        ("leukograph_nodes.tsv", table(nodes, ("id", "category", "name"))),
    )
    return Exported(files, carried.losses())


_LOSES = "statements that are no treatment option, trial participation as an option, cues, scope bases and positions"
FORMATS = (
    Format(
        "kgx",
        "Biolink nodes and edges, as tables and JSON lines",
        "",
        "KGX and software of Biolink graphs",
        _LOSES,
        (PAGE, BACKGROUND, ALL),
        _make,
    ),
)
