"""What a caller meets when a shard is lost, hangs, or is not the one that the proxy means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import psycopg
import pytest
from proxy_tools import Proxied, on_shard, proxied, run
from psycopg.conninfo import conninfo_to_dict

from pgcredits import (
    Credits,
    CreditsError,
    Failure,
    JobNotFound,
    OutcomeUnknown,
    ProfileNotFound,
    Reservation,
    Retry,
    StatementCancelled,
    classify,
    new_job_id,
)
from pgcredits._shards.proxy_sql import shard_sql
from pgcredits.testing import database_url


@pytest.fixture
def own(proxy_server: str) -> Iterator[Proxied]:
    """A proxy of the test's own, over two shards."""
    with proxied(proxy_server, "own", 2) as found:
        yield found


@asynccontextmanager
async def over(url: str) -> AsyncIterator[Credits]:
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        yield Credits(pool)


def set_down(url: str, *, down: bool) -> None:
    """Lets nobody in any more, as if the server were lost, or everybody again."""
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(database_url(url, "postgres"), autocommit=True) as connection:
        connection.execute(f"alter database {name} allow_connections {not down}")
        if down:
            connection.execute(
                "select pg_terminate_backend(a.pid, 5000) from pg_stat_activity a"
                f" where a.datname = '{name}'"
            )


@contextmanager
def lost(url: str) -> Iterator[None]:
    set_down(url, down=True)
    try:
        yield
    finally:
        set_down(url, down=False)


async def test_a_shard_is_down_and_comes_back(own: Proxied) -> None:
    here, away = on_shard(0), on_shard(1)
    async with over(own.proxy) as client:
        for each in (here, away):
            await client.open_profile(each, credits_remaining=10)
        with lost(own.shards[1]):
            for _ in range(2):
                with pytest.raises(asyncpg.PostgresConnectionError) as caught:
                    await client.reserve_credits(away, uuid4(), 1)
                assert caught.value.sqlstate == "08006"
                assert classify(caught.value) is Failure.UNKNOWN
            assert (await client.reserve_credits(here, uuid4(), 1)).replayed is False
        assert (await client.get_balance(away)).credits_remaining == 10
        assert (await client.get_balance(here)).credits_remaining == 9
    assert own.findings() == []


async def test_a_job_by_its_id_is_found_while_another_shard_is_down_if_the_id_says_where(
    own: Proxied,
) -> None:
    profile = on_shard(0)
    other, known = uuid4(), new_job_id(profile)
    async with over(own.proxy) as client:
        await client.open_profile(profile, credits_remaining=10)
        await client.reserve_credits(profile, known, 2)
        await client.reserve_credits(profile, other, 2)
        with lost(own.shards[1]):
            assert (await client.refund_job(known)).monthly_refunded == 2
            with pytest.raises(asyncpg.PostgresConnectionError):
                await client.get_job(uuid4())  # the lost shard might have it
            answers = await client.refund_job_many([{"job_id": other}, {"job_id": uuid4()}])
            assert not isinstance(answers[0], CreditsError | OutcomeUnknown)
            assert isinstance(answers[1], OutcomeUnknown)
        with pytest.raises(JobNotFound):
            await client.get_job(uuid4())


async def test_a_job_whose_id_says_where_it_is_asks_no_other_shard(own: Proxied) -> None:
    profile = on_shard(0)
    known = new_job_id(profile)
    async with over(own.proxy) as client:
        await client.open_profile(profile, credits_remaining=10)
        await client.reserve_credits(profile, known, 2)
        with psycopg.connect(own.shards[1]) as busy:
            busy.execute("lock table credits.jobs in access exclusive mode")
            async with asyncio.timeout(20):
                assert (await client.get_job(known)).state == "reserved"


async def test_of_a_batch_only_the_elements_of_the_lost_shard_have_no_answer(
    own: Proxied,
) -> None:
    profiles = [on_shard(at % 2) for at in range(6)]
    jobs = [{"profile_id": each, "job_id": uuid4(), "cost": 1} for each in profiles]
    async with over(own.proxy) as client:
        for each in profiles:
            await client.open_profile(each, credits_remaining=10)
        with lost(own.shards[1]):
            answers = await client.reserve_credits_many(jobs)
            for at, answer in enumerate(answers):
                if at % 2:
                    assert isinstance(answer, OutcomeUnknown)
                    assert answer.method == "reserve_credits"
                    assert answer.key == {"job_id": str(jobs[at]["job_id"])}
                else:
                    assert isinstance(answer, Reservation)
                    assert (answer.job_id, answer.replayed) == (jobs[at]["job_id"], False)
        again = await client.reserve_credits_many(jobs)
        assert [each.replayed for each in again if isinstance(each, Reservation)] == [
            not at % 2 for at in range(6)
        ]
    assert own.findings() == []


