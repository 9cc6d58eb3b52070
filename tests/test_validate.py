"""The command `validate` at the edges people use: files of their own, reports, baselines, exit codes, watching."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
import rdflib

import leukograph
from leukograph import baseline, cli, documents, files, gates, intake, validation
from leukograph.errors import FileError, LimitError
from leukograph.names import LGR, shorten
from leukograph.records import Finding, Gate, Place, Report, Rule

ROOT = Path(__file__).parents[1]
PREFIXES = """@prefix ex: <https://example.org/mine/> .
@prefix lgd: <https://w3id.org/leukograph/data/> .
@prefix lgo: <https://w3id.org/leukograph/ontology/> .
@prefix lgv: <https://w3id.org/leukograph/vocabulary/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
DRUG = 'ex:drug\n    a lgo:Drug ;\n    rdfs:label "case drug"@en ;\n    lgo:hasBrandname ex:brand ;\n.\n'
Pytest = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no workflow of GitHub around."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return tmp_path


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path.name


def call(*words: str) -> int:
    return cli.main(["validate", *words])


def apart(*words: str) -> tuple[int, str]:
    """Call in a process of its own, which ends with its time; return exit code and what was said."""
    command = [sys.executable, "-m", "leukograph", "validate", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def lines(out: str) -> list[str]:
    """Return each finding as `place: severity rule`."""
    found = re.findall(r"(?m)^(\S+:\d+:\d+: \w+ \S+)", out)
    return [str(one) for one in found]


def test_one_file_of_own_statements_gets_right_findings_at_right_lines(here: Path, capsys: Pytest) -> None:
    text = (
        "# é 𝄞 before the places\r\n"
        + PREFIXES.replace("\n", "\r\n")
        + "\r\n"
        + DRUG.replace("case drug", "case ä drug").replace("\n", "\r\n")
    )
    assert call(write(here / "mine.ttl", text)) == 1
    out = capsys.readouterr().out
    assert lines(out) == [
        "mine.ttl:10:7: violation lgc:page-entity-unmentioned",
        "mine.ttl:12:5: violation lgr:undeclared-property",
        "mine.ttl:12:22: violation lgc:entity-unlabelled",
        "mine.ttl:12:22: violation lgs:Drug",
    ]
    assert "The nearest is lgo:hasBrandName." in out
    assert out.splitlines()[-1] == "does not conform: 4 violations, 0 warnings"


def test_each_gate_says_what_it_looked_at_in_its_order(here: Path, capsys: Pytest) -> None:
    call(write(here / "mine.ttl", PREFIXES + DRUG))
    heads = [line.split(": ")[0] for line in capsys.readouterr().out.splitlines() if "; looked at " in line]
    assert heads == ["syntax", "lint", "shapes", "checks", "evidence", "meaning", "coverage"]


def test_a_good_file_conforms_alone_and_with_the_project(here: Path, capsys: Pytest) -> None:
    good = PREFIXES + 'ex:word\n    a lgo:MolecularTarget ;\n    rdfs:label "case target"@en ;\n.\n'
    name = write(here / "background" / "mine.ttl", good)
    assert call(f"background/{name}") == 1
    alone = capsys.readouterr().out
    assert lines(alone) == ["background/mine.ttl:8:7: violation lgc:record-unused"]
    assert call(f"background/{name}", "--with-project") == 1
    assert lines(capsys.readouterr().out) == lines(alone)


def test_what_the_ontology_lacks_without_the_project_is_not_told_of_the_users_file(here: Path, capsys: Pytest) -> None:
    call(write(here / "mine.ttl", PREFIXES + DRUG))
    assert "ontology/" not in capsys.readouterr().out


def test_a_value_that_the_project_has_is_hinted_at(here: Path, capsys: Pytest) -> None:
    text = PREFIXES + 'ex:drug\n    a lgo:Drug ;\n    rdfs:label "case"@en ;\n    lgo:hasBrandName lgd:blincyto ;\n.\n'
    call(write(here / "mine.ttl", text))
    said = capsys.readouterr()
    assert "--with-project adds its data" in said.err
    assert "lgs:Drug-hasBrandName" in said.out
    call("mine.ttl", "--with-project")
    said = capsys.readouterr()
    assert "--with-project" not in said.err
    assert "lgs:Drug-hasBrandName" not in said.out


def test_a_file_without_a_record_never_conforms(here: Path, capsys: Pytest) -> None:
    assert call(write(here / "empty.ttl", "# nothing\n")) == 1
    assert "lgr:nothing-to-check" in capsys.readouterr().out


def test_a_file_that_does_not_parse_ends_with_two_and_its_place_in_every_report(here: Path, capsys: Pytest) -> None:
    write(here / "good.ttl", PREFIXES + DRUG)
    bad = write(here / "bad.ttl", PREFIXES + "\nex:a lgo:b é .\n")
    assert call("good.ttl", bad, "--output", "sarif=out.sarif", "--output", "junit=out.xml", "--format", "text") == 2
    out = capsys.readouterr().out
    assert re.search(r"(?m)^bad\.ttl:8:12: violation lgr:syntax: ", out)
    assert "good.ttl:" not in out
    (result,) = json.loads((here / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (8, 12)


@pytest.mark.parametrize("ending", ["ttl", "trig", "nt", "nq", "jsonld", "rdf"])
def test_each_format_of_rdf_is_read_and_judged_alike(here: Path, capsys: Pytest, ending: str) -> None:
    iri, kind, near = "https://example.org/mine/drug", "https://w3id.org/leukograph/ontology/Drugs", "lgo:Drug"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    text = {
        "jsonld": f'{{\n "@id": "{iri}",\n "@type": "{kind}"\n}}',
        "rdf": f'<rdf:RDF xmlns:rdf="{rdf}" xmlns:o="https://w3id.org/leukograph/ontology/">\n'
        f'\n <o:Drugs rdf:about="{iri}"/>\n</rdf:RDF>',
    }.get(ending, f"\n\n <{iri}> <{rdf}type> <{kind}> .\n")
    assert call(write(here / f"mine.{ending}", text)) == 1
    out = capsys.readouterr().out
    (found,) = [line for line in out.splitlines() if "lgr:undeclared-class" in line]
    assert found.startswith(f"mine.{ending}:3:")
    assert f"The nearest is {near}." in found


def test_more_ontology_and_more_shapes_are_taken(here: Path, capsys: Pytest) -> None:
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    write(here / "mine.ttl", PREFIXES + 'ex:thing\n    a ex:Thing ;\n    rdfs:label "thing"@en ;\n.\n')
    write(here / "words.ttl", PREFIXES + owl + 'ex:Thing\n    a owl:Class ;\n    rdfs:label "Thing"@en ;\n    '
          'skos:definition "A thing."@en ;\n.\n')  # fmt: skip
    write(
        here / "rules.ttl",
        PREFIXES
        + "@prefix sh: <http://www.w3.org/ns/shacl#> .\nex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ;"
        ' sh:property [ sh:path ex:size ; sh:minCount 1 ; sh:message "No size; write ex:size." ] .\n'
        "ex:Lonely a sh:NodeShape ; sh:targetClass ex:Nothing .\n",
    )
    assert call("mine.ttl") == 1
    assert "lgr:undeclared-class" in capsys.readouterr().out
    assert call("mine.ttl", "--ontology", "words.ttl", "--shapes", "rules.ttl") == 1
    out = capsys.readouterr().out
    assert "lgr:undeclared-class" not in out
    assert "mine.ttl:7:1: violation https://example.org/mine/ThingShape" in out
    assert "lgr:shape-without-focus ex:Lonely" in out


def test_a_file_of_the_project_keeps_its_graph_and_the_rest_of_the_project(capsys: Pytest) -> None:
    path = "data/background/civic.ttl"
    assert call(str(ROOT / path), "--with-project") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "conforms: 0 violations, 0 warnings"


# reports


def test_several_reports_at_once_and_none_half_written(here: Path, capsys: Pytest) -> None:
    write(here / "mine.ttl", PREFIXES + DRUG)
    wanted = {
        "json": "a.json",
        "sarif": "a.sarif",
        "junit": "a.xml",
        "turtle": "a.ttl",
        "html": "a.html",
        "github": "a.txt",
    }
    outputs = [word for kind, path in wanted.items() for word in ("--output", f"{kind}={path}")]
    assert call("mine.ttl", *outputs) == 1
    assert capsys.readouterr().out.startswith("syntax: 0 findings")
    assert sorted(os.listdir(here)) == sorted(["mine.ttl", *wanted.values()])
    whole = json.loads((here / "a.json").read_text(encoding="utf-8"))
    assert [len(gate["findings"]) for gate in whole["gates"]] == [0, 1, 1, 1, 1, 0, 0]
    shacl = rdflib.Graph().parse(here / "a.ttl")
    assert len(set(shacl.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult))) == 4
    before = {path: (here / path).read_bytes() for path in wanted.values()}
    assert call("mine.ttl", *outputs) == 1
    assert before == {path: (here / path).read_bytes() for path in wanted.values()}


def test_the_format_of_an_output_is_told_from_its_ending_and_format_alone_prints(here: Path, capsys: Pytest) -> None:
    write(here / "mine.ttl", PREFIXES + DRUG)
    assert call("mine.ttl", "--output", "report.sarif") == 1
    assert json.loads((here / "report.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    capsys.readouterr()
    assert call("mine.ttl", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["conforms"] is False


def test_in_a_workflow_of_github_annotations_are_printed(
    here: Path, capsys: Pytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write(here / "mine.ttl", PREFIXES + DRUG)
    assert call("mine.ttl") == 1
    assert "::error file=mine.ttl,line=10,col=5,title=lgr%3Aundeclared-property::" in capsys.readouterr().out
    assert call("mine.ttl", "--format", "text") == 1
    assert "::error" not in capsys.readouterr().out


def test_many_equal_findings_are_grouped(here: Path, capsys: Pytest) -> None:
    text = PREFIXES + "".join(f"ex:r{number} a lgo:Drugs .\n" for number in range(50))
    write(here / "mine.ttl", text)
    assert call("mine.ttl", "--max-print", "3") == 1
    out = capsys.readouterr().out
    assert len([line for line in out.splitlines() if " lgr:undeclared-class " in line and line.startswith("mine")]) == 3
    assert "… and 47 more of lgr:undeclared-class (--max-print shows more)" in out


def test_a_report_in_a_file_holds_all_findings(here: Path, capsys: Pytest) -> None:
    write(here / "mine.ttl", PREFIXES + "".join(f"ex:r{number} a lgo:Drugs .\n" for number in range(50)))
    kinds = ("text", "github", "json", "sarif", "turtle")
    outputs = [words for kind in kinds for words in ("--output", f"{kind}=report.{kind}")]
    assert call("mine.ttl", "--max-print", "3", "--format", "text", *outputs) == 1
    capsys.readouterr()
    texts = {kind: (here / f"report.{kind}").read_text(encoding="utf-8") for kind in kinds}
    held = {kind: len({one for one in range(50) if re.search(rf"[:/]r{one}\b", texts[kind])}) for kind in kinds}
    assert held == dict.fromkeys(kinds, 50)


def test_a_warning_fails_only_where_asked(here: Path, capsys: Pytest) -> None:
    good = 'x:word\n    a lgo:MolecularTarget ;\n    rdfs:label "case target"@en ;\n.\n'
    user = 'x:fact\n    a lgo:Drug ;\n    rdfs:label "case drug"@en ;\n.\n'
    text = PREFIXES.replace("@prefix ex:", "@prefix x:").replace("@prefix lgd:", "@prefix data:") + good + user
    write(here / "background" / "mine.ttl", text)
    call("background/mine.ttl", "--format", "json")
    whole = json.loads(capsys.readouterr().out)
    warned = [one for gate in whole["gates"] for one in gate["findings"] if one["severity"] == "warning"]
    assert [one["ruleShort"] for one in warned] == ["lgr:prefix-differs"]
    assert (warned[0]["line"], warned[0]["column"]) == (2, 9)
    write(here / "known.toml", "".join(
        f'[[known]]\nrule = "{one["rule"]}"\nreason = "a case"\nexpires = 2999-01-01\n'
        for gate in whole["gates"] for one in gate["findings"] if one["severity"] == "violation"
    ))  # fmt: skip
    assert call("background/mine.ttl", "--baseline", "known.toml", "--format", "text") in (0, 1)
    capsys.readouterr()
    assert call("background/mine.ttl", "--baseline", "known.toml", "--fail-on", "warning") == 1


# the baseline


def entry(rule: str = "lgr:undeclared-property", expires: str = "2999-01-01", more: str = "") -> str:
    return f'[[known]]\nrule = "{rule}"\nreason = "Until the term is released."\nexpires = {expires}\n{more}'


def report(*findings: Finding) -> Report:
    return Report((Gate("lint", "a case", findings),))


def one_finding(focus: str = "https://example.org/a") -> Finding:
    return Finding(
        "violation", "lint", f"{LGR}undeclared-property", focus, "", "", "Wrong. Mend.", Place("x.ttl", 1, 2)
    )


def test_a_known_finding_does_not_fail_until_its_last_day_is_over(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(entry(expires="2026-01-31"), encoding="utf-8")
    known = baseline.load(str(path))
    day = known[0].expires
    at_last = baseline.apply(report(one_finding()), known, day)
    assert [one.known for one in at_last.gates[0].findings] == ["Until the term is released."]
    assert at_last.gates[-1].findings == ()
    later = baseline.apply(report(one_finding()), known, day.replace(month=2, day=1))
    assert [one.known for one in later.gates[0].findings] == [""]
    (said,) = later.gates[-1].findings
    assert (shorten(said.rule), said.place) == ("lgr:known-finding-expired", Place(str(path), 1))


def test_an_entry_knows_what_it_names_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(entry(more='focus = "https://example.org/a"\n') + entry("lgs:Drug"), encoding="utf-8")
    known = baseline.load(str(path))
    found = baseline.apply(report(one_finding(), one_finding("https://example.org/b")), known, known[0].expires)
    assert [bool(one.known) for one in found.gates[0].findings] == [True, False]
    assert [(shorten(one.rule), one.place and one.place.line) for one in found.gates[-1].findings] == [
        ("lgr:known-finding-gone", 6)
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[known]\n", "known.toml:1:8: "),
        ("x = 1\n", "known.toml:1: a baseline is made of [[known]] entries"),
        ('[[known]]\nrule = "a"\nexpires = 2999-01-01\n', "known.toml:1: reason is missing or empty"),
        ('\n[[known]]\nrule = "a"\nreason = ""\nexpires = 2999-01-01\n', "known.toml:2: reason is missing or empty"),
        ('[[known]]\nrule = "a"\nreason = "b"\n', "known.toml:1: expires is missing or no date"),
        (
            '[[known]]\nrule = "lgx:a"\nreason = "b"\nexpires = 2999-01-01\n',
            "known.toml:1: rule 'lgx:a' is no IRI, nor is its prefix known. Write it as a report does.",
        ),
        (
            '[[known]]\nrule = "a"\nreason = "b"\nexpires = "2999-01-01"\n',
            "known.toml:1: expires is missing or no date",
        ),
        (entry(more="colour = 1\n"), "known.toml:1: unknown key 'colour'"),
        (entry(more="focus = 1\n"), "known.toml:1: focus is missing or empty"),
    ],
)
def test_a_baseline_that_is_none_is_refused_at_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as raised:
        baseline.load(str(path))
    assert str(raised.value).startswith(f"{tmp_path}/{sentence}")


def test_a_baseline_is_made_with_what_is_left_to_be_written(here: Path, capsys: Pytest) -> None:
    write(here / "mine.ttl", PREFIXES + DRUG)
    assert call("mine.ttl", "--output", "known.toml") == 1
    assert call("mine.ttl", "--baseline", "known.toml") == 2
    text = (here / "known.toml").read_text(encoding="utf-8")
    assert text.count("[[known]]") == 4
    text = text.replace('reason = ""', 'reason = "a case"').replace('expires = ""', "expires = 2999-01-01")
    write(here / "known.toml", text)
    capsys.readouterr()
    assert call("mine.ttl", "--baseline", "known.toml") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "conforms: 0 violations, 0 warnings, 4 known"


# wrong calls


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["absent.ttl"], "absent.ttl: cannot be read"),
        (["folder"], "folder: no RDF file there"),
        (["a.txt"], "a.txt: the ending names no RDF format"),
        (["a.ttl.gz"], "a.ttl.gz: a packed file is not read"),
        (["--graph", "page"], "--graph is for files that are named"),
        (["--with-project"], "--with-project is for files that are named"),
        (["a.ttl", "--output", "x.json", "--output", "json=x.json"], "two reports would be written to one file"),
        (["a.ttl", "--watch", "--format", "json"], "--watch prints what it finds as text"),
        (["a.ttl", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["a.ttl", "--max-print", "0"], "argument --max-print: '0' is no whole number"),
        (["a.ttl", "--baseline", "absent.toml"], "absent.toml: cannot be read"),
        (["a.ttl", "--fail-on", "info"], "argument --fail-on: invalid choice: 'info'"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_wrong_call_ends_with_two_and_one_sentence(
    here: Path, capsys: Pytest, words: list[str], sentence: str
) -> None:
    (here / "folder").mkdir()
    write(here / "a.ttl", PREFIXES + DRUG)
    write(here / "a.txt", "x")
    write(here / "a.ttl.gz", "x")
    assert call(*words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"leukograph: {sentence}")
    assert said.err.count("\n") == 1


def test_a_fault_of_the_program_ends_with_three(here: Path, capsys: Pytest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a case")

    write(here / "mine.ttl", PREFIXES + DRUG)
    monkeypatch.setattr(gates, "load_checks", broken)
    assert call("mine.ttl") == 3
    assert "Traceback" not in capsys.readouterr().err


def test_a_pattern_that_does_not_end_is_stopped(here: Path) -> None:
    write(here / "mine.ttl", PREFIXES + f'ex:thing a lgo:Drug ; rdfs:label "{"a" * 60}!"@en .\n')
    rule = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\nex:S a sh:NodeShape ; sh:targetClass lgo:Drug ;"
        ' sh:property [ sh:path rdfs:label ; sh:pattern "^(?=a)(a|aa)+$" ] .\n'
    )
    write(here / "rules.ttl", PREFIXES + rule)
    start = time.monotonic()
    code, said = apart("mine.ttl", "--shapes", "rules.ttl", "--timeout", "3")
    assert code == 2
    assert time.monotonic() - start < 60
    assert re.search(r"stopped after (3|13) seconds\.", said)


def test_a_contradiction_names_the_axioms_and_their_places(here: Path, capsys: Pytest) -> None:
    text = PREFIXES + 'ex:both\n    a lgo:Drug ;\n    a lgo:Procedure ;\n    rdfs:label "both"@en ;\n.\n'
    write(here / "mine.ttl", text)
    assert call("mine.ttl") == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "lgr:contradiction" in one]
    assert re.match(r"mine\.ttl:\d+:7: violation lgr:contradiction ex:both", line)
    assert "lgo:Drug" in line
    assert "lgo:Procedure" in line
    assert "See also mine.ttl:" in line


# several pages, and the interface for Python


def test_a_copy_of_no_page_is_refused(here: Path, capsys: Pytest) -> None:
    write(here / "other.txt", "Another page.\n")
    assert call(str(ROOT / "data" / "page"), "--page", "other.txt") == 1
    assert "lgr:copy-of-another-page" in capsys.readouterr().out


def test_the_interface_for_python_gives_the_same_findings(here: Path) -> None:
    write(here / "mine.ttl", PREFIXES + DRUG)
    found = leukograph.validate("mine.ttl")
    assert [shorten(one.rule) for gate in found.gates for one in gate.findings] == [
        "lgr:undeclared-property",
        "lgs:Drug",
        "lgc:entity-unlabelled",
        "lgc:page-entity-unmentioned",
    ]
    assert {one.iri for one in found.rules} >= {one.rule for gate in found.gates for one in gate.findings}


def test_every_rule_is_an_iri_of_its_own(root: str) -> None:
    rules = validation.validate(root).rules
    assert len({one.iri for one in rules}) == len(rules) > 300
    for one in rules:
        assert one.iri.startswith("https://w3id.org/leukograph/")
        assert one.summary.endswith(".")
        assert one.fix.endswith(".")


def test_a_clock_is_given_back_and_does_not_strike_later() -> None:
    before = signal.getsignal(signal.SIGALRM)
    from leukograph import limits

    with pytest.raises(LimitError, match="a case: stopped after"), limits.clock(0.05, "a case"):
        time.sleep(5)
    assert signal.getsignal(signal.SIGALRM) is before
    time.sleep(0.1)


# watching


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_watching_shows_the_findings_of_the_file_that_changed(here: Path) -> None:
    write(here / "one.ttl", PREFIXES + DRUG)
    write(here / "two.ttl", PREFIXES + DRUG.replace("ex:drug", "ex:other").replace("Brandname", "Brandnames"))
    command = [sys.executable, "-m", "leukograph", "validate", "one.ttl", "two.ttl", "--watch"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("GITHUB_ACTIONS", None)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=here
    ) as child:
        assert child.stdout is not None
        first = until_verdict(child.stdout)
        assert {line.split(":")[0] for line in lines(first)} == {"one.ttl", "two.ttl"}
        write(here / "two.ttl", PREFIXES + "# a line more\n" + DRUG.replace("ex:drug", "ex:other"))
        second = until_verdict(child.stdout)
        assert lines(second)
        assert {line.split(":")[0] for line in lines(second)} == {"two.ttl"}
        assert "does not conform: 10 violations" in first
        assert "does not conform: 10 violations" in second, "the verdict is that of all files"
        write(here / "one.ttl", PREFIXES + "ex:a")
        third = until_verdict(child.stdout)
        assert re.search(r"one\.ttl:7:\d+: violation lgr:syntax", third)
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 130


def until_verdict(stream: IO[str]) -> str:
    """Read what is printed up to the line of the verdict."""
    read = ""
    for line in stream:
        read += line
        if re.match(r"(does not conform|conforms): ", line):
            return read
    raise AssertionError(read)


def test_the_project_home_is_the_measure_when_it_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Pytest
) -> None:
    home = here / "home"
    for part in files.PARTS:
        shutil.copytree(ROOT / part, home / part)
    path = home / "data" / "mappings" / "agents.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace("sssom:object_label", "sssom:objectlabel", 1), encoding="utf-8"
    )
    monkeypatch.setenv(files.HOME_VARIABLE, str(home))
    assert call() == 1
    assert re.search(
        r"home/data/mappings/agents\.ttl:\d+:5: violation lgr:undeclared-property", capsys.readouterr().out
    )


# what a careful reader found


SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
OWL_PREFIX = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
GOOD = 'ex:hardly-any\n    a lgo:Quantifier ;\n    rdfs:label "hardly any"@en ;\n    skos:definition "Of few."@en ;\n'
GOOD += "    skos:inScheme lgv:quantifiers ;\n.\n"


def rules_of(capsys: Pytest) -> set[str]:
    return set(re.findall(r"(?m)(?:violation|warning) ([\w:-]+\w)", capsys.readouterr().out))


def test_the_good_file_of_these_cases_is_good(here: Path, capsys: Pytest) -> None:
    assert call(write(here / "good.ttl", PREFIXES + GOOD)) == 0, capsys.readouterr().out


def test_a_misspelt_term_of_rdf_or_owl_is_no_term(here: Path, capsys: Pytest) -> None:
    text = PREFIXES + OWL_PREFIX + 'lgo:Drug rdfs:lable "q"@en ; rdfs:subClassOff lgo:Gene .\nex:C a owl:Clas .\n'
    assert call(write(here / "mine.ttl", text)) == 1
    out = capsys.readouterr().out
    assert "mine.ttl:8:10: violation lgr:undeclared-property lgo:Drug" in out
    assert "The nearest is rdfs:label." in out
    assert "mine.ttl:9:8: violation lgr:undeclared-class ex:C rdf:type owl:Clas" in out


def test_a_second_label_beside_the_one_of_the_project_is_seen(here: Path, capsys: Pytest) -> None:
    assert call(write(here / "mine.ttl", PREFIXES + 'lgo:Drug rdfs:label "another"@en .\n')) == 1
    assert "lgr:label-doubled" in rules_of(capsys)


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        ("ex:S a sh:NodeShape ; sh:targetCalss lgo:Quantifier .", "lgr:undeclared-property"),
        ("ex:S a sh:NodeShape .", "lgr:shape-without-focus"),
        ("ex:S a sh:PropertyShape ; sh:targetClass ex:No ; sh:path rdfs:label .", "lgr:shape-without-focus"),
        ("ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] .", "lgr:shape-without-focus"),
        ("ex:S a sh:NodeShape ; sh:targetClass lgo:Quantifier ; sh:deactivated true .", "lgr:shape-without-focus"),
        ("", "lgr:nothing-to-check"),
    ],
)
def test_shapes_that_can_find_nothing_never_pass(here: Path, capsys: Pytest, shape: str, rule: str) -> None:
    write(here / "good.ttl", PREFIXES + GOOD)
    write(here / "rules.ttl", PREFIXES + SHAPES + shape)
    assert call("good.ttl", "--shapes", "rules.ttl") == 1
    assert rule in rules_of(capsys)


def test_shapes_of_the_project_are_not_changed_from_outside(here: Path, capsys: Pytest) -> None:
    write(here / "good.ttl", PREFIXES + GOOD)
    lgs = "@prefix lgs: <https://w3id.org/leukograph/shape/> .\n"
    write(here / "rules.ttl", PREFIXES + SHAPES + lgs + "lgs:Record-label sh:deactivated true .\n")
    assert call("good.ttl", "--shapes", "rules.ttl") == 2
    assert capsys.readouterr().err.startswith("leukograph: rules.ttl:9:1: lgs:Record-label is a shape of the project")


@pytest.mark.parametrize("rule", ["lgr:syntax", "lgr:nothing-to-check"])
def test_what_proves_nothing_is_never_let_stand(here: Path, capsys: Pytest, rule: str) -> None:
    write(here / "empty.ttl", "")
    write(here / "known.toml", entry(rule))
    assert call("empty.ttl", "--baseline", "known.toml") == 2
    assert f"known.toml:1: {rule} cannot be let stand" in capsys.readouterr().err


def test_a_baseline_of_nothing_is_one(here: Path, capsys: Pytest) -> None:
    write(here / "good.ttl", PREFIXES + GOOD)
    assert call("good.ttl", "--output", "baseline=known.toml") == 0
    assert call("good.ttl", "--baseline", "known.toml") == 0
    assert "; looked at 0 known findings" in capsys.readouterr().out


def test_a_living_entry_stands_beside_one_whose_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    narrow = entry(more='focus = "https://example.org/a"\n').replace("[[known]]", "[[ known ]] # narrower")
    path.write_text(entry(expires="2020-01-01") + narrow, encoding="utf-8")
    known = baseline.load(str(path))
    found = baseline.apply(report(one_finding()), known, known[0].expires.replace(year=2021))
    assert [bool(one.known) for one in found.gates[0].findings] == [True]
    assert [shorten(one.rule) for one in found.gates[1].findings] == ["lgr:known-finding-expired"]


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ('ex:at a <http://www.w3.org/ns/oa#TextPositionSelector> ; <http://www.w3.org/ns/oa#start> "abc" .', "", 8),
        (f"ex:a a lgo:Segment ; lgo:order {'9' * 5000} .", "lgr:literal-not-portable", 8),
        (
            "ex:a a owl:AllDifferent ; owl:distinctMembers ex:l .\nex:l rdf:first ex:a ; rdf:rest ex:l .",
            "lgr:list-without-end",
            9,
        ),
    ],
    ids=["position", "long number", "endless list"],
)
def test_odd_data_is_a_finding_and_no_fault_of_the_program(
    here: Path, capsys: Pytest, text: str, rule: str, line: int
) -> None:
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    assert call(write(here / "mine.ttl", PREFIXES + OWL_PREFIX.strip() + rdf + text + "\n")) == 1
    assert re.search(rf"(?m)^mine\.ttl:{line}:\d+: violation {rule}", capsys.readouterr().out)


