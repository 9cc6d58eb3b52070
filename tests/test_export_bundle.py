"""`leukograph export bundle`: every format is in it, every checksum holds, and nothing of others is ever replaced."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from commands import call
from leukograph import bundling, exporting, exports, files, loss_report, material
from leukograph.errors import CallError, FileError
from leukograph.material import Format, Material
from leukograph.names import GRAPHS, LGO
from leukograph.records import Exported, Loss

ROOT = Path(__file__).parents[1]
OWN = {"README.md", "SHA256SUMS", "LICENSE", "LICENSE-DATA", "NOTICE"}


@pytest.fixture(scope="module")
def made() -> Exported:
    return exporting.export(str(ROOT), "bundle")


@pytest.fixture(scope="module")
def bundle(made: Exported) -> dict[str, bytes]:
    return dict(made.files)


@pytest.fixture
def folder(bundle: dict[str, bytes], tmp_path: Path) -> Path:
    bundling.write(str(tmp_path / "bundle"), bundle.items())
    return tmp_path / "bundle"


def listed(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def alone() -> dict[str, list[tuple[str, Exported]]]:
    """Every other format, exported for itself: all graphs together where it can, otherwise each graph."""
    return {
        name: [
            (graph, exporting.export(str(ROOT), name, graph))
            for graph in (("all",) if "all" in one.graphs else one.graphs)
        ]
        for name, one in exporting.formats().items()
        if name != "bundle"
    }


def test_every_format_is_in_it_as_it_is_exported_alone(
    bundle: dict[str, bytes], alone: dict[str, list[tuple[str, Exported]]]
) -> None:
    expected: dict[str, bytes] = {}
    for name, each in alone.items():
        ending = exporting.formats()[name].ending
        for graph, exported in each:
            for file, content in exported.files:
                if ending:
                    path = f"{name}/{graph}{ending}" if len(each) > 1 else f"{name}{ending}"
                else:
                    path = f"{name}/{graph}/{file}" if len(each) > 1 else f"{name}/{file}"
                assert path not in expected
                expected[path] = content
    held = {path: content for path, content in bundle.items() if path not in OWN and not path.startswith("losses/")}
    assert sorted(held) == sorted(expected)
    assert held == expected
    assert {"turtle/page.ttl", "nquads.nq", "croissant/statements.csv", "sparql-examples.ttl", "dcat.ttl"} <= set(held)


def test_every_format_has_its_losses_in_both_forms(
    bundle: dict[str, bytes], alone: dict[str, list[tuple[str, Exported]]]
) -> None:
    expected = {f"losses/{name}.{ending}" for name in alone for ending in ("json", "txt")}
    assert {path for path in bundle if path.startswith("losses/")} == expected
    for name, each in alone.items():
        losses = tuple(loss for _, exported in each for loss in exported.losses)
        read = json.loads(bundle[f"losses/{name}.json"])
        assert [Loss(**{**one, "was": tuple(one["was"])}) for one in read["losses"]] == list(losses)
        assert bundle[f"losses/{name}.txt"].decode() == loss_report.as_text(name, losses)
        assert bool(losses) == bool(exporting.formats()[name].loses)


def test_the_checksums_are_those_of_sha256sum(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    names = [line[66:] for line in lines]
    assert names == sorted(names)
    assert {*names, "SHA256SUMS"} == set(listed(folder))
    assert [line for line in lines if line[:64] != hashlib.sha256((folder / line[66:]).read_bytes()).hexdigest()] == []
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum is not installed")
    command = ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    (folder / "nquads.nq").write_bytes(b"")
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 1


def test_the_readme_names_every_file_and_every_notice(bundle: dict[str, bytes]) -> None:
    text = bundle["README.md"].decode()
    assert "It is not medical advice" in text
    for path in set(bundle) - OWN:
        assert (f"`{path}`" in text) != (path.startswith("losses/")), path
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target in bundle
    for one in exporting.formats().values():
        graphs = "all" if "all" in one.graphs else ", ".join(one.graphs)
        assert one.name == "bundle" or f"| {graphs} | {one.summary} | {one.readers} | " in text
    whole = material.gather(str(ROOT), GRAPHS)
    for source in whole.instances(LGO + "Source"):
        assert whole.value(source, LGO + "attribution") in text
    for name in ("LICENSE", "LICENSE-DATA", "NOTICE"):
        assert bundle[name] == (ROOT / name).read_bytes()


def test_the_bundle_takes_whatever_formats_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []

    def two_files(material: Material) -> Exported:
        seen.append(material.chosen)
        losses = (Loss(material.chosen[0], "urn:x", "kind", "lost", ("<p> <o>",)),)
        return Exported((("a.tsv", b"a\n"), ("deep/b.tsv", b"b\n")), losses)

    def new(name: str, graphs: tuple[str, ...]) -> Format:
        return Format(name, "made up", "", "nobody", "much", graphs, two_files)

    more = [new("kilo", ("page", "background")), new("lima", ("page", "all")), new("mike", ("page",))]
    known = {**exports.found(), **{one.name: one for one in more}}
    monkeypatch.setattr(exports, "found", lambda: known)
    bundle = dict(exporting.export(str(ROOT), "bundle").files)
    folders = ("kilo/page", "kilo/background", "lima", "mike")
    assert [f"{folder}/{name}" for folder in folders for name in ("a.tsv", "deep/b.tsv")] == [
        path for folder in folders for path in bundle if path.startswith(f"{folder}/")
    ]
    assert seen == [("page",), ("background",), tuple(GRAPHS), ("page",)]
    assert json.loads(bundle["losses/kilo.json"])["counts"] == [{"facet": "kind", "how": "lost", "records": 2}]
    assert b"lima/deep/b.tsv" in bundle["dcat.ttl"]
    assert b"`mike/deep/b.tsv`" in bundle["README.md"]


def test_an_older_bundle_is_replaced_whole(folder: Path, bundle: dict[str, bytes]) -> None:
    (folder / "old.ttl").write_bytes(b"")
    sums = folder / "SHA256SUMS"
    sums.write_text(f"{sums.read_text(encoding='utf-8')}{'0' * 64}  old.ttl\n", encoding="utf-8")
    bundling.write(str(folder), bundle.items())
    assert listed(folder) == bundle
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_a_folder_with_anything_else_in_it_is_left_alone(
    folder: Path, bundle: dict[str, bytes], tmp_path: Path
) -> None:
    (folder / "my-notes.txt").write_bytes(b"mine")
    before = listed(folder)
    with pytest.raises(CallError, match=r"holds my-notes\.txt, which is no part of a bundle\. Move it away first"):
        bundling.write(str(folder), bundle.items())
    assert listed(folder) == before
    (folder / "my-notes.txt").unlink()
    (folder / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(CallError, match=r"holds elsewhere, which is no part of a bundle"):
        bundling.write(str(folder), bundle.items())
    assert (folder / "elsewhere").is_symlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "README.md").write_text("# Mine\n", encoding="utf-8")
    (other / "SHA256SUMS").write_text(f"{'0' * 64}  README.md\n", encoding="utf-8")
    ran = call("export", "bundle", "--output", str(other))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"leukograph: {other}: holds README.md and is no bundle. Name a new or empty folder.\n"
    assert sorted(listed(other)) == ["README.md", "SHA256SUMS"]


def test_an_empty_folder_is_filled_even_when_one_stands_in_it(
    bundle: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bundling.write(".", bundle.items())
    assert listed(tmp_path) == bundle
    with pytest.raises(FileError, match=r"\.: cannot be replaced \(you stand in it\)\. Call from another folder\."):
        bundling.write(".", bundle.items())
    assert listed(tmp_path) == bundle


def test_what_cannot_be_written_whole_leaves_what_was_there(
    folder: Path, bundle: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def full(source: str, target: str) -> None:
        if target == str(folder) and not source.endswith(".old.tmp"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(FileError, match=r"cannot be written \(No space left on device\)"):
            bundling.write(str(folder), [("README.md", b"new")])
    assert listed(folder) == bundle
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(bundle: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"mine")
    with pytest.raises(CallError, match=r"x: is no folder, and bundle needs one for its files\. Name a folder\."):
        bundling.write(str(tmp_path / "x"), bundle.items())
    assert (tmp_path / "x").read_bytes() == b"mine"


def test_without_a_folder_the_bundle_is_not_made() -> None:
    ran = call("export", "bundle")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "leukograph: bundle gives several files. Name a folder with --output.\n"


def test_a_wrong_place_is_told_before_the_bundle_is_made(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(exporting, "gather", never)
    (tmp_path / "list.txt").write_bytes(b"mine")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_bytes(b"mine")
    losses = f"{folder}/lost.txt"
    for words, complaint in (
        (["--output", str(mine)], f"{mine}: holds notes.txt and is no bundle. Name a new or empty folder."),
        (
            ["--output", f"{tmp_path}/list.txt"],
            f"{tmp_path}/list.txt: is no folder, and bundle needs one for its files.",
        ),
        (["--output", str(folder), "--losses", losses], f"--losses {losses}: a bundle has the losses of each format"),
        (["--output", str(folder), "--losses", str(mine)], f"{mine}: cannot be written (it is no ordinary file)."),
    ):
        ran = call("export", "bundle", *words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"leukograph: {complaint}")


def test_notices_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "NOTICES", ("LICENSE", "NO-SUCH-FILE"))
    with pytest.raises(CallError, match="the files LICENSE, NO-SUCH-FILE are not with the program"):
        files.notices()
