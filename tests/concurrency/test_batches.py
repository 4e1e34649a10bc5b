"""Batches of several sessions at once: they wait in one order, and every key counts once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import Credits, JobConflict, JobNotFound, ProfileNotFound, Reservation

OpenProfile = Callable[..., Awaitable[UUID]]
ROUNDS = 12


def element(profile_id: UUID, job_id: UUID | None = None, cost: int = 1) -> dict[str, Any]:
    return {"profile_id": profile_id, "job_id": job_id or uuid4(), "cost": cost}


def jobs_of(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"job_id": each["job_id"]} for each in batch]


async def test_batches_in_every_order_of_profiles_never_deadlock(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(6)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=10_000)
    # The jobs of a profile with packs go one by one, after the others.
    later = datetime.now(UTC) + timedelta(days=1)
    await client.grant_addon(profiles[2], 50, "pack", expires_at=later)
    chance = random.Random(3)  # noqa: S311

    async def worker() -> None:
        for _ in range(ROUNDS):
            batch = [element(profile) for profile in chance.sample(profiles, 6) * 2]
            await client.reserve_credits_many(batch)
            chance.shuffle(batch)
            await client.settle_job_many(jobs_of(batch[:6]))
            await client.refund_job_many(jobs_of(batch))

    await asyncio.gather(*(worker() for _ in range(8)))
    assert await client.check_integrity() == []
    balances = [await client.get_balance(profile_id) for profile_id in profiles]
    assert {balance.credits_remaining for balance in balances} == {10_000}


async def test_the_same_batch_at_once_counts_once(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(3)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=100)
    batch = [element(profile_id, cost=7) for profile_id in profiles * 3]
    calls: list[tuple[Callable[[Any], Awaitable[Any]], list[dict[str, Any]]]] = [
        (client.reserve_credits_many, batch),
        (client.settle_job_many, jobs_of(batch)),
        (client.refund_job_many, jobs_of(batch)),
    ]
    for call, elements in calls:
        answers = await asyncio.gather(*(call(elements) for _ in range(6)))
        for of_one_job in zip(*answers, strict=True):
            assert sorted(answer.replayed for answer in of_one_job) == [False] + [True] * 5
            assert len({answer.seq for answer in of_one_job}) == 1
    assert {(await client.get_balance(each)).available for each in profiles} == {100}


@pytest.mark.parametrize("first_commits", [True, False], ids=["commit", "rollback"])
async def test_a_batch_waits_for_a_job_id_that_another_profile_is_taking(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    one, other, third = [await open_profile(100) for _ in range(3)]
    job_id = uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(one, job_id, 10)
    batch = [element(other, cost=5), element(third, job_id, 10), element(third, cost=20)]
    second = await sessions.start_blocked(sessions.second.credits.reserve_credits_many(batch))
    await (transaction.commit() if first_commits else transaction.rollback())
    answers = await second
    kind = JobConflict if first_commits else Reservation
    assert [type(answer) for answer in answers] == [Reservation, kind, Reservation]
    assert answers[2].seq == (2 if first_commits else 3)
    assert await sessions.observer.credits.check_integrity() == []


async def test_a_batch_whose_job_ids_are_taken_again_and_again_is_answered(
    sessions: Any, open_profile: OpenProfile, db_url: str
) -> None:
    """Each time it looks again, somebody else takes the next id."""
    own, other = await open_profile(100), await open_profile(100)
    taken = sorted(uuid4() for _ in range(3))
    holders = [sessions.first.connection, *[await asyncpg.connect(db_url) for _ in taken[1:]]]
    transactions = []
    for holder, job_id in zip(holders, taken, strict=True):
        transactions.append(holder.transaction())
        await transactions[-1].start()
        await Credits(holder).reserve_credits(await open_profile(100), job_id, 10)
    batch = [element(own, job_id) for job_id in taken] + [element(own), element(other)]
    second = await sessions.start_blocked(sessions.second.credits.reserve_credits_many(batch))
    for transaction in transactions:
        await waits(sessions.observer.connection, sessions.second.pid)
        await transaction.commit()
    answers = await second
    assert [type(answer) for answer in answers] == [JobConflict] * 3 + [Reservation] * 2
    assert (await sessions.observer.credits.get_balance(own)).available == 99
    for holder in holders[1:]:
        await holder.close()


async def test_batches_with_the_same_job_ids_never_deadlock(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(4)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=10_000)
    chance = random.Random(4)  # noqa: S311
    for _ in range(ROUNDS):
        job_ids = [uuid4() for _ in range(30)]
        batches = [
            [element(profile_id, job_id) for job_id in chance.sample(job_ids, 30)]
            for profile_id in profiles
        ]
        answers = await asyncio.gather(*map(client.reserve_credits_many, batches))
        taken = [each.job_id for batch in answers for each in batch if type(each) is Reservation]
        assert sorted(taken) == sorted(job_ids)
    assert await client.check_integrity() == []


async def waits(observer: asyncpg.Connection, pid: int) -> None:
    async with asyncio.timeout(20):
        while True:
            if await observer.fetchval("select pg_blocking_pids($1)", pid):
                return
            await asyncio.sleep(0.001)


async def test_jobs_are_written_by_ascending_id(
    sessions: Any, open_profile: OpenProfile, db_url: str
) -> None:
    """Else each of two batches would have an id that the other one waits for."""
    low, high, *held = sorted(uuid4() for _ in range(4))
    blocker, one, other = [await open_profile(100) for _ in range(3)]
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    for job_id in held:
        await sessions.first.credits.reserve_credits(blocker, job_id, 1)
    third = await asyncpg.connect(db_url)
    batches = [
        (sessions.second.connection, [element(one, job_id) for job_id in (low, held[0], high)]),
        (third, [element(other, job_id) for job_id in (high, held[1], low)]),
    ]
    tasks = []
    for connection, batch in batches:
        tasks.append(asyncio.create_task(Credits(connection).reserve_credits_many(batch)))
        await waits(sessions.observer.connection, connection.get_server_pid())
    await transaction.rollback()
    answers = await asyncio.gather(*tasks)
    await third.close()
    assert [type(each) for each in answers[0]] == [Reservation] * 3
    assert [type(each) for each in answers[1]] == [JobConflict, Reservation, JobConflict]


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "free"])
async def test_a_batch_never_waits_for_a_profile_that_was_opened_while_it_waited(
    sessions: Any, open_profile: OpenProfile, locked: bool
) -> None:
    known, late = await open_profile(100), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(known, uuid4(), 10)
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits_many([element(known), element(late)])
    )
    await sessions.observer.credits.open_profile(late, credits_remaining=100)
    other = sessions.observer.connection.transaction()
    if locked:
        await other.start()
        await sessions.observer.credits.reserve_credits(late, uuid4(), 1)
    await transaction.commit()
    answers = await second  # it would wait for the observer
    assert [type(each) for each in answers] == [
        Reservation,
        ProfileNotFound if locked else Reservation,
    ]
    if locked:
        await other.rollback()


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "free"])
@pytest.mark.parametrize("method", ["settle_job_many", "refund_job_many"])
async def test_a_batch_never_waits_for_a_job_that_came_while_it_waited(
    sessions: Any, open_profile: OpenProfile, method: str, locked: bool
) -> None:
    known, late, job_id, late_job_id = await open_profile(100), uuid4(), uuid4(), uuid4()
    await sessions.first.credits.reserve_credits(known, job_id, 10)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(known, uuid4(), 10)
    batch = [{"job_id": late_job_id}, {"job_id": job_id}]
    second = await sessions.start_blocked(getattr(sessions.second.credits, method)(batch))
    await sessions.observer.credits.open_profile(late, credits_remaining=100)
    await sessions.observer.credits.reserve_credits(late, late_job_id, 10)
    other = sessions.observer.connection.transaction()
    if locked:
        await other.start()
        await sessions.observer.credits.reserve_credits(late, uuid4(), 1)
    await transaction.commit()
    answers = await second  # it would wait for the observer
    assert isinstance(answers[0], JobNotFound) == locked
    assert answers[1].job_id == job_id
    if locked:
        await other.rollback()


@pytest.mark.parametrize("method", ["settle_job_many", "refund_job_many"])
async def test_a_batch_sees_a_job_that_it_waited_for(
    sessions: Any, open_profile: OpenProfile, method: str
) -> None:
    profile_id, job_id, new_job_id = await open_profile(100), uuid4(), uuid4()
    await sessions.first.credits.reserve_credits(profile_id, job_id, 10)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(profile_id, new_job_id, 20)
    batch = [{"job_id": job_id}, {"job_id": new_job_id}]
    second = await sessions.start_blocked(getattr(sessions.second.credits, method)(batch))
    await transaction.commit()
    assert [each.job_id for each in await second] == [job_id, new_job_id]


async def test_a_refused_batch_has_changed_nothing(
    sessions: Any, open_profile: OpenProfile
) -> None:
    """A lock that is not got in time undoes all of it."""
    one, other = sorted([await open_profile(100), await open_profile(100)])
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(other, uuid4(), 10)
    await sessions.second.connection.execute(
        "alter function credits.reserve_credits_many(jsonb) set lock_timeout = '50ms'"
    )
    with pytest.raises(asyncpg.LockNotAvailableError):
        await sessions.second.credits.reserve_credits_many([element(one), element(other)])
    await transaction.rollback()
    assert (await sessions.observer.credits.get_balance(one)).available == 100
