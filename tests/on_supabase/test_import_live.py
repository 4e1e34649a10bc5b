"""``import --live`` while a job is being written in the old tables, one request after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psycopg
import pytest
from supabase_project import ADA, BEN, CLEO, Rest, as_user, execute, mirror

from cli.cli_tools import Answer, call
from pgcredits import LockTimeout
from pgcredits._legacy import importer
from pgcredits._server.migrate import migrate

TAKE = "update profiles set credits_remaining = 0, addon_credits = 3500 where id = $1"
TAKE_ALL = "update profiles set credits_remaining = 0 where id = $1"
LOCK = "select from profiles where id = $1 for no key update"
NEW = "44444444-4444-4444-8444-444444444444"
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


async def test_it_waits_for_no_old_row_without_limit(
    old_url: str, old_server: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: it waited as long as somebody kept the row, and kept others from theirs."""
    monkeypatch.setattr(importer, "_PATIENCE_SECONDS", 0.1)
    async with old_server.request() as request, asyncio.timeout(60):
        await request.execute(LOCK, ADA)
        answer = await importing(old_url, "--accept", "balance_mismatch")
    assert answer.code == 2
    assert "Imported: 2 profiles. Run it again" in answer.sentence


async def test_what_a_later_lock_takes_back_is_not_counted(
    old_url: str, old_server: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: it said that 2 profiles are imported."""
    monkeypatch.setattr(importer, "_PATIENCE_SECONDS", 0.1)
    await old_server.table(TAKE_ALL, BEN)
    import_batch = importer.Import._import_batch

    async def locked(self: importer.Import, profiles: list[UUID], accept: list[str]) -> Any:
        if accept and profiles == [UUID(BEN)]:
            raise LockTimeout("lock_timeout", sqlstate="55P03")
        return await import_batch(self, profiles, accept)

    monkeypatch.setattr(importer.Import, "_import_batch", locked)
    answer = await importing(old_url, "--accept", "balance_mismatch")
    assert answer.code == 2
    assert "Imported: 1 profile. Run it again" in answer.sentence
    with psycopg.connect(old_url) as developer:
        rows = developer.execute("select id::text from credits.profiles")
        assert rows.fetchall() == [(CLEO,)]


async def test_one_that_is_refused_keeps_nobody_else_back(
    old_url: str, old_server: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: what is no damage ended the import."""
    monkeypatch.setattr(importer, "_PATIENCE_SECONDS", 0.1)
    await old_server.table(TAKE_ALL, BEN)
    job = uuid4()
    await old_server.table(ADD_JOB, job, ADA)
    execute(
        old_url,
        f"select credits.open_profile('{NEW}', 5);"
        f" select credits.reserve_credits('{NEW}', '{job}', 5)",
    )
    accepted = ["--accept", "balance_mismatch", "--accept", "deduction_missing"]
    answer = await importing(old_url, *accepted)
    assert answer.code == 1
    assert f"Refused: profile {ADA}: job_conflict" in answer.stdout
    assert "imported              2" in answer.stdout


async def test_without_a_ledger_it_is_not_for_a_running_application(old_url: str) -> None:
    """Red before: a job that was being written looked complete."""
    answer = await importing(old_url, "--no-ledger")
    assert answer.code == 2
    assert answer.sentence.startswith("--live needs the old ledger: ")
