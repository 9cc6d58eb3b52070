"""Validates graphs gate by gate: what is wrong, where it stands, and what was looked at."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from leukograph import closing, coverage, documents, engine, files, gates, limits, lint, locating, shacl
from leukograph.documents import Document, Source
from leukograph.errors import CallError, at
from leukograph.names import ASSERTED, COMPILED, MAPPINGS, ONTOLOGY, PREFIXES, graph_iri, shorten
from leukograph.records import Clash, Finding, Gate, Place, Report
from leukograph.rules import CHECKS, COVERAGE, EVIDENCE, LINT, MEANING, RULES, SHAPES, SYNTAX, found
from leukograph.shape_graph import read as read_shapes
from leukograph.verdicts import count

if TYPE_CHECKING:
    import pyoxigraph as ox

Tell = Callable[[str], None]
_GRAPHS = {graph_iri(graph) for graph in ASSERTED}


class Scope(NamedTuple):
    """What to validate: the project, or the files and folders `named` against its ontology, shapes and checks.

    `pages` are (path, text) of copies of pages; `graph` is the graph that named files belong to, whatever their
    folder; `with_project` adds the project's own data to them; `shapes` and `ontology` are further files of each
    kind; the shapes have so many `seconds`; `engine` is one of names.ENGINES.
    """

    named: tuple[str, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    graph: str | None = None
    with_project: bool = False
    shapes: tuple[str, ...] = ()
    ontology: tuple[str, ...] = ()
    seconds: float = shacl.SECONDS
    engine: str = COMPILED


EVERYTHING = Scope()


def validate(root: str, scope: Scope = EVERYTHING, tell: Tell = lambda _: None) -> Report:
    """Return what is wrong with the graphs of the project at `root`, or with what `scope` names.

    `tell` hears which gate is at work. The gates after syntax run only where every file can be read.
    """
    tell(SYNTAX)
    read, wrong = documents.read(sources(root, scope))
    triples = sum(len(one.quads) for one in read)
    number = len(read) + sum(1 for place, _ in wrong if place.path not in {one.path for one in read})
    syntax = Gate(
        SYNTAX,
        f"{count(number, 'file')} with {count(triples, 'triple')}",
        tuple(found("syntax", place)._replace(message=words) for place, words in sorted(wrong)),
        (("files", number), ("triples", triples)),
    )
    if wrong:
        return Report((syntax,), rules=tuple(sorted(RULES.values())))
    return _judge(root, scope, read, syntax, tell)


def sources(root: str, scope: Scope) -> list[Source]:
    """Return the files that a validation reads, each once: those named, then those of the project it rests on.

    A file of the project's own that is named keeps the graph it has there. CallError where a name leads nowhere.
    """
    alone = not scope.named
    own = [Source(graph, files.near(one), alone) for graph in ASSERTED for one in files.graph_files(root, graph)]
    own += [Source(documents.SHAPES, files.near(one), alone) for one in _project_shapes(root)]
    if not alone and not scope.with_project:
        own = [one for one in own if one.graph in (ONTOLOGY, documents.SHAPES)]
    given = [
        *documents.collect(scope.ontology, ONTOLOGY),
        *documents.collect(scope.shapes, documents.SHAPES),
        *documents.collect(scope.named, scope.graph),
    ]
    homes = {os.path.realpath(one.path): one for one in own}
    chosen: dict[str, Source] = {}
    for one in given:
        real = os.path.realpath(one.path)
        chosen.setdefault(real, one._replace(graph=homes[real].graph) if real in homes else one)
    return [*chosen.values(), *(one for real, one in homes.items() if real not in chosen)]


def _judge(root: str, scope: Scope, read: list[Document], syntax: Gate, tell: Tell) -> Report:
    data = [one for one in read if one.graph != documents.SHAPES]
    triples = list(dict.fromkeys(quad.triple for one in data for quad in one.quads))
    rules = [one for one in read if one.graph == documents.SHAPES]
    shapes = read_shapes(quad for one in rules for quad in one.quads)
    opened = store(data)
    checks = gates.load_checks(root)
    known = locating.index(read)
    every = tuple(sorted([*RULES.values(), *gates.shape_rules(shapes), *gates.check_rules(checks)]))
    made = [syntax]
    tell(LINT)
    vocabulary = [one for one in data if one.graph == ONTOLOGY]
    given = [one for one in data if one.given]
    homes = {os.path.realpath(one) for one in _project_shapes(root)}
    own_shapes = [one for one in rules if one.given and os.path.realpath(one.path) not in homes]
    said = lint.lint([*given, *own_shapes], vocabulary, [one for one in data if not one.given])
    number = sum(len(one.quads) for one in (*given, *own_shapes))
    looked = f"{count(number, 'triple')} of {count(len(given) + len(own_shapes), 'file')} as they are written"
    made.append(Gate(LINT, looked, tuple(said), (("triples", number),)))
    if any(one.rule == RULES["list-without-end"].iri for one in said):  # what follows could never come to an end
        return Report(tuple(gate._replace(findings=_placed(gate.findings, known, scope)) for gate in made), rules=every)
    _keep_shapes(own_shapes, rules)
    tell(SHAPES)
    made.append(_shapes(triples, opened, rules, own_shapes, scope))
    tell(CHECKS)
    made.append(gates.checks(opened, [one for one in checks if one.gate == CHECKS]))
    tell(EVIDENCE)
    made.append(gates.evidence_gate(opened, [one for one in checks if one.gate == EVIDENCE], scope.pages))
    tell(MEANING)
    with limits.clock(scope.seconds, "the closure"):
        made.append(_meaning(data, known, scope.engine))
    tell(COVERAGE)
    holders = [one for one in given if one.graph != ONTOLOGY]
    only_terms = not holders
    holders = holders or given
    described = (one for one in given if one.graph == ONTOLOGY)
    made.append(
        coverage.coverage(
            coverage.see(triples),
            shapes,
            _subjects(holders),
            _subjects(vocabulary),
            described=_subjects(described),
            whole=not scope.named,
            only_terms=only_terms,
            own=read_shapes(quad for one in own_shapes for quad in one.quads),
        )
    )
    lacking = [Place(one.path) for one in own_shapes if not one.quads]
    made[-1] = made[-1]._replace(findings=(*made[-1].findings, *(found("nothing-to-check", one) for one in lacking)))
    placed = [gate._replace(findings=_placed(gate.findings, known, scope)) for gate in made]
    return Report(tuple(placed), rules=every)


def _project_shapes(root: str) -> list[str]:
    return files.files_under(os.path.join(root, *files.SHAPES.split("/")), ".ttl")


def _subjects(some: Iterable[Document]) -> set[object]:
    return {quad.subject for one in some for quad in one.quads}


def _shapes(
    triples: "list[ox.Triple]", opened: "ox.Store", rules: list[Document], own: list[Document], scope: Scope
) -> Gate:
    """Run all shapes; where they cannot be run, name the file of someone's own that is at fault."""

    def run(some: Iterable[Document]) -> Gate:
        shapes = [quad for one in some for quad in one.quads]
        return shacl.shapes_gate(triples, shapes, store=opened, seconds=scope.seconds, by=scope.engine)

    try:
        return run(rules)
    except CallError:
        for one in own:
            try:
                run([one])
            except CallError as error:
                raise CallError(f"{one.path}: {error}") from None
        raise


