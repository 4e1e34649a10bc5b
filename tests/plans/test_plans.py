"""No call reads a whole table, and updates of the hot tables change no index.

The statistics of the server tell: how often each table was scanned from one end to the other, and
how many of its updates were heap-only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest

from pgcredits.testing import clone

PROFILES, JOBS_EACH = 2_000, 8  # so many that reading them all is never the cheapest plan
LARGE = ("profiles", "jobs", "ledger")
SPACE = UUID(int=0)
Calls = dict[str, tuple[Any, ...]]


def profile(number: int) -> UUID:
    return uuid5(SPACE, f"profile {number}")


def job(number: int, of: int = 0) -> UUID:
    return uuid5(SPACE, f"job {number} of profile {of}")


@pytest.fixture(scope="module", params=["when_full", "when_empty"])
def sessions(
    migrated_server: str, request: pytest.FixtureRequest
) -> Iterator[dict[str, psycopg.Connection]]:
    """A database with many profiles and jobs, and sessions in which plans are made now, or were
    made before there was anything; nobody analyzed the tables since. One session makes all calls,
    each other one a single one: those share functions, and so their plans."""
    name = f"plans_{request.param}"
    with clone(migrated_server, name) as url, ExitStack() as stack:
        made = {
            name: stack.enter_context(psycopg.connect(url, autocommit=True))
            for name in ("all", *ALONE)
        }
        own = made["all"]
        for table in LARGE:  # it would analyze, and keeps dead rows
            own.execute(f"alter table credits.{table} set (autovacuum_enabled = off)")
        own.execute("vacuum analyze")  # of empty tables: else ten pages are taken for granted
        fill(url, 0, 10, jobs_each=3)
        if request.param == "when_empty":
            make_plans(own, CALLS)
            for name, call in ALONE.items():
                make_plans(made[name], {name: call})
        fill(url, 10, PROFILES)
        if request.param == "when_full":
            own.execute("vacuum analyze")
        yield made


@pytest.fixture
def connection(sessions: dict[str, psycopg.Connection]) -> psycopg.Connection:
    """The session that makes all calls."""
    return sessions["all"]


def fill(url: str, first: int, last: int, jobs_each: int = JOBS_EACH) -> None:
    with psycopg.connect(url, autocommit=True) as own:
        with own.cursor() as cursor:
            cursor.executemany(
                "select credits.open_profile(%s, 1000000, 1000000)",
                [(profile(number),) for number in range(first, last)],
            )
        for start in range(first, last, 1_000):
            reservations = [
                {"profile_id": str(profile(of)), "job_id": str(job(number, of)), "cost": 5}
                for of in range(start, min(start + 1_000, last))
                for number in range(jobs_each)
            ]
            own.execute(
                "select count(*) from credits.reserve_credits_many(%s)", [json.dumps(reservations)]
            )
        own.execute("select pg_stat_force_next_flush()")  # else it may be counted later


def make_plans(connection: psycopg.Connection, calls: Calls) -> None:
    """Each call so often that its plan is kept; nothing of it stays but that."""
    with connection.transaction(force_rollback=True):
        for call, *arguments in calls.values():
            for _ in range(7):
                connection.execute(f"select * from {call}", arguments)


def sums(connection: psycopg.Connection, column: str) -> dict[str, int]:
    """A statistic of each table, with everything that was done so far."""
    connection.execute("select pg_stat_force_next_flush()")
    query = f"select relname, {column} from pg_stat_user_tables where schemaname = 'credits'"
    return dict(connection.execute(query).fetchall())


def batch(first: int, last: int, **more: object) -> str:
    elements = [{"job_id": str(job(number % 6, number)), **more} for number in range(first, last)]
    return json.dumps(elements)


def of_each(**more: object) -> str:
    return json.dumps([{"profile_id": str(profile(of)), **more} for of in range(500)])


def new(number: int) -> str:
    elements = [
        {"profile_id": str(profile(of)), "job_id": str(job(number, of)), "cost": 1}
        for of in range(500)
    ]
    return json.dumps(elements)


ALONE: Calls = {
    "settle_job": ("credits.settle_job(%s, 3)", job(0, 8)),
    "refund_job": ("credits.refund_job(%s)", job(1, 8)),
    "rollback_reservation": ("credits.rollback_reservation(%s)", job(2, 8)),
    "reserve_credits_many": ("credits.reserve_credits_many(%s)", new(91)),
    "settle_job_many": ("credits.settle_job_many(%s)", batch(1_500, 1_750, actual_cost=4)),
    "refund_job_many": ("credits.refund_job_many(%s)", batch(1_750, 2_000)),
    "renew_monthly_many": (
        "credits.renew_monthly_many(%s)",
        of_each(period_start="2025-01-01Z", allowance=5),
    ),
    "grant_addon_many": (
        "credits.grant_addon_many(%s)",
        of_each(amount=5, reference="many", expires_at="2099-01-01Z"),
    ),
}
CALLS: Calls = {
    "reserve_credits": ("credits.reserve_credits(%s, %s, 5)", profile(1), job(50, 1)),
    "a replay": ("credits.reserve_credits(%s, %s, 5)", profile(1), job(1, 1)),
    "a hold": (
        "credits.reserve_credits(%s, %s, 5, hold_for => '1 hour')",
        profile(2),
        job(50, 2),
    ),
    "raise_reservation": ("credits.raise_reservation(%s, 900)", job(50, 2)),
    "extend_hold": ("credits.extend_hold(%s, '2 hours')", job(50, 2)),
    "settle_job": ("credits.settle_job(%s, 3)", job(1, 3)),
    "settle_job for more": ("credits.settle_job(%s, 30)", job(2, 3)),
    "refund_job": ("credits.refund_job(%s)", job(1, 4)),
    "refund of a part": ("credits.refund_job(%s, 2, 'part')", job(2, 4)),
    "rollback_reservation": ("credits.rollback_reservation(%s)", job(0, 4)),
    "expire_holds": ("credits.expire_holds()",),
    "expire_packs": ("credits.expire_packs()",),
    "grant_addon": ("credits.grant_addon(%s, 5, 'order', now() + '1 day')", profile(5)),
    "a draw from a pack": ("credits.reserve_credits(%s, %s, 1000004)", profile(5), job(50, 5)),
    "renew_monthly": ("credits.renew_monthly(%s, now(), 100)", profile(6)),
    "change_allowance": (
        "credits.renew_monthly(%s, '2026-01-01Z', 100) r,"
        " credits.change_allowance(r.profile_id, r.period_start, 90, 'plan')",
        profile(7),
    ),
    "a refund of the period before": ("credits.refund_job(%s)", job(1, 6)),
    "revoke_grant": (
        "credits.revoke_grant(%s, 'order', 'dispute', null, 'by mail', 'ann')",
        profile(5),
    ),
    "a return to a revocation": ("credits.refund_job(%s)", job(50, 5)),
    "reinstate_grant": (
        "credits.reinstate_grant(%s, 'order', 'dispute', 'by mail', 'ann')",
        profile(5),
    ),
    "revoke_renewal": (
        "credits.profiles p, credits.revoke_renewal("
        "p.id, p.period_start, 'dispute', 5, 'by mail', 'ann') where p.id = %s",
        profile(6),
    ),
    "reinstate_renewal": (
        "credits.profiles p, credits.reinstate_renewal("
        "p.id, p.period_start, 'dispute', 'by mail', 'ann') where p.id = %s",
        profile(6),
    ),
    "find_grants": ("credits.find_grants('order')",),
    "adjust_credits": ("credits.adjust_credits(%s, 'key', 1, 1, 'by mail', 'ann')", profile(5)),
    "set_overdraft_limit": ("credits.set_overdraft_limit(%s, 9, 'by mail', 'ann')", profile(5)),
    "set_limit": ("credits.set_limit(%s, 'ann', 'day', 9, 'by mail', 'ann')", profile(9)),
    "a draw within a limit": (
        "credits.reserve_credits(%s, %s, 5, spender => 'ann')",
        profile(9),
        job(60, 9),
    ),
    "a return to a limit": ("credits.refund_job(%s)", job(60, 9)),
    "get_limits": ("credits.get_limits(%s)", profile(9)),
    "open_profile": ("credits.open_profile(%s, 5, 5)", profile(-1)),
    "close_profile": ("credits.close_profile(%s, 'by mail', 'ann')", profile(-1)),
    "move_credits": (
        "credits.move_credits(%s, %s, 'key', 'by mail', 'ann')",
        profile(-1),
        profile(6),
    ),
    "import_profile": (
        "credits.import_profile(%s, 5, 5, accept => '{history_truncated}')",
        profile(-2),
    ),
    "repair_refunds": ("credits.repair_refunds(%s, 'by mail', 'ann')", profile(-2)),
    "get_balance": ("credits.get_balance(%s)", profile(7)),
    "get_statement": ("credits.get_statement(%s)", profile(7)),
    "balance_at": ("credits.balance_at(%s, now())", profile(7)),
    "explain_job": ("credits.explain_job(%s)", job(1, 7)),
    "preview_reserve": ("credits.preview_reserve(%s, 5)", profile(7)),
    "get_job": ("credits.get_job(%s)", job(1, 7)),
    "get_profile": ("credits.get_profile(%s)", profile(7)),
    "list_profiles": ("credits.list_profiles(%s, 2)", profile(8)),
    "list_profiles from the first": ("credits.list_profiles(page_size => 2)",),
    "list_grants": ("credits.list_grants(%s)", profile(7)),
    "list_jobs": ("credits.list_jobs(%s, null, %s)", profile(7), job(1, 7)),
    "set_alert": ("credits.set_alert(%s, 2000000, '{credits.low,hold.expired}')", profile(9)),
    "set_topup": ("credits.set_topup(%s, 2000000, 5)", profile(9)),
    "a reservation that is told": (
        "credits.set_alert(%s, 1999950), credits.reserve_credits(%s, %s, 50)",
        profile(9),
        profile(9),
        job(50, 9),
    ),
    "decline_topup": ("credits.decline_topup(%s, %s)", profile(9), f"topup-{profile(9)}-1"),
    "watch_profiles": ("credits.watch_profiles(%s, 5)", profile(11)),
    "claim_events": ("credits.claim_events()",),
    "fail_events": (
        "credits.fail_events(%s, 'why')",
        [f"{profile(9)}:9:topup.requested:topup-{profile(9)}-1"],
    ),
    "finish_events": (
        "credits.finish_events(%s)",
        [f"{profile(9)}:9:topup.requested:topup-{profile(9)}-1"],
    ),
    "usage": ("credits.usage(%s)", profile(7)),
    "usage by a label": (
        "credits.usage(%s, '2020-01-01Z', '2999-01-01Z', 'day', 'meta.model')",
        profile(7),
    ),
    "days of one profile": ("credits.usage_daily where profile_id = %s", profile(7)),
    "flows of one profile": ("credits.daily_flows where profile_id = %s", profile(7)),
    "check_integrity": ("credits.check_integrity(%s)", profile(8)),
    "check_profiles": ("credits.check_profiles(%s, 10)", profile(8)),
    "reserve_credits_many": ("credits.reserve_credits_many(%s)", new(90)),
    "settle_job_many": ("credits.settle_job_many(%s)", batch(500, 1_000, actual_cost=4)),
    "refund_job_many": ("credits.refund_job_many(%s)", batch(1_000, 1_500)),
    "renew_monthly_many": (
        "credits.renew_monthly_many(%s)",
        of_each(period_start="2100-01-01Z", allowance=5),
    ),
    "grant_addon_many": (
        "credits.grant_addon_many(%s)",
        of_each(amount=5, reference="all", expires_at="2099-01-01Z"),
    ),
    "one's own jobs": ("credits.jobs where profile_id = %s", profile(9)),
}


def read_whole(connection: psycopg.Connection, name: str, calls: Calls) -> list[str]:
    """The tables and indexes of which a call reads everything."""
    call, *arguments = calls[name]
    before = sums(connection, "seq_scan"), sums(connection, "idx_tup_fetch")
    answers = connection.execute(f"select * from {call}", arguments).fetchall()
    whole = [table for table, n in sums(connection, "seq_scan").items() if n > before[0][table]]
    for table, fetched in sums(connection, "idx_tup_fetch").items():
        if fetched - before[1][table] > 100 + 15 * len(answers):
            whole.append(f"an index of {table}")
    return whole


def test_no_call_reads_a_whole_table(connection: psycopg.Connection) -> None:
    """In one test, since many a call needs what one before it left."""
    found = {name: read_whole(connection, name, CALLS) for name in CALLS}
    assert {name: whole for name, whole in found.items() if whole} == {}


def test_no_call_alone_in_its_session_reads_a_whole_table(
    sessions: dict[str, psycopg.Connection],
) -> None:
    found = {name: read_whole(sessions[name], name, ALONE) for name in ALONE}
    assert {name: whole for name, whole in found.items() if whole} == {}


def test_reading_a_whole_table_would_be_seen(connection: psycopg.Connection) -> None:
    before = sums(connection, "seq_scan")
    connection.execute("select count(*) from credits.jobs where meta_json = '{}'")
    assert sums(connection, "seq_scan") == before | {"jobs": before["jobs"] + 1}


def test_a_job_is_looked_up_by_its_id_whatever_the_statistics_say(migrated_server: str) -> None:
    """They say that a profile has one job, and one profile has many since."""
    with clone(migrated_server, "plans_stale") as url:
        fill(url, 0, 300, jobs_each=1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
        fill(url, 0, 1, jobs_each=2_000)
        with psycopg.connect(url) as connection:
            connection.execute(
                "select credits.settle_job(%s, 1, profile_id => %s)", [job(1_999), profile(0)]
            )
            (read,) = (
                connection.execute(
                    "select idx_tup_fetch from pg_stat_xact_user_tables"
                    " where schemaname = 'credits' and relname = 'jobs'"
                ).fetchone()
                or ()
            )
    assert read < 10


@pytest.mark.parametrize("many", [False, True])
def test_a_part_is_looked_up_by_its_job_whatever_shares_its_key(
    migrated_server: str, many: bool
) -> None:
    """Callers may use one word for the parts of all jobs."""
    with clone(migrated_server, "plans_parts") as url:
        fill(url, 0, 1, jobs_each=300)
        parts = [
            {"job_id": str(job(number)), "amount": 1, "refund_id": "part"} for number in range(300)
        ]
        with psycopg.connect(url, autocommit=True) as connection:
            refund = "select count(*) from credits.refund_job_many(%s)"
            connection.execute(refund, [json.dumps(parts[:-1])])
            connection.execute("vacuum analyze")
            before = sums(connection, "idx_tup_fetch")["ledger"]
            if many:
                connection.execute(refund, [json.dumps(parts[-1:])])
            else:
                connection.execute("select credits.refund_job(%s, 1, 'part')", [job(299)])
            assert sums(connection, "idx_tup_fetch")["ledger"] - before < 20


def reserve_and_end(connection: psycopg.Connection, first: int, last: int) -> None:
    """Jobs end some time after they began, when their page has filled up."""
    with connection.cursor() as cursor:
        for number in range(first, last):
            arguments = (profile(number % 500), job(number, -1))
            cursor.execute("select credits.reserve_credits(%s, %s, 5)", arguments)
            if number >= 50:
                how = "refund_job" if number % 3 == 0 else "settle_job"
                cursor.execute(f"select credits.{how}(%s)", [job(number - 50, -1)])


def test_updates_of_the_hot_tables_change_no_index(connection: psycopg.Connection) -> None:
    """The best of some rounds counts: while somebody has a long transaction anywhere on the server,
    dead rows stay, and pages fill up."""
    shares: list[dict[str, float]] = []
    for first in range(0, 10_000, 1_000):
        before = sums(connection, "n_tup_upd"), sums(connection, "n_tup_hot_upd")
        reserve_and_end(connection, first, first + 1_000)
        updates, heap_only = sums(connection, "n_tup_upd"), sums(connection, "n_tup_hot_upd")
        shares.append({})
        for table in ("profiles", "jobs"):
            changed = updates[table] - before[0][table]
            assert changed > 940
            shares[-1][table] = (heap_only[table] - before[1][table]) / changed
        if min(shares[-1].values()) > 0.95:
            return
    raise AssertionError(f"part of the updates that are heap-only: {shares}")


def test_batches_leave_profiles_on_their_pages_while_others_look(
    connection: psycopg.Connection,
) -> None:
    """Batches that wait for each other keep the versions that they may still have to look at."""
    others = [profile(number) for number in range(2_000, 2_400)]
    for other in others:
        connection.execute("select credits.open_profile(%s, 1000)", [other])
    before = sums(connection, "n_tup_upd")["profiles"]
    heap_only = sums(connection, "n_tup_hot_upd")["profiles"]
    with psycopg.connect(connection.info.dsn) as looking:
        looking.execute("set transaction isolation level repeatable read")
        looking.execute("select 1")
        for _ in range(3):
            reservations = [
                {"profile_id": str(other), "job_id": str(uuid4()), "cost": 1} for other in others
            ]
            answers = connection.execute(
                "select error from credits.reserve_credits_many(%s)", [json.dumps(reservations)]
            )
            assert set(answers) == {(None,)}
    updates = sums(connection, "n_tup_upd")["profiles"] - before
    assert updates == 3 * len(others)
    assert sums(connection, "n_tup_hot_upd")["profiles"] - heap_only > 0.95 * updates
