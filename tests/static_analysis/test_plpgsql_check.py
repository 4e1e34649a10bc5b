"""plpgsql_check finds nothing to say about any function: no error, no warning of any kind."""

from __future__ import annotations

import psycopg
import pytest

# It cannot know what a record will be: a check function is looked at as one of rows of its table.
TYPED = r"""
select regexp_replace(regexp_replace(pg_get_functiondef(f.oid), '(_check_\w+_\d+)', '\1_typed'),
                      'record', c.conrelid::regclass::text)
  from pg_constraint c
  join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = c.oid
                  and d.refclassid = 'pg_proc'::regclass
  join pg_proc f on f.oid = d.refobjid
 where c.connamespace = 'credits'::regnamespace
"""
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
   and 'record'::regtype <> all (f.proargtypes)
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


def test_no_check_function_has_a_finding(connection: psycopg.Connection) -> None:
    with connection:
        typed = connection.execute(TYPED).fetchall()
        assert len(typed) >= 3
        for (function,) in typed:
            connection.execute(function)
        assert connection.execute(FINDINGS).fetchall() == []


def test_the_check_would_find_something(connection: psycopg.Connection) -> None:
    with connection:
        connection.execute(
            "create function credits.wrong() returns text language plpgsql "
            "as 'declare v_unused text; begin return nothing; end'"
        )
        assert {row[0] for row in connection.execute(FINDINGS)} == {"credits.wrong()"}
