"""Whether a profile's long ledger makes reading slow: its pages, and its balance at a moment."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import psycopg

from bench.book import Book, Figure
from bench.budget import Budget
from bench.fill import fill
from bench.measure import Pairs, quartiles
from bench.site import FIRST, Database, Site

_PAGE = b"select * from credits.get_statement(profile_id => $1, before_seq => $2, page_size => 50)"
_BALANCE_AT = b"select * from credits.balance_at(profile_id => $1, at => $2)"


def measure(site: Site, budget: Budget) -> Book:
    """Item 7 of the goals, but for check_integrity."""
    book = Book()
    with site.database("reads") as database:
        for place, rows in enumerate(budget.statement_rows):
            fill(database, 1, rows, start=FIRST + place)
        database.tidy()
        longest = len(budget.statement_rows) - 1
        _add_pages(book, database, budget, _profile(longest), budget.statement_rows[-1])
        for place, rows in enumerate(budget.statement_rows):
            _add_balance_at(book, database, budget, _profile(place), rows)
    return book


def _profile(place: int) -> str:
    return f"00000000-0000-4000-8000-{FIRST + place}"


def _microseconds(
    connection: psycopg.Connection[Any], query: bytes, *arguments: object
) -> tuple[float, int]:
    begun = time.perf_counter()
    rows = connection.execute(query, arguments, prepare=True).fetchall()
    return (time.perf_counter() - begun) * 1e6, len(rows)


def _add_pages(book: Book, database: Database, budget: Budget, profile_id: str, rows: int) -> None:
    depths = {"newest": rows, "middle": rows // 2, "oldest": 60}
    times: dict[str, list[float]] = {depth: [] for depth in depths}
    with database.connect() as connection:
        for _ in range(budget.reads):
            for depth, before_seq in depths.items():
                times[depth].append(_microseconds(connection, _PAGE, profile_id, before_seq)[0])
    pairs = Pairs(times["oldest"], times["newest"])
    low, high = quartiles([a / b for a, b in zip(pairs.a, pairs.b, strict=True)])
    book.figures.append(
        Figure(
            item="7",
            what=f"get_statement, oldest page of 50 against the newest, ledger of {rows:,} rows",
            value=pairs.ratio,
            low=min(low, pairs.ratio),
            high=max(high, pairs.ratio),
            unit="x time",
            detail=", ".join(f"{depth}: {median(t):,.0f} us" for depth, t in times.items()),
        )
    )


def _add_balance_at(
    book: Book, database: Database, budget: Budget, profile_id: str, rows: int
) -> None:
    with database.connect() as connection:
        times: list[float] = []
        for turn in range(budget.reads):
            at = connection.execute(
                b"select o.ts + make_interval(secs => $2::float8 / 1000000)"
                b" from credits.ledger o where o.profile_id = $1 and o.seq = 1",
                [profile_id, rows * turn // budget.reads],
            ).fetchall()[0][0]
            times.append(_microseconds(connection, _BALANCE_AT, profile_id, at)[0])
    low, high = quartiles(times)
    book.figures.append(
        Figure(
            item="7",
            what=f"balance_at in a ledger of {rows:,} rows",
            value=median(times),
            low=low,
            high=high,
            unit="us",
        )
    )
