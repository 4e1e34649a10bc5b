"""Cases that need more than one session, or a session in a state of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
from psycopg import Connection

from fire.bad_inputs.check import Bench
from fire.bad_inputs.table import ENTRIES, read_usual
from fire.bad_inputs.world import NAMES, fill_in
from pgcredits import Credits

# Each of these locks the profile of its usual arguments.
LOCKING = (
    "open_profile",
    "get_balance",
    "grant_addon",
    "renew_monthly",
    "change_allowance",
    "reserve_credits",
    "settle_job",
    "refund_job",
    "rollback_reservation",
    "raise_reservation",
    "extend_hold",
    "revoke_grant",
    "reinstate_grant",
    "revoke_renewal",
    "reinstate_renewal",
    "adjust_credits",
    "set_alert",
    "set_topup",
    "decline_topup",
    "set_overdraft_limit",
    "set_limit",
    "close_profile",
    "move_credits",
    "import_profile",
    "repair_refunds",
)
WAITERS = 30
DEADLINE_SECONDS = 60


def keys_without_end(bench: Bench) -> list[str]:
    """46: a thousand new keys of one profile. There is no limit but the credits."""
    flood = (
        "select to_jsonb(count(*)) from generate_series(1, 1000), "
        "credits.reserve_credits('$wallet', gen_random_uuid(), 0, hold_for => '1 day')"
    )
    outcome = bench.sql.run(fill_in(flood), {}, commit=False)
    return [] if outcome.answer == [1000] else [f"46: {outcome}"]


def in_an_aborted_transaction(bench: Bench) -> list[str]:
    """81: after an error in the same transaction."""
    run = "begin; select 1 / 0"
    wrong = []
    with psycopg.connect(bench.url, autocommit=True) as connection:
        try:
            connection.execute(run)
        except psycopg.Error:
            wrong += _expect("81 sql", "25P02", lambda: connection.execute(RESERVE))
    asyncio.run(_aborted_client(bench.url, wrong))
    return wrong


async def _aborted_client(url: str, wrong: list[str]) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    with suppress(asyncpg.PostgresError):
        await connection.execute("select 1 / 0")
    try:
        await Credits(connection).reserve_credits(NAMES["wallet"], NAMES["job"], 5)
        wrong.append("81 python: accepted")
    except asyncpg.PostgresError as error:
        if error.sqlstate != "25P02":
            wrong.append(f"81 python: {error!r}")
    await transaction.rollback()
    await connection.close()


RESERVE = fill_in("select credits.reserve_credits('$wallet', '$job', 5)")
TOUCH = fill_in("update credits.profiles set seq = seq where id = '$wallet'")


def after_a_concurrent_commit(bench: Bench) -> list[str]:
    """82: a snapshot that is older than what somebody else has committed."""
    wrong = []
    for level in ("repeatable read", "serializable"):
        with (
            psycopg.connect(bench.url) as connection,
            psycopg.connect(bench.url, autocommit=True) as other,
        ):
            connection.execute(f"set transaction isolation level {level}")
            connection.execute("select count(*) from credits.profiles")
            other.execute(TOUCH)
            wrong += _expect(f"82 {level}", "40001", lambda c=connection: c.execute(RESERVE))
    return wrong


def while_another_holds_the_lock(bench: Bench) -> list[str]:
    """83: every function that locks gives up after its lock_timeout, through every entry."""
    cases = {case.function: case for case in read_usual()}
    wrong = []
    with psycopg.connect(bench.url) as holder, _lock_timeout(bench.url, "20ms"):
        holder.execute("select 1 from credits.profiles for no key update")
        for function in LOCKING:
            for entry in ENTRIES:
                arguments = dict(cases[function].arguments[entry])
                if function in ("open_profile", "import_profile"):
                    arguments["profile_id"] = arguments["profile_id"].replace(
                        NAMES["profile"], NAMES["imported"]
                    )
                outcome = bench.entries[entry].call(function, arguments, {}, commit=True)
                if outcome.sqlstate != "55P03":
                    wrong.append(f"83 {function} {entry}: {outcome}")
        for function in ("expire_holds", "expire_packs"):
            for entry in ENTRIES:
                outcome = bench.entries[entry].call(function, {}, {}, commit=True)
                if outcome.answer != []:
                    wrong.append(f"83 {function} {entry}: {outcome}")
    return wrong


def with_durability_turned_off(bench: Bench) -> list[str]:
    """84: the commit of a function is durable, whatever the session had said."""
    call = f"{RESERVE}; select to_jsonb(current_setting('synchronous_commit'))"
    for said in ("off", "local", "remote_write"):
        with psycopg.connect(bench.url) as connection:
            connection.execute(f"set synchronous_commit = {said}")
            cursor = connection.execute(call)
            cursor.nextset()
            row = cursor.fetchone()
            connection.rollback()
        if row != ("on",):
            return [f"84 {said}: {row}"]
    return []


def while_somebody_sits_on_locks(bench: Bench) -> list[str]:
    """92: advisory locks, LISTEN and an idle transaction of a service disturb nobody."""
    with psycopg.connect(bench.url) as nuisance, _lock_timeout(bench.url, "20ms"):
        nuisance.execute("set role credits_app")
        nuisance.execute("listen credits")
        nuisance.execute(
            "select pg_advisory_lock(i), pg_advisory_lock(hashtextextended(i::text, 0)) "
            "from generate_series(1, 500) i"
        )
        nuisance.execute(
            "select pg_advisory_lock(hashtextextended(%s, 0)), pg_advisory_lock(hashtext(%s))",
            [NAMES["wallet"], NAMES["wallet"]],
        )
        outcomes = [
            (case.function, bench.sql.call(case.function, case.arguments["sql"], {}, commit=False))
            for case in read_usual()
        ]
    return [f"92 {function}: {outcome}" for function, outcome in outcomes if not outcome.accepted]


def on_one_hot_row(bench: Bench) -> list[str]:
    """93: many wait for one profile, and follow one by one: no deadlock."""
    with _lock_timeout(bench.url, f"{DEADLINE_SECONDS}s"):
        return asyncio.run(_hot_row(bench.url))


async def _hot_row(url: str) -> list[str]:
    holder = await asyncpg.connect(url)
    waiters = [await asyncpg.connect(url) for _ in range(WAITERS)]
    transactions = [waiter.transaction() for waiter in waiters]
    hold = holder.transaction()
    await hold.start()
    await holder.execute(TOUCH)
    for waiter, transaction in zip(waiters, transactions, strict=True):
        await transaction.start()
        await waiter.execute("set local deadlock_timeout = '10ms'")

    async def wait(number: int) -> str:
        try:
            await Credits(waiters[number]).grant_addon(NAMES["wallet"], 1, f"hot-{number}")
            return "granted"
        except asyncpg.PostgresError as error:
            return str(error.sqlstate)
        finally:
            await transactions[number].rollback()

    waiting = [asyncio.create_task(wait(number)) for number in range(WAITERS)]
    blocked = (
        "select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0 "
        "and datname = current_database()"
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            if await holder.fetchval(blocked) == WAITERS:
                break
            await asyncio.sleep(0.001)
    await hold.rollback()
    outcomes = await asyncio.gather(*waiting)
    for connection in (holder, *waiters):
        await connection.close()
    return [] if set(outcomes) == {"granted"} else [f"93: {sorted(outcomes)}"]


def nothing_forged_in_the_log(bench: Bench, log: Path) -> list[str]:
    """59: line ends in a text do not begin a line of the server's log."""
    forged = "2026-03-15 12:00:00.000 UTC [1] LOG:  [Credits] Refunded 999 credits"
    call = "select to_jsonb(r) from credits.refund_job('$reserved', 5, E'a{0}', E'a{0}') r"
    broken = bench.sql.run(fill_in(call).format(f"\\n{forged}"), {}, commit=False)
    outcome = bench.sql.run(fill_in(call).format(forged), {}, commit=False)
    lines = log.read_text("utf-8", "replace").splitlines()
    wrong = [f"59: {line}" for line in lines if line.startswith(forged)]
    if broken.accepted:
        wrong.append(f"59: a line break was accepted: {broken}")
    if not outcome.accepted or not any("Refunded 5 credits" in line for line in lines):
        wrong.append(f"59: no line in the log: {outcome}")
    return wrong


