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

from pgcredits import Credits, JobConflict, JobNotFound, LockTimeout, ProfileNotFound, Reservation

OpenProfile = Callable[..., Awaitable[UUID]]
ROUNDS = 12


def element(profile_id: UUID, job_id: UUID | None = None, cost: int = 1) -> dict[str, Any]:
    return {"profile_id": profile_id, "job_id": job_id or uuid4(), "cost": cost}


def jobs_of(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"job_id": each["job_id"]} for each in batch]


async def test_batches_in_every_order_of_profiles_never_deadlock(db_url: str) -> None:
    # Batches let go after a tenth of a second, long before PostgreSQL looks for deadlocks.
    soon = {"deadlock_timeout": "10ms"}
    async with asyncpg.create_pool(db_url, min_size=8, max_size=8, server_settings=soon) as pool:
        await _make_batches_in_every_order(Credits(pool))


async def _make_batches_in_every_order(client: Credits) -> None:
    profiles = [uuid4() for _ in range(6)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=10_000)
    # The jobs of a profile with packs are planned by themselves, after the others.
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
    # Longer than it would wait for a profile with others in hand.
    waited = "select clock_timestamp() - waitstart > '200ms' from pg_locks where pid = $1"
    async with asyncio.timeout(20):
        while not await sessions.observer.connection.fetchval(
            f"{waited} and not granted", sessions.second.pid
        ):
            assert not second.done()
            await asyncio.sleep(0.001)
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


@pytest.mark.parametrize("packs", [0, 2, 4], ids=["no packs", "some packs", "packs"])
async def test_batches_with_the_same_job_ids_never_deadlock(pool: asyncpg.Pool, packs: int) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(4)]
    later = datetime.now(UTC) + timedelta(days=1)
    for number, profile_id in enumerate(profiles):
        await client.open_profile(profile_id, credits_remaining=100)
        if number < packs:
            await client.grant_addon(profile_id, 10_000, "pack", expires_at=later)
    chance = random.Random(4)  # noqa: S311
    for _ in range(2 * ROUNDS):
        job_ids = sorted(uuid4() for _ in range(20))
        orders = [job_ids, job_ids[::-1], chance.sample(job_ids, 20), chance.sample(job_ids, 20)]
        batches = [
            [element(profile_id, job_id) for job_id in order]
            for profile_id, order in zip(chance.sample(profiles, 4), orders, strict=True)
        ]
        answers = await asyncio.gather(*map(client.reserve_credits_many, batches))
        each = [answer for batch in answers for answer in batch]
        taken = [answer for answer in each if type(answer) is Reservation]
        refused = {type(answer) for answer in each if type(answer) is not Reservation}
        assert sorted(answer.job_id for answer in taken) == job_ids
        assert refused == {JobConflict}
        for batch in batches:
            await client.refund_job_many(jobs_of(batch))
    assert await client.check_integrity() == []


@pytest.mark.parametrize("packs", [False, True], ids=["no packs", "packs"])
async def test_batches_that_take_ids_from_each_other_meanwhile_are_all_answered(
    pool: asyncpg.Pool, packs: bool
) -> None:
    """Each id is wanted by two batches, and each batch begins with ids that another ends with."""
    client = Credits(pool)
    profiles = [uuid4() for _ in range(6)]
    later = datetime.now(UTC) + timedelta(days=1)
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=10_000)
        if packs:
            await client.grant_addon(profile_id, 100, "pack", expires_at=later)
    for _ in range(ROUNDS):
        ids = [[uuid4() for _ in range(5)] for _ in profiles]
        batches = [
            [element(profile_id, job_id) for job_id in [*ids[number], *ids[number - 1]]]
            for number, profile_id in enumerate(profiles)
        ]
        answers = await asyncio.gather(*map(client.reserve_credits_many, batches))
        taken = [each.job_id for batch in answers for each in batch if type(each) is Reservation]
        assert sorted(taken) == sorted(job_id for some in ids for job_id in some)
    assert await client.check_integrity() == []


