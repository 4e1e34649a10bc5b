"""The commands of a job's and a profile's later life: settle, holds, packs, months, corrections."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cli_tools import call, execute, fetch

from pgcredits import (
    Balance,
    Finding,
    GrantEntry,
    GrantResult,
    JobEntry,
    JobEvent,
    LimitEntry,
    ListedProfile,
    MoveResult,
    ProfileEntry,
    Renewal,
    Reservation,
    ReservationPreview,
    Revocation,
    Settlement,
    UsageEntry,
)
from pgcredits._cli.common import day, past

BY = ("--reason", "a test", "--actor", "the tester")
MARCH = "2026-03-01T00:00:00Z"
LATER = "2126-03-01T00:00:00Z"


@pytest.fixture
def profile(db_url: str) -> str:
    """A profile with 500 monthly and 5,000 addon credits."""
    profile_id = str(uuid4())
    assert call("open", profile_id, "--monthly", 500, "--addon", 5000, url=db_url).code == 0
    return profile_id


@pytest.fixture
def job(db_url: str, profile: str) -> str:
    """A job of that profile that has taken 500 monthly and 1,500 addon credits, without a hold."""
    job_id = str(uuid4())
    assert call("reserve", profile, 2000, "--job", job_id, url=db_url).code == 0
    return job_id


def names(model: type[Any]) -> set[str]:
    return {field.name for field in dataclasses.fields(model)}


def facts(text: str) -> dict[str, str]:
    """The lines below the sentence."""
    return dict(line.split(maxsplit=1) for line in text.splitlines()[1:])


def move_clock(url: str, ahead: str) -> None:
    """Moves the clock of this test's database."""
    execute(
        url,
        "create or replace function credits._now() returns timestamptz language sql volatile"
        f" as $$ select clock_timestamp() + interval '{ahead}' $$",
    )


def test_settling_for_less_says_what_comes_back(db_url: str, profile: str, job: str) -> None:
    arguments = ("settle", job, 1200, "--profile", profile)
    answer = call(*arguments, url=db_url)
    assert answer.stdout.startswith(
        "Settled at 1,200 credits: the job holds 500 monthly + 700 addon.\n"
    )
    assert facts(answer.stdout) == {
        "job": job,
        "profile": profile,
        "back": "0 monthly + 800 addon",
        "balance": "3,500 -> 4,300",
    }
    assert "made before" in call(*arguments, url=db_url).stdout
    document = call(*arguments, "--json", url=db_url).document
    assert set(document) == names(Settlement)
    assert (document["addon_refunded"], document["replayed"]) == (800, True)


def test_settling_without_a_cost_keeps_what_the_job_holds(db_url: str, job: str) -> None:
    answer = call("settle", job, url=db_url)
    assert answer.stdout.startswith("Settled at 2,000 credits: ")
    assert "back" not in facts(answer.stdout)


def test_settling_for_more_than_there_is_has_a_shortfall(db_url: str, job: str) -> None:
    refused = call("settle", job, 6000, "--overage", "reject", "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "insufficient_credits")
    answer = call("settle", job, 6000, url=db_url)
    assert answer.code == 0
    assert facts(answer.stdout)["short"] == "500 credits that no bucket could pay"
    assert facts(answer.stdout)["balance"] == "3,500 -> 0"


def test_a_hold_has_a_deadline_that_can_be_extended(db_url: str, profile: str) -> None:
    arguments = ("reserve", profile, 10, "--job", uuid4(), "--hold-for")
    answer = call(*arguments, "15m", url=db_url)
    held = datetime.fromisoformat(
        facts(answer.stdout)["held"].removeprefix("until ").replace(" UTC", "+00:00")
    )
    assert timedelta(minutes=14) < held - datetime.now(UTC) < timedelta(minutes=16)
    job_id = facts(answer.stdout)["job"]
    extended = call("extend", job_id, "2h", "--profile", profile, "--json", url=db_url).document
    assert set(extended) == names(Reservation)
    moved = datetime.fromisoformat(extended["hold_expires_at"]) - held
    assert timedelta(minutes=104) < moved < timedelta(minutes=106)
    text = call("extend", job_id, "1s", url=db_url).stdout
    assert text.startswith("The hold lasts at least this long.\n")
    assert facts(text)["held"].startswith(f"until {extended['hold_expires_at'][:10]} ")


def test_a_reservation_can_be_raised(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 300, "--job", job_id, url=db_url)
    text = call("raise", job_id, 900, url=db_url).stdout
    assert text.startswith("The job holds 900 credits: 500 monthly + 400 addon.\n")
    assert facts(text)["balance"] == "5,200 -> 4,600"
    again = call("raise", job_id, 800, "--profile", profile, "--json", url=db_url).document
    assert set(again) == names(Reservation)
    assert (again["cost"], again["replayed"], again["new_balance"]) == (900, True, 4600)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("7d", 604_800)]
)
def test_durations_have_a_unit(db_url: str, profile: str, text: str, seconds: int) -> None:
    call("reserve", profile, 1, "--hold-for", text, url=db_url)
    query = (
        "select abs(extract(epoch from hold_expires_at - created_at)::int - %s) < 5"
        " from credits.jobs"
    )
    assert fetch(db_url, query % seconds) == [(True,)]


