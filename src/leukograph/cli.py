"""The command line: arguments in, answer on standard output, talk on standard error, exit code 0, 1 or 2."""

import os
import sys

from leukograph import __version__
from leukograph.errors import CallError, DataError, LeukographError
from leukograph.names import BACKGROUND, MAPPINGS, PREFIXES, shorten
from leukograph.records import Asked, Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

VERBS = {
    "ask": "answer a saved question, or list the questions",
    "query": "run any read-only SPARQL 1.1 query over the graphs",
    "validate": "check the graphs: syntax, shapes, checks, evidence, meaning, coverage",
    "evidence": "prove the graph's positions against a copy of the page; print the ledger",
    "build": "make the inferred graphs",
    "completion": "print the shell completion for bash, zsh or fish",
}
MAX_SECONDS = 10_000_000
ANSWER_FORMATS = ("table", "csv", "tsv", "json", "markdown", "ttl")
_ABOUT = """What one patient-education page says about treating refractory and relapsed childhood ALL, as a graph
with the modality, scope and place of every claim. It reports the page; it is not medical advice."""
_EXAMPLES = """examples:
  leukograph ask
  leukograph ask options-for-subtype --disease "Ph+"
  leukograph ask is-it-an-option --therapy blincyto --disease "T-cell ALL"
  leukograph evidence verify PAGE.txt
  leukograph validate"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process, and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(words)
    except LeukographError as error:
        print(f"leukograph: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except KeyboardInterrupt:
        print("leukograph: stopped.", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("LEUKOGRAPH_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        print(f"leukograph: internal error ({what}). Please report it; LEUKOGRAPH_DEBUG=1 shows more.", file=sys.stderr)
        return 3


def run() -> None:
    """Run the command and leave at once: taking the interpreter down tidily would take a tenth of the time."""
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    os._exit(code)


def _run(words: list[str]) -> int:
    verb = words[0] if words else ""
    if verb in _RUNNERS:
        return _RUNNERS[verb](words[1:])
    if verb == "_complete":
        from leukograph.completion import complete

        print("\n".join(complete(words[1:])))
        return 0
    parser = _parser("leukograph", _ABOUT, _EXAMPLES)
    parser.add_argument("--version", action="version", version=f"leukograph {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb")
    for name, help_text in VERBS.items():
        verbs.add_parser(name, help=help_text, add_help=False)
    parser.parse_args(words)
    parser.print_help(sys.stderr)
    return 2


def _ask(words: list[str]) -> int:
    from leukograph import answers, arguments, files

    root = files.home()
    name = words[0] if words and not words[0].startswith("-") else ""
    if not name:
        return _list_questions(root, words)
    question = answers.find(root, name)
    names = {param.name for param in question.params}
    given = arguments.plain(words[1:], names | {"format", "output", "source"}, {"with-background"})
    if given is None or given.get("format", ["table"])[-1] not in ANSWER_FORMATS:
        given = _ask_slowly(question, words[1:])
    chosen = {key: given[key][-1] for key in ("format", "output", "source") if given.get(key)}
    kind = chosen.get("format", "table")
    values = {key: found for key, found in given.items() if key in names}
    asked, store = answers.ask_open(root, name, values, with_background="with-background" in given, tell=_tell)
    if "source" in chosen:
        from leukograph import sources

        asked = sources.with_wording(asked, store, files.read_text(chosen["source"]), chosen["source"])
    if kind == "ttl":
        from leukograph import engine
        from leukograph.records import Iri

        iris = {cell.value for row in asked.answer.rows for cell in row if isinstance(cell, Iri)}
        text = engine.turtle_about(store, iris, PREFIXES)
    else:
        text = _formatted(asked, kind)
    _write(text, chosen.get("output"))
    for sentence in asked.words:
        if kind == "table" and "output" not in chosen:
            print(sentence)
        elif kind != "json":
            _tell(sentence)
    return 0


def _ask_slowly(question: Question, words: list[str]) -> dict[str, list[str]]:
    """Read the call with argparse, which prints help or says what is wrong with it."""
    name = question.name
    parser = _parser(
        f"leukograph ask {name}", f"{question.summary}\n\n{question.description}", f"example:\n  {question.example}"
    )
    for param in question.params:
        need = ("" if param.required else " (optional)") + (" (may be repeated)" if param.many else "")
        parser.add_argument(f"--{param.name}", action="append", metavar=param.kind, help=_help(param.summary + need))
    _answer_options(parser)
    parser.add_argument("--with-background", action="store_true", help="add what is known from elsewhere, marked so")
    parser.add_argument("--source", metavar="FILE", help="show the page's own wording from your copy of the page")
    options = vars(parser.parse_args(words))
    found = {key: value if isinstance(value, list) else [value] for key, value in options.items() if value}
    if options["with_background"]:
        found["with-background"] = []
    return found


def _formatted(asked: Asked, kind: str) -> str:
    from leukograph import formats

    if kind == "table":
        return formats.table(asked, width=_width(), colour=_colour())
    if kind == "markdown":
        return formats.markdown(asked)
    if kind == "json":
        return formats.json(asked.answer, asked if asked.question.path else None)
    return formats.csv(asked.answer) if kind == "csv" else formats.tsv(asked.answer)


def _list_questions(root: str, words: list[str]) -> int:
    from leukograph import formats, questions

    parser = _parser("leukograph ask", VERBS["ask"], "example:\n  leukograph ask options-for-subtype --help")
    parser.parse_args(words)
    loaded = [questions.load(root, name) for name in questions.names(root)]
    rows = [[one.name, one.summary] for one in loaded]
    sys.stdout.write(formats.layout(["question", "what it answers"], rows, width=_width(), colour=_colour()))
    return 0


def _query(words: list[str]) -> int:
    from leukograph import files, sandbox

    parser = _parser(
        "leukograph query",
        "Run a read-only SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE). The default graph is the union of page, "
        "ontology and what follows from them; the named graphs are "
        f"{shorten_graphs()}. SERVICE, LOAD and FROM of other addresses are refused.",
        "examples:\n  leukograph query my-query.rq\n  echo 'ASK { ?s a ?o }' | leukograph query -",
    )
    parser.add_argument("file", metavar="FILE|-", help="the file that holds the query, or - for standard input")
    parser.add_argument("--everything", action="store_true", help="add background, mappings and what follows")
    parser.add_argument(
        "--timeout", type=_positive, default=sandbox.DEFAULT_SECONDS, metavar="SECONDS", help="default %(default)s"
    )
    parser.add_argument("--max-rows", type=_count, default=sandbox.MAX_ROWS, metavar="ROWS", help="default %(default)s")
    _answer_options(parser)
    options = parser.parse_args(words)
    if options.file == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise CallError(f"standard input: byte {error.start} is not UTF-8. Give the query as UTF-8.") from None
    else:
        text = files.read_text(options.file)
    result = sandbox.query(
        files.home(),
        text,
        (BACKGROUND, MAPPINGS) if options.everything else (),
        seconds=options.timeout,
        max_rows=options.max_rows,
        name="standard input" if options.file == "-" else options.file,
    )
    if result.turtle is not None:
        if options.format not in ("table", "ttl"):
            raise CallError(f"--format {options.format} is for SELECT. A CONSTRUCT or DESCRIBE gives Turtle (ttl).")
        _write(result.turtle, options.output)
    elif result.truth is not None:
        word = str(result.truth).lower()
        _write(f'{{"head": {{}}, "boolean": {word}}}\n' if options.format == "json" else f"{word}\n", options.output)
    elif result.table is not None:
        if options.format == "ttl":
            raise CallError(
                "--format ttl is for CONSTRUCT and DESCRIBE. A SELECT gives table, csv, tsv, json or markdown."
            )
        bare = Question("query", "", "", "", (), (), show=result.table.columns, sparql=text)
        _write(_formatted(Asked(bare, (), (), result.table, ()), options.format), options.output)
        if options.format == "table" and not result.table.rows:
            _tell("no rows")
    return 0


def _validate(words: list[str]) -> int:
    parser = _parser(
        "leukograph validate",
        "Check the graphs as they are asserted, then what follows from them. Exit 0: nothing is wrong; 1: findings; "
        "2: the call or a file is wrong.",
        "examples:\n  leukograph validate\n  leukograph validate --page PAGE.txt",
    )
    parser.add_argument("--page", metavar="FILE", help="a copy of the page, to prove the evidence against")
    options = parser.parse_args(words)
    from leukograph import files, validation

    page = files.read_text(options.page) if options.page else None
    gates = validation.validate(files.home(), page=page)
    bad = 0
    for gate in gates:
        print(f"{gate.name}: {len(gate.findings)} findings; looked at {gate.looked_at}")
        for found in gate.findings:
            bad += found.severity == validation.VIOLATION
            where = " ".join(shorten(part) for part in (found.place, found.focus, found.path, found.value) if part)
            print(f"  {found.severity} {shorten(found.rule)} {where}: {found.message}")
    print(f"{'does not conform' if bad else 'conforms'}: {bad} violations")
    if any(gate.name == validation.SYNTAX and gate.findings for gate in gates):
        return 2
    return 1 if bad else 0


def _evidence(words: list[str]) -> int:
    parser = _parser(
        "leukograph evidence",
        "Prove the positions of the graph against a copy of the page, find positions, or print what became of each "
        "segment.",
        "examples:\n  leukograph evidence verify PAGE.txt\n"
        '  leukograph evidence locate PAGE.txt "may also be tried"\n  leukograph evidence coverage',
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True)
    proving = verbs.add_parser("verify", help="prove every segment, name and cue against a copy of the page")
    proving.add_argument("page", metavar="PAGE", help="the copy of the page, as UTF-8 text")
    proving.add_argument("--format", choices=("table", "json"), default="table")
    locating = verbs.add_parser("locate", help="print position and digest of words in a page, to write a passage down")
    locating.add_argument("page", metavar="PAGE", help="the page, as UTF-8 text")
    locating.add_argument("words", metavar="WORDS", help="the words, exactly as they stand")
    coverage = verbs.add_parser("coverage", help="print what became of each segment of the page")
    _answer_options(coverage)
    options = parser.parse_args(words)
    if options.verb == "coverage":
        return _ask(["page-coverage", *words[1:]])
    from leukograph import evidence, files, formats, knowledge, reports

    text = files.read_text(options.page)
    if options.verb == "locate":
        found = evidence.places(knowledge.open_store(files.home(), tell=_tell), text, options.words)
        if not found:
            raise DataError(f"{options.page}: these words do not stand in the page. Give them exactly as they stand.")
        rows = [[str(start), str(end), digest, shorten(segment)] for start, end, digest, segment in found]
        sys.stdout.write(formats.layout(["start", "end", "sha256", "segment"], rows, width=10**6))
        return 0
    proof = evidence.verify(knowledge.open_store(files.home(), tell=_tell), text)
    if options.format == "json":
        sys.stdout.write(reports.proof_json(proof))
    else:
        sys.stdout.write(
            formats.visible(reports.proof_text(proof, text)) if sys.stdout.isatty() else reports.proof_text(proof, text)
        )
    return 0 if proof.identical and not any(one.status != evidence.SAME for one in proof.passages) else 1


def _build(words: list[str]) -> int:
    parser = _parser(
        "leukograph build",
        "Infer what follows from ontology, page and background, and write it to data/inferred/. The same files give "
        "the same bytes; answers never come from an inference that is older than the files.",
        "examples:\n  leukograph build\n  leukograph build --check",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where a file is not as it would be made"
    )
    options = parser.parse_args(words)
    from leukograph import building, files

    made = building.build(files.home(), write=not options.check)
    for one in made:
        state = "as made" if one.unchanged else "differs" if options.check else "written"
        print(f"{one.graph}: {one.triples} triples, {state}: {os.path.relpath(one.path)}")
    return 1 if options.check and not all(one.unchanged for one in made) else 0


def _completion(words: list[str]) -> int:
    from leukograph.completion import SHELLS, script

    parser = _parser(
        "leukograph completion",
        "Print the completion for a shell. It completes verbs, questions, parameters and their values.",
        'examples:\n  eval "$(leukograph completion bash)"\n  leukograph completion fish | source',
    )
    parser.add_argument("shell", choices=SHELLS)
    sys.stdout.write(script(parser.parse_args(words).shell))
    return 0


def shorten_graphs() -> str:
    """Return the names of the named graphs as a list in words."""
    from leukograph.names import GRAPHS, graph_iri

    return ", ".join(graph_iri(name) for name in GRAPHS)


def _parser(name: str, description: str, examples: str) -> "ArgumentParser":
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    return ArgumentParser(
        prog=name,
        description=_help(description),
        epilog=_help(examples),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _help(text: str) -> str:
    return text.replace("%", "%%") if "%(" not in text else text


def _answer_options(parser: "ArgumentParser") -> None:
    parser.add_argument("--format", choices=ANSWER_FORMATS, default="table", help="default table")
    parser.add_argument("--output", metavar="FILE", help="write to a file, whole or not at all")


def _write(text: str, output: str | None) -> None:
    if output:
        from leukograph import files

        files.write(output, text.encode("utf-8", "surrogatepass"))
    else:
        sys.stdout.write(text)


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < MAX_SECONDS:
        raise ValueError
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _tell(words: str) -> None:
    print(f"leukograph: {words}", file=sys.stderr)


def _width() -> int:
    try:
        return max(int(os.environ.get("COLUMNS", "")), 40)
    except ValueError:
        pass
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, 40)
    except (OSError, ValueError):
        return 100


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


_RUNNERS = {
    "ask": _ask,
    "query": _query,
    "validate": _validate,
    "evidence": _evidence,
    "build": _build,
    "completion": _completion,
}
