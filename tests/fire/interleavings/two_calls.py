"""Named interleavings of two calls."""

from __future__ import annotations

from collections.abc import Callable

from fire.interleavings.calls import Call, call
from fire.interleavings.duet import Duet, play_duet
from fire.interleavings.oracle import past
from fire.interleavings.registry import Stage, duet, on_job, special, stage
from fire.interleavings.scene import BY, HOUR, Scene

# --- 1 to 6: reservations and keys ----------------------------------------------------------------


@duet(1, "two reserves, funds for one")
async def _(scene: Scene) -> Duet:
    made = await stage(scene)
    two = [made.reserve(4000, scene.id(11)), made.reserve(4000, scene.id(12))]
    return Duet(*two, waits=True, after_commit="insufficient_credits", after_undo="done")


@duet(2, "one reserve twice: the same split")
async def _(scene: Scene) -> Duet:
    one = (await stage(scene)).reserve(2000)
    return Duet(one, one, waits=True, after_commit="replay", after_undo="done")


@duet(4, "one job id for two profiles")
async def _(scene: Scene) -> Duet:
    one, other = await scene.open(1, 100), await scene.open(2, 100)
    two = [
        call("reserve_credits", profile_id=key, job_id=scene.id(11), cost=10)
        for key in scene.rng.sample([one, other], 2)
    ]
    return Duet(*two, waits=True, after_commit="job_conflict", after_undo="done")


@duet(5, "one reserve twice, the second in an older snapshot")
async def _(scene: Scene) -> Duet:
    one = (await stage(scene)).reserve(2000)
    how = {"after_commit": "replay", "after_undo": "done"}
    return Duet(one, one, stale=True, again=True, **how)


Keyed = Callable[[Stage], Call]
DISPUTE = {"revocation_id": "dispute-1"}
# Each call that has a key, and the same key with something else.
KEYED: dict[str, tuple[Keyed, Keyed | None, str]] = {
    "reserve": (lambda s: s.reserve(20), lambda s: s.reserve(21), "job_conflict"),
    "free reserve": (lambda s: s.reserve(0), lambda s: s.reserve(1), "job_conflict"),
    "held reserve": (
        lambda s: s.reserve(20, hold_for=HOUR),
        lambda s: s.reserve(21, hold_for=HOUR),
        "job_conflict",
    ),
    "grant": (lambda s: s.grant(70), lambda s: s.grant(71), "reference_conflict"),
    "pack": (
        lambda s: s.grant(70, expires_at=s.scene.day + HOUR),
        lambda s: s.grant(70, expires_at=s.scene.day + 2 * HOUR),
        "reference_conflict",
    ),
    "settle": (
        lambda s: on_job("settle_job", s, actual_cost=700),
        lambda s: on_job("settle_job", s, actual_cost=701),
        "job_conflict",
    ),
    "part": (
        lambda s: on_job("refund_job", s, amount=50, refund_id="part-1"),
        lambda s: on_job("refund_job", s, amount=51, refund_id="part-1"),
        "reference_conflict",
    ),
    "refund": (lambda s: on_job("refund_job", s), None, ""),
    "rollback": (lambda s: on_job("rollback_reservation", s), None, ""),
    "adjust": (
        lambda s: s.of("adjust_credits", adjustment_id="a", monthly_delta=5, addon_delta=-5, **BY),
        lambda s: s.of("adjust_credits", adjustment_id="a", monthly_delta=5, addon_delta=-6, **BY),
        "reference_conflict",
    ),
    "renew": (lambda s: s.renew(900), lambda s: s.renew(901), "period_conflict"),
    "change": (
        lambda s: s.of("change_allowance", period_start=s.scene.day, allowance=4, reference="p"),
        lambda s: s.of("change_allowance", period_start=s.scene.day, allowance=5, reference="p"),
        "reference_conflict",
    ),
    "revoke": (
        lambda s: s.of("revoke_grant", reference="order-0", **DISPUTE, amount=30, **BY),
        lambda s: s.of("revoke_grant", reference="order-0", **DISPUTE, amount=31, **BY),
        "reference_conflict",
    ),
    "reinstate": (
        lambda s: s.of("reinstate_grant", reference="order-9", **DISPUTE, **BY),
        None,
        "",
    ),
    "revoke a month": (
        lambda s: s.of("revoke_renewal", period_start=s.scene.day, **DISPUTE, amount=3, **BY),
        lambda s: s.of("revoke_renewal", period_start=s.scene.day, **DISPUTE, **BY),
        "reference_conflict",
    ),
    "reinstate a month": (
        lambda s: s.of("reinstate_renewal", period_start=s.scene.day, **DISPUTE, **BY),
        None,
        "",
    ),
    "overdraft": (lambda s: s.of("set_overdraft_limit", overdraft_limit=9, **BY), None, ""),
    "limit": (
        lambda s: s.of("set_limit", spender="ann", window_name="day", amount=900, **BY),
        None,
        "",
    ),
    "close": (lambda s: s.of("close_profile", **BY), None, ""),
}


