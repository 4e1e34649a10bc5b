"""Every writer meets every other: on the same key, beside it on the same profile, and apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from fire.interleavings.calls import LEVELS, SWEEPS, Call, call
from fire.interleavings.duet import Duet, play_duet
from fire.interleavings.oracle import OPENS, past
from fire.interleavings.scene import BY, HOUR, Scene
from fire.interleavings.sessions import DAY, Lane
from laws.machine import TOLD

RELATIONS = ("same key", "same profile", "other profile")
JOB_WRITERS = (
    "settle_job",
    "refund_job",
    "rollback_reservation",
    "raise_reservation",
    "extend_hold",
)
GRANT_WRITERS = ("revoke_grant", "reinstate_grant")
MONTH_WRITERS = ("revoke_renewal", "reinstate_renewal", "change_allowance")


@dataclass(frozen=True)
class Spot:
    """What a call is about: a profile, one of each kind of key on it, and where its credits may be
    moved."""

    profile: UUID
    successor: UUID
    job: UUID
    past_job: UUID
    key: str
    day: int


@dataclass
class Maker:
    """Builds one writer's call; ``fits`` draws its amounts around what the profile has."""

    scene: Scene
    rng: Random
    spot: Spot

    def fits(self, bucket: str = "total") -> int:
        profile = self.scene.model.profiles.get(self.spot.profile)
        if profile is None:
            return self.rng.randint(1, 50)
        whole = max(0, getattr(profile, bucket))
        return max(1, self.rng.choice([whole, whole + 1, whole // 2, 1, self.rng.randint(1, 50)]))

    def whose(self) -> dict[str, Any]:
        return {"profile_id": self.spot.profile} if self.rng.random() < 0.5 else {}

    def call(self, name: str) -> Call:
        return call(name, **getattr(self, name)())

    def open_profile(self) -> dict[str, Any]:
        opened = self.scene.model.profiles.get(self.spot.profile)
        amounts = {"credits_remaining": self.rng.choice([100, 100, 1]), "addon_credits": 200}
        if opened and self.rng.random() < 0.7:
            amounts = {key: opened.opening[key] for key in amounts}
        return {"profile_id": self.spot.profile, **amounts}

    def import_profile(self) -> dict[str, Any]:
        backwards = self.rng.random() < 0.5
        jobs = past(self.spot.job, self.spot.past_job, backwards=backwards)
        return {"profile_id": self.spot.profile, **jobs}

    def repair_refunds(self) -> dict[str, Any]:
        return {"profile_id": self.spot.profile, **BY}

    def grant_addon(self) -> dict[str, Any]:
        grant = {"profile_id": self.spot.profile, "amount": self.rng.choice([70, 70, 71])}
        grant["reference"] = self.spot.key
        if self.rng.random() < 0.4:
            grant["expires_at"] = self.scene.day + self.rng.choice([3, 5]) * HOUR
            grant["kind"] = self.rng.choice(["paid", "promo"])
        return grant

    def revoke_grant(self) -> dict[str, Any]:
        amount = self.rng.choice([None, None, 20, 30, 70])
        given = {} if amount is None else {"amount": amount}
        return {**self.reinstate_grant(), **given}

    def reinstate_grant(self) -> dict[str, Any]:
        grant = {"profile_id": self.spot.profile, "reference": self.spot.key}
        return {**grant, "revocation_id": self.rng.choice(["du-1", "du-1", "re-1"]), **BY}

    def revoke_renewal(self) -> dict[str, Any]:
        amount = self.rng.choice([None, None, 20, 300])
        given = {} if amount is None else {"amount": amount}
        return {**self.reinstate_renewal(), **given}

    def reinstate_renewal(self) -> dict[str, Any]:
        month = {"period_start": self.scene.day + self.spot.day * DAY}
        key = self.rng.choice(["du-1", "du-1", "re-1"])
        return {"profile_id": self.spot.profile, **month, "revocation_id": key, **BY}

    def renew_monthly(self) -> dict[str, Any]:
        return {
            "profile_id": self.spot.profile,
            "period_start": self.scene.day + self.spot.day * DAY,
            "allowance": self.rng.choice([500, 500, 600]),
            "rollover_cap": self.rng.choice([0, 40]),
        }

    def change_allowance(self) -> dict[str, Any]:
        return {
            "profile_id": self.spot.profile,
            "period_start": self.scene.day + self.spot.day * DAY,
            "allowance": self.rng.choice([0, 300, 300, 600]),
            "reference": self.spot.key,
        }

    def adjust_credits(self) -> dict[str, Any]:
        monthly, addon = self.rng.choice(
            [(5, 0), (5, 0), (0, 5), (-self.fits("monthly"), 0), (0, -self.fits("addon"))]
        )
        deltas = {"monthly_delta": monthly, "addon_delta": addon}
        return {"profile_id": self.spot.profile, "adjustment_id": self.spot.key, **deltas, **BY}

    def set_overdraft_limit(self) -> dict[str, Any]:
        limit = self.rng.choice([0, 10, 25])
        return {"profile_id": self.spot.profile, "overdraft_limit": limit, **BY}

    def set_alert(self) -> dict[str, Any]:
        low = self.rng.choice([None, 50, self.fits(), self.fits()])
        given = {} if low is None else {"low_balance": low}
        kinds = sorted(self.rng.choice([TOLD, TOLD, TOLD[:2], []]))
        return {"profile_id": self.spot.profile, **given, "kinds": kinds}

    def set_limit(self) -> dict[str, Any]:
        window = self.rng.choice(["day", "total"])
        amount = self.rng.choice([None, 0, 15, self.fits()])
        whose = {"spender": self.rng.choice([None, "ann"]), "window_name": window}
        return {"profile_id": self.spot.profile, **whose, "amount": amount, **BY}

    def close_profile(self) -> dict[str, Any]:
        return {"profile_id": self.spot.profile, **BY}

    def move_credits(self) -> dict[str, Any]:
        successor = self.rng.choice([self.spot.successor] * 3 + [self.scene.id(3)])
        rest, move_id = self.rng.choice(["monthly", "monthly", "addon", "leave"]), self.spot.key
        profile = self.scene.model.profiles.get(self.spot.profile)
        if profile and profile.move and self.rng.random() < 0.7:
            moved = profile.move
            successor, rest = moved.to_profile_id, moved.monthly_rest
            move_id = moved.answer["move_id"]
        move = {"profile_id": self.spot.profile, "to_profile_id": successor}
        return {**move, "move_id": move_id, "monthly_rest": rest, **BY}

    def reserve_credits(self) -> dict[str, Any]:
        owner = self.scene.model.owner(self.spot.job)
        cost = self.rng.choice([0, self.fits(), self.fits()])
        if owner and self.rng.random() < 0.8:
            cost = owner.jobs[self.spot.job].reservation["cost"]
        held = {"hold_for": self.rng.choice([1, 6]) * HOUR} if self.rng.random() < 0.4 else {}
        held |= {"spender": "ann"} if self.rng.random() < 0.4 else {}
        return {"profile_id": self.spot.profile, "job_id": self.spot.job, "cost": cost, **held}

    def settle_job(self) -> dict[str, Any]:
        cost = self.rng.choice([None, 0, 15, 15, self.fits()])
        given = {} if cost is None else {"actual_cost": cost}
        how = {"overage": "reject"} if self.rng.random() < 0.3 else {}
        return {"job_id": self.spot.job, **given, **how, **self.whose()}

    def refund_job(self) -> dict[str, Any]:
        part = {}
        if self.rng.random() < 0.4:
            part = {"amount": self.rng.choice([7, 7, 40]), "refund_id": self.spot.key}
        return {"job_id": self.spot.job, **part, **self.whose()}

    def rollback_reservation(self) -> dict[str, Any]:
        return {"job_id": self.spot.job, **self.whose()}

    def raise_reservation(self) -> dict[str, Any]:
        cost = self.rng.choice([15, 20, 60, self.fits()])
        return {"job_id": self.spot.job, "cost": cost, **self.whose()}

    def extend_hold(self) -> dict[str, Any]:
        return {"job_id": self.spot.job, "hold_for": self.rng.choice([1, 8]) * HOUR, **self.whose()}

    def expire_holds(self) -> dict[str, Any]:
        return {}

    def expire_packs(self) -> dict[str, Any]:
        return {}

    def get_balance(self) -> dict[str, Any]:
        return {"profile_id": self.spot.profile}


# get_balance is one of them where something is overdue.
WRITERS = sorted(
    name for name in vars(Maker) if "_" in name.strip("_") and not name.startswith("_")
)


@dataclass(frozen=True)
class Pair:
    first: str
    second: str
    relation: str
    level: str
    ending: str

    def __str__(self) -> str:
        pair = f"{self.first} | {self.second}, {self.relation}"
        return f"{pair}, at {self.level}, the first will {self.ending}"


def all_pairs() -> list[Pair]:
    """Each in both orders, at each level, with the first's call kept and undone."""
    pairs = []
    for first, second in itertools.product(WRITERS, WRITERS):
        for relation, level in itertools.product(RELATIONS, LEVELS):
            pairs += [Pair(first, second, relation, level, how) for how in ("commit", "undo")]
    return pairs


async def play_pair(lane: Lane, pair: Pair, rng: Random) -> None:
    if pair.ending == "undo":
        pair = replace(pair, ending=rng.choice(["rollback", "fail"]))
    scene = await Scene.new(lane, rng)
    scene.note(f"{pair}")
    spots = choose_spots(scene, pair)
    for name, spot in zip((pair.first, pair.second), spots, strict=True):
        await prepare(scene, pair, name, spot)
    await perhaps_move(scene, pair, spots)
    sweeps = {pair.first, pair.second} & {*SWEEPS, "get_balance"}
    if sweeps or rng.random() < 0.25:
        await scene.move(2 * HOUR)
    calls = [
        Maker(scene, rng, spot).call(name)
        for name, spot in zip((pair.first, pair.second), spots, strict=True)
    ]
    if pair.relation == "same key" and pair.first == pair.second and rng.random() < 0.6:
        calls[1] = calls[0]
    moves: timedelta | None = 2 * HOUR if rng.random() < 0.3 else None
    level = rng.choice(LEVELS) if rng.random() < 0.2 else None
    duet = Duet(calls[0], calls[1], stale=rng.random() < 0.35, moves=moves, level=level)
    await play_duet(scene, duet, pair.level, pair.ending)


def choose_spots(scene: Scene, pair: Pair) -> list[Spot]:
    numbers = [1, 2]
    scene.rng.shuffle(numbers)  # which profile has the smaller id
    jobs = [scene.id(11), scene.id(12)]
    scene.rng.shuffle(jobs)
    profiles = [scene.id(number) for number in numbers]
    first = Spot(*profiles, jobs[0], scene.id(21), "key-1", 10)
    if pair.relation == "same key":
        return [first, first]
    if pair.relation == "same profile":
        return [first, Spot(*profiles, jobs[1], scene.id(22), "key-2", 20)]
    # A job id of another profile is the one key that profiles share.
    job = scene.rng.choice(jobs)
    return [first, Spot(*profiles[::-1], job, scene.id(22), "key-1", 10)]


Prepare = Callable[[Scene, Spot], Any]


async def prepare(scene: Scene, pair: Pair, name: str, spot: Spot) -> None:
    """Leaves behind what the call is about, or now and then not."""
    names = (pair.first, pair.second)
    opens = bool({*names} & {*OPENS})
    if name == "move_credits":
        await ensure_successors(scene, spot)
    if (opens and pair.relation == "same key") or (name in OPENS and scene.rng.random() < 0.5):
        return  # nothing is there yet
    await ensure_profile(
        scene, spot, imported="repair_refunds" in names or name == "import_profile"
    )
    if scene.rng.random() < 0.3:
        await scene.do("set_alert", **Maker(scene, scene.rng, spot).set_alert())
    if name in JOB_WRITERS or (name == "reserve_credits" and scene.rng.random() < 0.3):
        await ensure_job(scene, spot, held=name == "extend_hold" or scene.rng.random() < 0.4)
    if name in GRANT_WRITERS:
        await ensure_grant(scene, spot, revoked=name == "reinstate_grant")
    if name in MONTH_WRITERS and scene.rng.random() < 0.93:
        await ensure_month(scene, spot, revoked=name == "reinstate_renewal")
    if name in ("expire_holds", "get_balance"):
        await ensure_held(scene, spot)
    if name in ("expire_packs", "get_balance") and scene.rng.random() < 0.9:
        await ensure_pack(scene, spot)
    if name == "renew_monthly" and scene.rng.random() < 0.3:
        earlier = Maker(scene, scene.rng, spot).renew_monthly()
        earlier["period_start"] -= scene.rng.choice([0, 1, -1]) * DAY
        await scene.do("renew_monthly", **earlier)


async def perhaps_move(scene: Scene, pair: Pair, spots: list[Spot]) -> None:
    """Now and then a profile was moved before: what its jobs give back follows."""
    names = (pair.first, pair.second)
    if scene.rng.random() < (0.3 if "move_credits" in names else 0.06):
        spot = spots["move_credits" in names and names.index("move_credits")]
        await ensure_successors(scene, spot)
        await scene.do("move_credits", **Maker(scene, scene.rng, spot).move_credits())


async def ensure_successors(scene: Scene, spot: Spot) -> None:
    for successor in (spot.successor, scene.id(3)):
        if scene.rng.random() < 0.93:
            await ensure_profile(scene, replace(spot, profile=successor), imported=False)


async def ensure_profile(scene: Scene, spot: Spot, *, imported: bool) -> None:
    if spot.profile in scene.model.profiles:
        return
    if imported:
        number = spot.profile.int & 0xFF
        jobs = past(scene.id(30 + number), scene.id(40 + number))
        await scene.do("import_profile", profile_id=spot.profile, **jobs)
    else:
        monthly, addon = scene.rng.choice([(100, 200), (100, 200), (30, 0), (0, 60), (10, 45)])
        amounts = {"credits_remaining": monthly, "addon_credits": addon}
        await scene.do("open_profile", profile_id=spot.profile, **amounts)


async def ensure_job(scene: Scene, spot: Spot, *, held: bool) -> None:
    owner = scene.model.owner(spot.job)
    if owner or spot.profile not in scene.model.profiles or scene.rng.random() < 0.07:
        return
    cost = min(scene.rng.choice([0, 20, 20, 30, 50]), scene.profile(spot.profile).total)
    more = {"hold_for": scene.rng.choice([1, 5]) * HOUR} if held else {}
    job = {"profile_id": spot.profile, "job_id": spot.job, "cost": cost}
    await scene.do("reserve_credits", **job, **more)
    before = scene.rng.random()
    if before < 0.15:
        await scene.do("settle_job", job_id=spot.job, actual_cost=min(cost, 15))
    elif before < 0.22:
        await scene.do("refund_job", job_id=spot.job)


async def ensure_grant(scene: Scene, spot: Spot, *, revoked: bool) -> None:
    profile = scene.model.profiles.get(spot.profile)
    if profile is None or scene.rng.random() < 0.07:
        return
    if spot.key not in profile.grants:
        grant = {**Maker(scene, scene.rng, spot).grant_addon(), "amount": 70}
        await scene.do("grant_addon", **grant)
    if revoked and scene.rng.random() < 0.85:
        whose = {"profile_id": spot.profile, "reference": spot.key}
        amount = scene.rng.choice([None, 20, 70])
        await scene.do("revoke_grant", **whose, revocation_id="du-1", amount=amount, **BY)


async def ensure_month(scene: Scene, spot: Spot, *, revoked: bool) -> None:
    profile = scene.model.profiles.get(spot.profile)
    if profile is None or profile.closing is not None:
        return
    month = {"profile_id": spot.profile, "period_start": scene.day + spot.day * DAY}
    if (profile.period_start or month["period_start"]) <= month["period_start"]:
        await scene.do("renew_monthly", **month, allowance=500, rollover_cap=40)
    if revoked and scene.rng.random() < 0.85:
        amount = scene.rng.choice([None, 20])
        await scene.do("revoke_renewal", **month, revocation_id="du-1", amount=amount, **BY)


async def ensure_held(scene: Scene, spot: Spot) -> None:
    """A hold that is due after an hour."""
    number = 60 + (spot.profile.int & 0xFF)
    job = {"profile_id": spot.profile, "job_id": scene.id(number), "cost": 9, "hold_for": HOUR}
    if scene.model.owner(scene.id(number)) is None and scene.profile(spot.profile).total >= 9:
        await scene.do("reserve_credits", **job)


async def ensure_pack(scene: Scene, spot: Spot) -> None:
    """A pack that is over after an hour."""
    grant = {"profile_id": spot.profile, "amount": 33, "reference": "pack"}
    if "pack" not in scene.profile(spot.profile).grants:
        await scene.do("grant_addon", **grant, expires_at=scene.day + HOUR)
