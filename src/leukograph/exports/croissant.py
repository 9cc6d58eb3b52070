"""The statements of the page as a table, with a Croissant description of it: a CSV file and a JSON-LD file."""

import csv
import io
from typing import Any

import pyoxigraph as ox

from leukograph import about
from leukograph.errors import DataError
from leukograph.material import Carried, Format, Material
from leukograph.names import BASE, LGO, OA, ONTOLOGY, PAGE, RDF_TYPE, RDFS_LABEL, XSD
from leukograph.records import Exported

TABLE = "statements.csv"
# The JSON-LD context of Croissant 1.1, key by key as mlcroissant 1.1.1 has it (mlcroissant/_src/core/rdf.py).
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"iri": "sc:URL", "en": "sc:Text", XSD + "integer": "sc:Integer", XSD + "boolean": "sc:Boolean"}
_SAYS = {
    "iri": "IRIs, divided by spaces.",
    "en": "Text in English.",
    XSD + "integer": "A whole number.",
    XSD + "boolean": "true or false.",
}
# Columns that put into words what stands behind the IRIs of another column: name -> what it holds.
_WORDS = {
    "cueWords": "The words of the page that show how firmly, or of how many, it speaks.",
    "kindOfTherapy": "What kind of thing the therapy is; a procedure, a regimen or taking part in a trial is no drug.",
    "limits": "The population: each limit with what sets it.",
    "listExhaustive": "Whether the page presents the list as complete.",
    "places": "Where on the page: characters from and to (the end is not included).",
    "digests": "SHA-256 of the characters of each place, in the same order.",
}


class _Column:
    """A column: its name, the property (an IRI) that it carries exactly or '', kind of value, and what it holds."""

    def __init__(self, name: str, says: str, carries: str = "", kind: str = "en") -> None:
        self.name, self.says, self.carries, self.kind = name, says, carries, kind
        self.cells: list[str] = []


def _make(material: Material) -> Exported:
    statements = material.instances(LGO + "Statement")
    carried = Carried(material)
    columns = [_Column("statement", "The IRI of the statement.", kind="iri"), _Column("layer", "Always page.")]
    columns[0].cells = statements
    columns[1].cells = [PAGE] * len(statements)
    used = {quad.predicate.value for one in statements for quad in material.about(one, PAGE)}
    for prop in sorted(used, key=_local):
        columns += _columns(material, statements, prop)
        for one in statements:
            carried.exactly(one, prop, graphs=(PAGE,))
    for name, says in _WORDS.items():
        column = _Column(name, says, kind=XSD + "boolean" if name == "listExhaustive" else "en")
        column.cells = [_in_words(material, carried, one, name) for one in statements]
        columns.append(column)
    rows = [[column.name for column in columns], *map(list, zip(*(column.cells for column in columns), strict=True))]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    table = text.getvalue().encode()
    return Exported((("croissant.json", _described(material, columns, table)), (TABLE, table)), carried.losses())


def _columns(material: Material, statements: list[str], prop: str) -> list[_Column]:
    """Return the column of a property and, where its values have labels, the column of these."""
    found = [material.terms(one, prop, PAGE) for one in statements]
    kinds = {_kind(term) for terms in found for term in terms}
    if len(kinds) > 1 or not kinds <= set(_TYPES) or (kinds != {"iri"} and max(map(len, found)) > 1):
        raise DataError(f"{prop}: its values on statements do not fit into one column. Give them one kind.")
    (kind,) = kinds
    name = "kind" if prop == RDF_TYPE else _local(prop)
    column = _Column(name, _SAYS[kind], prop, kind)
    column.cells = [" ".join(str(getattr(term, "value", "")) for term in terms) for terms in found]
    if kind != "iri":
        return [column]
    words = _Column(name + "Label", f"The labels of {name}, divided by semicolons.")
    words.cells = [_labels(material, material.values(one, prop, PAGE)) for one in statements]
    return [column, words]


