"""What a shape asks of a single value, as a condition of SPARQL that holds where it is wrong (SHACL, 4.1-4.4, 4.8.3).

Where stores and pyshacl may read a value differently, the condition holds for every doubtful value as well, and says
how each is judged in the end: see `Judge`.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from leukograph.names import RDF, RDFS, SH, XSD
from leukograph.shape_graph import NotCompiledError, Shapes, Term, iri, is_iri, is_literal, items, number, one, values
from leukograph.shape_patterns import pattern

KINDS = {
    "IRI": "isIRI({it})",
    "BlankNode": "isBlank({it})",
    "Literal": "isLiteral({it})",
    "BlankNodeOrIRI": "!isLiteral({it})",
    "BlankNodeOrLiteral": "!isIRI({it})",
    "IRIOrLiteral": "!isBlank({it})",
}
RANGES = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}
_ZONE = "(Z|[+-][0-9][0-9]:[0-9][0-9])$"
_DAY = "(0[1-9]|1[0-9]|2[0-8])"
_MONTH = f"((0[1-9]|1[0-2])-{_DAY}|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_LEAP = "([0-9][0-9](0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29"
_YEAR = "([1-9][0-9][0-9][0-9]|0[1-9][0-9][0-9]|00[1-9][0-9]|000[1-9])"
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_OPEN = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
_WHOLE = "[+-]?[0-9]+"
_POSITIVE, _NEGATIVE = r"\+?0*[1-9][0-9]*", "-0*[1-9][0-9]*"
# How literals are surely written (XML Schema, part 2); any other of these datatypes is doubtful.
FORMS = {
    "integer": _WHOLE, "long": "[+-]?[0-9]{1,18}", "int": "[+-]?[0-9]{1,9}", "short": "[+-]?[0-9]{1,4}",
    "byte": "[+-]?[0-9]{1,2}", "nonNegativeInteger": r"\+?[0-9]+", "positiveInteger": _POSITIVE,
    "nonPositiveInteger": "(-[0-9]+|0+)", "negativeInteger": _NEGATIVE, "unsignedLong": r"\+?[0-9]{1,19}",
    "unsignedInt": r"\+?[0-9]{1,9}", "unsignedShort": r"\+?[0-9]{1,4}", "unsignedByte": r"\+?[0-9]{1,2}",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "boolean": "(true|false|1|0)",
    "double": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "float": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "date": f"({_YEAR}-{_MONTH}|{_LEAP})", "dateTime": f"({_YEAR}-{_MONTH}|{_LEAP})T{_HOUR}{_OPEN}",
    "time": f"{_HOUR}{_OPEN}",
}  # fmt: skip
_ALWAYS = {XSD + name for name in ("string", "normalizedString", "token", "language", "anyURI")}
_UNTOLD = {RDF + "HTML", RDF + "XMLLiteral", RDFS + "Datatype"}
_NUMBERS = {XSD + name for name in (*list(FORMS)[:13], "decimal", "double", "float")}
_MOMENTS = {XSD + name for name in ("date", "dateTime", "time")}


# How literals are written that stores surely keep as they are.
_KEPT = {
    "integer": "-?[1-9][0-9]{0,17}|0",
    "decimal": r"-?(?:[1-9][0-9]{0,8}|0)\.[0-9]{0,8}[1-9]",
    "boolean": "true|false",
    "date": "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}",
    "string": "(?s:.*)",
    "anyURI": "(?s:.*)",
}


class Judge(NamedTuple):
    """How a doubtful value is judged: by which constraint, with which parameter and flags."""

    kind: str
    parameter: Term
    more: str = ""


class Asked(NamedTuple):
    """A value of a parameter of a shape."""

    shapes: Shapes
    shape: Term
    value: Term


class Condition(NamedTuple):
    """A condition that holds where a value is wrong; `judge` decides on what it finds where SPARQL alone cannot.

    `within` says the same where nothing can be judged afterwards, None where that cannot be said; with a judge it is
    right for all values that are not odd (see `odd`).
    """

    text: str
    judge: Judge | None = None
    within: str | None = None


def quoted(text: str) -> str:
    """Return a text as SPARQL writes it."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(sign, written)
    return f'"{text}"'


def matches(text: str, form: str, flags: str = "") -> str:
    """Return the condition that a text matches a pattern."""
    return f"REGEX({text}, {quoted(form)}{f', {quoted(flags)}' if flags else ''})"


def member(kind: Term) -> str:
    """Return predicate and object that only members of a class have."""
    return f"<{RDF}type>/<{RDFS}subClassOf>* {iri(kind)}"


def _class(asked: Asked, it: str) -> Condition:
    """Return the condition that something is no member; as one path it would be looked for among all members."""
    above = f"?above <{RDFS}subClassOf>* {iri(asked.value)}"
    text = f"NOT EXISTS {{ {it} <{RDF}type> ?above FILTER EXISTS {{ {above} }} }}"
    return Condition(text, None, text)


def _datatype(asked: Asked, it: str) -> Condition:
    kind = iri(one(asked.shapes, asked.shape, "datatype")).value
    if kind in _UNTOLD:
        raise NotCompiledError(f"sh:datatype <{kind}>")
    if kind == RDFS + "Literal":
        return _plain(f"!isLiteral({it})")
    text = f"!isLiteral({it}) || DATATYPE({it}) != <{kind}>"
    form = FORMS.get(kind.removeprefix(XSD)) if kind.startswith(XSD) else None
    if form is None:
        known = kind in _ALWAYS or not kind.startswith(XSD)
        return _plain(text) if known else Condition("true", Judge("datatype", asked.value))
    text += f" || !{matches(f'STR({it})', f'^({form})$')}"
    return Condition(text, Judge("datatype", asked.value), text)


