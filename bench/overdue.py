"""What is not plain, many at a time: overdue holds of one profile, and batches that use a pack."""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from uuid import uuid4

from bench.book import Book, Figure, ratio
from bench.budget import Budget
from bench.measure import alternate
from bench.site import FIRST, Database, Site, sql

_AT_ONCE = 10_000  # holds that one batch may make
_PLENTY = 10**9
# What one client does with a profile: it reserves jobs, and refunds them.
_RESERVE = b"""
select jsonb_agg(jsonb_build_object('job_id', (reservation).job_id))::text
  from credits.reserve_credits_many((
         select jsonb_agg(jsonb_build_object('profile_id', $1::text, 'job_id', gen_random_uuid(),
                                             'cost', 5))
           from generate_series(1, $2::int)))
"""
_REFUND = b"select count(*) from credits.refund_job_many($1::text::jsonb) where error is null"


def measure(site: Site, budget: Budget) -> Book:
    """Item 9 of the goals."""
    book = Book()
    with site.database("overdue") as database:
        for holds in budget.overdue:
            _add_next_call(book, database, budget, holds)
        _add_packs(book, database, budget)
    return book


def _add_next_call(book: Book, database: Database, budget: Budget, holds: int) -> None:
    profile_id = f"00000000-0000-4000-8000-{FIRST}"
    times: list[float] = []
    for _ in range(max(1, budget.rounds // 4)):
        for made in range(0, holds, _AT_ONCE):
            database.value(sql("hold_many"), profile_id, min(_AT_ONCE, holds - made))
        database.execute(sql("make_overdue"), profile_id)
        database.tidy()
        begun = time.perf_counter()
        database.value(
            b"select available from credits.get_balance(profile_id => $1::text::uuid)", profile_id
        )
        times.append((time.perf_counter() - begun) * 1e3)
    book.figures.append(
        Figure(
            item="9",
            what=f"the next call of a profile with {holds:,} overdue holds",
            value=median(times),
            low=min(times),
            high=max(times),
            unit="ms",
            goal=holds / 10,  # 1 s for 10,000
            less=True,
        )
    )


def _add_packs(book: Book, database: Database, budget: Budget) -> None:
    plain, pack = str(uuid4()), str(uuid4())
    for profile_id, addon in ((plain, _PLENTY), (pack, 0)):
        database.value(
            b"select credits.open_profile($1::text::uuid, 0, $2::bigint)::text", profile_id, addon
        )
    database.value(
        b"select credits.grant_addon($1::text::uuid, $2::bigint, 'a pack',"
        b" now() + interval '1 day')::text",
        pack,
        _PLENTY,
    )
    rate = partial(_jobs_a_second, database, budget)
    pairs = alternate(partial(rate, pack), partial(rate, plain), budget.rounds)
    what = f"batches of {budget.batch}, reserved and refunded, with a pack against without"
    book.figures.append(ratio("9", what, pairs, goal=1 / 3))


def _jobs_a_second(database: Database, budget: Budget, profile_id: str) -> float:
    """Of one client. The second batch knows the jobs of the first."""
    with database.connect() as connection:
        begun = time.perf_counter()
        ((jobs,),) = connection.execute(_RESERVE, [profile_id, budget.batch]).fetchall()
        connection.execute(_REFUND, [jobs])
        return budget.batch / (time.perf_counter() - begun)
