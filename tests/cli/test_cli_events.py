"""The commands that say what is told of profiles."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest
from cli_tools import call, execute, fetch

from pgcredits import Alert


@pytest.fixture
def profile(db_url: str) -> str:
    """A profile with 500 credits."""
    profile_id = str(uuid4())
    assert call("open", profile_id, "--monthly", 500, url=db_url).code == 0
    return profile_id


def facts(text: str) -> dict[str, str]:
    """The lines below the sentence."""
    return dict(line.split(maxsplit=1) for line in text.splitlines()[1:])


def test_an_alert_says_what_is_told(db_url: str, profile: str) -> None:
    kinds = ("--kind", "hold.expired", "--kind", "credits.low")
    answer = call("alert", profile, "--low-balance", 1000, *kinds, url=db_url)
    assert answer.stdout.startswith("Told of it from now on: credits.low, hold.expired.\n")
    assert facts(answer.stdout) == {"profile": profile, "low": "below 1,000, as it is now"}
    assert facts(call("profile", profile, url=db_url).stdout)["low"] == "below 1,000, as it is now"
    answer = call("alert", profile, "--low-balance", 100, *kinds, url=db_url)
    assert facts(answer.stdout)["low"] == "below 100"
    execute(db_url, f"select credits.set_topup('{profile}', 600, 5000)")
    execute(db_url, f"select credits.decline_topup('{profile}', 'topup-{profile}-1')")
    answer = call("alert", profile, "--nothing", url=db_url)
    assert answer.stdout.startswith("Told of it from now on: topup.requested.\n")
    assert facts(answer.stdout)["top-up"] == "5,000 credits below 600"
    assert facts(answer.stdout)["paused"].startswith("until ")
    document = call("alert", profile, "--json", url=db_url).document
    assert set(document) == {field.name for field in dataclasses.fields(Alert)}
    refused = call("alert", profile, "--kind", "credits.high", "--json", url=db_url)
    assert (refused.code, refused.document["error"]) == (1, "invalid_option")


def test_an_alert_of_nothing_tells_nothing(db_url: str, profile: str) -> None:
    answer = call("alert", profile, "--nothing", url=db_url)
    assert answer.stdout.startswith("Told of it from now on: nothing.\n")


def test_watch_goes_through_all_profiles(db_url: str, profile: str) -> None:
    for _ in range(4):
        call("open", url=db_url)
    call("alert", profile, "--low-balance", 7, "--kind", "credits.low", url=db_url)
    execute(db_url, "update credits.settings set event_kinds = '{credits.low}', low_balance = 9")
    answer = call("watch", "--batch-size", 2, url=db_url)
    assert answer.stdout.startswith("Every profile has what the settings say, ")
    assert facts(answer.stdout) == {"pages": "3 of up to 2 profiles"}
    balances = fetch(db_url, "select low_balance from credits.alerts order by 1")
    assert [tuple(row) for row in balances] == [(7,), (9,), (9,), (9,), (9,)]
    assert call("watch", "--json", url=db_url).document == {"pages": 1}
    assert call("watch", "--batch-size", 1001, url=db_url).code == 1
