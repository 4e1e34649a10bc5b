"""The parts of the checker, each by itself."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from fire.checker import history
from fire.checker.calls import METHODS, Ids, StrangeAnswer, json_body
from fire.checker.order import Order
from fire.checker.plan import Chooser, Plan
from fire.checker.sending import judge
from fire.checker.target import Target
from pgcredits import InsufficientCredits, LockTimeout

RESERVE = (5, "reserve", 3, [5, 40, 0])


@pytest.fixture
def writer(tmp_path: Path) -> history.Writer:
    return history.Writer(tmp_path, 0)


def test_an_intent_is_on_record_before_its_answer(writer: history.Writer, tmp_path: Path) -> None:
    writer.intend(RESERVE, 0, 1, 0, known=False)
    call = history.load(tmp_path).calls[5]  # and the writer is killed
    assert (call.method, call.profile, call.args) == ("reserve", 3, [5, 40, 0])
    assert call.last.outcome == "unknown"
    assert call.is_pending()


def test_a_torn_last_line_is_left_out(writer: history.Writer, tmp_path: Path) -> None:
    writer.intend(RESERVE, 0, 1, 0, known=False)
    writer.complete(5, 0, "ok", ["reserved", 40, 0, 100, 60, None, 2, False])
    writer.flush()
    with (tmp_path / "history-0.jsonl").open("a") as file:
        file.write('[1,6,0,1,0,"res')
    loaded = history.load(tmp_path)
    assert list(loaded.calls) == [5]
    assert loaded.calls[5].last.outcome == "ok"


@pytest.mark.parametrize(
    ("outcomes", "pending"),
    [
        (["ok"], False),
        (["refused"], False),
        (["unknown"], True),
        (["unknown", "ok"], False),
        # The first attempt may have been on its way when the second was refused.
        (["unknown", "refused"], True),
        (["unknown", "refused", "refused"], False),
        (["unknown", "failed", "unknown"], True),
        # Two connections that broke tell nothing of the call.
        (["unknown", "failed", "failed"], True),
        (["unknown", "overlooked", "refused"], False),
        (["strange"], False),
    ],
)
def test_a_call_is_open_until_its_outcome_is_certain(
    writer: history.Writer, tmp_path: Path, outcomes: list[str], pending: bool
) -> None:
    for attempt, outcome in enumerate(outcomes):
        writer.intend(RESERVE, attempt, 1, 0, known=attempt > 0)
        writer.complete(5, attempt, outcome, ["x", {}])
    writer.close()
    assert history.load(tmp_path).calls[5].is_pending() is pending


def test_a_call_that_was_taken_over_is_not_lost_with_its_heir(tmp_path: Path) -> None:
    heir = history.Writer(tmp_path, 1)
    heir.adopt(RESERVE, 2)
    heir.close()
    call = history.load(tmp_path, [1]).calls[5]
    assert call.is_pending()
    assert call.sent == 2


def test_a_record_of_a_call_is_small(writer: history.Writer, tmp_path: Path) -> None:
    number = 2_000_123_456
    writer.intend((number, "reserve", 7, [number, 40, 1_500_000]), 0, 11, 0, known=False)
    result = ["reserved", 40, 0, 100, 60, 1_795_389_843_826_246, 12345, False]
    writer.complete(number, 0, "ok", result)
    writer.close()
    _, *lines = (tmp_path / "history-0.jsonl").read_text().splitlines()
    assert sum(map(len, lines)) < 180


def test_ids_come_back_as_numbers() -> None:
    ids = Ids(Plan(seed=1).run)
    assert ids.number(ids.profile(7)) == 7
    assert ids.number(str(ids.job(2_000_000_001))) == 2_000_000_001
    assert Ids(Plan(seed=2).run).number(ids.job(1)) is None


def test_an_answer_to_another_call_is_strange() -> None:
    ids, method = Ids(1), METHODS["reserve"]
    row = (ids.job(5), ids.profile(3), 40, "reserved", 40, 0, 100, 60, None, 2, False)
    assert method.keep(ids, 3, [5, 40, 0], [row]) == [*row[3:]]
    for args, profile in (([6, 40, 0], 3), ([5, 41, 0], 3), ([5, 40, 0], 4)):
        with pytest.raises(StrangeAnswer):
            method.keep(ids, profile, args, [row])


def test_a_request_body_spells_what_json_has_no_type_for() -> None:
    ids, method = Ids(1), METHODS["reserve"]
    body = json_body(method, method.values(ids, 3, [5, 40, 1_500_000]))
    assert f'"profile_id": "{ids.profile(3)}"' in body
    assert '"hold_for": "1500000 microseconds"' in body


@pytest.mark.parametrize(
    ("error", "sent", "outcome", "code"),
    [
        (InsufficientCredits("insufficient_credits", sqlstate="PT402"), True, "refused", None),
        (asyncpg.DeadlockDetectedError("deadlock detected"), True, "failed", "40P01"),
        (asyncpg.LockNotAvailableError("canceling"), True, "failed", "55P03"),
        (LockTimeout("lock_timeout", sqlstate="55P03"), True, "failed", "55P03"),
        (asyncpg.AdminShutdownError("terminating"), True, "unknown", "57P01"),
        (asyncpg.ConnectionDoesNotExistError("closed"), True, "unknown", "08003"),
        (asyncpg.ConnectionDoesNotExistError("closed"), False, "failed", "08003"),
        (asyncpg.InternalClientError("got result"), True, "unknown", "InternalClientError"),
        (ConnectionResetError("reset"), True, "unknown", "ConnectionResetError"),
        (ConnectionResetError("reset"), False, "failed", "ConnectionResetError"),
    ],
)
def test_an_error_is_no_proof_that_nothing_happened(
    error: Exception, sent: bool, outcome: str, code: str | None
) -> None:
    found, result = judge(error, may_have_committed=sent)
    assert (found, result[0]) == (outcome, code or "insufficient_credits")


def test_what_was_known_bounds_what_comes_later() -> None:
    order = Order(rows=3)
    for seq, asked, answered in ((1, 10, 20), (2, 30, 40), (3, 35, 60)):
        order.asked(seq, asked)
        order.known(seq, answered)
    order.sweep()
    assert order.known_before(2, 45)  # row 2 was answered at 40
    assert not order.known_before(3, 45)
    assert order.asked_after(3, 32)
    assert not order.asked_after(2, 32)
    assert order.window(45, 50) == (2, 3)
    assert order.window(12, 15) == (0, 1)


def test_drivers_see_a_change_of_the_target(tmp_path: Path) -> None:
    director = Target.create(tmp_path, "postgresql://a")
    driver = Target(tmp_path)
    first = driver.address()
    assert (first.url, first.pooler_url) == ("postgresql://a", "postgresql://a")
    director.change("postgresql://b", "postgresql://pooler")
    second = driver.address()
    assert (second.url, second.pooler_url) == ("postgresql://b", "postgresql://pooler")
    assert second.version > first.version
    director.pause()
    assert not driver.is_running()
    assert not driver.is_stopped()
    director.stop()
    assert driver.is_stopped()


def test_the_same_seed_makes_the_same_choices(tmp_path: Path) -> None:
    target = Target.create(tmp_path, "postgresql://a")

    def calls() -> list[tuple[str, int]]:
        chooser = Chooser(Plan(seed=3), 1, target)
        return [(found.method, found.profile) for found in (chooser.next() for _ in range(300))]

    assert calls() == calls()
