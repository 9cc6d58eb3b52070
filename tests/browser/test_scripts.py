"""The scripts in a real browser, on the small site of fixture_site; without Chromium they are skipped by name."""

from collections.abc import Iterator
from pathlib import Path

import fixture_site
import pytest
from harness import Browser, Visit, launched, served

TEXT = fixture_site.make_cases().TEXT


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(fixture_site.pages()) as address:
        yield address


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("alone") / "site.html"
    path.write_bytes(fixture_site.single())
    return path.as_uri()


@pytest.fixture(autouse=True)
def _closing(browser: Browser) -> Iterator[None]:
    yield
    browser.close()


def clean(visit: Visit, own: str) -> None:
    assert visit.said == []
    assert visit.strangers(own) == []


def write(visit: Visit, query: str) -> None:
    """Put a query into the editor by the keyboard and run it by the keyboard."""
    visit.page.locator(".cm-content").click()
    visit.page.keyboard.press("Control+a")
    visit.page.keyboard.insert_text(query)
    visit.page.keyboard.press("Control+Enter")


def test_a_brand_name_is_found_and_opened_by_the_keyboard(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/")
    visit.page.focus("#search")
    visit.page.keyboard.type("vollkorn")
    visit.page.wait_for_selector("#hits li")
    assert visit.page.inner_text("#hits li") == "bread of rye statement brand name: Vollkorn®"
    assert visit.page.inner_text(".hits-status") == "1 hit"
    assert visit.axe() == []
    visit.page.keyboard.press("ArrowDown")
    assert visit.page.get_attribute("#search", "aria-activedescendant") == "hit-0"
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(site + "/data/bread-of-rye/")
    clean(visit, site)


def test_a_name_that_is_markup_stays_text_and_shows_what_is_unseen(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/")
    visit.page.fill("#search", "img")
    visit.page.wait_for_selector("#hits li")
    assert visit.page.inner_text("#hits .label") == "<img src=x onerror=alert(1)>\\u202e"
    assert visit.page.query_selector("#hits img") is None
    visit.page.press("#search", "Escape")
    assert visit.page.query_selector("#hits li") is None
    clean(visit, site)


def test_the_options_table_is_filtered_and_shown_whole_again(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/")
    rows = visit.page.locator("#options tbody tr:visible")
    visit.page.select_option("#filter-wording", "may")
    assert rows.all_inner_texts() == ["loaf\tmay\tnot stated on this page"]
    assert visit.page.inner_text(".filters + p") == "1 of 2 rows are shown."
    visit.page.select_option("#filter-column", label="oat")
    assert rows.count() == 0
    visit.page.click("text=Show all")
    visit.page.wait_for_selector("text=roll")
    assert rows.count() == 2
    visit.page.select_option("#filter-column", label="oat")
    assert rows.count() == 1
    assert visit.axe() == []
    clean(visit, site)


def test_a_query_answers_is_sorted_and_saved(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/console/")
    page = visit.page
    page.wait_for_selector(".state:has-text('Ready: ')")
    assert visit.axe() == []
    write(visit, "SELECT ?n ?t { VALUES (?n ?t) { (2 '=b\u202e') (10 '<b>a') } }")
    page.wait_for_selector("#result tbody tr")
    assert page.inner_text(".state").startswith("2 rows in ")
    first = page.locator("#result tbody tr").first
    assert first.inner_text().split("\t")[1] == "=b\\u202e"
    page.focus("#result .sort")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.get_attribute("#result th", "aria-sort") == "descending"
    assert first.inner_text() == "10 xsd:integer\t<b>a"
    with page.expect_download() as saved:
        page.click("button:text-is('CSV for spreadsheets')")
    assert saved.value.path().read_bytes().decode() == "\ufeffn,t\r\n2,'=b\u202e\r\n10,<b>a\r\n"
    assert visit.axe() == []
    clean(visit, site)


def test_an_error_has_its_place_in_words_and_in_the_editor(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/console/")
    write(visit, "SELECT * {\n  ?s nope:p ?o }")
    visit.page.wait_for_selector("#console [role=alert]:not(:empty)")
    assert visit.page.inner_text("#console [role=alert]") == "Line 2, column 12: Prefix not found"
    assert visit.page.inner_text(".cm-lintRange-error") == "nope:p"
    assert visit.axe() == []
    clean(visit, site)


def test_a_query_is_stopped_and_the_next_one_answers(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/console/")
    visit.page.wait_for_selector(".state:has-text('Ready: ')")
    write(visit, "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6)) + " }")
    visit.page.click("button:text-is('Stop'):enabled")
    visit.page.wait_for_selector(".state:has-text('Stopped. ')")
    assert visit.page.query_selector("#result table") is None
    write(visit, "ASK { ?s ?p ?o }")
    visit.page.wait_for_selector(".truth")
    assert visit.page.inner_text(".truth") == "true"
    clean(visit, site)


def test_a_query_that_breaks_the_engine_is_an_error_and_the_next_one_answers(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/console/")
    write(visit, "SELECT * {" + "{" * 5000 + "}" * 5000 + "}")
    visit.page.wait_for_selector("#console [role=alert]:has-text('ended the engine')")
    write(visit, "ASK {}")
    visit.page.wait_for_selector(".truth")
    clean(visit, site)


def test_words_of_the_project_complete_and_declare_their_prefix(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/console/")
    page = visit.page
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("SELECT * { ?s ment")
    page.wait_for_selector(".cm-tooltip-autocomplete li:has-text('lgo:mentions')")
    page.wait_for_timeout(150)  # the editor ignores Enter for a moment, lest it takes what was not meant
    page.keyboard.press("Enter")
    wanted = ["PREFIX lgo: <https://w3id.org/leukograph/ontology/>", "SELECT * { ?s lgo:mentions}"]
    assert page.locator(".cm-line").all_inner_texts() == wanted
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "everything", "Tab leaves the editor"
    clean(visit, site)


def test_the_link_of_a_query_holds_it_and_no_server_sees_it(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/console/")
    write(visit, "ASK { FILTER(1 = 2) }")
    visit.page.wait_for_selector(".truth")
    other = browser.open(visit.page.url)
    other.page.wait_for_selector(".truth")
    assert other.page.inner_text(".truth") == "false"
    assert [url for url in other.requests if "FILTER" in url.partition("#")[0]] == []


def test_a_question_is_asked_by_its_form_and_by_its_link(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/ask/which/")
    page = visit.page
    page.click("#ask button")
    page.wait_for_selector("#answer tbody tr")
    assert page.locator("#answer tbody tr").all_inner_texts() == [
        "bread may rise\t14",
        "bread of oat\t12",
        "bread of rye\t12",
    ]
    assert page.locator("#answer td a").all_inner_texts() == ["bread of rye"]
    assert page.get_attribute("#answer svg", "aria-label") == "letters by statement; the table holds the same numbers"
    page.select_option("#p", "lgd:bread-may")
    page.click("#ask button")
    page.wait_for_url(site + "/ask/which/?statement=lgd%3Abread-may")
    page.wait_for_selector("#asked:has-text('1 row in ')")
    bound = "VALUES ?statement { <https://w3id.org/leukograph/data/bread-may> }"
    assert bound in (page.text_content("#sparql") or "")
    with page.expect_download() as saved:
        page.click("button:text-is('Turtle')")
    assert "lgd:bread-may a lgo:Statement ;" in saved.value.path().read_text(encoding="utf-8")
    other = browser.open(page.url)
    other.page.wait_for_selector("#answer tbody tr")
    assert other.page.locator("#answer tbody tr").count() == 1
    assert other.axe() == []
    clean(visit, site)


def test_an_unknown_value_in_a_link_is_an_error_in_words(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/ask/which/?statement=%3E%20%7D%20SELECT")
    visit.page.wait_for_selector("#asked:not(:empty)")
    assert "“> } SELECT” is no statement that is known here." in visit.page.inner_text("#asked")
    assert visit.page.query_selector("#answer table") is None
    clean(visit, site)


def test_a_copy_is_proved_here_and_never_sent(browser: Browser, site: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8", newline="")
    visit = browser.open(site + "/reading/")
    before = len(visit.requests)
    visit.page.set_input_files("#copy", str(copy))
    visit.page.wait_for_selector("#proof strong")
    assert visit.page.inner_text("#proof strong") == "Your copy is the page, to the last character."
    assert visit.page.inner_text("[data-segment$=bread-title] .copy-text") == "About bread 🍞"
    assert visit.page.locator("mark").all_inner_texts() == ["Bread", "may"]
    assert [url.rpartition("/")[2] for url in visit.requests[before:]] == ["graph.nq"]
    assert visit.axe() == []
    clean(visit, site)


def test_drift_is_shown_and_forgotten_again(browser: Browser, site: str) -> None:
    visit = browser.open(site + "/reading/")
    visit.page.fill("#pasted", TEXT.replace("may", "might").replace("• rye bread\n• oat", "• oat bread\n• rye"))
    visit.page.wait_for_selector("#proof .lost")
    status = visit.page.locator("article").evaluate_all("all => all.map(one => one.dataset.status)")
    assert status == ["same", "lost", "moved", "moved", "moved", "lost"]
    assert "Bread might rise." in visit.page.inner_text("#proof .new")
    visit.page.click("text=Forget the copy")
    assert visit.page.locator(".copy-text").count() == 0
    clean(visit, site)


def test_the_single_file_opens_from_disk_finds_and_answers(browser: Browser, alone: str) -> None:
    visit = browser.open(alone)
    page = visit.page
    page.wait_for_selector("#filter-name")
    page.fill("#search", "vollkorn")
    page.wait_for_selector("#hits li")
    page.press("#search", "Enter")
    page.wait_for_selector("h1:has-text('bread of rye')")
    assert page.url == alone + "#/data/bread-of-rye/"
    assert page.title() == "at data/bread-of-rye/"
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.click("main a")
    page.wait_for_selector(".state:has-text('Ready: ')")
    assert page.get_attribute("nav a", "aria-current") == "page"
    write(visit, "ASK { ?s ?p ?o }")
    page.wait_for_selector(".truth")
    assert visit.axe() == []
    page.go_back()
    page.wait_for_selector("h1:has-text('bread of rye')")
    page.click(".skip", force=True)
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.url == alone + "#/data/bread-of-rye/"
    page.goto(alone + "#/ask/which/?statement=lgd%3Abread-may")
    page.wait_for_selector("#answer tbody tr")
    page.goto(alone + "#/nowhere/<b>")
    page.wait_for_selector("h1:has-text('No such page')")
    page.goto(alone + "#/reading/")
    page.fill("#pasted", TEXT)
    page.wait_for_selector("#proof .proved")
    clean(visit, "file:")
