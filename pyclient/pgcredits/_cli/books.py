"""Checks the books: of one profile, or of all, a piece of them at a time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer

from pgcredits import CheckedPiece, Credits, Finding
from pgcredits._cli.common import PAST_TIME, AsJson, DatabaseUrl, make_call, past
from pgcredits._cli.errors import explained
from pgcredits._cli.output import SHOWN, print_json, progress_bar, say
from pgcredits._server.database import Connection, check_schema, checked_url, connected
from pgcredits._server.words import count

_ALL_IDS = 1 << 128
# How often a piece is tried that a standby has cancelled: it could not wait to apply a change.
_ATTEMPTS = 5
# What is checked, of one database and of all shards.
Since = Annotated[
    datetime | None,
    typer.Option(
        parser=past,
        metavar="TIME",
        help=f"Of all profiles only those with a ledger row of then or later: {PAST_TIME}.",
    ),
]


@dataclass(slots=True)
class Checked:
    """How far a check of all books has come, and what it has found.

    ``last_id``: the profile that it has come to; ``checked``: how many of the ``profiles`` were not
    left out; ``entries``: their ledger rows.
    """

    began_at: datetime | None = None
    complete: bool = False
    last_id: UUID | None = None
    profiles: int = 0
    checked: int = 0
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, piece: CheckedPiece) -> None:
        self.complete = piece.last_id is None
        self.last_id = piece.last_id or self.last_id
        self.profiles += piece.profiles
        self.checked += piece.checked
        self.entries += piece.entries
        self.findings += piece.findings

    @property
    def sound(self) -> bool | None:
        """None where nobody can say: nothing was found, and not everything was looked at."""
        if self.findings:
            return False
        return True if self.complete else None

    def document(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in self.__slots__}
        return {"sound": self.sound, **told}


async def check_all(
    connection: Connection, checked: Checked, batch_size: int, since: datetime | None
) -> None:
    """Checks piece after piece, each in a transaction of its own, with a progress bar.

    ``checked``: where it goes on, and what it adds to. Raises InvalidArgument and errors of
    asyncpg: ``checked`` then says how far it came.
    """
    with progress_bar() as progress:
        bar = progress.add_task("checking", total=_ALL_IDS)  # most ids are random
        async for last_id in check_pieces(connection, checked, batch_size, since):
            progress.update(bar, completed=last_id.int if last_id else _ALL_IDS)


async def check_pieces(
    connection: Connection, checked: Checked, batch_size: int, since: datetime | None
) -> AsyncIterator[UUID | None]:
    """Checks a piece with each step, and says where it has come to; without a progress bar."""
    client = Credits(connection)
    checked.began_at = await connection.fetchval("select pg_catalog.clock_timestamp()")
    while not checked.complete:
        checked.add(await _piece(client, checked.last_id, batch_size, since))
        yield checked.last_id


async def _piece(
    client: Credits, after_id: UUID | None, batch_size: int, since: datetime | None
) -> CheckedPiece:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await client.check_profiles(
                after_id=after_id, batch_size=batch_size, changed_since=since
            )
        except asyncpg.TransactionRollbackError:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError


def check(
    profile: Annotated[
        UUID | None,
        typer.Argument(metavar="PROFILE", help="Profile id (a UUID). Default: all profiles."),
    ] = None,
    *,
    since: Since = None,
    after: Annotated[
        UUID | None,
        typer.Option(
            metavar="PROFILE",
            help="Of all profiles only those after this one, in the order of ids.",
        ),
    ] = None,
    batch_size: Annotated[
        int, typer.Option(metavar="N", help="Rows per transaction, at most 1,000,000.")
    ] = 10_000,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Verify that every balance matches its ledger.

    Checks that the stored rows agree with each other. Prints "sound", or what is wrong; then the
    exit code is 1. All profiles are checked a piece at a time, each in a transaction of its own, so
    it may run at any time, also on a standby. One that was stopped says how it goes on.
    """
    if profile:
        if since or after:
            raise typer.BadParameter(
                "PROFILE is checked whole, without --since and --after: they are for all profiles"
            )
        _check_one(profile, database_url, as_json=as_json)
    else:
        _check_all(Checked(last_id=after), batch_size, since, database_url, as_json=as_json)


def _check_one(profile: UUID, database_url: str | None, *, as_json: bool) -> None:
    async def findings(client: Credits) -> dict[str, Any]:
        found = await client.check_integrity(profile)
        return {"sound": not found, "findings": found}

    result = make_call(
        database_url, as_json, findings, lambda result: tell_findings(result["findings"])
    )
    if not result["sound"]:
        raise typer.Exit(1)


def _check_all(
    checked: Checked,
    batch_size: int,
    since: datetime | None,
    database_url: str | None,
    *,
    as_json: bool,
) -> None:
    async def run() -> None:
        async with connected(checked_url(database_url)) as connection:
            await check_schema(connection)
            await check_all(connection, checked, batch_size, since)

    def so_far() -> dict[str, Any]:
        return checked.document() if checked.profiles else {}

    with explained(as_json=as_json, so_far=so_far):
        try:
            asyncio.run(run())
        except BaseException as stopped:
            if checked.profiles:
                if as_json and not isinstance(stopped, Exception):  # others are a document already
                    print_json(checked.document())
                elif checked.findings and not as_json:
                    tell_findings(checked.findings)
                _tell_how_to_go_on(checked, since)
            raise
        if as_json:
            print_json(checked.document())
        else:
            tell_findings(checked.findings)
    if checked.findings:
        raise typer.Exit(1)


def tell_findings(findings: list[Finding]) -> None:
    """What is wrong with the books, and with whose, and how much of it there is."""
    for finding in findings[:SHOWN]:
        facts = {"profile": finding.profile_id}
        if finding.job_id:
            facts["job"] = finding.job_id
        say(
            f"{finding.severity}: {finding.rule}: expected {finding.expected}, "
            f"found {finding.found}",
            facts,
        )
    rest = "; --json lists all" if len(findings) > SHOWN else ""
    print(f"{count(len(findings), 'finding')}{rest}" if findings else "sound")


def _tell_how_to_go_on(checked: Checked, since: datetime | None) -> None:
    of_since = f" --since {since.isoformat()}" if since else ""
    print(
        f"Stopped after {count(checked.profiles, 'profile')}. Go on with: "
        f"pgcredits check --after {checked.last_id}{of_since}",
        file=sys.stderr,
    )
