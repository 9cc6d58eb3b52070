"""Makes all that a server gives away, from the files, in a process of its own: data, questions, pages, descriptions.

It writes them to standard output as named contents; where the data is wrong it says so and ends as every verb does.
"""

import os
import sys

from leukograph import __version__, description, files, knowledge, material, questions
from leukograph.engine import plain
from leukograph.errors import CallError, LeukographError
from leukograph.names import BACKGROUND, BASE, CONTEXT, GRAPHS, MAPPINGS, PREFIXES
from leukograph.serving import framing, held, openapi
from leukograph.serving.replies import DETAIL, TITLE
from leukograph.site import frame, lists
from leukograph.site.making import pages

VERSION, OPENAPI, VOID, IRIS, DATA, PAGE = "version", "openapi", "void", "iris", "data", "page/"
PROBLEM, QUESTIONS = "problem", "questions"
_VOID = "http://rdfs.org/ns/void#"


def contents(root: str, site: str | None) -> list[tuple[str, bytes]]:
    """Return all that is served, by name; `site` is a folder with the pages, which are made where none is named."""
    parts = knowledge.parts(root, (BACKGROUND, MAPPINGS))
    texts = {name: questions.load(root, name).sparql for name in questions.names(root)}
    gathered = material.gather(root, GRAPHS)
    heads = "".join(
        f"@prefix {name}: <{space}> .\n"
        for name, space in (("dcterms", PREFIXES["dcterms"]), ("rdfs", PREFIXES["rdfs"]), ("void", _VOID))
    )
    subjects = {plain(quad.subject) for graph in GRAPHS for quad in gathered.quads[graph]}
    made = [
        (OPENAPI, openapi.description(root)),
        (VOID, f"{heads}\n{description.void(gathered)}".encode()),
        (IRIS, "\n".join(sorted(one.removeprefix(BASE) for one in subjects if one.startswith(BASE))).encode()),
        (PROBLEM, frame.document(lists.problem(TITLE, DETAIL, "/"), "/")),
        (QUESTIONS, "\n".join(sorted(texts)).encode()),
        (DATA, framing.packed(held.contents(parts, texts))),
    ]
    shown = dict(pages(root, "/")) if site is None else _of_folder(site)
    context = os.path.join(root, "ontology", "context.jsonld")
    shown.setdefault(CONTEXT.removeprefix(BASE), files.read(context))
    made += [(PAGE + path, content) for path, content in sorted(shown.items())]
    return [(VERSION, files.digest([("program", __version__.encode()), *made]).encode()), *made]


def _of_folder(folder: str) -> dict[str, bytes]:
    if not os.path.isfile(os.path.join(folder, "index.html")):
        raise CallError(f"--site {folder}: there is no index.html. Name a folder that `leukograph site` wrote.")
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder).replace(os.sep, "/")] = files.read(path)
    return found


def main() -> None:
    """Write everything to standard output; what is wrong goes to standard error, in a sentence."""
    root, site = sys.argv[1], sys.argv[2:]
    try:
        whole = framing.packed(contents(root, site[0] if site else None))
    except LeukographError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    sys.stdout.buffer.write(whole)


if __name__ == "__main__":
    main()