def _node_kind(asked: Asked, it: str) -> Condition:
    name = iri(one(asked.shapes, asked.shape, "nodeKind")).value.removeprefix(SH)
    if name not in KINDS:
        raise NotCompiledError(f"sh:nodeKind sh:{name}")
    return _plain(f"!({KINDS[name].format(it=it)})")


def _length(sign: str) -> Callable[[Asked, str], Condition]:
    def make(asked: Asked, it: str) -> Condition:
        one(asked.shapes, asked.shape, "minLength" if sign == "<" else "maxLength")
        most = number(asked.value)
        if sign == "<" and not most:
            return _plain("false")
        return _plain(f"isBlank({it}) || STRLEN(STR({it})) {sign} {most}")

    return make


def _pattern(asked: Asked, it: str) -> Condition:
    said = values(asked.shapes, asked.shape, "flags")
    if not is_literal(asked.value) or len(said) > 1 or not all(map(is_literal, said)):
        raise NotCompiledError("a pattern or flags that are no text")
    flags = "".join(sign for sign in "im" if said and sign in said[0].value.lower())  # what pyshacl heeds
    made = pattern(asked.value.value, flags)
    judge = Judge("pattern", asked.value, flags)
    if made.decides == "none":
        return Condition("true", judge)
    text = f"isBlank({it}) || !{matches(f'STR({it})', made.text, flags)}"
    if made.decides == "exact":
        return _plain(text)
    return Condition(f"{text} || {matches(f'STR({it})', '[^ -~]')}", judge)


def _language_in(asked: Asked, it: str) -> Condition:
    tags = []
    for tag in items(asked.shapes, one(asked.shapes, asked.shape, "languageIn")):
        if not is_literal(tag) or tag.datatype.value not in (XSD + "string", RDF + "langString"):
            raise NotCompiledError("a language that is no text")
        tags.append(tag.value.lower())
    if "*" in tags:
        return _plain(f'!isLiteral({it}) || LANG({it}) = ""')
    known = ", ".join(quoted(tag) for tag in sorted(set(tags))) or '""'
    first = f'LCASE(STRBEFORE(CONCAT(LANG({it}), "-"), "-"))'  # a longer range than a language is taken as it is
    return _plain(
        f'!isLiteral({it}) || LANG({it}) = "" || (LCASE(LANG({it})) NOT IN ({known}) && {first} NOT IN ({known}))'
    )


def _in(asked: Asked, it: str) -> Condition:
    members = items(asked.shapes, one(asked.shapes, asked.shape, "in"))
    return _plain(" && ".join(f"!sameTerm({it}, {constant(one)})" for one in members) or "true")


def _range(sign: str) -> Callable[[Asked, str], Condition]:
    def make(asked: Asked, it: str) -> Condition:
        if not is_literal(asked.value):
            raise NotCompiledError("a bound that is no literal")
        kind, judge = asked.value.datatype.value, Judge("range", asked.value, sign)
        form = FORMS.get(kind.removeprefix(XSD))
        if kind not in {*_NUMBERS, *_MOMENTS} or not form or not re.fullmatch(form, asked.value.value):
            return Condition("true", judge)
        text = f"!COALESCE({it} {sign} {asked.value}, false)"
        if kind in _MOMENTS:  # with and without a time zone is not compared
            zone = matches(f"STR({it})", _ZONE)
            text += f" || {'!' * bool(re.search(_ZONE, asked.value.value))}{zone}"
        return Condition(text, judge)

    return make


def constant(term: Term) -> str:
    """Return a term of the shapes as SPARQL writes it.

    NotCompiledError for a blank node, which is none of the data, and for a literal that stores may write otherwise.
    """
    if not (is_literal(term) or is_iri(term)):
        raise NotCompiledError("a blank node stands for a value")
    if may_change(term):
        raise NotCompiledError("a literal that stores rewrite")
    return str(term)


def may_change(term: Term) -> bool:
    """Tell whether a term is a literal that stores may write in another way."""
    if not is_literal(term) or not term.datatype.value.startswith(XSD):
        return False
    form = _KEPT.get(term.datatype.value.removeprefix(XSD))
    return form is None or not re.fullmatch(form, term.value)


def odd(term: Term) -> bool:
    """Tell whether a term is a literal of a known datatype that is not surely well-formed."""
    if not is_literal(term) or not term.datatype.value.startswith(XSD):
        return False
    form = FORMS.get(term.datatype.value.removeprefix(XSD))
    return form is not None and not re.fullmatch(form, term.value)


def _plain(text: str) -> Condition:
    return Condition(text, None, text)


# Parameter to: component and condition (SHACL, 4.1, 4.3, 4.4, 4.8.3).
SINGLE: dict[str, tuple[str, Callable[[Asked, str], Condition]]] = {
    "class": ("Class", _class),
    "datatype": ("Datatype", _datatype),
    "nodeKind": ("NodeKind", _node_kind),
    "minLength": ("MinLength", _length("<")),
    "maxLength": ("MaxLength", _length(">")),
    "pattern": ("Pattern", _pattern),
    "languageIn": ("LanguageIn", _language_in),
    "in": ("In", _in),
    **{name: (name[0].upper() + name[1:], _range(sign)) for name, sign in RANGES.items()},
}
