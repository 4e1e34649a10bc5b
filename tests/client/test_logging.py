"""A refund and a rollback each write one line to the client's logger and to the server's log."""

import logging
import os
from pathlib import Path
from uuid import uuid4

import pytest

from pgcredits import Credits


async def _refund_and_roll_back(client: Credits) -> list[str]:
    """Returns the two lines that must appear."""
    profile_id, refunded, rolled_back = uuid4(), uuid4(), uuid4()
    await client.open_profile(profile_id, credits_remaining=500, addon_credits=5000)
    await client.reserve_credits(profile_id, refunded, 2000)
    for _ in range(2):
        await client.refund_job(refunded)
    await client.reserve_credits(profile_id, rolled_back, 1500)
    for _ in range(2):
        await client.rollback_reservation(rolled_back)
    return [
        f"[Credits] Refunded 2000 credits for job {refunded} (monthly: +500, addon: +1500)",
        f"[Credits] Rolled back 1500 credits for job {rolled_back} (monthly: +500, addon: +1000)",
    ]


async def test_the_clients_logger_gets_each_line_once(
    credits_client: Credits, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="pgcredits"):
        lines = await _refund_and_roll_back(credits_client)
    assert [record.getMessage() for record in caplog.records if record.name == "pgcredits"] == lines


@pytest.mark.skipif(
    "PGCREDITS_TEST_URL" in os.environ, reason="the log of a server given by URL is out of reach"
)
@pytest.mark.usefixtures("logged_returns")
async def test_the_servers_log_gets_each_line_once(
    credits_client: Credits, server_log: list[Path]
) -> None:
    lines = await _refund_and_roll_back(credits_client)
    log = server_log[0].read_text("utf-8")
    for line in lines:
        assert log.count(f"LOG:  {line}\n") == 1
