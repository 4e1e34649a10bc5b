"""A few profiles and what they went through so far, in the database and in the model alike."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from fire.interleavings.calls import Call, Violation, call
from fire.interleavings.oracle import PastModel, Turn, answer_of, serial
from fire.interleavings.sessions import Lane
from laws.compare import difference, state_difference
from laws.database import STATE
from laws.model import Profile
from laws.refusals import Refused

HOUR = timedelta(hours=1)
BY = {"reason": "asked for", "actor": "ann"}
STATE_OF_ONE = STATE % {"profile_id": "$1", "seq": "0"}
FINDINGS = "select * from credits.check_integrity($1)"


class Stored:
    """What is stored of one profile, in the place of a database that ``laws.compare`` asks."""

    def __init__(self, state: Any) -> None:
        self._state = state

    def state(self, profile_id: UUID, after_seq: int) -> Any:
        return self._state


class Scene:
    """``ids`` are new in each scene, and always in the same order."""

    def __init__(self, lane: Lane, rng: Random, day: datetime) -> None:
        self.lane = lane
        self.rng = rng
        self.nonce = secrets.randbits(60)
        self.day = self.now = day
        self.model = PastModel(day)
        self.known: dict[UUID, None] = {}
        self.story: list[str] = []

    @classmethod
    async def new(cls, lane: Lane, rng: Random) -> Scene:
        return cls(lane, rng, await lane.next_day())

    @property
    def met(self) -> Counter[str]:
        return self.lane.met

    def id(self, number: int) -> UUID:
        return UUID(int=(self.nonce << 64) | number)

    def profile(self, profile_id: UUID) -> Profile:
        return self.model.profiles[profile_id]

    async def do(self, name: str, **arguments: Any) -> Any:
        """A call that nobody disturbs, of both."""
        made = call(name, **arguments)
        answer = await self.lane.functions.ask(self.lane.observer, made)
        self.note(made, answer)
        if found := difference(name, answer_of(self.model, Turn("", made, self.now)), answer):
            raise Violation("a lone call answers as the model", f"{made}: {found}\n{self.told()}")
        self.remember(made)
        return answer

    async def open(self, number: int, monthly: int = 0, addon: int = 0) -> UUID:
        profile_id = self.id(number)
        await self.do(
            "open_profile", profile_id=profile_id, credits_remaining=monthly, addon_credits=addon
        )
        return profile_id

    async def move(self, time: timedelta) -> None:
        self.now += time
        self.story.append(f"the clock moves by {time}")
        await self.lane.set_clock(self.now)

    @asynccontextmanager
    async def closed_period_refund(self, choice: str) -> AsyncIterator[None]:
        """The setting of this lane's database, for a while."""
        setting = "update credits.settings set closed_period_refund = $1"
        await self.lane.observer.fetch(setting, choice)
        self.model.closed_period_refund = choice
        try:
            yield
        finally:
            await self.lane.observer.fetch(setting, "restore")

    def note(self, what: object, answer: object = None) -> None:
        self.story.append(f"{what} -> {answer!r}" if answer is not None else f"{what}")

    def told(self) -> str:
        return "\n".join(self.story)

    def remember(self, made: Call) -> None:
        """Profiles that a call is about are looked at afterwards."""
        for name in ("profile_id", "to_profile_id"):
            if profile_id := made.arguments.get(name):
                self.known[profile_id] = None

    # --- judging ----------------------------------------------------------------------------------

    async def judge(self, found: dict[str, Any], orders: list[list[Turn]]) -> None:
        """Answers and rows are those of one of the orders, and the books are sound."""
        for turn in orders[0]:
            self.remember(turn.call)
            self.count(turn.call, found[turn.name])
        states = {key: await self._state(key) for key in self.known}
        reasons = []
        for turns in orders:
            answers, model = serial(self.model, turns)
            reason = self._difference(turns, answers, found) or self._difference_of(model, states)
            if not reason:
                self.model = model
                break
            reasons.append(f"as {' < '.join(turn.name for turn in turns)}: {reason}")
        else:
            raise Violation("a serial order gives this", "\n".join([*reasons, self.told()]))
        await self.check_books()

    def _difference(self, turns: list[Turn], answers: Any, found: Any) -> str:
        for turn in turns:
            reason = difference(turn.call.name, answers[turn.name], found[turn.name])
            if reason:
                return f"{turn.name} answered otherwise: {reason}"
        return ""

    def _difference_of(self, model: PastModel, states: dict[UUID, Any]) -> str:
        for profile_id, state in states.items():
            if profile_id in model.profiles:
                reason = state_difference(Stored(state), model.profiles[profile_id])
            else:
                reason = f"{profile_id} is there" if state["buckets"] else ""
            if reason:
                return reason
        return ""

    async def _state(self, profile_id: UUID) -> Any:
        return json.loads(await self.lane.observer.fetchval(STATE_OF_ONE, profile_id))

    async def same(self) -> None:
        """What is stored is what the model has."""
        states = {key: await self._state(key) for key in self.known}
        if reason := self._difference_of(self.model, states):
            raise Violation("a serial order gives this", f"{reason}\n{self.told()}")
        await self.check_books()

    async def check_books(self) -> None:
        for profile_id in self.known:
            if profile_id in self.model.profiles:
                findings = await self.lane.observer.fetch(FINDINGS, profile_id)
                if findings:
                    raise Violation("the books are sound", f"{findings}\n{self.told()}")

    def count(self, made: Call, answer: Any) -> None:
        how = {"replay": "replayed", "done": "done", "nothing": "done"}.get(became(answer))
        self.met[f"{how}: {made.name}" if how else f"refused: {became(answer)}"] += 1


def became(answer: Any) -> str:
    """done, replay, nothing (an empty answer) or a token."""
    if isinstance(answer, Refused):
        return answer.token
    if isinstance(answer, list):
        answer = answer[0] if answer else "nothing"
    if isinstance(answer, dict):
        return "replay" if answer.get("replayed") else "done"
    return str(answer)
