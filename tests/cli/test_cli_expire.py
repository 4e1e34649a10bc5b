"""``expire``: overdue holds and packs are processed, once or by a worker that survives outages."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import psycopg
import pytest
from cli_tools import Worker, call, catches_sigterm, end, fetch, set_clock, start, until

from pgcredits import Credits, LockTimeout, Refund, StatementCancelled
from pgcredits._cli import worker
from pgcredits._cli.sweep import sweeping
from pgcredits._server.local_server import LocalServer

OVERDUE = "select count(*) from credits.jobs where hold_due_at <= credits._now()"


def hold(url: str, *, profiles: int = 1, jobs: int = 1) -> None:
    """Holds of 10 credits each that are overdue."""
    set_clock(url, "0")
    for _ in range(profiles):
        profile_id = call("open", "--monthly", 100, "--json", url=url).document["profile_id"]
        for _ in range(jobs):
            assert call("reserve", profile_id, 10, "--hold-for", "1h", url=url).code == 0
    set_clock(url, "2 hours")


def pack(url: str) -> None:
    """An overdue pack of 300 credits."""
    set_clock(url, "0")
    profile_id = call("open", "--json", url=url).document["profile_id"]
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    arguments = ("--reference", "sale", "--expires-at", soon)
    assert call("grant", profile_id, 300, *arguments, url=url).code == 0
    set_clock(url, "2 hours")


def worked_off(url: str) -> bool:
    return fetch(url, OVERDUE) == [(0,)]


def test_one_pass_works_off_everything_in_batches(db_url: str) -> None:
    hold(db_url, profiles=3, jobs=2)
    pack(db_url)
    answer = call("expire", "--batch-size", 2, url=db_url)
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout == (
        "Expired holds: 6, packs: 1. Back: 60 monthly + 0 addon. Lapsed: 0 monthly + 300 addon.\n"
    )
    assert worked_off(db_url)
    assert call("check", url=db_url).stdout == "sound\n"


def test_nothing_may_be_due(db_url: str) -> None:
    assert call("expire", url=db_url).stdout == "Nothing was due.\n"
    assert call("expire", "--json", url=db_url).document == {
        "holds": 0,
        "packs": 0,
        "back": {"monthly": 0, "addon": 0},
        "lapsed": {"monthly": 0, "addon": 0},
    }


@pytest.mark.parametrize("every", [[], ["--every", "1s"]], ids=["once", "worker"])
def test_a_batch_of_no_jobs_is_refused(db_url: str, every: list[str]) -> None:
    answer = call("expire", "--batch-size", 0, *every, "--json", url=db_url)
    assert (answer.code, answer.document["error"]) == (1, "invalid_amount")


@pytest.mark.parametrize("text", ["0s", "60", "1.5h", "-1s", "soon", ""])
def test_a_worker_needs_a_pause_with_a_unit(db_url: str, text: str) -> None:
    answer = call("expire", "--every", text, url=db_url)
    assert (answer.code, answer.stdout) == (2, "")
    assert "Error: " in answer.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_the_worker_works_until_it_is_told_to_stop(
    db_url: str, work: Callable[..., Worker], how: signal.Signals
) -> None:
    running = work(db_url)
    for _ in range(2):
        hold(db_url)
        until(lambda: worked_off(db_url))
    until(lambda: len(running.out) == 2)
    assert running.stop(how) == 0
    line = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: Expired holds: 1, packs: 0\. Back: 10 monthly.*"
    assert all(re.fullmatch(line, text.rstrip()) for text in running.out)
    assert running.err == ["Stopped.\n"]


def test_the_worker_prints_one_line_of_json_for_each_pass_that_did_something(
    db_url: str, work: Callable[..., Worker]
) -> None:
    hold(db_url, profiles=2)
    running = work(db_url, "--json")
    until(lambda: len(running.out) == 1)
    assert running.stop() == 0
    assert json.loads(running.out[0])["holds"] == 2


def test_the_worker_keeps_one_connection(db_url: str, work: Callable[..., Worker]) -> None:
    running = work(db_url)
    seen = set()
    for _ in range(3):
        hold(db_url)
        until(lambda: worked_off(db_url))
        others = "pid <> pg_backend_pid() and query like '%%credits.expire_%%'"
        seen |= set(
            fetch(
                db_url,
                "select pid from pg_stat_activity"
                f" where datname = current_database() and {others.replace('%%', '%')}",
            )
        )
    assert running.stop() == 0
    assert len(seen) == 1


def test_a_long_pause_does_not_delay_the_end(db_url: str, work: Callable[..., Worker]) -> None:
    hold(db_url)
    running = work(db_url, every="7d")
    until(lambda: len(running.out) == 1)
    assert running.stop() == 0


def test_the_batch_at_hand_is_finished_first(db_url: str, work: Callable[..., Worker]) -> None:
    hold(db_url, profiles=2)
    with psycopg.connect(db_url) as blocker:
        blocker.execute("lock table credits.ledger in share mode")
        running = work(db_url, "--batch-size", 1)
        blocked = (
            "select from pg_stat_activity"
            f" where {blocker.info.backend_pid} = any (pg_blocking_pids(pid))"
        )
        until(lambda: bool(fetch(db_url, blocked)))
        running.program.send_signal(signal.SIGTERM)
        # The signal has come when its handler is gone: a second one would end the program.
        until(lambda: not catches_sigterm(running.program.pid))
    assert running.code() == 0
    assert fetch(db_url, OVERDUE) == [(1,)]
    assert [line.partition(": ")[2][:22] for line in running.out] == ["Expired holds: 1, pack"]


def test_the_worker_survives_the_server(
    kept_server: LocalServer, work: Callable[..., Worker]
) -> None:
    url = kept_server.url()
    running = work(url)
    for outages in (1, 2):
        hold(url)
        until(lambda: worked_off(url))
        kept_server.stop()
        until(lambda outages=outages: len(running.err) == 2 * outages - 1)
        kept_server.start()
        until(lambda outages=outages: len(running.err) == 2 * outages)
    hold(url)
    until(lambda: worked_off(url))
    assert running.stop() == 0
    *story, last = running.err
    assert [line.endswith("Trying again until it works.\n") for line in story] == [
        True,
        False,
        True,
        False,
    ]
    assert story[1::2] == ["The database works again.\n"] * 2
    assert last == "Stopped.\n"


def test_the_worker_can_be_stopped_while_the_server_is_away(
    kept_server: LocalServer, work: Callable[..., Worker]
) -> None:
    running = work(kept_server.url())
    hold(kept_server.url())
    until(lambda: worked_off(kept_server.url()))
    kept_server.stop()
    until(lambda: len(running.err) == 1)
    assert running.stop() == 0
    assert running.err[1:] == ["Stopped.\n"]


def test_the_worker_may_start_before_the_server(
    kept_server: LocalServer, work: Callable[..., Worker]
) -> None:
    url = kept_server.url()
    hold(url)
    kept_server.stop()
    running = work(url)
    until(lambda: len(running.err) == 1)
    assert running.err[0].startswith("Cannot reach the database server at ")
    kept_server.start()
    until(lambda: worked_off(url))
    assert running.stop() == 0


def test_a_killed_session_is_replaced(db_url: str, work: Callable[..., Worker]) -> None:
    hold(db_url)
    running = work(db_url)
    until(lambda: worked_off(db_url))
    kill = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and query like '%credits.expire_%'"
        " and pid <> pg_backend_pid()"
    )
    assert fetch(db_url, kill) == [(True,)]
    hold(db_url)
    until(lambda: worked_off(db_url))
    until(lambda: len(running.err) == 2)
    assert running.stop() == 0


@pytest.mark.parametrize(
    "failure",
    [
        TimeoutError(),
        asyncpg.InternalClientError("cannot switch to state 12"),
        asyncpg.ConnectionDoesNotExistError("connection was closed"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        LockTimeout("lock_timeout", sqlstate="55P03"),
        StatementCancelled("statement_cancelled", sqlstate="57014"),
        asyncpg.DeadlockDetectedError("deadlock detected"),
        asyncpg.ReadOnlySQLTransactionError("cannot execute in a read-only transaction"),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_what_passes_by_itself_does_not_end_the_worker(
    db_url: str,
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    calls = 0

    async def expire_holds(*_: object, **__: object) -> list[Refund]:
        nonlocal calls
        calls += 1
        if calls <= 2:
            raise failure
        sweeper._stopping = True
        return []

    async def sleep(*_: object) -> None:
        pass

    monkeypatch.setattr(Credits, "expire_holds", expire_holds)
    monkeypatch.setattr(worker.Worker, "_sleep", sleep)
    sweeper = worker.Worker(db_url, timedelta(seconds=1), sweeping(1, print))
    await sweeper.run()
    outage, *rest = capsys.readouterr().err.splitlines()
    assert outage.endswith(" Trying again until it works.")
    assert rest == ["The database works again.", "Stopped."]


def test_pauses_grow_up_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(self: Any, seconds: float) -> None:
        pauses.append(seconds)
        self._stopping = len(pauses) == 12

    monkeypatch.setattr(worker.Worker, "_sleep", sleep)
    url = "postgresql:///d?host=/no/such/folder"
    asyncio.run(worker.Worker(url, timedelta(seconds=1), sweeping(1, print)).run())
    longest = [1, 2, 4, 8, 16, 32, *[60] * 6]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert pauses[6:] != sorted(pauses[6:])[-1:] * 6  # spread out


def test_a_refused_login_ends_the_worker_at_once(db_url: str, work: Callable[..., Worker]) -> None:
    stranger = f"postgresql://nobody_here:wrong@{db_url.partition('@')[2]}"
    running = work(stranger)
    assert running.code() == 2
    (line,) = running.err
    assert line.startswith("The server refused the login: ")


def test_a_missing_schema_ends_the_worker_at_once(
    empty_db_url: str, work: Callable[..., Worker]
) -> None:
    running = work(empty_db_url)
    assert running.code() == 2
    assert running.err == ["The database has no schema credits: run pgcredits migrate.\n"]


def test_a_missing_right_ends_the_worker_at_once(
    login: Callable[..., str], work: Callable[..., Worker]
) -> None:
    running = work(login("credits_reader"))
    assert running.code() == 2
    (line,) = running.err
    assert line.startswith("The role may not do this: ")


def test_a_reader_that_stops_reading_ends_the_worker(db_url: str) -> None:
    program = start("expire", "--every", "1s", url=db_url)
    assert program.stdout is not None
    program.stdout.close()
    hold(db_url)
    program.stdout = None
    assert end(program).code == 1
