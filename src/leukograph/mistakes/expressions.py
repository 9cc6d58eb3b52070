"""Reads the expressions of a query and says where one is none."""

from leukograph.errors import nearest
from leukograph.mistakes.cursor import Cursor
from leukograph.mistakes.tokens import BLANK, IRI, LANGUAGE, NAME, NUMBER, TEXT, VARIABLE, WORD, Token

_ANY = 10_000
AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
# Every function with the least and the most arguments it takes.
FUNCTIONS = {
    **dict.fromkeys(("STR", "LANG", "DATATYPE", "IRI", "URI", "ABS", "CEIL", "FLOOR", "ROUND", "STRLEN"), (1, 1)),
    **dict.fromkeys(("UCASE", "LCASE", "ENCODE_FOR_URI", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES"), (1, 1)),
    **dict.fromkeys(("SECONDS", "TIMEZONE", "TZ", "MD5", "SHA1", "SHA256", "SHA384", "SHA512"), (1, 1)),
    **dict.fromkeys(("ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "BOUND"), (1, 1)),
    **dict.fromkeys(("ISTRIPLE", "SUBJECT", "PREDICATE", "OBJECT", "LANGDIR", "HASLANG", "HASLANGDIR"), (1, 1)),
    **dict.fromkeys(("LANGMATCHES", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER"), (2, 2)),
    **dict.fromkeys(("STRLANG", "STRDT", "SAMETERM"), (2, 2)),
    **dict.fromkeys(("RAND", "NOW", "UUID", "STRUUID"), (0, 0)),
    **dict.fromkeys(("IF", "TRIPLE", "STRLANGDIR"), (3, 3)),
    **dict.fromkeys(("CONCAT", "COALESCE"), (0, _ANY)),
    "REGEX": (2, 3),
    "SUBSTR": (2, 3),
    "REPLACE": (3, 4),
    "BNODE": (0, 1),
    "ADJUST": (1, 2),
}
_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
_JOINED = ("||", "&&", *_COMPARISONS, "+", "-", "*", "/")
_TRUTHS = ("TRUE", "FALSE")
_INSTEAD = {"AND": "&&", "OR": "||", "&": "&&", "|": "||", "LIKE": "REGEX(…)"}


class Expressions(Cursor):
    """A cursor that reads expressions."""

    aggregated: Token | None = None
    _may_aggregate = False

    def group(self) -> None:
        """Read a group in braces, which EXISTS has behind it."""
        raise NotImplementedError

    def expression(self, *, aggregates: bool = False) -> None:
        """Read an expression, in which aggregates may stand or not."""
        before, self._may_aggregate = self._may_aggregate, aggregates
        self._joined()
        self._may_aggregate = before

    def constraint(self, keyword: str, *, aggregates: bool = False) -> None:
        """Read what stands behind FILTER or HAVING: parentheses, or a call of a function."""
        if self.now.kind in (IRI, NAME) or (self.now.kind == WORD and not self.sees(*_TRUTHS)):
            before, self._may_aggregate = self._may_aggregate, aggregates
            self._primary()
            self._may_aggregate = before
            return
        self.refuse_bare_mark()
        self.open("(", f"the condition of {keyword} stands in parentheses. Write {keyword} ( before {self.found}.")
        self.expression(aggregates=aggregates)
        self.end_of_expression()

    def end_of_expression(self) -> None:
        """Step over the `)` behind an expression."""
        self.refuse_other_operators()
        self.close()

    def refuse_other_operators(self) -> None:
        """Complain of operators of other languages."""
        if self.now.upper in _INSTEAD:
            self.wrong(f"{self.found} joins no expressions. Write {_INSTEAD[self.now.upper]}.")

    def _joined(self) -> None:
        self._unary()
        while True:
            if self.skip(*_JOINED):
                if self.sees("=", "&", "|"):
                    self.wrong("this operator is none of SPARQL. Write = to compare, && and || to join.")
                self._unary()
            elif self.sees("IN") or (self.sees("NOT") and self.behind.upper == "IN"):
                self.skip("NOT")
                self.take()
                self.open("(", f"the list of IN stands in parentheses. Write ( before {self.found}.")
                self._list()
            else:
                return

    def _unary(self) -> None:
        while self.skip("!", "-", "+"):
            pass
        self._primary()

    def _primary(self) -> None:
        token = self.now
        if token.kind == VARIABLE:
            self.take()
        elif token.kind in (IRI, NAME):
            self.iri("")
            if self.sees("("):
                self.open("(", "")
                self.skip("DISTINCT")
                self._list()
        elif token.kind == TEXT:
            self.text()
        elif token.kind == NUMBER or self.sees(*_TRUTHS):
            self.take()
        elif self.sees("("):
            self.open("(", "")
            self._joined()
            self.end_of_expression()
        elif self.sees("EXISTS", "NOT"):
            if self.skip("NOT") and not self.sees("EXISTS"):
                self.misspelt(
                    ("EXISTS", "IN"), f"{self.found} stands behind NOT. Write NOT EXISTS {{ … }}, or ! before."
                )
            self.take()
            self.group()
        elif token.kind == WORD:
            self._call()
        else:
            self.refuse_bare_mark()
            what = "a blank node is no value of an expression" if token.kind == BLANK else "a value is missing"
            self.wrong(f"{what} before {self.found}. Write a variable, a number, a text or a function.")

    def text(self) -> None:
        """Read a text with its language or type."""
        self.take()
        if self.now.kind == LANGUAGE:
            self.take()
        elif self.skip("^^"):
            self.iri("the type behind ^^ is missing. Write an IRI or a prefixed name.")

    def _call(self) -> None:
        name = self.now
        known = (*FUNCTIONS, *AGGREGATES)
        if name.upper not in known:
            near = nearest(name.upper, (*known, "EXISTS", "true", "false"))
            if self.behind.text == "(":
                self.wrong(f"{name.shown} is no function.{near or ' Write one of SPARQL, or the IRI of one.'}")
            better = near or f" Write ?{name.text} for a variable, or quotes around a text."
            self.wrong(f"{name.shown} is no value.{better}")
        self.take()
        self.open("(", f"{name.upper} is a function. Write its arguments in parentheses behind it.")
        if name.upper in AGGREGATES:
            self._aggregate(name)
            return
        count = self._list()
        least, most = FUNCTIONS[name.upper]
        if not least <= count <= most:
            takes = str(least) if least == most else f"{least} to {most}"
            noun = "argument" if takes == "1" else "arguments"
            self.wrong(f"{name.upper} takes {takes} {noun}, not {count}. Give as many.", name)

    def _aggregate(self, name: Token) -> None:
        if not self._may_aggregate:
            self.wrong(
                f"{name.upper} counts over groups, so it stands in SELECT, HAVING or ORDER BY alone. Move it.", name
            )
        self.aggregated = self.aggregated or name
        self.skip("DISTINCT")
        if name.upper == "COUNT" and self.skip("*"):
            self.close()
            return
        self._joined()
        if name.upper == "GROUP_CONCAT" and self.skip(";"):
            if not self.skip("SEPARATOR"):
                self.misspelt(("SEPARATOR",), 'behind ; of GROUP_CONCAT stands SEPARATOR. Write SEPARATOR = ", ".')
            if not self.skip("=") or self.now.kind != TEXT:
                self.wrong('SEPARATOR has a text. Write SEPARATOR = ", ".')
            self.take()
        self.end_of_expression()

    def _list(self) -> int:
        """Read expressions up to `)`, and return how many they are."""
        count = 0
        while not self.sees(")"):
            self._joined()
            count += 1
            if not self.skip(","):
                break
            if self.sees(")"):
                self.wrong("an argument is missing behind the comma. Write it, or take the comma out.")
        self.end_of_expression()
        return count
