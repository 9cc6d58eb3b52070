"""Reads RDF files of unknown origin in a child process first, whose memory and time are bounded.

What ends a reader (nesting by the hundred thousand, a text that unfolds without end) so ends the child alone. The
child opens nothing: contents go in by standard input, and a context that JSON-LD would fetch is refused by the reader.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence

from leukograph import limits

MAX_MEMORY_BYTES = 4 * 1024**3
MAX_UNFOLDED = 256 * 1024**2
SECONDS = 120.0
_TRIPLE = 200  # what a triple takes beside its text
_MOST = 8 * 1024**2  # characters of one piece: so much its reader surely takes
_NESTED = 200
_NAMES = 9  # subject, predicate and graph of a triple, each of a base, a prefix and a local name
_ITEM = 2 * _TRIPLE  # of what each character can make, an item of a list makes most: two triples
_BRACKETS = re.compile(
    r'"""(?>[^"\\]++|\\.|"{1,2}(?!"))*+"""'
    r"|'''(?>[^'\\]++|\\.|'{1,2}(?!'))*+'''"
    r'|"(?>[^"\\\n\r]++|\\.)*+"'
    r"|'(?>[^'\\\n\r]++|\\.)*+'"
    r"|<[^<>\s]*+>|\#[^\r\n]*+|\\.|[\[({})\]]",
    re.DOTALL,
)


def is_harmless(ending: str, text: str) -> bool:
    """Tell whether a text of the kind of its ending can be read without a child of its own, by bounds that are cheap.

    Its nesting and what it unfolds to are bounded, and so are its pieces. What is not harmless may still be sound.
    """
    if ending in (".nq", ".nt"):  # a piece of these lies within a line, and none of them unfolds
        return len(text) <= _MOST or max(map(len, text.split("\n"))) <= _MOST
    if ending not in (".trig", ".ttl") or len(text) > _MOST:
        return False
    if sum(map(text.count, "[({")) > _NESTED and _deepest(text) > _NESTED:
        return False
    longest = max(map(len, re.split(r"[\r\n]", text)))  # no IRI and no name holds a line end
    parts = sum(map(text.count, ",;.])"))
    items = len(text) if "(" in text else 0
    return parts * (_NAMES * longest + _TRIPLE) + items * _ITEM <= MAX_UNFOLDED


def _deepest(text: str) -> int:
    """Return how deep brackets nest in a well-formed text; in any other at least so much as its reader meets."""
    depth = deepest = 0
    for piece in _BRACKETS.findall(text):
        depth += (piece in "[({") - (piece in "])}")
        deepest = max(deepest, depth)
    return deepest


def complaints(
    files: Sequence[tuple[str, bytes]], *, seconds: float = SECONDS, memory: int = MAX_MEMORY_BYTES
) -> list[str]:
    """Return for each file (path, content), in their order, what its reader says is wrong, or ''.

    A complaint is one sentence that begins with the place. The kind of a file is told from its ending.
    """
    found: list[str] = []
    while len(found) < len(files):
        rest = files[len(found) :]
        lines, over = _child(rest, seconds, memory)
        found += lines
        if len(lines) < len(rest):
            path = rest[len(lines)][0]
            why = f"needs more than {seconds:g} seconds" if over else f"needs more than {memory >> 20} MiB of memory"
            found.append(f"{path}: reading this file {why} or nests too deeply. Make it smaller or simpler.")
    return found


def _child(files: Sequence[tuple[str, bytes]], seconds: float, memory: int) -> tuple[list[str], bool]:
    heads = json.dumps([memory, [[path, len(content)] for path, content in files]]).encode()
    request = b"%d\n" % len(heads) + heads + b"".join(content for _, content in files)
    command = [sys.executable, "-P", "-m", "leukograph.intake"]
    over = False
    try:
        done = subprocess.run(command, input=request, capture_output=True, timeout=seconds, check=False)  # noqa: S603
        out = done.stdout
    except subprocess.TimeoutExpired as error:
        out, over = error.stdout or b"", True
    return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith(b"\n")], over


def main() -> None:
    """Read what stands on standard input and write one line, a complaint in JSON, for each file that was read."""
    memory, heads = json.loads(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))
    limits.cap("RLIMIT_AS", memory)
    limits.cap("RLIMIT_CORE", 0)
    import pyoxigraph as ox

    from leukograph import engine

    limits.cap("RLIMIT_NOFILE", 0)
    for path, length in heads:
        content, words = sys.stdin.buffer.read(length), ""
        try:
            size = 0
            for quad in ox.parse(content, format=engine.FORMATS[os.path.splitext(path)[1].lower()]):
                size += _TRIPLE + len(str(quad))
                if size > MAX_UNFOLDED:
                    words = f"{path}: this unfolds to more than {MAX_UNFOLDED >> 20} MiB. Split it into smaller files."
                    break
        except SyntaxError as error:
            words = engine.complaint(path, error)
        except MemoryError as error:
            if "buffer" not in str(error):
                raise
            words = f"{path}: one text or name here is larger than 16 MiB. Keep large texts out of the graph."
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
