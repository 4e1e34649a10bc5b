"""A worker: it makes passes until it is told to stop, through every outage of the database."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import asyncpg

from pgcredits import Credits, Unavailable
from pgcredits._cli.errors import failure_sentence
from pgcredits._server.calls import client_on
from pgcredits._server.database import check_schema, connected
from pgcredits._server.failures import UnreachableError

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

    ``every``: from the end of a pass to the next.
    """

    def __init__(self, url: str, every: timedelta, one_pass: Pass) -> None:
        self._url = url
        self._seconds = every.total_seconds()
        self._one_pass = one_pass
        self._stopping = False
        self._in_pass = False
        self._failures = 0  # since the last pass that worked

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT; the step at hand is finished first.

        A second signal does what it does to any program. Raises ``CannotRunError``,
        ``CreditsError`` and errors of asyncpg where trying again cannot help.
        """
        loop = asyncio.get_running_loop()
        work = asyncio.create_task(self._work())

        def forget_signals() -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

        def stop() -> None:
            forget_signals()
            self._stopping = True
            if not self._in_pass:
                work.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        try:
            with suppress(asyncio.CancelledError):
                await work
        finally:
            forget_signals()
        note("Stopped.")

    async def _work(self) -> None:
        while not self._stopping:
            try:
                async with self._connection() as client:
                    while not self._stopping:
                        await self._pass(client)
                        await self._sleep(self._seconds)
            except _PASSING as failure:
                if not self._failures:
                    note(f"{failure_sentence(failure)} Trying again until it works.")
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
            except _PASSING:
                connection.terminate()  # closing it properly could wait for ever
                raise

    async def _pass(self, client: Credits) -> None:
        self._in_pass = True
        try:
            await self._one_pass(client, lambda: self._stopping)
        finally:
            self._in_pass = False
        if self._failures:
            note("The database works again.")
            self._failures = 0

    async def _sleep(self, seconds: float) -> None:
        if not self._stopping:
            await asyncio.sleep(seconds)


def note(text: str) -> None:
    """Tells people how things are; results are told elsewhere."""
    print(text, file=sys.stderr, flush=True)
