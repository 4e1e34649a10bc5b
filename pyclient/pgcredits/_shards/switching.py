"""The moment in which a shard changes hands: nobody writes until the new server has everything."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import asyncpg

from pgcredits._server.database import Connection
from pgcredits._server.failures import CannotRunError
from pgcredits._shards.places import close_gate, lock_tables

_LOCK_MS = 700  # all together, before another session takes the waiting for a deadlock
_LOCK_ATTEMPTS = 30
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Switch:
    """``source``: to the old database; ``beside``: to another one of its server; ``silence``: how
    many seconds writers may have to wait, at most.
    """

    source: Connection
    beside: Connection
    slot: str
    silence: float
    tell: Callable[[str], None]

    async def run(
        self, ready: Callable[[], Awaitable[None]], decide: Callable[[], Awaitable[None]]
    ) -> float:
        """Ends writing at the old place once the new one has everything; since when it waits.

        ``ready``: waits until it is worth an attempt. ``decide``: what else is done in the
        transaction that ends it.

        Raises ``CannotRunError`` where writers would have to wait for too long: then nothing has
        happened, and the copying goes on.
        """
        for _ in range(_ATTEMPTS):
            await ready()
            transaction, since = await self._lock()
            try:
                if await self._is_complete(since + self.silence):
                    await close_gate(self.source, also_for_copying=True)
                    await decide()
                    await transaction.commit()
                    return since
                await transaction.rollback()
            except BaseException:
                with suppress(Exception):
                    await transaction.rollback()
                raise
            self.tell("The new server was not there in time: writers go on, and it catches up.")
            await asyncio.sleep(self.silence)
        raise CannotRunError(
            f"The new server does not keep up: it lacked something after {self.silence:g} seconds "
            f"of silence, {_ATTEMPTS} times. Run it again, or with a longer --silence."
        )

    async def _is_complete(self, deadline: float) -> bool:
        """Waits, while nobody can write, until the new server has all and will not forget it."""
        end = await self.source.fetchval("select pg_catalog.pg_current_wal_insert_lsn()::text")
        while time.monotonic() < deadline:
            # A commit of something else: what is in the log is sent on once it was flushed.
            await self.beside.execute(
                "select pg_catalog.pg_logical_emit_message(true, 'pgcredits', 'moving')"
            )
            for _ in range(20):
                if await self.source.fetchval(
                    "select s.confirmed_flush_lsn >= $2::text::pg_catalog.pg_lsn"
                    " from pg_catalog.pg_replication_slots s where s.slot_name = $1",
                    self.slot,
                    end,
                ):
                    return True
                await asyncio.sleep(0.01)
        return False

    async def _lock(self) -> tuple[asyncpg.transaction.Transaction, float]:
        """Begins the transaction that keeps writers out; that, and since when they wait."""
        for _ in range(_LOCK_ATTEMPTS):
            transaction = self.source.transaction()
            await transaction.start()
            since = time.monotonic()
            try:
                # If this program is gone, the server lets the writers go on.
                await self.source.execute(
                    f"set local statement_timeout = {_LOCK_MS};"
                    f"set local idle_in_transaction_session_timeout = '{self.silence + 1:g}s';"
                    "set local synchronous_commit = on"
                )
                await lock_tables(self.source)
                await self.source.execute("set local statement_timeout = 0")
            except (asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError):
                await transaction.rollback()
                await asyncio.sleep(1)
            else:
                return transaction, since
        raise CannotRunError(
            "A transaction keeps writing to the old database, so that it cannot be locked: end it, "
            "and run this again."
        )
