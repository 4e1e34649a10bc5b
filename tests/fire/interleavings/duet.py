"""Two sessions, one call each: the second starts while the first has not ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from fire.interleavings.calls import LEVELS, SWEEPS, Again, Call, Violation
from fire.interleavings.oracle import Turn, begins_with, has_to_wait, locks, predecessors
from fire.interleavings.scene import Scene, became
from fire.interleavings.sessions import SNAPSHOT, Session, Step
from laws.refusals import Refused

TOLD = """
select p.id from credits.profiles p
 where p.id = any ($1::uuid[]) and least(p.next_hold_expiry, p.next_pack_expiry) <= credits._now()
"""


@dataclass
class Duet:
    """``stale``: above READ COMMITTED, the second's snapshot is older than the first's call, and
    the first ends before the second's call. ``moves``: the clock moves before the first ends, if
    the second waits, or before the second's call. ``prelude``: a statement that both transactions
    begin with. ``level`` of the second, where it is not that of the first.

    ``after_commit`` and ``after_undo`` are what the second must have become when the first's call
    was kept or not: done, replay, nothing (an empty answer) or a token. ``again``: above READ
    COMMITTED, and with the first's call kept, it gets there by way of 40001.
    """

    first: Call
    second: Call
    stale: bool = False
    moves: timedelta | None = None
    after_commit: str | None = None
    after_undo: str | None = None
    waits: bool | None = None
    again: bool = False
    prelude: str | None = None
    level: str | None = None


async def play_duet(scene: Scene, duet: Duet, level: str, ending: str) -> None:
    await Playing(scene, duet, level, ending).play()


class Playing:
    """One duet at one level with one ending of the first."""

    def __init__(self, scene: Scene, duet: Duet, level: str, ending: str) -> None:
        self.scene, self.lane, self.duet = scene, scene.lane, duet
        self.level, self.ending = level, ending
        self.second_level = duet.level or level
        self.stale = duet.stale and self.second_level != LEVELS[0]
        self.first_turn = Turn("first", duet.first, scene.now)
        self.waited = False
        self.skips: frozenset[UUID] = frozenset()
        self.again: list[str] = []

    async def play(self) -> None:
        scene, duet = self.scene, self.duet
        levels = self.level if self.level == self.second_level else (self.level, self.second_level)
        scene.note(f"at {levels}; the first will {self.ending}; stale: {self.stale}")
        first, second = self.lane.first, self.lane.second
        await first.begin(self.level, duet.prelude)
        if self.stale or duet.prelude:
            await second.begin(self.second_level, duet.prelude or SNAPSHOT)
        told = await self.told_overdue()
        one = await self.lane.must_not_wait(first, duet.first)
        scene.note(f"first: {duet.first}", one)
        if isinstance(one, Again):
            raise Violation("a first call is never 40001", f"{duet.first}\n{scene.told()}")
        if self.stale:
            kept = await self.lane.end(first, self.ending, one)
            if duet.moves:
                await scene.move(duet.moves)
            step = self.lane.start(second, duet.second)
            self.check_wait(await self.lane.waits(step), wanted=False)
        else:
            if not duet.prelude:
                await second.begin(self.second_level)
            step = self.lane.start(second, duet.second)
            await self.see_wait(step, one, told)
            kept = await self.lane.end(first, self.ending, one)
        await self.finish(first, second, one, kept, step)

    async def told_overdue(self) -> frozenset[UUID]:
        """get_balance locks a profile that may have something overdue, by what its row says."""
        calls = (self.duet.first, self.duet.second)
        asked = [one.arguments["profile_id"] for one in calls if one.name == "get_balance"]
        return frozenset(row["id"] for row in await self.lane.observer.fetch(TOLD, asked))

    async def see_wait(self, step: Step, one: Any, told: frozenset[UUID]) -> None:
        """The second waits for the first exactly where the contract says so."""
        scene, duet = self.scene, self.duet
        wanted: bool | None = False
        held = locks(scene.model, duet.first, scene.now, told)
        needed = begins_with(scene.model, duet.second, scene.now, told)
        if not isinstance(one, Refused):
            wanted = has_to_wait(scene.model, duet.first, duet.second, scene.now, told)
            if duet.second.name in SWEEPS:
                self.skips = predecessors(scene.model, held)
        if duet.waits is not None and duet.waits != wanted:
            raise Violation("named as expected", f"{duet.waits} is not {wanted}\n{scene.told()}")
        self.check_wait(await self.lane.waits(step), wanted=wanted)
        self.lane.met["sweeps that passed over"] += bool(self.skips)
        # Who waits for a job id, or for a successor, has looked at the clock before.
        if self.waited and held & needed and duet.moves:
            await scene.move(duet.moves)

    def check_wait(self, waited: bool, *, wanted: bool | None) -> None:
        self.waited = waited
        self.lane.met["no wait" if not waited else "waits"] += 1
        if wanted is not None and waited != wanted:
            kinds = "no wait where there must be none", "a wait where there must be one"
            raise Violation(kinds[wanted], f"{self.scene.told()}\nsecond: {self.duet.second}")

    async def finish(
        self, first: Session, second: Session, one: Any, kept: bool | Again, step: Step
    ) -> None:
        scene, duet = self.scene, self.duet
        two = await step.answer()
        scene.note(f"second: {duet.second}", two)
        ended = await self.lane.end(second, "commit", two)
        if isinstance(two, Again) or isinstance(ended, Again):
            self.lane.again(self.second_level, duet.second)
            two = await self.lane.repeat(second, self.second_level, duet.second, duet.prelude)
            scene.note("second, repeated", two)
            self.again.append("second")
        if isinstance(kept, Again):
            self.lane.again(self.level, duet.first)
            one = await self.lane.repeat(first, self.level, duet.first, duet.prelude)
            scene.note("first, repeated", one)
            self.again.append("first")
        await scene.judge({"first": one, "second": two}, self.orders(kept))
        self.check_named(kept, two)
        for name in SWEEPS:
            if duet.second.name == name:  # what it passed over is worked off by the next one
                await scene.do(name)
                await scene.same()

    def orders(self, kept: bool | Again) -> list[list[Turn]]:
        """The serial orders that this may equal."""
        first = self.first_turn
        skips = self.skips if "second" not in self.again else frozenset()
        now = self.scene.now if self.waited or self.again or self.stale else first.at
        second = Turn("second", self.duet.second, now, skips=skips)
        if isinstance(kept, Again):
            return [[second, first]]
        if not kept:
            return [[Turn("first", first.call, first.at, kept=False), second]]
        if self.again or (self.waited and self.second_level == LEVELS[0]):
            return [[first, second]]
        return [[first, second], [second, first]]

    def check_named(self, kept: bool | Again, two: Any) -> None:
        """What the duet promises by name."""
        if isinstance(kept, Again):
            return
        found = became(two)
        wanted = self.duet.after_commit if kept else self.duet.after_undo
        if wanted is not None and found != wanted:
            text = f"the second became {found}, not {wanted}\n{self.scene.told()}"
            raise Violation("named as expected", text)
        above = self.second_level != LEVELS[0]
        if self.duet.again and above and kept and "second" not in self.again:
            raise Violation("named as expected", f"there was no 40001\n{self.scene.told()}")
