"""Draws the conclusions of the ontology at a store elsewhere, by updates, into the graphs of what follows.

Rules are compiled here from the axioms that the store itself holds, so that what follows there follows from what is
there, whatever state the files here are in. Each rule is an update that writes into a working graph beside the graph
it is for; only when all is done and nothing clashes are the working graphs moved to their places, in one update. No
other graph is written.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from leukograph import asking, axioms, closing, encoding, pulling, rule_texts, triples
from leukograph.axioms import PREDICATES, SAME, SUB
from leukograph.errors import CallError, EndpointError, LeukographError, LimitError
from leukograph.names import (
    BACKGROUND,
    BASE,
    COMPILED,
    INFERRED,
    INFERRED_BACKGROUND,
    ONTOLOGY,
    PAGE,
    RDF_TYPE,
    RDFS,
    graph_iri,
    shorten,
)
from leukograph.profiles import target
from leukograph.records import Cell, Finding, Gate, Iri, Report
from leukograph.remote import Dataset, Store
from leukograph.rl_rules import Program, Rule
from leukograph.rules import MEANING, RULES, found
from leukograph.strata import steps
from leukograph.triples import GENID
from leukograph.verdicts import count

if TYPE_CHECKING:
    from argparse import Namespace

    import pyoxigraph as ox

    from leukograph.knowledge import Tell

WORK = "-leukograph-building"
SECONDS = 600.0
MOST_ROUNDS = 1000
_LINES = 500  # of one INSERT DATA
_BASES = {INFERRED: (ONTOLOGY, PAGE), INFERRED_BACKGROUND: (ONTOLOGY, PAGE, BACKGROUND)}
_KEPT = (
    f'isIRI(?s) && isIRI(?o) && STRSTARTS(STR(?s), "{BASE}") && STRSTARTS(STR(?o), "{BASE}") && ?s != ?o '
    f'&& !STRSTARTS(STR(?s), "{GENID}") && !STRSTARTS(STR(?o), "{GENID}") '
    f'&& (?p IN (<{RDF_TYPE}>, <{RDFS}subClassOf>) || STRSTARTS(STR(?p), "{BASE}"))'
)


class Made(NamedTuple):
    """What became of a graph of what follows: its name, how many triples it holds, and whether it was so before."""

    graph: str
    triples: int
    unchanged: bool


def build(store: Store, tell: "Tell") -> list[Made] | Report:
    """Make both graphs of what follows at a store, or return what contradicts itself there; then nothing is changed."""
    asking.counted(store, _BASES[INFERRED_BACKGROUND])
    try:
        findings = _work(store, tell)
        if findings:
            looked = f"what follows from {', '.join(_BASES[INFERRED_BACKGROUND])} at {store.target.name}"
            gate = Gate(MEANING, looked, tuple(sorted(findings)), (("contradictions", len(findings)),))
            return Report((gate,), rules=tuple(sorted(RULES.values())))
        if store.target.profile.doubted:
            tell("comparing")
            _compare(store)
        return _switch(store, tell)
    except (LeukographError, KeyboardInterrupt) as error:
        words = str(error) or "stopped."
        kind = type(error) if isinstance(error, LeukographError) else EndpointError
        raise kind(f"{words} Graphs that end in {WORK} may be left over; the next build replaces them.") from None
    finally:
        _drop_work(store)


def remove(store: Store) -> dict[str, int]:
    """Remove both graphs of what follows from a store, and return how many triples each had."""
    before = {graph: store.count(graph_iri(graph)) for graph in _BASES}
    for graph in _BASES:
        store.update(f"DROP SILENT GRAPH <{graph_iri(graph)}>", safe=True)
    _drop_work(store)
    left = [f"<{graph_iri(graph)}>" for graph in _BASES if store.count(graph_iri(graph))]
    if left:
        raise EndpointError(f"{store.target.name}: {' and '.join(left)} could not be removed.")
    return before


def _drop_work(store: Store) -> None:
    for graph in _BASES:
        try:
            store.update(f"DROP SILENT GRAPH <{_work_of(graph)}>", safe=True)
        except LeukographError:
            continue


def _work_of(graph: str) -> str:
    return graph_iri(graph) + WORK


def _work(store: Store, tell: "Tell") -> set[Finding]:
    """Draw all conclusions into the working graphs and return what clashes."""
    findings: set[Finding] = set()
    for graph, base in _BASES.items():
        work, given = _work_of(graph), tuple(map(graph_iri, base))
        store.update(f"DROP SILENT GRAPH <{work}>", safe=True)
        tell(f"{graph}: reading the axioms")
        known = _axioms(pulling.asker(store, base), base)
        schema, program = closing.compiled(known)
        _insert(store, _of_schema(schema), work)
        _run(store, program, given, work, lambda words, graph=graph: tell(f"{graph}: {words}"))  # type: ignore[misc]
        tell(f"{graph}: looking for contradictions")
        for rule in program.clashes:
            rows = pulling.rows(store, rule_texts.clash_query(rule, ()), Dataset((*given, work)))
            findings.update(_clash(rule, dict(zip(rows.columns, row, strict=True))) for row in rows.rows)
        inner = f"GRAPH <{work}> {{ ?s ?p ?o }}"
        store.update(f"DELETE {{ {inner} }} WHERE {{ {inner} FILTER(!({_KEPT})) }}", safe=True)
        stated = [*given, *(_work_of(other) for other in _BASES if other != graph and graph != INFERRED)]
        for text in rule_texts.tidy(stated, work):
            store.update(text, safe=True)
    return findings


def _axioms(ask: pulling.Ask, base: Iterable[str]) -> frozenset[axioms.Triple]:
    """Return the axioms that graphs state, whichever they stand in."""
    inner = pulling.only({*PREDICATES, RDF_TYPE})
    terms = encoding.terms()
    every = [triple for graph in base for triple in pulling.read(ask, graph, "" if graph == ONTOLOGY else inner)]
    return encoding.stated_axioms(encoding.buckets(triples.quads(dict.fromkeys(every)), terms), terms)


def _of_schema(schema: axioms.Schema) -> list[str]:
    """Return what follows about our own classes alone, as sorted lines."""
    start = f"<{BASE}"
    return sorted(
        f"{below} {SUB} {upper} ."
        for below, others in schema.above.items()
        for upper in others
        if below != upper and below.startswith(start) and upper.startswith(start)
    )


def _insert(store: Store, lines: list[str], graph: str) -> None:
    for start in range(0, len(lines), _LINES):
        piece = "\n".join(lines[start : start + _LINES])
        store.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{piece}\n}} }}", safe=True)


def _run(store: Store, program: Program, given: tuple[str, ...], work: str, tell: "Tell") -> None:
    """Run the rules, those that feed each other again and again until nothing is new."""
    graphs = Dataset((*given, work))
    equal = bool(pulling.rows(store, f"SELECT ?s WHERE {{ ?s {SAME} ?o }} LIMIT 1", graphs).rows)
    groups = list(steps(program, equal=equal))
    for number, (group, again) in enumerate(groups, 1):
        before = -1
        for turn in range(1, MOST_ROUNDS + 1):
            tell(f"rules {number} of {len(groups)}" + (f", round {turn}" if again else ""))
            for rule in group:
                for text in rule_texts.insert(rule, given, work):
                    store.update(text, safe=True)
            now = store.count(work) if again else before
            if now == before:
                break
            before = now
        else:
            raise LimitError(f"{store.target.name}: more than {MOST_ROUNDS} rounds, and still something follows.")


def _clash(rule: Rule, cells: dict[str, Cell]) -> Finding:
    """Return a row of a rule that ends in false as a finding, with the triples that clash."""

    def spelt(term: str) -> str:
        cell = cells.get(term[1:]) if term.startswith("?") else Iri(term.strip("<>"))
        if cell is None:
            return "something"
        if not isinstance(cell, Iri):
            return f'"{cell.value}"'
        return "an unnamed class" if cell.value.startswith("urn:leukograph:") else shorten(cell.value)

    told = [
        f"{spelt(one)} {'a' if link == axioms.TYPE else spelt(link)} {spelt(other)}"
        for one, link, other in rule.body
        if not other.startswith("<urn:leukograph:not:") and other != "<urn:leukograph:literal>"
    ]
    focus, value = cells.get("x"), cells.get("y")
    return found(
        "contradiction",
        focus=focus.value if focus else "",
        value=value.value if value else "",
        more=f"{'; '.join(told)}: by {rule.name} of OWL 2 RL these cannot all be.",
    )


def _compare(store: Store) -> None:
    """Raise EndpointError where the engine of a store, known to err, drew other conclusions than would be drawn here."""
    held = asking.fetched(store, asking.counted(store, _BASES[INFERRED_BACKGROUND]))
    known: set[str] = set()
    for graph, base in _BASES.items():
        names = set(map(graph_iri, base))
        quads = [quad for quad in held if str(quad.graph_name)[1:-1] in names]
        result = closing.close(quads)
        wanted = set(result.triples) - known
        there = {f"{one} ." for one in store.graph(_work_of(graph))}
        if result.contradictions or there != wanted:
            raise EndpointError(
                f"{store.target.name}: its engine concludes otherwise ({graph}: {len(wanted - there)} triples are "
                f"lacking, {len(there - wanted)} too many). Nothing was changed; `leukograph publish` brings what "
                "follows there."
            )
        known |= wanted


def _switch(store: Store, tell: "Tell") -> list[Made]:
    made, moves = [], []
    for graph in _BASES:
        work, place = _work_of(graph), graph_iri(graph)
        size, before = store.count(work), store.count(place)
        lacking = f"GRAPH <{work}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{place}> {{ ?s ?p ?o }} }}"
        found_one = f"SELECT ?s WHERE {{ {lacking} }} LIMIT 1"
        same = size == before and not store.select(found_one, Dataset((), (work, place))).rows
        made.append(Made(graph, size, same))
        if not same:
            moves.append(f"MOVE <{work}> TO <{place}>" if size else f"DROP SILENT GRAPH <{place}>")
    if moves:
        tell("switching")
        store.update(" ;\n".join(moves), safe=False)
    wrong = [one for one in made if store.count(graph_iri(one.graph)) != one.triples]
    if wrong:
        raise EndpointError(f"{store.target.name}: the switch went wrong at {wrong[0].graph}. Build again.")
    return made


def as_called(given: "Namespace", tell: "Tell") -> Iterator[str]:
    """Yield what `build --endpoint` did, line by line; contradictions raise what `Clashing` says."""
    if given.check or given.engine != COMPILED:
        what = "--check" if given.check else f"--engine {given.engine}"
        raise CallError(f"{what} speaks of files here, and --endpoint of what a store holds. Leave one of the two out.")
    seconds = given.timeout or SECONDS
    store = asking.connect(target(given.endpoint, given.store), given.auth, given.credentials, seconds)
    if given.remove:
        for graph, size in remove(store).items():
            yield f"{graph}: {count(size, 'triple')} removed"
        return
    made = build(store, tell)
    if isinstance(made, Report):
        raise ClashingError(made)
    for one in made:
        yield f"{one.graph}: {count(one.triples, 'triple')}, {'as it was' if one.unchanged else 'made'}"


class ClashingError(Exception):
    """The graphs at a store contradict themselves; `report` says how."""

    def __init__(self, report: Report) -> None:
        """Take what is found."""
        super().__init__("the graphs contradict themselves")
        self.report = report
