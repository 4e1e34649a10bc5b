"""The command that writes a page for people who look: on everything, or on one profile."""

from __future__ import annotations

import sys
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from pgcredits._cli.common import PAST_DAY, AsJson, DatabaseUrl, ask, day
from pgcredits._report import books
from pgcredits._report import profile as one
from pgcredits._report.reading import Report, read_report
from pgcredits._report.shared import CHECK
from pgcredits._server.database import Connection

_DAYS, _MOST_DAYS = 30, 3660
Since = Annotated[
    date | None,
    typer.Option(
        parser=day, metavar="DAY", help=f"The first day to show, instead of --days: {PAST_DAY}."
    ),
]


def report(
    profile: Annotated[
        UUID | None,
        typer.Argument(metavar="PROFILE", help="Profile id (a UUID). Default: all profiles."),
    ] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Where to write it. Default: here, by the profile or the day.",
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=_MOST_DAYS, metavar="N", help=f"Days to show. Default: {_DAYS}."),
    ] = None,
    since: Since = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            help="Whether to check the books, which reads every row of the tables.",
        ),
    ] = True,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Write a report as one HTML file: pictures and figures, to look at, print or send.

    On all profiles it reads the ledger, once or twice. If the check finds something, the exit code
    is 1.
    """
    if since is not None and days is not None:
        raise typer.BadParameter("give --since or --days, not both", param_hint="--since")

    async def write(connection: Connection) -> dict[str, Any]:
        now = await connection.fetchval("select now()")
        today = now.astimezone(UTC).date()
        first = since or today - timedelta(days=(days or _DAYS) - 1)
        if not timedelta() <= today - first < timedelta(days=_MOST_DAYS):
            raise typer.BadParameter(
                f"give a day of the last {_MOST_DAYS:,}, not after today", param_hint="--since"
            )
        parts = books.PARTS if profile is None else one.PARTS
        made = await read_report(
            connection,
            "Credits" if profile is None else f"Profile {profile}",
            [part for part in parts if check or part is not CHECK],
            profile_id=profile,
            since=first,
            now=now,
        )
        file = output or Path(f"pgcredits-{profile or today}.html")
        file.write_text(made.html, "utf-8")
        return {"file": file, "profile_id": profile, **_of(made)}

    def tell(written: dict[str, Any]) -> None:
        print(f"Written to {written['file']}.")
        for title in written["left_out"]:
            print(f"Left out, since this role may not read it: {title}.", file=sys.stderr)
        if written["sound"] is False:
            print("The books are not sound: the page says why.", file=sys.stderr)

    if ask(database_url, as_json, write, tell)["sound"] is False:
        raise typer.Exit(1)


def _of(report: Report) -> dict[str, Any]:
    sound = None if report.findings is None else not report.findings
    return {"left_out": report.left_out, "sound": sound}
