"""Over a client of Supabase or of PostgREST: each call is an HTTP request, and a transaction.

The schema ``credits`` has to be among those that PostgREST serves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from postgrest import APIError

from pgcredits import Call, Executor, SyncExecutor
from pgcredits._arguments import interval_text
from pgcredits._call import COMPOSITE_PARAMETERS, JSON_PARAMETERS, Row
from pgcredits._errors import Told, refusals

#: What JSON has as text, by the names of columns.
READ: dict[str, Callable[[str], Any]] = {
    "profile_id": UUID,
    "to_profile_id": UUID,
    "job_id": UUID,
    "last_id": UUID,
    "ts": datetime.fromisoformat,
    "expires_at": datetime.fromisoformat,
    "granted_at": datetime.fromisoformat,
    "hold_expires_at": datetime.fromisoformat,
    "period_start": datetime.fromisoformat,
    "period_end": datetime.fromisoformat,
    "created_at": datetime.fromisoformat,
    "changed_at": datetime.fromisoformat,
    "closed_at": datetime.fromisoformat,
    "finished_at": datetime.fromisoformat,
    "hold_due_at": datetime.fromisoformat,
    "next_pack_expiry": datetime.fromisoformat,
    "next_hold_expiry": datetime.fromisoformat,
    "occurred_at": datetime.fromisoformat,
    "window_start": datetime.fromisoformat,
    "resets_at": datetime.fromisoformat,
    "requested_at": datetime.fromisoformat,
    "paused_until": datetime.fromisoformat,
    "topup_paused_until": datetime.fromisoformat,
}
# An application before may have any text as the id of a job.
_IDS_OF_ITS_OWN = {"check_legacy_profile": {"job_id"}}


def executor(given: Any, savepoints: bool) -> Executor | None:
    return _Async(given) if _waits(given) else None


def sync_executor(given: Any, savepoints: bool) -> SyncExecutor | None:
    return None if _waits(given) else _Sync(given)


def _waits(given: Any) -> bool:
    return any(each.__name__.startswith("Async") for each in type(given).__mro__)


class _Async:
    def __init__(self, client: Any) -> None:
        self._client = client

    async def call(self, call: Call, /) -> Sequence[Row]:
        with refusals(APIError, _told):
            answer = await _request(self._client, call).execute()
        return _rows(call, answer.data)


class _Sync:
    def __init__(self, client: Any) -> None:
        self._client = client

    def call(self, call: Call, /) -> Sequence[Row]:
        with refusals(APIError, _told):
            answer = _request(self._client, call).execute()
        return _rows(call, answer.data)


def _request(client: Any, call: Call) -> Any:
    arguments = {name: _sent(name, value) for name, value in call.arguments.items()}
    return client.schema("credits").rpc(call.function, arguments)


def _sent(name: str, value: Any) -> Any:
    if value is not None and (name in JSON_PARAMETERS or name in COMPOSITE_PARAMETERS):
        return json.loads(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return interval_text(value)
    return str(value) if isinstance(value, UUID | Decimal) else value


def _rows(call: Call, data: Any) -> Sequence[Row]:
    if not isinstance(data, list):
        data = [data if isinstance(data, dict) else {call.function: data}]
    return [_row(call, row) for row in data]


def _row(call: Call, row: dict[str, Any]) -> Row:
    if call.attribute is None:
        return _read(call, row)
    error = row["error"]
    answer = _read(call, row[call.attribute] or dict.fromkeys(call.columns))
    return {**answer, "error": None if error is None else json.dumps(error)}


def _read(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    texts = _IDS_OF_ITS_OWN.get(call.function, set())
    return {
        name: READ[name](row[name])
        if row[name] is not None and name in READ and name not in texts
        else row[name]
        for name in call.columns
    }


def _told(error: APIError) -> Told:
    return Told(str(error.code), error.message, error.details, error.hint)
