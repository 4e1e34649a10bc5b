"""``import``: the check, the report, the import itself, and the comparison afterwards."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from old_tables import (
    ALL_ACCEPTED,
    DAMAGED_YEAR,
    books,
    insert,
    load,
    make_tables,
    rows_of,
    transactions,
)
from psycopg.conninfo import conninfo_to_dict

from cli.cli_tools import Answer, call, execute, fetch
from pgcredits._legacy.example.tables import story_rows
from pgcredits._legacy.importer import ACCEPTING
from support import function_file

FROM = ("import", "--schema", "legacy")
MORNING = datetime(2025, 3, 1, 9, tzinfo=UTC)
STORY = story_rows().profile[0]


def uuid(number: int) -> UUID:
    return UUID(int=number, version=4)


@pytest.fixture
def year(db_url: str) -> str:
    """A database with a made-up year full of damage."""
    load(db_url, plan=DAMAGED_YEAR)
    return db_url


@pytest.fixture
def story(db_url: str) -> str:
    """A database with one undamaged profile, which has one wrong refund."""
    load(db_url, [story_rows()])
    return db_url


@pytest.fixture
def login(db_url: str) -> Iterator[Callable[..., str]]:
    """Makes a role that is a member of the given ones and may read old tables; returns its URL."""
    name = f"{conninfo_to_dict(db_url)['dbname']}_legacy"
    execute(db_url, f"drop role if exists {name}")  # of a run that was killed

    def make(*groups: str) -> str:
        execute(db_url, f"create role {name} login password 'secret' in role {', '.join(groups)}")
        execute(db_url, f"grant usage on schema legacy to {name}")
        execute(db_url, f"grant select on all tables in schema legacy to {name}")
        return f"postgresql://{name}:secret@{db_url.partition('@')[2]}"

    yield make
    execute(db_url, f"drop owned by {name}")
    execute(db_url, f"drop role {name}")


def imported(url: str) -> set[UUID]:
    return {profile for (profile,) in fetch(url, "select profile_id from credits.legacy_profiles")}


def counts(answer: Answer, what: str) -> tuple[int, int, int]:
    found = answer.document[what]
    return found["profiles"], found["jobs"], found["ledger_rows"]


# The check.


def test_a_dry_run_reports_each_row_and_writes_nothing(year: str) -> None:
    before, there = books(year), rows_of(year, "legacy")
    document = call(*FROM, "--dry-run", "--json", url=year).document
    answer = call(*FROM, "--dry-run", url=year)
    assert answer.code == 1
    found = Counter(finding["kind"] for finding in document["findings"])
    assert len(found) >= 8
    lines = [line.partition(":")[0] for line in answer.stdout.splitlines() if ": profile " in line]
    assert Counter(lines) == {kind: min(count, 5) for kind, count in found.items()}
    more = re.findall(r"^  and ([\d,]+) more of (\w+)$", answer.stdout, re.MULTILINE)
    assert {kind: int(count.replace(",", "")) for count, kind in more} == {
        kind: count - 5 for kind, count in found.items() if count > 5
    }
    assert "\nTo see every row: --json\n" in answer.stdout
    assert len(answer.stdout.splitlines()) < 100
    assert {each["kind"]: each["count"] for each in document["damage"]} == dict(found)
    for each in document["damage"]:
        of_kind = [one["profile_id"] for one in document["findings"] if one["kind"] == each["kind"]]
        assert each["profiles"] == len(set(of_kind))
        assert (each["accepted"], each["accepting"]) == (False, ACCEPTING[each["kind"]])
    assert (document["written"], counts(answer=_json(document), what="imported")) == (
        False,
        (0,) * 3,
    )
    assert books(year) == before
    assert rows_of(year, "legacy") == there


def _json(document: Any) -> Answer:
    return Answer(0, json.dumps(document), "")


def test_each_finding_is_what_the_database_finds(year: str) -> None:
    """One profile at a time, by the function itself."""
    document = call(*FROM, "--dry-run", "--json", url=year).document
    found = fetch(
        year,
        """
        select p.id::text, d.job_id, d.entry_id, d.kind, d.detail
          from legacy.profiles p
         cross join lateral credits.check_legacy_profile(
           p.id, p.credits_remaining, p.addon_credits,
           array(select row(j.id, j.status, j.meta_json, j.created_at)::credits.legacy_job
                   from legacy.jobs j where j.user_id = p.id order by j.created_at, j.id),
           array(select row(l.id, l.ts, null, null, l.delta, l.reason)::credits.legacy_entry
                   from legacy.ledger l where l.user_id = p.id order by l.ts, l.id)) d
        """,
    )
    keys = ("profile_id", "job_id", "entry_id", "kind", "detail")
    assert Counter(tuple(one[key] for key in keys) for one in document["findings"]) == Counter(
        found
    )


def test_nothing_is_imported_while_one_kind_is_not_accepted(year: str) -> None:
    before = books(year)
    accepted = [kind for kind in ACCEPTING if kind != "null_balance"]
    options = [option for kind in accepted for option in ("--accept", kind)]
    answer = call(*FROM, *options, url=year)
    assert answer.code == 1
    lines = [line for line in answer.stdout.splitlines() if ": profile " in line]
    assert lines
    assert all(line.startswith("null_balance: ") for line in lines)
    assert answer.stdout.splitlines()[-1] == "  --accept null_balance"
    assert books(year) == before
    assert call(*FROM, *options, "--accept", "null_balance", url=year).code == 0


def test_a_dry_run_of_what_is_accepted_is_content_and_writes_nothing(year: str) -> None:
    before = books(year)
    answer = call(*FROM, *ALL_ACCEPTED, "--dry-run", url=year)
    assert answer.code == 0
    assert answer.stdout.splitlines()[-2:] == [
        "This was a dry run: nothing was imported, and nothing changed.",
        "Nothing stands in the way of the import: without --dry-run, all of it is imported.",
    ]
    assert books(year) == before


@pytest.mark.parametrize(
    ("options", "what_would_happen"),
    [
        ([], "Without --dry-run, nothing would be imported either. Fix these rows, or accept"),
        (
            ["--live"],
            "Without --dry-run, what adds up would be imported and the rest left out. To import "
            "that too, fix these rows, or accept what is said of them above:",
        ),
    ],
)
def test_a_dry_run_says_what_would_happen_and_that_nothing_did(
    year: str, options: list[str], what_would_happen: str
) -> None:
    *_, nothing_done, next_step, accepting = call(
        *FROM, "--dry-run", *options, url=year
    ).stdout.splitlines()
    assert nothing_done == "This was a dry run: nothing was imported, and nothing changed."
    assert next_step.startswith(what_would_happen)
    assert accepting.startswith("  --accept null_balance --accept ")


def test_a_kind_that_is_none_is_refused(story: str) -> None:
    answer = call(*FROM, "--accept", "everything", url=story)
    assert answer.code == 2
    assert answer.sentence.startswith("--accept everything: KIND is one of null_balance, ")


def test_the_kinds_are_those_of_the_database() -> None:
    text = function_file("_check_damage_kinds").read_text("utf-8")
    listed = re.search(r"array\[(.*?)\]", text, re.DOTALL)
    assert listed is not None
    # What only the command line can find.
    assert {*re.findall(r"'(\w+)'", listed[1]), "profile_missing"} == set(ACCEPTING)


def test_text_of_others_cannot_steer_the_terminal(db_url: str) -> None:
    make_tables(db_url)
    insert(db_url, "legacy.profiles", (uuid(1), 7, 0))
    insert(db_url, "legacy.ledger", (1, uuid(1), 7, "\x1b[31m\n[bold]x[/bold]", MORNING))
    text = call(*FROM, url=db_url).stdout
    assert "?[31m?[bold]x[/bold]" in text


# Rows that no import reaches.


def test_rows_without_a_profile_are_named_and_can_be_left_out(story: str) -> None:
    insert(story, "legacy.jobs", (uuid(8), uuid(5), "done", None, MORNING))
    insert(story, "legacy.ledger", (98, uuid(5), 1, "r", MORNING), (99, uuid(6), 1, "r", MORNING))
    answer = call(*FROM, url=story)
    assert answer.code == 1
    missing = "its profile is not there"
    assert [line for line in answer.stdout.splitlines() if line.endswith(missing)] == [
        f"profile_missing: profile {uuid(5)}, job {uuid(8)}: {missing}",
        f"profile_missing: profile {uuid(5)}, ledger row 98: {missing}",
        f"profile_missing: profile {uuid(6)}, ledger row 99: {missing}",
    ]
    again = call(*FROM, "--accept", "profile_missing", "--json", url=story)
    assert again.code == 0
    assert (counts(again, "imported"), counts(again, "left_out")) == ((1, 1, 4), (0, 1, 2))
    ((damage,),) = [again.document["damage"]]
    assert (damage["count"], damage["profiles"], damage["accepted"]) == (3, 2, True)


def test_profiles_whose_id_is_no_uuid_are_named_and_can_be_left_out(db_url: str) -> None:
    make_tables(db_url, ids="text")
    insert(db_url, "legacy.profiles", ("anna", 5, 0), (str(uuid(1)), 0, 0), (None, 1, 1))
    insert(db_url, "legacy.jobs", (str(uuid(8)), "anna", "done", None, MORNING))
    insert(db_url, "legacy.jobs", (str(uuid(9)), None, "done", None, MORNING))
    insert(db_url, "legacy.ledger", (1, "anna", 5, "signup", MORNING))
    answer = call(*FROM, url=db_url)
    assert answer.code == 1
    assert {line for line in answer.stdout.splitlines() if line[:7] in {"invalid", "profile"}} >= {
        "invalid_id: profile anna: the id of the profile is not a UUID",
        f"invalid_id: profile anna, job {uuid(8)}: the id of its profile is not a UUID",
        "invalid_id: profile anna, ledger row 1: the id of its profile is not a UUID",
        "invalid_id: a row: the id of the profile is not a UUID",
        f"profile_missing: job {uuid(9)}: it names no profile",
    }
    again = call(*FROM, *ALL_ACCEPTED, "--json", url=db_url)
    assert again.code == 0
    assert imported(db_url) == {uuid(1)}
    assert (counts(again, "imported"), counts(again, "left_out")) == ((1, 0, 0), (2, 2, 1))


def test_a_job_whose_id_is_no_uuid_is_counted_as_left_out(db_url: str) -> None:
    make_tables(db_url, ids="text")
    insert(db_url, "legacy.profiles", (str(uuid(1)), 0, 0))
    insert(db_url, "legacy.jobs", ("eight", str(uuid(1)), "done", "{}", MORNING))
    answer = call(*FROM, *ALL_ACCEPTED, "--json", url=db_url)
    assert answer.code == 0
    assert (counts(answer, "imported"), counts(answer, "left_out")) == ((1, 0, 0), (0, 1, 0))


# The import.


def test_everything_is_imported_once_and_the_old_tables_stay_as_they_are(year: str) -> None:
    there = rows_of(year, "legacy")
    answer = call(*FROM, *ALL_ACCEPTED, "--json", url=year)
    assert answer.code == 0
    assert answer.stderr == ""
    sizes = tuple(len(there[table]) for table in ("profiles", "jobs", "ledger"))
    assert (counts(answer, "pending"), counts(answer, "imported")) == (sizes, sizes)
    assert (counts(answer, "already_there"), counts(answer, "left_out")) == ((0,) * 3, (0,) * 3)
    here = books(year)
    tables = ("legacy_profiles", "jobs", "legacy_entries")
    assert tuple(len(here[table]) for table in tables) == sizes
    assert rows_of(year, "legacy") == there
    assert call("check", url=year).stdout == "sound\n"

    again = call(*FROM, url=year)
    assert (again.code, again.stderr) == (0, "")
    assert again.stdout == (
        f"Nothing to import: the {sizes[0]} profiles of legacy.profiles are already here.\n"
    )
    assert counts(call(*FROM, "--json", url=year), "already_there") == sizes
    assert books(year) == here


def test_the_summary_is_for_people(story: str) -> None:
    lines = call(*FROM, url=story).stdout.splitlines()
    assert lines[0] == "To import: 1 profile, 1 job, 4 ledger rows."
    assert ["imported", "1", "1", "4"] in [line.split() for line in lines]
    assert lines[-1].endswith("To find wrong refunds: pgcredits audit")


def test_a_login_that_may_only_read_the_old_tables_can_import(
    year: str, login: Callable[..., str]
) -> None:
    there = rows_of(year, "legacy")
    url = login("credits_admin")
    assert call(*FROM, *ALL_ACCEPTED, url=url).code == 0
    assert call(*FROM, url=url).stdout.startswith("Nothing to import: ")
    assert len(imported(year)) == DAMAGED_YEAR.profiles
    assert rows_of(year, "legacy") == there


def test_a_login_without_the_right_to_read_is_told_so(
    story: str, login: Callable[..., str]
) -> None:
    url = login("credits_admin")
    name = conninfo_to_dict(url)["user"]
    execute(story, f"revoke select on legacy.ledger from {name}")
    execute(story, f"grant select (id, user_id, delta, ts) on legacy.ledger to {name}")
    needs = "it needs USAGE on the schema and SELECT on the table."
    answer = call(*FROM, url=url)
    assert (answer.code, answer.sentence) == (2, f"The role may not read legacy.ledger: {needs}")
    execute(story, f"revoke usage on schema legacy from {name}")
    answer = call(*FROM, url=url)
    assert (answer.code, answer.sentence) == (2, f"The role may not read legacy.profiles: {needs}")


@pytest.mark.parametrize("kind", ["table", "view"])
def test_rows_that_a_policy_may_hide_are_not_imported(
    story: str, login: Callable[..., str], kind: str
) -> None:
    url = login("credits_admin")
    name = conninfo_to_dict(url)["user"]
    execute(story, "alter table legacy.jobs enable row level security")
    execute(story, "create policy p on legacy.jobs using (true)")
    options: tuple[str, ...] = ()
    if kind == "view":
        execute(
            story,
            "create view legacy.v with (security_invoker) as select * from legacy.jobs;"
            f"grant select on legacy.v to {name}",
        )
        options = ("--table", "jobs=v")
    answer = call(*FROM, *options, url=url)
    assert answer.code == 2
    table = "legacy.v" if kind == "view" else "legacy.jobs"
    assert answer.sentence.startswith(f"Row-level security may hide rows of {table} from this role")
    assert imported(story) == set()
    assert call(*FROM, *options, url=story).code == 0  # a superuser sees every row


def test_only_the_given_profiles_are_imported(year: str) -> None:
    ids = [profile for (profile,) in fetch(year, "select id from legacy.profiles order by id")]
    insert(year, "legacy.ledger", (-1, uuid(5), 1, "of nobody", MORNING))
    kinds = ACCEPTING.keys() - {"profile_missing"}
    accept = [option for kind in kinds for option in ("--accept", kind)]
    some = call(*FROM, *accept, "--profile", ids[3], "--profile", ids[1], "--json", url=year)
    assert (some.code, counts(some, "imported")[0]) == (0, 2)
    assert imported(year) == {ids[1], ids[3]}
    assert counts(call(*FROM, "--dry-run", "--json", url=year), "pending")[0] == len(ids) - 2
    again = call(*FROM, "--profile", ids[3], url=year)
    assert (again.code, "Nothing to import" in again.stdout) == (0, True)


def test_a_profile_that_is_not_in_the_table_is_named(story: str) -> None:
    answer = call(*FROM, "--profile", STORY, "--profile", uuid(77), url=story)
    assert (answer.code, answer.sentence) == (
        2,
        f"There is no profile {uuid(77)} in legacy.profiles.",
    )
    assert imported(story) == set()


def test_a_profile_that_was_opened_here_is_refused_and_the_others_are_imported(year: str) -> None:
    ids = [profile for (profile,) in fetch(year, "select id from legacy.profiles order by id")]
    assert call("open", ids[2], "--addon", 5, url=year).code == 0
    answer = call(*FROM, *ALL_ACCEPTED, "--json", url=year)
    assert answer.code == 1
    (refused,) = answer.document["refused"]
    assert (refused["profile_id"], refused["error"]) == (str(ids[2]), "profile_exists")
    assert imported(year) == {*ids} - {ids[2]}
    assert counts(answer, "imported")[0] == len(ids) - 1
    text = call(*FROM, *ALL_ACCEPTED, url=year)
    assert text.code == 1
    assert f"Refused: profile {ids[2]}: profile_exists: " in text.stdout


def test_an_import_that_meets_a_lock_says_how_to_go_on(year: str) -> None:
    """As where another import of the same profiles has not ended."""
    execute(year, "alter function credits.import_profile set lock_timeout = '50ms'")
    ids = [profile for (profile,) in fetch(year, "select id from legacy.profiles order by id")]
    with psycopg.connect(year) as connection:
        connection.execute(
            "insert into credits.profiles (id, created_at) values (%s, now())", ids[7:8]
        )
        answer = call(*FROM, *ALL_ACCEPTED, "--batch-rows", 1, url=year)
        connection.rollback()
    assert answer.code == 2
    assert answer.sentence.endswith(" Imported: 7 profiles. Run it again to continue.")
    assert imported(year) == {*ids[:7]}
    assert call(*FROM, *ALL_ACCEPTED, url=year).code == 0
    assert imported(year) == {*ids}


def test_a_batch_is_one_transaction(year: str) -> None:
    accepted = (*FROM, *ALL_ACCEPTED)
    ids = [profile for (profile,) in fetch(year, "select id from legacy.profiles order by id")]
    some = [option for profile in ids[:10] for option in ("--profile", profile)]
    assert call(*accepted, *some, url=year).code == 0
    assert transactions(year, "credits.legacy_profiles") == 1
    some = [option for profile in ids[10:20] for option in ("--profile", profile)]
    assert call(*accepted, *some, "--batch-rows", 1, url=year).code == 0
    assert transactions(year, "credits.legacy_profiles") == 1 + 10


def test_without_a_ledger_the_splits_are_those_of_the_metadata(db_url: str) -> None:
    make_tables(db_url)
    execute(db_url, "drop table legacy.ledger")
    insert(db_url, "legacy.profiles", (uuid(1), 100, 200))
    meta = {
        "credit_cost": 30,
        "credits_deducted": True,
        "monthly_deducted": 10,
        "addon_deducted": 20,
    }
    insert(db_url, "legacy.jobs", (uuid(2), uuid(1), "done", json.dumps(meta), MORNING))
    answer = call(*FROM, "--no-ledger", *ALL_ACCEPTED, url=db_url)
    assert answer.code == 0, answer
    back = call("refund", uuid(2), "--json", url=db_url).document
    assert (back["monthly_refunded"], back["addon_refunded"]) == (10, 20)


def test_a_job_can_be_refunded_as_the_history_says(db_url: str) -> None:
    make_tables(db_url)
    insert(db_url, "legacy.profiles", (uuid(1), 0, 3500))
    insert(
        db_url,
        "legacy.ledger",
        (1, uuid(1), 500, "signup: monthly credits", MORNING.replace(hour=1)),
        (2, uuid(1), 5000, "addon purchase: o", MORNING.replace(hour=2)),
        (3, uuid(1), -2000, f"job create: {uuid(2)}", MORNING.replace(hour=3)),
    )
    meta = '{"credit_cost": 2000, "credits_deducted": true}'
    insert(db_url, "legacy.jobs", (uuid(2), uuid(1), "FAILED", meta, MORNING.replace(hour=3)))
    assert call(*FROM, url=db_url).code == 0
    back = call("refund", uuid(2), "--json", url=db_url).document
    assert (back["monthly_refunded"], back["addon_refunded"]) == (500, 1500)


def test_the_job_of_a_ledger_row_may_be_in_a_column_of_its_own(db_url: str) -> None:
    profile_id, job_id = uuid(1), uuid(2)
    make_tables(db_url)
    execute(db_url, "alter table legacy.ledger add about text")
    insert(db_url, "legacy.profiles", (profile_id, 0, 400))
    meta = json.dumps({"credit_cost": 200, "credits_deducted": True})
    insert(db_url, "legacy.jobs", (job_id, profile_id, "done", meta, "2025-02-02"))
    insert(
        db_url,
        "legacy.ledger",
        (1, profile_id, 100, "signup", "2025-01-01", None),
        (2, profile_id, 500, "purchase", "2025-01-02", None),
        (3, profile_id, -200, "usage", "2025-02-02", str(job_id)),
    )
    answer = call(*FROM, "--column", "ledger.job_id=about", url=db_url)
    assert answer.code == 0, answer.stdout
    refund = call("refund", job_id, "--json", url=db_url).document
    assert (refund["monthly_refunded"], refund["addon_refunded"]) == (100, 100)
    assert refund["breakdown_source"] == "ledger"


def test_nothing_in_the_tables_is_nothing_to_import(db_url: str) -> None:
    make_tables(db_url)
    answer = call(*FROM, url=db_url)
    assert (answer.code, answer.stdout) == (
        0,
        "Nothing to import: there are no profiles in legacy.profiles.\n",
    )
    assert call(*FROM, "--verify", url=db_url).code == 0


# The comparison.


@pytest.fixture
def same(year: str) -> str:
    """A database with a year that is imported."""
    assert call(*FROM, *ALL_ACCEPTED, url=year).code == 0
    return year


def differences(url: str) -> list[str]:
    answer = call(*FROM, "--verify", url=url)
    assert answer.code == 1
    *lines, compared, count = answer.stdout.splitlines()
    assert compared.startswith("Compared ")
    assert count == f"{len(lines)} differences"
    assert len(call(*FROM, "--verify", "--json", url=url).document["differences"]) == len(lines)
    return lines


def test_what_was_just_imported_is_the_same(same: str) -> None:
    answer = call(*FROM, "--verify", url=same)
    assert answer.code == 0
    assert answer.stdout.splitlines()[-1] == "No differences, and the books are sound."
    document = call(*FROM, "--verify", "--json", url=same).document
    assert (document["ok"], document["differences"], document["findings"]) == (True, [], [])
    assert document["imported"]["profiles"] == DAMAGED_YEAR.profiles


def test_what_happens_here_after_the_import_is_no_difference(same: str) -> None:
    profile = min(imported(same))
    assert call("grant", profile, 5000, "--reference", "r", url=same).code == 0
    assert call("reserve", profile, 5, url=same).code == 0
    assert call(*FROM, "--verify", url=same).code == 0


def test_what_changed_in_the_old_tables_is_named(same: str) -> None:
    one, two, three, four, five = sorted(imported(same))[:5]
    ((addon,),) = fetch(same, f"select addon_credits from legacy.profiles where id = '{one}'")
    execute(same, f"update legacy.profiles set addon_credits = -7 where id = '{one}'")
    execute(same, f"update legacy.profiles set credits_remaining = null where id = '{two}'")
    execute(same, f"delete from legacy.profiles where id = '{three}'")
    insert(same, "legacy.jobs", (uuid(8), four, "done", "{}", MORNING))
    insert(same, "legacy.ledger", (-1, five, 1, "r", MORNING))
    insert(same, "legacy.profiles", (uuid(9), 5, 5))
    lines = differences(same)
    assert len(lines) == 6
    then = "NULL" if addon is None else f"{addon:,}"
    assert f"profile {one}: addon: -7 there now, {then} imported" in lines
    assert any(line.startswith(f"profile {two}: monthly: NULL there now") for line in lines)
    assert f"profile {three}: it is no longer in legacy.profiles" in lines
    assert any(line.startswith(f"profile {four}: jobs: ") for line in lines)
    assert any(line.startswith(f"profile {five}: ledger rows: ") for line in lines)
    assert f"profile {uuid(9)}: it is not here" in lines
    for profile, count in ((one, 1), (max(imported(same)), 0)):
        some = call(*FROM, "--verify", "--profile", profile, "--json", url=same)
        assert (some.code, len(some.document["differences"])) == (min(count, 1), count)


def test_books_that_were_changed_here_are_named(story: str) -> None:
    assert call(*FROM, url=story).code == 0
    execute(story, "alter table credits.ledger disable trigger all")
    execute(story, "update credits.ledger set addon_delta = addon_delta - 1")
    answer = call(*FROM, "--verify", url=story)
    assert answer.code == 1
    opening = f"profile {STORY}: opening ledger row: 5,499 here, 5,500 imported"
    assert opening in answer.stdout.splitlines()
    assert call(*FROM, "--verify", "--json", url=story).document["findings"]
    execute(story, "delete from credits.jobs")
    answer = call(*FROM, "--verify", url=story)
    assert f"profile {STORY}: jobs: 1 there now, 0 imported" in answer.stdout.splitlines()


def test_comparing_needs_the_right_to_read_our_tables(
    story: str, login: Callable[..., str]
) -> None:
    assert call(*FROM, url=story).code == 0
    url = login("credits_admin")
    answer = call(*FROM, "--verify", url=url)
    assert answer.code == 2
    assert "credits_reader" in answer.sentence
    execute(story, f"grant credits_reader to {conninfo_to_dict(url)['user']}")
    assert call(*FROM, "--verify", url=url).code == 0


# The example.


def test_the_example_names_the_next_command_and_what_it_made(db_url: str) -> None:
    options = ("--profiles", 5, "--jobs", 3, "--seed", 7, "--schema", "old app")
    answer = call("legacy-example", *options, url=db_url)
    assert answer.code == 0
    first, *_, last = answer.stdout.splitlines()
    sizes = {table: len(rows) for table, rows in rows_of(db_url, '"old app"').items()}
    assert first == (
        f"Generated one year: 5 profiles, {sizes['jobs']} jobs, {sizes['ledger']} ledger rows."
    )
    assert last == "Next: pgcredits import --schema 'old app' --dry-run"
    assert call("import", "--schema", "old app", *ALL_ACCEPTED, url=db_url).code == 0
    again = call("legacy-example", *options, url=db_url)
    assert (again.code, "already" in again.sentence) == (2, True)


def test_the_example_names_the_migration_first_where_there_is_no_schema(empty_db_url: str) -> None:
    options = ("--profiles", 2, "--jobs", 2)
    answer = call("legacy-example", *options, url=empty_db_url)
    assert answer.stdout.splitlines()[-1] == (
        "Next: pgcredits migrate, and then pgcredits import --schema legacy --dry-run"
    )
