"""Three ways to call a function: plain SQL, the Python client, and a request as PostgREST sends it.

Each answers with an Outcome. With ``commit`` the call stands alone, as usual; without, it is rolled
back, for which PostgREST has a preference too. Settings are the session's, and the role is one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import psycopg

import pgcredits
from pgcredits import Credits, CreditsError, LegacyEntry, LegacyJob

# What a Python expression of a case may name.
PYTHON_NAMES = {
    "Decimal": Decimal,
    "LegacyEntry": LegacyEntry,
    "LegacyJob": LegacyJob,
    "UTC": UTC,
    "UUID": UUID,
    "datetime": datetime,
    "json": json,
    "timedelta": timedelta,
}


@dataclass(frozen=True)
class Outcome:
    """``where``: sent; before sending; gateway, where PostgREST itself refuses."""

    accepted: bool
    sqlstate: str = ""
    token: str = ""
    where: str = "sent"
    answer: Any = None
    detail: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    words: str = ""

    def __str__(self) -> str:
        if self.accepted:
            return f"accepted {self.answer}"
        return " ".join(part for part in (self.sqlstate, self.token) if part)


class Entry(Protocol):
    """``arguments`` are texts in the entry's own language, by parameter."""

    def call(
        self,
        function: str,
        arguments: Mapping[str, str],
        settings: Mapping[str, str],
        *,
        commit: bool,
    ) -> Outcome: ...

    def close(self) -> None: ...


class PlainSql:
    """A session as credits_admin that writes its values into the text, as a person would."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def call(
        self,
        function: str,
        arguments: Mapping[str, str],
        settings: Mapping[str, str],
        *,
        commit: bool,
    ) -> Outcome:
        given = ", ".join(f"{name} => {value}" for name, value in arguments.items())
        call = f"select to_jsonb(r) from credits.{function}({given}) r"
        return self.run(call, settings, commit=commit)

    def run(self, statement: str, settings: Mapping[str, str], *, commit: bool) -> Outcome:
        """Runs a statement without parameters: the simple protocol."""
        transaction = nullcontext() if commit else self._connection.transaction(force_rollback=True)
        self._connection.execute("reset role; reset all")
        for name, value in in_order(settings):
            self._connection.execute("select set_config(%s, %s, false)", [name, value])
        try:
            with transaction:
                cursor = self._connection.execute(statement)
                rows = [row[0] for row in cursor.fetchall()] if cursor.description else []
        except psycopg.Error as error:
            return _refused(error)
        return Outcome(True, answer=rows)

    def close(self) -> None:
        self._connection.close()


class PythonClient:
    """pgcredits.Credits on a connection of asyncpg; arguments are Python expressions."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(asyncpg.connect(url, statement_cache_size=0))

    def call(
        self,
        function: str,
        arguments: Mapping[str, str],
        settings: Mapping[str, str],
        *,
        commit: bool,
    ) -> Outcome:
        values = {name: evaluate(text) for name, text in arguments.items()}
        return self._runner.run(self._call(function, values, settings, commit=commit))

    async def _call(
        self, function: str, values: dict[str, Any], settings: Mapping[str, str], *, commit: bool
    ) -> Outcome:
        await self._connection.execute("reset role; reset all")
        for name, value in in_order(settings):
            await self._connection.execute("select set_config($1, $2, false)", name, value)
        transaction = self._connection.transaction()
        if not commit:
            await transaction.start()
        try:
            method = getattr(Credits(self._connection), function, None)
            answer = await method(**values) if method else getattr(pgcredits, function)(**values)
        except CreditsError as error:
            sent = isinstance(error.__cause__, asyncpg.PostgresError)
            where = "sent" if sent else "before sending"
            words = f"{error} {error.detail}"
            return Outcome(
                False, error.sqlstate, error.token, where, detail=error.detail, words=words
            )
        except asyncpg.PostgresError as error:
            words = f"{error} {getattr(error, 'detail', '')}"
            return Outcome(False, str(error.sqlstate), words=words)
        except Exception as error:
            return Outcome(False, type(error).__name__, where="before sending", words=str(error))
        finally:
            if not commit:
                await transaction.rollback()
        return Outcome(True, answer=_plain(answer if isinstance(answer, list) else [answer]))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


