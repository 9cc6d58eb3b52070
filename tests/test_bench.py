"""The benchmark's own arithmetic, plots and report; what it measures is measured elsewhere."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmarks import __main__ as bench
from benchmarks import compared, measure, plots, validate, ways
from benchmarks.measure import Plot, Section
from benchmarks.sections import SECTIONS

PLOT = Plot("p", "Plot <1>", "triples", "seconds", {"ours & us": [(4000, 0.1), (40000, 1.0)], "one": [(4000, 3)]})


def test_growth_is_the_exponent_from_the_first_point_to_the_last() -> None:
    assert measure.growth([(10, 1), (50, 3), (1000, 10000)]) == pytest.approx(2)


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    over = [{"work": one} for one in (10.0, 8.0, 90.0)]
    assert measure.ratio(over, [{"work": one} for one in (1.0, 4.0, 3.0)], "work") == 10


def test_who_fails_once_is_not_called_again() -> None:
    called: list[str] = []

    def fail() -> None:
        called.append("fail")

    def work() -> dict[str, float]:
        called.append("work")
        return {"work": 1.0}

    assert measure.rounds(3, {"a": work, "b": fail}) == {"a": [{"work": 1.0}] * 3}
    assert called == ["work", "fail", "work", "work"]


def test_who_is_not_installed_is_named() -> None:
    absent = ways.Way("peer", ("no_such_module",), list, list, list)
    present = ways.Way("ours", (), list, list, list)
    assert measure.there([present, absent]) == ([present], ["peer was not run: no_such_module is not installed."])


def test_a_plot_is_svg_with_a_line_for_each() -> None:
    text = plots.svg(PLOT)
    assert text == plots.svg(PLOT)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    names = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"ours & us", "one", "Plot <1>", "10,000", "0.1"} <= names
    lines = [element.get("points") for element in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert lines == ["202.5,360.0 422.5,200.0", "202.5,123.7"]


def test_a_section_replaces_its_own_part_of_the_report(tmp_path: Path) -> None:
    report = tmp_path / "figures.md"
    for section in (Section("One", ("first",), (PLOT,)), Section("Two", ("second",)), Section("One", ("again",))):
        bench.put(section, report, quick=True)
    text = report.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## One", "## Two"]
    assert "again" in text
    assert "first" not in text
    assert (tmp_path / "figures" / "p.svg").exists()


def test_a_command_that_fails_or_says_something_else_has_no_figures() -> None:
    for code, seconds in (("print(3); raise SystemExit(1)", 60), ("print(4)", 60), ("import time; time.sleep(60)", 1)):
        assert validate.whole([sys.executable, "-c", code], "3", measure.ENVIRONMENT, seconds) is None
    made = validate.whole([sys.executable, "-c", "print(3)"], "3", measure.ENVIRONMENT, 60)
    assert made is not None
    assert set(made) == {"work", "clock", "mb"}
    made = validate.whole([sys.executable, "-c", "print('{\"part\": 2}'); print(3)"], "3", measure.ENVIRONMENT, 60)
    assert made is not None
    assert made["part"] == 2


def test_every_section_is_told_of() -> None:
    told = (Path(bench.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in SECTIONS if f"| `{name}` |" not in told] == []


def test_results_that_differ_are_told(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("a\nb\n", encoding="utf-8")
    other.write_text("b\nc\nd\n", encoding="utf-8")
    assert compared.agreement(one, one) == "2, the same"
    assert compared.agreement(one, other) == "3: 1 missing, 2 more"
    assert compared.agreement(tmp_path / "none", other) == "not compared"
