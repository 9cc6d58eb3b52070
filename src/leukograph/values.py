"""What a literal means: its value by the datatypes of OWL 2 RL, and which datatypes have that value; of plain text."""

import base64
import ctypes
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Any

from leukograph.names import RDF, XSD

Value = tuple[str, Any]  # space and key: a value has one such pair, however it is written
_ZONE = r"(?P<z>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR, _MONTH, _DAY = r"(?P<y>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))", "(?P<m>[0-9]{2})", "(?P<d>[0-9]{2})"
_TIME = r"(?:(?P<h>[01][0-9]|2[0-3]):(?P<n>[0-5][0-9]):(?P<s>[0-5][0-9](?:\.[0-9]+)?)|(?P<e>24:00:00(?:\.0+)?))"
_MOMENTS = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}", "date": f"{_YEAR}-{_MONTH}-{_DAY}", "time": _TIME, "gYear": _YEAR,
    "gYearMonth": f"{_YEAR}-{_MONTH}", "gMonthDay": f"--{_MONTH}-{_DAY}", "gMonth": f"--{_MONTH}", "gDay": f"---{_DAY}",
}  # fmt: skip
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?(?i:INF)|(?i:NaN)"  # rdflib writes both words small
_ANY, _NONE = "(?s:.*)", "(?!)"
_STRINGS = {
    XSD + "string": _ANY, XSD + "normalizedString": r"[^\t\n\r]*", XSD + "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    XSD + "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", XSD + "NMTOKEN": r"[\w:.·-]+",
    XSD + "Name": r"(?:[^\W\d]|:)[\w:.·-]*", XSD + "NCName": r"[^\W\d][\w.·-]*",
}  # fmt: skip
_BOUNDS: dict[str, tuple[float, float]] = {
    XSD + "integer": (-inf, inf), XSD + "nonNegativeInteger": (0, inf), XSD + "positiveInteger": (1, inf),
    XSD + "nonPositiveInteger": (-inf, 0), XSD + "negativeInteger": (-inf, -1),
    XSD + "byte": (-(2**7), 2**7 - 1), XSD + "short": (-(2**15), 2**15 - 1), XSD + "int": (-(2**31), 2**31 - 1),
    XSD + "long": (-(2**63), 2**63 - 1), XSD + "unsignedByte": (0, 2**8 - 1), XSD + "unsignedShort": (0, 2**16 - 1),
    XSD + "unsignedInt": (0, 2**32 - 1), XSD + "unsignedLong": (0, 2**64 - 1),
}  # fmt: skip
# Datatype to: spaces of its values, how they are written.
TYPES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_BOUNDS, ("decimal", "[+-]?[0-9]+")),
    **{kind: ("string", pattern) for kind, pattern in _STRINGS.items()},
    **{XSD + name: (name, pattern + _ZONE) for name, pattern in _MOMENTS.items()},
    XSD + "dateTimeStamp": ("dateTime", _MOMENTS["dateTime"] + _ZONE.removesuffix("?")),
    XSD + "decimal": ("decimal", _DECIMAL), XSD + "double": ("double", _FLOAT), XSD + "float": ("float", _FLOAT),
    XSD + "boolean": ("boolean", "true|false|1|0"), XSD + "anyURI": ("anyURI", _ANY),
    XSD + "hexBinary": ("hexBinary", "(?:[0-9A-Fa-f]{2})*"),
    XSD + "base64Binary": ("base64Binary", "(?:[A-Za-z0-9+/] ?)*(?:= ?){0,2}"),
    RDF + "langString": ("langString", _NONE), RDF + "PlainLiteral": ("string langString", _NONE),
    RDF + "XMLLiteral": ("markup", _ANY), RDF + "HTML": ("markup", _ANY),
}  # fmt: skip


def _moment(found: re.Match[str]) -> object:
    """Return day, minute, second and zone: to OWL 2 one instant in two zones is two values (Syntax, 4.7)."""
    part: dict[str, Any] = {"y": 2000, "m": 1, "d": 1, "h": 0, "n": 0, "s": 0, "z": ""}
    part.update((key, text) for key, text in found.groupdict().items() if text is not None)
    day = date(2000 + int(part["y"]) % 400, int(part["m"]), int(part["d"])).toordinal() + int(part["y"]) // 400 * 146097
    midnight = "e" in part and "T" in found[0]
    zone = re.sub("Z|-00:00", "+00:00", part["z"])
    return day + midnight, int(part["h"]) * 60 + int(part["n"]), Decimal(part["s"]), zone


_READ: dict[str, Callable[[re.Match[str]], object]] = {
    "decimal": lambda found: Decimal(found[0]),
    "double": lambda found: repr(float(found[0])),  # to OWL 2, 0 and -0 are two values and NaN is one (Syntax, 4.2)
    "float": lambda found: repr(ctypes.c_float(float(found[0])).value),
    "boolean": lambda found: found[0] in ("true", "1"),
    "hexBinary": lambda found: bytes.fromhex(found[0]),
    "base64Binary": lambda found: base64.b64decode(found[0].replace(" ", "")),
    "markup": lambda _: None,  # two spellings can be one value
    **dict.fromkeys(_MOMENTS, _moment),
}


@lru_cache(maxsize=65536)
def read(text: str, kind: str = XSD + "string", language: str = "") -> Value | None:
    """Return the value of a literal, None if its datatype is not of OWL 2 RL; ValueError if it has none."""
    if kind == RDF + "PlainLiteral" and "@" in text:
        text, _, language = text.rpartition("@")
        kind = XSD + "string"
    if language or kind not in TYPES:
        return ("langString", (text, language.lower())) if language else None
    if kind != XSD + "string":
        text = re.sub(r"[\t\n\r]", " ", text)
    if kind not in (XSD + "string", XSD + "normalizedString"):
        text = re.sub(" +", " ", text).strip(" ")
    space, pattern = TYPES[kind]
    found = re.fullmatch(pattern, text)
    if not found:
        raise ValueError(text)
    value = space, _READ[space](found) if space in _READ else found[0]
    if not holds(kind, value):
        raise ValueError(text)
    return value


def holds(kind: str, value: Value) -> bool:
    """Tell whether a datatype of TYPES has a value."""
    low, high = _BOUNDS.get(kind, (-inf, inf))
    return (
        value[0] in TYPES[kind][0].split()
        and (kind not in _BOUNDS or (_whole(value[1]) and low <= value[1] <= high))
        and (kind not in _STRINGS or bool(re.fullmatch(TYPES[kind][1], value[1])))
        and (kind != XSD + "dateTimeStamp" or bool(value[1][-1]))
    )


def _whole(number: Decimal) -> bool:
    """Tell whether a number is whole, however long: `%` fails on numbers of more digits than decimals compute with."""
    _, digits, exponent = number.as_tuple()
    return not isinstance(exponent, int) or not any(digits[exponent:]) if str(exponent).startswith("-") else True
