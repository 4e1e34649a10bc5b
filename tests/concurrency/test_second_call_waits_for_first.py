"""The second call on a profile waits for the first, then decides on what the first left behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

import pgcredits

OpenProfile = Callable[..., Awaitable[UUID]]
BOTH_ENDS = pytest.mark.parametrize("first_commits", [True, False], ids=["commit", "rollback"])


async def end(transaction: Any, *, commit: bool) -> None:
    await (transaction.commit() if commit else transaction.rollback())


@BOTH_ENDS
async def test_two_reserves_with_funds_for_one(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id = await open_profile(500, 5000)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(profile_id, uuid4(), 4000)
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, uuid4(), 4000)
    )
    await end(transaction, commit=first_commits)
    if first_commits:
        with pytest.raises(pgcredits.InsufficientCredits) as caught:
            await second
        assert caught.value.available == 1500
    else:
        assert (await second).seq == 2


@BOTH_ENDS
async def test_the_same_job_twice_is_taken_once(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(500, 5000), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    first = await sessions.first.credits.reserve_credits(profile_id, job_id, 2000)
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, job_id, 2000)
    )
    await end(transaction, commit=first_commits)
    answer = await second
    assert answer.replayed is first_commits
    assert (answer.seq, answer.monthly_deducted, answer.addon_deducted) == (first.seq, 500, 1500)
    balance = await sessions.observer.credits.get_balance(profile_id)
    assert (balance.available, balance.seq) == (3500, 2)


@BOTH_ENDS
async def test_the_same_job_for_two_profiles_is_a_conflict_for_the_later(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    one, other, job_id = await open_profile(100), await open_profile(100), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(one, job_id, 10)
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(other, job_id, 10)
    )
    await end(transaction, commit=first_commits)
    if first_commits:
        with pytest.raises(pgcredits.JobConflict):
            await second
        assert (await sessions.observer.credits.get_balance(other)).seq == 1
    else:
        assert (await second).profile_id == other


@BOTH_ENDS
async def test_two_whole_refunds_give_back_once(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(500, 5000), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 2000)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.refund_job(job_id)
    second = await sessions.start_blocked(sessions.second.credits.refund_job(job_id))
    await end(transaction, commit=first_commits)
    answer = await second
    assert (answer.replayed, answer.amount, answer.seq) == (first_commits, 2000, 3)
    balance = await sessions.observer.credits.get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits, balance.seq) == (500, 5000, 3)


@BOTH_ENDS
async def test_a_reservation_that_waited_for_its_refund_is_refused(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(500, 5000), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 2000)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.refund_job(job_id)
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, job_id, 2000)
    )
    await end(transaction, commit=first_commits)
    if first_commits:
        with pytest.raises(pgcredits.WrongState) as caught:
            await second
        assert caught.value.detail == {"state": "refunded"}
    else:
        answer = await second
        assert (answer.replayed, answer.state) == (True, "reserved")


@BOTH_ENDS
async def test_a_refund_with_the_profile_id_sees_the_reservation_it_waited_for(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(500), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(profile_id, job_id, 300)
    second = await sessions.start_blocked(
        sessions.second.credits.refund_job(job_id, profile_id=profile_id)
    )
    await end(transaction, commit=first_commits)
    if first_commits:
        assert (await second).amount == 300
    else:
        with pytest.raises(pgcredits.JobNotFound):
            await second


@BOTH_ENDS
async def test_a_refund_and_a_rollback_give_back_once(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(500, 5000), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 2000)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.refund_job(job_id)
    second = await sessions.start_blocked(sessions.second.credits.rollback_reservation(job_id))
    await end(transaction, commit=first_commits)
    answer = await second
    assert (answer.amount, answer.state) == (
        (0, "refunded") if first_commits else (2000, "rolled_back")
    )
    balance = await sessions.observer.credits.get_balance(profile_id)
    assert (balance.credits_remaining, balance.addon_credits, balance.seq) == (500, 5000, 3)


@BOTH_ENDS
async def test_two_refunds_of_a_part_never_give_more_than_the_job_took(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id, job_id = await open_profile(0, 1000), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 1000)
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.refund_job(job_id, amount=600, refund_id="part-1")
    second = await sessions.start_blocked(
        sessions.second.credits.refund_job(job_id, amount=600, refund_id="part-2")
    )
    await end(transaction, commit=first_commits)
    if first_commits:
        with pytest.raises(pgcredits.RefundExceedsDeduction) as caught:
            await second
        assert caught.value.detail == {"amount": 600, "refundable": 400}
    else:
        assert (await second).amount == 600


@BOTH_ENDS
async def test_the_same_grant_twice_is_added_once(
    sessions: Any, open_profile: OpenProfile, first_commits: bool
) -> None:
    profile_id = await open_profile()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(profile_id, 700, "order-1")
    second = await sessions.start_blocked(
        sessions.second.credits.grant_addon(profile_id, 700, "order-1")
    )
    await end(transaction, commit=first_commits)
    assert (await second).replayed is first_commits
    assert (await sessions.observer.credits.get_balance(profile_id)).addon_credits == 700


@BOTH_ENDS
async def test_the_same_profile_twice_is_opened_once(sessions: Any, first_commits: bool) -> None:
    profile_id = uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.open_profile(profile_id, credits_remaining=5)
    second = await sessions.start_blocked(
        sessions.second.credits.open_profile(profile_id, credits_remaining=5)
    )
    await end(transaction, commit=first_commits)
    answer = await second
    assert (answer.replayed, answer.seq, answer.credits_remaining) == (first_commits, 1, 5)


async def test_a_waiting_reserve_sees_the_grant_it_waited_for(
    sessions: Any, open_profile: OpenProfile
) -> None:
    profile_id = await open_profile()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(profile_id, 700, "order-1")
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, uuid4(), 700)
    )
    await transaction.commit()
    assert (await second).addon_deducted == 700


async def test_a_replay_takes_the_lock_too(sessions: Any, open_profile: OpenProfile) -> None:
    profile_id, job_id, held_id = await open_profile(100), uuid4(), uuid4()
    await sessions.observer.credits.reserve_credits(profile_id, held_id, 20)
    await sessions.observer.credits.reserve_credits(profile_id, job_id, 10)
    await sessions.observer.credits.refund_job(job_id)
    replays = [
        lambda client: client.reserve_credits(profile_id, held_id, 20),
        lambda client: client.refund_job(job_id),
        lambda client: client.rollback_reservation(job_id),
        lambda client: client.open_profile(profile_id, credits_remaining=100),
    ]
    for replay in replays:
        transaction = sessions.first.connection.transaction()
        await transaction.start()
        await sessions.first.credits.reserve_credits(profile_id, uuid4(), 1)
        second = await sessions.start_blocked(replay(sessions.second.credits))
        await transaction.rollback()
        assert (await second).replayed


@pytest.mark.parametrize("isolation", ["repeatable_read", "serializable"])
async def test_at_stricter_isolation_the_loser_repeats_its_transaction(
    sessions: Any, open_profile: OpenProfile, isolation: str
) -> None:
    profile_id, job_id = await open_profile(100), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.reserve_credits(profile_id, job_id, 10)
    loser = sessions.second.connection.transaction(isolation=isolation)
    await loser.start()
    second = await sessions.start_blocked(
        sessions.second.credits.reserve_credits(profile_id, job_id, 10)
    )
    await transaction.commit()
    with pytest.raises(asyncpg.SerializationError):
        await second
    await loser.rollback()
    assert (await sessions.second.credits.reserve_credits(profile_id, job_id, 10)).replayed


async def test_a_wait_ends_after_the_lock_timeout(sessions: Any, open_profile: OpenProfile) -> None:
    # The functions say 5 s; a test need not wait that long to see that it counts.
    await sessions.observer.connection.execute(
        "alter function credits.reserve_credits set lock_timeout = '100ms'"
    )
    profile_id, job_id = await open_profile(100), uuid4()
    transaction = sessions.first.connection.transaction()
    await transaction.start()
    await sessions.first.credits.grant_addon(profile_id, 1, "order-1")
    with pytest.raises(pgcredits.LockTimeout):
        await sessions.second.credits.reserve_credits(profile_id, job_id, 10)
    await transaction.commit()
    assert not (await sessions.second.credits.reserve_credits(profile_id, job_id, 10)).replayed
