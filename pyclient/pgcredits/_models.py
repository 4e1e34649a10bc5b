"""What the functions return: one frozen dataclass per result type of the schema.

Amounts and balances are credits; balances are monthly + addon.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a profile has to spend; ``seq`` is its newest ledger row.

    ``available`` is both buckets; ``held`` is what open holds hold, ``posted`` the two together.
    Only ``get_balance`` knows those two: elsewhere they are None.
    """

    profile_id: UUID
    credits_remaining: int
    addon_credits: int
    available: int
    held: int | None
    posted: int | None
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What a job took from each bucket, or holds after a raise; ``state`` is the job's state now.

    ``hold_expires_at`` is None without a hold.
    """

    job_id: UUID
    profile_id: UUID
    state: str
    cost: int
    monthly_deducted: int
    addon_deducted: int
    previous_balance: int
    new_balance: int
    hold_expires_at: datetime | None
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationPreview:
    """What a reservation would take from each bucket now."""

    profile_id: UUID
    cost: int
    monthly_deducted: int
    addon_deducted: int
    previous_balance: int
    new_balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A job at its actual cost: what it holds now, and what settling gave back.

    ``shortfall`` is the part of the cost that no bucket could pay. ``late`` says that the hold had
    expired before, so that the whole cost was drawn anew. The lapsed part of what came back was
    lost at once, because its period or pack was over; the revoked part went to open revocations.
    """

    job_id: UUID
    profile_id: UUID
    settled_cost: int
    monthly_deducted: int
    addon_deducted: int
    shortfall: int
    monthly_refunded: int
    addon_refunded: int
    monthly_lapsed: int
    addon_lapsed: int
    monthly_revoked: int
    addon_revoked: int
    late: bool
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What one call gave back to each bucket; ``state`` is the job's state now.

    The lapsed part of what came back was lost at once, because its period or pack was over; the
    revoked part went to open revocations.
    ``breakdown_source`` says how the job's split is known: ``recorded`` here, or for an imported
    job ``job_meta``, ``ledger`` or ``assumed_monthly``.
    """

    job_id: UUID
    profile_id: UUID
    state: str
    amount: int
    monthly_refunded: int
    addon_refunded: int
    monthly_lapsed: int
    addon_lapsed: int
    monthly_revoked: int
    addon_revoked: int
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool
    breakdown_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantResult:
    """Addon credits added under a reference.

    ``kind`` is ``paid`` or ``promo``. ``expires_at`` and ``priority`` are those of a pack; None for
    perpetual credits.
    """

    profile_id: UUID
    reference: str
    amount: int
    expires_at: datetime | None
    kind: str
    priority: int | None
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The start of a monthly period: what the rollover carried over, and what lapsed."""

    profile_id: UUID
    period_start: datetime
    allowance: int
    carried: int
    lapsed: int
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceChange:
    """A change of the allowance of a month that has begun, as of a plan.

    ``owed`` is what could not be taken, since it was spent: raising the allowance and what jobs of
    the month return pay it first.
    """

    profile_id: UUID
    period_start: datetime
    previous_allowance: int
    allowance: int
    owed: int
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEntry:
    """A grant of addon credits, and what became of it.

    ``revoked`` is what of it is revoked now. ``remaining`` and ``expires_at`` are those of a pack;
    None for perpetual credits.
    """

    profile_id: UUID
    reference: str
    kind: str
    amount: int
    revoked: int
    remaining: int | None
    expires_at: datetime | None
    granted_at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEntry:
    """A job: what it took, what went back, and what it holds or has cost (``outstanding``).

    ``state`` is reserved, settled, rolled_back, expired or refunded. ``hold_due_at`` is None where
    there is no open hold, ``settled_cost`` and ``finished_at`` until there is one.
    """

    profile_id: UUID
    job_id: UUID
    state: str
    reserved_cost: int
    settled_cost: int | None
    shortfall: int
    monthly_deducted: int
    addon_deducted: int
    monthly_refunded: int
    addon_refunded: int
    outstanding: int
    hold_due_at: datetime | None
    settled_late: bool
    created_at: datetime
    finished_at: datetime | None
    meta_json: dict[str, Any]
    spender: str | None

    def __post_init__(self) -> None:
        if isinstance(self.meta_json, str):  # some drivers leave JSON as it came
            object.__setattr__(self, "meta_json", json.loads(self.meta_json))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is told of a profile, and whether it is ``low`` or ``depleted`` now.

    ``topup_below``, ``topup_amount`` and ``topups_a_month`` are None where no top-up is asked for.
    """

    profile_id: UUID
    low_balance: int | None
    kinds: list[str]
    low: bool
    depleted: bool
    is_default: bool
    topup_below: int | None
    topup_amount: int | None
    topups_a_month: int | None
    topup_paused_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topup:
    """A request for credits, ``open``, ``granted`` or ``declined``."""

    profile_id: UUID
    reference: str
    amount: int
    state: str
    requested_at: datetime
    closed_at: datetime | None
    paused_until: datetime | None
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to a profile. ``event_id`` never changes: what was done under it, is done."""

    event_id: str
    profile_id: UUID
    seq: int
    kind: str
    subject: str
    occurred_at: datetime
    payload: dict[str, Any]
    attempts: int

    def __post_init__(self) -> None:
        if isinstance(self.payload, str):  # some drivers leave JSON as it came
            object.__setattr__(self, "payload", json.loads(self.payload))


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEntry:
    """How much a spender, or with None the profile as a whole, may spend in a window of time.

    ``window_name`` is day, week, month or total, which has no ``window_start`` and ``resets_at``.
    ``amount`` is None where there is no limit any more, as what follows is.
    """

    profile_id: UUID
    spender: str | None
    window_name: str
    amount: int | None
    spent: int | None
    remaining: int | None
    window_start: datetime | None
    resets_at: datetime | None
    time_zone: str | None
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """What is to know of a profile beside its balance.

    ``to_profile_id`` is where its credits were moved. What is about the month is None before the
    first renewal, the deadlines where there is none.
    """

    profile_id: UUID
    created_at: datetime
    closed_at: datetime | None
    to_profile_id: UUID | None
    overdraft_limit: int
    period_start: datetime | None
    allowance: int | None
    rollover_cap: int | None
    owed: int | None
    uncollected: int
    packs: int
    pack_credits: int
    next_pack_expiry: datetime | None
    open_holds: int
    next_hold_expiry: datetime | None
    seq: int
    low_balance: int | None
    low: bool
    limits: int
    limits_reached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProfile:
    """A profile as a list of all shows it.

    ``addon_credits`` and ``available`` are without overdue packs. ``changed_at`` is when its newest
    ledger row, ``seq``, was written, ``closed_at`` None while it is open.
    """

    profile_id: UUID
    credits_remaining: int
    addon_credits: int
    available: int
    overdraft_limit: int
    seq: int
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEntry:
    """What the jobs of a period and a label took and gave back (``net``: the difference).

    ``jobs`` counts those that were reserved in the period. ``label`` is None where a job has none,
    and where none was asked for; ``period_start`` and ``period_end`` where the range is open.
    """

    period_start: datetime | None
    period_end: datetime | None
    label: str | None
    jobs: int
    consumed: int
    returned: int
    net: int
    monthly_net: int
    addon_net: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """What a refund or a dispute took back of a grant or a month, as it stands now.

    ``amount = collected + uncollected + lapsed``: taken, spent already, ended unspent before. It is
    less than ``requested`` where other revocations had left less, and 0 once ``state`` is
    ``ended``. ``requested`` None is all that was left. ``reference`` is None for a month,
    ``period_start`` for a grant.
    """

    profile_id: UUID
    reference: str | None
    period_start: datetime | None
    revocation_id: str
    state: str
    requested: int | None
    amount: int
    collected: int
    uncollected: int
    lapsed: int
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveResult:
    """What went from a profile to its successor, and the successor's balances around that.

    ``seq`` is the ledger row of the profile that gave, ``to_seq`` the successor's newest. What jobs
    of the profile give back later follows, and is not in here.
    """

    profile_id: UUID
    to_profile_id: UUID
    move_id: str
    monthly_moved: int
    addon_moved: int
    packs: int
    previous_balance: int
    new_balance: int
    seq: int
    to_seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One operation in a profile's history: its deltas, and the balances after it."""

    profile_id: UUID
    seq: int
    ts: datetime
    kind: str
    job_id: UUID | None
    monthly_delta: int
    addon_delta: int
    monthly_balance: int
    addon_balance: int
    reason: str
    reference: str | None
    actor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """A step in a job's history; ``outstanding`` is what the job holds after it."""

    seq: int
    ts: datetime
    kind: str
    monthly_delta: int
    addon_delta: int
    outstanding: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something ``check_integrity`` found to be wrong."""

    severity: str
    profile_id: UUID
    job_id: UUID | None
    rule: str
    expected: str | None
    found: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPiece:
    """A piece of the books that ``check_profiles`` has checked, and what it found to be wrong.

    ``last_id``: where the next piece goes on; None where there was no profile any more.
    ``checked``: how many of the ``profiles`` were not left out; ``entries``: their ledger rows.
    """

    last_id: UUID | None
    profiles: int
    checked: int
    entries: int
    findings: list[Finding]

    def __post_init__(self) -> None:
        found: Any = self.findings
        if isinstance(found, str):  # some drivers leave JSON as it came
            found = json.loads(found)
        object.__setattr__(self, "findings", [_finding(each) for each in found])


def _finding(told: Mapping[str, Any]) -> Finding:
    ids = {name: told[name] and UUID(told[name]) for name in ("profile_id", "job_id")}
    return Finding(**{**told, **ids})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyJob:
    """A job as the previous application stored it, with its ``status`` there."""

    id: str
    status: str | None = None
    meta_json: Mapping[str, Any] | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyEntry:
    """A ledger row as the previous application stored it; ``delta`` is of both buckets together.

    ``kind`` and ``job_id`` are None where they have to be read from the reason.
    """

    id: str
    ts: datetime
    delta: int | Decimal
    reason: str | None = None
    kind: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Something that does not add up in a profile that is to be imported.

    ``kind`` is the word that accepts it; ``job_id`` and ``entry_id`` are ids in the old tables.
    """

    profile_id: UUID
    job_id: str | None
    entry_id: str | None
    kind: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """An imported profile: its buckets, and how many jobs and ledger rows came with it."""

    profile_id: UUID
    credits_remaining: int
    addon_credits: int
    overdraft_limit: int
    jobs: int
    entries: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAudit:
    """A refund of the previous application that put addon credits into the monthly bucket.

    ``misplaced``: how many; ``addon_lost`` and ``monthly_gained``: what was still wrong because of
    it at the import. Each is between at_least and at_most; ``certainty`` is ``exact`` where they
    are equal. ``repair_seq`` is the ledger row that repaired it, or None.
    """

    profile_id: UUID
    job_id: UUID
    entry_id: str | None
    ts: datetime
    refunded: int
    misplaced_at_least: int
    misplaced_at_most: int
    addon_lost_at_least: int
    addon_lost_at_most: int
    monthly_gained_at_least: int
    monthly_gained_at_most: int
    certainty: str
    repair_seq: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What repairing one refund did: ``addon_restored = monthly_taken + written_off``.

    ``seq`` is None in a dry run.
    """

    profile_id: UUID
    job_id: UUID
    entry_id: str | None
    addon_restored: int
    monthly_taken: int
    written_off: int
    previous_balance: int
    new_balance: int
    seq: int | None
    replayed: bool
