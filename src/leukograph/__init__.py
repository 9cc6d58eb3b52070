"""Leukograph: what one page says about refractory and relapsed childhood ALL, as a graph with evidence.

    import leukograph
    asked = leukograph.ask("options-for-subtype", disease="Ph+")

The front door is `ask`, `query`, `validate`, `verify`, `export`, `graph`, `build`, `list_questions`.
It is opened on first use, so that importing the package costs nothing.
"""

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["ask", "build", "export", "graph", "list_questions", "query", "validate", "verify"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leukograph.api import ask, build, export, graph, list_questions, query, validate, verify


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("leukograph.api"), name)
    raise AttributeError(f"module 'leukograph' has no attribute {name!r}")
