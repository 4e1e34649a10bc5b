"""A worker: it makes passes until it is told to stop, through every outage of the database."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import asyncpg

from pgcredits import Credits, Unavailable
from pgcredits._cli.errors import failure_sentence
from pgcredits._server.calls import client_on
from pgcredits._server.database import check_schema, connected
from pgcredits._server.failures import CannotRunError, UnreachableError

#: One pass, with a client and a question to ask before each step: is the worker to stop?
Pass: TypeAlias = Callable[[Credits, Callable[[], bool]], Awaitable[object]]

_CALL_SECONDS = 300.0  # the longest that a call may take; then the server has probably gone
_LONGEST_PAUSE = 60.0  # seconds between two attempts to come back
# What passes by itself. A refused login, a missing schema or a missing right does not.
_PASSING = (
    UnreachableError,
    TimeoutError,
    asyncpg.InterfaceError,  # the connection is closed
    asyncpg.InternalClientError,  # it was closed between the two steps of a statement
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # the server stops or starts
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    Unavailable,
    asyncpg.ReadOnlySQLTransactionError,  # a standby, for now
)


class Worker:
    """Passes again and again, over one connection, through every outage of the database.

    ``every``: from the end of a pass to the next. ``name``: which of several it is; one of several
    also waits for what only a person can put right, as others have work to do.
    """

    def __init__(self, url: str, every: timedelta, one_pass: Pass, name: str = "") -> None:
        self._url = url
        self._seconds = every.total_seconds()
        self._one_pass = one_pass
        self._name = f"{name}: " if name else ""
        self._passing = (*_PASSING, CannotRunError, asyncpg.PostgresError) if name else _PASSING
        self._stopping = False
        self._in_pass = False
        self._failures = 0  # since the last pass that worked

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT, as ``run_workers`` does."""
        await run_workers([self])

    def stop(self, work: asyncio.Task[None]) -> None:
        """Ends its work once the step at hand is finished."""
        self._stopping = True
        if not self._in_pass:
            work.cancel()

    async def work(self) -> None:
        """Makes passes until it is stopped."""
        while not self._stopping:
            try:
                async with self._connection() as client:
                    while not self._stopping:
                        await self._pass(client)
                        await self._sleep(self._seconds)
            except self._passing as failure:
                if not self._failures:
                    sentence = failure_sentence(failure)
                    note(f"{self._name}{sentence} Trying again until it works.")
                self._failures += 1
                # Spread out, so that many workers do not come back in the same moment.
                pause = min(_LONGEST_PAUSE, 2.0 ** min(self._failures - 1, 10))
                await self._sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - not secret

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Credits]:
        async with connected(self._url, seconds=_CALL_SECONDS) as connection:
            try:
                await check_schema(connection)
                yield client_on(connection)
            except self._passing:
                connection.terminate()  # closing it properly could wait for ever
                raise

    async def _pass(self, client: Credits) -> None:
        self._in_pass = True
        try:
            await self._one_pass(client, lambda: self._stopping)
        finally:
            self._in_pass = False
        if self._failures:
            note(f"{self._name}The database works again.")
            self._failures = 0

    async def _sleep(self, seconds: float) -> None:
        if not self._stopping:
            await asyncio.sleep(seconds)


async def run_workers(workers: Sequence[Worker]) -> None:
    """Works until SIGTERM or SIGINT; the steps at hand are finished first.

    A second signal does what it does to any program. Raises ``CannotRunError``, ``CreditsError``
    and errors of asyncpg where trying again cannot help.
    """
    loop = asyncio.get_running_loop()
    works = [(worker, asyncio.create_task(worker.work())) for worker in workers]

    def forget_signals() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    def stop() -> None:
        forget_signals()
        for worker, work in works:
            worker.stop(work)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        for _, work in works:
            with suppress(asyncio.CancelledError):
                await work
    finally:
        forget_signals()
    note("Stopped.")


def note(text: str) -> None:
    """Tells people how things are; results are told elsewhere."""
    print(text, file=sys.stderr, flush=True)
