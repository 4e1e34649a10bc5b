"""Simulates charging for a trace of LLM requests, and checks that no credit went astray."""

from __future__ import annotations

import asyncio
import math
import random
import sys
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Credits, InsufficientCredits, InvalidArgument, Reservation, connect
from pgcredits._server.database import check_schema, connected
from pgcredits._showcase.conservation import Amounts, Tally, check_profile
from pgcredits._showcase.trace import Malformed, Request, Trace

if TYPE_CHECKING:
    from rich.progress import Progress

_BATCH = 256  # rows read at once
_HOLD = timedelta(days=1)  # longer than any simulation
_MOST_SENT = 2**63 - 1  # larger ones are refused before they are sent, with no maximum
SHOWN = 20  # malformed rows and differences that people see in full
_Item = TypeVar("_Item")
_Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to charge for a trace.

    ``profiles``: how many to spread the jobs over; ``workers``: calls at the same time;
    ``fail_share``: from 0 to 1; ``estimate``: generated tokens that a job reserves beside those of
    its context; ``monthly`` and ``addon``: credits of each profile; ``seed``:
    decides which profile gets which job and which jobs fail.
    """

    profiles: int
    workers: int
    fail_share: float
    estimate: int
    monthly: int
    addon: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conservation:
    """What the check found; ``differences`` is empty when everything adds up. ``of_others``: what
    somebody else did to the profiles meanwhile.

    ``integrity_checked``: whether this role may execute ``check_integrity``, and so it was.
    """

    ok: bool
    integrity_checked: bool
    ledger_rows: int
    profiles: int
    differences: list[str]
    of_others: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a simulation did.

    ``rows``: of the trace, malformed ones too; ``jobs``: reserved; ``settled_for_less`` and
    ``settled_for_more``: jobs that gave back or drew; ``shortfalls``: jobs whose cost no bucket
    could pay in full, and ``shortfall``: the credits that were missing; ``credits``: what was
    opened, granted, reserved and drawn (negative), settled back, refunded and left, for each
    bucket; ``reserve_ms``: latency of
    all reserve calls, refused ones too, in milliseconds; None when there was no call.
    """

    plan: Plan
    rows: int
    jobs: int
    settled: int
    settled_for_less: int
    settled_for_more: int
    shortfalls: int
    shortfall: int
    refunds: int
    refusals: int
    malformed: int
    malformed_rows: list[Malformed]
    credits: dict[str, Amounts]
    seconds: float
    jobs_per_second: float
    reserve_ms: dict[str, float | None]
    conservation: Conservation


