"""The model alone, on stories whose figures can be checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from laws.model import Model
from laws.refusals import CAP, Refused

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROFILE, JOB, OTHER_JOB = UUID(int=1), UUID(int=11), UUID(int=12)
BY = {"reason": "asked for", "actor": "ann"}


@pytest.fixture
def model() -> Model:
    return Model(NOW)


def buckets(model: Model) -> tuple[int, int]:
    profile = model.profiles[PROFILE]
    return profile.monthly, profile.addon


def opened(model: Model, monthly: int = 0, addon: int = 0) -> Model:
    model.call("open_profile", profile_id=PROFILE, credits_remaining=monthly, addon_credits=addon)
    return model


def reserve(model: Model, cost: int, job_id: UUID = JOB, **more: Any) -> dict[str, Any]:
    return model.call("reserve_credits", profile_id=PROFILE, job_id=job_id, cost=cost, **more)


def grant(model: Model, amount: int, reference: str, **more: Any) -> dict[str, Any]:
    return model.call("grant_addon", profile_id=PROFILE, amount=amount, reference=reference, **more)


def refused(model: Model, name: str, **arguments: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        model.call(name, **arguments)
    return caught.value


@pytest.mark.parametrize(
    ("monthly", "addon", "cost", "split"),
    [
        pytest.param(2000, 5000, 1500, (1500, 0), id="monthly covers it"),
        pytest.param(500, 5000, 2000, (500, 1500), id="addon covers the rest"),
        pytest.param(0, 10000, 3000, (0, 3000), id="only addon"),
        pytest.param(1000, 2000, 1500, (1000, 500), id="both"),
    ],
)
@pytest.mark.parametrize("give_back", ["refund_job", "rollback_reservation"])
def test_a_return_puts_every_credit_where_it_came_from(
    model: Model, monthly: int, addon: int, cost: int, split: tuple[int, int], give_back: str
) -> None:
    opened(model, monthly, addon)
    taken = reserve(model, cost)
    assert (taken["monthly_deducted"], taken["addon_deducted"]) == split
    assert buckets(model) == (monthly - split[0], addon - split[1])
    back = model.call(give_back, job_id=JOB)
    assert (back["monthly_refunded"], back["addon_refunded"]) == split
    assert buckets(model) == (monthly, addon)


def test_the_story_that_began_it_all_ends_well(model: Model) -> None:
    opened(model, 500, 5000)
    reserve(model, 2000)
    assert buckets(model) == (0, 3500)
    model.call("refund_job", job_id=JOB, reason="it failed")
    assert buckets(model) == (500, 5000)
    assert [entry.reason for entry in model.profiles[PROFILE].ledger[1:]] == [
        f"job reserve: {JOB} (monthly: -500, addon: -1500)",
        f"job refund: {JOB} (monthly: +500, addon: +1500): it failed",
    ]


def test_a_part_comes_back_last_in_first_out(model: Model) -> None:
    opened(model, 500, 5000)
    reserve(model, 2000)
    first = model.call("refund_job", job_id=JOB, amount=1600, refund_id="a")
    assert (first["monthly_refunded"], first["addon_refunded"]) == (100, 1500)
    again = model.call("refund_job", job_id=JOB, amount=1600, refund_id="a")
    assert again == {**first, "replayed": True}
    error = refused(model, "refund_job", job_id=JOB, amount=401, refund_id="b")
    assert (error.token, error.detail) == (
        "refund_exceeds_deduction",
        {"amount": 401, "refundable": 400},
    )


def test_settling_for_more_draws_anew_and_gives_back_the_second_draw_first(model: Model) -> None:
    opened(model, 10, 10)
    reserve(model, 12)
    model.call("renew_monthly", profile_id=PROFILE, period_start=NOW, allowance=5)
    settled = model.call("settle_job", job_id=JOB, actual_cost=19)
    assert (settled["monthly_deducted"], settled["addon_deducted"]) == (15, 4)
    assert buckets(model) == (0, 6)
    steps = [model.call("refund_job", job_id=JOB, amount=n, refund_id=f"{n}") for n in (1, 4, 3, 6)]
    # Addon 2 and monthly 5 of the second draw, then addon 2 and monthly 10 of the first.
    assert [(s["monthly_refunded"], s["addon_refunded"]) for s in steps] == [
        (0, 1),
        (3, 1),
        (2, 1),
        (5, 1),
    ]


def test_settling_for_more_than_there_is_records_the_shortfall(model: Model) -> None:
    opened(model, 10, 0)
    reserve(model, 6)
    error = refused(model, "settle_job", job_id=JOB, actual_cost=15, overage="reject")
    assert error.detail == {"required": 9, "available": 4, "monthly": 4, "addon": 0}
    settled = model.call("settle_job", job_id=JOB, actual_cost=15)
    assert (settled["monthly_deducted"], settled["shortfall"]) == (10, 5)


def test_packs_burn_by_priority_then_expiry_before_the_perpetual_rest(model: Model) -> None:
    opened(model, 0, 10)
    grant(model, 10, "late", expires_at=NOW + 3 * HOUR)
    grant(model, 10, "soon", expires_at=NOW + 2 * HOUR)
    grant(model, 10, "first", expires_at=NOW + 9 * HOUR, priority=-1)
    reserve(model, 35)
    held = model.profiles[PROFILE].jobs[JOB].held
    assert [(s.pack.seq if s.pack else None, s.amount) for s in held] == [
        (4, 10),
        (3, 10),
        (2, 10),
        (None, 5),
    ]


def test_overdue_packs_and_holds_are_worked_off_as_of_their_deadlines(model: Model) -> None:
    opened(model)
    grant(model, 10, "promo", expires_at=NOW + 2 * HOUR, kind="promo")
    reserve(model, 4, hold_for=HOUR)
    reserve(model, 3, OTHER_JOB, hold_for=2 * HOUR)
    model.now = NOW + 9 * HOUR
    (first, second) = model.call("expire_holds")
    assert model.call("get_balance", profile_id=PROFILE)["available"] == 0
    assert (first["addon_refunded"], first["addon_lapsed"]) == (4, 0)
    # At the same instant the pack goes first, so that what comes back to it lapses at once.
    assert (second["addon_refunded"], second["addon_lapsed"]) == (3, 3)
    rows = [(entry.kind, entry.addon_delta) for entry in model.profiles[PROFILE].ledger[4:]]
    assert rows == [("expire", 4), ("lapse", -7), ("expire", 3), ("lapse", -3)]


def test_a_refund_into_an_expired_paid_pack_gives_the_lifetime_it_had_left(model: Model) -> None:
    opened(model)
    grant(model, 10, "paid", expires_at=NOW + 3 * HOUR)
    model.now = NOW + HOUR
    reserve(model, 4)
    model.now = NOW + 10 * HOUR
    model.call("refund_job", job_id=JOB)
    (pack,) = model.profiles[PROFILE].packs
    assert (pack.remaining, pack.expires_at) == (4, NOW + 12 * HOUR)


def test_a_closed_period_gives_back_what_its_rollover_would_have_carried(model: Model) -> None:
    model.closed_period_refund = "lapse"
    opened(model, 100)
    reserve(model, 80)
    renewal = {"profile_id": PROFILE, "allowance": 100, "rollover_cap": 50}
    carried = [
        model.call("renew_monthly", period_start=NOW + n * HOUR, **renewal)["carried"]
        for n in range(2)
    ]
    assert carried == [20, 50]
    back = model.call("refund_job", job_id=JOB)
    # Of 80 the first rollover had room for 30 more, and the second for none.
    assert (back["monthly_refunded"], back["monthly_lapsed"]) == (80, 80)
    assert buckets(model) == (150, 0)


def revoke(model: Model, key: str, amount: int | None = None) -> dict[str, Any]:
    whose = {"profile_id": PROFILE, "reference": "order", "revocation_id": key}
    return model.call("revoke_grant", **whose, amount=amount, **BY)


def test_each_revocation_takes_once_and_is_taken_back_exactly(model: Model) -> None:
    opened(model)
    grant(model, 10, "order")
    reserve(model, 7)
    first = revoke(model, "refund-1", 5)
    assert (first["collected"], first["uncollected"]) == (3, 2)
    back = model.call("refund_job", job_id=JOB)
    assert (back["addon_refunded"], back["addon_revoked"]) == (7, 2)
    again = revoke(model, "refund-1", 5)
    assert (again["collected"], again["uncollected"], again["replayed"]) == (5, 0, True)
    rest = revoke(model, "dispute-1")
    assert (rest["amount"], rest["collected"]) == (5, 5)
    whose = {"profile_id": PROFILE, "reference": "order"}
    model.call("reinstate_grant", **whose, revocation_id="dispute-1", **BY)
    assert buckets(model) == (0, 5)
    assert revoke(model, "dispute-1")["state"] == "ended"
    model.call("reinstate_grant", **whose, revocation_id="dispute-2", **BY)
    assert revoke(model, "dispute-2")["amount"] == 0


def test_an_overdraft_belongs_to_the_perpetual_rest_alone(model: Model) -> None:
    opened(model, 0, 5)
    limit = {"profile_id": PROFILE, **BY}
    model.call("set_overdraft_limit", overdraft_limit=10, **limit)
    error = refused(model, "reserve_credits", profile_id=PROFILE, job_id=JOB, cost=16)
    assert error.detail == {"required": 16, "available": 15, "monthly": 0, "addon": 5}
    reserve(model, 15)
    grant(model, 4, "pack", expires_at=NOW + HOUR)
    assert buckets(model) == (0, -6)
    error = refused(model, "set_overdraft_limit", overdraft_limit=9, **limit)
    assert (error.token, error.detail) == ("wrong_state", {"debt": 10})


def test_a_refused_call_takes_its_catching_up_back(model: Model) -> None:
    opened(model, 10)
    reserve(model, 4, hold_for=HOUR)
    model.now = NOW + HOUR
    before = model.profiles[PROFILE].copy()
    refused(model, "reserve_credits", profile_id=PROFILE, job_id=OTHER_JOB, cost=11)
    assert model.profiles[PROFILE] == before
    assert reserve(model, 10, OTHER_JOB)["previous_balance"] == 10


@pytest.mark.parametrize("amount", [None, -1, CAP + 1])
def test_arguments_are_refused_before_anything_else(model: Model, amount: int | None) -> None:
    error = refused(model, "reserve_credits", profile_id=PROFILE, job_id=JOB, cost=amount)
    assert error.sqlstate == "PT400"
