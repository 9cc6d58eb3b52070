"""The pages of docs/rules/ are what docs/make_rules.py makes, there is one for each rule, and their examples fail."""

import datetime
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import SH

import shape_engines
from leukograph import baseline, coverage, documents, engine, files, gates, lint, reason, shape_graph
from leukograph.documents import Document, Source
from leukograph.formats import UNSEEN
from leukograph.names import ASSERTED, LGR, LGS, ONTOLOGY, graph_iri, shorten
from leukograph.records import Finding, Gate, Report, Rule
from leukograph.rules import LINT, SHAPES
from scripts import script

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "rules"
EXAMPLES = ROOT / "docs" / "examples"
PAGES = sorted(FOLDER.glob("*/*.md"))
NAMED = re.compile(r"^`([\w.-]+)`:\n\n```(?:\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


make_rules = script("make_rules")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return make_rules.pages(ROOT)[0]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return {shorten(rule.iri): rule for rule in make_rules.rules(ROOT)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "rules"))


def parts(text: str) -> dict[str, str]:
    """The parts of a page by their headings; its title stands under ''."""
    pieces = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}


def example(path: Path) -> str:
    """The first block of code of a page's example."""
    shown = parts(path.read_text(encoding="utf-8"))["An example that fails"]
    found = re.search(r"^```\w+\n(.*?)^```$", shown, re.MULTILINE | re.DOTALL)
    assert found, path
    return found[1]


def of_gate(start: str) -> list[Path]:
    return [path for path in PAGES if path.read_text(encoding="utf-8").startswith(f"# {start}:")]


