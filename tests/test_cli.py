"""The command as people call it: help, examples, what a value may be, a sentence for each fault, bytes and width."""

import contextlib
import csv
import fcntl
import importlib.metadata
import io
import json
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

import leukograph
from commands import Ran, call
from leukograph import answers, closing, files, fixpoint, formats, questions
from leukograph.cli import VERBS
from leukograph.names import LGD, LGO, LGV
from leukograph.records import Asked, Closure

ROOT = Path(__file__).parents[1]
SOURCE = ROOT.parent / "shared" / "source" / "refractory-and-relapsed-childhood-all.txt"
NAMES = questions.names(str(ROOT))
HELPS = [[], *([verb] for verb in VERBS), *(["ask", name] for name in NAMES)]
SUBVERBS = [["evidence", "verify"], ["evidence", "locate"], ["evidence", "coverage"]]
TALK = "leukograph: the files have changed since `leukograph build`; inferring anew …\n"
OPTIONS_FOR = ["ask", "options-for-subtype", "--disease", "Ph+"]
COMMAND = [sys.executable, "-m", "leukograph"]
NEEDS_BASH = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")


def environment(**variables: str) -> dict[str, str]:
    changed = ("PYTHONCOERCECLOCALE", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONUTF8", "NO_COLOR")
    return {**{name: value for name, value in os.environ.items() if name not in changed}, **variables}


def run(*words: str, **variables: str) -> Ran:
    done = subprocess.run([*COMMAND, *words], capture_output=True, check=False, env=environment(**variables))
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def complaint(ran: Ran, code: int = 2) -> str:
    said = ran.err.replace(TALK, "")
    assert (ran.code, ran.out, said.count("\n")) == (code, "", 1), ran
    assert said.startswith("leukograph: ")
    assert said.endswith(".\n")
    return said[len("leukograph: ") : -1]


def help_of(words: list[str]) -> str:
    ran = call(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def examples(text: str) -> list[str]:
    return [line.strip() for line in text.partition("\nexample")[2].split("\n")[1:] if line.strip()]


def all_examples() -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(files.HOME_VARIABLE, raising=False)
        return sorted({example for words in [*HELPS, *SUBVERBS] for example in examples(help_of(words))})


EXAMPLES = all_examples()


def copy_tree(to: Path) -> Path:
    for part in files.PARTS:
        shutil.copytree(ROOT / part, to / part)
    return to


def little_tree(to: Path) -> Path:
    # Little enough that what follows from it is inferred in a second.
    for part in files.PARTS:
        (to / part).mkdir(parents=True)
    shutil.copy(ROOT / files.TERMS, to / "ontology")
    shutil.copytree(ROOT / "queries", to / "queries", dirs_exist_ok=True)
    for path in (
        "page/refractory-and-relapsed-childhood-all/entities.ttl",
        "background/chemidplus.ttl",
        "mappings/sources.ttl",
    ):
        (to / "data" / path).parent.mkdir(parents=True)
        shutil.copy(ROOT / "data" / path, to / "data" / path)
    return to


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "tree"))
    return copy_tree(tmp_path / "tree")


@pytest.fixture
def little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "little"))
    return little_tree(tmp_path / "little")


@pytest.fixture
def unreasoned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "closure", lambda *_: Closure((), ()))


# Help and examples


@pytest.mark.parametrize("words", [*HELPS, *SUBVERBS], ids=" ".join)
def test_help_is_given_on_standard_output(words: list[str]) -> None:
    text = help_of(words)
    assert text.startswith(f"usage: {' '.join(['leukograph', *words])} ")
    assert help_of([*words]) == call(*words, "-h").out


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_help_shows_an_example_of_the_very_verb(words: list[str]) -> None:
    found = examples(help_of(words))
    assert found
    assert all("leukograph" in example for example in found)
    assert any(" ".join(["leukograph", *words]) in example for example in found)


@pytest.mark.parametrize("words", SUBVERBS, ids=" ".join)
def test_help_of_a_verb_below_evidence_shows_an_example(words: list[str]) -> None:
    assert examples(help_of(words))


@pytest.mark.parametrize("name", NAMES)
def test_help_of_a_question_shows_all_that_its_file_says(name: str) -> None:
    question = questions.load(str(ROOT), name)
    text = help_of(["ask", name])
    assert f"example:\n  {question.example}\n" in text
    for said in (question.summary, question.description):
        assert " ".join(said.split()) in " ".join(text.split())
    for param in question.params:
        assert (f"[--{param.name} " in text) != param.required, "in brackets stands what may be left out"
        assert f"--{param.name} {param.kind}" in text


def test_help_names_every_verb_and_says_that_this_is_no_advice() -> None:
    text = help_of([])
    for verb, words in VERBS.items():
        assert re.search(rf"^    {verb}\b", text, re.MULTILINE)
        assert words.split(",")[0] in " ".join(text.split())
    assert "not medical advice" in text


def test_a_call_without_words_gets_the_help_as_talk() -> None:
    assert call() == (2, "", help_of([]))


class Shell(NamedTuple):
    folder: Path
    home: Path


def typed(shell: Shell, example: str) -> Ran:
    program = ["bash", "-c"]
    if example.endswith("| source"):
        fish = shutil.which("fish")
        program, example = ([fish, "-c"], example) if fish else (program, example.removesuffix("| source"))
    variables = environment(PATH=f"{shell.folder}{os.pathsep}{os.environ['PATH']}")
    variables.pop(files.HOME_VARIABLE, None)
    if " build" in example:  # which writes
        variables[files.HOME_VARIABLE] = str(shell.home)
    done = subprocess.run([*program, example], capture_output=True, check=False, cwd=shell.folder, env=variables)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


# Watching does not end by itself; tests/test_validate.py watches and stops.
# Those that need a store, or never end, are run by the tests of these.
ELSEWHERE = ("--watch", "leukograph publish", "--endpoint", "leukograph serve")
RUN = [one for one in EXAMPLES if not any(words in one for words in ELSEWHERE)]
MY_STATEMENTS = """@prefix lgd: <https://w3id.org/leukograph/data/> .
@prefix lgo: <https://w3id.org/leukograph/ontology/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://example.org/mine/topic-weather>
    a lgo:LeftOutTopic ;
    rdfs:label "weather"@en ;
    lgo:describesReason "The page says nothing of the weather."@en ;
    lgo:ofPage lgd:page-refractory-and-relapsed-childhood-all ;
    lgo:topicQuestion "What is the weather like?"@en ;
    skos:altLabel "rain"@en ;
.
"""


