"""The pages of docs/exports/ are true: one for each format, the list as it is made, commands with their real output."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from leukograph import exporting

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "exports"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def test_every_format_has_a_page_and_every_page_a_format() -> None:
    assert sorted(path.stem for path in PAGES) == sorted(exporting.formats())


def test_the_list_of_formats_is_as_it_is_made(tmp_path: Path) -> None:
    script = ROOT / "docs" / "make_exports.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    copy = tmp_path / "docs" / "make_exports.py"
    (tmp_path / "docs" / "exports").mkdir(parents=True)
    copy.write_bytes(script.read_bytes())
    (copy.parent / "exports" / "README.md").write_text("old\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(copy), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "not as it would be made. Run `python docs/make_exports.py`." in done.stderr
    assert subprocess.run([sys.executable, str(copy)], check=False).returncode == 0
    assert (copy.parent / "exports" / "README.md").read_bytes() == (FOLDER / "README.md").read_bytes()


def test_the_list_tells_of_each_format_what_the_command_tells() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for one in exporting.formats().values():
        told = f"| {one.summary} | {one.readers} | {one.loses or 'nothing'} | {', '.join(one.graphs)} |\n"
        assert f"| [{one.name}]({one.name}.md) {told}" in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_command_of_a_page_gives_the_output_it_shows(path: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(path.read_text(encoding="utf-8"))
    assert blocks, "a page shows a command that was run"
    folder = tmp_path / "here"
    folder.mkdir()
    for command, shown in [one for block in blocks for one in COMMAND.findall(block)]:
        shell = command.replace("leukograph ", f'"{sys.executable}" -m leukograph ')
        done = subprocess.run(
            ["bash", "-c", f'{shell}; code=$?; pwd > "{tmp_path}/folder"; exit $code'],
            capture_output=True,
            check=False,
            cwd=folder,
            env={**os.environ, "COLUMNS": "100"},
        )
        out, told = done.stdout.decode().replace("\r\n", "\n"), done.stderr.decode()
        assert done.returncode == 0, told
        assert shown == told + out, "what is told beside the output stands there before it"
        folder = Path((tmp_path / "folder").read_text(encoding="utf-8").strip())


@pytest.mark.parametrize("name", [name for name, one in exporting.formats().items() if not one.loses])
def test_the_page_of_a_lossless_format_says_so(name: str) -> None:
    assert "**What it loses:** nothing" in (FOLDER / f"{name}.md").read_text(encoding="utf-8")
