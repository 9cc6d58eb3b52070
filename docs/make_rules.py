"""Makes the pages of docs/rules/ from shapes, checks, the table of rules, and cases of the tests that fail by them.

`python docs/make_rules.py` writes them; with `--check` it writes nothing and exits 1 where one is not as it would be.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from leukograph import engine, files, gates, shape_graph
from leukograph.formats import UNSEEN
from leukograph.names import ASSERTED, LGC, LGR, PREFIXES, graph_iri, shorten
from leukograph.records import Rule
from leukograph.rules import GATES, LINT, MEANING, RULES

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "rules"
EX = "https://example.org/case/"
_NAME = re.compile(r"((?<![\w/:])(?:lg[a-z]|oa|owl|rdf|rdfs|sh|skos|sssom|xsd|dcterms):[A-Za-z][\w-]*|\"[^\"]*\"@en)")
_BLOCK = re.compile(r"^(?![@#\s])(\S+)\n(?:    .*\n)+\.\n", re.MULTILINE)
_CLASH = "clashes/cax-dw/clash-stated.ttl"
_FENCES = {".jsonld": "json", ".owl": "xml", ".rdf": "xml"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
_BESIDE = (RDF.type, SH.message, SH.name, SH.path, SH.property, SH.severity, SH.closed, SH.ignoredProperties)
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


class Example(NamedTuple):
    """What breaks a rule: where it comes from (a path below the root), and the Markdown that shows it."""

    source: str
    shown: str


class Case(NamedTuple):
    """A case of the tests: its file, the graph it is laid into, and each record that it expects with the rule."""

    path: Path
    graph: str
    expected: tuple[tuple[str, str], ...]


def main(words: list[str]) -> int:
    """Write the pages, or with --check tell of each that is not as it would be made; return the exit code."""
    made, lacking = pages(ROOT)
    sys.stderr.writelines(f"{line}\n" for line in lacking)
    if "--check" in words:
        wrong = differences(made, FOLDER)
        sys.stderr.writelines(f"{line}. Run `python docs/make_rules.py`.\n" for line in wrong)
        return 1 if wrong or lacking else 0
    write(made, FOLDER)
    return 1 if lacking else 0


def write(made: dict[str, str], folder: Path) -> None:
    """Write each page into its place below `folder`, and take away whatever else is there."""
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for path in _there(folder):
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def differences(made: dict[str, str], folder: Path) -> list[str]:
    """Return a line for each page that is missing, changed or surplus in `folder`."""
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _there(folder)}
    lines = [f"{name}: missing" for name in made if name not in there]
    lines += [f"{name}: changed" for name, text in made.items() if there.get(name, text.encode()) != text.encode()]
    return sorted([*lines, *(f"{name}: surplus" for name in there if name not in made)])


def _there(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def rules(root: Path) -> list[Rule]:
    """Return every rule that a report can name, sorted."""
    return sorted([*RULES.values(), *gates.shape_rules(_read(root)), *gates.check_rules(gates.load_checks(str(root)))])


def pages(root: Path) -> tuple[dict[str, str], list[str]]:
    """Return the text of every page by its path below the folder of rules, and a line for each that cannot be made."""
    maker = _Maker(root)
    every = rules(root)
    made = {"README.md": _index(every)}
    lacking = []
    for rule in every:
        try:
            example, about = maker.example(rule), maker.about(rule)
        except ValueError as error:
            lacking.append(str(error))
            continue
        if example:
            made[_page(rule)] = _text(rule, about, example)
        else:
            name = shorten(rule.iri)
            lacking.append(f"{name}: no case of the tests and no file of docs/examples/ breaks it. Write one.")
    return made, lacking


def _page(rule: Rule) -> str:
    return f"{rule.gate}/{_local(rule)}.md"


def _local(rule: Rule) -> str:
    return rule.iri.rpartition("/")[2]


def _index(every: list[Rule]) -> str:
    lines = [
        "# The rules of `leukograph validate`",
        "",
        "Each rule has a page: what is wrong, an example that fails, how to mend it. The pages are made by",
        "`python docs/make_rules.py` and are not edited by hand. [Validation](../validation.md) says how to use them.",
    ]
    for gate in [*GATES, "baseline"]:
        of_gate = [rule for rule in every if rule.gate == gate]
        lines += ["", f"## {gate.capitalize()}", "", "| rule | severity | what is wrong |", "|---|---|---|"]
        for rule in of_gate:
            lines.append(f"| [{shorten(rule.iri)}]({_page(rule)}) | {rule.severity} | {_words(rule.summary)} |")
    return "\n".join(lines) + "\n"


def _text(rule: Rule, about: str, example: Example) -> str:
    link = f"[{example.source}](../../../{example.source})"
    head, gate = "| | |\n|---|---|\n|", f"[{rule.gate}](../README.md#{rule.gate})"
    parts = [
        f"# {shorten(rule.iri)}",
        f"{head} IRI | `{rule.iri}` |\n| gate | {gate} |\n| severity | {rule.severity} |",
        "## What it means",
        _words(rule.summary),
        about,
        "## An example that fails",
        f"From {link}:",
        example.shown,
        "## How to mend it",
        _words(rule.fix),
    ]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _words(text: str) -> str:
    """Return a sentence as Markdown: names and strings of Turtle as code, the rest as it reads."""
    parts = _NAME.split(text)
    return "".join(
        f"`{part}`" if place % 2 else re.sub(r"([*<>|\[\]_\\])", r"\\\1", part) for place, part in enumerate(parts)
    )


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```"


def _seen(text: str) -> str:
    """Return Turtle with each character that does not show, and each that is not composed, as an escape of Turtle."""
    composed = unicodedata.is_normalized("NFC", text)
    hidden = {char for char in text if char in UNSEEN or (not composed and unicodedata.combining(char))}
    return "".join(_escape(char) if char in hidden else char for char in text)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}"  # noqa: PLR2004 - the longest short escape


def _read(root: Path) -> shape_graph.Shapes:
    return shape_graph.read(
        quad for path in _paths(root) for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    )


def _paths(root: Path) -> list[Path]:
    return sorted((root / files.SHAPES).glob("*.ttl"))


def _shapes(root: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in _paths(root):
        graph.parse(path)
    return graph


class _Maker:
    """The files that pages are made from, each read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shapes = _shapes(root)
        self.checks = {check.name: check for check in gates.load_checks(str(root))}
        self.blocks: dict[str, tuple[Path, str]] = {}
        for path in sorted((root / files.SHAPES).glob("*.ttl")):
            found = _BLOCK.finditer(path.read_text(encoding="utf-8"))
            self.blocks |= {match[1]: (path, match[0]) for match in found}
        self.cases = [_case(path) for path in sorted((root / "tests").glob("shapes/*/fail-*.ttl"))]
        self.store = engine.empty()
        for graph in ASSERTED:
            for name in files.graph_files(str(root), graph):
                engine.load(self.store, graph, name)

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    # What a rule is made of.

    def about(self, rule: Rule) -> str:
        """Return what more the page says: a shape in words and as Turtle, a check as SPARQL."""
        if rule.iri.startswith(LGC):
            name = _local(rule)
            lines = [line for line in self.checks[name].sparql.splitlines() if not line.startswith("#+")]
            query = f"{files.CHECKS}/{name}.rq"
            words = f"It is the query [{query}](../../../{query}); each row is a finding:"
            return f"{words}\n\n{_fenced(chr(10).join(lines), 'sparql')}"
        if rule.iri.startswith(LGR):
            return ""
        path, block = self.blocks[shorten(rule.iri)]
        name = self.relative(path)
        words = "\n".join(self._said(rdflib.URIRef(rule.iri)))
        return f"{words}\n\nThe shape stands in [{name}](../../../{name}):\n\n{_fenced(block, 'turtle')}"

    def _said(self, shape: rdflib.URIRef) -> Iterator[str]:
        takers = sorted(one for one in self.shapes.subjects(SH.property, shape) if isinstance(one, rdflib.URIRef))
        kinds = [one for each in (shape, *takers) for one in self._targets(each)]
        route = self.shapes.value(shape, SH.path)
        what = f"It looks at {self._route(route)}" if route is not None else "It looks at"
        if kinds:
            what += f"{' of' if route is not None else ''} {_and(dict.fromkeys(kinds))}"
        links = _and(f"[{shorten(one)}]({one.rpartition('/')[2]}.md)" for one in takers)
        yield f"{what}." + (f" It is part of {links}." if links else "")
        parts = sorted(shorten(str(one)) for one in self.shapes.objects(shape, SH.property))
        limits = [*self._count(shape), *self._limits(shape)]
        if parts:
            more = "" if limits else " A finding names the part, never this shape."
            links = _and(f"[{one}]({one.partition(':')[2]}.md)" for one in parts)
            yield f"\nIt has the {'part' if len(parts) == 1 else 'parts'} {links}.{more}"
        if limits:
            yield ""
            yield from (f"- {limit[:1].upper()}{limit[1:]}." for limit in limits)

    def _targets(self, shape: Node) -> Iterator[str]:
        for kind in sorted(self.shapes.objects(shape, SH.targetClass), key=str):
            yield f"every {_code(kind)}"
        for link in sorted(self.shapes.objects(shape, SH.targetSubjectsOf), key=str):
            yield f"everything that has {_code(link)}"
        for link in sorted(self.shapes.objects(shape, SH.targetObjectsOf), key=str):
            yield f"every value of {_code(link)}"
        for node in sorted(self.shapes.objects(shape, SH.targetNode), key=str):
            yield _code(node)

    def _route(self, path: Node) -> str:
        if isinstance(path, rdflib.URIRef):
            return _code(path)
        if (path, RDF.first, None) in self.shapes:
            return " and from there ".join(self._route(one) for one in Collection(self.shapes, path))
        inverse = self.shapes.value(path, SH.inversePath)
        if inverse is None:
            raise ValueError(f"no words for the path {path}. Write them in docs/make_rules.py.")
        return f"what points here by {self._route(inverse)}"

    def _count(self, shape: Node) -> Iterator[str]:
        least, most = (int(str(self.shapes.value(shape, one) or -1)) for one in (SH.minCount, SH.maxCount))
        if least == most >= 0:
            yield f"there {_values(least, 'exactly')}"
        else:
            if least >= 0:
                yield f"there {_values(least, 'at least')}"
            if most >= 0:
                yield f"there {_values(most, 'at most')}"

    def _limits(self, shape: Node) -> Iterator[str]:
        one = "each value" if (shape, SH.path, None) in self.shapes else "it"
        ways: dict[Node, str] = {
            SH["class"]: "{one} is of class {value}",
            SH.datatype: "{one} has the datatype {value}",
            SH.hasValue: "{value} is among the values",
            SH.nodeKind: "{one} is of the node kind {value}",
            SH.pattern: "{one} fits the pattern {value}",
            SH.minInclusive: "{one} is {value} or more",
            SH.maxInclusive: "{one} is {value} or less",
            SH.minLength: "{one} has {value} characters or more",
            SH.maxLength: "{one} has {value} characters or less",
            SH.disjoint: "no value is also one of {value}",
            SH.lessThan: "each value is less than each of {value}",
            SH.equals: "the values are those of {value}",
            SH.uniqueLang: "no two values have one language",
            SH["in"]: "{one} is one of {value}",
            SH.languageIn: "{one} is text in one of the languages {value}",
            SH["or"]: "{one} is as at least one of {value} alternatives asks",
            SH["and"]: "{one} is as all of {value} parts ask",
            SH.xone: "{one} is as exactly one of {value} alternatives asks",
            SH["not"]: "{one} is not as the shape in sh:not asks",
            SH.node: "{one} is as {value} asks",
        }
        for predicate, value in sorted(self.shapes.predicate_objects(shape), key=str):
            if predicate in ways:
                yield ways[predicate].format(one=one, value=self._value(predicate, value))
            elif predicate not in (*_BESIDE, *_TARGETS, SH.minCount, SH.maxCount):
                raise ValueError(f"{shorten(str(shape))}: no words for {predicate}. Write them in docs/make_rules.py.")
        if self.shapes.value(shape, SH.closed) == rdflib.Literal(True):  # noqa: FBT003 - rdflib takes values by position
            links = {
                self._route(route)
                for part in self.shapes.objects(shape, SH.property)
                for route in self.shapes.objects(part, SH.path)
            }
            ignored = self.shapes.value(shape, SH.ignoredProperties)
            links |= {_code(each) for each in Collection(self.shapes, ignored)} if ignored else set()
            yield f"it has no other property than {_and(sorted(link for link in links if ' ' not in link))}"

    def _value(self, predicate: Node, value: Node) -> str:
        if predicate in (SH["or"], SH["and"], SH.xone):
            return _number(len(Collection(self.shapes, value)))
        if (value, RDF.first, None) in self.shapes:
            return _and(_code(one) for one in Collection(self.shapes, value))
        return _code(value)

    # What breaks a rule.

    def example(self, rule: Rule) -> Example | None:
        """Return an example that breaks the rule, or None where none was written."""
        for path in sorted((self.root / "docs" / "examples").glob(f"{_local(rule)}.md")):
            if rule.iri.startswith(LGR):
                return Example(self.relative(path), path.read_text(encoding="utf-8"))
        if rule.iri.startswith(LGC):
            return self._of_check(_local(rule))
        if rule.iri.startswith(LGR):
            cases = {LINT: f"lint/{_local(rule)}/fail-*", MEANING: _CLASH}.get(rule.gate, "")
            found = sorted((self.root / "tests").glob(cases)) if cases else []
            return self._whole(found[0]) if found else None
        return self._of_shape(shorten(rule.iri)) or self._of_part(rdflib.URIRef(rule.iri))

    def _of_part(self, shape: rdflib.URIRef) -> Example | None:
        """Return the example of a part, for a shape that asks nothing but what its parts ask: no finding names it."""
        if any(self._limits(shape)):
            return None
        own = sorted(shorten(str(one)) for one in self.shapes.objects(shape, SH.property))
        own.sort(key=lambda one: not one.startswith(f"{shorten(str(shape))}-"))
        return next(filter(None, map(self._of_shape, own)), None)

    def _whole(self, path: Path) -> Example:
        """Return a case as it is, led in by its first line of comment where that says more than the rule's name."""
        text = path.read_text(encoding="utf-8")
        head = re.match(r"# (?!What the )(.*)\n", text)
        body = re.sub(r"\A(?:#.*\n)+|^# (?:expect|graph): .*\n", "", text, flags=re.MULTILINE)
        shown = _fenced(_seen(body), _FENCES.get(path.suffix, "turtle"))
        return Example(self.relative(path), f"{_words(head[1])}\n\n{shown}" if head else shown)

    def _of_shape(self, rule: str) -> Example | None:
        for case in self.cases:
            foci = [focus for focus, broken in case.expected if broken == rule]
            if foci:
                text = case.path.read_text(encoding="utf-8")
                return Example(self.relative(case.path), _fenced(_cut(text, _reach(_blocks(text), foci[:1])), "turtle"))
        return None

    def _of_check(self, name: str) -> Example | None:
        """Cut a case down to the first record it expects, what that record names, and what else it needs to fail."""
        for path in sorted((self.root / "tests" / "checks" / name).glob("fail-*.ttl")):
            case, text = _case(path), path.read_text(encoding="utf-8")
            blocks = _blocks(text)
            focus = case.expected[0][0]
            kept = set(blocks)
            own = _reach(blocks, [focus])
            if not self._finds(name, case.graph, _cut(text, kept), focus):
                raise ValueError(f"{self.relative(path)}: {focus} is not found. Mend the case, or the check.")
            for block in sorted(kept - own):
                if self._finds(name, case.graph, _cut(text, kept - {block}), focus):
                    kept.remove(block)
            return Example(self.relative(path), _fenced(_seen(_cut(text, kept)), "turtle"))
        return None

    def _finds(self, name: str, graph: str, text: str, focus: str) -> bool:
        added = [one for one in _quads(text, graph) if one not in self.store]
        self.store.extend(added)
        try:
            rows = engine.select(self.store, self.checks[name].sparql, name=name).rows
        finally:
            for one in added:
                self.store.remove(one)
        return any(row[0] and row[0].value == _long(focus) for row in rows)


