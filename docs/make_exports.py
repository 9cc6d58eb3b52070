"""Makes docs/exports/README.md, the list of all formats, from what `leukograph export --list` knows of them.

`python docs/make_exports.py` writes it; with `--check` it writes nothing and exits 1 where it is not as it would be.
"""

import sys
from pathlib import Path

from leukograph import exporting, facets

INDEX = Path(__file__).resolve().parent / "exports" / "README.md"
_HEAD = """# Formats of export

`leukograph export FORMAT` writes the graph, or one of its named graphs, in a format that other software reads;
`leukograph export --list` shows this list. Every export says what it cannot carry: `--losses FILE` tells each record
and facet that is lost or weakened. `FILE.json` holds the triples themselves, so that what the export carries together
with its losses is the graph again; any other name gives a text for people. None says more than the page does: no
approval, no ranking, no wider scope, no stronger word.

Without `--graph` a format carries the first of its graphs here; `all` are all named graphs together.

| format | what it is | who reads it | what it loses | graphs |
|---|---|---|---|---|
"""
_FACETS = """
## What a loss report speaks of

`evidence-position lost in 310` says that 310 records lost what they say of their place on the page; `degraded` says
that it stands in the export in a weaker form, which the report tells. Every property of the graph belongs to one facet:

| facet | what it is |
|---|---|
"""


def index() -> str:
    """Return the page."""
    rows = [
        f"| [{one.name}]({one.name}.md) | {one.summary} | {one.readers} | {one.loses or 'nothing'} "
        f"| {', '.join(one.graphs)} |\n"
        for one in exporting.formats().values()
    ]
    meanings = [f"| {name} | {meaning} |\n" for name, meaning in sorted(facets.MEANINGS.items())]
    return _HEAD + "".join(rows) + _FACETS + "".join(meanings)


def main(words: list[str]) -> int:
    """Write the page, or with --check tell whether it is not as it would be made; return the exit code."""
    if "--check" not in words:
        INDEX.write_text(index(), encoding="utf-8", newline="\n")
        return 0
    fresh = INDEX.is_file() and INDEX.read_bytes() == index().encode()
    if not fresh:
        sys.stderr.write(f"{INDEX}: not as it would be made. Run `python docs/make_exports.py`.\n")
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
