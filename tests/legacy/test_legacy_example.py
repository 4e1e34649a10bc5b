"""The example of an old application: its rows are what its truth says, and the truth is right."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from legacy_books import Books, classes_in, deltas, metas, missing_in_balances, numbers, take

from pgcredits._legacy.example.tables import (
    LegacyExampleError,
    generate,
    load_legacy_example,
    load_legacy_profiles,
    story_rows,
)
from pgcredits._legacy.example.truth import DAMAGE, LegacyPlan, LegacyProfile

SMALL = LegacyPlan(profiles=60, jobs_per_profile=20)
TABLES = {"profiles", "jobs", "ledger"}


@pytest.fixture(scope="module")
def year() -> list[LegacyProfile]:
    """The default plan."""
    return list(generate(LegacyPlan()))


@pytest.fixture(scope="module")
def determined(year: list[LegacyProfile]) -> list[LegacyProfile]:
    return [profile for profile in year if profile.determined]


def digest(plan: LegacyPlan) -> str:
    rows = hashlib.sha256()
    for profile in generate(plan):
        rows.update(repr((profile.profile, profile.jobs, profile.ledger)).encode())
    return rows.hexdigest()


def test_the_same_plan_makes_the_same_rows_in_every_process() -> None:
    first = digest(SMALL)
    assert digest(SMALL) == first
    assert digest(LegacyPlan(profiles=60, jobs_per_profile=20, seed=2)) != first
    script = "from test_legacy_example import SMALL, digest; print(digest(SMALL))"
    path = os.pathsep.join([os.path.dirname(__file__), *sys.path])
    for hashing in ("1", "2"):  # the order of a set depends on it
        again = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": hashing},
            check=True,
            capture_output=True,
            text=True,
        )
        assert again.stdout.strip() == first


def test_ids_are_unique_and_times_ascend_within_the_year(year: list[LegacyProfile]) -> None:
    jobs = [row[0] for profile in year for row in profile.jobs]
    assert len({*jobs, *(profile.profile[0] for profile in year)}) == len(jobs) + len(year)
    assert {job.version for job in jobs} == {4}
    rows = [row[0] for profile in year for row in profile.ledger]
    assert all(one < two for one, two in pairwise(rows))
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for profile in year:
        times = [row[4] for row in profile.ledger]
        assert all(one < two for one, two in pairwise(times))
        assert start <= times[0]
        assert times[-1] < end
        assert {row[1] for row in [*profile.jobs, *profile.ledger]} == {profile.profile[0]}


def test_the_ledger_of_an_undamaged_profile_leads_to_its_balances(
    year: list[LegacyProfile],
) -> None:
    undamaged = [p for p in year if p.damage is None and not p.truncated]
    assert len(undamaged) > 1_500
    for profile in undamaged:
        assert missing_in_balances(profile) == 0
        assert tuple(Books(profile).actual) == profile.actual == profile.profile[1:]
        assert min(profile.actual) >= 0


def test_the_rows_of_a_determined_profile_tell_its_truth(determined: list[LegacyProfile]) -> None:
    for profile in determined:
        books = Books(profile)
        assert tuple(books.actual) == profile.actual
        assert tuple(books.right) == profile.right
        assert [
            (str(wrong.job_id), wrong.refunded, wrong.misplaced) for wrong in profile.planted
        ] == list(books.wrong.values())
        assert {
            wrong.ledger_id: (wrong.addon_lost, wrong.monthly_gained) for wrong in profile.planted
        } == books.lost_by


def test_what_is_lost_adds_up(year: list[LegacyProfile]) -> None:
    for profile in year:
        refunds = {row[0] for row in profile.ledger if row[3].startswith("job refund: ")}
        assert {wrong.ledger_id for wrong in profile.planted} <= refunds
        if profile.right is None:
            assert all(wrong.addon_lost is None for wrong in profile.planted)
            assert all(wrong.monthly_gained is None for wrong in profile.planted)
            continue
        lost = profile.right[1] - profile.actual[1]
        gained = profile.actual[0] - profile.right[0]
        assert lost >= gained >= 0, "the right total is not below the actual one"
        for wrong in profile.planted:
            assert wrong.misplaced >= wrong.addon_lost >= wrong.monthly_gained >= 0
            assert wrong.refunded >= wrong.misplaced > 0
        attributed = sum(wrong.addon_lost for wrong in profile.planted)
        # A refund whose row is not there has its share too.
        all_there = profile.damage != "refund_not_in_ledger"
        assert attributed == lost if all_there else attributed <= lost
        attributed = sum(wrong.monthly_gained for wrong in profile.planted)
        assert attributed == gained if all_there else attributed <= gained


def test_wrong_refunds_are_renewed_away_healed_and_open(determined: list[LegacyProfile]) -> None:
    planted = [wrong for profile in determined for wrong in profile.planted]
    ends = Counter(
        "healed"
        if not wrong.addon_lost
        else "renewed away"
        if not wrong.monthly_gained
        else "open"
        if wrong.monthly_gained == wrong.misplaced
        else "in part"
        for wrong in planted
    )
    assert min(ends[end] for end in ("healed", "renewed away", "open", "in part")) >= 5, ends


def test_the_year_looks_like_one(year: list[LegacyProfile]) -> None:
    jobs = [row for profile in year for row in profile.jobs]
    assert 50 < len(jobs) / len(year) < 70
    states = Counter((row[2], '"credits_deducted": true' in (row[3] or "")) for row in jobs)
    for state in [("done", True), ("Done", True), ("FAILED", True), ("running", True)]:
        assert states[state] > 100
    assert 0.09 < states["refunded", False] / len(jobs) < 0.12  # some failed ones never are
    costs = sorted(meta["credit_cost"] for p in year for meta in metas(p).values() if meta)
    assert 30 < costs[len(costs) // 2] < 120, "most are small"
    assert 1_000 < costs[-len(costs) // 50] < 8_000, "and some are large"
    signups = [p.ledger[0] for p in year if not p.truncated]
    assert {row[2] for row in signups} == {500, 1_000, 2_000}
    assert {row[4].month for row in signups} == set(range(1, 13))
    bought = {row[2] for p in year for row in p.ledger if row[3].startswith("addon purchase: ")}
    assert bought == {1_000, 5_000}


def test_refunds_come_minutes_to_two_days_later_and_other_rows_between(
    year: list[LegacyProfile],
) -> None:
    between = Counter[str]()
    for profile in year:
        if profile.damage is not None or profile.truncated:
            continue
        created = {}
        for place, row in enumerate(profile.ledger):
            kind, _, rest = row[3].partition(": ")
            if kind == "job create":
                created[rest[:36]] = place
            elif kind == "job refund":
                start = created[rest[:36]]
                late = row[4] - profile.ledger[start][4]
                assert timedelta(minutes=2) <= late <= timedelta(days=2, seconds=1)
                between.update(r[3].split(":")[0] for r in profile.ledger[start + 1 : place])
    for kind in ("job create", "job refund", "addon purchase", "monthly renewal"):
        assert between[kind] > 50, kind


def test_the_month_begins_on_the_day_of_the_sign_up(year: list[LegacyProfile]) -> None:
    last_days = set()
    for profile in year:
        if profile.truncated:
            continue
        born = profile.ledger[0][4]
        renewed = [row[4] for row in profile.ledger if row[3] == "monthly renewal"]
        assert [at.month for at in renewed] == list(range(born.month + 1, 13))
        for at in renewed:
            if at.day != born.day:
                last_days.add(at.day)
                assert at.day < born.day
                assert (at + timedelta(days=1)).day == 1
    assert last_days == {28, 30}


def test_the_later_version_states_splits_and_at_last_refunds_rightly(
    determined: list[LegacyProfile],
) -> None:
    found = Counter[str]()
    for profile in determined:
        books, taken = Books(profile), {}
        for row in profile.ledger:
            kind, _, rest = row[3].partition(": ")
            split = numbers(rest[36:])
            if kind == "job create":
                taken[rest[:36]] = split
            if split:
                assert sum(split) == row[2]
                found[kind] += 1
        for meta in metas(profile).values():
            if "monthly_deducted" in meta:
                assert meta["monthly_deducted"] + meta["addon_deducted"] == meta["credit_cost"]
                found["meta"] += 1
        stated_wrong = [w for w in books.wrong.values() if taken.get(w[0])]
        found["stated, and refunded wrongly"] += len(stated_wrong)
        if not profile.stated:
            assert not any("(" in row[3] for row in profile.ledger)
            assert not any("monthly_deducted" in (row[3] or "") for row in profile.jobs)
    assert found["job create"] > 500
    assert found["meta"] > 500
    assert found["job refund"] > 20
    assert found["stated, and refunded wrongly"] > 5


def test_stated_splits_are_those_of_the_actual_books(determined: list[LegacyProfile]) -> None:
    seen = 0
    for profile in determined:
        actual = [0, 0]
        jobs = metas(profile)
        for _, _, delta, reason, _ in profile.ledger:
            kind, _, rest = reason.partition(": ")
            split = numbers(rest[36:])
            if kind == "job create":
                took = take(actual, -delta)
                meta = jobs.get(rest[:36], {})
                if split:
                    assert split == [-took[0], -took[1]]
                elif "monthly_deducted" in meta:
                    assert (meta["monthly_deducted"], meta["addon_deducted"]) == took
                    seen += 1
            elif kind == "job refund" and split:
                actual = [actual[0] + split[0], actual[1] + split[1]]
            else:
                actual[kind == "addon purchase"] += delta
    assert seen > 500


def test_the_classes_of_each_profile_are_in_its_rows(year: list[LegacyProfile]) -> None:
    for profile in year:
        found = classes_in(profile)
        assert profile.classes <= found <= profile.classes | profile.arguable_classes, profile
        assert bool(found) == (profile.damage is not None or profile.truncated)


def has_job_without_meta(profile: LegacyProfile) -> bool:
    return any(not meta for meta in metas(profile).values())


def has_one_job_refunded_twice(profile: LegacyProfile) -> bool:
    given = deltas(profile, "job refund")
    twice = [job for job, amounts in given.items() if len(amounts) == 2]
    first, second = given[twice[0]]
    return len(twice) == 1 and first == second and missing_in_balances(profile) == 0


def is_below_zero(profile: LegacyProfile) -> bool:
    return min(x or 0 for x in profile.actual) < 0 and missing_in_balances(profile) == 0


def has_a_null(profile: LegacyProfile) -> bool:
    return None in profile.actual and None in profile.profile[1:]


def lacks_a_deduction(profile: LegacyProfile) -> bool:
    taken = deltas(profile, "job create")
    costs = [meta["credit_cost"] for job, meta in metas(profile).items() if job not in taken]
    return costs == [missing_in_balances(profile)]


def has_a_deduction_twice(profile: LegacyProfile) -> bool:
    twice = [amounts for amounts in deltas(profile, "job create").values() if len(amounts) == 2]
    return len(twice) == 1 and {*twice[0]} == {missing_in_balances(profile)}


def lacks_the_row_of_a_refund(profile: LegacyProfile) -> bool:
    given, jobs = deltas(profile, "job refund"), metas(profile)
    back = -missing_in_balances(profile)
    return any(
        row[2] == "FAILED" and str(row[0]) not in given and jobs[str(row[0])]["credit_cost"] == back
        for row in profile.jobs
    )


def refunded_but_deducted(profile: LegacyProfile) -> list[int]:
    """Costs of such jobs."""
    given, jobs = deltas(profile, "job refund"), metas(profile)
    return [given[job][0] for job in given if jobs[job]["credits_deducted"]]


def lacks_the_balance_of_a_refund(profile: LegacyProfile) -> bool:
    return refunded_but_deducted(profile) == [missing_in_balances(profile)]


def lacks_only_the_meta_of_a_refund(profile: LegacyProfile) -> bool:
    return len(refunded_but_deducted(profile)) == 1 and missing_in_balances(profile) == 0


def lacks_a_job(profile: LegacyProfile) -> bool:
    return bool(deltas(profile, "job create").keys() - metas(profile).keys())


WHAT_THE_NAME_SAYS: dict[str, Callable[[LegacyProfile], bool]] = {
    "meta_missing": has_job_without_meta,
    "duplicate_refund": has_one_job_refunded_twice,
    "negative_balance": is_below_zero,
    "null_balance": has_a_null,
    "deduction_missing": lacks_a_deduction,
    "duplicate_deduction": has_a_deduction_twice,
    "refund_not_in_ledger": lacks_the_row_of_a_refund,
    "refund_not_in_balance": lacks_the_balance_of_a_refund,
    "refund_not_in_job": lacks_only_the_meta_of_a_refund,
    "job_missing": lacks_a_job,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_each_kind_of_damage_does_what_its_name_says(year: list[LegacyProfile], kind: str) -> None:
    damaged = [profile for profile in year if profile.damage == kind]
    assert 8 <= len(damaged) <= 25
    assert all(WHAT_THE_NAME_SAYS[kind](profile) for profile in damaged)


def test_each_bucket_is_below_zero_or_null_somewhere(year: list[LegacyProfile]) -> None:
    for bucket in (0, 1):
        ends = [profile.actual[bucket] for profile in year]
        assert ends.count(None) >= 3
        assert sum(end is not None and end < 0 for end in ends) >= 3


def test_only_damage_that_leaves_the_splits_alone_is_determined(year: list[LegacyProfile]) -> None:
    assert {profile.damage for profile in year if profile.determined} == {
        None,
        "meta_missing",
        "duplicate_refund",
        "refund_not_in_job",
        "job_missing",
    }
    assert {profile.damage for profile in year if profile.right is None} == {
        "negative_balance",
        "null_balance",
        "refund_not_in_balance",
    }
    assert not any(profile.determined for profile in year if profile.truncated)


def test_a_second_refund_misplaces_nothing(year: list[LegacyProfile]) -> None:
    bought = 0
    for profile in year:
        if profile.damage == "duplicate_refund":
            planted = [wrong.job_id for wrong in profile.planted]
            assert len(planted) == len(set(planted))
            given = deltas(profile, "job refund")
            bought += sum(len(given[str(job)]) == 2 for job in planted)
    assert bought, "no refund that was both wrong and doubled"


def test_a_truncated_ledger_lacks_its_beginning_only(year: list[LegacyProfile]) -> None:
    truncated = [profile for profile in year if profile.truncated]
    assert 40 <= len(truncated) <= 80
    crossing = from_before = 0
    for profile in truncated:
        assert profile.damage is None
        assert not any(row[3].startswith("signup") for row in profile.ledger)
        assert {wrong.ledger_id for wrong in profile.planted} <= {r[0] for r in profile.ledger}
        from_before += any(row[4] < profile.ledger[0][4] for row in profile.jobs)
        taken, given = deltas(profile, "job create"), deltas(profile, "job refund")
        crossing += len(given.keys() - taken.keys())
    assert crossing > 10, "refunds of jobs from before"
    assert from_before > len(truncated) / 2


def test_a_truncated_ledger_is_the_end_of_the_whole_one() -> None:
    """And the right books begin with it, from what there was."""
    plan = LegacyPlan(profiles=400, damaged_share=0, truncated_share=0.8, fail_share=0.4)
    from_before = healed_before = 0
    for late, full in zip(generate(plan), generate(replace(plan, truncated_share=0)), strict=True):
        if not late.truncated:
            assert late == full
            continue
        assert (late.profile, late.jobs) == (full.profile, full.jobs)
        kept = len(late.ledger)
        assert len(full.ledger) > kept > 0
        assert late.ledger == full.ledger[-kept:]
        before = Books(replace(full, ledger=full.ledger[:-kept]))
        books = Books(late, before)
        assert tuple(books.right) == late.right
        assert books.lost_by == {
            w.ledger_id: (w.addon_lost, w.monthly_gained) for w in late.planted
        }
        assert [w.misplaced for w in late.planted] == [wrong[2] for wrong in books.wrong.values()]
        waiting = [before.jobs.get(job) for job in deltas(late, "job refund")]
        from_before += sum(taken is not None for taken in waiting)
        healed_before += sum(taken is not None and taken[:2] != taken[2:] for taken in waiting)
    assert from_before > 50, "refunds of jobs from before"
    assert healed_before > 5, "which took other credits in the right books since the sign-up"


def test_shares_from_none_to_all() -> None:
    none = LegacyPlan(profiles=50, fail_share=0, damaged_share=0, truncated_share=0, stated_share=0)
    for profile in generate(none):
        assert (profile.damage, profile.truncated, profile.stated) == (None, False, False)
        assert not deltas(profile, "job refund")
        assert profile.right == profile.actual
    every = LegacyPlan(profiles=50, damaged_share=1, stated_share=1)
    assert sum(profile.damage is not None for profile in generate(every)) > 40
    assert all(profile.stated and not profile.truncated for profile in generate(every))
    late = LegacyPlan(profiles=50, damaged_share=0, truncated_share=1, fail_share=1)
    for profile in generate(late):
        assert profile.truncated == any(row[3] == "monthly renewal" for row in profile.ledger)
    assert {row[2] for p in generate(late) for row in p.jobs} == {"refunded", "FAILED", "running"}


@pytest.mark.parametrize(
    "wrong",
    [{"fail_share": 1.5}, {"stated_share": -0.1}, {"profiles": -1}, {"jobs_per_profile": 0}],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        LegacyPlan(**wrong)


async def test_the_story_ends_with_bought_credits_in_the_monthly_bucket(empty_db_url: str) -> None:
    story = story_rows()
    books = Books(story)
    assert story.actual == story.profile[1:] == tuple(books.actual) == (2_000, 3_500)
    assert story.right == tuple(books.right) == (500, 5_000)
    assert classes_in(story) == set()
    (wrong,) = story.planted
    assert {wrong.ledger_id: (str(wrong.job_id), wrong.refunded, wrong.misplaced)} == books.wrong
    assert {wrong.ledger_id: (wrong.addon_lost, wrong.monthly_gained)} == books.lost_by
    assert wrong.addon_lost == 1_500
    connection = await asyncpg.connect(empty_db_url)
    try:  # beside the year, whose ids are others
        summary = await load_legacy_profiles(connection, [story, *generate(SMALL)])
        balance = await connection.fetchrow(
            "select * from legacy.profiles where id = '11111111-1111-4111-8111-111111111111'"
        )
    finally:
        await connection.close()
    assert summary.profiles == 61
    assert balance is not None
    assert tuple(balance) == (UUID("11111111-1111-4111-8111-111111111111"), 2_000, 3_500)


async def test_the_tables_hold_every_row_and_are_not_loaded_twice(empty_db_url: str) -> None:
    schema = 'the "old" app; drop schema public'
    quoted = '"the ""old"" app; drop schema public"'
    plan = LegacyPlan(profiles=400, jobs_per_profile=60)
    told: list[int] = []
    profiles = list(generate(plan))
    connection = await asyncpg.connect(empty_db_url)
    try:
        summary = await load_legacy_example(connection, plan, schema=schema, progress=told.append)
        loaded = {
            name: [tuple(row) for row in await connection.fetch(f"select * from {quoted}.{name}")]
            for name in TABLES
        }
        with pytest.raises(LegacyExampleError, match="already"):
            await load_legacy_example(connection, plan, schema=schema)
        left = await connection.fetchval(f"select count(*) from {quoted}.ledger")
        keys = await connection.fetch(
            "select tablename, indexdef from pg_indexes where schemaname = $1", schema
        )
    finally:
        await connection.close()
    assert loaded["profiles"] == [p.profile for p in profiles]
    assert loaded["ledger"] == [row for p in profiles for row in p.ledger]
    wanted = [row for p in profiles for row in p.jobs]
    assert [parsed(row) for row in loaded["jobs"]] == [parsed(row) for row in wanted]
    assert left == summary.ledger_rows == len(loaded["ledger"])
    assert summary.jobs == len(wanted)
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == summary.profiles == 400
    assert {(k["tablename"], k["indexdef"].rsplit("(")[-1]) for k in keys} == {
        ("profiles", "id)"),
        ("jobs", "id)"),
        ("jobs", "user_id)"),
        ("ledger", "id)"),
        ("ledger", "user_id)"),
    }
    assert len(keys) == 5


def parsed(job: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*job[:3], job[3] and json.loads(job[3]), *job[4:])


@pytest.mark.parametrize("table", sorted(TABLES))
async def test_a_table_that_is_there_is_left_alone(empty_db_url: str, table: str) -> None:
    connection = await asyncpg.connect(empty_db_url)
    try:
        await connection.execute(f"create schema legacy; create table legacy.{table} (mine int)")
        with pytest.raises(LegacyExampleError, match=f'"legacy".{table} exists already'):
            await load_legacy_example(connection, SMALL)
        found = await connection.fetch(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'legacy'"
        )
    finally:
        await connection.close()
    assert [tuple(row) for row in found] == [(table, "mine")]


async def test_the_summary_counts_what_was_loaded(empty_db_url: str) -> None:
    plan = LegacyPlan(profiles=300, jobs_per_profile=30, damaged_share=0.3)
    profiles = list(generate(plan))
    connection = await asyncpg.connect(empty_db_url)
    try:
        summary = await load_legacy_example(connection, plan)
    finally:
        await connection.close()
    sure = [profile for profile in profiles if profile.determined]
    assert summary.determined == len(sure)
    assert summary.truncated == sum(profile.truncated for profile in profiles)
    assert summary.wrong_refunds == sum(len(Books(profile).wrong) for profile in sure) > 0
    planted = sum(len(profile.planted) for profile in profiles)
    assert summary.other_wrong_refunds == planted - summary.wrong_refunds > 0
    assert summary.addon_lost == sum(p.right[1] - p.actual[1] for p in sure) > 0
    assert summary.monthly_gained == sum(p.actual[0] - p.right[0] for p in sure) > 0
    damaged = Counter(profile.damage for profile in profiles)
    assert summary.damaged == {kind: damaged[kind] for kind in DAMAGE}
