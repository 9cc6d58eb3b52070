"""Writes an answer: as a table that fits the terminal, and as CSV, TSV, JSON, Markdown."""

from collections.abc import Iterable

from leukograph import __version__
from leukograph.names import XSD, shorten
from leukograph.records import Answer, Asked, Cell, Iri, Text

ANSWER_FORMATS = ("table", "csv", "csv-spreadsheet", "tsv", "json", "markdown", "ttl")
_STRING = XSD + "string"
_MIN_WIDTH = 9
_LAST_SHORT = 0xFFFF
# Unicode's control (Cc) and format (Cf) characters, and its line and paragraph separators; tab and line feed stay.
_UNSEEN = (
    *range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0xAD, *range(0x600, 0x606), 0x61C, 0x6DD, 0x70F,
    0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)  # fmt: skip
UNSEEN = frozenset(map(chr, _UNSEEN))
_VISIBLE = {code: f"\\u{code:04x}" if code <= _LAST_SHORT else f"\\U{code:08x}" for code in _UNSEEN}
_MARKDOWN = {**{ord(char): f"\\{char}" for char in "|\\<>*_`[]"}, 9: " ", 10: " ", 13: " "}
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")  # as ASVS 1.2.10 (OWASP) lists them, and their full-width forms
_GUARD = frozenset("'\0\t\r\n")
BOLD, DIM, RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def visible(text: str) -> str:
    """Return text with control and bidirectional characters shown as escapes, safe to print on a terminal."""
    return text.translate(_VISIBLE)


def table(asked: Asked, *, width: int = 100, colour: bool = False) -> str:
    """Return the shown columns as a table of at most `width` characters, or as records where it would not fit."""
    columns, rows = shown(asked.answer, asked.question.show)
    return layout(columns, rows, width=width, colour=colour)


def layout(columns: list[str], rows: list[list[str]], *, width: int, colour: bool = False) -> str:
    """Return rows of text under column names, wrapped to `width`, as a table or, where too narrow, as records."""
    if not rows:
        return ""
    keep = [place for place in range(len(columns)) if any(row[place] for row in rows)] or list(range(len(columns)))
    columns = [columns[place] for place in keep]
    rows = [[row[place] for place in keep] for row in rows]
    widths = _widths(columns, rows, width)
    if widths is None:
        return _records(columns, rows, width=width, colour=colour)
    lines = [_line(columns, widths, BOLD if colour else "")]
    lines.append("  ".join("-" * one for one in widths))
    for row in rows:
        wrapped = [_wrap(cell, size) for cell, size in zip(row, widths, strict=True)]
        height = max(len(cell) for cell in wrapped)
        padded = [[*cell, *[""] * (height - len(cell))] for cell in wrapped]
        lines += [_line(list(cells), widths, "") for cells in zip(*padded, strict=True)]
    return "\n".join(lines) + "\n"


def paragraph(text: str, *, width: int) -> str:
    """Return a sentence wrapped to `width`, with unseen characters shown and a line end behind it."""
    return "\n".join(_wrap(visible(text), width)) + "\n"


def shown(answer: Answer, show: tuple[str, ...]) -> tuple[list[str], list[list[str]]]:
    """Return column names and text cells of the columns to show; `x` is shown by its `xLabel` where there is one."""
    places = {name: place for place, name in enumerate(answer.columns)}
    wanted = [name for name in show if name in places or f"{name}Label" in places] or list(answer.columns)
    chosen = [places.get(f"{name}Label", places.get(name, 0)) for name in wanted]
    return wanted, [[visible(short(row[place])) for place in chosen] for row in answer.rows]


def short(cell: Cell) -> str:
    """Return a cell as text: an IRI as CURIE where it can be, a literal by its lexical form, nothing for None."""
    if cell is None:
        return ""
    return shorten(cell.value) if isinstance(cell, Iri) else cell.value


