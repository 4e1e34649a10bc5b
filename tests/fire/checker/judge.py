"""The calls of one profile against its books: C2 to C7."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fire.checker.books import Entry, Key, ProfileBooks
from fire.checker.calls import REVOKES, WRITES, digest
from fire.checker.history import Attempt, Call
from fire.checker.order import Order
from fire.checker.raises import Raises
from fire.checker.refusals import (
    Refusal,
    agrees,
    answers_within,
    effect_of,
    key_of,
    states_within,
)
from fire.checker.replay import CallKey, Effect, Replay
from fire.checker.wallet import ENDED

# A wall clock may be set while a run goes on, by this much.
CLOCK_MARGIN_NS = 50_000_000
_MOST_PER_RULE = 5
_NOT_OF_JOBS = ("open", "grant", "renew", "change", "lapse", "revoke", "reinstate")
_ON_JOBS = ("raise", "settle", "refund", "part", "rollback")


class Violation(NamedTuple):
    rule: str
    profile: Key | None
    text: str


@dataclass
class Evidence:
    """What the history says of one profile. ``swept``: rows that sweeps answered with, each with
    the moment of the answer."""

    calls: list[Call] = field(default_factory=list)
    swept: list[tuple[str, list[Any], int]] = field(default_factory=list)


class Judge:
    def __init__(
        self,
        books: ProfileBooks,
        evidence: Evidence,
        closed_period_refund: str = "restore",
        realtime_offset: int = 0,
    ) -> None:
        self.books = books
        self.evidence = evidence
        self.violations: list[Violation] = []
        self.met: Counter[str] = Counter()
        self._said: Counter[str] = Counter()
        self._offset = realtime_offset - CLOCK_MARGIN_NS
        self._by_key: dict[CallKey, list[Call]] = defaultdict(list)
        for call in evidence.calls:
            if call.method in WRITES:
                self._by_key[key_of(call)].append(call)
        self.replay = Replay(books, closed_period_refund, self._invoked)
        self.raises = Raises(self.replay, evidence.calls, self._blame)
        self.order = Order(len(books.ledger))

    def run(self) -> Judge:
        self.check_books()
        for match in self.raises.match():
            self._note_effect(*match)
        for key in self._by_key.keys() | self.replay.effects.keys():
            if key[0] != "raise":
                self._check_key(key, self._by_key.get(key, []), self.replay.effects.get(key))
        self._check_swept()
        self._note_reads()
        self.order.sweep()
        self._check_real_time()
        self._count_overlaps()
        self.met += self.raises.met
        return self

    def check_books(self) -> None:
        """C1, C5, C6 and C7, which need no history."""
        self._check_sums()
        self.replay.run()
        self.met += self.replay.met
        for rule, text in self.replay.problems:
            self._blame(rule, text)

    def _blame(self, rule: str, text: str) -> None:
        self._said[rule] += 1
        if self._said[rule] <= _MOST_PER_RULE:
            self.violations.append(Violation(rule, self.books.index, text))

    def _invoked(self, key: CallKey) -> int:
        """The earliest moment, in microseconds of the wall clock, at which a call can have come."""
        calls = self._by_key.get(key[:2] if key[0] == "raise" else key)
        if not calls:
            return 0
        return (min(call.attempts[0].invoked for call in calls) + self._offset) // 1000

    # --- C5, C6 -------------------------------------------------------------------------------

    def _check_sums(self) -> None:
        books = self.books
        monthly = addon = 0
        for number, row in enumerate(books.ledger, 1):
            if row.seq != number:
                self._blame("C5", f"row {number} has seq {row.seq}")
                # All that follows counts on it.
                books.ledger[:] = [r._replace(seq=n) for n, r in enumerate(books.ledger, 1)]
                break
        for row in books.ledger:
            monthly += row.monthly
            addon += row.addon
            if (monthly, addon) != (row.monthly_balance, row.addon_balance):
                self._blame("C6", f"row {row.seq} has not the sum of the deltas: {row}")
                break
        monthly = sum(row.monthly for row in books.ledger)
        addon = sum(row.addon for row in books.ledger)
        if (monthly, addon) != (books.monthly, books.addon):
            self._blame(
                "C6", f"the buckets hold {books.monthly}, {books.addon}, not {monthly}, {addon}"
            )
        if books.seq != len(books.ledger):
            self._blame("C5", f"the profile's seq is {books.seq}, with {len(books.ledger)} rows")
        if books.monthly < 0 or books.addon < -books.overdraft:
            self._blame("C6", f"a bucket is below zero: {books.monthly}, {books.addon}")
        self._check_holders()

    def _check_holders(self) -> None:
        """Per bucket: what came in and neither lapsed nor was revoked is in the bucket or with a
        job."""
        free = [row for row in self.books.ledger if row.kind in _NOT_OF_JOBS]
        jobs = self.books.jobs.values()
        for bucket, came, there, out in (
            (
                "monthly",
                sum(row.monthly for row in free),
                self.books.monthly,
                sum(job.monthly_deducted - job.monthly_refunded for job in jobs),
            ),
            (
                "addon",
                sum(row.addon for row in free),
                self.books.addon,
                sum(job.addon_deducted - job.addon_refunded for job in jobs),
            ),
        ):
            if came != there + out:
                self._blame("C6", f"{bucket}: {came} came in, {there} is there, {out} with jobs")

    # --- C3 -----------------------------------------------------------------------------------

    def _check_key(self, key: CallKey, calls: list[Call], effect: Effect | None) -> None:
        answers = [(call, a) for call in calls for a in call.attempts if a.outcome == "ok"]
        claims = [(call, a) for call, a in answers if self._claims(key, call, a)]
        if effect is None:
            if claims:
                self._blame("C3", f"{key} was acknowledged and had no effect: {claims[0][1]}")
            return
        if key[0] == "expire":
            return  # nobody asked for it: the deadline did
        possible = [
            call
            for call in calls
            if any(a.outcome in ("ok", "unknown") for a in call.attempts) and agrees(call, effect)
        ]
        if not calls:
            self._blame("C3", f"nobody asked for {key}, row {effect.seq}")
        elif not any(a.outcome in ("ok", "unknown") for c in calls for a in c.attempts):
            self._blame("C3", f"{key} was refused and had an effect, row {effect.seq}")
        elif not possible:
            self._blame("C3", f"{key} did what no call asked for: {effect.figures}")
        firsts = [(call, a) for call, a in claims if not a.result[-1]]
        if len(firsts) > 1:
            self._blame("C3", f"{key} was answered as new {len(firsts)} times")
        unknown = [a for call in possible for a in call.attempts if a.outcome == "unknown"]
        if claims and not firsts and not unknown:
            self._blame("C3", f"{key} was only ever answered as a replay")
        for call, attempt in claims:
            self._check_answer(key, call, attempt, effect)
        self._note_effect(effect, [a for _, a in firsts] or unknown, [a for _, a in claims])

    def _claims(self, key: CallKey, call: Call, attempt: Attempt) -> bool:
        """Whether this answer is the effect's. The return of an ended job, which something else
        ended, is answered with zeros."""
        if call.method in REVOKES:
            return not self._came_too_late(key, attempt)
        if call.method not in ("refund", "rollback"):
            return True
        seq, replayed = attempt.result[-2:]
        job = self.replay.wallet.jobs.get(call.args[0])
        ending = job.endings.get(seq) if job is not None else None
        if not replayed or ending is None or ending[0] == call.method:
            return True
        self.met["answered with zeros"] += 1
        new = ending[1][-2]
        if attempt.result[1:-1] != [0, 0, 0, 0, 0, 0, 0, new, new, seq]:
            self._blame("C3", f"{key} of an ended job was answered {attempt.result}")
        self.order.known(seq, attempt.completed)
        return False

    def _came_too_late(self, key: CallKey, attempt: Attempt) -> bool:
        """Whether the revocation had ended before it was opened: then nothing ever opens it."""
        revocation = self.replay.revocations.get(key[1:])
        if not attempt.result[-1] or revocation is None or revocation.opened is not None:
            return False
        self.met["opened after it was won"] += 1
        self.order.known(attempt.result[-2], attempt.completed)
        return True

    def _check_answer(self, key: CallKey, call: Call, attempt: Attempt, effect: Effect) -> None:
        self.met["answers compared"] += 1
        replayed = attempt.result[-1]
        self.met["replayed"] += replayed
        if replayed and call.method in REVOKES:
            # It says how things stood then: see _check_revocation.
            if not agrees(call, effect):
                self._blame("C3", f"{key} was replayed for {call.args[2]}, not {effect.figures}")
            return
        skip = 1 if call.method in ("reserve", "refund", "rollback", "part") else 0
        if attempt.result[skip:-1] != effect.answer:
            how = "replayed" if replayed else "answered"
            self._blame("C3", f"{key} was {how} {attempt.result[skip:-1]}, not {effect.answer}")

    def _note_effect(
        self, effect: Effect, asked: Sequence[Attempt], claims: Sequence[Attempt]
    ) -> None:
        last = effect.seq + max(effect.rows - 1, 0)
        if asked and effect.rows:
            for seq in range(effect.seq, last + 1):
                self.order.asked(seq, min(attempt.invoked for attempt in asked))
        for attempt in claims:
            self.order.known(last, attempt.completed)

    def _check_swept(self) -> None:
        """Each row that a sweep answered with is there, and was answered once."""
        seen: Counter[int] = Counter()
        for method, kept, completed in self.evidence.swept:
            seq = kept[-1] if method == "expire_holds" else kept[1]
            seen[seq] += 1
            row = self._row(seq)
            if method == "expire_holds":
                effect = self.replay.effects.get(("expire", kept[1]))
                right = effect is not None and [*effect.answer[:7], effect.seq] == kept[2:]
            else:
                right = row is not None and [row.kind, row.monthly, row.addon] == [
                    "lapse",
                    *kept[2:],
                ]
            if not right:
                self._blame("C3", f"{method} answered {kept}, and the ledger has {row}")
            self.order.known(seq, completed)
        twice = [seq for seq, times in seen.items() if times > 1]
        if twice:
            self._blame("C3", f"rows {twice[:5]} were worked off by two sweeps")

    def _row(self, seq: int) -> Entry | None:
        return self.books.ledger[seq - 1] if 0 < seq <= len(self.books.ledger) else None

    # --- C2, C4: each call in real time -------------------------------------------------------

    def _note_reads(self) -> None:
        for call in self.evidence.calls:
            last = call.last
            if last.outcome == "ok" and call.method in ("balance", "statement", "explain"):
                seq = last.result[3] if call.method == "balance" else last.result[0]
                self.order.known(seq, last.completed)
            elif last.outcome == "ok" and call.method == "raise":
                self.order.known(last.result[-2], last.completed)

    def _check_real_time(self) -> None:
        effects = self.replay.effects.values()
        inner = {effect.seq + n for effect in effects for n in range(effect.rows - 1)}
        for call in self.evidence.calls:
            for attempt in call.attempts:
                if attempt.outcome == "ok":
                    if call.method == "reserve":
                        self._check_state(call, attempt)
                    elif call.method in REVOKES:
                        self._check_revocation(call, attempt)
                    elif call.method == "raise" and attempt.result[-1]:
                        self._check_replayed_raise(call, attempt, inner)
                    if call.method in WRITES:
                        self._check_write_order(call, attempt)
                    else:
                        self._check_read(call, attempt, inner)
                elif attempt.outcome == "refused":
                    self._check_refusal(call, attempt)

    def _check_state(self, call: Call, attempt: Attempt) -> None:
        """A reservation says the state that its job had then, which is none in which everything
        had gone back: that would claim credits that are not there."""
        self.met["states compared"] += 1
        state = attempt.result[0] if attempt.result[-1] else "reserved"
        window = self.order.window(attempt.invoked, attempt.completed or 0)
        then = {was for was, _ in states_within(self.replay.wallet.jobs.get(call.args[0]), window)}
        if attempt.result[0] != state or state not in then - set(ENDED.values()):
            self._blame(
                "C3", f"reserve {call.args} was answered {attempt.result}, and was {then} then"
            )

    def _check_revocation(self, call: Call, attempt: Attempt) -> None:
        """A revocation that is repeated is answered as it stood then."""
        if not attempt.result[-1]:
            return
        self.met["revocations replayed"] += 1
        window = self.order.window(attempt.invoked, attempt.completed or 0)
        then = answers_within(self.replay.revocations.get(key_of(call)[1:]), window)
        if attempt.result[:-1] not in then:
            self._blame(
                "C3", f"{call.method} {call.args} was answered {attempt.result}, and was {then}"
            )

    def _check_replayed_raise(self, call: Call, attempt: Attempt, inner: set[int]) -> None:
        seq = attempt.result[-2]
        problem = self.raises.replay_problem(call, attempt)
        problem = problem or self._bounds_problem(seq, attempt, seq + 1)
        if problem or seq in inner:
            self._blame(
                "C3", f"raise {call.args} was answered {attempt.result}: {problem or 'half-way'}"
            )

    def _check_write_order(self, call: Call, attempt: Attempt) -> None:
        effect = self.replay.effects.get(effect_of(call, attempt))
        if effect is None or attempt.result[-1]:
            return
        self.met["writes in order"] += 1
        after = effect.seq + max(effect.rows, 1)
        if self.order.known_before(after, attempt.invoked):
            self._blame(
                "C2",
                f"{call.method} {call.args} got row {effect.seq}, and a later row was known "
                "before it was asked for",
            )

    def _check_read(self, call: Call, attempt: Attempt, inner: set[int]) -> None:
        self.met[f"{call.method} compared"] += 1
        problem = {
            "balance": self._balance_problem,
            "statement": self._statement_problem,
            "balance_at": self._balance_at_problem,
            "explain": self._explain_problem,
        }[call.method](call, attempt)
        seq = attempt.result[-1] if call.method.startswith("balance") else attempt.result[0]
        # Rows of one call have moments of their own, and a statement may begin anywhere.
        if not problem and seq in inner and call.method in ("balance", "explain"):
            problem = "half of what one call did"
        if problem:
            self._blame("C4", f"{call.method} {call.args}: {attempt.result}: {problem}")

    def _bounds_problem(self, seq: int, attempt: Attempt, following: int | None) -> str:
        """``following``: the first row that the read did not show and might have."""
        if following is not None and self.order.known_before(following, attempt.invoked):
            return f"row {following} or a later one was known before"
        if attempt.completed is not None and self.order.asked_after(seq, attempt.completed):
            return f"row {seq} or one before it was asked for only later"
        return ""

    def _balance_problem(self, _call: Call, attempt: Attempt) -> str:
        monthly, addon, held, seq = attempt.result
        row = self._row(seq)
        if row is None or (monthly, addon) != (row.monthly_balance, row.addon_balance):
            return f"the ledger has {row}"
        most, least = self.replay.held[seq]
        if not least <= held <= most:
            return f"open holds held {most} then"
        return self._bounds_problem(seq, attempt, seq + 1)

    def _balance_at_problem(self, call: Call, attempt: Attempt) -> str:
        monthly, addon, _, seq = attempt.result
        row, at = self._row(seq), call.args[0]
        wanted = (row.monthly_balance, row.addon_balance) if row else (0, 0)
        if (monthly, addon) != wanted or (seq > 0 and row is None) or (row and row.ts > at):
            return f"the ledger has {row}"
        later = self._row(seq + 1)
        return self._bounds_problem(
            seq, attempt, seq + 1 if later is not None and later.ts <= at else None
        )

    def _statement_problem(self, call: Call, attempt: Attempt) -> str:
        before, size = call.args
        newest, count, crc = attempt.result
        if count == 0:
            return "" if before == 1 else "no rows"
        page = [row for row in (self._row(newest - n) for n in range(min(size, newest))) if row]
        if count != len(page) or crc != digest([row[:8] for row in page]):
            return f"the ledger has {page}"
        stopped = before is not None and newest == before - 1
        return self._bounds_problem(newest, attempt, None if stopped else newest + 1)

    def _explain_problem(self, call: Call, attempt: Attempt) -> str:
        newest, count, crc = attempt.result
        story = self._stories().get(call.args[0], [])
        if crc != digest(story[:count]) or not 0 < count <= len(story):
            return f"the ledger has {story}"
        following = story[count][0] if count < len(story) else None
        return self._bounds_problem(newest, attempt, following)

    def _stories(self) -> dict[Key, list[tuple[int, str, int, int, int]]]:
        """What explain_job has to say at the end, of every job."""
        if self._told is None:
            self._told = {}
            for key, job in self.books.jobs.items():
                free = (job.reserve_seq, "reserve", 0, 0, 0)
                self._told[key] = [free] if job.first_cost == 0 else []
            for row in self.books.ledger:
                if row.job in self._told:
                    story = self._told[row.job]
                    out = story[-1][4] if story else 0
                    out -= 0 if row.kind in ("lapse", "revoke") else row.monthly + row.addon
                    story.append((row.seq, row.kind, row.monthly, row.addon, max(0, out)))
        return self._told

    _told: dict[Key, list[tuple[int, str, int, int, int]]] | None = None

    def _check_refusal(self, call: Call, attempt: Attempt) -> None:
        """A refusal was right at some moment between the call and its answer."""
        self.met["refusals compared"] += 1
        token, figures = attempt.result
        self.met[f"refused: {token}"] += 1
        window = self.order.window(attempt.invoked, attempt.completed or 0)
        until = ((attempt.completed or 0) + self._offset + 2 * CLOCK_MARGIN_NS) // 1000
        if not Refusal(self.books, self.replay, call, token, figures, window, until).is_right():
            self._blame(
                "C3", f"{call.method} {call.args} was refused as {token} {figures}, seq {window}"
            )

    # --- what the run was made of -------------------------------------------------------------

    def _count_overlaps(self) -> None:
        """Calls that were on their way together: without them there is nothing to find."""
        until: dict[Key | None, int] = {}
        for call in sorted(self.evidence.calls, key=lambda call: call.attempts[0].invoked):
            first, last = call.attempts[0].invoked, call.last.completed or 0
            job = call.args[0] if call.method in _ON_JOBS else None
            if first < until.get(None, 0):
                self.met["overlapping calls on a profile"] += 1
            if job is not None and first < until.get(job, 0):
                self.met["overlapping calls on a job"] += 1
            for key in (None, job):
                until[key] = max(until.get(key, 0), last)
