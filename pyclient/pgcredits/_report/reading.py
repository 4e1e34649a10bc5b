"""Reads what a report shows, in one snapshot and changing nothing, and says what it may not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from pgcredits import Credits, Finding, __version__
from pgcredits._report.flows import Flow, Periods, read_flows
from pgcredits._report.markup import Markup
from pgcredits._report.page import moment, page, section, sentence
from pgcredits._server.database import Connection


@dataclass(slots=True, kw_only=True)
class Asked:
    """Whom a report asks, and for what: everything, or one profile, from a day to now.

    ``findings``: what the check of the books found; None where it was not made.
    """

    connection: Connection
    profile_id: UUID | None
    since: date
    now: datetime
    findings: list[Finding] | None = None
    _flows: list[Flow] | None = field(default=None, init=False)

    @property
    def client(self) -> Credits:
        """For the functions."""
        return Credits(self.connection)

    @property
    def profile(self) -> UUID:
        """For the parts that are about one."""
        if self.profile_id is None:
            raise ValueError("this report is on everything")
        return self.profile_id

    @property
    def begin(self) -> datetime:
        """The first moment of the first day."""
        return datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC)

    async def flows(self) -> list[Flow]:
        """What came and went by day: read once, for all parts that show it."""
        if self._flows is None:
            self._flows = await read_flows(self.connection, self.profile_id, self.since)
        return self._flows

    async def periods(self) -> Periods:
        """The days, weeks or months of the charts."""
        days = [flow["day"] for flow in await self.flows()]
        return Periods(self.since, max([self.now.date(), *days]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a report: where its numbers are from, how they are read, and how shown."""

    title: str
    source: str
    read: Callable[[Asked], Awaitable[Any]]
    show: Callable[[Any, Asked], Markup]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A page, the parts that this role may not read, and what the check of the books found."""

    html: str
    left_out: list[str]
    findings: list[Finding] | None


async def read_report(
    connection: Connection,
    title: str,
    parts: Sequence[Part],
    *,
    profile_id: UUID | None,
    since: date,
    now: datetime,
) -> Report:
    """Reads all parts as of one moment. Days before the first one of the books are not shown.

    Raises errors of the client and of asyncpg; ``InsufficientPrivilegeError`` where the role may
    read no part at all.
    """
    left_out: dict[str, asyncpg.InsufficientPrivilegeError] = {}
    shown: list[Markup] = []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        database = await connection.fetchval("select current_database()")
        began = max(since, await _first_day(connection, profile_id) or since)
        asked = Asked(connection=connection, profile_id=profile_id, since=began, now=now)
        for part in parts:
            try:
                async with connection.transaction():
                    body = part.show(await part.read(asked), asked)
            except asyncpg.InsufficientPrivilegeError as error:
                left_out[part.title] = error
                body = sentence(
                    f"Not shown: {error.args[0]}. A member of credits_reader may read it.",
                    class_="alarm",
                )
            shown.append(section(part.title, part.source, body))
    if len(left_out) == len(parts):
        raise left_out[parts[0].title]  # the last part alone is for other roles, too
    whose = "the books begin" if profile_id is None else "the profile was opened"
    first = f"{began}, when {whose}," if began > since else began
    facts = [
        f"database {database}",
        f"{first} to {moment(now)}, times in UTC",
        "amounts in credits",
    ]
    end = f"Written by pgcredits {__version__}. All numbers are of one moment."
    html = page(title, facts, shown, end)
    return Report(html=html, left_out=list(left_out), findings=asked.findings)


async def _first_day(connection: Connection, profile_id: UUID | None) -> date | None:
    """When the first profile was opened, or this one: nothing can have moved before.

    None where there is no profile, or this role may not know.
    """
    try:
        async with connection.transaction():
            if profile_id is not None:
                opened = (await Credits(connection).get_profile(profile_id)).created_at
            else:
                opened = await connection.fetchval(
                    "select min(p.created_at) from credits.profiles p"
                )
    except asyncpg.InsufficientPrivilegeError:
        return None
    return None if opened is None else opened.astimezone(UTC).date()
