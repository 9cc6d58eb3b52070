"""What exports are made of: the asserted and inferred graphs as their files spell them, and what is lost of them."""

import copy
from collections.abc import Callable, Iterable
from typing import NamedTuple

import pyoxigraph as ox

from leukograph import knowledge
from leukograph.engine import plain
from leukograph.errors import DataError
from leukograph.facets import facet
from leukograph.names import BACKGROUND, BASE, GRAPHS, LGO, MAPPINGS, ONTOLOGY, OWL, PAGE, PREFIXES, RDF_TYPE, graph_iri
from leukograph.records import Exported, Loss

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class Material:
    """Every graph of the project as quads, in a fixed order, with literals as the files spell them.

    `root` is the folder of the project, `chosen` names the graphs to export, of GRAPHS. Blank nodes, which only the
    ontology has, are named by what is said of them. Lookups go over all graphs unless they are told which. `given` are
    the options of the format that the user gave, by name.
    """

    def __init__(self, root: str, chosen: tuple[str, ...], quads: dict[str, tuple[ox.Quad, ...]]) -> None:
        """Take the quads of each graph, sorted, and index them by subject."""
        self.root, self.chosen, self.quads = root, chosen, quads
        self.given: dict[str, str] = {}
        self._about: dict[str, list[ox.Quad]] = {}
        self._behind: dict[tuple[str, str], list[ox.Quad]] = {}
        for held in quads.values():
            for quad in held:
                self._about.setdefault(plain(quad.subject), []).append(quad)
                self._behind.setdefault((quad.predicate.value, plain(quad.object)), []).append(quad)

    def choosing(self, *graphs: str) -> "Material":
        """Return the same material of which these graphs, and no others, are to be exported."""
        same = copy.copy(self)
        same.chosen = graphs
        return same

    def of_chosen(self) -> list[ox.Quad]:
        """Return the quads of the chosen graphs, graph by graph, sorted within."""
        return [quad for graph in self.chosen for quad in self.quads[graph]]

    def about(self, subject: str, *graphs: str) -> list[ox.Quad]:
        """Return what all graphs, or these, say of a subject (an IRI, or `_:name`)."""
        return _within(self._about.get(subject, []), graphs)

    def terms(self, subject: str, predicate: str, *graphs: str) -> list[Term]:
        """Return the objects of a subject and predicate (IRIs), each once, sorted."""
        found = {quad.object for quad in self.about(subject, *graphs) if quad.predicate.value == predicate}
        return sorted((one for one in found if not isinstance(one, ox.Triple)), key=str)

    def values(self, subject: str, predicate: str, *graphs: str) -> list[str]:
        """Return the objects of a subject and predicate as text: IRIs, lexical forms."""
        return [plain(term) for term in self.terms(subject, predicate, *graphs)]

    def value(self, subject: str, predicate: str, *graphs: str) -> str:
        """Return the one object of a subject and predicate as text, '' where there is none; two raise DataError."""
        found = self.values(subject, predicate, *graphs)
        if len(found) > 1:
            raise DataError(f"{subject}: {len(found)} values of {predicate}, and this export can tell one. Give one.")
        return found[0] if found else ""

    def instances(self, kind: str, *graphs: str) -> list[str]:
        """Return the IRIs that are typed with a class (an IRI) in these graphs (all, where none is named), sorted."""
        return self.subjects(RDF_TYPE, kind, *graphs)

    def subjects(self, predicate: str, object_: str, *graphs: str) -> list[str]:
        """Return the subjects of a predicate and object (IRIs) in these graphs, or all, as text, each once, sorted."""
        return sorted({plain(quad.subject) for quad in _within(self._behind.get((predicate, object_), []), graphs)})

    def page(self) -> str:
        """Return the IRI of the one page of the material; none or several raise DataError."""
        pages = self.instances(LGO + "Page", PAGE)
        if len(pages) != 1:
            raise DataError(f"{len(pages)} pages, and this export tells of one. Give one.")
        return pages[0]

    def version(self) -> str:
        """Return the version of the ontology, '' where it says none."""
        return self.value(BASE + "ontology", OWL + "versionInfo", ONTOLOGY)