async def keyed_stage(scene: Scene) -> Stage:
    """All that the keyed calls are about: a job of 600, a grant, and one that was revoked."""
    made = await stage(scene, job=600)
    revoke = made.of("revoke_grant", reference="order-9", **DISPUTE, amount=10, **BY)
    await made.does(made.grant(50, "order-0"), made.grant(60, "order-9"), revoke, made.renew(9, 0))
    return made


def keyed(name: str, one: Keyed, other: Keyed | None, token: str) -> None:
    async def twice(scene: Scene) -> Duet:
        made = await keyed_stage(scene)
        how = {"waits": True, "after_commit": "replay", "after_undo": "done"}
        return Duet(one(made), one(made), **how)

    async def waiting(scene: Scene) -> Duet:
        made = await keyed_stage(scene)
        await made.does(one(made))
        first = made.grant(1, "order-2")
        if scene.model.profiles[made.profile].closing:
            first = on_job("refund_job", made)
        how = {"waits": True, "after_commit": "replay", "after_undo": "replay"}
        return Duet(first, one(made), **how)

    async def holding(scene: Scene) -> Duet:
        made = await keyed_stage(scene)
        await made.does(one(made))
        return Duet(one(made), one(made), waits=True, after_commit="replay", after_undo="replay")

    async def otherwise(scene: Scene) -> Duet:
        made = await keyed_stage(scene)
        how = {"waits": True, "after_commit": token, "after_undo": "done"}
        return Duet(one(made), other(made), **how)

    duet(6, f"{name} twice: never an empty answer")(twice)
    duet(6, f"{name}: a replay waits for the lock too")(waiting)
    duet(6, f"{name}: a replay waits for a replay")(holding)
    if other is not None:
        duet(3, f"{name}: one key, other arguments")(otherwise)


for _name, _calls in KEYED.items():
    keyed(_name, *_calls)


@duet(6, "repair twice: never an empty answer")
async def _(scene: Scene) -> Duet:
    made = Stage(scene, scene.id(1))
    await made.does(made.of("import_profile", **past(scene.id(11), scene.id(12))))
    one = made.of("repair_refunds", **BY)
    return Duet(one, one, waits=True, after_commit="replay", after_undo="done")


# --- 7, 8: two ends of one job --------------------------------------------------------------------

