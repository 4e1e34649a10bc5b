"""Each measurement runs, and does what it claims. How fast anything is, is no test."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from bench.__main__ import MEASUREMENTS
from bench.batches import reservations_in_batches
from bench.book import Book
from bench.budget import FULL, QUICK, TINY
from bench.client_cost import overhear
from bench.crowd import Crowd
from bench.errors import BenchError
from bench.fill import fill
from bench.instructions import prepared
from bench.runner import Load, pgbench
from bench.site import FIRST, Database, Site, sql

from bench import old_way, report, svg
from fire.faults.servers import open_folder
from support import in_memory

Books = Callable[[], list[tuple[object, ...]]]

PROFILE = "00000000-0000-4000-8000-{}"
OPENED_WITH = 1_000_000_000_000
# What differs between two jobs anyway.
ROWS = b"""
select 'profile', to_jsonb(p) - '{id,created_at,changed_at}'::text[]
  from credits.profiles p where p.id = $1
union all
(select 'ledger', to_jsonb(l) - '{profile_id,job_id,ts}'::text[]
        || jsonb_build_object('reason', replace(l.reason, l.job_id::text, 'JOB'))
   from credits.ledger l where l.profile_id = $1 and l.seq > 1 order by l.seq)
union all
(select 'job', to_jsonb(j) - '{id,profile_id,created_at,finished_at}'::text[]
        || jsonb_build_object('finished', j.finished_at is not null)
   from credits.jobs j where j.profile_id = $1 order by j.reserve_seq)
