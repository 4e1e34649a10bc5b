"""``python -m fire.migrations``: every earlier state, deaths at many statements, and traffic."""

from __future__ import annotations

import asyncio
import random
import sys
import time

import psycopg

from fire.migrations import states
from fire.migrations.databases import Databases
from fire.migrations.killed import kill_and_run_again, statements
from fire.migrations.traffic import Observed, charge_while_migrating
from fire.report import Report, options_of, read
from later_version import later_version
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate
from support import catalog

# A run of a minute or more must have done so much; a shorter one less in proportion.
_WANTED = {
    "migrations killed": 30,
    "calls under migrations": 2_000,
    "migrations under traffic": 20,
    "upgrades under traffic": 2,
}


def main(arguments: list[str] | None = None) -> int:
    options = read(options_of("fire.migrations", __doc__), arguments)
    report = Report("migrations", options.seed)
    with LocalServer() as server:
        databases = Databases(server.url())
        fresh = databases.new()
        report.figures["statements of a migration"] = statements(fresh)
        wanted = catalog(fresh)
        _from_every_state(report, databases, wanted)
        _to_later_versions(report, databases)
        _killed(report, databases, wanted, options.seconds / 2)
        _under_traffic(report, databases, options.seconds / 2)
    share = min(1.0, options.seconds / 60)
    report.want(**{name: int(wanted * share) for name, wanted in _WANTED.items()})
    return report.finish(options.report)


def _from_every_state(report: Report, databases: Databases, wanted: str) -> None:
    for migrations in range(states.count() + 1):
        old = databases.new()
        states.build(old, migrations)
        before = states.balances(old) if migrations >= 2 else []
        migrate(old)
        differs = catalog(old) != wanted or states.balances(old) != before
        report.found("schemas that differ", [f"from state {migrations}"] if differs else [])
        report.figures["earlier states"] += 1


def _to_later_versions(report: Report, databases: Databases) -> None:
    old = databases.new()
    states.whole(old)
    before = states.balances(old)
    for releases in (1, 2):
        fresh = databases.new()
        with later_version(releases):
            migrate(fresh)
            migrate(old)
        differs = catalog(old) != catalog(fresh) or states.balances(old) != before
        report.found("schemas that differ", [f"{releases} releases later"] if differs else [])
        report.figures["later versions"] += 1


def _killed(report: Report, databases: Databases, wanted: str, seconds: float) -> None:
    deadline, total = time.monotonic() + seconds, report.figures["statements of a migration"]
    for fatal in random.Random(report.seed).sample(range(1, total + 1), total):  # noqa: S311
        if time.monotonic() > deadline:
            break
        url = databases.new()
        report.figures["migrations killed"] += kill_and_run_again(url, fatal)
        differs = catalog(url) != wanted
        report.found("schemas that differ", [f"killed at statement {fatal}"] if differs else [])
        with psycopg.connect(url) as connection:
            findings = connection.execute("select * from credits.check_integrity()").fetchall()
        report.found("findings of check_integrity", [str(finding) for finding in findings])


def _under_traffic(report: Report, databases: Databases, seconds: float) -> None:
    url = databases.new()
    migrate(url)
    deadline, figures = time.monotonic() + seconds, report.figures
    while time.monotonic() < deadline:
        seed = report.seed + figures["migrations under traffic"]
        observed = asyncio.run(charge_while_migrating(url, migrations=5, seed=seed))
        _tell(report, observed)
        upgraded = databases.new()
        migrate(upgraded)
        with later_version():
            observed = asyncio.run(charge_while_migrating(upgraded, migrations=1, seed=seed))
        _tell(report, observed)
        figures["upgrades under traffic"] += 1


def _tell(report: Report, observed: Observed) -> None:
    figures = report.figures
    figures["calls under migrations"] += observed.calls
    figures["migrations under traffic"] += observed.migrations
    figures["calls repeated after a lock timeout"] += observed.repeated
    longest = max(figures["longest call in ms"], round(observed.longest_ms))
    figures["longest call in ms"] = longest
    report.found("failed calls", [str(failure) for failure in observed.failures])
    report.found("findings of check_integrity", [str(f) for f in observed.findings])


if __name__ == "__main__":
    sys.exit(main())
