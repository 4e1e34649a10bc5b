"""What several test folders share, beside the fixtures of conftest.py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgcredits._server.local_server import programs_folder, wheel_programs
from pgcredits._server.schema import SQL_FOLDER
from pgtap_source import pgtap_script
from postgres_programs import version_of

TESTS = Path(__file__).resolve().parent
# What takes seconds: it begins first, so that at the end nobody waits for it, and `make test-quick`
# leaves it out. The longest come first.
SLOW = (
    "laws/test_machine.py",
    "fire/faults/test_faults.py",
    "fire/cluster/test_cluster.py",
    "fire/shards/test_shards.py",
    "fire/checker/test_checker_run.py",
    "batches",
    "proxy",
    "cli/test_cli_simulate.py",
    "bench/test_bench.py",
    "cli/test_cli_local.py",
    "cli/test_cli_expire.py",
    "cli/test_cli_deliver_worker.py",
    "cli/test_cli_several_servers.py",
    "cli/test_cli_demo.py",
    "shards/test_move.py",
    "shards/test_move_behind_proxy.py",
    "fire/mutants/test_mutants.py::test_a_share",
    "fire/mutants/test_mutants.py::test_what_breaks_nothing",
    "documents/test_document_legacy.py",
    "documents/test_document_high_availability.py",
    "documents/test_document_commands.py",
    "on_supabase",
    "documents/test_document_migration_tools.py",
    "documents/test_document_feed.py",
    "documents/test_document_payments.py",
    "documents/test_document_site.py",
    "playground",
    "report/test_report_in_browser.py",
    "documents/test_document_report.py",
    "legacy/test_import_killed.py",
    "legacy/test_year.py",
    "legacy/test_legacy_example.py",
    "fire/bad_inputs",
    "fire/interleavings",
    "fire/privileges",
    "fire/migrations",
    "migrations",
    "plans",
    "packaging",
    "local_server",
    "laws/test_conservation.py",
    "laws/test_limits.py",
    "concurrency/test_upgrades.py",
    "static_analysis/test_coverage.py",
)
_ROOM_BYTES = 4 << 30


def slowness(node_id: str) -> int:
    """The place of a test in the list of slow ones; behind its end for all others."""
    places = (place for place, name in enumerate(SLOW) if node_id.startswith(f"tests/{name}"))
    return next(places, len(SLOW))


def function_file(name: str) -> Path:
    """The file of a function, in whatever folder of ``sql/`` it is."""
    (file,) = SQL_FOLDER.glob(f"**/{name}.sql")
    return file


def in_memory() -> Path | None:
    """A folder that lies in memory, if there is one with room."""
    folder = Path("/dev/shm")  # noqa: S108
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return None
    about = os.statvfs(folder)
    programs_run = not about.f_flag & os.ST_NOEXEC  # they may have to be copied there
    return folder if programs_run and about.f_bavail * about.f_frsize > _ROOM_BYTES else None


def django_database(url: str) -> dict[str, str]:
    """The database of a URL as Django's settings have it."""
    given = conninfo_to_dict(url)
    names = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(given["dbname"]),
        **{name: str(given.get(key, "")) for name, key in names.items()},
    }


def program(name: str) -> str:
    """A client program of PostgreSQL, if possible of the server's own version."""
    return str(_programs(name)[0])


def _programs(name: str) -> list[Path]:
    """Every place where a client program is: beside the server's, in PATH, Debian's, the wheel's.

    A package may bring a server and no client programs.
    """
    places = [
        programs_folder() / name,
        Path(shutil.which(name) or name),
        *sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")),
        (wheel_programs() or Path()) / name,
    ]
    if found := [place for place in places if place.is_file()]:
        return found
    pytest.skip(f"{name} is missing: apt-get install postgresql-client")


def pg_dump(url: str, *, restores: bool = False) -> str:
    """The pg_dump for a server: it refuses those that are newer than itself, and what it writes
    restores only into servers that are not older than itself."""
    with psycopg.connect(url) as connection:
        needed = connection.info.server_version // 10000
    versions = {place: int(version_of(place)) for place in _programs("pg_dump")}
    able = [
        place
        for place, version in versions.items()
        if version == needed or (version > needed and not restores)
    ]
    if not able:
        pytest.skip(
            f"pg_dump of PostgreSQL {needed} is missing: apt-get install postgresql-client-{needed}"
        )
    return str(min(able, key=versions.__getitem__))


def catalog(url: str) -> str:
    """Everything the schema consists of, owners, grants and comments included.

    The bookkeeping tables of yoyo are left out: a database set up from the script has none.
    """
    result = subprocess.run(
        [
            pg_dump(url),
            "--schema-only",
            "--schema=credits",
            "--exclude-table=credits.*yoyo*",
            url,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    # Each dump is fenced by a random key of its own.
    lines = result.stdout.splitlines()
    return "\n".join(line for line in lines if "restrict" not in line.split(" ")[0])


def log_returns(connection: psycopg.Connection[Any]) -> None:
    """From here on, new sessions of this database write to the server's log what comes back."""
    connection.execute(
        "do $$ begin execute format('alter database %I set credits.log_returns = on',"
        " current_database()); end $$"
    )


def install_pgtap(url: str) -> None:
    """Puts pgTAP into schema tap of a migrated database, and beside it the helpers of its files."""
    with psycopg.connect(url) as connection:
        connection.execute("create schema tap")
        connection.execute("set search_path to tap, public")
        connection.execute(pgtap_script().read_text("utf-8"))
    _run_pgtap(TESTS / "pgtap" / "helpers.psql", url).check_returncode()


def _run_pgtap(file: Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", file, url],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PGOPTIONS": "-c search_path=tap,public"},
    )


def pgtap_test(path: Path) -> Callable[[str], None]:
    def run(pgtap_url: str) -> None:
        result = _run_pgtap(path, pgtap_url)
        lines = result.stdout.splitlines()
        plan = next((int(line[3:]) for line in lines if re.fullmatch(r"1\.\.\d+", line)), None)
        results = [line for line in lines if re.match(r"(not )?ok\b", line)]
        failed = [line for line in results if line.startswith("not ok") and "# TODO" not in line]
        report = "\n".join([result.stderr, *(x for x in lines if not x.startswith("ok"))])
        assert result.returncode == 0, report
        assert not failed, report
        assert plan == len(results), f"planned {plan}, ran {len(results)}\n{report}"

    return run
