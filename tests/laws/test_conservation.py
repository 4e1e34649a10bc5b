"""Law 3: the balance is the sum of the ledger, row by row, bucket by bucket, at every moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest

from laws.database import Database
from laws.refusals import Refused
from laws.wallet import BY, DAY, HOUR, Wallet

OpenWallet = Callable[..., Wallet]

# Rows that are not the row before plus their delta, or whose seq is not the next.
BROKEN_CHAIN = """
select l.seq
  from (select l.*,
               lag(l.monthly_balance, 1, 0::bigint) over w as monthly_before,
               lag(l.addon_balance, 1, 0::bigint) over w as addon_before,
               row_number() over w as place
          from credits.ledger l
        window w as (partition by l.profile_id order by l.seq)) l
 where l.seq <> l.place
    or l.monthly_balance <> l.monthly_before + l.monthly_delta
    or l.addon_balance <> l.addon_before + l.addon_delta
"""
# Profiles whose buckets are not the sums of their deltas, or whose seq is not the newest row's.
BROKEN_SUM = """
select p.id
  from credits.profiles p
  left join (select l.profile_id, sum(l.monthly_delta) as monthly, sum(l.addon_delta) as addon,
                    max(l.seq) as seq
               from credits.ledger l
              group by l.profile_id) s on s.profile_id = p.id
 where (p.credits_remaining, p.addon_credits, p.seq) is distinct from (s.monthly, s.addon, s.seq)
"""


def check(connection: psycopg.Connection) -> None:
    assert connection.execute(BROKEN_CHAIN).fetchall() == []
    assert connection.execute(BROKEN_SUM).fetchall() == []


def a_long_story(wallet: Wallet) -> Iterator[None]:
    """Every kind of ledger row, one call at a time."""
    wallet.call("set_overdraft_limit", overdraft_limit=50, **BY)
    yield
    wallet.renew(1, 100, 20)
    yield
    wallet.pack(30, DAY, "promo", kind="promo")
    wallet.pack(40, DAY, "paid")
    yield
    jobs = [wallet.reserve(cost, hold_for=2 * DAY) for cost in (150, 20, 15, 10)]
    yield
    wallet.settle(jobs[0], 120)
    yield
    wallet.settle(jobs[1], 70)
    yield
    wallet.refund(jobs[1], 60)
    yield
    wallet.call("rollback_reservation", job_id=jobs[2])
    yield
    wallet.call("revoke_grant", reference="paid", revocation_id="r", **BY)
    yield
    wallet.call("reinstate_grant", reference="paid", revocation_id="r", **BY)
    yield
    wallet.wait(DAY + HOUR)
    wallet.renew(2, 50, 5)
    yield
    wallet.database.set_closed_period_refund("lapse")
    wallet.refund(jobs[0])
    yield
    wallet.wait(DAY)
    wallet.settle(jobs[3], 10)
    yield
    adjustment = {"monthly_delta": 5, "addon_delta": -5, "adjustment_id": "a"}
    wallet.call("adjust_credits", **adjustment, **BY)
    yield
    wallet.call("close_profile", **BY)
    yield


def test_every_row_of_a_long_story_adds_up(wallet: OpenWallet) -> None:
    customer = wallet(30, 40)
    for _ in a_long_story(customer):
        check(customer.database.connection)
    kinds = customer.database.connection.execute(
        "select distinct l.kind from credits.ledger l where l.profile_id = %s", [customer.id]
    ).fetchall()
    assert {kind for (kind,) in kinds} == {
        "open",
        "reserve",
        "settle",
        "refund",
        "rollback",
        "expire",
        "grant",
        "lapse",
        "renew",
        "revoke",
        "reinstate",
        "adjust",
        "close",
    }
    assert customer.database.findings(None) == []


def test_the_balance_of_any_moment_is_the_one_that_was_seen_then(wallet: OpenWallet) -> None:
    customer = wallet(30, 40)
    seen = []
    for _ in a_long_story(customer):
        seen.append((customer.now(), *customer.buckets()))
        customer.wait(HOUR / 60)
    for at, monthly, addon in seen:
        balance = customer.call("balance_at", at=at)
        assert (balance["credits_remaining"], balance["addon_credits"]) == (monthly, addon)


@pytest.mark.parametrize("writers", [4])
def test_every_snapshot_adds_up_while_others_write(
    database: Database, wallet: OpenWallet, writers: int
) -> None:
    wallets = [wallet(200, 200) for _ in range(2)]
    failures: list[Exception] = []
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(database.url, autocommit=True) as connection:
            while not stop.is_set():
                for number in range(4):
                    try:
                        work(connection, wallets[number % 2], uuid4())
                    except (psycopg.Error, Refused) as error:
                        if not str(error.sqlstate).startswith("PT"):
                            failures.append(error)
                            return

    def work(connection: psycopg.Connection, wallet: Wallet, job_id: object) -> None:
        connection.execute("select credits.reserve_credits(%s, %s, 90)", [wallet.id, job_id])
        connection.execute("select credits.settle_job(%s, 100)", [job_id])
        connection.execute("select credits.refund_job(%s)", [job_id])

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    try:
        with psycopg.connect(database.url) as observer:
            observer.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            for _ in range(100):
                check(observer)
                observer.rollback()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    check(database.connection)
    assert [wallet.buckets() for wallet in wallets] == [(200, 200), (200, 200)]