# The first, the second, and what the second becomes once the first's call is kept.
ENDS: list[tuple[int, str, Keyed, Keyed, str]] = [
    (7, "refund | refund", KEYED["refund"][0], KEYED["refund"][0], "replay"),
    (7, "refund | the last part", KEYED["refund"][0], KEYED["part"][0], "refund_exceeds_deduction"),
    (7, "part | refund of the rest", KEYED["part"][0], KEYED["refund"][0], "done"),
    (
        7,
        "two parts, together too much",
        lambda s: on_job("refund_job", s, amount=400, refund_id="part-1"),
        lambda s: on_job("refund_job", s, amount=400, refund_id="part-2"),
        "refund_exceeds_deduction",
    ),
    (8, "refund | rollback", KEYED["refund"][0], KEYED["rollback"][0], "replay"),
    (8, "rollback | refund", KEYED["rollback"][0], KEYED["refund"][0], "replay"),
    (8, "refund | settle", KEYED["refund"][0], KEYED["settle"][0], "wrong_state"),
    (8, "rollback | settle", KEYED["rollback"][0], KEYED["settle"][0], "wrong_state"),
    (8, "settle | rollback", KEYED["settle"][0], KEYED["rollback"][0], "wrong_state"),
    (8, "settle | refund", KEYED["settle"][0], KEYED["refund"][0], "done"),
    (8, "settle | part", KEYED["settle"][0], KEYED["part"][0], "done"),
    (
        8,
        "settle for less | settle for what it holds",
        lambda s: on_job("settle_job", s, actual_cost=100),
        lambda s: on_job("settle_job", s),
        "replay",
    ),
    (
        8,
        "settle for more | a reserve of what is left",
        lambda s: on_job("settle_job", s, actual_cost=5000),
        lambda s: s.reserve(1000),
        "insufficient_credits",
    ),
    (
        8,
        "settle for more, capped, after a reserve took the rest",
        lambda s: s.reserve(4900),
        lambda s: on_job("settle_job", s, actual_cost=5000),
        "done",
    ),
    (
        8,
        "settle for more or not at all, after a reserve",
        lambda s: s.reserve(4900),
        lambda s: on_job("settle_job", s, actual_cost=5000, overage="reject"),
        "insufficient_credits",
    ),
]


def raised(made: Stage) -> Call:
    return on_job("raise_reservation", made, cost=900)


ENDS += [
    (8, "raise | the same raise", raised, raised, "replay"),
    (
        8,
        "raise | a raise further",
        raised,
        lambda s: on_job("raise_reservation", s, cost=950),
        "done",
    ),
    (8, "raise | refund", raised, KEYED["refund"][0], "done"),
    (8, "refund | raise", KEYED["refund"][0], raised, "wrong_state"),
    (8, "part | raise", KEYED["part"][0], raised, "done"),
    (8, "raise | settle without a cost", raised, lambda s: on_job("settle_job", s), "done"),
    (8, "settle | raise", KEYED["settle"][0], raised, "wrong_state"),
    (8, "raise | rollback", raised, KEYED["rollback"][0], "done"),
    (8, "rollback | raise", KEYED["rollback"][0], raised, "wrong_state"),
    (
        8,
        "reserve of what is left | raise",
        lambda s: s.reserve(4900),
        raised,
        "insufficient_credits",
    ),
]


def two_ends(number: int, title: str, one: Keyed, two: Keyed, then: str) -> None:
    @duet(number, title)
    async def _(scene: Scene) -> Duet:
        made = await stage(scene, job=600)
        return Duet(one(made), two(made), waits=True, after_commit=then, after_undo="done")


for _ends in ENDS:
    two_ends(*_ends)


def nothing_held(name: str) -> None:
    @duet(8, f"{name} | the same reserve again: nothing is held any more")
    async def _(scene: Scene) -> Duet:
        made = await stage(scene, job=600)
        how = {"waits": True, "after_commit": "wrong_state", "after_undo": "replay"}
        return Duet(KEYED[name][0](made), made.reserve(600, made.job), **how)


for _name in ("refund", "rollback"):
    nothing_held(_name)


@duet(8, "settle | the same reserve again: it has run")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=600)
    first, how = on_job("settle_job", made, actual_cost=0), {"after_commit": "replay"}
    return Duet(first, made.reserve(600, made.job), waits=True, **how, after_undo="replay")


# --- 9 to 11: deadlines ---------------------------------------------------------------------------


