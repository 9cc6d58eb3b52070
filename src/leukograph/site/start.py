"""The start page: what the graph is, and which options the page states for which group, in its own wording."""

from typing import Any, NamedTuple

from leukograph import about
from leukograph.answers import NOT_STATED
from leukograph.names import LGO, PAGE
from leukograph.site.frame import NOTICE, Page
from leukograph.site.known import Known
from leukograph.site.markup import Html, data, el, join
from leukograph.site.terms import Here, here

QUESTION = "options-for-subtype"
STATED = "stated"


class Said(NamedTuple):
    """One row of the question: what the page states of an option for a group, and how it words it."""

    answer: str
    option: str
    kind: str
    wording: str
    remarks: str
    limit: str
    statement: str


def options(known: Known) -> dict[str, list[Said]]:
    """Return what `leukograph ask options-for-subtype` answers for each group, by its IRI.

    A group is every disease that is no age form of another: that one has the same answer.
    """
    answers = {}
    for disease in known.candidates("Disease"):
        if known.material.values(disease, LGO + "ageFormOf"):
            continue
        asked = known.ask(QUESTION, {"disease": (disease,)})
        at = {name: number for number, name in enumerate(asked.answer.columns)}
        wanted = [at[name] for name in ("answer", "option", "kind", "wording", "remarks", "limitedTo", "statement")]
        answers[disease] = [Said(*(row[one].value if row[one] else "" for one in wanted)) for row in asked.answer.rows]
    return answers


def page(known: Known, claims: dict[str, Any]) -> Page:
    """Return the start page."""
    place = here(known, "")
    pages = known.material.instances(LGO + "Page", PAGE)
    source = known.label(pages[0]) if pages else ""
    main = [
        el("h1", "What one page says about refractory and relapsed childhood ALL"),
        el(
            "p",
            "Leukograph is a graph of one page for patients",
            [", ", el("cite", source), "," if source else None] if source else None,
            " with modality, scope and proven place of every claim. ",
            about.UNKNOWN,
            class_="lead",
        ),
        el("p", el("strong", NOTICE), class_="notice"),
        _table(place, options(known)),
        _ways(place),
    ]
    whole = [data("application/ld+json", claims["dataset"])] if "dataset" in claims else []
    return Page("", "Leukograph", "start", join(main), summary=f"{about.SUMMARY} {NOTICE}", blocks=tuple(whole))


def _order(answers: dict[str, list[Said]], known: Known) -> list[str]:
    """Return the groups: those of which the page states most first, then by label."""
    return sorted(
        answers, key=lambda one: (-sum(row.answer == STATED for row in answers[one]), known.label(one).casefold(), one)
    )


def _table(place: Here, answers: dict[str, list[Said]]) -> Html:
    known = place.known
    groups = _order(answers, known)
    every: dict[str, str] = {}
    for group in groups:
        for row in answers[group]:
            every.setdefault(row.option, row.kind)
    head = el(
        "tr",
        el("th", "Option", scope="col"),
        [el("th", place.link(one), scope="col", data_disease=one) for one in groups],
    )
    rows = []
    for option, kind in every.items():
        cells = [_cell(place, [row for row in answers[one] if row.option == option], one) for one in groups]
        name = el("th", place.link(option), el("small", kind), scope="row")
        rows.append(el("tr", name, cells, data_option=option, data_kind=kind))
    caption = el(
        "caption",
        "Each cell shows how the page words it, and leads to the statement. ",
        el("q", NOT_STATED),
        " is silence and no verdict: the page does not say that the option suits the group, and it does not say that "
        "it does not. No list of the page is presented as complete.",
    )
    table = el("table", caption, el("thead", head), el("tbody", rows), id="options")
    return el(
        "section",
        el("h2", "Options by group"),
        el("div", table, class_="scroll", tabindex="0", role="region", aria_label="Options by group"),
        el(
            "p",
            "Each column is the answer of ",
            el("code", f"leukograph ask {QUESTION} --disease …"),
            ", and ",
            el("a", "can be asked", href=f"ask/{QUESTION}/"),
            " with its scope and place. Childhood forms have the same answers.",
            class_="words",
        ),
        id="options-by-group",
        class_="asserted",
    )


def _cell(place: Here, rows: list[Said], disease: str) -> Html:
    if not rows:
        return el("td", NOT_STATED, class_="not-stated", data_disease=disease)
    inner = []
    for row in rows:
        marks = []
        if row.answer != STATED:
            marks.append(el("small", row.answer, class_="broader"))
        if row.limit:
            marks.append(el("small", "only for ", el("bdi", row.limit), class_="limit"))
        marks += [el("small", el("bdi", one)) for one in row.remarks.split("; ") if one]
        inner.append(el("div", place.link(row.statement, row.wording, class_="wording"), marks))
    part = "modality" if all(row.answer == STATED for row in rows) else "modality inferred"
    return el("td", inner, class_=part, data_disease=disease)


def _ways(place: Here) -> Html:
    ways = (
        ("reading/", "Reading view", "The page, segment by segment, with what is claimed where. Your own copy can be "
         "laid beside it; it never leaves your browser."),
        ("ask/", "Ask", "Every saved question, with its parameters and its SPARQL."),
        ("console/", "SPARQL", "Free queries over the whole graph, answered in your browser."),
        ("index/", "Index", "Everything that has a page, by kind; the names that each is known by."),
        ("ontology/", "Words", "What the words of the graph mean."),
        ("ask/not-on-this-page/", "Not on this page", "Topics that readers look for and the page does not treat."),
    )  # fmt: skip
    items = [
        el("li", el("a", name, href=place.up + address), el("p", meaning)) for address, name, meaning in ways
    ]
    return el("section", el("h2", "Ways in"), el("ul", items, class_="ways"))


