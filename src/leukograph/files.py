"""Where ontology/, data/ and queries/ lie, which file belongs to which graph, and how files are read and written.

Paths are plain strings and `os.path` does the work: importing `pathlib` would
cost more than reading every file of the graph.
"""

import os
from collections.abc import Callable, Iterable, Iterator

from leukograph.errors import CallError, FileError
from leukograph.names import BACKGROUND, INFERRED, INFERRED_BACKGROUND, MAPPINGS, ONTOLOGY, PAGE

try:  # the same function without loading OpenSSL, which takes longer than the hashing
    from _blake2 import blake2b
except ImportError:  # pragma: no cover
    from hashlib import blake2b

PARTS = ("ontology", "data", "queries")
NOTICES = ("LICENSE", "LICENSE-DATA", "NOTICE")
HOME_VARIABLE = "LEUKOGRAPH_HOME"
FOLDERS = {
    ONTOLOGY: "ontology",
    PAGE: "data/page",
    BACKGROUND: "data/background",
    MAPPINGS: "data/mappings",
}
_FILES = {
    INFERRED: "data/inferred/page.nt",
    INFERRED_BACKGROUND: "data/inferred/background.nt",
}
TERMS = "ontology/leukograph.ttl"
SHAPES = "ontology/shapes"
QUESTIONS = "queries/questions"
CHECKS = "queries/checks"


def home() -> str:
    """Return the folder that holds ontology/, data/ and queries/: LEUKOGRAPH_HOME, a checkout, or the wheel's own.

    Raises CallError, naming the places that were tried.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    here = os.path.dirname(os.path.abspath(__file__))
    places = [chosen] if chosen else [os.path.join(here, "graph"), os.path.dirname(os.path.dirname(here))]
    for place in places:
        if all(os.path.isdir(os.path.join(place, part)) for part in PARTS):
            return os.path.abspath(place)
    raise CallError(
        f"no folder with {', '.join(PARTS)} at {' or '.join(places)}. "
        f"Install the package again, or let {HOME_VARIABLE} name the right folder."
    )


def notices() -> list[tuple[str, bytes]]:
    """Return the licences and notices of the project by name, from a checkout or the wheel."""
    here = os.path.dirname(os.path.abspath(__file__))
    for place in (os.path.join(here, "graph"), os.path.dirname(os.path.dirname(here))):
        paths = [os.path.join(place, name) for name in NOTICES]
        if all(map(os.path.isfile, paths)):
            return [(name, read(path)) for name, path in zip(NOTICES, paths, strict=True)]
    raise CallError(f"the files {', '.join(NOTICES)} are not with the program. Install the package again.")


def files_under(folder: str, ending: str) -> list[str]:
    """Return every file below `folder` with that ending, sorted; an absent or empty folder raises CallError."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(place, name) for name in names if name.endswith(ending)]
    if not found:
        raise CallError(f"{folder}: no {ending} file there. Restore the folder, or install the package again.")
    return sorted(found)


def graph_files(root: str, graph: str) -> list[str]:
    """Return the files of a named graph, sorted; those of an inferred graph may be absent.

    The ontology is the Turtle files that lie directly in ontology/; the shapes below it are no part of any graph.
    """
    if graph in _FILES:
        return [os.path.join(root, *_FILES[graph].split("/"))]
    folder = os.path.join(root, *FOLDERS[graph].split("/"))
    if graph == ONTOLOGY:
        names = sorted(name for name in _listed(folder) if name.endswith(".ttl"))
        if not names:
            raise CallError(f"{folder}: no .ttl file there. Restore the folder, or install the package again.")
        return [os.path.join(folder, name) for name in names]
    return files_under(folder, ".ttl")


def near(path: str) -> str:
    """Return a path as seen from the working folder where it lies below that, otherwise as it is."""
    try:
        here = os.path.relpath(path)
    except ValueError:  # on another drive
        return path
    return path if here.startswith(os.pardir) else here


