"""What charts are made of, as SVG: axes, scales and labels, in colours for day and night.

Nothing here knows what is drawn. Colours are classes: ``style`` has what they mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pgcredits._report.markup import Markup, join, tag

# Told apart by people who see few colours too, and dark or light enough to read words in them.
LIGHT = {
    "paper": "#ffffff",
    "ink": "#222222",
    "grey": "#666666",
    "rule": "#e4e4e4",
    "1": "#1f5fa8",
    "2": "#b84f14",
    "3": "#5b7f2b",
    "4": "#7a4a9e",
}
DARK = {
    "paper": "#16191d",
    "ink": "#e6e6e6",
    "grey": "#a2a8b0",
    "rule": "#343a41",
    "1": "#6fb1f5",
    "2": "#f39a5f",
    "3": "#a5c969",
    "4": "#c9a1ea",
}
COLOURS = ("1", "2", "3", "4")
_LABEL_HEIGHT = 16
_WORDS = ((10**15, "Q"), (10**12, "T"), (10**9, "B"), (10**6, "M"))


def style(*, dark_where: str = "(prefers-color-scheme: dark)") -> str:
    """What the classes of a drawing look like."""
    return f"{_rules(LIGHT)} @media {dark_where} {{ {_rules(DARK)} }}"


def _rules(colours: dict[str, str]) -> str:
    return " ".join(
        f".fill-{name} {{ fill: {colour} }} .line-{name} {{ stroke: {colour} }}"
        for name, colour in colours.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """From values to places: where the plot is on the drawing, and the values at its edges."""

    left: float
    right: float
    top: float
    floor: float
    first: float
    last: float
    lowest: float
    highest: float

    def x(self, value: float) -> float:
        """How far from the left."""
        share = (value - self.first) / ((self.last - self.first) or 1)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        """How far from the top."""
        share = (value - self.lowest) / ((self.highest - self.lowest) or 1)
        return self.floor - share * (self.floor - self.top)


def ticks(
    highest: float, lowest: float = 0.0, *, most: int = 5, whole: bool = False
) -> list[float]:
    """Round numbers from 0, or just below the lowest, to just above the highest.

    ``whole``: of something that has no halves.
    """
    return _rounded(min(lowest, 0.0), max(highest, 0.0), most, whole=whole)


def ticks_around(lowest: float, highest: float, *, most: int) -> list[float]:
    """The same for a line of something whole, which may be far from 0: then without it, so that one
    sees the line move."""
    if lowest < highest / 2:
        return ticks(highest, lowest, most=most, whole=True)
    return _rounded(lowest, max(highest, lowest * 1.1), most, whole=True)


def _rounded(lowest: float, highest: float, most: int, *, whole: bool) -> list[float]:
    if highest == lowest:
        return [0.0, 1.0]
    rough = max((highest - lowest) / most, 1 if whole else 0)
    size = 10 ** math.floor(math.log10(rough))
    steps = [size * factor for factor in (1, 2, 2.5, 5, 10)]
    step = next(step for step in steps if step >= rough and not (whole and step % 1))
    below, above = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return [step * turn for turn in range(below, above + 1)]


def number(value: float) -> str:
    """A number as people write it: 4,000,000 is 4 M."""
    for size, word in _WORDS:
        if abs(value) >= size:
            return f"{value / size:,.10g} {word}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percent(part: int, whole: int) -> Markup:
    """How much of the whole, never with its sign on the next line."""
    return Markup(f"{100 * part / whole:.1f}&nbsp;%")


def svg(
    title: str, width: int, height: int, *parts: object, alone: bool = False, class_: str = ""
) -> Markup:
    """A drawing. ``alone``: with its colours, for a file of its own."""
    return tag(
        "svg",
        Markup(f"<style>{style()}</style>") if alone else None,
        *parts,
        xmlns="http://www.w3.org/2000/svg" if alone else None,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        font_family="Helvetica, Arial, sans-serif" if alone else None,
        role="img",
        aria_label=title,
        class_=class_ or None,
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    colour: str = "ink",
    anchor: str = "start",
    size: int = 13,
    weight: str = "normal",
) -> Markup:
    """Words, with their line at y."""
    return tag(
        "text",
        words,
        x=float(x),
        y=float(y),
        class_=f"fill-{colour}",
        text_anchor=anchor,
        font_size=size,
        font_weight=weight,
    )


def rule(x1: float, y1: float, x2: float, y2: float, colour: str) -> Markup:
    """A thin straight line."""
    return tag(
        "line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=f"line-{colour}"
    )


def bar(x: float, y: float, width: float, height: float, colour: str, *, told: str = "") -> Markup:
    """A filled box; ``told``: what it says when pointed at."""
    return tag(
        "rect",
        tag("title", told) if told else None,
        x=float(x),
        y=float(y),
        width=float(width),
        height=float(height),
        class_=f"fill-{colour}",
    )


def line(places: Iterable[tuple[float, float]], colour: str, *, width: float = 2.5) -> Markup:
    """A line through places."""
    return tag(
        "polyline",
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        fill="none",
        class_=f"line-{colour}",
        stroke_width=width,
        stroke_linejoin="round",
    )


def dashes(frame: Frame, height: float, colour: str) -> Markup:
    """A broken line across the plot."""
    y = frame.y(height)
    return tag(
        "line",
        x1=float(frame.left),
        x2=float(frame.right),
        y1=y,
        y2=y,
        class_=f"line-{colour}",
        stroke_dasharray="5 4",
    )


def y_axis(frame: Frame, values: Sequence[float]) -> Markup:
    """A rule across the plot for each value, and its name on the left."""
    parts = []
    for value in values:
        y = frame.y(value)
        parts.append(rule(frame.left, y, frame.right, y, "grey" if value == 0 else "rule"))
        parts.append(text(frame.left - 8, y + 4, number(value), colour="grey", anchor="end"))
    return join(*parts)


def x_axis(frame: Frame, values: Iterable[tuple[float, str]]) -> Markup:
    """A notch below the plot for each value, and its name."""
    parts = []
    for value, name in values:
        x = frame.x(value)
        parts.append(rule(x, frame.floor, x, frame.floor + 5, "grey"))
        parts.append(text(x, frame.floor + 20, name, colour="grey", anchor="middle"))
    return join(*parts)


def end_labels(frame: Frame, ends: Sequence[tuple[float, float, str]]) -> Markup:
    """The names of lines, each beside its last point, in its colour."""
    places = [(frame.y(y) + 4, which) for which, (_, y, _) in enumerate(ends)]
    return join(
        *(
            text(
                frame.x(ends[which][0]) + 10,
                height,
                ends[which][2],
                colour=COLOURS[which],
                weight="bold",
            )
            for height, which in apart(places)
        )
    )


def apart(places: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Labels at these heights, moved down where they would lie on each other."""
    ordered = sorted(places)
    for _ in ordered:
        for at, (above, below) in enumerate(pairwise(ordered)):
            if below[0] - above[0] < _LABEL_HEIGHT:
                ordered[at + 1] = (above[0] + _LABEL_HEIGHT, below[1])
    return ordered
