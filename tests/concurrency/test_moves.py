"""Moves under concurrency: what comes back follows whoever is at work, and nobody deadlocks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

import pgcredits
from pgcredits import Credits

OpenProfile = Callable[..., Awaitable[UUID]]
BY = {"reason": "one person", "actor": "ann"}


async def pair(
    sessions: Any, open_profile: OpenProfile, *, ascending: bool, jobs: int = 1
) -> tuple[UUID, UUID, list[UUID]]:
    """A profile with jobs of 10 that was moved, and its successor, in either order of ids."""
    one, other = sorted([await open_profile(0, 10 * jobs), await open_profile(0, 10 * jobs)])
    profile_id, successor_id = (one, other) if ascending else (other, one)
    made = [uuid4() for _ in range(jobs)]
    for job_id in made:
        await sessions.observer.credits.reserve_credits(profile_id, job_id, 10)
    await sessions.observer.credits.move_credits(profile_id, successor_id, "m", **BY)
    return profile_id, successor_id, made


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("commits", [True, False])
async def test_a_refund_waits_for_the_successor_and_follows(
    sessions: Any, open_profile: OpenProfile, ascending: bool, commits: bool
) -> None:
    _, successor_id, (job_id,) = await pair(sessions, open_profile, ascending=ascending)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(successor_id, uuid4(), 7)
    second = await sessions.start_blocked(sessions.second.credits.refund_job(job_id))
    await (transaction.commit() if commits else transaction.rollback())
    assert (await second).amount == 10
    balance = await sessions.observer.credits.get_balance(successor_id)
    assert balance.available == (13 if commits else 20)
    assert await sessions.observer.credits.check_integrity() == []


@pytest.mark.parametrize("commits", [True, False])
async def test_a_refund_that_waited_for_a_move_follows_it(
    sessions: Any, open_profile: OpenProfile, commits: bool
) -> None:
    profile_id, successor_id, job_id = await open_profile(0, 50), await open_profile(), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 20)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.move_credits(profile_id, successor_id, "m", **BY)
    second = await sessions.start_blocked(sessions.second.credits.refund_job(job_id))
    await (transaction.commit() if commits else transaction.rollback())
    await second
    balances = [
        (await sessions.observer.credits.get_balance(each)).available
        for each in (profile_id, successor_id)
    ]
    assert balances == ([0, 50] if commits else [50, 0])


@pytest.mark.parametrize("commits", [True, False])
async def test_the_second_of_two_moves_is_refused_or_made(
    sessions: Any, open_profile: OpenProfile, commits: bool
) -> None:
    one, other, third = [await open_profile(0, 50) for _ in range(3)]
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.move_credits(one, other, "m", **BY)
    second = await sessions.start_blocked(
        sessions.second.credits.move_credits(other, one, "m", **BY)
    )
    await (transaction.commit() if commits else transaction.rollback())
    if commits:
        with pytest.raises(pgcredits.ProfileClosed):
            await second
    else:
        assert (await second).new_balance == 100
    await sessions.observer.credits.grant_addon(third, 1, "still there")
    assert await sessions.observer.credits.check_integrity() == []


async def test_a_sweeper_waits_for_no_successor(sessions: Any, open_profile: OpenProfile) -> None:
    profile_id, successor_id, job_id = await open_profile(0, 50), await open_profile(), uuid4()
    moment = timedelta(seconds=1)
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 20, hold_for=moment)
    await sessions.observer.credits.move_credits(profile_id, successor_id, "m", **BY)
    await sessions.observer.connection.execute(
        "create or replace function credits._now() returns timestamptz language sql volatile"
        " as 'select clock_timestamp() + interval ''1 hour'''"
    )
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(successor_id, 5, "order")
    async with asyncio.timeout(4):  # less than a lock is waited for
        assert await sessions.second.credits.expire_holds() == []
    await transaction.commit()
    (swept,) = await sessions.second.credits.expire_holds()
    assert swept.job_id == job_id
    assert (await sessions.observer.credits.get_balance(successor_id)).available == 55


async def test_a_batch_has_the_successors_before_it_changes_anything(
    sessions: Any, open_profile: OpenProfile
) -> None:
    profile_id, successor_id, (job_id,) = await pair(sessions, open_profile, ascending=True)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(successor_id, 5, "order")
    second = await sessions.start_blocked(
        sessions.second.credits.refund_job_many([{"job_id": job_id}])
    )
    # It waits with nothing in hand: the profile of the job is free.
    async with asyncio.timeout(4):
        await sessions.first.connection.execute(
            "select from credits.profiles where id = $1 for no key update", profile_id
        )
    await transaction.commit()
    (refund,) = await second
    assert refund.amount == 10
    assert (await sessions.observer.credits.get_balance(successor_id)).available == 25


async def test_moves_refunds_and_batches_at_once_do_not_deadlock(
    db_url: str, sessions: Any, open_profile: OpenProfile
) -> None:
    """Chains of profiles in no order of their ids, everything about them at the same time."""
    profiles = [await open_profile(0, 1000) for _ in range(6)]
    jobs = [uuid4() for _ in range(120)]
    for number, job_id in enumerate(jobs):
        profile_id = profiles[number % len(profiles)]
        await sessions.observer.credits.reserve_credits(profile_id, job_id, 5)
    links = list(pairwise(profiles))

    async def one_by_one(mine: list[UUID]) -> None:
        connection = await asyncpg.connect(db_url)
        for job_id in mine:
            await Credits(connection).refund_job(job_id)
        await connection.close()

    async def in_batches(mine: list[UUID]) -> None:
        connection = await asyncpg.connect(db_url)
        for at in range(0, len(mine), 6):
            batch = json.dumps([{"job_id": str(each)} for each in mine[at : at + 6]])
            rows = await connection.fetch("select error from credits.refund_job_many($1)", batch)
            assert {row["error"] for row in rows} == {None}
        await connection.close()

    async def move() -> None:
        connection = await asyncpg.connect(db_url)
        for one, other in links:
            for _ in range(2):
                await Credits(connection).move_credits(one, other, "m", **BY)
        await connection.close()

    async with asyncio.timeout(60):
        await asyncio.gather(
            one_by_one(jobs[0::4]),
            one_by_one(jobs[1::4]),
            in_batches(jobs[2::4]),
            in_batches(jobs[3::4]),
            move(),
        )
    balances = [(await sessions.observer.credits.get_balance(each)).available for each in profiles]
    assert balances == [0, 0, 0, 0, 0, 6000]
    assert await sessions.observer.credits.check_integrity() == []
