"""Interleavings for as long as asked, on two lanes.

usage: python -m fire.interleavings [--seconds N] [--seed S] [--report FILE] [--only TEXT]

It starts a server of its own. The first round has every named interleaving at each level with each
ending, and then every pair of writers; further rounds have other amounts and other orders. --only
plays those whose description has the text in it. Fails where something happened that must not, and
as unproductive where it met too little.
"""

from __future__ import annotations

import sys

from fire.interleavings.drive import Tally, named_items
from fire.interleavings.lanes import play
from fire.interleavings.named import NUMBERS
from fire.interleavings.pairs import WRITERS
from fire.report import Report, options_of, read

# A run of a minute or more must have met each so often; a shorter one less in proportion.
FLOORS = {
    "interleavings": 2000,
    "waits seen": 600,
    "replays": 400,
    "refusals": 400,
    "40001 seen": 150,
    "sweeps that passed over": 60,
    "commits that rolled back": 300,
}
TOKENS = (
    "grant_not_found",
    "insufficient_credits",
    "job_conflict",
    "job_not_found",
    "period_conflict",
    "profile_closed",
    "profile_exists",
    "profile_not_found",
    "reference_conflict",
    "refund_exceeds_deduction",
    "wrong_state",
)
NEVER_REPLAYED = ("expire_holds", "expire_packs", "extend_hold", "get_balance", "set_alert")
ZEROS = (
    "a serial order gives this",
    "the books are sound",
    "a wait where there must be one",
    "no wait where there must be none",
    "named as expected",
    "40P01",
    "23505",
    "XX*",
    "40001 at read committed",
    "40001 is resolved by one repetition",
    "a failed transaction commits nothing",
    "other errors",
)


def sums(tally: Tally) -> dict[str, int]:
    """The figures that have a floor."""
    met = tally.met
    return {
        **{name: met[name] for name in FLOORS},
        "replays": sum(met[name] for name in met if name.startswith("replayed: ")),
        "refusals": sum(met[name] for name in met if name.startswith("refused: ")),
    }


def fill(report: Report, tally: Tally, seconds: float) -> None:
    met, share = tally.met, min(1.0, seconds / 60)
    report.notes += tally.notes
    report.must_be_zero |= dict.fromkeys(ZEROS, 0) | tally.kinds
    if not tally.kinds:
        report.must_be_zero["40001 not resolved"] = met["40001 seen"] - met["40001 resolved"]
    report.figures.update(dict(sorted(met.items())))
    report.figures |= sums(tally)
    report.figures["numbers of the list"] = len(tally.numbers)
    report.figures["named, at each level with each ending"] = len(tally.named)
    report.figures["pairs of writers"] = len(tally.pairs)
    report.want(**{name: int(wanted * share) for name, wanted in FLOORS.items()})
    report.want(
        **{
            "numbers of the list": len(NUMBERS),
            "named, at each level with each ending": int(len(named_items(prepares=True)) * share),
            "pairs of writers": int(len(WRITERS) ** 2 * share),
        }
    )
    report.want(**{f"refused: {token}": 1 for token in TOKENS})
    report.want(**{f"replayed: {name}": 1 for name in WRITERS if name not in NEVER_REPLAYED})


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.interleavings", __doc__)
    parser.add_argument("--only", default="", help="a part of what an interleaving is called")
    options = read(parser, arguments)
    report = Report("interleavings", options.seed)
    fill(report, play(options.seconds, options.seed, options.only), options.seconds)
    if options.only:
        report.floors.clear()
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
