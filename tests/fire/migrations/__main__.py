"""``python -m fire.migrations``: every earlier state, deaths at many statements, and traffic."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path

import psycopg

from fire.migrations import states
from fire.migrations.databases import Databases
from fire.migrations.killed import kill_and_run_again, statements
from fire.migrations.traffic import charge_while_migrating
from pgcredits.local_server import LocalServer
from pgcredits.migrate import migrate

_WANTED = {"migrations killed": 30, "calls under migrations": 2_000, "migrations under traffic": 20}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    with LocalServer() as server:
        report = _run(Databases(server.url()), options.seconds, options.seed)
    report["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(report, indent=2))
    if options.report:
        options.report.write_text(json.dumps(report, indent=2), "utf-8")
    low = [name for name, floor in report["floors"].items() if floor["reached"] < floor["wanted"]]
    if low:
        print(f"unproductive: {', '.join(low)}")
    return 1 if low or any(report["must_be_zero"].values()) else 0


def _run(databases: Databases, seconds: float, seed: int) -> dict:
    fresh = databases.new()
    total = statements(fresh)
    catalog = databases.catalog(fresh)
    different = 0
    for migrations in range(states.count() + 1):
        old = databases.new()
        states.build(old, migrations)
        before = states.balances(old) if migrations >= 2 else []
        migrate(old)
        different += databases.catalog(old) != catalog or states.balances(old) != before

    killed, deadline = 0, time.monotonic() + seconds / 2
    order = random.Random(seed).sample(range(1, total + 1), total)  # noqa: S311 - not secret
    for fatal in order:
        if time.monotonic() > deadline:
            break
        url = databases.new()
        killed += kill_and_run_again(url, fatal)
        different += databases.catalog(url) != catalog
        with psycopg.connect(url) as connection:
            different += bool(
                connection.execute("select * from credits.check_integrity()").rowcount
            )

    url = databases.new()
    migrate(url)
    calls = migrated = repeated = failures = findings = 0
    longest = 0.0
    deadline = time.monotonic() + seconds / 2
    while time.monotonic() < deadline:
        observed = asyncio.run(charge_while_migrating(url, migrations=5, seed=seed + migrated))
        calls += observed.calls
        migrated += observed.migrations
        repeated += observed.repeated
        failures += len(observed.failures)
        findings += len(observed.findings)
        longest = max(longest, observed.longest_ms)
    reached = {
        "migrations killed": killed,
        "calls under migrations": calls,
        "migrations under traffic": migrated,
    }
    return {
        "piece": "migrations",
        "seed": seed,
        "figures": {
            "statements of a migration": total,
            "earlier states": states.count() + 1,
            **reached,
            "calls repeated after a lock timeout": repeated,
            "longest call in ms": round(longest),
        },
        "must_be_zero": {
            "schemas that differ": different,
            "failed calls": failures,
            "findings of check_integrity": findings,
        },
        "floors": {
            name: {"reached": reached[name], "wanted": wanted} for name, wanted in _WANTED.items()
        },
        "notes": [],
    }


if __name__ == "__main__":
    sys.exit(main())
