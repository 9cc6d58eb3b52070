"""Writes what a validation found as one page of HTML: no script, nothing from elsewhere, and narrow screens will do."""

from html import escape

from leukograph import __version__
from leukograph.names import shorten
from leukograph.records import Finding, Gate, Report, Rule
from leukograph.verdicts import SEVERITIES, conforms, count, message, names, one_line, ordered, rank, verdict, where

MOST_ITEMS = 200
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --line: #c9ced6; --soft: #f3f5f8; --dim: #57606a;
  --violation: #b3261e; --warning: #8a5a00; --info: #1f5fa8; --good: #1a6b34; }
@media (prefers-color-scheme: dark) { :root { --line: #444b55; --soft: #22272e; --dim: #a3adb8;
  --violation: #ff9a92; --warning: #f0c060; --info: #8ec1ff; --good: #7fd99a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
p { margin: .5rem 0; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
header { padding: 1rem; border: 1px solid var(--line); border-left: .5rem solid var(--violation);
  border-radius: .5rem; }
header.conforms { border-left-color: var(--good); }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--dim); }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { overflow-wrap: normal; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
details { margin: .75rem 0; border: 1px solid var(--line); border-radius: .5rem; }
summary { padding: .75rem 1rem; cursor: pointer; background: var(--soft); border-radius: .5rem; }
summary strong { margin-right: .25rem; }
details > p { margin: .75rem 1rem; }
ul { list-style: none; margin: 0; padding: 0 1rem .5rem; }
li { padding: .6rem 0; border-top: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem; margin: .25rem 0 0; }
dt { color: var(--dim); }
dd { margin: 0; min-width: 0; }
.violation { color: var(--violation); }
.warning { color: var(--warning); }
.info { color: var(--info); }
.dim { color: var(--dim); }
@media print { body { max-width: none; padding: 0; } summary { background: none; } li, header { break-inside: avoid; } }
"""


def html(report: Report) -> str:
    """Return the report as a page: the verdict, the gates, the findings by rule, and those that are known."""
    found = ordered(report)
    rules = {rule.iri: rule for rule in report.rules}
    new, known = [one for one in found if not one.known], [one for one in found if one.known]
    words = one_line(verdict(report))
    good = "conforms" if conforms(report) else "fails"
    style = f"<style>{_STYLE}</style>"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(words)}</title>",
        style,
        "</head>",
        "<body>",
        f'<header class="{good}">',
        f"<h1>{escape(words[0].upper() + words[1:])}</h1>",
        f'<p class="dim">Leukograph {__version__}; fails on {escape(one_line(report.fail_on))} or above.</p>',
        "</header>",
        "<main>",
        *(_section("Findings", new, rules) if new else ["<h2>Findings</h2>", "<p>Nothing new was found.</p>"]),
        *(_section("Known findings", known, rules) if known else []),
        *_gates(report.gates),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _gates(gates: tuple[Gate, ...]) -> list[str]:
    rows = ['<tr><th scope="col">Gate</th><th scope="col">Findings</th><th scope="col">Looked at</th></tr>']
    for gate in gates:
        counts = ", ".join(f"{_data(name)} {number}" for name, number in gate.counts)
        below = f'<details><summary>counts</summary><p class="dim">{counts}</p></details>' if counts else ""
        rows.append(
            f'<tr><th scope="row">{_data(gate.name)}</th><td class="number">{len(gate.findings)}</td>'
            f"<td>{_data(gate.looked_at)}{below}</td></tr>"
        )
    return ["<h2>Gates</h2>", "<table>", *rows, "</table>"]


def _section(title: str, found: list[Finding], rules: dict[str, Rule]) -> list[str]:
    """Return a part of the page with the findings by rule, the heaviest rules first."""
    lines = ["<section>", f"<h2>{title}</h2>"]
    for iri in dict.fromkeys(one.rule for one in sorted(found, key=lambda one: -rank(one.severity))):
        lines += _rule(iri, [one for one in found if one.rule == iri], rules.get(iri))
    return [*lines, "</section>"]


def _rule(iri: str, found: list[Finding], rule: Rule | None) -> list[str]:
    """Return the findings of one rule; a message that all of them share stands once above them."""
    worst = SEVERITIES[max(rank(one.severity) for one in found)]
    same = len({one.message for one in found}) == 1
    head = f'<strong class="{worst}">{worst}</strong> {_named(iri, shorten(iri))}: {count(len(found), "finding")}'
    lines = [
        "<details open>",
        f"<summary>{head}</summary>",
    ]
    if same:
        lines.append(f"<p>{_data(message(found[0]))}</p>")
    elif rule:
        lines.append(f"<p>{_data(rule.summary)} {_data(rule.fix)}</p>")
    lines += ["<ul>", *(_item(one, same=same) for one in found[:MOST_ITEMS]), "</ul>"]
    rest = len(found) - MOST_ITEMS
    if rest > 0:
        lines.append(f"<p>{count(rest, 'more finding')} of this rule {'is' if rest == 1 else 'are'} not shown.</p>")
    return [*lines, "</details>"]


def _item(one: Finding, *, same: bool) -> str:
    place = where(one)
    about = zip(("Focus", "Path", "Value"), (one.focus, one.path, one.value), names(one), strict=True)
    rows = [f"<dt>{word}</dt><dd>{_named(text, short)}</dd>" for word, text, short in about if text]
    rows += [f"<dt>Reason</dt><dd>{_data(one.known)}</dd>"] if one.known else []
    parts = [f"<code>{_data(place)}</code>" if place else '<span class="dim">no place in a file</span>']
    parts += [] if same else [f"<p>{_data(message(one))}</p>"]
    parts += ["<dl>", *rows, "</dl>"] if rows else []
    return f"<li>{''.join(parts)}</li>"


def _named(iri: str, short: str) -> str:
    """Return the short form of an IRI, with the whole of it as title where the two differ."""
    title = f' title="{escape(one_line(iri))}"' if short != iri else ""
    return f"<bdi{title}>{escape(one_line(short))}</bdi>"


def _data(text: str) -> str:
    return f"<bdi>{escape(one_line(text))}</bdi>"