def change_segments(here: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> None:
    """Judge a copy of the project in which the segments of the page are changed."""
    home = here / "home"
    for folder in files.PARTS:
        shutil.copytree(ROOT / folder, home / folder)
    (path,) = home.glob("data/page/*/segments.ttl")
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    monkeypatch.setenv(files.HOME_VARIABLE, str(home))


def test_a_position_that_is_no_number_is_a_finding_with_the_copy_at_hand(
    page_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Pytest
) -> None:
    change_segments(here, monkeypatch, lambda text: re.sub(r"oa:start \d+", 'oa:start "abc"', text, count=1))
    assert call("--page", str(page_path)) == 1
    assert "lgr:passage-elsewhere" in rules_of(capsys)


@pytest.mark.parametrize(
    "text",
    [
        "rdf:type rdfs:subPropertyOf owl:sameAs . <http://a.b/a> a <http://a.b/b> .",
        "".join(f"ex:a{number} owl:sameAs ex:a{number + 1} .\n" for number in range(300)),
    ],
    ids=["type is sameness", "chain of sameness"],
)
def test_a_closure_without_end_is_stopped(here: Path, text: str) -> None:
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    write(here / "mine.ttl", PREFIXES + OWL_PREFIX + rdf + text)
    start = time.monotonic()
    code, said = apart("mine.ttl", "--timeout", "4", "--engine", "reference")
    assert code == 2
    assert time.monotonic() - start < 60
    assert re.search(r"stopped after (4|14) seconds\.", said)


def test_sameness_comes_to_an_end(here: Path, capsys: Pytest) -> None:
    """Names that are one go by one of them, so that a chain of three hundred takes no longer than its triples do."""
    chain = "".join(f"ex:a{number} owl:sameAs ex:a{number + 1} .\n" for number in range(300))
    write(here / "mine.ttl", f"{PREFIXES}{OWL_PREFIX}{chain}ex:a0 owl:differentFrom ex:a300 .\n")
    assert call("mine.ttl", "--timeout", "60") == 1
    out = capsys.readouterr().out
    assert "violation lgr:contradiction" in out
    assert "which are said to be different (https://example.org/mine/a0 owl:differentFrom" in out


def test_the_compiled_rules_are_stopped_too(here: Path) -> None:
    steps = "".join(f"ex:a{number} ex:p ex:a{number + 1} .\n" for number in range(3000))
    write(here / "mine.ttl", f"{PREFIXES}{OWL_PREFIX}ex:p a owl:TransitiveProperty .\n{steps}")
    code, said = apart("mine.ttl", "--timeout", "3")
    assert code == 2
    assert re.search(r"stopped after (3|13) seconds\.", said)


def test_values_of_equal_text_are_told_apart(here: Path, capsys: Pytest) -> None:
    more = '    skos:altLabel "few"@en ,\n        "few"@de , "few" ;\n.\n'
    call(write(here / "mine.ttl", PREFIXES + GOOD[:-2] + more))
    found = [line for line in lines(capsys.readouterr().out) if "lgs:Record-altLabel" in line]
    assert found == ["mine.ttl:13:9: violation lgs:Record-altLabel", "mine.ttl:13:20: violation lgs:Record-altLabel"]


@pytest.mark.parametrize("ending", ["jsonld", "rdf"])
def test_twins_without_names_stand_each_at_its_own_place(here: Path, capsys: Pytest, ending: str) -> None:
    lgo, oa = "https://w3id.org/leukograph/ontology/", "http://www.w3.org/ns/oa#"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    text = {
        "jsonld": "[" + ",\n".join(
            f'{{"@id": "https://a.b/{one}", "@type": "{lgo}Segment", "{oa}hasSelector": {{"{oa}ennd": 5}}}}'
            for one in "ab"
        ) + "]",
        "rdf": f'<rdf:RDF xmlns:rdf="{rdf}" xmlns:l="{lgo}" xmlns:o="{oa}">\n' + "\n".join(
            f'<l:Segment rdf:about="https://a.b/{one}"><o:hasSelector rdf:parseType="Resource"><o:ennd>5</o:ennd>'
            "</o:hasSelector></l:Segment>" for one in "ab"
        ) + "\n</rdf:RDF>",
    }[ending]  # fmt: skip
    call(write(here / f"mine.{ending}", text))
    found = [line for line in lines(capsys.readouterr().out) if "lgr:undeclared-property" in line]
    first = 1 if ending == "jsonld" else 2
    assert [line.split(":")[1] for line in found] == [str(first), str(first + 1)]


def test_a_digest_of_the_page_that_differs_from_the_copy_is_pointed_at(
    here: Path, page: str, monkeypatch: pytest.MonkeyPatch, capsys: Pytest
) -> None:
    (here / "copy.txt").write_bytes(page.replace("\n", "\r\n").encode())
    monkeypatch.setenv(files.HOME_VARIABLE, str(ROOT))
    assert call("--page", "copy.txt") == 1
    out = capsys.readouterr().out
    assert re.search(r"(?m)page\.ttl:13:16: violation lgr:copy-of-another-page .*by its line ends or byte order", out)
    assert "137 passages against the copy" in out


def test_an_ontology_alone_is_judged_by_its_terms(capsys: Pytest) -> None:
    assert call(str(ROOT / "ontology" / "leukograph.ttl"), "--with-project") == 0
    assert re.search(r"[1-9]\d* records in data files", capsys.readouterr().out)


def test_a_folder_above_the_working_folder_tells_nothing_of_a_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Pytest
) -> None:
    (tmp_path / "ontology" / "shapes").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "ontology" / "shapes")
    assert call(write(Path("good.ttl"), PREFIXES + GOOD)) == 0, capsys.readouterr().out


