"""The charts of a report: what they look like, whatever they show.

All of one page have the same scale of time, so that a reader may look from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pgcredits._report import drawing
from pgcredits._report.drawing import COLOURS, Frame
from pgcredits._report.markup import Markup, join, tag

_WIDTH, _HEIGHT = 900, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 176, 14, 34
_MOST_NAMES = 8
_MARK_ROOM = 26
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_STEPS = [timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 7 * 24, 14 * 24)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Figures of one kind, one for each period: above zero or below it."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment to look at, and its number in the list below the chart."""

    at: datetime
    number: int
    told: str


def day_name(day: date) -> str:
    """A day on an axis."""
    return f"{day.day} {day:%b}"


def _frame(lowest: float, highest: float, first: float, last: float, top: int = _TOP) -> Frame:
    return Frame(
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        top=top,
        floor=_HEIGHT - _BOTTOM,
        first=first,
        last=last,
        lowest=lowest,
        highest=highest,
    )


def _axes(frame: Frame, heights: Sequence[float], places: Iterable[tuple[float, str]]) -> Markup:
    return join(drawing.y_axis(frame, heights), drawing.x_axis(frame, places))


def _names(starts: Sequence[date], step: str) -> list[tuple[float, str]]:
    """The names of some periods, below their middles: every one, every second, ..."""
    every = -(-len(starts) // _MOST_NAMES)
    return [
        (place + 0.5, f"{starts[place]:%b %Y}" if step == "month" else day_name(starts[place]))
        for place in range(0, len(starts), every)
    ]


def stacked(title: str, starts: Sequence[date], step: str, series: Sequence[Series]) -> Markup:
    """Bars on each other, above zero and below: a bar for each period, its name on the right."""
    columns = list(zip(*(each.values for each in series), strict=True))
    highest = max(sum(max(value, 0) for value in column) for column in columns)
    lowest = min(sum(min(value, 0) for value in column) for column in columns)
    y_ticks = drawing.ticks(highest, lowest, whole=True)
    frame = _frame(y_ticks[0], y_ticks[-1], 0, len(starts))
    parts: list[Markup | None] = [_axes(frame, y_ticks, _names(starts, step))]
    for place, column in enumerate(columns):
        ends = {True: 0, False: 0}
        for which, value in enumerate(column):
            begin = ends[value > 0]
            ends[value > 0] += value
            told = f"{starts[place]}: {series[which].name} {abs(value):,}"
            parts.append(_bar(frame, place, (begin, begin + value), which, told))
    return _svg(title, *parts, _legend([each.name for each in series]))


def overlaid(title: str, starts: Sequence[date], step: str, series: Sequence[Series]) -> Markup:
    """Bars before each other, the later ones thinner: how much is one of the other?"""
    highest = max(max(each.values) for each in series)
    y_ticks = drawing.ticks(highest, whole=True)
    frame = _frame(0, y_ticks[-1], 0, len(starts))
    parts: list[Markup | None] = [_axes(frame, y_ticks, _names(starts, step))]
    for which, each in enumerate(series):
        for place, value in enumerate(each.values):
            told = f"{starts[place]}: {each.name} {value:,}"
            parts.append(_bar(frame, place, (0, value), which, told, thinner=2 * which))
    return _svg(title, *parts, _legend([each.name for each in series]))


def _bar(
    frame: Frame, place: int, ends: tuple[int, int], which: int, told: str, *, thinner: int = 0
) -> Markup | None:
    low, high = sorted(ends)
    if low == high:
        return None
    whole = frame.x(place + 1) - frame.x(place)
    gap = whole * (0.12 + 0.1 * thinner)
    top, bottom = frame.y(high), frame.y(low)
    return drawing.bar(
        frame.x(place) + gap, top, whole - 2 * gap, bottom - top, COLOURS[which], told=told
    )


def _legend(names: Sequence[str]) -> Markup:
    x = _WIDTH - _RIGHT + 14
    parts = []
    for which, name in enumerate(names):
        y = _TOP + 10 + 22 * which
        parts.append(drawing.bar(x, y - 10, 11, 11, COLOURS[which]))
        parts.append(drawing.text(x + 18, y, name))
    return join(*parts)


def over_periods(title: str, starts: Sequence[date], step: str, series: Sequence[Series]) -> Markup:
    """Lines from the beginning of the first period, to the end of each."""
    values = [value for each in series for value in each.values]
    y_ticks = drawing.ticks(max(values), min(values), whole=True)
    frame = _frame(y_ticks[0], y_ticks[-1], 0, len(starts))
    parts: list[Markup | None] = [_axes(frame, y_ticks, _names(starts, step))]
    ends = []
    for which, each in enumerate(series):
        places = [(frame.x(at), frame.y(value)) for at, value in enumerate(each.values)]
        parts.append(drawing.line(places, COLOURS[which]))
        ends.append((float(len(starts)), float(each.values[-1]), _end(each)))
    return _svg(title, *parts, drawing.end_labels(frame, ends))


def _end(series: Series) -> str:
    return f"{series.name} {drawing.number(_rounded(series.values[-1]))}"


def _rounded(value: int) -> int:
    """To three digits where it is written with a word."""
    if abs(value) < 1_000_000:
        return value
    return round(value, 3 - len(str(abs(value))))


def over_time(
    title: str,
    since: datetime,
    until: datetime,
    series: Sequence[tuple[str, Sequence[tuple[datetime, int]]]],
    *,
    marks: Sequence[Mark],
    low: int | None,
) -> Markup:
    """Steps at their moments, with marks above; ``low``: a height to look at."""
    heights = [value for _, points in series for _, value in points]
    y_ticks = drawing.ticks(max([*heights, low or 0]), min(heights), whole=True)
    frame = _frame(y_ticks[0], y_ticks[-1], since.timestamp(), until.timestamp(), _TOP + _MARK_ROOM)
    parts: list[Markup | None] = [_axes(frame, y_ticks, time_ticks(since, until))]
    if low is not None:
        y = frame.y(low)
        parts.append(
            tag(
                "line",
                x1=float(frame.left),
                x2=float(frame.right),
                y1=y,
                y2=y,
                class_="line-4",
                stroke_dasharray="5 4",
            )
        )
    ends = []
    for which, (name, points) in enumerate(series):
        parts.append(drawing.line(_steps(frame, points), COLOURS[which], width=2))
        last = points[-1][1]
        ends.append((frame.last, float(last), _end(Series(name=name, values=[last]))))
    return _svg(title, *parts, _marks(frame, marks), drawing.end_labels(frame, ends))


def _steps(frame: Frame, points: Sequence[tuple[datetime, int]]) -> list[tuple[float, float]]:
    """From each point level to the next, and to the right edge."""
    places: list[tuple[float, float]] = []
    for at, value in points:
        x, y = frame.x(at.timestamp()), frame.y(value)
        if places:
            places.append((x, places[-1][1]))
        places.append((x, y))
    return [*places, (frame.right, places[-1][1])]


def _marks(frame: Frame, marks: Sequence[Mark]) -> Markup:
    """Their numbers in a row above the plot; those that would lie on each other as one."""
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda each: each.at):
        near = groups and _place(frame, mark) - _place(frame, groups[-1][0]) < 2 * _MARK_ROOM
        if near:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    parts = []
    for group in groups:
        for mark in group:
            x = _place(frame, mark)
            parts.append(drawing.rule(x, _TOP + 8, x, frame.floor, "rule"))
        first, last = group[0].number, group[-1].number
        name = str(first) if first == last else f"{min(first, last)}-{max(first, last)}"
        told = tag("title", "; ".join(mark.told for mark in group))
        label = drawing.text(_place(frame, group[0]), _TOP + 4, name, size=12, weight="bold")
        parts.append(tag("g", told, label))
    return join(*parts)


