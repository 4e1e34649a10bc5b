"""What is told of profiles, and the queue of it, over every driver."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import pgcredits
from pgcredits import Credits

HOUR = timedelta(hours=1)


async def test_a_low_balance_is_told_once(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    alert = await credits_client.set_alert(
        profile_id, low_balance=50, kinds=["hold.expired", "credits.low", "credits.low"]
    )
    assert (alert.profile_id, alert.low_balance, alert.low) == (profile_id, 50, False)
    assert (alert.kinds, alert.is_default) == (["credits.low", "hold.expired"], False)
    await credits_client.reserve_credits(profile_id, job_id, 60)
    profile = await credits_client.get_profile(profile_id)
    assert (profile.low_balance, profile.low) == (50, True)

    (event,) = await credits_client.claim_events(lease=HOUR)
    assert event.event_id == f"{profile_id}:2:credits.low"
    assert (event.profile_id, event.seq, event.kind) == (profile_id, 2, "credits.low")
    assert (event.subject, event.attempts) == ("", 1)
    assert event.payload == {"balance": 40, "low_balance": 50}
    assert datetime.now(UTC) - event.occurred_at < HOUR
    assert await credits_client.claim_events(max_events=5) == []
    assert await credits_client.fail_events([event.event_id], "no route", retry_in=HOUR) == 1
    assert await credits_client.finish_events([event.event_id, event.event_id]) == 1
    assert await credits_client.finish_events([event.event_id]) == 0

    nothing = await credits_client.set_alert(profile_id, kinds=[])
    assert (nothing.kinds, nothing.low_balance) == ([], None)
    assert await credits_client.check_integrity(profile_id) == []


async def test_credits_are_asked_for_and_declined(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    rule = await credits_client.set_topup(profile_id, 150, 500, a_month=2)
    assert (rule.topup_below, rule.topup_amount, rule.topups_a_month) == (150, 500, 2)
    assert rule.kinds == ["topup.requested"]
    (event,) = await credits_client.claim_events()
    reference = event.payload["reference"]
    assert (event.subject, event.payload["amount"]) == (reference, 500)
    topup = await credits_client.decline_topup(profile_id, reference, pause=HOUR)
    assert (topup.profile_id, topup.reference, topup.amount) == (profile_id, reference, 500)
    assert (topup.state, topup.replayed) == ("declined", False)
    assert topup.closed_at is not None
    assert topup.paused_until == topup.closed_at + HOUR
    assert (await credits_client.decline_topup(profile_id, reference)).replayed
    with pytest.raises(pgcredits.TopupNotFound):
        await credits_client.decline_topup(profile_id, "topup-9")
    assert (await credits_client.set_topup(profile_id, None)).topup_below is None


async def test_settings_reach_the_profiles_that_are_there(
    credits_client: Credits, db_url: str
) -> None:
    profiles = sorted([uuid4(), uuid4(), uuid4()])
    for profile_id in profiles:
        await credits_client.open_profile(profile_id)
    with psycopg.connect(db_url) as own:
        own.execute("update credits.settings set event_kinds = '{credits.low}', low_balance = 7")
    seen: list[Any] = [await credits_client.watch_profiles(batch_size=2)]
    while seen[-1] is not None:
        seen.append(await credits_client.watch_profiles(after_id=seen[-1], batch_size=2))
    assert seen == [profiles[1], profiles[2], None]
    assert all(isinstance(each, UUID) for each in seen[:-1])
    for profile_id in profiles:
        assert (await credits_client.get_profile(profile_id)).low_balance == 7


async def test_what_is_no_event_is_refused(credits_client: Credits) -> None:
    with pytest.raises(pgcredits.InvalidArgument) as caught:
        await credits_client.finish_events(["x"])
    assert (caught.value.token, caught.value.detail["value"]) == ("invalid_reference", "x")
    wrong: Any = "credits.low"
    with pytest.raises(pgcredits.InvalidArgument, match="list of texts"):
        await credits_client.set_alert(uuid4(), kinds=wrong)
    with pytest.raises(pgcredits.InvalidArgument) as caught:
        await credits_client.set_alert(uuid4(), kinds=["credits.high"])
    assert caught.value.token == "invalid_option"
