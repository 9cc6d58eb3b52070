"""What can go wrong, each as one sentence: where, what is wrong, what to do."""

from collections.abc import Iterable


class LeukographError(Exception):
    """Base of every error that this package raises on purpose; `exit_code` is what the command returns."""

    exit_code = 2


class CallError(LeukographError):
    """The call is wrong: an unknown name, a missing or surplus parameter, a file that cannot be read."""


class FileError(LeukographError):
    """A file cannot be read or does not parse; the message begins with `path:line:column` where known."""


class DataError(LeukographError):
    """The data is wrong, although every file parses: a contradiction, a page that cannot be proved."""

    exit_code = 1


class LimitError(LeukographError):
    """A query was stopped because it passed its limit of time, memory or rows."""


class EndpointError(LeukographError):
    """A store elsewhere cannot be reached, refuses, or answers what cannot be read; the message says what stands."""


class StoppedError(LeukographError):
    """Somebody stopped the work; the message says what stands."""

    exit_code = 130


def at(path: str, line: int | None = None, column: int | None = None) -> str:
    """Return a place as `path:line:column`, with line and column counted from one and left out where unknown."""
    return ":".join([path, *(str(number) for number in (line, column) if number is not None)])


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` Nearest: …` and a full stop with those known words that one may have meant, '' where there are none."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f" Nearest: {', '.join(near)}." if near else ""