@pytest.fixture(scope="module")
def ran_examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    # Every example that can be run here, several at a time, for `validate` takes its time.
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    shell = Shell(tmp_path_factory.mktemp("examples"), little_tree(tmp_path_factory.mktemp("home") / "tree"))
    (shell.folder / "leukograph").write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n', encoding="utf-8")
    (shell.folder / "leukograph").chmod(0o755)
    (shell.folder / "my-query.rq").write_text(
        "SELECT ?drug { ?drug a <" + LGO + "Drug> } ORDER BY ?drug\n", encoding="utf-8"
    )
    (shell.folder / "my-statements.ttl").write_text(MY_STATEMENTS, encoding="utf-8")
    known = '[[known]]\nrule = "{}"\nreason = "Read alone."\nexpires = 2999-01-01\n'
    rules = ("lgc:entity-unlabelled", "lgs:LeftOutTopic-ofPage")
    (shell.folder / "known.toml").write_text("".join(map(known.format, rules)), encoding="utf-8")
    shutil.copytree(ROOT / "data", shell.folder / "data")
    if SOURCE.exists():
        shutil.copy(SOURCE, shell.folder / "PAGE.txt")
    assert typed(shell, "leukograph build").code == 0  # so that `build --check` finds what it would make
    able = [example for example in RUN if SOURCE.exists() or "PAGE.txt" not in example]
    able.sort(key=lambda example: "validate" not in example)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return dict(zip(able, workers.map(lambda example: typed(shell, example), able), strict=True))


@pytest.mark.parametrize("example", RUN)
def test_an_example_of_the_help_runs(example: str, ran_examples: dict[str, Ran]) -> None:
    if example not in ran_examples:
        pytest.skip("no copy of the page at ../shared/source, so what asks for PAGE.txt was not run")
    ran = ran_examples[example]
    told = re.sub(r"^leukograph: not carried: .*\n", "", ran.err.removeprefix(TALK))
    assert (ran.code, told) == (0, "")
    elsewhere = ("--output ", "--single-file ", "> ", "eval ", "leukograph completion fish")
    assert ran.out or any(words in example for words in elsewhere)


def test_every_question_has_an_example_in_its_help() -> None:
    for name in NAMES:
        assert [example for example in EXAMPLES if f"leukograph ask {name}" in example]


def test_the_version_is_that_of_the_package() -> None:
    text = (ROOT / "src" / "leukograph" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.*)"$', text, re.MULTILINE)
    assert found
    assert 'path = "src/leukograph/__init__.py"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert leukograph.__version__ == importlib.metadata.version("leukograph") == found[1]
    assert run("--version") == (0, f"leukograph {found[1]}\n", "")


def test_the_questions_are_listed_with_what_they_answer() -> None:
    ran = call("ask")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].split("  ")[0] == "question"
    assert [line.split()[0] for line in lines[2:] if not line.startswith(" ")] == NAMES


# What a value may be


def iri_of(param: str, *words: str) -> str:
    ran = call(*words, "--format", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    (found,) = json.loads(ran.out)["leukograph"]["parameters"][param]
    return str(found["iri"])


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("Ph-positive ALL", LGO + "PhPositiveALL"),
        ("PH-POSITIVE all", LGO + "PhPositiveALL"),
        ("Ph+", LGO + "PhPositiveALL"),
        ("ph+", LGO + "PhPositiveALL"),
        (" Ph+  ALL ", LGO + "PhPositiveALL"),
        ("Ph–positive ALL", LGO + "PhPositiveALL"),
        ("Ph+®", LGO + "PhPositiveALL"),
        ("MONDO:0000870", LGO + "ChildhoodALL"),
        ("mondo:0000870", LGO + "ChildhoodALL"),
        ("http://purl.obolibrary.org/obo/MONDO_0000870", LGO + "ChildhoodALL"),
        ("<http://purl.obolibrary.org/obo/mondo_0000870>", LGO + "ChildhoodALL"),
        ("lgo:PhPositiveALL", LGO + "PhPositiveALL"),
        ("LGO:phpositiveall", LGO + "PhPositiveALL"),
        (LGO + "PhPositiveALL", LGO + "PhPositiveALL"),
        ((LGO + "PhPositiveALL").upper(), LGO + "PhPositiveALL"),
        (f"<{LGO}PhPositiveALL>", LGO + "PhPositiveALL"),
        ("<lgo:PhPositiveALL>", LGO + "PhPositiveALL"),
        ("paediatric T-cell ALL", LGO + "ChildhoodTCellALL"),
    ],
)
def test_a_disease_may_be_given_by_any_of_its_names(value: str, iri: str) -> None:
    assert iri_of("disease", "ask", "what-should-be-done", "--disease", value) == iri


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("blinatumomab", LGD + "blinatumomab"),
        ("BLINATUMOMAB", LGD + "blinatumomab"),
        ("blincyto", LGD + "blinatumomab"),
        ("BLINCYTO®", LGD + "blinatumomab"),
        ("Blincyto™", LGD + "blinatumomab"),
        ("lgd:blinatumomab", LGD + "blinatumomab"),
        ("NCIT:C62528", LGD + "blinatumomab"),
        ("gleevec", LGD + "imatinib"),
        ("granulocyte colony-stimulating factor", LGD + "g-csf"),
    ],
)
def test_an_agent_may_be_given_by_any_of_its_names_and_by_a_brand(value: str, iri: str) -> None:
    assert iri_of("agent", "ask", "regimens-containing", "--agent", value) == iri


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("blincyto", LGD + "blincyto"),
        ("Blincyto®", LGD + "blincyto"),
        ("RELAPSED", LGV + "relapsed"),
        ("lgd:bcr-abl1", LGD + "bcr-abl1"),
    ],
)
def test_where_anything_may_be_named_a_brand_is_itself(value: str, iri: str) -> None:
    assert iri_of("entity", "ask", "where-is-it-said", "--entity", value) == iri


def test_a_value_given_twice_is_taken_twice_where_it_may_be() -> None:
    words = [
        "ask",
        "other-tkis",
        "--taken",
        "imatinib",
        "--taken=dasatinib",
        "--mutation",
        "T315I",
        "--with-background",
    ]
    ran = call(*words, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)["leukograph"]["parameters"]
    assert [one["iri"] for one in found["taken"]] == [LGD + "imatinib", LGD + "dasatinib"]
    assert [one["label"] for one in found["mutation"]] == ["T315I"]


