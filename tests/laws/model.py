"""The whole behaviour once more, in the most obvious way: integers, datetimes and lists, no SQL.

One method per public function, of the same name. Each answers a dict with the columns of the
function's result, or raises ``Refused`` and leaves everything as it was. What a call answered is
kept, so that a replay can give the same answer. ``now`` is the clock; the caller moves it.
"""

from __future__ import annotations

import json
import pickle
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from laws.refusals import (
    CAP,
    FARTHEST_PERIOD,
    Refused,
    check_amount,
    check_finite,
    check_hold,
    check_meta,
    check_note,
    check_option,
    check_present,
    check_text,
    check_time_zone,
    refuse,
    refuse_loosely,
    room,
)

Answer = dict[str, Any]
WINDOWS = ["day", "week", "month", "total"]


def delta_text(monthly: int, addon: int) -> str:
    """How a reason says what moved: a zero has no sign."""
    return ", ".join(
        f"{bucket}: {delta:+}" if delta else f"{bucket}: 0"
        for bucket, delta in (("monthly", monthly), ("addon", addon))
    )


def window_of(
    name: str, time_zone: str, at: datetime
) -> tuple[datetime, datetime] | tuple[None, None]:
    """The day, week or month of a calendar that a moment lies in."""
    if name == "total":
        return None, None
    day = at.astimezone(ZoneInfo(time_zone)).date()
    begins = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}
    first = begins[name]
    while True:
        length = {"day": 1, "week": 7, "month": monthrange(first.year, first.month)[1]}[name]
        following = first + timedelta(days=length)
        if midnight(following, time_zone) > at:
            return midnight(first, time_zone), midnight(following, time_zone)
        first = following  # the clock was set back over midnight, or a day was skipped


def midnight(day: date, time_zone: str) -> datetime:
    """The first time that the clock shows it, or when it goes on where it is skipped."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


USED = ("jobs", "consumed", "returned", "net", "monthly_net", "addon_net")


def period_of(
    step: str | None, time_zone: str, at: datetime, since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """The period of a range that a moment is in, cut off where the range begins and ends."""
    if step is None:
        return since, until
    at = max(at, since or at)
    if until is not None:
        at = min(at, until - timedelta(microseconds=1))
    start, end = window_of(step, time_zone, at)
    return max(start, since or start), min(end, until or end)


# The kinds of ledger rows that add credits, where they do; a renewal always does.
ADDING = ("open", "grant", "change", "reinstate", "adjust", "move", "repair")


@dataclass
class Pack:
    """An addon grant that expires; ``seq`` is its grant's ledger row."""

    seq: int
    amount: int
    remaining: int
    kind: str
    priority: int
    expires_at: datetime
    lapsed: int = 0


@dataclass
class Segment:
    """Credits that a job took in one piece, by a ledger row: of the monthly bucket in a period, of
    a pack, or of the perpetual rest (neither)."""

    bucket: str
    amount: int
    seq: int
    period: datetime | None = None
    pack: Pack | None = None
    pack_had_left: timedelta | None = None
    # The ledger row by which limits count it; 0 where none does.
    counted: int = -1
    early: bool = False

    def __post_init__(self) -> None:
        if self.counted < 0:
            self.counted = self.seq


@dataclass
class Job:
    id: UUID
    reserved_cost: int
    reservation: Answer
    meta: str | None
    created_at: datetime
    deadline: datetime | None
    state: str = "reserved"
    # What the job holds now, in the order in which it was drawn.
    held: list[Segment] = field(default_factory=list)
    monthly_deducted: int = 0
    addon_deducted: int = 0
    monthly_refunded: int = 0
    addon_refunded: int = 0
    raised: int = 0
    # What the last raises drew that are one draw, and how much that was.
    last_raise: list[Segment] = field(default_factory=list)
    last_raised: int = 0
    raise_period: datetime | None = None
    shortfall: int = 0
    spender: str | None = None
    settled_cost: int | None = None
    settlement: Answer | None = None
    credits_refunded: bool = False
    # The return that ended the job: its kind (None for a part under a key) and its answer.
    ended_by: tuple[str | None, Answer] | None = None
    partial_refunds: dict[str, Answer] = field(default_factory=dict)

    def out(self, bucket: str | None = None) -> int:
        return sum(s.amount for s in self.held if bucket in (None, s.bucket))

    def has_open_hold(self) -> bool:
        return self.state == "reserved" and self.deadline is not None

    def published(self) -> Answer:
        """What meta_json says of the job, beside the caller's own keys."""
        keys: Answer = {
            "credit_cost": self.reserved_cost if self.settled_cost is None else self.settled_cost,
            "credits_deducted": True,
            "monthly_deducted": self.monthly_deducted,
            "addon_deducted": self.addon_deducted,
        }
        if self.credits_refunded:
            keys["credits_refunded"] = True
            keys["monthly_refunded"] = self.monthly_refunded
            keys["addon_refunded"] = self.addon_refunded
        return keys


@dataclass(frozen=True)
class Entry:
    """A ledger row; ``reason`` None: the contract leaves the wording open."""

    profile_id: UUID
    seq: int
    ts: datetime
    kind: str
    job_id: UUID | None
    monthly_delta: int
    addon_delta: int
    monthly_balance: int
    addon_balance: int
    reason: str | None
    reference: str | None
    actor: str | None


@dataclass
class Revocation:
    """What a refund or a dispute took back; ``opened_seq`` is None where it had ended before."""

    id: str
    requested: int | None
    opened_seq: int | None
    seq: int
    amount: int = 0
    collected: int = 0
    lapsed: int = 0
    ended: bool = False
    newer_out: int = 0  # what jobs held of later months' allowances, and have not given back
    # Around its latest change.
    balances: tuple[int, int] = (0, 0)
    pack_had_left: timedelta | None = None

    def uncollected(self) -> int:
        return self.amount - self.collected - self.lapsed


@dataclass
class Renewal:
    seq: int
    period_start: datetime
    allowance: int
    rollover_cap: int
    unused: int
    carried: int
    answer: Answer
    revocations: dict[str, Revocation] = field(default_factory=dict)
    # What lowering the allowance could not take, since it was spent.
    owed: int = 0

    @property
    def amount(self) -> int:
        return self.allowance

    @property
    def revoked(self) -> int:
        return sum(revocation.amount for revocation in self.revocations.values())


@dataclass
class Grant:
    seq: int
    answer: Answer
    amount: int
    pack: Pack | None
    granted_at: datetime
    exclusive: bool
    moved: bool = False  # a pack that came with a move
    revocations: dict[str, Revocation] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.answer["kind"]

    @property
    def revoked(self) -> int:
        return sum(revocation.amount for revocation in self.revocations.values())


@dataclass
class Limit:
    """How much a spender may spend in a window; ``spender`` is empty for the profile as a whole.

    What was drawn by ledger rows after ``since_seq`` was drawn in the window.
    """

    spender: str
    window_name: str
    amount: int
    time_zone: str
    since_seq: int = 0
    window_start: datetime | None = None
    resets_at: datetime | None = None

    def concerns(self, spender: str | None) -> bool:
        return self.spender in ("", spender)

    def at(self, now: datetime, seq: int) -> Limit:
        """As it is at a moment: once its window is over, the next one begins."""
        if self.resets_at is None or self.resets_at > now:
            return self
        start, end = window_of(self.window_name, self.time_zone, now)
        return replace(self, since_seq=seq, window_start=start, resets_at=end)


@dataclass
class Move:
    """Where all that is left of a profile went, and where what comes back goes."""

    to_profile_id: UUID
    monthly_rest: str
    answer: Answer


@dataclass
class Alert:
    """What is told of a profile, and whether it was told that it is low or depleted."""

    low_balance: int | None
    kinds: list[str]
    low: bool
    depleted: bool


@dataclass
class Profile:
    id: UUID
    monthly: int = 0
    perpetual: int = 0
    overdraft_limit: int = 0
    opening: Answer = field(default_factory=dict)
    closing: Answer | None = None
    move: Move | None = None
    packs: list[Pack] = field(default_factory=list)
    jobs: dict[UUID, Job] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    renewals: list[Renewal] = field(default_factory=list)
    adjustments: dict[str, tuple[int, int, Answer]] = field(default_factory=dict)
    allowance_changes: dict[str, Answer] = field(default_factory=dict)
    limits: dict[tuple[str, str], Limit] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    alert: Alert | None = None
    events: list[tuple[int, str, str]] = field(default_factory=list)  # seq, kind, subject

    @property
    def addon(self) -> int:
        return self.perpetual + sum(pack.remaining for pack in self.packs)

    @property
    def total(self) -> int:
        return self.monthly + self.addon

    @property
    def seq(self) -> int:
        return len(self.ledger)

    @property
    def early(self) -> int:
        """What is left in packs that are spent before the month."""
        return sum(pack.remaining for pack in self.packs if pack.priority < 0)

    @property
    def sources(self) -> list[Grant | Renewal]:
        """What can be taken back."""
        return [*self.grants.values(), *self.renewals]

    @property
    def uncollected(self) -> int:
        waits = sum(r.uncollected() for source in self.sources for r in source.revocations.values())
        return waits + sum(renewal.owed for renewal in self.renewals)

    def spent(self, limit: Limit) -> int:
        """What the jobs that a limit concerns drew in its window, and have not given back."""
        return sum(
            segment.amount
            for job in self.jobs.values()
            if limit.concerns(job.spender)
            for segment in job.held
            if segment.counted > limit.since_seq
        )

    @property
    def period_start(self) -> datetime | None:
        return self.renewals[-1].period_start if self.renewals else None

    def copy(self) -> Profile:
        return pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))  # noqa: S301


