"""The formats that gather all others: `bundle`, a folder with every one of them, and `dcat`, which describes them."""

import os
from collections.abc import Iterable
from typing import NamedTuple

from leukograph import about, description, exports, files, folders, loss_report
from leukograph.errors import CallError
from leukograph.material import Carried, Format, Material
from leukograph.names import ALL, BACKGROUND, DCTERMS, GRAPHS, LGO, MAPPINGS, RDFS_LABEL, graph_iri
from leukograph.records import Exported, Loss

BUNDLE = "bundle"
SUMS = "SHA256SUMS"
_TITLE = f"# {about.TITLE}"


class Held(NamedTuple):
    """What a bundle holds of one format: its files by path, and everything that these could not carry."""

    one: Format
    files: tuple[tuple[str, bytes], ...]
    losses: tuple[Loss, ...]


def held(material: Material, formats: Iterable[Format]) -> list[Held]:
    """Return every format with its files: all graphs together where it can, otherwise each graph for itself."""
    found = []
    for one in formats:
        written: list[tuple[str, bytes]] = []
        losses: list[Loss] = []
        for graph in (ALL,) if ALL in one.graphs else one.graphs:
            chosen = GRAPHS if graph == ALL else (graph,)
            made = one.make(material.choosing(*chosen))
            written += ((_path(one, graph, name), content) for name, content in made.files)
            losses += made.losses
        found.append(Held(one, tuple(sorted(written)), tuple(losses)))
    return found


def write(folder: str, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write a bundle to a folder that is empty, absent, or a bundle, and then is exactly this one.

    A folder with anything else in it raises CallError; whatever goes wrong, what was there before stays.
    """
    check(folder)
    files.write_exactly(folder, contents)


def check(folder: str) -> None:
    """Raise CallError for a folder that holds anything but a bundle."""
    folders.check_kind(folder, BUNDLE)
    there = set(folders.below(folder))
    if there:
        if not _is_bundle(folder, there):
            raise CallError(f"{folder}: holds {min(there)} and is no bundle. Name a new or empty folder.")
        listed = {line[66:] for line in files.read_text(os.path.join(folder, SUMS)).splitlines()}
        strange = sorted(there - {SUMS} - listed)
        if strange:
            raise CallError(f"{folder}: holds {strange[0]}, which is no part of a bundle. Move it away first.")


def _path(one: Format, graph: str, name: str) -> str:
    if one.ending and len(one.graphs) > 1 and ALL not in one.graphs:
        return f"{one.name}/{graph}{one.ending}"
    if one.ending:
        return name
    return f"{one.name}/{name}" if ALL in one.graphs or len(one.graphs) == 1 else f"{one.name}/{graph}/{name}"


def _described(material: Material, parts: Iterable[Held]) -> Exported:
    distributions = [
        description.Distribution(path, content, part.one.summary, part.one.loses)
        for part in parts
        for path, content in part.files
    ]
    return Exported((("dcat.ttl", description.turtle(material, distributions)),), Carried(material).losses())


def _dcat(material: Material) -> Exported:
    return _described(material, held(material, exports.found().values()))


def _bundle(material: Material) -> Exported:
    import hashlib

    parts = held(material, exports.found().values())
    parts.append(Held(DCAT, *_described(material, parts)))
    parts.sort(key=lambda part: part.one.name)
    contents = [one for part in parts for one in part.files]
    for part in parts:
        contents.append((f"losses/{part.one.name}.json", loss_report.as_json(part.one.name, part.losses).encode()))
        contents.append((f"losses/{part.one.name}.txt", loss_report.as_text(part.one.name, part.losses).encode()))
    contents += [("README.md", _readme(material, parts).encode()), *files.notices()]
    contents.sort()
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in contents)
    return Exported((*contents, (SUMS, sums.encode())))


def _readme(material: Material, parts: list[Held]) -> str:
    named = ", ".join(f"`{graph_iri(graph)}`" for graph in GRAPHS)
    lines = [
        _TITLE,
        "",
        f"Version {material.version()}. {about.SUMMARY}",
        "",
        f"**{about.LIMITS}**",
        "",
        about.UNKNOWN,
        "",
        f"`sha256sum -c {SUMS}` proves every file. The named graphs are {named}.",
        "",
        f"The column `graphs` says which of them the files hold: `{ALL}` are all of them together, otherwise each",
        "has files of its own. `leukograph export FORMAT` alone gives the graph that is usual, which may be fewer.",
        "",
        "| files | graphs | what it is | who reads it | what it loses |",
        "|---|---|---|---|---|",
    ]
    for part in parts:
        paths = ", ".join(f"`{path}`" for path, _ in part.files)
        losses = f"losses/{part.one.name}"
        loses = f"{part.one.loses}: [each]({losses}.txt), [for machines]({losses}.json)" if part.losses else "nothing"
        graphs = ALL if ALL in part.one.graphs else ", ".join(part.one.graphs)
        lines.append(f"| {paths} | {graphs} | {part.one.summary} | {part.one.readers} | {loses} |")
    lines += ["", "## Licences", "", about.RIGHTS, "", "[LICENSE](LICENSE), [LICENSE-DATA](LICENSE-DATA) and"]
    lines += ["[NOTICE](NOTICE) have the terms and the notices in full. The sources and what they ask to be said:", ""]
    for source in material.instances(LGO + "Source", BACKGROUND, MAPPINGS):
        licences = ", ".join(f"<{one}>" for one in material.values(source, DCTERMS + "license"))
        words = " ".join(material.values(source, LGO + "attribution"))
        lines.append(f"- **{' / '.join(material.values(source, RDFS_LABEL))}** ({licences}): {words}")
    return "\n".join(lines) + "\n"


def _is_bundle(folder: str, there: set[str]) -> bool:
    readme = os.path.join(folder, "README.md")
    return {SUMS, "README.md"} <= there and files.read_text(readme).startswith(f"{_TITLE}\n")


DCAT = Format(
    "dcat",
    "the dataset, its files, its graphs and their numbers, described in DCAT 3 and VoID",
    ".ttl",
    "data catalogues; SPARQL editors that complete classes and properties",
    "all data: it describes and counts them",
    (ALL,),
    _dcat,
)
FORMATS = (
    Format(
        BUNDLE,
        "a folder with all other formats, what each loses, licences and checksums",
        "",
        "archives, and whoever does not want to choose",
        "",
        (ALL,),
        _bundle,
    ),
    DCAT,
)
