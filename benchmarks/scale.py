"""Makes graphs of our schema at any size: the page and the background of the project, copied under names of their own.

    python -m benchmarks.scale 100 --output FILE.nq [--faults 50]

The first copy is the graph as it is. In each further one diseases, therapies, statements, segments, mentions, cues,
scopes and facts have names, IRIs, words, positions and digests of their own, all consistent, so that what was
validated before still conforms, as N-Quads; N-Triples say nothing of graphs and are for other engines. The ontology
stays the same, and so do its vocabularies, the sources, and the drugs that the ontology itself names. Copies are
written one after the other, so that memory stays flat; the same call gives the same bytes.

Faults are put in by name and number: each is of a kind that one rule must find, exactly once (see `faults.py`).
"""

import argparse
import hashlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from benchmarks.faults import expected, places, spoil
from leukograph import engine, files
from leukograph.errors import CallError, LeukographError
from leukograph.names import (
    BACKGROUND,
    LGD,
    LGO,
    OA,
    ONTOLOGY,
    OWL,
    PAGE,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SKOS,
    graph_iri,
)

EACH = 50  # copies in a file of a folder: some 44 MB
COPIED = (PAGE, BACKGROUND)
# In a copy, `_NUMBER` stands for its number, what is between `_TEXT` and `_END` for the SHA-256 of it.
_NUMBER, _TEXT, _END = "\x00", "\x01", "\x02"
_DISTINCT = {
    LGO + name: f"{LGD}{name}Copy{_NUMBER}"
    for name in ("PhNegativeALL", "PhPositiveALL", "ChildhoodPhNegativeALL", "ChildhoodPhPositiveALL")
}
# The one disease that a copy cannot place without a definition of its own: it keeps to the Ph-negative disease.
_NARROWER, _BROADER, _NARROWED = LGO + "PhNegativeTCellALL", LGO + "PhNegativeALL", LGO + "TCellALL"
_NAMES = (RDFS_LABEL, SKOS + "altLabel", SKOS + "hiddenLabel")
_HUNG = {
    LGO + "hasBrandNameFact": LGO + "statesBrandName",
    LGO + "hasClassification": LGO + "assignsClass",
    LGO + "hasResistanceFact": LGO + "aboutDrug",
    LGO + "hasTargetFact": LGO + "statesTarget",
}
Quads = list[tuple[str, ox.Quad]]


def copies(
    times: int, *, faults: int = 0, diseases: bool = True, named: bool = True, root: str | None = None
) -> Iterator[str]:
    """Yield the text of each copy, the first of which is the graph of the project itself, as N-Quads.

    With `named` false it is N-Triples. Without `diseases` all copies speak of the diseases of the ontology.
    """
    if times < 1 or faults < 0:
        raise CallError("a graph of no size or with less than no faults cannot be made. Write numbers from 1 and 0.")
    shop = _Shop(root or files.home(), distinct=diseases, named=named)
    spots = places([shop.text(number) for number in range(1, min(times, 2) + 1)], times, faults) if faults else {}
    for number in range(1, times + 1):
        text = shop.text(number)
        yield spoil(text, spots[number], shop.end) if number in spots else text


def write(path: Path, times: int, *, faults: int = 0, diseases: bool = True) -> int:
    """Write so many copies to a file, N-Quads or by its ending N-Triples, and return the number of its triples."""
    if path.suffix not in (".nq", ".nt"):
        raise CallError(f"{path}: the ending is neither .nq nor .nt. Use one of the two.")
    triples = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in copies(times, faults=faults, diseases=diseases, named=path.suffix == ".nq"):
            file.write(text)
            triples += text.count("\n")
    return triples


def write_folder(folder: Path, times: int, *, faults: int = 0, each: int = EACH) -> list[Path]:
    """Write copies to N-Quads files of a new folder, `each` to a file, and return their paths: no file grows large."""
    folder.mkdir(parents=True)
    paths: list[Path] = []
    whole = copies(times, faults=faults)
    while some := list(islice(whole, each)):
        paths.append(folder / f"copies-{len(paths) + 1:04}.nq")
        paths[-1].write_text("".join(some), encoding="utf-8", newline="\n")
    return paths


