"""Spend limits: windows are those of the calendar, and what is spent is what jobs still hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from laws.model import window_of

QUARTER = timedelta(minutes=15)
# Zones that change at midnight or over it, by half an hour, by a whole day, or often.
ZONES = {
    "Europe/Berlin": 2026,
    "America/New_York": 2026,
    "America/Havana": 2023,
    "Africa/Cairo": 2024,
    "Asia/Beirut": 2024,
    "America/Sao_Paulo": 2018,
    "America/Asuncion": 2023,
    "America/St_Johns": 2010,
    "Atlantic/Azores": 2026,
    "Australia/Lord_Howe": 2026,
    "Pacific/Apia": 2011,
    "Africa/Casablanca": 2024,
    "Asia/Kathmandu": 2026,
}


def first_of(window: str, day: date) -> date:
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
    }[window]


def windows(window: str, zone: str, year: int) -> Iterator[tuple[datetime, list[datetime]]]:
    """Each window of a year and more with all of its quarters of an hour, told by looking at the
    clock at each of them: a day begins when it is shown first, and does not come back."""
    at = datetime(year - 1, 11, 20, tzinfo=UTC)
    latest = date.min
    seen = []
    while at.year < year + 1 or at.day < 20:
        latest = max(latest, at.astimezone(ZoneInfo(zone)).date())
        seen.append((first_of(window, latest), at))
        at += QUARTER
    for _, group in groupby(seen, key=lambda each: each[0]):
        quarters = [moment for _, moment in group]
        yield quarters[0], quarters


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("window", ["day", "week", "month"])
def test_windows_are_those_that_the_clock_shows(db_url: str, window: str, zone: str) -> None:
    random = Random(f"{window} {zone}")  # noqa: S311
    every = list(windows(window, zone, ZONES[zone]))[1:-1]
    asked, expected = [], []
    for (start, quarters), (following, _) in pairwise(every):
        inside = [start, quarters[-1], following - timedelta(microseconds=1)]
        for at in [*inside, random.choice(quarters)]:
            asked.append(at)
            expected.append((start, following))
    with psycopg.connect(db_url) as connection:
        found = connection.execute(
            "select w.window_start, w.resets_at from unnest(%s::timestamptz[]) with ordinality a"
            " (at, place), credits._window_of(%s, %s, a.at) w order by a.place",
            [asked, window, zone],
        ).fetchall()
    assert found == expected
    assert [window_of(window, zone, at) for at in asked] == expected


@pytest.mark.parametrize("seed", range(12))
def test_a_limit_counts_what_its_jobs_drew_in_its_window(db_url: str, seed: int) -> None:
    """The same from the ledger alone: what a job drew in a window is on top of what it held before,
    so it still holds what it holds now beyond the least that it held since."""
    random = Random(seed)  # noqa: S311
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(CLOCK)
        profile = UUID(int=seed + 1)
        connection.execute("select credits.open_profile(%s, 200, 2000)", [profile])
        limits = [(None, "day", 60), ("ann", "day", 35), ("ann", "week", 90), (None, "total", 500)]
        for spender, window, amount in limits:
            connection.execute(
                "select credits.set_limit(%s, %s, %s, %s, 'r', 'a', 'Europe/Berlin')",
                [profile, spender, window, amount],
            )
        now = datetime(2026, 3, 27, 20, tzinfo=UTC)
        for _ in range(60):
            now += timedelta(minutes=random.choice([0, 0, 7, 90, 400]))
            connection.execute("update public.clock set now = %s", [now])
            step(connection, random, profile)
            connection.execute("select credits.get_balance(%s)", [profile])
            told = connection.execute(TOLD, [profile]).fetchall()
            assert [row[:-2] for row in told if row[-1] != row[-2]] == []
        assert connection.execute("select * from credits.check_integrity()").fetchall() == []


CLOCK = """
create table public.clock (now timestamptz not null);
insert into public.clock values ('2026-03-27 20:00Z');
grant select on public.clock to public;
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select c.now from public.clock c $$;
"""
# Of each limit what is spent of it, and what the ledger says. A window that is over shows nothing.
TOLD = """
with held as (
  select l.job_id, l.seq, l.ts, -sum(l.monthly_delta + l.addon_delta) over told as held
    from credits.ledger l
   where l.profile_id = %s
     and l.kind in ('reserve', 'raise', 'settle', 'refund', 'rollback', 'expire')
  window told as (partition by l.job_id order by l.seq)
)
select g.spender, g.window_name, g.spent, (
         select coalesce(sum(h.now - h.least), 0)
           from (select h.job_id, (array_agg(h.held order by h.seq desc))[1] as now,
                        least(min(h.held) filter (where h.ts >= g.window_start
                                                        or g.resets_at is null),
                              coalesce((array_agg(h.held order by h.seq desc)
                                        filter (where h.ts < g.window_start))[1], 0)) as least
                   from held h
                   join credits.jobs j on j.id = h.job_id
                  where g.spender is null or j.spender = g.spender
                  group by h.job_id) h)
  from credits.get_limits((select p.id from credits.profiles p)) g
"""


def step(connection: psycopg.Connection, random: Random, profile: UUID) -> None:
    jobs = [row[0] for row in connection.execute("select id from credits.jobs order by id")]
    what = random.choice(["reserve", "reserve", "reserve", "raise", "settle", "part", "refund"])
    job = random.choice(jobs) if jobs and what != "reserve" else None
    amount, spender = random.randint(1, 25), random.choice([None, "ann", "ann", "bob"])
    hold = random.choice([None, None, timedelta(hours=3)])
    try:
        if job is None:
            connection.execute(
                "select credits.reserve_credits(%s, %s, %s, '{}', %s, %s)",
                [profile, UUID(int=random.getrandbits(128)), amount, hold, spender],
            )
        elif what == "raise":
            connection.execute("select credits.raise_reservation(%s, %s)", [job, 2 * amount])
        elif what == "settle":
            overage = random.choice(["cap", "reject"])
            connection.execute("select credits.settle_job(%s, %s, %s)", [job, amount, overage])
        elif what == "part":
            key = str(random.random())
            connection.execute("select credits.refund_job(%s, %s, %s)", [job, amount // 3 + 1, key])
        else:
            connection.execute("select credits.refund_job(%s)", [job])
    except psycopg.Error as error:
        if not (error.sqlstate or "").startswith("PT"):
            raise