# One sentence for each fault


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["ask", "options-for-subtypes"],
            (
                "unknown question 'options-for-subtypes'. Nearest: options-for-subtype, compare-subtypes, "
                "options-only-for. `leukograph ask` lists all."
            ),
        ),
        (
            ["ask", "Options-For-Subtype"],
            (
                "unknown question 'Options-For-Subtype'. Nearest: options-for-subtype, subtypes, options-only-for. "
                "`leukograph ask` lists all."
            ),
        ),
        (
            ["ask", "options-for-subtype"],
            'options-for-subtype needs --disease. Give it: The disease or subtype, such as "Ph+" or "T-cell ALL".',
        ),
        (
            ["ask", "compare-subtypes", "--first", "Ph+"],
            "compare-subtypes needs --second. Give it: The other disease or subtype.",
        ),
        (
            [*OPTIONS_FOR, "--disease", "Ph-"],
            "--disease was given 2 times. options-for-subtype takes it once.",
        ),
        (
            ["ask", "regimens-containing", "--agent", "blinatumomb"],
            "unknown value 'blinatumomb' for --agent. Nearest: blinatumomab.",
        ),
        (
            ["ask", "what-does-it-mean", "--state", "relapsing"],
            "unknown value 'relapsing' for --state. Nearest: relapsed.",
        ),
        (
            ["ask", "regimen-composition", "--regimen=clofarabine"],
            (
                "unknown value 'clofarabine' for --regimen: lgd:clofarabine is a therapy. "
                "Nearest: clofarabine-containing regimen."
            ),
        ),
        (
            ["ask", "options-for-subtype", "--disease", "xyzzy"],
            (
                "unknown value 'xyzzy' for --disease. Known are, for example: B-cell ALL; Ph-negative ALL; "
                "Ph-negative B-cell ALL; Ph-negative T-cell ALL; Ph-positive ALL."
            ),
        ),
        (
            ["ask", "options-for-subtype", "--disease", ""],
            (
                "unknown value '' for --disease. Known are, for example: B-cell ALL; Ph-negative ALL; "
                "Ph-negative B-cell ALL; Ph-negative T-cell ALL; Ph-positive ALL."
            ),
        ),
        (
            ["ask", "options-for-subtype", "--disease", "blinatumomab"],
            (
                "unknown value 'blinatumomab' for --disease: lgd:blinatumomab is a therapy. "
                "Give something of the kind asked for."
            ),
        ),
        (
            ["evidence", "coverage", "--output", "/dev/null/x"],
            "/dev/null/x: cannot be written (File exists). Choose a place that you may write to.",
        ),
        (
            ["evidence", "verify", "absent.txt"],
            "absent.txt: cannot be read (No such file or directory). Name a file that you may read.",
        ),
        (
            ["validate", "--page", "absent.txt"],
            "absent.txt: cannot be read (No such file or directory). Name a file that you may read.",
        ),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_wrong_call_gets_one_sentence_that_helps(words: list[str], sentence: str) -> None:
    assert complaint(call(*words)) == sentence


@pytest.mark.parametrize(
    "value", ["®", " ", "<>", "lgo:", ":", "MONDO:", "MONDO:0000000", "https://example.org/x", "\x1b[31m", "é" * 500]
)
def test_an_unknown_value_gets_names_that_are_known(value: str) -> None:
    start = f"unknown value {value!r} for --disease. "
    sentence = complaint(call("ask", "options-for-subtype", "--disease", value))
    assert sentence.startswith(start)
    assert re.match(r"(Nearest|Known are, for example): .*ALL", sentence[len(start) :])


@pytest.mark.parametrize(
    "name", ["../checks/same-as", "../questions/sources", "sources.rq", "./sources", "sources/", "/etc/hostname"]
)
def test_a_question_is_no_path(name: str) -> None:
    assert complaint(call("ask", name)).startswith(f"unknown question {name!r}. Nearest: ")


@pytest.mark.parametrize("value", ["Ph+> } #", '"} SERVICE <x:y> {', "lgo:PhPositiveALL> <x:y", "?s", "Ph+\n"])
def test_nothing_that_is_typed_is_read_as_query_text(value: str) -> None:
    ran = call("ask", "options-for-subtype", "--disease", value)
    if value.strip() == "Ph+":
        assert ran == call(*OPTIONS_FOR)
    else:
        assert complaint(ran).startswith(f"unknown value {value!r} for --disease. ")


@pytest.mark.usefixtures("unreasoned")
def test_a_value_that_names_several_things_gets_all_of_them(tree: Path) -> None:
    entities = tree / "data" / "page" / "refractory-and-relapsed-childhood-all" / "entities.ttl"
    change(entities, 'rdfs:label "etoposide"@en', 'rdfs:label "Nelarabine"@en')
    sentence = complaint(call("ask", "regimens-containing", "--agent", "NELARABINE"))
    assert (
        sentence == "'NELARABINE' names several things for --agent: lgd:etoposide, lgd:nelarabine. Give one of these."
    )
    assert complaint(call("ask", "regimens-containing", "--agent", "ETOPOSIDE")).startswith(
        "unknown value 'ETOPOSIDE' for --agent. "
    )


def test_the_last_part_of_an_iri_names_the_thing() -> None:
    whole = call("ask", "statement", "--statement", "lgd:option-nelarabine-ph-negative")
    assert whole.code == 0
    assert call("ask", "statement", "--statement", "option-nelarabine-ph-negative") == whole
    for part in ("nelarabine-ph-negative", "data/option-nelarabine-ph-negative", "recommendation"):
        assert "unknown value" in complaint(call("ask", "statement", "--statement", part))


WRONG_WORDS = [
    (["frobnicate"], "frobnicate"),
    (["--frobnicate"], "--frobnicate"),
    (["ask", "--frobnicate"], "--frobnicate"),
    ([*OPTIONS_FOR, "--frobnicate", "x"], "--frobnicate"),
    ([*OPTIONS_FOR, "--stat", "relapsed"], "--stat"),
    ([*OPTIONS_FOR, "surplus"], "surplus"),
    ([*OPTIONS_FOR, "--with-background=yes"], "--with-background"),
    (["ask", "options-for-subtype", "--disease"], "--disease"),
    ([*OPTIONS_FOR, "--format", "xml"], "'xml'"),
    ([*OPTIONS_FOR, "--format="], "--format"),
    ([*OPTIONS_FOR, "--output"], "--output"),
    (["query"], "FILE"),
    (["validate", "--surplus"], "--surplus"),
    (["build", "--checks"], "--checks"),
    (["evidence"], "VERB"),
    (["evidence", "frobnicate"], "frobnicate"),
    (["evidence", "verify"], "PAGE"),
    (["evidence", "verify", "PAGE.txt", "--format", "csv"], "csv"),
    (["completion"], "shell"),
    (["completion", "tcsh"], "tcsh"),
]