def _keep_shapes(own: list[Document], rules: list[Document]) -> None:
    """Raise CallError where shapes of someone's own say something about a shape of the project."""
    others = {quad.subject for one in rules if one not in own for quad in one.quads}
    for one in own:
        for number, quad in enumerate(one.quads):
            if quad.subject in others:
                place, name = at(*documents.place(one, number, "subject")), shorten(engine.plain(quad.subject))
                raise CallError(
                    f"{place}: {name} is a shape of the project, which is not changed. Write one of your own."
                )


def _placed(findings: Iterable[Finding], known: locating.Index, scope: Scope) -> tuple[Finding, ...]:
    """Return findings with their places, in order of place.

    Of named files alone, what is found about the ontology for lack of the project's data is none of theirs. Beside the
    project, what two records have with each other is told at the one that stands in a named file.
    """
    findings = tuple(findings)
    if not findings:
        return ()
    made = []
    prefixes = {
        one.path: {name: iri for name, iri in one.names.items() if name not in PREFIXES} for one in known.documents
    }
    alone = bool(scope.named) and not scope.with_project
    for said in findings:
        one = said if said.path or not said.value else said._replace(path=locating.link(known, said.focus, said.value))
        place = one.place or locating.locate(known, one.focus, one.path, one.value, term=one.term, given=True)
        if place is None and (one.focus or one.value):
            place = locating.locate(known, one.focus, one.path, one.value, term=one.term)
            if alone and place is not None:
                continue
        made.append(one._replace(place=place, names=_names(one, place and prefixes.get(place.path, {}))))
    told = {(one.rule, one.focus, one.value) for one in made if _is_given(known, one.focus)}
    theirs = {one for one in made if (one.rule, one.value, one.focus) in told and not _is_given(known, one.focus)}
    return tuple(sorted(set(made) - theirs, key=order))