class Model:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.closed_period_refund = "restore"
        self.reference_scope = "profile"
        self.profiles: dict[UUID, Profile] = {}
        # What has happened, so that a test can tell whether it met the rare cases.
        self.met: Counter[str] = Counter()

    def call(self, name: str, **arguments: Any) -> Any:
        """Calls a public function; a refused call, its catching up included, changes nothing."""
        before: dict[UUID, Profile] = {}
        self._before = before
        try:
            answer = getattr(self, name)(**arguments)
            for key in list(before):
                self._follow(self.profiles[key])
            return answer
        except Refused:
            if any(self.profiles[key].seq > was.seq for key, was in before.items()):
                self.met["catching up rolled back"] += 1
            self.profiles.update(before)
            raise

    # --- profile, clock and ledger ---------------------------------------------------------------

    def _find(self, profile_id: UUID) -> Profile:
        if profile_id not in self.profiles:
            refuse("PT404", "profile_not_found")
        return self.profiles[profile_id]

    def _lock(self, profile_id: UUID) -> Profile:
        profile = self._find(profile_id)
        self._before.setdefault(profile_id, profile.copy())
        self._bring_up_to_date(profile)
        self._follow(profile)
        return profile

    def _lock_job(self, job_id: UUID, profile_id: UUID | None) -> tuple[Profile, Job]:
        if profile_id is None:
            owners = (p.id for p in self.profiles.values() if job_id in p.jobs)
            profile_id = next(owners, None)
        if profile_id is None:
            refuse("PT404", "job_not_found")
        profile = self._lock(profile_id)
        if job_id not in profile.jobs:
            refuse("PT404", "job_not_found")
        return profile, profile.jobs[job_id]

    def _bring_up_to_date(
        self, profile: Profile, at_most: int | None = None
    ) -> list[Answer | None]:
        """Works off overdue packs and holds, earliest first, each as of its own deadline, at most
        so many. Tells of each one: what a hold gave back, or None for a pack."""
        done: list[Answer | None] = []
        while True:
            packs = [p for p in profile.packs if p.remaining > 0 and p.expires_at <= self.now]
            jobs = [
                j for j in profile.jobs.values() if j.has_open_hold() and j.deadline <= self.now
            ]
            pack = min(packs, key=lambda p: (p.expires_at, p.seq), default=None)
            job = min(jobs, key=lambda j: (j.deadline, j.id), default=None)
            if len(done) == at_most:
                self.met["sweep left something of a profile"] += bool(pack or job)
                return done
            if pack and (job is None or pack.expires_at <= job.deadline):
                self.met["overdue pack between two holds"] += bool(job and any(done))
                self.met["overdue pack that was reopened"] += self._was_reopened(profile, pack)
                lapsed, pack.remaining = pack.remaining, 0
                pack.lapsed += lapsed
                self.met["overdue pack lapsed"] += 1
                self._tell(
                    profile, self._write(profile, "lapse", addon=-lapsed), "pack.lapsed", pack.seq
                )
                done.append(None)
            elif job:
                self.met["overdue hold after a pack"] += None in done
                out = job.out()
                self._tell(profile, profile.seq + (out > 0), "hold.expired", job.id)
                answer = self._return(profile, job, out, "expire", "expired", job.deadline)
                done.append(answer)
            else:
                return done

    def _was_reopened(self, profile: Profile, pack: Pack) -> bool:
        granted = next(g.answer for g in profile.grants.values() if g.pack is pack)
        return bool(granted["expires_at"] != pack.expires_at)

    def _sweep(
        self, due: list[tuple[Any, ...]], at_most: int
    ) -> Iterator[tuple[list[Answer | None], list[Entry]]]:
        """Works off so much in all, the profile that is due first first; its id comes last. Tells
        of each profile what was worked off, and its new ledger rows."""
        for profile_id in dict.fromkeys(found[-1] for found in sorted(due)):
            profile = self.profiles[profile_id]
            seq = profile.seq
            done = self._bring_up_to_date(profile, at_most)
            yield done, profile.ledger[seq:]
            if done:
                self._follow(profile)
            at_most -= len(done)
            if at_most == 0:
                return

    def _write(
        self,
        profile: Profile,
        kind: str,
        job: Job | None = None,
        monthly: int = 0,
        addon: int = 0,
        reason: str | None = None,
        reference: str | None = None,
        actor: str | None = None,
    ) -> int:
        """Writes the ledger row of a change of the buckets that has been made already."""
        profile.ledger.append(
            Entry(
                profile_id=profile.id,
                seq=profile.seq + 1,
                ts=max([self.now, *(entry.ts for entry in profile.ledger[-1:])]),
                kind=kind,
                job_id=job.id if job else None,
                monthly_delta=monthly,
                addon_delta=addon,
                monthly_balance=profile.monthly,
                addon_balance=profile.addon,
                reason=reason,
                reference=reference,
                actor=actor,
            )
        )
        self._tell_row(profile, profile.ledger[-1])
        return profile.seq

    # --- what is told ---------------------------------------------------------------------------

    def _tell(self, profile: Profile, seq: int, kind: str, subject: object = "") -> None:
        if profile.alert is not None and kind in profile.alert.kinds:
            profile.events.append((seq, kind, str(subject)))
            self.met[f"told: {kind}"] += 1

    def _tell_row(self, profile: Profile, entry: Entry) -> None:
        """Whether a balance falls below a threshold. Only credits that come in end that."""
        alert = profile.alert
        if alert is None or not alert.kinds:
            return
        balance = entry.monthly_balance + entry.addon_balance
        adds = entry.kind == "renew" or (
            entry.kind in ADDING and entry.monthly_delta + entry.addon_delta > 0
        )
        for name, below in (("low", alert.low_balance), ("depleted", 1)):
            is_below = below is not None and balance < below
            if is_below and not getattr(alert, name):
                setattr(alert, name, True)
                self._tell(profile, entry.seq, f"credits.{name}")
            elif not is_below and adds:
                self.met["low no longer"] += getattr(alert, name)
                setattr(alert, name, False)

    def set_alert(
        self,
        profile_id: UUID | None,
        low_balance: int | None = None,
        kinds: list[str] | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        if low_balance is not None:
            check_amount("low_balance", low_balance, 1)
        profile = self._lock(profile_id)
        wanted = sorted(kinds or [])
        alert = profile.alert
        if alert is None or (alert.low_balance, alert.kinds) != (low_balance, wanted):
            low = low_balance is not None and profile.total < low_balance
            depleted = profile.total < 1
            if alert is not None and alert.kinds:  # what was told is not told again
                depleted = alert.depleted
                low = alert.low if alert.low_balance == low_balance else low
            alert = profile.alert = Alert(
                low_balance, wanted, bool(wanted) and low, bool(wanted) and depleted
            )
        return {
            "profile_id": profile.id,
            "low_balance": alert.low_balance,
            "kinds": alert.kinds,
            "low": alert.low,
            "depleted": alert.depleted,
            "is_default": False,
            "topup_below": None,
            "topup_amount": None,
            "topups_a_month": None,
            "topup_paused_until": None,
        }

    # --- taking and giving back -----------------------------------------------------------------

    def _split(self, profile: Profile, cost: int) -> tuple[int, int, int]:
        early = min(profile.early, cost)
        monthly = min(profile.monthly, cost - early)
        addon = min(profile.addon + profile.overdraft_limit, cost - monthly)
        return monthly, addon, cost - monthly - addon

    def _burn(self, profile: Profile, addon: int) -> list[Segment]:
        """Takes addon credits: of the packs in burn order, then of the perpetual rest."""
        segments = []
        for pack in sorted(profile.packs, key=lambda p: (p.priority, p.expires_at, p.seq)):
            part = min(pack.remaining, addon)
            if part > 0:
                pack.remaining -= part
                addon -= part
                left = pack.expires_at - self.now
                seq = profile.seq + 1
                made = Segment("addon", part, seq, pack=pack, pack_had_left=left)
                made.early = pack.priority < 0
                segments.append(made)
        self.met["draw from several packs"] += len(segments) > 1
        if addon > 0:
            profile.perpetual -= addon
            self.met["overdraft used"] += profile.perpetual < 0
            segments.append(Segment("addon", addon, profile.seq + 1))
        return segments

    def _draw(self, profile: Profile, job: Job, monthly: int, addon: int) -> None:
        early = min(profile.early, addon)
        if early > 0:
            job.held += self._burn(profile, early)
            self.met["early pack before the month"] += monthly > 0
        if monthly > 0:
            profile.monthly -= monthly
            row = profile.seq + 1
            job.held.append(Segment("monthly", monthly, row, period=profile.period_start))
        job.held += self._burn(profile, addon - early)

    def _fill_pack(self, pack: Pack, amount: int, at: datetime, had_left: timedelta | None) -> bool:
        """Puts credits back into their pack, an expired paid one reopened; False: they lapse."""
        if pack.expires_at <= at:
            if pack.kind == "promo":
                self.met["promo pack lapsed at a return"] += 1
                pack.lapsed += amount
                return False
            self.met["paid pack reopened"] += 1
            pack.expires_at = max(pack.expires_at, at + had_left)
        else:
            self.met["pack joined"] += 1
        pack.remaining += amount
        return True

    def _stays(self, profile: Profile, part: int, period: datetime | None) -> int:
        """How much of a part drawn in an earlier period the renewals since would have carried."""
        if period == profile.period_start:
            return part
        self.met[f"closed period, {self.closed_period_refund}"] += 1
        if self.closed_period_refund == "restore":
            return part
        for renewal in profile.renewals:
            if period is None or renewal.period_start > period:
                carried = min(renewal.unused + part, renewal.rollover_cap)
                extra = carried - renewal.carried
                renewal.unused += part
                renewal.carried = carried
                part = extra
        return part

    def _give_back(
        self,
        profile: Profile,
        job: Job,
        amount: int,
        kind: str,
        at: datetime,
        note: str | None = None,
        reference: str | None = None,
    ) -> Answer:
        """Pops credits off the end of what the job holds, into the buckets they came from."""
        previous = profile.total
        back = {"monthly": 0, "addon": 0}
        lapsed = {"monthly": 0, "addon": 0}
        parts = []
        left = amount
        while left > 0:
            segment = job.held[-1]
            part = min(segment.amount, left)
            left -= part
            segment.amount -= part
            if segment.amount == 0:
                job.held.pop()
            back[segment.bucket] += part
            gone = 0
            if segment.bucket == "monthly":
                profile.monthly += part
                gone = part - self._stays(profile, part, segment.period)
            elif segment.pack is None:
                profile.perpetual += part
            elif not self._fill_pack(segment.pack, part, at, segment.pack_had_left):
                profile.perpetual += part  # until the lapse below takes it
                gone = part
            lapsed[segment.bucket] += gone
            parts.append((segment, part - gone, gone))
        self.met["return of a raised job"] += amount > 0 and job.raised > 0
        if amount > 0 and any(segment.pack for segment in job.held):
            self.met["pack credits still out after a return"] += 1
        seq = profile.seq
        if amount > 0:
            reason = f"job {kind}: {job.id} ({delta_text(**back)})"
            if note is not None:
                reason += f": {note}"
            seq = self._write(profile, kind, job, **back, reason=reason, reference=reference)
            self._lapse(profile, job, **lapsed)
        revoked = self._revoke_returned(profile, job, parts, at)
        return {
            "monthly_refunded": back["monthly"],
            "addon_refunded": back["addon"],
            "monthly_lapsed": lapsed["monthly"],
            "addon_lapsed": lapsed["addon"],
            "monthly_revoked": revoked["monthly"],
            "addon_revoked": revoked["addon"],
            "previous_balance": previous,
            "new_balance": profile.total,
            "seq": seq,
        }

    def _revoke_returned(
        self, profile: Profile, job: Job, parts: list[tuple[Segment, int, int]], at: datetime
    ) -> dict[str, int]:
        """What came back, and stayed or lapsed, goes to the oldest revocations that wait for it."""
        revoked = {"monthly": 0, "addon": 0}
        collecting = []
        for segment, stayed, gone in parts:
            left = {"stayed": stayed, "gone": gone}
            for waits in self._waiting(profile, segment):
                if isinstance(waits, Renewal):
                    lapsed = min(left["gone"], waits.owed)
                    taken = min(left["stayed"], waits.owed - lapsed)
                    waits.owed -= taken + lapsed
                    profile.monthly -= taken
                else:
                    free, own = self._reach(profile, segment, waits, left["stayed"])
                    taken = min(free, waits.uncollected())
                    if taken > 0:
                        self._collect(profile, segment, waits, taken, at)
                        collecting.append(waits)
                    lapsed = min(left["gone"], waits.uncollected()) if own else 0
                    waits.lapsed += lapsed
                    self.met["a return lapsed for a revocation"] += lapsed > 0
                revoked[segment.bucket] += taken
                left = {"stayed": left["stayed"] - taken, "gone": left["gone"] - lapsed}
        if sum(revoked.values()) > 0:
            self.met["a return went to a revocation"] += bool(collecting)
            previous = profile.total + revoked["monthly"] + revoked["addon"]
            deltas = {bucket: -taken for bucket, taken in revoked.items()}
            seq = self._write(profile, "revoke", job, **deltas)
            for revocation in collecting:
                revocation.seq = seq
                revocation.balances = previous, profile.total
        return revoked

    def _waiting(self, profile: Profile, segment: Segment) -> list[Revocation | Renewal]:
        """Revocations of what the segment may have come from, opened after it was drawn, the oldest
        first. If its month owes something, this comes before those of later months: nobody else
        pays it."""
        sources: list[Grant | Renewal]
        if segment.bucket == "monthly":
            own = [r for r in profile.renewals if r.period_start == segment.period]
            sources = [*own, *(r for r in profile.renewals if r not in own)]
        else:
            own = []
            sources = [g for g in profile.grants.values() if g.pack is segment.pack]
        owing = [month for month in own if month.owed > 0]
        found: list[tuple[bool, bool, int, Revocation | Renewal]] = [
            (bool(owing) and source.seq > own[0].seq, False, revocation.opened_seq or 0, revocation)
            for source in sources
            for revocation in source.revocations.values()
            if revocation.uncollected() > 0 and (revocation.opened_seq or 0) > segment.seq
        ]
        found += [(False, True, 0, month) for month in owing]
        return [each[-1] for each in sorted(found, key=lambda each: each[:3])]

    def _reach(
        self, profile: Profile, segment: Segment, revocation: Revocation, back: int
    ) -> tuple[int, bool]:
        """How much of what came back a revocation may take at most, and whether what of it lapsed
        was its own."""
        if segment.bucket != "monthly":
            return back, True
        month = next(r for r in profile.renewals if revocation in r.revocations.values())
        if segment.period is None or segment.period <= month.period_start:
            return back, segment.period == month.period_start
        owed = sum(r.owed for r in profile.renewals if r.period_start == segment.period)
        newer = min(max(0, back - owed), revocation.newer_out)
        revocation.newer_out -= newer
        newer = min(newer + owed, back)
        return back - newer, False

    def _collect(
        self,
        profile: Profile,
        segment: Segment,
        revocation: Revocation,
        amount: int,
        at: datetime,
    ) -> None:
        revocation.collected += amount
        if segment.bucket == "monthly":
            profile.monthly -= amount
        elif segment.pack is None:
            profile.perpetual -= amount
        else:
            segment.pack.remaining -= amount
            had_left = revocation.pack_had_left or timedelta(0)
            revocation.pack_had_left = max(had_left, segment.pack.expires_at - at)

    def _lapse(self, profile: Profile, job: Job | None, monthly: int, addon: int) -> None:
        if monthly + addon > 0:
            profile.monthly -= monthly
            profile.perpetual -= addon
            self._write(profile, "lapse", job, -monthly, -addon)

    def _return(
        self,
        profile: Profile,
        job: Job,
        amount: int,
        kind: str,
        final_state: str,
        at: datetime,
        note: str | None = None,
        refund_id: str | None = None,
    ) -> Answer:
        """A return that ends the job once everything is back."""
        back = self._give_back(profile, job, amount, kind, at, note, refund_id)
        job.monthly_refunded += back["monthly_refunded"]
        job.addon_refunded += back["addon_refunded"]
        job.credits_refunded = True
        if job.out() == 0:
            job.state = final_state
        answer = {
            "job_id": job.id,
            "profile_id": profile.id,
            "state": job.state,
            "amount": amount,
            **back,
            "replayed": False,
            "breakdown_source": "recorded",
        }
        if job.out() == 0:
            job.ended_by = (kind if refund_id is None else None, answer)
        return answer

    def _answer_ended(self, job: Job, kind: str) -> Answer:
        """The answer of the return that ended the job; zeros if a return of another kind did."""
        ended_by, answer = job.ended_by
        answer = {**answer, "state": job.state, "replayed": True}
        if ended_by != kind:
            for column in ("monthly", "addon"):
                for what in ("refunded", "lapsed", "revoked"):
                    answer[f"{column}_{what}"] = 0
            answer["amount"] = 0
            answer["previous_balance"] = answer["new_balance"]
        return answer

    def _count(self, profile: Profile, spender: str | None, amount: int, *, reject: bool) -> None:
        """A draw looks at the limits that it concerns, whose windows begin with it."""
        limits = {key: limit.at(self.now, profile.seq) for key, limit in profile.limits.items()}
        for key in sorted(limits):
            limit = limits[key]
            if not limit.concerns(spender):
                continue
            self.met["a window began anew"] += limit is not profile.limits[key]
            profile.limits[key] = limit
            spent = profile.spent(limit)
            if amount > max(0, limit.amount - spent):
                if reject:
                    refuse_loosely(
                        "PT402",
                        "limit_exceeded",
                        spender=limit.spender or None,
                        window=limit.window_name,
                        limit=limit.amount,
                        spent=spent,
                        remaining=max(0, limit.amount - spent),
                        required=amount,
                    )
                self.met["a settlement went past a limit"] += 1

    def _check_open(self, profile: Profile) -> None:
        if profile.closing is not None:
            refuse("PT410", "profile_closed")

    def _insufficient(self, profile: Profile, required: int, available: int) -> NoReturn:
        refuse(
            "PT402",
            "insufficient_credits",
            required=required,
            available=available,
            monthly=profile.monthly,
            addon=profile.addon,
        )

    # --- profiles ---------------------------------------------------------------------------------

    def _balance(self, profile: Profile, seq: int) -> Answer:
        """Both buckets as they are; only get_balance says what is held."""
        return {
            "profile_id": profile.id,
            "credits_remaining": profile.monthly,
            "addon_credits": profile.addon,
            "available": profile.total,
            "held": None,
            "posted": None,
            "seq": seq,
            "replayed": False,
        }

    def open_profile(
        self, profile_id: UUID | None, credits_remaining: int = 0, addon_credits: int = 0
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_amount("credits_remaining", credits_remaining, 0)
        check_amount("addon_credits", addon_credits, 0, room(credits_remaining, 0))
        if profile_id in self.profiles:
            opening = self._lock(profile_id).opening
            given = (credits_remaining, addon_credits)
            if (opening["credits_remaining"], opening["addon_credits"]) != given:
                refuse("PT409", "profile_exists")
            return {**opening, "replayed": True}
        profile = Profile(profile_id, monthly=credits_remaining, perpetual=addon_credits)
        self.profiles[profile_id] = profile
        reason = f"profile opened ({delta_text(credits_remaining, addon_credits)})"
        self._write(profile, "open", None, credits_remaining, addon_credits, reason)
        profile.opening = self._balance(profile, 1)
        return profile.opening

    def get_balance(self, profile_id: UUID | None) -> Answer:
        check_present(profile_id=profile_id)
        profile = self._lock(profile_id)
        held = sum(job.out() for job in profile.jobs.values() if job.has_open_hold())
        return {**self._balance(profile, profile.seq), "held": held, "posted": profile.total + held}

    def balance_at(self, profile_id: UUID | None, at: datetime | None) -> Answer:
        check_present(profile_id=profile_id, at=at)
        ledger = self._find(profile_id).ledger
        rows = [entry for entry in ledger if entry.ts <= at]
        if at >= self.now:
            self.met["balance at a moment before the newest row, of now"] += rows != ledger
            rows = ledger
        monthly, addon = (rows[-1].monthly_balance, rows[-1].addon_balance) if rows else (0, 0)
        return {
            "profile_id": profile_id,
            "credits_remaining": monthly,
            "addon_credits": addon,
            "available": monthly + addon,
            "held": None,
            "posted": None,
            "seq": len(rows),
            "replayed": False,
        }

    def get_statement(
        self, profile_id: UUID | None, before_seq: int | None = None, page_size: int = 50
    ) -> list[Entry]:
        check_present(profile_id=profile_id)
        check_amount("page_size", page_size, 1, 1000)
        if before_seq is not None:
            check_amount("before_seq", before_seq, 1)
        rows = self._find(profile_id).ledger
        older = [entry for entry in rows if before_seq is None or entry.seq < before_seq]
        return older[::-1][:page_size]

    def set_overdraft_limit(
        self,
        profile_id: UUID | None,
        overdraft_limit: int | None,
        reason: str | None,
        actor: str | None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_amount("overdraft_limit", overdraft_limit, 0)
        check_text("reason", reason)
        check_text("actor", actor)
        profile = self._lock(profile_id)
        if overdraft_limit == profile.overdraft_limit:
            return {**self._balance(profile, profile.seq), "replayed": True}
        self._check_open(profile)
        debt = max(0, -profile.perpetual)
        if overdraft_limit < debt:
            refuse("PT409", "wrong_state", debt=debt)
        profile.overdraft_limit = overdraft_limit
        return self._balance(profile, self._write(profile, "adjust", actor=actor))

    def set_limit(
        self,
        profile_id: UUID | None,
        spender: str | None,
        window_name: str | None,
        amount: int | None,
        reason: str | None,
        actor: str | None,
        time_zone: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_note("spender", spender)
        check_option("window_name", window_name, WINDOWS)
        if amount is not None:
            check_amount("amount", amount, 0)
        check_text("reason", reason)
        check_text("actor", actor)
        if time_zone is not None:
            check_time_zone("time_zone", time_zone)
        profile = self._lock(profile_id)
        key = spender or "", window_name
        known = profile.limits.get(key)
        time_zone = time_zone or (known.time_zone if known else "UTC")
        limit = known and known.at(self.now, profile.seq)
        if amount is None and limit is None:
            return self._limit_gone(profile, *key, replayed=True)
        if limit and (amount, time_zone) == (limit.amount, limit.time_zone):
            return self._limit(profile, limit, replayed=True)
        self._check_open(profile)
        if amount is None:
            del profile.limits[key]
            self._write(profile, "adjust", actor=actor)
            return self._limit_gone(profile, *key, replayed=False)
        if limit is None or limit.time_zone != time_zone:
            start, end = window_of(window_name, time_zone, self.now)
            before = [entry for entry in profile.ledger if start and entry.ts < start]
            limit = Limit(*key, amount, time_zone, len(before), start, end)
            self.met["a limit counts what was spent before it"] += profile.spent(limit) > 0
        profile.limits[key] = limit = replace(limit, amount=amount)
        self._write(profile, "adjust", actor=actor)
        return self._limit(profile, limit, replayed=False)

    def _limit(self, profile: Profile, limit: Limit, *, replayed: bool) -> Answer:
        spent = profile.spent(limit)
        return {
            "profile_id": profile.id,
            "spender": limit.spender or None,
            "window_name": limit.window_name,
            "amount": limit.amount,
            "spent": spent,
            "remaining": max(0, limit.amount - spent),
            "window_start": limit.window_start,
            "resets_at": limit.resets_at,
            "time_zone": limit.time_zone,
            "replayed": replayed,
        }

    def _limit_gone(
        self, profile: Profile, spender: str, window_name: str, *, replayed: bool
    ) -> Answer:
        none = Limit(spender, window_name, 0, "")
        answer = dict.fromkeys(self._limit(profile, none, replayed=replayed))
        whose = {"profile_id": profile.id, "spender": spender or None, "window_name": window_name}
        return {**answer, **whose, "replayed": replayed}

    def get_limits(self, profile_id: UUID | None, spender: str | None = None) -> list[Answer]:
        check_present(profile_id=profile_id)
        check_note("spender", spender)
        profile = self._find(profile_id)
        keys = [key for key in profile.limits if spender in (None, key[0])]
        keys.sort(key=lambda key: (key[0], WINDOWS.index(key[1])))
        limits = [profile.limits[key].at(self.now, profile.seq) for key in keys]
        return [self._limit(profile, limit, replayed=False) for limit in limits]

    def close_profile(
        self, profile_id: UUID | None, reason: str | None, actor: str | None
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_text("reason", reason)
        check_text("actor", actor)
        profile = self._lock(profile_id)
        if profile.closing is not None:
            return {**profile.closing, "replayed": True}
        profile.closing = self._balance(profile, self._write(profile, "close", actor=actor))
        return profile.closing

    def move_credits(
        self,
        profile_id: UUID | None,
        to_profile_id: UUID | None,
        move_id: str | None,
        reason: str | None,
        actor: str | None,
        monthly_rest: str | None = "monthly",
    ) -> Answer:
        check_present(profile_id=profile_id, to_profile_id=to_profile_id)
        check_text("move_id", move_id)
        check_text("reason", reason)
        check_text("actor", actor)
        check_option("monthly_rest", monthly_rest, ["monthly", "addon", "leave"])
        if profile_id == to_profile_id:
            refuse("PT400", "invalid_reference", parameter="to_profile_id")
        self._find(profile_id)
        self._find(to_profile_id)
        for each in sorted([profile_id, to_profile_id]):
            self._lock(each)
        profile, successor = self.profiles[profile_id], self.profiles[to_profile_id]
        if profile.move is not None and profile.move.answer["move_id"] == move_id:
            if profile.move.to_profile_id != to_profile_id:
                self._conflict("to_profile_id", None, str(to_profile_id))
            if profile.move.monthly_rest != monthly_rest:
                self._conflict("monthly_rest", profile.move.monthly_rest, monthly_rest)
            return {**profile.move.answer, "replayed": True}
        if profile.move is not None:
            refuse("PT409", "wrong_state", state="moved")
        self._check_open(successor)
        if profile.perpetual < 0:
            refuse("PT409", "wrong_state", debt=-profile.perpetual)
        amount = profile.addon + (0 if monthly_rest == "leave" else profile.monthly)
        left = room(successor.monthly, successor.addon)
        check_amount("to_profile_id", amount, 0, left)

        if profile.closing is None:
            profile.closing = self._balance(profile, self._write(profile, "close", actor=actor))
        previous, packs = successor.total, sum(p.remaining > 0 for p in profile.packs)
        answer: Answer = {"profile_id": profile_id, "to_profile_id": to_profile_id}
        profile.overdraft_limit = 0
        profile.move = Move(to_profile_id, monthly_rest, answer)
        moved = self._move_rest(profile, successor, monthly_rest, move_id, actor)
        self.met["pack moved"] += packs > 0
        answer |= {
            "move_id": move_id,
            **moved,
            "packs": packs,
            "previous_balance": previous,
            "new_balance": successor.total,
            "seq": profile.seq,
            "to_seq": successor.seq,
            "replayed": False,
        }
        return answer

    def _move_rest(
        self,
        profile: Profile,
        successor: Profile,
        monthly_rest: str,
        move_id: str | None = None,
        actor: str | None = None,
    ) -> Answer:
        """All that is left goes: a ledger row there for each pack, and one for the rest."""
        monthly = 0 if monthly_rest == "leave" else profile.monthly
        addon, perpetual = profile.addon, profile.perpetual
        packs = [(pack, pack.remaining) for pack in profile.packs if pack.remaining > 0]
        profile.monthly -= monthly
        profile.perpetual = 0
        for pack, _ in packs:
            pack.remaining = 0
        seq = self._write(profile, "move", None, -monthly, -addon, reference=move_id, actor=actor)
        into_month = monthly if monthly_rest == "monthly" else 0
        perpetual += monthly - into_month
        if into_month + perpetual > 0:
            successor.monthly += into_month
            successor.perpetual += perpetual
            self._write(successor, "move", None, into_month, perpetual, actor=actor)
        for pack, left in packs:
            reference = f"move {profile.id}/{seq}/{pack.seq}"
            made = Pack(successor.seq + 1, left, left, pack.kind, pack.priority, pack.expires_at)
            successor.packs.append(made)
            row = self._write(successor, "move", addon=left, reference=reference, actor=actor)
            successor.grants[reference] = Grant(
                row,
                {"reference": reference, "kind": pack.kind, "expires_at": pack.expires_at},
                left,
                made,
                successor.ledger[row - 1].ts,
                exclusive=False,
                moved=True,
            )
        return {"monthly_moved": monthly, "addon_moved": addon}

    def _follow(self, profile: Profile) -> None:
        """What came back to a profile that was moved goes on to its successor."""
        if profile.move is None:
            return
        rest = profile.move.monthly_rest
        if profile.addon == 0 and (profile.monthly == 0 or rest == "leave"):
            return
        self.met["what came back followed"] += 1
        successor = self.profiles[profile.move.to_profile_id]
        self._before.setdefault(successor.id, successor.copy())
        self._bring_up_to_date(successor)
        self._follow(successor)
        self._move_rest(profile, successor, rest)
        self.met["what came back followed twice"] += successor.move is not None
        self._follow(successor)

    # --- jobs -------------------------------------------------------------------------------------

    def reserve_credits(
        self,
        profile_id: UUID | None,
        job_id: UUID | None,
        cost: int | None,
        meta: str | None = None,
        hold_for: timedelta | None = None,
        spender: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id, job_id=job_id)
        check_amount("cost", cost, 0)
        check_meta(meta)
        if hold_for is not None:
            check_hold(hold_for)
        check_note("spender", spender)
        profile = self._lock(profile_id)
        if any(job_id in other.jobs for other in self.profiles.values()):
            job = profile.jobs.get(job_id)
            if job is None or job.reserved_cost - job.raised != cost:
                refuse("PT409", "job_conflict")
            if job.ended_by is not None:  # nothing is held: the one call with no replay
                self.met["reserve of an ended job refused"] += 1
                refuse("PT409", "wrong_state", state=job.state)
            return {**job.reservation, "state": job.state, "replayed": True}
        self._check_open(profile)
        monthly, addon, shortfall = self._split(profile, cost)
        if shortfall > 0:
            self._insufficient(profile, cost, cost - shortfall)
        self._count(profile, spender, cost, reject=True)

        previous = profile.total
        deadline = None if hold_for is None else self.now + hold_for
        job = Job(job_id, cost, {}, meta, self.now, deadline, spender=spender)
        job.monthly_deducted, job.addon_deducted = monthly, addon
        profile.jobs[job_id] = job
        self._draw(profile, job, monthly, addon)
        if cost > 0:
            reason = f"job reserve: {job_id} ({delta_text(-monthly, -addon)})"
            self._write(profile, "reserve", job, -monthly, -addon, reason)
        job.reservation = {
            "job_id": job_id,
            "profile_id": profile_id,
            "state": "reserved",
            "cost": cost,
            "monthly_deducted": monthly,
            "addon_deducted": addon,
            "previous_balance": previous,
            "new_balance": profile.total,
            "hold_expires_at": deadline,
            "seq": profile.seq,
            "replayed": False,
        }
        return job.reservation

    def refund_job(
        self,
        job_id: UUID | None,
        amount: int | None = None,
        refund_id: str | None = None,
        reason: str | None = None,
        profile_id: UUID | None = None,
    ) -> Answer:
        check_present(job_id=job_id)
        if amount is not None or refund_id is not None:
            check_amount("amount", amount, 1)
            check_text("refund_id", refund_id)
        check_note("reason", reason)
        profile, job = self._lock_job(job_id, profile_id)
        if amount is None:
            if job.ended_by is not None:
                return self._answer_ended(job, "refund")
            return self._return(profile, job, job.out(), "refund", "refunded", self.now, reason)

        if refund_id in job.partial_refunds:
            answer = job.partial_refunds[refund_id]
            if answer["amount"] != amount:
                stored = answer["amount"]
                refuse(
                    "PT409",
                    "reference_conflict",
                    parameter="amount",
                    stored=stored,
                    given=amount,
                )
            return {**answer, "state": job.state, "replayed": True}
        if amount > job.out():
            refuse("PT409", "refund_exceeds_deduction", amount=amount, refundable=job.out())
        answer = self._return(
            profile, job, amount, "refund", "refunded", self.now, reason, refund_id
        )
        job.partial_refunds[refund_id] = answer
        return answer

    def rollback_reservation(self, job_id: UUID | None, profile_id: UUID | None = None) -> Answer:
        check_present(job_id=job_id)
        profile, job = self._lock_job(job_id, profile_id)
        if job.ended_by is not None:
            return self._answer_ended(job, "rollback")
        if job.state == "settled":
            refuse("PT409", "wrong_state", state=job.state)
        return self._return(profile, job, job.out(), "rollback", "rolled_back", self.now)

    def settle_job(
        self,
        job_id: UUID | None,
        actual_cost: int | None = None,
        overage: str | None = "cap",
        profile_id: UUID | None = None,
    ) -> Answer:
        check_present(job_id=job_id)
        if actual_cost is not None:
            check_amount("actual_cost", actual_cost, 0)
        check_option("overage", overage, ["cap", "reject"])
        profile, job = self._lock_job(job_id, profile_id)
        if job.settlement is not None:
            if actual_cost not in (None, job.settled_cost):
                refuse("PT409", "job_conflict", stored=job.settled_cost, given=actual_cost)
            return {**job.settlement, "replayed": True}
        if job.state in ("rolled_back", "refunded"):
            refuse("PT409", "wrong_state", state=job.state)

        late = job.state == "expired"
        if actual_cost is None:
            # What an expired job held is what its expiry gave back.
            actual_cost = job.ended_by[1]["amount"] if late else job.out()
            self.met["late settle without a cost"] += late and actual_cost > 0
        more = actual_cost - job.out()
        shortfall = 0
        if more > 0:
            monthly, addon, shortfall = self._split(profile, more)
            if shortfall > 0 and overage == "reject":
                self._insufficient(profile, more, more - shortfall)
            self._count(profile, job.spender, monthly + addon, reject=overage == "reject")
            self.met["settle for more"] += not late
            self.met["second draw beside a first"] += bool(job.held)
            moved = self._settle_for_more(profile, job, monthly, addon)
        else:
            self.met["settle for less"] += more < 0
            moved = self._give_back(profile, job, -more, "settle", self.now)
        self.met["late settle"] += late
        self.met["settle of a raised job"] += job.raised > 0
        self.met["settle with a shortfall"] += shortfall > 0
        job.state = "settled"
        job.ended_by = None
        job.settled_cost = actual_cost
        job.shortfall = shortfall
        job.monthly_deducted, job.addon_deducted = job.out("monthly"), job.out("addon")
        job.monthly_refunded = job.addon_refunded = 0
        job.credits_refunded = False
        job.settlement = {
            "job_id": job_id,
            "profile_id": profile.id,
            "settled_cost": actual_cost,
            "monthly_deducted": job.monthly_deducted,
            "addon_deducted": job.addon_deducted,
            "shortfall": shortfall,
            **moved,
            "late": late,
            "replayed": False,
        }
        if shortfall > 0:
            self._tell(profile, profile.seq, "job.shortfall", job.id)
        return job.settlement

    def _settle_for_more(self, profile: Profile, job: Job, monthly: int, addon: int) -> Answer:
        previous = profile.total
        self._draw(profile, job, monthly, addon)
        if monthly + addon != 0:
            reason = f"job settle: {job.id} ({delta_text(-monthly, -addon)})"
            self._write(profile, "settle", job, -monthly, -addon, reason)
        return {
            "monthly_refunded": 0,
            "addon_refunded": 0,
            "monthly_lapsed": 0,
            "addon_lapsed": 0,
            "monthly_revoked": 0,
            "addon_revoked": 0,
            "previous_balance": previous,
            "new_balance": profile.total,
            "seq": profile.seq,
        }

    def raise_reservation(
        self, job_id: UUID | None, cost: int | None, profile_id: UUID | None = None
    ) -> Answer:
        check_present(job_id=job_id)
        check_amount("cost", cost, 0)
        profile, job = self._lock_job(job_id, profile_id)
        if job.state != "reserved":
            refuse("PT409", "wrong_state", state=job.state)
        previous = profile.total
        missing = max(0, cost - job.out())
        if missing > 0:
            self._check_open(profile)
            check_amount("cost", cost, 0, CAP - job.monthly_refunded - job.addon_refunded)
            monthly, addon, shortfall = self._split(profile, missing)
            if shortfall > 0:
                self._insufficient(profile, missing, missing - shortfall)
            self._count(profile, job.spender, missing, reject=True)
            self.met["raise after a partial refund"] += job.credits_refunded
            self.met["raise of a raised job"] += job.raised > 0
            job.reserved_cost += missing
            job.raised += missing
            job.monthly_deducted += monthly
            job.addon_deducted += addon
            period, held = profile.period_start, len(job.held)
            self._draw(profile, job, monthly, addon)
            self._join_raise(profile, job, job.held[held:], period)
            reason = f"job raise: {job_id} ({delta_text(-monthly, -addon)})"
            self._write(profile, "raise", job, -monthly, -addon, reason)
        return {
            "job_id": job_id,
            "profile_id": profile.id,
            "state": "reserved",
            "cost": job.out(),
            "monthly_deducted": job.out("monthly"),
            "addon_deducted": job.out("addon"),
            "previous_balance": previous,
            "new_balance": profile.total,
            "hold_expires_at": job.deadline,
            "seq": profile.seq,
            "replayed": missing == 0,
        }

    def _join_raise(
        self, profile: Profile, job: Job, drawn: list[Segment], period: datetime | None
    ) -> None:
        """A raise whose credits come back in the same order as if it were one with the last is one
        draw with it, and counts for limits as drawn now; but never over the beginning of a
        window."""

        def of(segments: list[Segment]) -> tuple[int, int, int, int]:
            monthly = sum(s.amount for s in segments if s.bucket == "monthly")
            addon = sum(s.amount for s in segments) - monthly
            pack = sum(s.amount for s in segments if s.pack)
            return monthly, addon, pack, sum(s.amount for s in segments if s.early)

        last = job.last_raise
        monthly, addon, pack, early = of(last)
        more_monthly, _, more_pack, more_early = of(drawn)
        joins = (
            bool(last)
            and monthly + addon == job.last_raised
            and profile.uncollected == 0
            and job.raise_period == period
            and (more_early == 0 or monthly == 0)
            and (more_monthly == 0 or addon == early)
            and (more_pack == 0 or addon == pack)
        )
        begun = [x.since_seq for x in profile.limits.values() if x.concerns(job.spender)]
        if joins and max(begun, default=0) >= last[-1].counted:
            self.met["raises of two windows"] += 1
            joins = False
        for segment in last if joins else []:
            segment.counted = drawn[-1].counted
        job.last_raise = [*last, *drawn] if joins else drawn
        job.last_raised = sum(segment.amount for segment in job.last_raise)
        job.raise_period = period

    def extend_hold(
        self, job_id: UUID | None, hold_for: timedelta | None, profile_id: UUID | None = None
    ) -> Answer:
        check_present(job_id=job_id, hold_for=hold_for)
        check_hold(hold_for)
        profile, job = self._lock_job(job_id, profile_id)
        self._check_open(profile)
        if not job.has_open_hold():
            refuse("PT409", "wrong_state", state=job.state)
        job.deadline = max(job.deadline, self.now + hold_for)
        return {
            **job.reservation,
            "cost": job.reserved_cost,
            "monthly_deducted": job.monthly_deducted,
            "addon_deducted": job.addon_deducted,
            "hold_expires_at": job.deadline,
            "previous_balance": profile.total,
            "new_balance": profile.total,
            "seq": profile.seq,
        }

    def expire_holds(self, batch_size: int | None = 100) -> list[Answer]:
        check_amount("batch_size", batch_size, 1, 10000)
        due = [
            (job.deadline, job.id, profile.id)
            for profile in self.profiles.values()
            for job in profile.jobs.values()
            if job.has_open_hold() and job.deadline <= self.now
        ]
        return [answer for done, _ in self._sweep(due, batch_size) for answer in done if answer]

    def explain_job(self, job_id: UUID | None, profile_id: UUID | None = None) -> list[Answer]:
        check_present(job_id=job_id)
        owners = [p for p in self.profiles.values() if job_id in p.jobs]
        if not owners or profile_id not in (None, owners[0].id):
            refuse("PT404", "job_not_found")
        job, rows = owners[0].jobs[job_id], owners[0].ledger
        rows = [entry for entry in rows if entry.job_id == job_id]
        events, outstanding = [], 0
        if (
            job.reserved_cost == job.raised
        ):  # a free job has no row of its own, yet its story begins
            events.append(self._event(job.reservation["seq"], job.created_at, "reserve", 0, 0, 0))
        for entry in rows:
            # What lapsed or was revoked had been returned before: the job no longer held it.
            if entry.kind not in ("lapse", "revoke"):
                outstanding -= entry.monthly_delta + entry.addon_delta
            deltas = (entry.monthly_delta, entry.addon_delta)
            events.append(
                self._event(entry.seq, entry.ts, entry.kind, *deltas, outstanding, entry.reason)
            )
        return events

    def preview_reserve(
        self, profile_id: UUID | None, cost: int | None, spender: str | None = None
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_amount("cost", cost, 0)
        check_note("spender", spender)
        profile = self._lock(profile_id)
        self._check_open(profile)
        monthly, addon, missing = self._split(profile, cost)
        if missing > 0:
            self._insufficient(profile, cost, cost - missing)
        before = dict(profile.limits)
        self._count(profile, spender, cost, reject=True)
        profile.limits = before
        return {
            "profile_id": profile_id,
            "cost": cost,
            "monthly_deducted": monthly,
            "addon_deducted": addon,
            "previous_balance": profile.total,
            "new_balance": profile.total - cost,
        }

    def _job_entry(self, profile: Profile, job: Job) -> Answer:
        return {
            "profile_id": profile.id,
            "job_id": job.id,
            "state": job.state,
            "reserved_cost": job.reserved_cost,
            "settled_cost": job.settled_cost,
            "shortfall": job.shortfall,
            "monthly_deducted": job.monthly_deducted,
            "addon_deducted": job.addon_deducted,
            "monthly_refunded": job.monthly_refunded,
            "addon_refunded": job.addon_refunded,
            "outstanding": job.out(),
            "hold_due_at": job.deadline if job.has_open_hold() else None,
            "created_at": job.created_at,
            "spender": job.spender,
        }

    def get_job(self, job_id: UUID | None, profile_id: UUID | None = None) -> Answer:
        check_present(job_id=job_id)
        owners = [p for p in self.profiles.values() if job_id in p.jobs]
        if not owners or profile_id not in (None, owners[0].id):
            refuse("PT404", "job_not_found")
        return self._job_entry(owners[0], owners[0].jobs[job_id])

    def list_jobs(
        self,
        profile_id: UUID | None,
        state: str | None = None,
        before_job_id: UUID | None = None,
        page_size: int | None = 50,
        spender: str | None = None,
    ) -> list[Answer]:
        check_present(profile_id=profile_id)
        if state is not None:
            states = ["reserved", "settled", "rolled_back", "expired", "refunded"]
            check_option("state", state, states)
        check_amount("page_size", page_size, 1, 1000)
        check_note("spender", spender)
        profile = self._find(profile_id)

        def place(job: Job) -> tuple[int, UUID]:
            return job.reservation["seq"], job.id

        if before_job_id is not None and before_job_id not in profile.jobs:
            refuse("PT404", "job_not_found")
        jobs = sorted(profile.jobs.values(), key=place, reverse=True)
        if before_job_id is not None:
            jobs = [job for job in jobs if place(job) < place(profile.jobs[before_job_id])]
        jobs = [job for job in jobs if state in (None, job.state)]
        jobs = [job for job in jobs if spender in (None, job.spender)]
        return [self._job_entry(profile, job) for job in jobs[:page_size]]

    def usage(
        self,
        profile_id: UUID | None,
        since: datetime | None = None,
        until: datetime | None = None,
        step: str | None = None,
        by: str | None = None,
        time_zone: str | None = "UTC",
    ) -> list[Answer]:
        """Of the labels only text in the metadata."""
        check_present(profile_id=profile_id)
        for parameter, moment in (("since", since), ("until", until)):
            if moment is not None:
                check_finite(parameter, moment)
        if since is not None and until is not None and until < since:
            refuse_loosely("PT400", "invalid_interval", parameter="until")
        if step is not None:
            check_option("step", step, ["day", "week", "month"])
        if by is not None and not (by.startswith("meta.") and by != "meta."):
            check_option("by", by, ["spender", "meta.KEY"])
        check_time_zone("time_zone", time_zone)
        profile = self._find(profile_id)
        low = sum(since is not None and entry.ts < since for entry in profile.ledger)
        high = sum(until is None or entry.ts < until for entry in profile.ledger)
        flows = [
            (entry.ts, profile.jobs[entry.job_id], 0, entry.monthly_delta, entry.addon_delta)
            for entry in profile.ledger[low:high]
            if entry.kind in ("reserve", "raise", "settle", "refund", "rollback", "expire")
        ]
        for job in profile.jobs.values():  # a free one lies between two rows
            seq, at = job.reservation["seq"], job.created_at
            begun = seq > low or (seq == low and (since is None or at >= since))
            if begun and (seq < high or (seq == high and (until is None or at < until))):
                flows.append((at, job, 1, 0, 0))
        found: dict[tuple[Any, ...], Answer] = {}
        for at, job, jobs, monthly, addon in flows:
            start, end = period_of(step, time_zone, at, since, until)
            label = job.spender if by == "spender" else None
            if by not in (None, "spender"):
                label = json.loads(job.meta or "{}").get(by.removeprefix("meta."))
            key = {"period_start": start, "period_end": end, "label": label}
            row = found.setdefault((start, label), {**key, **dict.fromkeys(USED, 0)})
            row["jobs"] += jobs
            row["consumed"] -= min(monthly, 0) + min(addon, 0)
            row["returned"] += max(monthly, 0) + max(addon, 0)
            row["net"] -= monthly + addon
            row["monthly_net"] -= monthly
            row["addon_net"] -= addon
        return list(found.values())

    def _event(
        self,
        seq: int,
        ts: datetime,
        kind: str,
        monthly: int,
        addon: int,
        outstanding: int,
        reason: str | None = None,
    ) -> Answer:
        return {
            "seq": seq,
            "ts": ts,
            "kind": kind,
            "monthly_delta": monthly,
            "addon_delta": addon,
            "outstanding": outstanding,
            "reason": reason,
        }

    # --- grants and packs -------------------------------------------------------------------------

    def grant_addon(
        self,
        profile_id: UUID | None,
        amount: int | None,
        reference: str | None,
        expires_at: datetime | None = None,
        kind: str | None = "paid",
        priority: int | None = 0,
        reason: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_amount("amount", amount, 1)
        check_text("reference", reference)
        if expires_at is not None:
            check_finite("expires_at", expires_at)
        check_option("kind", kind, ["paid", "promo"])
        check_amount("priority", priority, -1000, 1000)
        check_note("reason", reason)
        if expires_at is None:
            priority = None  # without effect

        profile = self._lock(profile_id)
        given = {"amount": amount, "expires_at": expires_at, "kind": kind, "priority": priority}
        known = profile.grants.get(reference)
        if known is not None and not known.moved:
            answer = known.answer
            for column in ("amount", "kind", "priority", "expires_at"):
                if column == "priority" and None in (answer[column], given[column]):
                    continue  # one of them is no pack
                if answer[column] != given[column]:
                    self._conflict(column, answer[column], given[column])
            return {**answer, "replayed": True}
        self._check_new_grant(profile, amount, expires_at)
        exclusive = self.reference_scope == "all"
        for other in self.profiles.values():
            if exclusive and other is not profile and reference in other.grants:
                self.met["reference of another profile refused"] += 1
                self._conflict("profile_id", None, str(profile_id))

        if known is not None:
            self._conflict("reference", None, reference)

        previous = profile.total
        if expires_at is None:
            pack = None
            profile.perpetual += amount
        else:
            pack = Pack(profile.seq + 1, amount, amount, kind, priority, expires_at)
            profile.packs.append(pack)
        text = f"addon grant: {reference} (addon: +{amount})"
        if reason is not None:
            text += f": {reason}"
        seq = self._write(profile, "grant", addon=amount, reason=text, reference=reference)
        answer = {
            "profile_id": profile_id,
            "reference": reference,
            **given,
            "previous_balance": previous,
            "new_balance": profile.total,
            "seq": seq,
            "replayed": False,
        }
        profile.grants[reference] = Grant(
            seq, answer, amount, pack, profile.ledger[seq - 1].ts, exclusive
        )
        return answer

    def _conflict(self, parameter: str, stored: Any, given: Any) -> NoReturn:
        if isinstance(stored, datetime) or isinstance(given, datetime):
            refuse_loosely("PT409", "reference_conflict", parameter=parameter)
        refuse("PT409", "reference_conflict", parameter=parameter, stored=stored, given=given)

    def _grant_entry(self, profile: Profile, grant: Grant, reference: str | None) -> Answer:
        return {
            "profile_id": profile.id,
            "reference": reference,
            "kind": grant.kind,
            "amount": grant.amount,
            "revoked": grant.revoked,
            "remaining": grant.pack.remaining if grant.pack else None,
            "expires_at": grant.pack.expires_at if grant.pack else None,
            "granted_at": grant.granted_at,
            "seq": grant.seq,
        }

    def find_grants(self, reference: str | None) -> list[Answer]:
        check_text("reference", reference)
        found = [
            self._grant_entry(profile, grant, reference)
            for profile in self.profiles.values()
            if (grant := profile.grants.get(reference))
        ]
        return sorted(found, key=lambda row: (row["granted_at"], row["profile_id"]))

    def list_profiles(
        self, after_profile_id: UUID | None = None, page_size: int | None = 50
    ) -> list[Answer]:
        """Of the moments only when it changed."""
        check_amount("page_size", page_size, 1, 1000)
        found = sorted(self.profiles.values(), key=lambda profile: profile.id)
        if after_profile_id is not None:
            found = [profile for profile in found if profile.id > after_profile_id]
        return [self._listed(profile) for profile in found[:page_size]]

    def _listed(self, profile: Profile) -> Answer:
        overdue = sum(pack.remaining for pack in profile.packs if pack.expires_at <= self.now)
        return {
            "profile_id": profile.id,
            "credits_remaining": profile.monthly,
            "addon_credits": profile.addon - overdue,
            "available": profile.total - overdue,
            "overdraft_limit": profile.overdraft_limit,
            "seq": profile.seq,
            "changed_at": profile.ledger[-1].ts,
        }

    def list_grants(
        self, profile_id: UUID | None, before_seq: int | None = None, page_size: int | None = 50
    ) -> list[Answer]:
        check_present(profile_id=profile_id)
        check_amount("page_size", page_size, 1, 1000)
        if before_seq is not None:
            check_amount("before_seq", before_seq, 1)
        profile = self._find(profile_id)
        rows = [self._grant_entry(profile, grant, key) for key, grant in profile.grants.items()]
        rows = [row for row in rows if before_seq is None or row["seq"] < before_seq]
        return sorted(rows, key=lambda row: -row["seq"])[:page_size]

    def _check_new_grant(self, profile: Profile, amount: int, expires_at: datetime | None) -> None:
        if expires_at is not None and expires_at <= self.now:
            refuse_loosely("PT400", "invalid_interval", parameter="expires_at")
        self._check_open(profile)
        check_amount("amount", amount, 1, room(profile.monthly, profile.addon))

    def expire_packs(self, batch_size: int | None = 100) -> list[Entry]:
        check_amount("batch_size", batch_size, 1, 10000)
        due = [
            (pack.expires_at, profile.id)
            for profile in self.profiles.values()
            for pack in profile.packs
            if pack.remaining > 0 and pack.expires_at <= self.now
        ]
        return [
            entry
            for _, entries in self._sweep(due, batch_size)
            for entry in entries
            if entry.kind == "lapse"
        ]

    # --- what refunds and disputes take back -----------------------------------------------------

    def _check_revocation(
        self,
        revocation_id: str | None,
        amount: int | None,
        reason: str | None,
        actor: str | None,
    ) -> None:
        check_text("revocation_id", revocation_id)
        if amount is not None:
            check_amount("amount", amount, 1)
        check_text("reason", reason)
        check_text("actor", actor)

    def _lock_grant(self, profile_id: UUID, reference: str) -> tuple[Profile, Grant]:
        profile = self._lock(profile_id)
        if reference not in profile.grants:
            refuse("PT404", "grant_not_found")
        return profile, profile.grants[reference]

    def _lock_month(self, profile_id: UUID, period_start: datetime) -> tuple[Profile, Renewal]:
        profile = self._lock(profile_id)
        for renewal in profile.renewals:
            if renewal.period_start == period_start:
                return profile, renewal
        refuse("PT404", "period_not_found")

    def revoke_grant(
        self,
        profile_id: UUID | None,
        reference: str | None,
        revocation_id: str | None,
        amount: int | None = None,
        reason: str | None = None,
        actor: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_text("reference", reference)
        self._check_revocation(revocation_id, amount, reason, actor)
        profile, grant = self._lock_grant(profile_id, reference)
        if grant.pack is None:
            there, lapsed = max(0, profile.perpetual), 0
        else:
            there, lapsed = grant.pack.remaining, grant.pack.lapsed
        revocation, known = self._revoke(
            profile, grant, revocation_id, amount, there, lapsed, actor
        )
        return self._revocation(profile, grant, revocation, replayed=known)

    def revoke_renewal(
        self,
        profile_id: UUID | None,
        period_start: datetime | None,
        revocation_id: str | None,
        amount: int | None = None,
        reason: str | None = None,
        actor: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id, period_start=period_start)
        check_finite("period_start", period_start)
        self._check_revocation(revocation_id, amount, reason, actor)
        profile, month = self._lock_month(profile_id, period_start)
        there, lapsed, newer_out = self._left_of_month(profile, month)
        self.met["a month that is over revoked"] += month is not profile.renewals[-1]
        revocation, known = self._revoke(
            profile, month, revocation_id, amount, there, lapsed, actor
        )
        if not known:
            revocation.newer_out = newer_out
        return self._revocation(profile, month, revocation, replayed=known)

    def _left_of_month(self, profile: Profile, month: Renewal) -> tuple[int, int, int]:
        """What is there to take for a month, how much of its allowance no rollover kept, and what
        jobs hold of later allowances.

        The bucket holds the newest of what came into it, and so does what is carried over.
        """
        left, newer, held, lapsed = month.allowance, 0, 0, 0
        for later in profile.renewals[profile.renewals.index(month) + 1 :]:
            left = min(left, max(0, later.unused - newer))
            kept = min(left, max(0, later.carried - newer))
            lapsed += left - kept
            left = kept
            newer = min(newer, later.carried)
            if later.owed > 0:  # jobs hold all of it, and more, which they give back first
                held += later.allowance - later.revoked
            else:
                newer += later.allowance - later.revoked
        there = min(month.allowance - lapsed, max(0, profile.monthly - newer))
        return there, lapsed, max(0, newer - profile.monthly) + held

    def _revoke(
        self,
        profile: Profile,
        source: Grant | Renewal,
        key: str,
        amount: int | None,
        there: int,
        lapsed: int,
        actor: str,
    ) -> tuple[Revocation, bool]:
        if key in source.revocations:
            known = source.revocations[key]
            if known.opened_seq is not None and known.requested != amount:
                self._conflict("amount", known.requested, amount)
            self.met["opened again after it was won"] += known.ended
            return known, True
        others = source.revocations.values()
        left = source.amount - sum(other.amount for other in others)
        wanted = left if amount is None else min(amount, left)
        self.met["more asked for than was left"] += amount is not None and amount > left
        collect = min(wanted, there)
        claimed = sum(other.amount - other.lapsed for other in others)
        spent = max(0, source.amount - there - lapsed - claimed)
        lapsed -= sum(other.lapsed for other in others)
        lapsed = max(0, min(lapsed, wanted - collect - spent))
        self.met["lapsed credits revoked"] += lapsed > 0

        previous = profile.total
        made = Revocation(key, amount, profile.seq + 1, profile.seq + 1, wanted, collect, lapsed)
        if isinstance(source, Renewal):
            profile.monthly -= collect
            self._write(profile, "revoke", monthly=-collect, actor=actor)
        else:
            if source.pack is None:
                profile.perpetual -= collect
            elif collect > 0:
                source.pack.remaining -= collect
                made.pack_had_left = source.pack.expires_at - self.now
            self._write(profile, "revoke", addon=-collect, actor=actor)
        made.balances = previous, profile.total
        source.revocations[key] = made
        if made.uncollected() > 0:
            self._tell(profile, profile.seq, "grant.uncollected", key)
        return made, False

    def reinstate_grant(
        self,
        profile_id: UUID | None,
        reference: str | None,
        revocation_id: str | None,
        reason: str | None = None,
        actor: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_text("reference", reference)
        self._check_revocation(revocation_id, None, reason, actor)
        profile, grant = self._lock_grant(profile_id, reference)
        return self._reinstate(profile, grant, revocation_id, actor)

    def reinstate_renewal(
        self,
        profile_id: UUID | None,
        period_start: datetime | None,
        revocation_id: str | None,
        reason: str | None = None,
        actor: str | None = None,
    ) -> Answer:
        check_present(profile_id=profile_id, period_start=period_start)
        check_finite("period_start", period_start)
        self._check_revocation(revocation_id, None, reason, actor)
        profile, month = self._lock_month(profile_id, period_start)
        return self._reinstate(profile, month, revocation_id, actor)

    def _reinstate(self, profile: Profile, source: Grant | Renewal, key: str, actor: str) -> Answer:
        known = source.revocations.get(key)
        if known and known.ended:
            return self._revocation(profile, source, known, replayed=True)
        self.met["won before it was opened"] += known is None
        known = known or Revocation(key, None, None, 0)
        source.revocations[key] = known

        beside = [source]
        if isinstance(source, Grant) and source.pack is None:
            beside = [grant for grant in profile.grants.values() if grant.pack is None]
        passed = self._pass_on(source, known, beside)
        previous, back = profile.total, known.collected
        if isinstance(source, Renewal):
            paid = min(source.owed, back)
            source.owed -= paid
            self._hold(profile, source, paid)
            back -= paid
        check_amount("revocation_id", back, 0, room(profile.monthly, profile.addon))
        known.amount = known.collected = known.lapsed = known.newer_out = 0
        known.ended = True
        if isinstance(source, Renewal):
            profile.monthly += back
            known.seq = self._write(profile, "reinstate", monthly=back, actor=actor)
        else:
            if source.pack is None:
                profile.perpetual += back
            elif back > 0 and not self._fill_pack(source.pack, back, self.now, known.pack_had_left):
                back = 0  # the pack is over
            known.seq = self._write(profile, "reinstate", addon=back, actor=actor)
        for revocation in [known, *passed]:
            revocation.seq = known.seq
            revocation.balances = previous, profile.total
        return self._revocation(profile, source, known, replayed=False)

    def _pass_on(
        self,
        source: Grant | Renewal,
        ended: Revocation,
        beside: Sequence[Grant | Renewal],
    ) -> list[Revocation]:
        """Others that are open had asked for more than the one that ends had left them. ``beside``:
        whose revocations may have found spent what the one that ends had collected."""
        passed = []
        others = [each for grant in beside for each in grant.revocations.values()]
        for other in sorted(others, key=lambda each: each.opened_seq or 0):
            asked = source.amount if other.requested is None else other.requested
            is_own = source.revocations.get(other.id) is other
            part = min(ended.amount, asked - other.amount) if is_own else 0
            if other is ended or other.ended or ended.amount == 0:
                continue
            collected = min(part, ended.collected)
            spent = min(part - collected, ended.uncollected())
            lapsed = part - collected - spent
            self.met["an undone revocation left something to another"] += part > 0
            if ended.opened_seq is not None and (other.opened_seq or 0) > ended.opened_seq:
                late = min(other.uncollected(), ended.collected - collected)
                self.met["an undone revocation paid a later one"] += late > 0
                collected += late
            if part == collected == 0:
                continue
            for revocation, sign in ((other, 1), (ended, -1)):
                revocation.amount += sign * part
                revocation.collected += sign * collected
                revocation.lapsed += sign * lapsed
            if collected > 0 and ended.pack_had_left is not None:
                had_left = other.pack_had_left or ended.pack_had_left
                other.pack_had_left = max(had_left, ended.pack_had_left)
            passed.append(other)
        return passed

    def _revocation(
        self,
        profile: Profile,
        source: Grant | Renewal,
        revocation: Revocation,
        *,
        replayed: bool,
    ) -> Answer:
        is_grant = isinstance(source, Grant)
        return {
            "profile_id": profile.id,
            "reference": source.answer["reference"] if is_grant else None,
            "period_start": None if is_grant else source.period_start,
            "revocation_id": revocation.id,
            "state": "ended" if revocation.ended else "open",
            "requested": revocation.requested,
            "amount": revocation.amount,
            "collected": revocation.collected,
            "uncollected": revocation.uncollected(),
            "lapsed": revocation.lapsed,
            "previous_balance": revocation.balances[0],
            "new_balance": revocation.balances[1],
            "seq": revocation.seq,
            "replayed": replayed,
        }

    # --- renewals and corrections -----------------------------------------------------------------

    def renew_monthly(
        self,
        profile_id: UUID | None,
        period_start: datetime | None,
        allowance: int | None,
        rollover_cap: int | None = 0,
    ) -> Answer:
        check_present(profile_id=profile_id, period_start=period_start)
        check_finite("period_start", period_start)
        check_amount("allowance", allowance, 0)
        check_amount("rollover_cap", rollover_cap, 0)
        profile = self._lock(profile_id)
        for renewal in profile.renewals:
            if renewal.period_start == period_start:
                begun = renewal.answer["allowance"], renewal.rollover_cap
                if begun != (allowance, rollover_cap):
                    refuse_loosely("PT409", "period_conflict")
                return {**renewal.answer, "replayed": True}
        if profile.renewals and period_start < profile.period_start:
            refuse_loosely("PT409", "period_conflict")
        if period_start > self.now + FARTHEST_PERIOD:
            refuse_loosely("PT400", "invalid_interval", parameter="period_start")
        self._check_open(profile)
        previous, unused = profile.total, profile.monthly
        carried = min(unused, rollover_cap)
        check_amount("allowance", allowance, 0, room(carried, profile.addon))

        profile.monthly = allowance + carried
        seq = self._write(profile, "renew", monthly=profile.monthly - unused)
        answer = {
            "profile_id": profile_id,
            "period_start": period_start,
            "allowance": allowance,
            "carried": carried,
            "lapsed": unused - carried,
            "previous_balance": previous,
            "new_balance": profile.total,
            "seq": seq,
            "replayed": False,
        }
        profile.renewals.append(
            Renewal(seq, period_start, allowance, rollover_cap, unused, carried, answer)
        )
        return answer

    def change_allowance(
        self,
        profile_id: UUID | None,
        period_start: datetime | None,
        allowance: int | None,
        reference: str | None,
    ) -> Answer:
        check_present(profile_id=profile_id, period_start=period_start)
        check_finite("period_start", period_start)
        check_amount("allowance", allowance, 0)
        check_text("reference", reference)
        profile = self._lock(profile_id)
        if reference in profile.allowance_changes:
            answer = profile.allowance_changes[reference]
            for name, given in (("period_start", period_start), ("allowance", allowance)):
                if answer[name] != given:
                    self._conflict(name, answer[name], given)
            return {**answer, "replayed": True}
        profile, month = self._lock_month(profile_id, period_start)
        if month is not profile.renewals[-1]:
            refuse_loosely("PT409", "period_conflict")
        before, previous, revoked = month.allowance, profile.total, month.revoked
        if allowance > before:
            self._check_open(profile)
        month.allowance = allowance
        if allowance > before:
            moved, passed = self._raise_allowance(month, allowance - before)
            limit = allowance - moved + room(profile.monthly, profile.addon)
            check_amount("allowance", allowance, 0, limit)
        else:
            moved, passed = self._lower_allowance(profile, month, before - allowance)
        profile.monthly += moved
        self._hold(profile, month, allowance - before - (month.revoked - revoked) - moved)
        seq = self._write(profile, "change", monthly=moved, reference=reference)
        for revocation in passed:
            revocation.seq = seq
            revocation.balances = previous, profile.total
        answer = {
            "profile_id": profile_id,
            "period_start": period_start,
            "previous_allowance": before,
            "allowance": allowance,
            "owed": month.owed,
            "previous_balance": previous,
            "new_balance": profile.total,
            "seq": seq,
            "replayed": False,
        }
        profile.allowance_changes[reference] = answer
        return answer

    def _hold(self, profile: Profile, month: Renewal, more: int, before: int | None = None) -> None:
        """Jobs hold more of its allowance, or less, than when earlier months were revoked; or than
        when those were that were revoked ``before`` a ledger row."""
        for earlier in profile.renewals[: profile.renewals.index(month)]:
            for revocation in earlier.revocations.values():
                opened = revocation.opened_seq or 0
                if before is not None and opened >= before:
                    continue
                if revocation.uncollected() > 0 and opened > month.seq:
                    revocation.newer_out = max(0, revocation.newer_out + more)

    def _raise_allowance(self, month: Renewal, raised: int) -> tuple[int, list[Revocation]]:
        """What comes into the bucket, and the revocations that get the rest."""
        # As if a revocation that had taken all of it were undone.
        undone = Revocation("", None, None, 0, raised, raised)
        passed = self._pass_on(month, undone, [month])
        paid = min(month.owed, undone.collected)
        month.owed -= paid
        return undone.collected - paid, passed

    def _lower_allowance(
        self, profile: Profile, month: Renewal, lowered: int
    ) -> tuple[int, list[Revocation]]:
        """The same for what goes out of the bucket; what of it was spent is owed."""
        passed = []
        for revocation in sorted(month.revocations.values(), key=lambda r: -(r.opened_seq or 0)):
            part = min(max(0, month.revoked - month.allowance), revocation.amount)
            if part > 0:
                collected = min(part, revocation.collected)
                self._hold(profile, month, collected - part, revocation.opened_seq)
                revocation.amount -= part
                revocation.collected -= collected
                lowered -= collected
                passed.append(revocation)
        moved = -min(lowered, profile.monthly)
        month.owed += lowered + moved
        self.met["a lowered allowance was spent"] += lowered + moved > 0
        return moved, passed

    def adjust_credits(
        self,
        profile_id: UUID | None,
        adjustment_id: str | None,
        monthly_delta: int | None,
        addon_delta: int | None,
        reason: str | None,
        actor: str | None,
    ) -> Answer:
        check_present(profile_id=profile_id)
        check_text("adjustment_id", adjustment_id)
        check_amount("monthly_delta", monthly_delta, -CAP)
        check_amount("addon_delta", addon_delta, -CAP)
        if monthly_delta == addon_delta == 0:
            refuse("PT400", "invalid_amount", parameter="monthly_delta", value=0)
        check_text("reason", reason)
        check_text("actor", actor)
        profile = self._lock(profile_id)
        if adjustment_id in profile.adjustments:
            monthly, addon, answer = profile.adjustments[adjustment_id]
            if (monthly, addon) != (monthly_delta, addon_delta):
                if monthly != monthly_delta:
                    self._conflict("monthly_delta", monthly, monthly_delta)
                self._conflict("addon_delta", addon, addon_delta)
            return {**answer, "replayed": True}
        if monthly_delta > 0 or addon_delta > max(-profile.perpetual, 0):
            self._check_open(profile)
        self.met["adjustment of a closed profile"] += profile.closing is not None
        spendable = profile.addon + profile.overdraft_limit
        if profile.monthly + monthly_delta < 0:
            self._insufficient(profile, -monthly_delta, profile.monthly)
        if spendable + addon_delta < 0:
            self._insufficient(profile, -addon_delta, spendable)
        if monthly_delta > 0:
            left = room(profile.monthly, profile.addon + min(addon_delta, 0))
            check_amount("monthly_delta", monthly_delta, -CAP, left)
        if addon_delta > 0:
            left = room(profile.monthly + monthly_delta, profile.addon)
            check_amount("addon_delta", addon_delta, -CAP, left)

        profile.monthly += monthly_delta
        if addon_delta > 0:
            profile.perpetual += addon_delta
        else:
            self._burn(profile, -addon_delta)
        seq = self._write(
            profile,
            "adjust",
            None,
            monthly_delta,
            addon_delta,
            reference=adjustment_id,
            actor=actor,
        )
        answer = self._balance(profile, seq)
        profile.adjustments[adjustment_id] = (monthly_delta, addon_delta, answer)
        return answer
