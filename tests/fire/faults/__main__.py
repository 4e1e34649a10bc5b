"""Servers that are killed, cut off, promoted and restored under load, and nothing that is lost.

usage: python -m fire.faults [--seconds N] [--seed S] [--report FILE] [--folder FOLDER]

The seconds are those in which clients work or servers recover; the checks come on top, with about
a minute for half a million calls. ``--folder``: where the data of the servers lies for that time;
it must be open to other users if this runs as root.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fire.faults.programme import Programme
from fire.report import Report, options_of, read


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("fire.faults", __doc__)
    parser.add_argument("--folder", type=Path, default=None)
    options = read(parser, arguments)
    report = Report("faults", options.seed)
    Programme(report, options.seconds, options.folder).run()
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
