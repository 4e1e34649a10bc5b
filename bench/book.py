"""What was found: figures, charts and remarks, kept as JSON between measuring and writing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.measure import Pairs, quartiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report. ``goal`` is a floor, or a ceiling where ``less`` is better."""

    item: str
    what: str
    value: float
    low: float
    high: float
    unit: str
    detail: str = ""
    goal: float | None = None
    less: bool = False

    @property
    def verdict(self) -> str:
        """Whether the median reached the goal, and whether every round agrees."""
        if self.goal is None:
            return ""
        sign = -1 if self.less else 1
        reached = [sign * x >= sign * self.goal for x in (self.value, self.low, self.high)]
        if reached[0]:
            return "reached" if all(reached) else "reached in the median"
        return "missed in the median" if any(reached) else "missed"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart, named at its end."""

    label: str
    points: list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture. Where ``categories`` are given, x counts them from 0."""

    name: str
    title: str
    x_label: str
    y_label: str
    lines: list[Line]
    categories: list[str] = field(default_factory=list)
    bars: bool = False


@dataclass(slots=True)
class Book:
    """All of it."""

    about: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Book) -> None:
        """Takes over what another book says. Where it was measured otherwise, both are told."""
        for name, value in other.about.items():
            mine = self.about.get(name, value)
            self.about[name] = mine if mine == value else f"{mine}; {value}"
        self.figures += other.figures
        self.charts += other.charts
        self.remarks += other.remarks
        self.failures += other.failures

    def save(self, file: Path) -> None:
        """Writes it down."""
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")


def load(file: Path) -> Book:
    """Reads what ``save`` wrote."""
    raw: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Book(
        about=raw["about"],
        figures=[Figure(**figure) for figure in raw["figures"]],
        charts=[_chart(chart) for chart in raw["charts"]],
        remarks=raw["remarks"],
        failures=raw["failures"],
    )


def _chart(raw: dict[str, Any]) -> Chart:
    lines = [Line(line["label"], [(x, y) for x, y in line["points"]]) for line in raw.pop("lines")]
    return Chart(lines=lines, **raw)


def ratio(
    item: str, what: str, pairs: Pairs, *, goal: float | None = None, detail: str = ""
) -> Figure:
    """The figure of two things side by side, A over B: more is better."""
    low, high = pairs.spread
    rates = f"{pairs.middle_a:,.0f}/s against {pairs.middle_b:,.0f}/s"
    return Figure(
        item=item,
        what=what,
        value=pairs.ratio,
        low=low,
        high=high,
        unit="x",
        goal=goal,
        detail=f"{rates}; {detail}" if detail else rates,
    )


def time_ratio(item: str, what: str, pairs: Pairs, goal: float | None = None) -> Figure:
    """How long A takes against B, which took turns: in microseconds each."""
    low, high = quartiles([a / b for a, b in zip(pairs.a, pairs.b, strict=True)])
    return Figure(
        item=item,
        what=what,
        value=pairs.ratio,
        low=min(low, pairs.ratio),
        high=max(high, pairs.ratio),
        unit="x time",
        goal=goal,
        less=True,
        detail=f"{pairs.middle_a:,.0f} us against {pairs.middle_b:,.0f} us, "
        f"{len(pairs.a):,} of each; quartiles of neighbours",
    )
