"""What charts are made of: round numbers, few names, labels beside each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pgcredits._report.charts import period_names, time_ticks
from pgcredits._report.drawing import DARK, LIGHT, apart, number, style, ticks, ticks_around
from pgcredits._report.flows import FIGURES, Periods, change

NOON = datetime(2026, 3, 27, 12, 30, tzinfo=UTC)


def test_axes_begin_at_zero_in_round_steps() -> None:
    assert ticks(7_300) == [0, 2_000, 4_000, 6_000, 8_000]
    assert ticks(10) == [0, 2, 4, 6, 8, 10]
    assert ticks(0) == [0, 1]
    assert ticks(1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert ticks(700, -90) == [-200, 0, 200, 400, 600, 800]
    assert ticks(0, -40) == [-40, -30, -20, -10, 0]


def test_what_is_whole_has_no_halves_on_its_axis() -> None:
    assert ticks(1, whole=True) == [0, 1]
    assert ticks(11, whole=True) == [0, 5, 10, 15]
    assert ticks(2**53, whole=True)[-1] >= 2**53


def test_a_line_far_from_zero_is_seen_to_move() -> None:
    assert ticks_around(98_000, 99_500, most=4) == [
        97_500,
        100_000,
        102_500,
        105_000,
        107_500,
        110_000,
    ]
    assert ticks_around(10, 99_500, most=4) == ticks(99_500, 10, most=4, whole=True)
    assert ticks_around(-5, 0, most=4) == [-6, -4, -2, 0]
    assert ticks_around(7, 7, most=3) == [7, 8]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (0.25, "0.25"),
        (99.5, "99.5"),
        (12_500, "12,500"),
        (-250, "-250"),
        (4_000_000, "4 M"),
        (-1_250_000, "-1.25 M"),
        (10_002_500, "10.0025 M"),
        (3e9, "3 B"),
        (2.5e12, "2.5 T"),
        (9e15, "9 Q"),
        (3.5e18, "3,500 Q"),
    ],
)
def test_numbers_are_short_and_told_apart(value: float, words: str) -> None:
    assert number(value) == words


def test_labels_do_not_lie_on_each_other() -> None:
    heights = [height for height, _ in apart([(100.0, 0), (104.0, 1), (101.0, 2)])]
    assert heights == [100, 116, 132]
    assert apart([]) == []


@pytest.mark.parametrize(
    ("back", "names"),
    [
        (timedelta(hours=5), ["08:00", "09:00", "10:00", "11:00", "12:00"]),
        (
            timedelta(days=1),
            ["15:00", "18:00", "21:00", "27 Mar", "03:00", "06:00", "09:00", "12:00"],
        ),
        (timedelta(days=6), ["22 Mar", "23 Mar", "24 Mar", "25 Mar", "26 Mar", "27 Mar"]),
        (timedelta(days=29), ["2 Mar", "9 Mar", "16 Mar", "23 Mar"]),
        (
            timedelta(days=180),
            ["Oct 2025", "Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026"],
        ),
    ],
)
def test_moments_on_an_axis_are_round_and_few(back: timedelta, names: list[str]) -> None:
    told = time_ticks(NOON - back, NOON)
    assert [name for _, name in told] == names
    assert all((NOON - back).timestamp() <= at <= NOON.timestamp() for at, _ in told)


@pytest.mark.parametrize("days", [1, 2, 8, 30, 92, 93, 371, 372, 3660])
def test_a_range_has_as_many_periods_as_fit(days: int) -> None:
    last = date(2026, 3, 27)
    first = last - timedelta(days=days - 1)
    periods = Periods(first, last)
    assert periods.step == ("day" if days < 93 else "week" if days < 372 else "month")
    assert len(periods.starts) <= 125
    assert periods.starts == sorted({periods.start(first + timedelta(days=n)) for n in range(days)})
    assert len(period_names(periods.starts, periods.step)) <= 8
    flow = {"day": last, "bucket": "addon", **dict.fromkeys(FIGURES, 1)}
    sums = periods.sums([flow, flow])
    assert sums == {(periods.starts[-1], "addon"): dict.fromkeys(FIGURES, 2)}
    assert change(flow) == 5 - 3


def test_night_has_the_colours_of_day() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert style().count("{ fill:") == 2 * len(LIGHT)