@pytest.mark.parametrize("taken", ["good.ttl", "page.txt", "known.toml", "rules.ttl"])
def test_a_report_is_never_written_over_what_is_read(here: Path, capsys: Pytest, taken: str) -> None:
    write(here / "good.ttl", PREFIXES + GOOD)
    write(here / "page.txt", "A page.\n")
    write(here / "known.toml", entry())
    write(here / "rules.ttl", PREFIXES + SHAPES + "ex:S a sh:NodeShape ; sh:targetClass lgo:Quantifier .\n")
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    words = ["good.ttl", "--page", "page.txt", "--baseline", "known.toml", "--shapes", "rules.ttl"]
    assert call(*words, "--output", f"json=./{taken}") == 2
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before
    assert "over a file that is read" in capsys.readouterr().err


def test_one_file_is_not_written_twice(here: Path, capsys: Pytest) -> None:
    write(here / "good.ttl", PREFIXES + GOOD)
    assert call("good.ttl", "--output", "json=a.json", "--output", "sarif=./a.json") == 2
    assert not (here / "a.json").exists()
    assert "two reports" in capsys.readouterr().err


def test_a_severity_of_ones_own_stops_and_a_shape_without_words_gets_some(here: Path, capsys: Pytest) -> None:
    write(here / "good.ttl", PREFIXES + GOOD)
    shape = (
        "ex:S a sh:NodeShape ; sh:targetClass lgo:Quantifier ; sh:severity ex:Terrible ; sh:nodeKind sh:BlankNode .\n"
    )
    write(here / "rules.ttl", PREFIXES + SHAPES + shape)
    assert call("good.ttl", "--shapes", "rules.ttl") == 1
    assert re.search(
        r"good\.ttl:7:1: violation .*Mend the record, or give the shape a message", capsys.readouterr().out
    )


