"""``python -m fire.mutants``: all mutants, and a report. Red if one goes unnoticed."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from fire.mutants.catalogue import MUTANTS
from fire.mutants.mutant import Mutant
from fire.mutants.run import Outcome, run

_WANTED = 90


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="mutants whose name contains this")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="not used: the list is always the same")
    parser.add_argument("--seconds", type=float, default=0, help="not used: it takes what it takes")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()

    mutants = [mutant for mutant in MUTANTS if options.only in mutant.name]
    started = time.monotonic()
    # Without a mutant every test is green: else a red one would prove nothing.
    paths = tuple(dict.fromkeys(path for mutant in mutants for path in mutant.tests))
    healthy = Mutant("nothing", "README.md", "# pgcredits\n", "# pgcredits\n", paths)
    (sound,) = run([healthy], tell=lambda _: None)
    if sound.noticed or sound.broken:
        print(f"The tests are red without a mutant: {sound.by}", file=sys.stderr)
        return 1

    outcomes = run(mutants, workers=options.workers, tell=_tell)
    unnoticed = [outcome.mutant for outcome in outcomes if not outcome.noticed]
    report = {
        "piece": "mutants",
        "seed": options.seed,
        "seconds": round(time.monotonic() - started, 1),
        "figures": {"mutants": len(outcomes), "killed": len(outcomes) - len(unnoticed)},
        "must_be_zero": {"survivors": len(unnoticed)},
        "floors": {
            "mutants killed": {"reached": len(outcomes) - len(unnoticed), "wanted": _WANTED}
        },
        "notes": unnoticed,
    }
    if options.report:
        options.report.write_text(json.dumps(report, indent=2), "utf-8")
    print(f"{len(outcomes) - len(unnoticed)} of {len(outcomes)} mutants were noticed.")
    for name in unnoticed:
        print(f"unnoticed: {name}")
    if not options.only and len(outcomes) - len(unnoticed) < _WANTED:
        print("unproductive: too few mutants")
        return 1
    return 1 if unnoticed else 0


def _tell(outcome: Outcome) -> None:
    word = "broken" if outcome.broken else "noticed" if outcome.noticed else "UNNOTICED"
    print(f"{word:<9} {outcome.mutant}  {outcome.by}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
