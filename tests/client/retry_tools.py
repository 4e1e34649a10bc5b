"""What the tests of Retry share: a call of every method, and a server that fails in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from pgcredits import Call, Credits, Retry
from pgcredits._retry import METHODS, Repeat

JOB, PROFILE, OTHER_PROFILE = uuid4(), uuid4(), uuid4()
TOPUP, EVENT = f"topup-{PROFILE}-1", f"{PROFILE}:1:credits.low"
BY = {"reason": "a test", "actor": "the tester"}
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
MONTH_BEFORE = datetime(2025, 12, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

# Every method with arguments, and the key that OutcomeUnknown names.
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any], dict[str, Any]]] = {
    "open_profile": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "grant_addon": ((PROFILE, 5, "order-1"), {}, {"profile_id": PROFILE, "reference": "order-1"}),
    "renew_monthly": (
        (PROFILE, JANUARY, 100),
        {},
        {"profile_id": PROFILE, "period_start": JANUARY},
    ),
    "change_allowance": (
        (PROFILE, MONTH_BEFORE, 9, "plan-1"),
        {},
        {"profile_id": PROFILE, "reference": "plan-1"},
    ),
    "reserve_credits": ((PROFILE, str(JOB), 10), {"hold_for": HOUR}, {"job_id": JOB}),
    "raise_reservation": ((JOB, 25), {}, {"job_id": JOB, "cost": 25}),
    "extend_hold": ((JOB, 2 * HOUR), {}, {"job_id": JOB}),
    "settle_job": ((JOB, 7), {}, {"job_id": JOB}),
    "refund_job": (
        (JOB,),
        {"amount": 3, "refund_id": "part-1"},
        {"job_id": JOB, "refund_id": "part-1"},
    ),
    "rollback_reservation": ((JOB,), {}, {"job_id": JOB}),
    "reserve_credits_many": (
        ([{"profile_id": PROFILE, "job_id": JOB, "cost": 10}],),
        {},
        {"reservations": f'[{{"profile_id": "{PROFILE}", "job_id": "{JOB}", "cost": 10}}]'},
    ),
    "settle_job_many": (
        ([{"job_id": JOB, "actual_cost": 7}],),
        {},
        {"settlements": f'[{{"job_id": "{JOB}", "actual_cost": 7}}]'},
    ),
    "refund_job_many": (([{"job_id": JOB}],), {}, {"refunds": f'[{{"job_id": "{JOB}"}}]'}),
    "renew_monthly_many": (
        ([{"profile_id": PROFILE, "period_start": JANUARY, "allowance": 100}],),
        {},
        {
            "renewals": f'[{{"profile_id": "{PROFILE}", '
            '"period_start": "2026-01-01T00:00:00+00:00", "allowance": 100}]'
        },
    ),
    "grant_addon_many": (
        ([{"profile_id": PROFILE, "amount": 5, "reference": "order-1"}],),
        {},
        {"grants": f'[{{"profile_id": "{PROFILE}", "amount": 5, "reference": "order-1"}}]'},
    ),
    "revoke_grant": (
        (PROFILE, "order-0", "refund-1"),
        {"amount": 2, **BY},
        {"profile_id": PROFILE, "reference": "order-0", "revocation_id": "refund-1"},
    ),
    "reinstate_grant": (
        (PROFILE, "order-r", "refund-1"),
        BY,
        {"profile_id": PROFILE, "reference": "order-r", "revocation_id": "refund-1"},
    ),
    "revoke_renewal": (
        (PROFILE, MONTH_BEFORE, "refund-1"),
        {"amount": 2, **BY},
        {"profile_id": PROFILE, "period_start": MONTH_BEFORE, "revocation_id": "refund-1"},
    ),
    "reinstate_renewal": (
        (PROFILE, MONTH_BEFORE, "refund-2"),
        BY,
        {"profile_id": PROFILE, "period_start": MONTH_BEFORE, "revocation_id": "refund-2"},
    ),
    "find_grants": (("order-0",), {}, {"reference": "order-0"}),
    "adjust_credits": (
        (PROFILE, "fix-1"),
        {"addon_delta": 1, **BY},
        {"profile_id": PROFILE, "adjustment_id": "fix-1"},
    ),
    "set_alert": ((PROFILE,), {"low_balance": 50}, {"profile_id": PROFILE}),
    "set_topup": ((PROFILE, 50, 500), {}, {"profile_id": PROFILE}),
    "decline_topup": ((PROFILE, TOPUP), {}, {"profile_id": PROFILE, "reference": TOPUP}),
    "watch_profiles": ((), {"after_id": PROFILE}, {"after_id": PROFILE}),
    "claim_events": ((), {}, {}),
    "finish_events": (([EVENT],), {}, {"event_ids": [EVENT]}),
    "fail_events": (([EVENT], "no route"), {}, {"event_ids": [EVENT]}),
    "set_overdraft_limit": ((PROFILE, 50), BY, {"profile_id": PROFILE}),
    "set_limit": (
        (PROFILE, "ann", "day", 50),
        BY,
        {"profile_id": PROFILE, "spender": "ann", "window_name": "day"},
    ),
    "get_limits": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "close_profile": ((PROFILE,), BY, {"profile_id": PROFILE}),
    "move_credits": (
        (PROFILE, OTHER_PROFILE, "merge-1"),
        BY,
        {"profile_id": PROFILE, "move_id": "merge-1"},
    ),
    "import_profile": (
        (PROFILE, 10, 20),
        {"accept": ["history_truncated"]},
        {"profile_id": PROFILE},
    ),
    "repair_refunds": ((PROFILE,), BY, {"profile_id": PROFILE}),
    "expire_holds": ((), {}, {}),
    "expire_packs": ((), {}, {}),
    "get_balance": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "get_statement": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "balance_at": ((PROFILE, JANUARY), {}, {"profile_id": PROFILE}),
    "explain_job": ((JOB,), {}, {"job_id": JOB}),
    "preview_reserve": ((PROFILE, 5), {}, {"profile_id": PROFILE}),
    "get_job": ((JOB,), {}, {"job_id": JOB}),
    "get_profile": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "list_profiles": ((), {"after_profile_id": PROFILE}, {"after_profile_id": PROFILE}),
    "list_grants": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "list_jobs": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "usage": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "check_integrity": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "check_profiles": ((), {"after_id": PROFILE}, {"after_id": PROFILE}),
    "check_legacy_profile": ((PROFILE, 10, 20), {}, {"profile_id": PROFILE}),
    "audit_refunds": ((PROFILE,), {}, {"profile_id": PROFILE}),
    "schema_version": ((), {}, {}),
}
METHODS_THAT = {
    repeat: sorted(name for name, (kind, _) in METHODS.items() if kind is repeat)
    for repeat in Repeat
}
LOST = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


def call(
    credits_client: Credits, name: str, *, profile_id: UUID = PROFILE, job_id: UUID = JOB
) -> Any:
    ids = {PROFILE: profile_id, JOB: job_id, str(JOB): str(job_id)}
    ids[TOPUP] = f"topup-{profile_id}-1"
    positional, named, _ = CALLS[name]
    return getattr(credits_client, name)(*(_with_ids(each, ids) for each in positional), **named)


def _with_ids(argument: Any, ids: dict[Any, Any]) -> Any:
    if isinstance(argument, list) and all(isinstance(each, dict) for each in argument):
        return [{key: ids.get(value, value) for key, value in each.items()} for each in argument]
    return argument if isinstance(argument, list) else ids.get(argument, argument)


def server_error(sqlstate: str, severity: str = "ERROR") -> asyncpg.PostgresError:
    """As asyncpg makes it of the server's message."""
    return asyncpg.PostgresError.new(
        {"C": sqlstate, "M": "a message", "S": severity, "V": severity, "D": "{}"}
    )


