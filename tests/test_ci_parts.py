"""What others build in: the action, the hook of pre-commit, and the page on validation with its set-ups and calls."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import leukograph
from leukograph import checking, documents, engine, intake, places, shacl
from leukograph.rules import GATES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", PAGE)
FILES = dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
SCHEMAS = {
    "action.yml": "vendor.github-actions",
    ".github/workflows/ci.yml": "vendor.github-workflows",
    ".github/workflows/action.yml": "vendor.github-workflows",
}
BLOCKS = {
    ".github/workflows/validate.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}
ENDINGS = (".ttl", ".toml")


def load(text: str) -> Any:
    return YAML(typ="safe").load(text)


ACTION = load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}


def schema_refuses(schema: str, path: Path) -> str:
    """What the published schema has against a file, '' for nothing."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Invalid value for '--builtin-schema'" in done.stderr:
        pytest.skip(f"the installed check-jsonschema has no schema {schema}")
    return done.stdout + done.stderr if done.returncode else ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the page on validation shows, and no others."""
    for name, text in FILES.items():
        if name.endswith(ENDINGS):
            (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "own-page", tmp_path / "own-page")
    return tmp_path


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    called = re.sub(r"\bleukograph (?=validate|evidence)", lambda _: f'"{sys.executable}" -P -m leukograph ', command)
    return subprocess.run(["bash", "-c", called], cwd=folder, capture_output=True, text=True, check=False)


# The action.


@pytest.mark.parametrize(("file", "schema"), SCHEMAS.items(), ids=SCHEMAS)
def test_a_file_for_github_keeps_its_published_schema(file: str, schema: str) -> None:
    assert schema_refuses(schema, ROOT / file) == ""


def test_a_broken_action_is_seen(tmp_path: Path) -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    broken = tmp_path / "action.yml"
    broken.write_text(text.replace("using: composite", "using: nothing"), encoding="utf-8")
    assert schema_refuses("vendor.github-actions", broken)


def test_inputs_reach_a_script_by_its_environment_alone() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []
    assert all(step["shell"] == "bash" for step in ACTION["runs"]["steps"] if "run" in step)


def test_every_input_is_used_and_every_output_is_made() -> None:
    used = set()
    for step in ACTION["runs"]["steps"]:
        for key, value in {**step.get("env", {}), **step.get("with", {})}.items():
            found = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", str(value))
            if found:
                used.add(found[1])
                if key.startswith("INPUT_"):
                    assert key == "INPUT_" + found[1].upper().replace("-", "_")
                    assert f"${key}" in step["run"] or f"${{{key}" in step["run"]
    assert used == set(ACTION["inputs"])
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.validate.outputs.{name} }}}}"
        assert re.search(rf"\b{name}(?:=|<<)", STEPS["validate"]["run"])


def run_step(name: str, folder: Path, given: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    """Run a step's script as GitHub does: exit code, standard output and outputs. `given` are inputs of the action."""
    inputs = {key: str(one.get("default", "")) for key, one in ACTION["inputs"].items()} | given
    assert inputs.keys() == ACTION["inputs"].keys()
    env = {key: os.environ[key] for key in ("PATH", "HOME", "SYSTEMROOT") if key in os.environ}
    for key, value in STEPS[name]["env"].items():
        found = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
        env[key] = inputs[found[1]] if found else sys.executable
    outputs, script = folder / "outputs", folder / "step.sh"
    outputs.write_text("", encoding="utf-8")
    script.write_text(STEPS[name]["run"], encoding="utf-8")
    env |= {"GITHUB_OUTPUT": str(outputs), "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(folder)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    made = outputs.read_text(encoding="utf-8")
    many = dict(re.findall(r"^(\w+)<<(?:\w+)\n(.*?)\nghdelimiter$", made, re.MULTILINE | re.DOTALL))
    return done.returncode, done.stdout, many | dict(re.findall(r"^(\w+)=(.*)$", made, re.MULTILINE))


def test_the_action_passes_a_file_that_conforms(folder: Path) -> None:
    code, out, outputs = run_step("validate", folder, {"paths": "amount.ttl"})
    assert (code, outputs) == (0, {"conforms": "true", "sarif": "leukograph.sarif"})
    assert "::error" not in out
    assert "::warning" not in out
    assert out.endswith("conforms: 0 violations, 0 warnings\n")
    assert json.loads((folder / "leukograph.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []


def test_the_action_fails_on_a_violation_with_annotation_and_sarif(folder: Path) -> None:
    given = {"paths": "\n  \namount.ttl\r\nuntagged.ttl\n".replace("  ", ""), "sarif": "reports/of validation.sarif"}
    code, out, outputs = run_step("validate", folder, given)
    assert (code, outputs) == (1, {"conforms": "false", "sarif": "reports/of validation.sarif"})
    assert "::error file=untagged.ttl,line=9,col=16,title=lgs%3ARecord-label::" in out
    (run,) = json.loads((folder / outputs["sarif"]).read_text(encoding="utf-8"))["runs"]
    assert {one["ruleId"] for one in run["results"]} >= {"lgs:Record-label"}
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] in ("amount.ttl", "untagged.ttl")


def test_the_action_tells_a_file_that_cannot_be_read_by_exit_code_2(folder: Path) -> None:
    (folder / "broken.ttl").write_text("a b", encoding="utf-8")
    code, out, outputs = run_step("validate", folder, {"paths": "broken.ttl"})
    assert (code, outputs) == (2, {"conforms": "false", "sarif": "leukograph.sarif"})
    assert "::error file=broken.ttl,line=1" in out


def test_the_action_passes_baseline_and_page_and_what_fails_on(folder: Path) -> None:
    given = {"paths": "untagged.ttl", "baseline": "known.toml", "fail-on": "warning"}
    code, out, outputs = run_step("validate", folder, given)
    assert (code, outputs["conforms"]) == (0, "true")
    assert out.endswith("conforms: 0 violations, 0 warnings, 1 known\n")
    (folder / "page one.txt").write_text("A text that is none of the pages.\n", encoding="utf-8")
    code, out, outputs = run_step("validate", folder, {"paths": "amount.ttl", "page": "page one.txt\n"})
    assert (code, outputs["conforms"]) == (1, "false")
    assert "copy-of-another-page" in out


def test_the_action_adds_the_project_where_asked(folder: Path) -> None:
    (folder / "broken.ttl").write_text("a b", encoding="utf-8")  # so that the gates after syntax do not run
    _, alone, _ = run_step("validate", folder, {"paths": "broken.ttl"})
    _, beside, _ = run_step("validate", folder, {"paths": "broken.ttl", "with-project": "true"})
    files = [int(re.findall(r"looked at (\d+) files", out)[0]) for out in (alone, beside)]
    assert files[0] < files[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"paths": ""}, "paths names no file"),
        ({"paths": "\n\n"}, "paths names no file"),
        ({"paths": "amount.ttl", "with-project": "perhaps"}, "neither true nor false"),
        ({"paths": "amount.ttl", "sarif": ""}, "sarif names no file"),
        ({"paths": "amount.ttl", "fail-on": "info"}, "Nothing was judged"),
        ({"paths": "absent.ttl"}, "Nothing was judged"),
        ({"paths": "--help"}, "Nothing was judged"),
        ({"paths": "amount.ttl", "baseline": "absent.toml"}, "Nothing was judged"),
        ({"paths": "$(touch touched)`touch touched`;touch touched.ttl"}, "Nothing was judged"),
        ({"paths": "amount.ttl\n*"}, "Nothing was judged"),
    ],
    ids=str,
)
def test_the_action_refuses_a_wrong_call_and_claims_nothing(folder: Path, given: dict[str, str], said: str) -> None:
    (folder / "leukograph.sarif").write_text("of an earlier run", encoding="utf-8")
    code, out, outputs = run_step("validate", folder, given)
    assert (code, outputs) == (2, {})
    assert re.fullmatch(rf"::error title=leukograph::.*{said}.*\n", out)
    assert not list(folder.glob("touched*"))


