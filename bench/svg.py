"""Draws a chart as SVG: light, axes from zero, every line and bar labelled where it is."""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise

from bench.book import Chart, Line

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 150, 56, 56
_BAR_LEFT, _BAR_RIGHT = 250, 90
_COLOURS = ("#1f5fa8", "#c2571a", "#5b7f2b", "#7a4a9e")
_INK, _GREY, _RULE = "#222222", "#666666", "#e4e4e4"
_LABEL_HEIGHT = 16


class _Frame:
    """From values to places on the page."""

    def __init__(self, chart: Chart) -> None:
        points = [point for line in chart.lines for point in line.points]
        self.y_ticks = ticks(max(y for _, y in points))
        if chart.categories:
            self._first, self._last = 0.0, float(len(chart.categories) - 1)
            self.x_ticks = [(float(x), name) for x, name in enumerate(chart.categories)]
        else:
            self._first, self._last = 0.0, max(x for x, _ in points)
            self.x_ticks = [(x, number(x)) for x in ticks(self._last) if x <= self._last]

    def x(self, value: float) -> float:
        """How far from the left."""
        share = (value - self._first) / (self._last - self._first)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """How far from the top."""
        share = value / self.y_ticks[-1]
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def ticks(highest: float) -> list[float]:
    """Round numbers from 0 to just above the highest."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    return [step * turn for turn in range(math.ceil(highest / step - 1e-9) + 1)]


def number(value: float) -> str:
    """A number as people write it: 4,000,000 is 4 M."""
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} M"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw(chart: Chart) -> str:
    """The chart as the text of an SVG file."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="Helvetica, Arial, sans-serif" '
        f'role="img" aria-label="{escape(chart.title)}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 26, chart.title, size=16, weight="bold"),
        _text(_LEFT, 44, chart.y_label, colour=_GREY),
        *(_bars(chart) if chart.bars else _axes_and_lines(chart)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(
    x: float,
    y: float,
    words: str,
    *,
    colour: str = _INK,
    anchor: str = "start",
    size: int = 13,
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" '
        f'font-size="{size}" font-weight="{weight}">{escape(words)}</text>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _axes_and_lines(chart: Chart) -> list[str]:
    frame = _Frame(chart)
    return [*_axes(chart, frame), *_lines(chart.lines, frame)]


def _axes(chart: Chart, frame: _Frame) -> list[str]:
    right, floor = _WIDTH - _RIGHT, frame.y(0)
    parts = []
    for value in frame.y_ticks:
        y = frame.y(value)
        parts.append(_rule(_LEFT, y, right, y, _GREY if value == 0 else _RULE))
        parts.append(_text(_LEFT - 8, y + 4, number(value), colour=_GREY, anchor="end"))
    for value, name in frame.x_ticks:
        x = frame.x(value)
        parts.append(_rule(x, floor, x, floor + 5, _GREY))
        parts.append(_text(x, floor + 20, name, colour=_GREY, anchor="middle"))
    middle = (_LEFT + right) / 2
    parts.append(_text(middle, floor + 42, chart.x_label, colour=_GREY, anchor="middle"))
    return parts


def _lines(lines: list[Line], frame: _Frame) -> list[str]:
    parts = []
    for line, colour in zip(lines, _COLOURS, strict=False):
        places = [(frame.x(x), frame.y(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    ends = [(frame.y(line.points[-1][1]) + 4, number) for number, line in enumerate(lines)]
    for y, which in apart(ends):
        x = frame.x(lines[which].points[-1][0]) + 10
        parts.append(_text(x, y, lines[which].label, colour=_COLOURS[which], weight="bold"))
    return parts


def apart(places: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Labels at these heights, moved down where they would lie on each other."""
    ordered = sorted(places)
    for _ in ordered:
        for at, (above, below) in enumerate(pairwise(ordered)):
            if below[0] - above[0] < _LABEL_HEIGHT:
                ordered[at + 1] = (above[0] + _LABEL_HEIGHT, below[1])
    return ordered


def _bars(chart: Chart) -> list[str]:
    """Lying bars, grouped by category, each with its name on the left and its value at its end."""
    highest = max(y for line in chart.lines for _, y in line.points)
    rows = len(chart.categories) * (len(chart.lines) + 1)
    height = (_HEIGHT - _TOP - 16) / rows
    scale = (_WIDTH - _BAR_LEFT - _BAR_RIGHT) / (highest or 1)
    parts = []
    y = float(_TOP)
    for place, category in enumerate(chart.categories):
        y += height
        parts.append(_text(_LEFT, y - 8, category, weight="bold"))
        end = y + height * len(chart.lines)
        parts.append(_rule(_BAR_LEFT, y - 3, _BAR_LEFT, end - 3, _GREY))
        for line, colour in zip(chart.lines, _COLOURS, strict=False):
            value = dict(line.points)[place]
            middle = y + height / 2 + 1
            parts.append(
                f'<rect x="{_BAR_LEFT}" y="{y:.1f}" width="{max(1.0, value * scale):.1f}" '
                f'height="{height - 6:.1f}" fill="{colour}"/>'
            )
            parts.append(_text(_BAR_LEFT - 10, middle, line.label, colour=colour, anchor="end"))
            parts.append(_text(_BAR_LEFT + value * scale + 8, middle, number(round(value))))
            y += height
    return parts
