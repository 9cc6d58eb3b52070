"""The context of the project's JSON-LD: the names that documents use, as ontology/context.jsonld holds them."""

import json
import os
from typing import Any

from leukograph import files
from leukograph.errors import FileError

FILE = "ontology/context.jsonld"


def context(root: str) -> dict[str, Any]:
    """Return the context of a project, by name; a file that holds none raises FileError."""
    path = os.path.join(root, *FILE.split("/"))
    try:
        return dict(json.loads(files.read_text(path))["@context"])
    except (ValueError, KeyError, TypeError):
        raise FileError(f"{path}: this holds no context of JSON-LD. Restore the file.") from None
