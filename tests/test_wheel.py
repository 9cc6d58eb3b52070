"""The wheel carries ontology, data and queries, and the command works from it in any folder."""

import os
import signal
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from leukograph import exporting

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out / "site")
    return out / "site"


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from leukograph.cli import main; sys.exit(main())"
    command = [sys.executable, "-I", "-c", code, str(installed), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_wheel_carries_every_file_of_the_graph(installed: Path) -> None:
    for part in ("ontology", "data", "queries"):
        here = {path.relative_to(ROOT) for path in (ROOT / part).rglob("*") if path.is_file()}
        there = {
            path.relative_to(installed / "leukograph" / "graph")
            for path in (installed / "leukograph" / "graph" / part).rglob("*")
            if path.is_file()
        }
        assert here
        assert there == here


def test_the_wheel_carries_what_the_site_needs_in_a_browser(installed: Path) -> None:
    here = {path.name: path.read_bytes() for path in (ROOT / "src" / "leukograph" / "assets").iterdir()}
    there = {path.name: path.read_bytes() for path in (installed / "leukograph" / "assets").iterdir()}
    assert "style.css" in here
    assert there == here


def test_a_question_is_answered_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "ask", "options-for-subtype", "--disease", "T-cell ALL", "--format", "csv")
    assert done.returncode == 0
    assert [line.split(",")[2] for line in done.stdout.splitlines()] == ["optionLabel", "nelarabine"]


def test_a_file_of_ones_own_is_validated_from_a_folder_that_holds_nothing_else(installed: Path, tmp_path: Path) -> None:
    prefixes = "@prefix ex: <https://example.org/> .\n@prefix lgo: <https://w3id.org/leukograph/ontology/> .\n"
    (tmp_path / "mine.ttl").write_text(f"{prefixes}\nex:a a lgo:Drugs .\n", encoding="utf-8")
    done = run(installed, tmp_path, "validate", "mine.ttl", "--output", "sarif=report.sarif", "--format", "text")
    assert done.returncode == 1, done.stderr
    assert "mine.ttl:4:8: violation lgr:undeclared-class ex:a rdf:type lgo:Drugs: " in done.stdout
    assert str(installed) not in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.ttl", "report.sarif"]


def test_the_stored_inference_is_fresh_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "build", "--check")
    assert (done.returncode, done.stdout.count("as made")) == (0, 2), done.stderr


def test_the_licences_are_in_the_wheel(installed: Path) -> None:
    names = {path.name for path in installed.rglob("licenses/*")}
    assert names == {"LICENSE", "LICENSE-DATA", "NOTICE"}


def test_a_bundle_with_licences_and_notices_is_written_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "export", "bundle", "--output", "bundle")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    here = exporting.export(str(ROOT), "bundle").files
    there = {path.relative_to(tmp_path / "bundle").as_posix(): path for path in (tmp_path / "bundle").rglob("*")}
    assert {name: path.read_bytes() for name, path in there.items() if path.is_file()} == dict(here)
    for name in ("LICENSE", "LICENSE-DATA", "NOTICE"):
        assert there[name].read_bytes() == (ROOT / name).read_bytes()


def test_the_site_is_made_and_served_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "site", "--single-file", "one.html")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (tmp_path / "one.html").read_bytes().startswith(b"<!DOCTYPE html>")
    command = [sys.executable, "-P", "-m", "leukograph", "serve", "--port", "0", "--workers", "1"]
    its_own = {**os.environ, "PYTHONPATH": str(installed)}  # for the processes that it starts, too
    with subprocess.Popen(
        command, cwd=tmp_path, env=its_own, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stderr is not None
        said = next(line for line in server.stderr if "serving http://" in line)
        address = said.split("serving ")[1].split(" ")[0]
        with urllib.request.urlopen(f"{address}ask/subtypes?format=csv", timeout=60) as reply:  # noqa: S310
            assert reply.status == 200
            served = reply.read().decode()
        server.send_signal(signal.SIGTERM)
        server.stderr.read()
    assert server.returncode == 0
    assert served.splitlines() == run(installed, tmp_path, "ask", "subtypes", "--format", "csv").stdout.splitlines()
