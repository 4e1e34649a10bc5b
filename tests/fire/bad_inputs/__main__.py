"""Bad inputs: the table through three entries, and then generated calls until the time is up.

usage: python -m fire.bad_inputs [--seconds N] [--seed S] [--report FILE]

The table takes some ten seconds, however few are given.
"""

from __future__ import annotations

import sys

from fire.bad_inputs import programme
from fire.bad_inputs.check import a_bench
from fire.bad_inputs.world import a_world
from fire.report import Report, options_of, read


def main(arguments: list[str] | None = None) -> int:
    options = read(options_of("fire.bad_inputs", __doc__), arguments)
    report = Report("bad_inputs", options.seed)
    with a_world() as server, a_bench(server.url()) as bench:
        programme.table(bench, report)
        programme.moments(bench, report, server.log_file)
        programme.generated(bench, report, report.begun + options.seconds, at_least=300)
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
