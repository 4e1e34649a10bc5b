"""With the setting reference_scope = all, a payment is granted to one profile, however close."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from pgcredits import GrantResult, ReferenceConflict

OpenProfile = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def all_profiles(sessions: Any) -> AsyncIterator[None]:
    change = "update credits.settings set reference_scope = $1"
    await sessions.observer.connection.execute(change, "all")
    yield
    await sessions.observer.connection.execute(change, "profile")


@pytest.mark.usefixtures("all_profiles")
@pytest.mark.parametrize("first_commits", [True, False], ids=["commit", "rollback"])
async def test_a_payment_that_another_profile_is_being_granted_waits(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    one, other = await open_profile(), await open_profile()
    payment = str(uuid4())
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(one, 700, payment)
    second = await sessions.start_blocked(sessions.second.credits.grant_addon(other, 700, payment))
    await (transaction.commit() if first_commits else transaction.rollback())
    if first_commits:
        with pytest.raises(ReferenceConflict) as conflict:
            await second
        assert conflict.value.detail["parameter"] == "profile_id"
    else:
        assert isinstance(await second, GrantResult)
    got = await sessions.observer.credits.find_grants(payment)
    assert [grant.profile_id for grant in got] == [one if first_commits else other]
