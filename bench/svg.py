"""Draws a chart as SVG: axes from zero, every line and bar labelled where it is."""

from __future__ import annotations

from bench.book import Chart, Line
from pgcredits._report import drawing
from pgcredits._report.drawing import COLOURS, Frame
from pgcredits._report.markup import Markup, join, tag

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 150, 56, 56
_BAR_LEFT, _BAR_RIGHT = 250, 90


def draw(chart: Chart) -> str:
    """The chart as the text of an SVG file."""
    drawn = drawing.svg(
        chart.title,
        _WIDTH,
        _HEIGHT,
        drawing.bar(0, 0, _WIDTH, _HEIGHT, "paper"),
        drawing.text(_LEFT, 26, chart.title, size=16, weight="bold"),
        drawing.text(_LEFT, 44, chart.y_label, colour="grey"),
        _bars(chart) if chart.bars else _axes_and_lines(chart),
        alone=True,
    )
    return drawn.replace("><", ">\n<") + "\n"


def _axes_and_lines(chart: Chart) -> Markup:
    points = [point for line in chart.lines for point in line.points]
    y_ticks = drawing.ticks(max(y for _, y in points))
    last = float(len(chart.categories) - 1) if chart.categories else max(x for x, _ in points)
    if chart.categories:
        x_ticks = [(float(x), name) for x, name in enumerate(chart.categories)]
    else:
        x_ticks = [(x, drawing.number(x)) for x in drawing.ticks(last) if x <= last]
    frame = Frame(
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        top=_TOP,
        floor=_HEIGHT - _BOTTOM,
        first=0.0,
        last=last,
        lowest=0.0,
        highest=y_ticks[-1],
    )
    middle, below = (frame.left + frame.right) / 2, frame.floor + 42
    return join(
        drawing.y_axis(frame, y_ticks),
        drawing.x_axis(frame, x_ticks),
        drawing.text(middle, below, chart.x_label, colour="grey", anchor="middle"),
        _lines(chart.lines, frame),
    )


def _lines(lines: list[Line], frame: Frame) -> Markup:
    parts = []
    for line, colour in zip(lines, COLOURS, strict=False):
        places = [(frame.x(x), frame.y(y)) for x, y in line.points]
        parts.append(drawing.line(places, colour))
        parts += [tag("circle", cx=x, cy=y, r=3.5, class_=f"fill-{colour}") for x, y in places]
    return join(
        *parts, drawing.end_labels(frame, [(*line.points[-1], line.label) for line in lines])
    )


def _bars(chart: Chart) -> Markup:
    """Lying bars, grouped by category, each with its name on the left and its value at its end."""
    highest = max(y for line in chart.lines for _, y in line.points)
    rows = len(chart.categories) * (len(chart.lines) + 1)
    height = (_HEIGHT - _TOP - 16) / rows
    scale = (_WIDTH - _BAR_LEFT - _BAR_RIGHT) / (highest or 1)
    parts = []
    y = float(_TOP)
    for place, category in enumerate(chart.categories):
        y += height
        parts.append(drawing.text(_LEFT, y - 8, category, weight="bold"))
        end = y + height * len(chart.lines)
        parts.append(drawing.rule(_BAR_LEFT, y - 3, _BAR_LEFT, end - 3, "grey"))
        for line, colour in zip(chart.lines, COLOURS, strict=False):
            value = dict(line.points)[place]
            middle, length = y + height / 2 + 1, value * scale
            parts += [
                drawing.bar(_BAR_LEFT, y, max(1.0, length), height - 6, colour),
                drawing.text(_BAR_LEFT - 10, middle, line.label, colour=colour, anchor="end"),
                drawing.text(_BAR_LEFT + length + 8, middle, drawing.number(round(value))),
            ]
            y += height
    return join(*parts)
