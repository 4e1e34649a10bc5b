"""Named interleavings in which the second has an older snapshot than it should act on."""

from __future__ import annotations

from fire.interleavings.duet import Duet
from fire.interleavings.registry import duet, on_job, stage
from fire.interleavings.scene import HOUR, Scene


@duet(33, "a free hold | a reserve that works off another hold, in an older snapshot")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=10, hold_for=HOUR)
    first = made.reserve(0, scene.id(12), hold_for=5 * HOUR)
    return Duet(first, made.reserve(5, scene.id(13)), stale=True, moves=2 * HOUR)


@duet(33, "a free hold | a reserve that works off another hold, after waiting")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=10, hold_for=HOUR)
    first = made.reserve(0, scene.id(12), hold_for=5 * HOUR)
    return Duet(first, made.reserve(5, scene.id(13)), moves=2 * HOUR, waits=True)


@duet(33, "a free hold | a serializable reserve that works off another hold")
async def _(scene: Scene) -> Duet:
    """Serializable alone does not help where the first is not."""
    made = await stage(scene, job=10, hold_for=HOUR)
    first, how = made.reserve(0, scene.id(12), hold_for=5 * HOUR), {"moves": 2 * HOUR}
    return Duet(first, made.reserve(5, scene.id(13)), stale=True, level="serializable", **how)


@duet(33, "extend | a reserve that works off another hold, in an older snapshot")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, job=10, hold_for=HOUR)
    await made.does(made.reserve(10, scene.id(12), hold_for=HOUR))
    first = on_job("extend_hold", made, hold_for=5 * HOUR)
    return Duet(first, made.reserve(5, scene.id(13)), stale=True, moves=2 * HOUR)


@duet(34, "a stale read, then a reserve of what it showed")
async def _(scene: Scene) -> Duet:
    made = await stage(scene, 100, 0)
    prelude = f"select credits.get_balance('{made.profile}')"
    two = [made.reserve(100, scene.id(11)), made.reserve(100, scene.id(12))]
    how = {"after_commit": "insufficient_credits", "after_undo": "done"}
    return Duet(*two, stale=True, prelude=prelude, again=True, **how)
