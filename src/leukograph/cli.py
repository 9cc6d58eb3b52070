"""The command line: arguments in, answer on standard output, talk on standard error, exit code 0, 1 or 2."""

import os
import sys
from importlib import import_module

from leukograph import __version__, console
from leukograph.errors import CallError, DataError, LeukographError
from leukograph.names import BACKGROUND, GRAPHS, MAPPINGS, PREFIXES, graph_iri, shorten
from leukograph.records import Asked, Question

VERBS = {
    "ask": "answer a saved question, or list the questions",
    "query": "run any read-only SPARQL 1.1 query over the graphs",
    "validate": "check the graphs: syntax, shapes, checks, evidence, meaning, coverage",
    "evidence": "prove the graph's positions against a copy of the page; print the ledger",
    "build": "make the inferred graphs",
    "export": "write the graph in a format that other software reads",
    "publish": "put named graphs into a SPARQL store elsewhere",
    "site": "make the web pages of the graph, in a folder or as one file",
    "serve": "serve the site and a SPARQL endpoint over HTTP",
    "completion": "print the shell completion for bash, zsh or fish",
}
_EVIDENCE = {
    "verify": (
        "prove every segment, name and cue against a copy of the page",
        "leukograph evidence verify PAGE.txt",
    ),
    "locate": (
        "print position and digest of words in a page, to write a passage down",
        'leukograph evidence locate PAGE.txt "may also be tried"',
    ),
    "coverage": ("print what became of each segment of the page", "leukograph evidence coverage"),
}
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
        console.prepare()
        return _run(words)
    except LeukographError as error:
        console.tell(str(error))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        return _cannot_write(error)
    except KeyboardInterrupt:
        console.tell("stopped.")
        return 130
    except Exception as error:
        if os.environ.get("LEUKOGRAPH_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        console.tell(f"internal error ({what}). Please report it; LEUKOGRAPH_DEBUG=1 shows more.")
        return 3


def run() -> None:
    """Run the command and leave at once: taking the interpreter down tidily would take a tenth of the time."""
    try:
        code = main()
    except SystemExit as left:  # argparse leaves so after help and version
        code = left.code if isinstance(left.code, int) else 0
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        code = _cannot_write(error)
    os._exit(code)


def _cannot_write(error: OSError) -> int:
    console.tell(f"the answer cannot be written ({error.strerror}). Make room, or give --output.")
    return 2


def _run(words: list[str]) -> int:
    verb = words[0] if words else ""
    if verb in _RUNNERS:
        return _RUNNERS[verb](words[1:])
    if verb in _ROOMS:
        ran: int = import_module(f"leukograph.{_ROOMS[verb]}").run(words[1:])
        return ran
    if verb == "_complete":
        from leukograph.completion import complete

        for one in complete(words[1:]):
            print(one)
        return 0
    from leukograph import options

    if verb and not verb.startswith("-"):
        import difflib

        near = difflib.get_close_matches(verb, VERBS, n=3, cutoff=0.4) or list(VERBS)
        raise CallError(f"unknown verb {verb!r}. Nearest: {', '.join(near)}. See `leukograph --help`.")
    parser = options.parser("leukograph", _ABOUT, _EXAMPLES)
    parser.add_argument("--version", action="version", version=f"leukograph {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb")
    for name, help_text in VERBS.items():
        verbs.add_parser(name, help=help_text, add_help=False)
    parser.parse_args(words)
    parser.print_help(sys.stderr)
    return 2


def _ask(words: list[str]) -> int:
    from leukograph import answers, arguments, files, formats

    root = files.home()
    name = words[0] if words and not words[0].startswith("-") else ""
    if not name:
        return _list_questions(root, words)
    question = answers.find(root, name)
    names = {param.name for param in question.params}
    given = arguments.plain(words[1:], names | {"format", "output", "source"}, {"with-background"})
    if given is None or any(not _plain(key, found) for key, found in given.items() if key not in names):
        given = _ask_slowly(question, words[1:])
    chosen = {key: given[key][-1] for key in ("format", "output", "source") if given.get(key)}
    kind = chosen.get("format", "table")
    values = {key: found for key, found in given.items() if key in names}
    elsewhere = None
    if not given.keys() <= {*names, "format", "output", "source", "with-background"}:
        from leukograph import asking

        elsewhere = asking.elsewhere(root, given, console.tell)
    with_background = "with-background" in given
    asked, store = answers.ask_open(
        root, name, values, with_background=with_background, tell=console.tell, elsewhere=elsewhere
    )
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
    if kind == "table":
        text += "".join(formats.paragraph(sentence, width=console.width()) for sentence in asked.words)
    console.out(text, chosen.get("output"))
    if kind not in ("table", "json"):
        for sentence in asked.words:
            console.tell(sentence)
    return 0


def _plain(option: str, found: list[str]) -> bool:
    """Tell whether what was read quickly needs no word of argparse: one value, which is there and can be."""
    from leukograph import formats

    return len(found) <= 1 and found != [""] and (option != "format" or found[0] in formats.ANSWER_FORMATS)


def _ask_slowly(question: Question, words: list[str]) -> dict[str, list[str]]:
    """Read the call with argparse, which prints help or says what is wrong with it."""
    from leukograph import options

    name = question.name
    parser = options.parser(
        f"leukograph ask {name}", f"{question.summary}\n\n{question.description}", f"example:\n  {question.example}"
    )
    for param in question.params:
        need = ("" if param.required else " (optional)") + (" (may be repeated)" if param.many else "")
        parser.add_argument(
            f"--{param.name}",
            action="append",
            metavar=param.kind,
            required=param.required and not {"-h", "--help"}.isdisjoint(words),  # what is missing is told later, better
            help=options.verbatim(param.summary + need),
        )
    options.answer_options(parser)
    parser.add_argument("--with-background", action="store_true", help="add what is known from elsewhere, marked so")
    parser.add_argument("--source", metavar="FILE", help="show the page's own wording from your copy of the page")
    options.endpoint_options(parser)
    parser.add_argument("--timeout", type=options.seconds, metavar="SECONDS", help="for each request to a store; 30")
    parser.add_argument("--here", action="store_true", help="read the graphs from the store, and answer here")
    read = {key.replace("_", "-"): value for key, value in vars(parser.parse_args(words)).items()}
    given = {key: value for key, value in read.items() if value is not None and value is not False}
    return {key: [] if value is True else value if isinstance(value, list) else [value] for key, value in given.items()}


def _formatted(asked: Asked, kind: str) -> str:
    from leukograph import formats

    if kind == "table":
        return formats.table(asked, width=console.width(), colour=console.colour())
    if kind == "markdown":
        return formats.markdown(asked)
    if kind == "json":
        return formats.json(asked.answer, asked if asked.question.path else None)
    if kind == "tsv":
        return formats.tsv(asked.answer)
    return formats.csv(asked.answer, spreadsheet=kind == "csv-spreadsheet")


def _list_questions(root: str, words: list[str]) -> int:
    from leukograph import formats, options, questions

    parser = options.parser("leukograph ask", VERBS["ask"], "example:\n  leukograph ask options-for-subtype --help")
    parser.parse_args(words)
    loaded = [questions.load(root, name) for name in questions.names(root)]
    rows = [[one.name, one.summary] for one in loaded]
    console.out(formats.layout(["question", "what it answers"], rows, width=console.width(), colour=console.colour()))
    return 0


def _query(words: list[str]) -> int:
    from leukograph import files, options, sandbox

    parser = options.parser(
        "leukograph query",
        "Run a read-only SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE). The default graph is the union of page, "
        "ontology and what follows from them; the named graphs are "
        f"{', '.join(graph_iri(graph) for graph in GRAPHS)}. SERVICE, LOAD and FROM of other addresses are refused.",
        "examples:\n  leukograph query my-query.rq\n  echo 'ASK { ?s a ?o }' | leukograph query -",
    )
    parser.add_argument("file", metavar="FILE|-", help="the file that holds the query, or - for standard input")
    parser.add_argument("--everything", action="store_true", help="add background, mappings and what follows")
    parser.add_argument(
        "--timeout",
        type=options.seconds,
        default=sandbox.DEFAULT_SECONDS,
        metavar="SECONDS",
        help="default %(default)s",
    )
    parser.add_argument(
        "--max-rows", type=options.count, default=sandbox.MAX_ROWS, metavar="ROWS", help="default %(default)s"
    )
    options.answer_options(parser)
    options.endpoint_options(parser)
    given = parser.parse_args(words)
    text = console.standard_input() if given.file == "-" else files.read_text(given.file)
    name = "standard input" if given.file == "-" else given.file
    if not text.removeprefix("\ufeff").strip():
        raise CallError(f"{name}: there is no query in it. Write one, such as SELECT * WHERE {{ ?s ?p ?o }} LIMIT 10.")
    if any(one is not None for one in (given.endpoint, given.store, given.auth, given.credentials)):
        from leukograph import asking

        result = asking.query_as_called(given, text, name, console.tell)
    else:
        layers = (BACKGROUND, MAPPINGS) if given.everything else ()
        result = sandbox.query(files.home(), text, layers, seconds=given.timeout, max_rows=given.max_rows, name=name)
    if result.turtle is not None:
        if given.format not in ("table", "ttl"):
            raise CallError(f"--format {given.format} is for SELECT. A CONSTRUCT or DESCRIBE gives Turtle (ttl).")
        console.out(result.turtle, given.output)
    elif result.truth is not None:
        word = str(result.truth).lower()
        console.out(f'{{"head": {{}}, "boolean": {word}}}\n' if given.format == "json" else f"{word}\n", given.output)
    elif result.table is not None:
        if given.format == "ttl":
            raise CallError("--format ttl is for CONSTRUCT and DESCRIBE. A SELECT gives the others.")
        bare = Question("query", "", "", "", (), (), show=result.table.columns, sparql=text)
        console.out(_formatted(Asked(bare, (), (), result.table, ()), given.format), given.output)
        if given.format == "table" and not result.table.rows:
            console.tell("no rows")
    return 0


def _standard_input() -> str:
    if sys.stdin is None:
        raise CallError("standard input is closed. Open it, or name a file.")
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CallError(f"standard input: byte {error.start} is not UTF-8. Give the query as UTF-8.") from None


def _evidence(words: list[str]) -> int:
    from leukograph import options

    parser = options.parser(
        "leukograph evidence",
        "Prove the positions of the graph against a copy of the page, find positions, or print what became of each "
        "segment.",
        "\n".join(["examples:", *(f"  {example}" for _, example in _EVIDENCE.values())]),
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True)
    made = {}
    for name, (help_text, example) in _EVIDENCE.items():
        made[name] = verbs.add_parser(name, help=help_text, formatter_class=options.Formatter, allow_abbrev=False)
        made[name].description, made[name].epilog = help_text, f"example:\n  {example}"
    for name in ("verify", "locate"):
        made[name].add_argument("page", metavar="PAGE", help="the page, as UTF-8 text")
    made["verify"].add_argument("--format", choices=("table", "json"), default="table")
    made["locate"].add_argument("words", metavar="WORDS", help="the words, exactly as they stand")
    options.answer_options(made["coverage"])
    given = parser.parse_args(words)
    if given.verb == "coverage":
        return _ask(["page-coverage", *words[1:]])
    from leukograph import evidence, files, formats, knowledge, reports

    text = files.read_text(given.page)
    store = knowledge.open_store(files.home(), tell=console.tell)
    if given.verb == "locate":
        found = evidence.places(store, text, given.words)
        if not found:
            raise DataError(f"{given.page}: these words do not stand in the page. Give them exactly as they stand.")
        rows = [[str(start), str(end), digest, shorten(segment)] for start, end, digest, segment in found]
        console.out(formats.layout(["start", "end", "sha256", "segment"], rows, width=10**6))
        return 0
    proof = evidence.verify(store, text)
    console.out(
        reports.proof_json(proof) if given.format == "json" else formats.visible(reports.proof_text(proof, text))
    )
    return 0 if proof.whole else 1


def _build(words: list[str]) -> int:
    from leukograph import options

    parser = options.parser(
        "leukograph build",
        "Infer what follows from ontology, page and background, and write it to data/inferred/. The same files give "
        "the same bytes; answers never come from an inference that is older than the files. With --endpoint what "
        "follows from the graphs of a store is worked out there and put into its inferred graphs, no other.",
        "examples:\n  leukograph build\n  leukograph build --check\n  leukograph build --endpoint http://localhost:7878",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where a file is not as it would be made"
    )
    options.engine_option(parser)
    options.endpoint_options(parser)
    parser.add_argument("--remove", action="store_true", help="remove the inferred graphs from the store")
    parser.add_argument("--timeout", type=options.seconds, metavar="SECONDS", help="for each request to a store; 600")
    given = parser.parse_args(words)
    if given.endpoint is not None:
        from leukograph import materialising

        return materialising.as_called(given)
    if given.store or given.auth or given.credentials or given.remove or given.timeout:
        raise CallError("--store, --auth, --credentials, --remove and --timeout speak of a store. Give --endpoint too.")
    from leukograph import building, files

    made = building.build(files.home(), write=not given.check, engine=given.engine)
    for one in made:
        state = "as made" if one.unchanged else "differs" if given.check else "written"
        print(f"{one.graph}: {one.triples} triples, {state}: {os.path.relpath(one.path)}")
    return 1 if given.check and not all(one.unchanged for one in made) else 0


# Verbs whose call is read in a room of its own, which is opened for them alone.
_ROOMS = {
    "validate": "checking",
    "export": "exporting",
    "publish": "publishing",
    "site": "site.calling",
    "serve": "serving.running",
    "completion": "completion",
}
_RUNNERS = {"ask": _ask, "query": _query, "evidence": _evidence, "build": _build}
