"""Shards behind a proxy, which are lost again and again, and the proxy too, and nothing with them.

usage: python -m fire.shards [--seconds N] [--seed S] [--report FILE] [--folder FOLDER]

The seconds are those in which customers work; making the servers and the checks come on top. Where
PL/Proxy is not installed, the report says so and has nothing else. ``--folder``: where the data of
the servers lies for that time.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from fire.faults.servers import open_folder, orphans
from fire.report import Report, options_of, read
from fire.shards.campaign import FAULTS, campaign, lose_shards
from postgres_programs import plproxy_programs
from support import in_memory

# What a run of this length must reach; a shorter one less in proportion.
FULL_SECONDS = 120
GOALS = {
    "faults": 30,
    "calls of customers answered": 3000,
    "calls whose first answer was lost": 3,
}


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.shards", __doc__, seconds=FULL_SECONDS)
    parser.add_argument("--folder", type=Path, default=None)
    options = read(parser, arguments)
    report = Report("shards", options.seed)
    if plproxy_programs() is None:
        report.notes.append("left out: apt-get install postgresql-15-plproxy")
        return report.finish(options.report)
    for name in ("pgcredits", "asyncpg"):  # what customers have to repeat is no news here
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with orphans(), open_folder(options.folder or in_memory()) as folder:
        with campaign(folder, options.seed) as made:
            wrong = lose_shards(made, options.seconds)
        for name, found in wrong.items():
            report.found(name, found)
    report.figures["faults"] = made.faults.total()
    report.figures["kinds of faults"] = len(made.faults)
    report.figures.update({f"fault: {name}": times for name, times in made.faults.items()})
    report.figures["acknowledged calls looked for after a fault"] = made.looked_for
    report.figures.update(made.customers.figures)
    share = min(1.0, options.seconds / FULL_SECONDS)
    report.want(**{name: int(goal * share) for name, goal in GOALS.items()})
    if share == 1:
        report.want(**{"kinds of faults": len(FAULTS)})
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