def test_an_entry_of_no_rule_and_one_of_no_prefix_say_so(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(entry("lgr:undeclared-propertee") + entry(more='focus = "ex:a"\n'), encoding="utf-8")
    known = baseline.load(str(path))
    ruled = report(one_finding())._replace(rules=(Rule(LGR + "undeclared-property", "lint", "violation", "", ""),))
    said = baseline.apply(ruled, known, known[0].expires).gates[-1].findings
    assert [(one.place, one.message) for one in said if one.place] == [
        (
            Place(str(path), 1),
            "The baseline lets a finding stand that is not found. There is no such rule. Take the entry out.",
        ),
        (
            Place(str(path), 5),
            (
                "The baseline lets a finding stand that is not found. No prefix of the project begins ex:a. "
                "Take the entry out."
            ),
        ),
    ]


@pytest.mark.parametrize(
    ("pattern", "put", "told"),
    [
        (r"oa:start 658", "oa:start 659", {"lgr:passage-elsewhere"}),
        (r"(?s)(lgd:segment-title\n.*?)    oa:hasSelector [^\n]*\n", r"\1", {"lgs:Passage-hasSelector"}),
        (r"    oa:hasSelector [^\n]*\n", "", {"lgs:Passage-hasSelector"}),
    ],
)
def test_a_wrong_position_is_no_second_fault_of_the_page(
    page_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Pytest, pattern: str, put: str, told: set[str]
) -> None:
    change_segments(here, monkeypatch, lambda text: re.sub(pattern, put, text))
    assert call("--page", str(page_path)) == 1
    found = set(rules_of(capsys))
    assert told <= found
    assert not {"lgr:text-without-segment", "lgr:no-segment"} & found


def test_a_segment_left_out_is_told_as_text_without_segment(
    page_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Pytest
) -> None:
    change_segments(here, monkeypatch, lambda text: re.sub(r"(?s)lgd:segment-title\n.*?\n\.\n", "", text))
    assert call("--page", str(page_path)) == 1
    assert "lgr:text-without-segment" in rules_of(capsys)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nix"], "nix: no such file or folder. Name one that is there."),
        (["good.ttl", "--output", "-"], "argument --output: '-' is no file here; name one."),
        (["good.ttl", "--output", "sarif="], "--output sarif=: this names no format and file."),
        (["good.ttl", "--output", "foo=r.json"], "--output foo=r.json: this names no format and file."),
    ],
)
def test_a_name_that_is_none_is_told(here: Path, capsys: Pytest, words: list[str], complaint: str) -> None:
    write(here / "good.ttl", PREFIXES)
    assert call(*words) == 2
    out, talk = capsys.readouterr()
    assert (out, list(here.iterdir())) == ("", [here / "good.ttl"])
    assert talk.startswith(f"leukograph: {complaint}")


