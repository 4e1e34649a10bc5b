"""One exception per refusal: the SQLSTATE and the token of the database, as a Python class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import asyncpg


class CreditsError(Exception):
    """A call was refused and changed nothing.

    ``token`` names the reason and never changes; ``sqlstate`` is its class (``PT402`` is HTTP 402
    through PostgREST); ``detail`` holds figures; ``hint`` tells a person what to do.
    """

    def __init__(
        self, token: str, *, sqlstate: str, detail: Mapping[str, Any] | None = None, hint: str = ""
    ) -> None:
        super().__init__(f"{token}: {hint}" if hint else token)
        self.token = token
        self.sqlstate = sqlstate
        self.detail = dict(detail or {})
        self.hint = hint


class InvalidArgument(CreditsError):  # noqa: N818 - the names are the contract's
    """An argument is missing, out of range, or of the wrong form."""


class InsufficientCredits(CreditsError):  # noqa: N818
    """The buckets together hold less than the cost."""

    @property
    def required(self) -> int:
        """Credits asked for."""
        return cast("int", self.detail["required"])

    @property
    def available(self) -> int:
        """Credits that could have been spent."""
        return cast("int", self.detail["available"])


class ProfileNotFound(CreditsError):  # noqa: N818
    """No profile has this id."""


class JobNotFound(CreditsError):  # noqa: N818
    """No job has this id, or it is not this profile's."""


class GrantNotFound(CreditsError):  # noqa: N818
    """This profile has no grant with this reference."""


class PeriodNotFound(CreditsError):  # noqa: N818
    """This profile has begun no month at this moment."""


class JobConflict(CreditsError):  # noqa: N818
    """The job id was reserved or settled before with another cost, or for another profile."""


class WrongState(CreditsError):  # noqa: N818
    """The job's state forbids the call."""


class RefundExceedsDeduction(CreditsError):  # noqa: N818
    """The amount is more than the job still holds."""


class ReferenceConflict(CreditsError):  # noqa: N818
    """The reference, or the id of a refund, revocation or adjustment, was used before.

    ``detail`` names the ``parameter`` that differs, what is ``stored`` and what was ``given``.
    """


class PeriodConflict(CreditsError):  # noqa: N818
    """The period began with other figures, or is before the current one."""


class ProfileExists(CreditsError):  # noqa: N818
    """The profile was opened before with other amounts."""


class LegacyDamage(CreditsError):  # noqa: N818
    """What is to be imported does not add up, in ways that were not accepted.

    ``detail`` counts the findings of each kind.
    """


class ProfileClosed(CreditsError):  # noqa: N818
    """The profile was closed: it takes no new jobs, grants or periods."""


BY_TOKEN: dict[str, type[CreditsError]] = {
    "missing_argument": InvalidArgument,
    "invalid_amount": InvalidArgument,
    "invalid_reference": InvalidArgument,
    "invalid_metadata": InvalidArgument,
    "reserved_metadata_key": InvalidArgument,
    "metadata_too_large": InvalidArgument,
    "invalid_interval": InvalidArgument,
    "invalid_option": InvalidArgument,
    "invalid_batch": InvalidArgument,
    "batch_too_large": InvalidArgument,
    "insufficient_credits": InsufficientCredits,
    "profile_not_found": ProfileNotFound,
    "job_not_found": JobNotFound,
    "grant_not_found": GrantNotFound,
    "period_not_found": PeriodNotFound,
    "job_conflict": JobConflict,
    "wrong_state": WrongState,
    "refund_exceeds_deduction": RefundExceedsDeduction,
    "reference_conflict": ReferenceConflict,
    "period_conflict": PeriodConflict,
    "profile_exists": ProfileExists,
    "profile_closed": ProfileClosed,
    "legacy_damage": LegacyDamage,
}


def from_postgres(error: asyncpg.PostgresError) -> CreditsError | None:
    """The exception for a refusal of our functions; None for any other error of the server."""
    if not (error.sqlstate or "").startswith("PT"):
        return None
    token = str(error.args[0]) if error.args else ""
    kind = BY_TOKEN.get(token)
    if kind is None:
        return None
    return kind(
        token,
        sqlstate=str(error.sqlstate),
        detail=json.loads(getattr(error, "detail", None) or "{}"),
        hint=getattr(error, "hint", None) or "",
    )


def from_batch(error: Mapping[str, Any]) -> CreditsError:
    """The exception for the error of one element of a batch, as the single call would raise it."""
    kind = BY_TOKEN.get(error["message"], CreditsError)
    return kind(
        error["message"], sqlstate=error["code"], detail=error["details"], hint=error["hint"]
    )