def markdown(asked: Asked) -> str:
    """Return the shown columns as a Markdown table."""
    columns, rows = shown(asked.answer, asked.question.show)
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(cell.replace("\r\n", "\n").translate(_MARKDOWN) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def csv(answer: Answer, *, spreadsheet: bool = False) -> str:
    """Return SPARQL 1.1 Query Results CSV: every column, IRIs and lexical forms bare, lines end in CR LF."""
    lines = [answer.columns, *([cell.value if cell else "" for cell in row] for row in answer.rows)]
    return csv_lines(lines, spreadsheet=spreadsheet)


def csv_lines(lines: Iterable[Iterable[str]], *, spreadsheet: bool = False) -> str:
    """Return lines of cells as CSV (RFC 4180); for a spreadsheet with a byte order mark, and every cell guarded."""
    cells = ((map(guarded, line) if spreadsheet else line) for line in lines)
    text = "".join(",".join(map(_quoted, line)) + "\r\n" for line in cells)
    return f"\ufeff{text}" if spreadsheet else text


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; `unguarded` takes it back.

    An apostrophe goes before a cell that begins with one of = + - @, as they are or in full width, behind white space
    and unseen characters or not; before a cell that begins with a tab, carriage return, line feed or NUL; and before
    one that begins with an apostrophe, so that one apostrophe less is always the cell again.
    """
    first = next((char for char in cell if not char.isspace() and char not in UNSEEN), "")
    return f"'{cell}" if first in _FORMULA or cell[:1] in _GUARD else cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell.removeprefix("'")


def tsv(answer: Answer) -> str:
    """Return SPARQL 1.1 Query Results TSV: every column, terms as in Turtle."""
    lines = ["\t".join(f"?{name}" for name in answer.columns)]
    lines += ["\t".join(turtle_term(cell) if cell else "" for cell in row) for row in answer.rows]
    return "\n".join(lines) + "\n"


def json(answer: Answer, asked: Asked | None = None) -> str:
    """Return SPARQL 1.1 Query Results JSON; with a question, its metadata stands beside under `leukograph`."""
    from json import dumps

    bindings = [
        {name: _json_term(cell) for name, cell in zip(answer.columns, row, strict=True) if cell} for row in answer.rows
    ]
    whole: dict[str, object] = {"head": {"vars": list(answer.columns)}}
    if asked:
        whole["leukograph"] = {
            "question": asked.question.name,
            "summary": asked.question.summary,
            "description": asked.question.description,
            "parameters": {
                name: [{"iri": iri, "label": label} for iri, label in found] for name, found in asked.params
            },
            "graphs": list(asked.graphs),
            "words": list(asked.words),
            "version": __version__,
            "notice": "Reports what one page says. Not medical advice.",
        }
    whole["results"] = {"bindings": bindings}
    return dumps(whole, ensure_ascii=False, indent=2) + "\n"


def turtle_term(cell: Iri | Text) -> str:
    """Return a term as Turtle writes it in full."""
    if isinstance(cell, Iri):
        return cell.value if cell.value.startswith("_:") else f"<{cell.value}>"
    if _bare(cell):
        return cell.value
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    text = '"' + "".join(escapes.get(char, char) for char in cell.value) + '"'
    if cell.language:
        return f"{text}@{cell.language}"
    return text if cell.datatype == _STRING else f"{text}^^<{cell.datatype}>"


def _bare(cell: Text) -> bool:
    """Tell whether Turtle may write the literal without quotes and read it back as it was."""
    if cell.datatype == XSD + "boolean":
        return cell.value in ("true", "false")
    whole, point, part = cell.value.removeprefix("-").removeprefix("+").partition(".")
    digits = (whole + part).isascii() and (whole or "0").isdigit() and (part or "0").isdigit()
    if cell.datatype == XSD + "integer":
        return digits and bool(whole) and not point
    return cell.datatype == XSD + "decimal" and digits and bool(point) and bool(part)


def _json_term(cell: Iri | Text) -> dict[str, str]:
    if isinstance(cell, Iri):
        blank = cell.value.startswith("_:")
        return {"type": "bnode" if blank else "uri", "value": cell.value[2:] if blank else cell.value}
    term = {"type": "literal", "value": cell.value}
    if cell.language:
        term["xml:lang"] = cell.language
    elif cell.datatype != _STRING:
        term["datatype"] = cell.datatype
    return term


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in '",\r\n') else text


def _widths(columns: list[str], rows: list[list[str]], width: int) -> list[int] | None:
    """Share out `width`; None where a column would get less room than its longest word, or hardly any."""
    cells = [[name, *(row[place] for row in rows)] for place, name in enumerate(columns)]
    full = [max(len(cell) for cell in column) for column in cells]
    least = [max(len(word) for cell in column for word in [*cell.split(), ""]) for column in cells]
    least = [max(one, min(all_, _MIN_WIDTH)) for one, all_ in zip(least, full, strict=True)]
    room = width - 2 * (len(columns) - 1)
    if sum(full) <= room:
        return full
    if sum(least) > room:
        return None
    sizes = list(least)
    spare = room - sum(sizes)
    while spare > 0:
        hungry = [place for place in range(len(sizes)) if sizes[place] < full[place]]
        place = max(hungry, key=lambda one: (full[one] / sizes[one], -one))
        sizes[place] += 1
        spare -= 1
    lines = max(sum(-(-len(row[place]) // sizes[place]) for row in rows) for place in range(len(columns)))
    return sizes if lines <= 5 * len(rows) else None


def _wrap(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > size:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
        while len(lines[-1]) > size:
            lines.append(lines[-1][size:])
            lines[-2] = lines[-2][:size]
    return lines


def _line(cells: list[str], widths: list[int], style: str) -> str:
    text = "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True)).rstrip()
    return f"{style}{text}{RESET}" if style else text


def _records(columns: list[str], rows: list[list[str]], *, width: int, colour: bool) -> str:
    margin = max(len(name) for name in columns)
    blocks = []
    for row in rows:
        lines: list[str] = []
        for name, cell in zip(columns, row, strict=True):
            if not cell:
                continue
            wrapped = _wrap(cell, max(width - margin - 2, 20))
            head = f"{DIM}{name.ljust(margin)}{RESET}" if colour else name.ljust(margin)
            first = f"{BOLD}{wrapped[0]}{RESET}" if colour and not lines else wrapped[0]
            lines.append(f"{head}  {first}")
            lines += [" " * (margin + 2) + line for line in wrapped[1:]]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
