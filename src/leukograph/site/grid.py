"""The options table: options by groups, each cell as `leukograph ask options-for-subtype` answers it."""

import itertools

from leukograph.answers import NOT_STATED
from leukograph.names import LGO, PAGE, RDFS, XSD
from leukograph.records import Answer, Cell, Iri, Text
from leukograph.site.known import QUESTION, STATED, Known, Said
from leukograph.site.markup import Html, el, scroll
from leukograph.site.terms import Here, answer

NAMED = "stated on the page, and silence on the groups that it names"
LEFT = "stated for a broader group alone, and groups that the page does not name"
_SHOWN = ("group", "answer", "wording", "remarks", "limitedTo", "scope", "place")


def groups(known: Known) -> tuple[list[str], list[str]]:
    """Return the groups that the page names, and the others: those with most that is stated first, then by label."""
    said = known.options
    ordered = sorted(
        said, key=lambda one: (-sum(row.answer == STATED for row in said[one]), known.label(one).casefold(), one)
    )
    named = [one for one in ordered if known.material.subjects(LGO + "mentions", one, PAGE)]
    return named, [one for one in ordered if one not in named]


def below(known: Known, group: str) -> set[str]:
    """Return the groups that are kinds of a group."""
    return set(known.material.subjects(RDFS + "subClassOf", group)) - {group}


def table(place: Here, chosen: list[str], name: str, label: str) -> Html:
    """Return options by these groups (IRIs); an option of which none of them has anything stands in it, too."""
    known = place.known
    every: dict[str, str] = {}
    for one in itertools.chain(*groups(known)):
        for row in known.options[one]:
            every.setdefault(row.option, row.kind)
    head = el(
        "tr",
        el("th", "Option", scope="col"),
        [el("th", place.link(one), scope="col", data_disease=one) for one in chosen],
    )
    rows = []
    for option, kind in every.items():
        cells = [_cell(place, [row for row in known.options[one] if row.option == option], one) for one in chosen]
        title = el("th", place.link(option), el("small", kind), scope="row")
        rows.append(el("tr", title, cells, data_option=option, data_kind=kind))
    made = el("table", el("caption", label, class_="unseen"), el("thead", head), el("tbody", rows), id=name,
              class_="options", aria_describedby="options-note")  # fmt: skip
    return scroll(made, label)


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
        if row.remarks:
            marks.append(el("small", el("bdi", row.remarks)))
        inner.append(el("div", place.link(row.statement, row.wording, class_="modality"), marks))
    part = "stated" if all(row.answer == STATED for row in rows) else "stated inferred"
    return el("td", inner, class_=part, data_disease=disease)


def of_option(place: Here, option: str) -> Html | None:
    """Return for which groups the page states an option, group by group, None for what is none."""
    known = place.known
    named, others = groups(known)
    if not any(row.option == option for said in known.options.values() for row in said):
        return None
    head = ("group", "groupLabel", *known.asked_options[named[0] if named else others[0]].answer.columns)
    held: dict[str, list[tuple[Cell, ...]]] = {"asserted": [], "inferred": []}
    for group in (*named, *others):
        found = known.asked_options[group].answer
        at = found.columns.index("option")
        own = (Iri(group), Text(known.label(group), XSD + "string"))
        silent = tuple(Text(NOT_STATED, XSD + "string") if name == "answer" else None for name in found.columns)
        for row in [row for row in found.rows if row[at] == Iri(option)] or [silent]:
            stated = row[0] is not None and row[0].value == STATED
            held["asserted" if stated or group in named else "inferred"].append((*own, *row))
    parts = []
    for part, title in (
        ("asserted", NAMED),
        ("inferred", LEFT),
    ):
        if held[part]:
            label = f"For which groups the page states {known.label(option)}: {title}"
            made = answer(place, Answer(head, tuple(held[part])), _SHOWN, label)
            parts.append(el("section", el("p", title, class_="layer"), made, class_=part))
    return el(
        "section",
        el("h2", "For which groups does the page state it?"),
        parts,
        el("p", "Each row is of the answer of ", el("code", f"leukograph ask {QUESTION} --disease …"), ". ",
           el("q", NOT_STATED), " is no verdict.", class_="how"),
        id="groups",
        class_="question",
    )  # fmt: skip
