"""What saved questions answer of one thing: a part for what is asserted, inferred, and known from elsewhere each."""

from typing import NamedTuple

from leukograph.names import PAGE, shorten
from leukograph.records import Asked, Cell, Iri, Question, Text
from leukograph.site.markup import Html, el
from leukograph.site.terms import Here, answer

BROADER = "stated for a broader group"
# The question whose answer is what follows from definitions, and no words of the page.
_TREE = "subtypes"
_WHOLE = "statement"
TITLES = {
    "asserted": "stated on the page",
    "inferred": "follows from the meaning of the words, or is stated for a broader group",
    "background": "from elsewhere; no part of what the page says",
}
# Of the words themselves, which the ontology defines: no answer of the page.
_WORDS = "glossary"
_WORDS_TITLE = "by the ontology, in the project's own words; not of the page"
_TREE_TITLE = "follows from the definitions; no statement of the page passes from one to the other"


class Part(NamedTuple):
    """The rows of an answer that are of one layer."""

    layer: str
    rows: tuple[tuple[Cell, ...], ...]


def sections(place: Here, iri: str, asking: list[tuple[str, str]]) -> list[Html]:
    """Return a section for each question with its parameter: what the page states first, silence, then the rest."""
    order = {"asserted": 0, "inferred": 1, "silent": 2, "background": 3}
    made = []
    for name, param in asking:
        question = place.known.questions[name]
        asked = place.known.ask(name, {param: (iri,)}, with_background=True)
        parts = divided(place, iri, asked)
        (taken,) = (one for one in question.params if one.name == param)
        if not taken.required:
            parts = [Part(one.layer, rows) for one in parts if (rows := tuple(r for r in one.rows if Iri(iri) in r))]
        if parts or taken.required:
            first = order[parts[0].layer if parts else "silent"]
            made.append((first, name, _section(place, iri, param, asked, parts)))
    return [one for _, _, one in sorted(made, key=lambda one: one[:2])]


def divided(place: Here, iri: str, asked: Asked) -> list[Part]:
    """Return the rows of an answer by layer: asserted, inferred, background; a layer without rows is left out."""
    held: dict[str, list[tuple[Cell, ...]]] = {"asserted": [], "inferred": [], "background": []}
    for row in asked.answer.rows:
        held[_layer(place, iri, asked, row)].append(row)
    return [Part(layer, tuple(rows)) for layer, rows in held.items() if rows]


def _layer(place: Here, iri: str, asked: Asked, row: tuple[Cell, ...]) -> str:
    columns = asked.answer.columns
    if "layer" in columns:
        layer = row[columns.index("layer")]
        if isinstance(layer, Text) and layer.value != PAGE:
            return "background"
    if asked.question.name == _TREE:
        return "inferred"
    if asked.question.name == _WHOLE:
        return "asserted" if _is_asserted(place, iri, asked, row) else "inferred"
    first = row[0]
    broader = columns[0] == "answer" and isinstance(first, Text) and first.value == BROADER
    return "inferred" if broader else "asserted"


def _is_asserted(place: Here, iri: str, asked: Asked, row: tuple[Cell, ...]) -> bool:
    """Tell whether a row of the question `statement` is a triple that the page's graph holds."""
    columns = asked.answer.columns
    predicate, value = (row[columns.index(name)] for name in ("property", "value"))
    held = place.known.material.values(iri, predicate.value, PAGE) if predicate else []
    return value is not None and value.value in held


def _section(place: Here, iri: str, param: str, asked: Asked, parts: list[Part]) -> Html:
    question = asked.question
    inner: list[object] = []
    for part in parts:
        title = {_TREE: _TREE_TITLE, _WORDS: _WORDS_TITLE}.get(question.name, TITLES[part.layer])
        shown = asked.answer._replace(rows=part.rows)
        show = _show(place, iri, question, shown.columns, part.rows)
        made = answer(place, shown, show, f"{question.summary} ({title})")
        inner.append(el("section", el("p", title, class_="layer"), made, class_=part.layer))
    said = [el("p", one, class_="words" if parts else "not-stated") for one in asked.words]
    inner.append(said if parts else el("section", said, class_="silent"))
    value = shorten(iri)
    ask = el("a", "Ask this", href=f"{place.up}ask/{question.name}/?{param}={value}")
    background = " --with-background" if any(one.layer == "background" for one in parts) else ""
    call = el("code", f"leukograph ask {question.name} --{param} {value}{background}")
    return el(
        "section",
        el("h2", question.summary),
        inner,
        el("p", ask, " · ", call, class_="how"),
        id=f"ask-{question.name}",
        class_="question",
    )


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
