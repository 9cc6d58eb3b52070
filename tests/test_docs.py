"""The documents are true: README's commands and outputs, the list of questions, versions, the workflow, the links."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import leukograph
from leukograph import questions
from leukograph.cli import VERBS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", README)
TABLE = re.compile(r"<!-- questions: begin -->\n(.*)<!-- questions: end -->", re.DOTALL)


def question_table() -> str:
    rows = [questions.load(str(ROOT), name) for name in questions.names(str(ROOT))]
    lines = ["| question | what it answers |", "|---|---|", *(f"| `{one.name}` | {one.summary} |" for one in rows)]
    return "\n".join(lines) + "\n"


def run(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "100")
    shell = command.replace("leukograph ", f'"{sys.executable}" -m leukograph ')
    done = subprocess.run(["bash", "-c", shell], capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command[:60] for command, _ in CONSOLE])
def test_a_command_of_the_readme_gives_the_output_it_shows(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(command, monkeypatch) == output


def test_the_readme_shows_commands() -> None:
    assert len(CONSOLE) >= 5


def test_the_readme_lists_every_question() -> None:
    found = TABLE.search(README)
    assert found
    assert found[1] == question_table()


def test_the_readme_and_the_help_name_every_verb() -> None:
    assert [verb for verb in VERBS if f"leukograph {verb}" not in README] == []


def test_the_python_of_the_readme_runs(page_path: Path, tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    own = tmp_path / "my-statements.ttl"
    own.write_text("# Nothing yet.\n", encoding="utf-8")
    code = block.replace("PAGE.txt", str(page_path)).replace("leukograph.validate().gates", "()")
    code = code.replace("my-statements.ttl", str(own))
    bare = [line.split("#")[0].strip() for line in code.splitlines()]
    lines = [f"print(repr({line}))" if line.startswith(("[", "leukograph.")) else line for line in bare]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    options = ["different TKI", "blinatumomab", "tisagenlecleucel", "inotuzumab ozogamicin"]
    assert printed[0] == repr([*options, "allogeneic stem cell transplantation"])
    assert printed[1] == "True"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = re.findall(r"```sh\n(.*pytest.*)\n```", README)
    assert len(command) == 1
    assert f"\n{command[0]}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ".ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


def test_one_version_stands_everywhere() -> None:
    version = leukograph.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert "version" in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"]
    header = (ROOT / "ontology" / "leukograph.ttl").read_text(encoding="utf-8")
    assert f'owl:versionInfo "{version}"' in header
    assert f"owl:versionIRI <https://w3id.org/leukograph/releases/{version}/ontology>" in header
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0] == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_contributing_has_five_steps_for_each_of_five_things() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    parts = re.split(r"^## Add an? ", text, flags=re.MULTILINE)[1:]
    assert [part.split("\n", 1)[0] for part in parts] == ["term", "statement", "source", "question", "rule"]
    assert all(re.findall(r"^(\d)\. ", part, re.MULTILINE) == list("12345") for part in parts)


DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part[0] == "." or part == "node_modules" for part in path.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-workflows", ".github/workflows/ci.yml"), ("vendor.citation-file-format", "CITATION.cff")],
)
def test_a_file_for_others_keeps_its_published_schema(schema: str, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "invalid choice" in done.stderr or "Invalid value for '--builtin-schema'" in done.stderr:
        pytest.skip(f"the installed check-jsonschema has no schema {schema}")
    assert done.returncode == 0, done.stdout + done.stderr
