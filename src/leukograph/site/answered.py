"""What saved questions answer of one thing: a part for what is asserted, inferred, and known from elsewhere each."""

from typing import NamedTuple

from leukograph.names import PAGE, shorten
from leukograph.records import Asked, Cell, Iri, Question, Text
from leukograph.site.markup import Html, el
from leukograph.site.terms import Here, answer

BROADER = "stated for a broader group"
# What of an answer is inferred: every row, each triple that the page's graph does not hold, what a row says in words.
_EVERY, _UNHELD, _SAID = "every", "unheld", "said"
_INFERRED = {"subtypes": _EVERY, "statement": _UNHELD}
TITLES = {
    "asserted": "stated on the page",
    "inferred": "follows from the meaning of the words, or is stated for a broader group",
    "background": "from elsewhere; no part of what the page says",
}
# Answers that hold no words of the page: those of the ontology, and what follows from its definitions.
_OWN_TITLES = {
    "glossary": {"asserted": "by the ontology, in the project's own words; not of the page"},
    "subtypes": {"inferred": "follows from the definitions; no statement of the page passes from one to the other"},
}


class Part(NamedTuple):
    """The rows of an answer that are of one layer."""

    layer: str
    rows: tuple[tuple[Cell, ...], ...]


def titles(question: Question) -> dict[str, str]:
    """Return what each layer of a question's answer is, in words."""
    return {**TITLES, **_OWN_TITLES.get(question.name, {})}


def inferring(question: Question) -> str:
    """Return how a row of a question is known to be inferred: `every`, `unheld` by the page's graph, or `said`."""
    return _INFERRED.get(question.name, _SAID)


def sections(place: Here, iri: str, asking: list[tuple[str, str]]) -> list[Html]:
    """Return a section for each question with its parameter: what the page states first, silence, then the rest."""
    order = {"asserted": 0, "inferred": 1, "silent": 2, "background": 3}
    made = []
    for name, param in asking:
        question = place.known.questions[name]
        asked = place.known.ask(name, {param: (iri,)}, with_background=True)
        parts = divided(place, asked)
        (taken,) = (one for one in question.params if one.name == param)
        if not taken.required:
            parts = [Part(one.layer, rows) for one in parts if (rows := tuple(r for r in one.rows if Iri(iri) in r))]
        if parts or taken.required:
            first = order[parts[0].layer if parts else "silent"]
            made.append((first, name, _section(place, iri, param, asked, parts)))
    return [one for _, _, one in sorted(made, key=lambda one: one[:2])]


def divided(place: Here, asked: Asked) -> list[Part]:
    """Return the rows of an answer by layer: asserted, inferred, background; a layer without rows is left out."""
    held: dict[str, list[tuple[Cell, ...]]] = {"asserted": [], "inferred": [], "background": []}
    for row in asked.answer.rows:
        held[_layer(place, asked, row)].append(row)
    return [Part(layer, tuple(rows)) for layer, rows in held.items() if rows]


def _layer(place: Here, asked: Asked, row: tuple[Cell, ...]) -> str:
    columns = asked.answer.columns
    if "layer" in columns:
        layer = row[columns.index("layer")]
        if isinstance(layer, Text) and layer.value != PAGE:
            return "background"
    how = inferring(asked.question)
    if how == _UNHELD:
        return "asserted" if _is_asserted(place, asked, row) else "inferred"
    broader = any(isinstance(cell, Text) and cell.value.startswith(BROADER) for cell in row)
    return "inferred" if how == _EVERY or broader else "asserted"


def _is_asserted(place: Here, asked: Asked, row: tuple[Cell, ...]) -> bool:
    """Tell whether a row of property and value is a triple that the page's graph holds of what was asked for."""
    columns = asked.answer.columns
    ((iri, _), *_) = dict(asked.params)[asked.question.params[0].name]
    predicate, value = (row[columns.index(name)] for name in ("property", "value"))
    held = place.known.material.values(iri, predicate.value, PAGE) if predicate else []
    return value is not None and value.value in held


def part(place: Here, asked: Asked, one: Part, show: tuple[str, ...]) -> Html:
    """Return a part of an answer as a section, with its layer in words and its rows in these columns."""
    title = titles(asked.question)[one.layer]
    shown = asked.answer._replace(rows=one.rows)
    made = answer(place, shown, show, f"{asked.question.summary} ({title})")
    return el("section", el("p", title, class_="layer"), made, class_=one.layer)


def _section(place: Here, iri: str, param: str, asked: Asked, parts: list[Part]) -> Html:
    question = asked.question
    columns = asked.answer.columns
    inner: list[object] = [part(place, asked, one, _show(place, iri, question, columns, one.rows)) for one in parts]
    said = [el("p", one, class_="words" if parts else "not-stated") for one in asked.words]
    inner.append(said if parts else el("section", said, class_="silent"))
    return el(
        "section",
        el("h2", question.summary),
        inner,
        way(place, iri, question.name, param, background=any(one.layer == "background" for one in parts)),
        id=f"ask-{question.name}",
        class_="question",
    )


def way(place: Here, iri: str, name: str, param: str, *, background: bool = False) -> Html:
    """Return how a question is asked of an IRI: on its page, and on the command line."""
    value = shorten(iri)
    ask = el("a", "Ask this", href=f"{place.up}ask/{name}/?{param}={value}")
    more = " --with-background" if background else ""
    return el("p", ask, " · ", el("code", f"leukograph ask {name} --{param} {value}{more}"), class_="how")


def _show(
    place: Here, iri: str, question: Question, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]
) -> tuple[str, ...]:
    """Return the columns to show: not the layer, which stands above, nor one that holds only what the page is of."""
    label = place.known.label(iri)
    kept = []
    for name in question.show:
        if name == "layer":
            continue
        at = columns.index(f"{name}Label" if f"{name}Label" in columns else name)
        cells = {cell.value if (cell := row[at]) else "" for row in rows}
        if cells <= {label, iri}:
            continue
        kept.append(name)
    return tuple(kept) or question.show
