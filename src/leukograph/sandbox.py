"""Runs any read-only SPARQL 1.1 query in a child process that a time limit really ends.

A running pyoxigraph query cannot be interrupted, and deep nesting ends the interpreter that runs it; so it runs
in a process of its own, with bounded memory, that is killed when its time is over. The child never gets a graph
from anywhere but the files of the project.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

from leukograph.errors import CallError, LeukographError, LimitError
from leukograph.names import GRAPHS, LGG, PREFIXES, graph_iri
from leukograph.records import Answer, Cell, Iri, Text

MAX_QUERY_BYTES = 100_000
MAX_MEMORY_BYTES = 4 * 1024**3
MAX_ROWS = 1_000_000
DEFAULT_SECONDS = 30.0
_TOKENS = re.compile(
    r"""(?P<skip>\#[^\n]*|'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)|(?P<name>[?$][\w-]+|@[\w-]+|[\w.-]*:[\w.:%\\-]*)|(?P<word>\w+)""",
    re.VERBOSE | re.DOTALL,
)
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_GRAPH_IRIS = {graph_iri(graph) for graph in GRAPHS}
_UPDATES = {"LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"}


class Result(NamedTuple):
    """What a query gave: a table, a truth value, or Turtle; the other two are None."""

    table: Answer | None = None
    truth: bool | None = None
    turtle: str | None = None


def refuse(sparql: str, name: str = "query") -> bool:
    """Tell whether a query names graphs by FROM; raise CallError where it is too large, would go elsewhere, or write.

    SERVICE is refused wherever it stands as a keyword, FROM wherever it names anything but a graph of the project.
    """
    if len(sparql.encode("utf-8", "surrogatepass")) > MAX_QUERY_BYTES:
        raise CallError(f"{name}: the query is larger than {MAX_QUERY_BYTES} bytes. Make it smaller.")
    if "\\u" in sparql or "\\U" in sparql:
        sparql = re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _unescape, sparql)
    words: list[str] = []
    for match in _TOKENS.finditer(sparql):
        kind, text = match.lastgroup, match.group()
        if kind == "skip":
            continue
        from_here = words[-1:] == ["FROM"] or words[-2:] == ["FROM", "NAMED"]
        if from_here and kind != "word" and not (kind == "iri" and text[1:-1] in _GRAPH_IRIS):
            raise CallError(
                f"{name}: FROM {text} is refused. Name a graph of the project in full, such as <{LGG}page>."
            )
        word = text.upper() if kind == "word" else ""
        if word == "SERVICE":
            raise CallError(f"{name}: SERVICE is refused; a query never leaves this process. Ask without it.")
        if word in _UPDATES and not _FORMS & set(words):
            raise CallError(f"{name}: {word} is refused; a query only reads. Write {', '.join(sorted(_FORMS))}.")
        words.append(word)
    return "FROM" in words


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
    request = {
        "root": root,
        "sparql": sparql,
        "union": not refuse(sparql, name),
        "layers": sorted(set(layers)),
        "max_rows": max_rows,
        "name": name,
    }
    command = [sys.executable, "-m", "leukograph.sandbox"]
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


def _unescape(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= sys.maxunicode else match.group()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import pyoxigraph as ox

    from leukograph import engine, knowledge

    store = knowledge.open_store(request["root"], request["layers"])
    name, limit = request["name"], request["max_rows"]
    result = engine.run(store, request["sparql"], name=name, union=request["union"])
    if isinstance(result, ox.QueryBoolean):
        return {"truth": bool(result)}
    if isinstance(result, ox.QueryTriples):
        return {"turtle": engine.turtle(list(result), PREFIXES)}
    rows: list[list[tuple[str, ...] | None]] = []
    blank: dict[str, str] = {}
    for solution in result:
        if len(rows) == limit:
            raise LimitError(f"{name}: more than {limit} rows. Ask for less, or give --max-rows more.")
        cells = [None if cell is None else tuple(cell) for cell in engine.cells(solution)]
        rows.append([_renamed(cell, blank) if cell and cell[0].startswith("_:") else cell for cell in cells])
    return {"columns": [variable.value for variable in result.variables], "rows": rows}


def _renamed(cell: tuple[str, ...], blank: dict[str, str]) -> tuple[str, ...]:
    """Name a blank node by the order in which it turns up: the engine's own names differ from run to run."""
    return (blank.setdefault(cell[0], f"_:b{len(blank)}"),) if len(cell) == 1 else cell


def main() -> None:
    """Answer one request from standard input on standard output; the parent holds the clock."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # no such limit on this system: time still holds
        pass
    request = json.loads(sys.stdin.buffer.read())
    try:
        reply = _answer(request)
    except LeukographError as error:
        reply = {"error": str(error), "limit": isinstance(error, LimitError)}
    except RuntimeError as error:
        reply = {"error": f"{request['name']}: {' '.join(str(error).split())}. Mend the query."}
    sys.stdout.buffer.write(json.dumps(reply).encode())
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
