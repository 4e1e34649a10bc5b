"""Law 7: addon credits are touched by addon events alone; a renewal can neither read nor write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from laws.wallet import BY, DAY, HOUR, Wallet
from support import function_file

OpenWallet = Callable[..., Wallet]


def addon_side(wallet: Wallet) -> tuple[Any, ...]:
    return wallet.buckets()[1], wallet.packs()


@pytest.mark.parametrize("rollover_cap", [0, 3, 1000])
@pytest.mark.parametrize("addon", [0, 50])
def test_a_renewal_leaves_addon_credits_and_packs_as_they_are(
    wallet: OpenWallet, addon: int, rollover_cap: int
) -> None:
    customer = wallet(10, addon)
    customer.call("set_overdraft_limit", overdraft_limit=5, **BY)
    customer.pack(8, DAY)
    customer.reserve(addon + 14)
    before = addon_side(customer)
    for period in range(3):
        answer = customer.renew(period, 10, rollover_cap)
        assert answer["new_balance"] - answer["previous_balance"] == 10 - answer["lapsed"]
        assert addon_side(customer) == before


def test_an_overdrawn_addon_bucket_is_not_paid_by_the_new_allowance(wallet: OpenWallet) -> None:
    customer = wallet(0, 0)
    customer.call("set_overdraft_limit", overdraft_limit=5, **BY)
    customer.reserve(5)
    customer.renew(0, 100)
    assert customer.buckets() == (100, -5)


@pytest.mark.parametrize("choice", ["restore", "lapse"])
def test_the_addon_part_of_a_job_comes_back_whatever_period_it_was_in(
    wallet: OpenWallet, choice: str
) -> None:
    customer = wallet(10, 50)
    customer.database.set_closed_period_refund(choice)
    job_id = customer.reserve(30)
    customer.renew(0, 10)
    answer = customer.refund(job_id)
    assert (answer["addon_refunded"], answer["addon_lapsed"]) == (20, 0)
    assert customer.buckets() == (20 if choice == "restore" else 10, 50)


def test_a_pack_that_ends_leaves_the_monthly_bucket_as_it_is(wallet: OpenWallet) -> None:
    customer = wallet(10, 0)
    customer.pack(8, HOUR)
    customer.wait(HOUR)
    (row,) = customer.database.call("expire_packs")
    assert (row["monthly_delta"], row["addon_delta"]) == (0, -8)
    assert customer.buckets() == (10, 0)


@pytest.mark.parametrize(
    ("kind", "deltas"),
    [("renew", "5, 1"), ("renew", "0, -1"), ("grant", "1, 5"), ("grant", "-1, 5")],
)
def test_the_ledger_refuses_a_row_that_mixes_the_buckets(
    wallet: OpenWallet, kind: str, deltas: str
) -> None:
    customer = wallet(10, 10)
    with pytest.raises(psycopg.errors.CheckViolation):
        customer.database.connection.execute(
            "insert into credits.ledger (profile_id, seq, ts, kind, reason, monthly_balance, "
            "addon_balance, monthly_delta, addon_delta) "
            f"values (%s, 2, now(), %s, '', 0, 0, {deltas})",
            [customer.id, kind],
        )


def test_the_renewal_itself_names_no_addon_column() -> None:
    source = function_file("renew_monthly").read_text("utf-8")
    code = re.sub(r"--.*|'(?:[^']|'')*'", "", source)
    assert not re.search(r"addon|packs?\b", code)
