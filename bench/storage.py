"""How much disk one reserved and refunded job takes."""

from __future__ import annotations

from functools import partial

from bench.against_floor import reserve_numbered
from bench.book import Book, Figure
from bench.budget import Budget
from bench.runner import Load, pgbench
from bench.site import FIRST, Database, Site

_SIZES = b"""
select pg_table_size('credits.jobs'), pg_indexes_size('credits.jobs'),
       pg_table_size('credits.ledger'), pg_indexes_size('credits.ledger')
"""
_PARTS = ("jobs", "indexes of jobs", "ledger", "indexes of ledger")
_CLIENTS = 8
_ABOUT = (
    "What limits the bytes of a job is what is written for people: half of a job's row is its "
    "meta_json, and more than a third of a ledger row its reason. Both are published, so they stay "
    "(see docs/performance.md)."
)


def measure(site: Site, budget: Budget) -> Book:
    """Item 6 of the goals."""
    each = max(1, budget.storage_jobs // _CLIENTS)
    ways = {
        "refunded at once": partial(_at_once, each=each, spread=budget.spread),
        f"refunded {each * _CLIENTS:,} jobs later": partial(
            _later, each=each, spread=budget.spread
        ),
    }
    book = Book()
    for words, wave in ways.items():
        with site.database("storage") as database, site.without_flush():
            before = database.fetch(_SIZES)[0]
            for number in range(budget.storage_waves):
                wave(database, FIRST + number * each * _CLIENTS)
                database.tidy()
            jobs = budget.storage_waves * each * _CLIENTS
            after = database.fetch(_SIZES)[0]
        sizes = [(new - old) / jobs for new, old in zip(after, before, strict=True)]
        parts = ", ".join(f"{part} {size:,.0f}" for part, size in zip(_PARTS, sizes, strict=True))
        book.figures.append(
            Figure(
                item="6",
                what=f"heap + index bytes of one reserved and refunded job, {words}",
                value=sum(sizes),
                low=sum(sizes),
                high=sum(sizes),
                unit="bytes",
                goal=800,
                less=True,
                detail=f"{parts}; {jobs:,} jobs with random ids, {2 * jobs:,} rows, vacuumed",
            )
        )
    book.remarks.append(_ABOUT)
    return book


def _at_once(database: Database, first: int, *, each: int, spread: int) -> None:
    variables = {
        "first": FIRST,
        "last": FIRST + spread - 1,
        "first_job": first,
        "jobs_each": each,
        "i": 0,
    }
    load = Load(clients=_CLIENTS, transactions=each)
    pgbench(database, "reserve_and_refund", load, variables=variables)


def _later(database: Database, first: int, *, each: int, spread: int) -> None:
    reserve_numbered(database, first, each * _CLIENTS, spread)
    variables = {"first_job": first, "jobs_each": each, "i": 0}
    pgbench(database, "refund", Load(clients=_CLIENTS, transactions=each), variables=variables)
