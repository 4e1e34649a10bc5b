"""Where named interleavings are put down, and what most of them are about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fire.interleavings.calls import ENDINGS, Call, call
from fire.interleavings.duet import Duet, play_duet
from fire.interleavings.scene import Scene
from fire.interleavings.sessions import DAY

Play = Callable[[Scene, str, str], Awaitable[None]]
Build = Callable[[Scene], Awaitable[Duet]]


@dataclass(frozen=True)
class Named:
    """``endings`` of the first session; ``prepares``: it needs max_prepared_transactions."""

    number: int
    title: str
    play: Play
    endings: tuple[str, ...] = ENDINGS
    prepares: bool = False

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


REGISTERED: list[Named] = []


def special(
    number: int, title: str, endings: tuple[str, ...] = ENDINGS, *, prepares: bool = False
) -> Callable[[Play], Play]:
    """The function plays it all, at a level and with an ending."""

    def add(play: Play) -> Play:
        REGISTERED.append(Named(number, title, play, endings, prepares))
        return play

    return add


def duet(number: int, title: str) -> Callable[[Build], Build]:
    """The function makes ready what the two calls are about, and says what they are."""

    def add(build: Build) -> Build:
        async def play(scene: Scene, level: str, ending: str) -> None:
            await play_duet(scene, await build(scene), level, ending)

        REGISTERED.append(Named(number, title, play))
        return build

    return add


@dataclass
class Stage:
    """One profile with 500 monthly and 5000 addon credits, and all that has a key on it."""

    scene: Scene
    profile: UUID

    @property
    def job(self) -> UUID:
        return self.scene.id(11)

    @property
    def new_job(self) -> UUID:
        return self.scene.id(12)

    def of(self, name: str, **arguments: Any) -> Call:
        return call(name, profile_id=self.profile, **arguments)

    def reserve(self, cost: int, job: UUID | None = None, **more: Any) -> Call:
        return self.of("reserve_credits", job_id=job or self.new_job, cost=cost, **more)

    def grant(self, amount: int, reference: str = "order-1", **more: Any) -> Call:
        return self.of("grant_addon", amount=amount, reference=reference, **more)

    def renew(self, allowance: int, days: int = 10, **more: Any) -> Call:
        start = self.scene.day + days * DAY
        return self.of("renew_monthly", period_start=start, allowance=allowance, **more)

    async def does(self, *calls: Call) -> None:
        for one in calls:
            await self.scene.do(one.name, **one.arguments)


async def stage(
    scene: Scene, monthly: int = 500, addon: int = 5000, *, job: int | None = None, **hold: Any
) -> Stage:
    made = Stage(scene, await scene.open(1, monthly, addon))
    if job is not None:
        await made.does(made.reserve(job, made.job, **hold))
    return made


def on_job(name: str, made: Stage, **arguments: Any) -> Call:
    """By the job's id alone, as callers mostly do."""
    return call(name, job_id=made.job, **arguments)
