"""Named interleavings with an accident: a session that ends, a timeout, a replaced function."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from fire.interleavings.calls import LEVELS, Again, Call, Violation
from fire.interleavings.oracle import Turn
from fire.interleavings.registry import Stage, on_job, special, stage
from fire.interleavings.scene import Scene
from fire.interleavings.sessions import DEADLINE_SECONDS, GONE, Lane, Session, Step
from laws.refusals import Refused
from support import function_file

WRITERS = 30
REPORT = """
select p.credits_remaining, p.addon_credits, p.seq,
       (select sum(l.monthly_delta) from credits.ledger l where l.profile_id = p.id),
       (select sum(l.addon_delta) from credits.ledger l where l.profile_id = p.id),
       (select count(*) from credits.ledger l where l.profile_id = p.id),
       (select count(*) from credits.check_integrity(p.id))
  from credits.profiles p where p.id = $1
"""


async def conclude(scene: Scene, first: Turn, second: Call, answers: list[Any]) -> None:
    turns = [first, Turn("second", second, scene.now)]
    await scene.judge({"first": answers[0], "second": answers[1]}, [turns])


async def second_ends(scene: Scene, level: str, call: Call, step: Step) -> Any:
    """The answer of a second that waited, repeated where it has to be."""
    answer = await step.answer()
    scene.note(f"second: {call}", answer)
    kept = await scene.lane.end(step.session, "commit", answer)
    if isinstance(answer, Again) or isinstance(kept, Again):
        scene.lane.again(level, call)
        return await scene.lane.repeat(step.session, level, call)
    return answer


def must_be(error: Any, kinds: type[BaseException] | tuple[type[BaseException], ...]) -> None:
    if not isinstance(error, kinds):
        raise Violation("an accident is told as what it is", f"{error!r} is no {kinds}")


async def cut(scene: Scene, how: str, session: Session, step: Step | None) -> None:
    """Cancels what a session does, or ends it; what it was doing tells so."""
    await scene.lane.observer.fetchval(f"select pg_{how}_backend($1)", session.pid)
    if step is not None:
        must_be(await step.answer(), asyncpg.QueryCanceledError if how == "cancel" else GONE)
    if how == "terminate":
        await scene.lane.replace(session)


async def cut_while_waiting(scene: Scene, level: str, how: str) -> None:
    lane, made = scene.lane, await stage(scene)
    one, two = made.grant(1), made.reserve(2000)
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, one)]
    await lane.second.begin(level)
    step = lane.start_raw(lane.second, two)
    if not await lane.waits(step):
        raise Violation("a wait where there must be one", scene.told())
    await cut(scene, how, lane.second, step)
    if how == "cancel":
        await lane.second.rollback()
    await lane.end(lane.first, "commit", answers[0])
    answers.append(await lane.ask(lane.second, two))
    await conclude(scene, Turn("first", one, scene.now), two, answers)


async def cut_while_holding(scene: Scene, level: str, how: str) -> None:
    """A cancel finds nothing to cancel: the lock stays until the commit."""
    lane, made = scene.lane, await stage(scene, job=600)
    one, two = made.grant(1), on_job("refund_job", made)
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, one)]
    await lane.second.begin(level)
    step = await lane.must_wait(lane.second, two)
    await cut(scene, how, lane.first, None)
    kept = how == "cancel"
    if kept:
        if not await lane.waits(step):
            raise Violation("a wait where there must be one", scene.told())
        await lane.end(lane.first, "commit", answers[0])
    answers.append(await second_ends(scene, level, two, step))
    await conclude(scene, Turn("first", one, scene.now, kept=kept), two, answers)


async def cut_in_the_commit(scene: Scene, level: str, how: str) -> None:
    """A trigger of the caller's lets the commit wait; what it would have committed is undone."""
    lane, made = scene.lane, await stage(scene)
    two = [made.reserve(4000, scene.id(11)), made.reserve(4000, scene.id(12))]
    await lane.third.connection.execute("select pg_advisory_lock(7)")
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, two[0])]
    await lane.first.connection.execute("insert into public.slow values (1)")
    committing = lane.start_sql(lane.first, "commit")
    if not await lane.waits(committing):
        raise Violation("a wait where there must be one", "the commit")
    await lane.second.begin(level)
    step = await lane.must_wait(lane.second, two[1])
    await cut(scene, how, lane.first, committing)
    answers.append(await second_ends(scene, level, two[1], step))
    await lane.third.connection.execute("select pg_advisory_unlock(7)")
    await conclude(scene, Turn("first", two[0], scene.now, kept=False), two[1], answers)


MOMENTS = {
    "commit": cut_while_waiting,
    "rollback": cut_while_holding,
    "fail": cut_in_the_commit,
}


@special(24, "cancelled or ended while waiting, while holding, in the commit")
async def _(scene: Scene, level: str, ending: str) -> None:
    for how in ("cancel", "terminate"):
        scene = await Scene.new(scene.lane, scene.rng)
        scene.note(f"{how} {MOMENTS[ending].__name__}")
        await MOMENTS[ending](scene, level, how)


@asynccontextmanager
async def short_wait(lane: Lane) -> AsyncIterator[None]:
    """The functions say 5 s; nobody need wait that long to see that it counts."""
    alter = "alter function credits.reserve_credits set lock_timeout = "
    await lane.observer.execute(alter + "'40ms'")
    try:
        yield
    finally:
        await lane.observer.execute(alter + "'5s'")


