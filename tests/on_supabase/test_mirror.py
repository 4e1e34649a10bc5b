"""The mirror keeps the old columns right, and lets nobody else write them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import psycopg
import pytest
from supabase_project import ADA, BEN, IMPORT, Rest, as_user, execute, mirror

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

COLUMNS = "select credits_remaining, addon_credits from public.profiles where id = $1"
DIFFERENT = """
select p.id from public.profiles p join credits.profiles c on c.id = p.id
 where (p.credits_remaining, p.addon_credits)
       is distinct from (c.credits_remaining, c.addon_credits)
"""
OLD_WRITE = "update public.profiles set credits_remaining = credits_remaining + 100 where id = $1"
HAVE_MOVED = "credits_have_moved"
DIFFER = "legacy_damage"


@pytest.fixture
async def developer(moved_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A session of the developer, who owns everything but credits."""
    connection = await asyncpg.connect(moved_url)
    yield connection
    await connection.close()


@pytest.fixture
async def old_writer(moved_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A session of somebody who writes the old columns, with every right to."""
    connection = await asyncpg.connect(moved_url)
    yield connection
    await connection.close()


@pytest.fixture
def unmoved_url(old_url: str) -> str:
    """The schema and the mirror are there, and no profile is imported."""
    migrate(old_url)
    execute(old_url, mirror())
    return old_url


async def columns(service: Rest, profile: str = ADA) -> tuple[int, int]:
    ((monthly, addon),) = await service.table(COLUMNS, profile)
    return monthly, addon


async def refused(token: str, connection: asyncpg.Connection, statement: str, *values: object):
    """The error of a statement that is refused and changes nothing."""
    rows = "select array(select p from public.profiles p order by p.id)::text"
    before = await connection.fetchval(rows)
    with pytest.raises(asyncpg.PostgresError, match=f"(?m)^{token}$") as refusal:
        await connection.execute(statement, *values)
    assert refusal.value.sqlstate == {HAVE_MOVED: "PT409", DIFFER: "PT422"}[token]
    assert refusal.value.hint
    assert await connection.fetchval(rows) == before


async def until_waiting(url: str) -> None:
    """Until a session of this database waits for a lock."""
    observer = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(20):
            while not await observer.fetchval(  # noqa: ASYNC110
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            ):
                await asyncio.sleep(0.01)
    finally:
        await observer.close()


# The mirror.


async def test_each_call_writes_the_old_columns(service: Rest) -> None:
    job = await service.rpc("create_job", {"user_id": ADA, "cost": 2000})
    assert await columns(service) == (0, 3500)
    await service.rpc("fail_job", {"job_id": job["id"]})
    assert await columns(service) == (500, 5000)


@pytest.mark.parametrize(
    "call",
    [
        "credits.reserve_credits($1, gen_random_uuid(), 600, hold_for => '1 hour')",
        "credits.grant_addon($1, 50, 'order-7')",
        "credits.grant_addon($1, 50, 'order-8', expires_at => now() + interval '1 day')",
        "credits.renew_monthly($1, '2026-01-01Z', 700, 100)",
        "credits.adjust_credits($1, 'a-1', -3, 4, 'why', 'who')",
        "credits.reserve_credits_many(jsonb_build_array("
        " jsonb_build_object('profile_id', $1::uuid, 'job_id', gen_random_uuid(), 'cost', 7),"
        " jsonb_build_object('profile_id', $1::uuid, 'job_id', gen_random_uuid(), 'cost', 8)))",
        "credits.revoke_grant($1, (credits.grant_addon($1, 50, 'x')).reference, 'r', 20, 'w', 'w')",
    ],
)
async def test_whatever_moves_credits_is_mirrored(developer: asyncpg.Connection, call: str) -> None:
    before = await developer.fetchrow(COLUMNS, ADA)
    await developer.fetch(f"select {call}", UUID(ADA))
    assert await developer.fetchrow(COLUMNS, ADA) != before
    assert await developer.fetch(DIFFERENT) == []


async def test_a_refused_call_leaves_the_old_columns_alone(service: Rest) -> None:
    with pytest.raises(asyncpg.PostgresError, match="insufficient_credits"):
        await service.rpc("create_job", {"user_id": BEN, "cost": 71})
    assert await columns(service, BEN) == (70, 0)


async def test_a_customer_whose_row_is_gone_keeps_the_credits(
    developer: asyncpg.Connection,
) -> None:
    await developer.execute("delete from public.ledger; delete from public.jobs")
    await developer.execute("delete from public.profiles where id = $1", ADA)
    balance = await developer.fetchrow("select * from credits.grant_addon($1, 5, 'late')", ADA)
    assert balance["amount"] == 5


# The guard.


@pytest.mark.parametrize(
    "statement",
    [
        OLD_WRITE,
        "update public.profiles set credits_remaining = 1000 where id = $1 or true",
        "update public.profiles set addon_credits = 0 where id = $1",
        "insert into public.profiles (id, credits_remaining) values ($1, 1000)"
        " on conflict (id) do update set credits_remaining = excluded.credits_remaining",
        "insert into public.profiles (id, credits_remaining) values ($1, 0)"
        " on conflict (id) do update set credits_remaining = excluded.credits_remaining",
    ],
)
async def test_an_old_writer_is_refused(old_writer: asyncpg.Connection, statement: str) -> None:
    await refused(HAVE_MOVED, old_writer, statement, UUID(ADA))


async def test_so_is_every_other_way_in(moved_url: str, old_writer: asyncpg.Connection) -> None:
    """Another trigger, a function of the owner, a service with all rights, a superuser."""
    await old_writer.execute(
        """
        create function public.give() returns trigger language plpgsql security definer as $$
        begin
          update public.profiles set credits_remaining = 9999 where id = new.user_id;
          return new;
        end $$;
        create trigger give before insert on public.jobs for each row execute function give();
        create function public.deduct_credits(who uuid) returns void
        language sql security definer
        as 'update public.profiles set credits_remaining = 1 where id = who';
        """
    )
    await refused(HAVE_MOVED, old_writer, "insert into public.jobs (user_id) values ($1)", ADA)
    await refused(HAVE_MOVED, old_writer, "select public.deduct_credits($1)", ADA)
    # Also in the trigger of a call that the mirror is part of.
    create = "select public.create_job($1, 10)"
    await refused(HAVE_MOVED, old_writer, create, ADA)
    await old_writer.execute("set role service_role")
    await refused(HAVE_MOVED, old_writer, OLD_WRITE, ADA)
    superuser = await asyncpg.connect(as_user(moved_url, "postgres"))
    await refused(HAVE_MOVED, superuser, OLD_WRITE, ADA)
    await superuser.close()


async def test_what_is_no_credit_may_be_written(old_writer: asyncpg.Connection) -> None:
    for statement in (
        "update public.profiles set email = 'x' where id = $1",
        "update public.profiles set email = 'y', credits_remaining = credits_remaining"
        " where id = $1",
        "insert into public.profiles (id, email) values ($1, 'z')"
        " on conflict (id) do update set email = excluded.email",
    ):
        await old_writer.execute(statement, ADA)
    assert await old_writer.fetchval("select email from public.profiles where id = $1", ADA) == "z"
    assert await old_writer.fetch(DIFFERENT) == []
    # Not even where somebody has turned the guard off and written something else.
    await old_writer.execute("alter table public.profiles disable trigger refuse_old_writers")
    await old_writer.execute(OLD_WRITE, ADA)
    await old_writer.execute("alter table public.profiles enable trigger refuse_old_writers")
    await old_writer.execute("update public.profiles set email = 'a' where id = $1", ADA)
    await old_writer.execute("select credits.grant_addon($1, 1, 'heals')", ADA)
    assert await old_writer.fetch(DIFFERENT) == []


async def test_profiles_that_have_not_moved_are_the_old_application_s(unmoved_url: str) -> None:
    async with asyncpg.create_pool(unmoved_url, min_size=1) as pool:
        await pool.execute(OLD_WRITE, ADA)
        assert tuple(await pool.fetchrow(COLUMNS, ADA)) == (600, 5000)


async def test_no_web_role_can_reach_the_mirror(service: Rest) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.table("select credits_mirror.write_old_columns()")


# New customers.


@pytest.mark.parametrize("opened_first", [True, False])
async def test_a_new_customer_is_mirrored_in_either_order(
    developer: asyncpg.Connection, opened_first: bool
) -> None:
    steps = [
        "select credits.open_profile($1, 500)",
        "insert into public.profiles (id, email) values ($1, 'new@example.com')",
    ]
    new = uuid4()
    for step in steps if opened_first else reversed(steps):
        await developer.execute(step, new)
    assert tuple(await developer.fetchrow(COLUMNS, new)) == (500, 0)


@pytest.mark.parametrize("opened_first", [True, False])
async def test_also_where_both_happen_at_the_same_moment(
    moved_url: str, developer: asyncpg.Connection, opened_first: bool
) -> None:
    open_it = "select credits.open_profile($1, 500)"
    insert = "insert into public.profiles (id) values ($1)"
    first, second = (open_it, insert) if opened_first else (insert, open_it)
    new = uuid4()
    async with asyncpg.create_pool(moved_url, min_size=1) as pool:
        async with pool.acquire() as one, one.transaction():
            await one.execute(first, new)
            waiting = asyncio.create_task(developer.execute(second, new))
            await until_waiting(moved_url)
        await waiting
        assert tuple(await pool.fetchrow(COLUMNS, new)) == (500, 0)


async def test_a_row_that_claims_other_credits_is_refused(old_writer: asyncpg.Connection) -> None:
    new = uuid4()
    await old_writer.execute("select credits.open_profile($1, 500)", new)
    insert = "insert into public.profiles (id, credits_remaining) values ($1, 501)"
    await refused(HAVE_MOVED, old_writer, insert, new)


async def test_a_customer_of_the_old_tables_is_imported_and_not_opened(unmoved_url: str) -> None:
    connection = await asyncpg.connect(unmoved_url)
    await refused(DIFFER, connection, "select credits.open_profile($1, 500)", ADA)
    await refused(DIFFER, connection, "select credits.open_profile($1, 500, 5000)", ADA)
    await connection.close()


# An import while the old application runs.


@pytest.mark.parametrize(
    "write",
    [
        OLD_WRITE,
        "update public.profiles set credits_remaining = 0, addon_credits = 0 where id = $1",
    ],
)
async def test_an_import_waits_for_an_old_writer_and_is_refused(
    unmoved_url: str, write: str
) -> None:
    async with asyncpg.create_pool(unmoved_url, min_size=2) as pool:
        async with pool.acquire() as one, one.transaction():
            await one.execute(write, ADA)
            importing = asyncio.create_task(pool.execute(IMPORT))
            await until_waiting(unmoved_url)
        with pytest.raises(asyncpg.PostgresError, match=f"(?m)^{DIFFER}$"):
            await importing
        assert await pool.fetchval("select count(*) from credits.profiles") == 0


async def test_an_old_writer_waits_for_the_import_and_is_refused(unmoved_url: str) -> None:
    async with asyncpg.create_pool(unmoved_url, min_size=2) as pool:
        async with pool.acquire() as one, one.transaction():
            await one.execute(IMPORT)
            writing = asyncio.create_task(pool.execute(OLD_WRITE, ADA))
            await until_waiting(unmoved_url)
        with pytest.raises(asyncpg.PostgresError, match=f"(?m)^{HAVE_MOVED}$"):
            await writing
        assert tuple(await pool.fetchrow(COLUMNS, ADA)) == (500, 5000)


async def test_an_old_writer_with_an_older_snapshot_begins_again(unmoved_url: str) -> None:
    async with asyncpg.create_pool(unmoved_url, min_size=2) as pool, pool.acquire() as one:
        transaction = one.transaction(isolation="repeatable_read")
        await transaction.start()
        await one.fetch(COLUMNS, ADA)
        await pool.execute(IMPORT)
        with pytest.raises(asyncpg.SerializationError):
            await one.execute(OLD_WRITE, ADA)
        await transaction.rollback()


# Making it.


@pytest.mark.parametrize("instead", ["null", "old"])
async def test_a_trigger_that_undoes_what_is_mirrored_is_told(
    moved_url: str, developer: asyncpg.Connection, service: Rest, instead: str
) -> None:
    execute(
        moved_url,
        "create function public.protect() returns trigger language plpgsql as"
        f" $$ begin return {instead}; end $$;"
        " create trigger a_protection before update on public.profiles"
        " for each row execute function public.protect()",
    )
    before = await columns(service)
    with pytest.raises(asyncpg.PostgresError, match="credits_not_mirrored"):
        await developer.execute("select credits.reserve_credits($1, $2, 1)", UUID(ADA), uuid4())
    assert await columns(service) == before
    assert await developer.fetch(DIFFERENT) == []


def test_it_can_be_made_again(moved_url: str) -> None:
    execute(moved_url, mirror())


def test_a_mirror_that_comes_late_catches_up(moved_url: str) -> None:
    with psycopg.connect(moved_url, autocommit=True) as connection:
        connection.execute("drop schema credits_mirror cascade")
        connection.execute("select credits.reserve_credits(%s, gen_random_uuid(), 600)", [ADA])
        assert len(connection.execute(DIFFERENT).fetchall()) == 1
        connection.execute(mirror())
        assert connection.execute(DIFFERENT).fetchall() == []


def test_it_is_not_made_over_what_an_old_writer_did_after_the_import(moved_url: str) -> None:
    execute(moved_url, "drop schema credits_mirror cascade")
    execute(moved_url, "update public.profiles set credits_remaining = credits_remaining + 1")
    with pytest.raises(psycopg.Error, match=DIFFER):
        execute(moved_url, mirror())
    with psycopg.connect(moved_url) as connection:
        assert connection.execute("select to_regnamespace('credits_mirror')").fetchone() == (None,)


def test_a_role_that_may_not_see_every_row_cannot_make_it(
    unmoved_url: str,
) -> None:
    execute(unmoved_url, "alter table public.profiles force row level security")
    execute(as_user(unmoved_url, "postgres"), "alter role developer nobypassrls")
    try:
        with pytest.raises(psycopg.Error, match="row-level security"):
            execute(unmoved_url, mirror())
    finally:
        execute(as_user(unmoved_url, "postgres"), "alter role developer bypassrls")


def test_ids_that_are_no_uuid_stay_the_old_application_s(moved_url: str) -> None:
    """Red before: no such row could be inserted or changed, not even its email."""
    execute(
        moved_url,
        """
        create table public.people (
          id text primary key, email text, credits_remaining integer, addon_credits integer);
        insert into public.people values ('user_1', 'x', 5, 0)
        """,
    )
    execute(moved_url, "drop schema credits_mirror cascade")
    execute(moved_url, mirror(table="people"))
    with psycopg.connect(moved_url, autocommit=True) as connection:
        connection.execute("insert into public.people values ('user_2', 'y', 7, 0)")
        connection.execute("update public.people set email = 'z', addon_credits = 1")
        insert = "insert into public.people values (%s, 'ada', 1, 2)"
        with pytest.raises(psycopg.Error, match=HAVE_MOVED):
            connection.execute(insert, [ADA])
        with pytest.raises(psycopg.Error, match=HAVE_MOVED):
            connection.execute(insert, [ADA.upper()])
        rows = connection.execute("select id, addon_credits from public.people order by id")
        assert rows.fetchall() == [("user_1", 1), ("user_2", 1)]


@pytest.mark.parametrize("ids", ["uuid", "text"])
def test_names_and_types_may_be_strange(supabase: LocalServer, moved_url: str, ids: str) -> None:
    execute(
        moved_url,
        f"""
        drop schema credits_mirror cascade;
        create schema "we.ird"" $mirror$";
        create table "we.ird"" $mirror$"."Cust'omers" (
          "the id" {ids} primary key, "{{id}}" numeric, "new" bigint, p text);
        insert into "we.ird"" $mirror$"."Cust'omers"
        select c.id, c.credits_remaining, c.addon_credits from credits.profiles c;
        """,
    )
    execute(
        moved_url,
        mirror(
            "profiles.id=the id",
            "profiles.credits_remaining={id}",
            "profiles.addon_credits=new",
            schema='we.ird" $mirror$',
            table="Cust'omers",
        ),
    )
    customers = '"we.ird"" $mirror$"."Cust\'omers"'
    with psycopg.connect(moved_url, autocommit=True) as connection:
        connection.execute("select credits.reserve_credits(%s, gen_random_uuid(), 600)", [ADA])
        row = connection.execute(
            f'select "{{id}}", "new" from {customers} where "the id" = %s', [ADA]
        )
        assert row.fetchone() == (0, 4900)
        with pytest.raises(psycopg.Error, match=HAVE_MOVED):
            connection.execute(f'update {customers} set "new" = 1')
