"""The client: one method per public function of the schema, and no logic of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

import asyncpg

from pgcredits.batches import Check, encode
from pgcredits.errors import CreditsError, InvalidArgument, from_batch, from_postgres
from pgcredits.models import (
    Balance,
    Damage,
    Finding,
    GrantResult,
    ImportResult,
    JobEvent,
    LedgerEntry,
    LegacyEntry,
    LegacyJob,
    Refund,
    RefundAudit,
    Renewal,
    Repair,
    Reservation,
    Revocation,
    Settlement,
)

logger = logging.getLogger("pgcredits")

_INT64 = range(-(2**63), 2**63)
_Row = TypeVar(
    "_Row",
    Balance,
    Damage,
    Finding,
    GrantResult,
    ImportResult,
    JobEvent,
    LedgerEntry,
    Refund,
    RefundAudit,
    Renewal,
    Repair,
    Reservation,
    Revocation,
    Settlement,
)


class Executor(Protocol):
    """What the client needs: an asyncpg Pool or Connection, or anything with these methods.

    ``fetch`` returns rows that are mappings from column to value; ``fetchval`` returns one value.
    """

    def fetch(self, query: str, *args: Any) -> Awaitable[Any]: ...

    def fetchval(self, query: str, *args: Any) -> Awaitable[Any]: ...


class Credits:
    """Prepaid credits over a caller's asyncpg Pool or Connection.

    Each method is one call of the function of the same name. On a connection inside a transaction
    of the caller, credits commit or vanish with the caller's own rows. The client opens, configures
    and closes nothing. Ids are UUIDs, or strings that spell one; amounts are whole credits.

    Every method raises a ``CreditsError`` when the database refuses; nothing has changed then.
    Errors of the connection or the server pass through as asyncpg raises them.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def open_profile(
        self, profile_id: UUID | str, *, credits_remaining: int = 0, addon_credits: int = 0
    ) -> Balance:
        """Opens a profile with its first credits. The profile id is the key.

        Raises InvalidArgument, ProfileExists.
        """
        return await self._one(
            Balance,
            "credits.open_profile(profile_id => $1, credits_remaining => $2, addon_credits => $3)",
            _uuid("profile_id", profile_id),
            _amount("credits_remaining", credits_remaining),
            _amount("addon_credits", addon_credits),
        )

    async def get_balance(self, profile_id: UUID | str) -> Balance:
        """What a profile has to spend now. Raises InvalidArgument, ProfileNotFound."""
        return await self._one(
            Balance, "credits.get_balance(profile_id => $1)", _uuid("profile_id", profile_id)
        )

    async def grant_addon(
        self,
        profile_id: UUID | str,
        amount: int,
        reference: str,
        *,
        expires_at: datetime | None = None,
        kind: str = "paid",
        priority: int = 0,
        reason: str | None = None,
    ) -> GrantResult:
        """Adds bought credits to the addon bucket, once per reference; with expires_at, a pack.

        Raises InvalidArgument, ProfileNotFound, ReferenceConflict, ProfileClosed.
        """
        return await self._one(
            GrantResult,
            "credits.grant_addon(profile_id => $1, amount => $2, reference => $3, "
            "expires_at => $4, kind => $5, priority => $6, reason => $7)",
            _uuid("profile_id", profile_id),
            _amount("amount", amount),
            _text("reference", reference),
            _time("expires_at", expires_at),
            _text("kind", kind),
            _amount("priority", priority),
            _text("reason", reason),
        )

    async def renew_monthly(
        self,
        profile_id: UUID | str,
        period_start: datetime,
        allowance: int,
        *,
        rollover_cap: int = 0,
    ) -> Renewal:
        """Begins a monthly period. The start of the period is the key.

        Raises InvalidArgument, ProfileNotFound, PeriodConflict, ProfileClosed.
        """
        return await self._one(
            Renewal,
            "credits.renew_monthly("
            "profile_id => $1, period_start => $2, allowance => $3, rollover_cap => $4)",
            _uuid("profile_id", profile_id),
            _time("period_start", period_start),
            _amount("allowance", allowance),
            _amount("rollover_cap", rollover_cap),
        )

    async def reserve_credits(
        self,
        profile_id: UUID | str,
        job_id: UUID | str,
        cost: int,
        *,
        meta: Mapping[str, Any] | None = None,
        hold_for: timedelta | None = None,
    ) -> Reservation:
        """Takes the credits of a job, monthly first, then addon. The job id is the key.

        With hold_for the credits go back by themselves unless the job is settled in time.
        Raises InvalidArgument, InsufficientCredits, ProfileNotFound, JobConflict, ProfileClosed.
        """
        return await self._one(
            Reservation,
            "credits.reserve_credits(profile_id => $1, job_id => $2, cost => $3, "
            "meta => $4::text::jsonb, hold_for => $5)",
            _uuid("profile_id", profile_id),
            _uuid("job_id", job_id),
            _amount("cost", cost),
            _json("meta", {} if meta is None else meta),
            _interval("hold_for", hold_for),
        )

    async def settle_job(
        self,
        job_id: UUID | str,
        actual_cost: int | None = None,
        *,
        overage: str = "cap",
        profile_id: UUID | str | None = None,
    ) -> Settlement:
        """Settles a job at its actual cost: gives back what is left over, or draws more.

        Raises InvalidArgument, InsufficientCredits (overage="reject"), JobNotFound,
        ProfileNotFound, JobConflict, WrongState.
        """
        return await self._one(
            Settlement,
            "credits.settle_job(job_id => $1, actual_cost => $2, overage => $3, profile_id => $4)",
            _uuid("job_id", job_id),
            _amount("actual_cost", actual_cost),
            _text("overage", overage),
            _uuid("profile_id", profile_id),
        )

    async def refund_job(
        self,
        job_id: UUID | str,
        *,
        amount: int | None = None,
        refund_id: str | None = None,
        reason: str | None = None,
        profile_id: UUID | str | None = None,
    ) -> Refund:
        """Gives a job's credits back: all that is out, or an amount under a refund_id.

        Raises InvalidArgument, JobNotFound, ProfileNotFound, RefundExceedsDeduction,
        ReferenceConflict.
        """
        refund = await self._one(
            Refund,
            "credits.refund_job(job_id => $1, amount => $2, refund_id => $3, reason => $4, "
            "profile_id => $5)",
            _uuid("job_id", job_id),
            _amount("amount", amount),
            _text("refund_id", refund_id),
            _text("reason", reason),
            _uuid("profile_id", profile_id),
        )
        _log_return("Refunded", refund)
        return refund

    async def rollback_reservation(
        self, job_id: UUID | str, *, profile_id: UUID | str | None = None
    ) -> Refund:
        """Gives back a reservation whose job never started.

        Raises InvalidArgument, JobNotFound, ProfileNotFound, WrongState.
        """
        refund = await self._one(
            Refund,
            "credits.rollback_reservation(job_id => $1, profile_id => $2)",
            _uuid("job_id", job_id),
            _uuid("profile_id", profile_id),
        )
        _log_return("Rolled back", refund)
        return refund

    async def extend_hold(
        self, job_id: UUID | str, hold_for: timedelta, *, profile_id: UUID | str | None = None
    ) -> Reservation:
        """Moves the deadline of a hold to at least hold_for from now.

        Raises InvalidArgument, JobNotFound, ProfileNotFound, WrongState, ProfileClosed.
        """
        return await self._one(
            Reservation,
            "credits.extend_hold(job_id => $1, hold_for => $2, profile_id => $3)",
            _uuid("job_id", job_id),
            _interval("hold_for", hold_for),
            _uuid("profile_id", profile_id),
        )

    async def expire_holds(self, *, batch_size: int = 100) -> list[Refund]:
        """Gives back the credits of overdue holds. Raises InvalidArgument."""
        return await self._all(
            Refund, "credits.expire_holds(batch_size => $1)", _amount("batch_size", batch_size)
        )

    async def expire_packs(self, *, batch_size: int = 100) -> list[LedgerEntry]:
        """Expires overdue packs: what is left of them lapses. Raises InvalidArgument."""
        return await self._all(
            LedgerEntry,
            "credits.expire_packs(batch_size => $1)",
            _amount("batch_size", batch_size),
        )

    async def revoke_grant(
        self,
        profile_id: UUID | str,
        reference: str,
        *,
        amount: int | None = None,
        reason: str,
        actor: str,
    ) -> Revocation:
        """Takes a grant back, all or part; the amount is cumulative.

        Raises InvalidArgument, ProfileNotFound, GrantNotFound.
        """
        return await self._one(
            Revocation,
            "credits.revoke_grant("
            "profile_id => $1, reference => $2, amount => $3, reason => $4, actor => $5)",
            _uuid("profile_id", profile_id),
            _text("reference", reference),
            _amount("amount", amount),
            _text("reason", reason),
            _text("actor", actor),
        )

    async def reinstate_grant(
        self, profile_id: UUID | str, reference: str, *, reason: str, actor: str
    ) -> Revocation:
        """Undoes the revocation of a grant: gives back exactly what was collected.

        Raises InvalidArgument, ProfileNotFound, GrantNotFound, WrongState.
        """
        return await self._one(
            Revocation,
            "credits.reinstate_grant(profile_id => $1, reference => $2, reason => $3, actor => $4)",
            _uuid("profile_id", profile_id),
            _text("reference", reference),
            _text("reason", reason),
            _text("actor", actor),
        )

    async def adjust_credits(
        self,
        profile_id: UUID | str,
        adjustment_id: str,
        *,
        monthly_delta: int = 0,
        addon_delta: int = 0,
        reason: str,
        actor: str,
    ) -> Balance:
        """Corrects the buckets by hand, once per adjustment id.

        Raises InvalidArgument, InsufficientCredits, ProfileNotFound, ReferenceConflict,
        ProfileClosed.
        """
        return await self._one(
            Balance,
            "credits.adjust_credits(profile_id => $1, adjustment_id => $2, monthly_delta => $3, "
            "addon_delta => $4, reason => $5, actor => $6)",
            _uuid("profile_id", profile_id),
            _text("adjustment_id", adjustment_id),
            _amount("monthly_delta", monthly_delta),
            _amount("addon_delta", addon_delta),
            _text("reason", reason),
            _text("actor", actor),
        )

    async def set_overdraft_limit(
        self, profile_id: UUID | str, overdraft_limit: int, *, reason: str, actor: str
    ) -> Balance:
        """Sets how far below zero the addon bucket may go.

        Raises InvalidArgument, ProfileNotFound, WrongState, ProfileClosed.
        """
        return await self._one(
            Balance,
            "credits.set_overdraft_limit("
            "profile_id => $1, overdraft_limit => $2, reason => $3, actor => $4)",
            _uuid("profile_id", profile_id),
            _amount("overdraft_limit", overdraft_limit),
            _text("reason", reason),
            _text("actor", actor),
        )

    async def close_profile(self, profile_id: UUID | str, *, reason: str, actor: str) -> Balance:
        """Closes a profile: it takes no new jobs, grants or periods.

        Raises InvalidArgument, ProfileNotFound.
        """
        return await self._one(
            Balance,
            "credits.close_profile(profile_id => $1, reason => $2, actor => $3)",
            _uuid("profile_id", profile_id),
            _text("reason", reason),
            _text("actor", actor),
        )

    async def reserve_credits_many(
        self, reservations: Sequence[Mapping[str, Any]]
    ) -> list[Reservation | CreditsError]:
        """Many reservations in one call: mappings with the parameters of ``reserve_credits``.

        Returns for each, in order, the Reservation or the exception that reserve_credits would have
        raised; it is not raised here. Raises InvalidArgument for the batch as a whole.
        """
        return await self._many(
            Reservation,
            "reservation",
            "credits.reserve_credits_many(reservations => $1::text::jsonb)",
            encode("reservations", reservations, _RESERVATION),
        )

    async def settle_job_many(
        self, settlements: Sequence[Mapping[str, Any]]
    ) -> list[Settlement | CreditsError]:
        """Many settlements in one call: mappings with the parameters of ``settle_job``.

        Returns for each, in order, the Settlement or the exception that settle_job would have
        raised; it is not raised here. Raises InvalidArgument for the batch as a whole.
        """
        return await self._many(
            Settlement,
            "settlement",
            "credits.settle_job_many(settlements => $1::text::jsonb)",
            encode("settlements", settlements, _SETTLEMENT),
        )

    async def refund_job_many(
        self, refunds: Sequence[Mapping[str, Any]]
    ) -> list[Refund | CreditsError]:
        """Many refunds in one call: mappings with the parameters of ``refund_job``.

        Returns for each, in order, the Refund or the exception that refund_job would have raised;
        it is not raised here. Raises InvalidArgument for the batch as a whole.
        """
        answers = await self._many(
            Refund,
            "refund",
            "credits.refund_job_many(refunds => $1::text::jsonb)",
            encode("refunds", refunds, _REFUND),
        )
        for answer in answers:
            if isinstance(answer, Refund):
                _log_return("Refunded", answer)
        return answers

    async def get_statement(
        self, profile_id: UUID | str, *, before_seq: int | None = None, page_size: int = 50
    ) -> list[LedgerEntry]:
        """A page of a profile's ledger, newest first; the next page is ``before_seq=last.seq``.

        Raises InvalidArgument, ProfileNotFound.
        """
        return await self._all(
            LedgerEntry,
            "credits.get_statement(profile_id => $1, before_seq => $2, page_size => $3)",
            _uuid("profile_id", profile_id),
            _amount("before_seq", before_seq),
            _amount("page_size", page_size),
        )

    async def balance_at(self, profile_id: UUID | str, at: datetime) -> Balance:
        """What the buckets held at a moment. Raises InvalidArgument, ProfileNotFound."""
        return await self._one(
            Balance,
            "credits.balance_at(profile_id => $1, at => $2)",
            _uuid("profile_id", profile_id),
            _time("at", at),
        )

    async def explain_job(
        self, job_id: UUID | str, *, profile_id: UUID | str | None = None
    ) -> list[JobEvent]:
        """The history of one job, oldest first. Raises InvalidArgument, JobNotFound."""
        return await self._all(
            JobEvent,
            "credits.explain_job(job_id => $1, profile_id => $2)",
            _uuid("job_id", job_id),
            _uuid("profile_id", profile_id),
        )

    async def check_integrity(self, profile_id: UUID | str | None = None) -> list[Finding]:
        """Verifies the books of one profile, or of all; an empty list means sound.

        Raises InvalidArgument, ProfileNotFound.
        """
        return await self._all(
            Finding,
            "credits.check_integrity(profile_id => $1)",
            _uuid("profile_id", profile_id),
        )

    async def check_legacy_profile(
        self,
        profile_id: UUID | str,
        credits_remaining: int | Decimal | None,
        addon_credits: int | Decimal | None,
        *,
        jobs: Sequence[LegacyJob] = (),
        entries: Sequence[LegacyEntry] = (),
    ) -> list[Damage]:
        """Reports what does not add up in a profile to be imported. Raises InvalidArgument."""
        return await self._all(
            Damage,
            "credits.check_legacy_profile(profile_id => $1, credits_remaining => $2, "
            "addon_credits => $3, jobs => $4, entries => $5)",
            _uuid("profile_id", profile_id),
            _number("credits_remaining", credits_remaining),
            _number("addon_credits", addon_credits),
            [_legacy_job(job) for job in jobs],
            [_legacy_entry(entry) for entry in entries],
        )

    async def import_profile(
        self,
        profile_id: UUID | str,
        credits_remaining: int | Decimal | None,
        addon_credits: int | Decimal | None,
        *,
        jobs: Sequence[LegacyJob] = (),
        entries: Sequence[LegacyEntry] = (),
        accept: Sequence[str] = (),
    ) -> ImportResult:
        """Imports a profile of the previous application. Its id is the key.

        Raises InvalidArgument, LegacyDamage unless each kind of damage is in accept, ProfileExists,
        JobConflict.
        """
        return await self._one(
            ImportResult,
            "credits.import_profile(profile_id => $1, credits_remaining => $2, "
            "addon_credits => $3, jobs => $4, entries => $5, accept => $6)",
            _uuid("profile_id", profile_id),
            _number("credits_remaining", credits_remaining),
            _number("addon_credits", addon_credits),
            [_legacy_job(job) for job in jobs],
            [_legacy_entry(entry) for entry in entries],
            [_text("accept", kind) for kind in accept],
        )

    async def audit_refunds(self, profile_id: UUID | str | None = None) -> list[RefundAudit]:
        """Refunds of the previous application that went to the wrong bucket, and what they cost.

        Raises InvalidArgument, ProfileNotFound.
        """
        return await self._all(
            RefundAudit,
            "credits.audit_refunds(profile_id => $1)",
            _uuid("profile_id", profile_id),
        )

    async def repair_refunds(
        self, profile_id: UUID | str, *, reason: str, actor: str, dry_run: bool = False
    ) -> list[Repair]:
        """Repairs what wrong refunds of the previous application did to a profile, once each.

        Raises InvalidArgument, ProfileNotFound.
        """
        return await self._all(
            Repair,
            "credits.repair_refunds(profile_id => $1, reason => $2, actor => $3, dry_run => $4)",
            _uuid("profile_id", profile_id),
            _text("reason", reason),
            _text("actor", actor),
            _flag("dry_run", dry_run),
        )

    async def schema_version(self) -> str:
        """The version of pgcredits whose logic this database runs."""
        return str(await self._executor.fetchval("select credits.schema_version()"))

    async def _one(self, model: type[_Row], call: str, *arguments: object) -> _Row:
        rows = await self._all(model, call, *arguments)
        return rows[0]

    async def _all(self, model: type[_Row], call: str, *arguments: object) -> list[_Row]:
        # Columns by name, so that a newer schema may add some.
        columns = ", ".join(field.name for field in fields(model))
        return [model(**row) for row in await self._fetch(columns, call, *arguments)]

    async def _many(
        self, model: type[_Row], column: str, call: str, batch: str
    ) -> list[_Row | CreditsError]:
        names = [field.name for field in fields(model)]
        columns = ", ".join(f"({column}).{name}" for name in names)
        return [
            model(**{name: row[name] for name in names})
            if row["error"] is None
            else from_batch(json.loads(row["error"]))
            for row in await self._fetch(f"{columns}, error::text", call, batch)
        ]

    async def _fetch(self, columns: str, call: str, *arguments: object) -> Any:
        try:
            return await self._executor.fetch(f"select {columns} from {call}", *arguments)  # noqa: S608
        except asyncpg.PostgresError as error:
            if refusal := from_postgres(error):
                raise refusal from error
            raise


