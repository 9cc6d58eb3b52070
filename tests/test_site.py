"""The verb `site`: where it writes, what it refuses, and that hostile or erased data does no harm."""

import base64
import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from commands import call
from leukograph import files
from leukograph.errors import DataError
from leukograph.names import BASE
from leukograph.site import lists, making, markup
from sites import Read

ROOT = Path(__file__).parents[1]
PAGE = "data/page/refractory-and-relapsed-childhood-all"
ERASED = "option-nelarabine-ph-negative"
HOSTILE = """
lgd:zz-hostile
    a lgo:Drug ;
    rdfs:label "</script><script>alert(1)</script>"@en ;
    rdfs:seeAlso <javascript:alert(2)> , <data:text/html,x> , <https://example.org/x?a=1&b=2> ;
    skos:altLabel "turned \u202e round"@en , "\\u0007 bell"@en , "<img src=x onerror=alert(3)>"@en , "<!-- --> ]]>"@en ;
.

<https://w3id.org/leukograph/data/../../../outside>
    a lgo:Drug ;
    rdfs:label "leads outside"@en ;
    lgo:hasBrandName lgd:blincyto ;
.

<https://w3id.org/leukograph/data/zz-hostile/index.html>
    a lgo:Drug ;
    rdfs:label "would be a file"@en ;
.

<https://w3id.org/leukograph/assets/app.js>
    a lgo:Drug ;
    rdfs:label "would be a script"@en ;
.
"""


