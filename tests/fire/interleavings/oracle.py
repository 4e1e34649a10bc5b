"""What a serial order gives, by the model of tests/laws, and who has to wait for whom.

``PastModel`` adds the two writers that the laws leave out: an import and a repair, of one history
with one wrong refund.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fire.interleavings.calls import SWEEPS, Call
from laws.model import Job, Model, Profile, Segment, delta_text
from laws.refusals import Refused, check_present, check_text, refuse

# 500 monthly and 5000 addon; a job of 2000 was refunded into the monthly bucket, and one of 10 ran.
PAST_MONTHLY, PAST_ADDON, MISPLACED = 1990, 3500, 1500
OPENS = ("open_profile", "import_profile")
BUCKETS = ("monthly", "addon")


def at(day: int) -> datetime:
    return datetime(2025, 3, day, tzinfo=UTC)


def past(refunded: UUID, ran: UUID, *free: UUID, backwards: bool = False) -> dict[str, Any]:
    """The arguments of an import: of a profile that lost bought credits in the old application."""
    jobs = [
        (str(refunded), "Failed", '{"credit_cost": 2000, "credits_deducted": false}', at(5)),
        (str(ran), "Done", '{"credit_cost": 10, "credits_deducted": true}', at(6)),
    ]
    jobs += [
        (str(one), "Free", '{"credit_cost": 5, "credits_deducted": false}', at(6)) for one in free
    ]
    entries = [
        ("1", at(1), None, None, 500, "signup: monthly credits"),
        ("2", at(2), None, None, 5000, "addon purchase: order-7"),
        ("3", at(5), None, None, -2000, f"job create: {refunded}"),
        ("4", at(6), None, None, 2000, f"job refund: {refunded}"),
        ("5", at(7), None, None, -10, f"job create: {ran}"),
    ]
    return {
        "credits_remaining": PAST_MONTHLY,
        "addon_credits": PAST_ADDON,
        "jobs": jobs[::-1] if backwards else jobs,
        "entries": entries,
    }


class PastModel(Model):
    """Where a base method is called, the call's arguments are known to be of the right form."""

    def call(self, name: str, **arguments: Any) -> Any:
        answer = super().call(name, **arguments)
        if name in ("refund_job", "rollback_reservation"):
            return self._with_source(answer)
        if name == "expire_holds":
            return [self._with_source(one) for one in answer]
        return answer

    def _with_source(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Each return says where the split of its job came from."""
        job = self.profiles[answer["profile_id"]].jobs[answer["job_id"]]
        return {**answer, "breakdown_source": "recorded" if job.reservation else "ledger"}

    def owner(self, job_id: UUID) -> Profile | None:
        return next((p for p in self.profiles.values() if job_id in p.jobs), None)

    def import_profile(
        self,
        profile_id: UUID,
        credits_remaining: int,
        addon_credits: int,
        jobs: list[Any],
        entries: list[Any],
    ) -> dict[str, Any]:
        if profile_id in self.profiles:
            imported = getattr(self._lock(profile_id), "imported", None)
            if imported is None:
                refuse("PT409", "profile_exists")
            return {**imported, "replayed": True}
        ids = [(UUID(job_id), status) for job_id, status, _, _ in jobs]
        known = sum(self.owner(job_id) is not None for job_id, _ in ids)
        if known:
            refuse("PT409", "job_conflict", jobs=len(jobs), known=known)
        profile = Profile(profile_id, monthly=credits_remaining, perpetual=addon_credits)
        self.profiles[profile_id] = profile
        reason = f"profile imported ({delta_text(credits_remaining, addon_credits)})"
        self._write(profile, "open", None, credits_remaining, addon_credits, reason)
        profile.opening = self._balance(profile, 1)
        profile.jobs = {job_id: self._past_job(profile, job_id, status) for job_id, status in ids}
        profile.repair = None
        profile.imported = {
            "profile_id": profile_id,
            "credits_remaining": credits_remaining,
            "addon_credits": addon_credits,
            "overdraft_limit": 0,
            "jobs": len(jobs),
            "entries": len(entries),
            "seq": 1,
            "replayed": False,
        }
        return profile.imported

    def _past_job(self, profile: Profile, job_id: UUID, status: str) -> Job:
        cost, day = {"Failed": (2000, 5), "Done": (10, 6), "Free": (0, 6)}[status]
        job = Job(job_id, cost, {}, json.dumps({"legacy_status": status}), at(day), None)
        if status == "Done":
            job.monthly_deducted = cost
            job.held = [Segment("monthly", cost, 1, counted=0)]
        elif status == "Failed":
            job.state = "refunded"
            job.monthly_deducted = job.monthly_refunded = cost - MISPLACED
            job.addon_deducted = job.addon_refunded = MISPLACED
            job.credits_refunded = True
            job.ended_by = ("open", self._ended_before(profile, job_id))
        return job

    def _ended_before(self, profile: Profile, job_id: UUID) -> dict[str, Any]:
        zeros = [
            "amount",
            *(
                f"{bucket}_{what}"
                for what in ("refunded", "lapsed", "revoked")
                for bucket in BUCKETS
            ),
        ]
        balances = dict.fromkeys(["previous_balance", "new_balance"], profile.total)
        ids = {"job_id": job_id, "profile_id": profile.id}
        return {**ids, **dict.fromkeys(zeros, 0), **balances, "seq": 1}

    def reserve_credits(self, profile_id: UUID, job_id: UUID, *rest: Any, **more: Any) -> Any:
        owner = self.owner(job_id)
        if profile_id in self.profiles and owner and not owner.jobs[job_id].reservation:
            refuse("PT409", "job_conflict")  # an imported job has no answer to give again
        return super().reserve_credits(profile_id, job_id, *rest, **more)

    def repair_refunds(self, profile_id: UUID, reason: str, actor: str) -> list[dict[str, Any]]:
        check_present(profile_id=profile_id)
        check_text("reason", reason)
        check_text("actor", actor)
        profile = self._lock(profile_id)
        if not hasattr(profile, "imported"):
            return []
        if profile.repair:
            return [{**profile.repair, "replayed": True}]
        previous = profile.total
        taken = 0 if profile.renewals else min(MISPLACED, profile.monthly)
        profile.monthly -= taken
        profile.perpetual += MISPLACED
        job = next(
            j for j in profile.jobs.values() if not j.reservation and j.reserved_cost == 2000
        )
        moved = {"monthly": -taken, "addon": MISPLACED}
        keys = {"reference": "legacy refund 4", "actor": actor}
        profile.repair = {
            "profile_id": profile_id,
            "job_id": job.id,
            "entry_id": "4",
            "addon_restored": MISPLACED,
            "monthly_taken": taken,
            "written_off": MISPLACED - taken,
            "previous_balance": previous,
            "new_balance": profile.total,
            "seq": self._write(profile, "repair", job, **moved, **keys),
            "replayed": False,
        }
        return [profile.repair]


@dataclass(frozen=True)
class Turn:
    """A call in a serial order: when, whether it is kept, and what a sweep passed over."""

    name: str
    call: Call
    at: datetime
    kept: bool = True
    skips: frozenset[UUID] = frozenset()


def clone(model: PastModel) -> PastModel:
    return pickle.loads(pickle.dumps(model, pickle.HIGHEST_PROTOCOL))  # noqa: S301


def answer_of(model: PastModel, turn: Turn) -> Any:
    """Calls the model; a sweep does not see the profiles that others had locked."""
    model.now = turn.at
    hidden = {key: model.profiles.pop(key) for key in turn.skips if key in model.profiles}
    try:
        return model.call(turn.call.name, **turn.call.arguments)
    except Refused as refused:
        return refused
    finally:
        model.profiles.update(hidden)


def serial(model: PastModel, turns: Iterable[Turn]) -> tuple[dict[str, Any], PastModel]:
    """The answers of one serial order, and what is left in the end."""
    answers = {}
    for turn in turns:
        after = clone(model)
        answers[turn.name] = answer_of(after, turn)
        if turn.kept:
            model = after
    return answers, model


# --- locks ----------------------------------------------------------------------------------------


def overdue(model: PastModel, call: Call, now: datetime) -> frozenset[UUID]:
    """The profiles of which a sweep works something off."""
    after = clone(model)
    answer_of(after, Turn("", call, now))
    return frozenset(
        key for key, profile in model.profiles.items() if after.profiles[key] != profile
    )


def locks(
    model: PastModel, call: Call, now: datetime, told: frozenset[UUID] = frozenset()
) -> frozenset[UUID]:
    """The profiles that a call locks, in a database where all of this is committed. ``told``: those
    whose rows say that something is overdue, which may be gone by now."""
    asked = begins_with(model, call, now, told)
    found = asked
    for profile_id in asked & model.profiles.keys():
        found |= followers(model, profile_id, call, now)
    return found


def begins_with(
    model: PastModel, call: Call, now: datetime, told: frozenset[UUID] = frozenset()
) -> frozenset[UUID]:
    """Those of them that it locks before it looks at the clock."""
    if call.name in SWEEPS:
        return with_successors(model, overdue(model, call, now))
    profile_id = call.arguments.get("profile_id")
    if call.name in OPENS:
        return frozenset({profile_id})
    if call.name == "move_credits":
        both = frozenset({profile_id, call.arguments["to_profile_id"]})
        return with_successors(model, both & model.profiles.keys())
    if profile_id is None and "job_id" in call.arguments:
        owner = model.owner(call.arguments["job_id"])
        profile_id = owner.id if owner else None
    if profile_id not in model.profiles:
        return frozenset()
    if call.name == "get_balance" and profile_id not in told:
        return frozenset()
    return frozenset({profile_id})


def with_successors(model: PastModel, profiles: frozenset[UUID]) -> frozenset[UUID]:
    """And those to which their credits were moved."""
    found, due = set(profiles), list(profiles)
    while due:
        move = model.profiles[due.pop()].move
        if move and move.to_profile_id not in found:
            found.add(move.to_profile_id)
            due.append(move.to_profile_id)
    return frozenset(found)


def predecessors(model: PastModel, profiles: frozenset[UUID]) -> frozenset[UUID]:
    """And those whose credits were moved to one of them."""
    return frozenset(
        key for key in model.profiles if with_successors(model, frozenset({key})) & profiles
    )


def followers(model: PastModel, profile_id: UUID, call: Call, now: datetime) -> frozenset[UUID]:
    """The successors to which something goes on: of what is overdue, or of the call itself."""
    if model.profiles[profile_id].move is None:
        return frozenset()
    caught_up = [clone(model), clone(model)]
    answer_of(caught_up[0], Turn("", Call("get_balance", {"profile_id": profile_id}), now))
    answer_of(caught_up[1], Turn("", call, now))
    return frozenset(
        key
        for key, profile in model.profiles.items()
        if any(after.profiles[key] != profile for after in caught_up)
    )


def inserts(model: PastModel, call: Call) -> set[UUID]:
    """The job ids that a call inserts or tries to, perhaps known ones."""
    if call.name == "import_profile" and call.arguments["profile_id"] not in model.profiles:
        return {UUID(job[0]) for job in call.arguments["jobs"]}
    if call.name == "reserve_credits" and call.arguments["profile_id"] in model.profiles:
        return {call.arguments["job_id"]}
    return set()


def writes(model: PastModel, call: Call, now: datetime) -> set[UUID]:
    """The job ids whose rows are new or not the same after a call."""
    after = clone(model)
    if isinstance(answer_of(after, Turn("", call, now)), Refused):
        return set()
    before = {key: job for profile in model.profiles.values() for key, job in profile.jobs.items()}
    jobs = [item for profile in after.profiles.values() for item in profile.jobs.items()]
    written = {key for key, job in jobs if before.get(key) != job}
    # The row is written even where the deadline was far enough.
    return written | ({call.arguments["job_id"]} if call.name == "extend_hold" else set())


def has_to_wait(
    model: PastModel, first: Call, second: Call, now: datetime, told: frozenset[UUID]
) -> bool | None:
    """Whether the second waits for the first, which was not refused and has not ended. None where
    the contract leaves it open: a job is known, being changed, and its id used by another call."""
    if second.name in SWEEPS:
        return False
    if locks(model, first, now, told) & locks(model, second, now, told):
        return True
    shared = inserts(model, second) & writes(model, first, now)
    if any(model.owner(job_id) for job_id in inserts(model, second)):
        return None if shared else False
    # It gets as far as the job unless it is refused before.
    return bool(shared) and not isinstance(
        answer_of(clone(model), Turn("second", second, now)), Refused
    )
