"""The whole check: a history and the books it led to, against rules C1 to C10.

C1   each profile's ledger, in the order of seq, is what the model writes: deltas, split, balances,
     states, packs, deadlines
C2   real time: of two calls on a profile, the one that ended before the other began has the
     smaller seq
C3   every acknowledged call had exactly one effect and was answered accordingly, every refused one
     had none and was refused rightly, and nothing is there that nobody asked for
C4   a read is equal to the ledger at its seq, and that seq was the newest at some moment of it
C5   seq runs from 1 without a gap
C6   per bucket and in all: balances are sums of deltas, and credits are somewhere
C7   a job that has ended stays as it is, and gives back no more than it took
C8   no deadlock, no internal error, no SQLSTATE but those of docs/errors.md
C9   every open call was resolved within 5 seconds after the last fault
C10  ``check_integrity`` finds nothing (there is no hash chain to verify)
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from fire.checker.books import Books, Key
from fire.checker.calls import REINSTATES, REVOKES, SWEEPS, WRITES
from fire.checker.history import Attempt, Call, History
from fire.checker.judge import Evidence, Judge, Violation
from fire.checker.refusals import effect_of
from fire.checker.replay import Replay

RULES = tuple(f"C{number}" for number in range(1, 11))
RESOLVED_WITHIN_NS = 5_000_000_000
# What docs/errors.md says may happen to a connection; a lock that is held too long is 55P03.
PUBLISHED_STATES = frozenset({"55P03", "57P01", "57P02", "57P03"})
# As asyncpg and the operating system name a lost connection.
_LOST = frozenset(
    {
        "",
        "01000",
        "InterfaceError",
        "InternalClientError",
        "ConnectionResetError",
        "ConnectionAbortedError",
        "ConnectionRefusedError",
        "BrokenPipeError",
        "TimeoutError",
        "OSError",
    }
)
_TOKENS = frozenset(
    {
        "insufficient_credits",
        "limit_exceeded",
        "profile_not_found",
        "job_not_found",
        "grant_not_found",
        "period_not_found",
        "job_conflict",
        "wrong_state",
        "refund_exceeds_deduction",
        "reference_conflict",
        "period_conflict",
        "invalid_interval",
    }
)


@dataclass
class Verdict:
    """``violations`` empty: all rules hold. ``figures`` say how much was looked at."""

    violations: list[Violation] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def by_rule(self) -> dict[str, int]:
        counted = Counter(violation.rule for violation in self.violations)
        return {rule: counted[rule] for rule in RULES}


def check(
    books: Books,
    history: History,
    *,
    healthy_ns: int | None = None,
    allowed: Collection[str] = (),
    processes: int = 1,
) -> Verdict:
    """Checks everything.

    ``healthy_ns``: when the last fault was over, on the monotonic clock; None where there was no
    fault. ``allowed``: further SQLSTATEs that the faults explain, such as 53300 where connections
    were used up.
    """
    verdict = Verdict()
    evidence = _by_profile(books, history)
    for key in evidence.keys() - books.profiles.keys():
        if any(a.outcome == "ok" for call in evidence[key].calls for a in call.attempts):
            verdict.violations.append(Violation("C3", key, "an acknowledged profile is not there"))
    work = _Work(books, evidence, history.realtime_offset())
    shares = _shares(books, processes)
    if processes == 1:
        found = [work.judge(share) for share in shares]
    else:
        global _work  # noqa: PLW0603 - so that the processes inherit it and nothing is copied
        _work = work
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            found = pool.map(_judge, shares)
        _work = None
    for violations, met in found:
        verdict.violations += violations
        verdict.figures += met
    _check_errors(books, history, frozenset(allowed), verdict)
    _check_bank(history, verdict)
    _check_resolved(history, healthy_ns, verdict)
    verdict.violations += [Violation("C10", None, " ".join(row)) for row in books.findings]
    _count(books, history, verdict.figures)
    return verdict


def check_books(books: Books) -> Verdict:
    """What the books say by themselves: C1, C5, C6, C7 and C10, without who asked for what."""
    verdict = Verdict()
    for profile in books.profiles.values():
        judge = Judge(profile, Evidence(), books.closed_period_refund)
        judge.check_books()
        verdict.violations += judge.violations
    verdict.violations += [Violation("C10", None, " ".join(row)) for row in books.findings]
    _count(books, History({}), verdict.figures)
    return verdict


def check_beginning(early: Books, late: Books) -> list[Violation]:
    """Each ledger of the early books is how the same ledger of the late ones begins."""
    violations = []
    for key, profile in early.profiles.items():
        whole = late.profiles[key].ledger if key in late.profiles else []
        if profile.ledger != whole[: len(profile.ledger)]:
            violations.append(Violation("C5", key, "rows are not those of the later ledger"))
    return violations


def lost(books: Books, history: History) -> list[Call]:
    """Acknowledged calls whose effect is not there, as after a failover that lost its lag."""
    gone = []
    for key, evidence in _by_profile(books, history).items():
        profile = books.profiles.get(key)
        effects = {}
        if profile is not None:
            effects = Replay(profile, books.closed_period_refund).run().effects
        for call in evidence.calls:
            new = [a for a in call.attempts if a.outcome == "ok" and a.result[-1] is False]
            wrote = new if call.method in WRITES else []
            if any(effect_of(call, attempt) not in effects for attempt in wrote):
                gone.append(call)
    return gone


@dataclass
class _Work:
    books: Books
    evidence: dict[Key, Evidence]
    realtime_offset: int

    def judge(self, share: list[Key]) -> tuple[list[Violation], Counter[str]]:
        violations: list[Violation] = []
        met: Counter[str] = Counter()
        for key in share:
            judge = Judge(
                self.books.profiles[key],
                self.evidence.get(key) or Evidence(),
                self.books.closed_period_refund,
                self.realtime_offset,
            )
            try:
                judge.run()
            except Exception:  # books so damaged that they cannot be followed
                text = f"cannot be followed: {traceback.format_exc()}"
                violations.append(Violation("C1", key, text))
            violations += judge.violations
            met += judge.met
        return violations, met


_work: _Work | None = None


def _judge(share: list[Key]) -> tuple[list[Violation], Counter[str]]:
    assert _work is not None
    return _work.judge(share)


def _shares(books: Books, processes: int) -> list[list[Key]]:
    """The profiles, spread so that each share has about as many rows."""
    largest_first = sorted(books.profiles, key=lambda key: -len(books.profiles[key].ledger))
    return [largest_first[first::processes] for first in range(processes)]


def _by_profile(books: Books, history: History) -> dict[Key, Evidence]:
    evidence: dict[Key, Evidence] = {}
    for call in history:
        if call.method in SWEEPS:
            for attempt in call.attempts:
                if attempt.outcome == "ok":
                    for kept in attempt.result:
                        of = evidence.setdefault(kept[0], Evidence())
                        of.swept.append((call.method, kept, attempt.completed or 0))
        elif call.method != "bank":
            evidence.setdefault(call.profile, Evidence()).calls.append(call)
    return evidence


def _check_errors(
    books: Books, history: History, allowed: frozenset[str], verdict: Verdict
) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for call in history:
        for attempt in call.attempts:
            if attempt.outcome in ("ok", "aborted", "overlooked"):
                continue
            problem = _error_problem(attempt, allowed)
            if problem:
                seen[call.method, problem] += 1
    for (method, problem), times in seen.items():
        verdict.violations.append(Violation("C8", None, f"{method}, {times} times: {problem}"))
    if books.deadlocks:
        text = f"the server counted {books.deadlocks} deadlocks"
        verdict.violations.append(Violation("C8", None, text))


def _error_problem(attempt: Attempt, allowed: frozenset[str]) -> str:
    code, *rest = attempt.result
    if attempt.outcome == "strange":
        return f"an answer to something else: {code}"
    if attempt.outcome == "refused":
        return "" if code in _TOKENS else f"a refusal as {code}"
    if code in PUBLISHED_STATES or code in allowed or code in _LOST or code.startswith("08"):
        return ""
    return f"{code} {rest}"


def _check_bank(history: History, verdict: Verdict) -> None:
    for call in history:
        if call.method != "bank" or call.last.outcome != "ok":
            continue
        verdict.figures["bank reads"] += 1
        wrong, monthly, addon, *sums = call.last.result
        if wrong or (sums and sums != [monthly, addon]):
            text = f"while calls were made: {call.last.result}"
            verdict.violations.append(Violation("C6", None, text))


def _check_resolved(history: History, healthy_ns: int | None, verdict: Verdict) -> None:
    slowest = 0
    for call in history:
        if call.is_pending():
            text = f"nobody knows what came of {call.method} {call.args}, operation {call.op}"
            verdict.violations.append(Violation("C9", call.profile, text))
        unknown = [a for a in call.attempts if a.outcome == "unknown"]
        if unknown and call.attempts[-1].completed is not None:
            verdict.figures["ambiguous"] += len(unknown)
            verdict.figures["ambiguous, had happened"] += _had_happened(call)
            if healthy_ns is not None and unknown[0].invoked <= healthy_ns:
                slowest = max(slowest, _first_answer(call) - healthy_ns)
    verdict.figures["slowest resolution, ms"] = max(0, slowest) // 1_000_000
    if slowest > RESOLVED_WITHIN_NS:
        text = f"a call was open for {slowest / 1e9:.1f} s after the last fault"
        verdict.violations.append(Violation("C9", None, text))


def _had_happened(call: Call) -> bool:
    last = call.last
    return last.outcome == "ok" and last.result[-1] is True


def _first_answer(call: Call) -> int:
    """When somebody first knew; a no to a call that may have been under way is not counted."""
    times = [a.completed for a in call.attempts if a.outcome == "ok" and a.completed is not None]
    return min(times) if times else call.last.completed or 0


def _count(books: Books, history: History, figures: Counter[str]) -> None:
    for call in history:
        if call.method == "bank":
            continue
        figures["operations"] += 1
        if call.method in REVOKES | REINSTATES:
            figures[f"calls: {call.method}"] += 1
        for attempt in call.attempts:
            figures["attempts"] += 1
            figures[attempt.outcome] += 1
            if attempt.outcome == "unknown":
                figures[f"unknown: {attempt.result[0] or 'killed'}"] += 1
    for profile in books.profiles.values():
        for row in profile.ledger:
            figures[f"rows: {row.kind}"] += 1
        figures["ledger rows"] += len(profile.ledger)
        for job in profile.jobs.values():
            figures["settled late"] += job.late
            figures["settled with a shortfall"] += job.shortfall > 0
        figures["packs reopened"] += sum(
            pack.expires > pack.granted_until for pack in profile.packs.values()
        )
        figures["draws from packs"] += len(profile.draws)
