"""The one room of pyshacl: the reference for shapes, and the judge of values that SPARQL alone does not decide."""

import io
import re
import warnings
from collections.abc import Iterable
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any

import pyshacl
import rdflib
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
from pyshacl.rdfutil.compare import compare_literal
from rdflib.namespace import RDF, RDFS

from leukograph import datasets
from leukograph.errors import CallError, LeukographError
from leukograph.names import SH
from leukograph.shape_findings import Result
from leukograph.shape_values import Judge

if TYPE_CHECKING:
    import pyoxigraph as ox

_SH = rdflib.Namespace(SH)
_TARGETS = (_SH.targetClass, _SH.targetNode, _SH.targetSubjectsOf, _SH.targetObjectsOf)


def results(graph: rdflib.Graph, shapes: rdflib.Graph) -> list[Result]:
    """Return what pyshacl finds, without inference; CallError for shapes that cannot be run."""
    try:
        # pyshacl prints what it raises as well
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")  # pyshacl warns of shapes that hold themselves, which it can run
            conforms, report, words = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    except LeukographError:
        raise
    except Exception as error:  # what shapes can be wrong in has no end, and pyshacl raises as many kinds
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise CallError(f"the shapes cannot be run: {reason}. Mend the shapes.") from None
    if not isinstance(report, rdflib.Graph):
        raise CallError(f"the shapes cannot be run: {' '.join(str(words).split())[:200]}. Mend the shapes.")
    found = [_result(report, node) for node in report.subjects(RDF.type, _SH.ValidationResult)]
    if not conforms and not found:
        raise CallError("the shapes refuse the graph without saying why. Mend the shapes.")
    return found


def _result(report: rdflib.Graph, node: rdflib.term.Node) -> Result:
    value, path = report.value(node, _SH.value), report.value(node, _SH.resultPath)
    component = str(report.value(node, _SH.sourceConstraintComponent))
    return Result(
        focus=_text(report.value(node, _SH.focusNode)),
        path=str(path) if isinstance(path, rdflib.URIRef) else "",
        value=_text(value),
        term=_kind(value),
        shape=_text(report.value(node, _SH.sourceShape)),
        component=component.removeprefix(SH).removesuffix("ConstraintComponent"),
        severity=str(report.value(node, _SH.resultSeverity)),
        messages=tuple(sorted({str(words) for words in report.objects(node, _SH.resultMessage)})),
        detail=(None, _SH.result, node) not in report,
    )


def _text(term: rdflib.term.Node | None) -> str:
    return "" if term is None else f"_:{term}" if isinstance(term, rdflib.BNode) else str(term)


def _kind(term: rdflib.term.Node | None) -> str:
    if not isinstance(term, rdflib.Literal):
        return ""
    return f"@{term.language}" if term.language else f"^^{term.datatype or rdflib.XSD.string}"


def aimed(shapes: Iterable["ox.Quad"], left: set[Any]) -> rdflib.Graph:
    """Return a shapes graph in which those shapes alone have targets that are left to the reference."""
    whole = datasets.graph(shapes)
    kept = {datasets.node(one) for one in left}
    kinds = {RDFS.Class, rdflib.OWL.Class, *whole.subjects(RDFS.subClassOf, RDFS.Class)}
    for target in _TARGETS:
        for shape in set(whole.subjects(target)) - kept:
            whole.remove((shape, target, None))
    for kind in kinds:
        for shape in set(whole.subjects(RDF.type, kind)) - kept:
            whole.remove((shape, RDF.type, kind))
    return whole


def wrong(judge: Judge, value: Any, other: Any = None) -> bool:
    """Tell whether a value of the data is wrong by a constraint, as pyshacl has it."""
    one: Any = datasets.node(value)
    if judge.kind == "less":
        return not _less(one, None if other is None else datasets.node(other), equal=judge.more == "<=")
    if not isinstance(one, rdflib.Literal) and judge.kind != "pattern":
        return True
    if judge.kind == "pattern":
        flags = re.IGNORECASE * ("i" in judge.more) | re.MULTILINE * ("m" in judge.more)
        return isinstance(one, rdflib.BNode) or not re.search(judge.parameter.value, str(one), flags)
    if judge.kind == "datatype":
        return _ill(one, rdflib.URIRef(judge.parameter.value))
    return not _within(one, datasets.node(judge.parameter), judge.more)


def _ill(literal: rdflib.Literal, kind: rdflib.URIRef) -> bool:
    right: Any = DatatypeConstraintComponent._assert_actual_datatype  # noqa: SLF001 - its own way of telling
    return literal.datatype != kind or literal.ill_typed is True or not right(None, literal, kind)


def _within(literal: rdflib.Literal, bound: Any, sign: str) -> bool:
    if isinstance(literal.value, str) != isinstance(bound.value, str):
        return False
    try:
        order: int = compare_literal(literal, bound)  # type: ignore[no-untyped-call]
    except (TypeError, NotImplementedError):
        return False
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[sign]


def _less(one: Any, other: Any, *, equal: bool) -> bool:
    """Compare as pyshacl does for sh:lessThan: IRIs as texts, and blank nodes not at all."""
    if isinstance(one, rdflib.BNode) or isinstance(other, rdflib.BNode):
        raise CallError("the shapes cannot be run: a blank node is compared with another value. Mend the shapes.")
    first, second = (_comparable(term) for term in (one, other))
    if isinstance(first, str) != isinstance(second, str) or isinstance(first, rdflib.Literal) != isinstance(
        second, rdflib.Literal
    ):
        return False
    return bool(first <= second if equal else first < second)


def _comparable(term: Any) -> Any:
    if isinstance(term, rdflib.URIRef):
        return str(term)
    return term.value if isinstance(term.value, str) else term