def test_a_late_settlement_says_so(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 10, "--job", job_id, "--hold-for", "1h", url=db_url)
    move_clock(db_url, "2 hours")
    answer = call("settle", job_id, 10, url=db_url)
    assert "expired" in facts(answer.stdout)["late"]


def test_balance_shows_what_is_held(db_url: str, profile: str) -> None:
    call("reserve", profile, 200, "--hold-for", "1h", url=db_url)
    shown = facts(call("balance", profile, url=db_url).stdout)
    assert (shown["held"], shown["posted"]) == ("200", "5,500")
    document = call("balance", profile, "--json", url=db_url).document
    assert (document["available"], document["held"], document["posted"]) == (5300, 200, 5500)


def test_balance_can_look_back(db_url: str, profile: str, job: str) -> None:
    rows = call("statement", profile, "--json", url=db_url).document["entries"]
    opened = rows[-1]["ts"]
    answer = call("balance", profile, "--at", opened, url=db_url)
    assert answer.stdout.startswith("5,500 credits at ")
    assert set(facts(answer.stdout)) == {"profile", "ledger"}
    before = call("balance", profile, "--at", "2020-01-01T00:00:00+02:00", "--json", url=db_url)
    assert (before.document["available"], before.document["held"]) == (0, None)


def test_a_grant_that_ends_is_a_pack(db_url: str, profile: str) -> None:
    arguments = ("grant", profile, 300, "--reference", "sale", "--expires-at", LATER)
    options = ("--kind", "promo", "--priority", -5)
    answer = call(*arguments, *options, url=db_url)
    assert answer.stdout.startswith("Granted 300 addon credits, a promo pack.\n")
    assert facts(answer.stdout)["expires"] == "2126-03-01 00:00:00 UTC"
    document = call(*arguments, *options, "--json", url=db_url).document
    assert set(document) == names(GrantResult)
    assert (document["kind"], document["priority"], document["replayed"]) == ("promo", -5, True)
    other = call(*arguments, "--json", url=db_url)
    assert (other.code, other.document["error"]) == (1, "reference_conflict")


def test_what_lapses_when_it_comes_back_is_told(db_url: str, profile: str) -> None:
    first, second = uuid4(), uuid4()
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    pack = ("--reference", "sale", "--expires-at", soon, "--kind", "promo")
    call("grant", profile, 300, *pack, url=db_url)
    call("reserve", profile, 600, "--job", first, url=db_url)  # 500 monthly, 100 of the pack
    call("reserve", profile, 100, "--job", second, url=db_url)
    move_clock(db_url, "2 hours")
    refunded = call("refund", first, url=db_url).stdout
    assert facts(refunded)["lapsed"] == "0 monthly + 100 addon"
    settled = call("settle", second, 40, url=db_url).stdout
    assert facts(settled)["lapsed"] == "0 monthly + 60 addon"


def test_renew_begins_a_month_once(db_url: str, profile: str) -> None:
    arguments = ("renew", profile, MARCH, 1000, "--rollover-cap", 100)
    answer = call(*arguments, url=db_url)
    assert answer.stdout.startswith(
        "Renewed with 1,000 monthly credits: 100 carried over, 400 lapsed.\n"
    )
    assert facts(answer.stdout) == {
        "profile": profile,
        "period": "from 2026-03-01 00:00:00 UTC",
        "balance": "5,500 -> 6,100",
    }
    assert "made before" in call(*arguments, url=db_url).stdout
    assert set(call(*arguments, "--json", url=db_url).document) == names(Renewal)
    other = call("renew", profile, MARCH, 1000, "--json", url=db_url)
    assert (other.code, other.document["error"]) == (1, "period_conflict")


