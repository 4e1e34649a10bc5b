"""CoalescingCredits over a real database: exact balances, everybody's answer, few transactions."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import (
    CoalescingCredits,
    Credits,
    CreditsError,
    Failure,
    InsufficientCredits,
    JobConflict,
    LockTimeout,
    ProfileNotFound,
    Reservation,
    Retry,
    WrongState,
    classify,
)

TASKS = 200
GUARD_SECONDS = 60  # for what must happen; no test depends on how long it takes


class Counting:
    """A pool that counts its statements: each is a transaction of its own."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.acquire = pool.acquire
        self.statements = 0

    async def fetch(self, *statement: Any) -> Any:
        self.statements += 1
        return await self._pool.fetch(*statement)


@pytest.fixture
def credits_client(pool: asyncpg.Pool) -> Credits:
    return Credits(pool)


@pytest.fixture
def counting(pool: asyncpg.Pool) -> Counting:
    return Counting(pool)


@pytest.fixture
async def client(counting: Counting, credits_client: Credits) -> AsyncIterator[CoalescingCredits]:
    """Closed after the test; and whatever the test did, the books are sound."""
    async with asyncio.timeout(GUARD_SECONDS), CoalescingCredits(counting) as client:
        yield client
    assert await credits_client.check_integrity() == []


async def profile(client: Credits, credits_remaining: int, addon_credits: int = 0) -> UUID:
    profile_id = uuid4()
    await client.open_profile(
        profile_id, credits_remaining=credits_remaining, addon_credits=addon_credits
    )
    return profile_id


async def answers(*calls: Any) -> list[Any]:
    return await asyncio.gather(*calls, return_exceptions=True)


async def test_two_hundred_tasks_on_one_profile(
    client: CoalescingCredits, credits_client: Credits, counting: Counting, pool: asyncpg.Pool
) -> None:
    profile_id = await profile(credits_client, 5_000, 100_000)

    async def work(number: int) -> list[Reservation]:
        """Three jobs one after the other: each call sees what its own call before took."""
        jobs = [uuid4() for _ in range(3)]
        taken = [
            await client.reserve_credits(profile_id, job, 10 + number, meta={"n": number})
            for job in jobs
        ]
        assert [reservation.job_id for reservation in taken] == jobs
        assert {reservation.cost for reservation in taken} == {10 + number}
        seqs = [reservation.seq for reservation in taken]
        assert seqs == sorted(seqs)
        return taken

    done = await asyncio.gather(*(work(number) for number in range(TASKS)))
    taken = [reservation for each in done for reservation in each]
    cost = sum(reservation.cost for reservation in taken)
    balance = await credits_client.get_balance(profile_id)
    assert balance.available == 105_000 - cost
    assert sum(reservation.monthly_deducted for reservation in taken) == 5_000
    assert sorted(reservation.seq for reservation in taken) == list(range(2, 2 + 3 * TASKS))
    assert counting.statements < 3 * TASKS / 20
    query = "select count(distinct xmin::text), count(*) from credits.jobs"
    assert tuple(await pool.fetchrow(query)) == (counting.statements, 3 * TASKS)
    numbers = await pool.fetch("select id, meta_json from credits.jobs")
    costs = {reservation.job_id: reservation.cost for reservation in taken}
    assert all(json.loads(row["meta_json"])["n"] + 10 == costs[row["id"]] for row in numbers)


async def test_a_refusal_reaches_the_caller_whose_call_does_not_fit(
    client: CoalescingCredits, credits_client: Credits, counting: Counting
) -> None:
    poor, rich = await profile(credits_client, 155, 300), await profile(credits_client, 10_000)
    costs = [10 if number % 2 else 20 for number in range(TASKS)]
    given = await answers(
        *(client.reserve_credits(poor, uuid4(), cost) for cost in costs),
        *(client.reserve_credits(rich, uuid4(), cost) for cost in costs),
        client.reserve_credits(uuid4(), uuid4(), 1),
    )
    assert isinstance(given.pop(), ProfileNotFound)
    assert all(isinstance(answer, Reservation) for answer in given[TASKS:])
    of_poor = given[:TASKS]
    assert {type(answer) for answer in of_poor} == {Reservation, InsufficientCredits}
    refused = [a for a in of_poor if isinstance(a, InsufficientCredits)]
    assert len({id(answer) for answer in refused}) == len(refused)
    for answer, cost in zip(of_poor, costs, strict=True):
        if isinstance(answer, InsufficientCredits):
            assert answer.required == cost > answer.available
        else:
            assert answer.cost == cost
    taken = sum(answer.cost for answer in of_poor if isinstance(answer, Reservation))
    assert (await credits_client.get_balance(poor)).available == 455 - taken == 5
    assert (await credits_client.get_balance(rich)).available == 10_000 - sum(costs)
    assert counting.statements < 10