def copied(to: Path) -> Path:
    for part in files.PARTS:
        shutil.copytree(ROOT / part, to / part)
    return to


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a record that means harm, and without one of its statements."""
    folder = copied(tmp_path_factory.mktemp("home") / "project")
    with (folder / PAGE / "entities.ttl").open("a", encoding="utf-8") as file:
        file.write(HOSTILE)
    path = folder / PAGE / "statements.ttl"
    before = path.read_text(encoding="utf-8")
    after = re.sub(rf"\nlgd:{ERASED}\n(?:    .*\n)+\.\n", "", before)
    assert len(after) < len(before)
    path.write_text(after, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(home: Path) -> dict[str, bytes]:
    return making.pages(str(home), "https://example.org/leukograph/")


@pytest.fixture(scope="module")
def alone(home: Path) -> str:
    return making.single(str(home)).decode()


def test_hostile_names_stay_text(made: dict[str, bytes]) -> None:
    page = made["data/zz-hostile/index.html"].decode()
    one = Read(page)
    assert one.wrong == []
    words = "".join(one.words)
    assert "</script><script>alert(1)</script>" in words
    assert "<img src=x onerror=alert(3)>" in words
    assert "turned \\u202e round" in words
    assert "\\u0007 bell" in words
    assert "javascript:alert(2)" in words
    assert [href for href, _ in one.outside if href.startswith("https://example.org/x")] == [
        "https://example.org/x?a=1&b=2"
    ]
    assert [tag for tag, _ in one.tags if tag == "img"] == []


def test_no_page_links_or_loads_what_is_no_address(made: dict[str, bytes]) -> None:
    for path, content in made.items():
        if path.endswith(".html"):
            text = content.decode()
            assert not re.search(r'(?:href|src|action)="(?:javascript|data|vbscript):', text), path
            assert "<script>" not in text, path
            assert not {char for char in text if ord(char) < 32} - {"\n", "\t"}, path
            assert "\u202e" not in text, path


def test_an_iri_that_is_no_folder_of_the_site_has_no_page(made: dict[str, bytes]) -> None:
    assert [
        path
        for path in made
        if not re.fullmatch(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*", path)
    ] == []
    assert "data/zz-hostile/index.html/index.html" not in made
    assert not [path for path in made if path.startswith("assets/app.js/")]
    page = made["data/blincyto/index.html"].decode()
    outside = "https://w3id.org/leukograph/data/../../../outside"
    assert f'<a href="{outside}" title="{outside}" class="iri" rel="external noreferrer">' in page


def test_an_erased_statement_leaves_no_trace(made: dict[str, bytes]) -> None:
    left = [path for path, content in made.items() if ERASED.encode() in path.encode() + content]
    assert left == ["ask/statement/index.html", "assets/questions.json"]  # the example in the header of a question
    (question,) = (one for one in json.loads(made["assets/questions.json"]) if one["name"] == "statement")
    assert not [value for value in question["parameters"][0]["bindings"] if ERASED in value]
    start = made["index.html"].decode()
    assert f'data-option="{BASE}data/nelarabine"' not in start
    assert "data/nelarabine/index.html" in made


def test_with_a_base_there_is_a_sitemap_of_every_page_and_pages_name_themselves(made: dict[str, bytes]) -> None:
    found = re.findall(r"<loc>https://example\.org/leukograph/(.*?)</loc>", made["sitemap.xml"].decode())
    pages = sorted(path.removesuffix("index.html") for path in made if path.endswith("index.html"))
    assert found == pages
    assert made["robots.txt"].endswith(b"Sitemap: https://example.org/leukograph/sitemap.xml\n")
    page = made["data/nelarabine/index.html"].decode()
    assert '<link rel="canonical" href="https://example.org/leukograph/data/nelarabine/">' in page
    assert 'href="https://example.org/leukograph/"' in made["404.html"].decode()
    assert 'href="https://example.org/leukograph/assets/style.css"' in made["404.html"].decode()


def test_the_single_file_holds_every_page_and_resource(alone: str, made: dict[str, bytes]) -> None:
    packed = re.findall(r'<script type="text/plain" id="resource:([^"]*)" data-packed="gzip">(.*?)</script>', alone)
    blocks = {name: gzip.decompress(base64.b64decode(text)) for name, text in packed}
    pages = json.loads(blocks["pages.json"])
    assert sorted(pages) == sorted(path.removesuffix("index.html") for path in made if path.endswith(".html"))
    for name in ("search.json", "questions.json", "segments.json", "vocabulary.json", "graph.nq", "oxigraph.wasm"):
        assert blocks[name] == made[f"assets/{name}"]
    (worker,) = re.findall(r'<script type="text/plain" id="resource:worker.js">(.*?)</script>', alone, re.DOTALL)
    assert worker.encode() == made["assets/worker.js"]
    assert pages["data/zz-hostile/"]["main"].count("<script") == 0


def test_the_single_file_runs_its_own_scripts_alone_and_loads_nothing(alone: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', alone)
    head, _, _ = alone.partition("</head>")
    (style,) = re.findall(r"<style>(.*?)</style>", head, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#x27;sha256-{digest}&#x27;" in policy
    assert "unsafe-inline" not in policy
    for script in re.findall(r"<script>(.*?)</script>", alone, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"&#x27;sha256-{digest}&#x27;" in policy
    assert "connect-src &#x27;none&#x27;" in policy
    assert not re.search(r'<(?:script|img|iframe|link)[^>]* (?:src|href)="(?!data:)', alone)


def test_the_folder_is_written_whole_and_only_where_nothing_is_lost(
    tmp_path: Path, made: dict[str, bytes], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(files.HOME_VARIABLE, str(home))
    monkeypatch.setattr(making, "pages", lambda *_: made)
    out = tmp_path / "out"
    assert call("site", "--output", str(out)) == (0, "", "")
    there = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert there.pop(".leukograph-export").startswith(b"# Made by `leukograph site`, which replaces exactly")
    assert there == made
    assert call("site", "--output", str(out)).code == 0
    (out / "index.html").write_text("mine", encoding="utf-8")
    ran = call("site", "--output", str(out))
    assert (ran.code, ran.err) == (
        2,
        f"leukograph: {out}: index.html was changed since its export. Move it away first.\n",
    )
    assert (out / "index.html").read_text(encoding="utf-8") == "mine"
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine", encoding="utf-8")
    ran = call("site", "--output", str(mine))
    assert ran.err == f"leukograph: {mine}: holds letter.txt and is no earlier site. Name a new or empty folder.\n"
    assert (ran.code, sorted(path.name for path in mine.iterdir())) == (2, ["letter.txt"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "name a folder with --output, or a file with --single-file. See `leukograph site --help`."),
        (["--single-file", "x.html", "--base", "https://example.org/"], "--base is the address of a folder. Give"),
        (["--output", "x", "--base", "example.org"], "--base example.org: this is no web address of a folder."),
        (["--output", "x", "--base", "javascript:alert(1)"], "--base javascript:alert(1): this is no web address"),
        (["--output", "x", "--base", "https://example.org/?x"], "this is no web address of a folder."),
        (["--output", "x", "--base", 'https://example.org/">'], "this is no web address of a folder."),
        (["--output", "pyproject.toml"], "pyproject.toml: is no folder, and site needs one for its files."),
        (["--single-file", "tests"], "tests: cannot be written (it is no ordinary file)."),
        (["--output", ""], "name a file"),
    ],
)
def test_a_wrong_call_ends_in_one_sentence_before_any_work(
    words: list[str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(making, "pages", None)
    ran = call("site", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert complaint in ran.err


def test_a_script_that_would_end_its_block_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "built", lambda: {"app.js": b"'</script>'"})
    monkeypatch.setattr(making, "_pages", lambda *_, **__: [lists.missing()._replace(kind="start")])
    with pytest.raises(DataError, match=r"assets/app\.js: holds </script"):
        making.single(str(home))


def test_markup_cannot_forget_to_escape() -> None:
    assert markup.el("p", "<b>", markup.el("b", "x & y"), title='"') == (
        '<p title="&quot;">&lt;b&gt;<b>x &amp; y</b></p>'
    )
    assert markup.el("p", markup.el("b", "x") + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"
    for name, value in (("onclick", "x()"), ("style", "color: red"), ("href", "javascript:x"), ("src", "//a/b")):
        with pytest.raises(DataError):
            markup.el("a", **{name: value})
    assert markup.outside("javascript:x", "words") == '<code class="iri">javascript:x</code>'
    assert markup.data("application/json", ["</script><!--", "&\u2028"], "x") == (
        '<script type="application/json" id="x">["\\u003c/script\\u003e\\u003c!--","\\u0026\\u2028"]</script>'
    )


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://example.org/x", True), ("../../data/x/", True), ("./", True), ("#main", True), ("", True),
        ("ask/x/?a=lgd:b", True), ("?a=b:c", True), ("javascript:x", False), ("JavaScript:x", False),
        (" javascript:x", False), ("data:text/html,x", False), ("//example.org", False), ("\\\\example.org", False),
        ("file:///etc/passwd", False), ("java\nscript:x", False),
    ],
)  # fmt: skip
def test_what_may_be_linked_to(address: str, is_one: bool) -> None:  # noqa: FBT001 - a case
    assert markup.is_address(address) == is_one


def test_the_styles_of_the_package_begin_with_those_that_they_are_made_from() -> None:
    source = (ROOT / "src" / "web" / "style.css").read_text(encoding="utf-8")
    assert making.built()["style.css"].decode().startswith(source.rstrip())