def test_revoke_and_reinstate_a_grant(db_url: str, profile: str) -> None:
    call("grant", profile, 300, "--reference", "order-1", url=db_url)
    part = ("revoke", profile, "order-1", "refund-1", "--amount", 100, *BY)
    answer = call(*part, url=db_url)
    assert answer.stdout.startswith(
        "Revoked 100 credits of 100 asked for: 100 collected, 0 were spent, 0 had lapsed.\n"
    )
    assert facts(answer.stdout) == {
        "profile": profile,
        "grant": "order-1",
        "key": "refund-1",
        "balance": "5,800 -> 5,700",
    }
    assert "made before" in call(*part, url=db_url).stdout
    document = call("revoke", profile, "order-1", "dispute-1", *BY, "--json", url=db_url).document
    assert set(document) == names(Revocation)
    assert (document["amount"], document["collected"]) == (200, 200)
    arguments = ("reinstate", profile, "order-1", "dispute-1", *BY)
    answer = call(*arguments, url=db_url)
    assert answer.stdout.startswith("The revocation has ended: it takes nothing.\n")
    assert facts(answer.stdout)["balance"] == "5,500 -> 5,700"
    assert "made before" in call(*arguments, url=db_url).stdout
    assert call(*arguments, "--json", url=db_url).document["amount"] == 0


def test_revoke_and_reinstate_a_month(db_url: str, profile: str) -> None:
    call("renew", profile, MARCH, 600, url=db_url)
    answer = call("revoke-renewal", profile, MARCH, "refund-1", *BY, url=db_url)
    assert answer.stdout.startswith(
        "Revoked 600 credits: 600 collected, 0 were spent, 0 had lapsed.\n"
    )
    assert facts(answer.stdout)["period"] == "from 2026-03-01 00:00:00 UTC"
    arguments = ("reinstate-renewal", profile, MARCH, "refund-1", *BY)
    assert set(call(*arguments, "--json", url=db_url).document) == names(Revocation)
    assert "made before" in call(*arguments, url=db_url).stdout


def test_find_the_grants_of_a_payment(db_url: str, profile: str) -> None:
    payment = f"payment of {profile}"
    expiry = ("--expires-at", "2099-03-01T00:00:00Z")
    call("grant", profile, 300, "--reference", payment, *expiry, url=db_url)
    answer = call("find-grants", payment, url=db_url)
    assert answer.stdout.startswith("300 addon credits, 0 revoked, paid.\n")
    assert facts(answer.stdout)["left"] == "300 until 2099-03-01 00:00:00 UTC"
    document = call("find-grants", payment, "--json", url=db_url).document
    assert [set(grant) for grant in document["grants"]] == [names(GrantEntry)]
    nobody = call("find-grants", "nobody got this", url=db_url)
    assert nobody.stdout == "Nobody was granted this reference.\n"


def test_profile_shows_more_than_a_balance(db_url: str, profile: str) -> None:
    assert list(facts(call("profile", profile, url=db_url).stdout)) == ["profile", "opened"]
    expiry = ("--expires-at", "2099-03-01T00:00:00Z")
    call("grant", profile, 300, "--reference", "pack", *expiry, url=db_url)
    call("renew", profile, MARCH, 600, url=db_url)
    call("reserve", profile, 7, "--hold-for", "2h", url=db_url)
    call("overdraft", profile, 50, *BY, url=db_url)
    call("revoke-renewal", profile, MARCH, "refund-1", *BY, url=db_url)
    call("close", profile, *BY, url=db_url)
    told = call("profile", profile, url=db_url).stdout
    assert told.startswith("0 monthly + 5,300 addon credits.\n")
    assert facts(told)["month"] == "since 2026-03-01 00:00:00 UTC, allowance 600"
    assert facts(told)["packs"] == "1 with 300 credits, first until 2099-03-01 00:00:00 UTC"
    assert facts(told)["holds"].startswith("1 with 7 credits, first until ")
    assert facts(told)["debt"] == "down to -50"
    assert facts(told)["waits"] == "7 to collect from what jobs give back"
    assert "closed" in facts(told)
    document = call("profile", profile, "--json", url=db_url).document
    assert (set(document["profile"]), set(document["balance"])) == (
        names(ProfileEntry),
        names(Balance),
    )


