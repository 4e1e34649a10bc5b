"""Calls of raise_reservation against what they did.

They have no key: a job may be raised often, and the same call draws again once some is back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from fire.checker.books import Key
from fire.checker.history import Attempt, Call
from fire.checker.refusals import within
from fire.checker.replay import Effect, Replay

Match = tuple[Effect, list[Attempt], list[Attempt]]


class Raises:
    """Of the jobs of one profile."""

    def __init__(
        self, replay: Replay, calls: list[Call], blame: Callable[[str, str], None]
    ) -> None:
        self.met: Counter[str] = Counter()
        self._replay = replay
        self._blame = blame
        self._calls: dict[Key, list[Call]] = defaultdict(list)
        for call in calls:
            if call.method == "raise":
                self._calls[call.args[0]].append(call)

    def match(self) -> Iterator[Match]:
        """Each row with the attempts that can have asked for it and those that were answered with
        it. It is of one attempt: the one that was answered as new, or one of unknown outcome."""
        rows: dict[Key, dict[int, Effect]] = defaultdict(dict)
        for key, effect in self._replay.effects.items():
            if key[0] == "raise":
                rows[key[1]][effect.seq] = effect
        for job in self._calls.keys() | rows.keys():
            yield from self._match_job(job, rows[job])

    def _match_job(self, job: Key, rows: dict[int, Effect]) -> Iterator[Match]:
        free, unknown = dict(rows), []
        for call in self._calls.get(job, ()):
            for attempt in call.attempts:
                if attempt.outcome == "unknown":
                    unknown.append((call.args[1], attempt))
                elif attempt.outcome == "ok" and not attempt.result[-1]:
                    effect = free.pop(attempt.result[-2], None)
                    if effect is None:
                        self._blame("C3", f"no raise of job {job} for the answer {attempt.result}")
                        continue
                    self._check_new(call, attempt, effect)
                    yield effect, [attempt], [attempt]
        for effect in free.values():
            found = [pair for pair in unknown if pair[0] == effect.figures[0]]
            if found:
                unknown.remove(found[0])
            else:
                self._blame("C3", f"nobody asked for the raise of job {job}, row {effect.seq}")
            yield effect, [attempt for _, attempt in found], []

    def _check_new(self, call: Call, attempt: Attempt, effect: Effect) -> None:
        self.met["answers compared"] += 1
        if attempt.result[:-1] != effect.answer or (call.args[1],) != effect.figures:
            self._blame(
                "C3",
                f"raise {call.args} was answered {attempt.result}, and not {effect.answer} "
                f"for {effect.figures}",
            )

    def replay_problem(self, call: Call, attempt: Attempt) -> str:
        """The job held as much already: the answer says what it held then. Empty: it did."""
        self.met["raises replayed"] += 1
        monthly, addon, previous, new, deadline, seq, _ = attempt.result
        ledger = self._replay.books.ledger
        job = self._replay.wallet.jobs.get(call.args[0])
        if job is None or not 0 < seq <= len(ledger):
            return "there is no such job, or no such row"
        row = ledger[seq - 1]
        # A change of the job that moved nothing has no row: at this one it came before or after.
        own = row.job == call.args[0] and row.kind not in ("lapse", "revoke")
        now, before = within(job.story, (seq + 1, seq)), within(job.story, (seq, seq))
        then = now + [told for told in before if told[0] == seq or not own]
        if not any(
            state == "reserved" and (month, out - month) == (monthly, addon)
            for _, state, out, month in then
        ):
            return f"it was {then} then"
        if previous != new or new != row.monthly_balance + row.addon_balance:
            return f"the ledger has {row}"
        return "" if deadline == job.row.hold_expires else f"it is held until {deadline}"
