"""Reads a FHIR R5 Bundle with fhir.resources and checks what that library knows and does not check by itself.

Call: the file. Writes JSON: the version of FHIR, how many resources were read, and complaints. The library checks
elements, cardinalities and datatypes. Codes of required value sets and the kinds of resource that a reference may lead
to stand in its models (`enum_values`, `enum_reference_types`) and are checked here.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def walk(model: Any, place: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield every element below a model: place, value, and what the library notes of it."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name, None)
        for one in value if isinstance(value, list) else [] if value is None else [value]:
            yield f"{place}.{name}", one, field.json_schema_extra or {}
            if hasattr(type(one), "model_fields"):
                yield from walk(one, f"{place}.{name}")


def complaints(bundle: Any) -> list[str]:
    kinds = {entry.fullUrl: type(entry.resource).__name__ for entry in bundle.entry}
    found = [] if len(kinds) == len(bundle.entry) else ["Bundle.entry.fullUrl: twice the same"]
    for place, value, notes in walk(bundle, "Bundle"):
        if notes.get("enum_values") and value not in notes["enum_values"]:
            found.append(f"{place}: {value!r} is none of {', '.join(notes['enum_values'])}")
        target = getattr(value, "reference", None) if type(value).__name__ == "Reference" else None
        if target is None:
            continue
        if target not in kinds:
            found.append(f"{place}: {target} is not in the bundle")
        elif not {kinds[target], "Resource"} & set(notes.get("enum_reference_types", ["Resource"])):
            found.append(f"{place}: may not lead to a {kinds[target]}")
    return found


def main() -> None:
    model = importlib.import_module("fhir.resources.bundle").Bundle
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    said: dict[str, Any] = {"fhir": importlib.import_module("fhir.resources").__fhir_version__, "read": 0}
    try:
        bundle = model.model_validate_json(text)
    except ValueError as wrong:
        said["complaints"] = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]  # type: ignore[attr-defined]
    else:
        said |= {"complaints": complaints(bundle), "read": len(bundle.entry)}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
