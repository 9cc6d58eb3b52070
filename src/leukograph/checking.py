"""The verb `validate`: reads its call, runs the gates, writes the reports, and watches files that are being edited."""

import datetime
import os
import time
from collections.abc import Sequence

from leukograph import baseline, console, files, options, reporters, validation, verdicts
from leukograph.errors import CallError, LeukographError
from leukograph.names import ASSERTED, LGD, shorten
from leukograph.records import Finding, Report
from leukograph.rules import SYNTAX, VIOLATION, WARNING

_BASELINE = "baseline"
_FORMATS = (*reporters.REPORT_FORMATS, _BASELINE)
_PAUSE = 0.3
_NOTHING_NAMED = "{} is for files that are named, and none is. Name files, or leave it out."
_EXAMPLES = """examples:
  leukograph validate
  leukograph validate --page PAGE.txt
  leukograph validate my-statements.ttl --with-project
  leukograph validate data/ --output sarif=report.sarif --output junit=report.xml
  leukograph validate my-statements.ttl --baseline known.toml --fail-on warning
  leukograph validate my-statements.ttl --watch"""


def run(words: list[str]) -> int:
    """Run the verb with these arguments and return its exit code: 0 conforms, 1 findings, 2 a file cannot be read."""
    given = _parser().parse_args(words)
    outputs = [_output(one, given.format) for one in given.output]
    if len({path for _, path in outputs}) < len(outputs):
        raise CallError("two reports would be written to one file. Give each --output a file of its own.")
    if given.graph and not given.paths:
        raise CallError(_NOTHING_NAMED.format("--graph"))
    if given.with_project and not given.paths:
        raise CallError(_NOTHING_NAMED.format("--with-project"))
    known = baseline.load(given.baseline) if given.baseline else None
    scope = validation.Scope(
        named=tuple(given.paths),
        pages=tuple((path, files.read_text(path)) for path in given.page),
        graph=given.graph,
        with_project=given.with_project,
        shapes=tuple(given.shapes),
        ontology=tuple(given.ontology),
        seconds=given.timeout,
    )
    root = files.home()
    if given.watch:
        if outputs or given.format not in (None, "text"):
            raise CallError("--watch prints what it finds as text. Leave --format and --output out.")
        return _watch(root, scope, known, given.fail_on, given.max_print)
    report = _report(root, scope, known, given.fail_on)
    kind = given.format or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    for one, path in outputs:
        console.out(_written(report, one, given.max_print), path)
    if given.format or not any(one == kind for one, _ in outputs):
        console.out(_written(report, kind, given.max_print, colour=console.colour()))
    _hint(report, scope)
    return _code(report)


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
        help="how long the shapes may take; default %(default)g",
    )  # fmt: skip
    add("--watch", action="store_true", help="stay, and show the findings of each file that is changed")
    return parser


def _output(text: str, kind: str | None) -> tuple[str, str]:
    """Return format and file of an --output: named, or else told from --format or from the file's ending."""
    head, equals, path = text.partition("=")
    if equals and head in _FORMATS and path:
        return head, path
    endings = {
        ".sarif": "sarif",
        ".json": "json",
        ".xml": "junit",
        ".ttl": "turtle",
        ".html": "html",
        ".toml": _BASELINE,
    }
    return kind or endings.get(os.path.splitext(text)[1].lower(), "text"), text


def _report(root: str, scope: validation.Scope, known: list[baseline.Known] | None, fail_on: str) -> Report:
    try:
        report = validation.validate(root, scope, console.progress)
    finally:
        console.progress("")
    if known is not None:
        report = baseline.apply(report, known, datetime.datetime.now(tz=datetime.UTC).date())
    return report._replace(fail_on=fail_on)


def _written(report: Report, kind: str, most: int, *, colour: bool = False) -> str:
    return baseline.write(report) if kind == _BASELINE else reporters.write(report, kind, max_print=most, colour=colour)


def _code(report: Report) -> int:
    if any(gate.name == SYNTAX and gate.findings for gate in report.gates):
        return 2
    return 0 if verdicts.conforms(report) else 1


def _hint(report: Report, scope: validation.Scope) -> None:
    """Say once that findings name records of the project which were not read."""
    if scope.named and not scope.with_project:
        open_ = [one for gate in report.gates for one in gate.findings if not one.known]
        names = {one.value for one in open_ if one.value.startswith(LGD)}
        if names:
            what = f"{shorten(min(names))} is a name" if len(names) == 1 else f"{len(names)} values are names"
            console.tell(f"{what} of the project's records; --with-project adds its data.")


def _watch(root: str, scope: validation.Scope, known: list[baseline.Known] | None, fail_on: str, most: int) -> int:
    """Validate at each change and show what is found in the files that changed, until the user stops it."""
    before: dict[str, tuple[int, int]] = {}
    while True:
        try:
            now = _stamps(root, scope)
        except LeukographError as error:
            console.tell(str(error))
            now = before
        changed = {path for path, stamp in now.items() if before.get(path) != stamp}
        if changed or not before:
            first = not before
            before = now
            try:
                report = _report(root, scope, known, fail_on)
            except LeukographError as error:
                console.tell(str(error))
            else:
                console.out(_written(report if first else _only(report, changed), "text", most))
                console.flush()
            console.tell(f"watching {len(now)} files; Ctrl-C stops.")
        time.sleep(_PAUSE)


def _stamps(root: str, scope: validation.Scope) -> dict[str, tuple[int, int]]:
    found = {}
    for one in validation.sources(root, scope):
        if os.path.exists(one.path):
            state = os.stat(one.path)
            found[one.path] = (state.st_mtime_ns, state.st_size)
    return found


def _only(report: Report, paths: Sequence[str] | set[str]) -> Report:
    def here(one: Finding) -> bool:
        return one.place is not None and one.place.path in paths

    gates = tuple(gate._replace(findings=tuple(filter(here, gate.findings))) for gate in report.gates)
    return report._replace(gates=gates)