async def test_the_answers_are_those_of_single_calls(
    client: CoalescingCredits, credits_client: Credits
) -> None:
    """The same calls for two profiles that are alike, at once for one, singly for the other."""
    job = uuid4()
    batched, single = [await profile(credits_client, 100, 50) for _ in range(2)]
    foreign = await profile(credits_client, 10)
    await credits_client.reserve_credits(foreign, job, 1)

    def calls(of: Credits, profile_id: UUID) -> list[Any]:
        twice, none = uuid4(), uuid4()
        return [
            of.reserve_credits(profile_id, uuid4(), 60),
            of.reserve_credits(profile_id, twice, 70),
            of.reserve_credits(profile_id, twice, 70),
            of.reserve_credits(profile_id, twice, 71),
            of.reserve_credits(profile_id, job, 1),
            of.reserve_credits(profile_id, uuid4(), 21),
            of.reserve_credits(profile_id, uuid4(), -1),
            of.reserve_credits(profile_id, uuid4(), 0),
            of.reserve_credits(profile_id, None, 1),  # type: ignore[arg-type]
            of.reserve_credits(profile_id, uuid4(), None),  # type: ignore[arg-type]
            of.reserve_credits(profile_id, uuid4(), 1, meta=[]),  # type: ignore[arg-type]
            of.reserve_credits(profile_id, uuid4(), 1, meta={"credit_cost": 1}),
            of.reserve_credits(profile_id, uuid4(), 1, meta={"a": "x" * 20_000}),
            of.reserve_credits(profile_id, uuid4(), 1, meta={"a": "a\0b"}),
            of.settle_job(none, 1, profile_id=profile_id),
            of.settle_job(none, 1, overage="?", profile_id=profile_id),
            of.refund_job(none, profile_id=profile_id),
            of.refund_job(none, amount=1, profile_id=profile_id),
        ]

    together = await answers(*calls(client, batched))
    alone = [(await answers(each))[0] for each in calls(credits_client, single)]
    ids = ("job_id", "profile_id", "id")
    for one, other in zip(together, alone, strict=True):
        assert type(one) is type(other)
        if isinstance(one, CreditsError):
            assert (one.token, one.sqlstate, one.hint) == (other.token, other.sqlstate, other.hint)
            assert [item for item in one.detail.items() if item[0] not in ids] == [
                item for item in other.detail.items() if item[0] not in ids
            ]
        else:
            for name in set(one.__slots__) - set(ids):
                assert getattr(one, name) == getattr(other, name)
    kinds = Counter(type(answer).__name__ for answer in alone)
    assert kinds["Reservation"] == 4
    assert kinds["JobConflict"] == 2
    assert kinds["InsufficientCredits"] == 1
    assert "NUL" in alone[13].hint  # refused before it was sent
    assert isinstance(together[4], JobConflict)


async def test_a_reservation_whose_credits_went_back_is_refused_and_its_company_is_not(
    client: CoalescingCredits, credits_client: Credits, counting: Counting
) -> None:
    profile_id = await profile(credits_client, 1_000)
    settled, refunded, rolled_back = uuid4(), uuid4(), uuid4()
    for job_id in (settled, refunded, rolled_back):
        await credits_client.reserve_credits(profile_id, job_id, 10)
    await credits_client.settle_job(settled)
    await credits_client.refund_job(refunded)
    await credits_client.rollback_reservation(rolled_back)
    new = uuid4()
    statements = counting.statements
    given = await answers(
        *(
            client.reserve_credits(profile_id, job_id, 10)
            for job_id in (refunded, new, settled, rolled_back, new)
        )
    )
    assert counting.statements - statements == 1
    told = [(a.state, a.replayed) if isinstance(a, Reservation) else a.detail for a in given]
    assert told == [
        {"state": "refunded"},
        ("reserved", False),
        ("settled", True),
        {"state": "rolled_back"},
        ("reserved", True),
    ]
    assert isinstance(given[0], WrongState)
    assert (await credits_client.get_balance(profile_id)).available == 980


async def test_jobs_that_are_reserved_settled_and_refunded_at_once(
    client: CoalescingCredits, credits_client: Credits, counting: Counting
) -> None:
    profile_id = await profile(credits_client, 1_000, 100_000)

    async def work(number: int) -> int:
        """What the job cost in the end."""
        job_id = uuid4()
        await client.reserve_credits(profile_id, job_id, 100)
        if number % 2:
            refund = await client.refund_job(job_id, profile_id=profile_id)
            assert (refund.job_id, refund.amount) == (job_id, 100)
            return 0
        settlement = await client.settle_job(job_id, number, profile_id=profile_id)
        assert (settlement.job_id, settlement.settled_cost) == (job_id, number)
        return number

    spent = await asyncio.gather(*(work(number) for number in range(100)))
    balance = await credits_client.get_balance(profile_id)
    assert balance.available == 101_000 - sum(spent)
    assert counting.statements < 200 / 5


