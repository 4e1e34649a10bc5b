"""``audit`` and ``repair``: what wrong refunds cost, in every form, and making it good once."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any
from uuid import UUID

import psycopg
import pytest
from old_tables import ALL_ACCEPTED, books, load, transactions
from psycopg.conninfo import conninfo_to_dict

from cli.cli_tools import Answer, call, execute, fetch
from pgcredits._legacy.example.tables import story_rows
from pgcredits._legacy.example.truth import LegacyPlan, LegacyProfile

STORY, JOB = story_rows().profile[0], story_rows().jobs[0][0]
# Enough wrong refunds of every state, and profiles whose books are only bounded.
YEAR = LegacyPlan(
    profiles=70, jobs_per_profile=15, fail_share=0.5, damaged_share=0.2, truncated_share=0.15
)
REPAIR = ("repair", "--reason", "wrong refunds", "--actor", "ann")


@pytest.fixture
def story(db_url: str) -> str:
    """An imported profile: a job of 500 + 1,500 failed, and all went back to monthly."""
    load(db_url, [story_rows()])
    assert call("import", "--schema", "legacy", url=db_url).code == 0
    return db_url


@pytest.fixture
def truth(db_url: str) -> list[LegacyProfile]:
    """An imported year; what its generator knows of it."""
    profiles = load(db_url, plan=YEAR)
    assert call("import", "--schema", "legacy", *ALL_ACCEPTED, url=db_url).code == 0
    return profiles


def document(url: str, *options: object) -> Any:
    answer = call("audit", *options, "--json", url=url)
    assert answer.code == 0
    return answer.document


def table(answer: Answer) -> list[list[str]]:
    """The lines that begin with a profile, in their columns."""
    lines = [line.split() for line in answer.stdout.splitlines()]
    return [line for line in lines if line and line[0].count("-") == 4]


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.code == 0
    return list(csv.DictReader(io.StringIO(answer.stdout)))


# The audit.


def test_the_audit_of_the_story(story: str) -> None:
    answer = call("audit", url=story)
    assert answer.code == 0
    assert answer.stdout.splitlines() == [
        f"{'profile':<36}  wrong  repaired  addon lost  monthly gained  certainty",
        f"{STORY}      1         0       1,500           1,500  exact",
        "",
        "Open: 1 wrong refund of 1 profile, 1,500 addon credits lost for certain and 1,500 at "
        "most, 1,500 monthly credits gained.",
        "Next: pgcredits repair --dry-run",
    ]
    (line,) = table(call("audit", "--refunds", url=story))
    assert line[:3] == [str(STORY), str(JOB), "4"]
    assert line[-6:] == ["2,000", "1,500", "1,500", "1,500", "exact", "open"]


def test_the_audit_finds_what_the_generator_knows(db_url: str, truth: list[LegacyProfile]) -> None:
    found = document(db_url)
    known = {str(profile.profile[0]): profile for profile in truth if profile.determined}
    for each in found["profiles"]:
        if each["profile_id"] in known:
            planted = known.pop(each["profile_id"]).planted
            assert each["certainty"] == "exact"
            assert each["open"]["addon_lost_at_least"] == sum(
                one.addon_lost or 0 for one in planted
            )
            assert [int(refund["entry_id"]) for refund in each["refunds"]] == [
                one.ledger_id for one in planted
            ]
    assert not any(profile.planted for profile in known.values())
    states = Counter(refund["state"] for each in found["profiles"] for refund in each["refunds"])
    assert set(states) == {"open", "healed"}
    for state, count in states.items():
        assert found["total"][state]["refunds"] == count
    certainties = Counter(each["certainty"] for each in found["profiles"])
    assert set(certainties) == {"exact", "bounded"}


def test_totals_are_the_sums_of_the_refunds(db_url: str, truth: list[LegacyProfile]) -> None:
    profile = document(db_url)["profiles"][0]["profile_id"]
    call(*REPAIR, profile, url=db_url)
    found = document(db_url)
    assert found["total"]["repaired"]["refunds"] > 0
    for whole, refunds in [
        (found["total"], [one for each in found["profiles"] for one in each["refunds"]]),
        *((each, each["refunds"]) for each in found["profiles"]),
    ]:
        for state in ("open", "repaired", "healed"):
            of_state = [one for one in refunds if one["state"] == state]
            sums = {
                name: sum(one[name] for one in of_state)
                for name in whole[state].keys() - {"refunds", "certain"}
            }
            certain = sum(one["misplaced_at_least"] > 0 for one in of_state)
            assert whole[state] == {"refunds": len(of_state), "certain": certain, **sums}
            assert {(one["repair_seq"] is None) for one in of_state} <= {state != "repaired"}


def test_people_see_the_20_profiles_that_lost_most(db_url: str, truth: list[LegacyProfile]) -> None:
    found = document(db_url)
    answer = call("audit", url=db_url)
    lines = table(answer)
    assert len(lines) == 20
    assert f"and {len(found['profiles']) - 20} more: --csv or --json lists all" in answer.stdout
    lost = {each["profile_id"]: each["open"] for each in found["profiles"]}
    order = sorted(
        ((sums["addon_lost_at_least"], sums["addon_lost_at_most"]) for sums in lost.values()),
        reverse=True,
    )
    shown = [lost[line[0]] for line in lines]
    assert [(sums["addon_lost_at_least"], sums["addon_lost_at_most"]) for sums in shown] == order[
        :20
    ]
    total = found["total"]["open"]
    assert f"{total['addon_lost_at_least']:,} addon credits lost for certain" in answer.stdout
    assert f"and {total['addon_lost_at_most']:,} at most" in answer.stdout


def test_refunds_that_may_be_right_are_counted_by_themselves(
    db_url: str, truth: list[LegacyProfile]
) -> None:
    total = document(db_url)["total"]
    text = call("audit", url=db_url).stdout
    for state in ("open", "healed"):
        certain, refunds = total[state]["certain"], total[state]["refunds"]
        assert 0 < certain < refunds
        counted = f"{state.title()}: {certain:,} wrong refunds and {refunds - certain:,} possibly"
        assert f"{counted} wrong" in text
    known = sum(len(profile.planted) for profile in truth if profile.determined)
    assert total["open"]["certain"] + total["healed"]["certain"] >= known


def test_what_is_not_certain_is_a_range(db_url: str, truth: list[LegacyProfile]) -> None:
    found = document(db_url)
    for each in found["profiles"]:
        (line,) = table(call("audit", each["profile_id"], url=db_url))
        least, most = each["open"]["addon_lost_at_least"], each["open"]["addon_lost_at_most"]
        assert line[3] == (f"{least:,}" if least == most else f"{least:,}..{most:,}")
        if least < most:
            return
    raise AssertionError("there is no range in the example")


def test_there_is_a_line_for_each_refund(db_url: str, truth: list[LegacyProfile]) -> None:
    found = document(db_url)
    lines = table(call("audit", "--refunds", url=db_url))
    refunds = [one for each in found["profiles"] for one in each["refunds"]]
    assert [(line[0], line[1], line[2], line[-2], line[-1]) for line in lines] == [
        (one["profile_id"], one["job_id"], one["entry_id"], one["certainty"], one["state"])
        for one in refunds
    ]


def test_csv_has_every_profile_and_every_refund(db_url: str, truth: list[LegacyProfile]) -> None:
    found = document(db_url)
    by_profile = {each["profile_id"]: each for each in found["profiles"]}
    profiles = rows(call("audit", "--csv", url=db_url))
    assert {row["profile_id"] for row in profiles} == set(by_profile)
    for row in profiles:
        each = by_profile[row["profile_id"]]
        assert row["certainty"] == each["certainty"]
        for state in ("open", "repaired", "healed"):
            for name, value in each[state].items():
                assert row[f"{state}_{name}"] == str(value)
    refunds = [one for each in found["profiles"] for one in each["refunds"]]
    listed = rows(call("audit", "--csv", "--refunds", url=db_url))
    assert len(listed) == len(refunds)
    for row, one in zip(listed, refunds, strict=True):
        assert row.keys() == one.keys()
        for name in row.keys() - {"ts"}:
            assert row[name] == ("" if one[name] is None else str(one[name]))


def test_an_audit_without_wrong_refunds_says_so(db_url: str) -> None:
    answer = call("audit", url=db_url)
    assert answer.stdout == "No refund before the import went to the wrong bucket.\n"
    assert document(db_url)["profiles"] == []
    assert rows(call("audit", "--csv", url=db_url)) == []


def test_an_audit_of_nobody_is_refused(story: str) -> None:
    answer = call("audit", UUID(int=5, version=4), url=story)
    assert (answer.code, "profile_not_found" in answer.sentence) == (1, True)


def test_csv_and_json_exclude_each_other(story: str) -> None:
    answer = call("audit", "--csv", "--json", url=story)
    assert (answer.code, answer.document["error"]) == (2, "wrong_usage")


# The repair.


def test_the_repair_of_the_story(story: str) -> None:
    answer = call(*REPAIR, url=story)
    assert answer.code == 0
    assert table(answer) == [[str(STORY), "1", "0", "1,500", "1,500", "0"]]
    assert answer.stdout.splitlines()[-1] == (
        "Repaired 1 wrong refund of 1 profile: 1,500 addon credits restored, "
        "1,500 monthly credits taken back, 0 written off."
    )
    balance = call("balance", STORY, "--json", url=story).document
    assert (balance["credits_remaining"], balance["addon_credits"]) == (500, 5000)
    statement = call("statement", STORY, "--json", url=story).document["entries"]
    assert (statement[0]["kind"], statement[0]["actor"]) == ("repair", "ann")
    assert statement[0]["reason"].endswith("wrong refunds")

    again = call(*REPAIR, url=story)
    assert (again.code, again.stdout) == (
        0,
        "Nothing is left to repair.\nRepaired before: 1 wrong refund.\n",
    )
    assert call("audit", url=story).stdout.splitlines()[-2:] == [
        "Open: nothing.",
        "Repaired: 1 wrong refund, 1,500 addon credits.",
    ]
    assert table(call("audit", "--refunds", url=story))[0][-1] == "repaired"


def test_a_dry_run_says_what_the_repair_does_and_writes_nothing(
    db_url: str, truth: list[LegacyProfile]
) -> None:
    before = books(db_url)
    tried = call("repair", "--dry-run", "--json", url=db_url).document
    text = call("repair", "--dry-run", url=db_url)
    assert "\nWould repair " in text.stdout
    assert "\nThis was a dry run: nothing was repaired, and nothing changed.\n" in text.stdout
    assert books(db_url) == before
    done = call(*REPAIR, "--json", url=db_url).document
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    assert (tried["total"], tried["uncertain"]) == (done["total"], done["uncertain"])
    for one, other in zip(tried["profiles"], done["profiles"], strict=True):
        assert {**one, "refunds": None} == {**other, "refunds": None}
    assert call("check", url=db_url).stdout == "sound\n"


def test_a_repair_makes_good_what_is_certain(db_url: str, truth: list[LegacyProfile]) -> None:
    found = document(db_url)["total"]["open"]
    done = call(*REPAIR, "--json", url=db_url).document
    total = done["total"]
    assert total["addon_restored"] == found["addon_lost_at_least"] > 0
    assert total["monthly_taken"] + total["written_off"] == total["addon_restored"]
    assert total["repaired"] == sum(each["repaired"] for each in done["profiles"])
    left = document(db_url)["total"]
    assert (left["open"]["addon_lost_at_least"], left["repaired"]["refunds"]) == (
        0,
        total["repaired"],
    )
    assert (
        call(*REPAIR, "--json", url=db_url).document["total"]["repaired_before"]
        == total["repaired"]
    )


def test_a_repair_ends_with_the_right_books(db_url: str, truth: list[LegacyProfile]) -> None:
    """The addon bucket of each profile whose books are determined is what it should be."""
    call(*REPAIR, url=db_url)
    found = dict(fetch(db_url, "select id, addon_credits from credits.profiles"))
    determined = [one for one in truth if one.determined and one.right is not None]
    assert any(one.planted for one in determined)
    for profile in determined:
        assert profile.right is not None
        assert found[profile.profile[0]] == profile.right[1]


def test_each_profile_is_a_transaction_of_its_own(db_url: str, truth: list[LegacyProfile]) -> None:
    done = call(*REPAIR, "--json", url=db_url).document
    assert len(done["profiles"]) > 5
    assert transactions(db_url, "credits.ledger where kind = 'repair'") == len(done["profiles"])


def test_a_repair_that_was_interrupted_goes_on(db_url: str, truth: list[LegacyProfile]) -> None:
    due = call("repair", "--dry-run", "--json", url=db_url).document["profiles"]
    middle = due[len(due) // 2]["profile_id"]
    execute(db_url, "alter function credits.repair_refunds set lock_timeout = '50ms'")
    with psycopg.connect(db_url) as connection:  # a program that keeps this profile locked
        connection.execute("select from credits.profiles where id = %s for update", [middle])
        stopped = call(*REPAIR, url=db_url)
        assert stopped.code == 2
        assert stopped.sentence == (
            f"Another transaction kept profile {middle} locked. "
            f"Repaired: {len(due) // 2} profiles. Run it again to continue."
        )
    count = "select count(distinct profile_id) from credits.ledger where kind = 'repair'"
    assert fetch(db_url, count) == [(len(due) // 2,)]
    assert len(table(call(*REPAIR, url=db_url))) == len(due) - len(due) // 2
    assert fetch(db_url, count) == [(len(due),)]


def test_only_the_given_profile_is_repaired(db_url: str, truth: list[LegacyProfile]) -> None:
    due = call("repair", "--dry-run", "--json", url=db_url).document["profiles"]
    chosen = due[1]["profile_id"]
    (line,) = table(call(*REPAIR, chosen, url=db_url))
    assert line[0] == chosen
    repaired = "select distinct profile_id::text from credits.ledger where kind = 'repair'"
    assert fetch(db_url, repaired) == [(chosen,)]


def test_what_is_not_certain_is_left_to_people(db_url: str, truth: list[LegacyProfile]) -> None:
    refunds = [one for each in document(db_url)["profiles"] for one in each["refunds"]]
    open_ends = [one["addon_lost_at_most"] - one["addon_lost_at_least"] for one in refunds]
    count, credits_ = sum(1 for end in open_ends if end), sum(open_ends)
    assert count > 0
    done = call(*REPAIR, "--json", url=db_url).document
    assert done["uncertain"] == {"refunds": count, "addon_credits": credits_}
    again = call(*REPAIR, url=db_url).stdout.splitlines()
    assert again[0] == "Nothing is left to repair."
    assert again[-1] == (
        f"Not certain: {count} refunds may have lost up to {credits_:,} more addon credits. "
        "See pgcredits audit --refunds, decide, and correct with pgcredits adjust."
    )


@pytest.mark.parametrize("missing", ["--reason", "--actor"])
def test_a_repair_needs_a_reason_and_a_name(story: str, missing: str) -> None:
    before = books(story)
    given = {"--reason": "r", "--actor": "a"}
    del given[missing]
    answer = call("repair", *(word for pair in given.items() for word in pair), url=story)
    assert (answer.code, answer.stdout) == (2, "")
    assert missing in answer.stderr
    assert books(story) == before


def test_a_reader_may_audit_and_not_repair(story: str, request: pytest.FixtureRequest) -> None:
    name = f"{conninfo_to_dict(story)['dbname']}_reader"
    execute(story, f"drop role if exists {name}")  # of a run that was killed
    execute(story, f"create role {name} login password 'secret' in role credits_reader")
    request.addfinalizer(lambda: execute(story, f"drop role {name}"))
    url = f"postgresql://{name}:secret@{story.partition('@')[2]}"
    assert document(url)["total"]["open"]["addon_lost_at_least"] == 1500
    answer = call(*REPAIR, url=url)
    assert (answer.code, "credits_admin" in answer.sentence) == (2, True)


def test_a_repair_of_nobody_is_refused(story: str) -> None:
    answer = call(*REPAIR, UUID(int=5, version=4), url=story)
    assert (answer.code, "profile_not_found" in answer.sentence) == (1, True)
