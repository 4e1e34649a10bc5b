"""Servers that are killed, cut off, promoted and restored under load, and nothing that is lost.

usage: python -m fire.faults [--seconds N] [--seed S] [--report FILE] [--folder FOLDER]

The seconds are those in which clients work or servers recover; the checks come on top, with about
a minute for half a million calls. ``--folder``: where the data of the servers lies for that time;
it must be open to other users if this runs as root.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from fire.faults.programme import Programme
from fire.privileges.report import Report


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="fire.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--report", type=Path, default=None)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    report = Report("faults", seed)
    Programme(report, options.seconds, options.folder).run()
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