@duet(9, "settle | reserve: the deadline passes while the second waits")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 500, 0, job=300, hold_for=HOUR)
    first, how = on_job("settle_job", made, actual_cost=200), {"moves": 2 * HOUR, "waits": True}
    return Duet(
        first, made.reserve(500), **how, after_commit="insufficient_credits", after_undo="done"
    )


@duet(9, "grant | settle: the deadline passes, and it settles late")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    second = on_job("settle_job", made, actual_cost=200)
    return Duet(made.grant(1), second, moves=2 * HOUR, waits=True, after_commit="done")


@duet(9, "grant | settle without a cost: the deadline passes, and it costs what it held")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    second = on_job("settle_job", made)
    return Duet(made.grant(1), second, moves=2 * HOUR, waits=True, after_commit="done")


@duet(9, "grant | the same reserve again: the deadline passes, and nothing is held")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    second, how = made.reserve(300, made.job), {"moves": 2 * HOUR, "waits": True}
    return Duet(made.grant(1), second, **how, after_commit="wrong_state", after_undo="wrong_state")


@duet(9, "extend | the same reserve again: the old deadline passes")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    first, second = on_job("extend_hold", made, hold_for=5 * HOUR), made.reserve(300, made.job)
    how = {"moves": 2 * HOUR, "waits": True}
    return Duet(first, second, **how, after_commit="replay", after_undo="wrong_state")


@duet(9, "extend | reserve: the old deadline passes")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 500, 0, job=300, hold_for=HOUR)
    first, how = on_job("extend_hold", made, hold_for=5 * HOUR), {"moves": 2 * HOUR}
    return Duet(
        first, made.reserve(500), **how, after_commit="insufficient_credits", after_undo="done"
    )


@duet(9, "raise | reserve: the deadline passes, and all of it is back")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 500, 0, job=100, hold_for=HOUR)
    first = on_job("raise_reservation", made, cost=400)
    how = {"moves": 2 * HOUR, "waits": True}
    return Duet(first, made.reserve(500), **how, after_commit="done", after_undo="done")


@duet(9, "grant | raise: the deadline passes, and nothing is reserved")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    second, how = on_job("raise_reservation", made, cost=900), {"moves": 2 * HOUR, "waits": True}
    return Duet(made.grant(1), second, **how, after_commit="wrong_state", after_undo="wrong_state")


@duet(9, "grant | extend: the deadline passes, and there is nothing to extend")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    second, how = on_job("extend_hold", made, hold_for=HOUR), {"moves": 2 * HOUR, "waits": True}
    return Duet(made.grant(1), second, **how, after_commit="wrong_state", after_undo="wrong_state")


@duet(9, "grant | reserve: a pack ends while the second waits")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.grant(50, "pack", expires_at=scene.day + HOUR))
    how = {"moves": 2 * HOUR, "waits": True, "after_undo": "insufficient_credits"}
    return Duet(made.grant(20), made.reserve(50), **how, after_commit="insufficient_credits")


@duet(9, "grant | get_balance: a hold ends, and the reader works it off")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=300, hold_for=HOUR)
    await scene.move(2 * HOUR)
    return Duet(made.grant(20), made.of("get_balance"), waits=True)


async def overdue(scene: Scene) -> tuple[Stage, Stage]:
    """Two profiles, each with a hold and a pack that are over."""
    made = [Stage(scene, await scene.open(number, 500)) for number in (1, 2)]
    for number, one in enumerate(made):
        for job in (11, 12):
            await one.does(one.reserve(90, scene.id(10 * number + job), hold_for=HOUR))
        await one.does(one.grant(30, expires_at=scene.day + HOUR))
    await scene.move(2 * HOUR)
    return made[0], made[1]


