"""What has to be so before a shard can move: looked at first, and refused in words."""

from __future__ import annotations

from pgcredits import __version__
from pgcredits._server.database import Connection, installed_version, schema_state
from pgcredits._server.failures import CannotRunError
from pgcredits._shards.places import TABLES

_SLOTS = 4  # one that stays, two for tables that are being copied, and one to spare
# The logins that may call the functions of a shard, and through which group.
_CALLERS = """
select m.rolname || ' in ' || g.rolname as caller
  from pg_catalog.pg_roles m
  join pg_catalog.pg_roles g on g.rolname in ('credits_app', 'credits_admin', 'credits_reader')
 where m.rolcanlogin
   and not m.rolsuper
   and pg_catalog.pg_has_role(m.oid, g.oid, 'member')"""
_OTHER_TABLES = """
select c.oid::regclass::text as name
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'S', 'm')
   and n.nspname not in ('credits', 'information_schema')
   and n.nspname !~ '^pg_'
   and not exists (select from pg_catalog.pg_depend d
                    where d.classid = 'pg_catalog.pg_class'::regclass
                      and d.objid = c.oid
                      and d.deptype = 'e')
 order by 1
 limit 5"""


async def check_version(connection: Connection) -> None:
    """Whether a shard has just this version: both places have the same tables then.

    Raises ``CannotRunError``.
    """
    version = await installed_version(connection)
    if schema_state(version) != "current":
        raise CannotRunError(
            f"The schema is version {version or 'none'}, not {__version__} as this package: "
            "migrate the shards first, with the same version of pgcredits."
        )


async def check_source(connection: Connection, *, leave_tables: bool) -> None:
    """Whether a shard can be copied from here. Raises ``CannotRunError``."""
    level = await connection.fetchval("select current_setting('wal_level')")
    if level != "logical":
        raise CannotRunError(
            f"The old server has wal_level = {level}, and copying a shard while it works needs "
            "logical: set it, and restart that server."
        )
    for setting, used in (
        ("max_replication_slots", "pg_replication_slots"),
        ("max_wal_senders", "pg_stat_replication"),
    ):
        free = await connection.fetchval(
            f"select current_setting('{setting}')::integer - (select count(*) from {used})"  # noqa: S608
        )
        if free < _SLOTS:
            raise CannotRunError(
                f"The old server has {max(free, 0)} of {setting} left, and a move needs {_SLOTS}: "
                "raise it, and restart that server."
            )
    if keyless := [t["name"] for t in await connection.fetch(TABLES) if not t["has_key"]]:
        raise CannotRunError(f"These tables have no primary key: {', '.join(keyless)}.")
    others = [] if leave_tables else await connection.fetch(_OTHER_TABLES)
    if others:
        raise CannotRunError(
            f"The database has tables of your own: {', '.join(row['name'] for row in others)}. "
            "Only the schema credits moves: take them along yourself, then give --leave-tables."
        )


async def check_two_servers(source: Connection, target: Connection) -> None:
    """Whether two servers can hand over a shard. Raises ``CannotRunError``.

    ``source``: to the database that moves; ``target``: to any database of the other server.
    """
    same = "select system_identifier from pg_catalog.pg_control_system()"
    if await source.fetchval(same) == await target.fetchval(same):
        raise CannotRunError("Both are databases of one server: a shard moves to another one.")
    for setting in ("max_logical_replication_workers", "max_worker_processes"):
        if await target.fetchval(f"select current_setting('{setting}')::integer") < _SLOTS:
            raise CannotRunError(
                f"The new server has less than {_SLOTS} of {setting}: raise it, and restart it."
            )


async def check_logins(source: Connection, target: Connection) -> None:
    """Whether everybody who may call a shard can do so at its new place, once that is migrated.

    Raises ``CannotRunError``.
    """
    there = {row["caller"] for row in await target.fetch(_CALLERS)}
    missing = [row["caller"] for row in await source.fetch(_CALLERS) if row["caller"] not in there]
    if missing:
        raise CannotRunError(
            f"The new server lacks logins of the old one: {', '.join(sorted(missing))}. Create "
            "them there, with their passwords and memberships, and run this again."
        )
