"""Finds the entity that a reader means by a label, synonym, brand name, CURIE or IRI, in any letter case."""

from leukograph import engine
from leukograph.errors import CallError
from leukograph.names import BASE, LGO, LGV, RDF_TYPE, RDFS_LABEL, SKOS, expand, is_iri, shorten
from leukograph.records import COMMAND, Manner, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph as ox

ENTITY = "Entity"
TERM = "Term"
_ENTITY_KINDS = (
    "Disease", "DiseaseState", "AgeGroup", "Therapy", "BrandName", "Gene", "DiagnosticTest", "DrugClass",
    "Mutation", "MolecularTarget", "PointerTarget", "DoseIntensity", "Differentia",
)  # fmt: skip
_NAMES = (RDFS_LABEL, SKOS + "altLabel", SKOS + "hiddenLabel")
_FOLD = str.maketrans({"®": "", "™": "", "–": "-", "‑": "-", "−": "-", "’": "'"})
_NEAREST = 5
_SHORTEST, _ALIKE = 3, 0.7


def find(store: "ox.Store", param: Param, text: str, manner: Manner = COMMAND) -> tuple[str, str] | None:
    """Return (IRI, label) of the one entity of the parameter's kind that `text` names, or None where there is none.

    The last part of an IRI of the project will do, such as `option-nelarabine-ph-negative`, where no name is the same.
    A brand name stands for its agent where an agent is asked for. An external CURIE or IRI stands for
    what an exact mapping ties to it. A text that names several entities raises CallError with all of them.
    """
    allowed = candidates(store, param.kind)
    wanted = fold(text)
    iri = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    iri = expand(iri) or iri
    found = {candidate for candidate, known in allowed.items() if wanted in (fold(name) for name in known)}
    if not found:
        found = {
            candidate for candidate in allowed if candidate.startswith(BASE) and candidate.rsplit("/", 1)[-1] == text
        }
    if not found and is_iri(iri):
        lowered = iri.lower()
        found = {candidate for candidate in allowed if candidate.lower() == lowered}
        found = found or {ours for ours in _mapped(store, lowered) if ours in allowed}
    found = found or _agents_of_brand(store, wanted, iri) & set(allowed)
    if len(found) > 1:
        options = ", ".join(sorted(shorten(one) for one in found))
        called = manner.parameter.format(param.name)
        raise CallError(f"{text!r} names several things for {called}: {options}. Give one of these.")
    for one in found:
        return one, label(store, one)
    return None


def candidates(store: "ox.Store", kind: str) -> dict[str, list[str]]:
    """Return every entity of a kind (a class of the ontology, `Entity` or `Term`) with all its names, label first."""
    kinds = _ENTITY_KINDS if kind == ENTITY else (kind,)
    found = {iri for one in kinds for iri in engine.subjects(store, RDF_TYPE, LGO + one)}
    if kind == TERM:
        found = {iri for iri in engine.having(store, SKOS + "definition") if iri.startswith((LGO, LGV))}
    if kind == ENTITY:
        found |= set(engine.objects(store, None, LGO + "mentions"))
    names = {iri: [name for predicate in _NAMES for name in engine.texts(store, iri, predicate)] for iri in found}
    return {iri: names[iri] for iri in sorted(names) if names[iri]}


def label(store: "ox.Store", iri: str) -> str:
    """Return the label of an entity, or its short form where it has none."""
    return next(iter(engine.texts(store, iri, RDFS_LABEL)), shorten(iri))


def unknown(store: "ox.Store", param: Param, text: str, manner: Manner = COMMAND) -> CallError:
    """Return the error that says that `text` names nothing of the parameter's kind: what it is, and what is near."""
    what = f"unknown value {text!r} for {manner.parameter.format(param.name)}"
    topics = _named(store, "LeftOutTopic", text)
    if topics:
        return CallError(f"{what}. See {manner.asked.format('not-on-this-page', 'topic', topics[0][1])}.")
    other = next(((kind, iri) for kind in _ENTITY_KINDS for iri, _ in _named(store, kind, text)), None)
    if other:
        what += f": {shorten(other[1])} is a {label(store, LGO + other[0])}"
    near = _nearest(store, param, fold(text))
    if near or other:
        return CallError(
            f"{what}. {'Nearest: ' + '; '.join(near) if near else 'Give something of the kind asked for'}."
        )
    known = sorted({names[0] for names in candidates(store, param.kind).values()})
    return CallError(f"{what}. Known are, for example: {'; '.join(known[:_NEAREST])}.")


def _named(store: "ox.Store", kind: str, text: str) -> list[tuple[str, str]]:
    wanted = fold(text)
    return [(iri, known[0]) for iri, known in candidates(store, kind).items() if wanted in map(fold, known)]


def _nearest(store: "ox.Store", param: Param, wanted: str) -> list[str]:
    import difflib

    names: dict[str, str] = {}
    for known in candidates(store, param.kind).values():
        for name in known:
            names.setdefault(fold(name), known[0])
    whole = [name for name in names if f" {wanted}" in f" {name}" or f" {name} " in f" {wanted} "]
    near = sorted(whole if len(wanted) >= _SHORTEST else [], key=lambda name: (abs(len(name) - len(wanted)), name))
    near += difflib.get_close_matches(wanted, sorted(names), n=_NEAREST, cutoff=_ALIKE)
    return list(dict.fromkeys(names[name] for name in near))[:_NEAREST]


def fold(text: str) -> str:
    """Return a name without letter case, trade marks, kinds of dash, dashes inside words and runs of spaces."""
    folded = " ".join(text.translate(_FOLD).casefold().split())
    inside = (
        0 < place < len(folded) - 1 and (folded[place - 1] + folded[place + 1]).isalnum()
        for place in range(len(folded))
    )
    return "".join(" " if char == "-" and within else char for char, within in zip(folded, inside, strict=True))


def _mapped(store: "ox.Store", lowered: str) -> set[str]:
    pairs = engine.pairs(store, SKOS + "exactMatch")
    return {ours for ours, theirs in pairs if theirs.lower() == lowered}


def _agents_of_brand(store: "ox.Store", wanted: str, iri: str) -> set[str]:
    brands = {
        brand
        for brand in engine.subjects(store, RDF_TYPE, LGO + "BrandName")
        if brand == iri
        or any(fold(name) == wanted for predicate in _NAMES for name in engine.texts(store, brand, predicate))
    }
    agents = {agent for agent, brand in engine.pairs(store, LGO + "hasBrandName") if brand in brands}
    facts = {fact for fact, brand in engine.pairs(store, LGO + "statesBrandName") if brand in brands}
    return agents | {agent for agent, fact in engine.pairs(store, LGO + "hasBrandNameFact") if fact in facts}
