"""The client: one method per public function of the schema, and no rule of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import fields
from typing import Any, Protocol, TypeVar
from uuid import UUID

import asyncpg

from pgcredits.errors import InvalidArgument, from_postgres
from pgcredits.models import Balance, GrantResult, LedgerEntry, Refund, Reservation

logger = logging.getLogger("pgcredits")

_INT64 = range(-(2**63), 2**63)
_Row = TypeVar("_Row", Balance, Reservation, Refund, GrantResult, LedgerEntry)


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
        self, profile_id: UUID | str, amount: int, reference: str, *, reason: str | None = None
    ) -> GrantResult:
        """Adds bought credits to the addon bucket, once per reference.

        Raises InvalidArgument, ProfileNotFound, ReferenceConflict.
        """
        return await self._one(
            GrantResult,
            "credits.grant_addon(profile_id => $1, amount => $2, reference => $3, reason => $4)",
            _uuid("profile_id", profile_id),
            _amount("amount", amount),
            _text("reference", reference),
            _text("reason", reason),
        )

    async def reserve_credits(
        self,
        profile_id: UUID | str,
        job_id: UUID | str,
        cost: int,
        *,
        meta: Mapping[str, Any] | None = None,
    ) -> Reservation:
        """Takes the credits of a job, monthly first, then addon. The job id is the key.

        Raises InvalidArgument, InsufficientCredits, ProfileNotFound, JobConflict.
        """
        return await self._one(
            Reservation,
            "credits.reserve_credits("
            "profile_id => $1, job_id => $2, cost => $3, meta => $4::text::jsonb)",
            _uuid("profile_id", profile_id),
            _uuid("job_id", job_id),
            _amount("cost", cost),
            _json("meta", {} if meta is None else meta),
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

    async def schema_version(self) -> str:
        """The version of pgcredits whose logic this database runs."""
        return str(await self._executor.fetchval("select credits.schema_version()"))

    async def _one(self, model: type[_Row], call: str, *arguments: object) -> _Row:
        rows = await self._all(model, call, *arguments)
        return rows[0]

    async def _all(self, model: type[_Row], call: str, *arguments: object) -> list[_Row]:
        # Columns by name, so that a newer schema may add some.
        columns = ", ".join(field.name for field in fields(model))
        try:
            rows = await self._executor.fetch(f"select {columns} from {call}", *arguments)  # noqa: S608
        except asyncpg.PostgresError as error:
            if refusal := from_postgres(error):
                raise refusal from error
            raise
        return [model(**row) for row in rows]


def _invalid(token: str, parameter: str, hint: str) -> InvalidArgument:
    return InvalidArgument(token, sqlstate="PT400", detail={"parameter": parameter}, hint=hint)


def _amount(parameter: str, value: int | None) -> int | None:
    # asyncpg would send 1 for 1.5 and for True.
    if value is not None and (type(value) is not int or value not in _INT64):
        raise _invalid("invalid_amount", parameter, f"Give a whole number for {parameter}.")
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


def _json(parameter: str, value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _invalid("invalid_metadata", parameter, f"Give JSON for {parameter}.") from error


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
