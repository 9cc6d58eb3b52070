"""Reads a saved question: the `#+ key: value` header of a .rq file and the query below it."""

import os

from leukograph.errors import CallError, FileError
from leukograph.files import QUESTIONS, read_text
from leukograph.names import BACKGROUND, MAPPINGS, PAGE, is_iri
from leukograph.records import Param, Question

_SINGLE = {"summary", "description", "tags", "layers", "needs", "show", "empty", "narrower", "closing", "example"}
_REQUIRED = ("summary", "description", "tags", "layers", "show", "empty", "example")
TERMS = "terms"
_LAYERS = (PAGE, BACKGROUND, MAPPINGS, TERMS)
_NEEDS = {
    "required": (True, False),
    "optional": (False, False),
    "many": (True, True),
    "many-optional": (False, True),
}
MARK = "#: "


def names(root: str) -> list[str]:
    """Return the names of the saved questions, sorted; an empty folder is a CallError."""
    folder = os.path.join(root, *QUESTIONS.split("/"))
    found = sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".rq")) if os.path.isdir(folder) else []
    if not found:
        raise CallError(f"{folder}: no saved question there. Restore the folder, or install the package again.")
    return found


def load(root: str, name: str) -> Question:
    """Return the saved question `name`; the name must be one of `names(root)`."""
    path = os.path.join(root, *QUESTIONS.split("/"), name + ".rq")
    return parse(name, path, read_text(path).removeprefix("\ufeff"))


def header(path: str, text: str) -> list[tuple[int, str, str]]:
    """Return the header of a .rq file as (line number, key, value); a line that is no `key: value` is a FileError."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            break
        key, colon, value = line[2:].partition(":")
        if not colon or not key.strip() or not value.strip():
            raise FileError(f"{path}:{number}: the header line is not '#+ key: value'. Write a key and a value.")
        lines.append((number, key.strip(), value.strip()))
    return lines


def parse(name: str, path: str, text: str) -> Question:
    """Return the question in `text`; an unknown, doubled or missing key, or an unused parameter, is a FileError."""
    single: dict[str, str] = {}
    params: list[Param] = []
    for number, key, value in header(path, text):
        place = f"{path}:{number}"
        if key == "param":
            params.append(_param(place, value))
        elif key not in _SINGLE:
            raise FileError(f"{place}: unknown key {key!r}. Use one of param, {', '.join(sorted(_SINGLE))}.")
        elif key in single:
            raise FileError(f"{place}: the key {key!r} stands twice. Keep one of them.")
        else:
            single[key] = value
            if key == "layers" and not set(_listing(value)) <= set(_LAYERS):
                raise FileError(f"{place}: unknown layer in {value!r}. Use {', '.join(_LAYERS)}.")
    for key in _REQUIRED:
        if key not in single:
            raise FileError(f"{path}:1: the header lacks {key!r}. Add a line '#+ {key}: …'.")
    for param in params:
        _check_used(path, param, text)
    return Question(
        name=name,
        path=path,
        summary=single["summary"],
        description=single["description"],
        tags=_listing(single["tags"]),
        layers=_listing(single["layers"]),
        needs_background=single.get("needs") == "background",
        params=tuple(params),
        show=tuple(single["show"].split()),
        empty=single["empty"],
        narrower=single.get("narrower", ""),
        closing=single.get("closing", ""),
        example=single["example"],
        sparql=text,
    )


def bind(question: Question, values: dict[str, tuple[str, ...]]) -> str:
    """Return the query with each given parameter bound to its IRIs by a VALUES clause at the place that it marks.

    A parameter without a value stays an open variable. Only IRIs get in, and an IRI that could end its
    brackets raises CallError, so nothing that a user typed is ever read as query text.
    """
    lines = []
    for line in question.sparql.splitlines():
        mark = line.strip()
        wanted = mark[len(MARK) :] if mark.startswith(MARK) else ""
        given = values.get(wanted, ())
        if not given:
            lines.append(line)
            continue
        for iri in given:
            if not is_iri(iri):
                raise CallError(f"{iri!r} is no IRI that a query can hold. Give an IRI without spaces and brackets.")
        lines.append(f"{line[: len(line) - len(mark)]}VALUES ?{wanted} {{ {' '.join(f'<{iri}>' for iri in given)} }}")
    return "\n".join(lines) + "\n"


def _check_used(path: str, param: Param, text: str) -> None:
    if f"{MARK}{param.name}\n" not in text:
        raise FileError(f"{path}: no line '{MARK}{param.name}' says where the parameter goes. Add it in the query.")
    if f"?{param.name}" not in text.replace(f"?{param.name}Label", ""):
        raise FileError(f"{path}: the query never uses ?{param.name}. Use the parameter's variable, or drop it.")


def _param(place: str, value: str) -> Param:
    name, kind, need, summary = (*value.split(None, 3), "", "", "")[:4]
    if not summary or need not in _NEEDS:
        raise FileError(f"{place}: a parameter is 'name Class {'|'.join(_NEEDS)} description'. Write all four.")
    required, many = _NEEDS[need]
    return Param(name=name, kind=kind, required=required, many=many, summary=summary)


def _listing(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))
