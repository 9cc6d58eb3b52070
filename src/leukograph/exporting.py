"""The verb `export`: finds the formats, reads the call, writes the files and what they could not carry."""

import os

from leukograph import bundling, console, exports, files, loss_report, options
from leukograph.errors import CallError
from leukograph.formats import layout
from leukograph.knowledge import Tell, silent
from leukograph.material import Format, gather
from leukograph.names import ALL, GRAPHS, graph_iri
from leukograph.records import Exported

_NAMED = 4


def formats() -> dict[str, Format]:
    """Return every format there is by name, sorted: those of `leukograph.exports` and those that gather them."""
    known = {**exports.found(), **{one.name: one for one in bundling.FORMATS}}
    return {name: known[name] for name in sorted(known)}


def export(
    root: str, name: str, graph: str | None = None, tell: Tell = silent, given: dict[str, str] | None = None
) -> Exported:
    """Make one export of the project: `name` is a format, `graph` one of GRAPHS or 'all', the format's own if None.

    `given` are options of the format. Raises CallError for a format, a graph or an option that there is not.
    """
    known = formats()
    if name not in known:
        raise CallError(f"{name!r} is no format. Formats are {', '.join(known)}. See `leukograph export --list`.")
    one = known[name]
    wanted = graph or one.graphs[0]
    if wanted not in one.graphs:
        why = f"{name} holds one graph, and graphs never mix unseen" if wanted == ALL else f"{name} cannot hold it"
        raise CallError(f"--graph {wanted}: {why}. Choose of {', '.join(one.graphs)}.")
    takes = [option for option, _, _ in one.takes]
    for option in given or {}:
        if option not in takes:
            able = ", ".join(other.name for other in known.values() if option in [own for own, _, _ in other.takes])
            raise CallError(f"--{option}: {name} does not take it. Leave it out, or choose {able or 'another format'}.")
        if not (given or {})[option]:
            raise CallError(f"--{option}: this is empty. Give a value, or leave it out.")
    material = gather(root, GRAPHS if wanted == ALL else [wanted], tell)
    material.given = dict(given or {})
    return one.make(material)


def run(words: list[str]) -> int:
    """Export as the words of the call say and return the exit code, 0; a wrong call raises CallError."""
    parser = options.parser(
        "leukograph export",
        "Write the graph, or one of its named graphs, in a format that other software reads. Every export says what it "
        "cannot carry, and none says more than the page does.\nThe named graphs are "
        f"{', '.join(graph_iri(graph) for graph in GRAPHS)}.",
        "examples:\n  leukograph export --list\n  leukograph export turtle > page.ttl\n"
        "  leukograph export trig --graph all --output leukograph.trig",
    )
    parser.add_argument("format", metavar="FORMAT", nargs="?", help="the format; --list shows them")
    parser.add_argument("--list", action="store_true", help="show each format, who reads it, and what it loses")
    parser.add_argument("--graph", choices=[*GRAPHS, ALL], help="the graph to export; --list shows what is usual")
    parser.add_argument(
        "--output", type=options.file, metavar="FILE", help="write to a file, or a folder where there are several files"
    )
    parser.add_argument(
        "--losses", type=options.file, metavar="FILE", help="write what is lost: .json for machines, otherwise text"
    )
    own = {option: (one.name, value, sentence) for one in formats().values() for option, value, sentence in one.takes}
    for option, (name, value, sentence) in own.items():
        parser.add_argument(f"--{option}", metavar=value, help=options.verbatim(f"of {name}: {sentence}"))
    given = parser.parse_args(words)
    asked = {option: value for option in own if (value := getattr(given, option.replace("-", "_"))) is not None}
    if given.list:
        if given.format or given.graph or given.output or given.losses or asked:
            raise CallError("--list stands alone. Leave the rest out.")
        rows = [
            [one.name, one.summary, one.readers, one.loses or "nothing", ", ".join(one.graphs)]
            for one in formats().values()
        ]
        head = ["format", "what it is", "who reads it", "what it loses", "graphs, the usual first"]
        console.out(layout(head, rows, width=console.width(), colour=console.colour()))
        return 0
    if not given.format:
        raise CallError("name a format. See `leukograph export --list`.")
    if given.losses and given.output and os.path.realpath(given.losses) == os.path.realpath(given.output):
        raise CallError("--losses and --output name the same file. Give two names.")
    made = export(files.home(), given.format, given.graph, console.tell, asked)
    _write(made, given.format, given.output)
    if given.losses:
        write = loss_report.as_json if given.losses.endswith(".json") else loss_report.as_text
        files.write(given.losses, write(given.format, made.losses).encode())
    elif made.losses:
        console.tell(f"not carried: {loss_report.summary(made.losses)}. --losses FILE writes each.")
    return 0


def _write(made: Exported, name: str, output: str | None) -> None:
    """Write the files of an export where the call says: several into a folder, one to a file or to standard output."""
    if len(made.files) > 1 and not output:
        names = ", ".join(file for file, _ in made.files[:_NAMED]) + (" …" if len(made.files) > _NAMED else "")
        raise CallError(f"{name} gives several files ({names}). Name a folder with --output.")
    if not output:
        console.raw(made.files[0][1])
    elif name == bundling.BUNDLE:
        bundling.write(output, made.files)
    elif len(made.files) > 1:
        files.write_all(output, made.files)
    else:
        files.write(output, made.files[0][1])
