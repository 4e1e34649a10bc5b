"""A call of a function of the schema: a name and arguments, and no SQL until it is sent.

What makes calls is an ``Executor``. This module has the one over asyncpg, and finds that for
whatever else the client is given. It is the only place that writes SQL for a call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from functools import cache
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar, runtime_checkable
from weakref import WeakKeyDictionary

import asyncpg

from pgcredits._errors import ProxyCannot, Told, refusal_of

#: A row of an answer: the values by the names of the columns.
Row: TypeAlias = Mapping[str, Any]

#: The parameters that take JSON. Their arguments are text, as a connection of the caller's may have
#: any codec for JSON.
JSON_PARAMETERS = frozenset(
    {"meta", "reservations", "settlements", "refunds", "renewals", "grants"}
)
#: Those that take an array of a composite, by its name. Their arguments are JSON text likewise, as
#: few drivers can send such an array.
COMPOSITE_PARAMETERS = {"jobs": "legacy_job", "entries": "legacy_entry"}


class Call(NamedTuple):
    """One call of a function in the schema ``credits``.

    ``arguments``: by the names of the parameters; those that take JSON or an array of composites
    are JSON text.
    ``columns``: what is wanted of each row of the answer.
    ``attribute``: of a batch alone. The columns are then those of this composite, and a row has one
    more, ``error``: None, or JSON text where the element was refused.
    """

    function: str
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    attribute: str | None = None


@runtime_checkable
class Executor(Protocol):
    """What ``Credits`` makes its calls with.

    ``call`` gives the rows of the answer. It raises a refusal of the database as its
    ``CreditsError``, and every other error as it comes.
    """

    def call(self, call: Call, /) -> Awaitable[Sequence[Row]]: ...


@runtime_checkable
class SyncExecutor(Protocol):
    """The same for ``pgcredits.sync.Credits``: ``call`` waits, and gives the rows themselves."""

    def call(self, call: Call, /) -> Sequence[Row]: ...


class Driver(Protocol):
    """An asyncpg Pool or Connection, or anything with this method of theirs."""

    def fetch(self, query: str, *args: Any) -> Awaitable[Any]: ...


class AsyncpgExecutor:
    """Makes each call over an asyncpg Pool or Connection."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def call(self, call: Call, /) -> Awaitable[Sequence[Row]]:
        """The rows of the answer."""
        return send(self._driver, call)


