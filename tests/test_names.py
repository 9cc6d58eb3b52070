"""Spelling of IRIs: long form to short form and back, and which text may stand between angle brackets."""

import string

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leukograph.names import BASE, GRAPHS, LGD, LGG, PREFIXES, expand, graph_iri, is_iri, shorten

PLAIN = string.ascii_letters + string.digits + "_"
LOCALS = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?", fullmatch=True)
STARTS = st.sampled_from(sorted(PREFIXES))
FORBIDDEN = [chr(code) for code in range(33)] + list('<>"{}|^`\\')


@given(STARTS, LOCALS)
def test_a_curie_is_expanded_and_shortened_to_itself(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    assert expand(f"{prefix}:{local}") == iri
    assert shorten(iri) == f"{prefix}:{local}"


@given(STARTS, LOCALS, st.data())
def test_a_prefix_may_be_in_any_letter_case(prefix: str, local: str, data: st.DataObject) -> None:
    spelled = "".join(data.draw(st.sampled_from([char.lower(), char.upper()])) for char in prefix)
    assert expand(f"{spelled}:{local}") == PREFIXES[prefix] + local


@given(STARTS, st.text(alphabet=st.characters(exclude_characters=FORBIDDEN, exclude_categories=["Cs"])))
@example("lgd", "")
@example("lgd", "a/b")
@example("lgd", "a#b")
@example("lgd", ".a")
@example("lgd", "-a")
@example("lgd", "a.")
@example("lgd", "Ä")
@example("lgd", "//a")
def test_a_short_form_always_leads_back_to_the_iri(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    short = shorten(iri)
    assert (expand(short) or short) == iri


@given(STARTS, LOCALS)
def test_a_short_form_is_a_prefixed_name_that_an_engine_reads(prefix: str, local: str) -> None:
    short = shorten(PREFIXES[prefix] + local)
    turtle = f"@prefix {prefix}: <{PREFIXES[prefix]}> . {short} a <https://example.org/x> ."
    (quad,) = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    assert quad.subject == ox.NamedNode(PREFIXES[prefix] + local)


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (LGD + "blinatumomab", "lgd:blinatumomab"),
        ("http://purl.obolibrary.org/obo/MONDO_0000870", "MONDO:0000870"),
        ("http://www.w3.org/2002/07/owl#Class", "owl:Class"),
        ("https://bioregistry.io/civic.vid:1", "CIVIC.VID:1"),
        (LGD, LGD),
        (LGD + "a/b", LGD + "a/b"),
        (LGD + "a.", LGD + "a."),
        (LGD + ".a", LGD + ".a"),
        (BASE + "nothing", BASE + "nothing"),
        ("http://purl.obolibrary.org/obo/UBERON_1", "http://purl.obolibrary.org/obo/UBERON_1"),
        ("", ""),
    ],
)
def test_an_iri_is_shown_short_only_where_that_is_a_name(iri: str, short: str) -> None:
    assert shorten(iri) == short


@pytest.mark.parametrize(
    "text",
    ["", ":", "blinatumomab", "nowhere:x", "lgd", "lgd://x", "lgd:a b", "lgd:a>b", "lgd:a\nb", "https://example.org/x"],
)
def test_what_is_no_curie_is_not_expanded(text: str) -> None:
    assert expand(text) is None


def test_no_two_prefixes_differ_by_letter_case_alone_or_share_a_start() -> None:
    assert len({prefix.lower() for prefix in PREFIXES}) == len(PREFIXES)
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_is_named_below_one_address(name: str) -> None:
    assert graph_iri(name) == f"https://w3id.org/leukograph/graph/{name}"
    assert shorten(graph_iri(name)) == f"lgg:{name}"
    assert is_iri(graph_iri(name))
    assert LGG == "https://w3id.org/leukograph/graph/"


@pytest.mark.parametrize("start", sorted(PREFIXES.values()))
def test_every_namespace_is_an_iri(start: str) -> None:
    assert is_iri(start)


@pytest.mark.parametrize("char", FORBIDDEN, ids=lambda char: f"U+{ord(char):04X}")
def test_an_iri_holds_no_bracket_no_space_and_no_control_character(char: str) -> None:
    assert is_iri("https://example.org/ab")
    assert not is_iri(f"https://example.org/a{char}b")
    assert not is_iri(f"https://example.org/ab{char}")
    assert not is_iri(f"{char}https://example.org/ab")


@pytest.mark.parametrize("code", [0x7F, 0x80, 0x85, 0x9F], ids=lambda code: f"U+{code:04X}")
def test_an_iri_holds_no_control_character_beyond_ascii(code: int) -> None:
    assert not is_iri(f"https://example.org/a{chr(code)}b")


@pytest.mark.parametrize(
    "text", ["", "x", "/x", "//example.org/x", ":x", "1a:x", "-a:x", "ä:x", "a b:x", "a/b:x", "²:x"]
)
def test_without_a_scheme_there_is_no_iri(text: str) -> None:
    assert not is_iri(text)


@pytest.mark.parametrize("text", ["urn:x", "a:", "https://example.org/ä", "tag:x,2026:y", "a+b-c.d:x", "mailto:a@b"])
def test_an_absolute_iri_is_one(text: str) -> None:
    assert is_iri(text)


@given(st.text(alphabet=st.sampled_from([*PLAIN, *":/#?%'().,;=&", *FORBIDDEN])))
@example("a:> } #")
@example("a:x>")
def test_what_passes_as_an_iri_cannot_leave_its_brackets(text: str) -> None:
    if is_iri(text):
        assert text.isprintable()
        assert not set(text) & set(FORBIDDEN)
