"""Named interleavings of moves: of two profiles, and what comes back goes on to the second."""

from __future__ import annotations

from typing import Any

from fire.interleavings.calls import Call
from fire.interleavings.duet import Duet
from fire.interleavings.registry import Stage, duet, on_job, stage
from fire.interleavings.scene import BY, HOUR, Scene


async def two_stages(scene: Scene, **hold: Any) -> tuple[Stage, Stage]:
    """A profile with a job of 600, and the one that its credits are moved to."""
    return await stage(scene, job=600, **hold), Stage(scene, await scene.open(2, 100, 200))


def move(made: Stage, successor: Stage) -> Call:
    return made.of("move_credits", to_profile_id=successor.profile, move_id="m-1", **BY)


@duet(21, "move | move: a replay")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene)
    two = [move(made, successor)] * 2
    return Duet(*two, waits=True, after_commit="replay", after_undo="done")


@duet(21, "move | move the other way round")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene)
    two = [move(made, successor), move(successor, made)]
    return Duet(*two, waits=True, after_commit="profile_closed", after_undo="done")


@duet(21, "move | reserve")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene)
    two = [move(made, successor), made.reserve(20)]
    return Duet(*two, waits=True, after_commit="profile_closed", after_undo="done")


@duet(21, "move | reserve of what the successor gets")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene)
    how = {"after_commit": "done", "after_undo": "insufficient_credits"}
    return Duet(move(made, successor), successor.reserve(4000), waits=True, **how)


@duet(21, "move | refund: it follows")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene)
    two = [move(made, successor), on_job("refund_job", made)]
    return Duet(*two, waits=True, after_commit="done", after_undo="done")


@duet(21, "reserve | refund that follows to the same profile")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene)
    await made.does(move(made, successor))
    two = [successor.reserve(4000), on_job("refund_job", made)]
    return Duet(*two, waits=True, after_commit="done", after_undo="done")


@duet(21, "grant to a successor | expire_holds passes over who was moved to it")
async def _(scene: Scene) -> Duet:
    made, successor = await two_stages(scene, hold_for=HOUR)
    await made.does(move(made, successor))
    await scene.move(2 * HOUR)
    how = {"after_commit": "nothing", "after_undo": "nothing"}
    return Duet(successor.grant(5), Call("expire_holds", {}), waits=False, **how)
