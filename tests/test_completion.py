"""Completion: what is offered at each place of the command line, and that a shell really gets it."""

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
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
# Where the shell is to offer the names of files, because nothing else is offered.
FILES = [
    ["publish", ""],
    ["publish", "my"],
    ["publish", "http://x", "--file", ""],
    ["publish", "http://x", "--credentials", "c"],
    ["query", ""],
    ["query", "q.rq", "--endpoint", ""],
    ["query", "q.rq", "--output="],
    ["export", "turtle", "--output", ""],
    ["export", "turtle", "--losses", ""],
    ["ask", "about-the-page", "--source", ""],
    ["ask", "about-the-page", "--output", ""],
    ["validate", ""],
    ["validate", "a.ttl", ""],
    ["validate", "--page", ""],
    ["evidence", "verify", ""],
]
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
        (["export", "trig", "--graph", "a"], ["all"]),
        (["export", "trig", "--graph=p"], ["--graph=page"]),
        (["export", "trig", "--graph", "=", "p"], ["page"]),
        (["export", "trig", "--graph", "="], complete(["export", "trig", "--graph", ""])),
        (["export", "nanopub", "--s"], ["--sign-key"]),
        (["ask", "regimens-containing", "--agent=blin"], ["--agent=blinatumomab"]),
        (
            ["ask", "options-for-subtype", "--disease", "'ph-positive t"],
            ["Ph-positive T-ALL", "Ph-positive T-cell ALL"],
        ),
        (["validate", "--graph", "pa"], ["page"]),
        (["publish", "http://x", ""], PUBLISH),
        (["query", "q.rq", "--e"], ["--endpoint", "--everything"]),
        *((words, []) for words in FILES),
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


def typed(tmp_path: Path, line: str) -> list[str]:
    """Type a line into an interactive bash with the completion, a tab and enter, and return the words that it runs."""
    if BASH is None:
        pytest.skip("bash is not installed")
    import pty  # which POSIX systems alone have

    run = shlex.quote(sys.executable)
    command = tmp_path / "leukograph"
    command.write_text(
        f'#!/bin/sh\ncase "$1" in _complete|completion) exec {run} -m leukograph "$@" ;; esac\n'
        'for word in "$@"; do printf "%s\\n" "$word"; done >"$0.part" && mv "$0.part" "$0.ran"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    (tmp_path / "my file.ttl").touch()
    start = tmp_path / "start"
    start.write_text(
        "PS1='ready> '; bind 'set enable-bracketed-paste off'\n" + completion.script("bash"), encoding="utf-8"
    )
    door, terminal = pty.openpty()
    process = subprocess.Popen(
        [BASH, "--rcfile", str(start), "-i"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb", "HOME": str(tmp_path)},
        start_new_session=True,
    )
    ran = tmp_path / "leukograph.ran"
    try:
        until(door, lambda text: text.endswith(b"ready> "))
        os.write(door, line.encode() + b"\t")
        until(door, lambda text: len(text) > len(line), quiet=1.5)
        os.write(door, b"\n")
        until(door, lambda _: ran.exists())
        return ran.read_text(encoding="utf-8").splitlines()
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
        os.close(door)


def until(door: int, done: Callable[[bytes], bool], *, quiet: float = 0.0) -> None:
    """Read what a terminal shows until it is done and then nothing has come for a time."""
    seen, last = b"", time.monotonic()
    end = last + 30
    while time.monotonic() < end and not (done(seen) and time.monotonic() - last >= quiet):
        if select.select([door], [], [], 0.05)[0]:
            seen += os.read(door, 4096)
            last = time.monotonic()
    assert done(seen), seen


DISEASE = ["ask", "options-for-subtype", "--disease"]


@pytest.mark.skipif(os.name != "posix", reason="there is no terminal to type into")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        (" ".join([*DISEASE, "'Ph-negative T-c"]), [*DISEASE, "Ph-negative T-cell ALL"]),
        (" ".join([*DISEASE, '"Ph-negative T-c']), [*DISEASE, "Ph-negative T-cell ALL"]),
        (" ".join([*DISEASE, "Ph-negative\\ T-c"]), [*DISEASE, "Ph-negative T-cell ALL"]),
        ("export turtle --graph=pa", ["export", "turtle", "--graph=page"]),
        ("export turtle --output my", ["export", "turtle", "--output", "my file.ttl"]),
        ("publish http://localhost:1 --file my", ["publish", "http://localhost:1", "--file", "my file.ttl"]),
        ("publish my", ["publish", "my file.ttl"]),
        ("query --endpoint=my", ["query", "--endpoint=my file.ttl"]),
    ],
)
def test_whoever_types_in_bash_gets_the_word_that_is_meant(tmp_path: Path, line: str, words: list[str]) -> None:
    assert typed(tmp_path, f"leukograph {line}") == words


@pytest.mark.parametrize("quote", ["'", '"'])
def test_bash_closes_no_quote_too_early(quote: str) -> None:
    """What is offered within quotes is read back by a shell as it was, whatever characters are in it."""
    if BASH is None:
        pytest.skip("bash is not installed")
    offered = ["it's", 'a "b" c', "$HOME `x` \\ \\\\ é"]
    lines = [
        f"leukograph() {{ printf '%s\\n' {' '.join(map(shlex.quote, offered))}; }}",
        completion.script("bash"),
        f"quote={shlex.quote(quote)}; COMP_WORDS=(leukograph $quote); COMP_CWORD=1; _leukograph",
        'for one in "${COMPREPLY[@]}"; do eval "one=$quote$one$quote"; printf "%s\\n" "$one"; done',
    ]
    done = subprocess.run([BASH, "--norc", "-c", "\n".join(lines)], capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode().splitlines(), done.stderr) == (0, offered, b"")


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
    assert set(complete(["validate", "-"])) == known
    assert complete(["validate", "--format", ""]) == sorted([*reporters.REPORT_FORMATS, "baseline"])
