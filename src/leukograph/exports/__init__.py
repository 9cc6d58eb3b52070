"""The formats of `leukograph export`: one module for each family, each with its `FORMATS`. None imports another."""

import importlib
import pkgutil

from leukograph.material import Format


def found() -> dict[str, Format]:
    """Return the formats of every module of this folder by name, sorted."""
    modules = [importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    formats: list[Format] = [one for module in modules for one in module.FORMATS]
    return {one.name: one for one in sorted(formats, key=lambda one: str(one.name))}
