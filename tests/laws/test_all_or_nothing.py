"""Law 5: a refused call leaves no row changed, in any table, not even what it caught up with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from laws.database import Database
from laws.refusals import CAP, Refused
from laws.wallet import BY, DAY, HOUR, NOW, Wallet, all_rows

LATER = NOW + 9 * DAY
RENEWAL = {"allowance": 1, "rollover_cap": 1}
ADJUSTMENT = {"adjustment_id": "a", **BY}

REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "missing_argument": ("reserve_credits", {"job_id": None, "cost": 1}),
    "invalid_amount": ("reserve_credits", {"job_id": "new", "cost": -1}),
    "invalid_metadata": ("reserve_credits", {"job_id": "new", "cost": 1, "meta": "[]"}),
    "invalid_interval": ("extend_hold", {"job_id": "held", "hold_for": 0 * DAY}),
    "invalid_option": ("settle_job", {"job_id": "held", "overage": "free"}),
    "invalid_reference": ("grant_addon", {"amount": 1, "reference": " "}),
    "grant that has ended": ("grant_addon", {"amount": 1, "reference": "x", "expires_at": NOW}),
    "grant above the cap": ("grant_addon", {"amount": CAP, "reference": "x"}),
    "too expensive job": ("reserve_credits", {"job_id": "new", "cost": 999}),
    "too expensive raise": ("raise_reservation", {"job_id": "held", "cost": 999}),
    "too expensive settling": (
        "settle_job",
        {"job_id": "held", "actual_cost": 999, "overage": "reject"},
    ),
    "too large a correction": (
        "adjust_credits",
        {**ADJUSTMENT, "monthly_delta": -3, "addon_delta": -999},
    ),
    "job_not_found": ("refund_job", {"job_id": "new"}),
    "grant_not_found": ("revoke_grant", {"reference": "unknown", "revocation_id": "r", **BY}),
    "other cost": ("reserve_credits", {"job_id": "held", "cost": 2}),
    "other settled cost": ("settle_job", {"job_id": "settled", "actual_cost": 2}),
    "settling what was rolled back": ("settle_job", {"job_id": "rolled back"}),
    "rolling back what was settled": ("rollback_reservation", {"job_id": "settled"}),
    "raising what was settled": ("raise_reservation", {"job_id": "settled", "cost": 9}),
    "raising what has expired": ("raise_reservation", {"job_id": "overdue", "cost": 40}),
    "extending what has expired": ("extend_hold", {"job_id": "overdue", "hold_for": HOUR}),
    "refund_exceeds_deduction": ("refund_job", {"job_id": "held", "amount": 9, "refund_id": "r"}),
    "part of what has expired": (
        "refund_job",
        {"job_id": "overdue", "amount": 1, "refund_id": "r"},
    ),
    "reference_conflict": ("grant_addon", {"amount": 2, "reference": "paid"}),
    "period_conflict": ("renew_monthly", {"period_start": NOW - DAY, **RENEWAL}),
    "allowance above the cap": (
        "renew_monthly",
        {"period_start": LATER, "allowance": CAP, "rollover_cap": 1},
    ),
    "period_not_found": (
        "revoke_renewal",
        {"period_start": LATER, "revocation_id": "r", **BY},
    ),
    "another allowance above the cap": (
        "change_allowance",
        {"period_start": NOW, "allowance": CAP, "reference": "plan"},
    ),
    "profile_exists": ("open_profile", {"credits_remaining": 1}),
}
ON_A_CLOSED_PROFILE: dict[str, tuple[str, dict[str, Any]]] = {
    "reserve": ("reserve_credits", {"job_id": "new", "cost": 1}),
    "raise": ("raise_reservation", {"job_id": "held", "cost": 4}),
    "extend": ("extend_hold", {"job_id": "held", "hold_for": HOUR}),
    "grant": ("grant_addon", {"amount": 1, "reference": "x"}),
    "renew": ("renew_monthly", {"period_start": LATER, **RENEWAL}),
    "a higher allowance": (
        "change_allowance",
        {"period_start": NOW, "allowance": 21, "reference": "plan"},
    ),
    "adjust": ("adjust_credits", {**ADJUSTMENT, "monthly_delta": 1, "addon_delta": 0}),
    "limit": ("set_overdraft_limit", {"overdraft_limit": 1, **BY}),
}


@pytest.fixture
def behind(wallet: Callable[..., Wallet]) -> Wallet:
    """A wallet with a pack and a hold that are overdue, and that nobody has worked off yet."""
    behind = wallet(30, 40)
    behind.renew(0, 20, rollover_cap=5)
    behind.pack(10, 20 * DAY, "paid")
    behind.pack(10, HOUR, "promo", kind="promo")
    behind.reserve(3, "held", hold_for=20 * DAY)
    behind.call("rollback_reservation", job_id=behind.reserve(3, "rolled back"))
    behind.settle(behind.reserve(3, "settled"), 1)
    behind.reserve(30, "overdue", hold_for=2 * HOUR)
    return behind


def refused(wallet: Wallet, name: str, arguments: dict[str, Any]) -> Refused:
    rows = all_rows(wallet.database)
    connection = wallet.database.connection
    connection.execute("begin")
    connection.execute("savepoint before")
    with pytest.raises(Refused) as caught:
        wallet.call(name, **arguments)
    connection.execute("rollback to savepoint before")
    assert all_rows(wallet.database) == rows
    connection.execute("commit")
    with pytest.raises(Refused):
        wallet.call(name, **arguments)
    assert all_rows(wallet.database) == rows
    return caught.value


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_changes_no_row(behind: Wallet, case: str) -> None:
    name, arguments = REFUSED[case]
    behind.wait(3 * HOUR)
    error = refused(behind, name, arguments)
    assert case not in ("missing_argument", "job_not_found", "period_conflict") or (
        error.token == case
    )


@pytest.mark.parametrize("case", ON_A_CLOSED_PROFILE)
def test_a_closed_profile_refuses_and_changes_no_row(behind: Wallet, case: str) -> None:
    name, arguments = ON_A_CLOSED_PROFILE[case]
    behind.call("close_profile", **BY)
    behind.wait(3 * HOUR)
    assert refused(behind, name, arguments).token == "profile_closed"


def test_what_the_callers_transaction_takes_back_never_happened(
    database: Database, behind: Wallet
) -> None:
    rows = all_rows(database)
    database.connection.execute("begin")
    behind.reserve(5)
    behind.refund("held")
    behind.renew(1, 7)
    behind.grant(7)
    database.connection.execute("rollback")
    assert all_rows(database) == rows
