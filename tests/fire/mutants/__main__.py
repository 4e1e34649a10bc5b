"""``python -m fire.mutants``: all mutants or some, and a report. Red if one goes unnoticed.

All of them take long: ``--sample`` is for a part, which another seed draws anew.
"""

from __future__ import annotations

import random
import sys

from fire.mutants.catalogue import MUTANTS
from fire.mutants.mutant import Mutant
from fire.mutants.run import Outcome, run
from fire.report import Report, options_of, read

_IN_THE_LIST = 900  # or some were lost


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.mutants", f"{__doc__} It takes what it takes, whatever --seconds is.")
    parser.add_argument("--only", default="", help="mutants whose name contains this")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of them, drawn at random")
    parser.add_argument("--workers", type=int, default=2)
    options = read(parser, arguments)
    report = Report("mutants", options.seed)
    mutants = [mutant for mutant in MUTANTS if options.only in mutant.name]
    if options.sample is not None and options.sample < 1:
        parser.error("a sample has 1 mutant or more")
    if options.sample is not None and options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)  # noqa: S311
    # Without a mutant every test is green: else a red one would prove nothing.
    paths = tuple(dict.fromkeys(path for mutant in mutants for path in mutant.tests))
    healthy = Mutant("nothing", "schema_version", lambda code: code.text, paths)
    (sound,) = run([healthy], tell=lambda _: None, seconds=1200)
    red = [sound.by] if sound.noticed or sound.broken else []
    report.found("tests that are red without a mutant", red)
    outcomes = [] if red else run(mutants, workers=options.workers, tell=_tell)
    report.figures["mutants"] = len(outcomes)
    report.figures["mutants killed"] = sum(outcome.noticed for outcome in outcomes)
    report.found("survivors", [o.mutant for o in outcomes if not o.noticed and not o.broken])
    report.found(
        "mutants that prove nothing", [f"{o.mutant}: {o.by}" for o in outcomes if o.broken]
    )
    report.figures["mutants in the list"] = len(MUTANTS)
    report.want(**{"mutants killed": len(mutants), "mutants in the list": _IN_THE_LIST})
    return report.finish(options.report)


def _tell(outcome: Outcome) -> None:
    word = "broken" if outcome.broken else "noticed" if outcome.noticed else "UNNOTICED"
    print(f"{word:<9} {outcome.mutant}  {outcome.by}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
