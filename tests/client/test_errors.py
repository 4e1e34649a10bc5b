"""Every refusal of the database arrives as its own class, with its figures."""

import asyncio
import copy
import pickle
from uuid import uuid4

import asyncpg
import psycopg
import pytest

import pgcredits
import pgcredits.sync
from pgcredits import Credits, CreditsError


async def test_insufficient_credits_carries_its_figures(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=3, addon_credits=4)
    with pytest.raises(pgcredits.InsufficientCredits) as caught:
        await credits_client.reserve_credits(profile_id, uuid4(), 8)
    error = caught.value
    assert (error.sqlstate, error.token) == ("PT402", "insufficient_credits")
    assert (error.required, error.available) == (8, 7)
    assert error.detail == {"required": 8, "available": 7, "monthly": 3, "addon": 4}
    assert str(error) == f"insufficient_credits: {error.hint}"
    assert "insufficient_credits" in str(error.__cause__)  # the driver's own


async def test_each_conflict_has_a_class_of_its_own(credits_client: Credits) -> None:
    profile_id, job_id, rolled_back = uuid4(), uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    await credits_client.reserve_credits(profile_id, job_id, 10)
    await credits_client.reserve_credits(profile_id, rolled_back, 10)
    await credits_client.grant_addon(profile_id, 1, "order-1")
    calls = {
        pgcredits.ProfileExists: credits_client.open_profile(profile_id, credits_remaining=101),
        pgcredits.JobConflict: credits_client.reserve_credits(profile_id, job_id, 11),
        pgcredits.ReferenceConflict: credits_client.grant_addon(profile_id, 2, "order-1"),
        pgcredits.RefundExceedsDeduction: credits_client.refund_job(
            job_id, amount=11, refund_id="part-1"
        ),
        pgcredits.ProfileNotFound: credits_client.get_balance(uuid4()),
        pgcredits.JobNotFound: credits_client.refund_job(uuid4()),
        pgcredits.InvalidArgument: credits_client.grant_addon(profile_id, 0, "order-2"),
    }
    for kind, call in calls.items():
        with pytest.raises(kind) as caught:
            await call
        assert type(caught.value) is kind
        assert isinstance(caught.value, CreditsError)
        assert caught.value.hint


async def test_a_settled_job_cannot_be_rolled_back(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=100)
    await credits_client.reserve_credits(profile_id, job_id, 10)
    await credits_client.settle_job(job_id)
    with pytest.raises(pgcredits.WrongState) as caught:
        await credits_client.rollback_reservation(job_id)
    assert caught.value.detail == {"state": "settled"}


async def test_other_errors_of_the_server_pass_through(db_url: str) -> None:
    connection = await asyncpg.connect(db_url)
    try:
        await connection.execute("drop schema credits cascade")
        with pytest.raises(asyncpg.InvalidSchemaNameError):
            await Credits(connection).get_balance(uuid4())
    finally:
        await connection.close()


async def test_a_refusal_leaves_the_connection_usable(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        with pytest.raises(pgcredits.ProfileNotFound):
            await Credits(connection).get_balance(uuid4())
        assert await connection.fetchval("select 1") == 1


def test_an_error_is_named_as_it_is_imported() -> None:
    public = [getattr(pgcredits, name) for name in pgcredits.__all__]
    errors = [each for each in public if isinstance(each, type) and issubclass(each, Exception)]
    assert {error.__module__ for error in errors} == {"pgcredits"}


async def test_an_error_says_how_to_answer_a_request(credits_client: Credits) -> None:
    profile_id, job_id = uuid4(), uuid4()
    await credits_client.open_profile(profile_id)
    calls = {
        400: credits_client.open_profile(uuid4(), credits_remaining=-1),
        402: credits_client.reserve_credits(profile_id, uuid4(), 1),
        404: credits_client.refund_job(job_id),
        409: credits_client.open_profile(profile_id, credits_remaining=1),
    }
    for status, call in calls.items():
        with pytest.raises(CreditsError) as caught:
            await call
        assert caught.value.http_status == status


async def test_a_lock_that_is_not_got_in_time_is_an_error_of_ours(
    credits_client: Credits, db_url: str
) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=5)
    with psycopg.connect(db_url) as other:
        other.execute("alter function credits.reserve_credits set lock_timeout = '1ms'")
        other.commit()
        other.execute("select from credits.profiles for no key update")
        with pytest.raises(pgcredits.LockTimeout) as caught:
            await credits_client.reserve_credits(profile_id, uuid4(), 1)
    assert (caught.value.token, caught.value.sqlstate) == ("lock_timeout", "55P03")
    assert caught.value.http_status == 503
    assert (await credits_client.reserve_credits(profile_id, uuid4(), 5)).new_balance == 0


async def test_a_statement_that_is_cancelled_is_an_error_of_ours(
    credits_client: Credits, db_url: str
) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id, credits_remaining=5)
    with psycopg.connect(db_url) as other:
        other.execute("select from credits.profiles for no key update")
        call = asyncio.ensure_future(credits_client.reserve_credits(profile_id, uuid4(), 1))
        cancel = (
            "select pg_cancel_backend(a.pid) from pg_stat_activity a"
            " where pg_backend_pid() = any (pg_blocking_pids(a.pid))"
        )
        async with asyncio.timeout(20):
            while not call.done():
                await asyncio.to_thread(other.execute, cancel)
        with pytest.raises(pgcredits.StatementCancelled) as caught:
            await call
    assert (caught.value.sqlstate, caught.value.http_status) == ("57014", 503)
    assert (await credits_client.get_balance(profile_id)).available == 5


async def test_an_error_can_be_copied_and_sent_to_another_process(credits_client: Credits) -> None:
    profile_id = uuid4()
    await credits_client.open_profile(profile_id)
    with pytest.raises(pgcredits.InsufficientCredits) as caught:
        await credits_client.reserve_credits(profile_id, uuid4(), 1)
    for made in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):  # noqa: S301
        assert (type(made), str(made)) == (pgcredits.InsufficientCredits, str(caught.value))
        assert (made.required, made.sqlstate, made.hint) == (1, "PT402", caught.value.hint)
    unknown = pgcredits.OutcomeUnknown("refund_job", {"job_id": 1}, TimeoutError("late"))
    again = pickle.loads(pickle.dumps(unknown))  # noqa: S301
    assert (str(again), again.key) == (str(unknown), {"job_id": 1})


async def test_answers_that_were_cut_off_are_not_given_to_the_wrong_calls() -> None:
    class Cutting:
        async def call(self, call: pgcredits.Call, /) -> list[dict[str, object]]:
            return [dict.fromkeys(call.columns) | {"error": None}]

    with pytest.raises(RuntimeError, match="1 answers to 2 calls"):
        await Credits(Cutting()).refund_job_many([{"job_id": uuid4()}, {"job_id": uuid4()}])


@pytest.mark.parametrize("savepoints", [False, True], ids=["plain", "savepoints"])
async def test_a_call_in_a_pipeline_commits_by_itself(db_url: str, savepoints: bool) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection, connection.pipeline():
        client = pgcredits.sync.Credits(connection, savepoints=savepoints)
        profile_id = uuid4()
        client.open_profile(profile_id, credits_remaining=10)
        client.reserve_credits(profile_id, uuid4(), 3)
        with pytest.raises(pgcredits.InsufficientCredits):
            client.reserve_credits(profile_id, uuid4(), 8)
        assert client.get_balance(profile_id).available == 7
