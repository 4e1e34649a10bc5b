"""Events under concurrency: each is told once, and handed to one consumer at a time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from pgcredits import Credits, InsufficientCredits

OpenProfile = Callable[..., Awaitable[UUID]]
NOTHING = timedelta(microseconds=1)
DELIVERIES = """
create table deliveries (place bigint generated always as identity, event_id text not null)
"""


class Consumer:
    """Claims, delivers into a table and finishes in one transaction, and sometimes dies in it."""

    def __init__(self, url: str, seed: int) -> None:
        self._url = url
        self._chance = random.Random(seed)  # noqa: S311
        self.died = 0

    async def work(self, done: asyncio.Event) -> None:
        while True:
            ended = done.is_set()
            connection = await asyncpg.connect(self._url)
            try:
                claimed = await self._deliver(connection)
            finally:
                connection.terminate()
            if ended and claimed == 0:
                return

    async def _deliver(self, connection: asyncpg.Connection) -> int:
        client = Credits(connection)
        transaction = connection.transaction()
        await transaction.start()
        events = await client.claim_events(max_events=self._chance.randint(1, 4))
        for event in events:
            await connection.execute(
                "insert into deliveries (event_id) values ($1)", event.event_id
            )
        if events and (self.died == 0 or self._chance.random() < 0.3):
            self.died += 1
            return len(events)
        if events:
            await client.finish_events([event.event_id for event in events])
        await transaction.commit()
        return len(events)


async def spend(client: Credits, profiles: list[UUID], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    for number in range(100):
        profile_id = chance.choice(profiles)
        if chance.random() < 0.3:
            await client.grant_addon(profile_id, 120, f"{seed} {number}")
            continue
        try:
            await client.reserve_credits(profile_id, uuid4(), chance.randint(20, 90))
        except InsufficientCredits:
            continue


async def test_each_event_is_delivered_once_in_its_order(
    db_url: str, sessions: Any, open_profile: OpenProfile
) -> None:
    """Law 9, with consumers that die in the middle."""
    observer = sessions.observer
    await observer.connection.execute(DELIVERIES)
    profiles = [await open_profile(100) for _ in range(4)]
    for profile_id in profiles:
        kinds = ["credits.low", "credits.depleted"]
        await observer.credits.set_alert(profile_id, low_balance=60, kinds=kinds)
    done = asyncio.Event()
    consumers = [Consumer(db_url, seed) for seed in range(3)]
    working = [asyncio.create_task(consumer.work(done)) for consumer in consumers]
    spenders = [await asyncpg.connect(db_url) for _ in range(3)]
    await asyncio.gather(*(spend(Credits(c), profiles, n) for n, c in enumerate(spenders)))
    done.set()
    await asyncio.gather(*working)
    for connection in spenders:
        await connection.close()

    told = await observer.connection.fetch(
        """
        select concat_ws(':', e.profile_id, e.seq, e.kind) as id, e.profile_id, e.seq, e.kind
          from credits.events e order by e.profile_id, e.seq, e.kind
        """
    )
    delivered = [
        row["event_id"]
        for row in await observer.connection.fetch("select event_id from deliveries order by place")
    ]
    assert sorted(delivered) == sorted(row["id"] for row in told)
    for profile_id in profiles:
        own = [event_id for event_id in delivered if event_id.startswith(str(profile_id))]
        in_order = [row["id"] for row in told if row["profile_id"] == profile_id]
        assert sorted(own, key=lambda each: int(each.split(":")[1])) == own
        assert set(own) == set(in_order)
    assert len(told) >= 10
    assert sum(consumer.died for consumer in consumers) > 0
    assert await observer.credits.check_integrity() == []


async def test_what_one_has_claimed_nobody_else_gets(
    sessions: Any, open_profile: OpenProfile
) -> None:
    first, second = sessions.first, sessions.second
    profile_id, other_id = await open_profile(100), await open_profile(100)
    for each in (profile_id, other_id):
        await first.credits.set_alert(each, low_balance=50, kinds=["credits.low"])
    await first.credits.reserve_credits(profile_id, uuid4(), 60)
    await first.credits.reserve_credits(other_id, uuid4(), 60)
    transaction = first.connection.transaction()
    await transaction.start()
    (claimed,) = await first.credits.claim_events(max_events=1)
    assert claimed.profile_id == profile_id
    # A later event of the same profile does not overtake it, and nobody waits.
    await second.credits.grant_addon(profile_id, 100, "refill")
    await second.credits.reserve_credits(profile_id, uuid4(), 100)
    assert [event.profile_id for event in await second.credits.claim_events()] == [other_id]
    await transaction.rollback()
    again = await second.credits.claim_events(lease=NOTHING)
    assert [(event.seq, event.attempts) for event in again] == [(2, 1), (4, 1)]


async def test_nobody_waits_for_who_finishes_a_later_event(
    sessions: Any, open_profile: OpenProfile
) -> None:
    """Its profile's events are handed out up to that one, which may yet come back."""
    first, second = sessions.first, sessions.second
    profile_id = await open_profile(300)
    await first.credits.set_alert(profile_id, low_balance=250, kinds=["credits.low"])
    for number in range(3):
        await first.credits.reserve_credits(profile_id, uuid4(), 60 + 100 * (number > 0))
        await first.credits.grant_addon(profile_id, 100, f"refill {number}")
    told = await first.connection.fetch("select seq from credits.events order by seq")
    assert len(told) == 3
    transaction = first.connection.transaction()
    await transaction.start()
    await first.credits.finish_events([f"{profile_id}:{told[1]['seq']}:credits.low"])
    claimed = await second.credits.claim_events(lease=NOTHING)
    assert [event.seq for event in claimed] == [told[0]["seq"]]
    await transaction.rollback()
    again = await second.credits.claim_events()
    assert [(event.seq, event.attempts) for event in again] == [
        (row["seq"], attempts) for row, attempts in zip(told, (2, 1, 1), strict=True)
    ]


