"""Reads the options of a call: the one room of argparse, which is only entered where it is needed."""

from argparse import Action, ArgumentError, ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from textwrap import wrap
from typing import Any, NoReturn

from leukograph.errors import CallError, nearest
from leukograph.formats import ANSWER_FORMATS
from leukograph.names import COMPILED, ENGINES
from leukograph.profiles import AUTHS, PROFILES

MAX_SECONDS = 10_000_000


class Once(Action):
    """Keeps the value of an option, and refuses a second one, which argparse would let win unseen."""

    def __call__(self, parser: ArgumentParser, namespace: Namespace, values: object, option: str | None = None) -> None:
        """Keep the value, or raise CallError where the same call has given one already."""
        given = parser.given if isinstance(parser, Parser) else set()
        if option and self.dest in given:
            raise CallError(f"--{self.dest.replace('_', '-')} is given twice. Give it once.")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


class Parser(ArgumentParser):
    """An argument parser for one call, whose complaint is one sentence, as a CallError."""

    def __init__(self, **how: Any) -> None:
        """Take what argparse takes; nothing is given yet."""
        super().__init__(**how)
        self.given: set[str] = set()
        for name in (None, "store"):
            self.register("action", name, Once)

    def _check_value(self, action: Action, value: object) -> None:
        """Complain of what is none of the choices, with the nearest of them."""
        if action.choices is not None and value not in action.choices:
            known = [str(one) for one in action.choices]
            what = f"invalid choice: {value!r}.{nearest(str(value), known)} Choices are {', '.join(known)}"
            raise ArgumentError(action, what)

    def error(self, message: str) -> NoReturn:
        """Raise CallError with argparse's complaint, the options there are, and where help is."""
        if message.startswith("unrecognized arguments"):
            known = sorted(name for name in self._option_string_actions if name.startswith("--") and name != "--help")
            message += f". Options are {', '.join(known)}" if known else ". There are no options"
        raise CallError(f"{' '.join(message.split()).rstrip('.')}. See `{self.prog} --help`.")


class Formatter(RawDescriptionHelpFormatter):
    """Shows description and examples as they are written, per cent signs among them."""

    def _format_text(self, text: str) -> str:
        width = max(self._width - self._current_indent, 11)
        lines = [part for line in text.splitlines() for part in self._fitted(line, width)]
        return self._fill_text("\n".join(lines), width, " " * self._current_indent) + "\n\n"

    @staticmethod
    def _fitted(line: str, width: int) -> list[str]:
        """Wrap a line of a description; an example, which is indented, stays one."""
        if line.startswith(" ") or len(line) <= width:
            return [line]
        return wrap(line, width, break_long_words=False, break_on_hyphens=False)


def parser(name: str, description: str, examples: str) -> Parser:
    """Return a parser for the verb `name`; both texts are shown as they stand."""
    return Parser(prog=name, description=description, epilog=examples, formatter_class=Formatter, allow_abbrev=False)


def verbatim(text: str) -> str:
    """Return the help of one option so that argparse shows it as it stands."""
    return text.replace("%", "%%")


def answer_options(parser: ArgumentParser) -> None:
    """Add the options of every verb that gives an answer."""
    parser.add_argument("--format", choices=ANSWER_FORMATS, default="table", help="default table")
    parser.add_argument("--output", type=file, metavar="FILE", help="write to a file, whole or not at all")


def engine_option(parser: ArgumentParser) -> None:
    """Add the option that says by which engine the meaning of a graph is worked out."""
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default=COMPILED,
        help="rules compiled to SPARQL, or the slow engines that they are compared with; default %(default)s",
    )


def store_options(parser: ArgumentParser) -> None:
    """Add the options that say what kind of store one talks to, and who one is to it."""
    parser.add_argument("--store", choices=[*PROFILES], help="what kind of store it is; default oxigraph")
    parser.add_argument("--auth", choices=AUTHS, help="how it asks for a password; default: as that kind does")
    parser.add_argument(
        "--credentials", type=file, metavar="FILE", help="user and password, or token; yours alone to read"
    )


def endpoint_options(parser: ArgumentParser) -> None:
    """Add the options of every verb that can ask a store elsewhere."""
    parser.add_argument(
        "--endpoint", metavar="URL|FILE.toml", help="the graphs published there instead of the files here"
    )
    store_options(parser)


def file(text: str) -> str:
    """Return the name of a file, which is never empty, nor `-`, which elsewhere stands for what is no file."""
    if text in ("", "-"):
        raise ArgumentTypeError("'-' is no file here; name one" if text else "name a file")
    return text


def seconds(text: str) -> float:
    """Return a time limit in seconds, more than none and less than MAX_SECONDS."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < MAX_SECONDS:
        raise ArgumentTypeError(f"{text!r} is no number of seconds above 0 and below {MAX_SECONDS}")
    return number


def count(text: str) -> int:
    """Return a whole number of at least one."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return number
