"""The charts of a report: what they look like, whatever they show.

All of one page have the same scale of time, so that a reader may look from one to the next. Each is
drawn twice, wide and narrow, and the page shows the one that fits the window: words that shrink
with a picture cannot be read on a phone, and a picture that scrolls hides its axis there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pgcredits._report import drawing
from pgcredits._report.drawing import Frame
from pgcredits._report.markup import Markup, join, tag

_LEFT, _TOP, _BOTTOM, _PLOT = 76, 14, 34, 222
_MOST_NAMES = 8
_MARK_ROOM, _PANEL_GAP, _NAME_ROOM = 22, 26, 20
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_STEPS = [timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 7 * 24, 14 * 24)]
_Names = Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """A drawing of a chart: ``most_names`` on its axis of time; what the colours mean is told on
    the right of the plot, or ``above`` it where there is no room."""

    name: str
    width: int
    right: int
    most_names: int
    above: bool


_SIZES = (
    _Size(name="wide", width=900, right=176, most_names=_MOST_NAMES, above=False),
    _Size(name="narrow", width=360, right=32, most_names=_MOST_NAMES // 2, above=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Figures of one kind, one for each period: above zero or below it."""

    name: str
    colour: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A line in a picture of its own, all of one width; ``low``: a height to look at."""

    name: str
    colour: str
    points: Sequence[tuple[float, int]]
    height: int
    low: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment to look at, and its number in the list below the chart."""

    at: float
    number: int
    told: str


