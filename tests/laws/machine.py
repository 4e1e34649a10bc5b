"""Drives the model and a real database side by side, and stops at the first difference.

Arguments are drawn as edges ("the monthly bucket and one more") and become figures only when the
call is made, so that a shrunk list of steps still reads like a story.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from laws.compare import difference, state_difference
from laws.database import Database, expected_state
from laws.model import WINDOWS, Entry, Grant, Job, Model, Profile, Renewal
from laws.refusals import CAP, INFINITY, LONGEST_HOLD, MINUS_INFINITY, Refused

# The last one is unknown until a rule opens it.
PROFILES = 4
# In the past: whoever asks for a balance with now() of the server asks for later.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
# Deadlines lie on a grid, so that packs and holds often end at the same instant.
GRID = timedelta(minutes=10)
TICK = timedelta(microseconds=1)
KEPT_CALLS = 60
LATE = 25

# What a long run must have met; one that stays at zero makes the run unproductive.
COVERAGE = {
    "token": [
        "missing_argument",
        "invalid_amount",
        "invalid_metadata",
        "reserved_metadata_key",
        "metadata_too_large",
        "invalid_interval",
        "invalid_reference",
        "invalid_option",
        "invalid_time_zone",
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
        "profile_exists",
        "profile_closed",
    ],
    "row": [
        "open",
        "reserve",
        "raise",
        "settle",
        "refund",
        "rollback",
        "expire",
        "grant",
        "lapse",
        "renew",
        "change",
        "revoke",
        "reinstate",
        "adjust",
        "close",
        "move",
    ],
    "replay": [
        "open_profile",
        "reserve_credits",
        "raise_reservation",
        "refund_job",
        "rollback_reservation",
        "settle_job",
        "grant_addon",
        "renew_monthly",
        "change_allowance",
        "revoke_grant",
        "reinstate_grant",
        "revoke_renewal",
        "reinstate_renewal",
        "adjust_credits",
        "set_overdraft_limit",
        "set_limit",
        "close_profile",
        "move_credits",
    ],
    "met": [
        "changed replay",
        "changed replay refused",
        "late settle",
        "late settle without a cost",
        "reserve of an ended job refused",
        "settle for less",
        "settle for more",
        "settle with a shortfall",
        "second draw beside a first",
        "raise after a partial refund",
        "raise of a raised job",
        "return of a raised job",
        "settle of a raised job",
        "draw from several packs",
        "early pack before the month",
        "pack credits still out after a return",
        "overdue pack lapsed",
        "overdue pack that was reopened",
        "overdue hold after a pack",
        "promo pack lapsed at a return",
        "paid pack reopened",
        "pack joined",
        "closed period, restore",
        "closed period, lapse",
        "overdraft used",
        "a window began anew",
        "a settlement went past a limit",
        "a limit counts what was spent before it",
        "a return went to a revocation",
        "a return lapsed for a revocation",
        "a month that is over revoked",
        "an undone revocation left something to another",
        "a lowered allowance was spent",
        "more asked for than was left",
        "lapsed credits revoked",
        "opened again after it was won",
        "won before it was opened",
        "reference of another profile refused",
        "adjustment of a closed profile",
        "pack moved",
        "what came back followed",
        "what came back followed twice",
        "told: credits.low",
        "told: credits.depleted",
        "told: job.shortfall",
        "told: hold.expired",
        "told: pack.lapsed",
        "told: grant.uncollected",
        "low no longer",
        "catching up rolled back",
        "transaction rolled back",
        "transaction committed",
        "savepoint rolled back",
        "transaction lost",
        "clock stepped back",
    ],
    "lost answer": ["closed by the client", "killed before the commit", "killed after the commit"],
}

DELTA = st.sampled_from([-1, 0, 1])
EDGE = st.tuples(st.sampled_from(["monthly", "addon", "both", "spendable"]), DELTA)
FAR_EDGE = st.tuples(st.sampled_from(["nothing", "cap"]), DELTA)
JOB_EDGE = st.tuples(st.sampled_from(["out", "out", "cost", "both", "spendable"]), DELTA)
EIGHTHS = st.tuples(st.just("eighths of out"), st.integers(1, 8))
SIXTEENTHS = st.tuples(st.just("eighths of out"), st.integers(1, 16))
SMALL = st.integers(1, 20)
AMOUNT = st.one_of(*[SMALL] * 8, *[EDGE] * 4, FAR_EDGE)
COST = st.one_of(st.just(0), *[SMALL] * 5, *[EDGE] * 5, FAR_EDGE)
PART = st.one_of(*[EIGHTHS] * 6, JOB_EDGE, JOB_EDGE, SMALL, FAR_EDGE)
ACTUAL_COST = st.one_of(
    st.none(), st.just(0), *[SIXTEENTHS] * 6, *[JOB_EDGE] * 4, SMALL, SMALL, FAR_EDGE
)
# Most calls meet on one profile: the laws are about what calls do to each other.
PROFILE = st.sampled_from([0] * 14 + [1] * 4 + [2, 3])
JOB = st.integers(0, 99)
SPENDER = st.sampled_from([None, "ann", "ann", "bob"])
WHOSE = st.sampled_from([None] * 6 + ["own"] * 5 + ["another"])
DEADLINE = st.integers(1, 4)
HOLD = st.one_of(st.none(), DEADLINE, DEADLINE, st.sampled_from(["longest", "shortest"]))
BY = {"reason": "asked for", "actor": "ann"}
TOLD = [
    "credits.depleted",
    "credits.low",
    "grant.uncollected",
    "hold.expired",
    "job.shortfall",
    "pack.lapsed",
]

BAD_AMOUNTS = [None, -1, CAP + 1]
BAD_TEXTS = [None, "", " \t", "x" * 256, "a\nb", "\x1b[2J", "a\x85"]
STRANGER = UUID(int=0xDEAD)
MAKES_KNOWN = [
    ("open_profile", "profile_id"),
    ("reserve_credits", "job_id"),
    ("grant_addon", "reference"),
]
BAD: dict[str, list[Any]] = {
    "profile_id": [None, STRANGER],
    "job_id": [None, STRANGER],
    "cost": BAD_AMOUNTS,
    "amount": [0, *BAD_AMOUNTS],
    "actual_cost": [-1, CAP + 1],
    "credits_remaining": BAD_AMOUNTS,
    "addon_credits": BAD_AMOUNTS,
    "overdraft_limit": BAD_AMOUNTS,
    "allowance": BAD_AMOUNTS,
    "rollover_cap": BAD_AMOUNTS,
    "monthly_delta": [None, -CAP - 1, CAP + 1],
    "addon_delta": [None, -CAP - 1, CAP + 1],
    "priority": [None, -1001, 1001],
    "kind": [None, "", "gift", "PAID"],
    "overage": [None, "", "free"],
    "reference": [*BAD_TEXTS, "unknown"],
    "refund_id": BAD_TEXTS,
    "revocation_id": BAD_TEXTS,
    "adjustment_id": BAD_TEXTS,
    "move_id": BAD_TEXTS,
    "to_profile_id": [None, STRANGER],
    "monthly_rest": [None, "", "lapse"],
    "reason": BAD_TEXTS,
    "spender": BAD_TEXTS,
    "window_name": [None, "", "year", "Day"],
    "time_zone": [None, "", "Mars/Olympus", "+02", "CET-1CEST", "europe/berlin"],
    "actor": BAD_TEXTS,
    "meta": ["[]", "7", '{"credit_cost": 1}', '{"pad": "' + "x" * 17000 + '"}'],
    "hold_for": [timedelta(0), -TICK, LONGEST_HOLD + TICK],
    "expires_at": [INFINITY, MINUS_INFINITY, BEGINNING],
    "period_start": [None, INFINITY, MINUS_INFINITY, BEGINNING + timedelta(days=100_000)],
    "batch_size": [None, 0, 10001],
    "page_size": [None, 0, 1001],
    "before_seq": [0, -1],
    "at": [None],
    "since": [INFINITY, MINUS_INFINITY],
    "until": [INFINITY, MINUS_INFINITY],
    "step": ["", "hour", "DAY"],
    "by": ["", "model", "meta.", "meta"],
}
# Arguments that a key binds: the same call with another one is no replay.
BOUND = {
    "open_profile": ["credits_remaining", "addon_credits"],
    "reserve_credits": ["cost", "profile_id"],
    "settle_job": ["actual_cost"],
    "refund_job": ["amount"],
    "grant_addon": ["amount", "kind", "priority", "expires_at"],
    "renew_monthly": ["allowance", "rollover_cap"],
    "change_allowance": ["allowance"],
    "adjust_credits": ["monthly_delta", "addon_delta"],
    "revoke_grant": ["amount"],
    "revoke_renewal": ["amount"],
    "move_credits": ["to_profile_id", "monthly_rest"],
}


@dataclass
class Snapshot:
    """The model as it was when a transaction or savepoint began."""

    profiles: dict[UUID, Profile]
    name: str = ""


def step(when: Callable[[LawsMachine], Any] | None = None, **strategies: Any) -> Callable[..., Any]:
    """A rule that counts its steps and remembers that it failed.

    ``twin`` is the same rule under another name. Hypothesis leaves some rules out of each example,
    and the rare cases need many sorts of calls together: what they are made of comes twice.
    """

    def decorate(function: Callable[..., None]) -> Any:
        def named(name: str) -> Any:
            @functools.wraps(function)
            def run(self: LawsMachine, **drawn: Any) -> None:
                self.met["steps"] += 1
                try:
                    function(self, **drawn)
                except BaseException:
                    self.failed = True
                    raise

            run.__name__ = name
            made = rule(**strategies)(run)
            return precondition(when)(made) if when else made

        made = named(function.__name__)
        made.twin = named(f"{function.__name__}_too")
        return made

    return decorate


class Difference(AssertionError):  # noqa: N818
    """Model and database disagree."""


class LawsMachine(RuleBasedStateMachine):
    database: Database
    met: Counter[str]
    examples = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(BEGINNING)
        self.history: list[tuple[str, dict[str, Any]]] = []
        self.compared: dict[UUID, int] = {}
        self.transaction: list[Snapshot] = []
        self.careful = False
        self.lose: str | None = None
        self.failed = False
        # Ids are new in each example, yet in the same order.
        self.example = next(self.examples)
        self.ids = [UUID(int=(self.example << 64) + n) for n in range(PROFILES)]

    # --- both sides at once -----------------------------------------------------------------------

    def call(self, name: str, **arguments: Any) -> Any:
        """Calls model and database, compares the answers and then what is stored."""
        if self.lose and not self.transaction:
            return self.call_twice(name, arguments)
        if self.lose:
            return self.lose_the_transaction(name, arguments)
        return self.call_once(name, arguments)

    def call_once(self, name: str, arguments: dict[str, Any]) -> Any:
        implicit = self.careful and self.transaction
        if implicit:
            self.database.connection.execute("savepoint call")
        expected = outcome(self.model.call, name, arguments)
        found = outcome(self.database.call, name, arguments)
        self.agree(name, arguments, [expected], found)
        if isinstance(expected, Refused) and self.transaction:
            if implicit:
                self.database.connection.execute("rollback to savepoint call")
            else:
                self.roll_back()
        self.remember(name, arguments, expected)
        self.compare_touched(arguments)
        return expected

    def call_twice(self, name: str, arguments: dict[str, Any]) -> Any:
        """Loses the first answer; the repeated call ends as a single one would have."""
        how, self.lose = self.lose, None
        self.met[f"lost answer: {how}"] += 1
        note(f"the answer of the next call is lost: {how}")
        self.database.call_and_lose_the_answer(name, arguments, how)
        first = outcome(self.model.call, name, arguments)
        once = stored(self.model)
        second = outcome(self.model.call, name, arguments)
        if stored(self.model) != once:
            raise Difference(f"in the model {name} made twice is not {name} made once")
        found = outcome(self.database.call, name, arguments)
        allowed = {
            "closed by the client": [first, second],
            "killed before the commit": [first],
            "killed after the commit": [second],
        }[how]
        self.agree(name, arguments, allowed, found)
        self.remember(name, arguments, first)
        self.compare_touched(arguments)
        return first

    def lose_the_transaction(self, name: str, arguments: dict[str, Any]) -> Any:
        """The connection ends inside the open transaction: nothing of it happened."""
        self.lose = None
        self.met["met: transaction lost"] += 1
        note(f"the transaction is lost with {name}({arguments})")
        self.database.drop_the_connection(name, arguments)
        self.restore(self.transaction[0])
        self.transaction = []
        return self.call_once(name, arguments)

    def agree(self, name: str, arguments: dict[str, Any], expected: list[Any], found: Any) -> None:
        self.met["calls"] += 1
        self.met[f"call: {name}"] += 1
        note(f"{name}({arguments}) -> {found!r}")
        differences = [difference(name, one, found) for one in expected]
        if all(differences):
            raise Difference(f"{name}({arguments}): {' or '.join(map(str, differences))}")

    def remember(self, name: str, arguments: dict[str, Any], answer: Any) -> None:
        if isinstance(answer, Refused):
            self.met[f"token: {answer.token}"] += 1
            return
        if isinstance(answer, dict) and answer.get("replayed"):
            self.met[f"replay: {name}"] += 1
        self.history = [*self.history[-KEPT_CALLS:], (name, arguments)]

    def compare_touched(self, arguments: dict[str, Any]) -> None:
        touched: list[UUID | None] = []
        if "job_id" in arguments:
            touched += [p.id for p in self.model.profiles.values() if arguments["job_id"] in p.jobs]
        if "batch_size" in arguments:
            touched = list(self.model.profiles)
        for key in ["to_profile_id", "profile_id"]:
            touched.append(arguments.get(key))
        for profile_id in touched:  # which grows: what follows goes on
            profile = self.model.profiles.get(profile_id)
            if profile is not None and profile.move is not None:
                touched.append(profile.move.to_profile_id)
        for profile_id in set(touched):
            if profile_id in self.model.profiles:
                self.compare(profile_id)

    def compare(self, profile_id: UUID) -> None:
        """What is stored of a profile; rows that were equal once are append-only ever after."""
        known = self.compared.get(profile_id, 0)
        profile = self.model.profiles[profile_id]
        if found := state_difference(self.database, profile, known):
            raise Difference(found)
        if not self.transaction:  # else the rows may yet be rolled back
            self.compared[profile_id] = profile.seq
            for entry in profile.ledger[known:]:
                self.met[f"row: {entry.kind}"] += 1

    def compare_all(self) -> None:
        for profile_id in self.ids:
            if profile_id in self.model.profiles:
                self.compare(profile_id)
                self.call("get_balance", profile_id=profile_id)

    def restore(self, snapshot: Snapshot) -> None:
        self.model.profiles = {key: p.copy() for key, p in snapshot.profiles.items()}

    def snapshot(self, name: str = "") -> Snapshot:
        return Snapshot({key: p.copy() for key, p in self.model.profiles.items()}, name)

    # --- from edges to figures --------------------------------------------------------------------

    def amount(self, drawn: Any, profile: Profile | None = None, job: Any = None) -> int:
        if isinstance(drawn, int):
            return drawn
        base, delta = drawn
        if profile is None:
            return delta
        if base == "eighths of out":
            return max(1, job.out() * delta // 8) if job else delta
        figures = {
            "nothing": 0,
            "monthly": profile.monthly,
            "addon": profile.addon,
            "both": profile.total,
            "spendable": profile.total + profile.overdraft_limit,
            "out": job.out() if job else 0,
            "cost": job.reserved_cost if job else 0,
            "cap": CAP,
        }
        # Too small is for the edge of nothing.
        return figures[base] + delta if base == "nothing" else max(1, figures[base] + delta)

    def profile(self, number: int) -> Profile | None:
        return self.model.profiles.get(self.ids[number])

    def pick_job(
        self, number: int, wanted: Callable[[Job], Any] = Job.out
    ) -> tuple[UUID, Profile | None, Job | None]:
        """Mostly a job of the wanted sort, now and then any, rarely one that nobody knows."""
        jobs = [(j.id, p, j) for p in self.model.profiles.values() for j in p.jobs.values()]
        if not jobs or number == 99:
            return STRANGER, None, None
        chosen = [found for found in jobs if wanted(found[2])] if number < 75 else []
        chosen = chosen or jobs
        return chosen[-1 - number % len(chosen)]

    def grants(self) -> list[tuple[Profile, Grant]]:
        profiles = self.model.profiles.values()
        return [(profile, grant) for profile in profiles for grant in profile.grants.values()]

    def own(self, reference: str) -> str:
        """Other examples in the same database have references too."""
        return f"{reference} of {self.example}"

    def months(self) -> list[tuple[Profile, Renewal]]:
        profiles = self.model.profiles.values()
        return [(profile, renewal) for profile in profiles for renewal in profile.renewals]

    def reopened_grants(self) -> list[tuple[Profile, Grant]]:
        return [
            (profile, grant)
            for profile, grant in self.grants()
            if grant.pack
            and not grant.moved
            and grant.pack.expires_at != grant.answer["expires_at"]
        ]

    def windows(self) -> list[datetime]:
        """When limits begin anew."""
        limits = [limit for p in self.model.profiles.values() for limit in p.limits.values()]
        ends = [limit.resets_at for limit in limits if limit.resets_at]
        return [end for end in ends if end > self.model.now + TICK]

    def has_jobs(self) -> bool:
        return any(profile.jobs for profile in self.model.profiles.values())

    def whose(self, choice: str | None, owner: Profile | None) -> dict[str, Any]:
        if choice is None or owner is None:
            return {}
        number = self.ids.index(owner.id)
        return {"profile_id": owner.id if choice == "own" else self.ids[(number + 1) % PROFILES]}

    def grid(self, steps: int) -> datetime:
        """The point of the grid that many steps ahead of the clock."""
        return BEGINNING + ((self.model.now - BEGINNING) // GRID + steps) * GRID

    def hold(self, drawn: Any) -> timedelta:
        lengths = {"longest": LONGEST_HOLD, "shortest": TICK}
        return lengths[drawn] if isinstance(drawn, str) else self.grid(drawn) - self.model.now

    # --- the rules --------------------------------------------------------------------------------

    @initialize(monthly=st.integers(0, 12), addon=st.integers(0, 30))
    def begin_example(self, monthly: int, addon: int) -> None:
        self.set_clock(BEGINNING)
        self.database.set_closed_period_refund("restore")
        self.database.set_reference_scope("profile")
        for profile_id in self.ids[:-1]:
            first = {"credits_remaining": monthly, "addon_credits": addon}
            self.call("open_profile", profile_id=profile_id, **first)
        del self.history[1:]  # one of them is enough to be repeated

    def set_clock(self, now: datetime) -> None:
        self.model.now = now
        self.database.set_clock(now)
        note(f"it is {now}")

    @step(
        when=lambda self: not self.transaction,
        until=st.sampled_from(["deadline"] * 6 + ["grid", "hour", "window"] * 2 + ["back"]),
        delta=st.sampled_from([0, 0, 0, -1, 1]),
    )
    def move_clock(self, until: str, delta: int) -> None:
        deadlines = [at for at in pending(self.model) if at + delta * TICK > self.model.now]
        now = {
            "deadline": min(deadlines, default=self.model.now) + delta * TICK,
            "grid": self.grid(1) + delta * TICK,
            "hour": self.model.now + 6 * GRID,
            "window": min(self.windows(), default=self.model.now) + delta * TICK,
        }.get(until, self.model.now)
        if until == "back":  # as in a failover to a server that is behind
            self.model.met["clock stepped back"] += 1
            self.set_clock(self.model.now - GRID // 2)
        else:
            self.set_clock(max(self.model.now, now))

    @step(number=PROFILE, cost=COST, hold=HOLD, job=JOB, spender=SPENDER)
    def reserve(self, number: int, cost: Any, hold: Any, job: int, spender: str | None) -> None:
        known = job >= 80 and self.has_jobs()
        arguments = {} if hold is None else {"hold_for": self.hold(hold)}
        if job % 4 == 0:
            arguments["meta"] = '{"model": "large", "pages": [1, 2.5, null]}'
        arguments["cost"] = self.amount(cost, self.profile(number))
        arguments |= {} if spender is None else {"spender": spender}
        job_id = self.pick_job(job - 80)[0] if known else self.new_job_id()
        if job % 3 == 0:
            asked = {"cost": arguments["cost"], "spender": spender}
            self.call("preview_reserve", profile_id=self.ids[number], **asked)
        self.call("reserve_credits", profile_id=self.ids[number], job_id=job_id, **arguments)

    reserve_too = reserve.twin

    def new_job_id(self) -> UUID:
        """Not in the order of time: of two jobs due at once the smaller id goes first."""
        count = sum(len(p.jobs) for p in self.model.profiles.values())
        return UUID(int=self.ids[0].int + 1000 + (count * 37) % 500)

    @step(
        when=lambda self: self.has_jobs(),
        job=JOB,
        cost=st.one_of(*[SIXTEENTHS] * 6, *[JOB_EDGE] * 3, SMALL, SMALL, FAR_EDGE),
        whose=WHOSE,
    )
    def raise_it(self, job: int, cost: Any, whose: str | None) -> None:
        job_id, profile, known = self.pick_job(job, can_be_raised)
        arguments = {"cost": self.amount(cost, profile, known), **self.whose(whose, profile)}
        self.call("raise_reservation", job_id=job_id, **arguments)

    @step(
        when=lambda self: self.has_jobs(),
        job=JOB,
        cost=ACTUAL_COST,
        overage=st.sampled_from([None, None, "cap", "reject"]),
        whose=WHOSE,
    )
    def settle(self, job: int, cost: Any, overage: str | None, whose: str | None) -> None:
        job_id, profile, known = self.pick_job(job, can_be_settled)
        arguments = self.whose(whose, profile)
        if cost is not None:
            arguments["actual_cost"] = self.amount(cost, profile, known)
        if overage is not None:
            arguments["overage"] = overage
        self.call("settle_job", job_id=job_id, **arguments)

    settle_too = settle.twin

    @step(when=lambda self: self.has_jobs(), job=JOB, cost=st.one_of(st.none(), ACTUAL_COST))
    def settle_late(self, job: int, cost: Any) -> None:
        job_id, profile, known = self.pick_job(job, has_expired)
        more = {} if cost is None else {"actual_cost": self.amount(cost, profile, known)}
        self.call("settle_job", job_id=job_id, **more)

    @step(
        when=lambda self: self.has_jobs(),
        how=st.sampled_from(["whole", "whole", "rollback"]),
        job=JOB,
        whose=WHOSE,
    )
    def give_all_back(self, how: str, job: int, whose: str | None) -> None:
        if how == "rollback":
            job_id, profile, _ = self.pick_job(job, Job.has_open_hold)
            self.call("rollback_reservation", job_id=job_id, **self.whose(whose, profile))
        else:
            job_id, profile, _ = self.pick_job(job)
            whose_job = self.whose(whose, profile)
            self.call("refund_job", job_id=job_id, reason="it failed", **whose_job)

    give_all_back_too = give_all_back.twin

    @step(
        when=lambda self: self.has_jobs(),
        job=JOB,
        amount=PART,
        refund_id=st.sampled_from(["k1", "k2", "k3", "k4"]),
        whose=WHOSE,
    )
    def give_a_part_back(self, job: int, amount: Any, refund_id: str, whose: str | None) -> None:
        job_id, profile, known = self.pick_job(job)
        arguments = {"amount": self.amount(amount, profile, known), "refund_id": refund_id}
        self.call("refund_job", job_id=job_id, **arguments, **self.whose(whose, profile))

    give_a_part_back_too = give_a_part_back.twin

    @step(
        what=st.sampled_from(["extend", "extend", "holds", "packs"]),
        job=JOB,
        hold=HOLD,
        whose=WHOSE,
        at_most=st.sampled_from([1, 2, 3, 1000]),
    )
    def extend_or_sweep(
        self, what: str, job: int, hold: Any, whose: str | None, at_most: int
    ) -> None:
        if what == "extend" and self.has_jobs():
            job_id, profile, _ = self.pick_job(job, Job.has_open_hold)
            hold_for = None if hold is None else self.hold(hold)
            whose_job = self.whose(whose, profile)
            self.call("extend_hold", job_id=job_id, hold_for=hold_for, **whose_job)
            return
        if self.lose:
            at_most = 1000  # a sweep that stopped early goes on when it is repeated
        if what == "packs":
            self.call("expire_packs", batch_size=at_most)
        else:
            self.call("expire_holds", batch_size=at_most)

    @step(
        number=PROFILE,
        amount=st.integers(1, 12),
        expiry=DEADLINE,
        kind=st.sampled_from(["paid", "promo"]),
        priority=st.sampled_from([0, 0, 0, -1]),
    )
    def grant_a_pack(self, number: int, amount: int, expiry: int, kind: str, priority: int) -> None:
        self.grant_addon(number, amount, f"pack {len(self.grants())}", expiry, kind, priority)

    grant_a_pack_too = grant_a_pack.twin

    @step(
        number=PROFILE,
        amount=st.one_of(st.integers(1, 12), AMOUNT),
        reference=st.integers(1, 9).map(str),
        expiry=st.sampled_from([None, None, 0, 1, 2, 3]),
        kind=st.sampled_from(["paid", "promo"]),
        priority=st.sampled_from([0, -1000, 1000]),
        scope=st.sampled_from([None, None, None, "profile", "profile", "all"]),
    )
    def grant(
        self,
        number: int,
        amount: Any,
        reference: str,
        expiry: Any,
        kind: str,
        priority: int,
        scope: str | None,
    ) -> None:
        if scope is not None and not self.transaction:
            self.model.reference_scope = scope
            self.database.set_reference_scope(scope)
            note(f"reference_scope = {scope}")
        self.grant_addon(number, amount, reference, expiry, kind, priority)

    def grant_addon(
        self, number: int, amount: Any, reference: str, expiry: Any, kind: str, priority: int
    ) -> None:
        arguments = {"profile_id": self.ids[number], "reference": self.own(reference)}
        arguments["amount"] = self.amount(amount, self.profile(number))
        if expiry is not None:
            arguments |= {"expires_at": self.grid(expiry), "priority": priority}
        if kind != "paid":
            arguments["kind"] = kind
        self.call("grant_addon", **arguments)

    @step(
        when=lambda self: self.grants(),
        which=st.integers(0, 20),
        amount=st.one_of(st.none(), st.integers(1, 12), AMOUNT),
        key=st.sampled_from(["du-1", "du-2", "re-1", "re-2", "re-3"]),
        back=st.sampled_from([False, False, False, True]),
    )
    def revoke_or_reinstate(self, which: int, amount: Any, key: str, back: bool) -> None:
        grants = self.grants()
        if back:
            grants = [found for found in grants if found[1].revocations] or grants
        profile, grant = grants[-1 - which % len(grants)]
        reference = "unknown" if which == 20 else grant.answer["reference"]
        self.take_back("grant", profile, {"reference": reference}, amount, key, back)

    revoke_or_reinstate_too = revoke_or_reinstate.twin

    @step(
        when=lambda self: self.months(),
        which=st.integers(0, 12),
        amount=st.one_of(st.none(), st.integers(1, 12), AMOUNT),
        key=st.sampled_from(["du-1", "re-1", "re-2"]),
        back=st.sampled_from([False, False, False, True]),
    )
    def revoke_or_reinstate_a_month(self, which: int, amount: Any, key: str, back: bool) -> None:
        months = self.months()
        profile, month = months[-1 - which % len(months)]
        period = month.period_start + (TICK if which == 12 else timedelta(0))
        self.take_back("renewal", profile, {"period_start": period}, amount, key, back)

    def take_back(
        self, what: str, profile: Profile, source: Any, amount: Any, key: str, back: bool
    ) -> None:
        arguments = {"profile_id": profile.id, **source, "revocation_id": key, **BY}
        if back:
            self.call(f"reinstate_{what}", **arguments)
            return
        if amount is not None:
            arguments["amount"] = self.amount(amount, profile)
        self.call(f"revoke_{what}", **arguments)

    @step(
        number=PROFILE,
        step=st.sampled_from([1, 1, 1, 1, 2, 0, -1]),
        allowance=AMOUNT,
        cap=AMOUNT,
        choice=st.sampled_from([None, "restore", "lapse", "lapse"]),
    )
    def renew(self, number: int, step: int, allowance: Any, cap: Any, choice: str | None) -> None:
        if choice is not None and not self.transaction:
            self.model.closed_period_refund = choice
            self.database.set_closed_period_refund(choice)
            note(f"closed_period_refund = {choice}")
        profile = self.profile(number)
        newest = profile.period_start if profile else None
        period = (newest or BEGINNING) + timedelta(days=step)
        figures = {
            "allowance": self.amount(allowance, profile),
            "rollover_cap": self.amount(cap, profile),
        }
        for renewal in profile.renewals if profile else []:
            if renewal.period_start == period and choice is not None:
                figures = {
                    "allowance": renewal.answer["allowance"],
                    "rollover_cap": renewal.rollover_cap,
                }
        self.call("renew_monthly", profile_id=self.ids[number], period_start=period, **figures)

    @step(
        when=lambda self: self.months(),
        which=st.integers(0, 12),
        allowance=AMOUNT,
        by=st.sampled_from([None, None, -99, -9, -1, 1, 9, 99]),
        key=st.integers(1, 200).map(str),
    )
    def change_allowance(self, which: int, allowance: Any, by: int | None, key: str) -> None:
        months = self.months()
        profile, month = months[-1 - which % len(months)]
        if which < 9:
            month = profile.renewals[-1]
        owing = [p for p, _ in months if p.renewals[-1].owed]
        if owing and (by or 0) > 0:
            profile, month = owing[0], owing[0].renewals[-1]
        period = month.period_start + (TICK if which == 12 else timedelta(0))
        wanted = self.amount(allowance, profile) if by is None else max(0, month.allowance + by)
        figures = {"period_start": period, "allowance": wanted, "reference": key}
        self.call("change_allowance", profile_id=profile.id, **figures)

    @step(
        what=st.sampled_from([*["adjust"] * 5, "limit", "limit", "open", "close"]),
        number=PROFILE,
        key=st.integers(1, 20).map(str),
        amount=AMOUNT,
        other=AMOUNT,
        signs=st.sampled_from([(1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1), (0, 0)]),
    )
    def correct(
        self, what: str, number: int, key: str, amount: Any, other: Any, signs: tuple[int, int]
    ) -> None:
        profile_id, profile = self.ids[number], self.profile(number)
        if what == "adjust":
            deltas = {
                "monthly_delta": self.amount(amount, profile) * signs[0],
                "addon_delta": self.amount(other, profile) * signs[1],
            }
            self.call("adjust_credits", profile_id=profile_id, adjustment_id=key, **deltas, **BY)
        elif what == "limit":
            debt = max(0, -profile.perpetual) if profile else 0
            limit = amount if isinstance(amount, int) else debt + amount[1]
            self.call("set_overdraft_limit", profile_id=profile_id, overdraft_limit=limit, **BY)
        elif what == "open":
            first = {"credits_remaining": 3, "addon_credits": self.amount(amount)}
            self.call("open_profile", profile_id=self.ids[-1], **first)
        elif len(self.history) > LATE:  # and only ever the second one: little can happen after it
            self.call("close_profile", profile_id=self.ids[1], **BY)

    @step(
        number=PROFILE,
        low_balance=st.one_of(st.none(), AMOUNT),
        kinds=st.sampled_from([TOLD, TOLD, TOLD, TOLD[1:], TOLD[:2]]),
    )
    def watch(self, number: int, low_balance: Any, kinds: list[str]) -> None:
        below = None if low_balance is None else self.amount(low_balance, self.profile(number))
        self.call("set_alert", profile_id=self.ids[number], low_balance=below, kinds=sorted(kinds))

    @step(
        number=st.sampled_from([0, 1, 1, 1, 2, 3]),
        spender=SPENDER,
        window=st.sampled_from([*WINDOWS, "day"]),
        amount=st.one_of(st.none(), st.integers(0, 60), st.integers(40, 400)),
        zone=st.sampled_from([None, None, "America/Havana", "Pacific/Apia", "Africa/Cairo"]),
    )
    def limit(
        self, number: int, spender: str | None, window: str, amount: int | None, zone: str | None
    ) -> None:
        given = {"window_name": window, "amount": amount, **BY}
        given |= {} if zone is None else {"time_zone": zone}
        self.call("set_limit", profile_id=self.ids[number], spender=spender, **given)

    @step(
        pair=st.sampled_from([(0, 1), (0, 1), (1, 0), (1, 2), (2, 0), (0, 2), (0, 0)]),
        key=st.sampled_from(["m-1", "m-1", "m-2"]),
        rest=st.sampled_from([None, "monthly", "addon", "leave"]),
    )
    def move(self, pair: tuple[int, int], key: str, rest: str | None) -> None:
        if len(self.history) <= LATE:  # little can happen after it
            return
        profile_id, to_profile_id = (self.ids[number] for number in pair)
        profile = self.profile(pair[0])
        if key == "m-2" and profile is not None and profile.move is not None:
            profile_id = profile.move.to_profile_id  # who got it all moves on too
            to_profile_id = next(i for i in self.ids if i not in (profile_id, profile.id))
        given = {} if rest is None else {"monthly_rest": rest}
        whose = {"profile_id": profile_id, "to_profile_id": to_profile_id}
        self.call("move_credits", **whose, move_id=key, **BY, **given)

    @step(which=st.one_of(st.integers(0, 2), st.integers(0, KEPT_CALLS)), change=st.integers(-4, 3))
    def repeat(self, which: int, change: int) -> None:
        """A call that was made before, as it was or with an argument changed that its key binds."""
        if not self.history:
            return
        if change == -4 and (reopened := self.reopened_grants()):
            profile, grant = reopened[which % len(reopened)]
            bound = ("reference", "amount", "expires_at", "kind", "priority")
            figures = {argument: grant.answer[argument] for argument in bound}
            self.call("grant_addon", profile_id=profile.id, **figures)
            return
        name, arguments = self.history[-1 - which % len(self.history)]
        bound = [argument for argument in BOUND.get(name, []) if argument in arguments]
        if change < 0 or not bound:
            self.call(name, **arguments)
            return
        changed = bound[change % len(bound)]
        value = self.other_than(changed, arguments[changed])
        self.met["met: changed replay"] += 1
        answer = self.call(name, **{**arguments, changed: value})
        if isinstance(answer, Refused) and answer.sqlstate == "PT409":
            self.met["met: changed replay refused"] += 1

    def other_than(self, argument: str, value: Any) -> Any:
        if argument in ("profile_id", "to_profile_id"):
            return self.ids[0] if value == self.ids[1] else self.ids[1]
        if argument == "monthly_rest":
            return "leave" if value == "addon" else "addon"
        if argument == "kind":
            return "promo" if value == "paid" else "paid"
        if argument == "expires_at":
            return (value or self.model.now) + GRID
        return (value or 0) + 1

    @step(
        spoiled=st.sampled_from([*sorted(BAD), "meta", "meta"]),
        bad=st.integers(0, 9),
        which=st.integers(0, 9),
    )
    def spoil(self, spoiled: str, bad: int, which: int) -> None:
        """One argument that cannot be, in the newest such call or else in a made-up one."""
        value = BAD[spoiled][bad % len(BAD[spoiled])]
        takes_it = [
            name
            for name, (types, _) in sorted(self.database.signatures.items())
            # An id that nobody knows is good where it is the call that makes it known.
            if hasattr(Model, name)
            and spoiled in types
            and not (value in (STRANGER, "unknown") and (name, spoiled) in MAKES_KNOWN)
        ]
        name = takes_it[which % len(takes_it)]
        past = [arguments for called, arguments in self.history if called == name]
        self.call(name, **{**(past[-1] if past else made_up(name)), spoiled: value})

    @step(
        lose=st.sampled_from([*[None] * 8, *COVERAGE["lost answer"]]),
        deeper=st.booleans(),
        keep=st.booleans(),
        careful=st.sampled_from([True, True, False]),
    )
    def transact(self, lose: str | None, deeper: bool, keep: bool, careful: bool) -> None:
        """Begins a transaction or savepoint, or ends the newest; or loses the next answer."""
        if lose:
            self.lose = lose
        elif not self.transaction:
            self.database.connection.execute("begin")
            self.transaction = [self.snapshot()]
            self.careful = careful
        elif deeper and len(self.transaction) < 3:
            name = f"s{len(self.transaction)}"
            self.database.connection.execute(f"savepoint {name}")
            self.transaction.append(self.snapshot(name))
        elif len(self.transaction) > 1 and keep:
            name = self.transaction.pop().name
            self.database.connection.execute(f"release savepoint {name}")
        elif len(self.transaction) > 1:
            self.roll_back()
            self.transaction.pop()
        else:
            self.end_transaction(keep)

    @step(when=lambda self: self.transaction, keep=st.sampled_from([True, True, False]))
    def end_all(self, keep: bool) -> None:
        del self.transaction[1:]
        self.end_transaction(keep)

    def end_transaction(self, keep: bool) -> None:
        if keep:
            self.database.connection.execute("commit")
            self.transaction = []
            self.met["met: transaction committed"] += 1
        else:
            self.roll_back()
        self.compare_all()

    def roll_back(self) -> None:
        """To the newest savepoint, which stays, or else all of the transaction."""
        newest = self.transaction[-1]
        self.restore(newest)
        if newest.name:
            self.database.connection.execute(f"rollback to savepoint {newest.name}")
            self.met["met: savepoint rolled back"] += 1
        else:
            self.database.connection.execute("rollback")
            self.transaction = []
            self.met["met: transaction rolled back"] += 1

    @step(
        what=st.sampled_from(
            ["all", "past", "statement", "story", "grants", "jobs", "usage", "profiles"]
        ),
        number=PROFILE,
        row=st.integers(-1, 60),
        size=st.integers(1, 20),
        whose=WHOSE,
    )
    def read(self, what: str, number: int, row: int, size: int, whose: str | None) -> None:
        profile_id, profile = self.ids[number], self.profile(number)
        rows = profile.ledger if profile else []
        if what == "all":
            self.compare_all()
            self.no_findings(profile_id)
        elif what == "past":
            at = rows[row % len(rows)].ts if rows and row >= 0 else self.model.now
            self.call("balance_at", profile_id=profile_id, at=at + (size % 3 - 1) * TICK)
        elif what == "statement":
            arguments = {"before_seq": row, "page_size": size} if row > 0 else {}
            self.call("get_statement", profile_id=profile_id, **arguments)
            self.call("list_grants", profile_id=profile_id, **arguments)
            spender = [None, None, "ann", "bob"][row % 4]
            self.call("get_limits", profile_id=profile_id, spender=spender)
        elif what == "grants":
            self.call("find_grants", reference=self.own(str(size)))
        elif what == "jobs":
            job_id, _, _ = self.pick_job(row + 39)
            before = {"before_job_id": job_id, "page_size": size} if row > 0 else {}
            state = [None, "reserved", "settled", "refunded"][size % 4]
            spender = [None, None, "ann", "bob"][row % 4]
            whose_jobs = {"state": state, "spender": spender}
            self.call("list_jobs", profile_id=profile_id, **whose_jobs, **before)
        elif what == "profiles":  # the profiles with ids after this one are all of this example
            self.call("list_profiles", after_profile_id=profile_id, page_size=size % 4 + 1)
        elif what == "usage":
            self.read_usage(profile_id, rows, row, size)
        else:
            job_id, owner, _ = self.pick_job(row + 39)
            self.call("explain_job", job_id=job_id, **self.whose(whose, owner))
            self.call("get_job", job_id=job_id, **self.whose(whose, owner))

    def read_usage(self, profile_id: UUID, rows: list[Entry], row: int, size: int) -> None:
        """Of all, or between a ledger row and the clock, an instant more or less."""
        arguments: dict[str, Any] = {}
        if rows and row >= 0:
            arguments["since"] = rows[row % len(rows)].ts + (size % 3 - 1) * TICK
            arguments["until"] = self.model.now + (size % 2) * TICK
        if size % 5 > 1:
            arguments["step"] = ["day", "week", "month"][size % 3]
            arguments["time_zone"] = ["UTC", "America/Havana"][size % 2]
        if size % 4 > 1:
            arguments["by"] = "meta.model" if size % 4 == 2 else "spender"
        self.call("usage", profile_id=profile_id, **arguments)

    def no_findings(self, profile_id: UUID) -> None:
        if profile_id in self.model.profiles:
            may_be_warned_of = {
                "JSON keeps exactly": self.model.profiles[profile_id].total > CAP,
                "its window has begun": bool(self.model.met["clock stepped back"]),
            }
            findings = [
                each
                for each in self.database.findings(profile_id)
                if each[0] != "warning"
                or not any(may and rule in each[3] for rule, may in may_be_warned_of.items())
            ]
            if findings:
                raise Difference(f"check_integrity: {findings}")

    def teardown(self) -> None:
        """Compares everything, then works off what is pending: it is no next example's business."""
        if self.transaction:
            self.database.connection.execute("rollback")
            self.restore(self.transaction[0])
            self.transaction = []
        self.lose = None
        if self.failed:
            self.database.sweep(self.model.now + 9 * LONGEST_HOLD)
            return
        self.compare_all()
        while pending(self.model):  # working off a hold can reopen a pack
            self.set_clock(max(self.model.now, *pending(self.model)))
            self.call("expire_holds", batch_size=10000)
            self.call("expire_packs", batch_size=10000)
        self.compare_all()
        for profile_id in self.model.profiles:
            self.no_findings(profile_id)
        for case, times in self.model.met.items():
            self.met[f"met: {case}"] += times


