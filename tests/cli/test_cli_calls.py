"""The commands that are one call of the client each: sentences for people, JSON for programs."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID, uuid4

import pytest
from cli_tools import call, execute, fetch

from pgcredits import Balance, GrantResult, LedgerEntry, Refund, Reservation


@pytest.fixture
def profile(db_url: str) -> str:
    """A profile with 500 monthly and 5,000 addon credits."""
    profile_id = str(uuid4())
    assert call("open", profile_id, "--monthly", 500, "--addon", 5000, url=db_url).code == 0
    return profile_id


def names(model: type[Any]) -> set[str]:
    return {field.name for field in dataclasses.fields(model)}


def facts(text: str) -> dict[str, str]:
    """The lines below the sentence."""
    return dict(line.split(maxsplit=1) for line in text.splitlines()[1:])


def test_open_makes_an_id_and_prints_it(db_url: str) -> None:
    answer = call("open", "--monthly", 2000, "--addon", 5000, url=db_url)
    assert answer.stdout.startswith("Opened a profile with 2,000 monthly + 5,000 addon credits.\n")
    profile_id = UUID(facts(answer.stdout)["profile"])
    assert call("balance", profile_id, "--json", url=db_url).document["available"] == 7000


def test_open_with_an_id_opens_that_profile_once(db_url: str) -> None:
    profile_id = uuid4()
    first = call("open", profile_id, "--addon", 7, "--json", url=db_url).document
    assert set(first) == names(Balance)
    assert (first["profile_id"], first["addon_credits"]) == (str(profile_id), 7)
    assert first["replayed"] is False
    again = call("open", profile_id, "--addon", 7, url=db_url)
    assert "made before" in again.stdout
    assert call("open", profile_id, "--addon", 7, "--json", url=db_url).document["replayed"] is True


def test_balance_shows_both_buckets(db_url: str, profile: str) -> None:
    answer = call("balance", profile, url=db_url)
    assert answer.stdout.startswith("5,500 credits to spend: 500 monthly + 5,000 addon.\n")
    assert facts(answer.stdout)["profile"] == profile
    document = call("balance", profile, "--json", url=db_url).document
    assert set(document) == names(Balance)
    assert (document["credits_remaining"], document["addon_credits"]) == (500, 5000)


def test_grant_adds_addon_credits_once_per_reference(db_url: str, profile: str) -> None:
    arguments = ("grant", profile, 1234, "--reference", "order-1")
    answer = call(*arguments, "--reason", "first order", url=db_url)
    assert answer.stdout.startswith("Granted 1,234 addon credits.\n")
    assert facts(answer.stdout)["balance"] == "5,500 -> 6,734"
    assert "made before" in call(*arguments, url=db_url).stdout
    document = call(*arguments, "--json", url=db_url).document
    assert set(document) == names(GrantResult)
    assert (document["reference"], document["replayed"]) == ("order-1", True)
    assert "first order" in call("statement", profile, url=db_url).stdout


def test_reserve_makes_a_job_id_and_prints_it(db_url: str, profile: str) -> None:
    answer = call("reserve", profile, 2000, url=db_url)
    assert answer.stdout.startswith("Reserved 2,000 credits: 500 monthly + 1,500 addon.\n")
    assert facts(answer.stdout)["balance"] == "5,500 -> 3,500"
    job_id = UUID(facts(answer.stdout)["job"])
    assert call("refund", job_id, "--json", url=db_url).document["amount"] == 2000


def test_reserve_takes_a_job_id_and_metadata(db_url: str, profile: str) -> None:
    job_id = uuid4()
    arguments = ("reserve", profile, 10, "--job", job_id, "--meta", '{"model": "m", "n": [1]}')
    document = call(*arguments, "--json", url=db_url).document
    assert set(document) == names(Reservation)
    assert (document["job_id"], document["monthly_deducted"]) == (str(job_id), 10)
    ((meta,),) = fetch(db_url, f"select meta_json from credits.jobs where id = '{job_id}'")
    assert (meta["model"], meta["n"], meta["credit_cost"]) == ("m", [1], 10)
    assert "made before" in call(*arguments, url=db_url).stdout


def test_reserve_again_says_the_state_or_is_refused(db_url: str, profile: str) -> None:
    jobs = [uuid4(), uuid4()]
    for job_id in jobs:
        call("reserve", profile, 10, "--job", job_id, url=db_url)
    call("settle", jobs[0], url=db_url)
    call("refund", jobs[1], url=db_url)
    again = call("reserve", profile, 10, "--job", jobs[0], url=db_url)
    assert "made before" in again.stdout
    assert facts(again.stdout)["job"] == f"{jobs[0]}, now settled"
    refused = call("reserve", profile, 10, "--job", jobs[1], "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "wrong_state")
    assert refused.document["detail"] == {"state": "refunded"}


def test_refund_gives_all_of_a_job_back_once(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 2000, "--job", job_id, url=db_url)
    answer = call("refund", job_id, "--reason", "worker died", "--profile", profile, url=db_url)
    assert answer.stdout.startswith("Refunded 2,000 credits: 500 monthly + 1,500 addon.\n")
    assert facts(answer.stdout) == {
        "job": f"{job_id}, now refunded",
        "profile": profile,
        "balance": "3,500 -> 5,500",
    }
    assert "made before" in call("refund", job_id, url=db_url).stdout
    assert "worker died" in call("statement", profile, url=db_url).stdout


def test_refund_gives_a_part_back_under_its_key(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 2000, "--job", job_id, url=db_url)
    arguments = ("refund", job_id, "--amount", 600, "--refund-id", "part-1", "--json")
    first = call(*arguments, url=db_url).document
    assert set(first) == names(Refund)
    assert (first["addon_refunded"], first["state"], first["replayed"]) == (600, "reserved", False)
    assert call(*arguments, url=db_url).document == {**first, "replayed": True}


def test_rollback_gives_a_reservation_back(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 2000, "--job", job_id, url=db_url)
    answer = call("rollback", job_id, "--profile", profile, url=db_url)
    assert answer.stdout.startswith("Rolled back 2,000 credits: 500 monthly + 1,500 addon.\n")
    assert facts(answer.stdout)["job"] == f"{job_id}, now rolled_back"
    assert call("rollback", job_id, "--json", url=db_url).document["replayed"] is True


def test_a_job_with_nothing_out_has_nothing_to_give_back(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 2000, "--job", job_id, url=db_url)
    call("rollback", job_id, url=db_url)
    answer = call("refund", job_id, url=db_url)
    assert (answer.code, answer.stdout.splitlines()[0]) == (
        0,
        "Nothing to give back: the job holds no credits.",
    )


@pytest.mark.parametrize("command", ["refund", "rollback"])
def test_the_job_of_another_profile_is_not_found(db_url: str, profile: str, command: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 2000, "--job", job_id, url=db_url)
    other = call("open", "--json", url=db_url).document["profile_id"]
    answer = call(command, job_id, "--profile", other, "--json", url=db_url)
    assert (answer.code, answer.document["error"]) == (1, "job_not_found")


def test_statement_shows_each_row_with_its_reason(db_url: str, profile: str) -> None:
    job_id = uuid4()
    call("reserve", profile, 2000, "--job", job_id, url=db_url)
    lines = call("statement", profile, url=db_url).stdout.splitlines()
    assert lines[0].split()[0] == "seq"
    assert lines[1].split()[3:] == ["reserve", "-500", "0", "-1,500", "3,500"]
    assert lines[2].strip() == f"job reserve: {job_id} (monthly: -500, addon: -1500)"
    assert lines[3].split()[3:] == ["open", "+500", "500", "+5,000", "5,000"]
    assert len(lines) == 5


def test_statement_pages_lead_to_the_first_row(db_url: str, profile: str) -> None:
    for _ in range(4):
        call("reserve", profile, 1, url=db_url)
    seen: list[int] = []
    before: int | None = None
    while True:
        older = ("--before-seq", before) if before else ()
        arguments = ("statement", profile, "--page-size", 2, *older)
        page = call(*arguments, "--json", url=db_url).document
        assert all(set(entry) == names(LedgerEntry) for entry in page["entries"])
        seen += [entry["seq"] for entry in page["entries"]]
        before = page["next_before_seq"]
        text = call(*arguments, url=db_url).stdout
        assert ("Older rows" in text) == (before is not None)
        if before is None:
            break
    assert seen == [5, 4, 3, 2, 1]


def test_a_page_before_the_first_row_is_empty(db_url: str, profile: str) -> None:
    arguments = ("statement", profile, "--before-seq", 1)
    assert call(*arguments, url=db_url).stdout == "No older ledger rows.\n"
    assert call(*arguments, "--json", url=db_url).document == {
        "profile_id": profile,
        "entries": [],
        "next_before_seq": None,
    }


def test_text_of_others_cannot_steer_the_terminal(db_url: str, profile: str) -> None:
    reason = "red \x1b[31m\nnext [bold]line[/bold]"
    answer = call("grant", profile, 1, "--reference", "r", "--reason", reason, url=db_url)
    assert answer.code == 1
    assert "control characters" in answer.stderr
    # No function writes such a row any more, but somebody may have.
    execute(
        db_url,
        "insert into credits.ledger select l.profile_id, 2, l.ts, 0, 0, l.monthly_balance,"
        " l.addon_balance, null, 'grant', E'addon grant: r (addon: +1): red \\x1b[31m\\nnext"
        f" [bold]line[/bold]', 'r' from credits.ledger l where l.profile_id = '{profile}'",
    )
    text = call("statement", profile, url=db_url).stdout
    assert "addon grant: r (addon: +1): red ?[31m?next [bold]line[/bold]\n" in text
