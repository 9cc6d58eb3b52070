"""Says in words what contradicts itself where a compiled rule has found that something does.

The words are those of `clashes`, which looks at a whole graph; it is given only the axioms and what is said of the
things that clash, and so has little to look at. Nothing else here needs rdflib, so that consistent graphs do without.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

import rdflib
from rdflib.namespace import OWL

from leukograph import datasets
from leukograph.clashes import clashes
from leukograph.records import Clash

if TYPE_CHECKING:
    import pyoxigraph as ox


def explain(stated: "Iterable[ox.Quad]", follows: Iterable[Sequence[Sequence[object]]]) -> list[Clash]:
    """Return the contradictions of a graph; each triple that follows gives all spellings of subject and object."""
    asserted = datasets.graph(stated)
    closed = rdflib.Graph()
    for triple in asserted:
        closed.add(triple)
    for subjects, predicates, objects in follows:
        spelt = [[datasets.node(one) for one in some] for some in (subjects, predicates, objects)]
        for one, link, other in product(*spelt):
            closed.add((one, link, other))
        for some in (spelt[0], spelt[2]):
            for one, other in product(some, some) if len(some) > 1 else ():
                closed.add((one, OWL.sameAs, other))
    return clashes(closed, set(asserted))
