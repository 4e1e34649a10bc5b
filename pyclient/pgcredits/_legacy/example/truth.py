"""What the example of an old application consists of: its plan, and its profiles with the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

ProfileRow: TypeAlias = tuple[UUID, int | None, int | None]
JobRow: TypeAlias = tuple[UUID, UUID, str, str | None, datetime]
LedgerRow: TypeAlias = tuple[int, UUID, int, str, datetime]

YEAR_START = datetime(2025, 1, 1, tzinfo=UTC)
# What happens to a profile, and the classes that an import should find then.
DAMAGE: dict[str, frozenset[str]] = {
    "meta_missing": frozenset({"meta_missing"}),
    "duplicate_refund": frozenset({"duplicate_refund"}),
    "negative_balance": frozenset({"negative_balance"}),
    # And balance_mismatch, unless what is NULL now was 0.
    "null_balance": frozenset({"null_balance"}),
    "deduction_missing": frozenset({"deduction_missing", "balance_mismatch"}),
    "duplicate_deduction": frozenset({"duplicate_deduction", "balance_mismatch"}),
    # Refunds interrupted half way. Each name says where the refund did not arrive.
    "refund_not_in_ledger": frozenset({"balance_mismatch"}),
    "refund_not_in_balance": frozenset({"balance_mismatch", "refund_interrupted"}),
    "refund_not_in_job": frozenset({"refund_interrupted"}),
    "job_missing": frozenset({"job_missing"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyPlan:
    """How large the example is, and how much of it is damaged. The same plan makes the same rows.

    ``jobs_per_profile``: the mean; ``fail_share``: of jobs; ``damaged_share``: of profiles with one
    kind of damage; ``truncated_share``: of profiles whose ledger begins late, none of the damaged
    ones; ``stated_share``: of profiles with the later version of the application, which states
    splits. Shares go from 0 to 1. A few profiles live too short for their damage, and have none.
    """

    profiles: int = 2_000
    seed: int = 1
    jobs_per_profile: float = 60
    fail_share: float = 0.12
    damaged_share: float = 0.08
    truncated_share: float = 0.03
    stated_share: float = 0.05

    def __post_init__(self) -> None:
        for name in ("fail_share", "damaged_share", "truncated_share", "stated_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, and is {getattr(self, name)}")
        if self.profiles < 0 or not self.jobs_per_profile > 0:
            raise ValueError("profiles must not be negative, and jobs_per_profile be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedRefund:
    """A refund that put addon credits into the monthly bucket, and whose ledger row is there.

    ``misplaced``: how many; ``addon_lost`` and ``monthly_gained``: its part of what the profile
    lacks and has too much at the end of the year, newest refund first; None without right books.
    """

    ledger_id: int
    job_id: UUID
    refunded: int
    misplaced: int
    addon_lost: int | None
    monthly_gained: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyProfile:
    """The rows of one profile in the three tables, in the order of their columns, and its truth.

    ``damage``: a key of ``DAMAGE``; ``classes``: what an import should find, ``arguable_classes``:
    what it may find besides; ``truncated``: whether the ledger begins late; ``stated``: whether it
    has the version that states splits; ``determined``: whether the rows determine every split;
    ``actual`` and ``right``: monthly and addon credits at the end of the year, in the tables and in
    the right books; ``right`` is None if the damage leaves nothing to compare it with, and counts
    from the beginning of a ledger that begins late; ``planted``: wrong refunds, oldest first.
    """

    profile: ProfileRow
    jobs: list[JobRow]
    ledger: list[LedgerRow]
    damage: str | None
    classes: frozenset[str]
    arguable_classes: frozenset[str]
    truncated: bool
    stated: bool
    determined: bool
    actual: tuple[int | None, int | None]
    right: tuple[int, int] | None
    planted: list[PlantedRefund]
