"""The demo: where credits go as jobs fail, settle and expire; then the old way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from pgcredits import Credits, LedgerEntry
from pgcredits._server.database import Connection, check_schema, connected
from pgcredits._showcase.chapters import Chapter, play_chapters
from pgcredits._showcase.conservation import Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A profile's buckets, a job's cost and fate, and the function that gives the credits back."""

    title: str
    monthly: int
    addon: int
    cost: int
    fate: str
    undo: str


SCENARIOS = (
    Scenario(
        title="The monthly bucket is enough",
        monthly=2_000,
        addon=5_000,
        cost=1_500,
        fate="fails",
        undo="refund_job",
    ),
    Scenario(
        title="The job needs both buckets",
        monthly=500,
        addon=5_000,
        cost=2_000,
        fate="fails",
        undo="refund_job",
    ),
    Scenario(
        title="The monthly bucket is empty",
        monthly=0,
        addon=10_000,
        cost=3_000,
        fate="fails",
        undo="refund_job",
    ),
    Scenario(
        title="Both buckets, and the job never starts",
        monthly=1_000,
        addon=2_000,
        cost=1_500,
        fate="never starts",
        undo="rollback_reservation",
    ),
)
# The same case as the second scenario. Each line is what an application did, and the SQL of it.
BOTH_BUCKETS = SCENARIOS[1]
_OLD_TABLE = "create temporary table old_profiles (monthly bigint, addon bigint)"
OLD_WAY = (
    ("before", "insert into old_profiles values (500, 5000)"),
    ("reserved", "update old_profiles set monthly = monthly - 500, addon = addon - 1500"),
    ("refunded", "update old_profiles set monthly = monthly + 2000"),
    ("renewed", "update old_profiles set monthly = 500"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a scenario did: the buckets at each step, the job's meta, the ledger oldest first."""

    scenario: Scenario
    profile_id: UUID
    job_id: UUID
    before: Amounts
    reserved: Amounts
    returned: Amounts
    meta: dict[str, Any]
    ledger: list[LedgerEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class OldWay:
    """The buckets at each step of the old way, and how many bought credits it lost."""

    before: Amounts
    reserved: Amounts
    refunded: Amounts
    renewed: Amounts
    addon_lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Everything the demo shows."""

    server_version: str
    scenarios: list[Played]
    chapters: list[Chapter]
    old_way: OldWay


async def play_demo(url: str, *, own_server: bool) -> Demo:
    """Runs the scenarios, the chapters and the old way on a migrated database.

    ``own_server``: whether the server is the demo's own, whose clock it may move ahead.
    Raises ``CannotRunError``, ``CreditsError``, and errors of asyncpg.
    """
    async with connected(url) as connection:
        await check_schema(connection)
        return Demo(
            server_version=await connection.fetchval("select current_setting('server_version')"),
            scenarios=[await _play(connection, scenario) for scenario in SCENARIOS],
            chapters=await play_chapters(connection, own_server=own_server),
            old_way=await _play_old_way(connection),
        )


async def _play(connection: Connection, scenario: Scenario) -> Played:
    client = Credits(connection)
    profile_id, job_id = uuid4(), uuid4()
    before = await client.open_profile(
        profile_id, credits_remaining=scenario.monthly, addon_credits=scenario.addon
    )
    await client.reserve_credits(profile_id, job_id, scenario.cost, meta={"task": "import"})
    reserved = await client.get_balance(profile_id)
    if scenario.undo == "refund_job":
        await client.refund_job(job_id)
    else:
        await client.rollback_reservation(job_id)
    returned = await client.get_balance(profile_id)
    meta = await connection.fetchval("select meta_json from credits.jobs where id = $1", job_id)
    return Played(
        scenario=scenario,
        profile_id=profile_id,
        job_id=job_id,
        before=Amounts.of(before),
        reserved=Amounts.of(reserved),
        returned=Amounts.of(returned),
        meta=json.loads(meta),
        ledger=(await client.get_statement(profile_id))[::-1],
    )


async def _play_old_way(connection: Connection) -> OldWay:
    steps: dict[str, Amounts] = {}
    await connection.execute(_OLD_TABLE)
    for step, statement in OLD_WAY:
        await connection.execute(statement)
        row = await connection.fetchrow("select monthly, addon from old_profiles")
        assert row is not None  # noqa: S101 - the first statement inserts it
        steps[step] = Amounts(row["monthly"], row["addon"])
    lost = steps["before"].addon - steps["renewed"].addon
    return OldWay(**steps, addon_lost=lost)
