"""Law 8: constraints refuse what the functions must never do, even from a superuser."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from laws.wallet import BY, DAY, HOUR, Wallet

OpenWallet = Callable[..., Wallet]

NEVER = {
    "a job whose split does not add up": (
        "update credits.jobs set addon_deducted = addon_deducted + 1"
    ),
    "a job whose settled cost does not add up": (
        "update credits.jobs set settled_cost = settled_cost + 1"
    ),
    "a shortfall out of nowhere": "update credits.jobs set shortfall = 1",
    "more monthly back than was taken": (
        "update credits.jobs set monthly_refunded = monthly_deducted + 1"
    ),
    "more addon back than was taken": "update credits.jobs set addon_refunded = addon_deducted + 1",
    "all of it back into the monthly bucket": (
        "update credits.jobs set monthly_refunded = monthly_deducted + addon_deducted, "
        "addon_refunded = 0"
    ),
    "less than nothing back": "update credits.jobs set addon_refunded = -1",
    "a refunded job that still holds credits": (
        "update credits.jobs set state = 'refunded', closing_seq = 1, finished_at = now()"
    ),
    "a settled job without a cost": "update credits.jobs set settled_cost = null",
    "a state that nobody knows": "update credits.jobs set state = 'lost'",
    "a hold on a settled job": "update credits.jobs set hold_due_at = now()",
    "a monthly bucket below zero": "update credits.profiles set credits_remaining = -1",
    "an addon bucket below the overdraft": (
        "update credits.profiles set addon_credits = -overdraft_limit - 1"
    ),
    "an overdraft below zero": "update credits.profiles set overdraft_limit = -1",
    "a pack with more in it than was granted": "update credits.packs set remaining = amount + 1",
    "a pack below zero": "update credits.packs set remaining = -1",
    "a pack that ends earlier than granted": (
        "update credits.packs set expires_at = granted_until - interval '1 second'"
    ),
    "a pack of no kind": "update credits.packs set kind = 'gift'",
    "more back to a pack than was drawn": "update credits.pack_draws set returned = amount + 1",
    "more back of a raise than it drew": "update credits.raises set returned = monthly + addon + 1",
    "more rolled over than the cap": "update credits.renewals set carried = rollover_cap + 1",
    "a rollover that is not the least": "update credits.renewals set carried = carried - 1",
    "more collected than revoked": "update credits.revocations set collected = amount + 1",
    "more lapsed than revoked": "update credits.revocations set lapsed = amount - collected + 1",
    "an ended revocation that holds something": ("update credits.revocations set ended_at = now()"),
    "more of a pack than it had": "update credits.packs set lapsed = amount - remaining + 1",
    "a pack of another kind than its grant": "update credits.packs set kind = 'promo'",
    "a scope that nobody knows": "update credits.settings set reference_scope = 'world'",
    "a second row of settings": "insert into credits.settings (only_row) values (false)",
    "a policy that nobody knows": "update credits.settings set closed_period_refund = 'keep'",
}
HISTORY = {
    "changed": "update credits.ledger set addon_delta = 0",
    "deleted": "delete from credits.ledger",
    "emptied": "truncate credits.ledger cascade",
}


@pytest.fixture
def rich(wallet: OpenWallet) -> Wallet:
    """At least one row in every table."""
    rich = wallet(10, 10)
    rich.renew(0, 10, rollover_cap=5)
    rich.pack(10, DAY, "pack")
    rich.call("revoke_grant", reference="pack", revocation_id="r", amount=3, **BY)
    job_id = rich.reserve(25, hold_for=HOUR)
    rich.call("raise_reservation", job_id=job_id, cost=26)
    rich.settle(job_id, 27)
    return rich


@pytest.mark.parametrize("bug", NEVER)
def test_it_cannot_be_stored(rich: Wallet, bug: str) -> None:
    before = rich.state()
    with pytest.raises(psycopg.errors.IntegrityError):
        rich.database.connection.execute(NEVER[bug])
    assert rich.state() == before


@pytest.mark.parametrize("replica", [False, True])
@pytest.mark.parametrize("how", HISTORY)
def test_history_cannot_be(rich: Wallet, how: str, replica: bool) -> None:
    """Nor by a session that switches ordinary triggers off."""
    before = rich.state()
    if replica:
        rich.database.connection.execute("set session_replication_role = replica")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="ledger_is_append_only"):
        rich.database.connection.execute(HISTORY[how])
    assert rich.state() == before


def test_a_ledger_row_of_a_job_names_its_job(rich: Wallet) -> None:
    for kind in ("reserve", "raise", "settle", "refund", "rollback", "expire"):
        with pytest.raises(psycopg.errors.CheckViolation):
            rich.database.connection.execute(
                "insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, "
                "addon_delta, monthly_balance, addon_balance, reason) "
                "values (%s, 99, now(), %s, 0, 0, 0, 0, '')",
                [rich.id, kind],
            )


def test_a_reference_is_kept_once(rich: Wallet) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        rich.database.connection.execute(
            "insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta, "
            "monthly_balance, addon_balance, reason, reference) "
            "values (%s, 99, now(), 'grant', 0, 1, 0, 0, '', 'pack')",
            [rich.id],
        )
