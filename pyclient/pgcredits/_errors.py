"""One exception per refusal: the SQLSTATE and the token of the database, as a Python class."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast


class CreditsError(Exception):
    """A call was refused and changed nothing.

    ``token`` names the reason and never changes; ``sqlstate`` is its class; ``http_status`` is what
    to answer where the call was made for an HTTP request, as PostgREST does; ``detail`` holds
    figures; ``hint`` tells a person what to do.
    """

    def __init__(
        self, token: str, *, sqlstate: str, detail: Mapping[str, Any] | None = None, hint: str = ""
    ) -> None:
        super().__init__(f"{token}: {hint}" if hint else token)
        self.token = token
        self.sqlstate = sqlstate
        self.detail = dict(detail or {})
        self.hint = hint

    def __reduce__(self) -> Any:
        """Copies go to other processes, too."""
        return _made_again, (type(self), self.token, self.sqlstate, self.detail, self.hint)

    @property
    def http_status(self) -> int:
        """402 for ``PT402``, and so on."""
        return int(self.sqlstate.removeprefix("PT"))


def _made_again(
    kind: type[CreditsError], token: str, sqlstate: str, detail: dict[str, Any], hint: str
) -> CreditsError:
    return kind(token, sqlstate=sqlstate, detail=detail, hint=hint)


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


class LimitExceeded(CreditsError):  # noqa: N818
    """A limit of the spender, or of the profile as a whole, has no room for the cost."""

    @property
    def required(self) -> int:
        """Credits asked for."""
        return cast("int", self.detail["required"])

    @property
    def remaining(self) -> int:
        """Credits that the limit has room for."""
        return cast("int", self.detail["remaining"])


class ProfileNotFound(CreditsError):  # noqa: N818
    """No profile has this id."""


class JobNotFound(CreditsError):  # noqa: N818
    """No job has this id, or it is not this profile's."""


class GrantNotFound(CreditsError):  # noqa: N818
    """This profile has no grant with this reference."""


class TopupNotFound(CreditsError):  # noqa: N818
    """This profile has no request for credits with this reference."""


class PeriodNotFound(CreditsError):  # noqa: N818
    """This profile has begun no month at this moment."""


class JobConflict(CreditsError):  # noqa: N818
    """The job id was reserved or settled before with another cost, or for another profile."""


class WrongState(CreditsError):  # noqa: N818
    """The job's state forbids the call."""


class RefundExceedsDeduction(CreditsError):  # noqa: N818
    """The amount is more than the job still holds."""


class ReferenceConflict(CreditsError):  # noqa: N818
    """The reference, or the id of a refund, revocation, adjustment or move, was used before.

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


class ProxyCannot(CreditsError):  # noqa: N818
    """A proxy of shards cannot make this call: in a transaction, for two shards, or for all."""


class Unavailable(CreditsError):  # noqa: N818
    """The database did not come to an answer in time. A later call may succeed."""

    @property
    def http_status(self) -> int:
        """503: the caller of the service may try again."""
        return 503


class LockTimeout(Unavailable):
    """Another transaction kept the profile locked for too long."""


class StatementCancelled(Unavailable):
    """The statement was cancelled: it took longer than its ``statement_timeout``, or somebody
    stopped it."""


BY_TOKEN: dict[str, type[CreditsError]] = {
    "missing_argument": InvalidArgument,
    "invalid_amount": InvalidArgument,
    "invalid_reference": InvalidArgument,
    "invalid_metadata": InvalidArgument,
    "reserved_metadata_key": InvalidArgument,
    "metadata_too_large": InvalidArgument,
    "invalid_interval": InvalidArgument,
    "invalid_option": InvalidArgument,
    "invalid_time_zone": InvalidArgument,
    "invalid_batch": InvalidArgument,
    "batch_too_large": InvalidArgument,
    "insufficient_credits": InsufficientCredits,
    "limit_exceeded": LimitExceeded,
    "profile_not_found": ProfileNotFound,
    "job_not_found": JobNotFound,
    "grant_not_found": GrantNotFound,
    "topup_not_found": TopupNotFound,
    "period_not_found": PeriodNotFound,
    "job_conflict": JobConflict,
    "wrong_state": WrongState,
    "refund_exceeds_deduction": RefundExceedsDeduction,
    "reference_conflict": ReferenceConflict,
    "period_conflict": PeriodConflict,
    "profile_exists": ProfileExists,
    "profile_closed": ProfileClosed,
    "legacy_damage": LegacyDamage,
    "foreign_job_id": InvalidArgument,
    "each_shard": ProxyCannot,
    "in_transaction": ProxyCannot,
    "other_shard": ProxyCannot,
}


#: The tokens that no server says, but a proxy of shards.
OF_A_PROXY = frozenset({"each_shard", "foreign_job_id", "in_transaction", "other_shard"})


class Told(NamedTuple):
    """What an error of the server says, whatever the driver. ``detail``: JSON, where it is ours."""

    sqlstate: str | None
    message: str | None
    detail: str | None = None
    hint: str | None = None


def told_by_libpq(error: Any) -> Told:
    """Of a driver that stands on libpq: psycopg and psycopg2."""
    about = error.diag
    return Told(about.sqlstate, about.message_primary, about.message_detail, about.message_hint)


# Errors of the server itself that a caller has to tell apart as often as refusals.
_UNAVAILABLE = {
    "55P03": (
        LockTimeout,
        "lock_timeout",
        "Another transaction has the profile locked. Make the same call again.",
    ),
    "57014": (
        StatementCancelled,
        "statement_cancelled",
        "The statement was cancelled, or took longer than its statement_timeout. "
        "Make the same call again, with more time.",
    ),
}


def refusal_of(told: Told) -> CreditsError | None:
    """The exception for what the server says; None for an error that is the driver's to raise."""
    sqlstate, token = told.sqlstate or "", told.message or ""
    if sqlstate in _UNAVAILABLE:
        unavailable, token, hint = _UNAVAILABLE[sqlstate]
        return unavailable(token, sqlstate=sqlstate, hint=hint)
    if not sqlstate.startswith("PT") or token not in BY_TOKEN:
        return None
    detail = json.loads(told.detail or "{}")
    return BY_TOKEN[token](token, sqlstate=sqlstate, detail=detail, hint=told.hint or "")


@contextmanager
def refusals(kind: type[Exception], told: Callable[[Any], Told]) -> Iterator[None]:
    """In the block, an error of a driver is raised as the refusal that it tells, if it is one."""
    try:
        yield
    except kind as error:
        if refusal := refusal_of(told(error)):
            raise refusal from error
        raise


def from_batch(error: Mapping[str, Any]) -> CreditsError:
    """The exception for the error of one element of a batch, as the single call would raise it.

    Through a proxy it may be an error that is no refusal: the element's shard did nothing at all.
    """
    if not error["code"].startswith("PT"):
        if refusal := refusal_of(Told(error["code"], error["message"])):
            return refusal
        detail = {**error["details"], "message": error["message"]}
        return Unavailable(
            "shard_failed", sqlstate=error["code"], detail=detail, hint=error["hint"]
        )
    kind = BY_TOKEN.get(error["message"], CreditsError)
    return kind(
        error["message"], sqlstate=error["code"], detail=error["details"], hint=error["hint"]
    )
