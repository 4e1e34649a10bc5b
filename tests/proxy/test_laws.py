"""The model of all laws, and a proxy over one and over four shards: they never differ.

The profiles of an example are on one shard, as what two profiles of one server promise each other
is not promised by two shards. There are no transactions, which a proxy refuses.
"""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
import psycopg
import pytest
from proxy_tools import Proxied, proxied

from laws.database import CLOCK, MICROSECONDS, STATE, Database, unsound
from laws.machine import STRANGER, LawsMachine, step
from laws.soak import drive_while
from pgcredits import shard_of

CALLS = 2_500
# What a proxy must have met: answers, refusals, replays and lost answers.
MUST_MEET = [
    *(
        f"call: {name}"
        for name in ("reserve_credits", "settle_job", "refund_job", "move_credits", "revoke_grant")
    ),
    "lost answer: closed by the client",
    "lost answer: killed after the commit",
]


class ProxiedDatabase(Database):
    """Calls go through the proxy; the clock, the settings and the rows are those of the shards."""

    def __init__(self, urls: Proxied) -> None:
        self.shards = [psycopg.connect(url, autocommit=True) for url in urls.shards]
        for shard in self.shards:
            shard.execute("set timezone to 'UTC'")
            shard.execute(CLOCK)
            shard.execute(MICROSECONDS)
        super().__init__(urls.proxy)

    def close(self) -> None:
        super().close()
        for shard in self.shards:
            shard.close()

    def set_clock(self, now: datetime) -> None:
        self._set("public.clock", "now", now)

    def set_closed_period_refund(self, choice: str) -> None:
        self._set("credits.settings", "closed_period_refund", choice)

    def set_reference_scope(self, choice: str) -> None:
        self._set("credits.settings", "reference_scope", choice)

    def _set(self, table: str, column: str, value: object) -> None:
        for shard in self.shards:
            shard.execute(f"update {table} set {column} = %s".encode(), [value])

    def state(self, profile_id: UUID, after_seq: int) -> dict[str, Any]:
        shard = self.shards[shard_of(profile_id, len(self.shards))]
        row = shard.execute(STATE, {"profile_id": profile_id, "seq": after_seq}).fetchone()
        assert row
        state: dict[str, Any] = row[0]
        return state


class ProxiedMachine(LawsMachine):
    database: ProxiedDatabase

    def __init__(self) -> None:
        super().__init__()
        shards = len(self.database.shards)
        home = shard_of(STRANGER, shards)
        number = self.example << 64
        for place in range(len(self.ids)):
            while shard_of(UUID(int=number), shards) != home:
                number += 1
            self.ids[place] = UUID(int=number)
            number += 1

    def call(self, name: str, **arguments: Any) -> Any:
        """But for a move of an id that nobody has, which is another shard's."""
        shards = {
            shard_of(value, len(self.database.shards))
            for key in ("profile_id", "to_profile_id")
            if isinstance(value := arguments.get(key), UUID)
        }
        return None if len(shards) > 1 else super().call(name, **arguments)

    @step(lose=st.sampled_from([None, None, "closed by the client", "killed after the commit"]))
    def transact(self, lose: str | None) -> None:
        self.lose = lose

    @step()
    def end_all(self) -> None:
        """Nothing to end."""


@pytest.mark.parametrize("shards", [1, 4])
def test_model_and_proxy_never_differ(proxy_server: str, shards: int) -> None:
    seed = secrets.randbelow(2**32)
    met: Counter[str] = Counter()
    with proxied(proxy_server, "laws", shards) as urls:
        database = ProxiedDatabase(urls)
        try:
            drive_while(
                database, met, seed, lambda met: met["calls"] < CALLS, machine=ProxiedMachine
            )
        except Exception as error:
            error.add_note(f"seed {seed}, {shards} shards")
            raise
        finally:
            database.close()
        assert unsound(urls.findings()) == []
    assert [what for what in MUST_MEET if not met[what]] == [], f"an unproductive run: {seed}"
