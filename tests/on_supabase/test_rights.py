"""Who may call what, on a project where everything new in public is granted to everybody."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import psycopg
import pytest
from supabase_project import ADA, BEN, ROOT, Rest, as_user, execute, make_project

from cli.cli_tools import call
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

CALL = "select credits.open_profile(gen_random_uuid(), 5)"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server of its own: memberships belong to a whole server."""
    with LocalServer() as server:
        yield server


def as_service(url: str, statement: str) -> None:
    with psycopg.connect(as_user(url, "authenticator")) as connection:
        connection.execute("set local role service_role")
        connection.execute(statement)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize("name", ["create_job", "fail_job", "finish_job"])
async def test_a_browser_may_call_none_of_the_functions(
    moved_pool: asyncpg.Pool, role: str, name: str
) -> None:
    arguments = {"user_id": ADA, "cost": 1} if name == "create_job" else {"job_id": ADA}
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await Rest(moved_pool, role, ADA).rpc(name, arguments)


def operations_sql(after: str) -> str:
    """The first block of SQL after a text of docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    return text.partition(after)[2].partition("```sql\n")[2].partition("```")[0]


def test_service_role_sells_credits_at_once_and_after_the_next_migration(
    server: LocalServer,
) -> None:
    """Red before: the documented grant had no effect until the next migration."""
    url = make_project(server, "app")
    migrate(url)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_service(url, CALL)
    execute(url, operations_sql("needs `credits_admin`"))
    as_service(url, CALL)
    assert call("status", "--json", url=url).document["differences"] == []
    migrate(url)
    as_service(url, CALL)
    assert call("status", url=url).code == 0


def test_service_role_may_call_what_it_should_whoever_made_the_roles(server: LocalServer) -> None:
    """Red before: who may create roles, but not grant these, migrated, was told nothing, and left
    service_role with no right at all."""
    migrate(server.url())  # so the roles belong to the superuser, and service_role is not yet there
    url = make_project(server, "app")
    answer = call("migrate", url=url)
    assert answer.code == 0
    as_service(url, "select credits.schema_version()")
    assert call("status", url=url).code == 0
    with psycopg.connect(url) as connection:
        if connection.info.server_version < 160000:  # who may create roles may join any role
            return
    # What the user could not do by itself is said, and done by an administrator.
    assert '\n  grant credits_owner to "developer";\n' in answer.stdout
    (statement,) = call("migrate", "--json", url=url).document["sql_for_administrator"]
    execute(server.url("app"), statement)
    answer = call("migrate", url=url)
    assert "administrator" not in answer.stdout
    owner = "select nspowner::regrole::text from pg_namespace where nspname = 'credits'"
    with psycopg.connect(url) as connection:
        assert connection.execute(owner).fetchone() == ("credits_owner",)


def test_status_says_what_service_role_may_not_call(server: LocalServer) -> None:
    """Red before: it was Ready."""
    url = make_project(server, "app")
    execute(server.url("app"), "alter role service_role rename to elsewhere")
    migrate(url)
    execute(server.url("app"), "alter role elsewhere rename to service_role")
    answer = call("status", "--json", url=url)
    assert answer.code == 1
    differences = answer.document["differences"]
    assert "service_role lacks EXECUTE on function reserve_credits" in differences
    assert "service_role lacks EXECUTE on function open_profile" not in differences
    assert call("migrate", url=url).code == 0
    assert call("status", url=url).code == 0


async def test_people_read_their_own_rows_and_no_notes_of_the_staff(
    moved_url: str, moved_pool: asyncpg.Pool, service: Rest
) -> None:
    """Red before: the documented grants showed reason and actor to the customer."""
    execute(moved_url, operations_sql("**Let people see their own rows.**"))
    execute(
        moved_url,
        f"select credits.adjust_credits('{ADA}', 'a-1', -1, 0, 'suspected fraud', 'anna')",
    )
    await service.rpc("create_job", {"user_id": BEN, "cost": 7})
    ada = Rest(moved_pool, "authenticated", ADA)
    for view in ("my_balance", "my_statement", "my_jobs"):
        rows = await ada.table(f"select * from credits.{view}")
        assert {str(row["profile_id"]) for row in rows} <= {ADA}
        assert rows or view == "my_jobs"
        assert "fraud" not in repr(rows)
        assert "anna" not in repr(rows)
    for table in ("ledger", "ledger_entries", "jobs", "profiles"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ada.table(f"select * from credits.{table}")
