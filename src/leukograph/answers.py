"""Answers a saved question: finds what the reader means, reads the graphs it needs, runs it, says silence in words."""

from collections.abc import Callable, Mapping, Sequence

from leukograph import engine, knowledge, lookup, questions
from leukograph.errors import CallError
from leukograph.names import BACKGROUND, INFERRED, INFERRED_BACKGROUND, LGO, MAPPINGS, ONTOLOGY, PAGE, RDFS
from leukograph.records import COMMAND, Answer, Asked, Manner, Question, Text
from leukograph.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph as ox

_WITH_TERMS = True
NOT_STATED = "not stated on this page"
Values = Mapping[str, Sequence[str]]
# What runs a SELECT over exactly the graphs that are named: the store in this process, or one elsewhere.
Run = Callable[[str, tuple[str, ...]], Answer]

# What gives the store with ontology, page, what follows, and layers beside; and, where true, with definitions.
Opened = Callable[[tuple[str, ...], bool], "ox.Store"]
_ANOTHER = "The store holds another state of the graph: what is not listed here may be stated on the page all the same."


class Elsewhere(NamedTuple):
    """What runs queries at a store elsewhere, and tells afterwards whether that holds what the files here hold."""

    run: Run
    same: Callable[[], bool]


def find(root: str, name: str) -> Question:
    """Return the saved question of that name; an unknown one is a CallError with the nearest names."""
    known = questions.names(root)
    if name in known:
        return questions.load(root, name)
    raise unknown(name, known)


def unknown(name: str, known: list[str], manner: Manner = COMMAND) -> CallError:
    """Return the error that says that there is no question of that name, with the nearest names."""
    import difflib

    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:3]
    return CallError(f"unknown question {name!r}. Nearest: {', '.join(near)}. {manner.lists} lists all.")


def ask(
    root: str,
    name: str,
    values: Values,
    *,
    with_background: bool = False,
    tell: knowledge.Tell = knowledge.silent,
) -> Asked:
    """Answer the question `name` with raw parameter values; background is read only where it is asked for.

    Raises CallError for an unknown question, a missing, surplus, doubled or unknown value.
    """
    return ask_open(root, name, values, with_background=with_background, tell=tell)[0]


def ask_open(
    root: str,
    name: str,
    values: Values,
    *,
    with_background: bool = False,
    tell: knowledge.Tell = knowledge.silent,
    elsewhere: Elsewhere | None = None,
) -> tuple[Asked, "ox.Store"]:
    """Answer as `ask` does and return the store of the files beside it; `elsewhere` runs the queries in its place."""
    tell = knowledge.once(tell)

    def opened(seen: tuple[str, ...], terms: bool) -> "ox.Store":  # noqa: FBT001 - an Opened
        return knowledge.open_store(root, seen, tell, terms=terms)

    return answer(find(root, name), values, opened, with_background=with_background, elsewhere=elsewhere)


def layers(question: Question, *, with_background: bool) -> list[str]:
    """Return the graphs beside ontology and page that a question sees."""
    return [layer for layer in question.layers if layer != questions.TERMS and (layer != BACKGROUND or with_background)]


def answer(
    question: Question,
    values: Values,
    opened: Opened,
    *,
    with_background: bool = False,
    elsewhere: Elsewhere | None = None,
    manner: Manner = COMMAND,
) -> tuple[Asked, "ox.Store"]:
    """Answer a question over the stores that `opened` gives, and return the one that was asked beside it.

    `manner` is how a complaint names parameters.
    """
    _check_names(question, values, manner)
    seen = tuple(layers(question, with_background=with_background))
    store = opened(seen, questions.TERMS in question.layers)
    bound = _resolve(question, values, store, opened, manner)
    return answered(store, question, bound, with_background=with_background, elsewhere=elsewhere), store


def answered(
    store: "ox.Store",
    question: Question,
    bound: Sequence[tuple[str, tuple[tuple[str, str], ...]]],
    *,
    with_background: bool = False,
    elsewhere: Elsewhere | None = None,
) -> Asked:
    """Answer a question from a store that holds the graphs it sees; `bound` has (IRI, label) for each parameter."""
    seen = layers(question, with_background=with_background)
    given = {key: tuple(iri for iri, _ in found) for key, found in bound}
    read = (ONTOLOGY, PAGE, *(layer for layer in (BACKGROUND, MAPPINGS) if layer in seen), INFERRED)
    read += (INFERRED_BACKGROUND,) if BACKGROUND in seen else ()
    run = elsewhere.run if elsewhere else (lambda sparql, _: engine.select(store, sparql, name=question.name))
    found = run(questions.bind(question, given), read)
    same = not elsewhere or elsewhere.same()
    narrower = []
    if same and not found.rows:
        narrower = _narrower(question, dict(bound), store, lambda sparql: run(sparql, read))
    words = [*narrower, *_words(question, dict(bound), found, with_background=with_background, same=same)]
    return Asked(question, tuple(bound), read, found, tuple(words))


