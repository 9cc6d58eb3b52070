"""Draws the conclusions of the ontology at a store elsewhere, by updates, into the graphs of what follows.

Rules are compiled here from the axioms that the store itself holds, so that what follows there follows from what is
there, whatever state the files here are in. Each rule is an update that writes into a working graph beside the graph
it is for; only when all is done and nothing clashes are the working graphs moved to their places, in one update. No
other graph is written.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from leukograph import asking, axioms, closing, console, encoding, limits, pulling, reporters, rule_texts, triples
from leukograph.axioms import PREDICATES, SAME, SUB
from leukograph.errors import CallError, EndpointError, LeukographError, LimitError, StoppedError
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
from leukograph.records import Cell, Finding, Gate, Iri, Report
from leukograph.remote import Dataset, Store
from leukograph.rl_rules import Program, Rule
from leukograph.rules import MEANING, RULES, found
from leukograph.strata import steps
from leukograph.triples import GENID
from leukograph.verdicts import count

if TYPE_CHECKING:
    from argparse import Namespace

    from leukograph.knowledge import Tell

WORK = "-leukograph-building"
SECONDS = 600.0
MOST_ROUNDS = 1000
MOST_TOLD = 20
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
        if not findings and store.target.profile.doubted:
            tell("comparing")
            _compare(store)
    except (LeukographError, KeyboardInterrupt) as error:
        kind = type(error) if isinstance(error, LeukographError) else StoppedError
        left = _drop_work(store)
        rest = f" {' and '.join(left)} may be left over; the next build replaces it." if left else ""
        raise kind(f"{str(error) or 'stopped.'} Nothing was changed.{rest}") from None
    if findings:
        _drop_work(store)
        looked = f"what follows from {', '.join(_BASES[INFERRED_BACKGROUND])} at {store.target.name}"
        gate = Gate(MEANING, looked, tuple(sorted(findings)), (("contradictions", len(findings)),))
        return Report((gate,), rules=tuple(sorted(RULES.values())))
    tell("switching")
    return _switch(store)


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


def _drop_work(store: Store) -> list[str]:
    """Remove the working graphs, and return those that could not be."""
    left = []
    for graph in _BASES:
        try:
            store.update(f"DROP SILENT GRAPH <{_work_of(graph)}>", safe=True)
        except LeukographError:
            left.append(f"<{_work_of(graph)}>")
    return left


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
        stated = [*given, *(_work_of(other) for other in _BASES if graph not in (other, INFERRED))]
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
    """Raise EndpointError where an engine that is known to err drew other conclusions than are drawn here."""
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


def _switch(store: Store) -> list[Made]:
    """Move the working graphs to their places in one update; where that fails, say what stands."""
    made, moves = [], []
    for graph in _BASES:
        work, place = _work_of(graph), graph_iri(graph)
        size, before = store.count(work), store.count(place)
        lacking = f"GRAPH <{work}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{place}> {{ ?s ?p ?o }} }}"
        first = f"SELECT ?s WHERE {{ {lacking} }} LIMIT 1"
        same = size == before and not store.select(first, Dataset((), (work, place))).rows
        made.append(Made(graph, size, same))
        if not same:
            moves.append(f"MOVE <{work}> TO <{place}>" if size else f"DROP SILENT GRAPH <{place}>")
    failed = ""
    kind: type[LeukographError] = EndpointError
    try:
        if moves:
            store.update(" ;\n".join(moves), safe=False)  # a second MOVE of what is gone could empty the graph
    except LeukographError as error:
        failed = str(error)
    except KeyboardInterrupt:
        failed, kind = "stopped.", StoppedError
    states = {one.graph: store.count(graph_iri(one.graph)) for one in made}
    if failed or any(states[one.graph] != one.triples for one in made):
        told = "; ".join(f"{one.graph} holds {states[one.graph]} triples, to be {one.triples}" for one in made)
        raise kind(f"{failed or f'{store.target.name}: the switch went wrong.'} {told}. Build again.")
    _drop_work(store)
    return made


def as_called(given: "Namespace") -> int:
    """Build or remove as the options of a call of `build` say, and return the exit code: 1 where something clashes."""
    if given.check or given.engine != COMPILED:
        what = "--check" if given.check else f"--engine {given.engine}"
        raise CallError(f"{what} speaks of files here, and --endpoint of what a store holds. Leave one of the two out.")
    store = asking.of_call(given.endpoint, given, given.timeout or SECONDS, console.tell)
    if given.remove:
        for graph, size in remove(store).items():
            console.out(f"{graph}: {count(size, 'triple')} removed\n")
        return 0
    with limits.stoppable():
        try:
            made = build(store, console.progress)
        finally:
            console.progress("")
    if isinstance(made, Report):
        console.out(reporters.write(made, "text", max_print=MOST_TOLD, colour=console.colour()))
        return 1
    for one in made:
        console.out(f"{one.graph}: {count(one.triples, 'triple')}, {'as made' if one.unchanged else 'written'}\n")
    return 0