def test_what_two_records_share_is_told_at_the_one_in_the_named_file(here: Path, capsys: Pytest) -> None:
    drug = 'ex:nelarabine\n    a lgo:Drug ;\n    rdfs:label "nelarabine"@en ;\n.\n'
    assert call(write(here / "mine.ttl", PREFIXES + drug), "--with-project") == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "lgc:name-shared" in line]
    assert [line.partition(": The")[0].partition(": Two")[0] for line in told] == [
        "mine.ttl:7:1: violation lgc:name-shared ex:nelarabine lgd:nelarabine"
    ]


def test_a_record_in_an_ontology_file_is_judged_as_a_record(here: Path, capsys: Pytest) -> None:
    text = (
        PREFIXES
        + OWL_PREFIX
        + (
            'ex:Thing\n    a owl:Class ;\n    rdfs:label "thing"@en ;\n    skos:definition "A thing."@en ;\n.\n'
            'ex:says\n    a owl:DatatypeProperty ;\n    rdfs:label "says"@en ;\n    skos:definition "A."@en ;\n.\n'
        )
    )
    write(here / "ontology" / "terms.ttl", text)
    assert call("ontology/terms.ttl") == 0
    write(here / "ontology" / "more.ttl", text + 'ex:t1\n    a ex:Thing ;\n    ex:says "it cures everyone" ;\n.\n')
    capsys.readouterr()
    assert call("ontology/more.ttl") == 1
    assert "violation lgr:record-without-shape ex:t1" in capsys.readouterr().out
    write(here / "ontology" / "page.ttl", PREFIXES + 'ex:p\n    a lgo:Page ;\n    rdfs:label "p"@en ;\n.\n')
    assert call("ontology/page.ttl") == 1
    assert "lgc:record-in-wrong-graph ex:p" in capsys.readouterr().out


