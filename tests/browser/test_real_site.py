"""The real site in a browser: a page of every kind, wide and light, narrow and dark; the single file from disk."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Browser, launched, served

from leukograph.site import making

ROOT = str(Path(__file__).parents[2])
VIEWS = {
    "wide-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "narrow-dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return making.pages(ROOT)


@pytest.fixture(scope="module")
def site(pages: dict[str, bytes]) -> Iterator[str]:
    with served(pages) as address:
        yield address


@pytest.fixture(autouse=True)
def _closing(browser: Browser) -> Iterator[None]:
    yield
    browser.close()


def kinds(pages: dict[str, bytes]) -> dict[str, str]:
    """Return the first page of each kind that the site has, but that of what is missing."""
    found: dict[str, str] = {}
    for path in sorted(pages):
        named = re.search(rb'<html [^>]*data-page="([a-z-]+)"', pages[path][:300]) if path.endswith(".html") else None
        if named and path != "404.html":
            found.setdefault(named[1].decode(), path.removesuffix("index.html"))
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_of_every_kind_is_sound(
    browser: Browser, pages: dict[str, bytes], site: str, view: str, tmp_path: Path
) -> None:
    shown = kinds(pages)
    assert {"start", "entity", "statement", "ask", "console", "reading"} <= shown.keys()
    for kind, path in shown.items():
        visit = browser.open(f"{site}/{path}", **VIEWS[view])
        visit.page.screenshot(path=tmp_path / f"{kind}.png", full_page=True)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (kind, path)
        assert visit.axe() == [], (kind, path)
        assert (visit.said, visit.strangers(site)) == ([], []), (kind, path)
        browser.close()


def test_the_single_file_answers_from_disk(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "site.html"
    path.write_bytes(making.single(ROOT))
    visit = browser.open(f"{path.as_uri()}#/console/")
    visit.page.get_by_role("button", name="Run", exact=True).click()
    visit.page.wait_for_selector("#console table tbody tr")
    assert visit.page.locator("#console table tbody tr").count() > 1
    assert visit.said == []
    assert visit.strangers(path.as_uri()) == []
