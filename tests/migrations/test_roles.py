"""Who ends up owning the schema, for every kind of user that may migrate."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import ROLES, migrate

pytestmark = pytest.mark.server

OWNERS = """
select distinct r.rolname
  from (select nspowner from pg_namespace where nspname = 'credits'
        union all
        select relowner from pg_class where relnamespace = 'credits'::regnamespace
        union all
        select proowner from pg_proc where pronamespace = 'credits'::regnamespace) o (owner)
  join pg_roles r on r.oid = o.owner
"""


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server of its own: roles belong to a whole server."""
    with LocalServer() as server:
        yield server


def database_of(server: LocalServer, user: str, attributes: str) -> str:
    """A database that this new user owns; the user's URL of it."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create role {user} login {attributes}")
        connection.execute(f"create database {user} owner {user}")
    return server.url(user).replace("//postgres@", f"//{user}@")


def owners(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(OWNERS)]


def charge_and_refund(url: str, *, open_as: str | None = None, work_as: str | None = None) -> str:
    """Does the work of a day; returns the state the job ends in."""
    profile_id, job_id = uuid4(), uuid4()
    with psycopg.connect(url) as connection:
        connection.execute(f"set role {open_as or 'none'}")
        connection.execute("select credits.open_profile(%s, 500, 5000)", [profile_id])
        connection.execute(f"set role {work_as or 'none'}")
        connection.execute("select credits.reserve_credits(%s, %s, 2000)", [profile_id, job_id])
        row = connection.execute("select state from credits.refund_job(%s)", [job_id]).fetchone()
    assert row
    return str(row[0])


def test_a_superuser_hands_everything_to_credits_owner(server: LocalServer) -> None:
    assert migrate(server.url()).missing_roles == []
    assert owners(server.url()) == ["credits_owner"]
    assert charge_and_refund(server.url(), open_as="credits_admin", work_as="credits_app")


def test_so_does_a_user_who_may_create_roles(server: LocalServer) -> None:
    url = database_of(server, "maker", "createrole")
    assert migrate(url).missing_roles == []
    assert migrate(url).applied == []
    assert owners(url) == ["credits_owner"]
    assert (
        charge_and_refund(
            url.replace("//maker@", "//postgres@"), open_as="credits_admin", work_as="credits_app"
        )
        == "refunded"
    )


def test_a_user_who_may_not_create_roles_owns_the_schema(server: LocalServer) -> None:
    url = database_of(server, "plain", "")
    migrated = migrate(url)
    assert (migrated.missing_roles, migrated.user) == (list(ROLES), "plain")
    assert migrate(url).applied == []
    assert owners(url) == ["plain"]
    assert charge_and_refund(url) == "refunded"


def test_roles_that_come_later_are_used_from_the_next_run_on(server: LocalServer) -> None:
    url = database_of(server, "plain", "")
    migrate(url)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for role in ROLES:
            connection.execute(f"create role {role} nologin")
        connection.execute("grant credits_owner to plain")
    assert migrate(url).missing_roles == []
    assert owners(url) == ["credits_owner"]
    assert charge_and_refund(url.replace("//plain@", "//postgres@"), work_as="credits_app")


def test_roles_that_are_not_ours_to_join_leave_the_user_as_owner(server: LocalServer) -> None:
    migrate(server.url())  # another database of this server made them
    url = database_of(server, "plain", "")
    assert migrate(url).missing_roles == []
    assert owners(url) == ["plain"]
    assert charge_and_refund(url) == "refunded"