def test_a_file_whose_name_is_not_utf_8_is_judged(here: Path, capsys: Pytest) -> None:
    path = os.fsencode(here) + b"/\xff.ttl"
    with open(path, "wb") as file:
        file.write((PREFIXES + DRUG).encode())
    assert call(".") == 1
    assert "lgr:undeclared-property" in capsys.readouterr().out
    kinds = ("json", "sarif", "junit", "turtle", "html", "github")
    assert call(".", *(word for kind in kinds for word in ("--output", f"{kind}=report.{kind}"))) == 1
    assert all((here / f"report.{kind}").stat().st_size for kind in kinds)


def test_a_written_baseline_knows_a_value_that_reads_like_a_short_iri(here: Path, capsys: Pytest) -> None:
    write(here / "mine.ttl", PREFIXES + DRUG.replace('"case drug"@en', '"rdfs:label"'))
    assert call("mine.ttl", "--output", "known.toml") == 1
    text = (here / "known.toml").read_text(encoding="utf-8")
    assert 'value = "rdfs:label"' in text
    write(here / "known.toml", text.replace('""', '"a case"').replace('expires = "a case"', "expires = 2999-01-01"))
    capsys.readouterr()
    assert call("mine.ttl", "--baseline", "known.toml", "--fail-on", "warning") == 0


