"""Completes the command line in bash, zsh and fish: verbs, questions, parameters, and values from the graph."""

from leukograph import answers, files, questions
from leukograph.errors import LeukographError
from leukograph.names import GRAPHS

SHELLS = ("bash", "zsh", "fish")
_VERBS = ("ask", "query", "validate", "evidence", "build", "export", "completion")
_FORMATS = ("table", "csv", "csv-spreadsheet", "tsv", "json", "markdown", "ttl")
_VALIDATE = (
    *("--with-project", "--graph", "--ontology", "--shapes", "--page", "--format", "--output", "--fail-on"),
    *("--max-print", "--baseline", "--timeout", "--watch"),
)
_OPTIONS = {
    "query": ("--everything", "--timeout", "--max-rows", "--format", "--output"),
    "validate": _VALIDATE,
    "evidence": ("verify", "locate", "coverage"),
    "build": ("--check",),
    "completion": SHELLS,
    "export": ("--graph", "--output", "--losses", "--list"),
}
_REPORTS = ("text", "json", "sarif", "junit", "github", "turtle", "html", "baseline")
_SCRIPTS = {
    "bash": """_leukograph() {
    local IFS=$'\\n' word
    COMPREPLY=()
    while read -r word; do
        COMPREPLY+=("$(printf '%q' "$word")")
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
    "fish": """complete -c leukograph -f \\
    -a '(leukograph _complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
complete -c leukograph -F -n '__fish_seen_subcommand_from query verify validate'
""",
}


def script(shell: str) -> str:
    """Return the completion script of a shell, one of SHELLS."""
    return _SCRIPTS[shell]


def complete(words: list[str]) -> list[str]:
    """Return what the last of the words after `leukograph` can be completed to, sorted."""
    *before, last = words or [""]
    try:
        found = _choices(before)
    except LeukographError:
        return []
    return sorted({one for one in found if one.casefold().startswith(last.strip("\"'").casefold())}, key=str.casefold)


def _choices(before: list[str]) -> list[str]:
    if not before:
        return [*_VERBS, "--help", "--version"]
    if before[-1] == "--format":
        reports = {("evidence", "verify"): ["table", "json"], ("validate",): list(_REPORTS)}
        return reports.get(tuple(before[:2] if before[0] == "evidence" else before[:1]), list(_FORMATS))
    if before[0] != "ask":
        return _export(before) if before[0] == "export" else [*_OPTIONS.get(before[0], ()), "--help"]
    root = files.home()
    if len(before) == 1:
        return questions.names(root)
    question = answers.find(root, before[1])
    names = [param.name for param in question.params]
    if before[-1].startswith("--") and before[-1][2:] in names:
        values = answers.values_of(root, question, before[-1][2:])
        return [name for label, others in values for name in (label, *others)]
    return [*(f"--{name}" for name in names), "--format", "--with-background", "--source", "--output", "--help"]


def _export(before: list[str]) -> list[str]:
    from leukograph import exporting

    if before[-1] == "--graph":
        return [*GRAPHS, exporting.ALL]
    known = exporting.formats()
    takes = [f"--{option}" for option, _, _ in known[before[1]].takes] if before[1:] and before[1] in known else []
    return [*(known if len(before) == 1 else ()), *_OPTIONS["export"], *takes, "--help"]
