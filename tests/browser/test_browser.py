"""The whole site in a real browser: made by `leukograph site`, served by `leukograph serve`, and as one file from disk.

Screenshots go to the folder that LEUKOGRAPH_SCREENSHOTS names, or to pytest's own; they are looked at, never kept.
Every page that a test opens has to stay silent on its console and to ask for nothing from elsewhere.
"""

import contextlib
import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from harness import Browser, Visit, launched, served

from leukograph.site import frame, lists
from leukograph.site.making import ASSETS
from servers_of_ours import serving

Open = Callable[..., Visit]
PAGES = {
    "start": "",
    "reading": "reading/",
    "questions": "ask/",
    "question": "ask/options-for-subtype/",
    "question-answered": "ask/subtypes/",
    "console": "console/",
    "index": "index/",
    "ontology": "ontology/",
    "class": "ontology/Drug/",
    "property": "ontology/describesTherapy/",
    "disease": "ontology/ChildhoodPhPositiveALL/",
    "regimen-family": "ontology/ClofarabineContainingRegimen/",
    "regimen": "data/example-clofarabine-regimen/",
    "state": "vocabulary/refractory/",
    "modality": "vocabulary/possible/",
    "drug-class": "vocabulary/tyrosine-kinase-inhibitor/",
    "drug": "data/blinatumomab/",
    "statement": "data/option-blinatumomab-ph-positive/",
    "segment": "data/segment-drug-listings-pointer/",
    "background-fact": "data/target-blinatumomab-cd19-dismech/",
    "graph": "graph/background/",
    "rules": "rule/",
    "check": "check/modality-without-cue/",
    "shape": "shape/Record-label/",
    "missing": "data/no-such-thing/at/all",
}
COLOURS = "axe.run(document, {runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations']})"
FOCUSED = """() => {
  const outer = document.activeElement
  let one = outer
  while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement
  const ring = getComputedStyle(one.closest('.cm-editor') ?? one).outlineStyle
  return [one.outerHTML.slice(0, 80), one.className, ring, [...document.querySelectorAll('*')].indexOf(outer)]
}"""
DRUGS = "PREFIX lgo: <https://w3id.org/leukograph/ontology/> SELECT ?drug { ?drug a lgo:Drug }"
SIX = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6)) + " }"


class Made(NamedTuple):
    """The site: where it is served, its folder, and the one file."""

    address: str
    folder: Path
    alone: str


def command(*words: str) -> str:
    """Return what the command writes to standard output."""
    done = subprocess.run([sys.executable, "-m", "leukograph", *words], capture_output=True, check=True)
    return done.stdout.decode()


