"""Completes the command line in bash, zsh and fish: verbs, questions, parameters, and values from the graph."""

from leukograph import answers, console, files, questions
from leukograph.errors import LeukographError
from leukograph.names import ALL, ASSERTED, ENGINES, GRAPHS
from leukograph.profiles import AUTHS, PROFILES

SHELLS = ("bash", "zsh", "fish")
_VERBS = ("ask", "query", "validate", "evidence", "build", "export", "publish", "site", "serve", "completion")
_FORMATS = ("table", "csv", "csv-spreadsheet", "tsv", "json", "markdown", "ttl")
_VALIDATE = (
    *("--with-project", "--graph", "--ontology", "--shapes", "--page", "--format", "--output", "--fail-on"),
    *("--max-print", "--baseline", "--timeout", "--engine", "--watch", "--endpoint", "--here"),
)
_STORE = ("--store", "--auth", "--credentials")
_SERVE = ("--host", "--port", "--everything", "--site", "--watch", "--behind-proxy", "--no-log", "--timeout")
_SERVE_LIMITS = (
    *("--max-memory", "--max-bytes", "--max-rows", "--max-query-bytes", "--max-nesting", "--max-patterns"),
    *("--workers", "--queue", "--max-connections"),
)
_OPTIONS = {
    "query": ("--everything", "--timeout", "--max-rows", "--format", "--output", "--endpoint", *_STORE),
    "validate": (*_VALIDATE, *_STORE),
    "evidence": ("verify", "locate", "coverage"),
    "build": ("--check", "--engine", "--endpoint", *_STORE, "--remove", "--timeout"),
    "completion": SHELLS,
    "export": ("--graph", "--output", "--losses", "--list"),
    "site": ("--output", "--single-file", "--base"),
    "serve": (*_SERVE, *_SERVE_LIMITS),
    "publish": (*_STORE, "--graph", "--file", "--into", "--skolemise", "--dry-run", "--timeout"),
}
_CHOICES = {
    "--store": tuple(PROFILES),
    "--auth": AUTHS,
    "--engine": ENGINES,
    "--fail-on": ("warning", "violation"),
}
# What stands behind these is an address or the name of a file, and files are what a shell completes by itself.
_FILES = {
    *("--output", "--losses", "--file", "--credentials", "--endpoint", "--source", "--page", "--baseline", "--shapes"),
    *("--ontology", "--sign-key", "--single-file", "--site"),
}
_FREE = {"--base", "--into", "--timeout", "--max-rows", "--max-print", "--creator", "--created", "--host", "--port"}
_FREE |= set(_SERVE_LIMITS)
_GIVEN_FIRST = (["query"], ["publish"], ["evidence", "verify"], ["evidence", "locate"])
_REPORTS = ("text", "json", "sarif", "junit", "github", "turtle", "html", "baseline")
_SCRIPTS = {
    "bash": r"""_leukograph() {
    local IFS=$'\n' word quote=${COMP_WORDS[COMP_CWORD]:0:1}
    COMPREPLY=()
    while read -r word; do
        case $quote in
            \') word=${word//\'/\'\\\'\'} ;;
            \") word=${word//\\/\\\\} word=${word//\"/\\\"} word=${word//\$/\\$} word=${word//\`/\\\`} ;;
            *) printf -v word '%q' "$word" ;;
        esac
        COMPREPLY+=("$word")
    done < <(leukograph _complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _leukograph leukograph
""",
    "zsh": """#compdef leukograph
_leukograph() {
    local -a found
    found=("${(@f)$(leukograph _complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    [[ -n "${found[1]}" ]] && compadd -a found || _files
}
compdef _leukograph leukograph
""",
    "fish": """function __leukograph
    set -l found (leukograph _complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c leukograph -f -a '(__leukograph)'
""",
}


def run(words: list[str]) -> int:
    """Print the completion that the words of the call name and return the exit code, 0; a wrong call is a CallError."""
    from leukograph import options

    parser = options.parser(
        "leukograph completion",
        "Print the completion for a shell. It completes verbs, questions, parameters and their values.",
        'examples:\n  eval "$(leukograph completion bash)"\n  leukograph completion fish | source',
    )
    parser.add_argument("shell", choices=SHELLS)
    console.out(script(parser.parse_args(words).shell))
    return 0


def script(shell: str) -> str:
    """Return the completion script of a shell, one of SHELLS."""
    return _SCRIPTS[shell]


def complete(words: list[str]) -> list[str]:
    """Return what the last of the words after `leukograph` can be completed to, sorted.

    Nothing is returned where a file is to be named, which is left to the shell. `--option=value` may be one word, or
    three, as bash has it.
    """
    *before, last = words or [""]
    if last == "=" or (before and before[-1] == "="):  # bash
        before, last = before[:-1] if last != "=" else before, last.removeprefix("=")
    option, equals, value = last.partition("=") if last.startswith("--") else ("", "", "")
    head, rest, last = (f"{option}=", [*before, option], value) if equals else ("", before, last)
    typed = (last if last[:1] in ("'", '"') else last.replace("\\", "")).strip("\"'").casefold()
    try:
        found = _choices(rest, last)
    except LeukographError:
        return []
    return sorted({head + one for one in found if one.casefold().startswith(typed)}, key=str.casefold)


def _choices(before: list[str], typed: str) -> list[str]:
    if not before:
        return [*_VERBS, "--help", "--version"]
    values = _values(before)
    if values is not None:
        return values
    if before[0] == "ask":
        return _ask(before)
    if (before[0] == "validate" or before in _GIVEN_FIRST) and not typed.startswith("-"):
        return []
    return _export(before) if before[0] == "export" else [*_OPTIONS.get(before[0], ()), "--help"]


def _values(before: list[str]) -> list[str] | None:
    """Return what may stand behind an option, nothing where a file or free text does, None behind anything else."""
    option = before[-1]
    if option in _FILES | _FREE:
        return []
    if option == "--format":
        reports = {("evidence", "verify"): ["table", "json"], ("validate",): list(_REPORTS)}
        return reports.get(tuple(before[:2] if before[0] == "evidence" else before[:1]), list(_FORMATS))
    if option == "--graph":
        return list(ASSERTED) if before[0] == "validate" else [*GRAPHS, ALL]
    return list(_CHOICES[option]) if option in _CHOICES else None


def _ask(before: list[str]) -> list[str]:
    root = files.home()
    if len(before) == 1:
        return questions.names(root)
    question = answers.find(root, before[1])
    names = [param.name for param in question.params]
    if before[-1].startswith("--") and before[-1][2:] in names:
        values = answers.values_of(root, question, before[-1][2:])
        return [name for label, others in values for name in (label, *others)]
    rest = ("--format", "--with-background", "--source", "--output", "--endpoint", *_STORE, "--timeout", "--here")
    return [*(f"--{name}" for name in names), *rest, "--help"]


def _export(before: list[str]) -> list[str]:
    from leukograph import exporting

    known = exporting.formats()
    takes = [f"--{option}" for option, _, _ in known[before[1]].takes] if before[1:] and before[1] in known else []
    return [*(known if before == ["export"] else ()), *_OPTIONS[before[0]], *takes, "--help"]
