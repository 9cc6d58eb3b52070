"""What scripts read, as JSON made from the store: names to search, and the words that a query can be completed to."""

from typing import Any

from leukograph.names import BASE, GRAPHS, LGO, LGV, PREFIXES, RDFS_LABEL, SKOS, shorten
from leukograph.site.known import Known

_NAMES = {RDFS_LABEL: "label", SKOS + "altLabel": "synonym", SKOS + "hiddenLabel": "other spelling"}
# Records of which nobody knows a name: they are found by what they belong to, and in the index.
_UNSOUGHT = frozenset({"position", "mapping", "scope"})


def search(known: Known) -> list[dict[str, Any]]:
    """Return everything that can be searched for: label, kind, address, every name, components of a regimen."""
    found = [_entry(known, iri) for iri in sorted(known.addressed) if known.kind(iri) not in _UNSOUGHT]
    for one in known.questions.values():
        names = [[one.summary, "label"], [one.name, "name"], *([tag, "tag"] for tag in one.tags)]
        address = f"ask/{one.name}/"
        found.append({"label": one.summary, "kind": "question", "address": address, "names": names, "components": []})
    return found


def _entry(known: Known, iri: str) -> dict[str, Any]:
    values = known.material.values
    names = [[text, kind] for predicate, kind in _NAMES.items() for text in values(iri, predicate)]
    for brand in values(iri, LGO + "hasBrandName"):
        names += [[text, "brand name"] for predicate in _NAMES for text in values(brand, predicate)]
    for fact in values(iri, LGO + "hasBrandNameFact"):
        for brand in values(fact, LGO + "statesBrandName"):
            names += [[text, "brand name, from elsewhere"] for predicate in _NAMES for text in values(brand, predicate)]
    if iri in known.rules:
        names.append([known.rules[iri].summary, "what it says"])
    names.append([shorten(iri), "identifier"])
    return {
        "label": known.label(iri),
        "kind": known.kind(iri),
        "address": known.address(iri),
        "names": [list(one) for one in dict.fromkeys(map(tuple, names))],
        "components": [known.address(one) for one in known.components.get(iri, [])],
    }


def vocabulary(known: Known) -> dict[str, Any]:
    """Return prefixes and the terms of the project, for completion."""
    terms = [iri for iri in known.subjects if iri.startswith((LGO, LGV))]
    made = []
    for iri in terms:
        kind = known.kind(iri)
        comment = next(iter(known.material.values(iri, SKOS + "definition")), "")
        shown = kind if kind in ("class", "property") else "individual"
        made.append({"name": shorten(iri), "label": known.label(iri), "kind": shown, "comment": comment})
    foreign: dict[str, str] = {}
    for graph in GRAPHS:
        for quad in known.material.quads[graph]:
            if not quad.predicate.value.startswith(BASE):
                foreign[quad.predicate.value] = "property"
    made += [
        {"name": shorten(iri), "label": known.label(iri), "kind": kind, "comment": ""}
        for iri, kind in sorted(foreign.items())
    ]
    return {"prefixes": PREFIXES, "terms": made}
