"""Named interleavings of callers' transactions that do more than one call."""

from __future__ import annotations

from typing import Any

import asyncpg

from fire.interleavings.calls import LEVELS, Again, Call, Violation
from fire.interleavings.oracle import Turn
from fire.interleavings.registry import Stage, on_job, special, stage
from fire.interleavings.scene import Scene
from fire.interleavings.sessions import Session, Step


async def whole(scene: Scene, session: Session, calls: list[Call]) -> list[Any]:
    """Calls in an open transaction, which do not wait. A 40001 ends them."""
    answers: list[Any] = []
    for one in calls:
        answers.append(await scene.lane.must_not_wait(session, one))
        scene.note(f"{session.name}: {one}", answers[-1])
        if isinstance(answers[-1], Again):
            break
    return answers


async def second_after(scene: Scene, level: str, calls: list[Call], step: Step) -> list[Any]:
    """The answers of the second's transaction, whose first call is under way, and its commit."""
    session = step.session
    answers = [await step.answer()]
    scene.note(f"second: {calls[0]}", answers[0])
    if not isinstance(answers[0], Again):
        answers += await whole(scene, session, calls[1:])
    kept = await scene.lane.end(session, "commit", answers[-1])
    if isinstance(answers[-1], Again) or isinstance(kept, Again):
        scene.lane.again(level, calls[0])
        await session.begin(level)
        answers = await whole(scene, session, calls)
        if await scene.lane.end(session, "commit", answers[-1]) is not True:
            raise Violation("40001 is resolved by one repetition", scene.told())
        scene.met["40001 resolved"] += 1
    return answers


async def judge_two(
    scene: Scene, first: list[tuple[Call, Any]], kept: bool, second: list[tuple[Call, Any]]
) -> None:
    """The second's transaction came after the first's, which was kept or not. Calls of an undone
    transaction are undone one by one: here none of them is about what another did.
    """
    turns, found = [], {}
    for name, pairs in (("first", first), ("second", second)):
        for number, (made, answer) in enumerate(pairs):
            key = f"{name} {number}"
            turns.append(Turn(key, made, scene.now, kept=kept or name == "second"))
            found[key] = answer
    await scene.judge(found, [turns])


@special(13, "two transactions grant to two profiles, both by ascending id")
async def _(scene: Scene, level: str, ending: str) -> None:
    stages = [Stage(scene, await scene.open(number, 100)) for number in (1, 2)]
    calls = [[one.grant(10, key) for one in stages] for key in ("order-1", "order-2")]
    first, second = scene.lane.first, scene.lane.second
    await first.begin(level)
    answers = await whole(scene, first, calls[0])
    await second.begin(level)
    step = await scene.lane.must_wait(second, calls[1][0])
    kept = await scene.lane.end(first, ending)
    if isinstance(kept, Again):
        raise Violation("the first of two commits", scene.told())
    later = await second_after(scene, level, calls[1], step)
    pairs = [list(zip(*one, strict=True)) for one in zip(calls, (answers, later), strict=True)]
    await judge_two(scene, pairs[0], kept, pairs[1])


@special(15, "both update a row of the caller's, then reserve")
async def _(scene: Scene, level: str, ending: str) -> None:
    made = await stage(scene)
    await scene.lane.observer.execute(f"insert into public.customers values ('{made.profile}')")
    update = f"update public.customers set name = 'x' where id = '{made.profile}'"
    first, second = scene.lane.first, scene.lane.second
    two = [made.reserve(4000, scene.id(11)), made.reserve(4000, scene.id(12))]
    await first.begin(level, update)
    answer = await scene.lane.must_not_wait(first, two[0])
    await second.begin(level)
    updating = scene.lane.start_sql(second, update)
    if not await scene.lane.waits(updating):
        raise Violation("a wait where there must be one", scene.told())
    kept = await scene.lane.end(first, ending, answer)
    if isinstance(kept, Again):
        raise Violation("the first of two commits", scene.told())
    updated = await updating.answer()
    if isinstance(updated, asyncpg.SerializationError):
        await second.rollback()
        scene.lane.again(level, two[1])
        later = await scene.lane.repeat(second, level, two[1], update)
    else:
        later = await scene.lane.must_not_wait(second, two[1])
        await scene.lane.end(second, "commit", later)
    await judge_two(scene, [(two[0], answer)], kept, [(two[1], later)])


@special(22, "a savepoint around a reserve is rolled back: the waiter goes on, seq has no gap")
async def _(scene: Scene, level: str, ending: str) -> None:
    made = await stage(scene, 100, 0)
    first, second = scene.lane.first, scene.lane.second
    undone, other, last = (made.reserve(60, scene.id(number)) for number in (11, 12, 13))
    await first.begin(level, "savepoint s")
    answers = {"undone": await scene.lane.must_not_wait(first, undone)}
    await second.begin(level)
    step = await scene.lane.must_wait(second, other)
    await first.connection.execute("rollback to savepoint s")
    answers["second"] = await step.answer()
    # The other way round now: the first waits for the second.
    step = await scene.lane.must_wait(first, last)
    await scene.lane.end(second, "commit", answers["second"])
    answers["first"] = await step.answer()
    kept = await scene.lane.end(first, ending, answers["first"])
    if isinstance(answers["first"], Again) or isinstance(kept, Again):
        scene.lane.again(level, last)
        answers["first"] = await scene.lane.repeat(first, level, last, ending=ending)
    turns = [
        Turn("undone", undone, scene.now, kept=False),
        Turn("second", other, scene.now),
        Turn("first", last, scene.now),
    ]
    await scene.judge(answers, [turns])


@special(23, "an error after a reserve in the same transaction, then COMMIT")
async def _(scene: Scene, level: str, ending: str) -> None:
    """commit: the error is behind a savepoint; rollback: a refusal; fail: the caller's own."""
    made = await stage(scene, job=600)
    first, second = scene.lane.first, scene.lane.second
    calls = [made.reserve(2000), made.reserve(9000, scene.id(13))]
    await first.begin(level)
    answers = [await scene.lane.must_not_wait(first, calls[0])]
    if ending == "commit":
        await first.connection.execute("savepoint s")
    await second.begin(level)
    step = await scene.lane.must_wait(second, on_job("refund_job", made))
    if ending == "rollback":
        answers.append(await scene.lane.ask(first, calls[1]))
    else:
        await first.fail()
    if ending == "commit":
        await first.connection.execute("rollback to savepoint s")
    tag = await first.commit()
    if tag != ("COMMIT" if ending == "commit" else "ROLLBACK"):
        raise Violation("a failed transaction commits nothing", f"{tag}\n{scene.told()}")
    scene.met["commits that rolled back"] += ending != "commit"
    later = await second_after(scene, level, [on_job("refund_job", made)], step)
    # A refused call was answered while the reserve before it still counted.
    found = [(calls[0], answers[0])]
    await judge_two(scene, found, ending == "commit", [(on_job("refund_job", made), later[0])])
    if ending == "rollback" and answers[1].token != "insufficient_credits":
        raise Violation("named as expected", scene.told())
    if ending == "commit" and level == LEVELS[0] and later[0]["replayed"]:
        raise Violation("named as expected", scene.told())
