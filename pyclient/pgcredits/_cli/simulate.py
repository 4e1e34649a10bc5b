"""The command that charges a trace, and reports what became of the credits."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from pgcredits._cli.common import AsJson, DatabaseUrl
from pgcredits._cli.errors import explained
from pgcredits._cli.output import (
    print_first,
    print_json,
    progress_bar,
    show,
    table,
)
from pgcredits._report.markup import printable
from pgcredits._server.database import given_or_local_database
from pgcredits._server.words import count
from pgcredits._showcase.simulation import SHOWN, Conservation, Plan, Report, Simulation
from pgcredits._showcase.trace import Trace
from pgcredits._signed import signed

TraceFile = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        readable=True,
        metavar="FILE.csv",
        help="A file with the columns TIMESTAMP, ContextTokens and GeneratedTokens.",
    ),
]


def simulate(
    file: TraceFile,
    *,
    profiles: Annotated[
        int, typer.Option(min=1, metavar="N", help="Profiles to spread the jobs over.")
    ] = 100,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Concurrent calls.")] = 8,
    fail_share: Annotated[
        float,
        typer.Option(
            min=0, max=1, metavar="SHARE", help="Share of the jobs that fail and are refunded."
        ),
    ] = 0.1,
    estimate: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Reserve the context tokens and this many generated ones; then settle at both.",
        ),
    ] = 32,
    monthly: Annotated[
        int, typer.Option(metavar="N", help="Monthly credits of each profile.")
    ] = 50_000,
    addon: Annotated[
        int,
        typer.Option(metavar="N", help="Addon credits of each profile; half of them are granted."),
    ] = 110_000,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Decides which job goes where, and which fail.")
    ] = 1,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Simulate charging for a trace of LLM requests.

    Each row is a job. It reserves an estimate and is settled at one credit per token, which gives
    some back or draws more. Some jobs fail and are refunded instead. Then every balance is checked.
    Runs on an ephemeral local server when no database is given. Ids are new in each run, so it can
    run against the same database again.
    """
    plan = Plan(
        profiles=profiles,
        workers=workers,
        fail_share=fail_share,
        estimate=estimate,
        monthly=monthly,
        addon=addon,
        seed=seed,
    )
    with (
        explained(as_json=as_json),
        Trace(file) as trace,
        given_or_local_database(database_url) as url,
    ):
        with progress_bar() as progress:
            report = asyncio.run(Simulation(plan, trace, progress, name_all=as_json).run(url))
        _print_malformed(report)
        if as_json:
            print_json(report)
        else:
            _print_report(report)
        if not report.conservation.ok:
            raise typer.Exit(1)


def _print_malformed(report: Report) -> None:
    """Names the malformed rows on stderr: the first ones in full, the others as a count."""
    for row in report.malformed_rows[:SHOWN]:
        print(f"line {row.line}: {printable(row.problem)}", file=sys.stderr)
    if report.malformed > SHOWN:
        print(f"and {report.malformed - SHOWN:,} more malformed rows", file=sys.stderr)


def _print_report(report: Report) -> None:
    """The summary for people."""
    plan = report.plan
    summary = table("simulation", "result")
    for name, value in {
        "rows": f"{report.rows:,}",
        "malformed": f"{report.malformed:,}",
        "jobs": f"{report.jobs:,}",
        "settled": f"{report.settled:,}",
        "settled for less": f"{report.settled_for_less:,}",
        "settled for more": f"{report.settled_for_more:,}",
        "shortfalls": f"{report.shortfalls:,} ({count(report.shortfall, 'credit')})",
        "refunds": f"{report.refunds:,}",
        "refusals": f"{report.refusals:,}",
        "profiles": f"{plan.profiles:,}",
        "workers": f"{plan.workers:,}",
        "seconds": f"{report.seconds:,.1f}",
        "jobs per second": f"{report.jobs_per_second:,.0f}",
    }.items():
        summary.add_row(name, value)
    for name, milliseconds in report.reserve_ms.items():
        shown = "-" if milliseconds is None else f"{milliseconds:,.1f} ms"
        summary.add_row(f"reserve {name}", shown)
    show(summary)
    show()
    moved = table("credits", "monthly", "addon")
    for name, amounts in report.credits.items():
        written = "{:,}".format if name == "left" else signed
        moved.add_row(name.replace("_", " "), written(amounts.monthly), written(amounts.addon))
    show(moved)
    show()
    _print_conservation(report.conservation)


def _print_conservation(found: Conservation) -> None:
    if found.ok:
        rows, profiles = count(found.ledger_rows, "ledger row"), count(found.profiles, "profile")
        print(f"conservation: ok ({rows} of {profiles})")
        print(
            "check_integrity: sound"
            if found.integrity_checked
            else "check_integrity: left out, since this role may not execute it"
        )
    else:
        print(f"conservation: FAILED ({count(len(found.differences), 'difference')})")
        _print_first(found.differences)
    if found.of_others:
        print("Somebody else has changed these profiles meanwhile, which is no difference:")
        _print_first(found.of_others)


def _print_first(lines: list[str]) -> None:
    print_first([f"  {line}" for line in lines])
