"""Three sessions: one holds the profile, and two wait behind it."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fire.interleavings.calls import LEVELS, Again, Call, Violation
from fire.interleavings.oracle import Turn
from fire.interleavings.scene import Scene
from fire.interleavings.sessions import DEADLINE_SECONDS, Session, Step


@dataclass
class Waiter:
    name: str
    session: Session
    call: Call
    ending: str
    step: Step | None = None
    kept: bool | Again = True


class Trio:
    """``endings``: of the holder and of each waiter, in the order in which they came. ``strict``:
    both have to wait."""

    def __init__(
        self,
        scene: Scene,
        calls: tuple[Call, Call, Call],
        level: str,
        endings: tuple[str, str, str],
        moves: timedelta | None = None,
        *,
        strict: bool = True,
    ) -> None:
        self.scene, self.lane, self.level, self.moves = scene, scene.lane, level, moves
        self.strict = strict
        self.holder, self.ending = calls[0], endings[0]
        sessions = (self.lane.second, self.lane.third)
        names = ("second", "third")
        self.waiters = [
            Waiter(*one) for one in zip(names, sessions, calls[1:], endings[1:], strict=True)
        ]
        self.began = scene.now
        self.answers: dict[str, Any] = {}
        self.finished: list[Waiter] = []
        self.repeated: list[Waiter] = []

    async def play(self) -> None:
        scene = self.scene
        scene.note(f"at {self.level}; {self.ending}, {[one.ending for one in self.waiters]}")
        await self.lane.first.begin(self.level)
        self.answers["first"] = await self.lane.must_not_wait(self.lane.first, self.holder)
        scene.note(f"first: {self.holder}", self.answers["first"])
        for waiter in self.waiters:
            await waiter.session.begin(self.level)
            waiter.step = self.lane.start(waiter.session, waiter.call)
            if not await self.lane.waits(waiter.step) and self.strict:
                raise Violation("a wait where there must be one", f"{waiter}\n{scene.told()}")
        if self.moves:
            await scene.move(self.moves)
        kept = await self.lane.end(self.lane.first, self.ending, self.answers["first"])
        if isinstance(kept, Again):
            raise Violation("the first of three commits", f"{self.holder}\n{scene.told()}")
        waited = await self.finish()
        for waiter in self.repeated:
            self.lane.again(self.level, waiter.call)
            repeat = (waiter.session, self.level, waiter.call, None, waiter.ending)
            self.answers[waiter.name] = await self.lane.repeat(*repeat)
            waiter.kept = waiter.ending == "commit"
            scene.note(f"{waiter.name}, repeated", self.answers[waiter.name])
        await scene.judge(self.answers, self.orders(kept, waited))

    async def finish(self) -> bool:
        """Ends both, the one that got the profile first; whether the other waited for it."""
        tasks = {waiter.step.task: waiter for waiter in self.waiters}
        async with asyncio.timeout(DEADLINE_SECONDS):
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        next_one = tasks[done.pop()]
        other = next(waiter for waiter in self.waiters if waiter is not next_one)
        waited = await self.lane.waits(other.step)
        await self.end(next_one)
        await self.end(other)
        return waited

    async def end(self, waiter: Waiter) -> None:
        answer = await waiter.step.answer()
        self.scene.note(f"{waiter.name}: {waiter.call}", answer)
        self.answers[waiter.name] = answer
        waiter.kept = await self.lane.end(waiter.session, waiter.ending, answer)
        if isinstance(answer, Again) or isinstance(waiter.kept, Again):
            self.repeated.append(waiter)
        else:
            self.finished.append(waiter)

    def orders(self, kept: bool, waited: bool) -> list[list[Turn]]:
        first = Turn("first", self.holder, self.began, kept=kept)
        turns = {
            waiter.name: Turn(waiter.name, waiter.call, self.scene.now, kept=bool(waiter.kept))
            for waiter in self.waiters
        }
        early = [first, *(turns[waiter.name] for waiter in self.finished)]
        late = [turns[waiter.name] for waiter in self.repeated]
        if self.level == LEVELS[0] and waited and self.strict:
            return [[*early, *late]]
        orders = itertools.permutations(early)
        return [
            [*order, *late] for order in orders if not kept or not self.strict or order[0] is first
        ]
