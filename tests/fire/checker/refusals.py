"""What a call asked for, and whether its refusal was right at some moment while it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fire.checker.books import ProfileBooks
from fire.checker.calls import KINDS, LIMIT, LIMITED, REINSTATES, REVOKES, spender_of
from fire.checker.history import Attempt, Call
from fire.checker.order import NEVER
from fire.checker.replay import CallKey, Effect, Replay
from fire.checker.revocations import Revocation
from fire.checker.wallet import ENDED, Job

# Of a deadline, in microseconds: the server adds intervals as floating point numbers.
_ROUNDING = 2
Window = tuple[int, int]


def key_of(call: Call) -> CallKey:
    """Calls of the same key have one effect together. Raises of a job have several."""
    method, args = call.method, call.args
    if method in ("grant", "change"):
        return (method, call.profile, f"{method[0]}{args[0]}")
    if method == "part":
        return (method, args[0], f"p{args[2]}")
    if method == "renew":
        return (method, call.profile, args[0])
    if method == "open":
        return (method, call.profile)
    if method in REVOKES | REINSTATES:
        return (method, *_source_of(call)[1:], f"v{args[1]}")
    return (method, args[0])


def effect_of(call: Call, attempt: Attempt) -> CallKey:
    """Under which key the effect is that was answered, as new."""
    key = key_of(call)
    return (*key, attempt.result[-2]) if call.method == "raise" else key


def _source_of(call: Call) -> CallKey:
    """The grant or renewal that a revocation or a change is of."""
    if call.method.endswith("grant"):
        return ("grant", call.profile, f"g{call.args[0]}")
    return ("renew", call.profile, _period_of(call))


def _period_of(call: Call) -> int:
    return int(call.args[call.method == "change"])


def agrees(call: Call, effect: Effect) -> bool:
    """Whether these arguments ask for what was done."""
    args, figures = call.args, effect.figures
    if call.method == "reserve":
        return _agrees_on_hold(args, effect)
    if call.method == "settle":
        cost, shortfall, unasked = figures  # the last: what it costs where no cost is given
        return args[1] in (cost, None if cost == unasked else cost) and not (args[2] and shortfall)
    if call.method == "grant":
        pack = () if args[2] is None else (args[2], KINDS[args[3]], args[4])
        return (args[1], *pack) == figures
    if call.method in REVOKES:
        return figures == (args[2],)
    asked = {"part": args[1:2], "renew": args[1:3], "change": args[1:], "open": args}.get(
        call.method
    )
    return asked is None or tuple(asked) == figures


def _agrees_on_hold(args: list[Any], effect: Effect) -> bool:
    cost, deadline = effect.figures
    if args[1] != cost or (deadline is None) != (args[2] == 0):
        return False
    if deadline is None:
        return True
    begun = deadline - args[2]
    return effect.earliest - _ROUNDING <= begun <= effect.latest + _ROUNDING


def states_within(job: Job | None, window: Window) -> list[tuple[str, int]]:
    """The states a job can have had between two rows, and what it held."""
    story = job.story if job is not None else []
    return [(state, out) for _, state, out, _ in within(story, window)]


def answers_within(revocation: Revocation | None, window: Window) -> list[list[Any]]:
    """How a revocation can have stood between two rows. Each of its changes has a row, so that it
    stood otherwise at that row already."""
    story = revocation.story if revocation is not None else []
    return [answer for _, answer in within(story, (window[0] + 1, window[1]))]


def within(story: Sequence[Any], window: Window) -> list[Any]:
    """What can have been true between two rows; each begins with the seq from which it was."""
    least, greatest = window
    ends = [*(told[0] for told in story[1:]), NEVER]
    return [
        told
        for told, until in zip(story, ends, strict=True)
        if told[0] <= greatest and until >= least
    ]


@dataclass
class Refusal:
    """``window``: the least and the greatest seq that the profile can have had meanwhile;
    ``until``: the latest moment that it can have been, in microseconds of the wall clock."""

    books: ProfileBooks
    replay: Replay
    call: Call
    token: str
    figures: dict[str, int]
    window: Window
    until: int

    def is_right(self) -> bool:
        judge = {
            "insufficient_credits": self._was_short,
            "limit_exceeded": self._was_limited,
            "profile_not_found": self._was_not_open,
            "job_not_found": self._was_no_job,
            "grant_not_found": self._was_not_made,
            "period_not_found": self._was_not_made,
            "job_conflict": self._was_otherwise,
            "reference_conflict": self._was_otherwise,
            "period_conflict": self._was_otherwise,
            "invalid_interval": self._was_over,
            "wrong_state": self._was_in_that_state,
            "refund_exceeds_deduction": self._held_less,
        }.get(self.token)
        return judge is not None and judge()

    def _job(self) -> Job | None:
        return self.replay.wallet.jobs.get(self.call.args[0])

    def _then(self) -> list[tuple[str, int]]:
        return states_within(self._job(), self.window)

    def _was_short(self) -> bool:
        """The buckets held what the refusal says, and that was too little."""
        required, available = self.figures["required"], self.figures["available"]
        needed = self._needed()
        buckets = (self.figures["monthly"], self.figures["addon"])
        if available != sum(buckets) or available >= required or required not in needed:
            return False
        least, greatest = self.window
        return any(
            (row.monthly_balance, row.addon_balance) == buckets
            for row in self.books.ledger[max(0, least - 1) : greatest]
        )

    def _needed(self) -> set[int]:
        """What the call can have had to draw."""
        if self.call.method == "reserve":
            return {self.call.args[1]}
        if self.call.method == "raise":
            return {self.call.args[1] - out for _, out in self._then()}
        if self.call.method == "settle" and self.call.args[2]:
            return {self._cost_in(state, out) - out for state, out in self._then()}
        return set()

    def _was_limited(self) -> bool:
        """The spender had spent what the refusal says, and had no room for what was needed."""
        spent, required = self.figures["spent"], self.figures["required"]
        left = max(0, LIMIT - spent)
        return (
            self.books.index in range(LIMITED)
            and spender_of(self.call.args[0]) is not None
            and (self.figures["limit"], self.figures["remaining"]) == (LIMIT, left)
            and required > left
            and required in self._needed()
            and spent in {told for _, told in within(self.replay.spent, self.window)}
        )

    def _cost_in(self, state: str, out: int) -> int:
        """What a settlement costs a job that is in this state and holds so much."""
        job = self._job()
        if self.call.args[1] is not None:
            return int(self.call.args[1])
        return job.held_until_expiry() if job is not None and state == "expired" else out

    def _was_over(self) -> bool:
        """A grant that was repeated, when its pack had no time left."""
        return self.call.method == "grant" and (self.call.args[2] or self.until) <= self.until

    def _was_not_open(self) -> bool:
        return self.window[0] == 0

    def _was_no_job(self) -> bool:
        job = self._job()
        return job is None or job.story[0][0] > self.window[0]

    def _was_not_made(self) -> bool:
        """A revocation or a change came before its grant or its month."""
        made = self.replay.effects.get(_source_of(self.call))
        return made is None or made.seq > self.window[0]

    def _was_otherwise(self) -> bool:
        """The key had an effect by then, with other figures; or a later period had begun."""
        effect = self.replay.effects.get(key_of(self.call))
        if effect is not None and effect.seq <= self.window[1]:
            if self.call.method in REVOKES and self.figures.get("stored") != effect.figures[0]:
                return False
            if self.call.method != "settle":
                return not agrees(self.call, effect)
            return self.call.args[1] not in (effect.figures[0], None)
        return self.token == "period_conflict" and any(
            renewal.period > _period_of(self.call) and renewal.seq <= self.window[1]
            for renewal in self.books.renewals.values()
        )

    def _was_in_that_state(self) -> bool:
        wrong = {
            "reserve": tuple(ENDED.values()),
            "rollback": ("settled",),
            "raise": ("settled", *ENDED.values()),
            "settle": ("rolled_back", "refunded"),
        }
        return any(state in wrong.get(self.call.method, ()) for state, _ in self._then())

    def _held_less(self) -> bool:
        there = self.figures["refundable"]
        return any(out == there < self.call.args[1] for _, out in self._then())
