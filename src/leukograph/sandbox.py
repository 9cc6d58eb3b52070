"""Runs any read-only SPARQL 1.1 query in a child process that a time limit really ends.

A running pyoxigraph query cannot be interrupted, and deep nesting ends the interpreter that runs it; so it runs
in a process of its own, with bounded memory, that is killed when its time is over. The child never gets a graph
from anywhere but the files of the project.
"""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

from leukograph import limits
from leukograph.errors import CallError, LeukographError, LimitError
from leukograph.names import (
    BACKGROUND,
    GRAPHS,
    INFERRED,
    INFERRED_BACKGROUND,
    LGG,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    PREFIXES,
    graph_iri,
)
from leukograph.records import Answer, Cell, Iri, Text

MAX_QUERY_BYTES = 100_000
MAX_MEMORY_BYTES = 4 * 1024**3
MAX_ROWS = 1_000_000
DEFAULT_SECONDS = 30.0
_IRI = re.compile(r"<[^<>\"{}|^`\\\x00-\x20]*>")
_SERVICE = re.compile(r"(?<![\w-])(?P<before>[\w-]*?)service(?P<behind>[\w-]*:?)", re.IGNORECASE)
_FROM = re.compile(rf"(?<![\w?$@:-])from(?!\w*:)(?:\s*named)?\s*(?P<what>{chr(0)}|[^\s{chr(0)}]*)", re.IGNORECASE)
_GRAPH = re.compile(rf"(?<![\w?$@:-])graph(?!\w*:)\s*(?P<what>{chr(0)}|[\w.-]*:[\w.:-]*)", re.IGNORECASE)
_GRAPH_WORD = re.compile(r"(?<![\w?$@:-])graph", re.IGNORECASE)
_PREFIX = re.compile(rf"(?<![\w?$@:-])prefix\s+(?P<prefix>[^\s:]*):\s*{chr(0)}", re.IGNORECASE)
# The first SELECT of a query is the one whose columns are answered.
_SELECT = re.compile(r"(?<![\w?$@:-])SELECT(?![\w:-])\s*(?P<star>(?:DISTINCT|REDUCED)?\s*\*)?", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_WORD = re.compile(r"(?<![\w?$@:-])[A-Za-z]+(?![\w:-])")
_WATCHED = re.compile(r"service|from|load|insert|delete|clear|drop|create|add|move|copy|\\", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
NO_SERVICE = "SERVICE is refused; a query never leaves this process. Ask without it."
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_GRAPH_IRIS = {graph_iri(graph) for graph in GRAPHS}
_UPDATES = {"LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"}


class Result(NamedTuple):
    """What a query gave: a table, a truth value, or Turtle; the other two are None."""

    table: Answer | None = None
    truth: bool | None = None
    turtle: str | None = None


def refuse(sparql: str, name: str = "query", most: int = MAX_QUERY_BYTES) -> tuple[str, ...]:
    """Return the project's graphs that a query names by FROM; raise CallError for a query that may not run.

    That is one that is too large, that would leave the process (SERVICE, FROM of anything else) or that would write.
    The engine reads keywords without a space behind them, so what could be SERVICE is refused wherever it stands
    outside strings, comments and IRIs, but as a variable or the local part of a name. Whatever should still get
    through has no network: see `close_off`.
    """
    if len(sparql.encode("utf-8", "surrogatepass")) > most:
        raise CallError(f"{name}: the query is larger than {most} bytes. Make it smaller.")
    if not _WATCHED.search(sparql):  # nothing of what follows can be in it, not even as an escape
        return ()
    graphs: dict[str, None] = {}
    for text, lenient in itertools.product(dict.fromkeys((sparql, _ESCAPE.sub(_letter, sparql))), (True, False)):
        code, iris = code_of(text, quotes_in_iris=lenient)
        if _may_leave(code, iris):
            raise CallError(f"{name}: {NO_SERVICE}")
        for match in _FROM.finditer(code):
            what = match["what"]
            if what == chr(0):
                what = iris[code.count(chr(0), 0, match.start("what"))]
            if what[1:-1] not in _GRAPH_IRIS:
                raise CallError(
                    f"{name}: FROM {what} is refused. Name a graph of the project in full, such as <{LGG}page>."
                )
            graphs[what[1:-1]] = None
        if word := _update_in(code):
            raise CallError(f"{name}: {word} is refused; a query only reads. Write {', '.join(sorted(_FORMS))}.")
    return tuple(graphs)


def refuse_graphs(sparql: str, seen: Iterable[str], name: str = "query") -> None:
    """Raise CallError where a query names a graph by GRAPH that is none of those seen, and would find nothing."""
    if not _GRAPH_WORD.search(sparql):
        return
    known = set(seen)
    code, iris = code_of(sparql, quotes_in_iris=True)
    at = {match["prefix"]: iris[code.count(chr(0), 0, match.end() - 1)][1:-1] for match in _PREFIX.finditer(code)}
    for match in _GRAPH.finditer(code):
        prefix, colon, local = match["what"].partition(":")
        if colon and prefix not in at:
            continue  # which the engine complains of
        iri = at[prefix] + local if colon else iris[code.count(chr(0), 0, match.start("what"))][1:-1]
        if iri not in known:
            ours = iri in _GRAPH_IRIS
            what = "is not seen" if ours else "is refused; it is no graph of the project"
            do = "Add --everything, or name it by FROM NAMED." if ours else f"Name one in full, such as <{LGG}page>."
            raise CallError(f"{name}: GRAPH <{iri}> {what}. {do}")


def mentioned(sparql: str, columns: Iterable[str]) -> list[str]:
    """Return the columns of `SELECT *` as the query first mentions them; those of any other query stay as they are."""
    found = list(columns)
    code, _ = code_of(sparql)
    first = _SELECT.search(code)
    if not first or not first["star"]:
        return found
    order = {name: place for place, name in enumerate(dict.fromkeys(_VARIABLE.findall(code)))}
    return sorted(found, key=lambda name: order.get(name, len(order)))


def _update_in(code: str) -> str:
    """Return the keyword by which a text writes, '' where it is a query or neither."""
    for word in (match.group().upper() for match in _WORD.finditer(code)):
        if word in _FORMS | _UPDATES:
            return word if word in _UPDATES else ""
    return ""


def _may_leave(code: str, iris: list[str]) -> bool:
    """Tell whether a query could hold SERVICE."""
    found = any(_may_be_service(match, code) for match in _SERVICE.finditer(code))
    return found or any(")service" in one.lower() for one in iris)


def _may_be_service(match: re.Match[str], code: str) -> bool:
    left = code[match.start() - 1 : match.start()]
    named = bool(match["before"]) and match["behind"].endswith(":") and not match["before"].isdigit()
    return left not in ("?", "$", "@", ":") and not named


def code_of(sparql: str, *, quotes_in_iris: bool = True) -> tuple[str, list[str]]:
    """Return a query with strings and comments blanked and each IRI as a NUL, and the IRIs in their order.

    `<'a>` is an IRI or the begin of a comparison with a string; which, only a full parser knows.
    """
    out: list[str] = []
    iris: list[str] = []
    place = 0
    while place < len(sparql):
        char = sparql[place]
        end = place + 1
        if char == "#":
            end = _line_end(sparql, place)
            char = " "
        elif char in "'\"":
            end, char = _string_end(sparql, place), " "
        elif char == "\\":
            end, char = place + 2, "x"
        elif char == chr(0):
            char = " "
        elif char == "<" and (match := _IRI.match(sparql, place)) and _is_address(match.group(), quotes=quotes_in_iris):
            iris.append(match.group())
            end, char = match.end(), chr(0)
        out.append(char)
        place = end
    return "".join(out), iris


def _is_address(iri: str, *, quotes: bool) -> bool:
    """Tell an IRI from a comparison that looks like one, where it matters: where it could hide a keyword."""
    return ("service" not in iri.lower() or ":" in iri) and (quotes or "'" not in iri)


def _line_end(text: str, place: int) -> int:
    ends = [end for end in (text.find("\n", place), text.find("\r", place)) if end >= 0]
    return min(ends, default=len(text))


def _string_end(text: str, place: int) -> int:
    """Return where the string that begins here ends, or the next place where it is none."""
    quote = text[place] * 3 if text.startswith(text[place] * 3, place) else text[place]
    at = place + len(quote)
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        elif len(quote) == 1 and text[at] in "\r\n":
            break
        else:
            at += 1
    return place + (2 if len(quote) > 1 else 1)  # three quotes without an end are an empty string and another's begin


def query(
    root: str,
    sparql: str,
    layers: Iterable[str],
    *,
    seconds: float = DEFAULT_SECONDS,
    max_rows: int = MAX_ROWS,
    name: str = "query",
) -> Result:
    """Run a query over the project's graphs and return its result within `seconds`.

    The default graph is the union of ontology, page, what follows from them, and `layers`. Raises LimitError when
    time, memory or rows run out, CallError for a query that does not parse or is refused.
    """
    layers = set(layers)
    named = {iri.removeprefix(LGG) for iri in refuse(sparql, name)}
    more = {INFERRED_BACKGROUND} if BACKGROUND in layers else set()
    refuse_graphs(sparql, map(graph_iri, named or {ONTOLOGY, PAGE, INFERRED, *layers, *more}), name)
    wanted = layers | {graph.removeprefix("inferred-") for graph in named if graph.endswith((BACKGROUND, MAPPINGS))}
    request = {
        "root": root,
        "sparql": sparql,
        "union": not named,
        "layers": sorted(wanted),
        "max_rows": max_rows,
        "seconds": seconds,
        "name": name,
    }
    command = [sys.executable, "-P", "-m", "leukograph.sandbox"]
    try:  # `run` kills the child when the time is over, and waits for its end
        done = subprocess.run(  # noqa: S603 - our own module; the query goes in by standard input
            command, input=json.dumps(request).encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise LimitError(f"{name}: stopped after {seconds:g} seconds. Ask for less, or give --timeout more.") from None
    if done.returncode != 0:
        raise LimitError(
            f"{name}: the query ended its process; it nests too deeply or needs more than "
            f"{MAX_MEMORY_BYTES // 1024**3} GiB. Make it simpler."
        )
    return _result(json.loads(done.stdout))


def _result(reply: dict[str, Any]) -> Result:
    if "error" in reply:
        kind = LimitError if reply.get("limit") else CallError
        raise kind(str(reply["error"]))
    if "columns" in reply:
        rows = tuple(tuple(_cell(cell) for cell in row) for row in reply["rows"])
        return Result(table=Answer(tuple(reply["columns"]), rows))
    if "truth" in reply:
        return Result(truth=bool(reply["truth"]))
    return Result(turtle=str(reply["turtle"]))


def _cell(cell: list[str] | None) -> Cell:
    if cell is None:
        return None
    return Iri(cell[0]) if len(cell) == 1 else Text(*cell)


def _letter(match: re.Match[str]) -> str:
    """Return what an escape stands for where it is a letter: none but those can make a keyword."""
    code = int(match[1] or match[2], 16)
    char = chr(code) if code <= sys.maxunicode else ""
    return char if char.isascii() and char.isalpha() else match.group()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import pyoxigraph as ox

    from leukograph import engine, knowledge

    store = engine.canonical(knowledge.open_store(request["root"], request["layers"]))
    for late in engine.LATE:
        import_module(late)
    close_off(request["seconds"])
    name, limit = request["name"], request["max_rows"]
    result = engine.run(store, request["sparql"], name=name, union=request["union"])
    if isinstance(result, ox.QueryBoolean):
        return {"truth": bool(result)}
    if isinstance(result, ox.QueryTriples):
        return {"turtle": engine.turtle(list(result), PREFIXES)}
    own = engine.blank_nodes(store)
    made: dict[str, str] = {}
    rows: list[list[tuple[str, ...] | None]] = []
    for solution in result:
        if len(rows) == limit:
            raise LimitError(f"{name}: more than {limit} rows. Ask for less, or give --max-rows more.")
        rows.append([None if cell is None else _named(cell, own, made) for cell in engine.cells(solution)])
    columns = [variable.value for variable in result.variables]
    order = mentioned(request["sparql"], columns)
    at = [columns.index(one) for one in order]
    return {"columns": order, "rows": [[row[place] for place in at] for row in rows]}


def _named(cell: Iri | Text, own: set[str], made: dict[str, str]) -> tuple[str, ...]:
    """Name a blank node that the query itself made by the order in which it turns up, the same in every run."""
    if isinstance(cell, Iri) and cell.value.startswith("_:") and cell.value not in own:
        return (made.setdefault(cell.value, f"_:new{len(made)}"),)
    return tuple(cell)


def close_off(seconds: float) -> None:
    """Let this process open nothing more, so that no query reaches network or file, and end by itself if left alone."""
    if os.name == "posix":  # elsewhere the parent's clock has to do
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    limits.cap("RLIMIT_NOFILE", 0)


def main() -> None:
    """Answer one request from standard input on standard output; the parent holds the clock."""
    request = json.loads(sys.stdin.buffer.read())
    limits.cap("RLIMIT_AS", MAX_MEMORY_BYTES)
    limits.cap("RLIMIT_CORE", 0)
    try:
        reply = _answer(request)
    except LeukographError as error:
        reply = {"error": str(error), "limit": isinstance(error, LimitError)}
    except OSError:  # nothing can be opened any more, so it was the query that tried
        reply = {"error": f"{request['name']}: {NO_SERVICE}"}
    except RuntimeError as error:
        reply = {"error": f"{request['name']}: {' '.join(str(error).split())}. Mend the query."}
    sys.stdout.buffer.write(json.dumps(reply).encode())
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
