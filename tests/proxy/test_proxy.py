"""What a proxy is: migrated again, undone, strict, and who may do what with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import psycopg
import pytest
from proxy_tools import Proxied, proxied, run

from cli.cli_tools import call
from later_version import later_version
from pgcredits import Credits, InvalidArgument, ProxyCannot, new_job_id
from pgcredits._server.failures import CannotRunError
from pgcredits._server.migrate import MigrationError, migrate
from pgcredits._server.schema import bundle, logic_files
from pgcredits._shards.behind_proxy import tell_proxy
from pgcredits._shards.map import ShardMap
from pgcredits._shards.proxy_sql import cluster_sql, proxy_sql
from pgcredits.testing import clone


@pytest.fixture
def own(proxy_server: str) -> Iterator[Proxied]:
    """A proxy of the test's own, over two shards."""
    with proxied(proxy_server, "own", 2) as found:
        yield found


async def test_a_migration_leaves_a_proxy_a_proxy(own: Proxied) -> None:
    pool = await asyncpg.create_pool(own.proxy, min_size=1, max_size=2)
    profile = uuid4()
    await Credits(pool).open_profile(profile, credits_remaining=7)
    migrate(own.proxy)
    assert (await Credits(pool).get_balance(profile)).credits_remaining == 7
    await pool.close()
    assert (await asyncio.to_thread(call, "status", url=own.proxy)).code == 0


def test_an_upgrade_goes_shards_first_and_the_proxy_last(own: Proxied) -> None:
    profile = str(uuid4())
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    with later_version():
        migrate(own.shards[0])
        migrate(own.shards[1])
        # The shards answer more than the proxy knows.
        run(own.proxy, f"select credits.grant_addon('{profile}', 5, 'a payment')")
        migrate(own.proxy)
    with psycopg.connect(own.proxy) as connection:
        row = connection.execute("select credits.get_balance(%s)", [profile]).fetchone()
        assert row
        assert profile in str(row[0])


def test_a_proxy_does_not_become_newer_than_its_shards(own: Proxied) -> None:
    older = "create or replace function credits.schema_version() returns text language sql"
    run(own.shards[1], f"{older} immutable as $$ select '0.0.9' $$")
    with pytest.raises(MigrationError, match=r"shard 1 has the older version 0\.0\.9"):
        migrate(own.proxy)
    profile = uuid4()
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    assert sorted(own.on_shards("select count(*) from credits.profiles")) == [[(0,)], [(1,)]]


async def test_a_proxy_that_was_undone_answers_nothing_from_its_empty_tables(own: Proxied) -> None:
    profile = uuid4()
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="is a proxy"):
        run(own.proxy, bundle())
    run(own.proxy, "\n".join(file.read_text("utf-8") for file in logic_files()))
    connection = await asyncpg.connect(own.proxy)
    client = Credits(connection)
    for attempt in (
        client.get_balance(profile),
        client.open_profile(uuid4(), credits_remaining=5),
        client.check_integrity(),
        client.reserve_credits_many([{"profile_id": profile, "job_id": uuid4(), "cost": 1}]),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await attempt
    status = await asyncio.to_thread(call, "status", url=own.proxy)
    assert status.code == 1
    assert "goes to no shard" in status.stdout
    migrate(own.proxy)
    assert (await client.get_balance(profile)).credits_remaining == 9
    await connection.close()


def test_not_even_a_superuser_writes_into_the_tables_of_a_proxy(own: Proxied) -> None:
    with psycopg.connect(own.proxy, autocommit=True) as connection:
        tables = connection.execute(
            "select relname from pg_class where relnamespace = 'credits'::regnamespace"
            " and relkind = 'r' and relname !~ '^_?yoyo_'"
        ).fetchall()
        assert tables
        for (name,) in tables:
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="is a proxy"):
                connection.execute(f"insert into credits.{name} default values")


def test_the_number_of_shards_never_changes(own: Proxied) -> None:
    with psycopg.connect(own.proxy, autocommit=True) as connection:
        same = proxy_sql(connection, ShardMap(own.shards))
        fewer = proxy_sql(connection, ShardMap(own.shards[:1]))
    run(own.proxy, same)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="2 shards, not 1"):
        run(own.proxy, fewer)


def test_a_database_with_customers_does_not_become_a_proxy(own: Proxied, proxy_server: str) -> None:
    with clone(proxy_server, "own_customers") as customers:
        run(customers, f"select credits.open_profile('{uuid4()}', 9)")
        with psycopg.connect(customers, autocommit=True) as connection:
            script = proxy_sql(connection, ShardMap(own.shards, customers))
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="profiles of its"):
            run(customers, script)


