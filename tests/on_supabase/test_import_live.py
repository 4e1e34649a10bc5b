"""``import --live`` while a job is being written in the old tables, one request after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from supabase_project import ADA, Rest, as_user, execute, mirror

from cli.cli_tools import Answer, call
from pgcredits._legacy import importer
from pgcredits._server.migrate import migrate

TAKE = "update profiles set credits_remaining = 0, addon_credits = 3500 where id = $1"
ADD_JOB = """
insert into jobs (id, user_id, meta_json)
values ($1, $2, '{"credit_cost": 2000, "credits_deducted": true}')"""
ADD_TO_LEDGER = "insert into ledger (user_id, delta, reason) values ($1, -2000, $2)"
# Whether another session keeps old writers from this row.
IS_HELD = "select not exists (select from profiles where id = $1 for no key update skip locked)"


@pytest.fixture
async def old_server(old_url: str) -> AsyncIterator[Rest]:
    """A server of the old application, which has a mirror, and one job half written."""
    migrate(old_url)
    execute(old_url, mirror())
    async with asyncpg.create_pool(as_user(old_url, "authenticator"), min_size=1) as pool:
        server = Rest(pool)
        await server.table(TAKE, ADA)
        yield server


def importing(url: str, *options: str) -> asyncio.Task[Answer]:
    return asyncio.create_task(asyncio.to_thread(call, "import", "--live", *options, url=url))


async def until_held(server: Rest, task: asyncio.Task[Answer]) -> None:
    async with asyncio.timeout(20):
        while not (await server.table(IS_HELD, ADA))[0][0]:
            assert not task.done(), task.result()
            await asyncio.sleep(0.01)


async def test_it_waits_for_the_job_and_imports_it(old_url: str, old_server: Rest) -> None:
    task = importing(old_url, "--accept", "balance_mismatch", "--accept", "deduction_missing")
    await until_held(old_server, task)
    job = uuid4()
    await old_server.table(ADD_JOB, job, ADA)
    await old_server.table(ADD_TO_LEDGER, ADA, f"job create: {job}")
    answer = await task
    assert answer.code == 0, answer
    developer = await asyncpg.connect(old_url)
    found = await developer.fetchrow("select * from credits.refund_job($1)", job)
    assert (found["monthly_refunded"], found["addon_refunded"]) == (500, 1500)
    assert await developer.fetch("select * from credits.check_integrity()") == []
    await developer.close()


async def test_what_never_adds_up_is_imported_if_it_is_accepted(
    old_url: str, old_server: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "_PATIENCE_SECONDS", 0.1)
    answer = await importing(old_url)
    assert answer.code == 1
    assert f"Refused: profile {ADA}: legacy_damage" in answer.stdout
    assert "imported              2" in answer.stdout
    answer = await importing(old_url, "--accept", "balance_mismatch")
    assert answer.code == 0
    assert "imported              1" in answer.stdout


async def test_without_a_right_to_lock_it_says_so(old_url: str, old_server: Rest) -> None:
    execute(
        as_user(old_url, "postgres"),
        "create role importer login bypassrls; grant credits_admin to importer;"
        " grant select on all tables in schema public to importer",
    )
    answer = await importing(as_user(old_url, "importer"))
    assert answer.code == 2
    assert answer.sentence.startswith("The role may not do this: permission denied for table")
