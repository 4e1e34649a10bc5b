"""A cluster of three under Patroni, whose leader is lost again and again, and nothing with it.

usage: python -m fire.cluster [--seconds N] [--seed S] [--report FILE] [--folder FOLDER]

The seconds are those in which clients work; building the cluster and the checks come on top. Where
Patroni or etcd are not installed, the report says so and has nothing else. ``--folder``: where the
data of the servers lies for that time.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from pathlib import Path

from fire.cluster.campaign import campaign, lose_leaders, patroni_version
from fire.cluster.machines import missing
from fire.faults.aftermath import Aftermath
from fire.faults.servers import open_folder, orphans
from fire.faults.storm import Size
from fire.report import Report, options_of, read
from support import in_memory

# What a run of this length must reach; a shorter one less in proportion.
FULL_SECONDS = 240
GOALS = {"failovers": 10, "calls of customers answered": 2000, "operations": 10_000}


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.cluster", __doc__, seconds=FULL_SECONDS)
    parser.add_argument("--folder", type=Path, default=None)
    options = read(parser, arguments)
    report = Report("cluster", options.seed)
    if (absent := missing()) is not None:
        report.notes.append(f"left out: {absent}")
        return report.finish(options.report)
    for name in ("pgcredits", "asyncpg"):  # what customers have to repeat is no news here
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with orphans(), open_folder(options.folder or in_memory()) as folder:
        with campaign(folder, options.seed, Size(clients=8, cold=200)) as made:
            found = lose_leaders(made, options.seconds)
        _report(report, found, folder)
    share = min(1.0, options.seconds / FULL_SECONDS)
    report.want(**{name: int(goal * share * 0.9) for name, goal in GOALS.items()})
    report.notes.append(f"Patroni {'.'.join(map(str, patroni_version()))}")
    return report.finish(options.report)


def _report(report: Report, found: Aftermath, folder: Path) -> None:
    report.figures.update(found.figures)
    for kind, silence in found.silences.items():
        report.figures[f"longest silence in ms, {kind}"] = round(silence * 1000)
    for what, wrong in found.wrong.items():
        report.found(what, wrong)
    figures = found.figures
    open_still = figures["unknown outcomes"] - figures["unknown outcomes, resolved"]
    report.must_be_zero["unknown outcomes that stayed unknown"] = open_still
    if found.is_bad():
        kept = Path(tempfile.mkdtemp(prefix="pgcredits-cluster-"))
        shutil.copytree(folder / "run", kept, dirs_exist_ok=True)
        report.notes += [f"history and books are in {kept}", *found.log]


if __name__ == "__main__":
    sys.exit(main())
