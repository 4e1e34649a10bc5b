"""Interleavings for as long as asked, on two lanes.

usage: python -m fire.interleavings [--seconds N] [--seed S] [--report FILE] [--only TEXT]

It starts a server of its own. The first round has every named interleaving at each level with each
ending, and then every pair of writers; further rounds have other amounts and other orders. --only
plays those whose description has the text in it. Fails where something happened that must not, and
as unproductive where it met too little.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path
from typing import Any

from fire.interleavings.drive import Tally, named_items
from fire.interleavings.lanes import play
from fire.interleavings.named import NUMBERS
from fire.interleavings.pairs import WRITERS

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
NEVER_REPLAYED = ("expire_holds", "expire_packs", "extend_hold", "get_balance")
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


def report(tally: Tally, seed: int, seconds: float) -> dict[str, Any]:
    met, share = tally.met, min(1.0, seconds / 60)
    zeros = dict.fromkeys(ZEROS, 0) | tally.kinds
    zeros["40001 not resolved"] = (
        met["40001 seen"] - met["40001 resolved"] if not tally.kinds else 0
    )
    reached = sums(tally)
    floors = {name: (reached[name], int(wanted * share)) for name, wanted in FLOORS.items()}
    floors["numbers of the list"] = (len(tally.numbers), len(NUMBERS))
    floors["named, at each level with each ending"] = (
        len(tally.named),
        int(len(named_items(prepares=True)) * share),
    )
    floors["pairs of writers"] = (len(tally.pairs), int(len(WRITERS) ** 2 * share))
    floors |= {f"refused: {token}": (met[f"refused: {token}"], 1) for token in TOKENS}
    floors |= {
        f"replayed: {name}": (met[f"replayed: {name}"], 1)
        for name in WRITERS
        if name not in NEVER_REPLAYED
    }
    return {
        "piece": "interleavings",
        "seed": seed,
        "seconds": seconds,
        "figures": {**dict(sorted(met.items())), **reached},
        "must_be_zero": zeros,
        "floors": {name: {"reached": r, "wanted": w} for name, (r, w) in floors.items()},
        "notes": tally.notes,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="fire.interleavings", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--report", type=Path, default=None)
    parser.add_argument("--only", default="", help="a part of what an interleaving is called")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    result = report(play(options.seconds, seed, options.only), seed, options.seconds)
    if options.report:
        options.report.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for note in result["notes"]:
        print(f"{note}\n")
    for name, number in result["figures"].items():
        print(f"{number:9}  {name}")
    broken = {name: number for name, number in result["must_be_zero"].items() if number}
    low = [name for name, floor in result["floors"].items() if floor["reached"] < floor["wanted"]]
    if broken:
        print(f"must be zero: {broken}")
    if low and not options.only:
        print(f"unproductive: {', '.join(low)}")
    return 1 if broken or (low and not options.only) else 0


if __name__ == "__main__":
    sys.exit(main())
