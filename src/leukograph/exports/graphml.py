"""GraphML 1.0: the property graph in XML, with typed attributes; each key says which RDF property and term it holds."""

import re

import pyoxigraph as ox

from leukograph.material import Carried, Format, Material
from leukograph.names import ALL, GRAPHS, PAGE
from leukograph.property_graph import OWN, Column, build
from leukograph.records import Exported

_GRAPHS = (PAGE, *(graph for graph in GRAPHS if graph != PAGE), ALL)
# Some readers (igraph) take a boolean that is not there for false, which would say what nobody said: they stay words.
_TYPES = {"string": "string", "integer": "long", "boolean": "string"}
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
# What XML 1.0 cannot hold (section 2.2, the complement of Char).
_NO_CHAR = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
_ESCAPES = str.maketrans(_ENTITIES)


def _graphml(material: Material) -> Exported:
    carried = Carried(material)
    carried.quads.update(quad for quad in material.of_chosen() if not _NO_CHAR.search(_text(quad)))
    kept = {
        name: tuple(quad for quad in quads if quad in carried.quads or name not in material.chosen)
        for name, quads in material.quads.items()
    }
    graph = build(kept, material.chosen)
    numbers = {node.id: f"n{place}" for place, node in enumerate(graph.nodes)}
    columns = [Column(name, "", "string", "", "") for name in ("iri", "kind", "layer", *OWN[2:])] + list(graph.columns)
    lines = [_key("node", column) for column in columns]
    lines += [_key("edge", Column(name, "", "string", "", "")) for name in ("type", "layer", "property")]
    lines.append('<graph id="leukograph" edgedefault="directed">\n')
    for node in graph.nodes:
        cells = {"iri": node.id, "kind": node.kind, "layer": node.layer, **node.cells}
        data = "".join(_data("node", one.name, cells[one.name]) for one in columns if one.name in cells)
        lines.append(f'<node id="{numbers[node.id]}">{data}</node>\n')
    for place, link in enumerate(graph.links):
        ends = f'source="{numbers[link.start]}" target="{numbers[link.end]}"'
        said = (("type", link.type), ("layer", link.layer), ("property", link.property))
        lines.append(f'<edge id="e{place}" {ends}>{"".join(_data("edge", *one) for one in said)}</edge>\n')
    content = f"{_HEAD}{''.join(lines)}</graph>\n</graphml>\n"
    return Exported((("graphml.graphml", content.encode()),), carried.losses())


def _text(quad: ox.Quad) -> str:
    return quad.object.value if isinstance(quad.object, ox.Literal) else ""


def _key(of: str, column: Column) -> str:
    """Return the declaration of an attribute; its description is property, datatype and language of an RDF column."""
    about = " ".join(filter(None, (column.property, column.datatype, column.language)))
    name = f'id="{of}-{column.name}" for="{of}" attr.name="{column.name}" attr.type="{_TYPES[column.kind]}"'
    return f"<key {name}><desc>{about.translate(_ESCAPES)}</desc></key>\n" if about else f"<key {name}/>\n"


def _data(of: str, name: str, value: str) -> str:
    return f'<data key="{of}-{name}">{value.translate(_ESCAPES)}</data>'


FORMATS = (
    Format(
        "graphml",
        "the property graph as GraphML",
        ".graphml",
        "graph software (checked with networkx and igraph)",
        "",
        _GRAPHS,
        _graphml,
    ),
)