def test_a_shape_that_asks_nothing_is_told(here: Path, capsys: Pytest) -> None:
    prefixes = PREFIXES + "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    shape = "ex:S\n    a sh:NodeShape ;\n    sh:targetClass lgo:Quantifier ;\n.\n"
    write(here / "good.ttl", PREFIXES + GOOD)
    write(here / "rules.ttl", prefixes + shape)
    assert call("good.ttl", "--shapes", "rules.ttl") == 1
    assert "violation lgr:shape-without-constraint ex:S" in capsys.readouterr().out
    write(here / "rules.ttl", prefixes + shape.replace(" ;\n.", " ;\n    sh:nodeKind sh:IRI ;\n."))
    assert call("good.ttl", "--shapes", "rules.ttl") == 0


def test_a_byte_order_mark_before_a_copy_is_told_as_such(page: str, here: Path, capsys: Pytest) -> None:
    (here / "page.txt").write_text("\ufeff" + page, encoding="utf-8", newline="")
    assert call("--page", "page.txt") == 1
    told = re.findall(r"(?m)^\S+: violation (\S+) .*$", capsys.readouterr().out)
    assert told == ["lgr:copy-of-another-page"]


def test_shapes_that_cannot_be_run_are_named_with_their_file(here: Path, capsys: Pytest) -> None:
    prefixes = PREFIXES + "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    write(here / "good.ttl", PREFIXES + GOOD)
    write(here / "sound.ttl", prefixes + "ex:A a sh:NodeShape ; sh:targetClass lgo:Quantifier ; sh:nodeKind sh:IRI .\n")
    for constraint, complaint in (
        ('sh:minCount "one"', "MinCountConstraintComponent"),
        ('sh:pattern "(a+)+"', "repeats a repeat"),
    ):
        shape = (
            f"ex:S a sh:NodeShape ; sh:targetClass lgo:Quantifier ; sh:property [ sh:path rdfs:label ; {constraint} ] ."
        )
        write(here / "broken.ttl", prefixes + shape)
        assert call("good.ttl", "--shapes", "sound.ttl", "--shapes", "broken.ttl") == 2
        out, talk = capsys.readouterr()
        assert out == ""
        assert talk.startswith("leukograph: broken.ttl: ")
        assert complaint in talk
        assert talk.count("\n") == 1


