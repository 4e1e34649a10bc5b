"""Many calls as one: a JSON array of objects, each checked like a call of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from pgcredits._arguments import CHECKS, interval_text
from pgcredits._call import Call, Row
from pgcredits._errors import CreditsError, InvalidArgument, from_batch
from pgcredits._retry import Failure, OutcomeUnknown, failure_of, key_of


@dataclass(frozen=True, slots=True)
class Batch:
    """The function that makes many calls of another one.

    ``parameter`` takes the elements, whose ``members`` are the parameters of the single call;
    ``attribute`` is where a row of the answer has what the single call answers.
    """

    function: str
    parameter: str
    attribute: str
    members: tuple[str, ...]

    def call(self, elements: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> Call:
        """One call of elements that are checked; ``columns``: those of the single call."""
        arguments = {self.parameter: f"[{', '.join(map(_json_object, elements))}]"}
        return Call(self.function, arguments, columns, self.attribute)

    def checked(
        self, elements: Sequence[Mapping[str, Any]]
    ) -> Iterator[dict[str, Any] | InvalidArgument]:
        """The elements as they are sent, or what one is answered that is not.

        Raises InvalidArgument with the position of the first that is no mapping, or has an unknown
        key: that is wrong in the program, not in one value.
        """
        if not isinstance(elements, Sequence) or isinstance(elements, str | bytes):
            hint = f"Give a list of elements for {self.parameter}."
            raise self._invalid(hint)
        return (self._element(at, each) for at, each in enumerate(elements, start=1))

    def _element(
        self, position: int, element: Mapping[str, Any]
    ) -> dict[str, Any] | InvalidArgument:
        if not isinstance(element, Mapping):
            hint = f"Give a mapping for each element of {self.parameter}."
            raise self._invalid(hint, position=position)
        sent = {}
        refusal = None
        for name, value in element.items():
            if name not in self.members:
                hint = f"An element of {self.parameter} has the keys {', '.join(self.members)}."
                raise self._invalid(hint, position=position, unknown=str(name)[:255])
            try:
                sent[name] = CHECKS[name](name, value)
            except InvalidArgument as error:
                refusal = refusal or error
        return refusal or sent

    def _invalid(self, hint: str, **detail: Any) -> InvalidArgument:
        detail = {"parameter": self.parameter, **detail}
        return InvalidArgument("invalid_batch", sqlstate="PT400", detail=detail, hint=hint)


#: By the function whose calls they make.
BATCHES = {
    "reserve_credits": Batch(
        "reserve_credits_many",
        "reservations",
        "reservation",
        ("profile_id", "job_id", "cost", "meta", "hold_for", "spender"),
    ),
    "settle_job": Batch(
        "settle_job_many",
        "settlements",
        "settlement",
        ("job_id", "actual_cost", "overage", "profile_id"),
    ),
    "refund_job": Batch(
        "refund_job_many",
        "refunds",
        "refund",
        ("job_id", "amount", "refund_id", "reason", "profile_id"),
    ),
    "renew_monthly": Batch(
        "renew_monthly_many",
        "renewals",
        "renewal",
        ("profile_id", "period_start", "allowance", "rollover_cap"),
    ),
    "grant_addon": Batch(
        "grant_addon_many",
        "grants",
        "granted",
        ("profile_id", "amount", "reference", "expires_at", "kind", "priority", "reason"),
    ),
}


def check_answers(answers: Sequence[object], calls: Sequence[object]) -> None:
    """Raises RuntimeError where one is missing: the others would be given to the wrong calls."""
    if len(answers) != len(calls):
        raise RuntimeError(
            f"{len(answers)} answers to {len(calls)} calls: something on the way cuts them off, "
            "such as a limit of rows. Make the same calls again in smaller batches."
        )


#: What an element of a batch is answered instead of a row. Behind a proxy of shards it may be
#: unknown whether a call was made.
NotDone: TypeAlias = CreditsError | OutcomeUnknown


def read_answers(call: Call, rows: Iterable[Row]) -> list[Row | NotDone]:
    """What each element of a batch was answered: a row of the single call, or why there is none."""
    return [
        {column: row[column] for column in call.columns}
        if row["error"] is None
        else _not_done(call, place, json.loads(row["error"]))
        for place, row in enumerate(rows)
    ]


def _not_done(call: Call, place: int, error: Mapping[str, Any]) -> NotDone:
    if failure_of(error["code"]) is not Failure.UNKNOWN:
        return from_batch(error)
    (elements,) = call.arguments.values()
    function = next(name for name, each in BATCHES.items() if each.function == call.function)
    element = Call(function, json.loads(elements)[place], ())
    return OutcomeUnknown(function, key_of(element), ConnectionError(error["message"]))


def _json_object(element: Mapping[str, Any]) -> str:
    members = [f'"{name}": {_json_text(name, value)}' for name, value in element.items()]
    return "{" + ", ".join(members) + "}"


def _json_text(name: str, value: Any) -> str:
    if name == "meta":  # JSON already
        return "null" if value is None else str(value)
    if isinstance(value, UUID):
        return f'"{value}"'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f'"{value.astimezone(UTC).isoformat()}"'
    if isinstance(value, timedelta):
        return f'"{interval_text(value)}"'
    return json.dumps(value)
