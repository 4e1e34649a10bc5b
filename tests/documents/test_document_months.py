"""The two helpers for months in docs/concepts.md are right, and name the same moments."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from document_tools import ROOT, blocks

PeriodStart = Callable[[datetime, int, str], datetime]
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # its clocks change by half an hour
    "Pacific/Kiritimati",  # 14 hours before UTC
)


def helper(language: str) -> str:
    (code,) = [
        block.code
        for block in blocks(ROOT / "docs" / "concepts.md")
        if block.language == language and "period_start(anchor" in block.code
    ]
    return code


@pytest.fixture
def period_start() -> PeriodStart:
    names: dict[str, PeriodStart] = {}
    exec(helper("python"), names)  # noqa: S102 - the block of the document itself
    return names["period_start"]


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("anchor", "n", "start"),
    [
        ("2027-01-31 09:00", 1, "2027-02-28 09:00"),
        ("2027-01-31 09:00", 2, "2027-03-31 09:00"),  # the 31st is not lost in February
        ("2027-01-31 09:00", 13, "2028-02-29 09:00"),
        ("2028-02-29 09:00", 12, "2029-02-28 09:00"),
        ("2028-02-29 09:00", 48, "2032-02-29 09:00"),
        ("2027-10-31 00:00", 2, "2027-12-31 00:00"),
        ("2027-12-31 00:30", 1, "2028-01-31 00:30"),  # in UTC it is still the 30th
        ("2027-06-30 00:30", 8, "2028-02-29 00:30"),
    ],
)
def test_a_month_begins_on_the_day_of_the_anchor_or_the_last_of_a_shorter_month(
    period_start: PeriodStart, anchor: str, n: int, start: str
) -> None:
    assert period_start(berlin(anchor).astimezone(UTC), n, "Europe/Berlin") == berlin(start)


async def test_the_sql_and_the_python_name_the_same_moments(
    period_start: PeriodStart, pool: asyncpg.Pool
) -> None:
    await pool.execute(helper("sql").partition("\n\n")[0])
    chance = random.Random(4)  # noqa: S311 - not for secrets
    anchors = [
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * chance.randrange(150_000))
        for _ in range(2000)
    ]
    # Hours that a change of the clocks skips or repeats, some months on.
    anchors += [berlin("2026-08-25 02:30"), berlin("2026-12-28 02:30")]
    cases = [
        (anchor.astimezone(UTC), n, zone)
        for anchor in anchors
        for zone in (chance.choice(ZONES), "Europe/Berlin")
        for n in (chance.randrange(60), 2, 3)
    ]
    rows = await pool.fetch(
        "select period_start(a, n, zone) as start"
        "  from unnest($1::timestamptz[], $2::integer[], $3::text[]) with ordinality"
        "       c (a, n, zone, position)"
        " order by position",
        *(list(column) for column in zip(*cases, strict=True)),
    )
    assert [row["start"] for row in rows] == [period_start(*case) for case in cases]


def test_starts_never_drift_and_always_ascend(period_start: PeriodStart) -> None:
    for zone in ZONES:
        anchor = datetime(2026, 1, 31, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        starts = [period_start(anchor, n, zone) for n in range(60)]
        assert starts == sorted(set(starts))
        for start in starts:
            local = start.astimezone(ZoneInfo(zone))
            assert local.day == monthrange(local.year, local.month)[1]
            assert (local.hour, local.minute) == (12, 0)
