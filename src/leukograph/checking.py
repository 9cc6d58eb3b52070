"""The verb `validate`: reads its call, runs the gates, writes the reports, and watches files that are being edited."""

import datetime
import os
import sys
import time
from argparse import Namespace

from leukograph import baseline, console, files, limits, options, reporters, validation, verdicts
from leukograph.errors import CallError, LeukographError
from leukograph.names import ASSERTED, LGD, shorten
from leukograph.records import Finding, Report
from leukograph.rules import SYNTAX, VIOLATION, WARNING

_BASELINE = "baseline"
_FORMATS = (*reporters.REPORT_FORMATS, _BASELINE)
_PAUSE = 0.3
_GRACE = 10.0  # for what no signal reaches, such as a query
_NOTHING_NAMED = "{} is for files that are named, and none is. Name files, or leave it out."
_EXAMPLES = """examples:
  leukograph validate
  leukograph validate --page PAGE.txt
  leukograph validate my-statements.ttl --with-project
  leukograph validate data/ --output sarif=report.sarif --output junit=report.xml
  leukograph validate my-statements.ttl --baseline known.toml --fail-on warning
  leukograph validate my-statements.ttl --watch
  leukograph validate --endpoint http://localhost:7878"""


def run(words: list[str]) -> int:
    """Run the verb with these arguments and return its exit code: 0 conforms, 1 findings, 2 a file cannot be read."""
    given = _parser().parse_args(words)
    outputs = [_output(one, given.format) for one in given.output]
    if len({os.path.realpath(path) for _, path in outputs}) < len(outputs):
        raise CallError("two reports would be written to one file. Give each --output a file of its own.")
    _refuse(given)
    root = files.home()
    if given.watch and given.endpoint is None:
        if outputs or given.format not in (None, "text"):
            raise CallError("--watch prints what it finds as text. Leave --format and --output out.")
        return _watch(root, given)
    read = {os.path.realpath(path) for path in _stamps(root, given)} if outputs else set()
    for _, path in outputs:
        if os.path.realpath(path) in read:
            raise CallError(f"{path}: a report would be written over a file that is read. Give --output another name.")
    report = _report(root, given)
    kind = given.format or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    for one, path in outputs:
        console.out(_written(report, one, sys.maxsize), path)
    if given.format or not any(one == kind for one, _ in outputs):
        console.out(_written(report, kind, given.max_print, colour=console.colour()))
    _hint(report, given)
    return _code(report)


def _refuse(given: Namespace) -> None:
    """Raise CallError for options that need another one."""
    if given.graph and not given.paths:
        raise CallError(_NOTHING_NAMED.format("--graph"))
    if given.with_project and not given.paths:
        raise CallError(_NOTHING_NAMED.format("--with-project"))
    if given.endpoint is None and (given.store or given.auth or given.credentials or given.here):
        raise CallError("--store, --auth, --credentials and --here speak of a store. Give --endpoint with them.")


def _parser() -> options.Parser:
    parser = options.parser(
        "leukograph validate",
        "Check graphs as they are asserted, then what follows from them: the whole project, or the RDF files and "
        "folders named, against the project's ontology, shapes and checks. Exit 0: conforms; 1: findings; 2: the call "
        "or a file is wrong; 3: an internal error.",
        _EXAMPLES,
    )
    parser.add_argument("paths", nargs="*", metavar="FILE|FOLDER", help="your own data; none: the whole project")
    parser.add_argument("--with-project", action="store_true", help="add the project's own data to the files named")
    add = parser.add_argument
    add(
        "--graph",
        choices=ASSERTED,
        help="the graph that the files named belong to (default: told from their folder, or page)",
    )
    add(
        "--ontology",
        action="append",
        default=[],
        type=options.file,
        metavar="FILE",
        help="more ontology; may be repeated",
    )
    add("--shapes", action="append", default=[], type=options.file, metavar="FILE", help="more shapes; may be repeated")
    add(
        "--page",
        action="append",
        default=[],
        metavar="FILE",
        help="a copy of a page, to prove the evidence against; may be repeated",
    )
    add("--format", choices=_FORMATS, help="what to print (default text; github in a GitHub workflow)")
    add(
        "--output", action="append", default=[], type=options.file, metavar="[FORMAT=]FILE",
        help="write a report to a file, whole or not at all; may be repeated",
    )  # fmt: skip
    add(
        "--fail-on",
        choices=(WARNING, VIOLATION),
        default=VIOLATION,
        help="the lowest severity that fails; default %(default)s",
    )
    add(
        "--max-print",
        type=options.count,
        default=20,
        metavar="N",
        help="how many findings of a kind to print; default %(default)s",
    )
    add("--baseline", type=options.file, metavar="FILE", help="known findings, each with reason and last day (TOML)")
    add(
        "--timeout", type=options.seconds, default=validation.EVERYTHING.seconds, metavar="SECONDS",
        help="how long the validation, or each request to a store, may take; default %(default)g",
    )  # fmt: skip
    options.engine_option(parser)
    options.endpoint_options(parser)
    add("--here", action="store_true", help="read the graphs from the store, and judge them here")
    add("--watch", action="store_true", help="stay, and show the findings of each file that is changed")
    return parser


