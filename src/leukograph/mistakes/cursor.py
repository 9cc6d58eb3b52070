"""Walks over the tokens of a query, knows which brackets are open and which prefixes are declared, and complains."""

import re
from typing import NoReturn

from leukograph.errors import nearest
from leukograph.mistakes.tokens import END, IRI, MARK, NAME, VARIABLE, WORD, Mistake, Token
from leukograph.names import PREFIXES

CLOSING = {"{": "}", "(": ")", "[": "]"}
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


class Cursor:
    """A place among the tokens of a query."""

    def __init__(self, sparql: str, tokens: list[Token], ended: Mistake | None) -> None:
        """Begin at the first token; `ended` is what is wrong behind the last one."""
        self._sparql, self._tokens, self._ended = sparql, tokens, ended
        self._place = 0
        self._open: list[Token] = []
        self.prefixes: set[str] = set()
        self.has_base = False

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._place]

    @property
    def behind(self) -> Token:
        """The token after the one that comes next."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Step over a token and return it."""
        token = self.now
        self._place += token.kind != END
        return token

    def sees(self, *words: str) -> bool:
        """Tell whether one of these keywords or marks comes next."""
        return self.now.upper in words and bool(self.now.upper)

    def skip(self, *words: str) -> bool:
        """Step over one of these, if it comes next."""
        found = self.sees(*words)
        if found:
            self.take()
        return found

    def open(self, mark: str, words: str) -> None:
        """Step over an opening bracket; where it is missing, `words` say so."""
        if not self.sees(mark):
            self.wrong(words)
        self._open.append(self.take())

    def close(self, words: str = "") -> None:
        """Step over what closes the bracket opened last; where it is missing, `words` say so, or what was opened."""
        opened = self._open[-1]
        mark = CLOSING[opened.text]
        if not self.sees(mark):
            bracket = f"the {opened.text} opened at {self.at(opened)}"
            self.wrong(words or f"{self.found} stands where {bracket} should end or go on. Write {mark} before it.")
        self.take()
        self._open.pop()

    def at(self, token: Token) -> str:
        """Return the place of a token as LINE:COLUMN."""
        return "{}:{}".format(*place(self._sparql, token.start))

    @property
    def found(self) -> str:
        """What comes next, as a sentence names it."""
        return self.now.shown or "the end"

    def wrong(self, words: str, token: Token | None = None) -> NoReturn:
        """Complain at a token, or at the one that comes next; a bracket that is open, or closed wrongly, goes first."""
        token = token or self.now
        if token.kind == END:
            if self._ended:
                raise self._ended
            if self._open:
                self._unclosed(self._open[-1], token, "at the end")
        if self._open and token is self.now and token.text in CLOSING.values():
            opened = self._open[-1]
            if all(token.text != CLOSING[one.text] for one in self._open):
                raise Mistake(token.start, f"{token.text} closes nothing. Take it out, or open it before.")
            if token.text != CLOSING[opened.text]:
                self._unclosed(opened, token, f"before {token.text}")
        raise Mistake(token.start, words)

    def _unclosed(self, opened: Token, token: Token, where: str) -> NoReturn:
        closing = CLOSING[opened.text]
        raise Mistake(
            token.start, f"the {opened.text} opened at {self.at(opened)} is not closed. Write {closing} {where}."
        )

    def misspelt(self, known: tuple[str, ...], otherwise: str) -> NoReturn:
        """Complain of a word that comes next: with the nearest keywords, or `otherwise`."""
        near = nearest(self.now.upper, known) if self.now.kind == WORD else ""
        self.wrong(f"{self.found} is no keyword.{near}" if near else otherwise)

    def variable(self, words: str) -> Token:
        """Step over a variable; where none is, `words` say so."""
        if self.now.kind == VARIABLE:
            return self.take()
        self.refuse_bare_mark()
        if self.now.kind == WORD:
            self.wrong(f"{self.found} is no variable. Write ?{self.now.text}.")
        self.wrong(words)
        return None

    def refuse_bare_mark(self) -> None:
        """Complain of a `?` or `$` without a name."""
        if self.now.kind == MARK and self.now.text in ("?", "$"):
            self.wrong(f"the variable behind {self.now.text} has no name. Write one, such as ?name.")

    def refuse_hyphen(self, variable: Token) -> None:
        """Complain of a name of a variable that goes on with a hyphen."""
        end = variable.start + len(variable.text)
        if self.sees("-") and self.now.start == end and self.behind.kind == WORD and self.behind.start == end + 1:
            better = f"{variable.text}_{self.behind.text}"
            self.wrong(f"a variable has letters, digits and _ alone in its name. Write {better}.", variable)

    def iri(self, words: str) -> None:
        """Step over an IRI or a prefixed name that is declared; where none is, `words` say so."""
        if self.now.kind == IRI:
            if not self.has_base and not _ABSOLUTE.match(self.now.text):
                self.wrong(f"the IRI {self.found} is relative, and the query has no BASE. Write it in full.")
        elif self.now.kind == NAME:
            prefix = self.now.text.partition(":")[0] + ":"
            if prefix not in self.prefixes:
                known = PREFIXES.get(prefix[:-1], "")
                near = "" if known else nearest(prefix, sorted(self.prefixes))
                meant = f"<{known}>" if known else "and its IRI in < and >"
                self.wrong(f"the prefix {prefix} is not declared.{near} Write PREFIX {prefix} {meant} at the top.")
        else:
            self.wrong(words)
        self.take()


def place(sparql: str, start: int) -> tuple[int, int]:
    """Return line and column of an offset, both counted from one."""
    before = sparql[:start].replace("\r\n", " \n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
