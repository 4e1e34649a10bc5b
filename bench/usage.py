"""What reports cost: usage and flows of one profile in a long ledger, its pages, and metrics."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from bench.book import Book, Figure
from bench.budget import Budget
from bench.fill import fill, ledger_rows
from bench.site import FIRST, Database, Site

_ONE = "of one profile of {one:,} rows"
_READS: dict[str, bytes] = {
    "usage " + _ONE: b"select * from credits.usage($1)",
    "usage by a key of the metadata " + _ONE: (
        b"select * from credits.usage($1, step => 'day', by => 'meta.model')"
    ),
    "usage of the newest hundredth " + _ONE: (
        b"select u.* from credits.ledger l, credits.usage(l.profile_id, since => l.ts) u"
        b" where l.profile_id = $1 and l.seq = (select p.seq - p.seq / 100 from credits.profiles p"
        b" where p.id = $1)"
    ),
    "usage_daily " + _ONE: b"select * from credits.usage_daily d where d.profile_id = $1",
    "daily_flows " + _ONE: b"select * from credits.daily_flows f where f.profile_id = $1",
    "get_profile " + _ONE: b"select * from credits.get_profile($1)",
    "list_jobs, a page of 50 " + _ONE: b"select * from credits.list_jobs($1)",
    "metrics with {profiles:,} profiles": (
        b"select * from credits.metrics where $1::uuid is not null"
    ),
}


def measure(site: Site, budget: Budget) -> Book:
    """Item 7 of the goals: reading does not get slower with what others have written."""
    book = Book()
    one = FIRST + budget.ledger_profiles  # nobody else's jobs go to it
    with site.database("usage") as database:
        fill(database, 1, budget.usage_rows_of_one, start=one)
        for goal_rows in budget.usage_rows:
            fill(database, budget.ledger_profiles, goal_rows - ledger_rows(database))
            database.tidy()
            _add_reads(book, database, f"00000000-0000-4000-8000-{one}", budget)
    return book


def _add_reads(book: Book, database: Database, profile_id: str, budget: Budget) -> None:
    rows = ledger_rows(database)
    words = {"one": budget.usage_rows_of_one, "profiles": budget.ledger_profiles}
    with database.connect() as connection:
        for what, query in _READS.items():
            times = [
                _milliseconds(connection, query, profile_id)
                for _ in range(max(3, budget.reads // 10))
            ]
            times.sort()
            book.figures.append(
                Figure(
                    item="7",
                    what=f"{what.format(**words)}, in a ledger of {rows:,}",
                    value=times[len(times) // 2],
                    low=times[0],
                    high=times[-1],
                    unit="ms",
                )
            )


def _milliseconds(connection: psycopg.Connection[Any], query: bytes, profile_id: str) -> float:
    begun = time.perf_counter()
    connection.execute(query, [profile_id], prepare=True).fetchall()
    return (time.perf_counter() - begun) * 1000
