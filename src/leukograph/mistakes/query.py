"""Reads a whole query, and says in a sentence what is wrong with the first thing that is."""

from leukograph.mistakes.cursor import place
from leukograph.mistakes.expressions import AGGREGATES, FUNCTIONS
from leukograph.mistakes.patterns import Patterns
from leukograph.mistakes.tokens import END, IRI, NAME, NUMBER, VARIABLE, WORD, Mistake, Token, tokens

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_WRITE_FORM = "Write SELECT, ASK, CONSTRUCT or DESCRIBE."


def mistake(sparql: str) -> tuple[int, int, str] | None:
    """Return line, column and a sentence for what is wrong with a query; None where nothing is found.

    A query of extensions of SPARQL 1.1 may be called wrong, so ask only where the engine has refused it.
    """
    try:
        Query(sparql, *tokens(sparql)).query()
    except Mistake as found:
        return (*place(sparql, found.start), found.words)
    except RecursionError:
        return None
    return None


class Query(Patterns):
    """A cursor that reads queries."""

    def query(self) -> None:
        """Read the query from begin to end."""
        self.bound = set()
        self._prologue()
        form = self.now
        if self.sees(*_UPDATES):
            self.wrong(f"{form.upper} writes, and a query only reads. {_WRITE_FORM}")
        if form.kind == END:
            self.wrong(f"there is no query here. {_WRITE_FORM}")
        if not self.sees(*_FORMS):
            self.misspelt(("PREFIX", "BASE", *_FORMS), f"a query does not begin with {self.found}. {_WRITE_FORM}")
        if form.upper == "SELECT":
            self.select()
        else:
            {"ASK": self._ask, "CONSTRUCT": self._construct, "DESCRIBE": self._describe}[form.upper]()
        if self.now.kind != END:
            self._surplus()
        if self._ended:
            raise self._ended

    def _prologue(self) -> None:
        while self.sees("PREFIX", "BASE"):
            if self.take().upper == "BASE":
                if self.now.kind != IRI:
                    self.wrong("BASE has an IRI in < and >. Write it.")
                self.iri("")
                self.has_base = True
                continue
            name = self.now
            if name.kind == WORD:
                self.wrong(f"the prefix {name.shown} lacks its colon. Write {name.text}: in its place.")
            if name.kind != NAME or not name.text.endswith(":"):
                self.wrong(
                    "PREFIX has a name that ends in a colon. Write one, such as PREFIX ex: <https://example.org/>."
                )
            self.take()
            if self.now.kind != IRI:
                self.wrong(f"the prefix {name.shown} has no IRI in < and >. Write it behind the colon.")
            self.iri("")
            self.prefixes.add(name.text)

    def select(self) -> None:
        """Read a SELECT, alone or within a group."""
        self.take()
        self.skip("DISTINCT", "REDUCED")
        star = self.now if self.skip("*") else None
        before, self.aggregated = self.aggregated, None
        plain: list[Token] = []
        named: list[Token] = []
        while not star and not self.sees("WHERE", "FROM", "{") and self.now.kind != END:
            self._column(plain, named)
        if not star and not plain and not named:
            self.wrong("SELECT names no variable. Write * or variables, such as ?name, behind it.")
        self._refuse_doubled([*plain, *named])
        aggregate, self.bound = self.aggregated, set()
        self._where("SELECT")
        for one in named:
            if one.text[1:] in self.bound:
                self.wrong(f"{one.text} has a value in the pattern already. Take another name.", one)
        keys = self._modifiers()
        if keys is not None and star:
            self.wrong("SELECT * cannot stand with GROUP BY. Name the variables.", star)
        for one in plain:
            if (keys is not None or aggregate) and one.text[1:] not in (keys or ()):
                advice = f"Write GROUP BY {one.text}" if keys is None else f"Add {one.text} to GROUP BY"
                words = f"{one.text} is neither grouped by nor an aggregate."
                self.wrong(f"{words} {advice}, or write (SAMPLE({one.text}) AS ?one).", one)
        self.bound = {one.text[1:] for one in (*plain, *named)} or self.bound
        self.aggregated = before

    def _column(self, plain: list[Token], named: list[Token]) -> None:
        token = self.now
        if token.kind == VARIABLE:
            plain.append(self.take())
            self.refuse_hyphen(token)
        elif self.sees("("):
            self.open("(", "")
            self.expression(aggregates=True)
            named.append(self.name_of_value("SELECT"))
            self.close()
        elif self.sees(","):
            self.wrong("variables of SELECT stand without commas. Take it out.")
        elif token.kind == WORD and token.upper in (*AGGREGATES, *FUNCTIONS):
            self.wrong(f"an expression in SELECT stands in parentheses. Write ({token.upper}(…) AS ?name).")
        elif token.kind != WORD:
            self.refuse_bare_mark()
            self.wrong(f"{self.found} stands before the pattern of the query. Write WHERE {{ before the pattern.")
        elif self.behind.text == "{":
            self.misspelt(("WHERE",), f"{self.found} is no variable. Write ?{token.text}.")
        else:
            self.variable("")

    def _refuse_doubled(self, columns: list[Token]) -> None:
        seen: set[str] = set()
        for one in sorted(columns, key=lambda token: token.start):
            if one.text[1:] in seen:
                self.wrong(f"{one.text} stands twice in SELECT. Take one out.", one)
            seen.add(one.text[1:])

    def _where(self, form: str) -> None:
        while self.skip("FROM"):
            self.skip("NAMED")
            self.iri(f"FROM names no graph. Write its IRI in < and > before {self.found}.")
        if not self.skip("WHERE") and self.now.kind == WORD:
            self.misspelt(("WHERE", "FROM"), f"{self.found} stands where the pattern of {form} begins. Write WHERE {{.")
        if self.now.kind == END and not self._ended:
            self.wrong(f"the pattern of {form} is missing. Write WHERE {{ … }}.")
        self.group()

    def _ask(self) -> None:
        self.take()
        self._where("ASK")
        self._modifiers()

    def _describe(self) -> None:
        self.take()
        if not self.skip("*"):
            if self.now.kind not in (VARIABLE, IRI, NAME):
                self.wrong("DESCRIBE names nothing. Write an IRI, a prefixed name or a variable behind it.")
            while self.now.kind in (VARIABLE, IRI, NAME):
                self._variable_or_iri("")
        if self.sees("WHERE", "FROM", "{"):
            self._where("DESCRIBE")
        self._modifiers()

    def _construct(self) -> None:
        self.take()
        if self.sees("WHERE", "FROM"):
            self._where("CONSTRUCT")
        else:
            words = f"CONSTRUCT has its triples in braces. Write {{ before {self.found}, and WHERE {{ … }} behind them."
            self.open("{", words)
            while not self.sees("}"):
                if not self._starts_triples():
                    self._stray()
                self.triples()
                if self._starts_triples():
                    self.wrong(f"a dot is missing between two triples. Write . before {self.found}.")
                self.skip(".")
            self.close()
            self._where("CONSTRUCT")
        self._modifiers()

    def _modifiers(self) -> set[str] | None:
        """Read what stands behind the pattern, and return the variables that GROUP BY names; None without one."""
        keys = self._grouping() if self.skip("GROUP") else None
        if self.skip("HAVING"):
            self.constraint("HAVING", aggregates=True)
            while self.sees("("):
                self.constraint("HAVING", aggregates=True)
        if self.skip("ORDER"):
            self._ordering()
        while self.sees("LIMIT", "OFFSET"):
            keyword = self.take().upper
            if self.now.kind != NUMBER or not self.now.text.isdigit():
                self.wrong(f"{keyword} takes a whole number, not {self.found}. Write one, such as {keyword} 10.")
            self.take()
        if self.skip("VALUES"):
            self.values()
        return keys

    def _grouping(self) -> set[str]:
        self._by("GROUP")
        keys: set[str] = set()
        count = 0
        while self._condition(keys, "GROUP BY"):
            count += 1
        if not count:
            self.wrong("GROUP BY names nothing. Write a variable, such as ?name, behind it.")
        return keys

    def _ordering(self) -> None:
        self._by("ORDER")
        count = 0
        while self._order():
            count += 1
        if not count:
            self.wrong("ORDER BY names nothing. Write a variable, such as ?name, behind it.")

    def _by(self, keyword: str) -> None:
        if not self.skip("BY"):
            self.wrong(f"BY is missing behind {keyword}. Write {keyword} BY.")

    def _condition(self, keys: set[str], where: str) -> bool:
        """Read one thing to group or order by, if one comes next."""
        if self.now.kind == VARIABLE:
            keys.add(self.take().text[1:])
        elif self.sees("("):
            self.open("(", "")
            self.expression(aggregates=where == "ORDER BY")
            if where == "GROUP BY" and self.sees("AS"):
                keys.add(self.name_of_value(where).text[1:])
            self.end_of_expression()
        elif self.now.kind in (IRI, NAME) or self.now.upper in FUNCTIONS or self.now.upper in AGGREGATES:
            self.constraint(where, aggregates=where == "ORDER BY")
        else:
            self.refuse_bare_mark()
            return False
        return True

    def _order(self) -> bool:
        if self.skip("ASC", "DESC"):
            self.open("(", f"what to order by stands in parentheses behind ASC and DESC. Write ( before {self.found}.")
            self.expression(aggregates=True)
            self.end_of_expression()
            return True
        if self.sees(","):
            self.wrong("what to order by stands without commas. Take it out.")
        return self._condition(set(), "ORDER BY")

    def _surplus(self) -> None:
        """Complain of what follows where nothing can."""
        if self.sees("}", ")", "]"):
            self.wrong(f"{self.found} closes nothing. Take it out, or open it before.")
        if self.sees(";"):
            self.wrong("a query does not end in ;. Take it out.")
        if self.sees(*_MODIFIERS):
            order = "GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET, VALUES"
            self.wrong(f"{self.now.upper} stands too late here. The order is {order}.")
        if self.sees(*_FORMS):
            self.wrong("a second query begins here. Ask one at a time.")
        self.misspelt(_MODIFIERS, f"{self.found} stands behind the end of the query. Take it out.")