def sweep(name: str, most: str) -> None:
    @duet(10, f"{name} | {name}: each once")
    async def _(scene: Scene) -> Duet:
        await overdue(scene)
        return Duet(call(name), call(name), after_commit="nothing", after_undo="nothing")

    for some, of in ((1, "a part of one profile"), (3, "one profile"), (4, "one and a part")):

        @duet(10, f"{name} of {of} | {name} of the rest")
        async def _(scene: Scene, some: int = some) -> Duet:
            await overdue(scene)
            return Duet(call(name, **{most: some}), call(name), waits=False)

    @duet(11, f"{name} | reserve on one of its profiles")
    async def _(scene: Scene) -> Duet:
        _, second = await overdue(scene)
        return Duet(call(name), second.reserve(400, scene.id(50)), waits=True, after_commit="done")

    @duet(11, f"reserve on one of its profiles | {name}")
    async def _(scene: Scene) -> Duet:
        first, _ = await overdue(scene)
        how = {"waits": False, "after_commit": "done", "after_undo": "done"}
        return Duet(first.reserve(400, scene.id(50)), call(name), **how)


sweep("expire_holds", "batch_size")
sweep("expire_packs", "batch_size")


# --- 13, 14: several profiles, and rows of the caller's -------------------------------------------


@duet(13, "sweep over two profiles | sweep of the other kind")
async def _(scene: Scene) -> Duet:
    await overdue(scene)
    sweeps = scene.rng.sample(["expire_holds", "expire_packs"], 2)
    return Duet(call(sweeps[0]), call(sweeps[1]), waits=False, after_commit="nothing")


@duet(14, "both inserted a row that references the profile, then reserve")
async def _(scene: Scene) -> Duet:
    made = await stage(scene)
    prelude = f"insert into public.orders (profile_id) values ('{made.profile}')"
    two = [made.reserve(4000, scene.id(11)), made.reserve(4000, scene.id(12))]
    how = {"after_commit": "insufficient_credits", "after_undo": "done"}
    return Duet(*two, prelude=prelude, waits=True, **how)


# --- 16 to 21: months, grants, beginnings and ends ------------------------------------------------


@duet(16, "renew | renew of another month")
async def _(scene: Scene) -> Duet:
    made = await stage(scene)
    later, earlier = made.renew(900, 20), made.renew(900, 10)
    return Duet(later, earlier, waits=True, after_commit="period_conflict", after_undo="done")


@duet(17, "renew | reserve: all of it from the new month")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 500, 0)
    how = {"waits": True, "after_commit": "done", "after_undo": "insufficient_credits"}
    return Duet(made.renew(900), made.reserve(900), **how)


@duet(17, "reserve | renew: all of it from the old month")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 500, 0)
    return Duet(made.reserve(400), made.renew(900, rollover_cap=50), waits=True)


def refund_and_renewal(setting: str) -> None:
    @special(18, f"renew | refund of the old month's job: {setting}")
    async def _(scene: Scene, level: str, ending: str) -> None:
        made = await stage(scene, job=700)
        async with scene.closed_period_refund(setting):
            two = (made.renew(900, rollover_cap=50), on_job("refund_job", made))
            await play_duet(scene, Duet(*two, waits=True), level, ending)

    @special(18, f"refund | renew: {setting}")
    async def _(scene: Scene, level: str, ending: str) -> None:
        made = await stage(scene, job=700)
        async with scene.closed_period_refund(setting):
            two = (on_job("refund_job", made), made.renew(900, rollover_cap=50))
            await play_duet(scene, Duet(*two, waits=True), level, ending)


refund_and_renewal("restore")
refund_and_renewal("lapse")


@duet(19, "grant | reserve: it sees the grant")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    how = {"waits": True, "after_commit": "done", "after_undo": "insufficient_credits"}
    return Duet(made.grant(700), made.reserve(700), **how)


@duet(19, "revoke | reserve: it sees the revocation")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.grant(700))
    how = {"waits": True, "after_commit": "insufficient_credits", "after_undo": "done"}
    return Duet(
        made.of("revoke_grant", reference="order-1", **DISPUTE, **BY), made.reserve(700), **how
    )


