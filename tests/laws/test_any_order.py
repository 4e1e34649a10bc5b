"""Law 6: two calls at once end as one after the other would have; and no call deadlocks another."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from laws.compare import difference, state_difference
from laws.database import Database
from laws.model import Model
from laws.refusals import Refused
from laws.wallet import BY, DAY, HOUR, NOW

DEADLINE_SECONDS = 20
LOAD_SECONDS = 3

# Jobs by the names that ``prepared`` gives them.
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "reserve": ("reserve_credits", {"job_id": "new", "cost": 12}),
    "raise": ("raise_reservation", {"job_id": "held", "cost": 22}),
    "settle for more": ("settle_job", {"job_id": "held", "actual_cost": 30}),
    "settle late": ("settle_job", {"job_id": "overdue", "actual_cost": 9}),
    "refund": ("refund_job", {"job_id": "held"}),
    "refund of a part": ("refund_job", {"job_id": "held", "amount": 5, "refund_id": "r"}),
    "rollback": ("rollback_reservation", {"job_id": "held"}),
    "extend": ("extend_hold", {"job_id": "held", "hold_for": 9 * HOUR}),
    "grant": ("grant_addon", {"amount": 4, "reference": "order", "expires_at": NOW + 9 * HOUR}),
    "renew": ("renew_monthly", {"period_start": NOW, "allowance": 20, "rollover_cap": 3}),
    "change": (
        "change_allowance",
        {"period_start": NOW - DAY, "allowance": 1, "reference": "plan"},
    ),
    "revoke": ("revoke_grant", {"reference": "pack", "revocation_id": "r", **BY}),
    "adjust": (
        "adjust_credits",
        {"adjustment_id": "a", "monthly_delta": 1, "addon_delta": -6, **BY},
    ),
    "close": ("close_profile", BY),
    "balance": ("get_balance", {}),
}


class Second(Database):
    """Another session on the same database, with the clock that is there."""

    def __init__(self, first: Database) -> None:
        self.url, self.control, self.signatures = first.url, first.control, first.signatures
        self.connect()


@pytest.fixture
def second(database: Database) -> Iterator[Second]:
    second = Second(database)
    yield second
    second.connection.close()


@contextmanager
def started_behind(first: Database, second: Database, call: Any) -> Iterator[Any]:
    """Starts a call of the second session and goes on once it waits for the first."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(call)
        waiting = "select pg_blocking_pids(%s)"
        pids = [second.connection.info.backend_pid], [first.connection.info.backend_pid]
        end = time.monotonic() + DEADLINE_SECONDS
        while first.control.execute(waiting, pids[0]).fetchone()[0] != pids[1]:
            assert not future.done(), "did not wait"
            assert time.monotonic() < end, "never started"
            time.sleep(0.0005)
        yield future


class Case:
    """A profile with a little of everything and a hold that is overdue, in database and model."""

    def __init__(self, database: Database) -> None:
        self.id = uuid4()
        self.jobs = {name: uuid4() for name in ("held", "overdue", "new")}
        self.model = Model(NOW)
        database.set_clock(NOW)
        for name, arguments in [
            ("open_profile", {"credits_remaining": 10, "addon_credits": 10}),
            ("renew_monthly", {"period_start": NOW - DAY, "allowance": 5, "rollover_cap": 9}),
            ("grant_addon", {"amount": 10, "reference": "pack", "expires_at": NOW + 5 * HOUR}),
            ("reserve_credits", {"job_id": "held", "cost": 15, "hold_for": 9 * HOUR}),
            ("reserve_credits", {"job_id": "overdue", "cost": 8, "hold_for": HOUR}),
        ]:
            for side in (database, self.model):
                side.call(name, **self.own(arguments))
        self.model.now += 2 * HOUR
        database.set_clock(self.model.now)

    def own(self, arguments: dict[str, Any]) -> dict[str, Any]:
        own = {**arguments, "profile_id": self.id}
        if "job_id" in own:
            own["job_id"] = self.jobs[own["job_id"]]
        return own

    def made(self, side: Database | Model, call: str) -> Any:
        name, arguments = CALLS[call]
        try:
            return side.call(name, **self.own(arguments))
        except Refused as refusal:
            return refusal


