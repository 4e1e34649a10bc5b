"""The calls of the workload: how each is spelled for the server, and what of its answer is kept.

In the history all ids are whole numbers: a profile's index, and the number of the operation that
reserved a job or made up a key. ``Ids`` turns them into what the server sees, and back.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

Row = Sequence[Any]
Kept = list[Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = ("paid", "promo")
OVERAGES = ("cap", "reject")
_BY = ("asked for", "ann")  # reason and actor
# Of these profiles a spender may spend no more than this in all.
LIMITED = 2
LIMIT = 150
SPENDER = "key-1"
_LOW = (1 << 64) - 1
# Above every operation's number, so that a profile's id is never a job's.
_PROFILES = 1 << 62


class StrangeAnswer(Exception):  # noqa: N818
    """An answer that is not to the call: about something else, or at odds with itself."""


class Ids:
    """Ids of one run: the run's own 64 bits, then a number."""

    def __init__(self, run: int) -> None:
        self.run = run
        self._profiles: dict[int, UUID] = {}

    def profile(self, index: int) -> UUID:
        known = self._profiles.get(index)
        if known is None:
            known = self._profiles[index] = UUID(int=self.run << 64 | _PROFILES | index)
        return known

    def job(self, number: int) -> UUID:
        return UUID(int=self.run << 64 | number)

    def number(self, key: UUID | str) -> int | None:
        """The index of a profile or the number of a job; None for an id of somebody else."""
        value = key.int if isinstance(key, UUID) else int(key.replace("-", ""), 16)
        if value >> 64 != self.run:
            return None
        low = value & _LOW
        return low - _PROFILES if low >= _PROFILES else low


def spender_of(job: int | str | None) -> str | None:
    """Who spends: of every second job the same one, of the others nobody."""
    return SPENDER if isinstance(job, int) and job % 2 == 0 else None


def moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime | None) -> int | None:
    if at is None:
        return None
    passed = at - EPOCH
    return (passed.days * 86400 + passed.seconds) * 1_000_000 + passed.microseconds


def digest(rows: Sequence[Row]) -> int:
    """A short stand-in for rows that the check can make again from the ledger."""
    return zlib.crc32(repr([tuple(row) for row in rows]).encode())


@dataclass(frozen=True)
class Method:
    """``parameters`` with their types; ``values`` makes them from an operation's arguments;
    ``keep`` makes the kept result of the rows of ``columns``, or raises ``StrangeAnswer``."""

    function: str
    parameters: tuple[tuple[str, str], ...]
    columns: str
    values: Callable[[Ids, int, list[Any]], tuple[Any, ...]]
    keep: Callable[[Ids, int, list[Any], Sequence[Row]], Kept]
    admin: bool = False
    names: tuple[str, ...] = field(init=False)
    direct: str = field(init=False)
    as_json: str = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(name for name, _ in self.parameters)
        given = ", ".join(f"{name} => ${n}" for n, name in enumerate(names, 1))
        typed = ", ".join(f"{name} {kind}" for name, kind in self.parameters)
        from_json = ", ".join(f"{name} => j.{name}" for name in names)
        columns = ", ".join(f"r.{column}" for column in self.columns.split(", "))
        put = object.__setattr__
        put(self, "names", names)
        put(self, "direct", f"select {self.columns} from credits.{self.function}({given})")
        # As PostgREST makes a call of the body of a request.
        put(
            self,
            "as_json",
            f"select {columns} from (select $1::json as body) b, "
            f"lateral (select * from json_to_record(b.body) as _({typed})) j, "
            f"lateral credits.{self.function}({from_json}) r",
        )


def json_body(method: Method, values: tuple[Any, ...]) -> str:
    return json.dumps(dict(zip(method.names, values, strict=True)), default=_json)


def _json(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} microseconds"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _grant_key(ids: Ids, profile: int, args: list[Any]) -> tuple[Any, ...]:
    return ids.profile(profile), f"g{args[0]}", f"v{args[1]}"


def _month_key(ids: Ids, profile: int, args: list[Any]) -> tuple[Any, ...]:
    return ids.profile(profile), moment(args[0]), f"v{args[1]}"


def _whose(ids: Ids, profile: int, given: int) -> UUID | None:
    return ids.profile(profile) if given else None


def _check(right: bool) -> None:
    if not right:
        raise StrangeAnswer


