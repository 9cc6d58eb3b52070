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
from typing import NamedTuple

from leukograph.errors import CallError, LeukographError, LimitError
from leukograph.names import LGG, PREFIXES
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
_UPDATES = {"LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"}


class Result(NamedTuple):
    """What a query gave: a table, a truth value, or Turtle; the other two are None."""

    table: Answer | None = None
    truth: bool | None = None
    turtle: str | None = None


def refuse(sparql: str, name: str = "query") -> None:
    """Raise CallError where a query is too large, would leave the process (SERVICE, FROM elsewhere) or write."""
    if len(sparql.encode("utf-8", "surrogatepass")) > MAX_QUERY_BYTES:
        raise CallError(f"{name}: the query is larger than {MAX_QUERY_BYTES} bytes. Make it smaller.")
    if "\\u" in sparql or "\\U" in sparql:
        sparql = re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _unescape, sparql)
    before: list[str] = []
    for match in _TOKENS.finditer(sparql):
        if match.lastgroup == "iri" and before[-1:] in (["FROM"], ["NAMED"]) and "FROM" in before[-2:]:
            iri = match.group()[1:-1]
            if not iri.startswith(LGG):
                raise CallError(f"{name}: FROM <{iri}> is refused. Name a graph of the project, such as {LGG}page.")
        if match.lastgroup == "name" and before[-1:] in (["FROM"], ["NAMED"]) and "FROM" in before[-2:]:
            if not match.group().startswith("lgg:"):
                raise CallError(f"{name}: FROM {match.group()} is refused. Name a graph of the project in full.")
        if match.lastgroup in ("iri", "name"):
            before.append("")
        if match.lastgroup == "word":
            word = match.group().upper()
            if word == "SERVICE":
                raise CallError(f"{name}: SERVICE is refused; a query never leaves this process. Ask without it.")
            if word in _UPDATES and not before:
                raise CallError(f"{name}: {word} is refused; a query only reads. Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
            if word in _UPDATES and not {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"} & set(before):
                raise CallError(f"{name}: {word} is refused; a query only reads. Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
            before.append(word)


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
    refuse(sparql, name)
    request = {"root": root, "sparql": sparql, "layers": sorted(set(layers)), "max_rows": max_rows, "name": name}
    child = subprocess.Popen(
        [sys.executable, "-m", "leukograph.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        out, _ = child.communicate(json.dumps(request).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        raise LimitError(f"{name}: stopped after {seconds:g} seconds. Ask for less, or give --timeout more.") from None
    finally:
        child.kill()
        child.communicate()
    if child.returncode != 0:
        raise LimitError(
            f"{name}: the query ended its process; it nests too deeply or needs more than "
            f"{MAX_MEMORY_BYTES // 1024**3} GiB. Make it simpler."
        )
    return _result(json.loads(out))


def _result(reply: dict[str, object]) -> Result:
    if "error" in reply:
        kind = LimitError if reply.get("limit") else CallError
        raise kind(str(reply["error"]))
    if "columns" in reply:
        columns, rows = reply["columns"], reply["rows"]
        assert isinstance(columns, list)
        assert isinstance(rows, list)
        return Result(table=Answer(tuple(columns), tuple(tuple(_cell(cell) for cell in row) for row in rows)))
    if "truth" in reply:
        return Result(truth=bool(reply["truth"]))
    return Result(turtle=str(reply["turtle"]))


def _cell(cell: list[str] | None) -> Cell:
    if cell is None:
        return None
    return Iri(cell[0]) if len(cell) == 1 else Text(*cell)


def _unescape(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code < 0x110000 else match.group()


def _answer(request: dict[str, object]) -> dict[str, object]:
    import pyoxigraph as ox

    from leukograph import engine, knowledge

    layers = request["layers"]
    assert isinstance(layers, list)
    store = knowledge.open_store(str(request["root"]), layers)
    name = str(request["name"])
    result = engine.run(store, str(request["sparql"]), name=name)
    if isinstance(result, ox.QueryBoolean):
        return {"truth": bool(result)}
    if isinstance(result, ox.QueryTriples):
        return {"turtle": engine.turtle(list(result), PREFIXES)}
    limit = int(str(request["max_rows"]))
    rows: list[list[tuple[str, ...] | None]] = []
    for solution in result:
        if len(rows) == limit:
            raise LimitError(f"{name}: more than {limit} rows. Ask for less, or give --max-rows more.")
        rows.append([None if cell is None else tuple(cell) for cell in engine.cells(solution)])
    return {"columns": [variable.value for variable in result.variables], "rows": rows}


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
