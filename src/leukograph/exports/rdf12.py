"""RDF 1.2: the graphs as they are, and each treatment option as one triple that is quoted and never asserted.

A statement reifies (rdf:reifies, https://www.w3.org/TR/rdf12-concepts/) the triple of its therapy and its disease. What
is reified is named and not claimed (the annotation syntax would claim it), so that no graph says of a therapy more than
the statement does, whose modality, disease states, age group, remarks and evidence stand beside it.
"""

import pyoxigraph as ox

from leukograph.material import Format, Material, prefixes
from leukograph.names import ALL, LGO, PAGE, RDF
from leukograph.records import Exported


def reified(material: Material) -> list[ox.Quad]:
    """Return for each treatment option of the page the triple, in the default graph, by which it reifies another."""
    found = []
    for option in material.instances(LGO + "TreatmentOptionStatement", PAGE):
        therapy, disease = (material.value(option, LGO + name, PAGE) for name in ("describesTherapy", "forDisease"))
        quoted = ox.Triple(ox.NamedNode(therapy), ox.NamedNode(LGO + "namedAsOptionFor"), ox.NamedNode(disease))
        found.append(ox.Quad(ox.NamedNode(option), ox.NamedNode(RDF + "reifies"), quoted))
    return found


def _trig(material: Material) -> Exported:
    quads = [*reified(material), *material.of_chosen()]
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes(quads)) or b""
    return Exported((("rdf12.trig", b'VERSION "1.2"\n' + written),))


FORMATS = (
    Format(
        "rdf12",
        "graphs as TriG of RDF 1.2, each option of the page a quoted triple",
        ".trig",
        "RDF software that knows RDF 1.2",
        "",
        (PAGE, ALL),
        _trig,
    ),
)
