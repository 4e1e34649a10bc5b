"""The machine for as long as asked.

usage: python -m laws.soak [--seconds N] [--steps N] [--seed S] [--report FILE] [--url URL]
       [--no-shrink]

Stops at the first difference between model and database, with the shortest list of steps that
shows it (which can take minutes to find), and at the end fails as unproductive if a case was never
met. Without a URL it starts a server of its own. The database behind a URL must be for nothing
else: it is migrated, and its clock is replaced.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import hypothesis
from hypothesis.stateful import run_state_machine_as_test

from fire.report import Report, options_of, read
from laws.database import Database, unsound
from laws.machine import COVERAGE, LawsMachine

STEPS_PER_EXAMPLE = 120
# Rounds are short, since from the tenth example on Hypothesis mostly varies what it has seen.
EXAMPLES_PER_ROUND = 9


def drive(
    database: Database,
    met: Counter[str],
    seed: int,
    *,
    shrink: bool,
    machine: type[LawsMachine] = LawsMachine,
) -> None:
    """One round of examples."""
    phases = [hypothesis.Phase.generate]
    if shrink:
        phases.append(hypothesis.Phase.shrink)

    class Machine(machine):  # type: ignore[valid-type, misc]
        pass

    Machine.database = database
    Machine.met = met
    run_state_machine_as_test(
        hypothesis.seed(seed)(Machine),
        settings=hypothesis.settings(
            max_examples=EXAMPLES_PER_ROUND,
            stateful_step_count=STEPS_PER_EXAMPLE,
            database=None,
            deadline=None,
            print_blob=False,
            suppress_health_check=list(hypothesis.HealthCheck),
            report_multiple_bugs=False,
            phases=phases,
        ),
    )


def drive_while(
    database: Database,
    met: Counter[str],
    seed: int,
    go_on: Callable[[Counter[str]], bool],
    *,
    shrink: bool = False,
    machine: type[LawsMachine] = LawsMachine,
) -> None:
    """Rounds whose seeds follow from this one."""
    seeds = random.Random(seed)  # noqa: S311
    while go_on(met):
        drive(database, met, seeds.getrandbits(64), shrink=shrink, machine=machine)


def never_met(met: Counter[str]) -> list[str]:
    wanted = [f"{group}: {case}" for group, cases in COVERAGE.items() for case in cases]
    return [case for case in wanted if met[case] == 0]


@contextmanager
def a_database(url: str | None) -> Iterator[Database]:
    from pgcredits._server.local_server import LocalServer
    from pgcredits._server.migrate import migrate

    with LocalServer() if url is None else nullcontext() as server:
        url = url or server.url()
        migrate(url)
        database = Database(url)
        try:
            yield database
        finally:
            database.close()


def main(arguments: list[str] | None = None) -> int:
    parser = options_of("laws.soak", __doc__, seconds=300)
    parser.add_argument("--steps", type=int, default=None, help="stop after so many steps")
    parser.add_argument("--url", default=None)
    parser.add_argument("--no-shrink", dest="shrink", action="store_false")
    options = read(parser, arguments)
    report = Report("laws", options.seed)
    met = report.figures
    with a_database(options.url) as database:

        def go_on(met: Counter[str]) -> bool:
            passed = time.monotonic() - report.begun
            if met["steps"]:
                print(f"{met['steps']} steps, {met['steps'] / passed:.0f} a second", flush=True)
            return passed < options.seconds and (
                options.steps is None or met["steps"] < options.steps
            )

        drive_while(database, met, options.seed, go_on, shrink=options.shrink)
        findings = [str(finding) for finding in unsound(database.findings(None))]
        report.found("findings of check_integrity", findings)
    report.must_be_zero["differences"] = 0  # the first one ends the run
    report.want(**dict.fromkeys(never_met(met), 1))
    return report.finish(options.report)


if __name__ == "__main__":
    sys.exit(main())
