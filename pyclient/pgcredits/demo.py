"""The demo: where credits go as jobs fail, settle and expire; then the old way."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from pgcredits.cli_database import Connection, check_schema, client_on, connected
from pgcredits.cli_output import buckets, ledger_lines, show, table
from pgcredits.conservation import Amounts
from pgcredits.demo_chapters import Chapter, play_chapters
from pgcredits.models import LedgerEntry
from pgcredits.version import VERSION


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
_BOTH_BUCKETS = SCENARIOS[1]
_OLD_TABLE = "create temporary table old_profiles (monthly bigint, addon bigint)"
_OLD_WAY = (
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
    client = client_on(connection)
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
    for step, statement in _OLD_WAY:
        await connection.execute(statement)
        row = await connection.fetchrow("select monthly, addon from old_profiles")
        assert row is not None  # noqa: S101 - the first statement inserts it
        steps[step] = Amounts(row["monthly"], row["addon"])
    lost = steps["before"].addon - steps["renewed"].addon
    return OldWay(**steps, addon_lost=lost)


def print_opening() -> None:
    """The first line, at once: the server takes a moment to start."""
    show(f"pgcredits {VERSION}: jobs fail, and every credit goes back to its bucket.")
    sys.stdout.flush()


def print_demo(demo: Demo) -> None:
    """The demo as a story for people."""
    show(
        "A profile has monthly credits, which come with its plan and are spent first, and addon "
        "credits, which it bought."
    )
    for number, played in enumerate(demo.scenarios, start=1):
        _print_scenario(number, played)
    for number, chapter in enumerate(demo.chapters, start=1 + len(demo.scenarios)):
        _print_chapter(number, chapter)
    _print_old_way(demo)


def _print_scenario(number: int, played: Played) -> None:
    scenario = played.scenario
    show()
    show(f"{number}. {scenario.title}: {_buckets_in_words(played.before)}.")
    show(
        f"A job of {scenario.cost:,} {scenario.fate}: {scenario.undo} gives its credits back.",
        indent=3,
    )
    show()
    steps = table("", "monthly", "addon")
    steps.add_row("before", *_figures(played.before))
    steps.add_row("after reserve_credits", *_figures(played.reserved))
    steps.add_row(f"after {scenario.undo}", *_figures(played.returned))
    show(steps, indent=3)
    show()
    show(f"job {played.job_id}, meta_json:", indent=3)
    show(json.dumps(played.meta), indent=5)
    _print_ledger(played.ledger)


def _print_chapter(number: int, chapter: Chapter) -> None:
    show()
    show(f"{number}. {chapter.title}: {_buckets_in_words(chapter.steps[0][1])}.")
    show(chapter.text, indent=3)
    show()
    steps = table("", "monthly", "addon")
    for words, amounts in chapter.steps:
        steps.add_row(words, *_figures(amounts))
    show(steps, indent=3)
    show()
    if chapter.note:
        show(chapter.note, indent=3)
    _print_ledger(chapter.ledger)


def _print_ledger(ledger: list[LedgerEntry]) -> None:
    show("ledger:", indent=3)
    short = [
        replace(entry, reason=entry.reason.replace(str(entry.job_id), f"{entry.job_id!s:.8}..."))
        for entry in ledger
    ]
    for line in ledger_lines(short, times=False):
        show(line, indent=5)


def _print_old_way(demo: Demo) -> None:
    old, new = demo.old_way, demo.scenarios[SCENARIOS.index(_BOTH_BUCKETS)]
    cost = new.scenario.cost
    show()
    show(f"The old way, side by side with scenario 2: the same job of {cost:,} fails.")
    show("The application splits the deduction itself and forgets the split:", indent=3)
    show()
    for _, statement in _OLD_WAY[1:3]:
        show(f"{statement};", indent=5)
    show()
    steps = table("", "old way:\nmonthly", "\naddon", "pgcredits:\nmonthly", "\naddon")
    steps.add_row("before", *_figures(old.before), *_figures(new.before))
    steps.add_row("after the reservation", *_figures(old.reserved), *_figures(new.reserved))
    steps.add_row("after the refund", *_figures(old.refunded), *_figures(new.returned))
    lost = new.before.addon - new.returned.addon
    steps.add_row("bought credits lost", "", f"{old.addon_lost:,}", "", f"{lost:,}", style="bold")
    show(steps, indent=3)
    show()
    show(
        f"The old total looks right, but {old.addon_lost:,} bought credits are now in the monthly "
        f"bucket, and the next renewal sets it to {old.renewed.monthly:,} again.",
        indent=3,
    )
    show(
        f"The old way ends with {_buckets_in_words(old.renewed)}: {old.addon_lost:,} lost. "
        f"pgcredits: {lost:,}.",
        indent=3,
    )


def _figures(amounts: Amounts) -> tuple[str, str]:
    return f"{amounts.monthly:,}", f"{amounts.addon:,}"


def _buckets_in_words(amounts: Amounts) -> str:
    return buckets(amounts.monthly, amounts.addon)