def _invalid(token: str, parameter: str, hint: str) -> InvalidArgument:
    return InvalidArgument(token, sqlstate="PT400", detail={"parameter": parameter}, hint=hint)


def _amount(parameter: str, value: int | None) -> int | None:
    # asyncpg would send 1 for 1.5 and for True.
    if value is not None and (type(value) is not int or value not in _INT64):
        raise _invalid("invalid_amount", parameter, f"Give a whole number for {parameter}.")
    return value


def _number(parameter: str, value: int | Decimal | None) -> int | Decimal | None:
    if value is not None and type(value) is not int and not isinstance(value, Decimal):
        raise _invalid("invalid_amount", parameter, f"Give an int or a Decimal for {parameter}.")
    return value


def _flag(parameter: str, value: bool | None) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _invalid("invalid_option", parameter, f"Give True or False for {parameter}.")
    return value


def _uuid(parameter: str, value: UUID | str | None) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise _invalid("invalid_reference", parameter, f"Give a UUID for {parameter}.") from error


def _text(parameter: str, value: str | None) -> str | None:
    # PostgreSQL's text is UTF-8 and has no NUL.
    try:
        if value is None or (b"\0" not in value.encode()):
            return value
    except (AttributeError, UnicodeEncodeError):
        pass
    raise _invalid("invalid_reference", parameter, f"Give text without NUL for {parameter}.")


