"""A property graph as CSV, with a Cypher script that loads it, and the same tables for people with a spreadsheet.

`load.cypher` holds names of kinds, columns and types, and no value: each statement takes its rows as a parameter.
"""

from leukograph import formats
from leukograph.material import Carried, Format, Material
from leukograph.names import ALL, GRAPHS, PAGE
from leukograph.property_graph import OWN, Link, PropertyGraph, build
from leukograph.records import Exported, Loss

_GRAPHS = (PAGE, *(graph for graph in GRAPHS if graph != PAGE), ALL)
_CYPHER = {"string": "STRING", "integer": "INT64", "boolean": "BOOLEAN"}
_LOAD = """\
// Loads nodes.csv and relationships.csv through a driver. It cannot be run by itself, in a shell or as an import, for
// no value stands in it: each statement takes one parameter, the rows whose `group` is its name, as maps from column
// to value; an empty cell is null, and properties.csv says which columns are integer or boolean.
// A database that wants its tables declared first runs schema.cypher before.
"""
_SCHEMA = """\
// The tables that load.cypher fills, for a database that wants them declared (Kuzu).
"""


def _csv(material: Material) -> Exported:
    graph = build(material.quads, material.chosen)
    scripts = (("load.cypher", _load(graph).encode()), ("schema.cypher", _schema(graph).encode()))
    return Exported((*_tables(graph), *scripts), _losses(material))


def _spreadsheet(material: Material) -> Exported:
    return Exported(_tables(build(material.quads, material.chosen), spreadsheet=True), _losses(material))


def _losses(material: Material) -> tuple[Loss, ...]:
    carried = Carried(material)
    carried.quads.update(material.of_chosen())
    return carried.losses()


def _tables(graph: PropertyGraph, *, spreadsheet: bool = False) -> tuple[tuple[str, bytes], ...]:
    names = _names(graph)
    types = sorted({(link.type, link.property) for link in graph.links})
    groups = [(group, link) for group, links in _groups(graph).items() for link in links]
    tables = {
        "nodes.csv": [
            ["group", "id", "layer", *names],
            *([node.kind, node.id, node.layer, *(node.cells.get(name, "") for name in names)] for node in graph.nodes),
        ],
        "properties.csv": [
            ["name", "holds", "property", "type", "datatype", "language"],
            *([one.name, "column", one.property, one.kind, one.datatype, one.language] for one in graph.columns),
            *([name, "relationship", iri, "", "", ""] for name, iri in types),
        ],
        "relationships.csv": [
            ["group", "from", "type", "to", "layer", "property"],
            *([_named(group), *link] for group, link in groups),
        ],
    }
    return tuple((name, formats.csv_lines(rows, spreadsheet=spreadsheet).encode()) for name, rows in tables.items())


def _schema(graph: PropertyGraph) -> str:
    kinds = {one.name: _CYPHER[one.kind] for one in graph.columns}
    tables = []
    for kind, names in _kinds(graph).items():
        columns = "".join(f", `{name}` {kinds.get(name, 'STRING')}" for name in names)
        tables.append(f"CREATE NODE TABLE `{kind}`(`id` STRING, `layer` STRING{columns}, PRIMARY KEY(`id`));\n")
    pairs: dict[str, list[str]] = {}
    for start, name, end in _groups(graph):
        pairs.setdefault(name, []).append(f"FROM `{start}` TO `{end}`")
    for name, ends in sorted(pairs.items()):
        tables.append(f"CREATE REL TABLE `{name}`({', '.join(ends)}, `layer` STRING, `property` STRING);\n")
    return _SCHEMA + "".join(tables)


def _load(graph: PropertyGraph) -> str:
    statements = []
    for kind, names in _kinds(graph).items():
        cells = ", ".join(f"`{name}`: row.`{name}`" for name in ("id", "layer", *names))
        statements.append(f"UNWIND ${kind} AS row\nCREATE (:`{kind}` {{{cells}}});\n")
    for group in _groups(graph):
        start, name, end = group
        statements.append(
            f"UNWIND ${_named(group)} AS row\n"
            f"MATCH (one:`{start}` {{`id`: row.`from`}}), (other:`{end}` {{`id`: row.`to`}})\n"
            f"CREATE (one)-[:`{name}` {{`layer`: row.`layer`, `property`: row.`property`}}]->(other);\n"
        )
    return "\n".join([_LOAD, *statements])


def _names(graph: PropertyGraph) -> list[str]:
    """Return the columns of nodes beside kind, id and layer, that any node fills."""
    used = {name for node in graph.nodes for name in node.cells}
    return [name for name in (*OWN[2:], *(one.name for one in graph.columns)) if name in used]


def _kinds(graph: PropertyGraph) -> dict[str, list[str]]:
    """Return the columns that the nodes of each kind fill."""
    used: dict[str, set[str]] = {}
    for node in graph.nodes:
        used.setdefault(node.kind, set()).update(node.cells)
    names = _names(graph)
    return {kind: [name for name in names if name in used[kind]] for kind in sorted(used)}


def _groups(graph: PropertyGraph) -> dict[tuple[str, str, str], list[Link]]:
    """Return the relationships by kind of their start, type, and kind of their end."""
    kinds = {node.id: node.kind for node in graph.nodes}
    groups: dict[tuple[str, str, str], list[Link]] = {}
    for link in graph.links:
        groups.setdefault((kinds[link.start], link.type, kinds[link.end]), []).append(link)
    return dict(sorted(groups.items()))


def _named(group: tuple[str, str, str]) -> str:
    return "__".join(group)


FORMATS = (
    Format(
        "csv",
        "a property graph as CSV, with Cypher that a driver runs with its rows as parameters",
        "",
        "graph databases with openCypher (checked with Kuzu), data frames",
        "",
        _GRAPHS,
        _csv,
    ),
    Format(
        "csv-spreadsheet",
        "the same tables with every cell guarded against formulas",
        "",
        "spreadsheets",
        "",
        _GRAPHS,
        _spreadsheet,
    ),
)
