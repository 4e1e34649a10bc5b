"""Batches of renewals and grants at once: they wait in one order, and every key counts once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import Credits, GrantResult, ProfileNotFound, ReferenceConflict

OpenProfile = Callable[..., Awaitable[UUID]]
ROUNDS = 12
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def all_profiles(db_url: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(db_url)
    change = "update credits.settings set reference_scope = $1"
    await connection.execute(change, "all")
    yield
    await connection.execute(change, "profile")
    await connection.close()


def renewal(profile_id: UUID, days: int = 0) -> dict[str, Any]:
    begin = BEGIN + timedelta(days=days)
    return {"profile_id": profile_id, "period_start": begin, "allowance": 100}


def grant(profile_id: UUID, reference: str, **more: Any) -> dict[str, Any]:
    return {"profile_id": profile_id, "amount": 5, "reference": reference, **more}


async def test_batches_in_every_order_of_profiles_never_deadlock(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(6)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=10_000)
    later = datetime.now(UTC) + timedelta(days=1)
    chance = random.Random(5)  # noqa: S311

    async def worker(number: int) -> None:
        for days in range(ROUNDS):
            await client.renew_monthly_many(
                [renewal(each, days) for each in chance.sample(profiles, 6)]
            )
            await client.grant_addon_many(
                [
                    grant(each, f"{number} {days}", expires_at=chance.choice([None, later]))
                    for each in chance.sample(profiles, 6)
                ]
            )
            await client.reserve_credits_many(
                [
                    {"profile_id": each, "job_id": uuid4(), "cost": 3}
                    for each in chance.sample(profiles, 6)
                ]
            )

    await asyncio.gather(*(worker(number) for number in range(8)))
    assert await client.check_integrity() == []
    for profile_id in profiles:
        entries = await client.get_statement(profile_id, page_size=1_000)
        kinds = [entry.kind for entry in entries]
        assert (kinds.count("renew"), kinds.count("grant")) == (ROUNDS, 8 * ROUNDS)


async def test_the_same_batch_at_once_counts_once(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(3)]
    for profile_id in profiles:
        await client.open_profile(profile_id, credits_remaining=100)
    calls: list[tuple[Callable[[Any], Awaitable[Any]], list[dict[str, Any]]]] = [
        (client.renew_monthly_many, [renewal(each) for each in profiles]),
        (client.grant_addon_many, [grant(each, "order") for each in profiles]),
    ]
    for call, elements in calls:
        answers = await asyncio.gather(*(call(elements) for _ in range(6)))
        for of_one in zip(*answers, strict=True):
            assert sorted(answer.replayed for answer in of_one) == [False] + [True] * 5
            assert len({answer.seq for answer in of_one}) == 1


@pytest.mark.usefixtures("all_profiles")
async def test_batches_with_the_same_references_never_deadlock(pool: asyncpg.Pool) -> None:
    client = Credits(pool)
    profiles = [uuid4() for _ in range(4)]
    for profile_id in profiles:
        await client.open_profile(profile_id)
    chance = random.Random(6)  # noqa: S311
    for _ in range(2 * ROUNDS):
        orders = sorted(str(uuid4()) for _ in range(20))
        mixed = [orders, orders[::-1], chance.sample(orders, 20), chance.sample(orders, 20)]
        answers = await asyncio.gather(
            *(
                client.grant_addon_many([grant(profile_id, each) for each in order])
                for profile_id, order in zip(profiles, mixed, strict=True)
            )
        )
        each = [answer for batch in answers for answer in batch]
        made = [answer for answer in each if isinstance(answer, GrantResult)]
        assert sorted(answer.reference for answer in made) == orders
        refused = {type(answer) for answer in each} - {GrantResult}
        assert refused == {ReferenceConflict}
    assert await client.check_integrity() == []


@pytest.mark.usefixtures("all_profiles")
@pytest.mark.parametrize("first_commits", [True, False], ids=["commit", "rollback"])
async def test_a_batch_waits_for_a_payment_that_another_profile_is_being_granted(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    one, other = await open_profile(), await open_profile()
    payment = str(uuid4())
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(one, 700, payment)
    batch = [grant(other, "a " + payment), grant(other, payment), grant(other, "z " + payment)]
    second = await sessions.start_blocked(sessions.second.credits.grant_addon_many(batch))
    await (transaction.commit() if first_commits else transaction.rollback())
    answers = await second
    kind = ReferenceConflict if first_commits else GrantResult
    assert [type(answer) for answer in answers] == [GrantResult, kind, GrantResult]
    assert answers[2].seq == (3 if first_commits else 4)
    got = await sessions.observer.credits.find_grants(payment)
    assert [each.profile_id for each in got] == [one if first_commits else other]


@pytest.mark.usefixtures("all_profiles")
async def test_a_batch_whose_snapshot_is_older_than_a_grant_is_to_be_made_again(
    sessions: Any, open_profile: OpenProfile
) -> None:
    one, other = await open_profile(), await open_profile()
    payment = str(uuid4())
    async with sessions.second.connection.transaction(isolation="repeatable_read"):
        await sessions.second.connection.fetchval("select 1 from credits.profiles limit 1")
        await sessions.first.credits.grant_addon(one, 700, payment)
        with pytest.raises(asyncpg.SerializationError, match="a reference of the batch"):
            async with sessions.second.connection.transaction():
                await sessions.second.credits.grant_addon_many([grant(other, payment)])


async def test_a_batch_makes_no_grant_to_a_profile_that_came_late(sessions: Any) -> None:
    """All others have been made, by ascending reference: one that comes last could deadlock."""
    late = uuid4()
    await sessions.observer.credits.open_profile(late)
    left = await sessions.second.connection.fetch(
        """
        select (a).error ->> 'message' as error
          from credits._read_batch('grants', $1::text::jsonb,
                                   '{profile_id,amount,reference}') elements,
               unnest(credits._call_each('grant', elements)) a
        """,
        f'[{{"profile_id": "{late}", "amount": 5, "reference": "x"}}]',
    )
    assert [row["error"] for row in left] == ["profile_not_found"]
    answers = await sessions.second.credits.grant_addon_many(
        [grant(late, "x"), grant(uuid4(), "x"), grant(late, "x")]
    )
    assert [type(each) for each in answers] == [GrantResult, ProfileNotFound, GrantResult]