def _place(frame: Frame, mark: Mark) -> float:
    return frame.x(mark.at.timestamp())


def time_ticks(since: datetime, until: datetime) -> list[tuple[float, str]]:
    """Round moments of a range, not too many: hours, days, Mondays or months."""
    for step in _STEPS:
        turns = range(-((_MONDAY - since) // step), (until - _MONDAY) // step + 1)
        if len(turns) <= _MOST_NAMES:
            moments = [_MONDAY + step * turn for turn in turns]
            return [
                (time.timestamp(), f"{time:%H:%M}" if time.hour else day_name(time))
                for time in moments
            ]
    first, last = 12 * since.year + since.month, 12 * until.year + until.month - 1
    every = -(-(last - first + 1) // _MOST_NAMES)
    starts = [
        datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
        for month in range(first, last + 1, every)
    ]
    return [(start.timestamp(), f"{start:%b %Y}") for start in starts]


def share(part: int, whole: int) -> Markup:
    """For a table: how much of the whole, as a small bar and in words."""
    if not whole:
        return join("-")
    width = 90
    told = f"{100 * part / whole:.1f} %"
    filled = width * min(1.0, max(0.0, part / whole))
    drawn = drawing.svg(
        told,
        width,
        10,
        drawing.bar(0, 0, width, 10, "rule"),
        drawing.bar(0, 0, filled, 10, "1"),
        class_="share",
    )
    return tag("span", drawn, " ", told, class_="share")


def _svg(title: str, *parts: object) -> Markup:
    return tag("figure", drawing.svg(title, _WIDTH, _HEIGHT, *parts, class_="chart"))