@pytest.mark.parametrize("calls", [32])
async def test_one_request_for_credits_whatever_the_number_of_callers(
    db_url: str, sessions: Any, open_profile: OpenProfile, calls: int
) -> None:
    profile_id = await open_profile(1000)
    await sessions.observer.credits.set_topup(profile_id, 900, 500)
    pool = await asyncpg.create_pool(db_url, min_size=8, max_size=8)
    client = Credits(pool)
    await asyncio.gather(*(client.reserve_credits(profile_id, uuid4(), 20) for _ in range(calls)))
    await pool.close()
    requests = await sessions.observer.connection.fetch(
        "select state, reference from credits.topups where profile_id = $1", profile_id
    )
    assert [row["state"] for row in requests] == ["open"]
    events = await sessions.observer.credits.claim_events()
    assert [event.payload["reference"] for event in events] == [requests[0]["reference"]]


async def test_what_was_set_meanwhile_is_kept(sessions: Any, open_profile: OpenProfile) -> None:
    """Settings are applied to what a profile has once it is locked, not to what it had before."""
    profile_id, other_id = await open_profile(100), await open_profile(100)
    await sessions.observer.connection.execute(
        "update credits.settings set event_kinds = '{credits.low}', low_balance = 9"
    )
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.set_alert(profile_id, low_balance=50, kinds=["credits.depleted"])
    second = await sessions.start_blocked(sessions.second.credits.watch_profiles())
    # Meanwhile the other profile is locked for nobody.
    await sessions.observer.credits.reserve_credits(other_id, uuid4(), 1)
    await transaction.commit()
    assert await second == max(profile_id, other_id)
    kept, applied = [
        await sessions.observer.credits.get_profile(each) for each in (profile_id, other_id)
    ]
    assert (kept.low_balance, applied.low_balance) == (50, 9)


async def test_settings_reach_a_moved_profile_and_its_successor(
    sessions: Any, open_profile: OpenProfile
) -> None:
    """What comes back to the first changes the second, whichever is watched first."""
    observer = sessions.observer
    pairs = [(await open_profile(0, 50), await open_profile()) for _ in range(4)]
    for profile_id, successor_id in pairs:
        job_id = uuid4()
        await observer.credits.reserve_credits(
            profile_id, job_id, 20, hold_for=timedelta(seconds=1)
        )
        await observer.credits.move_credits(
            profile_id, successor_id, "m", reason="one person", actor="ann"
        )
    await observer.connection.execute(
        "update credits.settings set event_kinds = '{credits.low}', low_balance = 9;"
        "create or replace function credits._now() returns timestamptz language sql volatile"
        " as $$ select clock_timestamp() + interval '1 hour' $$"
    )
    assert await observer.credits.watch_profiles() == max(max(pair) for pair in pairs)
    for _, successor_id in pairs:
        assert (await observer.credits.get_balance(successor_id)).available == 50
    assert await observer.credits.check_integrity() == []
