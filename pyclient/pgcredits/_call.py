"""A call of a function of the schema: a name and arguments, and no SQL until it is sent.

What makes calls is an ``Executor``. This module has the one over asyncpg: the only place that
writes SQL for a call, and the only one that knows a refusal among the errors of the driver.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

import asyncpg

from pgcredits._errors import from_postgres

#: A row of an answer: the values by the names of the columns.
Row: TypeAlias = Mapping[str, Any]

#: The parameters that take JSON. Their arguments are text, as a connection of the caller's may have
#: any codec for JSON.
JSON_PARAMETERS = frozenset({"meta", "reservations", "settlements", "refunds"})


class Call(NamedTuple):
    """One call of a function in the schema ``credits``.

    ``arguments``: by the names of the parameters; those in ``JSON_PARAMETERS`` are JSON text.
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


def executor_over(given: Executor | Driver) -> Executor:
    """What makes calls over the given; it may be an executor already."""
    return given if isinstance(given, Executor) else AsyncpgExecutor(given)


def send(driver: Driver, call: Call) -> Awaitable[Sequence[Row]]:
    """Makes a call over asyncpg, and gives the rows of the answer."""
    return fetch(driver, statement(call), *call.arguments.values())


async def fetch(driver: Driver, query: str, *arguments: Any) -> Any:
    """The rows of a statement; a refusal of our functions is raised as its ``CreditsError``."""
    try:
        return await driver.fetch(query, *arguments)
    except asyncpg.PostgresError as error:
        if refusal := from_postgres(error):
            raise refusal from error
        raise


def statement(call: Call) -> str:
    """The SQL of a call, whose arguments are sent beside it in their order."""
    return _statement(call.function, tuple(call.arguments), call.columns, call.attribute)


@cache
def _statement(
    function: str, parameters: tuple[str, ...], columns: tuple[str, ...], attribute: str | None
) -> str:
    # Columns by name, so that a newer schema may add some.
    wanted = ", ".join(columns)
    if attribute is not None:
        wanted = ", ".join(f"({attribute}).{column}" for column in columns) + ", error::text"
    given = ", ".join(
        f"{name} => ${number}{'::text::jsonb' if name in JSON_PARAMETERS else ''}"
        for number, name in enumerate(parameters, start=1)
    )
    return f"select {wanted} from credits.{function}({given})"  # noqa: S608 - names of ours