def _only(rows: Sequence[Row], *begins: object) -> list[Any]:
    """The rest of the one row, which begins with these."""
    _check(len(rows) == 1)
    row = list(rows[0])
    _check(row[: len(begins)] == list(begins))
    return row[len(begins) :]


def _keep_reservation(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    kept = _only(rows, ids.job(args[0]), ids.profile(profile), args[1])
    kept[5] = microseconds(kept[5])
    return kept


def _keep_raised(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    cost, state, *kept = _only(rows, ids.job(args[0]), ids.profile(profile))
    replayed = kept[-1]
    _check(state == "reserved" and cost == kept[0] + kept[1])
    _check(cost >= args[1] if replayed else cost == args[1])
    kept[4] = microseconds(kept[4])
    return kept


def _keep_of_job(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    return _only(rows, ids.job(args[0]), ids.profile(profile))


def _keep_grant(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    number, amount, expires, kind, priority = args
    kept = _only(rows, ids.profile(profile), f"g{number}", amount)
    pack = [None, KINDS[0], None] if expires is None else [moment(expires), KINDS[kind], priority]
    _check(kept[:3] == pack)
    return kept[3:]


def _keep_renewal(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    return _only(rows, ids.profile(profile), moment(args[0]), args[1])


def _keep_change(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    previous, allowance, *kept = _only(rows, ids.profile(profile), moment(args[1]))
    _check(allowance == args[2])
    return [previous, *kept]


def _keep_revoked_grant(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    return _only(rows, *_grant_key(ids, profile, args))


def _keep_revoked_month(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    return _only(rows, *_month_key(ids, profile, args))


def _keep_balance(ids: Ids, profile: int, _args: list[Any], rows: Sequence[Row]) -> Kept:
    monthly, addon, available, held, posted, seq, replayed = _only(rows, ids.profile(profile))
    _check(available == monthly + addon and not replayed)
    _check(held is None or posted == available + held)
    return [monthly, addon, held, seq]


def _keep_expired(ids: Ids, _profile: int, _args: list[Any], rows: Sequence[Row]) -> Kept:
    kept = []
    for job, profile, state, *figures in rows:
        numbers = [ids.number(profile), ids.number(job)]
        _check(None not in numbers and state == "expired")
        kept.append([*numbers, *figures])
    return kept


def _keep_lapsed(ids: Ids, _profile: int, _args: list[Any], rows: Sequence[Row]) -> Kept:
    kept = []
    for profile, kind, *figures in rows:
        _check(kind == "lapse" and ids.number(profile) is not None)
        kept.append([ids.number(profile), *figures])
    return kept


def _keep_statement(ids: Ids, profile: int, args: list[Any], rows: Sequence[Row]) -> Kept:
    """The newest seq, how many rows, and a digest of them."""
    before, size = args
    page = []
    for row in rows:
        owner, seq, ts, kind, job, *figures = row
        _check(owner == ids.profile(profile))
        number = None if job is None else ids.number(job)
        page.append((seq, microseconds(ts), kind, number, *figures))
    _check(len(page) <= size and (before is None or not page or page[0][0] < before))
    return [page[0][0] if page else 0, len(page), digest(page)]


def _keep_story(_ids: Ids, _profile: int, _args: list[Any], rows: Sequence[Row]) -> Kept:
    """The newest seq, how many steps, and a digest of them."""
    _check(len(rows) > 0)
    return [rows[-1][0], len(rows), digest(rows)]


_RESERVATION = (
    "job_id, profile_id, cost, state, monthly_deducted, addon_deducted, previous_balance, "
    "new_balance, hold_expires_at, seq, replayed"
)
_BALANCE = "profile_id, credits_remaining, addon_credits, available, held, posted, seq, replayed"
_REFUND = (
    "job_id, profile_id, state, amount, monthly_refunded, addon_refunded, monthly_lapsed, "
    "addon_lapsed, monthly_revoked, addon_revoked, previous_balance, new_balance, seq, replayed"
)
_REVOCATION = (
    "revocation_id, state, requested, amount, collected, uncollected, lapsed, previous_balance, "
    "new_balance, seq, replayed"
)
_GRANT_KEY = (("profile_id", "uuid"), ("reference", "text"), ("revocation_id", "text"))
_MONTH_KEY = (("profile_id", "uuid"), ("period_start", "timestamptz"), ("revocation_id", "text"))
_NOTE = (("reason", "text"), ("actor", "text"))
_LAPSE = "profile_id, kind, seq, monthly_delta, addon_delta"
_ENTRY = (
    "profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta, monthly_balance, addon_balance"
)

METHODS = {
    "open": Method(
        "open_profile",
        (("profile_id", "uuid"), ("credits_remaining", "bigint"), ("addon_credits", "bigint")),
        "profile_id, credits_remaining, addon_credits, seq, replayed",
        lambda ids, profile, args: (ids.profile(profile), *args),
        lambda ids, profile, args, rows: _only(rows, ids.profile(profile)),
        admin=True,
    ),
    # args: job, cost, how long it is held in microseconds (0: no hold)
    "reserve": Method(
        "reserve_credits",
        (
            ("profile_id", "uuid"),
            ("job_id", "uuid"),
            ("cost", "bigint"),
            ("hold_for", "interval"),
            ("spender", "text"),
        ),
        _RESERVATION,
        lambda ids, profile, args: (
            ids.profile(profile),
            ids.job(args[0]),
            args[1],
            timedelta(microseconds=args[2]) if args[2] else None,
            spender_of(args[0]),
        ),
        _keep_reservation,
    ),
    # args: job, cost, whether the profile is given
    "raise": Method(
        "raise_reservation",
        (("job_id", "uuid"), ("cost", "bigint"), ("profile_id", "uuid")),
        _RESERVATION,
        lambda ids, profile, args: (ids.job(args[0]), args[1], _whose(ids, profile, args[2])),
        _keep_raised,
    ),
    # args: job, actual cost or None, place in OVERAGES, whether the profile is given
    "settle": Method(
        "settle_job",
        (
            ("job_id", "uuid"),
            ("actual_cost", "bigint"),
            ("overage", "text"),
            ("profile_id", "uuid"),
        ),
        "job_id, profile_id, settled_cost, monthly_deducted, addon_deducted, shortfall, "
        "monthly_refunded, addon_refunded, monthly_lapsed, addon_lapsed, monthly_revoked, "
        "addon_revoked, late, previous_balance, new_balance, seq, replayed",
        lambda ids, profile, args: (
            ids.job(args[0]),
            args[1],
            OVERAGES[args[2]],
            _whose(ids, profile, args[3]),
        ),
        _keep_of_job,
    ),
    # args: job, whether the profile is given
    "rollback": Method(
        "rollback_reservation",
        (("job_id", "uuid"), ("profile_id", "uuid")),
        _REFUND,
        lambda ids, profile, args: (ids.job(args[0]), _whose(ids, profile, args[1])),
        _keep_of_job,
    ),
    # args: job, whether the profile is given
    "refund": Method(
        "refund_job",
        (("job_id", "uuid"), ("profile_id", "uuid")),
        _REFUND,
        lambda ids, profile, args: (ids.job(args[0]), _whose(ids, profile, args[1])),
        _keep_of_job,
    ),
    # args: job, amount, number of the refund id, whether the profile is given
    "part": Method(
        "refund_job",
        (("job_id", "uuid"), ("amount", "bigint"), ("refund_id", "text"), ("profile_id", "uuid")),
        _REFUND,
        lambda ids, profile, args: (
            ids.job(args[0]),
            args[1],
            f"p{args[2]}",
            _whose(ids, profile, args[3]),
        ),
        _keep_of_job,
    ),
    # args: number of the reference, amount, expiry in microseconds or None, kind, priority
    "grant": Method(
        "grant_addon",
        (
            ("profile_id", "uuid"),
            ("amount", "bigint"),
            ("reference", "text"),
            ("expires_at", "timestamptz"),
            ("kind", "text"),
            ("priority", "bigint"),
        ),
        "profile_id, reference, amount, expires_at, kind, priority, previous_balance, "
        "new_balance, seq, replayed",
        lambda ids, profile, args: (
            ids.profile(profile),
            args[1],
            f"g{args[0]}",
            None if args[2] is None else moment(args[2]),
            KINDS[0] if args[2] is None else KINDS[args[3]],
            args[4],
        ),
        _keep_grant,
        admin=True,
    ),
    # args: period start in microseconds, allowance, rollover cap
    "renew": Method(
        "renew_monthly",
        (
            ("profile_id", "uuid"),
            ("period_start", "timestamptz"),
            ("allowance", "bigint"),
            ("rollover_cap", "bigint"),
        ),
        "profile_id, period_start, allowance, carried, lapsed, previous_balance, new_balance, "
        "seq, replayed",
        lambda ids, profile, args: (ids.profile(profile), moment(args[0]), args[1], args[2]),
        _keep_renewal,
        admin=True,
    ),
    # args: number of the reference, period start in microseconds, allowance
    "change": Method(
        "change_allowance",
        (
            ("profile_id", "uuid"),
            ("period_start", "timestamptz"),
            ("allowance", "bigint"),
            ("reference", "text"),
        ),
        "profile_id, period_start, previous_allowance, allowance, owed, previous_balance, "
        "new_balance, seq, replayed",
        lambda ids, profile, args: (
            ids.profile(profile),
            moment(args[1]),
            args[2],
            f"c{args[0]}",
        ),
        _keep_change,
        admin=True,
    ),
    # args: number of the reference, number of the revocation, amount or None
    "revoke_grant": Method(
        "revoke_grant",
        (*_GRANT_KEY, ("amount", "bigint"), *_NOTE),
        f"profile_id, reference, {_REVOCATION}",
        lambda ids, profile, args: (*_grant_key(ids, profile, args), args[2], *_BY),
        _keep_revoked_grant,
        admin=True,
    ),
    # args: number of the reference, number of the revocation
    "reinstate_grant": Method(
        "reinstate_grant",
        (*_GRANT_KEY, *_NOTE),
        f"profile_id, reference, {_REVOCATION}",
        lambda ids, profile, args: (*_grant_key(ids, profile, args), *_BY),
        _keep_revoked_grant,
        admin=True,
    ),
    # args: period start in microseconds, number of the revocation, amount or None
    "revoke_renewal": Method(
        "revoke_renewal",
        (*_MONTH_KEY, ("amount", "bigint"), *_NOTE),
        f"profile_id, period_start, {_REVOCATION}",
        lambda ids, profile, args: (*_month_key(ids, profile, args), args[2], *_BY),
        _keep_revoked_month,
        admin=True,
    ),
    # args: period start in microseconds, number of the revocation
    "reinstate_renewal": Method(
        "reinstate_renewal",
        (*_MONTH_KEY, *_NOTE),
        f"profile_id, period_start, {_REVOCATION}",
        lambda ids, profile, args: (*_month_key(ids, profile, args), *_BY),
        _keep_revoked_month,
        admin=True,
    ),
    "expire_holds": Method(
        "expire_holds",
        (("batch_size", "bigint"),),
        "job_id, profile_id, state, amount, monthly_refunded, addon_refunded, monthly_lapsed, "
        "addon_lapsed, monthly_revoked, addon_revoked, seq",
        lambda _ids, _profile, args: tuple(args),
        _keep_expired,
    ),
    "expire_packs": Method(
        "expire_packs",
        (("batch_size", "bigint"),),
        _LAPSE,
        lambda _ids, _profile, args: tuple(args),
        _keep_lapsed,
    ),
    "balance": Method(
        "get_balance",
        (("profile_id", "uuid"),),
        _BALANCE,
        lambda ids, profile, _args: (ids.profile(profile),),
        _keep_balance,
    ),
    # args: before which seq or None, page size
    "statement": Method(
        "get_statement",
        (("profile_id", "uuid"), ("before_seq", "bigint"), ("page_size", "bigint")),
        _ENTRY,
        lambda ids, profile, args: (ids.profile(profile), *args),
        _keep_statement,
    ),
    # args: the moment in microseconds
    "balance_at": Method(
        "balance_at",
        (("profile_id", "uuid"), ("at", "timestamptz")),
        _BALANCE,
        lambda ids, profile, args: (ids.profile(profile), moment(args[0])),
        _keep_balance,
    ),
    # args: job, whether the profile is given
    "explain": Method(
        "explain_job",
        (("job_id", "uuid"), ("profile_id", "uuid")),
        "seq, kind, monthly_delta, addon_delta, outstanding",
        lambda ids, profile, args: (ids.job(args[0]), _whose(ids, profile, args[1])),
        _keep_story,
    ),
}
READS = frozenset({"balance", "statement", "balance_at", "explain"})
SWEEPS = frozenset({"expire_holds", "expire_packs"})
REVOKES = frozenset({"revoke_grant", "revoke_renewal"})
REINSTATES = frozenset({"reinstate_grant", "reinstate_renewal"})
# Calls that a caller repeats until it knows what came of them.
WRITES = frozenset(METHODS) - READS - SWEEPS
# Those of them that have one effect however often they are made. A raise only says what the job
# holds afterwards: once some of it is back, the same call takes it again.
KEYED = WRITES - {"raise"}