class SavepointExecutor:
    """Makes each call over an asyncpg Connection, in a savepoint while it is in a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def call(self, call: Call, /) -> Sequence[Row]:
        """The rows of the answer."""
        if not self._connection.is_in_transaction():
            return await send(self._connection, call)
        async with self._connection.transaction():
            return await send(self._connection, call)


#: The module of ``_executors`` for what comes from another package than asyncpg.
_MODULES = {
    "django": "django",
    "postgrest": "postgrest",
    "psycopg": "psycopg",
    "psycopg2": "psycopg2",
    "psycopg_pool": "psycopg",
    "sqlalchemy": "sqlalchemy",
    "supabase": "postgrest",
}


def executor_over(given: object, *, savepoints: bool = False) -> Executor:
    """What makes calls over the given; it may be an executor already.

    Raises TypeError for what cannot make calls, or not in this way.
    """
    if isinstance(given, Executor):
        return _without_savepoints(given, savepoints)
    found: Executor | None = _found("executor", given, savepoints)
    if found is not None:
        return found
    if not hasattr(given, "fetch"):
        raise _wrong(given, "sync_executor", "Credits", "pgcredits.sync.Credits")
    if savepoints and hasattr(given, "is_in_transaction"):
        return SavepointExecutor(given)
    return AsyncpgExecutor(given)


def sync_executor_over(given: object, *, savepoints: bool = False) -> SyncExecutor:
    """The same for a client that waits."""
    if isinstance(given, SyncExecutor) and not iscoroutinefunction(given.call):
        return _without_savepoints(given, savepoints)
    found: SyncExecutor | None = _found("sync_executor", given, savepoints)
    if found is not None:
        return found
    raise _wrong(given, "executor", "pgcredits.sync.Credits", "pgcredits.Credits")


def _found(kind: str, given: object, savepoints: bool) -> Any:
    for each in type(given).__mro__:
        if module := _MODULES.get(package_of(each)):
            adapter = import_module(f"pgcredits._executors.{module}")
            return getattr(adapter, kind)(given, savepoints)
    return None


def package_of(kind: type) -> str:
    """The name of the package that a class comes from."""
    return kind.__module__.partition(".")[0]


_Own = TypeVar("_Own", Executor, SyncExecutor)


def _without_savepoints(given: _Own, savepoints: bool) -> _Own:
    if savepoints:
        raise TypeError("An executor sets its own savepoints.")
    return given


def _wrong(given: object, other_kind: str, here: str, there: str) -> TypeError:
    name = f"{type(given).__module__}.{type(given).__qualname__}"
    is_awaited = hasattr(given, "fetch") or hasattr(given, "call")
    if (other_kind == "executor" and is_awaited) or _found(other_kind, given, False):
        return TypeError(f"{here} cannot make calls over {name}: give it to {there}.")
    return TypeError(
        f"{here} cannot make calls over {name}: give a connection, session or pool of asyncpg, "
        "psycopg, SQLAlchemy or Django, a Supabase client, or an Executor."
    )


def send(driver: Any, call: Call) -> Awaitable[Sequence[Row]]:
    """Makes a call over asyncpg, and gives the rows of the answer.

    Raises ProxyCannot through a proxy in a transaction: what a shard did is never rolled back.
    """
    if hasattr(driver, "is_in_transaction") and driver.is_in_transaction():
        return _send_in_transaction(driver, call)
    return fetch(driver, statement(call), *call.arguments.values())


#: Whether a database is a proxy of shards.
IS_PROXY = "select pg_catalog.to_regproc('credits_proxy.shards') is not null"
#: Whether it leads to a proxy, by connection: asked once, and only in a transaction.
_PROXIES: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


async def _send_in_transaction(connection: Any, call: Call) -> Sequence[Row]:
    # A pool gives its connection another face each time.
    session = getattr(connection, "_con", None) or connection
    if isinstance(session, asyncpg.Connection) and session not in _PROXIES:
        _PROXIES[session] = await connection.fetchval(IS_PROXY)
    if isinstance(session, asyncpg.Connection) and _PROXIES[session]:
        raise ProxyCannot(
            "in_transaction",
            sqlstate="PT501",
            hint="A call through a proxy is never rolled back: make it outside of the transaction.",
        )
    rows: Sequence[Row] = await fetch(connection, statement(call), *call.arguments.values())
    return rows


async def fetch(driver: Driver, query: str, *arguments: Any) -> Any:
    """The rows of a statement; a refusal of our functions is raised as its ``CreditsError``."""
    try:
        return await driver.fetch(query, *arguments)
    except asyncpg.PostgresError as error:
        if refusal := refusal_of(told_by_asyncpg(error)):
            raise refusal from error
        raise


def told_by_asyncpg(error: asyncpg.PostgresError) -> Told:
    """What an error of the server says."""
    message = str(error.args[0]) if error.args else None
    detail, hint = getattr(error, "detail", None), getattr(error, "hint", None)
    return Told(error.sqlstate, message, detail, hint)


def statement(call: Call, *, numbered: bool = True) -> str:
    """The SQL of a call, whose arguments are sent beside it in their order.

    ``numbered``: with ``$1`` for the first of them, and not ``%s`` for each.
    """
    return _statement(call.function, tuple(call.arguments), call.columns, call.attribute, numbered)


@cache
def _statement(
    function: str,
    parameters: tuple[str, ...],
    columns: tuple[str, ...],
    attribute: str | None,
    numbered: bool,
) -> str:
    # Columns by name, so that a newer schema may add some.
    wanted = ", ".join(columns)
    if attribute is not None:
        wanted = ", ".join(f"({attribute}).{column}" for column in columns) + ", error::text"
    given = ", ".join(
        f"{name} => {_argument(name, f'${number}' if numbered else '%s')}"
        for number, name in enumerate(parameters, start=1)
    )
    return f"select {wanted} from credits.{function}({given})"  # noqa: S608 - names of ours


def _argument(name: str, placeholder: str) -> str:
    if name in JSON_PARAMETERS:
        return f"{placeholder}::text::jsonb"
    if name not in COMPOSITE_PARAMETERS:
        return placeholder
    composite = f"null::credits.{COMPOSITE_PARAMETERS[name]}, {placeholder}::text::jsonb"
    return f"array(select r from jsonb_populate_recordset({composite}) r)"  # noqa: S608
