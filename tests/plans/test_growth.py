"""What a call does grows with what it is given, and no faster: counted in row versions and in pages
of tables and indexes, for some elements, twice and four times as many.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import psycopg
import pytest

from pgcredits.testing import clone

SOME = 100
CLOCK = """
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select current_setting('growth.now')::timestamptz $$
"""
BEGIN = datetime(2030, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Cost:
    """The new row versions of each table, and the pages that were looked at, and those of temporary
    files."""

    updates: dict[str, int]
    pages: int
    temporary: int


class Books:
    """A database of its own, whose clock the test moves."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.numbers = count(1)
        self.now = BEGIN
        connection.execute(CLOCK)
        self.set_time(BEGIN)

    def set_time(self, now: datetime) -> None:
        self.now = now
        self.connection.execute("select set_config('growth.now', %s, false)", [now.isoformat()])

    def ids(self, number: int) -> list[str]:
        return [str(UUID(int=next(self.numbers))) for _ in range(number)]

    def call(self, function: str, *values: Any) -> list[Any]:
        return self.connection.execute(f"select * from credits.{function}", values).fetchall()

    def profile(self, monthly: int = 0, pack: int = 0, kind: str = "paid") -> str:
        (profile_id,) = self.ids(1)
        self.call("open_profile(%s, %s, 0)", profile_id, monthly)
        if pack:
            expires_at = self.now + 9 * HOUR
            self.call("grant_addon(%s, %s, 'pack', %s, %s)", profile_id, pack, expires_at, kind)
        return profile_id

    def jobs(self, profile_id: str, number: int, cost: int = 2, **more: Any) -> list[str]:
        jobs = self.ids(number)
        for first in range(0, number, 10_000):
            batch = [
                {"profile_id": profile_id, "job_id": job_id, "cost": cost, **more}
                for job_id in jobs[first : first + 10_000]
            ]
            answers = self.call("reserve_credits_many(%s)", json.dumps(batch))
            assert [error for _, _, error in answers] == [None] * len(batch)
        return jobs

    def versions(self) -> dict[str, int]:
        return dict(
            self.connection.execute(
                "select relname, n_tup_upd from pg_stat_xact_user_tables"
                " where schemaname = 'credits'"
            ).fetchall()
        )

    def cost(self, function: str, *values: Any) -> Cost:
        """What a call costs in a session that has made it before."""
        with self.connection.transaction():
            before = self.versions()
            (plan,) = self.connection.execute(
                "explain (analyze, buffers, format json)"
                f" select count(r) from credits.{function} r",
                values,
            ).fetchone() or ([{}],)
            after = self.versions()
        node = plan[0]["Plan"]
        pages = node["Shared Hit Blocks"] + node["Shared Read Blocks"]
        updates = {table: n - before.get(table, 0) for table, n in after.items()}
        return Cost(updates, pages, node["Temp Written Blocks"])


@pytest.fixture(scope="module")
def books(migrated_server: str) -> Iterator[Books]:
    with clone(migrated_server, "growth") as url, psycopg.connect(url, autocommit=True) as own:
        # An analysis in the middle would make the plans anew, and count as pages.
        tables = "select tablename from pg_tables where schemaname = 'credits'"
        for (table,) in own.execute(tables).fetchall():
            own.execute(f'alter table credits."{table}" set (autovacuum_enabled = off)')
        books = Books(own)
        profile_id = books.profile(10**6, 10**6)  # so that no plan is made for an empty table
        books.call("refund_job_many(%s)", elements(books.jobs(profile_id, 500, 3001)))
        own.execute("vacuum analyze")
        yield books


def elements(jobs: list[str], **more: Any) -> str:
    return json.dumps([{"job_id": job_id, **more} for job_id in jobs])


Case = Callable[[Books, int], Cost]
CASES: dict[str, tuple[int, Case]] = {}


def case(name: str, profiles: int = 1) -> Callable[[Case], Case]:
    """``profiles``: how often the profile, and its packs and renewals, are written."""

    def add(function: Case) -> Case:
        CASES[name] = profiles, function
        return function

    return add


@case("reservations that draw from a pack")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(pack=10**6)
    batch = [{"profile_id": profile_id, "job_id": job, "cost": 2} for job in books.ids(number)]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


@case("reservations that draw from an early pack and the month")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    expires_at = books.now + 9 * HOUR
    books.call("grant_addon(%s, %s, 'early', %s, 'paid', -1)", profile_id, number, expires_at)
    batch = [{"profile_id": profile_id, "job_id": job, "cost": 2} for job in books.ids(number)]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


@case("reservations within limits")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    books.call("set_limit(%s, null, 'day', 1000000, 'r', 'a')", profile_id)
    for spender in range(20):
        books.call("set_limit(%s, %s, 'total', 900, 'r', 'a')", profile_id, str(spender))
    batch = [
        {"profile_id": profile_id, "job_id": job, "cost": 2, "spender": str(place % 20)}
        for place, job in enumerate(books.ids(number))
    ]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