@pytest.mark.parametrize("commits", [True, False], ids=["commit", "rollback"])
@pytest.mark.parametrize("one", CALLS)
def test_a_call_that_waited_ends_as_if_it_had_come_later(
    database: Database, second: Second, one: str, commits: bool
) -> None:
    """Against each other call; where the first rolls back, as if the second had come alone."""
    for other in CALLS:
        case = Case(database)
        before = case.model.profiles[case.id].copy()
        database.connection.execute("begin")
        answer = case.made(database, one)
        assert not difference(CALLS[one][0], case.made(case.model, one), answer)
        with started_behind(database, second, lambda: case.made(second, other)) as future:  # noqa: B023
            database.connection.execute("commit" if commits else "rollback")
            answer = future.result(DEADLINE_SECONDS)
        if not commits:
            case.model.profiles[case.id] = before
        expected = case.made(case.model, other)
        assert not difference(CALLS[other][0], expected, answer), f"{one}, then {other}"
        assert not state_difference(database, case.model.profiles[case.id]), f"{one}, then {other}"


def test_sweeps_from_everywhere_work_each_hold_and_pack_off_once(
    database: Database, second: Second
) -> None:
    cases = [Case(database) for _ in range(10)]
    database.set_clock(NOW + 10 * HOUR)
    connections = [Second(database) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        sweeps = ["expire_holds", "expire_packs"] * 2
        answers = list(pool.map(lambda c, name: c.call(name), connections, sweeps))
    for connection in connections:
        connection.connection.close()
    for case in cases:
        database.call("get_balance", profile_id=case.id)  # one that was locked is still behind
        case.model.now = NOW + 10 * HOUR
        case.model.call("get_balance", profile_id=case.id)
        assert not state_difference(database, case.model.profiles[case.id])
    told = [(row["profile_id"], row["seq"]) for rows in answers for row in rows]
    assert len(told) == len(set(told))


def test_no_call_deadlocks_another(database: Database) -> None:
    """Every sort of call from six sessions on two profiles, while holds and packs fall due."""
    profiles = [uuid4(), uuid4()]
    for profile_id in profiles:
        database.call("open_profile", profile_id=profile_id, credits_remaining=500)
    jobs: list[UUID] = []
    unexpected: list[str] = []
    end = time.monotonic() + LOAD_SECONDS

    def load(seed: int) -> int:
        dice = random.Random(seed)  # noqa: S311
        calls = 0
        with psycopg.connect(database.url, autocommit=True) as connection:
            while time.monotonic() < end:
                calls += 1
                statement, arguments = a_call(dice)
                try:
                    connection.execute(f"select {statement}", arguments)
                except psycopg.Error as error:
                    if not str(error.sqlstate).startswith("PT"):
                        unexpected.append(f"{error.sqlstate}: {error}")
        return calls

    def a_call(dice: random.Random) -> tuple[str, list[Any]]:
        profile_id, key = dice.choice(profiles), str(dice.randrange(40))
        if not jobs or dice.random() < 0.3:
            jobs.append(uuid4())
            cost, hold = dice.randrange(60), dice.choice([None, HOUR / 60, HOUR])
            return "credits.reserve_credits(%s, %s, %s, '{}', %s)", [
                profile_id,
                jobs[-1],
                cost,
                hold,
            ]
        job_id = dice.choice(jobs[-20:])
        amount = dice.randrange(1, 60)
        until = database_now() + HOUR / 60 * dice.randrange(1, 9)
        return dice.choice(
            [
                ("credits.settle_job(%s, %s)", [job_id, amount]),
                ("credits.refund_job(%s)", [job_id]),
                ("credits.refund_job(%s, %s, %s)", [job_id, amount, key]),
                ("credits.rollback_reservation(%s)", [job_id]),
                ("credits.raise_reservation(%s, %s)", [job_id, amount]),
                ("credits.extend_hold(%s, '1 minute')", [job_id]),
                ("credits.expire_holds()", []),
                ("credits.expire_packs()", []),
                ("credits.grant_addon(%s, %s, %s, %s)", [profile_id, amount, key, until]),
                ("credits.revoke_grant(%s, %s, 'k', null, 'r', 'a')", [profile_id, key]),
                ("credits.reinstate_grant(%s, %s, 'k', 'r', 'a')", [profile_id, key]),
                ("credits.renew_monthly(%s, %s, 100, 50)", [profile_id, until]),
                ("credits.get_balance(%s)", [profile_id]),
            ]
        )

    clock = [NOW]

    def database_now() -> datetime:
        return clock[0]

    def tick() -> None:
        with psycopg.connect(database.url, autocommit=True) as connection:
            while time.monotonic() < end:
                clock[0] += HOUR / 60
                connection.execute("update public.clock set now = %s", [clock[0]])
                time.sleep(0.02)

    ticking = threading.Thread(target=tick)
    ticking.start()
    with ThreadPoolExecutor(6) as pool:
        calls = sum(pool.map(load, range(6)))
    ticking.join()
    assert unexpected == []
    assert calls > 100
    assert database.findings(None) == []
