"""Imports the profiles of the previous application, and compares them afterwards.

A batch of profiles is one statement and one transaction. An import that is interrupted leaves whole
batches, and continues when it is run again: a profile that is here is not imported again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import asyncpg

from pgcredits import Credits, CreditsError, Finding, LegacyDamage, LockTimeout
from pgcredits._call import fetch
from pgcredits._legacy.names import shown
from pgcredits._legacy.source import Source
from pgcredits._server.database import Connection
from pgcredits._server.failures import CannotRunError
from pgcredits._server.words import count

if TYPE_CHECKING:
    from rich.progress import Progress

# The kinds of damage, and what accepting one means. In the order of the report.
ACCEPTING = {
    "null_balance": "the bucket counts as 0",
    "negative_balance": "the total is kept, a monthly debt goes into addon, an overdraft covers it",
    "balance_mismatch": "the balances count; unstated splits are monthly, audits are ranges",
    "history_truncated": "the opening is inferred; audits are ranges where that is not enough",
    "meta_missing": "the cost is what the ledger took, or 0",
    "cost_mismatch": "the cost is what the ledger took",
    "deduction_missing": "the job took the cost in its metadata",
    "duplicate_deduction": "the cost is the sum",
    "duplicate_refund": "the job is refunded; the customer keeps the excess",
    "partial_refund": "the rest can still be refunded",
    "refund_interrupted": "it is as the ledger says",
    "split_mismatch": "the stated split is ignored",
    "job_missing": "the ledger row is kept in the history only",
    "entry_unknown": "the balances count; audits are ranges",
    "invalid_id": "rows with this id are left out",
    "invalid_amount": "the amount is cut to a whole number of credits",
    "profile_missing": "the row is left out",
}
_OURS = "profile_missing"  # found here, never by the database
_MOST_PROFILES = 500  # of a batch
_PREFETCH = 5_000
_PATIENCE_SECONDS = 5.0  # for an old row's lock, and then for jobs that are being written there
_MOST_WAITING = 100  # profiles whose old writers wait together
_Listed: TypeAlias = tuple[UUID, int]  # a profile, and how many rows it has


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to import.

    ``accept``: kinds of damage; ``profiles``: only these, None for all; ``batch_rows``: jobs and
    ledger rows of one transaction, more only for a single profile; ``name_all``: whether to
    remember every finding, or only those that are not accepted; ``live``: whether the previous
    application goes on running.
    """

    accept: frozenset[str]
    profiles: Sequence[UUID] | None = None
    batch_rows: int = 20_000
    dry_run: bool = False
    name_all: bool = False
    live: bool = False


@dataclass(slots=True)
class Rows:
    """How many rows of each table."""

    profiles: int = 0
    jobs: int = 0
    ledger_rows: int = 0

    def add(self, profiles: int, jobs: int, ledger_rows: int) -> None:
        """Adds counts."""
        self.profiles += profiles
        self.jobs += jobs
        self.ledger_rows += ledger_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something in the old tables that does not add up."""

    profile: str | None
    job: str | None
    entry: str | None
    kind: str
    detail: str


@dataclass(slots=True)
class DamageTotal:
    """All findings of one kind."""

    accepted: bool
    count: int = 0
    profiles: int = 0
    last_profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A profile that the database refused at the import itself."""

    profile: UUID
    refusal: CreditsError


@dataclass(slots=True)
class Report:
    """What an import did, or would do.

    ``pending``: what was to be imported; ``left_out``: rows that no import reaches, and those that
    did not come with their profile; ``written``: whether it was more than a check.
    """

    pending: Rows = field(default_factory=Rows)
    imported: Rows = field(default_factory=Rows)
    already_there: Rows = field(default_factory=Rows)
    left_out: Rows = field(default_factory=Rows)
    damage: dict[str, DamageTotal] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    written: bool = False
    seconds: float = 0

    @property
    def unaccepted(self) -> bool:
        """Whether there is damage that nobody accepted."""
        return not all(damage.accepted for damage in self.damage.values())

    @property
    def held_back(self) -> bool:
        """Whether this damage is why profiles are not here."""
        return self.unaccepted and bool(self.pending.profiles or not self.already_there.profiles)


def batches(listed: Iterable[_Listed], most_rows: int) -> Iterator[list[_Listed]]:
    """Cuts profiles into batches, in their order: as large as they may be, one profile at least."""
    batch: list[_Listed] = []
    rows = 0
    for profile in listed:
        if batch and (rows + profile[1] > most_rows or len(batch) == _MOST_PROFILES):
            yield batch
            batch, rows = [], 0
        batch.append(profile)
        rows += profile[1]
    if batch:
        yield batch


