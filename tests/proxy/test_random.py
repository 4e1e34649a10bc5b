"""Random batches through a proxy are answered as single calls are on one server; many at once leave
sound books."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from proxy_tools import Proxied, on_shard

from pgcredits import Credits, CreditsError, Retry, new_job_id
from pgcredits.testing import clone

ROUNDS = 40
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
MUST_MEET = [
    "reserve_credits",
    "reserve_credits: insufficient_credits",
    "reserve_credits: profile_not_found",
    "reserve_credits: invalid_amount",
    "reserve_credits: job_conflict",
    "settle_job",
    "settle_job: job_not_found",
    "refund_job",
    "refund_job: job_not_found",
    "grant_addon",
    "grant_addon: reference_conflict",
    "renew_monthly",
]


class World:
    """Profiles on every shard, and what may be asked of them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.profiles = [UUID(int=self.random.getrandbits(128)) for _ in range(8)]
        self.jobs: list[tuple[UUID, UUID]] = []

    def batch(self) -> tuple[str, list[dict[str, Any]]]:
        others = ["settle_job", "refund_job", "grant_addon", "renew_monthly"]
        function = self.random.choice(["reserve_credits", "reserve_credits", *others])
        make = getattr(self, f"_{function}")
        return function, [make() for _ in range(self.random.randint(1, 12))]

    def _profile(self) -> UUID:
        return self.random.choice([*self.profiles, UUID(int=7)])

    def _reserve_credits(self) -> dict[str, Any]:
        profile = self._profile()
        own = [job for owner, job in self.jobs if owner == profile]
        job = UUID(int=self.random.getrandbits(128))
        if self.random.random() < 0.3:
            job = UUID(f"{str(new_job_id(profile))[:7]}{str(job)[7:14]}8{str(job)[15:]}")
        if own and self.random.random() < 0.2:
            job = self.random.choice(own)
        self.jobs.append((profile, job))
        cost = self.random.choice([0, 1, 5, 10, 1000, -1])
        return {"profile_id": profile, "job_id": job, "cost": cost}

    def _job(self) -> dict[str, Any]:
        if not self.jobs or self.random.random() < 0.1:
            return {"job_id": UUID(int=self.random.getrandbits(128))}
        profile, job = self.random.choice(self.jobs)
        return {"job_id": job} | ({"profile_id": profile} if self.random.random() < 0.4 else {})

    def _settle_job(self) -> dict[str, Any]:
        return self._job() | {"actual_cost": self.random.choice([None, 0, 3, 12])}

    def _refund_job(self) -> dict[str, Any]:
        if self.random.random() < 0.5:
            return self._job()
        return self._job() | {"amount": 2, "refund_id": f"part {self.random.randint(1, 3)}"}

    def _grant_addon(self) -> dict[str, Any]:
        reference = f"payment {self.random.randint(1, 9)}"
        amount = self.random.choice([5, 9])
        return {"profile_id": self._profile(), "amount": amount, "reference": reference}

    def _renew_monthly(self) -> dict[str, Any]:
        start = JANUARY.replace(month=self.random.randint(1, 12))
        return {"profile_id": self._profile(), "period_start": start, "allowance": 30}


def comparable(answer: object) -> object:
    if isinstance(answer, CreditsError):
        return (answer.token, answer.sqlstate, answer.detail, answer.hint)
    assert not isinstance(answer, Exception), answer
    return asdict(answer)  # type: ignore[call-overload]


async def single(client: Credits, function: str, element: dict[str, Any]) -> object:
    try:
        return await getattr(client, function)(**element)
    except CreditsError as refusal:
        return refusal


async def compare_world(seed: int, shards: Proxied, one: str, met: Counter[str]) -> None:
    world = World(seed)
    async with (
        asyncpg.create_pool(shards.proxy, min_size=1, max_size=1) as through,
        asyncpg.create_pool(one, min_size=1, max_size=1) as straight,
    ):
        proxy, server = Credits(through), Credits(straight)
        for each in world.profiles:
            for client in (proxy, server):
                await client.open_profile(each, credits_remaining=30, addon_credits=7)
        for _ in range(ROUNDS):
            function, batch = world.batch()
            found = await getattr(proxy, f"{function}_many")(batch)
            wanted = [await single(server, function, each) for each in batch]
            assert [*map(comparable, found)] == [*map(comparable, wanted)], (seed, function, batch)
            met.update(
                f"{function}: {each.token}" if isinstance(each, CreditsError) else function
                for each in wanted
            )
        for each in world.profiles:
            assert await proxy.get_balance(each) == await server.get_balance(each)
            statements = [await client.get_statement(each) for client in (proxy, server)]
            assert len(statements[0]) == len(statements[1])


async def test_batches_are_answered_as_single_calls_on_one_server(
    proxy_server: str, shared: Proxied
) -> None:
    met: Counter[str] = Counter()
    with clone(proxy_server, "one") as one:
        for seed in [1, 2, 3, secrets.randbelow(2**32)]:
            await compare_world(seed, shared, one, met)
    assert [what for what in MUST_MEET if not met[what]] == [], met
    assert shared.findings() == []


async def test_many_at_once_leave_sound_books(shared: Proxied) -> None:
    chance = random.Random(4)  # noqa: S311
    refused: set[str] = set()
    profiles = [on_shard(at % 3, 3) for at in range(12)]
    async with asyncpg.create_pool(shared.proxy, min_size=8, max_size=8) as pool:
        client = Credits(Retry(pool))
        for each in profiles:
            await client.open_profile(each, credits_remaining=40, addon_credits=20)

        async def work() -> None:
            for _ in range(25):
                profile = chance.choice(profiles)
                job = chance.choice([uuid4, lambda profile=profile: new_job_id(profile)])()
                try:
                    await client.reserve_credits(profile, job, chance.randint(1, 9))
                    if chance.random() < 0.5:
                        await client.settle_job(job, actual_cost=chance.randint(0, 9))
                    if chance.random() < 0.7:
                        await client.refund_job(job)
                    await client.refund_job_many([{"job_id": job}, {"job_id": uuid4()}])
                except CreditsError as refusal:
                    refused.add(refusal.token)

        await asyncio.gather(*(work() for _ in range(8)))
        assert refused <= {"insufficient_credits", "wrong_state"}
        for each in profiles:
            balance = await client.get_balance(each)
            rows = await client.get_statement(each, page_size=1000)
            assert sum(row.monthly_delta for row in rows) == balance.credits_remaining
            assert sum(row.addon_delta for row in rows) == balance.addon_credits
    assert shared.findings() == []
