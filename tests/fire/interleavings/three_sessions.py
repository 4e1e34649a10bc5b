"""Named interleavings of three sessions."""

from __future__ import annotations

import itertools

from fire.interleavings.calls import call
from fire.interleavings.oracle import past
from fire.interleavings.registry import on_job, special, stage
from fire.interleavings.scene import HOUR, Scene
from fire.interleavings.trio import Trio


@special(12, "refund by job id beside a reserve that works the job off: profile before job in both")
async def _(scene: Scene, level: str, ending: str) -> None:
    for order in (1, -1):
        scene = await Scene.new(scene.lane, scene.rng)
        made = await stage(scene, job=300, hold_for=HOUR)
        waiters = [made.reserve(400), on_job("refund_job", made)][::order]
        endings = (ending, "commit", "commit")
        await Trio(scene, (made.grant(1), *waiters), level, endings, moves=2 * HOUR).play()


@special(13, "imports whose jobs come in opposite orders, behind an import that has one of each")
async def _(scene: Scene, level: str, ending: str) -> None:
    jobs = [scene.id(number) for number in (11, 12, 13, 14)]
    holder = call("import_profile", profile_id=scene.id(1), **past(jobs[1], jobs[2]))
    two = [
        call("import_profile", profile_id=scene.id(2), **past(jobs[0], jobs[1], jobs[3])),
        call("import_profile", profile_id=scene.id(3), **past(jobs[3], jobs[2], jobs[0])),
    ]
    await Trio(scene, (holder, *two), level, (ending, "commit", "commit")).play()


@special(13, "an import of a job that is being worked off | a reserve of a job that it brings")
async def _(scene: Scene, level: str, ending: str) -> None:
    """The import has the new job and comes to the old one, the reserve the other way round."""
    made = await stage(scene)
    jobs = [scene.id(number) for number in (11, 12, 13)]
    await made.does(made.reserve(10, jobs[2], hold_for=HOUR))
    await scene.move(2 * HOUR)
    other = await scene.open(2, 10)
    holder = call("reserve_credits", profile_id=other, job_id=jobs[1], cost=1)
    brings = call("import_profile", profile_id=scene.id(3), **past(*jobs))
    calls = (holder, brings, made.reserve(20, jobs[0]))
    await Trio(scene, calls, level, (ending, "commit", "commit"), strict=False).play()


@special(20, "three times the first call on one profile")
async def _(scene: Scene, level: str, ending: str) -> None:
    opening = call("open_profile", profile_id=scene.id(1), credits_remaining=5)
    await Trio(scene, (opening, opening, opening), level, (ending, "commit", "commit")).play()


@special(28, "reserve, refund, reserve: each kept or not")
async def _(scene: Scene, level: str, ending: str) -> None:
    for endings in itertools.product(("commit", "rollback"), repeat=2):
        scene = await Scene.new(scene.lane, scene.rng)
        made = await stage(scene, 100, 0, job=60)
        calls = (made.reserve(40), on_job("refund_job", made), made.reserve(70, scene.id(13)))
        await Trio(scene, calls, level, (ending, *endings)).play()
