"""What of Biolink Model 4.4.6 the export `kgx` uses, and its files: nodes and edges as tables and as JSON lines.

KGX keys the edges of a graph by subject, predicate and object (`kgx.sink.graph_sink`, 2.6.0): of two edges with one key
it keeps one, with the attributes of both mixed. So records that say the same are one edge here, which tells them apart.
"""

import re
from collections.abc import Iterable
from json import dumps
from typing import NamedTuple

from leukograph.errors import DataError
from leukograph.names import LGV

Record = dict[str, object]
ENDS = ("subject", "predicate", "object")


class Kind(NamedTuple):
    """What a class of ours is in Biolink: its classes, and the `id_prefixes` that Biolink gives the first, in order."""

    ours: str
    categories: tuple[str, ...]
    prefers: tuple[str, ...] = ()


# `id_prefixes` as far as KNOWN holds them. Taking part in a trial has no place here: nobody is treated with it.
KINDS = (
    Kind("Disease", ("Disease",), ("MONDO", "DOID", "MESH", "NCIT")),
    Kind("Drug", ("Drug",), ("CHEBI", "MESH")),
    Kind("Procedure", ("Procedure", "Treatment"), ("MAXO",)),
    Kind("DrugClassOption", ("Treatment",)),
    Kind("RegimenFamily", ("Treatment",)),
    Kind("RegimenComposition", ("Treatment",)),
    Kind("DrugClass", ("ChemicalEntity",), ("CHEBI", "MESH")),
    Kind("MolecularTarget", ("MolecularEntity",), ("CHEBI", "MESH")),
    Kind("Mutation", ("SequenceVariant",)),
)
# Prefixes that Biolink's prefix map expands as ours does.
KNOWN = ("CHEBI", "DOID", "HGNC", "MAXO", "MESH", "MONDO", "NCIT", "RXNORM", "SO")
BIOLINK = "https://w3id.org/biolink/vocab/"
OPTION, TRIALS = "treats_or_applied_or_studied_to_treat", "in_clinical_trials_for"
STUDIED = LGV + "being-studied-in-clinical-trials"
EFFECTS = {
    LGV + "resistance": "associated_with_resistance_to",
    LGV + "sensitivity": "associated_with_sensitivity_to",
}
# The entry of this source was read in the registry of information resources (biolink/information-resource-registry,
# infores_catalog.yaml at 0056d340), its level with it. A source without an entry that was read gets no identifier.
REGISTERED = {"griffithlab/civic-server": ("infores:civic", "knowledge_assertion")}
NOT_PROVIDED = "not_provided"
# How Biolink's prefix map expands the identifiers of publications, and how our records name them.
PMID, PUBMED = re.compile(r"\bPMID (\d+)\b"), "http://www.ncbi.nlm.nih.gov/pubmed/"


def merged(edges: Iterable[tuple[str, Record]], own: tuple[str, ...]) -> list[Record]:
    """Return one edge for each subject, predicate and object of records, each given with its short name.

    A column that is one of `own` becomes `…_by_record`, each cell behind the name of its record. Of any other column a
    list is gathered, and a single value stands where every record has it.
    """
    groups: dict[tuple[object, ...], list[tuple[str, Record]]] = {}
    for name, edge in edges:
        groups.setdefault(tuple(edge[end] for end in ENDS), []).append((name, edge))
    return [_one(held, own) for held in groups.values()]


def _one(held: list[tuple[str, Record]], own: tuple[str, ...]) -> Record:
    whole: Record = {}
    for column in dict.fromkeys(column for _, edge in held for column in edge):
        values = [edge.get(column) for _, edge in held]
        if column in own:
            whole[f"{column}_by_record"] = [
                f"{name} {cell}" for name, edge in held for cell in many(edge.get(column, []))
            ]
        elif any(isinstance(value, list) for value in values):
            whole[column] = sorted({str(cell) for value in values for cell in many(value or [])})
        elif len({str(value) for value in values}) == 1:
            whole[column] = values[0]
    return whole


def many(held: object) -> list[object]:
    """Return a cell as the list of what it holds."""
    return held if isinstance(held, list) else [held]


def table(records: list[Record], first: Iterable[str]) -> bytes:
    """Return records as a KGX table: tabs between, bars within, nothing quoted."""
    used = {column for record in records for column in record}
    columns = [*first, *sorted(used - set(first))]
    rows = ["\t".join(columns), *("\t".join(_flat(record, column) for column in columns) for record in records)]
    return "".join(f"{row}\n" for row in rows).encode()


def _flat(record: Record, column: str) -> str:
    cells = [str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in many(record.get(column, ""))]
    if any(set(cell) & set("\t\n\r|") for cell in cells):
        raise DataError(
            f"{record['id']}: {column} holds a tab, a bar or a line break, which KGX tables cannot. Reword."
        )
    return "|".join(cells)


def lines(records: list[Record]) -> bytes:
    """Return records as JSON lines."""
    return "".join(dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
