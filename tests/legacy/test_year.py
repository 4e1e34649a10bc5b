"""The year of an old application, brought in, audited and repaired: held against what is true.

The example knows what each profile would have with right refunds, and which refunds were wrong. It
shares no code with the SQL that finds out.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from cli.cli_tools import call
from pgcredits._legacy.example.tables import generate, load_legacy_example
from pgcredits._legacy.example.truth import LegacyPlan, LegacyProfile
from pgcredits.testing import clone

# More damage than the example has, so that a few hundred profiles have each kind of it.
PLAN = LegacyPlan(
    profiles=int(os.environ.get("PGCREDITS_LEGACY_PROFILES", "300")),
    jobs_per_profile=40,
    seed=int(os.environ.get("PGCREDITS_LEGACY_SEED", "7")),
    damaged_share=0.3,
    truncated_share=0.08,
    stated_share=0.15,
)


@cache
def truth() -> dict[Any, LegacyProfile]:
    return {profile.profile[0]: profile for profile in generate(PLAN)}


@pytest.fixture(scope="module")
def year(migrated_server: str) -> Iterator[str]:
    """A database with the old tables, and with everything in them imported."""
    with clone(migrated_server, "year") as url:
        asyncio.run(fill(url))
        kinds = {row["kind"] for row in dry_run(url)["damage"]}
        accepted = [word for kind in sorted(kinds) for word in ("--accept", kind)]
        answer = call("import", "--schema", "legacy", *accepted, url=url)
        assert answer.code == 0, answer.stderr
        yield url


async def fill(url: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        await load_legacy_example(connection, PLAN)
    finally:
        await connection.close()


def dry_run(url: str) -> Any:
    return json.loads(call("import", "--schema", "legacy", "--dry-run", "--json", url=url).stdout)


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def audited(url: str) -> dict[Any, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows(url, "select * from credits.audit_refunds()"):
        found[row["profile_id"]].append(row)
    return found


def test_every_balance_is_the_old_one_to_the_credit(year: str) -> None:
    balances = {row["id"]: row for row in rows(year, "select * from credits.profiles")}
    assert balances.keys() == truth().keys()
    for profile_id, profile in truth().items():
        monthly, addon = (bucket or 0 for bucket in profile.actual)
        found = balances[profile_id]
        assert found["credits_remaining"] + found["addon_credits"] == monthly + addon
        if monthly >= 0:
            assert found["credits_remaining"] == monthly


def test_the_books_are_sound(year: str) -> None:
    assert rows(year, "select * from credits.check_integrity()") == []
    verified = call("import", "--schema", "legacy", "--verify", url=year)
    assert verified.code == 0, verified.stdout


def test_the_damage_that_was_done_is_found_and_no_other(year: str) -> None:
    """The old tables once more, profile by profile, as they were before the import."""
    with psycopg.connect(year, autocommit=True) as connection:
        found = defaultdict(set)
        for profile_id, kind in connection.execute(
            """
            select p.id, d.kind
              from legacy.profiles p
             cross join lateral (
               select array_agg(row(j.id, j.status, j.meta_json, j.created_at)::credits.legacy_job)
                 from legacy.jobs j
                where j.user_id = p.id
             ) j (jobs)
             cross join lateral (
               select array_agg(row(l.id, l.ts, null, null, l.delta, l.reason)::credits.legacy_entry
                                order by l.ts)
                 from legacy.ledger l
                where l.user_id = p.id
             ) l (entries)
             cross join lateral credits.check_legacy_profile(
               p.id, p.credits_remaining, p.addon_credits, coalesce(j.jobs, '{}'),
               coalesce(l.entries, '{}')) d
            """
        ):
            found[profile_id].add(kind)
    for profile_id, profile in truth().items():
        assert profile.classes <= found[profile_id], profile.damage
        assert found[profile_id] <= profile.classes | profile.arguable_classes, profile.damage


def test_the_audit_finds_each_wrong_refund_that_the_history_determines(year: str) -> None:
    found = audited(year)
    determined = [profile for profile in truth().values() if profile.determined]
    assert sum(len(profile.planted) for profile in determined) > 100
    for profile in determined:
        claimed = {
            (
                int(row["entry_id"]),
                row["misplaced_at_least"],
                row["addon_lost_at_least"],
                row["monthly_gained_at_least"],
            )
            for row in found[profile.profile[0]]
        }
        assert all(row["certainty"] == "exact" for row in found[profile.profile[0]])
        assert claimed == {
            (wrong.ledger_id, wrong.misplaced, wrong.addon_lost, wrong.monthly_gained)
            for wrong in profile.planted
        }


def test_the_audit_claims_none_that_was_right(year: str) -> None:
    """Where the history leaves something open, the truth lies within the bounds."""
    found = audited(year)
    bounded = 0
    for profile in truth().values():
        planted = {wrong.ledger_id: wrong for wrong in profile.planted}
        claims = {int(row["entry_id"]): row for row in found[profile.profile[0]]}
        for entry_id, row in claims.items():
            misplaced = planted[entry_id].misplaced if entry_id in planted else 0
            assert row["misplaced_at_least"] <= misplaced <= row["misplaced_at_most"]
            bounded += row["certainty"] == "bounded"
        assert {wrong for wrong in planted if wrong not in claims} == set()
        if profile.right is not None and None not in profile.actual:
            # A refund whose row is missing may have cost more.
            lost = profile.right[1] - (profile.actual[1] or 0)
            assert sum(row["addon_lost_at_least"] for row in claims.values()) <= max(lost, 0)
    assert bounded > 10


def test_repair_brings_each_profile_to_what_it_would_have(year: str) -> None:
    before = {row["id"]: row for row in rows(year, "select * from credits.profiles")}
    words = ("--reason", "refunds to the wrong bucket", "--actor", "ops")
    answer = call("repair", *words, url=year)
    assert answer.code == 0, answer.stderr

    after = {row["id"]: row for row in rows(year, "select * from credits.profiles")}
    repaired = 0
    for profile_id, profile in truth().items():
        buckets = after[profile_id]["credits_remaining"], after[profile_id]["addon_credits"]
        if profile.determined:
            assert buckets == profile.right
            repaired += buckets != profile.actual
        if after[profile_id] != before[profile_id]:
            assert any(wrong.addon_lost != 0 for wrong in profile.planted)
    assert repaired > 20
    assert rows(year, "select * from credits.check_integrity()") == []

    again = call("repair", *words, url=year)
    assert again.code == 0
    assert {row["id"]: row for row in rows(year, "select * from credits.profiles")} == after
