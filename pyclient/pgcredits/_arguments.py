"""What a parameter may be given: checked before anything is sent.

Only what asyncpg would bend or choke on is refused here. Everything else, a missing value too, is
for the database to refuse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from pgcredits._errors import InvalidArgument
from pgcredits._models import LegacyEntry, LegacyJob

#: Takes the name of a parameter and what it was given, and gives what is sent. None stays None.
Check: TypeAlias = Callable[[str, Any], Any]

_INT64 = range(-(2**63), 2**63)
_json_encoder = json.JSONEncoder(allow_nan=False)
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # escaped, as the encoder writes it


def checked(function: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call as they are sent. Raises InvalidArgument at the first wrong one."""
    checks = checks_of(function)
    return {parameter: checks[parameter](parameter, value) for parameter, value in given.items()}


def checks_of(function: str) -> Mapping[str, Check]:
    """The checks of a function's parameters, and of parameters of others."""
    return _CHECKS_OF.get(function, CHECKS)


def interval_text(value: timedelta) -> str:
    """As PostgreSQL reads it, to the microsecond, where JSON has to carry it."""
    return f"P{value.days}DT{value.seconds}.{value.microseconds:06}S"


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
        hint = f"Give a UUID for {parameter}; for the id of another system, pgcredits.id_of(it)."
        raise _invalid("invalid_reference", parameter, hint) from error


def _text(parameter: str, value: str | None) -> str | None:
    # PostgreSQL's text is UTF-8 and has no NUL.
    try:
        if value is None or (b"\0" not in value.encode()):
            return value
    except (AttributeError, UnicodeEncodeError):
        pass
    raise _invalid("invalid_reference", parameter, f"Give text without NUL for {parameter}.")


def _time(parameter: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    # asyncpg would take a naive one for the local time of this machine.
    if not isinstance(value, datetime) or value.tzinfo is None:
        hint = f"Give a datetime with a time zone for {parameter}."
        raise _invalid("invalid_interval", parameter, hint)
    try:
        value.astimezone(UTC)
    except OverflowError as error:
        hint = f"Give a point in time within the years 1 to 9999 for {parameter}."
        raise _invalid("invalid_interval", parameter, hint) from error
    return value


def _interval(parameter: str, value: timedelta | None) -> timedelta | None:
    if value is not None and not isinstance(value, timedelta):
        raise _invalid("invalid_interval", parameter, f"Give a timedelta for {parameter}.")
    return value


def _json(parameter: str, value: Mapping[str, Any] | None) -> str | None:
    try:
        text = None if value is None else _json_encoder.encode(value)
        if text is None or _is_storable(text):
            return text
    except (TypeError, ValueError, RecursionError) as error:
        raise _invalid("invalid_metadata", parameter, f"Give JSON for {parameter}.") from error
    hint = f"Give text without NUL and half surrogate pairs in {parameter}."
    raise _invalid("invalid_metadata", parameter, hint)


def _is_storable(text: str) -> bool:
    # PostgreSQL's jsonb has no NUL either, and no half of a surrogate pair.
    if "\\u0000" in text and _NUL.search(text):
        return False
    if "\\ud" not in text:
        return True
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _legacy_jobs(parameter: str, jobs: Sequence[LegacyJob]) -> str | None:
    return _legacy(
        parameter,
        jobs,
        LegacyJob,
        {"id": _text, "status": _text, "meta_json": _meta, "created_at": _time},
    )


def _legacy_entries(parameter: str, entries: Sequence[LegacyEntry]) -> str | None:
    return _legacy(
        parameter,
        entries,
        LegacyEntry,
        {
            "id": _text,
            "ts": _time,
            "kind": _text,
            "job_id": _text,
            "delta": _number,
            "reason": _text,
        },
    )


def _meta(parameter: str, value: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    _json(parameter, value)
    return value


def _legacy(
    parameter: str, rows: Sequence[Any], kind: type, members: Mapping[str, Check]
) -> str | None:
    if rows is None:
        return None
    for row in rows:
        if not isinstance(row, kind):
            hint = f"Give a {kind.__name__} for each of {parameter}."
            raise _invalid("missing_argument", parameter, hint)
    sent = [
        {name: check(parameter, getattr(row, name)) for name, check in members.items()}
        for row in rows
    ]
    return json.dumps(sent, default=str)


def _texts(parameter: str, values: Sequence[str] | None) -> list[str | None] | None:
    if values is None:
        return None
    if isinstance(values, str):
        raise _invalid("invalid_reference", parameter, f"Give a list of texts for {parameter}.")
    return [_text(parameter, value) for value in values]


# A name means the same in every function, but for the old balances below.
_PARAMETERS: dict[Check, tuple[str, ...]] = {
    _uuid: (
        "profile_id",
        "to_profile_id",
        "after_profile_id",
        "job_id",
        "before_job_id",
        "after_id",
    ),
    _amount: (
        "credits_remaining",
        "addon_credits",
        "amount",
        "priority",
        "allowance",
        "rollover_cap",
        "cost",
        "actual_cost",
        "batch_size",
        "monthly_delta",
        "addon_delta",
        "overdraft_limit",
        "before_seq",
        "page_size",
        "low_balance",
        "below",
        "a_month",
        "max_events",
    ),
    _text: (
        "reference",
        "kind",
        "state",
        "reason",
        "actor",
        "overage",
        "refund_id",
        "revocation_id",
        "adjustment_id",
        "move_id",
        "monthly_rest",
        "error",
        "step",
        "by",
        "spender",
        "window_name",
        "time_zone",
    ),
    _time: ("expires_at", "period_start", "at", "since", "until", "changed_since"),
    _interval: ("hold_for", "lease", "retry_in", "pause"),
    _flag: ("dry_run",),
    _json: ("meta",),
    _legacy_jobs: ("jobs",),
    _legacy_entries: ("entries",),
    _texts: ("accept", "kinds", "event_ids"),
}
CHECKS: dict[str, Check] = {
    parameter: check for check, parameters in _PARAMETERS.items() for parameter in parameters
}
# Balances of another application may be missing, or fractions.
_OLD_BALANCES = CHECKS | {"credits_remaining": _number, "addon_credits": _number}
_CHECKS_OF = {"check_legacy_profile": _OLD_BALANCES, "import_profile": _OLD_BALANCES}