def made_up(name: str) -> dict[str, Any]:
    """Arguments that are good in themselves."""
    key, job = {"profile_id": STRANGER}, {"job_id": STRANGER}
    grant = {**key, "reference": "unknown"}
    return {
        "open_profile": {**key, "credits_remaining": 0, "addon_credits": 0},
        "get_balance": key,
        "get_statement": key,
        "balance_at": {**key, "at": BEGINNING},
        "reserve_credits": {**key, **job, "cost": 1},
        "raise_reservation": {**job, "cost": 1},
        "settle_job": job,
        "extend_hold": {**job, "hold_for": GRID},
        "refund_job": {**job, "amount": 1, "refund_id": "r"},
        "rollback_reservation": job,
        "explain_job": job,
        "grant_addon": {**grant, "amount": 1},
        "revoke_grant": {**grant, "revocation_id": "r", **BY},
        "reinstate_grant": {**grant, "revocation_id": "r", **BY},
        "revoke_renewal": {**key, "period_start": BEGINNING, "revocation_id": "r", **BY},
        "reinstate_renewal": {**key, "period_start": BEGINNING, "revocation_id": "r", **BY},
        "find_grants": {"reference": "unknown"},
        "list_grants": key,
        "list_jobs": key,
        "usage": key,
        "get_job": job,
        "preview_reserve": {**key, "cost": 1},
        "renew_monthly": {**key, "period_start": BEGINNING, "allowance": 1},
        "change_allowance": {
            **key,
            "period_start": BEGINNING,
            "allowance": 1,
            "reference": "unknown",
        },
        "adjust_credits": {**key, "adjustment_id": "a", "monthly_delta": 1, "addon_delta": 1, **BY},
        "set_overdraft_limit": {**key, "overdraft_limit": 1, **BY},
        "set_alert": {**key, "low_balance": 1, "kinds": []},
        "set_limit": {**key, "spender": "ann", "window_name": "day", "amount": 1, **BY},
        "get_limits": key,
        "close_profile": {**key, **BY},
        "move_credits": {**key, "to_profile_id": UUID(int=0xBEEF), "move_id": "m", **BY},
    }.get(name, {})


def can_be_raised(job: Job) -> bool:
    return job.state == "reserved"


def has_expired(job: Job) -> bool:
    return job.state == "expired"


def can_be_settled(job: Job) -> bool:
    return job.state in ("reserved", "expired")


def outcome(call: Any, name: str, arguments: dict[str, Any]) -> Any:
    try:
        return call(name, **arguments)
    except Refused as refusal:
        return refusal


def stored(model: Model) -> dict[UUID, Any]:
    return {key: expected_state(profile, 0) for key, profile in model.profiles.items()}


def pending(model: Model) -> list[datetime]:
    """Every deadline that catching up would still work off."""
    profiles = model.profiles.values()
    jobs = [job for profile in profiles for job in profile.jobs.values()]
    packs = [pack for profile in profiles for pack in profile.packs]
    return [
        *(job.deadline for job in jobs if job.has_open_hold()),
        *(pack.expires_at for pack in packs if pack.remaining > 0),
    ]
