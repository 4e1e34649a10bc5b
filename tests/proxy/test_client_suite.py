"""The tests of the client, each with a proxy over two shards in place of its database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from proxy_tools import needed_programs

ROOT = Path(__file__).resolve().parents[2]
# What is not tested through a proxy, and why.
LEFT_OUT = {
    "test_caller_transaction.py::": "a call through a proxy is not part of a transaction",
    "test_batch_calls.py::test_the_servers_log_gets_one_line_for_all_refunds_of_a_batch": (
        "each shard has its own"
    ),
    "test_logging.py::test_the_servers_log_gets_each_line_once": "each shard has its own",
    "test_errors.py::test_a_lock_that_is_not_got_in_time_is_an_error_of_ours": (
        "it locks a table of the proxy: see test_failures.py"
    ),
    "test_errors.py::test_a_statement_that_is_cancelled_is_an_error_of_ours": (
        "it is unknown what became of the call: see test_failures.py"
    ),
    "test_events_calls.py::test_settings_reach_the_profiles_that_are_there": (
        "it writes into a table of the proxy"
    ),
    "test_lifecycle_calls.py::test_a_profile_is_moved_to_another_one": (
        "the two may be on two shards: see test_proxy_calls.py"
    ),
    "test_lifecycle_calls.py::test_a_finding_says_what_is_wrong": (
        "it damages a table of the proxy"
    ),
}


def test_the_client_is_served_through_a_proxy_as_by_one_server() -> None:
    environment = {
        **os.environ,
        "PGCREDITS_PGBIN": needed_programs(),
        "PGCREDITS_TEST_SHARDS": "2",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    environment.pop("PGCREDITS_TEST_URL", None)
    left_out = [f"--deselect=tests/client/{name.removesuffix('::')}" for name in LEFT_OUT]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/client"]
    ran = subprocess.run(
        [*command, "-k", "asyncpg and pool", *left_out],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    passed = int(ran.stdout.split(" passed")[0].split()[-1])
    assert passed > 60, ran.stdout[-500:]