def _quads(text: str, graph: str) -> Iterator[ox.Quad]:
    name = ox.NamedNode(graph_iri(graph))
    for one in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE):
        yield ox.Quad(one.subject, one.predicate, one.object, name)


def _case(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    graph = re.search(r"^# graph: (\S+)$", text, re.MULTILINE)
    marks = re.findall(r"^# expect: (\S+)(?: (\S+))?.*$", text, re.MULTILINE)
    return Case(path, graph[1] if graph else "page", tuple(marks))


def _long(name: str) -> str:
    prefix, _, local = name.partition(":")
    return (EX if prefix == "ex" else PREFIXES[prefix]) + local


def _blocks(text: str) -> dict[str, str]:
    return {match[1]: match[0] for match in _BLOCK.finditer(text)}


def _reach(blocks: dict[str, str], names: Iterable[str]) -> set[str]:
    """Return those of the blocks that are named, and those that they name in turn; all where none is a block."""
    found: set[str] = set()
    waiting = [name for name in names if name in blocks]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                other for other in blocks if re.search(rf"(?<![\w:-]){re.escape(other)}(?![\w-])", blocks[name])
            ]
    return found or set(blocks)


def _cut(text: str, names: Iterable[str]) -> str:
    """Return the blocks of these names in their order, behind the prefixes that they use."""
    kept = [block for name, block in _blocks(text).items() if name in set(names)]
    body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", "".join(kept))
    used = set(re.findall(r"(?<![\w:])([A-Za-z][\w.]*):(?=[\w-])", body))
    heads = [line for line in text.splitlines() if (match := re.match(r"@prefix ([\w.]+):", line)) and match[1] in used]
    return "\n".join([*heads, "", "\n".join(kept)])


def _code(term: Node) -> str:
    short = shorten(str(term)) if isinstance(term, rdflib.URIRef) else str(term)
    return f"`{short}`"


def _and(parts: Iterable[str]) -> str:
    every = list(parts)
    return f"{', '.join(every[:-1])} and {every[-1]}" if len(every) > 1 else "".join(every)


def _values(count: int, how: str) -> str:
    return f"is {how} one value" if count == 1 else f"are {how} {_number(count)} values"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