async def test_the_log_gets_the_line_of_each_refund_once(
    client: CoalescingCredits, credits_client: Credits, caplog: pytest.LogCaptureFixture
) -> None:
    profile_id = await profile(credits_client, 30, 30)
    jobs = [uuid4() for _ in range(3)]
    await asyncio.gather(*(client.reserve_credits(profile_id, job, 10) for job in jobs))
    with caplog.at_level("INFO", logger="pgcredits"):
        calls = [client.refund_job(job, profile_id=profile_id) for job in jobs[:2]]
        await asyncio.gather(*calls)
        await client.refund_job(jobs[2], profile_id=profile_id)
        await client.refund_job(jobs[2], profile_id=profile_id)
    lines = [record.getMessage() for record in caplog.records if record.name == "pgcredits"]
    assert lines == [
        f"[Credits] Refunded 10 credits for job {job} (monthly: +10, addon: 0)" for job in jobs
    ]


async def test_a_call_made_three_times_at_once_counts_once(
    client: CoalescingCredits, credits_client: Credits
) -> None:
    profile_id = await profile(credits_client, 1_000)
    jobs = [uuid4() for _ in range(20)]
    taken = await asyncio.gather(
        *(client.reserve_credits(profile_id, job, 10) for job in jobs * 2),
        *(credits_client.reserve_credits(profile_id, job, 10) for job in jobs),
    )
    assert sum(not reservation.replayed for reservation in taken) == len(jobs)
    back = await asyncio.gather(
        *(client.refund_job(job, profile_id=profile_id) for job in jobs * 3)
    )
    assert sum(not refund.replayed for refund in back) == len(jobs)
    assert (await credits_client.get_balance(profile_id)).available == 1_000


async def test_many_clients_on_many_profiles(counting: Counting, credits_client: Credits) -> None:
    """As in many programs; neither deadlocks, nor does anything get lost."""
    profiles = [await profile(credits_client, 10_000) for _ in range(7)]
    clients = [CoalescingCredits(counting, max_in_flight=2) for _ in range(3)]
    async with asyncio.timeout(GUARD_SECONDS):
        await asyncio.gather(
            *(
                clients[number % 3].reserve_credits(profiles[number % 7], uuid4(), 10)
                for number in range(420)
            )
        )
        for each in clients:
            await each.aclose()
    for profile_id in profiles:
        balance = await credits_client.get_balance(profile_id)
        assert (balance.available, balance.seq) == (9_400, 61)
    assert await credits_client.check_integrity() == []


async def test_a_locked_profile_fails_its_own_callers_only(
    client: CoalescingCredits, credits_client: Credits, pool: asyncpg.Pool
) -> None:
    free, locked = [await profile(credits_client, 100) for _ in range(2)]
    for function in (
        "reserve_credits(uuid, uuid, bigint, jsonb, interval, text)",
        "reserve_credits_many(jsonb)",
    ):
        await pool.execute(f"alter function credits.{function} set lock_timeout = '100ms'")
    async with pool.acquire() as other, other.transaction():
        await other.execute("select from credits.profiles where id = $1 for update", locked)
        given = await answers(
            *(client.reserve_credits(p, uuid4(), 1) for p in (free, locked, free, locked))
        )
    assert [type(answer) for answer in given] == [
        Reservation,
        LockTimeout,
        Reservation,
        LockTimeout,
    ]
    assert await client.reserve_credits(locked, uuid4(), 1)


async def end_who_waits_for(blocker: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    """Ends the session of the batch, as soon as one waits."""
    query = (
        "select pg_terminate_backend(pid) from pg_stat_activity where $1 = any "
        "(pg_blocking_pids(pid))"
    )
    while True:
        if await pool.fetchval(query, blocker.get_server_pid()):
            return
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("retry", [False, True])
async def test_a_lost_connection(pool: asyncpg.Pool, credits_client: Credits, retry: bool) -> None:
    """Each caller hears of it; or, with Retry, of nothing but the answer."""
    profile_id = await profile(credits_client, 100)
    jobs = [uuid4() for _ in range(10)]
    over = Retry(pool, seconds=GUARD_SECONDS) if retry else pool
    async with asyncio.timeout(GUARD_SECONDS), CoalescingCredits(over) as client:
        async with pool.acquire() as blocker, blocker.transaction():
            await blocker.execute(
                "select from credits.profiles where id = $1 for update", profile_id
            )
            calls = asyncio.create_task(
                answers(*(client.reserve_credits(profile_id, job, 10) for job in jobs))
            )
            await end_who_waits_for(blocker, pool)
        given = await calls
        if not retry:
            assert {classify(answer) for answer in given} == {Failure.UNKNOWN}
            assert len({id(answer) for answer in given}) == len(jobs)
            given = await answers(*(client.reserve_credits(profile_id, job, 10) for job in jobs))
        assert [answer.job_id for answer in given] == jobs
    assert (await credits_client.get_balance(profile_id)).available == 0
    assert await credits_client.check_integrity() == []
