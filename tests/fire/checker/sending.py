"""One connection of a client: how a call is sent in each shape, and what an error means."""

from __future__ import annotations

import asyncio
import json
import time
from operator import attrgetter
from typing import Any

import asyncpg

from fire.checker.calls import METHODS, Ids, Row, StrangeAnswer, json_body
from fire.checker.plan import Operation
from fire.checker.target import Address
from pgcredits import Credits, CreditsError, Unavailable, connect

DIRECT, CLIENT, JSON = range(3)
CONNECT_SECONDS = 3.0
LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
# The server may have committed before it went: only the same key again can tell.
UNKNOWN_STATES = ("57P01", "57P02", "57P03", "53100")
_CLAIMS = json.dumps({"role": "credits_app", "sub": "nobody"})
_FIGURES = (
    "required",
    "available",
    "monthly",
    "addon",
    "stored",
    "refundable",
    "limit",
    "spent",
    "remaining",
)
_columns = {
    name: attrgetter(*method.columns.split(", ")) if ", " in method.columns else None
    for name, method in METHODS.items()
}
Outcome = tuple[str, Any]


class Connection:
    """An asyncpg connection in one of the shapes; replaced when it is lost or the target moved."""

    def __init__(self, ids: Ids, name: str, shape: int) -> None:
        self.shape = shape
        self.version = 0
        self.busy_since: float | None = None
        self._ids = ids
        self._name = name
        self._connection: asyncpg.Connection | None = None
        self._credits: Credits | None = None
        self._prepared: dict[str, Any] = {}
        self._not_durable = False

    async def open(self, address: Address) -> None:
        """Connects anew; raises what the driver raises."""
        self.close()
        self.version = address.version
        pooled = self.shape == CLIENT
        connection = await connect(
            address.pooler_url if pooled else address.url,
            timeout=CONNECT_SECONDS,
            statement_cache_size=0 if pooled else 100,
            server_settings={"application_name": self._name},
        )
        connection.add_log_listener(self._listen)
        self._connection = connection
        self._credits = Credits(connection)

    def close(self) -> None:
        """Without a word to the server, which may be gone."""
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None
        self._prepared = {}

    def is_open(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    def _live(self) -> asyncpg.Connection:
        if self._connection is None:  # given up while the call was under way
            raise asyncpg.InterfaceError("the connection was given up")
        return self._connection

    def _listen(self, _connection: Any, message: Any) -> None:
        if "synchronous replication" in str(message.message):
            self._not_durable = True

    async def prepare(self, operation: Operation) -> None:
        """What can be done before the call is written down and sent."""
        if self.shape == DIRECT and operation.method not in self._prepared:
            statement = await self._live().prepare(METHODS[operation.method].direct)
            self._prepared[operation.method] = statement

    async def send(self, operation: Operation) -> Outcome:
        """Makes the call. Never raises for what the server or the network does."""
        self._not_durable = False
        self.busy_since = time.monotonic()
        sent = _Sent()
        try:
            rows = await self._send(operation, sent)
            method = METHODS[operation.method]
            kept = method.keep(self._ids, operation.profile, operation.args, rows)
        except StrangeAnswer:
            return "strange", [repr(rows)[:300]]
        except asyncio.CancelledError:
            raise
        except Exception as error:
            outcome = judge(error, may_have_committed=sent.may_have_committed)
            if outcome[0] == "unknown" or not self.is_open() or self._live().is_in_transaction():
                self.close()
            return outcome
        finally:
            self.busy_since = None
        if sent.rolled_back:
            return "aborted", kept
        if self._not_durable:
            return "unknown", ["01000", "committed here, not yet on the standby"]
        return "ok", kept

    async def _send(self, operation: Operation, sent: _Sent) -> list[Row]:
        if operation.abort:
            return await self._send_and_roll_back(operation, sent)
        if self.shape == JSON:
            return await self._send_as_json(operation, sent)
        sent.may_have_committed = True
        return await self._call(operation)

    async def _call(self, operation: Operation) -> list[Row]:
        method = METHODS[operation.method]
        values = method.values(self._ids, operation.profile, operation.args)
        connection = self._live()
        if self.shape == DIRECT:
            return await self._prepared[operation.method].fetch(*values)
        if self.shape == JSON:
            return await connection.fetch(method.as_json, json_body(method, values))
        call = getattr(self._credits, method.function)
        answer = await call(**dict(zip(method.names, values, strict=True)))
        rows = answer if isinstance(answer, list) else [answer]
        return [_columns[operation.method](row) for row in rows]

    async def _send_as_json(self, operation: Operation, sent: _Sent) -> list[Row]:
        """As PostgREST does: a transaction with a role and claims of its own."""
        connection = self._live()
        role = "credits_admin" if METHODS[operation.method].admin else "credits_app"
        await connection.execute(
            f"begin; set local role {role}; "
            f"select set_config('request.jwt.claims', '{_CLAIMS}', true)"
        )
        try:
            rows = await self._call(operation)
        except asyncpg.PostgresError:
            if self.is_open():
                await connection.execute("rollback")
            raise
        sent.may_have_committed = True
        if await connection.execute("commit") != "COMMIT":
            sent.rolled_back = True
        return rows

    async def _send_and_roll_back(self, operation: Operation, sent: _Sent) -> list[Row]:
        connection = self._live()
        sent.rolled_back = True
        await connection.execute("begin")
        try:
            return await self._call(operation)
        finally:
            if self.is_open():
                await connection.execute("rollback")


class _Sent:
    """How far a call has come."""

    def __init__(self) -> None:
        self.may_have_committed = False
        self.rolled_back = False


def judge(error: Exception, *, may_have_committed: bool) -> Outcome:
    """The outcome of a call that ended with this error."""
    if isinstance(error, CreditsError) and not isinstance(error, Unavailable):
        return "refused", [error.token, _figures(error.detail)]
    if isinstance(error, asyncpg.PostgresError | Unavailable):
        state = error.sqlstate or ""
        if state.startswith("PT"):
            detail = json.loads(getattr(error, "detail", None) or "{}")
            return "refused", [str(error.args[0]), _figures(detail)]
        message = [state, str(error)[:120]]
        lost = state.startswith("08") or state in UNKNOWN_STATES
        return ("unknown" if lost and may_have_committed else "failed"), message
    message = [type(error).__name__, str(error)[:120]]
    return ("unknown" if may_have_committed else "failed"), message


def _figures(detail: Any) -> dict[str, int]:
    return {key: detail[key] for key in _FIGURES if detail.get(key) is not None}


# The bank read: in one snapshot every balance is that of the profile's newest ledger row.
BANK = """
select count(*) filter (
         where (p.credits_remaining, p.addon_credits)
               is distinct from (l.monthly_balance, l.addon_balance)),
       coalesce(sum(p.credits_remaining), 0)::bigint, coalesce(sum(p.addon_credits), 0)::bigint
  from credits.profiles p
  left join lateral (
    select l.monthly_balance, l.addon_balance
      from credits.ledger l
     where l.profile_id = p.id and l.seq = p.seq
     limit 1
  ) l on true
"""
# And now and then all deltas are summed up.
WHOLE_BANK = f"""
select b.*, s.* from ({BANK}) b,
  (select coalesce(sum(l.monthly_delta), 0)::bigint, coalesce(sum(l.addon_delta), 0)::bigint
     from credits.ledger l) s
"""