def test_the_pages_are_as_they_are_made() -> None:
    command = [sys.executable, str(ROOT / "docs" / "make_rules.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_rule_has_a_page_with_what_it_means_an_example_and_how_to_mend_it(rules: dict[str, Rule]) -> None:
    assert len(rules) > 300
    titles = {}
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        page = parts(text)
        assert list(page) == ["", "What it means", "An example that fails", "How to mend it"], path
        assert all(words.strip() for words in page.values()), path
        titles[page[""].split("\n", 1)[0].removeprefix("# ")] = path
    assert titles.keys() == rules.keys()
    for name, rule in rules.items():
        path = titles[name]
        text = path.read_text(encoding="utf-8").replace("`", "").replace("\\", "")
        assert path.relative_to(FOLDER).as_posix() == f"{rule.gate}/{rule.iri.rsplit('/', 1)[1]}.md"
        for words in (rule.iri, f"| {rule.severity} |", rule.summary, rule.fix):
            assert words.replace("\\", "") in text, (name, words)


def test_the_index_has_a_row_for_each_rule(rules: dict[str, Rule]) -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[(\S+)\]", index, re.MULTILINE)) == sorted(rules)
    assert set(re.findall(r"^## (\w+)", index, re.MULTILINE)) == {rule.gate.capitalize() for rule in rules.values()}


def test_no_two_pages_share_a_name_in_another_letter_case() -> None:
    names = [path.relative_to(FOLDER).as_posix().lower() for path in PAGES]
    assert len(set(names)) == len(names)


def test_a_changed_a_missing_and_a_surplus_page_are_seen(made: dict[str, str], copy: Path) -> None:
    assert make_rules.differences(made, copy) == []
    changed, missing = "checks/same-as.md", "shapes/Statement.md"
    (copy / changed).write_text(made[changed] + "One more word.\n", encoding="utf-8")
    (copy / missing).unlink()
    (copy / "lint" / "no-such-rule.md").write_text("# lgr:no-such-rule\n", encoding="utf-8")
    seen = make_rules.differences(made, copy)
    assert seen == [f"{changed}: changed", "lint/no-such-rule.md: surplus", f"{missing}: missing"]
    make_rules.write(made, copy)
    assert make_rules.differences(made, copy) == []


def test_line_ends_of_another_kind_are_seen(made: dict[str, str], copy: Path) -> None:
    (copy / "README.md").write_bytes(made["README.md"].replace("\n", "\r\n").encode())
    assert make_rules.differences(made, copy) == ["README.md: changed"]


def test_check_fails_and_writes_nothing(
    made: dict[str, str], copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make_rules, "pages", lambda _: (made, []))
    monkeypatch.setattr(make_rules, "FOLDER", copy)
    (copy / "README.md").unlink()
    assert make_rules.main(["--check"]) == 1
    assert capsys.readouterr().err == "README.md: missing. Run `python docs/make_rules.py`.\n"
    assert not (copy / "README.md").exists()
    assert make_rules.main([]) == 0
    assert make_rules.main(["--check"]) == 0


@pytest.mark.parametrize("word", ["--check", ""])
def test_a_rule_without_an_example_is_named(
    word: str, copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = make_rules._Maker.example  # noqa: SLF001 - stands in for a case that nobody wrote
    monkeypatch.setattr(
        make_rules._Maker,  # noqa: SLF001
        "example",
        lambda maker, rule: None if rule.iri.endswith("/same-as") else example(maker, rule),
    )
    monkeypatch.setattr(make_rules, "FOLDER", copy)
    assert make_rules.main([word]) == 1
    said = capsys.readouterr().err
    assert "lgc:same-as: no case of the tests and no file of docs/examples/ breaks it. Write one.\n" in said
    assert (copy / "checks" / "same-as.md").exists() is bool(word)


def test_a_case_that_does_not_fail_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    maker = make_rules._Maker(ROOT)  # noqa: SLF001
    rule = next(rule for rule in make_rules.rules(ROOT) if rule.iri.endswith("/same-as"))
    assert maker.example(rule)
    monkeypatch.setattr(maker, "_finds", lambda *_: False)
    with pytest.raises(ValueError, match="is not found"):
        maker.example(rule)


def test_what_does_not_show_in_a_case_is_escaped_on_its_page(tmp_path: Path) -> None:
    maker = make_rules._Maker(ROOT)  # noqa: SLF001
    maker.root = tmp_path
    case = tmp_path / "tests" / "lint" / "unseen-character" / "fail-within-a-word.ttl"
    case.parent.mkdir(parents=True)
    head = "# A label_with what does not show.\n# expect: 4:1 lgr:unseen-character -\n\n"
    case.write_text(f'{head}<urn:a> <urn:b> "re\u200bd, e\u0301" .\n', encoding="utf-8")
    (rule,) = (rule for rule in make_rules.rules(ROOT) if rule.iri == LGR + "unseen-character")
    example = maker.example(rule)
    assert example.source == "tests/lint/unseen-character/fail-within-a-word.ttl"
    shown = '```turtle\n<urn:a> <urn:b> "re\\u200Bd, e\\u0301" .\n```'
    assert example.shown == f"A label\\_with what does not show.\n\n{shown}"


def test_what_the_words_do_not_cover_is_refused() -> None:
    maker = make_rules._Maker(ROOT)  # noqa: SLF001 - a shape that the project does not have
    rule = next(rule for rule in make_rules.rules(ROOT) if rule.iri == LGS + "Statement-forDisease")
    assert "There is exactly one value." in maker.about(rule)
    maker.shapes.add((rdflib.URIRef(rule.iri), SH.minExclusive, rdflib.Literal(1)))
    with pytest.raises(ValueError, match=r"no words for .*#minExclusive"):
        maker.about(rule)


def test_no_page_holds_a_path_of_a_machine_or_what_does_not_show() -> None:
    for path in [*PAGES, FOLDER / "README.md", *sorted(EXAMPLES.glob("*"))]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w./])/(?:work|home|root|tmp|usr|Users)\b|[A-Z]:\\", text), path
        assert str(ROOT) not in text, path
        assert "# expect" not in text, path
        assert not set(text) & UNSEEN, path
        assert unicodedata.is_normalized("NFC", text), path


# The examples are what the pages say that they are: each breaks its rule.


@pytest.fixture(scope="module")
def project() -> list[Document]:
    sources = [Source(graph, path, given=False) for graph in ASSERTED for path in files.graph_files(str(ROOT), graph)]
    read, wrong = documents.read(sources)
    assert wrong == []
    return read


@pytest.fixture(scope="module")
def shapes() -> list[ox.Quad]:
    return shape_engines.project_shapes()


def written(folder: Path, pages: list[Path]) -> dict[Path, Document]:
    """The examples of pages, as files are read."""
    for path in pages:
        (folder / f"{path.stem}.ttl").write_text(example(path), encoding="utf-8")
    read, wrong = documents.read([Source("page", str(folder / f"{path.stem}.ttl")) for path in pages])
    assert wrong == []
    return dict(zip(pages, read, strict=True))


def test_the_example_of_every_shape_fails_by_it(project: list[Document], shapes: list[ox.Quad], tmp_path: Path) -> None:
    pages = of_gate("lgs")
    assert len(pages) > 200
    cases = written(tmp_path, pages)
    quads = [quad for one in [*project, *cases.values()] for quad in one.quads]
    known = shape_graph.read(shapes)
    found: dict[str, set[str]] = {}
    for one in shape_engines.compiled(quads, shapes).findings:
        found.setdefault(one.focus, set()).add(one.rule)
    for path, case in cases.items():
        broken = {rule for quad in case.quads for rule in found.get(engine.plain(quad.subject), set())}
        collects = "never this shape" in path.read_text(encoding="utf-8")
        held = shape_graph.values(known, ox.NamedNode(LGS + path.stem), "property")
        iris = {one.value for one in held} if collects else set()
        assert broken & (iris or {LGS + path.stem}), path


def test_the_example_of_every_check_fails_by_it(project: list[Document]) -> None:
    store = engine.empty()
    for one in project:
        engine.fill(store, one.graph, one.quads)
    checks = {check.name: check for check in gates.load_checks(str(ROOT))}
    pages = of_gate("lgc")
    assert {path.stem for path in pages} == checks.keys()
    for path in pages:
        source = re.search(r"\]\((\S+\.ttl)\)", parts(path.read_text(encoding="utf-8"))["An example that fails"])
        assert source
        case = (path.parent / source[1]).read_text(encoding="utf-8")
        graph = re.search(r"^# graph: (\S+)$", case, re.MULTILINE)
        name = ox.NamedNode(graph_iri(graph[1] if graph else "page"))
        quads = list(ox.parse(example(path).encode(), format=ox.RdfFormat.TURTLE))
        laid = [ox.Quad(one.subject, one.predicate, one.object, name) for one in quads]
        added = [quad for quad in laid if quad not in store]
        store.extend(added)
        rows = engine.select(store, checks[path.stem].sparql, name=path.stem).rows
        for quad in added:
            store.remove(quad)
        subjects = {engine.plain(one.subject) for one in quads} | {engine.plain(one.object) for one in quads}
        assert any(row[0] and row[0].value in subjects for row in rows), path


def test_the_example_of_every_rule_of_writing_fails_by_it(project: list[Document], tmp_path: Path) -> None:
    pages = [path for path in of_gate("lgr") if path.parent.name == LINT]
    assert len(pages) > 5
    vocabulary = [one for one in project if one.graph == ONTOLOGY]
    for path, case in written(tmp_path, pages).items():
        assert LGR + path.stem in {one.rule for one in lint.lint([case], vocabulary)}, path


def test_the_example_of_a_contradiction_is_one() -> None:
    (path,) = FOLDER.glob("meaning/*.md")
    assert reason.close(rdflib.Graph().parse(data=example(path), format="turtle")).contradictions


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.md")), ids=lambda path: path.stem)
def test_a_written_example_breaks_its_rule(
    path: Path, project: list[Document], shapes: list[ox.Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = NAMED.findall(path.read_text(encoding="utf-8"))
    call = re.search(r"^The call is `leukograph validate (.*)`\.$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert call
    assert set(re.findall(r"[\w-]+\.\w+", call[1])) == {name for name, _ in blocks}
    for name, text in blocks:
        Path(name).write_text(text, encoding="utf-8")
    told = {one.rule for one in broken(project, shapes)}
    assert LGR + path.stem in told
    assert len(told) == 1 or path.stem == "copy-of-another-page"  # with which no passage need stand in its place


def broken(project: list[Document], shapes: list[ox.Quad]) -> Iterator[Finding]:
    """The findings of the gates that the files of an example are for."""
    read, wrong = documents.read([Source("page", "case.ttl")])
    if wrong:
        yield from (Finding("violation", "syntax", LGR + "syntax", "", "", "", words, place) for place, words in wrong)
        return
    quads = [quad for one in read for quad in one.quads]
    if Path("shapes.ttl").exists():
        own = shape_engines.read("shapes.ttl")
        yield from shape_engines.both(quads, own).findings
        yield from covered(quads, quads, [*own, *shapes], own)
    elif Path("known.toml").exists():
        gate = Gate(SHAPES, "", shape_engines.compiled(quads, shapes).findings)
        today = datetime.datetime.now(tz=datetime.UTC).date()
        yield from baseline.apply(Report((gate,)), baseline.load("known.toml"), today).gates[-1].findings
    else:
        store = engine.empty()
        engine.fill(store, "page", read[0].quads)
        copies = [("page.txt", Path("page.txt").read_text(encoding="utf-8"))] if Path("page.txt").exists() else []
        yield from gates.evidence_gate(store, [], copies).findings
        if not copies and "statedIn" not in read[0].text:
            whole = [quad for one in [*project, *read] if one.graph in (ONTOLOGY, "page") for quad in one.quads]
            yield from covered(whole, quads, shapes)


def covered(
    whole: list[ox.Quad], quads: list[ox.Quad], shapes: list[ox.Quad], own: list[ox.Quad] | None = None
) -> tuple[Finding, ...]:
    """What coverage finds of quads that are part of a whole."""
    seen, mine = coverage.see(shape_engines.triples(whole)), None if own is None else shape_graph.read(own)
    data = {quad.subject for quad in quads}
    return coverage.coverage(seen, shape_graph.read(shapes), data, [], whole=False, own=mine).findings