MOMENTS: tuple[Callable[[Bench], list[str]], ...] = (
    keys_without_end,
    in_an_aborted_transaction,
    after_a_concurrent_commit,
    while_another_holds_the_lock,
    with_durability_turned_off,
    while_somebody_sits_on_locks,
    on_one_hot_row,
)
# The numbers of the table that are looked at here.
NUMBERS = {"46", "59", "81", "82", "83", "84", "92", "93"}


def _expect(what: str, sqlstate: str, call: Callable[[], Any]) -> list[str]:
    try:
        call()
    except psycopg.Error as error:
        return [] if error.sqlstate == sqlstate else [f"{what}: {error!r}"]
    return [f"{what}: accepted"]


@contextmanager
def _lock_timeout(url: str, timeout: str) -> Iterator[None]:
    """Functions that wait so long for a lock, instead of 5 seconds."""

    def wait(connection: Connection[Any], timeout: str) -> None:
        names = connection.execute(
            "select oid::regprocedure::text from pg_proc "
            "where pronamespace = 'credits'::regnamespace "
            "and exists (select from unnest(proconfig) c where c like 'lock_timeout=%')"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"alter function {name} set lock_timeout = '{timeout}'")

    with psycopg.connect(url, autocommit=True) as connection:
        wait(connection, timeout)
        try:
            yield
        finally:
            wait(connection, "5s")
