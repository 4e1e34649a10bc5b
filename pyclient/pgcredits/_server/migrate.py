"""Brings a database to this version: numbered migrations through yoyo, then all of the logic.

Needs the extra ``pgcredits[migrate]``. One migrator works at a time: the others wait for an
advisory lock, which the server frees when its holder dies. It needs a direct connection, since a
pooler in transaction mode does not keep session locks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
import yoyo

from pgcredits._connect import at_host, each_host
from pgcredits._server.schema import (
    MIGRATIONS_FOLDER,
    OLDEST_SERVER,
    ROLES,
    TOO_OLD,
    edited_migrations,
    migration_files,
)

_LOCK_TIMEOUT = "5s"
_ONLY_READ = """
The server at %s can only be read, as a standby is: migrate the primary. It is found in a URL of all
servers: postgresql://user@a,b,c/database"""


class MigrationError(Exception):
    """The database could not be migrated; what was not committed is as it was."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a run did: new migrations in order, and which roles the user could not create.

    ``keeps_schema``: credits_owner is there, and the user is no member and owns the schema instead.
    """

    applied: list[str]
    missing_roles: list[str]
    user: str
    keeps_schema: bool


def migrate(url: str) -> Migrated:
    """Applies what is pending and re-creates all of the logic. Safe to run at any time, anywhere.

    Of several servers in the URL it takes the one that can be written on.

    Raises ``MigrationError`` with one sentence that says what to do.
    """
    if edited := edited_migrations():
        raise MigrationError(
            f"Released migrations were edited: {', '.join(edited)}. "
            "Restore them and put the change into a new migration."
        )
    # yoyo asks for the user's name after its DDL has committed, and a container may have none.
    os.environ.setdefault("USER", "pgcredits")
    try:
        with _primary(url) as connection:
            if connection.info.server_version < OLDEST_SERVER * 10000:
                raise MigrationError(TOO_OLD % (connection.info.server_version // 10000))
            connection.execute("select pg_advisory_lock(hashtextextended('pgcredits.migrate', 0))")
            if unknown := _unknown_migrations(connection):
                raise MigrationError(
                    f"This version does not know what the database has: {', '.join(unknown)}. "
                    "Install the version that migrated it, or a later one."
                )
            connection.execute("create schema if not exists credits")  # yoyo keeps its tables there
            applied = _apply(at_host(url, connection.info.host, connection.info.port))
            rows = connection.execute(
                "select role from unnest(%s::text[]) role where to_regrole(role) is null",
                [list(ROLES)],
            ).fetchall()
            keeps = connection.execute(
                "select not pg_catalog.pg_has_role(r.oid, 'usage') from pg_catalog.pg_roles r"
                " where r.rolname = 'credits_owner'"
            ).fetchone()
            return Migrated(
                applied, [row[0] for row in rows], connection.info.user, bool(keeps and keeps[0])
            )
    except psycopg.errors.LockNotAvailable as error:
        raise MigrationError(
            f"Another transaction kept a table locked for {_LOCK_TIMEOUT}: run migrate again."
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationError(
            f"The database reported: {str(error.diag.message_primary).strip()}. Migrate as its "
            "owner, or as the user who migrated before; on a new database, its owner can give the "
            "right: grant create on database DATABASE to USER"
        ) from error
    except psycopg.Error as error:
        raise MigrationError(f"The database reported: {str(error).strip()}") from error


def _primary(url: str) -> psycopg.Connection:
    """A connection to the server that can be written on."""
    target = "read-write" if each_host(url)[1:] else None
    connection = psycopg.connect(url, autocommit=True, target_session_attrs=target)
    can_write = "select current_setting('transaction_read_only') = 'off'"
    if connection.execute(can_write).fetchone() != (True,):
        host = connection.info.host
        connection.close()
        raise MigrationError(_ONLY_READ % (host or "the default location"))
    return connection


def _unknown_migrations(connection: psycopg.Connection) -> list[str]:
    """Those of a later version: its functions must not be replaced by earlier ones."""
    if connection.execute("select to_regclass('credits._yoyo_migration')").fetchone() == (None,):
        return []
    rows = connection.execute(
        "select m.migration_id from credits._yoyo_migration m"
        " where m.migration_id <> all (%s) order by m.migration_id",
        [[file.stem for file in migration_files()]],
    )
    return [row[0] for row in rows]


def _apply(url: str) -> list[str]:
    backend = yoyo.get_backend(_yoyo_url(url))
    try:
        # Whoever left yoyo's own lock behind is dead: our caller holds the one that goes with its
        # session.
        backend.break_lock()
        migrations = yoyo.read_migrations(str(MIGRATIONS_FOLDER))
        pending = backend.to_apply(migrations)
        backend.apply_migrations_only(pending)
        backend.run_post_apply(migrations)  # always: yoyo alone skips it when nothing is pending
        return [migration.id for migration in pending]
    finally:
        backend.connection.close()


def _yoyo_url(url: str) -> str:
    parts = urlsplit(url)
    query = {
        **dict(parse_qsl(parts.query)),
        "schema": "credits",
        "application_name": "pgcredits-migrate",
        "options": f"-c lock_timeout={_LOCK_TIMEOUT}",
    }
    # Plain postgresql:// would ask for psycopg2.
    return urlunsplit(
        ("postgresql+psycopg", parts.netloc, parts.path, urlencode(query, quote_via=quote), "")
    )
