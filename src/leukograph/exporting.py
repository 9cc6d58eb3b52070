"""The verb `export`: finds the formats, reads the call, writes the files and what they could not carry."""

import os

from leukograph import bundling, console, exports, files, folders, loss_report, options
from leukograph.errors import CallError, nearest
from leukograph.formats import layout
from leukograph.knowledge import Tell, silent
from leukograph.material import Format, gather
from leukograph.names import ALL, GRAPHS, graph_iri
from leukograph.records import Exported


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
    one, wanted = _chosen(name, graph, given or {})
    material = gather(root, GRAPHS if wanted == ALL else [wanted], tell)
    material.given = dict(given or {})
    return one.make(material)


def _chosen(name: str, graph: str | None, given: dict[str, str]) -> tuple[Format, str]:
    """Return the format and the graph that a call names, or raise CallError."""
    known = formats()
    if name not in known:
        near = nearest(name, known)
        raise CallError(f"{name!r} is no format.{near} Formats are {', '.join(known)}. See `leukograph export --list`.")
    one = known[name]
    wanted = graph or one.graphs[0]
    if wanted not in one.graphs:
        why = f"{name} holds one graph, and graphs never mix unseen" if wanted == ALL else f"{name} cannot hold it"
        raise CallError(f"--graph {wanted}: {why}. Choose of {', '.join(one.graphs)}.")
    takes = [option for option, _, _ in one.takes]
    for option, value in given.items():
        if option not in takes:
            able = ", ".join(other.name for other in known.values() if option in [own for own, _, _ in other.takes])
            raise CallError(f"--{option}: {name} does not take it. Leave it out, or choose {able or 'another format'}.")
        if not value:
            raise CallError(f"--{option}: this is empty. Give a value, or leave it out.")
    return one, wanted


def run(words: list[str]) -> int:
    """Export as the words of the call say and return the exit code, 0; a wrong call raises CallError."""
    parser = options.parser(
        "leukograph export",
        "Write the graph, or one of its named graphs, in a format that other software reads. Every export says what it "
        "cannot carry, and none says more than the page does.\nThe named graphs are "
        f"{', '.join(graph_iri(graph) for graph in GRAPHS)}.",
        "examples:\n  leukograph export --list\n  leukograph export turtle > page.ttl\n"
        "  leukograph export trig --graph all --output leukograph.trig\n"
        "  leukograph export kgx --output kgx --losses lost.txt\n  leukograph export bundle --output leukograph-all",
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
    one, _ = _chosen(given.format, given.graph, asked)
    inside = _check_places(one, given.output, given.losses)
    made = export(files.home(), given.format, given.graph, console.tell, asked)
    write = loss_report.as_json if (given.losses or "").endswith(".json") else loss_report.as_text
    losses = write(given.format, made.losses).encode()
    if inside:
        if inside in dict(made.files):
            raise CallError(f"--losses {given.losses}: this is a file of the export. Give another name.")
        _write(one, (*made.files, (inside, losses)), given.output)
    elif given.losses and given.output:  # both, or neither
        files.write(given.losses, losses, lambda: _write(one, made.files, given.output))
    else:
        if given.losses:
            files.write(given.losses, losses)
        _write(one, made.files, given.output)
    if made.losses and not given.losses:
        console.tell(f"not carried: {loss_report.summary(made.losses)}. --losses FILE writes each.")
    return 0


def _check_places(one: Format, output: str | None, losses: str | None) -> str:
    """Raise for places that cannot be written to, before any work; return the path of the losses within a folder."""
    if losses:
        files.check(losses)
    if one.ending:
        if output:
            files.check(output)
        if losses and output and os.path.realpath(losses) == os.path.realpath(output):
            raise CallError("--losses and --output name the same file. Give two names.")
        return ""
    if not output:
        raise CallError(f"{one.name} gives several files. Name a folder with --output.")
    below, place = os.path.join(os.path.realpath(output), ""), os.path.realpath(losses or "")
    inside = place.removeprefix(below).replace(os.sep, "/") if losses and place.startswith(below) else ""
    if one.name != bundling.BUNDLE:
        folders.check(output, one.name)
    elif inside:
        raise CallError(f"--losses {losses}: a bundle has the losses of each format in it. Leave --losses out.")
    else:
        bundling.check(output)
    return inside


def _write(one: Format, contents: tuple[tuple[str, bytes], ...], output: str | None) -> None:
    """Write the files of an export where the call says: several into a folder, one to a file or to standard output."""
    if output is None:
        console.raw(contents[0][1])
    elif one.ending:
        files.write(output, contents[0][1])
    elif one.name == bundling.BUNDLE:
        bundling.write(output, contents)
    else:
        folders.write(output, one.name, contents)
