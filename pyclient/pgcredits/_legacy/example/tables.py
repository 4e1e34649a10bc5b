"""The tables of an old application with the bug, after a year: generated, and loaded.

``generate`` makes the rows and the truth beside them, ``load_legacy_example`` puts them into a
database, and ``story_rows`` is the smallest case, to be followed by eye. ``year`` says what happens
in the year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeAlias
from uuid import UUID

import asyncpg

from pgcredits._legacy.example.truth import (
    DAMAGE,
    YEAR_START,
    JobRow,
    LedgerRow,
    LegacyPlan,
    LegacyProfile,
    PlantedRefund,
    ProfileRow,
)
from pgcredits._legacy.example.year import Life

_Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_FIRST_LEDGER_ID = 1_001  # the smaller ones are left to the story
_CHUNK = 20_000  # jobs and ledger rows that are sent at once
_TABLES = {
    "profiles": "id uuid not null, credits_remaining bigint, addon_credits bigint",
    "jobs": "id uuid not null, user_id uuid not null, status text, meta_json jsonb,"
    " created_at timestamptz not null",
    "ledger": "id bigint not null, user_id uuid not null, delta bigint not null,"
    " reason text not null, ts timestamptz not null",
}


class LegacyExampleError(Exception):
    """The example cannot be loaded; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacySummary:
    """What was loaded.

    ``wrong_refunds``, ``addon_lost`` and ``monthly_gained`` count the ``determined`` profiles only,
    ``other_wrong_refunds`` the other ones; ``damaged``: profiles of each kind of damage.
    """

    profiles: int
    jobs: int
    ledger_rows: int
    determined: int
    truncated: int
    wrong_refunds: int
    other_wrong_refunds: int
    addon_lost: int
    monthly_gained: int
    damaged: dict[str, int]


def generate(plan: LegacyPlan) -> Iterator[LegacyProfile]:
    """The profiles of a plan, one after the other; none is kept."""
    rng = Random(plan.seed)  # noqa: S311 - repeatable, not secret
    kinds = list(DAMAGE)
    ledger_id, damaged = _FIRST_LEDGER_ID, 0
    for _ in range(plan.profiles):
        draw = rng.random()
        kind = None
        if draw < plan.damaged_share:
            kind = kinds[damaged % len(kinds)]
            damaged += 1
        late = kind is None and draw < plan.damaged_share + plan.truncated_share
        life = Life(plan, rng, ledger_id, kind, late_ledger=late)
        life.run()
        ledger_id = life.next_ledger_id
        yield life.profile()


def story_rows() -> LegacyProfile:
    """500 monthly and 5,000 addon credits; a job of 2,000 fails, and all of it goes to monthly."""
    profile = UUID("11111111-1111-4111-8111-111111111111")
    job = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
    ts = [YEAR_START + timedelta(hours=hours) for hours in range(9, 13)]
    meta = '{"credit_cost": 2000, "credits_deducted": false}'
    return LegacyProfile(
        profile=(profile, 2_000, 3_500),
        jobs=[(job, profile, "refunded", meta, ts[2])],
        ledger=[
            (1, profile, 500, "signup: monthly credits", ts[0]),
            (2, profile, 5_000, "addon purchase: order-1", ts[1]),
            (3, profile, -2_000, f"job create: {job}", ts[2]),
            (4, profile, 2_000, f"job refund: {job}", ts[3]),
        ],
        damage=None,
        classes=frozenset(),
        arguable_classes=frozenset(),
        truncated=False,
        stated=False,
        determined=True,
        actual=(2_000, 3_500),
        right=(500, 5_000),
        planted=[
            PlantedRefund(
                ledger_id=4,
                job_id=job,
                refunded=2_000,
                misplaced=1_500,
                addon_lost=1_500,
                monthly_gained=1_500,
            )
        ],
    )


