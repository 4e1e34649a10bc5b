"""A call that is under way while the functions are replaced by those of a later version."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from later_version import later_version
from pgcredits._server.migrate import migrate


@pytest.mark.parametrize("times_before", [0, 7], ids=["the session's first call", "with its plans"])
async def test_a_call_that_waits_meanwhile_is_served(
    sessions: Any, db_url: str, times_before: int
) -> None:
    profile_id, waiting = uuid4(), sessions.second.credits
    await sessions.first.credits.open_profile(profile_id, credits_remaining=100, addon_credits=0)
    for _ in range(times_before):
        await waiting.reserve_credits(profile_id, uuid4(), 1)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(profile_id, uuid4(), 50)
    task = await sessions.start_blocked(waiting.reserve_credits(profile_id, uuid4(), 30))
    with later_version(migrations=False):
        await asyncio.to_thread(migrate, db_url)
    await transaction.commit()
    assert (await task).new_balance == 100 - times_before - 50 - 30
    assert (await waiting.reserve_credits(profile_id, uuid4(), 1)).monthly_deducted == 1
    assert await sessions.observer.credits.check_integrity() == []
