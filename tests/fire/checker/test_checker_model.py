"""The lean replay of C1 against the model of tests/laws, which stands in for the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from fire.checker.check import check, check_beginning, check_books, lost
from fire.checker.corruptions import Case, Corruption, NoCandidate, part_of
from fire.checker.from_model import MadeUpRun
from fire.checker.revocations import Revocation
from fire.checker.selftest import CORRUPTIONS
from fire.checker.wallet import Job, Returned, Wallet

SEEDS = range(13)
RARE = [
    "late settle",
    "late settle without a cost",
    "reserve of an ended job refused",
    "settle for less",
    "settle for more",
    "settle with a shortfall",
    "second draw beside a first",
    "raise of a raised job",
    "raise after a partial refund",
    "settle of a raised job",
    "return of a raised job",
    "draw from several packs",
    "pack credits still out after a return",
    "overdue pack lapsed",
    "promo pack lapsed at a return",
    "paid pack reopened",
    "pack joined",
    "closed period, restore",
    "closed period, lapse",
    "catching up rolled back",
    "a return went to a revocation",
    "a return lapsed for a revocation",
    "a lowered allowance was spent",
    "raised, and paid what was owed",
    "returned to a month that owed",
    "changed beside a revocation",
    "a month that is over revoked",
    "lapsed credits revoked",
    "more asked for than was left",
    "opened again after it was won",
    "won before it was opened",
]


@pytest.fixture(scope="module")
def runs() -> list[MadeUpRun]:
    return [MadeUpRun(seed, profiles=1 + seed % 3) for seed in SEEDS]


def test_what_the_model_of_the_laws_writes_is_what_the_replay_expects(
    runs: list[MadeUpRun],
) -> None:
    met: Counter[str] = Counter()
    for seed, run in zip(SEEDS, runs, strict=True):
        verdict = check(run.books, run.history)
        assert not verdict.violations, f"seed {seed}: {verdict.violations[0]}"
        assert verdict.figures["ledger rows"] > 50
        met += run.met + verdict.figures
    assert not [case for case in RARE if not met[case]], "unproductive"


@pytest.mark.parametrize(
    ("target", "otherwise"),
    [
        ("wallet.Wallet.collect", lambda *_: None),
        ("wallet.Wallet.hand_over", lambda *_: None),
        (
            "wallet.Wallet._left_of_month",
            lambda self, source: (min(source.amount, self.monthly), 0, 0),
        ),
        ("wallet.Wallet._pay", lambda *_: 0),
        ("wallet.Wallet._lower", lambda self, source, lowered: (lowered, [])),
        ("wallet.Wallet._in_turn", lambda self, segment: [*self.waiting]),
        ("wallet.Wallet._hold_more", lambda *_: None),
        ("revocations.Source.raise_by", lambda self, amount: (amount, [])),
        ("wallet._waits_for", lambda revocation, segment: revocation.source.pack == segment.pack),
        ("revocations.Revocation.leave_time", lambda *_: None),
        (
            "revocations.Source.reinstate",
            lambda self, row, perpetual: (Revocation(self, row, 0, 0, 0), 0, []),
        ),
    ],
    ids=lambda found: found if isinstance(found, str) else "",
)
def test_a_replay_that_takes_back_otherwise_is_told_apart(
    runs: list[MadeUpRun],
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    otherwise: Callable[..., object],
) -> None:
    monkeypatch.setattr(f"fire.checker.{target}", otherwise)
    found = [v for run in runs for v in check(run.books, run.history).violations]
    assert [v for v in found if v.rule == "C1" and "Traceback" not in v.text]


@pytest.mark.parametrize("method", ["split", "draw", "give_back", "surely_before", "overdue"])
def test_a_replay_that_moves_credits_otherwise_is_told_apart(
    runs: list[MadeUpRun], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def addon_first(self: Wallet, cost: int) -> tuple[int, int, int]:
        addon = min(self.addon, cost)
        monthly = min(self.monthly, cost - addon)
        return monthly, addon, cost - monthly - addon

    def first_in_first_out(self: Wallet, job: Job, *more: int) -> Returned:
        job.held.reverse()
        returned = give_back(self, job, *more)
        job.held.reverse()
        return returned

    def last_drawn_comes_back_last(self: Wallet, key: int, job: Job, *more: int) -> None:
        before, job.held = job.held, []
        draw(self, key, job, *more)
        job.held += before

    give_back, draw = Wallet.give_back, Wallet.draw
    if method == "split":
        monkeypatch.setattr(Wallet, "split", addon_first)
    elif method == "draw":
        monkeypatch.setattr(Wallet, "draw", last_drawn_comes_back_last)
    elif method == "give_back":
        monkeypatch.setattr(Wallet, "give_back", first_in_first_out)
    elif method == "surely_before":
        monkeypatch.setattr(
            "fire.checker.wallet.Pack.surely_before", lambda self, other: self.seq > other.seq
        )
    else:
        monkeypatch.setattr(Wallet, "overdue", lambda self, at: self.next_hold() and "a hold")
    rules = {v.rule for run in runs for v in check(run.books, run.history).violations}
    assert "C1" in rules


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda found: found[1])
def test_each_corruption_is_flagged_by_its_rule(
    runs: list[MadeUpRun], corruption: Corruption
) -> None:
    rule, _, damage = corruption
    case = _damaged(runs, damage)
    verdict = check(case.books, case.history, healthy_ns=case.healthy_ns)
    assert rule in {violation.rule for violation in verdict.violations}, verdict.violations


def _damaged(runs: list[MadeUpRun], damage: Callable[[Case], None]) -> Case:
    """The first run in which this can be damaged."""
    for run in runs:
        case = part_of(run.books, run.history, set(run.books.profiles), seed=1)
        try:
            damage(case)
        except NoCandidate:
            continue
        return case
    pytest.fail("unproductive")


def test_books_are_checked_without_a_history(runs: list[MadeUpRun]) -> None:
    run = runs[0]
    assert not check_books(run.books).violations
    case = part_of(run.books, run.history, set(run.books.profiles), seed=1)
    case.books.profiles[0].monthly += 1
    assert {violation.rule for violation in check_books(case.books).violations} == {"C6"}


def test_a_ledger_that_was_cut_off_is_a_beginning_and_its_lost_calls_are_named(
    runs: list[MadeUpRun],
) -> None:
    run = runs[0]
    case = part_of(run.books, run.history, set(run.books.profiles), seed=1)
    grant = case.alone("grant")[-1]
    profile = case.books.profiles[grant.profile]
    del profile.ledger[grant.last.result[-2] - 1 :]
    assert not check_beginning(case.books, run.books)
    assert check_beginning(run.books, case.books)
    assert grant.op in {call.op for call in lost(case.books, case.history)}
    assert not lost(run.books, run.history)