@pytest.mark.parametrize(("words", "named"), WRONG_WORDS, ids=[" ".join(words) for words, _ in WRONG_WORDS])
def test_a_word_that_the_command_does_not_know_is_named(words: list[str], named: str) -> None:
    ran = call(*words)
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err.splitlines()[-1]


@pytest.mark.parametrize(("words", "named"), WRONG_WORDS, ids=[" ".join(words) for words, _ in WRONG_WORDS])
def test_a_word_that_the_command_does_not_know_gets_one_sentence(words: list[str], named: str) -> None:
    assert named in complaint(call(*words))


@pytest.mark.parametrize(("word", "near"), [("validat", "validate"), ("asks", "ask"), ("evidense", "evidence")])
def test_an_unknown_verb_gets_the_nearest(word: str, near: str) -> None:
    assert re.search(rf"[Nn]earest: {near}\b", call(word).err)


# Files of the reader


PAGE_CALLS = [["evidence", "verify"], ["validate", "--page"], ["ask", "about-the-page", "--source"]]


@pytest.mark.parametrize("words", PAGE_CALLS, ids=" ".join)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, ": cannot be read (Is a directory). Name a file that you may read."),
        ("Für alle\n".encode("utf-16"), ":1: byte 0 is not UTF-8. Save the file as UTF-8."),
        ("one\ntwo ®\n".encode("latin-1"), ":2: byte 8 is not UTF-8. Save the file as UTF-8."),
    ],
    ids=["folder", "UTF-16", "Latin-1"],
)
def test_a_page_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, words: list[str], content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "copy.txt"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    assert complaint(call(*words, str(path))) == f"{path}{sentence}"


@pytest.mark.parametrize("content", ["", "Something else.\n", "\ufeff\n"])
def test_a_text_that_is_not_the_page_is_wrong_data_and_no_wrong_call(tmp_path: Path, content: str) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(content, encoding="utf-8")
    ran = call("evidence", "verify", str(path))
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("page: differs, SHA-256 ")
    sentence = complaint(call(*OPTIONS_FOR, "--source", str(path)), code=1)
    assert sentence == f"{path}: no segment of the page stands in this file. Give a copy of the page."
    sentence = complaint(call("evidence", "locate", str(path), "x" * 20), code=1)
    assert sentence == f"{path}: these words do not stand in the page. Give them exactly as they stand."


@pytest.mark.parametrize(
    "char",
    [
        "\x1b",
        "\u202e",
        "\r",
        "\n",
    ],
    ids=ascii,
)
def test_a_name_of_a_file_is_printed_without_its_control_characters(tmp_path: Path, char: str) -> None:
    sentence = complaint(call("evidence", "verify", str(tmp_path / f"a{char}b")))
    assert char not in sentence


# The project's own files


@pytest.mark.parametrize(
    "words", [["ask", "about-the-page"], ["validate"], ["build"], ["evidence", "coverage"]], ids=" ".join
)
@pytest.mark.parametrize(
    ("path", "added"),
    [
        ("ontology/diseases.ttl", b"\nlgo:x a ;\n"),
        ("data/page/refractory-and-relapsed-childhood-all/statements.ttl", b'\nlgd:x rdfs:label "a\nb" .\n'),
        ("data/page/refractory-and-relapsed-childhood-all/cues.ttl", b'\nlgd:x rdfs:label "\xe9" .\n'),
    ],
    ids=["object", "string", "encoding"],
)
def test_a_file_that_does_not_parse_is_named(tree: Path, words: list[str], path: str, added: bytes) -> None:
    with (tree / path).open("ab") as file:
        file.write(added)
    before = snapshot(tree)
    ran = call(*words)
    assert ran.code == 2
    assert path in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert snapshot(tree) == before
    if words != ["validate"]:
        assert complaint(ran)


@pytest.mark.parametrize(
    "words", [["ask", "about-the-page"], ["build"], ["build", "--check"], ["validate"]], ids=" ".join
)
def test_a_file_that_does_not_parse_is_named_with_line_and_column(tree: Path, words: list[str]) -> None:
    path = tree / "ontology" / "diseases.ttl"
    line = path.read_text(encoding="utf-8").count("\n") + 2
    with path.open("a", encoding="utf-8") as file:
        file.write("\nlgo:x a ;\n")
    ran = call(*words)
    assert ran.code == 2
    assert re.search(rf"ontology/diseases\.ttl:{line}:9: ", ran.out + ran.err)


def test_a_broken_file_of_a_layer_that_is_not_asked_for_is_not_read(tree: Path) -> None:
    with (tree / "data" / "background" / "civic.ttl").open("a", encoding="utf-8") as file:
        file.write("x y z")
    assert call(*OPTIONS_FOR).code == 0
    assert "data/background/civic.ttl" in complaint(call("ask", "sources", "--with-background"))


@pytest.mark.parametrize("made", ["absent", "empty"])
@pytest.mark.parametrize(
    ("folder", "words", "what"),
    [
        ("ontology", ["ask", "about-the-page"], "no .ttl file there"),
        ("data/page", ["ask", "about-the-page"], "no .ttl file there"),
        ("data/mappings", ["ask", "external-ids", "--entity", "childhood ALL"], "no .ttl file there"),
        ("data/background", ["build"], "no .ttl file there"),
        ("data/background", ["ask", "brand-names", "--with-background"], "no .ttl file there"),
        ("queries/questions", ["ask"], "no saved question there"),
        ("queries/questions", ["ask", "about-the-page"], "no saved question there"),
        ("ontology/shapes", ["validate"], "no .ttl file there"),
    ],
)
def test_a_folder_that_is_absent_or_empty_is_named(
    tree: Path, made: str, folder: str, words: list[str], what: str
) -> None:
    shutil.rmtree(tree / folder)
    if made == "empty":
        (tree / folder).mkdir()
    sentence = complaint(call(*words))
    if folder in files.PARTS and made == "absent":
        assert sentence.startswith(f"no folder with ontology, data, queries at {tree}. ")
    else:
        assert sentence == f"{tree / folder}: {what}. Restore the folder, or install the package again."