def test_status_looks_where_the_proxy_sends_its_calls(own: Proxied, tmp_path: Path) -> None:
    lines = ["shards = 2", f'proxy = "{own.proxy}"']
    for number, url in enumerate(own.shards):
        lines += [f"[servers.s{number}]", f'url = "{url}"', f'shards = "{number}"']
    file = tmp_path / "shards.toml"
    file.write_text("\n".join(lines), "utf-8")
    answer = call("shards", "status", "--map", file)
    assert answer.code == 0, answer
    run(own.proxy, cluster_sql(ShardMap(own.shards[::-1])))
    answer = call("shards", "status", "--map", file)
    assert answer.code == 2
    assert "Its calls do not get to the shards: this database is shard" in answer.stdout


def test_a_map_that_is_not_the_newest_does_not_send_calls_elsewhere(own: Proxied) -> None:
    profile = uuid4()
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    other = ShardMap(own.shards[::-1], own.proxy)
    for moving in ([], [0]):
        with pytest.raises(CannotRunError, match="elsewhere than the map"):
            tell_proxy(own.proxy, other, moving=moving)
    run(own.proxy, f"select credits.reserve_credits('{profile}', '{uuid4()}', 2)")
    tell_proxy(own.proxy, ShardMap(own.shards, own.proxy), moving=[])
    tell_proxy(own.proxy, other, moving=[0, 1])
    with pytest.raises(psycopg.Error, match="this database is shard"):
        run(own.proxy, f"select credits.reserve_credits('{profile}', '{uuid4()}', 2)")


def test_there_may_be_several_proxies_of_the_same_shards(own: Proxied, proxy_server: str) -> None:
    profile = uuid4()
    with clone(proxy_server, "own_second") as second:
        with psycopg.connect(second, autocommit=True) as connection:
            script = proxy_sql(connection, ShardMap(own.shards, second))
        run(second, script)
        run(own.proxy, f"select credits.open_profile('{profile}', 9)")
        run(second, f"select credits.reserve_credits('{profile}', '{uuid4()}', 2)")
        for url in (own.proxy, second):
            with psycopg.connect(url) as connection:
                query = "select available from credits.get_balance(%s)"
                assert connection.execute(query, [profile]).fetchone() == (7,)


async def test_a_strict_proxy_refuses_a_job_id_of_another_profile(proxy_server: str) -> None:
    with proxied(proxy_server, "strict", 2, strict=True) as own:
        async with asyncpg.create_pool(own.proxy, min_size=1, max_size=2) as pool:
            client = Credits(pool)
            profile, other = uuid4(), uuid4()
            for each in (profile, other):
                await client.open_profile(each, credits_remaining=5)
            job = new_job_id(profile)
            await client.reserve_credits(profile, job, 1)
            for wrong in (uuid4(), new_job_id(other)):
                with pytest.raises(InvalidArgument) as caught:
                    await client.reserve_credits(profile, wrong, 1)
                assert caught.value.token == "foreign_job_id"
                assert caught.value.detail == {"parameter": "job_id"}
            answers = await client.reserve_credits_many(
                [
                    {"profile_id": other, "job_id": job, "cost": 1},
                    {"profile_id": other, "job_id": new_job_id(other), "cost": 1},
                ]
            )
            assert getattr(answers[0], "token", None) == "foreign_job_id"
            assert not isinstance(answers[1], Exception)
            assert (await client.refund_job(job)).monthly_refunded == 1
            with pytest.raises(InvalidArgument, match="missing_argument"):
                await client.reserve_credits(profile, None, 1)  # type: ignore[arg-type]


async def test_what_has_one_answer_for_all_profiles_is_asked_of_each_shard(
    shared: Proxied,
) -> None:
    async with asyncpg.create_pool(shared.proxy, min_size=1, max_size=1) as pool:
        with pytest.raises(ProxyCannot, match="each_shard"):
            await Credits(pool).check_profiles()


async def test_the_client_refuses_a_call_in_a_transaction(shared: Proxied) -> None:
    async with asyncpg.create_pool(shared.proxy, min_size=1, max_size=2) as pool:
        profile = uuid4()
        await Credits(pool).open_profile(profile, credits_remaining=5)
        async with pool.acquire() as connection:
            client = Credits(connection)
            await client.reserve_credits(profile, uuid4(), 1)
            for savepoints in (False, True):
                async with connection.transaction():
                    with pytest.raises(ProxyCannot) as caught:
                        await Credits(connection, savepoints=savepoints).reserve_credits(
                            profile, uuid4(), 1
                        )
                    assert caught.value.token == "in_transaction"
            assert (await client.get_balance(profile)).credits_remaining == 4


