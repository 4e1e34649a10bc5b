"""Refusals and the checks of arguments, as the model makes them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn
from zoneinfo import available_timezones

CAP = 2**53 - 1
LONGEST_HOLD = timedelta(days=365)
LONGEST_TEXT = 255
CONTROL = re.compile("[\x01-\x1f\x7f]|[\x80-\x9f\u2028\u2029]")
FARTHEST_PERIOD = timedelta(days=366)
LARGEST_META = 16384
# Stand for PostgreSQL's infinite timestamps.
INFINITY = datetime.max.replace(tzinfo=UTC)
MINUS_INFINITY = datetime.min.replace(tzinfo=UTC)
RESERVED_KEYS = [
    "credit_cost",
    "credits_deducted",
    "monthly_deducted",
    "addon_deducted",
    "credits_refunded",
    "monthly_refunded",
    "addon_refunded",
]
JSON_TYPES = {list: "array", str: "string", int: "number", bool: "boolean", type(None): "null"}


class Refused(Exception):  # noqa: N818
    """A refusal; ``exact`` says whether ``detail`` is all of the DETAIL or only a part of it."""

    def __init__(
        self, sqlstate: str, token: str, detail: dict[str, Any], *, exact: bool = True
    ) -> None:
        super().__init__(sqlstate, token, detail)
        self.sqlstate, self.token, self.detail, self.exact = sqlstate, token, detail, exact


def refuse(sqlstate: str, token: str, **detail: Any) -> NoReturn:
    raise Refused(sqlstate, token, detail)


def refuse_loosely(sqlstate: str, token: str, **detail: Any) -> NoReturn:
    """For refusals of whose DETAIL the contract says only a part."""
    raise Refused(sqlstate, token, detail, exact=False)


def room(monthly: int, addon: int) -> int:
    """How many credits can still be made beside these."""
    return max(CAP - monthly - max(addon, 0), 0)


def check_present(**arguments: Any) -> None:
    for parameter, value in arguments.items():
        if value is None:
            refuse("PT400", "missing_argument", parameter=parameter)


def check_amount(parameter: str, value: int | None, minimum: int, maximum: int = CAP) -> None:
    check_present(**{parameter: value})
    if not minimum <= value <= maximum:
        limits = {"minimum": minimum, "maximum": maximum}
        refuse("PT400", "invalid_amount", parameter=parameter, value=value, **limits)


def check_text(parameter: str, value: str | None) -> None:
    check_present(**{parameter: value})
    if not value.strip() or len(value) > LONGEST_TEXT:
        sizes = {"length": len(value), "maximum": LONGEST_TEXT}
        refuse("PT400", "invalid_reference", parameter=parameter, **sizes)
    if control := CONTROL.search(value):
        code = f"U+{ord(control[0]):04X}"
        refuse("PT400", "invalid_reference", parameter=parameter, control_character=code)


def check_note(parameter: str, value: str | None) -> None:
    if value is not None:
        check_text(parameter, value)


def check_option(parameter: str, value: str | None, allowed: list[str]) -> None:
    check_present(**{parameter: value})
    if value not in allowed:
        refuse("PT400", "invalid_option", parameter=parameter, value=value, allowed=allowed)


def check_time_zone(parameter: str, value: str | None) -> None:
    check_present(**{parameter: value})
    if value not in available_timezones():
        refuse("PT400", "invalid_time_zone", parameter=parameter, value=value)


def check_hold(hold_for: timedelta) -> None:
    if not timedelta(0) < hold_for <= LONGEST_HOLD:
        refuse_loosely("PT400", "invalid_interval", parameter="hold_for", maximum="365 days")


def check_finite(parameter: str, value: datetime) -> None:
    if value in (INFINITY, MINUS_INFINITY):
        refuse_loosely("PT400", "invalid_interval", parameter=parameter)


def check_meta(meta: str | None) -> None:
    value = json.loads(meta or "{}")
    if not isinstance(value, dict):
        refuse("PT400", "invalid_metadata", type=JSON_TYPES[type(value)])
    if set(value) & set(RESERVED_KEYS):
        refuse("PT400", "reserved_metadata_key", reserved=RESERVED_KEYS)
    if len(json.dumps(value)) > LARGEST_META:
        size = len(json.dumps(value))
        refuse("PT413", "metadata_too_large", bytes=size, maximum=LARGEST_META)
