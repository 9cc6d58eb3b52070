"""The quick reading of a call: whatever it accepts, argparse reads the same way; whatever it does not, it leaves."""

from argparse import ArgumentParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leukograph.arguments import plain

VALUED = {"disease", "state", "format", "output"}
FLAGS = {"with-background", "dry"}
NAMES = sorted(VALUED | FLAGS)
VALUES = st.one_of(
    st.sampled_from(
        ["Ph+", "T-cell ALL", "", "-", "-x", "---", "--state", "a=b", "=", "®", " ", "--with-background=", "@f"]
    ),
    st.text(max_size=5).filter(lambda text: text != "--"),  # which argparse itself loses
)
OPTIONS = st.sampled_from([f"--{name}" for name in NAMES])
WORDS = st.one_of(
    OPTIONS,
    st.builds("{}={}".format, OPTIONS, VALUES),
    VALUES,
    st.sampled_from(["--dis", "-d", "--nothing", "--nothing=1", "extra", "-h", "--help", "---disease", "--disease "]),
)


def by_argparse(words: list[str]) -> dict[str, list[str]]:
    parser = ArgumentParser(allow_abbrev=False)
    for name in sorted(VALUED):
        parser.add_argument(f"--{name}", action="append", dest=name)
    for name in sorted(FLAGS):
        parser.add_argument(f"--{name}", action="store_const", const=[], dest=name)
    return {name: found for name, found in vars(parser.parse_args(words)).items() if found is not None}


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, max_size=6))
@example(["--disease", "Ph+"])
@example(["--disease=Ph+", "--disease", "x", "--with-background"])
@example(["--disease="])
@example(["--disease=-x"])
def test_what_is_read_quickly_is_read_the_same_by_argparse(words: list[str]) -> None:
    found = plain(words, VALUED, FLAGS)
    if found is not None:
        assert found == by_argparse(words)


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(VALUED)), st.text(max_size=8).filter(lambda one: one[:1] != "-")), max_size=5
    )
)
def test_every_plain_call_is_read_quickly(pairs: list[tuple[str, str]]) -> None:
    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    assert plain([word for name, value in pairs for word in (f"--{name}", value)], VALUED, FLAGS) == expected
    assert plain([f"--{name}={value}" for name, value in pairs], VALUED, FLAGS) == expected


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], {}),
        (["--with-background"], {"with-background": []}),
        (["--with-background", "--with-background"], {"with-background": []}),
        (["--disease", ""], {"disease": [""]}),
        (["--disease="], {"disease": [""]}),
        (["--disease=a=b"], {"disease": ["a=b"]}),
        (["--disease=-x"], {"disease": ["-x"]}),
        (["--disease", "a b", "--state=c"], {"disease": ["a b"], "state": ["c"]}),
        (["--disease", "a", "--disease", "b"], {"disease": ["a", "b"]}),
    ],
)
def test_a_well_formed_call_gives_its_values_in_order(words: list[str], found: dict[str, list[str]]) -> None:
    assert plain(words, VALUED, FLAGS) == found


@pytest.mark.parametrize(
    "words",
    [
        ["extra"],
        ["-h"],
        ["--help"],
        ["--"],
        ["--dis", "x"],
        ["--nothing", "x"],
        ["--nothing=x"],
        ["--disease"],
        ["--disease", "-x"],
        ["--disease", "--state"],
        ["--with-background=1"],
        ["--with-background", "x"],
        ["--disease x"],
        ["--disease", "x", "extra"],
    ],
    ids=" ".join,
)
def test_any_other_call_is_left_to_argparse(words: list[str]) -> None:
    assert plain(words, VALUED, FLAGS) is None
