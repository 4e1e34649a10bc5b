"""What pgcredits finds in a database: version, migrations, roles, and the settings that matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pgcredits import __version__
from pgcredits._cli.output import print_first, show, table, when
from pgcredits._legacy.mirror import MirrorState, read_mirror
from pgcredits._report.markup import printable
from pgcredits._server.access import access_differences
from pgcredits._server.database import (
    Connection,
    installed_version,
    newer_schema,
    older_schema,
    schema_state,
)
from pgcredits._server.rules import rule_differences
from pgcredits._server.schema import migration_files
from pgcredits._server.words import count

ROLES = {
    "credits_owner": "owns the schema; nobody logs in as it",
    "credits_app": "services: reserve, settle, refund, read",
    "credits_admin": "grants, renews and corrects credits too",
    "credits_reader": "reports and support: reads every row",
}
SETTINGS = (
    "synchronous_commit",
    "fsync",
    "full_page_writes",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "synchronous_standby_names",
    "default_transaction_isolation",
)
NOT_RECORDED = "not recorded (installed from a script)"
NOT_VISIBLE = "not visible to this role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting of the server; ``risk`` says what can go wrong, and is empty when nothing can."""

    name: str
    value: str
    risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsState:
    """How many events wait for a consumer, since when the oldest does, and how many were set aside.

    ``oldest`` is None where none is open.
    """

    open: int
    oldest: datetime | None
    set_aside: int

    def __str__(self) -> str:
        since = f", the oldest from {when(self.oldest)}" if self.oldest else ""
        return f"{self.open:,} open{since}; {self.set_aside:,} set aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What ``pgcredits status`` reports.

    ``schema``: missing, older, newer, incomplete or current, compared with this package.
    ``pending_migrations``: None where the database does not say; ``migrations`` says why.
    ``usable``: whether all other commands can work with this database: with a schema of another
    version only those can that call nothing it lacks.
    ``differences``: one line for each privilege, owner, setting of a function, trigger and the like
    that is not as the files say.
    ``changed_rules``: one line for each rule of a table that is not as its migration made it.
    ``mirror``: of an old table; None where there is none.
    ``events``: None where there is no such table, or this role may not read it.
    """

    package_version: str
    schema_version: str | None
    server_version: str
    schema: str
    usable: bool
    migrations: str
    pending_migrations: list[str] | None
    roles: dict[str, bool]
    differences: list[str]
    changed_rules: list[str]
    mirror: MirrorState | None
    events: EventsState | None
    settings: list[Setting]

    @property
    def ready(self) -> bool:
        """Whether all is as it should be."""
        changed = self.differences or self.changed_rules or (self.mirror and self.mirror.problem)
        return self.usable and not changed

    @property
    def changes(self) -> list[str]:
        """All that differs from what it should be, a line each; the rules of the tables first."""
        return [printable(line) for line in (*self.changed_rules, *self.differences)]


async def read_status(connection: Connection) -> Status:
    """Looks at a database, with or without the schema. Raises errors of asyncpg."""
    version = await installed_version(connection)
    schema = schema_state(version)
    migrations, pending = await _migrations(connection, installed=version is not None)
    if schema == "current" and pending:
        schema = "incomplete"
    rows = await connection.fetch(
        "select name, pg_catalog.to_regrole(name) is not null as present"
        " from unnest($1::text[]) name",
        list(ROLES),
    )
    return Status(
        package_version=__version__,
        schema_version=version,
        server_version=await connection.fetchval("select current_setting('server_version')"),
        schema=schema,
        usable=schema == "current",
        migrations=migrations,
        pending_migrations=pending,
        roles={row["name"]: row["present"] for row in rows},
        differences=await access_differences(connection) if schema == "current" else [],
        changed_rules=await rule_differences(connection) if schema == "current" else [],
        mirror=await read_mirror(connection),
        events=await _events(connection),
        settings=await _settings(connection),
    )


async def _migrations(connection: Connection, *, installed: bool) -> tuple[str, list[str] | None]:
    """What to say of the migrations, and which are pending where that is known."""
    known = [file.stem for file in migration_files()]
    readable = await _readable(connection, "_yoyo_migration")
    if readable is None and installed:
        return NOT_RECORDED, None
    if readable is None:
        return f"none of {len(known)} applied", known
    if not readable:
        return NOT_VISIBLE, None
    rows = await connection.fetch("select migration_id from credits._yoyo_migration")
    applied = {row["migration_id"] for row in rows}
    pending = [name for name in known if name not in applied]
    return f"{len(known) - len(pending)} of {len(known)} applied", pending


async def _events(connection: Connection) -> EventsState | None:
    if not await _readable(connection, "events"):
        return None
    (row,) = await connection.fetch(
        "select count(*) as open, min(e.occurred_at) as oldest,"
        " (select count(*) from credits.events s where s.set_aside_at is not null) as set_aside"
        " from credits.events e where e.finished_at is null and e.set_aside_at is null"
    )
    return EventsState(**row)


async def _readable(connection: Connection, name: str) -> bool | None:
    """Whether this role may read a table of the schema; None where there is none."""
    readable: bool | None = await connection.fetchval(
        "select pg_catalog.has_schema_privilege(n.oid, 'usage')"
        " and pg_catalog.has_table_privilege(c.oid, 'select')"
        " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'credits' and c.relname = $1",
        name,
    )
    return readable


async def _settings(connection: Connection) -> list[Setting]:
    rows = await connection.fetch(
        "select name, pg_catalog.current_setting(name) as value from unnest($1::text[]) name",
        list(SETTINGS),
    )
    return [
        Setting(name=row["name"], value=row["value"], risk=_risk(row["name"], row["value"]))
        for row in rows
    ]


def _risk(name: str, value: str) -> str:
    match name, value:
        case "fsync", "off":
            return "a crash of the machine can destroy the database"
        case "full_page_writes", "off":
            return "a crash of the machine can tear pages"
        case "idle_in_transaction_session_timeout", "0":
            return "a client that hangs keeps its profile locked"
        case "synchronous_standby_names", "":
            return "a failover can lose the newest commits"
        case "default_transaction_isolation", "repeatable read" | "serializable":
            return "callers must try again after SQLSTATE 40001"
        case _:  # lock_timeout and synchronous_commit too: writers set their own
            return ""


def print_status(status: Status) -> None:
    """The report for people."""
    versions = table("what", "state", left=2)
    versions.add_row("package", status.package_version)
    versions.add_row("schema", status.schema_version or "none")
    versions.add_row("server", f"PostgreSQL {status.server_version}")
    versions.add_row("migrations", status.migrations)
    for name in status.pending_migrations or []:
        versions.add_row("", f"pending: {name}")
    if status.usable:
        versions.add_row("events", str(status.events or NOT_VISIBLE))
    show(versions)
    roles = table("role", "present", "for", left=3)
    for name, present in status.roles.items():
        roles.add_row(name, "yes" if present else "no", ROLES[name])
    show()
    show(roles)
    settings = table("setting", "value", left=2)
    for setting in status.settings:
        settings.add_row(setting.name, printable(setting.value) or "(empty)")
    show()
    show(settings)
    show()
    for setting in status.settings:
        if setting.risk:
            show(f"{setting.name}: {setting.risk}.")
    print_first(status.changes)
    if status.mirror:
        print(printable(_of_mirror(status.mirror)))
    print(verdict(status))


def _of_mirror(mirror: MirrorState) -> str:
    if mirror.problem:
        advice = "Run what pgcredits mirror prints: an upgrade may have changed it."
        return f"The mirror is not in place: {mirror.problem}. {advice}"
    return f"The mirror is in place: {mirror.table} follows credits.profiles."


def verdict(status: Status) -> str:
    """Whether a database is ready, in one line, and what to do where it is not."""
    match status.schema:
        case "current" if status.differences or status.changed_rules:
            return f"Not ready: {' '.join(_of_changes(status))}"
        case "current" if not status.ready:
            return "Not ready: the mirror is not in place."
        case "current":
            return "Ready: the schema matches this package."
        case "missing":
            return "Not ready: the database has no schema credits. Run pgcredits migrate."
        case "older" | "newer":
            wrong = older_schema if status.schema == "older" else newer_schema
            return f"Not ready. {wrong(status.schema_version)}"
        case _:
            return "Not ready: migrations are pending. Run pgcredits migrate."


def _of_changes(status: Status) -> Iterator[str]:
    if status.differences:
        yield (
            f"{count(len(status.differences), 'difference')} in who may do what. "
            "Run pgcredits migrate; what it leaves was changed by hand."
        )
    if status.changed_rules:
        yield (
            f"{count(len(status.changed_rules), 'rule')} of the tables not as the migrations made "
            'them. Migrate does not make them again: see "Rules that are off" in '
            "docs/operations.md."
        )
