"""The concurrency check on its own: a server with fsync on, many clients, no faults.

``PYTHONPATH=tests python -m fire.checker --seconds 60 --seed 1 --clients 24 --report FILE.json``
"""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
import time
from pathlib import Path

from fire.checker import books, history
from fire.checker.check import check
from fire.checker.floors import floors
from fire.checker.plan import Plan
from fire.checker.selftest import self_test
from fire.checker.workload import Run
from fire.report import Report, options_of, read
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.checker", __doc__)
    parser.add_argument("--clients", type=int, default=24, help="connections in all")
    parser.add_argument("--cold", type=int, default=2000, help="profiles with little traffic")
    parser.add_argument("--keep", type=Path, default=None, help="new folder for what is recorded")
    options = read(parser, arguments)
    if options.keep is not None and options.keep.exists():
        parser.error(f"{options.keep} exists already: give a new folder")
    report = Report("checker", options.seed)
    plan = Plan(
        seed=options.seed,
        clients=max(1, options.clients // 2),
        cold=options.cold,
        closed_period_refund=("restore", "lapse")[options.seed % 2],
    )
    scratch = Path(tempfile.mkdtemp(prefix="pgcredits-fire-"))
    scratch.chmod(0o755)  # the server's own user has to reach its folder
    folder = options.keep or scratch / "run"
    folder.mkdir(parents=True)
    try:
        with LocalServer(scratch / "server") as server:
            migrate(server.url())
            work(plan, server.url(), folder, options.seconds, report)
        judge(plan, folder, options.seconds, report)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return report.finish(options.report)


def work(plan: Plan, url: str, folder: Path, seconds: float, report: Report) -> None:
    """Runs the workload, and leaves history and books in the folder."""
    with Run(folder, plan, url) as run:
        run.open_profiles()
        run.start()
        begun, before = time.monotonic(), run.figures()["calls"]
        run.work(seconds=seconds)
        passed, calls = time.monotonic() - begun, run.figures()["calls"] - before
        run.stop()
        run.resolve()
    books.dump(url, folder)
    report.figures["clients"] = plan.clients * plan.processes
    report.figures["calls a second"] = round(calls / passed)


def judge(plan: Plan, folder: Path, seconds: float, report: Report) -> None:
    gc.disable()  # nothing below makes cycles, and there are millions of objects to look at
    found, calls = books.load(folder, plan.ids), history.load(folder)
    verdict = check(found, calls, processes=2)
    tested = [] if verdict.violations else self_test(found, calls, plan.seed)
    missed = [finding for finding in tested if finding.possible and not finding.caught]
    report.figures.update(verdict.figures)
    report.figures["corruptions flagged"] = sum(finding.caught for finding in tested)
    report.must_be_zero |= verdict.by_rule()
    report.notes += [f"{v.rule}, profile {v.profile}: {v.text}" for v in verdict.violations]
    report.found("corruptions not flagged", [f"{f.rule}: {f.name}" for f in missed])
    report.want(**floors(verdict, seconds))


if __name__ == "__main__":
    sys.exit(main())
