"""Folders that an export fills: only an empty one, or an unchanged earlier export of the same format, is written to.

What an export wrote is told by a small file beside it, so that nothing of others is ever replaced and nothing of an
earlier export stays.
"""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256

from leukograph import files
from leukograph.errors import CallError

MARK = ".leukograph-export"
SITE = "site"  # the one name that stands for a verb, and not for a format of export
_DIGEST = 64


def check(folder: str, name: str) -> None:
    """Raise CallError for a place that no export of the format `name` may fill."""
    check_kind(folder, name)
    there = set(below(folder))
    if not there:
        return
    listed = _listed(folder, name)
    if not listed:
        raise CallError(f"{folder}: holds {min(there)} and is no earlier {_called(name)}. Name a new or empty folder.")
    strange = sorted(there - {MARK, *listed})
    if strange:
        raise CallError(f"{folder}: holds {strange[0]}, which is no part of an earlier export. Move it away first.")
    for path in sorted(there - {MARK}):
        if sha256(files.read(os.path.join(folder, *path.split("/")))).hexdigest() != listed[path]:
            raise CallError(f"{folder}: {path} was changed since its export. Move it away first.")


def check_kind(folder: str, name: str) -> None:
    """Raise CallError for what is there and no folder."""
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise CallError(f"{folder}: is no folder, and {name} needs one for its files. Name a folder.")


def write(folder: str, name: str, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write the files of an export, which are then all that the folder holds: all of them or none."""
    check(folder, name)
    held = sorted(contents)
    lines = [_head(name), *(f"{sha256(content).hexdigest()}  {path}" for path, content in held)]
    files.write_exactly(folder, [*held, (MARK, ("\n".join(lines) + "\n").encode())])


def below(folder: str) -> Iterator[str]:
    """Yield the path of each file below a folder, with forward slashes; a link to a folder is one."""
    for place, folders, names in os.walk(folder):
        for name in (*names, *(one for one in folders if os.path.islink(os.path.join(place, one)))):
            yield os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")


def _head(name: str) -> str:
    call = name if name == SITE else f"export {name}"
    return f"# Made by `leukograph {call}`, which replaces exactly these files while they are as they were."


def _called(name: str) -> str:
    return name if name == SITE else f"export of {name}"


def _listed(folder: str, name: str) -> dict[str, str]:
    """Return digests by path of an earlier export of the format; nothing where there is none."""
    path = os.path.join(folder, MARK)
    if not os.path.isfile(path):
        return {}
    head, *lines = files.read_text(path).splitlines() or [""]
    return {line[_DIGEST + 2 :]: line[:_DIGEST] for line in lines} if head == _head(name) else {}