async def test_all_shards_down_is_unknown_for_every_element(own: Proxied) -> None:
    jobs = [{"profile_id": on_shard(at), "job_id": uuid4(), "cost": 1} for at in range(2)]
    async with over(own.proxy) as client:
        with lost(own.shards[0]), lost(own.shards[1]):
            answers = await client.reserve_credits_many(jobs)
    assert [type(each) for each in answers] == [OutcomeUnknown, OutcomeUnknown]


async def test_retry_sends_the_elements_without_an_answer_again_and_no_others(
    own: Proxied,
) -> None:
    here, poor, away = on_shard(0), on_shard(0), on_shard(1)
    jobs = [
        {"profile_id": each, "job_id": uuid4(), "cost": 1, "meta": {"price": 0.1}}
        for each in (away, here, poor, away)
    ]
    async with asyncpg.create_pool(own.proxy, min_size=1, max_size=4) as pool:
        plain = Credits(pool)
        for each in (here, away):
            await plain.open_profile(each, credits_remaining=10)
        await plain.open_profile(poor)
        set_down(own.shards[1], down=True)

        async def comes_back() -> None:
            await asyncio.sleep(0.7)
            await plain.grant_addon(poor, 5, "too late")
            set_down(own.shards[1], down=False)

        back = asyncio.create_task(comes_back())
        answers = await Credits(Retry(pool, seconds=20)).reserve_credits_many(jobs)
        await back
    assert [getattr(each, "token", None) for each in answers] == [
        None,
        None,
        "insufficient_credits",
        None,
    ]
    assert [each.replayed for each in answers if isinstance(each, Reservation)] == [False] * 3
    query = f"select count(*) from credits.jobs where profile_id = '{poor}'"
    assert own.on_shards(query) == [[(0,)], [(0,)]], "what was told to be refused stays so"
    assert own.findings() == []


async def test_retry_gives_the_answers_that_are_there_when_its_time_is_over(own: Proxied) -> None:
    here, away = on_shard(0), on_shard(1)
    jobs = [{"profile_id": each, "job_id": uuid4(), "cost": 1} for each in (away, here)]
    async with asyncpg.create_pool(own.proxy, min_size=1, max_size=4) as pool:
        for each in (here, away):
            await Credits(pool).open_profile(each, credits_remaining=10)
        with lost(own.shards[1]):
            answers = await Credits(Retry(pool, seconds=1)).reserve_credits_many(jobs)
    assert [type(each) for each in answers] == [OutcomeUnknown, Reservation]


async def test_retry_repeats_a_call_until_its_shard_is_back(own: Proxied) -> None:
    away, job = on_shard(1), uuid4()
    async with asyncpg.create_pool(own.proxy, min_size=1, max_size=4) as pool:
        await Credits(pool).open_profile(away, credits_remaining=10)
        set_down(own.shards[1], down=True)
        asyncio.get_running_loop().call_later(0.5, lambda: set_down(own.shards[1], down=False))
        taken = await Credits(Retry(pool, seconds=20)).reserve_credits(away, job, 3)
        assert taken.new_balance == 7


async def test_a_wrong_password_is_final(own: Proxied) -> None:
    run(own.shards[0], "alter role credits_proxy password 'right'")
    mapping = "alter user mapping for credits_owner server credits_shards options"
    try:
        with asks_for_passwords(own.shards[0], "credits_proxy"):
            async with over(own.proxy) as client:  # it gives none
                await refused_for_good(client)
            run(own.proxy, f"{mapping} (add password 'wrong')")
            async with over(own.proxy) as client:
                await refused_for_good(client)
                run(own.proxy, f"{mapping} (set password 'right')")
            async with over(own.proxy) as client:
                with pytest.raises(ProfileNotFound):
                    await client.get_balance(on_shard(0))
            run(own.proxy, f"{mapping} (set user 'nobody_of_that_name')")
            async with over(own.proxy) as client:
                await refused_for_good(client)
    finally:
        run(own.shards[0], "alter role credits_proxy password null")


async def refused_for_good(client: Credits) -> None:
    with pytest.raises(asyncpg.PostgresError) as caught:
        await client.get_balance(on_shard(0))
    assert caught.value.sqlstate == "28000"
    assert classify(caught.value) is Failure.FINAL


