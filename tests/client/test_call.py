"""The seam below the client: a call is a name and arguments, and becomes SQL when it is sent."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from pgcredits import Call, Credits, CreditsError, InsufficientCredits, JobNotFound

PROFILE, JOB = UUID(int=1), UUID(int=2)


class Connection:
    """In place of asyncpg's: keeps what is sent, and answers with an error or no row."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[tuple[Any, ...]] = []

    async def fetch(self, *sent: Any) -> list[Any]:
        self.sent.append(sent)
        if self.error:
            raise self.error
        return []


class Executor:
    """One of somebody's own: keeps the calls, and answers each with the rows it was given."""

    def __init__(self, rows: list[dict[str, Any]] | Exception) -> None:
        self.rows = rows
        self.calls: list[Call] = []

    async def call(self, call: Call, /) -> list[dict[str, Any]]:
        self.calls.append(call)
        if isinstance(self.rows, Exception):
            raise self.rows
        return self.rows


# What is sent


async def test_a_call_is_sent_with_arguments_and_columns_by_name() -> None:
    connection = Connection()
    with pytest.raises(IndexError):  # no row to answer with
        await Credits(connection).reserve_credits(
            str(PROFILE), JOB, 5, meta={"a": 1}, hold_for=timedelta(hours=1)
        )
    assert connection.sent == [
        (
            "select job_id, profile_id, state, cost, monthly_deducted, addon_deducted, "
            "previous_balance, new_balance, hold_expires_at, seq, replayed "
            "from credits.reserve_credits("
            "profile_id => $1, job_id => $2, cost => $3, meta => $4::text::jsonb, hold_for => $5, "
            "spender => $6)",
            PROFILE,
            JOB,
            5,
            '{"a": 1}',
            timedelta(hours=1),
            None,
        )
    ]


async def test_a_batch_is_sent_as_json_and_asks_for_what_the_single_call_answers() -> None:
    connection = Connection()
    with pytest.raises(RuntimeError, match="0 answers"):
        await Credits(connection).settle_job_many([{"job_id": JOB, "actual_cost": 7}])
    assert connection.sent == [
        (
            "select (settlement).job_id, (settlement).profile_id, (settlement).settled_cost, "
            "(settlement).monthly_deducted, (settlement).addon_deducted, (settlement).shortfall, "
            "(settlement).monthly_refunded, (settlement).addon_refunded, "
            "(settlement).monthly_lapsed, (settlement).addon_lapsed, "
            "(settlement).monthly_revoked, (settlement).addon_revoked, (settlement).late, "
            "(settlement).previous_balance, (settlement).new_balance, (settlement).seq, "
            "(settlement).replayed, error::text "
            "from credits.settle_job_many(settlements => $1::text::jsonb)",
            f'[{{"job_id": "{JOB}", "actual_cost": 7}}]',
        )
    ]


async def test_a_function_without_parameters_is_sent_alike() -> None:
    connection = Connection()
    with pytest.raises(ValueError, match="unpack"):  # no row to answer with
        await Credits(connection).schema_version()
    assert connection.sent == [("select schema_version from credits.schema_version()",)]


# Errors of the driver


def error_of_the_server(sqlstate: str, message: str) -> asyncpg.PostgresError:
    detail = json.dumps({"required": 5, "available": 3})
    return asyncpg.PostgresError.new({"C": sqlstate, "M": message, "D": detail, "H": "Buy some."})


async def test_a_refusal_is_raised_as_its_class_with_all_that_it_says() -> None:
    error = error_of_the_server("PT402", "insufficient_credits")
    for call in ("get_balance", "reserve_credits_many"):
        argument: Any = PROFILE if call == "get_balance" else [{}]
        with pytest.raises(InsufficientCredits) as caught:
            await getattr(Credits(Connection(error)), call)(argument)
        assert (caught.value.token, caught.value.sqlstate) == ("insufficient_credits", "PT402")
        assert caught.value.detail == {"required": 5, "available": 3}
        assert caught.value.hint == "Buy some."
        assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        error_of_the_server("PT499", "a_token_of_a_newer_schema"),
        error_of_the_server("40001", "insufficient_credits"),
        asyncpg.InterfaceError("connection is closed"),
        TimeoutError(),
    ],
    ids=repr,
)
async def test_any_other_error_comes_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        await Credits(Connection(error)).get_balance(PROFILE)
    assert caught.value is error


# An executor of somebody's own


async def test_the_client_stands_on_anything_that_makes_calls() -> None:
    row = dict.fromkeys(
        ("credits_remaining", "addon_credits", "available", "held", "posted", "seq"), 7
    ) | {"profile_id": PROFILE, "replayed": False}
    executor = Executor([row])
    balance = await Credits(executor).get_balance(str(PROFILE))
    assert (balance.profile_id, balance.available, balance.replayed) == (PROFILE, 7, False)
    (call,) = executor.calls
    assert (call.function, call.arguments) == ("get_balance", {"profile_id": PROFILE})
    assert set(call.columns) == set(row)
    assert call.attribute is None


async def test_an_executor_answers_a_batch_with_results_and_errors() -> None:
    columns = "job_id profile_id state amount monthly_refunded addon_refunded monthly_lapsed"
    columns += " addon_lapsed monthly_revoked addon_revoked previous_balance new_balance seq"
    columns += " replayed breakdown_source"
    row = dict.fromkeys(columns.split(), 0) | {"job_id": JOB}
    refused = {"code": "PT404", "message": "job_not_found", "details": {}, "hint": "Look."}
    executor = Executor(
        [row | {"error": None}, dict.fromkeys(row) | {"error": json.dumps(refused)}]
    )
    refund, refusal = await Credits(executor).refund_job_many([{"job_id": JOB}, {"job_id": JOB}])
    assert not isinstance(refund, CreditsError)
    assert refund.job_id == JOB
    assert isinstance(refusal, JobNotFound)
    assert (refusal.sqlstate, refusal.hint) == ("PT404", "Look.")
    (call,) = executor.calls
    assert (call.function, call.attribute) == ("refund_job_many", "refund")
    assert [*map(len, json.loads(call.arguments["refunds"]))] == [1, 1]
    assert set(call.columns) == set(row)


async def test_an_error_of_an_executor_is_the_callers() -> None:
    error = JobNotFound("job_not_found", sqlstate="PT404")
    with pytest.raises(JobNotFound) as caught:
        await Credits(Executor(error)).explain_job(JOB)
    assert caught.value is error


def test_a_call_cannot_be_changed_on_its_way() -> None:
    call = Call("get_balance", {"profile_id": PROFILE}, ("seq",))
    assert call == Call("get_balance", {"profile_id": PROFILE}, ("seq",))
    with pytest.raises(AttributeError):
        call.function = "close_profile"  # type: ignore[misc]