WARNING = asyncpg.PostgresLogMessage.new(
    {
        "S": "WARNUNG",  # in the language of the server
        "V": "WARNING",
        "C": "01000",
        "M": "storniere Warten auf synchrone Replikation wegen Benutzeraufforderung",
        "R": "SyncRepWaitForLSN",
    }
)


class FakeRow(str):
    """A row whose every column is null, such as the error of an element of a batch."""

    __slots__ = ()

    def __getitem__(self, _: object) -> Any:
        return None


@dataclass
class FakeServer:
    """Answers attempts in turn: an exception is raised, ``None`` is a pause without end.

    A message comes before an answer of no rows. Anything else is the answer. It is the pool
    and its connections in one. ``sent``: what arrived; ``taken``: connections given out.
    """

    turns: list[Any] = field(default_factory=list)
    refusals: list[BaseException] = field(default_factory=list)  # one for each attempt to connect
    in_transaction: bool = False
    closed: bool = False
    sent: list[tuple[Any, ...]] = field(default_factory=list)
    taken: int = 0
    given_back: int = 0
    hangs: asyncio.Event = field(default_factory=asyncio.Event)
    listeners: list[Callable[[object, Any], None]] = field(default_factory=list)

    async def fetch(self, *statement: Any) -> Any:
        self.sent.append(statement)
        turn = self.turns.pop(0) if self.turns else []
        if turn is None:
            self.hangs.set()
            await asyncio.Event().wait()
        if isinstance(turn, asyncpg.PostgresLogMessage):
            for listener in self.listeners:
                listener(self, turn)
            return []
        if isinstance(turn, BaseException):
            raise turn
        return [FakeRow(each) if isinstance(each, str) else each for each in turn]

    def is_in_transaction(self) -> bool:
        return self.in_transaction

    def is_closed(self) -> bool:
        return self.closed

    def add_log_listener(self, listener: Callable[[object, Any], None]) -> None:
        self.listeners.append(listener)

    def remove_log_listener(self, listener: Callable[[object, Any], None]) -> None:
        self.listeners.remove(listener)


class FakePool(FakeServer):
    async def acquire(self) -> FakeServer:
        self.taken += 1
        if self.refusals:
            raise self.refusals.pop(0)
        return self

    async def release(self, connection: FakeServer, **limit: float) -> None:
        assert limit["timeout"] > 0
        self.given_back += 1


async def ask(server: FakeServer, name: str = "reserve_credits", **policy: Any) -> Any:
    """The rows of a call; the client would make dataclasses of them."""
    spy = Spy()
    with suppress(LookupError):
        await call(Credits(spy), name)
    return await Retry(server, **policy).call(spy.made)


class Spy:
    """In place of an executor: keeps the call, and answers nothing."""

    made: Call

    async def call(self, made: Call, /) -> Any:
        self.made = made
        raise LookupError
