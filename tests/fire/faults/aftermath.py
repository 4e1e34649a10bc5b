"""After a campaign: the whole check, and what its history says about the faults."""

from __future__ import annotations

import gc
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from fire.checker import books, history
from fire.checker.calls import KEYED, READS
from fire.checker.check import check
from fire.checker.history import Attempt, Call, History
from fire.checker.plan import Plan
from fire.faults.proxy import LostAnswer
from fire.faults.scene import Struck

# Two moments, in nanoseconds of the monotonic clock.
Period = tuple[int, int]
# What the faults make the server say, beside what docs/errors.md lists: no connection is left, a
# call was cancelled, a transaction was idle for too long.
ALLOWED = frozenset({"53300", "57014", "25P03"})


@dataclass
class Aftermath:
    """``wrong``: things that must not be, each with what was found. ``silences``: seconds for which
    nobody had an answer, by the kind of fault; ``log``: the faults as they came."""

    figures: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    silences: dict[str, float] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def is_bad(self) -> bool:
        return any(self.wrong.values())

    def blame(self, name: str, found: Iterable[str]) -> None:
        self.wrong.setdefault(name, []).extend(found)


def examine(
    url: str,
    folder: Path,
    plan: Plan,
    *,
    healthy_ns: int | None = None,
    faults: Sequence[Struck] = (),
    lost: Sequence[LostAnswer] = (),
    forgotten: Sequence[Period] = (),
) -> Aftermath:
    """Copies the books and holds them against the history, rules C1 to C10 and more.

    ``forgotten``: periods of which it is not known what a server showed; see ``_forget``.
    """
    books.dump(url, folder)
    return judge(folder, plan, healthy_ns=healthy_ns, faults=faults, lost=lost, forgotten=forgotten)


def judge(
    folder: Path,
    plan: Plan,
    *,
    healthy_ns: int | None = None,
    faults: Sequence[Struck] = (),
    lost: Sequence[LostAnswer] = (),
    forgotten: Sequence[Period] = (),
) -> Aftermath:
    found = Aftermath()
    gc.disable()  # nothing here makes cycles, and there are millions of objects
    try:
        calls = history.load(folder)
        found.figures["answers from before a loss"] = _forget(calls, forgotten)
        verdict = check(
            books.load(folder, plan.ids),
            calls,
            healthy_ns=healthy_ns,
            allowed=ALLOWED,
            processes=2,
        )
        found.figures["operations"] = verdict.figures["operations"]
        found.figures["acknowledged"] = verdict.figures["ok"]
        found.figures["slowest resolution, ms"] = verdict.figures["slowest resolution, ms"]
        for rule in verdict.by_rule():
            said = [f"{v.profile}: {v.text}" for v in verdict.violations if v.rule == rule]
            found.blame(f"broken rules, {rule}", said)
        _count_unknown(calls, found)
        _check_lost_answers(calls, lost, found)
        _measure_silences(calls, faults, found)
    finally:
        gc.enable()
    return found


def _forget(calls: History, periods: Sequence[Period]) -> int:
    """Overlooks what reads and refusals of these periods said.

    A commit whose wait for the standby was cancelled is seen by everybody from then on, though a
    failover may lose it: that is PostgreSQL's. Reads and refusals tell of it, and do not wait for
    the standby. What is acknowledged does, and counts. A refusal had no effect all the same.
    """
    taken = 0
    for call in list(calls) if periods else ():
        for place, attempt in enumerate(call.attempts):
            if _tells_of(call, attempt, periods):
                call.attempts[place] = attempt._replace(outcome="overlooked")
                taken += 1
    return taken


def _tells_of(call: Call, attempt: Attempt, periods: Sequence[Period]) -> bool:
    shows = attempt.outcome == "refused" or call.method in READS or call.method == "bank"
    at = attempt.completed
    return shows and at is not None and any(begin <= at <= end for begin, end in periods)


def _count_unknown(calls: History, found: Aftermath) -> None:
    for call in calls:
        if call.method not in KEYED:
            continue
        unknown = [attempt for attempt in call.attempts if attempt.outcome == "unknown"]
        if unknown:
            found.figures["unknown outcomes"] += len(unknown)
            resolved = not call.is_pending()
            found.figures["unknown outcomes, resolved"] += len(unknown) * resolved
            found.figures["unknown outcomes, had committed"] += has_happened(call)
            found.figures["successes with a warning"] += sum(
                attempt.result[0] == "01000" for attempt in unknown
            )


def has_happened(call: Call) -> bool:
    """Whether the answer that came in the end was a replay."""
    return call.last.outcome == "ok" and call.last.result[-1] is True


def _has_ended(call: Call) -> bool:
    """Whether the answer in the end was that the credits of the job have gone back since."""
    ended = call.last.outcome == "refused" and call.last.result[0] == "wrong_state"
    return ended and call.method in ("reserve", "raise")


def _check_lost_answers(calls: History, lost: Sequence[LostAnswer], found: Aftermath) -> None:
    """The server had committed each call whose answer was lost: the same call again must be a
    replay, or hear that its job has ended since."""
    found.figures["answers lost"] = len(lost)
    lost_by: dict[tuple[int, int], list[int]] = {}
    for answer in lost:
        name, *numbers = answer.name.split("-")
        if name == "fire":
            process, seat = map(int, numbers)
            lost_by.setdefault((process, seat), []).append(answer.at_ns)
    for call in calls:
        for attempt in call.attempts if call.method in KEYED else ():
            if attempt.outcome != "unknown" or attempt.completed is None:
                continue
            times = lost_by.get((call.process, attempt.seat), ())
            if any(attempt.invoked < at < attempt.completed for at in times):
                found.figures["answers lost, to writes"] += 1
                if not (has_happened(call) or _has_ended(call)):
                    found.blame("lost answers that were not replays", [_say(call)])


def _say(call: Call) -> str:
    return f"{call.method} {call.args}: {call.last}"


def _measure_silences(calls: History, faults: Sequence[Struck], found: Aftermath) -> None:
    """For how long nobody had an answer while a fault was on, the longest of each kind."""
    answered = sorted(
        attempt.completed
        for call in calls
        for attempt in call.attempts
        if attempt.outcome == "ok" and attempt.completed is not None
    )
    begun_ns = min(header["monotonic_ns"] for header in calls.headers)
    for fault in faults:
        since, took = (fault.begun_ns - begun_ns) / 1e9, (fault.over_ns - fault.begun_ns) / 1e9
        found.log.append(f"{since:7.2f} s: {fault.kind}, {fault.hit} hit, took {took:.2f} s")
        first = max(0, bisect_right(answered, fault.begun_ns) - 1)
        last = bisect_left(answered, fault.over_ns)
        gaps = (b - a for a, b in pairwise(answered[first : last + 1]))
        seconds = max(gaps, default=0) / 1e9
        found.silences[fault.kind] = max(found.silences.get(fault.kind, 0.0), seconds)
