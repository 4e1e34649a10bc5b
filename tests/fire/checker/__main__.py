"""The concurrency check on its own: a server with fsync on, many clients, no faults.

``PYTHONPATH=tests python -m fire.checker --seconds 60 --seed 1 --clients 24 --report FILE.json``
"""

from __future__ import annotations

import argparse
import gc
import json
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fire.checker import books, history
from fire.checker.check import Verdict, check
from fire.checker.floors import floors
from fire.checker.plan import Plan
from fire.checker.selftest import Finding, self_test
from fire.checker.workload import Run
from pgcredits.local_server import LocalServer
from pgcredits.migrate import migrate


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="fire.checker", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--clients", type=int, default=24, help="connections in all")
    parser.add_argument("--cold", type=int, default=2000, help="profiles with little traffic")
    parser.add_argument("--report", type=Path, default=None)
    parser.add_argument("--keep", type=Path, default=None, help="new folder for what is recorded")
    options = parser.parse_args(arguments)
    if options.keep is not None and options.keep.exists():
        parser.error(f"{options.keep} exists already: give a new folder")
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    plan = Plan(
        seed=seed,
        clients=max(1, options.clients // 2),
        cold=options.cold,
        closed_period_refund=("restore", "lapse")[seed % 2],
    )
    scratch = Path(tempfile.mkdtemp(prefix="pgcredits-fire-"))
    scratch.chmod(0o755)  # the server's own user has to reach its folder
    folder = options.keep or scratch / "run"
    folder.mkdir(parents=True)
    try:
        with LocalServer(scratch / "server") as server:
            migrate(server.url())
            notes = work(plan, server.url(), folder, options.seconds)
        report = judge(plan, folder, options.seconds, notes)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if options.report is not None:
        options.report.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return tell(report)


def work(plan: Plan, url: str, folder: Path, seconds: float) -> list[str]:
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
    return [f"{calls / passed:.0f} calls a second, by {plan.clients * plan.processes} clients"]


def judge(plan: Plan, folder: Path, seconds: float, notes: list[str]) -> dict[str, Any]:
    begun = time.monotonic()
    gc.disable()  # nothing below makes cycles, and there are millions of objects to look at
    found, calls = books.load(folder, plan.ids), history.load(folder)
    verdict = check(found, calls, processes=2)
    notes.append(f"checked in {time.monotonic() - begun:.1f} s")
    tested = [] if verdict.violations else self_test(found, calls, plan.seed)
    return {
        "piece": "checker",
        "seed": plan.seed,
        "seconds": seconds,
        "figures": dict(sorted(verdict.figures.items())),
        "must_be_zero": must_be_zero(verdict, tested),
        "floors": floors(verdict, tested, seconds),
        "notes": [
            *notes,
            *(f"{v.rule}, profile {v.profile}: {v.text}" for v in verdict.violations),
            *(f"not flagged by {f.rule}: {f.name}" for f in missed(tested)),
        ],
    }


def must_be_zero(verdict: Verdict, tested: list[Finding]) -> dict[str, int]:
    return {
        **verdict.by_rule(),
        "corruptions not flagged": len(missed(tested)),
    }


def missed(tested: list[Finding]) -> list[Finding]:
    return [finding for finding in tested if finding.possible and not finding.caught]


def tell(report: dict[str, Any]) -> int:
    """Prints a report; the exit code: 1 when something is wrong or too little was covered."""
    for name, figure in report["figures"].items():
        print(f"{figure:9}  {name}")
    for note in report["notes"]:
        print(note)
    wrong = {name: figure for name, figure in report["must_be_zero"].items() if figure}
    short = [n for n, floor in report["floors"].items() if floor["reached"] < floor["wanted"]]
    if wrong:
        print(f"must be zero: {wrong}; seed {report['seed']}")
    if short:
        print(f"unproductive: {', '.join(short)}; seed {report['seed']}")
    if not wrong and not short:
        print(f"all rules hold, seed {report['seed']}")
    return 1 if wrong or short else 0


if __name__ == "__main__":
    sys.exit(main())
