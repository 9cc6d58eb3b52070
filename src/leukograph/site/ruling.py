"""The rules of validation, from the same tables, shapes and checks that the validation reads."""

import os

import pyoxigraph as ox

from leukograph import files, gates, shape_graph
from leukograph.material import Material
from leukograph.names import LGC, LGS
from leukograph.records import Rule
from leukograph.rules import RULES


def shapes(root: str) -> Material:
    """Return the shapes of a project; blank nodes are named by what is said of them."""
    paths = files.files_under(os.path.join(root, *files.SHAPES.split("/")), ".ttl")
    turtle = ox.RdfFormat.TURTLE
    dataset = ox.Dataset(
        quad for path in paths for quad in ox.parse(files.read(path), format=turtle, rename_blank_nodes=True)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return Material(root, (), {"shapes": tuple(sorted(dataset, key=str))})


def rules(root: str, material: Material) -> dict[str, Rule]:
    """Return every rule that a report can name, by IRI, sorted; `material` holds the shapes."""
    named = gates.shape_rules(shape_graph.read(material.quads["shapes"]))
    every = [*RULES.values(), *named, *gates.check_rules(gates.load_checks(root))]
    return {one.iri: one for one in sorted(every)}


def source(root: str, rule: Rule) -> tuple[str, str]:
    """Return the language and the text of what tests a rule: a check's query, a shape's Turtle, '' for the rest."""
    if rule.iri.startswith(LGC):
        path = os.path.join(root, *files.CHECKS.split("/"), rule.iri.removeprefix(LGC) + ".rq")
        return "sparql", files.read_text(path)
    if rule.iri.startswith(LGS):
        return "turtle", _block(root, rule.iri.removeprefix(LGS))
    return "", ""


def _block(root: str, name: str) -> str:
    """Return the block of a shape as its file writes it: from the line of its name to the line of its full stop."""
    for path in files.files_under(os.path.join(root, *files.SHAPES.split("/")), ".ttl"):
        _, found, rest = files.read_text(path).partition(f"\nlgs:{name}\n")
        if found:
            block, _, _ = rest.partition("\n.\n")
            return f"lgs:{name}\n{block}\n.\n"
    return ""
