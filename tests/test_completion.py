"""Completion: what is offered at each place of the command line, and that a shell really gets it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from leukograph import completion, files, lookup, questions, reporters
from leukograph.cli import VERBS, main
from leukograph.completion import SHELLS, complete
from leukograph.errors import CallError
from leukograph.knowledge import open_store
from leukograph.names import BACKGROUND, MAPPINGS
from leukograph.records import Param

ROOT = Path(__file__).parents[1]
PUBLISH = [
    *("--auth", "--credentials", "--dry-run", "--file", "--graph", "--help", "--into"),
    *("--skolemise", "--store", "--timeout"),
]
FORMATS = ["csv", "csv-spreadsheet", "json", "markdown", "table", "tsv", "ttl"]
BASH = shutil.which("bash")


def test_the_first_word_is_a_verb() -> None:
    assert complete([""]) == sorted([*VERBS, "--help", "--version"])
    assert complete([]) == complete([""])


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["a"], ["ask"]),
        (["AS"], ["ask"]),
        (["--v"], ["--version"]),
        (["x"], []),
        (["ask", "options-f"], ["options-for-subtype"]),
        (["ask", "nothing"], []),
        (["ask", "nothing", "--"], []),
        (["ask", "options-for-subtype", "--d"], ["--disease"]),
        (["ask", "options-for-subtype", "--disease", "ph-positive t"], ["Ph-positive T-ALL", "Ph-positive T-cell ALL"]),
        (
            ["ask", "options-for-subtype", "--disease", '"ph-positive t'],
            ["Ph-positive T-ALL", "Ph-positive T-cell ALL"],
        ),
        (["ask", "options-for-subtype", "--disease", "Ph+", "--sta"], ["--state"]),
        (["ask", "options-for-subtype", "--disease", "blin"], []),
        (["ask", "regimens-containing", "--agent", "blin"], ["blinatumomab"]),
        (["ask", "where-is-it-said", "--entity", "blin"], ["blinatumomab", "Blincyto", "Blincyto®"]),
        (["ask", "options-for-subtype", "--format", ""], FORMATS),
        (["query", "--format", "t"], ["table", "tsv", "ttl"]),
        (["query", "--m"], ["--max-rows"]),
        (["query", "--endpoint", "http://x", "--store", "v"], ["virtuoso"]),
        (["publish", "--"], PUBLISH),
        (["publish", "http://x", "--graph", "in"], ["inferred", "inferred-background"]),
        (["publish", "http://x", "--auth", "b"], ["basic", "bearer"]),
        (["validate", "--w"], ["--watch", "--with-project"]),
        (["validate", "--format", "j"], ["json", "junit"]),
        (["build", "--c"], ["--check", "--credentials"]),
        (["build", "--re"], ["--remove"]),
        (["completion", ""], ["--help", "bash", "fish", "zsh"]),
    ],
    ids=" ".join,
)
def test_what_can_follow_is_offered_and_nothing_else(typed: list[str], offered: list[str]) -> None:
    assert complete(typed) == offered


def test_every_saved_question_is_offered(root: str) -> None:
    assert complete(["ask", ""]) == questions.names(root)


@pytest.mark.parametrize("name", questions.names(str(ROOT)))
def test_every_parameter_of_a_question_is_offered(root: str, name: str) -> None:
    params = [f"--{param.name}" for param in questions.load(root, name).params]
    rest = ["--format", "--help", "--output", "--source", "--with-background"]
    rest += ["--endpoint", "--store", "--auth", "--credentials", "--timeout", "--here"]
    assert complete(["ask", name, "--"]) == sorted([*params, *rest])


def understood(store: ox.Store, param: Param, value: str) -> bool:
    try:
        return lookup.find(store, param, value) is not None
    except CallError as error:  # a name of several things is understood, and all of them are named
        return "names several things" in str(error)


def test_every_value_that_is_offered_is_understood(root: str) -> None:
    store = open_store(root, (BACKGROUND, MAPPINGS))
    kinds = {param.kind: (name, param) for name in questions.names(root) for param in questions.load(root, name).params}
    assert len(kinds) >= 5
    for name, param in kinds.values():
        offered = complete(["ask", name, f"--{param.name}", ""])
        assert offered
        some = offered[:: len(offered) // 15 + 1]
        assert [value for value in some if not understood(store, param, value)] == []


def test_the_options_that_are_offered_are_those_of_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in VERBS:
        with pytest.raises(SystemExit) as left:
            main([verb, "--help"])
        shown = capsys.readouterr().out
        assert left.value.code == 0
        assert [one for one in complete([verb, "-"]) if one not in shown] == []


def test_without_the_graph_nothing_is_offered_and_nothing_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path))
    assert complete(["ask", ""]) == []
    assert main(["_complete", "ask", "opt"]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_offered_is_printed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["_complete", "completion", ""]) == 0
    assert capsys.readouterr() == ("--help\nbash\nfish\nzsh\n", "")


def test_where_nothing_is_offered_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["_complete", "query", "my"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_printed_and_registers_the_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    printed = capsys.readouterr()
    assert printed == (completion.script(shell), "")
    marks = {
        "bash": "complete -o default -F _leukograph leukograph",
        "zsh": "#compdef leukograph",
        "fish": "complete -c leukograph",
    }
    assert marks[shell] in printed.out


def in_bash(tmp_path: Path, *words: str) -> list[str]:
    if BASH is None:
        pytest.skip("bash is not installed")
    command = tmp_path / "leukograph"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m leukograph "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = (
        'eval "$(leukograph completion bash)"\n'
        'COMP_WORDS=(leukograph "$@"); COMP_CWORD=$#; _leukograph\n'
        'for one in "${COMPREPLY[@]}"; do printf "%s\\n" "$one"; done\n'
    )
    done = subprocess.run(
        [BASH, "--norc", "-c", script, "bash", *words],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["va"], ["validate"]),
        (["ask", "options-for"], ["options-for-subtype"]),
        (["ask", "options-for-subtype", "--dis"], ["--disease"]),
        (
            ["ask", "options-for-subtype", "--disease", "Ph-negative T-"],
            ["Ph-negative\\ T-ALL", "Ph-negative\\ T-cell\\ ALL"],
        ),
        (["query", "--format", "t"], ["table", "tsv", "ttl"]),
    ],
    ids=" ".join,
)
def test_bash_gets_what_is_offered_with_spaces_kept(tmp_path: Path, words: list[str], offered: list[str]) -> None:
    assert in_bash(tmp_path, *words) == offered


def test_bash_is_left_to_complete_file_names_where_nothing_is_offered(tmp_path: Path) -> None:
    assert in_bash(tmp_path, "query", "my") == []


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
def test_bash_knows_the_command_after_the_script(tmp_path: Path) -> None:
    done = subprocess.run(
        [BASH or "bash", "--norc", "-c", f"{completion.script('bash')}\ncomplete -p leukograph"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"complete -o default -F _leukograph leukograph\n", b"")


def test_every_option_of_validate_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["validate", "--help"])
    known = set(re.findall(r"^  (--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)) | {"--help"}
    assert set(complete(["validate", ""])) == known
    assert complete(["validate", "--format", ""]) == sorted([*reporters.REPORT_FORMATS, "baseline"])
