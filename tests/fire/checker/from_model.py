"""A made-up run whose server is the model of ``tests/laws``: its history and its books.

So the two descriptions of the same rules, the model there and ``Wallet`` here, are held against
each other without any server, and the rare cases come as often as one likes.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID

from fire.checker import books as stored
from fire.checker.calls import (
    LIMIT,
    LIMITED,
    METHODS,
    OVERAGES,
    SPENDER,
    Ids,
    microseconds,
    moment,
)
from fire.checker.history import Attempt, Call, History
from laws import model as laws
from laws.refusals import Refused

_SECOND = 1_000_000
_BEGIN = 1_900_000_000 * _SECOND


class _Pack(laws.Pack):
    """Remembers which pack was emptied last: that is the one a lapse is about."""

    emptied = 0

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "remaining" and value == 0:
            _Pack.emptied = self.seq


class _Model(laws.Model):
    """Notes what the model knows and does not store, and the database does."""

    def __init__(self, now: Any) -> None:
        super().__init__(now)
        self.lapsed: dict[tuple[UUID, int], int] = {}
        self.collected: dict[tuple[UUID, int], int] = {}
        self.draws: dict[tuple[UUID, UUID, int], list[stored.DrawRow]] = {}

    def _write(self, profile: laws.Profile, kind: str, *args: Any, **more: Any) -> int:
        seq = super()._write(profile, kind, *args, **more)
        self.lapsed[profile.id, seq] = _Pack.emptied
        return seq

    def change_allowance(self, profile_id: UUID, *args: Any, **more: Any) -> Any:
        profile = self._lock(profile_id)
        before = _collected_of_months(profile)
        answer = super().change_allowance(profile_id, *args, **more)
        if not answer["replayed"]:
            collected = _collected_of_months(self.profiles[profile_id]) - before
            self.collected[profile_id, answer["seq"]] = collected
        return answer

    def _draw(self, profile: laws.Profile, job: laws.Job, monthly: int, addon: int) -> None:
        before = len(job.held)
        super()._draw(profile, job, monthly, addon)
        drawn = [segment for segment in job.held[before:] if segment.pack is not None]
        number = 1
        while (profile.id, job.id, number) in self.draws:
            number += 1
        self.draws[profile.id, job.id, number] = [
            stored.DrawRow(place, s.pack.seq, s.amount, 0, s.pack_had_left // timedelta(0, 0, 1))
            for place, s in enumerate(drawn, 1)
        ]


def _collected_of_months(profile: laws.Profile) -> int:
    months = profile.renewals
    return sum(r.collected for month in months for r in month.revocations.values())


class MadeUpRun:
    """``calls`` calls on ``profiles`` profiles, one after the other."""

    def __init__(self, seed: int, calls: int = 300, profiles: int = 3) -> None:
        self.ids = Ids(1 << 62 | seed)
        self.history = History({}, [{"monotonic_ns": 0, "realtime_ns": 0}])
        self._chance = random.Random(seed)  # noqa: S311
        self._now = _BEGIN
        self._jobs: list[tuple[int, int, int]] = []
        self._profiles = profiles
        with mock.patch.object(laws, "Pack", _Pack):
            self._model = _Model(moment(self._now))
            self._model.closed_period_refund = self._chance.choice(["restore", "lapse"])
            for profile in range(profiles):
                self._call("open", profile, [self._upto(100), self._upto(100)])
            for profile in range(min(LIMITED, profiles)):
                whose = {"profile_id": self.ids.profile(profile), "spender": SPENDER}
                by = {"window_name": "total", "amount": LIMIT, "reason": "r", "actor": "ann"}
                self._model.call("set_limit", **whose, **by)
            for _ in range(calls):
                self._tick()
                self._call(*self._choose())
            # What a refused call worked off was undone with it: the ledger has to show it once.
            for _ in range(2):
                self._call("expire_holds", -1, [10000])
                self._call("expire_packs", -1, [10000])
        self.met: Counter[str] = self._model.met
        self.books = self._books()

    def _upto(self, most: int) -> int:
        return self._chance.randint(1, most)

    def _tick(self) -> None:
        # Sometimes two calls come at the same instant, sometimes deadlines pass in between.
        self._now += self._chance.choice([0, 1, 1000, 20_000, 60_000, 200_000])
        self._model.now = moment(self._now)

    # --- calls --------------------------------------------------------------------------------

    def _choose(self) -> tuple[str, int, list[Any]]:
        chance = self._chance.random()
        if chance < 0.1:
            first = self.history.calls[self._upto(len(self.history.calls))]
            return first.method, first.profile, first.args
        sources = [call for call in self.history if call.method in ("grant", "renew")]
        if chance < 0.25 and sources:
            return self._choose_revocation(self._chance.choice(sources[-12:]))
        months = [call for call in sources if call.method == "renew"]
        if chance < 0.33 and months:
            month = self._chance.choice(months[-self._profiles :])
            reference = self._chance.choice([len(self.history.calls) + 1, 7])
            return "change", month.profile, [reference, month.args[0], self._upto(90) - 1]
        return self._choose_other(len(self.history.calls) + 1)

    def _choose_revocation(self, source: Call) -> tuple[str, int, list[Any]]:
        """Of a grant or month, under one of a few keys."""
        what = "grant" if source.method == "grant" else "renewal"
        key = [source.args[0] + (self._upto(20) == 1), self._upto(3)]
        if self._chance.random() < 0.25:
            revoked = [c for c in self.history if c.method == f"revoke_{what}"]
            opened = self._chance.choice(revoked[-8:]) if self._upto(4) > 1 and revoked else None
            profile, args = (
                (source.profile, key) if opened is None else (opened.profile, opened.args)
            )
            return f"reinstate_{what}", profile, args[:2]
        amount = self._chance.choice([None, self._upto(30), self._upto(70)])
        return f"revoke_{what}", source.profile, [*key, amount]

    def _choose_other(self, number: int) -> tuple[str, int, list[Any]]:
        chance = self._chance
        profile = chance.randrange(self._profiles)
        method = chance.choice(
            ["reserve"] * 6
            + ["settle"] * 3
            + ["raise"] * 3
            + ["refund", "part", "part", "rollback", "renew", "balance", "statement", "explain"]
            + ["grant"] * 3
            + ["balance_at", "expire_holds", "expire_packs"]
        )
        if method in ("raise", "settle", "refund", "part", "rollback", "explain"):
            if not self._jobs:
                method = "reserve"
            else:
                job, profile, cost = chance.choice(self._jobs[-12:])
        if method == "reserve":
            free = chance.random() < 0.1
            hold = 0 if free or chance.random() < 0.5 else self._upto(30) * 100_000
            args: list[Any] = [number, 0 if free else self._upto(60), hold]
            self._jobs.append((number, profile, args[1]))
        elif method == "raise":
            args = [job, max(0, cost + self._upto(30) - 8), chance.randrange(2)]
            self._jobs.append((job, profile, args[1]))
        elif method == "settle":
            cost = chance.choice([None, 0, cost, self._upto(cost + 1), cost + self._upto(60)])
            args = [job, cost, chance.randrange(len(OVERAGES)), chance.randrange(2)]
        elif method == "part":
            args = [job, self._upto(max(1, cost)), chance.choice([number, job]), 1]
        elif method in ("refund", "rollback", "explain"):
            args = [job, chance.randrange(2)]
        elif method == "grant":
            expires = None if chance.random() < 0.2 else self._now + self._upto(60) * 100_000
            kind, priority = chance.randrange(2), self._upto(3) - 2
            args = [chance.choice([number, 7]), self._upto(60), expires, kind, priority]
        elif method == "renew":
            period = chance.choice([self._now, self._now, _BEGIN])
            args = [period, self._upto(60), self._upto(40) - 1]
        elif method == "statement":
            args = [chance.choice([None, self._upto(30)]), self._upto(8)]
        else:
            args = {
                "balance": [],
                "balance_at": [self._now - self._upto(3) * 100_000],
                "expire_holds": [self._upto(5)],
                "expire_packs": [self._upto(2)],
            }[method]
            profile = -1 if method.startswith("expire") else profile
        return method, profile, args

    def _call(self, name: str, profile: int, args: list[Any]) -> None:
        method, number = METHODS[name], len(self.history.calls) + 1
        values = method.values(self.ids, profile, args)
        invoked = self._now * 1000 + number
        try:
            answer = self._model.call(
                method.function, **dict(zip(method.names, values, strict=True))
            )
        except Refused as refusal:
            figures = {k: v for k, v in refusal.detail.items() if isinstance(v, int)}
            outcome, result = "refused", [refusal.token, figures]
        else:
            rows = _rows(answer, method.columns.split(", "))
            outcome, result = "ok", method.keep(self.ids, profile, args, rows)
        attempt = Attempt(invoked, invoked + 1, outcome, result, 0, 0)
        self.history.calls[number] = Call(number, name, profile, args, [attempt], 1)

    # --- books --------------------------------------------------------------------------------

    def _books(self) -> stored.Books:
        profiles = {
            self.ids.number(p.id) or 0: self._profile(p) for p in self._model.profiles.values()
        }
        return stored.Books(profiles, self._model.closed_period_refund)

    def _profile(self, profile: laws.Profile) -> stored.ProfileBooks:
        books = stored.ProfileBooks(
            self.ids.number(profile.id) or 0,
            profile.monthly,
            profile.addon,
            0,
            profile.seq,
            profile.uncollected,
            microseconds(profile.period_start),
            False,
        )
        books.ledger = [self._entry(entry) for entry in profile.ledger]
        for job in profile.jobs.values():
            books.jobs[self._number(job.id)] = _job_row(job)
        for grant in profile.grants.values():
            if grant.pack is not None:
                books.packs[grant.pack.seq] = _pack_row(grant)
        for source in profile.sources:
            books.revocations += [
                _revocation_row(source.seq, r) for r in source.revocations.values()
            ]
        for renewal in profile.renewals:
            books.renewals[renewal.seq] = stored.RenewalRow(
                renewal.seq,
                microseconds(renewal.period_start) or 0,
                renewal.allowance,
                renewal.rollover_cap,
                renewal.unused,
                renewal.carried,
                renewal.owed,
            )
        for answer in profile.allowance_changes.values():
            books.changes[answer["seq"]] = stored.ChangeRow(
                answer["seq"],
                microseconds(answer["period_start"]) or 0,
                answer["previous_allowance"],
                answer["allowance"],
                answer["owed"],
                self._model.collected[profile.id, answer["seq"]],
            )
        left: dict[tuple[UUID, int], int] = defaultdict(int)
        for job in profile.jobs.values():
            for segment in job.held:
                if segment.pack is not None:
                    left[job.id, segment.pack.seq] += segment.amount
        for (owner, job_id, number), rows in sorted(self._model.draws.items()):
            if owner == profile.id and rows:
                books.draws[self._number(job_id), number] = [
                    _with_returned(row, job_id, left) for row in rows
                ]
        return books

    def _number(self, key: UUID) -> int:
        number = self.ids.number(key)
        assert number is not None
        return number

    def _entry(self, entry: laws.Entry) -> stored.Entry:
        job = None if entry.job_id is None else self._number(entry.job_id)
        lapsed = entry.kind == "lapse" and job is None
        return stored.Entry(
            entry.seq,
            microseconds(entry.ts) or 0,
            entry.kind,
            job,
            entry.monthly_delta,
            entry.addon_delta,
            entry.monthly_balance,
            entry.addon_balance,
            entry.reference,
            self._model.lapsed[entry.profile_id, entry.seq] if lapsed else None,
        )


def _rows(answer: Any, columns: Sequence[str]) -> list[list[Any]]:
    rows = answer if isinstance(answer, list) else [answer]
    return [
        [row[name] if isinstance(row, dict) else getattr(row, name) for name in columns]
        for row in rows
    ]


def _job_row(job: laws.Job) -> stored.JobRow:
    settlement = job.settlement or {}
    return stored.JobRow(
        job.state,
        job.reserved_cost,
        job.settled_cost,
        job.monthly_deducted,
        job.addon_deducted,
        job.monthly_refunded,
        job.addon_refunded,
        job.raised,
        job.shortfall,
        job.reservation["seq"],
        settlement.get("seq"),
        job.ended_by[1]["seq"] if job.ended_by is not None else None,
        microseconds(job.reservation["hold_expires_at"]),
        microseconds(job.deadline) if job.has_open_hold() else None,
        settlement.get("late", False),
    )


def _pack_row(grant: laws.Grant) -> stored.PackRow:
    pack = grant.pack
    return stored.PackRow(
        pack.seq,
        pack.amount,
        pack.remaining,
        pack.lapsed,
        microseconds(grant.answer["expires_at"]) or 0,
        microseconds(pack.expires_at) or 0,
        pack.priority,
        pack.kind,
    )


def _revocation_row(source: int, revocation: laws.Revocation) -> stored.RevocationRow:
    left = None if revocation.ended else revocation.pack_had_left
    return stored.RevocationRow(
        source,
        revocation.id,
        revocation.requested,
        revocation.amount,
        revocation.collected,
        revocation.lapsed,
        revocation.newer_out,
        revocation.opened_seq,
        revocation.seq,
        revocation.ended,
        None if left is None else left // timedelta(microseconds=1),
    )


def _with_returned(
    row: stored.DrawRow, job: UUID, left: dict[tuple[UUID, int], int]
) -> stored.DrawRow:
    stays = min(row.amount, left[job, row.pack])
    left[job, row.pack] -= stays
    return row._replace(returned=row.amount - stays)