@asynccontextmanager
async def transaction(connection: Connection, *, readonly: bool) -> AsyncIterator[None]:
    """A transaction in which a time without a zone is one of UTC."""
    async with connection.transaction(readonly=readonly):
        await connection.execute("set local time zone 'UTC'")
        yield


class Import:
    """One run of an import: lists, checks, and imports unless there is a reason against it."""

    def __init__(
        self, connection: Connection, source: Source, task: Task, progress: Progress
    ) -> None:
        self._connection = connection
        self._source = source
        self._task = task
        self._progress = progress
        self._report = Report()
        self._pending: list[_Listed] = []
        self._unsettled: list[UUID] = []  # did not add up while the application was at it

    async def run(self) -> Report:
        """Does it all. Raises ``CannotRunError``, ``CreditsError``, and errors of asyncpg."""
        started = perf_counter()
        await self._list()
        if self._task.profiles is None:
            await self._find_strays()
        live = self._task.live and not self._task.dry_run
        # What is being written does not add up for a moment, in one profile or another.
        if not live:
            await self._each_batch("checking", self._check)
        if self._pending and not self._task.dry_run and (live or not self._report.unaccepted):
            self._report.written = True
            await self._write()
        self._report.seconds = round(perf_counter() - started, 3)
        return self._report

    async def _write(self) -> None:
        try:
            await self._each_batch("importing", self._import)
            for begin in range(0, len(self._unsettled), _MOST_WAITING):
                await self._import_settled(self._unsettled[begin : begin + _MOST_WAITING])
        except LockTimeout as error:
            raise CannotRunError(
                "Another transaction kept a profile locked, such as an import that was just "
                f"killed. Imported: {count(self._report.imported.profiles, 'profile')}. Run it "
                "again to continue."
            ) from error

    async def _list(self) -> None:
        """Finds what is to be imported; all that is kept of a profile is its id and its size."""
        chosen = self._task.profiles
        missing = set(chosen or ())
        last: UUID | None = None
        async with transaction(self._connection, readonly=True):
            rows = self._connection.cursor(
                self._source.listing(some=chosen is not None),
                *([] if chosen is None else [chosen]),
                prefetch=_PREFETCH,
            )
            async for row in rows:
                if row["id"] == last:
                    raise CannotRunError(
                        f"The profile {last} appears more than once in {self._profiles_table()}."
                    )
                last = row["id"]
                missing.discard(last)
                if row["jobs_imported"] is not None:
                    self._report.already_there.add(1, row["jobs_imported"], row["entries_imported"])
                else:
                    self._report.pending.add(1, row["jobs"], row["entries"])
                    self._pending.append((last, row["jobs"] + row["entries"]))
        if missing:
            raise CannotRunError(f"There is no profile {min(missing)} in {self._profiles_table()}.")

    def _profiles_table(self) -> str:
        return shown(self._source.names.tables["profiles"])

    async def _find_strays(self) -> None:
        async with transaction(self._connection, readonly=True):
            strays = self._connection.cursor(self._source.strays(), prefetch=_PREFETCH)
            async for row in strays:
                self._note(row)
                job, entry = row["job"] is not None, row["entry"] is not None
                self._report.left_out.add(int(not job and not entry), int(job), int(entry))

    def _note(self, row: asyncpg.Record) -> None:
        found = Found(
            profile=row["profile"],
            job=row["job"],
            entry=row["entry"],
            kind=row["kind"],
            detail=row["detail"],
        )
        damage = self._report.damage.get(found.kind)
        if damage is None:
            damage = DamageTotal(accepted=found.kind in self._task.accept)
            self._report.damage[found.kind] = damage
        damage.count += 1
        # Findings come profile by profile.
        damage.profiles += found.profile != damage.last_profile
        damage.last_profile = found.profile
        if self._task.name_all or not damage.accepted:
            self._report.found.append(found)

    async def _each_batch(self, title: str, do: Callable[[list[UUID]], Awaitable[None]]) -> None:
        bar = self._progress.add_task(
            title, total=sum(rows for _, rows in self._pending) + len(self._pending)
        )
        for batch in batches(self._pending, self._task.batch_rows):
            await do([profile for profile, _ in batch])
            self._progress.advance(bar, sum(rows for _, rows in batch) + len(batch))

    async def _check(self, profiles: list[UUID]) -> None:
        async with transaction(self._connection, readonly=True):
            rows = await fetch(self._connection, self._source.check_batch(), profiles)
        for row in rows:
            self._note(row)

    async def _import(self, profiles: list[UUID]) -> None:
        # While jobs are being written there, what is accepted cannot be told from what is not yet
        # complete.
        accept = [] if self._task.live else self._accepted()
        try:
            async with transaction(self._connection, readonly=False):
                done = await self._import_batch(profiles, accept)
        except LockTimeout:
            raise
        except CreditsError as refusal:
            # Nothing of the batch is there. One profile alone tells which it was.
            if len(profiles) > 1:
                for profile in profiles:
                    await self._import([profile])
            elif self._task.live and isinstance(refusal, LegacyDamage):
                self._unsettled.append(profiles[0])
            else:
                self._report.refused.append(Refused(profile=profiles[0], refusal=refusal))
            return
        self._count(done)

    async def _import_settled(self, profiles: list[UUID]) -> None:
        """Keeps old writers from these profiles until what they were writing is complete."""
        imported: list[asyncpg.Record] = []
        refused: list[Refused] = []
        async with transaction(self._connection, readonly=False):
            milliseconds = round(_PATIENCE_SECONDS * 1000)
            await self._connection.execute(f"set local lock_timeout = {milliseconds}")
            await fetch(self._connection, self._source.locking(), profiles)
            begun = perf_counter()
            while await fetch(self._connection, self._source.check_batch(), profiles):
                if perf_counter() - begun > _PATIENCE_SECONDS:
                    break
                await asyncio.sleep(0.05)
            for profile in profiles:
                try:
                    async with self._connection.transaction():
                        imported.append(await self._import_batch([profile], self._accepted()))
                except LockTimeout:
                    raise  # and nothing of the group is there
                except CreditsError as refusal:
                    refused.append(Refused(profile=profile, refusal=refusal))
        self._report.refused += refused
        for done in imported:
            self._count(done)

    def _accepted(self) -> list[str]:
        return sorted(self._task.accept - {_OURS})

    async def _import_batch(self, profiles: list[UUID], accept: list[str]) -> asyncpg.Record:
        done: asyncpg.Record
        (done,) = await fetch(self._connection, self._source.import_batch(), profiles, accept)
        return done

    def _count(self, done: asyncpg.Record) -> None:
        self._report.imported.add(
            done["profiles"] - done["replayed"], done["jobs"], done["entries"]
        )
        # Imported by another run in the meantime.
        self._report.already_there.add(
            done["replayed"], done["jobs_replayed"], done["entries_replayed"]
        )
        self._report.left_out.add(
            0, done["jobs_found"] - done["jobs"], done["entries_found"] - done["entries"]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that differs from the old tables; None stands for NULL there.

    ``here``: what was imported; for the opening ledger row what it has of that.
    """

    profile: str
    what: str
    there: int | str | None
    here: int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a comparison found. ``imported``: what was compared."""

    imported: Rows
    differences: list[Difference]
    findings: list[Finding]

    @property
    def ok(self) -> bool:
        """Whether all is as it was imported, and the books are sound."""
        return not (self.differences or self.findings)


async def compare(
    connection: Connection, source: Source, profiles: Sequence[UUID] | None
) -> Verification:
    """Compares the old tables with what was imported, and verifies the books here.

    Raises ``CannotRunError``, ``CreditsError``, and errors of asyncpg.
    """
    if not await connection.fetchval(
        "select pg_catalog.has_table_privilege('credits.jobs', 'select')"
        " and pg_catalog.has_table_privilege('credits.ledger', 'select')"
    ):
        raise CannotRunError(
            "The role may not read credits.jobs and credits.ledger, which --verify needs: an "
            "administrator can make it a member of credits_reader."
        )
    some = profiles is not None
    arguments = [profiles] if some else []
    async with transaction(connection, readonly=True):
        rows = await connection.fetch(source.differences(some=some), *arguments)
        counts = await connection.fetchrow(
            "select count(*), coalesce(sum(i.jobs), 0)::bigint,"
            " coalesce(sum(i.entries), 0)::bigint from credits.legacy_profiles i"
            " where $1::uuid[] is null or i.profile_id = any($1)",
            profiles,
        )
    client = Credits(connection)
    findings = []
    for profile in [None] if profiles is None else profiles:
        findings += await client.check_integrity(profile)
    return Verification(
        imported=Rows(*(counts or ())),
        differences=[difference for row in rows for difference in _differences(row)],
        findings=findings,
    )


def _differences(row: asyncpg.Record) -> Iterator[Difference]:
    profile = str(row["profile"])
    if not (row["is_there"] and row["is_here"]):
        is_there, is_here = (
            "there" if row[name] else "missing" for name in ("is_there", "is_here")
        )
        yield Difference(profile=profile, what="profile", there=is_there, here=is_here)
        return
    opened = (row["monthly_then"] or 0) + (row["addon_then"] or 0)
    for what, there, here in (
        ("monthly", row["monthly_there"], row["monthly_then"]),
        ("addon", row["addon_there"], row["addon_then"]),
        ("opening ledger row", opened, row["opened"]),
        ("jobs", row["jobs_there"], row["jobs_here"]),
        ("ledger rows", row["entries_there"], row["entries_here"]),
    ):
        if there != here:
            yield Difference(profile=profile, what=what, there=there, here=here)