def test_a_call_in_a_transaction_that_has_written_is_refused_whatever_the_driver(
    own: Proxied,
) -> None:
    profile = uuid4()
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    run(own.proxy, "create table orders (id integer)")
    jobs = f'[{{"profile_id": "{profile}", "job_id": "{uuid4()}", "cost": 1}}]'
    for query in (
        f"select credits.reserve_credits('{profile}', gen_random_uuid(), 1)",
        f"select credits.reserve_credits_many('{jobs}')",
    ):
        with psycopg.connect(own.proxy) as connection:
            connection.execute("insert into orders values (1)")
            row = connection.execute("select credits.get_balance(%s)", [profile]).fetchone()
            assert row, "who only reads is served"
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(query.encode())
            assert (caught.value.sqlstate, caught.value.diag.message_primary) == (
                "PT501",
                "in_transaction",
            )
            connection.rollback()
    assert own.on_shards("select count(*) from credits.jobs") == [[(0,)], [(0,)]]


def test_a_transaction_that_reads_only_writes_on_no_shard(own: Proxied) -> None:
    profile = uuid4()
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    with psycopg.connect(own.proxy) as connection:
        connection.read_only = True
        connection.execute("select credits.get_balance(%s)", [profile])
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(f"select credits.reserve_credits('{profile}', '{uuid4()}', 1)")


def test_each_group_may_call_and_read_what_it_may_on_a_single_server(own: Proxied) -> None:
    profile = uuid4()
    run(own.proxy, f"select credits.open_profile('{profile}', 9)")
    balance = f"select credits.get_balance('{profile}')"
    opened = f"select credits.open_profile('{uuid4()}', 9)"
    view = "select * from credits.balances"
    allowed = {
        "credits_app": [balance],
        "credits_admin": [balance, opened],
        "credits_reader": [balance, view],
        "pg_monitor": [],
    }
    inside = [
        "select credits_proxy.shards()",
        f"select credits_proxy.call(0, 'credits.get_balance(''{profile}'')', '{{}}')",
        "select * from credits.profiles",
    ]
    with psycopg.connect(own.proxy, autocommit=True) as connection:
        for role, queries in allowed.items():
            connection.execute(f"set role {role}")
            for query in (balance, opened, view, *inside):
                if query in queries:
                    connection.execute(query.encode())
                else:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(query.encode())


def test_own_rows_are_refused_as_their_owner_is_not_known_to_the_shards(own: Proxied) -> None:
    with psycopg.connect(own.proxy, autocommit=True) as connection:
        for view in ("my_balance", "my_statement", "my_jobs"):
            connection.execute("grant usage on schema credits to pg_monitor")
            connection.execute(f"grant select on credits.{view} to pg_monitor")
            connection.execute("set role pg_monitor")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from credits.{view}")
            connection.execute("reset role")


def test_the_command_prints_what_makes_a_proxy(own: Proxied, tmp_path: Path) -> None:
    file = tmp_path / "shards.toml"
    template = re.sub(r"own_0", "own_{shard}", own.shards[0])
    file.write_text(
        f'shards = 2\nproxy = "{own.proxy}"\n[servers.a]\nurl = "{template}"\nshards = "0-1"\n',
        "utf-8",
    )
    whole = call("proxy-sql", "--map", file)
    assert whole.code == 0
    run(own.proxy, whole.stdout)
    run(own.proxy, f"select credits.open_profile('{uuid4()}', 9)")
    shard = call("proxy-sql", "--map", file, "--shard", 1)
    run(own.shards[1], shard.stdout)
    assert call("proxy-sql", "--map", file, "--shard", 2).code == 2


async def test_no_public_function_stays_on_the_proxy_that_reads_a_table(own: Proxied) -> None:
    connection = await asyncpg.connect(own.proxy)
    local = await connection.fetch(
        "select proname from pg_proc where pronamespace = 'credits'::regnamespace"
        " and not starts_with(proname, '_') and position('credits_proxy.' in prosrc) = 0"
    )
    await connection.close()
    assert {row["proname"] for row in local} == {
        "id_of",
        "new_job_id",
        "schema_version",
        "shard_of",
    }