@pytest.mark.parametrize(
    "words", [["ask"], OPTIONS_FOR, ["validate"], ["build"], ["evidence", "coverage"], ["query", "my.rq"]], ids=" ".join
)
def test_a_home_that_is_nowhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my.rq").write_text("ASK {}", encoding="utf-8")
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "nowhere"))
    assert complaint(call(*words)) == (
        f"no folder with ontology, data, queries at {tmp_path / 'nowhere'}. "
        "Install the package again, or let LEUKOGRAPH_HOME name the right folder."
    )
    assert call("--help").code == call("--version").code == call("completion", "bash").code == 0


@pytest.mark.parametrize("words", [["ask", "sources"], ["ask", "sources", "--help"], ["ask"]], ids=" ".join)
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("#+ tags: ", "#+ colour: red\n#+ tags: ", ":3: unknown key 'colour'. Use one of "),
        ("#+ tags: ", "#+ summary: Twice.\n#+ tags: ", ":3: the key 'summary' stands twice. Keep one of them."),
        ("#+ summary: ", "# summary: ", ":1: the header lacks 'summary'. Add a line '#+ summary: …'."),
        ("#+ tags: ", "#+ tags\n#+ x: ", ":3: the header line is not '#+ key: value'. Write a key and a value."),
        ("#+ tags: ", "#+ param: agent Drug\n#+ tags: ", ":3: a parameter is 'name Class "),
        ("PREFIX dcterms", "# \udce9\nPREFIX dcterms", " is not UTF-8. Save the file as UTF-8."),
    ],
    ids=["unknown", "doubled", "missing", "no value", "parameter", "encoding"],
)
def test_a_broken_header_of_a_question_is_named_with_its_line(
    tree: Path, words: list[str], old: str, new: str, sentence: str
) -> None:
    path = tree / "queries" / "questions" / "sources.rq"
    text = path.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    said = complaint(call(*words))
    assert said.startswith(f"{path}:")
    assert sentence in said


def test_a_question_that_does_not_parse_is_named_with_line_and_column(tree: Path) -> None:
    path = tree / "queries" / "questions" / "sources.rq"
    text = path.read_text(encoding="utf-8").replace("WHERE {", "WHERE { {", 1)
    path.write_text(text, encoding="utf-8")
    place = r"the { opened at [0-9]+:7 is not closed"
    assert re.match(rf"sources:[0-9]+:[0-9]+: {place}.* Write }} [a-z ]+\.$", complaint(call("ask", "sources")))
    path.write_text(text[: text.index("SELECT")] + "ASK {}\n", encoding="utf-8")
    assert complaint(call("ask", "sources")) == "sources: this is no SELECT query. Write SELECT."


def test_a_layer_that_does_not_exist_is_named_with_its_line(tree: Path) -> None:
    path = tree / "queries" / "questions" / "about-the-page.rq"
    change(path, "#+ layers: page", "#+ layers: page, nowhere")
    assert complaint(call("ask", "about-the-page")).startswith(f"{path}:")


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("brand-names", "optional One agent.", "optional 100 % of one agent.", "100 % of one agent."),
        ("sources", "#+ summary: ", "#+ summary: 100 %: ", "100 %: "),
        ("sources", "#+ summary: ", "#+ summary: %(prog)s 100 % ", "%(prog)s 100 % "),
        ("brand-names", "optional One", "optional %(one)s", "%(one)s agent."),
    ],
)
def test_a_percent_sign_of_a_question_is_shown_as_it_stands(
    tree: Path, name: str, old: str, new: str, shown: str
) -> None:
    change(tree / "queries" / "questions" / f"{name}.rq", old, new)
    assert shown in help_of(["ask", name])


# Answers are never older than the files


def test_an_answer_follows_a_change_of_the_data(tree: Path) -> None:
    before = call(*OPTIONS_FOR)
    assert (before.code, before.err) == (0, "")
    assert "tisagenlecleucel" in before.out
    assert "blinatumomab" in before.out
    page = tree / "data" / "page" / "refractory-and-relapsed-childhood-all"
    change(page / "entities.ttl", 'rdfs:label "blinatumomab"@en', 'rdfs:label "changed name"@en')
    statements = (page / "statements.ttl").read_text(encoding="utf-8")
    start = statements.index("lgd:option-tisagenlecleucel-ph-positive\n")
    (page / "statements.ttl").write_text(
        statements[:start] + statements[statements.index("\n.\n", start) + 3 :], encoding="utf-8"
    )
    after = run(*OPTIONS_FOR, "--format", "csv")
    assert (after.code, after.err.startswith(TALK)) == (0, True)
    rows = list(csv.DictReader(io.StringIO(after.out)))
    assert [row["optionLabel"] for row in rows] == [
        "different TKI",
        "changed name",
        "inotuzumab ozogamicin",
        "allogeneic stem cell transplantation",
    ]
    assert "tisagenlecleucel" not in after.out


