"""What the commands share: arguments and options, their values, and the one call of the client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from pgcredits import Credits
from pgcredits._cli.errors import explained
from pgcredits._cli.output import print_json
from pgcredits._server.calls import client_on
from pgcredits._server.database import Connection, check_schema, checked_url, connected

_Result = TypeVar("_Result")
_ENDLESS = (datetime.min, datetime.max)  # asyncpg sends these as infinity
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """A whole number and a unit: 90s, 15m, 2h, 7d. Raises ``typer.BadParameter``."""
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if not found:
        raise typer.BadParameter("write a number and a unit: 90s, 15m, 2h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def moment(text: str, *, or_else: str = "") -> datetime:
    """A time in ISO 8601 with its time zone, or a day, which begins in UTC; as UTC.

    ``or_else``: what else could have been written. Raises ``typer.BadParameter``.
    """
    try:
        time = datetime.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            time = time.replace(tzinfo=UTC)
        # Without a time zone it would mean another time on each machine.
        known = None if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        known = None
    if known is None:
        raise typer.BadParameter(
            "write a time with its time zone, 2026-03-01T00:00:00Z, or a day of UTC, 2026-03-01"
            f"{or_else}"
        )
    if known.replace(tzinfo=None) in _ENDLESS:
        raise typer.BadParameter(
            "write a time after the first moment of year 1, and before the last of year 9999"
        )
    return known


def expiry(text: str) -> datetime:
    """The same, or how many days from today: 14d. Raises ``typer.BadParameter``.

    It ends with a day of UTC, so that the same command on the same day says the same.
    """
    if (days := _days(text)) is None:
        return moment(text, or_else="; or how many days from today: 14d")
    return _midnight() + timedelta(days=days + 1)


def ago(text: str) -> datetime:
    """As ``moment``, or how many days ago: 14d, which is the beginning of that day in UTC."""
    if (days := _days(text)) is None:
        return moment(text, or_else="; or how many days ago: 14d")
    return _midnight() - timedelta(days=days)


def past(text: str) -> datetime:
    """As ``ago``, where a moment that is still to come makes no sense."""
    if (time := ago(text)) > datetime.now(UTC):
        raise typer.BadParameter("that moment is still to come")
    return time


def day(text: str) -> date:
    """A day in ISO 8601, or how many days ago it was: 14d. Raises ``typer.BadParameter``."""
    if _days(text) is not None:
        return ago(text).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day, 2026-03-01; or how many days ago: 14d") from None


def past_day(text: str) -> date:
    """As ``day``, where one that is still to come makes no sense."""
    if (found := day(text)) > _midnight().date():
        raise typer.BadParameter("that day is still to come")
    return found


# How the help of an option tells what ``past`` and ``day`` take.
PAST_DAY = "2026-03-01, or 14d for 14 days ago"
PAST_TIME = (
    "2026-03-01T00:00:00Z, or the first moment of a day in UTC, 2026-03-01, or of the day 14 days "
    "ago, 14d"
)


def _days(text: str) -> int | None:
    found = re.fullmatch(r"([0-9]{1,4})d", text)
    return int(found[1]) if found else None


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar=["PGCREDITS_DATABASE_URL", "DATABASE_URL"],
        help="URL of the database: postgresql://user:password@host:port/database",
    ),
]
MapFile = Annotated[
    Path,
    typer.Option(
        "--map",
        metavar="FILE",
        dir_okay=False,
        envvar="PGCREDITS_SHARDS",
        help="The map of the shards: which server has which.",
    ),
]
MAP = Path("shards.toml")
# What sweepers take, of one database and of all shards.
Every = Annotated[
    timedelta | None,
    typer.Option(
        parser=duration,
        metavar="TIME",
        help="Keep running, with this pause between passes: 60s, 5m, 1h.",
    ),
]
SweepSize = Annotated[int, typer.Option(metavar="N", help="Holds and packs per transaction.")]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print everything as CSV.")]
Profile = Annotated[UUID, typer.Argument(metavar="PROFILE", help="Profile id (a UUID).")]
Spender = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who spends, in your word: an API key, a member, a model."),
]
PageSize = Annotated[int, typer.Option(metavar="N", help="Maximum number of rows.")]
Job = Annotated[UUID, typer.Argument(metavar="JOB", help="Job id (a UUID).")]
JobProfile = Annotated[
    UUID | None,
    typer.Option(
        "--profile", metavar="UUID", help="The job's profile: a job of another one is not found."
    ),
]
GrantReference = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="The reference of the grant.")
]
Reason = Annotated[
    str | None, typer.Option(metavar="TEXT", help="A note for people, kept in the ledger.")
]
NeededReason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the ledger.")]
Actor = Annotated[
    str, typer.Option(metavar="NAME", help="Who decided it, person or tool; kept in the ledger.")
]


def make_call(
    database_url: str | None,
    as_json: bool,
    call: Callable[[Credits], Awaitable[_Result]],
    tell: Callable[[_Result], None],
) -> _Result:
    """Makes one call of the client, and prints its result."""
    return ask(database_url, as_json, lambda connection: call(client_on(connection)), tell)


def ask(
    database_url: str | None,
    as_json: bool,
    question: Callable[[Connection], Awaitable[_Result]],
    tell: Callable[[_Result], None],
) -> _Result:
    """Asks a database that has this version of the schema, and prints what it answers."""

    async def run() -> _Result:
        async with connected(checked_url(database_url)) as connection:
            await check_schema(connection)
            return await question(connection)

    with explained(as_json=as_json):
        result = asyncio.run(run())
        if as_json:
            print_json(result)
        else:
            tell(result)
        return result


def check_one_format(*, as_json: bool, as_csv: bool) -> None:
    """Refuses to print in two formats. Raises ``typer.BadParameter``."""
    if as_csv and as_json:
        raise typer.BadParameter("give --csv or --json, not both", param_hint="--csv")
