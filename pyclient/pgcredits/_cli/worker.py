"""Processes overdue holds and packs: once, or as a worker that runs until it is told to stop."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg

from pgcredits import Credits, Unavailable
from pgcredits._cli.errors import failure_sentence
from pgcredits._cli.output import buckets
from pgcredits._server.database import check_schema, connected
from pgcredits._server.failures import UnreachableError
from pgcredits._showcase.conservation import Amounts

_BATCH_SECONDS = 300.0  # the longest that a batch may take; then the server has probably gone
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


@dataclass(slots=True, kw_only=True)
class Swept:
    """What was processed: how many holds and packs, and the credits of each bucket.

    ``back``: what holds gave back; ``lapsed``: what was lost, from packs and from what came back.
    """

    holds: int = 0
    packs: int = 0
    back: Amounts = field(default_factory=Amounts)
    lapsed: Amounts = field(default_factory=Amounts)

    def __bool__(self) -> bool:
        return bool(self.holds or self.packs)

    def __str__(self) -> str:
        if not self:
            return "Nothing was due."
        return (
            f"Expired holds: {self.holds:,}, packs: {self.packs:,}."
            f" Back: {buckets(self.back.monthly, self.back.addon)}."
            f" Lapsed: {buckets(self.lapsed.monthly, self.lapsed.addon)}."
        )


class Sweep:
    """One pass, batch by batch, until nothing is due.

    ``batch_size``: holds and packs of a batch; ``stopped``: asked before each batch; ``swept``:
    what has been done so far, also when a later batch fails.
    """

    def __init__(
        self, client: Credits, batch_size: int, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._client = client
        self._batch_size = batch_size
        self._stopped = stopped
        self.swept = Swept()

    async def run(self) -> Swept:
        """Processes what is due. Raises as ``expire_holds`` and ``expire_packs`` do."""
        for batch in (self._holds, self._packs):
            while not self._stopped() and await batch():
                pass
        return self.swept

    async def _holds(self) -> bool:
        refunds = await self._client.expire_holds(batch_size=self._batch_size)
        self.swept.holds += len(refunds)
        for refund in refunds:
            self.swept.back.add(refund.monthly_refunded, refund.addon_refunded)
            self.swept.lapsed.add(refund.monthly_lapsed, refund.addon_lapsed)
        return bool(refunds)

    async def _packs(self) -> bool:
        entries = await self._client.expire_packs(batch_size=self._batch_size)
        self.swept.packs += sum(entry.job_id is None for entry in entries)
        for entry in entries:
            self.swept.lapsed.add(-entry.monthly_delta, -entry.addon_delta)
        return bool(entries)


class Worker:
    """Passes again and again, over one connection, through every outage of the database.

    ``every``: from the end of a pass to the next; ``tell``: called with each pass that did
    something.
    """

    def __init__(
        self, url: str, every: timedelta, batch_size: int, tell: Callable[[Swept], None]
    ) -> None:
        self._url = url
        self._seconds = every.total_seconds()
        self._batch_size = batch_size
        self._tell = tell
        self._stopping = False
        self._in_pass = False
        self._failures = 0  # since the last pass that worked

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT; the batch at hand is finished first.

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
        _note("Stopped.")

    async def _work(self) -> None:
        while not self._stopping:
            try:
                async with self._connection() as client:
                    while not self._stopping:
                        await self._pass(client)
                        await self._sleep(self._seconds)
            except _PASSING as failure:
                if not self._failures:
                    _note(f"{failure_sentence(failure)} Trying again until it works.")
                self._failures += 1
                # Spread out, so that many workers do not come back in the same moment.
                pause = min(_LONGEST_PAUSE, 2.0 ** min(self._failures - 1, 10))
                await self._sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - not secret

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Credits]:
        async with connected(self._url, seconds=_BATCH_SECONDS) as connection:
            try:
                await check_schema(connection)
                yield Credits(connection)
            except _PASSING:
                connection.terminate()  # closing it properly could wait for ever
                raise

    async def _pass(self, client: Credits) -> None:
        sweep = Sweep(client, self._batch_size, lambda: self._stopping)
        self._in_pass = True
        try:
            await sweep.run()
        finally:
            self._in_pass = False
            if sweep.swept:
                self._tell(sweep.swept)
        if self._failures:
            _note("The database works again.")
            self._failures = 0

    async def _sleep(self, seconds: float) -> None:
        if not self._stopping:
            await asyncio.sleep(seconds)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
