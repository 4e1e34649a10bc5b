"""Law 4: no bucket goes below zero, or the addon bucket below minus the overdraft limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from laws.database import Database
from laws.refusals import CAP, Refused
from laws.wallet import BY, HOUR, Wallet

OpenWallet = Callable[..., Wallet]


@pytest.mark.parametrize(("monthly", "addon"), [(0, 0), (7, 0), (0, 7), (3, 4), (CAP, CAP)])
def test_the_last_credit_can_be_spent_and_not_one_more(
    wallet: OpenWallet, monthly: int, addon: int
) -> None:
    customer = wallet(min(monthly, CAP - addon), addon)
    available = customer.call("get_balance")["available"]
    if available < CAP:
        with pytest.raises(Refused, match="insufficient_credits"):
            customer.reserve(available + 1)
    customer.reserve(available)
    assert customer.buckets() == (0, 0)
    with pytest.raises(Refused, match="insufficient_credits"):
        customer.reserve(1)


def test_the_overdraft_can_be_spent_and_not_one_more(wallet: OpenWallet) -> None:
    customer = wallet(3, 4)
    customer.call("set_overdraft_limit", overdraft_limit=5, **BY)
    with pytest.raises(Refused, match="insufficient_credits"):
        customer.reserve(13)
    customer.reserve(12)
    assert customer.buckets() == (0, -5)


def test_a_pack_never_pays_a_debt(wallet: OpenWallet) -> None:
    """A debt is of the perpetual rest: the pack beside it can be spent and revoked whole."""
    customer = wallet(0, 0)
    customer.call("set_overdraft_limit", overdraft_limit=5, **BY)
    customer.reserve(5)
    reference = customer.pack(8, HOUR)
    assert customer.buckets() == (0, 3)
    answer = customer.call("revoke_grant", reference=reference, revocation_id="r", **BY)
    assert (answer["collected"], customer.buckets()) == (8, (0, -5))


def test_settling_for_more_takes_what_is_there_and_records_the_shortfall(
    wallet: OpenWallet,
) -> None:
    customer = wallet(3, 4)
    job_id = customer.reserve(5)
    with pytest.raises(Refused, match="insufficient_credits"):
        customer.settle(job_id, 8, overage="reject")
    answer = customer.settle(job_id, 8)
    assert (answer["monthly_deducted"], answer["addon_deducted"], answer["shortfall"]) == (3, 4, 1)
    assert customer.buckets() == (0, 0)


def test_a_correction_cannot_take_more_than_there_is(wallet: OpenWallet) -> None:
    customer = wallet(3, 4)
    for monthly, addon in [(-4, 0), (0, -5)]:
        deltas = {"monthly_delta": monthly, "addon_delta": addon}
        with pytest.raises(Refused, match="insufficient_credits"):
            customer.call("adjust_credits", adjustment_id="a", **deltas, **BY)
    customer.call("adjust_credits", adjustment_id="a", monthly_delta=-3, addon_delta=-4, **BY)
    assert customer.buckets() == (0, 0)


def test_a_revocation_takes_only_what_is_there(wallet: OpenWallet) -> None:
    customer = wallet(0, 0)
    reference = customer.grant(10)
    customer.reserve(7)
    answer = customer.call("revoke_grant", reference=reference, revocation_id="r", **BY)
    assert (answer["collected"], answer["uncollected"]) == (3, 7)
    assert customer.buckets() == (0, 0)


def test_a_limit_cannot_be_set_below_the_debt(wallet: OpenWallet) -> None:
    customer = wallet(0, 0)
    customer.call("set_overdraft_limit", overdraft_limit=5, **BY)
    customer.reserve(4)
    with pytest.raises(Refused, match="wrong_state") as caught:
        customer.call("set_overdraft_limit", overdraft_limit=3, **BY)
    assert caught.value.detail == {"debt": 4}
    customer.call("set_overdraft_limit", overdraft_limit=4, **BY)


def test_of_twenty_jobs_at_once_as_many_succeed_as_the_credits_pay_for(
    database: Database, wallet: OpenWallet
) -> None:
    customer = wallet(100, 400)

    def reserve(_: int) -> str | None:
        with psycopg.connect(database.url, autocommit=True) as connection:
            try:
                connection.execute(
                    "select credits.reserve_credits(%s, %s, 75)", [customer.id, uuid4()]
                )
            except psycopg.Error as error:
                return error.sqlstate
            return "reserved"

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(reserve, range(20)))
    assert answers == {"reserved": 500 // 75, "PT402": 20 - 500 // 75}
    assert customer.buckets() == (0, 500 % 75)
