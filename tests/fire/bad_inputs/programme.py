"""The parts of the piece, each with its figures and findings."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

from fire.bad_inputs.check import Bench, is_internal, try_case, try_statement
from fire.bad_inputs.moments import MOMENTS, nothing_forged_in_the_log
from fire.bad_inputs.sweep import sweep
from fire.bad_inputs.table import ENTRIES, read_cases, read_statements
from fire.report import Report
from pgcredits._errors import BY_TOKEN, OF_A_PROXY

CALLS_AT_ONCE = 50


def table(bench: Bench, report: Report) -> None:
    """Every case through every entry, and every statement."""
    tokens: dict[str, set[str]] = {entry: set() for entry in ENTRIES}
    for case in read_cases(bench.version):
        for entry in ENTRIES:
            if case.expected[entry].impossible:
                continue
            outcome, wrong = try_case(bench, case, entry)
            report.figures[f"cases through {entry}"] += 1
            tokens[entry].add(outcome.token)
            report.found("cases answered otherwise", [f"{case}, {entry}: {x}" for x in wrong])
            unknown = is_internal(outcome) and not (case.gap or case.ours)
            report.found("internal errors", [f"{case}, {entry}: {outcome}"] if unknown else [])
        if case.gap:
            report.figures["known gaps"] += 1
            report.notes.append(f"gap: {case}: {case.gap}")
    for entry, met in tokens.items():
        report.figures[f"tokens met through {entry}"] = len(met & BY_TOKEN.keys())
        report.want(**{f"tokens met through {entry}": len(BY_TOKEN.keys() - OF_A_PROXY)})
        report.want(**{f"cases through {entry}": 250})
    for statement in read_statements():
        wrong = try_statement(bench, statement)
        report.figures["statements"] += 1
        line = f"{statement.number} {statement.settings} {statement.statement}"
        report.found("statements answered otherwise", [f"{line}: {x}" for x in wrong])
    report.want(statements=150)


def moments(bench: Bench, report: Report, log: Path) -> None:
    """Cases that need more than one session."""
    for moment in MOMENTS:
        wrong = moment(bench) + bench.fingerprint.changed()
        report.figures["moments"] += 1
        report.found("moments that went otherwise", wrong)
    report.found("lines forged in the log", nothing_forged_in_the_log(bench, log))
    report.want(moments=len(MOMENTS))


def generated(bench: Bench, report: Report, until: float, at_least: int) -> None:
    """Generated calls until the time is up."""
    rng = random.Random(report.seed)  # noqa: S311
    outcomes: Counter[str] = Counter()
    while outcomes.total() < at_least or time.monotonic() < until:
        found = sweep(bench, rng, CALLS_AT_ONCE)
        outcomes += found.outcomes
        report.found("generated calls that went wrong", found.wrong)
    report.figures["calls generated"] = outcomes.total()
    report.figures["calls accepted"] = outcomes["accepted"]
    report.figures["kinds of outcomes"] = len(outcomes)
    report.want(**{"calls generated": at_least, "calls accepted": at_least // 5})
    report.want(**{"kinds of outcomes": 12})
