"""The commands that say where credits went: by period and label, and by day and bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from pgcredits import Credits, InvalidArgument, UsageEntry
from pgcredits._cli.common import (
    PAST_DAY,
    PAST_TIME,
    AsCsv,
    AsJson,
    DatabaseUrl,
    Profile,
    ago,
    ask,
    check_one_format,
    day,
    make_call,
    past,
    past_day,
)
from pgcredits._cli.output import figure_lines, print_csv
from pgcredits._report.flows import FIGURES, read_flows
from pgcredits._server.database import Connection


def usage(
    profile: Profile,
    *,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=past, metavar="TIME", help=f"From then on: {PAST_TIME}. Default: the first."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=ago,
            metavar="TIME",
            help="Up to this moment, without it, written as for --since.",
        ),
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(metavar="day|week|month", help="A row for each. Default: one row."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="spender|meta.KEY",
            help="A row for each spender, or each value of a key of your metadata: meta.model.",
        ),
    ] = None,
    time_zone: Annotated[
        str, typer.Option(metavar="NAME", help="Whose days, weeks and months: Europe/Berlin.")
    ] = "UTC",
    as_csv: AsCsv = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show where credits went: what jobs took and gave back."""
    check_one_format(as_json=as_json, as_csv=as_csv)

    async def read(client: Credits) -> dict[str, Any]:
        found = await client.usage(
            profile, since=since, until=until, step=step, by=by, time_zone=time_zone
        )
        return {"profile_id": profile, "usage": found}

    def tell(read: dict[str, Any]) -> None:
        entries: list[UsageEntry] = read["usage"]
        names = [column.name for column in fields(UsageEntry)]
        if as_csv:
            print_csv(names, [astuple(entry) for entry in entries])
        elif entries:
            heads = ["from (UTC)", "until (UTC)", "label", *names[3:]]
            left_out = {heads[place] for place, wanted in enumerate((step, step, by)) if not wanted}
            _show(heads, [astuple(entry) for entry in entries], left_out)
        else:
            print("No usage.")

    make_call(database_url, as_json, read, tell)


def flows(
    profile: Annotated[
        UUID | None,
        typer.Argument(
            metavar="PROFILE",
            help="Profile id (a UUID). Default: all profiles together, which reads the whole "
            "ledger.",
        ),
    ] = None,
    *,
    since: Annotated[
        date | None,
        typer.Option(
            parser=past_day, metavar="DAY", help=f"From this day: {PAST_DAY}. Default: the first."
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="DAY", help="Up to this day, without it, written as for --since."
        ),
    ] = None,
    as_csv: AsCsv = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show where credits came from and went, by day (of UTC) and bucket."""
    check_one_format(as_json=as_json, as_csv=as_csv)

    async def read(connection: Connection) -> dict[str, Any]:
        if since and until and until < since:  # as usage refuses it, which asks a function
            raise InvalidArgument(
                "invalid_interval",
                sqlstate="PT400",
                detail={"parameter": "until", "value": until},
                hint="Give a day for until that is not before since.",
            )
        return {
            "profile_id": profile,
            "flows": await read_flows(connection, profile, since, until),
        }

    def tell(read: dict[str, Any]) -> None:
        found: list[dict[str, Any]] = read["flows"]
        names = ["day", "bucket", *FIGURES]
        if profile is not None:
            names = [*names[:2], "opening", *FIGURES, "closing"]
        rows = [[row[name] for name in names] for row in found]
        if as_csv:
            print_csv(names, rows)
        elif rows:
            _show(names, rows, {name for name in FIGURES if not any(row[name] for row in found)})
        else:
            print("No credits moved.")

    ask(database_url, as_json, read, tell)


def _show(names: Sequence[str], rows: Sequence[Sequence[object]], left_out: set[str]) -> None:
    kept = [place for place, name in enumerate(names) if name not in left_out]
    lines = figure_lines(
        [names[place] for place in kept], [[row[place] for place in kept] for row in rows]
    )
    print("\n".join(lines))
