"""The saved questions as `sh:SPARQLExecutable`s, in the form that SIB's SPARQL editor and its tools read.

The form is that of https://github.com/sib-swiss/sparql-examples: two types, one `rdfs:comment` with a language, one
`sh:select`, `sh:prefixes` with `sh:declare`, `schema:keywords`. Its `schema:target` names the address of an endpoint:
none is known, so none stands here. Nodes have IRIs, where SIB has blank nodes, which some stores refuse.
"""

import re
import shlex

from leukograph import answers, description, questions
from leukograph.arguments import plain
from leukograph.errors import DataError
from leukograph.material import Carried, Format, Material
from leukograph.names import ALL, BASE, PREFIXES, graph_iri
from leukograph.records import Asked, Exported, Question

QUESTION = BASE + "question/"
_OWN = {"question": QUESTION, "schema": "https://schema.org/", "void": "http://rdfs.org/ns/void#"}
_PREFIX = re.compile(r"^PREFIX ([\w.-]+): <([^>]*)>", re.MULTILINE)
_USED = ("dcterms", "owl", "rdfs", "sh", "skos", "xsd")
_HEAD = """# The saved questions of Leukograph as SPARQL that runs as it stands, in the form of SIB's SPARQL examples.
# Each reads the named graphs in its FROM lines and has the values of its example bound; the text with the parameters
# left open is what it is based on. No address of an endpoint is known, so there is no schema:target. The dataset that
# they ask, its graphs and their numbers stand at the end, in VoID.

"""


def _make(material: Material) -> Exported:
    saved = [questions.load(material.root, name) for name in questions.names(material.root)]
    asked = [answered(material.root, question) for question in saved]
    declared: dict[str, str] = {}
    for one in saved:
        for prefix, space in _PREFIX.findall(one.sparql):
            if declared.setdefault(prefix, space) != space:
                raise DataError(f"{one.path}: {prefix}: stands for something else elsewhere. Use another prefix.")
    spaces = {**_OWN, **{prefix: PREFIXES[prefix] for prefix in _USED}}
    blocks = [_HEAD + "".join(f"@prefix {name}: <{spaces[name]}> .\n" for name in sorted(spaces)), _prefixes(declared)]
    for each in asked:
        blocks += [executable(each), text_of(each.question)]
    blocks.append(description.void(material))
    return Exported((("sparql-examples.ttl", "\n".join(blocks).encode()),), Carried(material).losses())


def runnable(asked: Asked) -> str:
    """Return the query of an answered question: its values bound, the graphs that were read in FROM clauses."""
    question = asked.question
    bound = questions.bind(question, {name: tuple(iri for iri, _ in values) for name, values in asked.params})
    lines = [line for line in bound.splitlines() if not line.startswith("#+")]
    places = [place for place, line in enumerate(lines) if line.startswith("WHERE")]
    if len(places) != 1:
        raise DataError(f"{question.path}: {len(places)} lines begin with WHERE. Let that of the query alone do so.")
    lines[places[0] : places[0]] = [f"FROM <{graph_iri(graph)}>" for graph in asked.graphs]
    return "\n".join(lines).strip() + "\n"


def answered(root: str, question: Question) -> Asked:
    """Answer a question with the values of its own example; an example that is no call of it raises DataError."""
    names = {param.name for param in question.params}
    try:
        words = shlex.split(question.example)
    except ValueError:
        words = []
    given = plain(words[3:], names, {"with-background"})
    if given is None or words[:3] != ["leukograph", "ask", question.name]:
        raise DataError(f"{question.path}: the example is no call of the question. Write one that can be run.")
    background = given.pop("with-background", None) is not None
    return answers.ask(root, question.name, given, with_background=background)


def _prefixes(declared: dict[str, str]) -> str:
    lines = ["question:prefixes", "    a owl:Ontology ;", '    rdfs:label "Prefixes of the saved questions"@en ;']
    lines += [f"    sh:declare question:prefix-{prefix} ;" for prefix in sorted(declared)]
    blocks = ["\n".join([*lines, ".", ""])]
    for prefix in sorted(declared):
        space = f'"{declared[prefix]}"^^xsd:anyURI'
        blocks.append(f'question:prefix-{prefix}\n    sh:namespace {space} ;\n    sh:prefix "{prefix}" ;\n.\n')
    return "\n".join(blocks)


def executable(asked: Asked) -> str:
    """Return the Turtle block of a question that was answered, its query ready to run."""
    question = asked.question
    values = [f"{name}: {' and '.join(label for _, label in given)}" for name, given in asked.params]
    summary = f"{question.summary} (Here {'; '.join(values)}.)" if values else question.summary
    read = f"{question.description} Reads the graphs {', '.join(asked.graphs)}."
    keywords = " , ".join(_quoted(tag) for tag in question.tags)
    return "\n".join([
        f"question:{question.name}",
        "    a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;",
        f"    rdfs:comment {_quoted(summary)}@en ;",
        f"    rdfs:label {_quoted(question.name)} ;",
        f"    schema:description {_quoted(read)}@en ;",
        f"    schema:isBasedOn question:{question.name}.rq ;",
        f"    schema:keywords {keywords} ;",
        "    sh:prefixes question:prefixes ;",
        f'    sh:select """{_long(runnable(asked))}""" ;',
        f"    skos:example {_quoted(question.example)} ;",
        ".",
        "",
    ])  # fmt: skip


def text_of(question: Question) -> str:
    """Return the Turtle block of a question as its file has it, the parameters left open."""
    return "\n".join([
        f"question:{question.name}.rq",
        "    a schema:SoftwareSourceCode ;",
        f"    rdfs:label {_quoted(question.name + '.rq')} ;",
        '    schema:programmingLanguage "SPARQL" ;',
        f'    schema:text """{_long(question.sparql)}""" ;',
        ".",
        "",
    ])  # fmt: skip


def _long(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


FORMATS = (
    Format(
        "sparql-examples",
        "the saved questions as SPARQL that runs, in SHACL, with prefixes and VoID of what they ask",
        ".ttl",
        "SIB's SPARQL editor, endpoints that offer examples",
        "all data: it holds the questions, numbers, and no answer",
        (ALL,),
        _make,
    ),
)
