"""What several test folders share, beside the fixtures of conftest.py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_postgresql.executors import NoopExecutor
from pytest_postgresql.janitor import DatabaseJanitor

from pgcredits._server.local_server import programs_folder
from pgcredits._server.schema import SQL_FOLDER

TESTS = Path(__file__).resolve().parent


def function_file(name: str) -> Path:
    """The file of a function, in whatever folder of ``sql/`` it is."""
    (file,) = SQL_FOLDER.glob(f"**/{name}.sql")
    return file


def database_url(executor: NoopExecutor, database: str) -> str:
    """A URL that asyncpg, psycopg, yoyo and psql understand alike."""
    password = f":{executor.password}" if executor.password else ""
    return (
        f"postgresql://{executor.user}{password}@/{database}"
        f"?host={executor.host}&port={executor.port}"
    )


@contextmanager
def clone(executor: NoopExecutor, name: str, *, template: bool = True) -> Iterator[str]:
    """The URL of a database that is there for as long as the block runs: a copy of the migrated
    template, or an empty one. ``name``: added to the name of the session's database."""
    janitor = DatabaseJanitor(
        user=executor.user,
        host=executor.host,
        port=executor.port,
        password=executor.password,
        dbname=f"{executor.dbname}_{name}",
        template_dbname=executor.template_dbname if template else None,
        maintenance_dbname=executor.maintenance_dbname,
    )
    janitor.drop()  # left behind by a session that was killed
    with janitor:
        yield database_url(executor, janitor.dbname)


def program(name: str) -> str:
    """A client program of PostgreSQL, if possible of the server's own version."""
    beside = programs_folder() / name
    return str(beside) if beside.exists() else str(shutil.which(name))


def catalog(url: str) -> str:
    """Everything the schema consists of, owners, grants and comments included.

    The bookkeeping tables of yoyo are left out: a database set up from the script has none.
    """
    result = subprocess.run(
        [
            program("pg_dump"),
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


def pgtap_test(path: Path) -> Callable[[str, str], None]:
    def run(pgtap_url: str, psql: str) -> None:
        result = subprocess.run(
            [psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", path, pgtap_url],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PGOPTIONS": "-c search_path=tap,public"},
        )
        lines = result.stdout.splitlines()
        plan = next((int(line[3:]) for line in lines if re.fullmatch(r"1\.\.\d+", line)), None)
        results = [line for line in lines if re.match(r"(not )?ok\b", line)]
        failed = [line for line in results if line.startswith("not ok") and "# TODO" not in line]
        report = "\n".join([result.stderr, *(x for x in lines if not x.startswith("ok"))])
        assert result.returncode == 0, report
        assert not failed, report
        assert plan == len(results), f"planned {plan}, ran {len(results)}\n{report}"

    return run