class Simulation:
    """One run of a plan over a trace. The progress bar shows how far it has come.

    ``name_all``: whether to remember every malformed row, or only as many as people are shown.
    """

    def __init__(
        self, plan: Plan, trace: Trace, progress: Progress, *, name_all: bool = False
    ) -> None:
        self._plan = plan
        self._trace = trace
        self._progress = progress
        self._profiles = [uuid4() for _ in range(plan.profiles)]
        self._answered = {profile_id: Tally() for profile_id in self._profiles}
        self._rows = self._jobs = self._refunds = self._refusals = self._malformed = 0
        self._settled = self._for_less = self._for_more = self._shortfalls = self._shortfall = 0
        self._settled_back, self._drawn = Amounts(), Amounts()
        self._may_check_integrity = False
        self._malformed_rows: list[Malformed] = []
        self._most_malformed_rows = sys.maxsize if name_all else SHOWN
        self._seconds = array("d")  # of each reserve call
        self._left = Amounts()
        self._ledger_rows = 0
        self._differences: list[str] = []
        self._of_others: list[str] = []

    async def run(self, url: str) -> Report:
        """Opens the profiles, charges the trace, checks every statement.

        Raises ``CannotRunError``, ``CreditsError``, and errors of asyncpg.
        """
        async with connected(url) as connection:
            await check_schema(connection)
            self._may_check_integrity = await connection.fetchval(
                "select pg_catalog.has_function_privilege("
                "'credits.check_integrity(uuid)', 'execute')"
            )
        async with asyncpg.create_pool(
            url, connect=connect, min_size=1, max_size=self._plan.workers
        ) as pool:
            await self._for_each(pool, self._each_profile("opening profiles"), self._open)
            started = perf_counter()
            await self._for_each(pool, self._each_job(), self._charge)
            seconds = perf_counter() - started
            await self._for_each(pool, self._each_profile("checking statements"), self._check)
        return self._report(seconds)

    async def _for_each(
        self,
        pool: _Pool,
        items: AsyncIterator[_Item],
        do: Callable[[Credits, _Item], Awaitable[None]],
    ) -> None:
        """Hands each item to the next free worker; each worker keeps one connection."""
        # Bounded, so that the reader waits for the workers.
        queue: asyncio.Queue[_Item | None] = asyncio.Queue(maxsize=2 * self._plan.workers)

        async def work() -> None:
            async with pool.acquire() as connection:
                client = Credits(connection)
                while (item := await queue.get()) is not None:
                    await do(client, item)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._plan.workers):
                    group.create_task(work())
                async for item in items:
                    await queue.put(item)
                for _ in range(self._plan.workers):
                    await queue.put(None)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None  # one reason is enough: the others were stopped

    async def _each_profile(self, title: str) -> AsyncIterator[UUID]:
        for profile_id in self._progress.track(self._profiles, description=title):
            yield profile_id

    async def _each_job(self) -> AsyncIterator[tuple[Request, UUID, bool]]:
        """Rows of the trace, each with its profile and whether its job fails."""
        chance = random.Random(self._plan.seed)  # noqa: S311 - repeatable, not secret
        bar = self._progress.add_task("charging the trace", total=self._trace.size)
        rows = self._trace.rows()
        # In a thread, since the file may be a slow pipe.
        while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
            self._progress.update(bar, completed=self._trace.bytes_read)
            for row in batch:
                self._rows += 1
                if isinstance(row, Malformed):
                    self._note(row)
                else:
                    fails = chance.random() < self._plan.fail_share
                    yield row, chance.choice(self._profiles), fails

    async def _open(self, client: Credits, profile_id: UUID) -> None:
        granted = self._plan.addon // 2
        answered = self._answered[profile_id]
        opened = await client.open_profile(
            profile_id,
            credits_remaining=self._plan.monthly,
            addon_credits=self._plan.addon - granted,
        )
        answered.add("open", opened.credits_remaining, opened.addon_credits)
        if granted:
            grant = await client.grant_addon(profile_id, granted, "simulation")
            answered.add("grant", 0, grant.amount)

    async def _charge(self, client: Credits, job: tuple[Request, UUID, bool]) -> None:
        request, profile_id, fails = job
        job_id = uuid4()
        started = perf_counter()
        try:
            taken = await client.reserve_credits(
                profile_id,
                job_id,
                request.context + self._plan.estimate,
                meta={"trace_line": request.line},
                hold_for=_HOLD,
            )
        except InsufficientCredits:
            self._refusals += 1
            return
        except InvalidArgument as refusal:
            self._note_too_many(request, refusal)
            return
        finally:
            self._seconds.append(perf_counter() - started)
        self._answered[profile_id].add("reserve", -taken.monthly_deducted, -taken.addon_deducted)
        if fails:
            await self._refund(client, taken)
            self._refunds += 1
        elif not await self._settle(client, taken, request):
            return
        self._jobs += 1

    async def _refund(self, client: Credits, taken: Reservation) -> None:
        back = await client.refund_job(
            taken.job_id, profile_id=taken.profile_id, reason="simulation"
        )
        answered = self._answered[taken.profile_id]
        answered.add("refund", back.monthly_refunded, back.addon_refunded)

    async def _settle(self, client: Credits, taken: Reservation, request: Request) -> bool:
        """Settles a job at its tokens; one with more than any job may have is given back."""
        try:
            settled = await client.settle_job(
                taken.job_id, request.context + request.generated, profile_id=taken.profile_id
            )
        except InvalidArgument as refusal:
            self._note_too_many(request, refusal)
            await self._refund(client, taken)
            return False
        # What settling moved is the difference of what the job held before and holds now.
        moved = Amounts(
            taken.monthly_deducted - settled.monthly_deducted,
            taken.addon_deducted - settled.addon_deducted,
        )
        self._answered[taken.profile_id].add("settle", moved.monthly, moved.addon)
        if moved.monthly > 0 or moved.addon > 0:
            self._for_less += 1
            self._settled_back.add(moved.monthly, moved.addon)
        elif moved.monthly < 0 or moved.addon < 0:
            self._for_more += 1
            self._drawn.add(moved.monthly, moved.addon)
        self._settled += 1
        self._shortfalls += settled.shortfall > 0
        self._shortfall += settled.shortfall
        return True

    def _note_too_many(self, request: Request, refusal: InvalidArgument) -> None:
        """Notes a row with more tokens than the database takes: it knows the largest amount.

        Where the row alone would do, the estimate is what is too large: that is no row's fault.
        """
        if refusal.token != "invalid_amount":  # noqa: S105 - a token of our errors
            raise refusal
        tokens = request.context + request.generated
        if tokens <= int(refusal.detail.get("maximum", _MOST_SENT)):
            raise refusal
        self._note(Malformed(request.line, f"{tokens:,} tokens are too many"))

    def _note(self, row: Malformed) -> None:
        self._malformed += 1
        if len(self._malformed_rows) < self._most_malformed_rows:
            self._malformed_rows.append(row)

    async def _check(self, client: Credits, profile_id: UUID) -> None:
        balance, check = await check_profile(client, profile_id, self._answered[profile_id])
        self._left.add(balance.credits_remaining, balance.addon_credits)
        self._ledger_rows += check.rows
        self._differences += check.differences
        self._of_others += check.of_others
        if self._may_check_integrity:
            self._differences += [
                f"profile {profile_id}: {finding.rule} is {finding.found}, "
                f"should be {finding.expected}"
                for finding in await client.check_integrity(profile_id)
            ]

    def _report(self, seconds: float) -> Report:
        return Report(
            plan=self._plan,
            rows=self._rows,
            jobs=self._jobs,
            settled=self._settled,
            settled_for_less=self._for_less,
            settled_for_more=self._for_more,
            shortfalls=self._shortfalls,
            shortfall=self._shortfall,
            refunds=self._refunds,
            refusals=self._refusals,
            malformed=self._malformed,
            malformed_rows=sorted(self._malformed_rows, key=lambda row: row.line),
            credits={
                "opened": self._sum("open"),
                "granted": self._sum("grant"),
                "reserved": self._sum("reserve"),
                "settled_back": self._settled_back,
                "drawn": self._drawn,
                "refunded": self._sum("refund"),
                "left": self._left,
            },
            seconds=round(seconds, 3),
            jobs_per_second=round(self._jobs / seconds, 1),
            reserve_ms=percentiles(self._seconds),
            conservation=Conservation(
                ok=not self._differences,
                integrity_checked=self._may_check_integrity,
                ledger_rows=self._ledger_rows,
                profiles=len(self._profiles),
                differences=self._differences,
                of_others=self._of_others,
            ),
        )

    def _sum(self, kind: str) -> Amounts:
        total = Amounts()
        for answered in self._answered.values():
            amounts = answered.get(kind, Amounts())
            total.add(amounts.monthly, amounts.addon)
        return total


def percentiles(seconds: array[float]) -> dict[str, float | None]:
    """p50, p95 and p99 of durations in seconds, by nearest rank, in milliseconds."""
    ordered = sorted(seconds)
    return {
        f"p{percent}": round(1000 * ordered[math.ceil(len(ordered) * percent / 100) - 1], 2)
        if ordered
        else None
        for percent in (50, 95, 99)
    }