def _in_words(material: Material, carried: Carried, statement: str, name: str) -> str:
    if name == "cueWords":
        cues = material.values(statement, LGO + "cuedBy", PAGE)
        for cue in cues:
            carried.weaker(cue, "cue", f"its words, in the column {name}")
        return "; ".join(dict.fromkeys(material.value(cue, LGO + "exactText", PAGE) for cue in cues))
    if name == "kindOfTherapy":
        therapies = material.values(statement, LGO + "describesTherapy", PAGE)
        kinds = {
            kind for one in therapies for kind in material.values(one, RDF_TYPE, ONTOLOGY, PAGE) if kind.startswith(LGO)
        }
        return _labels(material, sorted(kinds & {LGO + kind for kind in _THERAPIES}))
    if name == "limits":
        return "; ".join(_limit(material, carried, one) for one in material.values(statement, LGO + "scopedBy", PAGE))
    if name == "listExhaustive":
        lists = material.values(statement, LGO + "listedIn", PAGE)
        for one in lists:
            carried.weaker(one, "list", f"whether it is exhaustive, in the column {name}")
        return " ".join(material.value(one, LGO + "sourceExhaustive", PAGE) for one in lists)
    segments = material.values(statement, LGO + "statedIn", PAGE)
    if name == "digests":
        return " ".join(material.value(one, LGO + "digest", PAGE) for one in segments)
    places = []
    for one in segments:
        carried.weaker(one, "evidence-position", "its digest and characters, in the columns digests and places")
        selector = material.value(one, OA + "hasSelector", PAGE)
        places.append("–".join(material.value(selector, OA + end, PAGE) for end in ("start", "end")))
    return " ".join(places)


_THERAPIES = ("Drug", "DrugClassOption", "Procedure", "RegimenFamily", "TrialParticipation")


def _limit(material: Material, carried: Carried, scope: str) -> str:
    carried.weaker(scope, "scope-basis", "in words, in the column limits")
    limit, basis = (material.values(scope, LGO + prop, PAGE) for prop in ("setsLimit", "basedOn"))
    return f"{_labels(material, limit)} ({_labels(material, basis)})"


def _labels(material: Material, iris: list[str]) -> str:
    return "; ".join(" / ".join(material.values(iri, RDFS_LABEL, ONTOLOGY, PAGE)) or _local(iri) for iri in iris)


def _kind(term: object) -> str:
    if isinstance(term, ox.Literal):
        return term.language or term.datatype.value
    return "iri" if isinstance(term, ox.NamedNode) else "blank"


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def _described(material: Material, columns: list[_Column], table: bytes) -> bytes:
    import hashlib
    import json

    fields = []
    for column in columns:
        same: dict[str, Any] = {"equivalentProperty": column.carries} if column.carries else {}
        source: dict[str, Any] = {"fileObject": {"@id": TABLE}, "extract": {"column": column.name}}
        if column.carries and column.kind == "iri":
            same |= {"isArray": True, "arrayShape": "-1"}
            source["transform"] = {"separator": " "}
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"statements/{column.name}",
                "name": column.name,
                "description": column.says,
                "dataType": _TYPES[column.kind],
                **same,
                "source": source,
            }
        )
    pages = material.instances(LGO + "Page", PAGE)
    version = material.version()
    whole = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "citeAs": f"{about.CREATOR}. {about.TITLE}. Version {version}.",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": about.TITLE,
        "description": f"{about.SUMMARY} Here: each statement of the page, one a row. {about.LIMITS} {about.UNKNOWN}",
        "creator": {"@type": "sc:Organization", "name": about.CREATOR},
        "keywords": list(about.KEYWORDS),
        "license": about.LICENCE,
        "url": BASE,
        "version": version,
        "isBasedOn": [
            {"@id": page, "@type": "sc:WebPage", "name": material.value(page, RDFS_LABEL, PAGE)} for page in pages
        ],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": TABLE,
                "name": TABLE,
                "description": "The statements of the page, one a row, with everything that limits them.",
                "contentUrl": TABLE,
                "contentSize": f"{len(table)} B",
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(table).hexdigest(),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "statements",
                "name": "statements",
                "description": f"What the page states, one statement a row. {about.LIMITS}",
                "key": {"@id": "statements/statement"},
                "field": fields,
            }
        ],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


FORMATS = (
    Format(
        "croissant",
        "the statements as a table, described in Croissant",
        "",
        "mlcroissant and dataset search",
        "all but the statements themselves; of cues, limits, lists and places it has the words",
        (PAGE,),
        _make,
    ),
)