def values_of(root: str, question: Question, param: str) -> list[tuple[str, list[str]]]:
    """Return what a parameter may be, as (label, other names), from every graph, sorted."""
    store = knowledge.open_store(root, (BACKGROUND, MAPPINGS))
    (kind,) = (one.kind for one in question.params if one.name == param)
    known = lookup.candidates(store, kind).values()
    return sorted(((names[0], names[1:]) for names in known), key=lambda pair: pair[0].casefold())


def _check_names(question: Question, values: Values, manner: Manner) -> None:
    known = {param.name: param for param in question.params}
    for name, given in values.items():
        if name not in known:
            takes = ", ".join(map(manner.listed.format, known)) or "no parameter"
            raise CallError(f"{question.name} has no parameter {manner.listed.format(name)}. It takes {takes}.")
        if len(given) > 1 and not known[name].many:
            raise CallError(
                f"{manner.parameter.format(name)} was given {len(given)} times. {question.name} takes it once."
            )
    for param in question.params:
        if param.required and not values.get(param.name):
            called = manner.parameter.format(param.name)
            raise CallError(f"{question.name} needs {called}. Give it: {param.summary}")


def _resolve(
    question: Question, values: Values, store: "ox.Store", opened: Opened, manner: Manner
) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    everything: ox.Store | None = None
    bound = []
    for param in question.params:
        found = []
        for text in values.get(param.name, ()):
            one = lookup.find(store, param, text, manner)
            if one is None:
                everything = everything or opened((BACKGROUND, MAPPINGS), _WITH_TERMS)
                one = lookup.find(everything, param, text, manner)
                if one is None:
                    raise lookup.unknown(everything, param, text, manner)
            found.append(one)
        if found:
            bound.append((param.name, tuple(found)))
    return bound


def _words(
    question: Question,
    bound: dict[str, tuple[tuple[str, str], ...]],
    answer: Answer,
    *,
    with_background: bool,
    same: bool,
) -> list[str]:
    words = []
    if not same:
        words.append(_ANOTHER)
    elif not answer.rows:
        sentence = question.empty
        for param in question.params:
            labels = " and ".join(label for _, label in bound.get(param.name, ()))
            shown = f" ({labels})" if labels and not param.required else labels
            sentence = sentence.replace(f"{{{param.name}}}", shown)
        words.append(sentence)
    elif answer.columns[0] == "answer" and all(row[0] and row[0].value == NOT_STATED for row in answer.rows):
        words.append("Not stated on this page, which is no verdict: the rows are the places that were looked through.")
    if "note" in answer.columns:
        place = answer.columns.index("note")
        words += dict.fromkeys(f"Note: {cell.value}" for cell in (row[place] for row in answer.rows) if cell)
    if same and answer.rows and question.closing:
        words.append(question.closing)
    if BACKGROUND in question.layers and not with_background:
        words.append("What is known from elsewhere was left out; add --with-background to see it, marked as such.")
    return words


def _narrower(
    question: Question, bound: dict[str, tuple[tuple[str, str], ...]], store: "ox.Store", run: Callable[[str], Answer]
) -> list[str]:
    """Name the narrower groups for which the same question has an answer that the page states."""
    if not question.narrower or question.narrower not in bound:
        return []
    (asked, _), *_ = bound[question.narrower]
    given = {name: tuple(iri for iri, _ in found) for name, found in bound.items()}
    stated = []
    for narrow in narrower(store, asked):
        rows = run(questions.bind(question, {**given, question.narrower: (narrow,)}))
        if any(isinstance(row[0], Text) and row[0].value == "stated" for row in rows.rows):
            stated.append(lookup.label(store, narrow))
    if not stated:
        return []
    such = f'--{question.narrower} "{stated[0]}"'
    return [f"The page states some for narrower groups: {'; '.join(stated)}. Ask for one of them, such as {such}."]


def narrower(store: "ox.Store", group: str) -> list[str]:
    """Return the groups narrower than a group (IRI) that limit any statement, sorted; an age form has those of all."""
    wide = {group, *engine.objects(store, group, LGO + "ageFormOf")}
    limits = {limit for _, limit in engine.pairs(store, LGO + "setsLimit")}
    return sorted({narrow for narrow, one in engine.pairs(store, RDFS + "subClassOf") if one in wide} & limits)
