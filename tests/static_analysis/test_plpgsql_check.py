"""plpgsql_check finds nothing to say about any function: no error, no warning of any kind."""

from __future__ import annotations

import psycopg
import pytest

FINDINGS = """
select f.oid::regprocedure::text, c.lineno, c.level, c.message
  from pg_proc f
  join pg_language g on g.oid = f.prolang and g.lanname = 'plpgsql'
 cross join lateral plpgsql_check_function_tb(
         f.oid,
         case when f.prorettype = 'trigger'::regtype then 'credits.ledger'::regclass else 0 end,
         other_warnings => true,
         extra_warnings => true,
         performance_warnings => true,
         security_warnings => true
       ) c
 where f.pronamespace = 'credits'::regnamespace
   -- A check raises or answers true. Several in one assignment cost a fraction of as many performs.
   and c.message <> 'never read variable "v_valid"'
   -- The planner would call it to see what it gives, and be refused.
   and (f.proname not in ('_refuse_closed', '_refuse_unknown_job', '_refuse_unknown_profile')
        or c.message <> 'routine is marked as STABLE, should be IMMUTABLE')
"""


@pytest.fixture
def connection(db_url: str) -> psycopg.Connection:
    connection = psycopg.connect(db_url)
    available = connection.execute(
        "select from pg_available_extensions where name = 'plpgsql_check'"
    ).fetchone()
    if available is None:
        connection.close()
        pytest.skip("this server has no plpgsql_check: install it and set PGCREDITS_PGBIN")
    connection.execute("create extension plpgsql_check")
    return connection


def test_no_function_has_a_finding(connection: psycopg.Connection) -> None:
    with connection:
        assert connection.execute(FINDINGS).fetchall() == []


def test_the_check_would_find_something(connection: psycopg.Connection) -> None:
    with connection:
        connection.execute(
            "create function credits.wrong() returns text language plpgsql "
            "as 'declare v_unused text; begin return nothing; end'"
        )
        assert {row[0] for row in connection.execute(FINDINGS)} == {"credits.wrong()"}
