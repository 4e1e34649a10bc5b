"""The methods of a job's and a profile's later life answer as dataclasses."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

import pgcredits
from pgcredits import Credits, LegacyEntry, LegacyJob, LimitExceeded

BY = {"reason": "a test", "actor": "the tester"}
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


async def test_a_job_settles_at_its_actual_cost(credits_client: Credits) -> None:
    profile_id, less, more = uuid4(), uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=1000)
    await credits_client.reserve_credits(profile_id, less, 700)
    settled = await credits_client.settle_job(less, 550)
    assert (settled.monthly_deducted, settled.addon_deducted) == (500, 50)
    assert (settled.monthly_refunded, settled.addon_refunded) == (0, 150)
    assert (await credits_client.settle_job(less, 550)).replayed
    with pytest.raises(pgcredits.JobConflict):
        await credits_client.settle_job(less, 551)

    await credits_client.reserve_credits(profile_id, more, 900)
    with pytest.raises(pgcredits.InsufficientCredits):
        await credits_client.settle_job(more, 1000, overage="reject")
    settled = await credits_client.settle_job(more, 1000)
    assert (settled.addon_deducted, settled.shortfall, settled.late) == (950, 50, False)


async def test_a_hold_has_a_deadline_that_moves_away(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500)
    held = await credits_client.reserve_credits(
        profile_id, job_id, 200, hold_for=timedelta(minutes=5)
    )
    assert held.hold_expires_at is not None
    balance = await credits_client.get_balance(profile_id)
    assert (balance.available, balance.held, balance.posted) == (300, 200, 500)
    extended = await credits_client.extend_hold(job_id, timedelta(hours=1))
    assert extended.hold_expires_at is not None
    assert extended.hold_expires_at > held.hold_expires_at
    assert await credits_client.expire_holds() == []


async def test_a_reservation_can_be_raised(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=1000)
    await credits_client.reserve_credits(profile_id, job_id, 300)
    raised = await credits_client.raise_reservation(job_id, 900)
    assert (raised.cost, raised.monthly_deducted, raised.addon_deducted) == (900, 500, 400)
    assert (raised.previous_balance, raised.new_balance, raised.replayed) == (1200, 600, False)
    again = await credits_client.raise_reservation(str(job_id), 700, profile_id=profile_id)
    assert (again.cost, again.new_balance, again.replayed) == (900, 600, True)
    with pytest.raises(pgcredits.InsufficientCredits):
        await credits_client.raise_reservation(job_id, 1501)
    await credits_client.settle_job(job_id)
    with pytest.raises(pgcredits.WrongState):
        await credits_client.raise_reservation(job_id, 1000)


async def test_a_pack_is_a_grant_that_expires(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    until = datetime.now(UTC) + timedelta(days=30)
    granted = await credits_client.grant_addon(
        profile_id, 300, "order-1", expires_at=until, kind="promo", priority=-5
    )
    assert (granted.expires_at, granted.kind, granted.priority) == (until, "promo", -5)
    assert (await credits_client.grant_addon(profile_id, 10, "order-2")).expires_at is None
    assert await credits_client.expire_packs() == []


async def test_a_month_begins_with_a_capped_rollover(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500)
    renewal = await credits_client.renew_monthly(profile_id, JANUARY, 1000, rollover_cap=100)
    assert (renewal.carried, renewal.lapsed, renewal.new_balance) == (100, 400, 1100)
    assert renewal.period_start == JANUARY
    with pytest.raises(pgcredits.PeriodConflict):
        await credits_client.renew_monthly(profile_id, JANUARY, 999)


async def test_a_plan_changes_within_a_month(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    await credits_client.renew_monthly(profile_id, JANUARY, 1000)
    await credits_client.reserve_credits(profile_id, uuid4(), 700)
    changed = await credits_client.change_allowance(profile_id, JANUARY, 100, "plan-1")
    assert (changed.previous_allowance, changed.allowance, changed.owed) == (1000, 100, 600)
    assert (changed.previous_balance, changed.new_balance) == (300, 0)
    again = await credits_client.change_allowance(profile_id, JANUARY, 1000, "plan-2")
    assert (again.owed, again.new_balance) == (0, 300)
    with pytest.raises(pgcredits.ReferenceConflict):
        await credits_client.change_allowance(profile_id, JANUARY, 5, "plan-1")
    with pytest.raises(pgcredits.PeriodNotFound):
        await credits_client.change_allowance(profile_id, FEBRUARY, 5, "plan-3")


async def test_corrections_need_a_reason_and_an_actor(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    await credits_client.grant_addon(profile_id, 300, "order-1")
    revoked = await credits_client.revoke_grant(profile_id, "order-1", "refund-1", amount=100, **BY)
    assert (revoked.collected, revoked.uncollected) == (100, 0)
    reinstated = await credits_client.reinstate_grant(profile_id, "order-1", "refund-1", **BY)
    assert (reinstated.amount, reinstated.new_balance) == (0, 300)
    adjusted = await credits_client.adjust_credits(profile_id, "fix-1", monthly_delta=7, **BY)
    assert (adjusted.credits_remaining, adjusted.held) == (7, None)
    assert (await credits_client.set_overdraft_limit(profile_id, 50, **BY)).seq == 6
    assert (await credits_client.close_profile(profile_id, **BY)).available == 307
    with pytest.raises(pgcredits.ProfileClosed):
        await credits_client.reserve_credits(profile_id, uuid4(), 1)
    with pytest.raises(pgcredits.GrantNotFound):
        await credits_client.revoke_grant(profile_id, "order-2", "refund-1", **BY)


async def test_a_profile_is_moved_to_another_one(credits_client: Credits) -> None:
    profile_id, other_id, job_id = uuid4(), uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=30, addon_credits=300)
    await credits_client.open_profile(other_id, addon_credits=5)
    await credits_client.reserve_credits(profile_id, job_id, 40)
    moved = await credits_client.move_credits(
        profile_id, other_id, "merge-1", monthly_rest="addon", **BY
    )
    assert (moved.monthly_moved, moved.addon_moved, moved.packs) == (0, 290, 0)
    assert (moved.previous_balance, moved.new_balance, moved.replayed) == (5, 295, False)
    await credits_client.refund_job(job_id)
    assert (await credits_client.get_balance(other_id)).addon_credits == 335
    with pytest.raises(pgcredits.ReferenceConflict):
        await credits_client.move_credits(profile_id, other_id, "merge-1", **BY)
    with pytest.raises(pgcredits.WrongState):
        await credits_client.move_credits(profile_id, other_id, "merge-2", **BY)
    with pytest.raises(pgcredits.InvalidArgument):
        await credits_client.move_credits(other_id, str(other_id), "merge-1", **BY)


async def test_a_month_is_taken_back_and_given_back(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    await credits_client.renew_monthly(profile_id, JANUARY, 500)
    revoked = await credits_client.revoke_renewal(profile_id, JANUARY, "dispute-1", **BY)
    assert (revoked.period_start, revoked.reference) == (JANUARY, None)
    assert (revoked.collected, revoked.new_balance) == (500, 0)
    with pytest.raises(pgcredits.ReferenceConflict) as conflict:
        await credits_client.revoke_renewal(profile_id, JANUARY, "dispute-1", amount=5, **BY)
    assert conflict.value.detail == {"parameter": "amount", "stored": None, "given": 5}
    reinstated = await credits_client.reinstate_renewal(profile_id, JANUARY, "dispute-1", **BY)
    assert (reinstated.state, reinstated.new_balance) == ("ended", 500)
    with pytest.raises(pgcredits.PeriodNotFound):
        await credits_client.revoke_renewal(profile_id, FEBRUARY, "dispute-1", **BY)


async def test_the_grants_of_a_payment_are_found(credits_client: Credits) -> None:
    profile_id, payment = uuid4(), f"payment of {uuid4()}"
    await credits_client.open_profile(profile_id)
    await credits_client.grant_addon(profile_id, 300, payment, kind="promo")
    await credits_client.revoke_grant(profile_id, payment, "refund-1", amount=100, **BY)
    [found] = await credits_client.find_grants(payment)
    assert (found.profile_id, found.kind, found.amount, found.revoked) == (
        profile_id,
        "promo",
        300,
        100,
    )
    assert (found.remaining, found.expires_at) == (None, None)
    assert await credits_client.find_grants(f"not {payment}") == []


async def test_the_past_can_be_read(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500)
    entry = (await credits_client.get_statement(profile_id))[0]
    await credits_client.reserve_credits(profile_id, job_id, 200)
    await credits_client.refund_job(job_id)
    assert (await credits_client.balance_at(profile_id, entry.ts)).seq == 1
    before = await credits_client.balance_at(profile_id, entry.ts - timedelta(microseconds=1))
    assert (before.available, before.seq) == (0, 0)
    story = await credits_client.explain_job(job_id)
    assert [(event.kind, event.outstanding) for event in story] == [("reserve", 200), ("refund", 0)]
    assert await credits_client.check_integrity() == []
    assert await credits_client.check_integrity(profile_id) == []


async def test_a_profile_its_jobs_and_its_grants_can_be_read(credits_client: Credits) -> None:
    profile_id, jobs = uuid4(), [uuid4() for _ in range(3)]
    until = datetime(2099, 1, 1, tzinfo=UTC)
    await credits_client.open_profile(profile_id, credits_remaining=500)
    await credits_client.grant_addon(profile_id, 30, "order-1", expires_at=until)
    await credits_client.grant_addon(profile_id, 20, "order-2")
    await credits_client.reserve_credits(profile_id, jobs[0], 5, meta={"model": "small"})
    await credits_client.reserve_credits(profile_id, jobs[1], 6, hold_for=timedelta(hours=1))
    await credits_client.reserve_credits(profile_id, jobs[2], 7)
    await credits_client.settle_job(jobs[2], 4)

    found = await credits_client.list_jobs(profile_id, page_size=2)
    assert [job.job_id for job in found] == [jobs[2], jobs[1]]
    assert (found[0].state, found[0].settled_cost, found[0].outstanding) == ("settled", 4, 4)
    assert found[1].hold_due_at is not None
    older = await credits_client.list_jobs(profile_id, before_job_id=found[-1].job_id)
    assert older == [await credits_client.get_job(jobs[0])]
    assert (older[0].meta_json["model"], older[0].meta_json["credit_cost"]) == ("small", 5)
    held = await credits_client.list_jobs(profile_id, state="reserved")
    assert [job.job_id for job in held] == [jobs[1], jobs[0]]

    grants = await credits_client.list_grants(profile_id)
    assert [(grant.reference, grant.remaining) for grant in grants] == [
        ("order-2", None),
        ("order-1", 30),
    ]
    assert await credits_client.list_grants(profile_id, before_seq=grants[0].seq) == grants[1:]
    profile = await credits_client.get_profile(profile_id)
    assert (profile.packs, profile.pack_credits, profile.next_pack_expiry) == (1, 30, until)
    assert (profile.open_holds, profile.next_hold_expiry) == (1, found[1].hold_due_at)
    assert (profile.period_start, profile.closed_at, profile.to_profile_id) == (None, None, None)


async def test_profiles_are_listed_in_the_order_of_their_ids(credits_client: Credits) -> None:
    tag = uuid4().hex[:12]
    first, second = (UUID(f"{tag}4000800000000000000{number}") for number in (1, 2))
    for profile_id in (second, first):
        await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=7)
    await credits_client.set_overdraft_limit(first, 20, **BY)
    closed = await credits_client.close_profile(second, **BY)
    before = UUID(int=first.int - 1)  # which nobody has
    found = await credits_client.list_profiles(after_profile_id=before, page_size=2)
    assert [(each.profile_id, each.available, each.seq) for each in found] == [
        (first, 507, 2),
        (second, 507, closed.seq),
    ]
    assert (found[0].credits_remaining, found[0].addon_credits) == (500, 7)
    assert (found[0].overdraft_limit, found[0].closed_at) == (20, None)
    assert found[1].closed_at is not None
    assert found[1].created_at < found[1].closed_at <= found[1].changed_at
    next_page = await credits_client.list_profiles(after_profile_id=str(first), page_size=1)
    assert next_page == found[1:]
    assert len(await credits_client.list_profiles(page_size=1)) == 1


async def test_usage_can_be_read(credits_client: Credits) -> None:
    profile_id, jobs = uuid4(), [uuid4() for _ in range(2)]
    await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=10)
    assert await credits_client.usage(profile_id) == []
    await credits_client.reserve_credits(profile_id, jobs[0], 505, meta={"model": "small"})
    await credits_client.reserve_credits(profile_id, jobs[1], 0)
    await credits_client.refund_job(jobs[0], amount=7, refund_id="part")
    (whole,) = await credits_client.usage(profile_id)
    assert whole == pgcredits.UsageEntry(
        period_start=None,
        period_end=None,
        label=None,
        jobs=2,
        consumed=505,
        returned=7,
        net=498,
        monthly_net=498,
        addon_net=0,
    )
    (month,) = await credits_client.usage(profile_id, step="month", time_zone="Europe/Berlin")
    assert month.period_start is not None
    assert month.period_end is not None
    assert timedelta(days=27) < month.period_end - month.period_start < timedelta(days=32)
    assert (month.jobs, month.net) == (2, 498)
    labelled = await credits_client.usage(profile_id, by="meta.model")
    assert [(entry.label, entry.jobs, entry.net) for entry in labelled] == [
        ("small", 1, 498),
        (None, 1, 0),
    ]
    assert [entry.label for entry in await credits_client.usage(profile_id, by="spender")] == [None]
    since, until = month.period_end, month.period_end + timedelta(days=1)
    assert await credits_client.usage(profile_id, since=since, until=until) == []
    with pytest.raises(pgcredits.InvalidArgument):
        await credits_client.usage(profile_id, since=until, until=since)


async def test_a_reservation_can_be_previewed(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=70)
    preview = await credits_client.preview_reserve(profile_id, 520)
    assert (preview.monthly_deducted, preview.addon_deducted) == (500, 20)
    assert (preview.previous_balance, preview.new_balance) == (570, 50)
    with pytest.raises(pgcredits.InsufficientCredits):
        await credits_client.preview_reserve(profile_id, 571)
    assert (await credits_client.get_balance(profile_id)).available == 570


async def test_a_finding_says_what_is_wrong(credits_client: Credits, pool: Any) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500)
    await pool.execute("update credits.profiles set credits_remaining = 501")
    (finding,) = await credits_client.check_integrity()
    assert (finding.profile_id, finding.expected, finding.found) == (profile_id, "500", "501")


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 1), "2026-01-01", 5], ids=repr)
async def test_a_time_without_a_zone_is_refused(credits_client: Credits, wrong: Any) -> None:
    calls = [
        credits_client.grant_addon(uuid4(), 1, "order-1", expires_at=wrong),
        credits_client.renew_monthly(uuid4(), wrong, 1),
        credits_client.balance_at(uuid4(), wrong),
    ]
    for call in calls:
        with pytest.raises(pgcredits.InvalidArgument) as caught:
            await call
        assert caught.value.token == "invalid_interval"


@pytest.mark.parametrize("wrong", [60, "1 hour", timedelta(0), timedelta(days=366)], ids=repr)
async def test_a_hold_of_no_or_too_much_time_is_refused(
    credits_client: Credits, wrong: Any
) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=500)
    for call in (
        credits_client.reserve_credits(profile_id, uuid4(), 1, hold_for=wrong),
        credits_client.extend_hold(uuid4(), wrong),
    ):
        with pytest.raises(pgcredits.InvalidArgument) as caught:
            await call
        assert caught.value.token == "invalid_interval"


async def test_a_profile_of_another_application_is_imported(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), str(uuid4())
    old: dict[str, Any] = {
        "jobs": [
            LegacyJob(
                id=job_id,
                status="failed",
                meta_json={
                    "credits_deducted": True,
                    "credit_cost": 30,
                    "monthly_deducted": 10,
                    "addon_deducted": 20,
                    "note": "größer",
                },
                created_at=JANUARY,
            ),
            LegacyJob(id="not a UUID"),
        ],
        "entries": [
            LegacyEntry(id="1", ts=JANUARY, kind="deduct", job_id=job_id, delta=Decimal(-30)),
        ],
    }
    damage = await credits_client.check_legacy_profile(profile_id, 5, Decimal("1.5"), **old)
    assert {each.profile_id for each in damage} == {profile_id}
    assert "not a UUID" in {each.job_id for each in damage}
    empty = await credits_client.check_legacy_profile(profile_id, 5, 7)
    assert [each.kind for each in empty] == ["history_truncated"]
    accept = sorted({each.kind for each in damage})
    imported = await credits_client.import_profile(profile_id, 5, 1, accept=accept, **old)
    assert (imported.profile_id, imported.credits_remaining, imported.addon_credits) == (
        profile_id,
        5,
        1,
    )
    assert (imported.jobs, imported.entries) == (1, 1)
    assert await credits_client.check_integrity(profile_id) == []


async def test_limits(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, addon_credits=500)
    limit = await credits_client.set_limit(
        profile_id, "ann", "day", 100, **BY, time_zone="Europe/Berlin"
    )
    assert (limit.spender, limit.amount, limit.remaining, limit.replayed) == (
        "ann",
        100,
        100,
        False,
    )
    assert await credits_client.set_limit(profile_id, None, "total", 400, **BY) != limit
    await credits_client.reserve_credits(profile_id, uuid4(), 60, spender="ann")
    found = await credits_client.get_limits(profile_id)
    assert [(each.spender, each.spent, each.resets_at is None) for each in found] == [
        (None, 60, True),
        ("ann", 60, False),
    ]
    with pytest.raises(LimitExceeded) as caught:
        await credits_client.reserve_credits(profile_id, uuid4(), 41, spender="ann")
    assert (caught.value.required, caught.value.remaining) == (41, 40)
    assert caught.value.http_status == 402
    gone = await credits_client.set_limit(profile_id, "ann", "day", None, **BY)
    assert (gone.amount, gone.spent, gone.time_zone) == (None, None, None)
    assert [each.window_name for each in await credits_client.get_limits(profile_id)] == ["total"]
    assert await credits_client.get_limits(profile_id, spender="ann") == []