@special(25, "the wait is too long: 55P03, and the same call again")
async def _(scene: Scene, level: str, ending: str) -> None:
    lane, made = scene.lane, await stage(scene, 0, 0)
    one, two = made.grant(700), made.reserve(700)
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, one)]
    async with short_wait(lane):
        await lane.second.begin(level)
        step = lane.start_raw(lane.second, two)
        must_be(await step.answer(), asyncpg.LockNotAvailableError)
        await lane.second.rollback()
    kept = await lane.end(lane.first, ending, answers[0])
    answers.append(await lane.ask(lane.second, two))
    await conclude(scene, Turn("first", one, scene.now, kept=kept is True), two, answers)


@special(26, "a session that holds the lock and idles is ended by the server", ("rollback",))
async def _(scene: Scene, level: str, ending: str) -> None:
    lane, made = scene.lane, await stage(scene)
    two = [made.reserve(4000, scene.id(11)), made.reserve(4000, scene.id(12))]
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, two[0])]
    await lane.second.begin(level)
    step = await lane.must_wait(lane.second, two[1])
    await lane.first.connection.execute("set idle_in_transaction_session_timeout = '20ms'")
    answers.append(await second_ends(scene, level, two[1], step))
    gone = await lane.start_sql(lane.first, "commit").answer()
    must_be(gone, GONE)
    await lane.replace(lane.first)
    await conclude(scene, Turn("first", two[0], scene.now, kept=False), two[1], answers)


@special(27, "a long report while others write")
async def _(scene: Scene, level: str, ending: str) -> None:
    lane, made = scene.lane, await stage(scene, job=600)
    await lane.second.begin(level)
    reports = [await lane.second.connection.fetchrow(REPORT, made.profile)]
    turns, found = [], {}
    for number in range(WRITERS):
        name, one = f"writer {number}", made.reserve(number, scene.id(100 + number))
        await lane.first.begin(LEVELS[0])
        found[name] = await lane.must_not_wait(lane.first, one)
        kept = await lane.end(lane.first, ending, found[name])
        turns.append(Turn(name, one, scene.now, kept=kept is True))
        if number % 10 == 9:
            reports.append(await lane.second.connection.fetchrow(REPORT, made.profile))
    await lane.second.commit()
    for monthly, addon, seq, *sums, findings in reports:
        if [monthly, addon, seq] != sums or findings:
            raise Violation("the books are sound", f"a report shows {monthly, addon, seq, sums}")
    if len(set(map(tuple, reports))) != 1 and level != LEVELS[0]:
        raise Violation("a snapshot stands still", f"{reports}")
    if ending == "commit" and level == LEVELS[0] and reports[-1] == reports[0]:
        raise Violation("a new statement sees what is committed", f"{reports[-1]}")
    await scene.judge(found, [turns])


@special(30, "CREATE OR REPLACE while a call waits in the old version")
async def _(scene: Scene, level: str, ending: str) -> None:
    lane, made = scene.lane, await stage(scene, job=600)
    other = Stage(scene, scene.id(99))
    old = function_file("reserve_credits").read_text("utf-8")
    new = old.replace("_job_reason('reserve'", "_job_reason('reserve, new version'")
    one, two = on_job("refund_job", made), made.reserve(2000)
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, one)]
    await lane.second.begin(level)
    step = await lane.must_wait(lane.second, two)
    try:
        await lane.observer.execute(new, timeout=DEADLINE_SECONDS)
        kept = await lane.end(lane.first, ending, answers[0])
        later = await step.answer()
        ended = await lane.end(lane.second, "commit", later)
        for call in (other.of("open_profile", credits_remaining=9), other.reserve(9, scene.id(98))):
            await lane.functions.ask(lane.observer, call)
        reason = "select l.reason from credits.ledger l where l.profile_id = $1 and l.seq = 2"
        text = str(await lane.observer.fetchval(reason, other.profile))
    finally:
        await lane.observer.execute(old)
    if not text.startswith("job reserve, new version: "):
        raise Violation("a new call runs the new version", text)
    if isinstance(later, Again) or isinstance(ended, Again):
        lane.again(level, two)
        later = await lane.repeat(lane.second, level, two)
    await conclude(scene, Turn("first", one, scene.now, kept=kept is True), two, [*answers, later])


@special(32, "a prepared transaction that nobody ends", ("commit", "rollback"), prepares=True)
async def _(scene: Scene, level: str, ending: str) -> None:
    lane, made = scene.lane, await stage(scene, 0, 0)
    one, two, orphan = made.grant(700), made.reserve(700), f"orphan {made.profile}"
    await lane.first.begin(level)
    answers = [await lane.must_not_wait(lane.first, one)]
    await lane.first.connection.execute(f"prepare transaction '{orphan}'")
    async with short_wait(lane):
        refused = await lane.start_raw(lane.second, two).answer()
        must_be(refused, asyncpg.LockNotAvailableError)
    found = "select gid from pg_prepared_xacts where database = current_database()"
    if await lane.observer.fetchval(found) != orphan:
        raise Violation("named as expected", "pg_prepared_xacts does not show it")
    await Stage(scene, await scene.open(2, 5)).does()  # others go on
    await lane.observer.execute(f"{ending} prepared '{orphan}'")
    answers.append(await lane.ask(lane.second, two))
    if isinstance(answers[1], Refused) != (ending == "rollback"):
        raise Violation("named as expected", scene.told())
    await conclude(scene, Turn("first", one, scene.now, kept=ending == "commit"), two, answers)
