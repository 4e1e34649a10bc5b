"""Who may do what: the matrix in every state, attacks, and then stray grants until the time is up.

usage: python -m fire.privileges [--seconds N] [--seed S] [--report FILE]

The matrix and the attacks take some ten seconds, however few are given.
"""

from __future__ import annotations

import sys

from fire.privileges import programme
from fire.privileges.states import a_server, fresh
from fire.report import Report, options_of, read


def main(arguments: list[str] | None = None) -> int:
    options = read(options_of("fire.privileges", __doc__), arguments)
    report = Report("privileges", options.seed)
    with a_server() as server:
        programme.in_every_state(server, report, thorough=True)
    with a_server() as server:  # another: the last state changes a role
        url = fresh(server)
        programme.attacks(url, report)
        programme.broken_rules(url, report)
        programme.stray_grants(url, report, report.begun + options.seconds, at_least=20)
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
