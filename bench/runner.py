"""Runs pgbench and reads what it says."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.site import SQL, Database
from pgcredits._server.local_server import programs_folder

_CORES = os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How hard and how long: for some seconds, or for some transactions of each client."""

    clients: int
    seconds: int = 0
    transactions: int = 0

    def options(self) -> list[str]:
        """The same for pgbench."""
        stop = ["-t", str(self.transactions)] if self.transactions else ["-T", str(self.seconds)]
        return ["-c", str(self.clients), "-j", str(min(self.clients, _CORES)), *stop]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came out: transactions a second, and each one's milliseconds where asked for."""

    rate: float
    transactions: int
    milliseconds: list[float]


def pgbench(
    database: Database,
    script: str,
    load: Load,
    *,
    variables: dict[str, int] | None = None,
    latencies: bool = False,
) -> Run:
    """Runs a script of the folder sql, prepared, or one that is built into pgbench."""
    file = SQL / f"{script}.sql"
    what = ["-f", str(file)] if file.exists() else ["-b", script]
    given = [f"-D{name}={value}" for name, value in (variables or {}).items()]
    with tempfile.TemporaryDirectory(prefix="pgcredits-bench-") as folder:
        log = ["-l", f"--log-prefix={folder}/log"] if latencies else []
        arguments = ["-n", "-M", "prepared", *what, *given, *load.options(), *log, database.url]
        text = _call(arguments, role="credits_owner" if file.exists() else None)
        milliseconds = [
            int(line.split()[2]) / 1000
            for part in Path(folder).iterdir()
            for line in part.read_text().splitlines()
        ]
    return Run(
        rate=float(_found(r"tps = ([\d.]+)", text)),
        transactions=int(_found(r"actually processed: (\d+)", text)),
        milliseconds=milliseconds,
    )


def initialise_simple_update(database: Database, scale: int) -> None:
    """Makes the tables of pgbench's own simple-update."""
    _call(["-i", "-q", "-s", str(scale), database.url])


def _call(arguments: list[str], role: str | None = None) -> str:
    """Applications are no superusers, whom PostgreSQL asks for no privilege: hence the role."""
    program = programs_folder() / "pgbench"
    if not program.exists():
        raise BenchError(f"There is no pgbench in {program.parent}.")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    if role is not None:
        environment["PGOPTIONS"] = f"-c role={role}"
    done = subprocess.run(
        [program, *arguments], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode != 0:
        raise BenchError(f"pgbench failed: {done.stderr.strip()}")
    return done.stdout


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise BenchError(f"pgbench said something else than expected: {text}")
    return match[1]
