"""The client of the commands: where the schema or the role is wrong, it says what to do."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from pgcredits import Call, Credits
from pgcredits._call import Row, send
from pgcredits._server.access import who_may
from pgcredits._server.database import Connection, installed_version, older_schema, schema_state
from pgcredits._server.failures import CannotRunError


class _Calls:
    """Makes calls over a connection. Raises ``CannotRunError`` with what to do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def call(self, call: Call, /) -> Sequence[Row]:
        try:
            return await send(self._connection, call)
        except asyncpg.InsufficientPrivilegeError as error:
            raise CannotRunError(
                f"The role may not do this: {error.args[0]}. {who_may(call.function)}".strip()
            ) from error
        except (
            asyncpg.UndefinedFunctionError,
            asyncpg.UndefinedColumnError,
            asyncpg.UndefinedObjectError,
        ) as error:
            version = await installed_version(self._connection)
            if schema_state(version) == "older":
                raise CannotRunError(older_schema(version)) from error
            raise


def client_on(connection: Connection) -> Credits:
    """The client that commands make their calls with."""
    return Credits(_Calls(connection))
