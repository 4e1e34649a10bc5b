"""Runs the command line: in this process where that is enough, as a program where it matters."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
import typer
from typer.testing import CliRunner

from pgcredits._cli.program import app

DEADLINE_SECONDS = 60
COMMANDS = typer.main.get_command(app)  # once: it takes longer than most commands do
URL_VARIABLES = ("PGCREDITS_DATABASE_URL", "DATABASE_URL")


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.stdout)

    @property
    def sentence(self) -> str:
        """The one line on stderr, with nothing on stdout."""
        assert self.stdout == ""
        (line,) = self.stderr.splitlines()
        return line


def environment(url: str | None = None, **more: str) -> dict[str, str]:
    """The environment of a program, with at most the given database in it."""
    kept = {name: value for name, value in os.environ.items() if name not in URL_VARIABLES}
    return {**kept, **({"PGCREDITS_DATABASE_URL": url} if url else {}), **more}


def call(*arguments: object, url: str | None = None, **more: str) -> Answer:
    """Runs a command in this process: a new one takes several times as long to start."""
    variables = {"PGCREDITS_DATABASE_URL": url, "DATABASE_URL": None, "COLUMNS": "80", **more}
    code = 0
    with CliRunner().isolation(env=variables) as (stdout, stderr, *_):
        try:
            COMMANDS.main([str(argument) for argument in arguments], prog_name="pgcredits")
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        return Answer(code, stdout.getvalue().decode(), stderr.getvalue().decode())


def run(*arguments: object, url: str | None = None, **more: str) -> Answer:
    """Runs a command as a program."""
    return run_python("-m", "pgcredits", *arguments, url=url, **more)


def run_python(*arguments: object, url: str | None = None, **more: str) -> Answer:
    """Runs a Python program that never shows a traceback."""
    result = subprocess.run(
        [sys.executable, *map(str, arguments)],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(url, **more),
        timeout=DEADLINE_SECONDS,
    )
    assert "Traceback" not in result.stderr, result.stderr
    return Answer(result.returncode, result.stdout, result.stderr)


def start(
    *arguments: object, url: str | None = None, in_background: bool = False, **more: str
) -> subprocess.Popen[str]:
    """Starts a command as a program that goes on running.

    ``in_background``: as a script's shell does with `&`, so that Ctrl-C ends the script alone.
    """
    shell = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"] if in_background else []
    return subprocess.Popen(
        [*shell, sys.executable, "-m", "pgcredits", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(url, **more),
    )


def end(program: subprocess.Popen[str]) -> Answer:
    """Waits for the end of a program."""
    stdout, stderr = program.communicate(timeout=DEADLINE_SECONDS)
    assert "Traceback" not in stderr, stderr
    return Answer(program.returncode, stdout, stderr)


def collect(stream: IO[str], into: list[str]) -> None:
    with stream:
        into.extend(stream)


class Worker:
    """A command that goes on running, and what it has printed."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            threading.Thread(target=collect, args=[stream, into], daemon=True)
            for stream, into in ((program.stdout, self.out), (program.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tells it to stop; its exit code."""
        self.program.send_signal(how)
        return self.code()

    def code(self) -> int:
        """Waits for its end."""
        code = self.program.wait(timeout=60)
        for reader in self._readers:
            reader.join(timeout=60)
        assert "Traceback" not in "".join(self.err)
        return code


def until(condition: Callable[[], bool]) -> None:
    """Waits for a condition, and fails when it does not come true in time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def processes_on(folder: Path) -> list[str]:
    """Command lines of processes that name a folder. Linux only."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # ended meanwhile
            continue
        if str(folder) in line:
            found.append(line)
    return found


def execute(url: str, statement: str) -> None:
    """Runs SQL as the database's superuser."""
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def fetch(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def set_schema_version(url: str, version: str) -> None:
    """Lets a database say that it has this version."""
    execute(
        url,
        "create or replace function credits.schema_version() returns text language sql"
        f" immutable security definer as $$ select '{version}' $$",
    )


def catches_sigterm(pid: int) -> bool:
    """Whether a program handles SIGTERM itself. Linux only."""
    (caught,) = re.findall(r"^SigCgt:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.M)
    return bool(int(caught, 16) & (1 << (signal.SIGTERM - 1)))


def set_clock(url: str, ahead: str) -> None:
    """Lets the functions of a database live in the future."""
    execute(
        url,
        "create or replace function credits._now() returns timestamptz language sql volatile"
        f" as $$ select clock_timestamp() + interval '{ahead}' $$",
    )
