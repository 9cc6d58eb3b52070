"""The verb `site`: reads the call, and writes the site into a folder or one file."""

from urllib.parse import urlsplit

from leukograph import console, files, folders, options
from leukograph.errors import CallError
from leukograph.site import making


def run(words: list[str]) -> int:
    """Make the site as the words of the call say and return the exit code, 0; a wrong call raises CallError."""
    parser = options.parser(
        "leukograph site",
        "Make the web pages of the graph: options by group, a page for everything that has an IRI, the reading view, "
        "the saved questions, and a SPARQL console that answers in the browser. A folder is made for any static "
        "server; a single file opens from disk. Nothing in either is loaded from elsewhere.",
        "examples:\n  leukograph site --output public --base https://example.org/leukograph/\n"
        "  leukograph site --single-file leukograph.html",
    )
    parser.add_argument("--output", type=options.file, metavar="DIR", help="a new or empty folder, or an earlier site")
    parser.add_argument("--single-file", type=options.file, metavar="FILE", help="all of it as one HTML file")
    parser.add_argument("--base", metavar="URL", help="the web address of the folder, for sitemap and canonical links")
    given = parser.parse_args(words)
    if not given.output and not given.single_file:
        raise CallError("name a folder with --output, or a file with --single-file. See `leukograph site --help`.")
    if given.base is not None and not given.output:
        raise CallError("--base is the address of a folder. Give --output with it.")
    base = _base(given.base)
    if given.output:
        folders.check(given.output, folders.SITE)
    if given.single_file:
        files.check(given.single_file)
    try:
        if given.output:
            console.progress("making the pages")
            made = making.pages(files.home(), base, console.tell)
            console.progress(f"writing {len(made)} files")
            folders.write(given.output, folders.SITE, made.items())
        if given.single_file:
            console.progress("making the file")
            files.write(given.single_file, making.single(files.home(), console.tell))
    finally:
        console.progress("")
    return 0


def _base(given: str | None) -> str:
    """Return the address of the site's root with a slash at its end, '' where none is given."""
    if given is None:
        return ""
    parts = urlsplit(given)
    plain = given.isprintable() and given.isascii() and not set(given) & set(" \"'<>\\^`{|}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or not plain:
        raise CallError(f"--base {given}: this is no web address of a folder. Give one such as https://example.org/x/.")
    return given if given.endswith("/") else f"{given}/"
