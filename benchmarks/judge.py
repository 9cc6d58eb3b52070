"""Tells which gate of the validation finds a fault, looking only at what the fault can have touched.

The gates are those of `leukograph validate`, run on the graph with the fault in it, each on the records that the fault
touches and those that point to them; a test compares the verdict with that of the whole command on a sample.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import rdflib
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib.namespace import RDF, RDFS, SH

from benchmarks.mutants import Mutant, within
from leukograph import datasets, documents, engine, gates, lint, validation
from leukograph.errors import LeukographError
from leukograph.names import LGO, ONTOLOGY
from leukograph.rules import CHECKS, EVIDENCE

_MOST_REFERRERS = 12
GATES = ("lint", "shapes", "coverage", "checks", "evidence", "page")


class Judge:
    """The project's graphs with everything that is needed to judge one fault after another."""

    def __init__(self, root: str, page: str | None) -> None:
        """Read the project at `root`; `page` is the text of the page, or None to judge without it."""
        self.root, self.page = root, page
        read, wrong = documents.read(validation.sources(root, validation.EVERYTHING))
        if wrong:
            raise LeukographError(f"{wrong[0][0].path}: {wrong[0][1]}")
        self.read = [one for one in read if one.graph != documents.SHAPES]
        self.vocabulary = [one for one in self.read if one.graph == ONTOLOGY]
        self.graph = datasets.graph(quad for one in self.read for quad in one.quads)
        self.shapes = datasets.graph(quad for one in read if one.graph == documents.SHAPES for quad in one.quads)
        self.store = validation.store(self.read)
        loaded = gates.load_checks(root)
        self.checks = [one for one in loaded if one.gate == CHECKS]
        self.proofs = [one for one in loaded if one.gate == EVIDENCE]
        self.below = {
            kind: set(self.graph.transitive_objects(kind, RDFS.subClassOf))
            for kind in set(self.graph.objects(None, RDF.type)) | set(self.graph.subjects(RDFS.subClassOf))
        }
        self.executor = SHACLExecutor()
        self.targets = [(one, *self._targets(one)) for one in ShapesGraph(self.shapes).shapes]
        self.closed = {node for node, true in self.shapes.subject_objects(SH.closed) if str(true) == "true"}

    def _targets(self, shape: object) -> tuple[set[rdflib.term.Node], ...]:
        node = shape.node  # type: ignore[attr-defined]
        found = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
        return tuple(set(self.shapes.objects(node, one)) for one in found)

    def judge(self, one: Mutant) -> str:
        """Return the first gate that finds the fault, in the order of GATES; '' where none does."""
        if self._lint(one):
            return "lint"
        gone = list(datasets.graph(one.out))
        added = [triple for triple in datasets.graph(one.put) if triple not in self.graph]
        self._exchange(gone, added)
        try:
            with within(self.store, one):
                return self._gates(one, [*gone, *added])
        finally:
            self._exchange(added, gone)

    def _exchange(self, out: Iterable[Any], put: Iterable[Any]) -> None:
        for triple in out:
            self.graph.remove(triple)
        for triple in put:
            self.graph.add(triple)

    def _lint(self, one: Mutant) -> bool:
        if not one.put:
            return False
        touched = {quad.subject for quad in one.put}
        kept = [quad for each in self.read for quad in each.quads if quad.subject in touched and quad not in one.out]
        quads = (*kept, *one.put)
        text = "\n".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads)
        made = documents.Document(one.graph, "fault.ttl", text, quads, {}, given=True)
        return bool(lint.lint([made], self.vocabulary))

    def _gates(self, one: Mutant, triples: list[tuple[rdflib.term.Node, ...]]) -> str:
        if any(self._refused(term) for term in self._touched(triples)):
            return "shapes"
        subjects = {triple[0] for triple in triples}
        if any((term, None, None) in self.graph and not self._closed(term) for term in subjects):
            return "coverage"
        if self._rows(self.checks, one):
            return "checks"
        if self._rows(self.proofs, one):
            return "evidence"
        return "page" if self.page is not None and self._proved(self.page) else ""

    def _touched(self, triples: list[tuple[rdflib.term.Node, ...]]) -> Iterator[rdflib.term.Node]:
        """Yield subjects, then objects, then some of what points to either, each once."""
        near = [triple[place] for place in (0, 2) for triple in triples if isinstance(triple[place], rdflib.URIRef)]
        yield from dict.fromkeys(near)
        for term in near:
            around = sorted(one for one in self.graph.subjects(None, term) if isinstance(one, rdflib.URIRef))
            yield from (one for one in around[:_MOST_REFERRERS] if one not in near)

    def _refused(self, node: rdflib.term.Node) -> bool:
        return any(not shape.validate(self.executor, self.graph, focus=node)[0] for shape in self._aimed(node))

    def _aimed(self, node: rdflib.term.Node) -> Iterator[Any]:
        """Yield the shapes that have this node as a target."""
        own = {above for kind in self.graph.objects(node, RDF.type) for above in self.below.get(kind, {kind})}
        before, behind = set(self.graph.predicates(node)), set(self.graph.predicates(None, node))
        for shape, kinds, nodes, subjects_of, objects_of in self.targets:
            if kinds & own or node in nodes or subjects_of & before or objects_of & behind:
                yield shape

    def _closed(self, node: rdflib.term.Node) -> bool:
        """Tell whether a closed shape looks at a record, or any shape at what the ontology defines."""
        return any(shape.node in self.closed or str(node).startswith(LGO) for shape in self._aimed(node))

    def _rows(self, checks: Iterable[gates.Check], one: Mutant) -> bool:
        local = one.predicate.rpartition("/")[2].rpartition("#")[2]
        ordered = sorted(checks, key=lambda each: local not in each.sparql)
        return any(engine.select(self.store, each.sparql, name=each.name).rows for each in ordered)

    def _proved(self, text: str) -> bool:
        try:
            gate = gates.evidence_gate(self.store, (), [("page", text)])
        except (LeukographError, ValueError):
            return True
        return bool(gate.findings)
