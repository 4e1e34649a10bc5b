"""A batch as it is sent: a JSON array of objects, each checked like a call of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from pgcredits.errors import InvalidArgument

#: Checks one argument of the single call; returns what is sent, or None for a missing one.
Check = Callable[[str, Any], Any]


def encode(parameter: str, elements: Sequence[Mapping[str, Any]], checks: dict[str, Check]) -> str:
    """The JSON array. ``checks``: the parameters of the single call.

    Raises InvalidArgument with the position of the first invalid element.
    """
    if not isinstance(elements, Sequence) or isinstance(elements, str | bytes):
        raise _invalid(f"Give a list of elements for {parameter}.", parameter=parameter)
    texts = (_element(parameter, at, each, checks) for at, each in enumerate(elements, start=1))
    return f"[{', '.join(texts)}]"


def _element(
    parameter: str, position: int, element: Mapping[str, Any], checks: dict[str, Check]
) -> str:
    if not isinstance(element, Mapping):
        hint = f"Give a mapping for each element of {parameter}."
        raise _invalid(hint, parameter=parameter, position=position)
    members = []
    for key, value in element.items():
        if key not in checks:
            hint = f"An element of {parameter} has the keys {', '.join(checks)}."
            raise _invalid(hint, parameter=parameter, position=position, unknown=str(key)[:255])
        try:
            sent = checks[key](key, value)
        except InvalidArgument as error:
            error.detail["position"] = position
            raise
        members.append(f'"{key}": {_json_text(key, sent)}')
    return "{" + ", ".join(members) + "}"


def _json_text(key: str, sent: Any) -> str:
    if key == "meta":  # JSON already
        return "null" if sent is None else str(sent)
    if isinstance(sent, UUID):
        return f'"{sent}"'
    if isinstance(sent, timedelta):
        return f'"P{sent.days}DT{sent.seconds}.{sent.microseconds:06}S"'
    return json.dumps(sent)


def _invalid(hint: str, **detail: Any) -> InvalidArgument:
    return InvalidArgument("invalid_batch", sqlstate="PT400", detail=detail, hint=hint)