def read(path: str) -> bytes:
    """Return the bytes of a file, or raise FileError saying why it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror}). Name a file that you may read.") from None


def read_text(path: str) -> str:
    """Return a UTF-8 file as text with its line ends as they are, or raise FileError with the first wrong byte."""
    data = read(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from None


def digest(parts: Iterable[tuple[str, bytes]]) -> str:
    """Return the BLAKE2b digest (hexadecimal, 32 bytes) of named contents, in the order given."""
    state = blake2b(digest_size=32)
    for name, content in parts:
        head = f"{name}\0{len(content)}\0"
        state.update(head.encode("utf-8", "surrogateescape"))
        state.update(content)
    return state.hexdigest()


def named(root: str, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each file as (path below `root` with forward slashes, content)."""
    for path in paths:
        yield os.path.relpath(path, root).replace(os.sep, "/"), read(path)


def check(path: str) -> None:
    """Raise FileError for what can be no file: a name of a folder, and what is there and no ordinary file."""
    if path.endswith(("/", os.sep)) and not os.path.isdir(path):
        raise FileError(f"{path}: this names a folder. Name a file.")
    if os.path.exists(path) and not os.path.isfile(path):
        raise FileError(f"{path}: cannot be written (it is no ordinary file). Choose a place that you may write to.")


def write(path: str, content: bytes, first: Callable[[], None] | None = None) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then renamed over it.

    What is there and no ordinary file (a folder, a pipe, a device) is never replaced: it raises FileError. `first` is
    done when the content lies ready, so that both are done or neither.
    """
    check(path)
    target = os.path.realpath(path)
    beside = f"{target}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        _put(beside, content)
        if first:
            first()
        os.replace(beside, target)
    except OSError as error:
        raise FileError(
            f"{path}: cannot be written ({error.strerror}). Choose a place that you may write to."
        ) from None
    finally:
        if os.path.exists(beside):
            os.remove(beside)


def write_all(folder: str, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write files below a folder, which is made: all of them whole, or none where one cannot be written.

    Names have forward slashes. Each goes to a temporary file first; only when all are there are they renamed. What
    else lies in the folder stays.
    """
    waiting: list[tuple[str, str]] = []
    try:
        for name, content in contents:
            target = os.path.join(folder, *name.split("/"))
            beside = f"{target}.{os.getpid()}.tmp"
            if os.path.isdir(target):
                raise FileError(f"{target}: cannot be written (it is a folder). Choose another place.")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            waiting.append((beside, target))
            _put(beside, content)
        for beside, target in waiting:
            os.replace(beside, target)
    except OSError as error:
        raise FileError(
            f"{folder}: cannot be written ({error.strerror}). Choose a place that you may write to."
        ) from None
    finally:
        for beside, _ in waiting:
            if os.path.exists(beside):
                os.remove(beside)


def _put(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_exactly(folder: str, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write files below a folder that then holds these and nothing else: all of them, or what was there before stays.

    They are written to a folder beside it, which then takes its place. Names have forward slashes.
    """
    target = os.path.realpath(folder)
    beside, before = f"{target}.{os.getpid()}.tmp", f"{target}.{os.getpid()}.old.tmp"
    if os.path.exists(target) and not os.path.isdir(target):
        raise FileError(f"{folder}: cannot be written (it is no folder). Choose another place.")
    if os.path.isdir(target) and not os.listdir(target):
        write_all(target, contents)
        return
    if os.path.join(os.getcwd(), "").startswith(os.path.join(target, "")):
        raise FileError(f"{folder}: cannot be replaced (you stand in it). Call from another folder.")
    from shutil import rmtree

    try:
        write_all(beside, contents)
        if os.path.isdir(target):
            os.replace(target, before)
        try:
            os.replace(beside, target)
        except OSError:
            if os.path.isdir(before):
                os.replace(before, target)
            raise
        rmtree(before, ignore_errors=True)
    except OSError as error:
        raise FileError(
            f"{folder}: cannot be written ({error.strerror}). Choose a place that you may write to."
        ) from None
    finally:
        rmtree(beside, ignore_errors=True)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        raise CallError(f"{folder}: cannot be listed ({error.strerror}). Restore the folder.") from None
