"""What the functions answer: one frozen dataclass per result type of the schema.

Amounts and balances are credits; balances are monthly + addon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a profile has to spend; ``seq`` is its newest ledger row."""

    profile_id: UUID
    credits_remaining: int
    addon_credits: int
    available: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What a job took from each bucket."""

    job_id: UUID
    profile_id: UUID
    cost: int
    monthly_deducted: int
    addon_deducted: int
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What one call gave back to each bucket; ``state`` is the job's state now."""

    job_id: UUID
    profile_id: UUID
    state: str
    amount: int
    monthly_refunded: int
    addon_refunded: int
    previous_balance: int
    new_balance: int
    seq: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantResult:
    """Addon credits added under a reference."""

    profile_id: UUID
    reference: str
    amount: int
    previous_balance: int
    new_balance: int
    seq: int
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
