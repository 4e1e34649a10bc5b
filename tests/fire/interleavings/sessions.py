"""A database of its own, four sessions on it, and a clock that no snapshot can hold back."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from fire.interleavings.calls import LEVELS, Again, Call, Functions, Violation, broken
from laws.database import MICROSECONDS
from laws.refusals import Refused

DEADLINE_SECONDS = 30
# A sequence changes at once and for every snapshot, as the real clock does.
CLOCK = """
create sequence if not exists public.clock;
grant select on sequence public.clock to public;
create or replace function credits._now() returns timestamptz language sql volatile as $$
  select timestamptz '2000-01-01 00:00+00' + c.last_value * interval '1 second' from public.clock c
$$;
"""
# How a lost connection shows itself.
GONE = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
)
# A table of the caller's, and one whose rows make a commit wait for whoever holds an advisory lock.
CALLERS = """
create table if not exists public.orders (profile_id uuid references credits.profiles (id));
create table if not exists public.customers (id uuid primary key, name text);
create table if not exists public.slow (id integer);
create or replace function public.wait_at_commit() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7);
  return null;
end
$$;
drop trigger if exists wait_at_commit on public.slow;
create constraint trigger wait_at_commit after insert on public.slow
  deferrable initially deferred for each row execute function public.wait_at_commit();
"""
SNAPSHOT = "select from credits.settings"
# A deadlock would be found after a second otherwise; there are none unless something is broken.
SETTINGS = {"deadlock_timeout": "100ms", "timezone": "UTC", "application_name": "interleavings"}
ZERO = datetime(2000, 1, 1, tzinfo=UTC)
# Each interleaving begins a day before the one before it, so that nothing which others left behind
# is ever overdue: sweepers look at the whole database.
NEWEST_DAY = datetime(3000, 1, 1, tzinfo=UTC)
OLDEST_DAY = datetime(2100, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Session:
    name: str
    connection: asyncpg.Connection

    @property
    def pid(self) -> int:
        return int(self.connection.get_server_pid())

    async def begin(self, level: str, prelude: str | None = None) -> None:
        """Above READ COMMITTED the first statement takes the snapshot."""
        await self.connection.execute(f"begin isolation level {level}")
        if prelude:
            await self.connection.execute(prelude)

    async def commit(self) -> str | Again:
        """The tag, which is ROLLBACK where the transaction had failed."""
        try:
            return str(await self.connection.execute("commit"))
        except asyncpg.SerializationError:
            return Again()
        except asyncpg.PostgresError as error:
            raise broken("commit", error) from error

    async def rollback(self) -> None:
        await self.connection.execute("rollback")

    async def fail(self) -> None:
        """An error of the caller's own, in the same transaction."""
        try:
            await self.connection.execute("select 1 / 0")
        except asyncpg.DivisionByZeroError:
            return
        raise AssertionError("the division succeeded")


@dataclass
class Step:
    """A call under way."""

    session: Session
    call: Call | str
    task: asyncio.Task[Any]

    async def answer(self) -> Any:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.task