@contextmanager
def asks_for_passwords(url: str, role: str) -> Iterator[None]:
    """The server of a database asks a role for its password."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select current_setting('hba_file')").fetchone()
        assert row
        file = Path(str(row[0]))
        before = file.read_text("utf-8")
        file.write_text(f"local all {role} scram-sha-256\n{before}", "utf-8")
        connection.execute("select pg_reload_conf()")
        try:
            yield
        finally:
            file.write_text(before, "utf-8")
            connection.execute("select pg_reload_conf()")


async def test_a_map_that_names_the_wrong_database_opens_no_door(own: Proxied) -> None:
    profile = on_shard(0)
    async with over(own.proxy) as client:
        await client.open_profile(profile, credits_remaining=5)
        run(own.shards[0], shard_sql(1, 2))
    async with over(own.proxy) as client:
        with pytest.raises(asyncpg.PostgresError) as caught:
            await client.reserve_credits(profile, uuid4(), 1)
        assert caught.value.sqlstate == "08004"
        assert classify(caught.value) is Failure.PASSING


async def test_a_cancelled_call_is_unknown_and_stops_on_the_shard(own: Proxied) -> None:
    profile, job = on_shard(0), uuid4()
    async with over(own.proxy) as client:
        await client.open_profile(profile, credits_remaining=5)
    connection = await asyncpg.connect(own.proxy, server_settings={"statement_timeout": "300"})
    holder = await asyncpg.connect(own.shards[0])
    async with holder.transaction():
        await holder.execute("select from credits.profiles where id = $1 for update", profile)
        with pytest.raises(asyncpg.StatementCompletionUnknownError) as caught:
            await Credits(connection).reserve_credits(profile, job, 1)
        assert caught.value.sqlstate == "40003"
        assert classify(caught.value) is Failure.UNKNOWN
    for _ in range(100):
        active = await holder.fetchval(
            "select count(*) from pg_stat_activity"
            " where usename = 'credits_proxy' and datname = current_database()"
            " and state <> 'idle'"
        )
        if not active:
            break
        await asyncio.sleep(0.02)
    assert not active
    assert await holder.fetchval("select count(*) from credits.jobs") == 0
    await holder.close()
    assert (await Credits(connection).reserve_credits(profile, job, 1)).replayed is False
    await connection.close()


async def test_a_call_that_a_shard_cancels_has_not_happened(own: Proxied) -> None:
    """By its own time limit, or somebody there who has had enough."""
    here, away = on_shard(0), on_shard(1)
    async with over(own.proxy) as client:
        for each in (here, away):
            await client.open_profile(each, credits_remaining=10)
        name = conninfo_to_dict(own.shards[1])["dbname"]
        run(own.shards[1], f"alter database {name} set statement_timeout = '300ms'")
        with psycopg.connect(own.shards[1]) as locked:
            locked.execute("select from credits.profiles for update")
            async with over(own.proxy) as impatient, asyncio.timeout(20):
                for _ in range(3):
                    with pytest.raises(StatementCancelled):
                        await impatient.reserve_credits(away, uuid4(), 1)
                jobs = [{"profile_id": each, "job_id": uuid4(), "cost": 1} for each in (here, away)]
                answers = await impatient.reserve_credits_many(jobs)
                assert isinstance(answers[0], Reservation)
                assert isinstance(answers[1], StatementCancelled)
        assert (await client.get_balance(away)).credits_remaining == 10
        assert (await client.get_balance(here)).credits_remaining == 9
    assert own.findings() == []


async def test_a_lock_that_is_not_got_in_time_is_told_as_by_the_shard(own: Proxied) -> None:
    profile = on_shard(0)
    other = on_shard(1)
    async with over(own.proxy) as client:
        for each in (profile, other):
            await client.open_profile(each, credits_remaining=5)
        holder = await asyncpg.connect(own.shards[0])
        async with holder.transaction():
            await holder.execute("select from credits.profiles where id = $1 for update", profile)
            jobs = [{"profile_id": each, "job_id": uuid4(), "cost": 1} for each in (profile, other)]
            single, many = await asyncio.gather(
                client.reserve_credits(profile, uuid4(), 1),
                client.reserve_credits_many(jobs),
                return_exceptions=True,
            )
        await holder.close()
    assert getattr(single, "token", None) == "lock_timeout"
    assert isinstance(many, list)
    assert getattr(many[0], "token", None) == "lock_timeout"
    assert isinstance(many[1], Reservation)


async def test_a_killed_connection_to_a_shard_is_made_again(own: Proxied) -> None:
    profile = on_shard(0)
    connection = await asyncpg.connect(own.proxy)
    client = Credits(connection)
    await client.open_profile(profile, credits_remaining=5)
    own.on_shards(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where usename = 'credits_proxy' and datname = current_database()"
    )
    with pytest.raises(asyncpg.PostgresConnectionError):
        await client.get_balance(profile)
    assert (await client.get_balance(profile)).credits_remaining == 5
    await connection.close()


def test_the_elements_of_a_batch_say_what_happened_in_sql_too(own: Proxied) -> None:
    jobs = json.dumps(
        [{"profile_id": str(on_shard(at)), "job_id": str(uuid4()), "cost": 1} for at in range(2)]
    )
    with lost(own.shards[1]), psycopg.connect(own.proxy, autocommit=True) as connection:
        rows = connection.execute(
            "select position, error ->> 'code', error ->> 'message'"
            " from credits.reserve_credits_many(%s)",
            [jobs],
        ).fetchall()
    assert rows == [(1, "PT404", "profile_not_found"), (2, "08006", "outcome_unknown")]