@case("a limit that counts what was spent already")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    books.call("set_limit(%s, 'ann', 'day', 5, 'r', 'a')", profile_id)
    batch = [{"profile_id": profile_id, "job_id": job, "cost": 2} for job in books.ids(number)]
    books.call("reserve_credits_many(%s)", json.dumps(batch))
    return books.cost("set_limit(%s, null, 'day', 1000000, 'r', 'a')", profile_id)


@case("reservations, half of them of the same job")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    jobs = books.ids(number // 2)
    batch = [
        {"profile_id": profile_id, "job_id": job, "cost": 2}
        for job in jobs + jobs[:1] * (number // 2)
    ]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


@case("reservations, half of which cannot be paid")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(number)
    batch = [{"profile_id": profile_id, "job_id": job, "cost": 2} for job in books.ids(number)]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


@case("reservations that were made before", profiles=0)
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(pack=10**6)
    batch = [
        {"profile_id": profile_id, "job_id": job, "cost": 2}
        for job in books.jobs(profile_id, number)
    ]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


@case("settlements for less that return to a pack")
def _(books: Books, number: int) -> Cost:
    jobs = books.jobs(books.profile(pack=10**6), number)
    return books.cost("settle_job_many(%s)", elements(jobs, actual_cost=1))


@case("settlements for more that draw from a pack")
def _(books: Books, number: int) -> Cost:
    jobs = books.jobs(books.profile(pack=10**6), number)
    return books.cost("settle_job_many(%s)", elements(jobs, actual_cost=3))


@case("settlements, half of which are refused for lack of credits")
def _(books: Books, number: int) -> Cost:
    jobs = books.jobs(books.profile(3 * number - number // 2), number)
    return books.cost("settle_job_many(%s)", elements(jobs, actual_cost=3, overage="reject"))


@case("refunds that return to a pack")
def _(books: Books, number: int) -> Cost:
    jobs = books.jobs(books.profile(pack=10**6), number)
    return books.cost("refund_job_many(%s)", elements(jobs))


@case("refunds of a part of each job")
def _(books: Books, number: int) -> Cost:
    jobs = books.jobs(books.profile(1000), number)
    return books.cost("refund_job_many(%s)", elements(jobs, amount=1, refund_id="part"))


@case("refunds of many parts of one job")
def _(books: Books, number: int) -> Cost:
    (job_id,) = books.jobs(books.profile(10**6), 1, 10**6)
    parts = [{"job_id": job_id, "amount": 1, "refund_id": f"part {n}"} for n in range(number)]
    return books.cost("refund_job_many(%s)", json.dumps(parts))


@case("refunds of many parts of a job that drew from a pack")
def _(books: Books, number: int) -> Cost:
    (job_id,) = books.jobs(books.profile(pack=10**6), 1, 10**6)
    parts = [{"job_id": job_id, "amount": 1, "refund_id": f"part {n}"} for n in range(number)]
    return books.cost("refund_job_many(%s)", json.dumps(parts))


@case("refunds of a month that is over")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    books.call("renew_monthly(%s, %s, 1000000, 0)", profile_id, books.now - HOUR)
    jobs = books.jobs(profile_id, number)
    books.call("renew_monthly(%s, %s, 1000, 100)", profile_id, books.now)
    return books.cost("refund_job_many(%s)", elements(jobs))


@case("renewals of one profile, half of them of months that are over")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(5)
    renewals = [
        {
            "profile_id": profile_id,
            "period_start": (books.now + HOUR / 3600 * place * (place % 2)).isoformat(),
            "allowance": 7,
        }
        for place in range(1, number + 1)
    ]
    return books.cost("renew_monthly_many(%s)", json.dumps(renewals))


@case("grants to one profile, half of them packs, and some twice")
def _(books: Books, number: int) -> Cost:
    profile_id, expires_at = books.profile(5), (books.now + 9 * HOUR).isoformat()
    grants = [
        {
            "profile_id": profile_id,
            "amount": 7,
            "reference": f"order {place - place % 8 // 7}",
            "expires_at": None if place % 8 in {6, 7} else expires_at if place % 2 else None,
        }
        for place in range(number)
    ]
    return books.cost("grant_addon_many(%s)", json.dumps(grants))


def overdue(books: Books, number: int, cost: int, **of: Any) -> Cost:
    profile_id = books.profile(**of)
    books.jobs(profile_id, number, cost, hold_for="1 hour")
    books.set_time(books.now + 2 * HOUR)
    return books.cost("get_balance(%s)", profile_id)


@case("overdue holds")
def _(books: Books, number: int) -> Cost:
    return overdue(books, number, 2, monthly=10**6)


@case("overdue holds that return to a pack")
def _(books: Books, number: int) -> Cost:
    return overdue(books, number, 2, pack=10**6)


@case("overdue holds that cost nothing")
def _(books: Books, number: int) -> Cost:
    return overdue(books, number, 0, pack=10**6)


@case("overdue holds that reopen a pack")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(pack=10**6)
    books.jobs(profile_id, number, 2, hold_for="10 hours")
    books.set_time(books.now + 20 * HOUR)
    return books.cost("get_balance(%s)", profile_id)


@case("overdue holds of a month that is over")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    books.call("renew_monthly(%s, %s, 1000000, 0)", profile_id, books.now - HOUR)
    books.jobs(profile_id, number, 2, hold_for="1 hour")
    books.call("renew_monthly(%s, %s, 1000, 100)", profile_id, books.now)
    books.set_time(books.now + 2 * HOUR)
    return books.cost("get_balance(%s)", profile_id)


@case("a sweep of overdue holds")
def _(books: Books, number: int) -> Cost:
    books.jobs(books.profile(pack=10**6), number, 2, hold_for="1 hour")
    books.set_time(books.now + 2 * HOUR)
    return books.cost("expire_holds(10000)")


def run_out(books: Books, times: int) -> str:
    """A new profile that has run out of credits so often, and was told each time."""
    profile_id = books.profile(5)
    books.call("set_alert(%s, null, '{credits.depleted}')", profile_id)
    for place in range(times):
        books.jobs(profile_id, 1, 5)
        books.call("grant_addon(%s, 5, %s)", profile_id, f"refill {place}")
    return profile_id


@case("events that are claimed", profiles=0)
def _(books: Books, number: int) -> Cost:
    for _ in range(number):
        run_out(books, 1)
    return books.cost("claim_events(10000)")


@case("events that are finished", profiles=0)
def _(books: Books, number: int) -> Cost:
    for _ in range(number):
        run_out(books, 1)
    claimed = [event[0] for event in books.call("claim_events(10000)")]
    return books.cost("finish_events(%s)", claimed)


@case("events of one profile that are claimed", profiles=0)
def _(books: Books, number: int) -> Cost:
    run_out(books, number)
    return books.cost("claim_events(10000)")


@case("a batch of reservations of a watched profile")
def _(books: Books, number: int) -> Cost:
    profile_id = books.profile(10**6)
    books.call("set_alert(%s, 999990, '{credits.low,credits.depleted}')", profile_id)
    batch = [{"profile_id": profile_id, "job_id": job, "cost": 2} for job in books.ids(number)]
    return books.cost("reserve_credits_many(%s)", json.dumps(batch))


def busy(books: Books, jobs: int) -> str:
    """A new profile with a pack, a limit, an alert, a month and so many jobs, half of them back."""
    profile_id = books.profile(10**6, pack=10**6)
    books.call("renew_monthly(%s, %s, 1000000, 0)", profile_id, books.now)
    books.call("set_limit(%s, null, 'day', 10000000, 'r', 'a')", profile_id)
    books.call("set_alert(%s, 5, '{credits.low,credits.depleted,job.shortfall}')", profile_id)
    made = books.jobs(profile_id, jobs)
    books.call("refund_job_many(%s)", elements(made[::2]))
    books.call("raise_reservation(%s, 9)", made[1])
    return profile_id


@case("a check of the books of a profile with many jobs", profiles=0)
def _(books: Books, number: int) -> Cost:
    return books.cost("check_integrity(%s)", busy(books, max(2, number)))


@case("a check of the books of many profiles", profiles=0)
def _(books: Books, number: int) -> Cost:
    before = books.profile()
    for _ in range(number // 4):
        busy(books, 4)
    return books.cost("check_profiles(%s, 1000000)", before)


@case("a check of profiles that have not changed", profiles=0)
def _(books: Books, number: int) -> Cost:
    before = books.profile()
    for _ in range(number):
        books.profile(5)
    return books.cost("check_profiles(%s, 1000000, %s)", before, books.now + HOUR)


@pytest.mark.parametrize("name", CASES)
def test_the_cost_grows_with_the_number(books: Books, name: str) -> None:
    books.connection.execute("update credits.settings set closed_period_refund = 'lapse'")
    written, cost = CASES[name]
    cost(books, 3)  # makes the plans
    costs = [cost(books, number) for number in (SOME, 2 * SOME, 4 * SOME)]
    for each in costs:
        for table in ("profiles", "packs", "renewals"):
            assert each.updates[table] <= written, (table, costs)
    # Of what grows with the square, the second step is four times the first.
    first, second = (b.pages - a.pages for a, b in pairwise(costs))
    assert second < 3 * first, costs


@pytest.mark.parametrize("function", ["expire_holds", "expire_packs"])
@pytest.mark.parametrize("spread", ["one profile", "many profiles"])
def test_a_sweep_of_a_few_costs_as_much_whatever_is_left(
    books: Books, function: str, spread: str
) -> None:
    books.set_time(books.now + 99 * HOUR)
    books.call("expire_packs(10000)")  # of other tests
    costs = []
    for number in (SOME, 2 * SOME, 4 * SOME):
        books.connection.execute("vacuum analyze")  # what was swept before is not looked at
        holders = 1 if spread == "one profile" else number
        for _ in range(holders):
            profile_id = books.profile(10**6)
            if function == "expire_holds":
                books.jobs(profile_id, number // holders, hold_for="1 hour")
            for pack in range(number // holders if function == "expire_packs" else 0):
                ends = books.now + HOUR + timedelta(seconds=pack)
                books.call("grant_addon(%s, 1, %s, %s)", profile_id, f"pack {pack}", ends)
        books.set_time(books.now + 2 * HOUR)
        costs.append(books.cost(f"{function}(10)"))
        for _ in range(number // 10 - 1):
            answers = books.call(f"{function}(10)")
            assert len(answers) == 10
        assert books.call(f"{function}(10)") == []
    assert max(each.pages for each in costs) < 1.5 * min(each.pages for each in costs)


def test_overdue_packs_between_overdue_holds_are_processed_in_portions(books: Books) -> None:
    """In memory, a lapse looks through the packs of its portion: those of all would be too many."""
    number = 1_000
    profile_id = books.profile()
    for place in range(number):
        ends = books.now + HOUR + timedelta(seconds=2 * place)
        books.call("grant_addon(%s, 2, %s, %s)", profile_id, f"pack {place}", ends)
    books.connection.execute("analyze credits.packs")  # as autovacuum would
    for place in range(number):
        seconds = 3601 + 2 * place
        books.jobs(profile_id, 1, 1, hold_for=f"{seconds} seconds")
    books.set_time(books.now + 2 * HOUR)
    cost = books.cost("get_balance(%s)", profile_id)
    assert 1 < cost.updates["profiles"] <= 2 * number / 500
    assert books.call("check_integrity(%s)", profile_id) == []


def test_thousands_of_overdue_holds_cost_little_each(books: Books) -> None:
    """The next call of their profile, whatever it is, works off all of them in one go."""
    number = 5_000
    profile_id = books.profile(10**6)
    books.jobs(profile_id, number, hold_for="1 hour")
    books.set_time(books.now + 2 * HOUR)
    cost = books.cost("reserve_credits(%s, %s, 1000000)", profile_id, *books.ids(1))
    assert (cost.updates["profiles"], cost.updates["jobs"]) == (2, number)
    assert cost.pages < 40 * number
    assert books.call("check_integrity(%s)", profile_id) == []


def finish(books: Books) -> None:
    books.set_time(books.now + HOUR)
    claimed = [event[0] for event in books.call("claim_events(10000)")]
    if claimed:
        books.call("finish_events(%s)", claimed)


def test_a_claim_costs_what_is_due_whatever_was_told_before(books: Books) -> None:
    """Neither what is finished nor what waits for another attempt is read."""
    costs = []
    finish(books)  # what other tests left
    for number in (SOME, 2 * SOME, 4 * SOME):
        profiles = [run_out(books, 1) for _ in range(number)]
        often = run_out(books, number)
        finish(books)
        for profile_id in profiles:
            books.jobs(profile_id, 1, 5)
        waiting = [event[0] for event in books.call("claim_events(10000)")]
        assert len(waiting) == number
        books.call("fail_events(%s, 'no route', '365 days')", waiting)
        books.connection.execute("vacuum analyze credits.events")
        books.jobs(often, 1, 5)
        costs.append(books.cost("claim_events(10000)"))
        assert costs[-1].updates["events"] == 1
    assert max(each.pages for each in costs) < 1.5 * min(each.pages for each in costs), costs


@pytest.mark.parametrize("profiles", [1, 50])
def test_a_check_of_a_piece_reads_it_a_few_times_and_needs_no_temporary_file(
    books: Books, profiles: int
) -> None:
    jobs = 6_000
    before = books.profile()
    for _ in range(profiles):
        busy(books, jobs // profiles)
    books.connection.execute("vacuum analyze")
    books.cost("check_profiles(%s, 5)", before)  # makes the plans
    cost = books.cost("check_profiles(%s)", before)
    (piece,) = books.call("check_profiles(%s)", before)
    _, checked, _, entries, findings = piece
    assert (checked, findings) == (profiles, [])
    assert 1.5 * jobs <= entries < 10_000
    assert cost.temporary == 0
    # Three times the ledger and once the jobs, each row by its index and on a page of its own.
    assert cost.pages < 5 * (entries + jobs), (cost, entries)