async def load_legacy_example(
    connection: _Connection,
    plan: LegacyPlan,
    *,
    schema: str = "legacy",
    progress: Callable[[int], None] | None = None,
) -> LegacySummary:
    """Loads the profiles of a plan, as ``load_legacy_profiles`` does."""
    return await load_legacy_profiles(connection, generate(plan), schema=schema, progress=progress)


async def load_legacy_profiles(
    connection: _Connection,
    profiles: Iterable[LegacyProfile],
    *,
    schema: str = "legacy",
    progress: Callable[[int], None] | None = None,
) -> LegacySummary:
    """Makes the three tables in one transaction, and loads the profiles in chunks.

    ``progress`` is told how many profiles are loaded so far. Raises ``LegacyExampleError`` if one
    of the tables is there already; nothing has changed then.
    """
    totals = _Totals()
    quoted = '"' + schema.replace('"', '""') + '"'
    async with connection.transaction():
        await connection.execute(f"create schema if not exists {quoted}")
        for name, columns in _TABLES.items():
            try:
                await connection.execute(f"create table {quoted}.{name} ({columns})")
            except asyncpg.DuplicateTableError as error:
                raise LegacyExampleError(
                    f"The table {quoted}.{name} exists already. "
                    "Drop it, or load the example into another schema."
                ) from error
        chunk: list[LegacyProfile] = []
        rows = 0
        for profile in profiles:
            totals.add(profile)
            chunk.append(profile)
            rows += len(profile.jobs) + len(profile.ledger)
            if rows >= _CHUNK:
                await _copy(connection, schema, chunk)
                chunk, rows = [], 0
                if progress:
                    progress(totals.count["profiles"])
        await _copy(connection, schema, chunk)
        if progress:
            progress(totals.count["profiles"])
        # After the rows: an index is made faster at once than row by row.
        for name in _TABLES:
            await connection.execute(f"alter table {quoted}.{name} add primary key (id)")
        for name in ("jobs", "ledger"):
            await connection.execute(f"create index on {quoted}.{name} (user_id)")
        for name in _TABLES:
            await connection.execute(f"analyze {quoted}.{name}")
    return totals.summary()


async def _copy(connection: _Connection, schema: str, chunk: list[LegacyProfile]) -> None:
    tables: dict[str, Iterable[ProfileRow | JobRow | LedgerRow]] = {
        "profiles": (profile.profile for profile in chunk),
        "jobs": (row for profile in chunk for row in profile.jobs),
        "ledger": (row for profile in chunk for row in profile.ledger),
    }
    for name, rows in tables.items():
        await connection.copy_records_to_table(name, schema_name=schema, records=rows)


class _Totals:
    """Adds up what is loaded."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self._damaged = dict.fromkeys(DAMAGE, 0)

    def add(self, profile: LegacyProfile) -> None:
        self.count["profiles"] += 1
        self.count["jobs"] += len(profile.jobs)
        self.count["ledger_rows"] += len(profile.ledger)
        self.count["determined"] += profile.determined
        self.count["truncated"] += profile.truncated
        if profile.damage is not None:
            self._damaged[profile.damage] += 1
        if profile.determined:
            self.count["wrong_refunds"] += len(profile.planted)
            self.count["addon_lost"] += sum(wrong.addon_lost or 0 for wrong in profile.planted)
            self.count["monthly_gained"] += sum(
                wrong.monthly_gained or 0 for wrong in profile.planted
            )
        else:
            self.count["other_wrong_refunds"] += len(profile.planted)

    def summary(self) -> LegacySummary:
        return LegacySummary(
            profiles=self.count["profiles"],
            jobs=self.count["jobs"],
            ledger_rows=self.count["ledger_rows"],
            determined=self.count["determined"],
            truncated=self.count["truncated"],
            wrong_refunds=self.count["wrong_refunds"],
            other_wrong_refunds=self.count["other_wrong_refunds"],
            addon_lost=self.count["addon_lost"],
            monthly_gained=self.count["monthly_gained"],
            damaged=self._damaged,
        )
