"""Which calls Retry makes again: each method has one effect, and the documents say the same."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from retry_tools import (
    BY,
    CALLS,
    HOUR,
    JOB,
    LOST,
    METHODS_THAT,
    MONTH_BEFORE,
    OTHER_PROFILE,
    PROFILE,
    FakePool,
    ask,
    call,
    server_error,
)

import pgcredits
from pgcredits import Call, Credits, Failure, OutcomeUnknown, Retry
from pgcredits._retry import METHODS, SQLSTATES, Repeat

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "errors.md"


def test_every_method_has_its_place_in_the_table() -> None:
    public = {
        name: method
        for name, method in inspect.getmembers(Credits, inspect.isfunction)
        if not name.startswith("_")
    }
    assert METHODS.keys() == CALLS.keys() == public.keys()
    for name, (_, key) in METHODS.items():
        assert set(key) <= inspect.signature(public[name]).parameters.keys()


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_a_lost_answer_is_treated_as_the_table_says(name: str) -> None:
    repeat, _ = METHODS[name]
    server = FakePool([LOST, ["answer"]])
    if repeat is Repeat.ONCE:
        with pytest.raises(OutcomeUnknown):
            await ask(server, name, first_pause=0)
    else:
        assert await ask(server, name, first_pause=0) == ["answer"]
    assert len(server.sent) == (1 if repeat is Repeat.ONCE else 2)


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_what_had_no_effect_is_repeated_for_every_method(name: str) -> None:
    assert await ask(FakePool([server_error("40001"), ["answer"]]), name, first_pause=0) == [
        "answer"
    ]


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_what_stays_unknown_names_the_key_and_a_read_leaves_nothing_unknown(
    name: str,
) -> None:
    with pytest.raises((OutcomeUnknown, asyncpg.ConnectionDoesNotExistError)) as caught:
        await ask(FakePool([LOST]), name, attempts=1)
    if METHODS[name][0] is Repeat.READ:
        assert caught.value is LOST
    else:
        assert (caught.value.method, caught.value.key) == (name, CALLS[name][2])


async def test_a_whole_refund_is_named_by_its_job_alone() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        await Credits(Retry(FakePool([LOST]), attempts=1)).refund_job(JOB)
    assert caught.value.key == {"job_id": JOB}


@pytest.mark.parametrize(
    ("made", "sent"),
    [
        (Call("_now", {}, ("_now",)), ("select _now from credits._now()",)),
        (
            Call("newer", {"job_id": JOB}, ("cost",)),
            ("select cost from credits.newer(job_id => $1)", JOB),
        ),
        (
            Call("newer_many", {"calls": "[]"}, ("cost",), "job"),
            ("select (job).cost, error::text from credits.newer_many(calls => $1)", "[]"),
        ),
        (
            Call("reserve_credits", {"profile_id": PROFILE, "cost": 1}, ("cost",)),
            (
                "select cost from credits.reserve_credits(profile_id => $1, cost => $2)",
                PROFILE,
                1,
            ),
        ),
        (
            Call("refund_job", {"job_id": JOB}, ("amount",)),
            ("select amount from credits.refund_job(job_id => $1)", JOB),
        ),
    ],
    ids=lambda value: value.function if isinstance(value, Call) else "",
)
async def test_a_call_that_is_no_method_of_the_client_with_its_key_is_made_once(
    made: Call, sent: tuple[Any, ...]
) -> None:
    server = FakePool([LOST])
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await Retry(server).call(made)
    assert server.sent == [sent]


# The documents


def rows_of_the_document(columns: int) -> list[list[str]]:
    section = DOCUMENT.read_text("utf-8").split("## When to try again")[1]
    tables = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:2] == "| "]
    return [row for row in tables if len(row) == columns]


def in_backticks(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


def test_the_document_says_of_each_failure_what_the_table_does() -> None:
    words = {
        ("no", "makes the same call again"): Failure.PASSING,
        ("unknown", "makes the same call again, which tells"): Failure.UNKNOWN,
        ("no", "raises it at once"): Failure.FINAL,
    }
    documented = {
        code: words[effect, action]
        for error, effect, action in rows_of_the_document(3)
        for code in in_backticks(error)
        if (effect, action) in words
    }
    assert documented == SQLSTATES


def test_the_document_says_of_each_method_what_the_table_does() -> None:
    documented = [in_backticks(row[0]) for row in rows_of_the_document(2)[1:]]
    order = [Repeat.KEY, Repeat.REST, Repeat.ONCE, Repeat.READ]
    assert documented == [set(METHODS_THAT[repeat]) for repeat in order]


def test_the_document_says_what_the_limits_are() -> None:
    documented = {row[0].strip("`"): row[1] for row in rows_of_the_document(3)}
    for name, parameter in inspect.signature(Retry).parameters.items():
        if name != "driver":
            assert documented[name] == str(parameter.default)


# With the database


@dataclass
class LosingPool:
    """A real pool whose first call is made and committed, and then its answer is lost."""

    pool: asyncpg.Pool
    losses: int = 1

    async def acquire(self) -> Any:
        return LosingConnection(self, await self.pool.acquire())

    async def release(self, connection: Any, **limit: float) -> None:
        await self.pool.release(connection.connection, **limit)


@dataclass
class LosingConnection:
    losing: LosingPool
    connection: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    async def fetch(self, *statement: Any) -> Any:
        rows = await self.connection.fetch(*statement)
        if self.losing.losses:
            self.losing.losses -= 1
            raise LOST
        return rows


async def prepare(credits_client: Credits, name: str, profile_id: UUID, job_id: UUID) -> None:
    """What a call of this method needs to have an effect."""
    if name in {"open_profile", "import_profile"}:
        return
    await credits_client.open_profile(profile_id, credits_remaining=500, addon_credits=100)
    await credits_client.grant_addon(profile_id, 10, "order-0")
    await credits_client.grant_addon(profile_id, 10, "order-r")
    await credits_client.renew_monthly(profile_id, MONTH_BEFORE, 5)
    await credits_client.revoke_grant(profile_id, "order-r", "refund-1", **BY)
    if name == "move_credits":
        await credits_client.open_profile(OTHER_PROFILE)
    if name == "decline_topup":
        await credits_client.set_topup(profile_id, 1_000, 500)
    if name not in {"reserve_credits", "reserve_credits_many"}:
        hold = HOUR if name == "extend_hold" else None
        await credits_client.reserve_credits(profile_id, job_id, 10, hold_for=hold)


async def state(pool: asyncpg.Pool) -> list[Any]:
    """All that one effect more would change. A deadline may move by the moment between."""
    columns = {
        "profiles": "id, credits_remaining, addon_credits, overdraft_limit, closed_at is null",
        "ledger": "profile_id, seq, kind",
        "jobs": "id, state, hold_due_at is null",
        "renewals": "profile_id, period_start, allowance",
        "revocations": "profile_id, source_seq, revocation_id, amount, collected, ended_at is null",
        "addon_grants": "profile_id, seq, reference",
        "topups": "profile_id, number, state",
    }
    return [
        await pool.fetch(f"select {names} from credits.{table} order by 1, 2")
        for table, names in columns.items()
    ]


async def test_a_lost_answer_has_one_effect(pool: asyncpg.Pool) -> None:
    for name in METHODS_THAT[Repeat.KEY]:
        ids = {"profile_id": uuid4(), "job_id": uuid4()}
        await prepare(Credits(pool), name, **ids)
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await call(Credits(connection), name, **ids)
                once = await state(connection)
            finally:
                await transaction.rollback()
        before = await state(pool)
        # In the tables above there is nothing of these three.
        without = {"extend_hold", "repair_refunds", "watch_profiles"}
        assert (before != once) == (name not in without), name

        answer = await call(Credits(Retry(LosingPool(pool), first_pause=0)), name, **ids)
        assert await state(pool) == once, name
        answers = answer if isinstance(answer, list) else [answer]
        assert all(
            getattr(each, "replayed", True) == (name != "extend_hold") for each in answers
        ), name
    assert await Credits(pool).check_integrity() == []


async def test_a_repeated_sweep_answers_with_the_rest_alone(pool: asyncpg.Pool) -> None:
    await prepare(Credits(pool), "extend_hold", PROFILE, JOB)
    await pool.execute(
        "create or replace function credits._now() returns timestamptz language sql volatile"
        " as $$ select clock_timestamp() + interval '2 hours' $$"
    )
    assert await Credits(Retry(LosingPool(pool), first_pause=0)).expire_holds() == []
    assert await pool.fetchval("select state from credits.jobs") == "expired"


async def test_a_repeated_revocation_respects_a_reinstatement_in_between(
    pool: asyncpg.Pool,
) -> None:
    """A dispute that was won stays so, whatever is reported late."""
    plain = Credits(pool)
    await prepare(plain, "revoke_grant", PROFILE, JOB)
    await plain.revoke_grant(PROFILE, "order-0", "dispute-1", **BY)
    await plain.reinstate_grant(PROFILE, "order-0", "dispute-1", **BY)
    again = await plain.revoke_grant(PROFILE, "order-0", "dispute-1", **BY)
    assert (again.state, again.collected, again.replayed) == ("ended", 0, True)


async def test_bad_input_and_refusals_are_raised_at_once(pool: asyncpg.Pool) -> None:
    server = FakePool()
    for wrong in (1.5, True, "5"):
        with pytest.raises(pgcredits.InvalidArgument):
            await Credits(Retry(server)).reserve_credits(PROFILE, JOB, wrong)
    assert server.taken == 0
    with pytest.raises(pgcredits.ProfileNotFound):
        await Credits(Retry(pool, attempts=1)).reserve_credits(PROFILE, JOB, 5)
    with pytest.raises(pgcredits.InvalidArgument):
        await Credits(Retry(pool, attempts=1)).reserve_credits(PROFILE, JOB, -5)


async def test_it_stands_where_a_pool_or_a_connection_stood(pool: asyncpg.Pool) -> None:
    await prepare(Credits(Retry(pool)), "settle_job", PROFILE, JOB)
    async with pool.acquire() as connection:
        refund = await Credits(Retry(connection)).refund_job(JOB)
        assert (await Credits(Retry(connection)).get_balance(PROFILE)).seq == refund.seq
    assert await Credits(Retry(pool)).schema_version() == pgcredits.__version__
