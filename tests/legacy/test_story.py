"""The story of README.md, from the tables of the application that had the bug to right buckets.

It reads from top to bottom, and everything goes through the command line.
"""

from __future__ import annotations

from old_tables import load, rows_of

from cli.cli_tools import Answer, call, fetch
from pgcredits._legacy.example.tables import story_rows

CUSTOMER = story_rows().profile[0]
JOB = story_rows().jobs[0][0]
WHY = ("--reason", "refund into the wrong bucket", "--actor", "anna")


def test_a_customer_gets_back_what_a_refund_misplaced(db_url: str) -> None:
    # A customer had 500 monthly and 5,000 addon credits. A job took 500 and 1,500 of them and
    # failed, and the application put all 2,000 into the monthly bucket.
    load(db_url, [story_rows()])
    assert fetch(db_url, "select credits_remaining, addon_credits from legacy.profiles") == [
        (2_000, 3_500)
    ]
    old_tables = rows_of(db_url, "legacy")

    # What would an import do? All adds up, and nothing is imported yet.
    done = said(db_url, "import", "--schema", "legacy", "--dry-run")
    assert done[0] == "To import: 1 profile, 1 job, 4 ledger rows."
    assert "Nothing stands in the way of the import" in done[-1]
    assert fetch(db_url, "select from credits.profiles") == []

    # The import keeps the buckets as they are, wrong or not.
    said(db_url, "import", "--schema", "legacy")
    assert "2,000 monthly + 3,500 addon" in balance(db_url)
    assert said(db_url, "import", "--schema", "legacy", "--verify")[-1] == (
        "No differences, and the books are sound."
    )

    # The job that failed is there too. It holds nothing any more, and refunds nothing twice.
    again = call("refund", JOB, "--json", url=db_url)
    assert again.document["amount"] == 0
    assert again.document["breakdown_source"] == "ledger"

    # The ledger tells what the job took from where: 1,500 addon credits are in the wrong bucket.
    (refund,) = call("audit", "--json", url=db_url).document["profiles"][0]["refunds"]
    assert refund["job_id"] == str(JOB)
    assert refund["refunded"] == 2_000
    assert refund["misplaced_at_least"] == refund["misplaced_at_most"] == 1_500
    assert refund["addon_lost_at_least"] == refund["addon_lost_at_most"] == 1_500
    assert refund["monthly_gained_at_least"] == refund["monthly_gained_at_most"] == 1_500
    assert refund["certainty"] == "exact"
    assert refund["state"] == "open"

    # What would a repair do? Nothing is written off: the credits are all still there.
    tried = call("repair", "--dry-run", "--json", url=db_url).document
    assert tried["total"]["addon_restored"] == 1_500
    assert tried["total"]["monthly_taken"] == 1_500
    assert tried["total"]["written_off"] == 0
    assert "2,000 monthly + 3,500 addon" in balance(db_url)

    # The repair moves them, in one ledger row with a reason and a name.
    repaired = call("repair", *WHY, "--json", url=db_url).document
    assert repaired["total"] == tried["total"]
    assert fetch(
        db_url,
        "select kind, job_id, monthly_delta, addon_delta, actor from credits.ledger where seq = 2",
    ) == [("repair", JOB, -1_500, 1_500, "anna")]

    # The customer has what was bought, and the books are sound.
    assert "500 monthly + 5,000 addon" in balance(db_url)
    said(db_url, "check")
    assert call("audit", "--json", url=db_url).document["total"]["open"]["refunds"] == 0

    # Another repair finds nothing to do.
    assert said(db_url, "repair", *WHY)[0] == "Nothing is left to repair."
    assert "500 monthly + 5,000 addon" in balance(db_url)
    assert fetch(db_url, "select count(*) from credits.ledger") == [(2,)]

    # The next job that fails comes back to where it came from.
    said(db_url, "reserve", CUSTOMER, 2_000, "--job", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb")
    assert "0 monthly + 3,500 addon" in balance(db_url)
    said(db_url, "refund", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb")
    assert "500 monthly + 5,000 addon" in balance(db_url)

    # Nobody touched the old tables.
    assert rows_of(db_url, "legacy") == old_tables


def said(url: str, *arguments: object) -> list[str]:
    """The lines that a command printed, which was done."""
    answer: Answer = call(*arguments, url=url)
    assert answer.code == 0, answer
    return answer.stdout.splitlines()


def balance(url: str) -> str:
    """The first line on the customer's balance."""
    return said(url, "balance", CUSTOMER)[0]
