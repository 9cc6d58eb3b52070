"""What the site is made of: the graphs, the saved questions with their answers, names and addresses of everything."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from leukograph import answers, contexts, knowledge, lookup, material, questions
from leukograph.engine import plain
from leukograph.exports.jsonld import Names
from leukograph.names import (
    BACKGROUND,
    BASE,
    GRAPHS,
    LGG,
    LGO,
    MAPPINGS,
    OA,
    PAGE,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SKOS,
    shorten,
)
from leukograph.records import Answer, Asked, Question, Rule
from leukograph.site import ruling

if TYPE_CHECKING:
    import pyoxigraph as ox

QUESTION, STATED = "options-for-subtype", "stated"
_SAID = ("answer", "option", "kind", "wording", "remarks", "limitedTo", "statement")
_FOLDER = re.compile(
    r"(?:ontology|(?:ontology|vocabulary|data|shape|graph|check|rule)(?:/(?!index\.)[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)"
)
_OWL = "http://www.w3.org/2002/07/owl#"
# Prefixes of the graphs and of vocabularies: what is behind them was made to be read.
_OTHERS = frozenset({"dcterms", "lgg", "oa", "owl", "prov", "rdf", "rdfs", "semapv", "skos", "sssom"})
_META = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "property",
    _OWL + "DatatypeProperty": "property",
    _OWL + "AnnotationProperty": "property",
    _OWL + "Ontology": "ontology",
    SKOS + "Concept": "word of a closed list",
    SKOS + "ConceptScheme": "closed list",
    "http://www.w3.org/ns/oa#TextPositionSelector": "position",
    "https://w3id.org/sssom/Mapping": "mapping",
}


class Segment(NamedTuple):
    """A segment of the page: order, section and kind (IRIs), position in characters (half-open), digest."""

    iri: str
    order: int
    section: str
    kind: str
    start: int
    end: int
    digest: str


class Said(NamedTuple):
    """One row of `options-for-subtype`: what the page states of an option for a group, and how it words it."""

    answer: str
    option: str
    kind: str
    wording: str
    remarks: str
    limit: str
    statement: str


class Known:
    """The graphs of a project as the site needs them; everything is read once, and looked up in a fixed order."""

    def __init__(self, root: str, tell: knowledge.Tell = knowledge.silent) -> None:
        """Read all graphs of the project below `root`."""
        self.root = root
        self.tell = knowledge.once(tell)
        self.material = material.gather(root, GRAPHS, self.tell)
        self.questions: dict[str, Question] = {name: questions.load(root, name) for name in questions.names(root)}
        self._stores: dict[tuple[str, ...], ox.Store] = {}
        self._candidates: dict[str, dict[str, list[str]]] = {}
        self._labels: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    @cached_property
    def subjects(self) -> list[str]:
        """Every IRI of the project that a graph says something of, sorted."""
        held = (plain(quad.subject) for graph in GRAPHS for quad in self.material.quads[graph])
        return sorted({one for one in held if one.startswith(BASE)})

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule of validation, by IRI, sorted."""
        return ruling.rules(self.root, self.shapes)

    @cached_property
    def shapes(self) -> material.Material:
        """The shapes, which are no graph of the project."""
        return ruling.shapes(self.root)

    @cached_property
    def spellings(self) -> Names:
        """The names of JSON-LD's context."""
        return Names(contexts.context(self.root))

    @cached_property
    def addressed(self) -> frozenset[str]:
        """Every IRI that has a page: one whose path can be that of a folder of the site, and of no other."""
        every = {*self.subjects, *self.rules, *(LGG + one for one in GRAPHS)}
        return frozenset(one for one in every if _FOLDER.fullmatch(one.removeprefix(BASE)))

    @cached_property
    def incoming(self) -> dict[str, list[tuple[str, str, str]]]:
        """What stands before each IRI: (graph, subject, predicate), sorted; only subjects of the project."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for graph in GRAPHS:
            for quad in self.material.quads[graph]:
                subject = plain(quad.subject)
                if subject.startswith(BASE) and plain(quad.object).startswith(BASE):
                    found.setdefault(plain(quad.object), []).append((graph, subject, quad.predicate.value))
        return found

    def store(self, layers: tuple[str, ...]) -> "ox.Store":
        """Return a store of ontology, page and what follows, with these layers beside, read once."""
        key = tuple(sorted(layers))
        if key not in self._stores:
            terms = questions.TERMS in key
            wanted = [one for one in key if one != questions.TERMS]
            self._stores[key] = knowledge.open_store(self.root, wanted, self.tell, terms=terms)
        return self._stores[key]

    def ask(self, name: str, values: dict[str, tuple[str, ...]], *, with_background: bool = False) -> Asked:
        """Answer a saved question with IRIs as values, exactly as `leukograph ask` does."""
        question = self.questions[name]
        seen = set(answers.layers(question, with_background=with_background))
        layers = (seen | ({questions.TERMS} & set(question.layers))) - {PAGE}
        bound = [
            (one.name, tuple((iri, self.label(iri)) for iri in values[one.name]))
            for one in question.params
            if values.get(one.name)
        ]
        return answers.answered(self.store(tuple(layers)), question, bound, with_background=with_background)

    @cached_property
    def asked_options(self) -> dict[str, Asked]:
        """What `leukograph ask options-for-subtype` answers for each group, by its IRI.

        A group is every disease that is no age form of another: that one has the same answer.
        """
        return {
            one: self.ask(QUESTION, {"disease": (one,)})
            for one in self.candidates("Disease")
            if not self.material.values(one, LGO + "ageFormOf")
        }

    @cached_property
    def options(self) -> dict[str, list[Said]]:
        """The rows of those answers, with the columns that a table of them shows."""
        return {disease: _rows(asked.answer) for disease, asked in self.asked_options.items()}

    @cached_property
    def components(self) -> dict[str, list[str]]:
        """The agents that the page says each regimen holds, as the question regimen-composition answers."""
        found = {}
        for regimen in self.candidates("RegimenFamily"):
            answer = self.ask("regimen-composition", {"regimen": (regimen,)}).answer
            at = answer.columns.index("component")
            found[regimen] = sorted({cell.value for row in answer.rows if (cell := row[at]) is not None})
        return found

    def candidates(self, kind: str) -> dict[str, list[str]]:
        """Return what a parameter of a kind may be: names by IRI, label first."""
        if kind not in self._candidates:
            everything = self.store((BACKGROUND, MAPPINGS, questions.TERMS))
            self._candidates[kind] = lookup.candidates(everything, kind)
        return self._candidates[kind]

    def label(self, iri: str) -> str:
        """Return the label of an IRI; a position has its characters instead, a vocabulary's word its name in words."""
        if iri not in self._labels:
            found = self.material.values(iri, RDFS_LABEL) or _characters(self.material, iri)
            self._labels[iri] = found[0] if found else _spelled(shorten(iri))
        return self._labels[iri]

    def kind(self, iri: str) -> str:
        """Return in words what kind of thing an IRI is."""
        if iri not in self._kinds:
            self._kinds[iri] = self._kind(iri)
        return self._kinds[iri]

    def _kind(self, iri: str) -> str:
        if iri in self.rules:
            return "rule"
        if iri.startswith(LGG):
            return "named graph"
        types = self.material.values(iri, RDF_TYPE, *(graph for graph in GRAPHS if not graph.startswith("inferred")))
        own = [one for one in types if one.startswith(BASE)]
        narrow = [one for one in own if not any(one in self.wider(other) for other in own if other != one)]
        if narrow:
            return self.label(narrow[0])
        return next((_META[one] for one in types if one in _META), "record")

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Every segment of the page in reading order."""
        found = [self._segment(one) for one in self.material.instances(LGO + "Segment", PAGE)]
        return tuple(sorted(found, key=lambda one: (one.order, one.iri)))

    def _segment(self, iri: str) -> "Segment":
        selector = (self.material.values(iri, OA + "hasSelector", PAGE) or [""])[0]
        start, end = (_number(self.material.values(selector, OA + name, PAGE)) for name in ("start", "end"))
        order = _number(self.material.values(iri, LGO + "order", PAGE))
        section, kind, digest = (
            (self.material.values(iri, LGO + name, PAGE) or [""])[0]
            for name in ("inSection", "hasSegmentKind", "digest")
        )
        return Segment(iri, order, section, kind, start, end, digest)

    def wider(self, iri: str) -> list[str]:
        """Return the wider classes of a class, asserted and inferred."""
        return self.material.values(iri, RDFS + "subClassOf")

    def address(self, iri: str) -> str:
        """Return the folder of an IRI's page below the root, which is its path behind the project's base, or ''."""
        return iri.removeprefix(BASE) + "/" if iri in self.addressed else ""


def _rows(answer: Answer) -> list[Said]:
    at = [answer.columns.index(name) for name in _SAID]
    return [Said(*(cell.value if cell else "" for cell in (row[one] for one in at))) for row in answer.rows]


def _characters(graphs: material.Material, iri: str) -> list[str]:
    """Return the characters of a position in words, nothing for what is no position."""
    start, end = (graphs.values(iri, OA + name, PAGE) for name in ("start", "end"))
    return [f"characters {start[0]}–{end[0]}"] if start and end else []


def _spelled(short: str) -> str:
    """Return the name of a graph or of a word of others in words; any other short form, and an IRI, as it is."""
    prefix, _, name = short.partition(":")
    if prefix not in _OTHERS:
        return short
    return re.sub("[A-Z]", lambda found: f" {found[0].lower()}", name).replace("_", " ").strip()


def _number(found: list[str]) -> int:
    """Return the one position that is given, -1 for none."""
    return int(found[0]) if found and found[0].isascii() and found[0].isdecimal() else -1