class Lane:
    """One thing at a time happens on a lane; lanes do not know of each other."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.met: Counter[str] = Counter()
        self.day = NEWEST_DAY
        self.scenes = 0
        self.sessions: list[Session] = []
        self.steps: list[Step] = []

    async def __aenter__(self) -> Lane:
        await self.connect()
        await self.observer.execute(CLOCK + CALLERS)
        # Another lane may have been here before: its days are over.
        last = await self.observer.fetchval("select credits._now()")
        if OLDEST_DAY < last < NEWEST_DAY:
            self.day = last.replace(hour=0, minute=0, second=0)
        self.functions = await Functions.of(self.observer)
        prepared = await self.observer.fetchval("show max_prepared_transactions")
        self.prepares = int(prepared) > 0
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self) -> None:
        self.observer = await asyncpg.connect(self.url, server_settings=SETTINGS)
        await self.observer.execute(MICROSECONDS)
        self.sessions = [await self.session(name) for name in ("first", "second", "third")]
        self.first, self.second, self.third = self.sessions

    async def session(self, name: str) -> Session:
        return Session(name, await asyncpg.connect(self.url, server_settings=SETTINGS))

    async def close(self) -> None:
        for step in self.steps:
            step.task.cancel()
        await asyncio.gather(*(step.task for step in self.steps), return_exceptions=True)
        self.steps = []
        for connection in [self.observer, *(session.connection for session in self.sessions)]:
            connection.terminate()

    async def reconnect(self) -> None:
        """After a violation, whatever still runs is cut off."""
        pids = [self.observer.get_server_pid(), *(session.pid for session in self.sessions)]
        await self.close()
        await self.connect()
        there = "select exists (select from pg_stat_activity where pid = any ($1::integer[]))"
        async with asyncio.timeout(DEADLINE_SECONDS):
            while await self.observer.fetchval(there, pids):
                pass

    async def set_clock(self, at: datetime) -> None:
        await self.observer.fetchval(
            "select setval('public.clock', $1)", (at - ZERO) // timedelta(seconds=1)
        )

    async def next_day(self) -> datetime:
        self.scenes += 1
        self.day -= DAY
        if self.day < OLDEST_DAY:
            await self.work_off()
            self.day = NEWEST_DAY - DAY
        await self.set_clock(self.day)
        return self.day

    async def work_off(self) -> None:
        """All that is left behind, so that the days can begin anew."""
        await self.set_clock(NEWEST_DAY + 1000 * DAY)
        left = True
        while left:
            left = await self.observer.fetch("select from credits.expire_holds(10000)")
            left += await self.observer.fetch("select from credits.expire_packs(10000)")

    # --- turns ------------------------------------------------------------------------------------

    def start(self, session: Session, call: Call) -> Step:
        return self._started(session, call, self.functions.ask(session.connection, call))

    def start_sql(self, session: Session, sql: str) -> Step:
        """Any statement; its answer is the tag, or the error."""
        return self._started(session, sql, self._execute(session, sql))

    def _started(self, session: Session, call: Call | str, coroutine: Any) -> Step:
        step = Step(session, call, asyncio.create_task(coroutine))
        self.steps = [one for one in self.steps if not one.task.done()]
        self.steps.append(step)
        return step

    def start_raw(self, session: Session, call: Call) -> Step:
        """A call that may end in any error, which is its answer then."""
        return self._started(session, call, self._raw(session, call))

    async def _raw(self, session: Session, call: Call) -> Any:
        try:
            return await self.functions.ask(session.connection, call)
        except Violation as violation:
            return violation.__cause__ or violation
        except GONE as error:
            return error

    async def replace(self, session: Session) -> None:
        """After its connection was ended by the server."""
        session.connection.terminate()
        session.connection = await asyncpg.connect(self.url, server_settings=SETTINGS)

    async def _execute(self, session: Session, sql: str) -> Any:
        try:
            return await session.connection.execute(sql)
        except (asyncpg.PostgresError, *GONE) as error:
            return error

    async def ask(self, session: Session, call: Call) -> Any:
        return await self.start(session, call).answer()

    async def waits(self, step: Step) -> bool:
        """Returns once the step has finished (False) or waits for another of our sessions (True).

        Nothing ends that wait but a later turn: whoever it waits for does nothing by itself.
        """
        others = {session.pid for session in self.sessions} - {step.session.pid}
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                # Lets the call get somewhere; it proves nothing.
                await asyncio.wait({step.task}, timeout=0.0005)
                if step.task.done():
                    return False
                blockers = await self.blockers(step.session)
                if blockers and blockers <= others:
                    self.met["waits seen"] += 1
                    return True

    async def blockers(self, session: Session) -> set[int]:
        return set(await self.observer.fetchval("select pg_blocking_pids($1)", session.pid))

    async def must_wait(self, session: Session, call: Call) -> Step:
        step = self.start(session, call)
        if not await self.waits(step):
            raise Violation("a wait where there must be one", f"{call} did not wait")
        return step

    async def must_not_wait(self, session: Session, call: Call) -> Any:
        step = self.start(session, call)
        if await self.waits(step):
            raise Violation("no wait where there must be none", f"{call} waits")
        return await step.answer()

    # --- transactions -----------------------------------------------------------------------------

    async def end(self, session: Session, ending: str, answer: Any = None) -> bool | Again:
        """Ends a transaction in which this was answered; whether what it did is kept."""
        failed = isinstance(answer, Refused | Again)
        if ending == "rollback" or isinstance(answer, Again):
            await session.rollback()
            return False
        if ending == "fail" and not failed:
            await session.fail()
            failed = True
        tag = await session.commit()
        if isinstance(tag, Again):
            self.met["40001 at the commit"] += 1
            return tag
        if tag != ("ROLLBACK" if failed else "COMMIT"):
            raise Violation("a failed transaction commits nothing", f"the tag is {tag}")
        self.met["commits that rolled back"] += failed
        return not failed

    async def repeat(
        self,
        session: Session,
        level: str,
        call: Call,
        prelude: str | None = None,
        ending: str = "commit",
    ) -> Any:
        """The whole transaction once more, which nobody disturbs now."""
        await session.begin(level, prelude)
        answer = await self.ask(session, call)
        kept = await self.end(session, ending, answer)
        if isinstance(answer, Again) or isinstance(kept, Again):
            raise Violation("40001 is resolved by one repetition", f"{call} got it again, alone")
        self.met["40001 resolved"] += 1
        return answer

    def again(self, level: str, call: Call) -> None:
        """Counts a 40001, which READ COMMITTED never gives."""
        if level == LEVELS[0]:
            raise Violation("40001 at read committed", f"{call}")
        self.met["40001 seen"] += 1