class _Shop:
    """What copies are made of: the quads of the project, read once, and the template of a copy for each width."""

    def __init__(self, root: str, *, distinct: bool, named: bool) -> None:
        self.named = named
        self.end = f" <{graph_iri(PAGE)}> ." if named else " ."
        self.ontology, self.store = engine.empty(), engine.empty()
        for store, graphs in ((self.ontology, (ONTOLOGY,)), (self.store, COPIED)):
            for graph in graphs:
                for path in files.graph_files(root, graph):
                    engine.load(store, graph, path)
        self.quads = sorted(self.store, key=str)
        self.by: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in self.quads:
            self.by[quad.subject.value][quad.predicate.value].append(engine.plain(quad.object))
        self.names = self._names(distinct=distinct)
        self.gone = self._gone(distinct=distinct)
        self.spans = {one: self._span(one) for one, said in self.by.items() if OA + "hasSelector" in said}
        self.grown = self._grown()
        self.diseases = [quad for one in sorted(_DISTINCT) for quad in self._disease(one)] if distinct else []

    def text(self, number: int) -> str:
        """Return one copy."""
        if number == 1:
            return "".join(self._line(str(quad.triple), quad.graph_name.value) for quad in self.quads)
        pieces, texts = _template(self, len(str(number)) + 1)
        own = str(number)
        made = [pieces[0].replace(_NUMBER, own)]
        for text, piece in zip(texts, pieces[1:], strict=True):
            made += (hashlib.sha256(text.replace(_NUMBER, own).encode()).hexdigest(), piece.replace(_NUMBER, own))
        return "".join(made)

    def _line(self, triple: str, graph: str) -> str:
        return f"{triple} <{graph}> .\n" if self.named else f"{triple} .\n"

    def _names(self, *, distinct: bool) -> dict[str, str]:
        """Return what a copy calls the records that it has of its own."""
        kept = {engine.plain(term) for quad in self.ontology for term in (quad.subject, quad.object)}
        kept |= {one for one, said in self.by.items() if LGO + "Source" in said[RDF_TYPE]}
        own = {one: f"{one}-copy-{_NUMBER}" for one in self.by if one.startswith(LGD) and one not in kept}
        return {**own, **_DISTINCT, _NARROWER: _DISTINCT[_BROADER]} if distinct else own

    def _gone(self, *, distinct: bool) -> set[str]:
        """Return the records that a copy leaves out: facts about what it shares, and the one narrower disease."""
        hung = {(fact, one) for one, said in self.by.items() for link in _HUNG for fact in said[link]}
        facts = {fact for fact, one in hung if one not in self.names}
        targets = Counter(one for fact, _ in hung for one in self.by[fact][LGO + "statesTarget"])
        targets.subtract(one for fact in facts for one in self.by[fact][LGO + "statesTarget"])
        facts |= {one for one, left in targets.items() if not left}
        if not distinct:
            return facts
        narrowed = {one for one, said in self.by.items() if _NARROWED in said[LGO + "mentions"]}
        places = {place for one in narrowed for place in self.by[one][OA + "hasSelector"]}
        scopes = {one for one, said in self.by.items() if narrowed & set(said[LGO + "givenBy"])}
        return facts | narrowed | places | scopes

    def _span(self, passage: str) -> tuple[int, int]:
        place = self.by[self.by[passage][OA + "hasSelector"][0]]
        return int(place[OA + "start"][0]), int(place[OA + "end"][0])

    def _grown(self) -> dict[str, int]:
        """Return the mentions whose words grow by the number of the copy, with their end: those in no other mention."""
        mentions = {one: self.spans[one] for one, said in self.by.items() if said[LGO + "mentions"]}
        return {
            one: end
            for one, (start, end) in mentions.items()
            if one not in self.gone
            and self.by[one][LGO + "mentions"][0] in self.names
            and not any(
                first <= start and end <= last and (first, last) != (start, end) for first, last in mentions.values()
            )
        }

    def _called(self, one: str) -> str:
        """Return the label of a record in a copy."""
        label = self.by[one][RDFS_LABEL][0] if one in self.by else self._term(one)
        return f"{label} {_NUMBER}" if one in self.names else label

    def _term(self, one: str) -> str:
        return engine.texts(self.ontology, one, RDFS_LABEL)[0]

    def _words(self, one: str) -> str:
        text = self.by[one][LGO + "exactText"][0]
        return f"{text} {_NUMBER}" if one in self.grown else text

    def template(self, width: int) -> str:
        """Return a copy with `_NUMBER` for its number, which together with the blank before it has this width."""
        lines = [self._line(triple, graph_iri(ONTOLOGY)) for triple in self.diseases]
        hung = {fact: (one, link) for one, said in self.by.items() for link in _HUNG for fact in said[link]}
        for quad in self.quads:
            subject, predicate, value = map(engine.plain, quad.triple)
            if subject not in self.names or subject in self.gone or value in self.gone:
                continue
            written = (
                self._literal(subject, predicate, value, width, hung) if isinstance(quad.object, ox.Literal) else ""
            )
            term = (
                f"<{self.names.get(value, value)}>"
                if isinstance(quad.object, ox.NamedNode)
                else _quoted(written) + str(quad.object)[len(str(ox.Literal(value))) :]
            )
            lines.append(self._line(f"<{self.names[subject]}> <{predicate}> {term}", quad.graph_name.value))
        for one in sorted(self._inner()):
            triple = f"<{self.names[one[0]]}> <{SKOS}hiddenLabel> {_quoted(one[1])}@en"
            lines.append(self._line(triple, graph_iri(PAGE)))
        return "".join(lines)

    def _inner(self) -> set[tuple[str, str]]:
        """Return the entities that a mention inside another names without their number, and the words of it."""
        found = set()
        for one, said in self.by.items():
            entity = next(iter(said[LGO + "mentions"]), "")
            if entity in self.names and one not in self.grown and one not in self.gone and entity.startswith(LGD):
                found.add((entity, said[LGO + "exactText"][0]))
        return found

    def _literal(  # noqa: PLR0911 - a kind of literal a line
        self, subject: str, predicate: str, value: str, width: int, hung: dict[str, tuple[str, str]]
    ) -> str:
        said = self.by[subject]
        if predicate == LGO + "digest":
            whole = self._words(subject) if said[LGO + "exactText"] else self.names[subject]
            return f"{_TEXT}{whole}{_END}"
        if predicate == LGO + "exactText":
            return self._words(subject)
        if predicate == LGO + "characterCount":
            return str(int(value) + width * len(self.grown))
        if predicate in (OA + "start", OA + "end"):
            return str(self._position(subject, predicate == OA + "end", width))
        if predicate == LGO + "evidenceItem":
            return re.sub(r"^EID (\d+)", rf"EID \1-{_NUMBER}", value)
        if predicate == LGO + "sourceLocator":
            return self._located(hung[subject], subject, value)
        if predicate == LGO + "paraphrase":
            return f"{value[:-1]} ({_NUMBER})."
        if predicate == RDFS_LABEL and said[LGO + "exactText"]:
            return f"“{self._words(subject)}” in: {self._called(said[LGO + 'withinSegment'][0])}"
        if predicate == RDFS_LABEL and subject in hung:
            return self._fact(subject, value, *hung[subject])
        return f"{value} {_NUMBER}" if predicate in _NAMES else value

    def _position(self, place: str, at_end: bool, width: int) -> int:  # noqa: FBT001
        passage = next(one for one in self.spans if place in self.by[one][OA + "hasSelector"])
        start, end = self.spans[passage]
        if self.by[passage][LGO + "exactText"]:  # as long as its words, wherever others end
            moved = start + width * sum(1 for last in self.grown.values() if last <= start)
            return moved + (end - start + width * (passage in self.grown)) * at_end
        offset = end if at_end else start
        return offset + width * sum(1 for last in self.grown.values() if last <= offset)

    def _fact(self, fact: str, label: str, about: str, link: str) -> str:
        """Return the label of a fact, which begins with the labels of what it is about."""
        other = self.by[fact][_HUNG[link]][0]
        plain = [self.by[one][RDFS_LABEL][0] if one in self.by else self._term(one) for one in (about, other)]
        form = {
            LGO + "hasBrandNameFact": "{1}: brand name of {0}",
            LGO + "hasClassification": "{0}: {1}",
        }.get(link, "{0} and {1}")
        start = form.format(*plain)
        if not label.lower().startswith(start.lower()):
            raise CallError(f"the label of {fact} does not name its parts. Validate the project first.")
        made = form.format(self._called(about), self._called(other))
        return (made[:1].upper() if label[0].isupper() else made[:1]) + made[1:] + label[len(start) :]

    def _located(self, hung: tuple[str, str], fact: str, value: str) -> str:
        """Return the place of a fact in its source: names of drugs and numbers of items are those of the copy."""
        about, link = hung
        value = re.sub(r"(?<=CIVIC_EID:)\d+", rf"\g<0>-{_NUMBER}", value)
        if value.startswith("evidence items "):
            return re.sub(r"\d+", rf"\g<0>-{_NUMBER}", value)
        drug = self.by[fact][LGO + "aboutDrug"][0] if link == LGO + "hasResistanceFact" else about
        brands = [*self.by[drug][LGO + "hasBrandName"]]
        brands += [
            each for one in self.by[drug][LGO + "hasBrandNameFact"] for each in self.by[one][LGO + "statesBrandName"]
        ]
        for one in (drug, *brands):
            if one in self.names:
                name = re.escape(self.by[one][RDFS_LABEL][0])
                value = re.sub(rf"({name})(?! {_NUMBER})", rf"\1 {_NUMBER}", value, flags=re.IGNORECASE)
        return value

    def _disease(self, one: str) -> Iterator[str]:
        """Yield the triples of a disease that a copy has of its own: a kind of the one that the ontology has."""
        subject = f"<{_DISTINCT[one]}>"
        child = "Childhood" in one
        yield f"{subject} <{RDF_TYPE}> <{LGO}Disease>"
        yield f"{subject} <{RDF_TYPE}> <{OWL}Class>"
        above = [LGO + "DiseaseCase", LGO + ("ChildhoodALL" if child else "AcuteLymphoblasticLeukemia")]
        above += [_DISTINCT[one.replace("Childhood", "")]] if child else []
        yield from (f"{subject} <{RDFS}subClassOf> <{each}>" for each in above)
        if child:
            yield f"{subject} <{LGO}ageFormOf> <{_DISTINCT[one.replace('Childhood', '')]}>"
        elif one != _BROADER:
            yield f"{subject} <{OWL}disjointWith> <{_DISTINCT[_BROADER]}>"
        for predicate in _NAMES[:2]:
            for name in engine.texts(self.ontology, one, predicate):
                yield f"{subject} <{predicate}> {_quoted(f'{name} {_NUMBER}')}@en"
        for text in engine.texts(self.ontology, one, SKOS + "definition"):
            yield f"{subject} <{SKOS}definition> {_quoted(text)}@en"


@lru_cache(maxsize=16)
def _template(shop: _Shop, width: int) -> tuple[list[str], list[str]]:
    """Return the template of a copy in pieces, and the texts whose digests stand between two of them."""
    parts = re.split(f"{_TEXT}(.*?){_END}", shop.template(width))
    return parts[::2], parts[1::2]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> int:
    """Write the file and say what is in it; exit 2 where that cannot be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("times", type=int, help="how many copies, the project's own graph among them")
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="N-Quads (.nq) or N-Triples (.nt); without ending, a new folder of files",
    )
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="so many faults; default %(default)s")
    parser.add_argument("--same-diseases", action="store_true", help="speak of the diseases of the ontology alone")
    given = parser.parse_args()
    try:
        if given.output.suffix:
            triples = write(given.output, given.times, faults=given.faults, diseases=not given.same_diseases)
        else:
            made = write_folder(given.output, given.times, faults=given.faults)
            triples = sum(path.read_bytes().count(b"\n") for path in made)
    except LeukographError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{given.output}: {triples} triples in {given.times} copies")
    for rule, number in sorted(expected(given.faults).items()):
        print(f"{number} faults that {rule} must find")
    return 0


if __name__ == "__main__":
    sys.exit(main())