def test_an_element_without_a_namespace_is_told_at_its_line(here: Path, capsys: Pytest) -> None:
    rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n  <rdf:Description><é/>\n<b/>"
    assert call(write(here / "a.rdf", rdf + "</rdf:Description></rdf:RDF>\n")) == 2
    assert re.search(r"(?m)^a\.rdf:2:20: violation lgr:syntax: XML namespaces", capsys.readouterr().out)
    assert call(write(here / "b.rdf", "\n<html><body/></html>\n")) == 2
    assert re.search(r"(?m)^b\.rdf:2:1: violation lgr:syntax: XML namespaces", capsys.readouterr().out)


@pytest.mark.parametrize("harmless", [True, False])
def test_what_did_not_change_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, harmless: bool
) -> None:
    asked: list[list[str]] = []
    complaints = intake.complaints

    def counted(given: list[tuple[str, bytes]]) -> list[str]:
        asked.append([Path(path).name for path, _ in given])
        return complaints(given)

    monkeypatch.setattr(intake, "complaints", counted)
    if not harmless:
        monkeypatch.setattr(intake, "is_harmless", lambda *_: False)
    one, other = (tmp_path / name for name in ("one.ttl", "other.ttl"))
    for path in (one, other):
        path.write_text("<urn:s> <urn:p> 1 .\n", encoding="utf-8")
    sources = documents.collect([str(tmp_path)], None)
    first = documents.read(sources)
    assert documents.read(sources) == first
    other.write_text("<urn:s> <urn:p> 2 .\n<urn:s <urn:p> 3 .\n", encoding="utf-8")
    found, wrong = documents.read(sources)
    assert (found, [place for place, _ in wrong]) == (first[0][:1], [Place(str(other), 2, 1)])
    other.write_text("<urn:s> <urn:p> 2 .\n", encoding="utf-8")
    again, wrong = documents.read(sources)
    assert wrong == []
    assert again[0] is first[0][0]
    assert [getattr(quad.object, "value", "") for quad in again[1].quads] == ["2"]
    both, changed = ([], []) if harmless else (["one.ttl", "other.ttl"], ["other.ttl"])
    assert asked == [both, [], ["other.ttl"], changed]