@pytest.mark.parametrize("packs", [False, True], ids=["no packs", "packs"])
@pytest.mark.parametrize("isolation", ["repeatable_read", "serializable"])
async def test_a_batch_whose_snapshot_is_older_than_a_job_is_to_be_made_again(
    sessions: Any, open_profile: OpenProfile, isolation: str, packs: bool
) -> None:
    own, other, job_id = await open_profile(100), await open_profile(100), uuid4()
    later = datetime.now(UTC) + timedelta(days=1)
    if packs:
        await sessions.observer.credits.grant_addon(own, 10, "pack", expires_at=later)
    transaction = sessions.first.connection.transaction(isolation=isolation)
    await transaction.start()
    await sessions.first.credits.get_statement(own)
    await sessions.second.credits.reserve_credits(other, job_id, 10)
    with pytest.raises(asyncpg.SerializationError):
        await sessions.first.credits.reserve_credits_many([element(own), element(own, job_id)])
    await transaction.rollback()
    balances = [
        (await sessions.observer.credits.get_balance(each)).available for each in (own, other)
    ]
    assert balances == [110 if packs else 100, 90]


async def waits(observer: asyncpg.Connection, pid: int) -> None:
    async with asyncio.timeout(20):
        while True:
            if await observer.fetchval("select pg_blocking_pids($1)", pid):
                return
            await asyncio.sleep(0.001)


async def waits_for(observer: asyncpg.Connection, pid: int, other: int) -> None:
    async with asyncio.timeout(20):
        while True:
            if await observer.fetchval("select pg_blocking_pids($1)", pid) == [other]:
                return
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("packs", [False, True], ids=["no packs", "packs"])
async def test_jobs_are_written_by_ascending_id(
    sessions: Any, open_profile: OpenProfile, db_url: str, packs: bool
) -> None:
    """Else each of two batches would have an id that the other one waits for."""
    low, high, *held = sorted(uuid4() for _ in range(4))
    blocker, one, other = [await open_profile(100) for _ in range(3)]
    if packs:
        later = datetime.now(UTC) + timedelta(days=1)
        for profile_id in (one, other):
            await sessions.observer.credits.grant_addon(profile_id, 9, "pack", expires_at=later)
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


async def test_a_profile_that_is_opened_while_a_batch_waits_comes_before_it_or_after_it(
    sessions: Any, open_profile: OpenProfile
) -> None:
    known, late = await open_profile(100), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(known, uuid4(), 10)
    batch = [element(known), element(late)]
    second = await sessions.start_blocked(sessions.second.credits.reserve_credits_many(batch))
    await sessions.observer.credits.open_profile(late, credits_remaining=100)
    await transaction.commit()
    first, answer = await second
    assert isinstance(first, Reservation)
    assert isinstance(answer, Reservation | ProfileNotFound)
    left = (await sessions.observer.credits.get_balance(late)).available
    assert left == (90 if isinstance(answer, Reservation) else 100)


@pytest.mark.parametrize("late_first", [True, False], ids=["late first", "late last"])
async def test_a_batch_holds_nothing_while_it_waits_for_a_profile_that_was_opened_meanwhile(
    sessions: Any, open_profile: OpenProfile, late_first: bool
) -> None:
    """It waits for it as a single call would."""
    free, late, known = sorted(uuid4() for _ in range(3))
    if not late_first:
        late, known = known, late
    for profile_id in (free, known):
        await sessions.observer.credits.open_profile(profile_id, credits_remaining=100)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(known, uuid4(), 10)
    batch = [element(free), element(known), element(late)]
    second = await sessions.start_blocked(sessions.second.credits.reserve_credits_many(batch))
    await lets_all_go(sessions.observer.connection, sessions.second.pid)  # then it looks again
    await sessions.observer.credits.open_profile(late, credits_remaining=100)
    other = sessions.observer.connection.transaction()
    await other.start()
    await sessions.observer.credits.reserve_credits(late, uuid4(), 1)
    await transaction.commit()
    await waits_for(sessions.first.connection, sessions.second.pid, sessions.observer.pid)
    for profile_id in (free, known):
        await sessions.first.credits.reserve_credits(profile_id, uuid4(), 10)
    assert not second.done()
    await other.rollback()
    assert [type(each) for each in await second] == [Reservation] * 3
    assert (await sessions.first.credits.get_balance(known)).available == 79


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
    async with asyncio.timeout(20):
        with pytest.raises(LockTimeout):
            await sessions.second.credits.reserve_credits_many([element(one), element(other)])
    await transaction.rollback()
    assert (await sessions.observer.credits.get_balance(one)).available == 100