class PostgrestRequest:
    """POST /rpc/FUNCTION, as PostgREST runs it; arguments are pieces of JSON text."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._functions: dict[str, dict[str, Any]] = {}

    def call(
        self,
        function: str,
        arguments: Mapping[str, str],
        settings: Mapping[str, str],
        *,
        commit: bool,
    ) -> Outcome:
        return self.post(function, self.body(arguments), settings, commit=commit)

    @staticmethod
    def body(arguments: Mapping[str, str]) -> str:
        """The body of a request; its values are JSON already, or are meant to be none."""
        return "{" + ", ".join(f'"{name}": {value}' for name, value in arguments.items()) + "}"

    def post(
        self,
        function: str,
        body: str,
        settings: Mapping[str, str],
        *,
        commit: bool,
        method: str = "POST",
    ) -> Outcome:
        """Parses the body, finds the function by its keys, and calls it in a transaction."""
        body = body or "{}"
        try:
            keys = _keys(body)
        except ValueError:
            return Outcome(False, "PGRST102", where="gateway")
        known = self._function(function)
        if not set(keys) <= set(known["parameters"]) or not known["required"] <= set(keys):
            return Outcome(False, "PGRST202", where="gateway")
        read_only = method == "GET" or known["volatility"] != "v"
        access = "read only" if read_only else "read write"
        role = dict(in_order(settings))["role"]
        request = {
            "search_path": '"credits", "public"',
            "request.jwt.claims": json.dumps({"role": role}),
            "request.method": method,
            "request.path": f"/rpc/{function}",
        }
        try:
            self._connection.execute(f"begin isolation level read committed {access}")
            for name, value in in_order({**request, **settings}):
                self._connection.execute("select set_config(%s, %s, true)", [name, value])
            row = self._connection.execute(self._query(function, keys, body), [body]).fetchone()
        except psycopg.Error as error:
            self._connection.execute("commit")  # which rolls back what failed
            return _refused(error)
        self._connection.execute("commit" if commit else "rollback")
        assert row
        return Outcome(True, answer=row[0] if isinstance(row[0], list) else [row[0]])

    def _query(self, function: str, keys: list[str], body: str) -> str:
        """The main query: the body as a record, and the function for that one record."""
        known = self._function(function)
        names = [name for name in known["parameters"] if name in keys]
        columns = ", ".join(f'"{name}" {known["parameters"][name]}' for name in names)
        listed = ", ".join(f'"{name}"' for name in names) or "1"
        given = ", ".join(f'"{name}" := pgrst_body."{name}"' for name in names)
        reader = "json_to_recordset" if body.lstrip().startswith("[") else "json_to_record"
        record = f"{reader}(pgrst_payload.json_data) as _({columns}) limit 1"
        call = f'"credits"."{function}"({given})'
        result = "coalesce(json_agg(_postgrest_t)->0, 'null')"
        if known["scalar"]:
            call = f"(select {call} pgrst_scalar)"
            result = "coalesce(json_agg(_postgrest_t.pgrst_scalar)->0, 'null')"
        elif known["set"]:
            result = "coalesce(json_agg(_postgrest_t), '[]')"
        return (
            "with pgrst_source as (select pgrst_call.* "
            "from (select %s::json as json_data) pgrst_payload, "
            f"lateral (select {listed} from {record if names else '(values (1)) _'}) pgrst_body, "
            f"lateral {call} pgrst_call) "
            f"select {result}::jsonb as body, pg_catalog.count(_postgrest_t) as page_total, "
            "nullif(current_setting('response.status', true), '') as response_status "
            "from (select * from pgrst_source) _postgrest_t"
        )

    def _function(self, name: str) -> dict[str, Any]:
        """What PostgREST keeps of a function in its schema cache."""
        if name not in self._functions:
            row = self._connection.execute(
                "select f.proargnames, array(select format_type(t.type, null) "
                "from unnest(f.proargtypes) with ordinality t (type, place) order by t.place), "
                "f.pronargdefaults, f.provolatile, f.proretset, t.typtype <> 'c' "
                "from pg_proc f join pg_type t on t.oid = f.prorettype "
                "where f.pronamespace = 'credits'::regnamespace and f.proname = %s",
                [name],
            ).fetchone()
            assert row, name
            names = list(row[0] or [])
            self._functions[name] = {
                "parameters": dict(zip(names, row[1], strict=True)),
                "required": set(names[: len(names) - row[2]]),
                "volatility": row[3],
                "set": row[4],
                "scalar": row[5],
            }
        return self._functions[name]

    def close(self) -> None:
        self._connection.close()


def http_status(outcome: Outcome, role: str) -> int:
    """What PostgREST answers, by the table in its documentation."""
    state = outcome.sqlstate
    if outcome.accepted:
        return 200
    if state == "42501":
        return 401 if role == "anon" else 403
    exact = {"PGRST102": 400, "PGRST202": 404, "23503": 409, "23505": 409, "25006": 405}
    exact |= {"P0001": 400, "42883": 404, "42P01": 404, "42P17": 500, "53400": 500}
    if state in exact:
        return exact[state]
    if state.startswith("PT"):
        return int(state[2:])
    classes = {"08": 503, "09": 500, "0L": 403, "0P": 403, "25": 500, "28": 403, "2D": 500}
    classes |= {"53": 503} | dict.fromkeys(
        ["38", "39", "3B", "40", "54", "55", "57", "58", "F0", "HV", "P0", "XX"], 500
    )
    return classes.get(state[:2], 400)


def evaluate(text: str) -> Any:
    """The value of a Python expression in the table of cases, which is our own."""
    return eval(text, dict(PYTHON_NAMES))  # noqa: S307


def _keys(body: str) -> list[str]:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        parsed = json.loads(body, parse_constant=refuse, parse_int=str, parse_float=str)
    except RecursionError:  # PostgREST has no such limit
        return [part.split('"')[1] for part in body[1:].split(", ") if part.startswith('"')]
    if isinstance(parsed, list):
        parsed = parsed[0] if parsed else {}
    return list(parsed) if isinstance(parsed, dict) else []


def in_order(settings: Mapping[str, str]) -> list[tuple[str, str]]:
    """The settings of a session, and last its role, which may not be allowed to set the others."""
    others = [(name, value) for name, value in settings.items() if name != "role"]
    return [*others, ("role", settings.get("role", "credits_admin"))]


def _refused(error: psycopg.Error) -> Outcome:
    diagnostic = error.diag
    token = diagnostic.message_primary or ""
    detail: Any = {}
    if (error.sqlstate or "").startswith("PT"):
        detail = json.loads(diagnostic.message_detail or "{}")
    words = f"{token} {diagnostic.message_detail} {diagnostic.message_hint}"
    state = error.sqlstate or type(error).__name__
    ours = state.startswith("PT") or token == "ledger_is_append_only"
    return Outcome(False, state, token if ours else "", detail=detail, words=words)


def _plain(value: Any) -> Any:
    """An answer of the client as JSON would have it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, CreditsError):  # of an element of a batch
        return {"error": {"code": value.sqlstate, "message": value.token, "details": value.detail}}
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