def test_preview_says_what_a_job_would_take(db_url: str, profile: str) -> None:
    answer = call("preview", profile, 600, url=db_url)
    assert answer.stdout.startswith("A job of 600 credits would take 500 monthly + 100 addon.\n")
    assert facts(answer.stdout)["balance"] == "5,500 -> 4,900"
    document = call("preview", profile, 600, "--json", url=db_url).document
    assert set(document) == names(ReservationPreview)
    refused = call("preview", profile, 5501, "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "insufficient_credits")


def test_profiles_come_in_pages(db_url: str) -> None:
    assert call("profiles", url=db_url).stdout == "No profiles.\n"
    empty = call("profiles", "--json", url=db_url).document
    assert empty == {"profiles": [], "next_after": None}
    first, second, third = (f"{number}1111111-1111-4111-8111-111111111111" for number in range(3))
    for each in (third, first, second):
        call("open", each, "--monthly", 500, "--addon", 5000, url=db_url)
    call("overdraft", first, 2000, *BY, url=db_url)
    call("close", second, *BY, url=db_url)

    told = call("profiles", "--page-size", 2, url=db_url).stdout.splitlines()
    assert told[0].split() == [
        *("profile", "changed", "(UTC)", "monthly", "addon", "available", "overdraft"),
        *("closed", "(UTC)"),
    ]
    assert [(row[0], *row[3:7]) for row in (line.split() for line in told[1:3])] == [
        (first, "500", "5,000", "5,500", "2,000"),
        (second, "500", "5,000", "5,500", "0"),
    ]
    assert [line.endswith("  -") for line in told[1:3]] == [True, False]
    assert told[3:] == [f"More profiles: --after {second}"]
    for size in ([], ["--page-size", 1]):
        told = call("profiles", "--after", second, *size, url=db_url).stdout.splitlines()
        assert [line.split()[0] for line in told] == ["profile", third], "nothing comes after it"
    full = call("profiles", "--page-size", 3, "--json", url=db_url).document
    assert (len(full["profiles"]), full["next_after"]) == (3, None)
    assert call("profiles", "--after", third, url=db_url).stdout == "No more profiles.\n"
    document = call("profiles", "--page-size", 1, "--json", url=db_url).document
    assert (document["profiles"][0]["profile_id"], document["next_after"]) == (first, first)
    assert set(document["profiles"][0]) == names(ListedProfile)


def test_jobs_and_grants_come_in_pages(db_url: str, profile: str) -> None:
    assert call("jobs", profile, url=db_url).stdout == "No jobs.\n"
    assert call("grants", profile, url=db_url).stdout == "No grants.\n"
    jobs = [str(uuid4()) for _ in range(2)]
    for job in jobs:
        call("reserve", profile, 70, "--job", job, url=db_url)
        call("grant", profile, 30, "--reference", f"order {job[:8]}", url=db_url)
    call("refund", jobs[1], url=db_url)

    told = call("jobs", profile, "--page-size", 1, url=db_url).stdout
    assert jobs[1] in told
    assert jobs[0] not in told
    assert told.endswith(f"Older jobs: --before-job {jobs[1]}\n")
    for size in ([], ["--page-size", 1]):
        told = call("jobs", profile, "--before-job", jobs[1], *size, url=db_url).stdout
        assert f"{jobs[0]}" in told
        assert "Older" not in told
    refunded = ("--state", "refunded", "--page-size", 1)
    assert "Older" not in call("jobs", profile, *refunded, url=db_url).stdout
    assert (
        call("jobs", profile, "--page-size", 2, "--json", url=db_url).document["next_before_job"]
        is None
    )
    told = call("jobs", profile, "--before-job", jobs[0], url=db_url).stdout
    assert told == "No older jobs.\n"
    document = call("jobs", profile, "--state", "refunded", "--json", url=db_url).document
    assert [job["job_id"] for job in document["jobs"]] == jobs[1:]
    assert set(document["jobs"][0]) == names(JobEntry)

    told = call("grants", profile, "--page-size", 1, url=db_url).stdout
    assert f"order {jobs[1][:8]}" in told
    older = told.splitlines()[-1].removeprefix("Older grants: --before-seq ")
    page = ("grants", profile, "--before-seq", older, "--page-size", 1, "--json")
    document = call(*page, url=db_url).document
    assert document["next_before_seq"] is None
    last = document["grants"][0]["seq"]
    told = call("grants", profile, "--before-seq", last, url=db_url).stdout
    assert told == "No older grants.\n"
    told = call("statement", profile, "--before-seq", 1, url=db_url).stdout
    assert told == "No older ledger rows.\n"
    assert [grant["reference"] for grant in document["grants"]] == [f"order {jobs[0][:8]}"]
    assert set(document["grants"][0]) == names(GrantEntry)


def test_usage_says_where_credits_went(db_url: str, profile: str) -> None:
    assert call("usage", profile, url=db_url).stdout == "No usage.\n"
    large, other = str(uuid4()), str(uuid4())
    meta = ("--meta", json.dumps({"model": "lar[b]ge"}))
    call("reserve", profile, 2000, "--job", large, *meta, url=db_url)
    call("reserve", profile, 30, "--job", other, url=db_url)
    call("settle", large, 1600, url=db_url)

    told = call("usage", profile, url=db_url).stdout.splitlines()
    assert [line.split() for line in told] == [
        ["jobs", "consumed", "returned", "net", "monthly_net", "addon_net"],
        ["2", "2,030", "400", "1,630", "500", "1,130"],
    ]
    told = call("usage", profile, "--by", "meta.model", url=db_url).stdout.splitlines()
    assert [line.split()[:2] for line in told] == [["label", "jobs"], ["lar[b]ge", "1"], ["-", "1"]]
    month = ("--step", "month", "--time-zone", "Europe/Berlin")
    (head, row) = call("usage", profile, *month, url=db_url).stdout.splitlines()
    assert head.split()[:5] == ["from", "(UTC)", "until", "(UTC)", "jobs"]
    assert row.split()[4:6] == ["2", "2,030"]

    before = ("--since", "2020-01-01", "--until", "2020-02-01")
    assert call("usage", profile, *before, url=db_url).stdout == "No usage.\n"
    document = call("usage", profile, "--by", "spender", "--json", url=db_url).document
    assert (document["profile_id"], set(document["usage"][0])) == (profile, names(UsageEntry))
    lines = call("usage", profile, "--by", "meta.model", "--csv", url=db_url).stdout.splitlines()
    assert lines[0] == ",".join(field.name for field in dataclasses.fields(UsageEntry))
    assert lines[1:] == [",,lar[b]ge,1,2000,400,1600,500,1100", ",,,1,30,0,30,0,30"]
    (_, line) = call("usage", profile, "--step", "day", "--csv", url=db_url).stdout.splitlines()
    start, end = (datetime.fromisoformat(text) for text in line.split(",")[:2])
    assert end - start == timedelta(days=1)
    refused = call("usage", profile, "--step", "hour", "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "invalid_option")
    both = call("usage", profile, "--csv", "--json", url=db_url)
    assert (both.code, "--csv or --json" in both.document["hint"]) == (2, True)


def test_flows_show_each_day_and_bucket(db_url: str, profile: str, job: str) -> None:
    call("refund", job, url=db_url)
    told = [line.split() for line in call("flows", profile, url=db_url).stdout.splitlines()]
    heads = ["day", "bucket", "opening", "granted", "consumed", "returned", "closing"]
    assert told[0] == heads
    assert [line[1:] for line in told[1:]] == [
        ["monthly", "0", "500", "500", "500", "500"],
        ["addon", "0", "5,000", "1,500", "1,500", "5,000"],
    ]
    document = call("flows", profile, "--json", url=db_url).document
    assert document["profile_id"] == profile
    assert document["flows"][0] | {"day": ""} == {
        "day": "",
        "bucket": "monthly",
        "opening": 0,
        "granted": 500,
        "renewed": 0,
        "consumed": 500,
        "returned": 500,
        "lapsed": 0,
        "revoked": 0,
        "adjusted": 0,
        "moved": 0,
        "closing": 500,
    }
    today = document["flows"][0]["day"]
    assert call("flows", profile, "--until", today, url=db_url).stdout == "No credits moved.\n"
    assert call("flows", profile, "--since", today, "--csv", url=db_url).stdout.splitlines() == [
        "day,bucket,opening,granted,renewed,consumed,returned,lapsed,revoked,adjusted,moved,closing",
        f"{today},monthly,0,500,0,500,500,0,0,0,0,500",
        f"{today},addon,0,5000,0,1500,1500,0,0,0,0,5000",
    ]
    call("open", "--monthly", 7, url=db_url)
    everybody = call("flows", "--json", url=db_url).document
    assert everybody["profile_id"] is None
    assert [(row["bucket"], row["granted"]) for row in everybody["flows"]] == [
        ("monthly", 507),
        ("addon", 5000),
    ]
    reversed_ = ("--since", "2026-02-02", "--until", "2026-02-01")
    refused = call("flows", *reversed_, url=db_url)
    assert (refused.code, refused.sentence) == (
        1,
        "Refused: invalid_interval (parameter --until, value 2026-02-01). "
        "Give a day for --until that is not before --since.",
    )
    told, of_usage = (
        call(*command, *reversed_, "--json", url=db_url).document
        for command in (["flows"], ["usage", profile])
    )
    for same in ("error", "sqlstate"):
        assert told[same] == of_usage[same]
    assert told["detail"] == {"parameter": "until", "value": "2026-02-01"}
    assert call("flows", "--since", today, "--until", today, url=db_url).code == 0
    wrong = call("flows", "--since", "yesterday", url=db_url)
    assert (wrong.code, "write a day, 2026-03-01; or how many days ago" in wrong.stderr) == (
        2,
        True,
    )


def test_adjust_corrects_both_buckets_once(db_url: str, profile: str) -> None:
    arguments = ("adjust", profile, "fix-1", "--monthly-delta", -100, "--addon-delta", 7, *BY)
    answer = call(*arguments, url=db_url)
    assert answer.stdout.startswith("Adjusted to 400 monthly + 5,007 addon credits.\n")
    assert "made before" in call(*arguments, url=db_url).stdout
    assert set(call(*arguments, "--json", url=db_url).document) == names(Balance)
    row = call("statement", profile, "--json", url=db_url).document["entries"][0]
    assert (row["kind"], row["actor"]) == ("adjust", "the tester")


def test_overdraft_lets_addon_go_below_zero(db_url: str, profile: str) -> None:
    answer = call("overdraft", profile, 1000, *BY, url=db_url)
    assert answer.stdout.startswith(
        "The addon bucket may go 1,000 credits below zero: now 500 monthly + 5,000 addon.\n"
    )
    assert call("reserve", profile, 6500, url=db_url).code == 0
    assert "500 monthly + -" not in call("balance", profile, url=db_url).stdout
    assert call("overdraft", profile, 0, *BY, "--json", url=db_url).document["detail"] == {
        "debt": 1000
    }


def test_limits_show_what_is_spent_and_left(db_url: str, profile: str) -> None:
    assert call("limits", profile, url=db_url).stdout == "No limits.\n"
    berlin = ("--spender", "key-1", "--time-zone", "Europe/Berlin", *BY)
    answer = call("limit", profile, "day", 100, *berlin, url=db_url)
    assert answer.stdout.startswith("At most 100 credits per day.\n")
    assert facts(answer.stdout)["spent"] == "0, 100 left"
    assert facts(answer.stdout)["resets"].endswith("by the calendar of Europe/Berlin")
    assert "made before" in call("limit", profile, "day", 100, *berlin, url=db_url).stdout
    call("limit", profile, "total", 900, *BY, url=db_url)
    assert call("reserve", profile, 60, "--spender", "key-1", url=db_url).code == 0
    refused = call("reserve", profile, 41, "--spender", "key-1", "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "limit_exceeded")
    preview = call("preview", profile, 41, "--spender", "key-1", "--json", url=db_url)
    assert preview.document["error"] == "limit_exceeded"
    (job,) = call("jobs", profile, "--spender", "key-1", "--json", url=db_url).document["jobs"]
    assert (job["spender"], job["reserved_cost"]) == ("key-1", 60)
    assert facts(call("explain", job["job_id"], url=db_url).stdout)["spender"] == "key-1"

    told = call("limits", profile, url=db_url).stdout.splitlines()
    assert [line.split()[:5] for line in told] == [
        ["spender", "window", "limit", "spent", "left"],
        ["(all)", "total", "900", "60", "840"],
        ["key-1", "day", "100", "60", "40"],
    ]
    document = call("limits", profile, "--spender", "key-1", "--json", url=db_url).document
    assert [set(limit) for limit in document["limits"]] == [names(LimitEntry)]
    head, row = call("limits", profile, "--spender", "key-1", "--csv", url=db_url).stdout.split()
    assert head.startswith("profile_id,spender,window_name,amount,spent,remaining,")
    assert row.startswith(f"{profile},key-1,day,100,60,40,")
    assert call("limits", profile, "--csv", "--json", url=db_url).code == 2

    gone = call("limit", profile, "day", "--remove", *berlin, url=db_url)
    assert gone.stdout.startswith("No limit per day.\n")
    assert call("limit", profile, "day", *BY, url=db_url).code == 2
    assert call("limit", profile, "day", 5, "--remove", *BY, url=db_url).code == 2
    left = call("limits", profile, "--json", url=db_url).document["limits"]
    assert [limit["window_name"] for limit in left] == ["total"]


def test_close_ends_a_profile(db_url: str, profile: str) -> None:
    answer = call("close", profile, *BY, url=db_url)
    assert answer.stdout.startswith("Closed the profile with 500 monthly + 5,000 addon credits.\n")
    assert "made before" in call("close", profile, *BY, url=db_url).stdout
    assert call("close", profile, *BY, "--json", url=db_url).document["replayed"] is True
    refused = call("reserve", profile, 1, "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "profile_closed")


def test_move_brings_all_to_another_profile(db_url: str, profile: str) -> None:
    other = call("open", "--addon", 7, "--json", url=db_url).document["profile_id"]
    move = ("move", profile, other, "merge-1", "--monthly-rest", "addon", *BY)
    answer = call(*move, url=db_url)
    assert answer.stdout.splitlines() == [
        "Moved 500 monthly + 5,000 addon credits, 0 packs among them.",
        f"  from     {profile}",
        f"  to       {other}",
        "  balance  7 -> 5,507",
    ]
    assert "made before" in call(*move, url=db_url).stdout
    assert "0 monthly + 5,507 addon" in call("balance", other, url=db_url).stdout
    document = call(*move, "--json", url=db_url).document
    assert (set(document), document["packs"]) == (names(MoveResult), 0)


def test_explain_shows_the_history_of_a_job(db_url: str, profile: str, job: str) -> None:
    call("settle", job, 1200, url=db_url)
    call("refund", job, "--reason", "it [b] failed", url=db_url)
    told = call("explain", job, "--profile", profile, url=db_url).stdout
    assert told.startswith("refunded: 0 of 2,000 credits.\n")
    assert facts(told)["settled"] == "at 1,200 of 2,000"
    lines = told.splitlines()[4:]
    assert lines[0].split() == ["seq", "when", "(UTC)", "kind", "monthly", "addon", "job", "holds"]
    assert [line.split()[3:] for line in lines[1::2]] == [
        ["reserve", "-500", "-1,500", "2,000"],
        ["settle", "0", "+800", "1,200"],
        ["refund", "+500", "+700", "0"],
    ]
    assert lines[6].endswith("it [b] failed")
    document = call("explain", job, "--json", url=db_url).document
    assert document["job_id"] == job
    assert [set(event) for event in document["events"]] == [names(JobEvent)] * 3
    assert set(document["job"]) == names(JobEntry)
    other = call("open", "--json", url=db_url).document["profile_id"]
    refused = call("explain", job, "--profile", other, "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "job_not_found")


def test_check_says_when_the_books_are_sound(db_url: str, profile: str, job: str) -> None:
    for arguments in (["check"], ["check", profile]):
        answer = call(*arguments, url=db_url)
        assert (answer.code, answer.stdout) == (0, "sound\n")
    told = call("check", profile, "--json", url=db_url).document
    assert told == {"sound": True, "findings": []}


def test_check_fails_when_they_are_not(db_url: str, profile: str, job: str) -> None:
    execute(db_url, "update credits.profiles set credits_remaining = 1")
    other = call("open", "--json", url=db_url).document["profile_id"]
    answer = call("check", url=db_url)
    assert answer.code == 1
    lines = answer.stdout.splitlines()
    assert lines[0].endswith("expected 0, found 1")
    assert lines[1].split() == ["profile", profile]
    assert lines[-1] == "1 finding"
    answer = call("check", profile, "--json", url=db_url)
    (finding,) = answer.document["findings"]
    assert (answer.code, answer.document["sound"], set(finding)) == (1, False, names(Finding))
    assert call("check", other, url=db_url).stdout == "sound\n"


def test_check_names_the_job_of_a_finding(db_url: str, job: str) -> None:
    execute(
        db_url,
        "update credits.jobs set reserved_cost = 1999, monthly_deducted = 499"
        " where state = 'reserved'",
    )
    answer = call("check", url=db_url)
    assert answer.code == 1
    assert f"  job      {job}\n" in answer.stdout


def test_a_pack_may_end_with_a_day_and_the_same_command_says_the_same(
    profile: str, db_url: str
) -> None:
    command = ("grant", profile, 5, "--reference", "signup", "--expires-at", "14d")
    first = call(*command, "--json", url=db_url).document
    expires = datetime.fromisoformat(first["expires_at"])
    assert timedelta(days=14) <= expires - datetime.now(UTC) <= timedelta(days=15)
    assert (expires.hour, expires.minute, expires.second, expires.microsecond) == (0, 0, 0, 0)
    assert call(*command, "--json", url=db_url).document["replayed"]


@pytest.mark.parametrize(
    "command",
    [
        "usage PROFILE --step day --since",
        "usage PROFILE --until",
        "flows PROFILE --since",
        "flows --until",
        "balance PROFILE --at",
        "check --since",
        "report --no-check --output REPORT --since",
    ],
)
def test_a_past_moment_may_be_told_by_how_many_days_ago_it_was(
    profile: str, db_url: str, command: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    words = command.replace("PROFILE", profile).replace("REPORT", str(page)).split()
    for days in (0, 14):
        written = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"
        ago = call(*words, f"{days}d", "--json", url=db_url)
        as_written = call(*words, written, "--json", url=db_url)
        same = [{**each.document, "began_at": None} for each in (ago, as_written)]
        assert (ago.code, same[0]) == (0, same[1])
    wrong = call(*words, "14h", url=db_url)
    assert (wrong.code, wrong.stderr.endswith("ago: 14d\n")) == (2, True)


@pytest.mark.parametrize("zone", ["Mars/Phobos", "CET", "utc", "+02"])
def test_a_time_zone_that_is_no_name_of_a_place_is_told_in_one_line_with_two_that_are_known(
    profile: str, db_url: str, zone: str
) -> None:
    answer = call("usage", profile, "--time-zone", zone, url=db_url)
    assert (answer.code, answer.stdout) == (1, "")
    assert answer.stderr == (
        f"Refused: invalid_time_zone (parameter --time-zone, value {zone}). Give UTC or the name "
        "of a place for --time-zone, such as Europe/Berlin: see pg_timezone_names.\n"
    )
    for known in ("UTC", "Europe/Berlin"):
        assert call("usage", profile, "--time-zone", known, url=db_url).code == 0


@pytest.mark.parametrize("spelled", ["2126-03-01", LATER, "2126-03-01T01:00:00+01:00"])
def test_a_day_is_its_first_moment_in_utc(profile: str, db_url: str, spelled: str) -> None:
    answer = call("grant", profile, 5, "--reference", "r", "--expires-at", spelled, url=db_url)
    assert facts(answer.stdout)["expires"] == "2126-03-01 00:00:00 UTC"


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("balance PROFILE --at", "moment"),
        ("check --since", "moment"),
        ("usage PROFILE --since", "moment"),
        ("flows --since", "day"),
        ("shards check --since", "moment"),
    ],
)
def test_what_is_still_to_come_has_no_books(
    profile: str, db_url: str, command: str, what: str
) -> None:
    answer = call(*command.replace("PROFILE", profile).split(), "2126-03-01", url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    option = command.rsplit(maxsplit=1)[-1]
    assert answer.stderr.endswith(f"Invalid value for '{option}': that {what} is still to come\n")


def test_a_range_may_end_in_time_to_come(profile: str, db_url: str) -> None:
    for command in (["usage", profile], ["flows"]):
        assert call(*command, "--until", "2126-03-01", url=db_url).code == 0


@pytest.mark.parametrize("end", ["0001-01-01", "9999-12-31T23:59:59.999999Z"])
def test_a_moment_that_the_driver_takes_for_infinity_is_told_to_be_none(
    profile: str, db_url: str, end: str
) -> None:
    answer = call("usage", profile, "--until", end, url=db_url)
    assert answer.code == 2
    assert " ".join(answer.stderr.split()).endswith(
        "write a time after the first moment of year 1, and before the last of year 9999"
    )
    assert call("usage", profile, "--until", "0001-01-02", url=db_url).stdout == "No usage.\n"


@pytest.mark.parametrize("days", [0, 1, 14, 9999])
def test_days_ago_are_counted_from_midnight_in_utc(days: int) -> None:
    before = datetime.now(UTC).date()
    told, told_day = past(f"{days}d"), day(f"{days}d")
    todays = {before, datetime.now(UTC).date()}  # midnight may have passed meanwhile
    assert told.timetz() == time(tzinfo=UTC)
    assert told.date() + timedelta(days=days) in todays
    assert told_day + timedelta(days=days) in todays


def test_one_credit_is_told_in_the_singular(db_url: str) -> None:
    profile = str(uuid4())
    call("open", profile, "--addon", 1, url=db_url)
    told = [call("balance", profile, url=db_url).stdout.splitlines()[0]]
    told += [call("preview", profile, 1, url=db_url).stdout.splitlines()[0]]
    told += [call("grant", profile, 1, "--reference", "r", url=db_url).stdout.splitlines()[0]]
    told += [call("reserve", profile, 1, url=db_url).stdout.splitlines()[0]]
    told += [call("limit", profile, "day", 1, *BY, url=db_url).stdout.splitlines()[0]]
    assert [line.split(":")[0] for line in told] == [
        "1 credit to spend",
        "A job of 1 credit would take 0 monthly + 1 addon.",
        "Granted 1 addon credit.",
        "Reserved 1 credit",
        "At most 1 credit per day.",
    ]


def test_check_shows_the_first_findings_and_how_many_there_are(db_url: str) -> None:
    for _ in range(25):
        call("open", "--monthly", 5, url=db_url)
    execute(db_url, "update credits.profiles set credits_remaining = 6")
    answer = call("check", url=db_url)
    assert answer.code == 1
    assert len([line for line in answer.stdout.splitlines() if line.startswith("error: ")]) == 20
    found = call("check", "--json", url=db_url).document["findings"]
    assert answer.stdout.endswith(f"\n{len(found)} findings; --json lists all\n")
