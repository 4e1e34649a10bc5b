"""Customers who are charged while the schema is migrated again and again."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits, LockTimeout
from pgcredits._server.migrate import migrate

_CLIENTS = 4
_PROFILES = 20


@dataclass
class Observed:
    """What happened: calls that worked, calls to be repeated, migrations, the longest call."""

    calls: int = 0
    repeated: int = 0
    migrations: int = 0
    longest_ms: float = 0
    failures: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


async def charge_while_migrating(url: str, migrations: int, seed: int) -> Observed:
    """Reserves and refunds at the same time as so many migrations, and then checks the books."""
    observed = Observed()
    done = asyncio.Event()
    async with asyncpg.create_pool(
        url, min_size=_CLIENTS, max_size=_CLIENTS, statement_cache_size=0
    ) as pool:
        client = Credits(pool)
        profiles = [uuid4() for _ in range(_PROFILES)]
        for profile_id in profiles:
            await client.open_profile(profile_id, credits_remaining=10**6, addon_credits=10**6)
        workers = [
            asyncio.create_task(_charge(client, profiles, seed + n, done, observed))
            for n in range(_CLIENTS)
        ]
        for _ in range(migrations):
            before = observed.calls
            await asyncio.to_thread(migrate, url)
            observed.migrations += 1
            while observed.calls < before + _CLIENTS and not observed.failures:  # noqa: ASYNC110
                await asyncio.sleep(0.001)  # until customers were served again
        done.set()
        await asyncio.gather(*workers)
        observed.findings = [str(finding) for finding in await client.check_integrity()]
    return observed


async def _charge_batch(client: Credits, profile_id: UUID) -> None:
    """Reserves and refunds two jobs, and raises what one of them was refused for."""
    jobs = [{"job_id": uuid4()} for _ in range(2)]
    reservations = [job | {"profile_id": profile_id, "cost": 1_500} for job in jobs]
    answers = [
        *await client.reserve_credits_many(reservations),
        *await client.refund_job_many(jobs),
    ]
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer


async def _charge(
    client: Credits,
    profiles: list[UUID],
    seed: int,
    done: asyncio.Event,
    observed: Observed,
) -> None:
    rng = random.Random(seed)  # noqa: S311 - not secret
    while not done.is_set():
        profile_id, job_id = rng.choice(profiles), uuid4()
        for call in (
            lambda p=profile_id, j=job_id: client.reserve_credits(p, j, 1_500),
            lambda j=job_id: client.refund_job(j),
            lambda p=profile_id: _charge_batch(client, p),
        ):
            while True:
                started = time.perf_counter()
                try:
                    await call()
                except LockTimeout:
                    observed.repeated += 1
                    continue
                except Exception as error:
                    observed.failures.append(f"{type(error).__name__}: {error}")
                    return
                finally:
                    taken = (time.perf_counter() - started) * 1000
                    observed.longest_ms = max(observed.longest_ms, taken)
                observed.calls += 1
                break