def test_the_action_installs_itself_or_what_is_named(tmp_path: Path) -> None:
    """The script of the install step with a pip that writes down what it is asked for."""
    fake = tmp_path / "python"
    fake.write_text(
        "#!/usr/bin/env bash\n"
        'if [ "$2" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; else printf "%s\\n" "$@" >> asked; fi\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    script = tmp_path / "step.sh"
    script.write_text(STEPS["install"]["run"], encoding="utf-8")
    for version, wanted in (("", "the action"), ("leukograph==0.1.0", "leukograph==0.1.0"), ("-r x", "-r x")):
        env = {
            "PATH": os.environ["PATH"],
            "PYTHON": str(fake),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "outputs"),
            "GITHUB_ACTION_PATH": "the action",
            "INPUT_VERSION": version,
        }
        (tmp_path / "asked").unlink(missing_ok=True)
        subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=tmp_path, env=env, check=True)
        asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
        assert asked[:3] == ["-m", "pip", "install"]
        assert asked[-2:] == ["--", wanted]
    assert f"python={tmp_path}/leukograph-venv/bin/python\n" in (tmp_path / "outputs").read_text(encoding="utf-8")


# The hook of pre-commit.


def pre_commit(verb: str, path: Path) -> int:
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip(f"pre-commit is not installed, so `pre-commit {verb}` did not judge {path.name}")
    return subprocess.run([sys.executable, "-m", "pre_commit", verb, str(path)], check=False).returncode


def test_pre_commit_takes_the_hook() -> None:
    assert pre_commit("validate-manifest", ROOT / ".pre-commit-hooks.yaml") == 0


def test_pre_commit_takes_the_set_up_of_the_page(tmp_path: Path) -> None:
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(FILES[config.name], encoding="utf-8")
    assert pre_commit("validate-config", config) == 0


def test_the_hook_looks_at_every_rdf_file_and_at_no_other() -> None:
    (hook,) = HOOKS
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("leukograph-validate", "python", False)
    assert all(re.search(hook["files"], f"graph/case{ending}") for ending in engine.FORMATS)
    assert not any(re.search(hook["files"], name) for name in ("README.md", "case.ttl.gz", "ttl", "casettl"))