async def lets_all_go(observer: asyncpg.Connection, pid: int) -> None:
    """Waits until a batch that waits holds nothing. It has a transaction id for itself, one for the
    block that tries again, and while it holds others one for that. (To look at the rows would be
    to lock them.)"""
    look = "select count(*) from pg_locks where pid = $1 and locktype = 'transactionid' and granted"
    async with asyncio.timeout(20):
        while True:
            if await observer.fetchval(look, pid) <= 2:
                return
            await asyncio.sleep(0.001)


LOCKED = [
    ("reserve_credits_many", [0, 1, 2]),
    ("reserve_credits_many", [2, 1, 0]),
    ("settle_job_many", [0, 1, 2]),
    ("refund_job_many", [0, 1, 2]),
]


async def batch_with_a_locked_profile(
    sessions: Any, open_profile: OpenProfile, method: str, order: list[int]
) -> tuple[list[UUID], Any, asyncio.Task[Any]]:
    """The first session holds the last of three profiles, and the second one waits with a batch."""
    profiles = sorted([await open_profile(100) for _ in order])
    jobs = {each: uuid4() for each in profiles}
    for profile_id, job_id in jobs.items():
        await sessions.observer.credits.reserve_credits(profile_id, job_id, 10)
    stranger = sessions.first.connection.transaction()
    await stranger.start()
    await sessions.first.credits.reserve_credits(profiles[order[-1]], uuid4(), 1)
    batch = [
        element(each) if method == "reserve_credits_many" else {"job_id": jobs[each]}
        for each in profiles
    ]
    call = getattr(sessions.second.credits, method)(batch)
    return [profiles[n] for n in order], stranger, await sessions.start_blocked(call)


@pytest.mark.parametrize(("method", "order"), LOCKED)
async def test_a_batch_that_waits_for_one_profile_keeps_no_other_waiting(
    sessions: Any, open_profile: OpenProfile, method: str, order: list[int]
) -> None:
    profiles, stranger, second = await batch_with_a_locked_profile(
        sessions, open_profile, method, order
    )
    for _ in range(2):
        for profile_id in profiles[:2]:
            await sessions.observer.credits.reserve_credits(profile_id, uuid4(), 1)
    assert not second.done()
    await waits_for(sessions.observer.connection, sessions.second.pid, sessions.first.pid)
    await stranger.commit()
    answers = await second
    assert [answer.profile_id for answer in answers] == sorted(profiles)
    assert await sessions.observer.credits.check_integrity() == []


async def test_a_batch_gives_up_on_a_locked_profile_after_its_lock_timeout(
    sessions: Any, open_profile: OpenProfile
) -> None:
    await sessions.observer.connection.execute(
        "alter function credits.reserve_credits_many(jsonb) set lock_timeout = '300ms'"
    )
    profiles, stranger, second = await batch_with_a_locked_profile(
        sessions, open_profile, "reserve_credits_many", [0, 1, 2]
    )
    async with asyncio.timeout(20):
        with pytest.raises(LockTimeout):
            await second
    for profile_id in profiles[:2]:
        assert (await sessions.observer.credits.get_balance(profile_id)).available == 90
    assert await sessions.second.connection.fetchval("show lock_timeout") == "0"
    await stranger.rollback()


async def test_a_batch_waits_for_one_profile_after_another(
    sessions: Any, open_profile: OpenProfile, db_url: str
) -> None:
    """While it waits for the first one, somebody may lock the next."""
    profiles, stranger, second = await batch_with_a_locked_profile(
        sessions, open_profile, "reserve_credits_many", [1, 2, 0]
    )
    other = await asyncpg.connect(db_url)
    later = other.transaction()
    await later.start()
    await Credits(other).reserve_credits(profiles[1], uuid4(), 1)
    await stranger.rollback()
    await waits_for(sessions.observer.connection, sessions.second.pid, other.get_server_pid())
    for profile_id in (profiles[0], profiles[2]):
        await sessions.observer.credits.reserve_credits(profile_id, uuid4(), 1)
    assert not second.done()
    await later.rollback()
    await other.close()
    assert [type(each) for each in await second] == [Reservation] * 3
