"""Makes ontology/context.jsonld, the names in the project's JSON-LD: from the ontology, the prefixes and the graph.

`python docs/make_context.py` writes it; with `--check` it writes nothing and exits 1 where it is not as it would be.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from leukograph import material
from leukograph.names import GRAPHS, LGO, OWL, PREFIXES, RDF_TYPE, shorten

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "ontology" / "context.jsonld"
NESTS = ("evidence", "population")
_ENDINGS = (":", "/", "?", "#", "[", "]", "@")
_STRING = PREFIXES["xsd"] + "string"


def context(root: Path) -> dict[str, Any]:
    """Return the context: keywords, prefixes, a name for each own class, and for each property its kind of value."""
    whole = material.gather(str(root), GRAPHS)
    made: dict[str, Any] = {
        "@version": 1.1,
        "@vocab": LGO,
        "id": "@id",
        "type": "@type",
        **dict.fromkeys(NESTS, "@nest"),
    }
    for prefix, start in sorted(PREFIXES.items()):
        made[prefix] = start if start.endswith(_ENDINGS) else {"@id": start, "@prefix": True}
    kinds: dict[str, set[str]] = {}
    terms = {"Class": set[str](), "ObjectProperty": set[str](), "DatatypeProperty": set[str]()}
    for quads in whole.quads.values():
        for quad in quads:
            kinds.setdefault(quad.predicate.value, set()).add(_kind(quad.object))
            for kind, held in terms.items():
                if quad.predicate.value == RDF_TYPE and str(quad.object) == f"<{OWL}{kind}>":
                    held.add(getattr(quad.subject, "value", ""))
    for iri in terms["ObjectProperty"] | terms["DatatypeProperty"]:
        kinds.setdefault(iri, {"@id"} if iri in terms["ObjectProperty"] else set())
    for iri in sorted(terms["Class"]):
        if iri.startswith(LGO):
            made[iri.removeprefix(LGO)] = shorten(iri)
    for iri in sorted(kinds.keys() - {RDF_TYPE}, key=_key):
        made[_key(iri)] = _definition(iri, kinds[iri])
    return {"@context": made}


def text(root: Path) -> str:
    """Return the context as its file holds it."""
    return json.dumps(context(root), ensure_ascii=False, indent=1) + "\n"


def _kind(term: object) -> str:
    if isinstance(term, ox.Literal):
        return f"@{term.language}" if term.language else term.datatype.value
    return "@id"


def _key(iri: str) -> str:
    return iri.removeprefix(LGO) if iri.startswith(LGO) else shorten(iri)


def _definition(iri: str, kinds: set[str]) -> str | dict[str, str]:
    if len(kinds) != 1 or kinds == {_STRING}:
        return shorten(iri)
    (kind,) = kinds
    if kind.startswith("@") and kind != "@id":
        return {"@id": shorten(iri), "@language": kind[1:]}
    return {"@id": shorten(iri), "@type": shorten(kind)}


def main(words: list[str]) -> int:
    """Write the file, or with --check tell whether it is as it would be made; return the exit code."""
    made = text(ROOT)
    if "--check" not in words:
        FILE.write_text(made, encoding="utf-8", newline="\n")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != made:
        sys.stderr.write("ontology/context.jsonld: not as it would be made. Run `python docs/make_context.py`.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