def test_the_hook_judges_what_its_arguments_name(folder: Path) -> None:
    (hook,) = HOOKS
    (used,) = load(FILES[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    call = " ".join([hook["entry"], *used["args"]])
    (folder / "graph").mkdir()
    (folder / "amount.ttl").rename(folder / "graph" / "amount.ttl")
    assert shell(call, folder).returncode == 0
    (folder / "untagged.ttl").rename(folder / "graph" / "untagged.ttl")
    assert shell(call, folder).returncode == 1


# The page on validation.


@pytest.mark.parametrize(("name", "schema"), BLOCKS.items(), ids=BLOCKS)
def test_a_set_up_of_the_page_keeps_its_published_schema(name: str, schema: str, tmp_path: Path) -> None:
    path = tmp_path / "block.yml"
    path.write_text(FILES[name], encoding="utf-8")
    assert schema_refuses(schema, path) == ""


def test_every_yaml_block_of_the_page_is_checked() -> None:
    assert len(re.findall(r"^```ya?ml$", PAGE, re.MULTILINE)) == len(BLOCKS) + 1
    assert {name for name in FILES if name.endswith((".yml", ".yaml"))} == {*BLOCKS, ".pre-commit-config.yaml"}


def test_the_workflow_of_the_page_uses_the_action_as_it_is() -> None:
    workflow = load(FILES[".github/workflows/validate.yml"])
    assert workflow["permissions"]["security-events"] == "write"
    _, step, upload = workflow["jobs"]["validate"]["steps"]
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert {name for name, one in ACTION["inputs"].items() if one.get("required")} <= set(step["with"])
    named = set(re.findall(rf"steps\.{step['id']}\.outputs\.(\w+)", FILES[".github/workflows/validate.yml"]))
    assert named == {"sarif"}
    assert named <= set(ACTION["outputs"])
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert "cancelled()" in upload["if"]


def test_the_job_of_the_page_for_gitlab_writes_the_report_that_it_hands_over(folder: Path) -> None:
    job = load(FILES[".gitlab-ci.yml"])["validate"]
    (call,) = job["script"]
    (folder / "graph").mkdir()
    (folder / "untagged.ttl").rename(folder / "graph" / "untagged.ttl")
    assert shell(call, folder).returncode == 1
    report = (folder / job["artifacts"]["reports"]["junit"]).read_text(encoding="utf-8")
    assert 'name="lgs:Record-label" classname="shapes" file="graph/untagged.ttl" line="9"' in report
    assert job["artifacts"]["when"] == "always"


def test_the_set_ups_name_this_version() -> None:
    versions = re.findall(r"(?:OWNER/leukograph(?:\.git)?@|rev: )(\S+?)\"?$", PAGE, re.MULTILINE)
    assert versions == [f"v{leukograph.__version__}"] * 3


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_of_the_page_gives_the_output_it_shows(command: str, output: str, folder: Path) -> None:
    done = shell(command, folder)
    assert done.stdout == output, done.stderr


def test_the_page_shows_commands() -> None:
    assert len(CONSOLE) > 5


def test_the_page_names_every_gate_option_format_ending_and_input() -> None:
    def rows(heading: str) -> set[str]:
        part = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
        return set(re.findall(r"^\| `([\w-]+)", part, re.MULTILINE))

    options = {name for one in checking._parser()._actions for name in one.option_strings}  # noqa: SLF001
    assert rows("The gates") == {*GATES, "baseline"}
    assert rows("Options") == {name for name in options if name.startswith("--")} - {"--help"}
    assert rows("Formats") == set(checking._FORMATS)  # noqa: SLF001
    assert rows("In a GitHub workflow") == set(ACTION["inputs"])
    assert all(f"`{ending}`" in PAGE for ending in engine.FORMATS)


def test_the_page_names_the_limits_as_they_are() -> None:
    assert f"| size of a file | {documents.MAX_FILE_BYTES >> 20} MiB |" in PAGE
    assert f"| what the triples of a file unfold to | {intake.MAX_UNFOLDED >> 20} MiB |" in PAGE
    assert f"| {places.MAX_DEPTH} |" in PAGE
    assert f"| {documents.MAX_LITERAL:,} |" in PAGE
    assert f"| {intake.SECONDS:g} seconds and {intake.MAX_MEMORY_BYTES >> 30} GiB, in a process of its own |" in PAGE
    assert f"| {shacl.SECONDS:g} seconds, or `--timeout` |" in PAGE
    parser = checking._parser()  # noqa: SLF001
    for option in ("max_print", "timeout"):
        row = re.search(rf"^\| `--{option.replace('_', '-')} .*default (\d+)", PAGE, re.MULTILINE)
        assert row
        assert int(row[1]) == parser.get_default(option)


def test_the_page_names_no_machine_and_every_link_leads_somewhere() -> None:
    assert not re.search(r"(?<![\w.])/(?:work|home|root|tmp|usr|Users)\b", PAGE)
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
