"""What tests of the command share: a call of it in this process, with what it printed and said."""

import contextlib
import io
from typing import NamedTuple

from leukograph.cli import main


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def call(*words: str) -> Ran:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            code = main(list(words))
        except SystemExit as left:
            code = int(str(left.code))
    return Ran(code, out.getvalue(), err.getvalue())
