"""The pages of the saved questions: a form, the SPARQL, and the answer where no parameter is needed."""

from typing import Any

from leukograph import answers
from leukograph.names import BACKGROUND, shorten
from leukograph.records import Asked, Param, Question
from leukograph.site import answered
from leukograph.site.frame import Page
from leukograph.site.known import Known
from leukograph.site.markup import Html, el, join
from leukograph.site.terms import Here, here

SCRIPTS = ("console.js",)


def pages(known: Known) -> list[Page]:
    """Return the page of every saved question, and the list of them."""
    return [_list(known), *(_page(known, one) for one in known.questions.values())]


def described(known: Known) -> list[dict[str, Any]]:
    """Return every question as scripts read it; `bindings` has the IRI of each value that a parameter may have."""
    return [
        {
            "name": one.name,
            "summary": one.summary,
            "description": one.description,
            "sparql": one.sparql,
            "parameters": [_parameter(known, param) for param in one.params],
            "columns": columns(one),
            "show": list(one.show),
            "layers": list(one.layers),
            "empty": one.empty,
            "narrower": one.narrower,
            "narrowerGroups": _narrower(known, one),
            "inferred": answered.inferring(one),
            "titles": answered.titles(one),
            "closing": one.closing,
            "needs_background": one.needs_background,
            "example": one.example,
            "tags": list(one.tags),
        }
        for one in known.questions.values()
    ]


def columns(question: Question) -> list[str]:
    """Return the columns that a question's query selects, in its order."""
    line = next(one for one in question.sparql.splitlines() if one.startswith("SELECT "))
    return [word[1:] for word in line.split() if word.startswith("?")]


def _parameter(known: Known, param: Param) -> dict[str, Any]:
    found = choices(known, param)
    others = known.candidates(param.kind)
    return {
        "name": param.name,
        "type": param.kind,
        "required": param.required,
        "many": param.many,
        "description": param.summary,
        "choices": [[shorten(iri), label, *others[iri][1:]] for iri, label in found],
        "bindings": {shorten(iri): iri for iri, _ in found},
    }


def _narrower(known: Known, question: Question) -> dict[str, list[list[str]]]:
    """Return the narrower groups that an empty answer is looked for in, by IRI, as [IRI, value, label] each."""
    kinds = [one.kind for one in question.params if one.name == question.narrower]
    store = known.store(())
    found = {iri: answers.narrower(store, iri) for kind in kinds for iri in known.candidates(kind)}
    return {
        iri: [[one, shorten(one), known.label(one)] for one in groups]
        for iri, groups in sorted(found.items())
        if groups
    }


def choices(known: Known, param: Param) -> list[tuple[str, str]]:
    """Return what a parameter may be, as (IRI, label), by label."""
    found = known.candidates(param.kind)
    return sorted(((iri, names[0]) for iri, names in found.items()), key=lambda one: (one[1].casefold(), one[0]))


def _list(known: Known) -> Page:
    rows = [
        el("li", el("a", one.summary, href=f"../ask/{one.name}/"), el("p", el("code", one.name), " ", one.description))
        for one in known.questions.values()
    ]
    main = [
        el("h1", "Ask"),
        el(
            "p",
            "Each saved question is a query that was checked against the page row by row. It answers here, on the "
            "command line as ",
            el("code", "leukograph ask NAME"),
            ", and nowhere differently.",
            class_="lead",
        ),
        el("ul", rows, class_="questions"),
    ]
    return Page("ask/", "Ask", "ask-list", join(main))


def _page(known: Known, question: Question) -> Page:
    address = f"ask/{question.name}/"
    place = here(known, address)
    main = [
        el("p", el("a", "question", href="../../ask/"), class_="kind"),
        el("h1", question.summary),
        el("p", question.description, class_="lead"),
        _form(known, question),
        el("div", _answer(place, question), id="answer", aria_live="polite"),
        el("details", el("summary", "SPARQL"), el("pre", question.sparql, id="sparql", class_="code", tabindex="0")),
        el("p", "On the command line: ", el("code", question.example), class_="how"),
        _elsewhere(place, question),
    ]
    return Page(address, question.summary, "ask", join(main), summary=question.description, scripts=SCRIPTS)


def _form(known: Known, question: Question) -> Html:
    fields = [_field(known, one) for one in question.params]
    background = None
    if BACKGROUND in question.layers:
        box = el("input", type="checkbox", name="with-background", value="1", id="with-background")
        background = el(
            "p", box, " ", el("label", "add what is known from elsewhere, marked so", for_="with-background")
        )
    return el(
        "form",
        fields,
        background,
        el("p", el("button", "Answer", type="submit")),
        el("noscript", el("p", "Without scripts the answers are those below, and on the pages of the things named.")),
        id="ask",
        data_question=question.name,
        action="./",
    )


def _field(known: Known, param: Param) -> Html:
    need = "" if param.required else " (optional)"
    name = f"param-{param.name}"
    empty = el("option", "choose …" if param.required else "any", value="") if not param.many else None
    values = [el("option", label, value=shorten(iri)) for iri, label in choices(known, param)]
    chooser = el(
        "select",
        empty,
        values,
        id=name,
        name=param.name,
        required=param.required,
        multiple=param.many,
        size=min(8, len(values)) if param.many else None,
        aria_describedby=f"{name}-help",
    )
    help_ = el("small", param.summary, id=f"{name}-help")
    return el("p", el("label", param.name, need, for_=name), chooser, help_)


def _answer(place: Here, question: Question) -> list[Html]:
    """Return the answer without parameters, as `leukograph ask NAME` gives it, and what background adds."""
    if any(one.required for one in question.params):
        return []
    asked = place.known.ask(question.name, {})
    parts = answered.divided(place, asked)
    if BACKGROUND in question.layers:
        more = place.known.ask(question.name, {}, with_background=True)
        parts = [*(one for one in parts if one.layer != BACKGROUND), *_added(place, more)]
    said = [el("p", one, class_="words") for one in asked.words]
    return [*(answered.part(place, asked, one, question.show) for one in parts), *said]


def _added(place: Here, more: Asked) -> list[answered.Part]:
    return [one for one in answered.divided(place, more) if one.layer == BACKGROUND]


def _elsewhere(place: Here, question: Question) -> Html | None:
    """Return links to the pages that hold the answer for each value of the one required parameter."""
    required = [one for one in question.params if one.required]
    if len(required) != 1 or required[0].many:
        return None
    found = choices(place.known, required[0])
    links = [el("li", place.link(iri, label)) for iri, label in found if place.known.address(iri)]
    return el(
        "details",
        el("summary", f"The answer for each {required[0].name}, on its page"),
        el("ul", links, class_="columns"),
    )
