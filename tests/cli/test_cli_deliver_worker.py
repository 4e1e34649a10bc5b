"""``deliver --every``: it goes on through outages, and no event is lost, doubled or overtaken."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from cli_tools import Worker, call, catches_sigterm, fetch, set_clock, until
from receiver_tools import SECRET, Post, Receiver, fine, tell

from pgcredits._server.local_server import LocalServer

OPEN = "select count(*)::int from credits.events where finished_at is null"
KILL = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and query like '%credits.%_events%'"
    " and pid <> pg_backend_pid()"
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(fine)
    with receiver.open():
        yield receiver


@pytest.fixture
def begin(
    work: Callable[..., Worker], receiver: Receiver, tmp_path: Path
) -> Iterator[Callable[..., Worker]]:
    """Starts workers that deliver to the receiver. They never print the secret."""
    file = tmp_path / "secrets"
    file.write_text(SECRET)
    started: list[Worker] = []

    def run(url: str, *options: object, **more: str) -> Worker:
        given = ("--url", receiver.url, "--secret-file", file, *options)
        started.append(work(url, *given, command="deliver", **more))
        return started[-1]

    yield run
    for running in started:
        printed = "".join(running.out + running.err)
        assert SECRET[6:14] not in printed
        assert "key-of-the-receiver" not in printed


def profile(url: str) -> str:
    return str(call("open", "--monthly", 100, "--json", url=url).document["profile_id"])


def done(url: str) -> bool:
    return fetch(url, OPEN) == [(0,)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_the_worker_works_until_it_is_told_to_stop(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker], how: signal.Signals
) -> None:
    profile_id = profile(db_url)
    running = begin(db_url)
    for number in (1, 2):
        tell(db_url, profile_id, number)
        until(lambda: done(db_url))
        until(lambda number=number: len(running.out) == number)
    assert running.stop(how) == 0
    line = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: Delivered: 1\. Failed, to be tried again: 0\.\n"
    assert all(re.fullmatch(line, text) for text in running.out)
    assert running.err == ["Stopped.\n"]
    assert receiver.seen() == [1, 2]


def test_a_pass_is_a_line_of_json(db_url: str, begin: Callable[..., Worker]) -> None:
    tell(db_url, profile(db_url), 1, 2)
    running = begin(db_url, "--json")
    until(lambda: len(running.out) == 1)
    assert running.stop() == 0
    assert json.loads(running.out[0]) == {"delivered": 2, "failed": 0}


def test_the_post_at_hand_is_finished_first_and_nothing_else_begun(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    profile_id = profile(db_url)
    tell(db_url, profile_id, 1, 2)

    def stop_the_worker(_: Post) -> tuple[int, dict[str, str]]:
        running.program.send_signal(signal.SIGTERM)
        # The signal has come when its handler is gone: a second one would end the program.
        until(lambda: not catches_sigterm(running.program.pid))
        return fine(_)

    receiver.answer = stop_the_worker
    running = begin(db_url)
    assert running.code() == 0
    states = "select seq::int, attempts, finished_at is not null from credits.events order by seq"
    assert fetch(db_url, states) == [(1, 1, True), (2, 0, False)]


def test_the_receiver_may_go_away_and_come_back(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    profile_id = profile(db_url)
    running = begin(db_url, "--at-once", 1)
    tell(db_url, profile_id, 1)
    until(lambda: done(db_url))
    receiver.answer = lambda _: (503, {})
    tell(db_url, profile_id, 2, 3)
    until(lambda: len(running.err) == 1)
    receiver.answer = fine
    set_clock(db_url, "1 hour")
    until(lambda: done(db_url))
    until(lambda: len(running.err) == 2)
    assert running.stop() == 0
    assert receiver.seen() == [1, 2, 2, 3]
    assert running.err == [
        f"http://127.0.0.1:{receiver.port}: HTTP status 503. Trying again until it works.\n",
        f"http://127.0.0.1:{receiver.port} works again.\n",
        "Stopped.\n",
    ]


def test_the_worker_may_start_before_the_receiver(
    db_url: str, begin: Callable[..., Worker], receiver: Receiver
) -> None:
    late = Receiver(fine)
    with late.open():
        pass  # the port is free again, and known
    tell(db_url, profile(db_url), 1)
    running = begin(db_url, "--at-once", 1, "--url", late.url)
    until(lambda: len(running.err) == 1)
    assert "connection refused" in running.err[0]
    set_clock(db_url, "1 hour")
    with late.open():
        until(lambda: done(db_url))
        assert running.stop() == 0
    assert late.seen() == [1]


def test_a_receiver_that_wants_no_more_ends_the_worker(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    tell(db_url, profile(db_url), 1)
    receiver.answer = lambda _: (410, {})
    running = begin(db_url)
    assert running.code() == 2
    (line,) = running.err
    assert "410 (Gone)" in line
    assert running.out[0].endswith("Delivered: 0. Failed, to be tried again: 1.\n")


def test_a_worker_killed_after_a_post_was_accepted_leaves_the_same_id_to_the_next(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    tell(db_url, profile(db_url), 1, 2)

    def kill(_: Post) -> tuple[int, dict[str, str]]:
        receiver.answer = fine
        os.kill(first.program.pid, signal.SIGKILL)
        first.program.wait()
        return fine(_)

    receiver.answer = kill
    first = begin(db_url)
    assert first.code() == -signal.SIGKILL
    second = begin(db_url, "--timeout", "5s")
    assert fetch(db_url, OPEN) == [(2,)]
    set_clock(db_url, "76 seconds")  # the lease of the first one is over: 15 seconds and a minute
    until(lambda: done(db_url))
    assert second.stop() == 0
    assert receiver.seen() == [1, 1, 2]
    once, again, _ = receiver.posts
    assert (once.id, once.body) == (again.id, again.body)


def test_workers_that_are_killed_again_and_again_lose_and_overtake_nothing(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    profiles = [profile(db_url) for _ in range(3)]
    for profile_id in profiles:
        tell(db_url, profile_id, *range(1, 5))
    kills: list[Worker] = []
    one_by_one = threading.Lock()

    def kill_at_times(post: Post) -> tuple[int, dict[str, str]]:
        with one_by_one:
            enough = len(receiver.posts) >= 3 * len(kills) + 3
            if len(kills) < 3 and enough and running.program.poll() is None:
                kills.append(running)
                os.kill(running.program.pid, signal.SIGKILL)
                running.program.wait()
        return fine(post)

    receiver.answer = kill_at_times
    for ahead in range(4):
        set_clock(db_url, f"{ahead * 2} minutes")
        running = begin(db_url, "--at-once", 2)
        until(lambda running=running: done(db_url) or running.program.poll() is not None)
    assert done(db_url)
    assert running.stop() == 0
    assert len(kills) == 3
    for profile_id in profiles:
        own = [post.data["seq"] for post in receiver.posts if post.data["profile_id"] == profile_id]
        assert own == sorted(own)
        assert set(own) == {1, 2, 3, 4}
    assert len(receiver.posts) <= 12 + 2 * len(kills)


def test_a_lease_outlives_the_longest_post(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    tell(db_url, profile(db_url), 1)
    leases = []

    def look(post: Post) -> tuple[int, dict[str, str]]:
        lease = "select extract(epoch from due_at - clock_timestamp())::int from credits.events"
        leases.extend(fetch(db_url, lease))
        return fine(post)

    receiver.answer = look
    running = begin(db_url, "--timeout", "20s")
    until(lambda: done(db_url))
    assert running.stop() == 0
    ((lease,),) = leases
    assert 70 <= lease <= 80


def test_two_workers_are_never_at_one_profile_together(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    profiles = [profile(db_url) for _ in range(4)]
    for profile_id in profiles:
        tell(db_url, profile_id, *range(1, 7))

    def slow(post: Post) -> tuple[int, dict[str, str]]:
        time.sleep(0.02)
        return fine(post)

    receiver.answer = slow
    workers = [begin(db_url, "--at-once", 4) for _ in range(2)]
    until(lambda: done(db_url))
    assert [worker.stop() for worker in workers] == [0, 0]
    for profile_id in profiles:
        own = [post for post in receiver.posts if post.data["profile_id"] == profile_id]
        assert [post.data["seq"] for post in own] == [1, 2, 3, 4, 5, 6]
        assert all(one.ended <= two.begun for one, two in pairwise(own))
    assert len({post.id for post in receiver.posts}) == len(receiver.posts) == 24


def test_a_session_that_is_lost_during_a_post_costs_a_second_one_with_the_same_id(
    db_url: str, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    tell(db_url, profile(db_url), 1)

    def lose(post: Post) -> tuple[int, dict[str, str]]:
        receiver.answer = fine
        assert fetch(db_url, KILL) == [(True,)]
        return fine(post)

    receiver.answer = lose
    running = begin(db_url)
    until(lambda: len(running.err) == 1)
    assert running.err[0].endswith("Trying again until it works.\n")
    set_clock(db_url, "1 hour")
    until(lambda: done(db_url))
    until(lambda: len(running.err) == 2)
    assert running.stop() == 0
    first, second = receiver.posts
    assert first.id == second.id


def test_the_worker_survives_the_server(
    kept_server: LocalServer, receiver: Receiver, begin: Callable[..., Worker]
) -> None:
    url = kept_server.url()
    profile_id = profile(url)
    running = begin(url)
    tell(url, profile_id, 1)
    until(lambda: done(url))
    kept_server.stop()
    until(lambda: len(running.err) == 1)
    kept_server.start()
    until(lambda: len(running.err) == 2)
    tell(url, profile_id, 2)
    until(lambda: done(url))
    assert running.stop() == 0
    assert running.err[1:] == ["The database works again.\n", "Stopped.\n"]
    assert receiver.seen() == [1, 2]
