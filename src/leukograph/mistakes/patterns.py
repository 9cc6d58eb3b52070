"""Reads the patterns of a query: groups, triples and paths, and says where one is none."""

from leukograph.mistakes.expressions import Expressions
from leukograph.mistakes.tokens import BLANK, END, IRI, NAME, NUMBER, TEXT, VARIABLE, WORD, Token

_WITHIN = ("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "UNION", "LATERAL")
_BEHIND = ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FROM")
_TRUTHS = ("TRUE", "FALSE")
_TERMS = (VARIABLE, IRI, NAME, BLANK, TEXT, NUMBER)
_JOINS = ("AND", "&&", "OR", "||", ",", ";")


class Patterns(Expressions):
    """A cursor that reads patterns; `bound` has every variable that the query has met in one."""

    bound: set[str]

    def select(self) -> None:
        """Read a SELECT within a group."""
        raise NotImplementedError

    def group(self) -> None:
        """Read a group in braces, with all that it holds."""
        self.open("{", f"the pattern stands in braces. Write {{ before {self.found}.")
        outside, self.bound = self.bound, set()
        if self.sees("SELECT"):
            self.select()
        else:
            self._content()
        self.close()
        self.bound |= outside

    def _content(self) -> None:
        while not self.sees("}"):
            if self._starts_triples():
                self.triples()
                if self._starts_triples():
                    self.wrong(f"a dot is missing between two patterns. Write . before {self.found}.")
                if self.sees("."):
                    self._dot()
            elif self.sees("{"):
                self.group()
                while self.skip("UNION"):
                    self.group()
            elif self.sees(*_WITHIN):
                self._named()
                if self.sees("."):
                    self._dot()
            else:
                self._stray()

    def _dot(self) -> None:
        self.take()
        if self.sees("."):
            self.wrong("there is a dot too many. Take one out.")

    def _stray(self) -> None:
        """Complain of what begins no pattern."""
        self.refuse_bare_mark()
        if self.sees(*_BEHIND):
            opened = self._open[-1]
            words = f"the {{ opened at {self.at(opened)} is not closed before {self.now.upper}. Write }} before it."
            self.wrong(words)
        if self.sees("SELECT"):
            self.wrong("a SELECT within a pattern stands in braces of its own. Write { before it and } behind.")
        if self.sees(*_JOINS):
            self.wrong(f"patterns are not joined by {self.found}. Write a dot in its place.")
        if self.sees("."):
            self.wrong("there is a dot without a pattern before it. Take it out.")
        if self.sees("EXISTS", "NOT"):
            self.wrong(f"{self.now.upper} stands in a FILTER. Write FILTER before it.")
        if self.now.kind == WORD:
            self.misspelt(_WITHIN, f"{self.found} is no keyword and no name. {self._name_of(self.now)}")
        self.wrong(f"{self.found} begins no pattern. Write a pattern such as ?subject ?predicate ?object.")

    @staticmethod
    def _name_of(token: Token) -> str:
        return f"Write ?{token.text} for a variable, or a prefix and a colon before it."

    def _named(self) -> None:
        """Read what a keyword begins."""
        keyword = self.take().upper
        if keyword == "UNION":
            self.wrong("UNION joins groups in braces. Write { … } UNION { … }.", self._tokens[self._place - 1])
        if keyword in ("OPTIONAL", "MINUS", "LATERAL"):
            self.open_group(keyword)
        elif keyword in ("GRAPH", "SERVICE"):
            self.skip("SILENT")
            self._variable_or_iri(f"{keyword} names no graph. Write a variable or an IRI before {self.found}.")
            self.open_group(keyword)
        elif keyword == "FILTER":
            self.constraint(keyword)
        elif keyword == "VALUES":
            self.values()
        else:
            self.open("(", f"BIND stands with parentheses. Write BIND(… AS ?name) in place of {self.found}.")
            self.expression()
            self.name_of_value("BIND")
            self.close()

    def open_group(self, keyword: str) -> None:
        """Read the group behind a keyword."""
        if not self.sees("{"):
            self.wrong(f"{keyword} has its pattern in braces. Write {{ before {self.found}.")
        self.group()

    def name_of_value(self, where: str) -> Token:
        """Read `AS ?name`, which names the value of an expression."""
        self.refuse_other_operators()
        if not self.skip("AS"):
            self.wrong(f"an expression in {where} needs a name. Write AS ?name before {self.found}.")
        variable = self.variable("a variable is missing behind AS. Write one, such as ?name.")
        if where == "BIND" and variable.text[1:] in self.bound:
            self.wrong(f"{variable.text} has a value before this BIND. Take another name.", variable)
        self.bound.add(variable.text[1:])
        return variable

    def values(self) -> None:
        """Read the variables and rows of VALUES."""
        if self.now.kind == VARIABLE:
            self.bound.add(self.take().text[1:])
            width = None
        else:
            self.open("(", f"VALUES names no variable. Write one, or several in parentheses, before {self.found}.")
            width = 0
            while self.now.kind == VARIABLE:
                self.bound.add(self.take().text[1:])
                width += 1
            self.close()
        self.open("{", f"VALUES has its rows in braces. Write {{ before {self.found}.")
        while not self.sees("}"):
            if width is None:
                self._value()
                continue
            row = self.now
            self.open("(", f"a row of VALUES stands in parentheses. Write ( before {self.found}.")
            count = 0
            while not self.sees(")"):
                self._value()
                count += 1
            self.close()
            if count != width:
                self.wrong(
                    f"the values of this row are {count}, the variables {width}. Give one for each, or UNDEF.", row
                )
        self.close()

    def _value(self) -> None:
        if self.sees("+", "-"):
            self.take()
        if self.now.kind in (IRI, NAME):
            self.iri("")
        elif self.now.kind == TEXT:
            self.text()
        elif self.now.kind == NUMBER or self.sees("UNDEF", *_TRUTHS):
            self.take()
        elif self.sees(","):
            self.wrong("values stand without commas. Take it out.")
        else:
            self.misspelt(("UNDEF", *_TRUTHS), f"{self.found} is no value. Write an IRI, a text, a number or UNDEF.")

    def _starts_triples(self) -> bool:
        return self.now.kind in _TERMS or self.sees("(", "[", "+", "-", *_TRUTHS)

    def triples(self) -> None:
        """Read a subject with its predicates and objects."""
        alone = self.sees("(", "[")
        subject = self.now
        self.term("subject")
        if alone and (self.sees(".", "}") or self.now.kind == END):
            return
        self._predicates(subject)

    def _predicates(self, subject: Token) -> None:
        if self.sees("}", ".", ";", ","):
            self.wrong(f"the pattern of {subject.shown} lacks predicate and object. Write both before {self.found}.")
        while True:
            predicate = self.now
            self._predicate()
            self._object(predicate)
            while self.skip(","):
                self._object(predicate)
            if not self.sees(";"):
                return
            while self.skip(";"):
                pass
            if self.sees(".", "}", "]"):
                return

    def _predicate(self) -> None:
        if self.now.kind == VARIABLE:
            variable = self.take()
            self.bound.add(variable.text[1:])
            self.refuse_hyphen(variable)
            return
        if self.now.kind in (TEXT, NUMBER, BLANK):
            kind = {TEXT: "a text", NUMBER: "a number", BLANK: "a blank node"}[self.now.kind]
            self.wrong(f"{kind} cannot be a predicate. Write an IRI, a prefixed name or a variable.")
        self._path()

    def _path(self) -> None:
        while True:
            self.skip("^")
            self._step()
            self.skip("*", "?", "+")
            if not self.skip("/", "|"):
                return

    def _step(self) -> None:
        if self.skip("!"):
            if self.sees("("):
                self.open("(", "")
                self._path()
                self.close()
                return
            self.skip("^")
        if self.sees("("):
            self.open("(", "")
            self._path()
            self.close()
        elif self.now.kind == WORD and self.now.text == "a":
            self.take()
        elif self.now.kind == WORD and not self.sees(*_WITHIN):
            self.wrong(f"{self.found} is no predicate. {self._name_of(self.now)}")
        else:
            self.refuse_bare_mark()
            self.iri(f"a predicate is missing before {self.found}. Write an IRI, a prefixed name or a variable.")

    def _object(self, predicate: Token) -> None:
        if self.sees("}", ".", ";", "]", ","):
            self.wrong(f"the pattern lacks its object behind {predicate.shown}. Write one before {self.found}.")
        self.term("object")

    def term(self, what: str) -> None:
        """Read a subject or an object."""
        token = self.now
        if token.kind == VARIABLE:
            self.take()
            self.bound.add(token.text[1:])
            self.refuse_hyphen(token)
        elif token.kind in (IRI, NAME):
            self.iri("")
        elif token.kind == TEXT:
            self.text()
        elif token.kind in (BLANK, NUMBER) or self.sees(*_TRUTHS):
            self.take()
        elif self.sees("+", "-") and self.behind.kind == NUMBER:
            self.take()
            self.take()
        elif self.sees("("):
            self.open("(", "")
            while not self.sees(")"):
                self.term("member of a list")
            self.close()
        elif self.sees("["):
            self.open("[", "")
            self._predicates(token)
            self.close()
        else:
            self.refuse_bare_mark()
            if token.kind == WORD and not self.sees(*_WITHIN, *_BEHIND):
                self.wrong(f"{self.found} is no {what}. {self._name_of(token)}")
            self.wrong(f"the {what} is missing before {self.found}. Write a variable, an IRI or a prefixed name.")

    def _variable_or_iri(self, words: str) -> None:
        if self.now.kind == VARIABLE:
            self.bound.add(self.take().text[1:])
        else:
            self.refuse_bare_mark()
            self.iri(words)
