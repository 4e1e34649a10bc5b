"""The databases commands work on: one named by a URL, or one on a local server."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, urlsplit

import asyncpg

from pgcredits import Credits, __version__, connect
from pgcredits._server.failures import CannotRunError, UnreachableError

if TYPE_CHECKING:
    from pgcredits._server.migrate import Migrated

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_CONNECT_SECONDS = 10.0
_SCHEMES = (
    "postgresql",
    "postgres",
    "postgresql+asyncpg",
    "postgresql+psycopg",
    "postgresql+psycopg2",
)
_EXAMPLE_URL = "postgresql://user:password@host:5432/database"


def checked_url(given: str | None) -> str:
    """The URL as asyncpg, psycopg and yoyo all read it. Raises ``CannotRunError``."""
    if not given:
        raise CannotRunError(
            "No database: give --database-url, or set PGCREDITS_DATABASE_URL or DATABASE_URL. "
            "Without one, pgcredits local runs a server to try it on."
        )
    scheme, separator, rest = given.strip().partition("://")
    if not separator or scheme.lower() not in _SCHEMES:
        raise CannotRunError(f"The database URL is malformed: write {_EXAMPLE_URL}")
    return f"postgresql://{rest}"


@asynccontextmanager
async def connected(url: str, *, seconds: float | None = None) -> AsyncIterator[Connection]:
    """A connection for the time of the block; ``seconds``: the longest that a statement may take.

    Raises ``UnreachableError`` when the server cannot be reached, or none of several fits, and
    ``CannotRunError`` when the URL cannot be read.
    """
    try:
        # Without a statement cache it works behind a pooler too.
        connection = await connect(
            url, timeout=_CONNECT_SECONDS, statement_cache_size=0, command_timeout=seconds
        )
    except OSError as error:  # first: an error of TLS is a ValueError too
        raise UnreachableError(
            f"Cannot reach the database server at {_server(url)}: {_reason(error)}."
        ) from error
    except asyncpg.TargetServerAttributeNotMatched as error:
        raise UnreachableError(
            f"No server at {_server(url)} is now as target_session_attrs wants it. "
            "In a failover that takes a moment."
        ) from error
    except ValueError as error:
        # Never with the text of the error: it may quote the password.
        raise CannotRunError(f"The database URL is malformed: write {_EXAMPLE_URL}") from error
    try:
        yield connection
    finally:
        await connection.close()


def _server(url: str) -> str:
    """Where the server should be, without user and password."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [""])[0]
    return parts.netloc.rpartition("@")[2] or host or "the default location"


def _reason(error: OSError) -> str:
    match error:
        case TimeoutError() if error.errno is None:
            return str(error) or f"no answer within {_CONNECT_SECONDS:.0f} seconds"
        case ConnectionRefusedError():
            return "connection refused"
        case FileNotFoundError():
            return "there is no server socket"
        case socket.gaierror():
            return "the host name is unknown"
        case _:
            return error.strerror or str(error) or "the connection was closed"


async def installed_version(connection: Connection) -> str | None:
    """The version the database says it runs; None without the schema."""
    there = await connection.fetchval(
        "select exists (select from pg_catalog.pg_proc f"
        " join pg_catalog.pg_namespace n on n.oid = f.pronamespace"
        " where n.nspname = 'credits' and f.proname = 'schema_version')"
    )
    return await Credits(connection).schema_version() if there else None


async def check_schema(connection: Connection) -> None:
    """Makes sure that there is a schema to work with. Raises ``CannotRunError``.

    Its version need not be the package's: within one major version functions keep what they
    promise, so that programs of before and after a migration work side by side. A call of what an
    older schema lacks says so.
    """
    match schema_state(version := await installed_version(connection)):
        case "missing":
            raise CannotRunError("The database has no schema credits: run pgcredits migrate.")
        case "older" if _numbers(version or "")[0] < _numbers(__version__)[0]:
            raise CannotRunError(older_schema(version))
        case "newer" if _numbers(version or "")[0] > _numbers(__version__)[0]:
            raise CannotRunError(newer_schema(version))


def schema_state(version: str | None) -> str:
    """How a schema's version compares with the package's: missing, older, newer or current."""
    if version is None:
        return "missing"
    schema, package = _numbers(version), _numbers(__version__)
    return "older" if schema < package else "newer" if schema > package else "current"


def older_schema(version: str | None) -> str:
    """The sentence for a schema that lacks what this package calls."""
    return (
        f"The schema is version {version}, older than pgcredits {__version__}: "
        "run pgcredits migrate."
    )


def newer_schema(version: str | None) -> str:
    """The sentence for a schema that this package does not know."""
    return (
        f"The schema is version {version}, newer than pgcredits {__version__}: upgrade pgcredits."
    )


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def migrate_database(url: str) -> Migrated:
    """Migrates a database, unless its schema is newer than this package.

    Raises ``CannotRunError``, ``ImportError`` without the extra, and errors of asyncpg.
    """
    from pgcredits._server.migrate import MigrationError, migrate

    async def version() -> str | None:
        async with connected(url) as connection:
            return await installed_version(connection)

    # Going on would put this package's older functions over the newer ones.
    if schema_state(installed := asyncio.run(version())) == "newer":
        raise CannotRunError(newer_schema(installed))
    try:
        return migrate(url)
    except MigrationError as error:
        raise CannotRunError(" ".join(str(error).split())) from error


@contextmanager
def local_database(folder: Path | None = None) -> Iterator[str]:
    """The URL of a migrated database on a local server that stops with the block.

    ``folder``: where the data is kept; without one it is gone afterwards. SIGTERM ends the process
    as Ctrl-C does from here on. Raises ``CannotRunError``.
    """
    from pgcredits._server.local_server import LocalServer, LocalServerError

    _stop_on_terminate()
    try:
        with LocalServer(folder) as server:
            migrate_database(server.url())
            yield server.url()
    except LocalServerError as error:
        raise CannotRunError(str(error)) from error


def _stop_on_terminate() -> None:
    """Makes SIGTERM do what Ctrl-C does.

    An exception out of a signal handler could leave tasks waiting for ever; on SIGINT, asyncio
    cancels them instead. Shells let background jobs ignore SIGINT, so it is set up here again.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


@contextmanager
def given_or_local_database(url: str | None) -> Iterator[str]:
    """The database of a URL, or without one an ephemeral local one."""
    if url:
        yield checked_url(url)
    else:
        with local_database() as local_url:
            yield local_url