def _output(text: str, kind: str | None) -> tuple[str, str]:
    """Return format and file of an --output: named, or else told from --format or from the file's ending."""
    head, equals, path = text.partition("=")
    if equals and head in _FORMATS and path:
        return head, path
    if text == "-" or (equals and (head in _FORMATS or head.isalpha())):
        raise CallError(
            f"--output {text}: this names no format and file. Write one of {', '.join(_FORMATS)}, an equals sign and "
            "a file; what goes to standard output, --format says."
        )
    endings = {
        ".sarif": "sarif",
        ".json": "json",
        ".xml": "junit",
        ".ttl": "turtle",
        ".html": "html",
        ".toml": _BASELINE,
    }
    return kind or endings.get(os.path.splitext(text)[1].lower(), "text"), text


def _scope(given: Namespace, *, pages: bool = True) -> validation.Scope:
    return validation.Scope(
        named=tuple(given.paths),
        pages=tuple((path, files.read_text(path)) for path in given.page) if pages else (),
        graph=given.graph,
        with_project=given.with_project,
        shapes=tuple(given.shapes),
        ontology=tuple(given.ontology),
        seconds=given.timeout,
        engine=given.engine,
    )


def _report(root: str, given: Namespace) -> Report:
    known = baseline.load(given.baseline) if given.baseline else None
    try:
        if given.endpoint is not None:
            report = _elsewhere(root, given)
        else:
            scope = _scope(given)
            with limits.bell(given.timeout + _GRACE, console.tell):
                report = validation.validate(root, scope, console.progress)
    finally:
        console.progress("")
    if known is not None:
        report = baseline.apply(report, known, datetime.datetime.now(tz=datetime.UTC).date())
    return report._replace(fail_on=given.fail_on)


def _elsewhere(root: str, given: Namespace) -> Report:
    from leukograph import judging

    pages = tuple((path, files.read_text(path)) for path in given.page)
    return judging.as_called(root, given, pages, console.progress)


def _written(report: Report, kind: str, most: int, *, colour: bool = False) -> str:
    return baseline.write(report) if kind == _BASELINE else reporters.write(report, kind, max_print=most, colour=colour)


def _code(report: Report) -> int:
    if any(gate.name == SYNTAX and gate.findings for gate in report.gates):
        return 2
    return 0 if verdicts.conforms(report) else 1


def _hint(report: Report, given: Namespace) -> None:
    """Say once that findings name records of the project which were not read."""
    if given.paths and not given.with_project:
        open_ = [one for gate in report.gates for one in gate.findings if not one.known]
        names = {one.value for one in open_ if one.value.startswith(LGD)}
        if names:
            what = f"{shorten(min(names))} is a name" if len(names) == 1 else f"{len(names)} values are names"
            console.tell(f"{what} of the project's records; --with-project adds its data.")


def _watch(root: str, given: Namespace) -> int:
    """Validate at each change and show what is found in the files that changed, until the user stops it.

    What stands in no file, and files that cannot be read, are shown each time; the verdict is that of everything.
    """
    before: dict[str, tuple[int, int]] | None = None
    while True:
        now = _stamps(root, given)
        changed = {path for path in {*now, *(before or {})} if (before or {}).get(path) != now.get(path)}
        if changed:
            try:
                report = _report(root, given)
            except LeukographError as error:
                console.tell(str(error))
            else:
                first = before is None
                console.out(
                    _written(report, "text", given.max_print) if first else _changed(report, changed, given.max_print)
                )
                console.flush()
            console.tell(f"watching {verdicts.count(len(now), 'file')}; Ctrl-C stops.")
        before = now
        time.sleep(_PAUSE)


def _stamps(root: str, given: Namespace) -> dict[str, tuple[int, int]]:
    """Return when each file that a validation reads was changed, and its size; one that is gone has neither."""
    try:
        scope = _scope(given, pages=False)
        paths = [] if given.endpoint else [one.path for one in validation.sources(root, scope)]
    except LeukographError:  # a folder without files any more, which the validation will tell
        paths = list(given.paths)
    found = {}
    for path in (*paths, *given.page, *([given.baseline] if given.baseline else [])):
        state = os.stat(path) if os.path.exists(path) else None
        found[path] = (state.st_mtime_ns, state.st_size) if state else (0, 0)
    return found


def _changed(report: Report, paths: set[str], most: int) -> str:
    """Return the findings of changed files, and of none, with the verdict on everything."""

    def here(one: Finding) -> bool:
        return one.place is None or one.place.path in paths or one.gate == SYNTAX

    gates = tuple(gate._replace(findings=tuple(filter(here, gate.findings))) for gate in report.gates)
    lines = reporters.write(report._replace(gates=gates), "text", max_print=most).splitlines()
    return "\n".join([*lines[len(gates) : -1], verdicts.verdict(report)]) + "\n"
