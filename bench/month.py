"""The month of everybody begins, while customers go on: what `pgcredits renew` does to them."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

import asyncpg

from bench.book import Book, Figure, ratio
from bench.budget import Budget
from bench.errors import BenchError
from bench.measure import alternate, percentile
from bench.site import FIRST, Database, Site, sql
from pgcredits import Credits

_CLIENTS = 8
_PAGE = 200
_SLOWEST = 1_000  # milliseconds
_SINGLE = b"""
select $2::bigint
  from credits.renew_monthly(('00000000-0000-4000-8000-' || $1::bigint)::uuid,
                             timestamptz '2026-01-01Z' + $3::int * interval '1 hour', 500, 100)
"""
_BATCH = b"""
select count(r.renewal)
  from credits.renew_monthly_many((
         select jsonb_agg(jsonb_build_object(
                  'profile_id', '00000000-0000-4000-8000-' || n,
                  'period_start', timestamptz '2026-01-01Z' + $3::int * interval '1 hour',
                  'allowance', 500, 'rollover_cap', 100))
           from generate_series($1::bigint, $1::bigint + $2::bigint - 1) n)) r
"""


def measure(site: Site, budget: Budget) -> Book:
    """Item 10 of the goals."""
    book = Book()
    with site.database("month") as database:
        if budget.month > budget.profiles:
            database.value(sql("open_profiles"), FIRST + budget.profiles, FIRST + budget.month - 1)
        _add_batches(book, database, budget)
        database.tidy()
        _add_month(book, asyncio.run(_month(database, budget)), budget)
    return book


def _add_batches(book: Book, database: Database, budget: Budget) -> None:
    period = count()
    rate = partial(_rate, database, budget, period)
    pairs = alternate(partial(rate, _PAGE), partial(rate, 1), max(2, budget.rounds // 2))
    what = f"renew_monthly_many of {_PAGE} against {_PAGE} calls of renew_monthly, one transaction"
    book.figures.append(ratio("10", what, pairs, goal=2))


def _rate(database: Database, budget: Budget, period: Iterator[int], elements: int) -> float:
    """Renewals a second of the first profiles, a page of them in a transaction."""
    hour, profiles = next(period), min(budget.spread, budget.month)
    statement = _SINGLE if elements == 1 else _BATCH
    begun = time.perf_counter()
    with database.connect() as connection:
        for first in range(0, profiles, _PAGE):
            page = min(_PAGE, profiles - first)
            with connection.transaction():
                for place in range(first, first + page, elements):
                    number = min(elements, page)
                    row = connection.execute(
                        statement, [FIRST + place, number, hour], prepare=True
                    ).fetchone()
                    if row != (number,):
                        raise BenchError("Not all were renewed, so their rate means nothing.")
    return profiles / (time.perf_counter() - begun)


class Month:
    """What customers met while it began: milliseconds of their calls, and refusals by SQLSTATE."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.refused: Counter[str] = Counter()
        self.renewed = 0
        self.seconds = 0.0


async def _month(database: Database, budget: Budget) -> Month:
    month = Month()
    with tempfile.TemporaryDirectory(prefix="pgcredits-bench-") as folder:
        file = Path(folder) / "renewals.csv"
        file.write_text(
            "profile_id,period_start,allowance\n"
            + "".join(
                f"{_profile(place)},2026-03-01T00:00:00Z,500\n" for place in range(budget.month)
            )
        )
        clients = [await asyncpg.connect(database.url) for _ in range(_CLIENTS)]
        for client in clients:  # statements are prepared before the clock runs
            await Credits(client).reserve_credits(_profile(0), uuid4(), 1)
        done = asyncio.Event()
        customers = [
            asyncio.create_task(_reserve(Credits(client), budget, month, done))
            for client in clients
        ]
        try:
            arguments = ["-m", "pgcredits", "renew", "--from", str(file), "--json"]
            command = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                "--database-url",
                database.url,
                stdout=asyncio.subprocess.PIPE,
            )
            told, _ = await command.communicate()
        finally:
            done.set()
            await asyncio.gather(*customers)
            for client in clients:
                await client.close()
    answer = json.loads(told)
    month.renewed, month.seconds = answer["renewed"], answer["seconds"]
    if month.renewed != budget.month:
        raise BenchError(f"{budget.month - month.renewed} profiles were not renewed.")
    return month


async def _reserve(client: Credits, budget: Budget, month: Month, done: asyncio.Event) -> None:
    while not done.is_set():
        place = random.randrange(budget.month)  # noqa: S311
        begun = time.perf_counter()
        try:
            await client.reserve_credits(_profile(place), uuid4(), 1)
        except asyncpg.PostgresError as error:
            month.refused[str(error.sqlstate)] += 1
        month.milliseconds.append((time.perf_counter() - begun) * 1e3)


def _profile(place: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-{FIRST + place}")


def _add_month(book: Book, month: Month, budget: Budget) -> None:
    while_renewed = f"while {budget.month:,} profiles are renewed"
    calls = f"{len(month.milliseconds):,} reservations by {_CLIENTS} clients"
    slowest = max(month.milliseconds)
    rate = month.renewed / month.seconds
    refused = float(sum(month.refused.values()))
    book.figures += [
        Figure(
            item="10",
            what=f"the slowest of {calls} {while_renewed}",
            value=slowest,
            low=median(month.milliseconds),
            high=slowest,
            unit="ms",
            detail=f"from the median; 99 % within {percentile(month.milliseconds, 99):.0f} ms",
            goal=_SLOWEST,
            less=True,
        ),
        Figure(
            item="10",
            what=f"of these, refused for a lock or anything else {while_renewed}",
            value=refused,
            low=refused,
            high=refused,
            unit="",
            detail=", ".join(f"{state}: {n}" for state, n in month.refused.items()),
            goal=0,
            less=True,
        ),
        Figure(
            item="10",
            what=f"pgcredits renew --from, a second, beside {_CLIENTS} clients",
            value=rate,
            low=rate,
            high=rate,
            unit="",
            detail=f"{month.renewed:,} in {month.seconds:.0f} s",
        ),
    ]
