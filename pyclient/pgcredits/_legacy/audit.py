"""Adds up what wrong refunds of the previous application cost, and repairs them by profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pgcredits import Credits, LockTimeout, RefundAudit, Repair
from pgcredits._server.failures import CannotRunError
from pgcredits._server.words import count

if TYPE_CHECKING:
    from rich.progress import Progress


def state_of(refund: RefundAudit) -> str:
    """``open``: credits are lost or may be; ``repaired``; ``healed``: nothing is lost of it."""
    if refund.repair_seq is not None:
        return "repaired"
    return "open" if refund.addon_lost_at_most else "healed"


@dataclass(slots=True)
class Sums:
    """Wrong refunds of one state, and their credits added up.

    ``certain``: how many of them certainly misplaced credits; the others may have.
    """

    refunds: int = 0
    certain: int = 0
    refunded: int = 0
    misplaced_at_least: int = 0
    misplaced_at_most: int = 0
    addon_lost_at_least: int = 0
    addon_lost_at_most: int = 0
    monthly_gained_at_least: int = 0
    monthly_gained_at_most: int = 0

    def add(self, refund: RefundAudit) -> None:
        """Adds a refund."""
        self.refunds += 1
        self.certain += refund.misplaced_at_least > 0
        for column in fields(self)[2:]:
            added = getattr(self, column.name) + getattr(refund, column.name)
            setattr(self, column.name, added)


@dataclass(slots=True)
class Account:
    """Wrong refunds of one profile or of all, those of each state by themselves."""

    open: Sums = field(default_factory=Sums)
    repaired: Sums = field(default_factory=Sums)
    healed: Sums = field(default_factory=Sums)
    certainty: str = "exact"  # bounded as soon as one refund is

    def add(self, refund: RefundAudit) -> None:
        """Adds a refund."""
        sums: Sums = getattr(self, state_of(refund))
        sums.add(refund)
        if refund.certainty != "exact":
            self.certainty = refund.certainty


class Audit:
    """What an audit found: in all, and by profile in the order of their ids."""

    def __init__(self, refunds: Iterable[RefundAudit]) -> None:
        self.total = Account()
        self.profiles: dict[UUID, Account] = {}
        self.refunds: dict[UUID, list[RefundAudit]] = {}
        for refund in refunds:
            self.total.add(refund)
            self.profiles.setdefault(refund.profile_id, Account()).add(refund)
            self.refunds.setdefault(refund.profile_id, []).append(refund)

    def worst_first(self) -> list[tuple[UUID, Account]]:
        """The profiles by what they lost and nobody repaired: first what is certain."""

        def lost(item: tuple[UUID, Account]) -> tuple[int, int]:
            return item[1].open.addon_lost_at_least, item[1].open.addon_lost_at_most

        return sorted(self.profiles.items(), key=lost, reverse=True)

    def document(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "total": asdict(self.total),
            "profiles": [
                {
                    "profile_id": profile,
                    **asdict(account),
                    "refunds": [
                        {**asdict(refund), "state": state_of(refund)}
                        for refund in self.refunds[profile]
                    ],
                }
                for profile, account in self.profiles.items()
            ],
        }


@dataclass(slots=True)
class Repaired:
    """What repairing did, for one profile or all: refunds, and credits of the new ones."""

    repaired: int = 0
    repaired_before: int = 0
    addon_restored: int = 0
    monthly_taken: int = 0
    written_off: int = 0

    def add(self, repair: Repair) -> None:
        """Adds a refund that was repaired now, or before."""
        if repair.replayed:
            self.repaired_before += 1
            return
        self.repaired += 1
        self.addon_restored += repair.addon_restored
        self.monthly_taken += repair.monthly_taken
        self.written_off += repair.written_off


@dataclass(slots=True)
class RepairRun:
    """What a run repaired.

    ``uncertain``: refunds that may have lost more than is certain, and ``uncertain_credits`` the
    most that can be. ``total`` also counts refunds of profiles where nothing was left to do.
    """

    dry_run: bool
    uncertain: int = 0
    uncertain_credits: int = 0
    total: Repaired = field(default_factory=Repaired)
    profiles: dict[UUID, Repaired] = field(default_factory=dict)
    repairs: dict[UUID, list[Repair]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "dry_run": self.dry_run,
            "total": self.total,
            "uncertain": {"refunds": self.uncertain, "addon_credits": self.uncertain_credits},
            "profiles": [
                {"profile_id": profile, **asdict(sums), "refunds": self.repairs[profile]}
                for profile, sums in self.profiles.items()
            ],
        }


async def repair_all(
    client: Credits,
    profile: UUID | None,
    progress: Progress,
    *,
    reason: str,
    actor: str,
    dry_run: bool,
) -> RepairRun:
    """Repairs every profile that certainly lost credits, each in a transaction of its own.

    Raises ``CannotRunError``, and as ``audit_refunds`` and ``repair_refunds`` do; profiles before
    that stay repaired.
    """
    run = RepairRun(dry_run)
    due: dict[UUID, None] = {}
    for refund in await client.audit_refunds(profile):
        if refund.addon_lost_at_most > refund.addon_lost_at_least:
            run.uncertain += 1
            run.uncertain_credits += refund.addon_lost_at_most - refund.addon_lost_at_least
        if refund.repair_seq is not None:
            run.total.repaired_before += 1
        elif refund.addon_lost_at_least:
            due[refund.profile_id] = None
    for each in progress.track(list(due), description="repairing"):
        try:
            repairs = await client.repair_refunds(each, reason=reason, actor=actor, dry_run=dry_run)
        except LockTimeout as error:
            raise CannotRunError(
                f"Another transaction kept profile {each} locked. "
                f"Repaired: {count(len(run.profiles), 'profile')}. Run it again to continue."
            ) from error
        sums = run.profiles[each] = Repaired()
        run.repairs[each] = repairs
        for repair in repairs:
            sums.add(repair)
            if not repair.replayed:
                run.total.add(repair)
    return run