def period_names(starts: Sequence[date], step: str) -> _Names:
    """The names of some periods, below their middles: every one, every second, ..."""
    every = -(-len(starts) // _MOST_NAMES)
    return [
        (place + 0.5, f"{starts[place]:%b %Y}" if step == "month" else _day_name(starts[place]))
        for place in range(0, len(starts), every)
    ]


def _day_name(day: date) -> str:
    return f"{day.day} {day:%b}"


def stacked(title: str, starts: Sequence[date], step: str, series: Sequence[Series]) -> Markup:
    """Bars on each other, above zero and below: one for each period."""
    columns = list(zip(*(each.values for each in series), strict=True))
    highest = max(sum(max(value, 0) for value in column) for column in columns)
    lowest = min(sum(min(value, 0) for value in column) for column in columns)
    heights = drawing.ticks(highest, lowest, whole=True)

    def bars(frame: Frame) -> Markup:
        parts = []
        for place, column in enumerate(columns):
            ends = {True: 0, False: 0}
            for each, value in zip(series, column, strict=True):
                begin = ends[value > 0]
                ends[value > 0] += value
                told = f"{starts[place]}: {each.name} {abs(value):,}"
                parts.append(_bar(frame, place, (begin, begin + value), each.colour, told))
        return join(*parts)

    return _by_period(title, starts, step, series, heights=heights, bars=bars)


def overlaid(title: str, starts: Sequence[date], step: str, series: Sequence[Series]) -> Markup:
    """Bars before each other, the later ones thinner: how much is one of the other?"""
    heights = drawing.ticks(max(max(each.values) for each in series), whole=True)

    def bars(frame: Frame) -> Markup:
        parts = []
        for which, each in enumerate(series):
            for place, value in enumerate(each.values):
                told = f"{starts[place]}: {each.name} {value:,}"
                parts.append(_bar(frame, place, (0, value), each.colour, told, thinner=2 * which))
        return join(*parts)

    return _by_period(title, starts, step, series, heights=heights, bars=bars)


def _by_period(
    title: str,
    starts: Sequence[date],
    step: str,
    series: Sequence[Series],
    *,
    heights: Sequence[float],
    bars: Callable[[Frame], Markup],
) -> Markup:
    names = period_names(starts, step)

    def draw(size: _Size) -> tuple[int, Markup]:
        top = _TOP + (_NAME_ROOM * -(-len(series) // 2) if size.above else 0)
        frame = Frame(
            left=_LEFT,
            right=size.width - size.right,
            top=top,
            floor=top + _PLOT,
            first=0,
            last=len(starts),
            lowest=heights[0],
            highest=heights[-1],
        )
        axes = join(drawing.y_axis(frame, heights), _time_axis(frame, names, size))
        return top + _PLOT + _BOTTOM, join(axes, bars(frame), _legend(series, size))

    return _chart(title, draw)


def _time_axis(frame: Frame, names: _Names, size: _Size) -> Markup:
    return drawing.x_axis(frame, names[:: -(-len(names) // size.most_names) or 1])


def _bar(
    frame: Frame, place: int, ends: tuple[int, int], colour: str, told: str, *, thinner: int = 0
) -> Markup | None:
    low, high = sorted(ends)
    if low == high:
        return None
    whole = frame.x(place + 1) - frame.x(place)
    gap = whole * (0.12 + 0.1 * thinner)
    top, bottom = frame.y(high), frame.y(low)
    left = frame.x(place) + gap
    return drawing.bar(left, top, whole - 2 * gap, bottom - top, colour, told=told)


def _legend(series: Sequence[Series], size: _Size) -> Markup:
    """What the colours mean: one below the other, or two in a row above the plot."""
    parts = []
    for which, each in enumerate(series):
        if size.above:
            x, y = 16 + 170 * (which % 2), _TOP + _NAME_ROOM * (which // 2)
        else:
            x, y = size.width - size.right + 14, _TOP + 10 + 22 * which
        parts.append(drawing.bar(x, y - 10, 11, 11, each.colour))
        parts.append(drawing.text(x + 18, y, each.name))
    return join(*parts)


def panels(
    title: str,
    ends: tuple[float, float],
    names: _Names,
    lines: Sequence[Panel],
    *,
    steps: bool = False,
    marks: Sequence[Mark] = (),
) -> Markup:
    """Lines below each other over the same time, with marks above.

    ``steps``: a value holds until the next one.
    """

    def draw(size: _Size) -> tuple[int, Markup]:
        top = _TOP + (_MARK_ROOM if marks else 0)
        parts = []
        for each in lines:
            top += _NAME_ROOM if size.above else 0
            heights = _heights(each)
            frame = Frame(
                left=_LEFT,
                right=size.width - size.right,
                top=top,
                floor=top + each.height,
                first=ends[0],
                last=ends[1],
                lowest=heights[0],
                highest=heights[-1],
            )
            top = int(frame.floor) + _PANEL_GAP
            parts += [
                drawing.y_axis(frame, heights),
                _mark_rules(frame, marks),
                drawing.dashes(frame, each.low, "4") if each.low is not None else None,
                drawing.line(_places(frame, each.points, steps=steps), each.colour, width=2),
                _panel_name(frame, each, size),
            ]
        drawn = join(*parts, _time_axis(frame, names, size), _mark_names(frame, marks))
        return int(frame.floor) + _BOTTOM, drawn

    return _chart(title, draw)


def _panel_name(frame: Frame, panel: Panel, size: _Size) -> Markup:
    """Its name and last value: beside its end, or above it."""
    last = panel.points[-1][1]
    words = f"{panel.name} {drawing.number(_short(last))}"
    if size.above:
        x, y = frame.left, frame.top - 7
    else:
        x, y = frame.right + 10, frame.y(last) + 4
    return drawing.text(x, y, words, colour=panel.colour, weight="bold")


def _heights(panel: Panel) -> list[float]:
    values = [value for _, value in panel.points]
    if panel.low is not None:
        values.append(panel.low)
    return drawing.ticks_around(min(values), max(values), most=max(2, panel.height // 34))


def _short(value: int) -> int:
    """To three digits where it is written with a word."""
    return value if abs(value) < 1_000_000 else round(value, 3 - len(str(abs(value))))


def _places(
    frame: Frame, points: Sequence[tuple[float, int]], *, steps: bool
) -> list[tuple[float, float]]:
    places: list[tuple[float, float]] = []
    for at, value in points:
        x, y = frame.x(at), frame.y(value)
        if places and steps:
            places.append((x, places[-1][1]))
        places.append((x, y))
    return [*places, (frame.right, places[-1][1])] if steps else places


def _mark_rules(frame: Frame, marks: Sequence[Mark]) -> Markup:
    return join(
        *(
            drawing.rule(frame.x(mark.at), frame.top, frame.x(mark.at), frame.floor, "rule")
            for mark in marks
        )
    )


def _mark_names(frame: Frame, marks: Sequence[Mark]) -> Markup:
    """Their numbers in a row above everything; those that would lie on each other as one."""
    groups: list[list[Mark]] = []
    for mark in marks:
        if groups and frame.x(mark.at) - frame.x(groups[-1][0].at) < 2 * _MARK_ROOM:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    parts = []
    for group in groups:
        first, last = group[0].number, group[-1].number
        name = str(first) if first == last else f"{first}-{last}"
        told = tag("title", "; ".join(mark.told for mark in group))
        x = frame.x(group[0].at)
        label = drawing.text(x, _TOP + 6, name, weight="bold", anchor="middle")
        parts.append(tag("g", told, label))
    return join(*parts)


def time_ticks(since: datetime, until: datetime) -> _Names:
    """Round moments of a range, not too many: hours, days, Mondays or months."""
    for step in _STEPS:
        turns = range(-((_MONDAY - since) // step), (until - _MONDAY) // step + 1)
        if len(turns) <= _MOST_NAMES:
            moments = [_MONDAY + step * turn for turn in turns]
            return [
                (time.timestamp(), f"{time:%H:%M}" if time.hour else _day_name(time))
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
    told = drawing.percent(part, whole)
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


def _chart(title: str, draw: Callable[[_Size], tuple[int, Markup]]) -> Markup:
    """``draw``: how high a drawing is, and what is in it."""
    drawings = []
    for size in _SIZES:
        height, drawn = draw(size)
        drawings.append(drawing.svg(title, size.width, height, drawn, class_=size.name))
    return tag("figure", *drawings)
