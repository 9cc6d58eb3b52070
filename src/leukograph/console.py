"""Prints: answers on standard output, talk on standard error, and how wide and how coloured the terminal is."""

import os
import sys

from leukograph import formats
from leukograph.errors import CallError

_NARROWEST, _USUAL = 40, 100


def prepare() -> None:
    """Make sure that there is a standard output, and that no character can fail on the way to it."""
    if sys.stdout is None:
        raise CallError("standard output is closed. Open it, or give --output.")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and "utf" not in str(getattr(stream, "encoding", "")).lower():
            reconfigure(errors="backslashreplace")


def tell(words: str) -> None:
    """Say something on standard error, with unseen characters shown."""
    if sys.stderr is not None:
        line = formats.visible(words).replace("\n", "\\n")
        sys.stderr.write(f"leukograph: {line}\n")


def out(text: str, path: str | None = None) -> None:
    """Print an answer, or write it to a file, whole or not at all."""
    if path is None:
        sys.stdout.write(text)
    else:
        from leukograph import files

        files.write(path, text.encode("utf-8", "surrogatepass"))


def raw(content: bytes) -> None:
    """Print UTF-8 bytes as they are, line ends too."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # somebody reads text in its place
        sys.stdout.write(content.decode())
    else:
        sys.stdout.flush()
        buffer.write(content)


def flush() -> None:
    """Let whoever reads the answer have it now."""
    sys.stdout.flush()


def progress(words: str) -> None:
    """Show on a terminal what is being done, in one line that the next one replaces; no words take it away."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words and f'leukograph: {words} …'}")
        sys.stderr.flush()


def width() -> int:
    """Return how many characters a line has: COLUMNS, the terminal's own width, or 100; never below 40."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal():
        return max(int(asked), _NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, _NARROWEST)
    except (OSError, ValueError):
        return _USUAL


def colour() -> bool:
    """Tell whether to colour: only on a terminal, and never where NO_COLOR is set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def standard_input() -> str:
    """Return what somebody gives on standard input, which is UTF-8, or raise CallError."""
    if sys.stdin is None:
        raise CallError("standard input is closed. Open it, or name a file.")
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CallError(f"standard input: byte {error.start} is not UTF-8. Give the query as UTF-8.") from None
