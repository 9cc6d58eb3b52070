"""Validates the graphs that a store elsewhere holds: the queries go to the store, and what they find comes back.

Shapes, checks and the evidence that needs no page are asked of the store. Meaning and coverage are worked out here from
the triples that they look at. Syntax and lint judge how files are written: nothing of theirs is to be seen, and the
report says so. Where an engine was seen to answer wrongly, the graphs are read and judged here, which it says too.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from leukograph import (
    asking,
    closing,
    console,
    coverage,
    documents,
    encoding,
    engine,
    gates,
    pulling,
    shacl,
    triples,
    validation,
)
from leukograph.axioms import PREDICATES, SAME, TYPE
from leukograph.errors import CallError, EndpointError, FileError, LimitError
from leukograph.errors import at as at_place
from leukograph.names import (
    ASSERTED,
    BACKGROUND,
    LGO,
    MAPPINGS,
    OA,
    ONTOLOGY,
    PAGE,
    RDF_TYPE,
    RDFS,
    REFERENCE,
    SH,
    XSD,
    graph_iri,
    shorten,
)
from leukograph.pulling import Ask
from leukograph.records import Finding, Gate, Report
from leukograph.remote import Store
from leukograph.rl_rules import EVERY, Program, key
from leukograph.rules import CHECKS, COVERAGE, EVIDENCE, LINT, MEANING, RULES, SHAPES, SYNTAX, found
from leukograph.shape_graph import Shapes, is_iri, named
from leukograph.shape_graph import read as read_shapes
from leukograph.shape_queries import plan
from leukograph.verdicts import count

if TYPE_CHECKING:
    from argparse import Namespace

    import pyoxigraph as ox

MOST_COMPARED = 100_000  # triples that are judged twice, there and here
_FOCI = 50  # of which is asked at once
_EVIDENCE = (
    RDF_TYPE,
    RDFS + "label",
    *(LGO + name for name in ("digest", "exactText", "hasSegmentKind", "ofPage", "characterCount", "statedIn")),
    *(LGO + name for name in ("cuedBy", "namedBy", "scopedBy", "givenBy")),
    *(OA + name for name in ("hasSelector", "start", "end")),
)
# Literals whose form is not known to be right.
_DOUBTFUL = (
    f'?s ?p ?o FILTER(isLiteral(?o) && LANG(?o) = "" && DATATYPE(?o) != <{XSD}string> '
    f'&& !(DATATYPE(?o) = <{XSD}integer> && REGEX(STR(?o), "^-?[0-9]{{1,18}}$")) '
    f'&& !(DATATYPE(?o) = <{XSD}boolean> && STR(?o) IN ("true", "false")))'
)


class Place(NamedTuple):
    """Where is judged: what asks there, its name, how many triples each graph has, and the graphs where they were read.

    With `held` the engine of the store is not used, but that of this process.
    """

    ask: Ask
    name: str
    counts: dict[str, int]
    held: "ox.Store | None" = None


def place(store: Store, tell: validation.Tell, *, here: bool = False) -> Place:
    """Return a store as a place to judge at; with `here`, or where its engine is not to be trusted, by reading it."""
    counts = asking.counted(store, ASSERTED)
    if not (here or store.target.profile.here or store.target.profile.doubted):
        return Place(pulling.asker(store, ASSERTED), store.target.name, counts)
    if sum(counts.values()) > asking.MOST_TRIPLES:
        raise LimitError(
            f"{store.target.name}: more than {asking.MOST_TRIPLES} triples to read, and its engine is not to be used. "
            "Judge the files, or take another store."
        )
    tell("reading the graphs")
    held = asking.fetched(store, counts)
    return Place(partial(engine.select, held), store.target.name, counts, held)


def judge(
    root: str, at: Place, pages: tuple[tuple[str, str], ...] = (), *, seconds: float, tell: validation.Tell
) -> Report:
    """Return what is wrong with the graphs at a place, judged by the shapes, checks and rules of the project."""
    sources = [one for one in validation.sources(root, validation.EVERYTHING) if one.graph == documents.SHAPES]
    read, wrong = documents.read(sources)
    for spot, words in sorted(wrong)[:1]:
        raise FileError(f"{at_place(*spot)}: {words}")
    rules = [quad for one in read for quad in one.quads]
    shapes, checks = read_shapes(rules), gates.load_checks(root)
    total = sum(at.counts.values())
    held = ", ".join(f"{graph} ({number})" for graph, number in at.counts.items())
    how = "" if at.held is None else "; they were read and judged here, without its engine"
    looked = f"no file, but {count(len(at.counts), 'graph')} with {count(total, 'triple')} of {at.name}: {held}{how}"
    made = [Gate(SYNTAX, looked, (), (("files", 0), ("triples", total)))]
    made.append(Gate(LINT, "nothing, for how triples are written is seen in files alone", (), (("triples", 0),)))
    tell(SHAPES)
    if at.held is None:
        made.append(_shapes(at, shapes, tell))
    else:
        every = list(dict.fromkeys(quad.triple for quad in at.held))
        made.append(shacl.shapes_gate(every, rules, store=at.held, seconds=seconds))
    own = [one for one in checks if one.gate == CHECKS]
    looked = f"{len(own)} checks on {total} quads"
    made.append(Gate(CHECKS, looked, _checked(at, own, tell), (("checks", len(own)), ("quads", total))))
    made.append(_evidence(at, [one for one in checks if one.gate == EVIDENCE], pages, tell))
    tell(MEANING)
    made.append(_meaning(at))
    tell(COVERAGE)
    made.append(_covered(at, shapes))
    every_rule = tuple(sorted([*RULES.values(), *gates.shape_rules(shapes), *gates.check_rules(checks)]))
    links = _links(at, (one for gate in made for one in gate.findings))
    return Report(tuple(gate._replace(findings=_named(gate.findings, links)) for gate in made), rules=every_rule)


def as_called(root: str, given: "Namespace", pages: tuple[tuple[str, str], ...], tell: validation.Tell) -> Report:
    """Judge the store that the options of a call of `validate` name; those that speak of files are refused."""
    of_files = {
        "FILE": given.paths, "--with-project": given.with_project, "--graph": given.graph, "--ontology": given.ontology,
        "--shapes": given.shapes, "--watch": given.watch, "--engine reference": given.engine == REFERENCE,
    }  # fmt: skip
    for name, value in of_files.items():
        if value:
            raise CallError(
                f"{name} speaks of files here, and --endpoint of what a store holds. Leave one of them out."
            )
    store = asking.of_call(given.endpoint, given, given.timeout, console.tell)
    at = place(store, tell, here=given.here)
    report = judge(root, at, pages, seconds=given.timeout, tell=tell)
    if at.held is not None:
        return report
    if sum(at.counts.values()) > MOST_COMPARED:
        return _saying(report, "too large to be judged here as well, so its engine is believed")
    by_hand = judge(root, place(store, tell, here=True), pages, seconds=given.timeout, tell=tell)
    for gate, other in zip(report.gates, by_hand.gates, strict=True):
        ours, theirs = ({one[:7] for one in each.findings if not _blank(one)} for each in (other, gate))
        if ours != theirs:
            raise EndpointError(
                f"{at.name}: its engine finds otherwise than this one ({gate.name}: {len(ours - theirs)} findings are "
                f"lacking, {len(theirs - ours)} too many). Give --here, which does without it."
            )
    return _saying(report, "judged here as well, with the same findings")


def _blank(one: Finding) -> bool:
    return one.focus.startswith("_:") or one.value.startswith("_:")


def _saying(report: Report, words: str) -> Report:
    first, *others = report.gates
    return report._replace(gates=(first._replace(looked_at=f"{first.looked_at}; {words}"), *others))


def _shapes(at: Place, shapes: Shapes, tell: validation.Tell) -> Gate:
    """Ask the shapes of the store; what is not compiled is an error, and never passed over."""
    shacl.refuse(shapes)
    made = plan(shapes)
    left = [*([(None, made.whole)] if made.whole else ()), *made.left]
    for node, why in left:
        name = "all shapes" if node is None else shorten(named(shapes, node)) or "a shape without name"
        raise CallError(f"{name}: a store cannot be asked this ({why}). Give --here, which reads the graphs first.")

    def ask(sparql: str) -> Iterator[tuple[Any, ...]]:
        answer = at.ask(sparql)
        return (tuple(map(triples.term, row)) for row in answer.rows)

    results = []
    for number, query in enumerate(made.queries, 1):
        tell(f"{SHAPES} {number} of {len(made.queries)}")
        results += list(shacl.results(shapes, query, ask))
    return shacl.gate(shapes, results, sum(at.counts.values()), {})


def _checked(at: Place, queries: list[gates.Check], tell: validation.Tell) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    for number, check in enumerate(queries, 1):
        tell(f"{check.gate} {number} of {len(queries)}")
        findings += gates.told(check, at.ask(check.sparql))
    return tuple(sorted(findings))


def _evidence(at: Place, queries: list[gates.Check], pages: tuple[tuple[str, str], ...], tell: validation.Tell) -> Gate:
    """Ask the checks of evidence, and prove passages here, from the triples that say where they stand."""
    asked = _checked(at, queries, tell)
    held = at.held
    if held is None:
        held = triples.fetched({graph: _read(at, graph, pulling.only(_EVIDENCE)) for graph in at.counts})
    gate = gates.evidence_gate(held, [], pages)
    looked = gate.looked_at.replace("0 checks", f"{len(queries)} checks", 1)
    counts = tuple((name, len(queries) if name == "checks" else number) for name, number in gate.counts)
    return Gate(EVIDENCE, looked, tuple(sorted({*asked, *gate.findings})), counts)


def _read(at: Place, graph: str, inner: str = "") -> "Iterator[ox.Triple]":
    return pulling.read(at.ask, graph, inner, at.name)


def _meaning(at: Place) -> Gate:
    """Work out what follows from the triples that the rules of the ontology at the place can look at."""
    given = [triple for graph in (ONTOLOGY,) for triple in _read(at, graph)]
    needed = _predicates(given)
    inner = [pulling.only(needed), _DOUBTFUL] if needed else [""]
    data = [triple for graph in (PAGE, BACKGROUND) for one in inner for triple in _read(at, graph, one)]
    more = {triple.predicate.value for triple in triples.quads(data) if encoding.is_axiom(triple)}
    if more or any(f"<{triple.predicate.value}>" == SAME for triple in data):  # any triple can matter now
        data = [triple for graph in (PAGE, BACKGROUND) for triple in _read(at, graph)]
    result = closing.close(triples.quads(dict.fromkeys([*given, *data])))
    findings = [
        found("contradiction", focus=clash.focus, value=clash.value, more=f"{clash.words}.")
        for clash in result.contradictions
    ]
    looked = (
        f"the OWL 2 RL closure of {count(len(at.counts) - 1, 'graph')} without {MAPPINGS}, "
        f"{count(len(result.triples), 'new triple')}"
    )
    return Gate(MEANING, looked, tuple(findings), (("new triples", len(result.triples)),))


def _predicates(given: "list[ox.Triple]") -> set[str]:
    """Return the predicates that rules look at, none where they look at every one."""
    known = encoding.terms()
    found_here = encoding.buckets(triples.quads(given), known)
    _, program = closing.compiled(encoding.stated_axioms(found_here, known))
    names = set(_keys(program))
    if EVERY in names:
        return set()
    links = {RDF_TYPE if name.startswith("a ") or name == TYPE else name[1:-1] for name in names}
    return {*links, *PREDICATES, RDF_TYPE, SAME[1:-1]}


def _keys(program: Program) -> Iterator[str]:
    for rule in (*program.single.values(), *program.joins, *program.clashes):
        yield from map(key, rule.body)


def _covered(at: Place, shapes: Shapes) -> Gate:
    aims = (SH + name for name in ("targetSubjectsOf", "targetObjectsOf"))
    asked = {one.value for aim in aims for said in shapes.said.values() for one in said.get(aim, ()) if is_iri(one)}
    inner = pulling.only({RDF_TYPE, RDFS + "subClassOf", LGO + "statedIn", *asked})
    seen = coverage.see(dict.fromkeys(chain.from_iterable(_read(at, graph, inner) for graph in at.counts)))
    sizes: dict[str, dict[Any, int]] = {graph: _sizes(at, graph) for graph in at.counts}
    every: dict[Any, int] = {}
    for some in sizes.values():
        for subject, number in some.items():
            every[subject] = every.get(subject, 0) + number
    data = {subject for graph, some in sizes.items() if graph != ONTOLOGY for subject in some}
    return coverage.coverage(
        seen._replace(sizes=every), shapes, data, sizes[ONTOLOGY], described=sizes[ONTOLOGY], own=read_shapes(())
    )


def _sizes(at: Place, graph: str) -> dict[Any, int]:
    asked = f"SELECT ?s (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph_iri(graph)}> {{ ?s ?p ?o }} }} GROUP BY ?s"
    return {triples.term(row[0]): int(row[1].value) for row in at.ask(asked).rows if row[0] and row[1]}


def _links(at: Place, findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    """Return the predicate that leads from focus to value, where there is one alone and the finding names none."""
    asked = {(one.focus, one.value) for one in findings if not one.path and one.value and ":" in one.focus}
    foci = sorted({focus for focus, _ in asked if not focus.startswith("_:")})
    known: dict[tuple[str, str], set[str]] = {}
    for start in range(0, len(foci), _FOCI):
        some = " ".join(f"<{one}>" for one in foci[start : start + _FOCI])
        answer = at.ask(f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?s {{ {some} }} ?s ?p ?o }}")
        for subject, link, value in answer.rows:
            if subject and link and value and (subject.value, value.value) in asked:
                known.setdefault((subject.value, value.value), set()).add(link.value)
    return {pair: links.pop() for pair, links in known.items() if len(links) == 1}


def _named(findings: Iterable[Finding], links: dict[tuple[str, str], str]) -> tuple[Finding, ...]:
    made = set()
    for one in findings:
        path = one.path or links.get((one.focus, one.value), "")
        made.add(one._replace(path=path, names=tuple(map(shorten, (one.focus, path, one.value)))))
    return tuple(sorted(made, key=validation.order))
