"""Many calls in one statement against one call each, and the client that gathers by itself."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bench.against_floor import end_numbered, rate_of, reserve_numbered
from bench.book import Book, ratio
from bench.budget import Budget
from bench.errors import BenchError
from bench.features import FEATURES
from bench.measure import alternate
from bench.runner import Load, pgbench
from bench.site import FIRST, Database, Site
from pgcredits import CoalescingCredits, Credits

_CLIENTS = 8
_CONNECTIONS = 16
_ABOUT_SHARED = (
    "A batch of 500 locks about 400 of 1,000 profiles until it has committed. Eight clients that "
    "draw from the same 1,000, or from one, therefore wait for each other nearly always: one core "
    "does what must be done under the lock, foreign keys above all (see PROFILES.md), and the "
    "other can only prepare the next batch. That limits these lines. Clients with profiles of "
    "their own do not wait. The goal applies to both. The bare statement "
    "([sql/reserve_batch_floor.sql](sql/reserve_batch_floor.sql)) locks the same profiles in the "
    "same order, leaves the same rows and checks nothing: what it reaches is the bound."
)
_JOBS = b"select count(*) from credits.jobs"


def measure(site: Site, budget: Budget) -> Book:
    """Items 3 and 8 of the goals."""
    book = Book()
    _add_reservations(book, site, budget)
    _add_reservations_with_packs(book, site, budget)
    book.remarks.append(_ABOUT_SHARED)
    with site.database("batches") as database:
        _add_refunds(book, database, budget)
    with site.database("gathering") as database:
        _add_gathering(book, database, budget)
    return book


def _add_reservations(book: Book, site: Site, budget: Budget) -> None:
    own = max(1, budget.spread // _CLIENTS)
    places = {
        f"{budget.spread:,} profiles": (budget.spread, 0, budget.spread, 8.0),
        f"{own:,} profiles of each client's own": (own, own, budget.spread, 12.0),
        "one hot profile": (1, 0, 1, 20.0),
    }
    for words, (width, step, singles, goal) in places.items():
        variables = {"first": FIRST, "width": width, "step": step}
        with site.database("batches") as database:
            batches = partial(reservations_in_batches, database, budget, variables)
            single = rate_of(database, "reserve", budget.load(_CLIENTS), singles)
            batches()
            pairs = alternate(batches, single, max(min(2, budget.rounds), budget.rounds * 2 // 3))
            floor = alternate(
                batches,
                partial(batches, script="reserve_batch_floor"),
                max(1, budget.rounds // 3),
            )
        what = f"reserve_credits_many of {budget.batch} against"
        whose = f"{_CLIENTS} clients, {words}"
        book.figures.append(ratio("3", f"{what} single calls, {whose}", pairs, goal=goal))
        book.figures.append(ratio("3", f"{what} one bare statement, {whose}", floor))


def _add_reservations_with_packs(book: Book, site: Site, budget: Budget) -> None:
    variables = {"first": FIRST, "width": budget.spread, "step": 0}
    with site.database("packs") as database:
        database.fetch(FEATURES["pack"])
        batches = partial(reservations_in_batches, database, budget, variables)
        batches()
        single = rate_of(database, "reserve", budget.load(_CLIENTS), budget.spread)
        pairs = alternate(batches, single, max(1, budget.rounds // 2))
    what = f"reserve_credits_many of {budget.batch} against single calls, {_CLIENTS} clients"
    words = f"{what}, {budget.spread:,} profiles with a pack each"
    book.figures.append(ratio("3", words, pairs, goal=5.0))


def reservations_in_batches(
    database: Database, budget: Budget, variables: dict[str, int], script: str = "reserve_batch"
) -> float:
    """Reservations a second. A batch answers also for what it refuses, so the jobs are counted."""
    load = budget.load(_CLIENTS, transactions=budget.batch_transactions)
    before = database.value(_JOBS)
    run = pgbench(database, script, load, variables=variables | {"batch": budget.batch})
    if database.value(_JOBS) - before != run.transactions * budget.batch:
        raise BenchError("Batches refused some of their elements, so their rate means nothing.")
    return run.rate * budget.batch


def _add_refunds(book: Book, database: Database, budget: Budget) -> None:
    batches_each = max(1, budget.refunds // budget.batch)
    jobs = batches_each * budget.batch * _CLIENTS
    next_job = iter(range(FIRST, FIRST + 10**9, jobs))

    def refunds(script: str, batch: int) -> float:
        first = next(next_job)
        reserve_numbered(database, first, jobs, budget.spread)
        load = Load(clients=_CLIENTS, transactions=jobs // _CLIENTS // batch)
        return end_numbered(database, script, load, first, batch=batch).rate * batch

    pairs = alternate(
        lambda: refunds("refund_batch", budget.batch),
        lambda: refunds("refund", 1),
        max(1, budget.rounds // 6),
    )
    what = f"refund_job_many of {budget.batch} against single calls, {_CLIENTS} clients"
    book.figures.append(ratio("3", f"{what}, {budget.spread:,} profiles", pairs))


def _add_gathering(book: Book, database: Database, budget: Budget) -> None:
    pairs = alternate(
        lambda: asyncio.run(_calls(database, budget, CoalescingCredits)),
        lambda: asyncio.run(_calls(database, budget, _plain)),
        budget.python_rounds,
    )
    what = f"coalescing client against single calls, {budget.tasks} tasks on one hot profile"
    book.figures.append(ratio("8", what, pairs, detail=f"{_CONNECTIONS} connections, one process"))


@asynccontextmanager
async def _plain(pool: Any) -> AsyncIterator[Any]:
    yield Credits(pool)


async def _calls(database: Database, budget: Budget, client: Any) -> float:
    """Reservations a second of many tasks, each of which waits for its answer."""
    profile_id = UUID(f"00000000-0000-4000-8000-{FIRST}")
    made = 0

    async def work(caller: Any, end: float) -> None:
        nonlocal made
        while time.perf_counter() < end:
            await caller.reserve_credits(profile_id, uuid4(), random.randint(1, 9))  # noqa: S311
            made += 1

    async with (
        asyncpg.create_pool(database.url, min_size=_CONNECTIONS, max_size=_CONNECTIONS) as pool,
        client(pool) as caller,
    ):
        begun = time.perf_counter()
        await asyncio.gather(
            *(work(caller, begun + budget.python_seconds) for _ in range(budget.tasks))
        )
        return made / (time.perf_counter() - begun)