def unused_port() -> int:
    """Return a port that nobody uses, and that no outgoing connection is given while the site is made.

    Linux gives those from 32768 (ip_local_port_range); what the site is served as has to be known when it is made.
    """
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free below 32000")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def made(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Made after the browser, so that nothing is made where there is none."""
    assert browser
    place = tmp_path_factory.mktemp("site")
    port = unused_port()
    address, folder, alone = f"http://127.0.0.1:{port}/", place / "site", place / "alone.html"
    command("site", "--output", str(folder), "--base", address)
    command("site", "--single-file", str(alone))
    with serving("--port", str(port), "--site", str(folder), "--no-log") as server:
        assert server.port == port
        yield Made(address, folder, alone.as_uri())
        assert server.process.poll() is None, f"the server ended by itself: {server.said[-5:]}"


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("LEUKOGRAPH_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visits(browser: Browser, made: Made) -> Iterator[Open]:
    """Open pages of the site; at the end each has to have been silent, and to have asked nobody else."""
    opened: list[Visit] = []

    def opening(path: str, **options: Any) -> Visit:
        url = path if "://" in path else made.address + path
        opened.append(browser.open(url, **{"reduced_motion": "reduce", **options}))
        return opened[-1]

    yield opening
    said = [line for visit in opened for line in visit.said]
    strangers = [
        url for visit in opened for url in visit.strangers(made.address) if url.partition("#")[0] != made.alone
    ]
    browser.close()
    assert said == []
    assert strangers == []


def forgive_missing(visit: Visit) -> None:
    """Take away what Chromium says of an address with status 404, which it has to say once."""
    (line,) = [one for one in visit.said if "status of 404" in one]
    visit.said.remove(line)


def width(visit: Visit) -> int:
    return int(visit.page.evaluate("document.documentElement.scrollWidth"))


def write(visit: Visit, query: str) -> None:
    """Put a query into the editor and run it, by the keyboard."""
    visit.page.locator(".cm-content").click()
    visit.page.keyboard.press("Control+a")
    visit.page.keyboard.insert_text(query)
    visit.page.keyboard.press("Control+Enter")


def save(visit: Visit, label: str) -> bytes:
    """Press a button that saves, and return what is saved."""
    with visit.page.expect_download() as saved:
        visit.page.click(f"button:text-is('{label}')")
    return bytes(saved.value.path().read_bytes())


def triples(turtle: bytes) -> tuple[int, set[str]]:
    """Return how many triples there are, and those without blank nodes."""
    every = [str(one.triple) for one in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    return len(every), {one for one in every if "_:" not in one}


def status(visit: Visit, start: str) -> str:
    visit.page.wait_for_selector(f"#console .state:has-text('{start}')")
    return str(visit.page.inner_text("#console .state"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_everyone(name: str, visits: Open, shots: Path) -> None:
    visit = visits(PAGES[name], color_scheme="light", viewport={"width": 1280, "height": 900})
    page = visit.page
    if name == "console":
        status(visit, "Ready: ")
    if name == "missing":
        forgive_missing(visit)
        assert page.locator("[aria-current]").count() == 0, "what is missing is no page of the navigation"
    assert page.locator("h1").count() == 1
    assert "not medical advice" in page.inner_text("footer")
    assert page.evaluate("getComputedStyle(document.querySelector('.brand')).textDecorationLine") == "none", "styled"
    page.screenshot(path=shots / f"{name}.png")
    assert visit.axe() == []
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=shots / f"{name}-dark.png")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != paper
    dark = page.evaluate(COLOURS)["violations"]
    assert [node["html"] for one in dark for node in one["nodes"]] == []
    page.set_viewport_size({"width": 320, "height": 720})
    page.screenshot(path=shots / f"{name}-narrow.png")
    assert width(visit) == 320
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark", media="print")
    page.screenshot(path=shots / f"{name}-print.png")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("h1").is_visible()
    assert page.locator("footer strong").is_visible()
    assert not page.locator("header nav").is_visible()
    assert not page.locator("form[role=search]").is_visible()


def test_what_is_missing_is_styled_at_any_depth_of_any_server(browser: Browser, shots: Path) -> None:
    style = Path(ASSETS, "style.css").read_text(encoding="utf-8")
    with served({"404.html": frame.astray(lists.missing(), style)}) as address:
        visit = browser.open(f"{address}/one/two/three/four", viewport={"width": 320, "height": 720})
        forgive_missing(visit)
        assert visit.said == []
        assert visit.requests == [f"{address}/one/two/three/four"]
        assert visit.page.inner_text("h1") == "There is no such page"
        assert visit.page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1184px"
        assert width(visit) == 320
        assert visit.axe() == []
        visit.page.screenshot(path=shots / "missing-anywhere.png")
    browser.close()


def test_one_thing_of_every_kind_has_a_page_that_stays_narrow(made: Made, visits: Open) -> None:
    entries = json.loads((made.folder / "assets" / "search.json").read_text(encoding="utf-8"))
    first = {one["kind"]: one["address"] for one in reversed(entries)}
    assert len(first) > 40
    visit = visits("", viewport={"width": 320, "height": 720})
    wide = {}
    for kind, address in sorted(first.items()):
        visit.page.goto(made.address + address)
        assert visit.page.locator("h1").count() == 1
        if width(visit) > 320:
            wide[kind] = width(visit)
    assert wide == {}


def test_a_fault_of_a_page_would_be_seen(browser: Browser, made: Made) -> None:
    visit = browser.open(made.address)
    visit.page.evaluate("document.body.append(Object.assign(document.createElement('img'), {src: 'http://[::1]:9/'}))")
    visit.page.wait_for_function("performance.getEntriesByType('resource').length >= 0")
    visit.page.evaluate("document.querySelector('h1').setAttribute('style', 'color: #ddd; width: 2000px')")
    visit.page.evaluate("document.querySelector('h1').style.cssText = 'color: #ddd; width: 2000px'")
    assert any("Content Security Policy" in line for line in visit.said)
    assert any(line.startswith("color-contrast: ") for line in visit.axe())
    assert width(visit) > 1280
    browser.close()


@pytest.mark.parametrize(
    ("typed", "shown", "address"),
    [
        ("blincyto", "brand name: Blincyto", "data/blinatumomab/"),
        ("tyrosine kinase inh", "synonym: tyrosine kinase inhibitor", "vocabulary/tyrosine-kinase-inhibitor/"),
        ("philadelphia chromosome-positive", ": Philadelphia chromosome-positive ALL", "ontology/PhPositiveALL/"),
    ],
    ids=["brand", "synonym", "spelling"],
)
def test_a_search_says_which_name_matched(typed: str, shown: str, address: str, visits: Open, made: Made) -> None:
    visit = visits("index/")
    page = visit.page
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search":
            break
    page.keyboard.type(typed)
    page.wait_for_selector("#hits li")
    lines = page.locator("#hits li").all_inner_texts()
    (at,) = [place for place, line in enumerate(lines) if line.endswith(shown)]
    assert visit.axe() == []
    for _ in range(at + 1):
        page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == f"hit-{at}"
    page.keyboard.press("Enter")
    page.wait_for_url(made.address + address)


def test_hits_close_where_the_reader_goes_on(visits: Open) -> None:
    visit = visits("", viewport={"width": 360, "height": 720}, has_touch=True)
    page = visit.page
    url = page.url
    tap = "document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))"
    ways: tuple[Callable[[], object], ...] = (
        lambda: page.keyboard.press("Tab"),
        lambda: page.keyboard.press("Escape"),
        lambda: page.touchscreen.tap(180, 700),
        lambda: page.evaluate(tap),
    )
    for leave in ways:
        page.fill("#search", "etoposide")
        page.wait_for_selector("#hits li")
        assert page.get_attribute("#search", "aria-expanded") == "true"
        leave()
        page.wait_for_selector("#hits", state="hidden")
        assert page.get_attribute("#search", "aria-expanded") == "false"
        assert page.inner_text(".hits-status") == ""
        assert page.url == url
    page.evaluate("document.activeElement.blur()")
    page.focus("#search")
    page.wait_for_selector("#hits li")


def test_hits_that_come_late_stay_closed(visits: Open) -> None:
    visit = visits("rule/")
    page = visit.page
    held: list[Any] = []
    page.route("**/assets/search.json", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/assets/search.json"):
        page.fill("#search", "etoposide")
    page.evaluate("document.activeElement.blur()")
    with page.expect_response("**/assets/search.json"):
        held[0].continue_()
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    assert page.locator("#hits li").count() == 0


def test_a_regimen_is_found_by_what_it_contains(visits: Open) -> None:
    visit = visits("")
    visit.page.fill("#search", "etoposide")
    visit.page.wait_for_selector(
        "#hits li:has-text('clofarabine-containing regimen') .matched:has-text('contains etoposide')"
    )


def test_a_cell_of_the_table_opens_its_statement(visits: Open, made: Made) -> None:
    visit = visits("")
    row = visit.page.locator("#options tbody tr", has_text="blinatumomab")
    assert "not stated on this page" in row.inner_text()
    row.locator("td a").first.click()
    visit.page.wait_for_url(re.compile(re.escape(made.address) + "data/option-blinatumomab-"))
    assert visit.page.get_attribute("html", "data-page") == "statement"


def test_the_table_is_filtered(visits: Open) -> None:
    visit = visits("")
    rows = visit.page.locator("#options tbody tr:visible")
    every = rows.count()
    visit.page.fill("#filter-name", "blinatumomab")
    assert rows.count() == 1
    visit.page.click("text=Show all")
    visit.page.wait_for_function(f"document.querySelectorAll('#options tbody tr:not([hidden])').length === {every}")


QUESTIONS = {
    "options-for-subtype": (("disease", "Ph+", "lgo:PhPositiveALL"), ("state", "relapsed", "lgv:relapsed")),
    "regimens-containing": (("agent", "clofarabine", "lgd:clofarabine"),),
    "subtypes": (("disease", "T-cell ALL", "lgo:TCellALL"),),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_as_by_the_command(name: str, visits: Open, made: Made) -> None:
    given = QUESTIONS[name]
    words = [word for param, value, _ in given for word in (f"--{param}", value)]
    wanted = command("ask", name, *words, "--format", "csv")
    visit = visits(f"ask/{name}/")
    page = visit.page
    for param, _, value in given:
        page.select_option(f"#param-{param}", value)
    page.click("#ask button[type=submit]")
    page.wait_for_selector("#asked:has-text('answered in your browser')")
    query = "&".join(f"{param}={value.replace(':', '%3A')}" for param, _, value in given)
    assert page.url == f"{made.address}ask/{name}/?{query}"
    rows = list(csv.DictReader(io.StringIO(wanted)))
    assert page.inner_text("#asked").startswith(f"{len(rows)} row")
    assert page.locator("#answer tbody tr").count() == len(rows) > 0
    shown = page.locator("#answer tbody tr").all_inner_texts()
    labels = [column for column in rows[0] if column.endswith("Label")]
    for row, text in zip(rows, shown, strict=True):
        assert all(row[column] in text for column in labels)
    saved = save(visit, "CSV").decode()
    assert list(csv.reader(io.StringIO(saved))) == list(csv.reader(io.StringIO(wanted)))
    found = json.loads(save(visit, "JSON"))
    assert len(found["results"]["bindings"]) == len(rows)
    turtle = save(visit, "Turtle")
    told = command("ask", name, *words, "--format", "ttl").encode()
    assert re.findall(rb"^# .*", turtle, re.MULTILINE) == re.findall(rb"^# .*", told, re.MULTILINE)
    assert [line.rpartition(b"/")[2] for line in re.findall(rb"^# .*", turtle, re.MULTILINE)] == [
        b"ontology" if name == "subtypes" else b"page"
    ]
    assert triples(turtle) == triples(told)
    assert visit.axe() == []
    other = visits(page.url.removeprefix(made.address))
    other.page.wait_for_selector("#asked:has-text('answered in your browser')")
    assert other.page.locator("#answer tbody tr").all_inner_texts() == shown


# Answers that are wider than their box, which would have to be scrolled.
SPILLED = """[...document.querySelectorAll('.scroll:has(> .answer)')].filter(one => one.scrollWidth > one.clientWidth)
  .map(one => one.getAttribute('aria-label'))"""
# Of a part of an answer: its class, its layer in words, and for each row the segment that its place leads to.
PARTS = """parts => parts.map(part => [part.className, part.querySelector('.layer').innerText,
  [...part.querySelectorAll('tbody tr')].map(row => row.querySelector('a[href*="reading/#"]')?.hash ?? '')])"""
SPACES = {"lgo": "ontology", "lgd": "data", "lgv": "vocabulary"}
LAYERED = {
    "subtypes": ("disease", "lgo:TCellALL", ["inferred"]),
    "options-for-subtype": ("disease", "lgo:PhNegativeTCellALL", ["asserted", "inferred"]),
    "statement": ("statement", "lgd:option-nelarabine-ph-negative", ["asserted", "inferred"]),
    "options-by-drug-class": ("class", "lgv:antibody-drug-conjugate", ["background"]),
}


@pytest.mark.parametrize("name", LAYERED)
def test_an_answer_has_the_parts_that_the_page_of_the_thing_has(name: str, visits: Open, shots: Path) -> None:
    param, value, layers = LAYERED[name]
    space, _, local = value.partition(":")
    made = visits(f"{SPACES[space]}/{local}/").page
    wanted = made.locator(f"#ask-{name} > section:not(.silent)").evaluate_all(PARTS)
    visit = visits(f"ask/{name}/?{param}={value}&with-background=1")
    visit.page.wait_for_selector("#asked:has-text('answered in your browser')")
    shown = visit.page.locator("#answer > section").evaluate_all(PARTS)
    assert [one[0] for one in shown] == layers
    assert shown == wanted or (name, wanted) == ("statement", []), "the page of a statement has its parts otherwise"
    badge = "getComputedStyle(document.querySelector('#answer .layer'), '::before').content"
    assert visit.page.evaluate(badge) == f'"{layers[0]}"'
    visit.page.screenshot(path=shots / f"layers-{name}.png", full_page=True)


def test_the_tree_of_subtypes_is_inferred_before_and_after_it_is_asked_for(visits: Open) -> None:
    visit = visits("ask/subtypes/")
    before = visit.page.locator("#answer > section").evaluate_all(PARTS)
    visit.page.click("#ask button[type=submit]")
    visit.page.wait_for_selector("#asked:has-text('answered in your browser')")
    assert visit.page.locator("#answer > section").evaluate_all(PARTS) == before
    assert [(kind, len(rows)) for kind, _, rows in before] == [("inferred", 114)]


@pytest.mark.parametrize("alone", [False, True], ids=["served", "single"])
def test_silence_names_the_narrower_groups_and_asks_for_one(visits: Open, made: Made, *, alone: bool) -> None:
    said = command("ask", "options-for-subtype", "--disease", "ALL")
    named = (
        "The page states some for narrower groups: Ph-negative ALL; Ph-positive ALL; T-cell ALL. Ask for one of them"
    )
    assert named in " ".join(said.split())
    visit = visits(
        (made.alone + "#/" if alone else "") + "ask/options-for-subtype/?disease=lgo:AcuteLymphoblasticLeukemia"
    )
    page = visit.page
    page.wait_for_selector("#answer .words")
    assert page.locator("#answer .words").first.inner_text() == f"{named}."
    assert page.locator("#answer section").count() == 0
    page.click("#answer .words a:has-text('T-cell ALL')")
    page.wait_for_selector("#answer section.asserted")
    assert page.url.endswith("ask/options-for-subtype/?disease=lgo%3ATCellALL")
    assert page.input_value("#param-disease") == "lgo:TCellALL"
    place = page.locator("#answer a:has-text('characters')").first
    place.click()
    page.wait_for_selector("#reading article")
    assert "/reading/#segment-" in page.url


def test_an_answer_looks_right_everywhere(visits: Open, shots: Path) -> None:
    visit = visits("ask/options-for-subtype/?disease=lgo%3APhPositiveALL", viewport={"width": 1280, "height": 900})
    visit.page.wait_for_selector("#answer tbody tr")
    visit.page.screenshot(path=shots / "answer.png", full_page=True)
    visit.page.set_viewport_size({"width": 320, "height": 720})
    assert width(visit) == 320
    assert visit.page.evaluate(SPILLED) == []
    first = visit.page.locator("#answer tbody tr").first.locator("td")
    named = "one => getComputedStyle(one, '::before').content"
    labels = [cell.evaluate(named) for cell in first.all() if cell.is_visible()]
    assert labels[:4] == ['"answer"', '"option"', '"kind"', '"wording"']
    left, top = "one => one.getBoundingClientRect().left", "one => one.getBoundingClientRect().top"
    cells = [cell for cell in first.all() if cell.is_visible()]
    assert len({cell.evaluate(left) for cell in cells}) == 1
    tops = [cell.evaluate(top) for cell in cells]
    assert tops == sorted(set(tops)), "each cell below the one before it"
    assert visit.axe() == []
    visit.page.screenshot(path=shots / "answer-narrow.png", full_page=True)
    page = visits("ontology/ChildhoodPhPositiveALL/", viewport={"width": 320, "height": 720})
    assert page.page.evaluate(SPILLED) == []
    page.page.screenshot(path=shots / "answer-static-narrow.png", full_page=True)


def test_a_query_answers_in_the_console(visits: Open, shots: Path) -> None:
    visit = visits("console/", viewport={"width": 1280, "height": 900})
    visit.page.select_option("#examples", "agents-on-page")
    visit.page.click("button:text-is('Run')")
    rows = len(command("ask", "agents-on-page", "--format", "csv").splitlines()) - 1
    assert status(visit, f"{rows} rows in").startswith(f"{rows} rows in ")
    assert visit.page.locator("#result tbody tr").count() == rows
    visit.page.screenshot(path=shots / "console-answered.png", full_page=True)
    assert visit.axe() == []


def test_an_error_shows_its_place_and_the_next_query_answers(visits: Open, shots: Path) -> None:
    visit = visits("console/")
    write(visit, "PREFIX lgo: <https://w3id.org/leukograph/ontology/>\nSELECT ?drug {\n  ?drug a lgx:Drug\n}")
    visit.page.wait_for_selector("#console [role=alert]:not(:empty)")
    assert visit.page.inner_text("#console [role=alert]").startswith("Line 3, column ")
    assert visit.page.inner_text(".cm-lintRange-error") == "lgx:Drug"
    visit.page.screenshot(path=shots / "console-error.png")
    assert visit.axe() == []
    write(visit, "PREFIX lgo: <https://w3id.org/leukograph/ontology/>\nASK { ?drug a lgo:Drug }")
    visit.page.wait_for_selector(".truth:has-text('true')")
    assert visit.page.inner_text("#console [role=alert]") == ""


def test_a_query_is_stopped_and_the_next_one_answers(visits: Open) -> None:
    visit = visits("console/")
    status(visit, "Ready: ")
    write(visit, SIX)
    status(visit, "Running")
    visit.page.click("button:text-is('Stop'):enabled")
    assert status(visit, "Stopped. ") == "Stopped. There is no answer, which is not an answer without rows."
    assert visit.page.locator("#result table").count() == 0
    write(visit, "ASK {}")
    visit.page.wait_for_selector(".truth:has-text('true')")


def test_the_query_behind_a_page_runs(visits: Open) -> None:
    visit = visits("data/blinatumomab/")
    visit.page.click("summary:has-text('The query that makes this page')")
    visit.page.click("text=Run it in the SPARQL console")
    visit.page.wait_for_selector("#result tbody tr")
    assert visit.page.locator("#result tbody tr", has_text="lgo:hasBrandName").count() > 0


def test_a_right_copy_is_proved_and_never_sent(visits: Open, page_path: Path, page: str) -> None:
    visit = visits("reading/")
    assert visit.page.locator("article[data-segment]").count() == 33
    before = len(visit.requests)
    visit.page.set_input_files("#copy", str(page_path))
    visit.page.wait_for_selector("#proof strong")
    assert visit.page.inner_text("#proof strong") == "Your copy is the page, to the last character."
    found = visit.page.locator("article").evaluate_all("all => all.map(one => one.dataset.status)")
    assert found == ["same"] * 33
    texts = visit.page.locator(".copy-text").all_text_contents()
    assert len(texts) == 33
    assert all(text in page for text in texts)
    assert visit.page.locator("mark").count() > 33
    assert visit.axe() == []
    visit.page.emulate_media(color_scheme="dark")
    assert visit.page.evaluate(COLOURS)["violations"] == []
    visit.page.set_viewport_size({"width": 320, "height": 720})
    assert width(visit) == 320
    visit.page.click("text=Forget the copy")
    assert visit.page.locator(".copy-text").count() == 0
    assert [url.rpartition("/")[2] for url in visit.requests[before:]] == ["graph.nq"], "what the copy is proved by"


def test_a_changed_copy_shows_what_drifted(visits: Open, page: str) -> None:
    visit = visits("reading/")
    changed = page.replace("Blinatumomab", "Blinatumumab")
    assert changed != page
    visit.page.fill("#pasted", changed)
    visit.page.wait_for_selector("#proof .drift strong")
    assert visit.page.inner_text("#proof strong").startswith("Your copy differs from the page")
    found = visit.page.locator("article").evaluate_all("all => all.map(one => one.dataset.status)")
    assert {"same", "lost"} <= set(found)
    assert any("blinatumomab" in line for line in visit.page.locator("#proof .lost li").all_inner_texts())
    assert "Blinatumumab" in visit.page.inner_text("#proof .new")
    assert visit.axe() == []
    assert [url for url in visit.requests if "Blinatumumab" in url] == []


def test_everything_is_reached_by_the_keyboard(visits: Open) -> None:
    visit = visits("ask/options-for-subtype/")
    page = visit.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0, "the skip link is seen while it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    place = "const one = document.activeElement; [one.tagName, one.id || one.textContent.trim().slice(0, 30)]"
    ringed = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(f"(() => {{ {place.replace('; [', '; return [')} }})()"))
        assert page.evaluate(ringed), f"the focus is not seen on {seen[-1]}"
    assert seen[:4] == [["A", "question"], ["SELECT", "param-disease"], ["SELECT", "param-state"], ["BUTTON", "Answer"]]
    page.focus("#param-disease")
    page.keyboard.type("Ph-pos")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer tbody tr")
    assert page.url.endswith("?disease=lgo%3APhPositiveALL")


@pytest.mark.parametrize("name", ["start", "drug", "console", "reading"])
def test_focus_is_seen_and_goes_the_way_of_the_page(name: str, visits: Open) -> None:
    visit = visits(PAGES[name])
    if name == "console":
        status(visit, "Ready: ")
    page = visit.page
    order, unseen = [], []
    for _ in range(30):
        page.keyboard.press("Tab")
        html, name_of_class, ring, place = page.evaluate(FOCUSED)
        if html.startswith("<body"):
            break
        if "cm-content" in name_of_class:  # the editor hears of it a moment later
            page.wait_for_selector(".cm-editor.cm-focused")
            ring = page.evaluate(FOCUSED)[2]
        order.append(place)
        unseen += [html] if ring == "none" else []
    assert len(order) > 10
    assert order == sorted(order)
    assert unseen == []


def test_the_single_file_answers_from_disk(visits: Open, made: Made, shots: Path, tmp_path: Path) -> None:
    visit = visits(made.alone, viewport={"width": 1280, "height": 900})
    page = visit.page
    page.wait_for_selector("#filter-name")
    page.screenshot(path=shots / "alone.png")
    page.fill("#search", "blinatumomab")
    page.wait_for_selector("#hits li")
    page.press("#search", "Enter")
    page.wait_for_selector("h1:has-text('blinatumomab')")
    assert page.url == made.alone + "#/data/blinatumomab/"
    assert page.input_value("#search") == ""
    assert visit.axe() == []
    page.screenshot(path=shots / "alone-drug.png")
    page.click("nav a:text-is('SPARQL')")
    status(visit, "Ready: ")
    write(visit, DRUGS)
    page.wait_for_selector("#result tbody tr")
    query = tmp_path / "drugs.rq"
    query.write_text(DRUGS, encoding="utf-8")
    wanted = command("query", str(query), "--format", "csv")
    assert page.locator("#result tbody tr").count() == len(wanted.splitlines()) - 1 > 0
    page.go_back()
    page.wait_for_selector("h1:has-text('blinatumomab')")
    page.goto(made.alone + "#/ask/options-for-subtype/?disease=lgo%3APhPositiveALL")
    page.wait_for_selector("#answer tbody tr")
    wanted = command("ask", "options-for-subtype", "--disease", "Ph+", "--format", "csv")
    assert list(csv.reader(io.StringIO(save(visit, "CSV").decode()))) == list(csv.reader(io.StringIO(wanted)))
    page.set_viewport_size({"width": 320, "height": 720})
    assert width(visit) == 320
    page.goto(made.alone + "#/nowhere/")
    page.wait_for_selector("h1:text-is('No such page')")


def test_the_single_file_proves_a_copy(visits: Open, made: Made, page: str) -> None:
    visit = visits(made.alone + "#/reading/")
    visit.page.fill("#pasted", page)
    visit.page.wait_for_selector("#proof .proved")
    assert visit.page.locator("article[data-status=same]").count() == 33


@pytest.mark.parametrize("path", ["data/blinatumomab", "data/blinatumomab/", "ontology/Drug"])
def test_an_iri_opens_its_page(path: str, visits: Open) -> None:
    visit = visits(path)
    assert visit.page.get_attribute("html", "data-page") == "entity"
