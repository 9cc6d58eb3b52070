"""Completes the command line in bash, zsh and fish: verbs, questions, parameters, and values from the graph."""

from leukograph import answers, files, questions
from leukograph.errors import LeukographError
from leukograph.names import ALL, GRAPHS
from leukograph.profiles import AUTHS, PROFILES

SHELLS = ("bash", "zsh", "fish")
_VERBS = ("ask", "query", "validate", "evidence", "build", "export", "publish", "completion")
_FORMATS = ("table", "csv", "csv-spreadsheet", "tsv", "json", "markdown", "ttl")
_VALIDATE = (
    *("--with-project", "--graph", "--ontology", "--shapes", "--page", "--format", "--output", "--fail-on"),
    *("--max-print", "--baseline", "--timeout", "--engine", "--watch", "--endpoint", "--here"),
)
_STORE = ("--store", "--auth", "--credentials")
_OPTIONS = {
    "query": ("--everything", "--timeout", "--max-rows", "--format", "--output", "--endpoint", *_STORE),
    "validate": (*_VALIDATE, *_STORE),
    "evidence": ("verify", "locate", "coverage"),
    "build": ("--check", "--engine", "--endpoint", *_STORE, "--remove", "--timeout"),
    "completion": SHELLS,
    "export": ("--graph", "--output", "--losses", "--list"),
    "publish": (*_STORE, "--graph", "--file", "--into", "--skolemise", "--dry-run", "--timeout"),
}
_CHOICES = {"--store": tuple(PROFILES), "--auth": AUTHS}
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
complete -c leukograph -F -n '__fish_seen_subcommand_from query verify validate publish'
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
    if before[-1] in _CHOICES:
        return list(_CHOICES[before[-1]])
    if before[0] == "ask":
        return _ask(before)
    return _export(before) if before[0] in ("export", "publish") else [*_OPTIONS.get(before[0], ()), "--help"]


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

    if before[-1] == "--graph":
        return [*GRAPHS, ALL]
    known = exporting.formats()
    takes = [f"--{option}" for option, _, _ in known[before[1]].takes] if before[1:] and before[1] in known else []
    return [*(known if before == ["export"] else ()), *_OPTIONS[before[0]], *takes, "--help"]