def _is_given(known: locating.Index, subject: str) -> bool:
    return any(known.documents[number].given for number, _ in known.subjects.get(subject, ()))


def _names(one: Finding, prefixes: dict[str, str] | None) -> tuple[str, ...]:
    """Return what a finding is about in short form, by the prefixes of its file where the project has none."""
    whole = [shorten(text) for text in (one.focus, one.path, one.value)]
    return tuple(shorten(text, prefixes) if prefixes else text for text in whole)


def order(found: Finding) -> tuple[object, ...]:
    """Return what findings are sorted by: place, those without one last, then what they are about."""
    return (found.place is None, found.place or (), found.rule, found.focus, found.path, found.value, found.message)


def store(data: Iterable[Document]) -> "ox.Store":
    """Return a store of documents, each triple in the graph that it belongs to."""
    made = engine.empty()
    for one in data:
        by_graph: dict[str, list[ox.Quad]] = {}
        for quad in one.quads:
            by_graph.setdefault(documents.plain_graph(quad), []).append(quad)
        for name, quads in by_graph.items():
            if name in _GRAPHS:
                made.bulk_extend(quads)
            else:
                engine.fill(made, one.graph, quads)
    return made


def _meaning(data: list[Document], known: locating.Index, engine_name: str) -> Gate:
    inputs = [one for one in data if one.graph != MAPPINGS]
    result = closing.close((quad for one in inputs for quad in one.quads), engine_name)
    findings = [_contradiction(clash, known) for clash in result.contradictions]
    looked = f"the OWL 2 RL closure of {count(len(inputs), 'file')}, {count(len(result.triples), 'new triple')}"
    return Gate(MEANING, looked, tuple(findings), (("new triples", len(result.triples)),))


def _contradiction(clash: Clash, known: locating.Index) -> Finding:
    """Return a contradiction with the place of its first axiom that stands in a file, and the places of the others."""
    spots = []
    for axiom in clash.axioms:
        place = locating.stated(known, *axiom)
        if place is not None and place not in spots:
            spots.append(place)
    spots.sort(key=lambda one: not any(one.path == each.path for each in known.documents if each.given))
    more = f"{clash.words}." + (f" See also {', '.join(at(*one) for one in spots[1:])}." if spots[1:] else "")
    return found("contradiction", spots[0] if spots else None, focus=clash.focus, value=clash.value, more=more)
