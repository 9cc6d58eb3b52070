"""Draws lines on two logarithmic axes as SVG, in text alone, the same for the same figures."""

import math
from html import escape

from benchmarks.measure import Plot

_WIDE, _HIGH, _LEFT, _TOP, _ACROSS, _UP = 720, 420, 70, 40, 440, 320
_COLOURS = ("#1b6ca8", "#d1495b", "#2e8540", "#8a5cc2", "#b8741a", "#444444")


def svg(plot: Plot) -> str:
    """Return a plot as a file of SVG."""
    points = [point for line in plot.lines.values() for point in line]
    low, high = (_decades([point[axis] for point in points]) for axis in (0, 1))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
            f'font-family="sans-serif" font-size="12">'
        ),
        f"<title>{escape(plot.title)}</title>",
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{escape(plot.title)}</text>',
    ]
    for power in range(low[0], low[1] + 1):
        x = _place(10.0**power, low, _LEFT, _ACROSS)
        parts.append(f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{_TOP + _UP}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x}" y="{_TOP + _UP + 18}" text-anchor="middle">{_power(power)}</text>')
    for power in range(high[0], high[1] + 1):
        y = _place(10.0**power, high, _TOP + _UP, -_UP)
        parts.append(f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + _ACROSS}" y2="{y}" stroke="#dddddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{_power(power)}</text>')
    parts.append(
        f'<text x="{_LEFT + _ACROSS / 2}" y="{_TOP + _UP + 40}" text-anchor="middle">{escape(plot.across)}</text>'
    )
    middle = _TOP + _UP / 2
    parts.append(
        f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">{escape(plot.up)}</text>'
    )
    for number, (name, line) in enumerate(plot.lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        spots = [(_place(x, low, _LEFT, _ACROSS), _place(y, high, _TOP + _UP, -_UP)) for x, y in line]
        path = " ".join(f"{x},{y}" for x, y in spots)
        wide = 3 if number == 0 else 1.5
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{wide}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="{wide + 1}" fill="{colour}"/>' for x, y in spots]
        y = _TOP + 12 + 20 * number
        start = _LEFT + _ACROSS + 20
        parts.append(
            f'<line x1="{start}" y1="{y}" x2="{start + 20}" y2="{y}" stroke="{colour}" stroke-width="{wide}"/>'
        )
        parts.append(f'<text x="{start + 26}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: list[float]) -> tuple[int, int]:
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return first, max(last, first + 1)


def _place(value: float, decades: tuple[int, int], start: float, length: float) -> float:
    share = (math.log10(value) - decades[0]) / (decades[1] - decades[0])
    return round(start + length * share, 1)


def _power(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"
