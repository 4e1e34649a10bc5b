"""Random wallets with a past, and random batches about them, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from batches.twin import Twin

BEGIN = datetime(2030, 3, 10, 12, tzinfo=UTC)
TOO_MUCH = 2**53
METAS: list[Any] = [None, None, {}, {"model": "xl"}, {"a": [1, None]}]
ODD_METAS: list[Any] = [[1], "x", {"credit_cost": 1}, {"x": "y" * 16384}]
HOLDS = ["1 hour", "2 days", "1 second"]
ODD_HOLDS = ["0", "-1 hour", "400 days"]
REASONS = ["it failed", "again"]
SPENDERS = [None, "ann", "bob"]


class World:
    """Some profiles and jobs, as a seed wants them."""

    def __init__(self, twin: Twin, seed: int) -> None:
        self.twin = twin
        self.random = random.Random(seed)  # noqa: S311
        self.now = BEGIN
        self.odd = self.random.choice(
            [0.0, 0.0, 0.02, 0.1]
        )  # how often an element is out of the way
        self.profiles = [self._id() for _ in range(self.random.randint(1, 4))]
        self.jobs = [self._id() for _ in range(4)]
        self.unknown = self._id()
        twin.set_time(self.now)
        self.twin.connection.execute(
            "update credits.settings set closed_period_refund = %s",
            [self.random.choice(["restore", "lapse"])],
        )
        for profile_id in self.profiles:
            self._open(profile_id)
            for _ in range(self.random.randint(1, 4)):
                element = {**self.element("reserve"), "profile_id": profile_id}
                self.twin.one("reserve", element)
        for _ in range(self.random.randint(0, 6)):
            self._happen()

    def _id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def _rarely(self) -> bool:
        return self.random.random() < self.odd

    def _pass(self, time: timedelta) -> None:
        self.now += time
        self.twin.set_time(self.now)

    def _call(self, call: str, *values: Any) -> None:
        """Something of the past; it may be refused."""
        self.twin.run(f"select to_jsonb(r) from credits.{call} r", list(values))

    def _open(self, profile_id: str) -> None:
        monthly, addon = self.random.choice([(0, 9), (7, 50), (60, 500), (60, 10**6), (10**6, 0)])
        self._call("open_profile(%s::uuid, %s::bigint, %s::bigint)", profile_id, monthly, addon)
        kind = self.random.choice(["plain", "plain", "plain", "debt", "pack", "month", "limit"])
        if kind == "debt":
            self._call("set_overdraft_limit(%s::uuid, 50, 'why', 'who')", profile_id)
        elif kind == "pack":
            self._pack(profile_id)
        elif kind == "month":
            self._renew(profile_id)
        elif kind == "limit":
            self._limit(profile_id)
            self._limit(profile_id)

    def _limit(self, profile_id: str) -> None:
        self._call(
            "set_limit(%s::uuid, %s::text, %s::text, %s::bigint, 'why', 'who')",
            profile_id,
            self.random.choice(SPENDERS),
            self.random.choice(["day", "month", "total"]),
            self.random.choice([10, 40, 40, 90]),
        )

    def _pack(self, profile_id: str) -> None:
        self._call(
            "grant_addon(%s::uuid, %s::bigint, %s::text, %s::timestamptz, %s::text)",
            profile_id,
            self.random.randint(1, 80),
            self._id(),
            self.now + self.random.choice([timedelta(minutes=30), timedelta(days=9)]),
            self.random.choice(["paid", "promo"]),
        )

    def _renew(self, profile_id: str) -> None:
        self._pass(timedelta(seconds=1))
        self._call(
            "renew_monthly(%s::uuid, %s::timestamptz, %s::bigint, %s::bigint)",
            profile_id,
            self.now,
            self.random.randint(0, 100),
            self.random.randint(0, 50),
        )

    def _happen(self) -> None:
        """Something between the batches, through single calls."""
        what = self.random.choice(
            [
                "reserve",
                "reserve",
                "reserve",
                "reserve",
                "settle",
                "refund",
                "part",
                "raise",
                "raise",
                "time",
                "other",
            ]
        )
        profile_id = self.random.choice(self.profiles)
        if what in {"reserve", "settle", "refund"}:
            self.twin.one(what, self.element(what))
        elif what == "part":
            job_id, key = self.random.choice(self.jobs), self._id()
            self._call("refund_job(%s::uuid, 1, %s::text)", job_id, key)
        elif what == "raise":
            job_id, cost = self._job("raise"), self.random.randint(1, 40)
            self._call("raise_reservation(%s::uuid, %s::bigint)", job_id, cost)
        elif what == "time":
            self._pass(self.random.choice([timedelta(seconds=1), timedelta(hours=1)]))
        else:
            other = self.random.randrange(9)
            if other == 0:
                self._call("close_profile(%s::uuid, 'why', 'who')", profile_id)
            elif other == 8:
                successor = self.random.choice(self.profiles)
                call = "move_credits(%s::uuid, %s::uuid, 'm', 'why', 'who')"
                self._call(call, profile_id, successor)
            elif other < 6:
                self._renew(profile_id)
            else:
                self._pack(profile_id)

    def _job(self, kind: str) -> str:
        """Mostly one that the call is good for: a new one, or one that has not ended."""
        if self.random.random() < 0.1:
            return self.random.choice(self.jobs[-9:])
        if kind == "reserve":
            self.jobs.append(self._id())
            return self.jobs[-1]
        going_on = self.twin.connection.execute(
            "select id::text from credits.jobs where state in ('reserved', 'settled') order by id"
        ).fetchall()
        return str(self.random.choice(going_on or [[self.unknown]])[0])

    def element(self, kind: str) -> dict[str, Any]:
        """One element; what is out of the way is rare, unless this world likes it."""
        choice = self.random.choice
        job_id = choice([self.unknown, None]) if self._rarely() else self._job(kind)
        profile_id = choice([self.unknown, None]) if self._rarely() else choice(self.profiles)
        odd_amount = choice([None, -1, TOO_MUCH, 2**63 - 1])
        amount = odd_amount if self._rarely() else choice([0, 1, 5, 9, 10, 40])
        if kind == "reserve":
            element = {"profile_id": profile_id, "job_id": job_id, "cost": amount}
            element["meta"] = choice(ODD_METAS) if self._rarely() else choice(METAS)
            if self._rarely():
                element["hold_for"] = choice(HOLDS if self.random.random() < 0.7 else ODD_HOLDS)
            if self.random.random() < 0.5:
                element["spender"] = "" if self._rarely() else choice(SPENDERS)
            return element
        element = {"job_id": job_id}
        if self.random.random() < 0.2 or self._rarely():
            element["profile_id"] = profile_id
        if kind == "settle":
            if self.random.random() < 0.6:
                element["actual_cost"] = amount
            if self._rarely():
                element["overage"] = choice(["reject", "cap", "other"])
        else:
            if self._rarely():
                element["amount"] = amount
                element["refund_id"] = choice(["part 1", "part 2", "", None])
            if self._rarely() or self.random.random() < 0.2:
                element["reason"] = choice(["", "x" * 300] if self._rarely() else REASONS)
        return element

    def batches(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Some batches, with other things happening in between."""
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.choice(["reserve", "settle", "refund"])
            batch = [self.element(kind) for _ in range(self.random.choice([1, 2, 3, 5, 8, 12]))]
            if self.random.random() < 0.5:  # mostly each job once, for that is what goes at once
                once = {element["job_id"]: element for element in batch}
                batch = list(once.values())
            yield kind, batch
            if self.random.random() < 0.3:
                yield kind, batch
            for _ in range(self.random.randint(0, 3)):
                self._happen()
        self.twin.connection.execute(
            "update credits.settings set reference_scope = %s",
            [self.random.choice(["profile", "all"])],
        )
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.choice(["renew", "grant"])
            what = self._renewal if kind == "renew" else self._grant
            batch = [what() for _ in range(self.random.choice([1, 2, 3, 5, 8, 12]))]
            yield kind, batch
            if self.random.random() < 0.3:
                yield kind, batch
            self._happen()

    def _renewal(self) -> dict[str, Any]:
        """Mostly of a later period; some begin one again, or one that is over."""
        choice = self.random.choice
        days = choice([-2, -1, 0, 1, 2, 3]) if not self._rarely() else choice([366, 367, 4000])
        begin: Any = (self.now + timedelta(days=days)).isoformat()
        return {
            "profile_id": choice([self.unknown, None]) if self._rarely() else self._profile(),
            "period_start": choice([None, "infinity"]) if self._rarely() else begin,
            "allowance": choice([None, -1, TOO_MUCH - 1])
            if self._rarely()
            else choice([0, 1, 100]),
            "rollover_cap": choice([-1, TOO_MUCH])
            if self._rarely()
            else choice([None, 0, 10, 999]),
        }

    def _grant(self) -> dict[str, Any]:
        choice = self.random.choice
        element = {
            "profile_id": choice([self.unknown, None]) if self._rarely() else self._profile(),
            "amount": choice([None, 0, TOO_MUCH - 1]) if self._rarely() else choice([1, 5, 300]),
            "reference": choice(["", None]) if self._rarely() else f"order {choice(range(9))}",
        }
        if self.random.random() < 0.4:
            hours = choice([-1, 0]) if self._rarely() else choice([1, 200])
            element["expires_at"] = (self.now + timedelta(hours=hours)).isoformat()
            element["kind"] = "other" if self._rarely() else choice([None, "paid", "promo"])
            element["priority"] = 2000 if self._rarely() else choice([None, 0, 7, -3])
        if self._rarely():
            element["reason"] = choice(["", "x" * 300, *REASONS])
        return element

    def _profile(self) -> str:
        return self.random.choice(self.profiles)
