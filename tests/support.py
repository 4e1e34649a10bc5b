"""What several test folders share, beside the fixtures of conftest.py."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from pytest_postgresql.executors import NoopExecutor

TESTS = Path(__file__).resolve().parent


def database_url(executor: NoopExecutor, database: str) -> str:
    """A URL that asyncpg, psycopg, yoyo and psql understand alike."""
    password = f":{executor.password}" if executor.password else ""
    return (
        f"postgresql://{executor.user}{password}@/{database}"
        f"?host={executor.host}&port={executor.port}"
    )


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