"""


def profile(place: int) -> str:
    return PROFILE.format(FIRST + place)


def call(database: Database, script: str, **values: int) -> dict[str, Any]:
    """Runs a script of pgbench once, and returns its answer."""
    statement, names = prepared(script)
    with database.connect() as connection:
        cursor = connection.execute(statement.encode(), [str(values[name]) for name in names])
        assert cursor.description is not None
        columns = [column.name for column in cursor.description]
        return dict(zip(columns, cursor.fetchall()[0], strict=True))


def without(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in names}


def test_the_bare_reservation_leaves_the_same_rows_and_answers_the_same(
    database: Database, books: Books
) -> None:
    function = call(database, "reserve", profile=FIRST, cost=7)
    floor = call(database, "reserve_floor", profile=FIRST + 1, cost=7)
    assert without(function, "job_id", "profile_id") == without(floor, "job_id", "profile_id")
    rows = database.fetch(ROWS, profile(0))
    assert [kind for kind, _ in rows] == ["profile", "ledger", "job"]
    assert rows == database.fetch(ROWS, profile(1))
    assert books() == []


@pytest.mark.parametrize(("script", "back"), [("refund", 5), ("settle", 2)])
def test_the_bare_end_of_a_job_leaves_the_same_rows_and_answers_the_same(
    database: Database, books: Books, script: str, back: int
) -> None:
    database.value(sql("reserve_numbered"), FIRST, FIRST + 1, FIRST, 2)
    function = call(database, script, job=FIRST)
    floor = call(database, f"{script}_floor", job=FIRST + 1)
    assert without(function, "job_id", "profile_id") == without(floor, "job_id", "profile_id")
    assert function["monthly_refunded"] == back
    assert database.fetch(ROWS, profile(0)) == database.fetch(ROWS, profile(1))
    assert books() == []


@pytest.mark.parametrize("script", ["reserve", "reserve_floor"])
@pytest.mark.parametrize("spread", [1, TINY.spread])
def test_each_transaction_of_a_load_is_one_reservation(
    database: Database, books: Books, script: str, spread: int
) -> None:
    given = {"first": FIRST, "last": FIRST + spread - 1}
    run = pgbench(database, script, Load(clients=4, transactions=5), variables=given)
    assert run.transactions == 20
    assert database.fetch(
        b"select count(*), count(distinct profile_id) <= $1 from credits.jobs", spread
    ) == [(20, True)]
    assert books() == []


@pytest.mark.parametrize("script", ["refund", "refund_floor"])
def test_each_transaction_of_a_refund_load_ends_another_job(
    database: Database, books: Books, script: str
) -> None:
    database.value(sql("reserve_numbered"), FIRST, FIRST + 19, FIRST, TINY.spread)
    given = {"first_job": FIRST, "jobs_each": 5, "i": 0}
    pgbench(database, script, Load(clients=4, transactions=5), variables=given)
    assert database.fetch(b"select state, count(*) from credits.jobs group by 1") == [
        ("refunded", 20)
    ]
    assert books() == []


def test_a_batch_reserves_as_many_as_it_says(database: Database, books: Books) -> None:
    given = {"first": FIRST, "width": 5, "step": 1}
    assert reservations_in_batches(database, TINY, given) > 0
    expected = 8 * TINY.batch_transactions * TINY.batch
    assert database.value(b"select count(*) from credits.jobs") == expected
    assert books() == []


def test_the_rate_of_batches_that_refuse_is_no_figure(database: Database) -> None:
    nobody = {"first": FIRST + TINY.profiles, "width": 1, "step": 0}
    with pytest.raises(BenchError, match="refused"):
        reservations_in_batches(database, TINY, nobody)


def test_a_lost_update_ends_the_run(site: Site) -> None:
    forget = b"update credits.profiles set credits_remaining = credits_remaining + 1 where id = $1"
    with pytest.raises(BenchError, match="1 profiles are not"), site.database("lost") as database:
        database.execute(forget, profile(0))


@pytest.mark.parametrize(
    ("way", "round_trips"), [("client", 1), ("autocommit", 4), ("transaction", 6)]
)
def test_each_statement_of_a_distant_program_waits_for_its_round_trip(
    database: Database, monkeypatch: pytest.MonkeyPatch, way: str, round_trips: int
) -> None:
    waited = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("bench.crowd.asyncio.sleep", wait)
    crowd = Crowd(
        url=database.url, way=way, clients=1, processes=1, spread=1, seconds=0.1, round_trip=0.5
    )
    made = crowd.run().made + crowd.clients
    assert waited == [0.5] * round_trips * made


@pytest.mark.parametrize("way", ["client", "transaction", "autocommit"])
def test_programs_of_each_way_keep_a_hot_profile_exact(
    database: Database, books: Books, way: str
) -> None:
    crowd = Crowd(url=database.url, way=way, clients=3, processes=2, spread=1, seconds=0.1)
    outcome = crowd.run()
    assert outcome.rate > 0
    assert database.value(b"select count(*) from credits.jobs") == outcome.made + crowd.clients
    assert (
        database.value(
            b"select p.credits_remaining + (select sum(j.reserved_cost) from credits.jobs j)"
            b" from credits.profiles p where p.id = $1",
            profile(0),
        )
        == OPENED_WITH
    )
    assert books() == []


class Overtaken:
    """A connection on which somebody else writes between the first read and the write after it."""

    def __init__(self, connection: Any, overtake: Callable[[], Any]) -> None:
        self._connection = connection
        self._overtake: Callable[[], Any] | None = overtake

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        row = await self._connection.fetchrow(query, *arguments)
        if self._overtake is not None:
            overtake, self._overtake = self._overtake, None
            await overtake()
        return row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.mark.parametrize("way", [old_way.in_transaction, old_way.in_autocommit])
async def test_the_old_way_tries_again_when_it_was_overtaken(
    database: Database, books: Books, way: Callable[..., Any]
) -> None:
    one, other = [await asyncpg.connect(database.url) for _ in range(2)]
    customer = UUID(profile(0))
    overtaken = Overtaken(one, partial(way, other, customer, uuid4(), 3))
    assert await way(overtaken, customer, uuid4(), 4) == 1
    assert database.fetch(
        b"select credits_remaining, seq from credits.profiles where id = $1", customer
    ) == [(OPENED_WITH - 7, 3)]
    with pytest.raises(old_way.NotEnoughError):
        await way(one, customer, uuid4(), OPENED_WITH)
    assert books() == []
    await one.close()
    await other.close()


def test_history_that_is_filled_in_is_what_the_functions_write(
    database: Database, books: Books
) -> None:
    for job in (uuid4(), uuid4()):
        database.fetch(b"select credits.reserve_credits($1, $2, 5)", profile(0), job)
    database.fetch(b"select credits.refund_job($1)", job)
    fill(database, 2, 6, start=FIRST + 1)
    assert database.fetch(ROWS, profile(1)) == database.fetch(ROWS, profile(0))
    fill(database, 2, 12, start=FIRST + 1)  # carries on
    assert books() == []
    assert (
        database.value(
            b"select count(*) from (select ts < lag(ts) over (order by seq) as back"
            b" from credits.ledger where profile_id = $1) l where back",
            profile(1),
        )
        == 0
    )


def test_history_lies_in_the_order_of_time_not_by_customer(database: Database) -> None:
    fill(database, TINY.spread, 6 * TINY.spread)
    rows = database.fetch(
        b"select profile_id, kind from credits.ledger where seq > 1 order by ctid limit $1",
        TINY.spread,
    )
    assert len({profile_id for profile_id, _ in rows}) == TINY.spread
    assert {kind for _, kind in rows} == {"reserve"}


async def test_the_bare_query_is_the_one_that_the_client_sends() -> None:
    job = uuid4()
    heard = await overhear(lambda client: client.reserve_credits(profile(0), job, 5))
    assert "credits.reserve_credits(" in heard.query
    assert heard.arguments[1:3] == (job, 5)


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_runs_and_can_be_reported(
    site: Site, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_folder(in_memory()) as folder:  # of a server of its own
        monkeypatch.setattr("bench.proxy._FOLDER", folder)
        book = MEASUREMENTS[name](site, TINY)
    if name == "proxy" and not book.figures:
        pytest.skip(book.remarks[0])
    assert book.figures
    for figure in book.figures:
        numbers = (figure.value, figure.low, figure.high)
        assert all(math.isfinite(number) and number >= 0 for number in numbers), figure
        assert figure.low <= figure.value <= figure.high, figure
        assert figure.what in report.page(book)
    for chart in book.charts:
        words = "".join(ET.fromstring(svg.draw(chart)).itertext())  # noqa: S314 - our own
        assert all(line.label in words for line in chart.lines), chart
    assert "findings" not in report.page(book) or "; 0 findings" in report.page(book)


@pytest.mark.parametrize("budget", [FULL, QUICK, TINY])
def test_a_budget_has_the_profiles_that_it_uses(budget: Any) -> None:
    assert budget.profiles > budget.ledger_profiles >= budget.spread
    assert list(budget.ledger_rows) == sorted(budget.ledger_rows)


def test_nothing_is_left_of_a_failed_measurement_but_its_name(
    site: Site, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench import __main__ as program

    def breaks(*_: object) -> Book:
        raise RuntimeError("no luck\nwith details")

    monkeypatch.setitem(program.MEASUREMENTS, "reads", breaks)
    monkeypatch.setattr(site, "prepared", lambda: site.database("prepared"))
    book = program.run(site, TINY, ["reads", "client"], tmp_path, tmp_path / "R.md")
    assert book.failures == ["reads: RuntimeError: no luck"]
    assert {figure.item for figure in book.figures} == {"5"}
    assert "Incomplete" in (tmp_path / "R.md").read_text()