class Carried:
    """What an export carries of a Material, noted while it is written: triples as they are, and facets weakened."""

    def __init__(self, material: Material) -> None:
        """Begin with nothing carried."""
        self.material = material
        self.quads: set[ox.Quad] = set()
        self.weakened: dict[tuple[str, str], str] = {}

    def exactly(self, subject: str, *predicates: str, graphs: Iterable[str] = ()) -> None:
        """Note that all triples of a subject with these predicates (IRIs) can be had back from the export."""
        self.quads |= {quad for quad in self.material.about(subject, *graphs) if quad.predicate.value in predicates}

    def link(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        """Note that one triple between IRIs can be had back, whatever else its subject and predicate lead to."""
        held = (quad for quad in self.material.about(subject, graph) if quad.predicate.value == predicate)
        self.quads |= {quad for quad in held if quad.object == ox.NamedNode(object_)}

    def weaker(self, subject: str, name: str, became: str) -> None:
        """Note that a facet of a record stands in the export in a weaker form, told in words."""
        self.weakened[subject, name] = became

    def losses(self) -> tuple[Loss, ...]:
        """Return what of the chosen graphs is not carried: one Loss for each record and facet, sorted."""
        missing: dict[tuple[str, str, str], list[str]] = {}
        for graph in self.material.chosen:
            for quad in self.material.quads[graph]:
                if quad not in self.quads:
                    key = (graph, plain(quad.subject), facet(quad.predicate.value))
                    missing.setdefault(key, []).append(f"{quad.predicate} {quad.object}")
        found = []
        for (graph, record, name), was in sorted(missing.items()):
            became = self.weakened.get((record, name), "")
            how = "degraded" if became else "lost"
            found.append(Loss(graph, record, name, how, tuple(sorted(was)), became))
        return tuple(found)


class Format(NamedTuple):
    """A format of export.

    `ending` is that of its file, '' where it gives several files, which go into a folder; `readers` says who reads
    it, `loses` in a sentence what it cannot carry ('' where it is lossless); `graphs` are those it can carry, the
    first of them what it carries where none is chosen ('all' stands for every graph together). `takes` are options of
    its own, each with the word for its value and a sentence of help.
    """

    name: str
    summary: str
    ending: str
    readers: str
    loses: str
    graphs: tuple[str, ...]
    make: Callable[[Material], Exported]
    takes: tuple[tuple[str, str, str], ...] = ()


_ORDER = {graph: place for place, graph in enumerate(GRAPHS)}


def gather(root: str, chosen: Iterable[str], tell: knowledge.Tell = knowledge.silent) -> Material:
    """Read every graph of the project; `chosen` are those to export. Stale inferences are made anew, and told."""
    files: dict[str, list[ox.Quad]] = {graph: [] for graph in GRAPHS}
    for part in knowledge.parts(root, (BACKGROUND, MAPPINGS), tell):
        kind = ox.RdfFormat.from_extension(part.path.rsplit(".", 1)[-1])
        name = ox.NamedNode(graph_iri(part.graph))
        files[part.graph] += [
            ox.Quad(quad.subject, quad.predicate, quad.object, name)
            for quad in ox.parse(part.content, format=kind, rename_blank_nodes=True)
        ]
    quads = {}
    for graph, found in files.items():
        dataset = ox.Dataset(found)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        quads[graph] = tuple(sorted(dataset, key=str))
    return Material(root, tuple(sorted(chosen, key=_ORDER.__getitem__)), quads)


def prefixes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Return those of the project's prefixes that quads use, by name."""
    iris = {
        term.value
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name, getattr(quad.object, "datatype", None))
        if isinstance(term, ox.NamedNode)
    }
    return {prefix: start for prefix, start in PREFIXES.items() if any(iri.startswith(start) for iri in iris)}


def _within(quads: list[ox.Quad], graphs: tuple[str, ...]) -> list[ox.Quad]:
    """Return those of quads that stand in these graphs, or all where none is named."""
    wanted = {ox.NamedNode(graph_iri(graph)) for graph in graphs}
    return [quad for quad in quads if not wanted or quad.graph_name in wanted]