@pytest.mark.parametrize(
    ("words", "inferred"),
    [
        (OPTIONS_FOR, 1),
        (["ask", "brand-names", "--with-background"], 2),
        (["ask", "brand-names", "--agent", "gleevec"], 2),
        (["ask", "brand-names", "--agent", "nobody"], 2),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_is_stale_is_inferred_once_and_told_once(
    tree: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], inferred: int
) -> None:
    runs: list[object] = []

    def counted(_: object, made: object, __: object) -> fixpoint.Run:
        """Infer nothing, and note that it was asked."""
        runs.append(made)
        return fixpoint.Run([], set(), [], 0, 0)

    monkeypatch.setattr(fixpoint, "run", counted)
    with (tree / "ontology" / "diseases.ttl").open("a", encoding="utf-8") as file:
        file.write(f"# one more line, for {' '.join(words)} alone\n")
    ran = call(*words)
    assert ran.code == (2 if "nobody" in words else 0)
    assert (len(runs), ran.err.count(TALK)) == (inferred, 1)


def test_nothing_is_told_where_the_inference_is_fresh() -> None:
    for words in (["evidence", "coverage"], ["ask", "external-ids", "--entity", "Ph+", "--with-background"]):
        ran = run(*words)
        assert (ran.code, ran.err) == (0, "")


# Build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[Ran, dict[str, bytes]]]]:
    tree = little_tree(tmp_path_factory.mktemp("built") / "tree")
    runs = []
    for seed, again in (("1", False), ("2", False), ("3", True)):
        if not again:
            shutil.rmtree(tree / "data" / "inferred", ignore_errors=True)
        ran = run("build", LEUKOGRAPH_HOME=str(tree), PYTHONHASHSEED=seed)
        runs.append((ran, {path.name: path.read_bytes() for path in (tree / "data" / "inferred").iterdir()}))
    return tree, runs


def test_build_writes_the_same_bytes_each_time(built: tuple[Path, list[tuple[Ran, dict[str, bytes]]]]) -> None:
    _, ((first, files_one), (second, files_two), (third, files_three)) = built
    assert sorted(files_one) == ["background.nt", "page.nt"]
    assert files_one == files_two == files_three
    assert first == second
    lines = [line.split(": ") for line in first.out.splitlines()]
    assert [line[0] for line in lines] == ["inferred", "inferred-background"]
    for (_, words, path), name in zip(lines, ("page.nt", "background.nt"), strict=True):
        triples = files_one[name].count(b"\n") - 1
        assert words == f"{triples} triples, written"
        assert path.endswith(f"data/inferred/{name}")
    assert (third.code, third.out) == (0, first.out.replace("written", "as made"))
    assert first.err == third.err == ""


def test_build_check_writes_nothing_and_says_what_is_stale(
    built: tuple[Path, list[tuple[Ran, dict[str, bytes]]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(built[0], tree)
    monkeypatch.setenv(files.HOME_VARIABLE, str(tree))
    before = snapshot(tree)
    fresh = call("build", "--check")
    assert (fresh.code, fresh.out.count("as made"), fresh.err) == (0, 2, "")
    assert snapshot(tree) == before
    with (tree / "data" / "background" / "chemidplus.ttl").open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    (tree / "data" / "inferred" / "page.nt").unlink()
    before = snapshot(tree)
    stale = call("build", "--check")
    assert (stale.code, stale.out.count("differs"), stale.err) == (1, 2, "")
    assert snapshot(tree) == before


def test_a_contradiction_is_wrong_data_and_leaves_the_files_as_they_are(little: Path) -> None:
    (little / "data" / "inferred").mkdir()
    (little / "data" / "inferred" / "page.nt").write_text("# old\n", encoding="utf-8")
    with (little / "ontology" / "leukograph.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "lgo:Gene owl:disjointWith lgo:Procedure .\n<https://w3id.org/leukograph/data/bcr-abl1> a lgo:Procedure .\n"
        )
    before = snapshot(little)
    for words in (["build"], ["ask", "about-the-page"]):
        sentence = complaint(call(*words), code=1)
        assert sentence.startswith("the graph contradicts itself: ")
        assert sentence.endswith(" Mend one of the two.")
        assert "bcr-abl1" in sentence
    assert snapshot(little) == before


# Whole or not at all


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "markdown", "ttl"])
def test_what_goes_to_a_file_is_what_would_be_printed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    printed = call(*OPTIONS_FOR, "--format", kind)
    assert call(*OPTIONS_FOR, "--format", kind, "--output", str(path)) == (0, "", printed.err)
    assert path.read_bytes().decode() == printed.out
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_table_in_a_file_has_its_closing_sentences(tmp_path: Path) -> None:
    path = tmp_path / "out"
    printed = call(*OPTIONS_FOR)
    assert call(*OPTIONS_FOR, "--output", str(path)) == (0, "", "")
    assert path.read_text(encoding="utf-8") == printed.out


def test_an_empty_name_of_a_file_is_refused() -> None:
    assert "--output" in complaint(call(*OPTIONS_FOR, "--output", ""))


@pytest.mark.parametrize("where", ["a-file/x", "a-folder", "a-file/x/y", "n" * 300])
def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path, where: str) -> None:
    (tmp_path / "a-file").write_text("old", encoding="utf-8")
    (tmp_path / "a-folder").mkdir()
    before = snapshot(tmp_path)
    path = tmp_path / where
    sentence = complaint(call(*OPTIONS_FOR, "--format", "json", "--output", str(path)))
    assert re.fullmatch(
        rf"{re.escape(str(path))}: cannot be written \(.+\)\. Choose a place that you may write to\.", sentence
    )
    assert snapshot(tmp_path) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a-file", "a-folder"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [(OSError(28, "No space left on device"), 2), (KeyboardInterrupt(), 130)],
    ids=["full", "stopped"],
)
def test_a_fault_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException, code: int
) -> None:
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(os, step, fail)
    ran = call(*OPTIONS_FOR, "--format", "json", "--output", str(path))
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert snapshot(tmp_path) == {"out": (path.stat().st_mtime_ns, b"old")}


def test_what_is_no_ordinary_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    ran = call(*OPTIONS_FOR, "--format", "json", "--output", str(path))
    assert path.is_fifo()
    assert complaint(ran).startswith(f"{path}: cannot be written ")


# Where the answer goes


def test_a_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "all.rq"
    path.write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, "query", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as started:
        assert started.stdout
        assert started.stderr
        started.stdout.readline()
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(timeout=20) == 0


@NEEDS_BASH
@pytest.mark.parametrize(
    ("words", "code"),
    [(["ask"], 0), (["ask", "nothing"], 2), (["evidence", "coverage", "--format", "json"], 0)],
    ids=["list", "fault", "json"],
)
def test_a_reader_of_the_first_line_gets_it(words: list[str], code: int) -> None:
    script = f'{shlex.join([*COMMAND, *words])} | head -1; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False, env=environment())
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert done.stdout.count(b"\n") == (1 if code == 0 else 0)


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C.UTF-8", "LANG": "C"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=lambda variables: " ".join(f"{name}={value}" for name, value in variables.items()),
)
def test_an_answer_is_printed_whatever_the_encoding_of_the_terminal(variables: dict[str, str]) -> None:
    done = subprocess.run([*COMMAND, *OPTIONS_FOR], capture_output=True, check=False, env=environment(**variables))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") > 10
    assert b"blinatumomab" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words",
    [OPTIONS_FOR, ["ask"], ["--help"], ["evidence", "coverage", "--format", "json"]],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_full_device_is_one_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, check=False, env=environment())
    assert done.returncode == 2
    assert re.fullmatch(rb"leukograph: [^\n]*No space left on device[^\n]*\.\n", done.stderr)


@NEEDS_BASH
@pytest.mark.parametrize(
    ("closing", "words"), [(">&-", OPTIONS_FOR), ("<&-", ["query", "-"])], ids=["standard output", "standard input"]
)
def test_a_closed_stream_is_one_sentence(closing: str, words: list[str]) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{shlex.join([*COMMAND, *words])} {closing}"], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert re.fullmatch(rb"leukograph: (?!internal)[^\n]*\.\n", done.stderr)


