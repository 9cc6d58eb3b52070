"""The start page: what the graph is, which options the page states for which group, and the ways in."""

from typing import Any

from leukograph import about
from leukograph.answers import NOT_STATED
from leukograph.names import LGO, PAGE
from leukograph.site import grid
from leukograph.site.frame import NOTICE, Page
from leukograph.site.known import QUESTION, Known
from leukograph.site.markup import Html, data, el, join
from leukograph.site.terms import Here, here


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
        _options(place),
        _ways(place),
    ]
    whole = [data("application/ld+json", claims["dataset"])] if "dataset" in claims else []
    return Page("", "Leukograph", "start", join(main), summary=f"{about.SUMMARY} {NOTICE}", blocks=tuple(whole))


def _options(place: Here) -> Html:
    """Return the table of the groups that the page names, and that of groups which only follow from their meaning."""
    named, others = grid.groups(place.known)
    return el(
        "section",
        el("h2", "Options by group"),
        el(
            "p",
            "Each cell shows how the page words it, and leads to the statement. ",
            el("q", NOT_STATED),
            " is silence and no verdict: the page does not say that the option suits the group, and it does not say "
            "that it does not. No list of the page is presented as complete.",
            id="options-note",
        ),
        [el("p", _whole(place, one), class_="words") for one in named if set(named) & grid.below(place.known, one)],
        el("section", el("p", "what the page states for the groups that it names", class_="layer"),
           grid.table(place, named, "options", "Options by group that the page names"), class_="asserted"),
        el("details", el("summary", "Groups that the page does not name, and what is stated for a broader group"),
           el("section", el("p", grid.LEFT, class_="layer"),
              grid.table(place, others, "options-of-others", "Options by group that the page does not name"),
              class_="inferred")) if others else None,
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
    )  # fmt: skip


def _whole(place: Here, group: str) -> list[object]:
    """Say what the column of a group means of which other columns hold kinds."""
    silent = (
        [] if place.known.options[group] else [" It is silent: the page states no option without naming a subtype."]
    )
    meaning = (
        " is the disease without a subtype, and holds only what the page states for it in those words; what the page "
        "states for a subtype stands in the column of that subtype and is not repeated here."
    )
    return ["The column ", place.link(group), meaning, silent]


def _ways(place: Here) -> Html:
    ways = (
        ("reading/", "Reading view", "The page, segment by segment, with what is claimed where, beside your own copy."),
        ("ask/", "Ask", "Every saved question, with its parameters and its SPARQL."),
        ("console/", "SPARQL", "Free queries over the whole graph, answered in your browser."),
        ("index/", "Index", "Everything that has a page, by kind; the names that each is known by."),
        ("ontology/", "Words", "What the words of the graph mean."),
        ("ask/not-on-this-page/", "Not on this page", "Topics that readers look for and the page does not treat."),
    )
    items = [el("li", el("a", name, href=place.up + address), el("p", meaning)) for address, name, meaning in ways]
    return el("section", el("h2", "Ways in"), el("ul", items, class_="ways"))
