"""Law 2: a call made twice has the effect of one; its key with other arguments is an error.

The one exception: a reservation whose credits have all gone back is refused when it is made again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from laws.database import Database
from laws.refusals import Refused
from laws.wallet import BY, DAY, HOUR, NOW, Wallet, all_rows

PACK = {"amount": 7, "reference": "pack", "expires_at": NOW + DAY, "kind": "promo", "priority": 3}
RENEWAL = {"period_start": NOW, "allowance": 100, "rollover_cap": 10}
CHANGE = {"period_start": NOW - DAY, "allowance": 1, "reference": "plan"}
ADJUSTMENT = {"adjustment_id": "a", "monthly_delta": 3, "addon_delta": -2, **BY}

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "reserve": ("reserve_credits", {"job_id": "new", "cost": 12, "hold_for": HOUR}),
    "free job": ("reserve_credits", {"job_id": "new", "cost": 0}),
    "reserve for good": ("reserve_credits", {"job_id": "new", "cost": 12}),
    "settle for less": ("settle_job", {"job_id": "held", "actual_cost": 1}),
    "settle for more": ("settle_job", {"job_id": "held", "actual_cost": 60}),
    "settle as it is": ("settle_job", {"job_id": "held"}),
    "refund": ("refund_job", {"job_id": "held"}),
    "refund of a part": ("refund_job", {"job_id": "held", "amount": 4, "refund_id": "r"}),
    "rollback": ("rollback_reservation", {"job_id": "held"}),
    "grant": ("grant_addon", {"amount": 7, "reference": "order"}),
    "pack": ("grant_addon", PACK),
    "renewal": ("renew_monthly", RENEWAL),
    "another allowance": ("change_allowance", CHANGE),
    "adjustment": ("adjust_credits", ADJUSTMENT),
    "revocation": ("revoke_grant", {"reference": "first", "revocation_id": "r", "amount": 5, **BY}),
    "reinstatement": ("reinstate_grant", {"reference": "second", "revocation_id": "r", **BY}),
    "revocation of a month": (
        "revoke_renewal",
        {"period_start": NOW - DAY, "revocation_id": "r", "amount": 2, **BY},
    ),
    "reinstatement of a month": (
        "reinstate_renewal",
        {"period_start": NOW - DAY, "revocation_id": "r2", **BY},
    ),
    "overdraft": ("set_overdraft_limit", {"overdraft_limit": 5, **BY}),
    "close": ("close_profile", BY),
}
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "reserve": ({"cost": 13}, "job_conflict"),
    "free job": ({"cost": 1}, "job_conflict"),
    "settle for less": ({"actual_cost": 2}, "job_conflict"),
    "settle for more": ({"actual_cost": 59}, "job_conflict"),
    "settle as it is": ({"actual_cost": 11}, "job_conflict"),
    "refund of a part": ({"amount": 5}, "reference_conflict"),
    "grant": ({"amount": 8}, "reference_conflict"),
    "pack": ({"kind": "paid"}, "reference_conflict"),
    "renewal": ({"rollover_cap": 11}, "period_conflict"),
    "another allowance": ({"allowance": 2}, "reference_conflict"),
    "adjustment": ({"addon_delta": -3}, "reference_conflict"),
}


@pytest.fixture
def busy(wallet: Callable[..., Wallet]) -> Wallet:
    busy = wallet(10, 20)
    busy.grant(6, "first")
    busy.grant(6, "second")
    busy.call("revoke_grant", reference="second", revocation_id="r", amount=4, **BY)
    busy.renew(-1, 6, rollover_cap=20)
    busy.reserve(12, "held", hold_for=HOUR)
    return busy


def only_once(busy: Wallet, name: str, arguments: dict[str, Any]) -> None:
    first = busy.call(name, **arguments)
    assert first["replayed"] is False
    rows = all_rows(busy.database)
    assert busy.call(name, **arguments) == {**first, "replayed": True}
    assert all_rows(busy.database) == rows


@pytest.mark.parametrize("case", CALLS)
def test_the_second_call_answers_as_the_first_and_changes_nothing(busy: Wallet, case: str) -> None:
    only_once(busy, *CALLS[case])


# A hold expires meanwhile.
@pytest.mark.parametrize("case", [c for c in CALLS if c not in ("overdraft", "close", "reserve")])
def test_a_replay_much_later_still_answers_as_the_first_call(busy: Wallet, case: str) -> None:
    """When the credits are gone, the pack has ended, the period is over and the profile closed.

    A refund names the job's state, and that is the one it has by now."""
    name, arguments = CALLS[case]
    first = busy.call(name, **arguments)
    balance = busy.call("get_balance")
    if balance["available"] > 0:
        busy.call("settle_job", job_id=busy.reserve(balance["available"], "spent"))
    busy.renew(5, allowance=1)
    busy.wait(3 * DAY)
    busy.call("close_profile", **BY)
    again = busy.call(name, **arguments)
    if "state" in first:
        first["state"] = again["state"]
    assert again == {**first, "replayed": True}


@pytest.mark.parametrize("cost", [12, 0])
@pytest.mark.parametrize("end", ["refunded", "rolled_back", "expired"])
def test_a_reservation_whose_credits_went_back_is_refused_and_takes_nothing(
    busy: Wallet, end: str, cost: int
) -> None:
    arguments = {"job_id": "new", "cost": cost, "hold_for": HOUR}
    busy.call("reserve_credits", **arguments)
    if end == "refunded":
        busy.refund("new")
    elif end == "rolled_back":
        busy.call("rollback_reservation", job_id="new")
    else:
        busy.wait(HOUR)
    rows = all_rows(busy.database)
    with pytest.raises(Refused) as caught:
        busy.call("reserve_credits", **arguments)
    assert (caught.value.token, caught.value.detail) == ("wrong_state", {"state": end})
    assert all_rows(busy.database) == rows


@pytest.mark.parametrize("case", CHANGES)
def test_the_same_key_with_other_arguments_is_refused_and_changes_nothing(
    busy: Wallet, case: str
) -> None:
    name, arguments = CALLS[case]
    change, token = CHANGES[case]
    busy.call(name, **arguments)
    rows = all_rows(busy.database)
    with pytest.raises(Refused) as caught:
        busy.call(name, **{**arguments, **change})
    assert (caught.value.sqlstate, caught.value.token) == ("PT409", token)
    assert all_rows(busy.database) == rows


def test_a_call_whose_answer_was_lost_is_made_once(database: Database, busy: Wallet) -> None:
    before = busy.buckets()
    for number, how in enumerate(["killed after the commit", "killed before the commit"] * 2):
        arguments = {"profile_id": busy.id, "amount": 10, "reference": f"order {number}"}
        database.call_and_lose_the_answer("grant_addon", arguments, how)
        answer = database.call("grant_addon", **arguments)
        assert answer["replayed"] is (how == "killed after the commit")
    assert busy.buckets() == (before[0], before[1] + 40)