# Width and colour


@pytest.fixture(scope="module")
def all_asked() -> dict[str, Asked]:
    found = {}
    for name in NAMES:
        words = shlex.split(questions.load(str(ROOT), name).example)[3:]
        background = "--with-background" in words
        rest = [word for word in words if word != "--with-background"]
        values: dict[str, list[str]] = {}
        for flag, value in zip(rest[::2], rest[1::2], strict=True):
            values.setdefault(flag.removeprefix("--"), []).append(value)
        found[name] = answers.ask(str(ROOT), name, values, with_background=background)
    return found


@pytest.mark.parametrize("width", [40, 41, 47, 60, 72, 80, 99, 100, 120, 160, 200])
def test_no_line_of_an_answer_is_wider_than_the_terminal(width: int, all_asked: dict[str, Asked]) -> None:
    for name, asked in all_asked.items():
        text = formats.table(asked, width=width)
        assert text, name
        assert max([len(line) for line in text.split("\n")]) <= width, name


@pytest.mark.parametrize("columns", [40, 57, 80, 132, 200])
def test_the_command_keeps_to_the_width_it_is_told(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = call(*OPTIONS_FOR)
    assert (ran.code, ran.err) == (0, "")
    assert max([len(line) for line in ran.out.splitlines()]) <= columns
    assert " ".join(ran.out.split()).endswith("is no verdict on it.")
    listed = call("ask")
    assert max([len(line) for line in listed.out.splitlines()]) <= columns
    assert "blinatumomab" in ran.out


@pytest.mark.parametrize("columns", ["", "abc", "0", "-5", "39", "1"])
def test_a_width_that_is_none_does_no_harm(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ran = call("ask", "brand-names")
    assert (ran.code, ran.err) == (0, "")
    assert "Kymriah" in ran.out


def on_terminal(words: list[str], columns: int, variables: dict[str, str]) -> tuple[int, str]:
    main_end, command_end = pty.openpty()
    fcntl.ioctl(command_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in environment(**{"TERM": "xterm", **variables}).items() if name != "COLUMNS"}
    with subprocess.Popen([*COMMAND, *words], stdout=command_end, stderr=subprocess.STDOUT, env=kept) as started:
        os.close(command_end)
        got = b""
        with contextlib.suppress(OSError):  # which is how the end of a terminal shows
            while more := os.read(main_end, 4096):
                got += more
        code = started.wait(timeout=20)
    os.close(main_end)
    return code, got.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_its_own_width() -> None:
    asked = answers.ask(str(ROOT), "options-for-subtype", {"disease": ["Ph+"]})
    for columns in (64, 110):
        said = "".join(formats.paragraph(sentence, width=columns) for sentence in asked.words)
        code, got = on_terminal(OPTIONS_FOR, columns, {})
        assert code == 0
        assert got == formats.table(asked, width=columns, colour=True) + said
        assert "\x1b[1m" in got
        assert got.count("\x1b[1m") + got.count("\x1b[2m") == got.count("\x1b[0m")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_that_wants_no_colour_gets_none(variables: dict[str, str]) -> None:
    code, got = on_terminal(OPTIONS_FOR, 80, variables)
    assert code == 0
    assert "\x1b" not in got
    assert "blinatumomab" in got


def test_what_is_no_terminal_gets_no_colour() -> None:
    assert "\x1b" not in run(*OPTIONS_FOR, TERM="xterm-256color", FORCE_COLOR="1").out


# What the data could hide


HIDING = "Hi\\u001B[31m\\u202Ede"
SHOWN = "Hi\\u001b[31m\\u202ede"


@pytest.mark.usefixtures("unreasoned")
def test_what_a_label_hides_is_shown_as_an_escape(tree: Path) -> None:
    change(
        tree / "data" / "page" / "refractory-and-relapsed-childhood-all" / "entities.ttl",
        'rdfs:label "blinatumomab"@en',
        f'rdfs:label "{HIDING}"@en',
    )
    ran = call("ask", "brand-names")
    assert ran.code == 0
    assert f"page   {SHOWN} " in ran.out
    assert not set(ran.out) & {"\x1b", "\u202e"}


@pytest.mark.parametrize(
    "words",
    [["ask", "regimens-containing", "--agent", "lgd:blinatumomab"], ["ask", "regimens-containing", "--agent", "Hi"]],
    ids=["silence", "nearest"],
)
@pytest.mark.usefixtures("unreasoned")
def test_what_a_label_hides_is_shown_as_an_escape_in_sentences_too(tree: Path, words: list[str]) -> None:
    change(
        tree / "data" / "page" / "refractory-and-relapsed-childhood-all" / "entities.ttl",
        'rdfs:label "blinatumomab"@en',
        f'rdfs:label "{HIDING}"@en',
    )
    ran = call(*words)
    assert SHOWN in ran.out + ran.err
    assert not set(ran.out + ran.err) & {"\x1b", "\u202e"}


# Formats


@pytest.mark.parametrize("name", NAMES)
def test_json_says_what_was_asked_and_holds_the_rows(name: str, all_asked: dict[str, Asked]) -> None:
    asked = all_asked[name]
    ran = call(*shlex.split(asked.question.example)[1:], "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    whole = json.loads(ran.out)
    meta = whole.pop("leukograph")
    assert set(whole) == {"head", "results"}
    found = ox.parse_query_results(json.dumps(whole), format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    assert [one.value for one in found.variables] == list(asked.answer.columns)
    assert [[str(cell.value) if cell else None for cell in row] for row in found] == [
        [cell.value if cell else None for cell in row] for row in asked.answer.rows
    ]
    assert (meta["question"], meta["summary"], meta["words"]) == (name, asked.question.summary, list(asked.words))
    assert meta["version"] == leukograph.__version__
    assert "Not medical advice" in meta["notice"]


@pytest.mark.parametrize("name", NAMES)
def test_csv_and_tsv_hold_every_column_and_row(name: str, all_asked: dict[str, Asked]) -> None:
    asked = all_asked[name]
    words = shlex.split(asked.question.example)[1:]
    text = call(*words, "--format", "csv").out
    assert text.count("\n") == text.count("\r\n") == len(asked.answer.rows) + 1
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == list(asked.answer.columns)
    assert rows == [[cell.value if cell else "" for cell in row] for row in asked.answer.rows]
    found = ox.parse_query_results(call(*words, "--format", "tsv").out, format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    assert [[str(cell.value) if cell else "" for cell in row] for row in found] == rows


@pytest.mark.parametrize("kind", ["csv", "tsv", "markdown", "ttl"])
def test_what_is_only_the_answer_stands_alone_on_standard_output(kind: str) -> None:
    asked = answers.ask(str(ROOT), "options-for-subtype", {"disease": ["Ph+"]})
    assert asked.words
    ran = call(*OPTIONS_FOR, "--format", kind)
    assert ran.code == 0
    assert ran.err == "".join(f"leukograph: {sentence}\n" for sentence in asked.words)
    assert not [sentence for sentence in asked.words if sentence in ran.out]


def test_the_sentences_of_a_table_are_part_of_the_answer() -> None:
    words = ["ask", "options-for-subtype", "--disease", "Ph+", "--state", "newly diagnosed"]
    ran = call(*words)
    sentence = (
        "Not stated on this page: a treatment option for Ph-positive ALL (newly diagnosed). "
        "That is silence and no verdict."
    )
    assert (ran.code, " ".join(ran.out.split()), ran.err) == (0, sentence, "")
    assert json.loads(call(*words, "--format", "json").out)["leukograph"]["words"] == [sentence]


def test_markdown_is_one_line_a_row() -> None:
    asked = answers.ask(str(ROOT), "options-for-subtype", {"disease": ["Ph+"]})
    lines = call(*OPTIONS_FOR, "--format", "markdown").out.splitlines()
    assert lines[0] == f"| {' | '.join(asked.question.show)} |"
    assert len(lines) == len(asked.answer.rows) + 2
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {len(asked.question.show) + 1}


def test_turtle_holds_all_that_the_page_graph_says_of_each_statement() -> None:
    ran = call(*OPTIONS_FOR, "--format", "ttl")
    assert ran.code == 0
    got = {quad.triple for quad in ox.parse(ran.out, format=ox.RdfFormat.TURTLE)}
    statements = ROOT / "data" / "page" / "refractory-and-relapsed-childhood-all" / "statements.ttl"
    said = {quad.triple for quad in ox.parse(statements.read_bytes(), format=ox.RdfFormat.TURTLE)}
    asked = answers.ask(str(ROOT), "options-for-subtype", {"disease": ["Ph+"]})
    place = asked.answer.columns.index("statement")
    iris = {ox.NamedNode(cell.value) for row in asked.answer.rows if (cell := row[place])}
    assert len(iris) == 5
    assert {one.subject for one in got} >= iris
    assert {one for one in got if one.subject in iris} == {one for one in said if one.subject in iris}


def test_coverage_prints_thirty_three_segments() -> None:
    ran = call("evidence", "coverage", "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [int(row["order"]) for row in rows] == list(range(1, 34))
    assert all(row["becameOf"] for row in rows)
    assert ran == call("ask", "page-coverage", "--format", "csv")
    table = call("evidence", "coverage")
    assert [line.split()[0] for line in table.out.splitlines() if line[:1].isdigit()] == [
        str(one) for one in range(1, 34)
    ]


@pytest.mark.parametrize("kind", ["table", "csv", "tsv", "json", "markdown", "ttl"])
def test_two_runs_give_the_same_bytes(kind: str) -> None:
    words = ["ask", "other-tkis", "--taken", "imatinib", "--mutation", "T315I", "--with-background", "--format", kind]
    first, second = (run(*words, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.code == 0
    assert len(first.out) > 1000
    assert first == second


def test_a_page_is_proved_word_by_word(page_path: Path, tmp_path: Path) -> None:
    ran = call("evidence", "verify", str(page_path))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("page: identical, SHA-256 ")
    assert "segments: 33 of 33 proved in place\n" in ran.out
    proof = json.loads(call("evidence", "verify", str(page_path), "--format", "json").out)
    assert (proof["identical"], {one["status"] for one in proof["passages"]}) == (True, {"same"})
    shorter = tmp_path / "copy.txt"
    shorter.write_bytes(page_path.read_bytes().rpartition(b"\n\n")[0])
    assert call("evidence", "verify", str(shorter)).code == 1


ONCE = [
    ([*OPTIONS_FOR, "--format", "csv", "--format", "json"], "format"),
    ([*OPTIONS_FOR, "--output=a", "--output", "b"], "output"),
    ([*OPTIONS_FOR, "--source", "a", "--source", "a"], "source"),
    ([*OPTIONS_FOR, "--endpoint", "http://x", "--endpoint", "http://y"], "endpoint"),
    (["query", "q.rq", "--max-rows", "1", "--max-rows", "2"], "max-rows"),
    (["query", "q.rq", "--format", "table", "--format", "table"], "format"),
    (["export", "turtle", "--graph", "page", "--graph", "ontology"], "graph"),
    (["export", "nanopub", "--creator", "http://a", "--creator", "http://b"], "creator"),
    (["publish", "http://x", "--file", "a.ttl", "--file", "b.nt", "--into", "urn:g"], "file"),
    (["publish", "http://x", "--timeout", "1", "--dry-run", "--timeout", "2"], "timeout"),
    (["validate", "--baseline", "a", "--baseline", "b"], "baseline"),
    (["evidence", "verify", "p", "--format", "table", "--format", "json"], "format"),
]


@pytest.mark.parametrize(("words", "option"), ONCE, ids=lambda one: one if isinstance(one, str) else one[0])
def test_an_option_of_one_value_is_not_given_two(words: list[str], option: str) -> None:
    assert call(*words) == (2, "", f"leukograph: --{option} is given twice. Give it once.\n")


def test_what_may_be_repeated_and_flags_are_no_second_value(tmp_path: Path) -> None:
    assert call("ask", "about-the-page", "--with-background", "--with-background").code == 0
    report = [str(tmp_path / name) for name in ("a.json", "b.xml")]
    assert call("validate", str(ROOT / "docs/own-page"), *[w for one in report for w in ("--output", one)]).code < 2


def test_help_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in ([verb] for verb in VERBS):
        wide = [line for line in help_of(words).splitlines() if len(line) > 80]
        assert [one for one in wide if not one.startswith("  leukograph") and "{" not in one] == [], words


def test_a_query_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    for text in ("", " \n", "\ufeff"):
        path.write_text(text, encoding="utf-8")
        ran = call("query", str(path))
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"leukograph: {path}: there is no query in it. Write one, such as SELECT * WHERE")
