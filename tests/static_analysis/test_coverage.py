"""The pgTAP suite executes every statement and every branch of every function.

plpgsql_check's profiler counts, on a server of its own that loads it at the start.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from support import TESTS, install_pgtap, pgtap_test

COVERAGE = """
select f.proname, plpgsql_coverage_statements(f.oid), plpgsql_coverage_branches(f.oid)
  from pg_proc f
  join pg_language g on g.oid = f.prolang and g.lanname = 'plpgsql'
 where f.pronamespace = 'credits'::regnamespace
"""
# Reached only when two sessions meet: tests/concurrency does it.
TWO_SESSIONS = {
    "reserve_credits",
    "reserve_credits_many",
    "grant_addon_many",
    "_run_batch",
    "expire_holds",
    "expire_packs",
    "_try_lock_profile",
    "_await_profiles",
    "_lock_profiles",
    "_lock_in_order",
    "_try_lock_successors",
    "_sweep",
}


@pytest.fixture
def profiled_url() -> Iterator[str]:
    """A migrated database, with pgTAP, on a server that counts what its functions execute."""
    with tempfile.TemporaryDirectory(prefix="pgcredits-test-") as folder:
        Path(folder).chmod(0o755)
        with (
            LocalServer(Path(folder, "server")) as server,
            psycopg.connect(server.url(), autocommit=True) as connection,
        ):
            available = connection.execute(
                "select from pg_available_extensions where name = 'plpgsql_check'"
            ).fetchone()
            if available is None:
                pytest.skip("this server has no plpgsql_check: install it and set PGCREDITS_PGBIN")
            connection.execute("alter system set shared_preload_libraries = plpgsql_check")
            connection.execute("load 'plpgsql_check'")  # so that its setting is known
            connection.execute("alter system set plpgsql_check.profiler = on")
            connection.execute("alter system set fsync = off")
        with LocalServer(Path(folder, "server")) as server:
            migrate(server.url())
            with psycopg.connect(server.url()) as connection:
                connection.execute("create extension plpgsql_check")
            install_pgtap(server.url())
            yield server.url()


@pytest.mark.server
def test_the_pgtap_suite_executes_every_statement_and_branch(profiled_url: str) -> None:
    def run(file: Path) -> None:
        with suppress(AssertionError):  # whether it passes is the business of its own test
            pgtap_test(file)(profiled_url)

    with ThreadPoolExecutor(4) as runners:
        list(runners.map(run, sorted((TESTS / "pgtap").glob("**/*.sql"))))
    with psycopg.connect(profiled_url) as connection:
        coverage = connection.execute(COVERAGE).fetchall()
    assert len(coverage) > 20
    lacking = {name: (s, b) for name, s, b in coverage if (s, b) != (1, 1)}
    assert {name: found for name, found in lacking.items() if name not in TWO_SESSIONS} == {}
