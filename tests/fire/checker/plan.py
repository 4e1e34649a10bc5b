"""What a run is made of, and the calls that its clients choose.

The same seed gives each process the same stream of choices; what the answers are, and so which
jobs there are to choose from, depends on the order in which the server took the calls.
"""

from __future__ import annotations

import json
import random
import time
from bisect import bisect
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Generic, TypeVar

from fire.checker.calls import REVOKES, WRITES, Ids
from fire.checker.history import PER_PROCESS
from fire.checker.target import Target

_SECOND = 1_000_000
# Of a hundred calls. Groups of returns, and keys that are used by several at once, come on top.
MIX = {
    "reserve": 35,
    "raise": 8,
    "settle": 15,
    "rollback": 5,
    "refund": 15,
    "expire": 2,
    "grant": 5,
    "renew": 3,
    "change": 4,
    "revoke": 4,
    "reinstate": 2,
    "balance": 7,
    "statement": 3,
    "balance_at": 2,
    "explain": 3,
    "again": 3,
}
_METHODS = list(MIX)
_WEIGHTS = list(accumulate(MIX.values()))
_FIGURES = {
    "reserve": 1,
    "raise": 1,
    "settle": 1,
    "part": 1,
    "grant": 1,
    "renew": 1,
    "change": 2,
    "revoke_grant": 2,
    "revoke_renewal": 2,
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``clients``: connections of each of the ``processes``; ``hot`` profiles get ``hot_share`` of
    the traffic, the ``cold`` ones the rest. Of the connections a third go through a pooler (or
    could) with pgcredits' own client, a sixth speak as PostgREST does, the others are direct.
    ``abort_share`` of the writes on direct connections are rolled back by the caller.
    ``patience``: seconds after which a connection that does not answer is given up.
    ``closed_period_refund``: the setting of that name in the database.
    """

    seed: int
    processes: int = 2
    clients: int = 12
    hot: int = 8
    cold: int = 2000
    hot_share: float = 0.7
    abort_share: float = 0.02
    retry_at_once: float = 0.85
    patience: float = 10.0
    monthly: int = 60
    addon: int = 30
    closed_period_refund: str = "restore"

    @property
    def run(self) -> int:
        """The 64 bits that begin every id of this run."""
        return random.Random(f"run {self.seed}").getrandbits(62) | 1 << 62  # noqa: S311

    @property
    def ids(self) -> Ids:
        return Ids(self.run)

    @property
    def profiles(self) -> int:
        return self.hot + self.cold

    def save(self, folder: Path) -> None:
        (folder / "plan.json").write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Plan:
        return cls(**json.loads((folder / "plan.json").read_text("utf-8")))


@dataclass(slots=True)
class Operation:
    """A call that a client is to make; ``sent``: attempts so far; ``known``: whether a history has
    its method and arguments already."""

    number: int
    method: str
    profile: int
    args: list[Any]
    abort: bool = False
    sent: int = 0
    known: bool = False

    @property
    def call(self) -> tuple[int, str, int, list[Any]]:
        return self.number, self.method, self.profile, self.args


Thing = TypeVar("Thing")
Known = tuple[int, int, int]  # job, profile, cost


class Pool(Generic[Thing]):
    """What there is to choose from. A full one forgets at random."""

    def __init__(self, chance: random.Random, most: int) -> None:
        self._chance = chance
        self._most = most
        self._things: list[Thing] = []

    def add(self, thing: Thing) -> None:
        if len(self._things) < self._most:
            self._things.append(thing)
        else:
            self._things[int(self._chance.random() * self._most)] = thing

    def choose(self, *, keep: bool) -> Thing | None:
        if not self._things:
            return None
        place = int(self._chance.random() * len(self._things))
        thing = self._things[place]
        if not keep:
            self._things[place] = self._things[-1]
            self._things.pop()
        return thing


class Chooser:
    """The choices of one process."""

    def __init__(self, plan: Plan, process: int, target: Target) -> None:
        self.plan = plan
        self._first = process * PER_PROCESS
        self._made = 0
        self._target = target
        self._chance = random.Random(f"{plan.seed} {process}")  # noqa: S311
        self._reserved = self._pools(40 * plan.hot, 400)
        self._settled = self._pools(10 * plan.hot, 200)
        # Grants and renewals, and what revoked them.
        self._sources = Pool[Operation](self._chance, 40 * plan.hot)
        self._revoked = Pool[Operation](self._chance, 20 * plan.hot)
        # The renewals that came last: most of their months are not over.
        self._months: deque[Operation] = deque(maxlen=plan.hot)
        # Calls that several clients are to make at once.
        self._together: deque[Operation] = deque()
        self._recent: deque[Operation] = deque(maxlen=256)
        self._choices = {
            "reserve": self._reserve,
            "raise": self._raise,
            "settle": self._settle,
            "rollback": self._rollback,
            "refund": self._refund,
            "expire": self._expire,
            "grant": self._grant,
            "renew": self._renew,
            "change": self._change,
            "revoke": self._revoke,
            "reinstate": self._reinstate,
            "balance": lambda: self.new("balance", self._profile(), []),
            "statement": self._statement,
            "balance_at": self._balance_at,
            "explain": self._explain,
            "again": self._again,
        }

    def _pools(self, hot: int, cold: int) -> list[Pool[Known]]:
        return [Pool(self._chance, hot), Pool(self._chance, cold)]

    def next(self) -> Operation:
        if self._together:
            return self._together.popleft()
        random_number = self._chance.random
        method = _METHODS[bisect(_WEIGHTS, random_number() * _WEIGHTS[-1])]
        operation = self._choices[method]()
        if operation.method in WRITES:
            operation.abort = random_number() < self.plan.abort_share
            if not operation.abort:
                self._remember(operation)
        return operation

    def _remember(self, operation: Operation) -> None:
        """Some keys are used again later, and some by two or three clients at once."""
        chance = self._chance.random()
        if chance < 0.1:
            self._recent.append(operation)
        often = 0.12 if operation.method in ("grant", "renew") else 0.02
        if chance < often:
            for _ in range(1 + (chance < often / 2)):
                same = self.new(operation.method, operation.profile, list(operation.args))
                self._together.append(same)

    def heard(self, operation: Operation, outcome: str) -> None:
        """What was answered is there for others to work on."""
        if outcome != "ok":
            return
        if operation.method in ("grant", "renew"):
            self._sources.add(operation)
        if operation.method == "renew":
            self._months.append(operation)
        if operation.method in REVOKES:
            self._revoked.add(operation)
        if operation.method not in ("reserve", "raise", "settle"):
            return
        job, amount = operation.args[0], operation.args[1]
        known = (job, operation.profile, amount or 1)
        hot = operation.profile < self.plan.hot
        if operation.method == "settle":
            self._settled[not hot].add(known)
            return
        self._reserved[not hot].add(known)
        if hot:
            self._target.share_job(operation.profile, job, job, amount)

    # --- one choice each ----------------------------------------------------------------------

    def new(self, method: str, profile: int, args: list[Any]) -> Operation:
        self._made += 1
        return Operation(self._first + self._made, method, profile, args)

    def _upto(self, most: int) -> int:
        return 1 + int(self._chance.random() * most)

    def _profile(self) -> int:
        plan = self.plan
        if self._chance.random() < plan.hot_share:
            return int(self._chance.random() * plan.hot)
        return plan.hot + int(self._chance.random() * plan.cold)

    def _job(self, pools: Sequence[Pool[Known]], *, keep: float) -> Known | None:
        """A job of these pools, or sometimes one of a hot profile that another process reserved."""
        hot = self._chance.random() < self.plan.hot_share
        if hot and self._chance.random() < 0.15:
            profile = int(self._chance.random() * self.plan.hot)
            shared = self._target.shared_job(profile, self._upto(8))
            if shared is not None:
                return shared[0], profile, shared[1]
        return pools[not hot].choose(keep=self._chance.random() < keep)

    def _given(self) -> int:
        return int(self._chance.random() < 0.7)

    def _reserve(self) -> Operation:
        chance = self._chance.random()
        free = chance > 0.99
        cost = 0 if free else self._upto(60)
        held = int((0.2 + 3 * self._chance.random()) * _SECOND) if chance < 0.25 else 0
        operation = self.new("reserve", self._profile(), [0, cost, held])
        operation.args[0] = operation.number
        return operation

    def _raise(self) -> Operation:
        """Mostly to more than the job was known to hold, which may be less by now."""
        found = self._job(self._reserved, keep=0.1)
        if found is None:
            return self._reserve()
        if self._chance.random() < 0.15:  # a stream of them, of which something comes back
            more = (found[0], found[1], found[2] + 20)
            later = [self._part_of(more), self._raise_of(more), self._part_of(more)]
            self._together += [*later, self._raise_of(more), self._part_of(more)]
        return self._raise_of(found)

    def _raise_of(self, found: Known) -> Operation:
        job, profile, cost = found
        cost = max(0, cost + self._upto(25) - 5)
        return self.new("raise", profile, [job, cost, self._given()])

    def _settle(self) -> Operation:
        found = self._job(self._reserved, keep=0.1)
        if found is None:
            return self._reserve()
        job, profile, cost = found
        chance = self._chance.random()
        if chance < 0.15:
            actual = None
        elif chance < 0.6:
            actual = int(self._chance.random() * (cost + 1))
        elif chance < 0.95:
            actual = cost + self._upto(20)
        else:
            actual = cost
        overage = int(self._chance.random() < 0.2)
        return self.new("settle", profile, [job, actual, overage, self._given()])

    def _rollback(self) -> Operation:
        found = self._job(self._reserved, keep=0.1)
        if found is None:
            return self._reserve()
        return self.new("rollback", found[1], [found[0], self._given()])

    def _refund(self) -> Operation:
        # A third of the calls: two to four of them on one job each time.
        together = self._chance.random() < 0.143
        pools = self._settled if self._chance.random() < 0.35 else self._reserved
        found = self._job(pools, keep=0.1)
        if found is None:
            return self._reserve()
        if together:
            for _ in range(self._upto(3)):
                self._together.append(self._return_of(found))
        return self._return_of(found)

    def _return_of(self, found: Known) -> Operation:
        if self._chance.random() < 0.55:
            job, profile, _ = found
            return self.new("refund", profile, [job, self._given()])
        return self._part_of(found)

    def _part_of(self, found: Known) -> Operation:
        job, profile, cost = found
        # Now and then more than there is.
        amount = self._upto(max(1, cost * 5 // 8))
        operation = self.new("part", profile, [job, amount, 0, self._given()])
        operation.args[2] = operation.number
        return operation

    def _expire(self) -> Operation:
        if self._chance.random() < 0.5:
            return self.new("expire_holds", -1, [self._upto(20)])
        return self.new("expire_packs", -1, [self._upto(10)])

    def _grant(self) -> Operation:
        expires, kind, priority = None, 0, 0
        amount = self._upto(80)
        if self._chance.random() < 0.5:
            lives = int((0.3 + 3 * self._chance.random()) * _SECOND)
            expires = time.time_ns() // 1000 + lives
            kind = int(self._chance.random() < 0.5)
            priority = self._upto(3) - 2
        operation = self.new("grant", self._profile(), [0, amount, expires, kind, priority])
        operation.args[0] = operation.number
        return self._sometimes_revoked(operation)

    def _renew(self) -> Operation:
        # A period of its own for each call: those that come late lie before the current one.
        period = time.time_ns() // 1000
        if self._chance.random() < 0.05:
            period -= _SECOND
        figures = [self._upto(80), self._upto(40) - 1]
        return self._sometimes_revoked(self.new("renew", self._profile(), [period, *figures]))

    def _change(self) -> Operation:
        """Another allowance for a month that began a moment ago, or just begins."""
        if not self._months or self._chance.random() < 0.1:
            renewal = self._renew()
            self._together.append(self._change_of(renewal))
            return renewal
        return self._change_of(self._months[int(self._chance.random() * len(self._months))])

    def _change_of(self, renewal: Operation) -> Operation:
        allowance = self._upto(100) - 1
        operation = self.new("change", renewal.profile, [0, renewal.args[0], allowance])
        operation.args[0] = operation.number
        return operation

    def _sometimes_revoked(self, source: Operation) -> Operation:
        """Now and then somebody revokes a grant or a month while it is being made."""
        if self._chance.random() < 0.1:
            self._together.append(self._revocation_of(source))
        return source

    def _revoke(self) -> Operation:
        """All or a part of a grant or a month, or what was revoked already, and may have ended."""
        again = self._chance.random() < 0.15
        known = self._revoked.choose(keep=True) if again else None
        if known is not None:
            return self.new(known.method, known.profile, list(known.args))
        source = self._sources.choose(keep=self._chance.random() < 0.5)
        return self._grant() if source is None else self._revocation_of(source)

    def _revocation_of(self, source: Operation) -> Operation:
        name, granted = source.args[:2]
        # Now and then more than there is.
        amount = self._upto(granted + 5) if self._chance.random() < 0.7 else None
        method = "revoke_grant" if source.method == "grant" else "revoke_renewal"
        operation = self.new(method, source.profile, [name, 0, amount])
        operation.args[1] = operation.number
        return operation

    def _reinstate(self) -> Operation:
        """A revocation, or one that is reported as opened only when it is won."""
        opened = None
        if self._chance.random() < 0.8:
            opened = self._revoked.choose(keep=self._chance.random() < 0.5)
        if opened is None:
            opened = self._revoke()
            if opened.method not in REVOKES:
                return opened
            self._together.append(opened)
        method = opened.method.replace("revoke", "reinstate")
        return self.new(method, opened.profile, opened.args[:2])

    def _statement(self) -> Operation:
        before = self._upto(50) if self._chance.random() < 0.3 else None
        return self.new("statement", self._profile(), [before, self._upto(8)])

    def _balance_at(self) -> Operation:
        back = int(self._chance.random() * 3 * _SECOND) if self._chance.random() < 0.7 else 0
        return self.new("balance_at", self._profile(), [time.time_ns() // 1000 - back])

    def _explain(self) -> Operation:
        pools = self._settled if self._chance.random() < 0.5 else self._reserved
        found = self._job(pools, keep=1)
        if found is None:
            return self._reserve()
        return self.new("explain", found[1], [found[0], self._given()])

    def _again(self) -> Operation:
        """The same key again, or the same key with other arguments."""
        if not self._recent:
            return self._reserve()
        first = self._recent[int(self._chance.random() * len(self._recent))]
        args = list(first.args)
        place = _FIGURES.get(first.method)
        if place is not None and self._chance.random() < 0.4:
            args[place] = (args[place] or 0) + 1
        return self.new(first.method, first.profile, args)