@duet(19, "reserve | revoke: what is spent is not collected")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.grant(700))
    return Duet(
        made.reserve(700), made.of("revoke_grant", reference="order-1", **DISPUTE, **BY), waits=True
    )


@duet(19, "revoke | refund: what the job returns goes to the revocation")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.grant(700), made.reserve(700, made.job))
    revoke = made.of("revoke_grant", reference="order-1", **DISPUTE, **BY)
    return Duet(revoke, on_job("refund_job", made), waits=True)


@duet(19, "refund | revoke: what the job returned is collected")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.grant(700), made.reserve(700, made.job))
    revoke = made.of("revoke_grant", reference="order-1", **DISPUTE, **BY)
    return Duet(on_job("refund_job", made), revoke, waits=True)


@duet(19, "revoke a month | refund: what the job returns goes to the revocation")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.renew(500, 0), made.reserve(300, made.job))
    revoke = made.of("revoke_renewal", period_start=scene.day, **DISPUTE, **BY)
    return Duet(revoke, on_job("refund_job", made), waits=True)


@duet(19, "reinstate | refund: nothing waits any more")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 0, 0)
    await made.does(made.grant(700), made.reserve(700, made.job))
    await made.does(made.of("revoke_grant", reference="order-1", **DISPUTE, **BY))
    reinstate = made.of("reinstate_grant", reference="order-1", **DISPUTE, **BY)
    return Duet(reinstate, on_job("refund_job", made), waits=True)


# The first call on a profile that is not there, the second, whether it waits, what it becomes.
BEGINNINGS: list[tuple[str, str, bool, str, str]] = [
    ("open_profile", "open_profile", True, "replay", "done"),
    ("import_profile", "import_profile", True, "replay", "done"),
    ("open_profile", "import_profile", True, "profile_exists", "done"),
    ("import_profile", "open_profile", True, "profile_exists", "done"),
    ("open_profile", "grant_addon", False, "profile_not_found", "profile_not_found"),
    ("import_profile", "reserve_credits", False, "profile_not_found", "profile_not_found"),
    ("import_profile", "refund_job", False, "job_not_found", "job_not_found"),
]


def beginning(one: str, two: str, waits: bool, then: str, else_: str) -> None:
    @duet(20, f"{one} | {two}, on no profile yet")
    async def _(scene: Scene) -> Duet:
        made = Stage(scene, scene.id(1))
        calls = {
            "open_profile": made.of("open_profile", credits_remaining=5),
            "import_profile": made.of("import_profile", **past(scene.id(11), scene.id(12))),
            "grant_addon": made.grant(700),
            "reserve_credits": made.reserve(1, scene.id(13)),
            "refund_job": call("refund_job", job_id=scene.id(12)),
        }
        how = {"waits": waits, "after_commit": then, "after_undo": else_}
        return Duet(calls[one], calls[two], **how)


for _beginning in BEGINNINGS:
    beginning(*_beginning)


def closing(name: str, two: Keyed, then: str) -> None:
    @duet(21, f"close | {name}")
    async def _(scene: Scene) -> Duet:
        made = await stage(scene, job=600, hold_for=HOUR)
        first = made.of("close_profile", **BY)
        return Duet(first, two(made), waits=True, after_commit=then, after_undo="done")

    @duet(21, f"{name} | close")
    async def _(scene: Scene) -> Duet:
        made = await stage(scene, job=600, hold_for=HOUR)
        return Duet(two(made), made.of("close_profile", **BY), waits=True, after_commit="done")


closing("reserve", KEYED["reserve"][0], "profile_closed")
closing("grant", KEYED["grant"][0], "profile_closed")
closing("renew", KEYED["renew"][0], "profile_closed")
closing("raise", raised, "profile_closed")
closing("extend", lambda s: on_job("extend_hold", s, hold_for=2 * HOUR), "profile_closed")
closing("settle", KEYED["settle"][0], "done")
closing("refund", KEYED["refund"][0], "done")