def _time(parameter: str, value: datetime | None) -> datetime | None:
    # asyncpg would take a naive one for the local time of this machine.
    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
        hint = f"Give a datetime with a time zone for {parameter}."
        raise _invalid("invalid_interval", parameter, hint)
    return value


def _interval(parameter: str, value: timedelta | None) -> timedelta | None:
    if value is not None and not isinstance(value, timedelta):
        raise _invalid("invalid_interval", parameter, f"Give a timedelta for {parameter}.")
    return value


def _json(parameter: str, value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise _invalid("invalid_metadata", parameter, f"Give JSON for {parameter}.") from error


def _metadata(parameter: str, value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else _json(parameter, value)


# What an element of a batch may have: the parameters of the single call.
_RESERVATION: dict[str, Check] = {
    "profile_id": _uuid,
    "job_id": _uuid,
    "cost": _amount,
    "meta": _metadata,
    "hold_for": _interval,
}
_SETTLEMENT: dict[str, Check] = {
    "job_id": _uuid,
    "actual_cost": _amount,
    "overage": _text,
    "profile_id": _uuid,
}
_REFUND: dict[str, Check] = {
    "job_id": _uuid,
    "amount": _amount,
    "refund_id": _text,
    "reason": _text,
    "profile_id": _uuid,
}


def _legacy_job(job: LegacyJob) -> tuple[object, ...]:
    if not isinstance(job, LegacyJob):
        raise _invalid("missing_argument", "jobs", "Give a LegacyJob for each of jobs.")
    meta_json = None if job.meta_json is None else _json("jobs", job.meta_json)
    return (
        _text("jobs", job.id),
        _text("jobs", job.status),
        meta_json,
        _time("jobs", job.created_at),
    )


def _legacy_entry(entry: LegacyEntry) -> tuple[object, ...]:
    if not isinstance(entry, LegacyEntry):
        raise _invalid("missing_argument", "entries", "Give a LegacyEntry for each of entries.")
    return (
        _text("entries", entry.id),
        _time("entries", entry.ts),
        _text("entries", entry.kind),
        _text("entries", entry.job_id),
        _number("entries", entry.delta),
        _text("entries", entry.reason),
    )


def _log_return(verb: str, refund: Refund) -> None:
    if refund.amount and not refund.replayed:
        logger.info(
            "[Credits] %s %d credits for job %s (monthly: +%d, addon: +%d)",
            verb,
            refund.amount,
            refund.job_id,
            refund.monthly_refunded,
            refund.addon_refunded,
        )
