"""The command line: one command per task, and no logic of its own.

Results go to stdout (with ``--json`` as one document), everything else to stderr.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgcredits import Credits, __version__
from pgcredits._cli import (
    audit,
    books,
    deliver,
    demo,
    events,
    jobs,
    legacy,
    limits,
    profiles,
    proxy,
    reading,
    report,
    revocations,
    shards,
    simulate,
    usage,
)
from pgcredits._cli.common import AsJson, DatabaseUrl, Every, SweepSize, make_call
from pgcredits._cli.errors import explained
from pgcredits._cli.output import print_json, when
from pgcredits._cli.status import print_status, read_status
from pgcredits._cli.sweep import Sweep, Swept, sweeping
from pgcredits._cli.usage_errors import Command, Program
from pgcredits._cli.worker import Worker
from pgcredits._legacy.names import identifier
from pgcredits._server.database import (
    checked_url,
    connected,
    migrate_database,
)
from pgcredits._server.schema import bundle

if TYPE_CHECKING:
    from pgcredits._server.migrate import Migrated

app = typer.Typer(
    cls=Program,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"pgcredits {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Prepaid credits as PostgreSQL functions: every credit goes back to its bucket.

    The database is taken from --database-url, PGCREDITS_DATABASE_URL or DATABASE_URL, in this
    order.
    Exit codes: 0 done, 1 refused by the database or a failed check, 2 cannot run, 130 interrupted.
    With --json, what goes wrong is a JSON document, too.
    """


def local(
    folder: Annotated[
        Path | None, typer.Option(file_okay=False, metavar="DIR", help="Where the data is kept.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a development server until Ctrl-C; its data is kept."""

    def tell(url: str, folder: Path) -> None:
        if as_json:
            print_json({"url": url, "folder": folder})
        else:
            print(
                "PostgreSQL is running, with the schema credits. Ctrl-C stops it; its data is kept."
            )
            print(f"  folder  {folder}")
            print(f"  url     {url}")
            print("For the other commands, in another terminal:")
            print(f"  export PGCREDITS_DATABASE_URL='{url}'")
        sys.stdout.flush()

    with explained(as_json=as_json):
        from pgcredits._cli.local import run_local  # needs an operating system with fork and flock

        run_local(folder, tell)
        print("Stopped.", file=sys.stderr)


def migrate(database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Create the schema or bring it to this version. Safe to run at any time."""
    with explained(as_json=as_json):
        done = migrate_database(checked_url(database_url))
        role_sql = _role_sql(done)
        if as_json:
            print_json(
                {
                    "schema_version": __version__,
                    "applied": done.applied,
                    "user": done.user,
                    "missing_roles": done.missing_roles,
                    "sql_for_administrator": role_sql,
                }
            )
            return
        for name in done.applied:
            print(f"Applied {name}")
        print(f"The schema is version {__version__}.")
        if done.missing_roles:
            print(f"\nMissing roles, because {done.user} may not create roles:")
            print(f"  {', '.join(done.missing_roles)}")
            print(f"Until they exist, {done.user} owns the schema, and there are no grants.")
        if done.keeps_schema:
            print(f"\n{done.user} owns the schema, because it is no member of credits_owner:")
            print("the functions run with the rights of that user, which may be more than needed.")
        if role_sql:
            print("An administrator can run this; then run pgcredits migrate again:\n")
            print("\n".join(f"  {line}" for line in role_sql))


def _role_sql(done: Migrated) -> list[str]:
    """What an administrator runs where the migrating user may not create or join roles."""
    lines = [f"create role {name} nologin;" for name in done.missing_roles]
    if done.keeps_schema or "credits_owner" in done.missing_roles:
        lines.append(f"grant credits_owner to {identifier(done.user)};")
    return lines


def status(database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Check whether a database is ready.

    Shows versions, pending migrations, roles, and the settings that matter. Compares privileges,
    owners, triggers, row security and the rules of the tables with what a migration sets, and a
    mirror with what mirror prints: the exit code is 1 where they differ.
    """

    async def run() -> int:
        async with connected(checked_url(database_url)) as connection:
            found = await read_status(connection)
        if as_json:
            print_json(found)
        else:
            print_status(found)
        return 2 if not found.usable else 0 if found.ready else 1

    with explained(as_json=as_json):
        if code := asyncio.run(run()):
            raise typer.Exit(code)


def sql() -> None:
    """Print the whole schema as one SQL script.

    For psql -1 on an empty database, or for another migration tool.
    """
    sys.stdout.write(bundle())


def expire(
    every: Every = None,
    batch_size: SweepSize = 100,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Expire overdue holds and packs.

    Runs once, until nothing is due; with --every, until SIGTERM or Ctrl-C, and through outages of
    the database. No balance depends on it. With --every, --json prints one line for each pass that
    did something.
    """

    async def sweep(client: Credits) -> Swept:
        return await Sweep(client, batch_size).run()

    def tell(swept: Swept) -> None:
        if as_json:
            print_json(swept, indent=None)
        else:
            print(f"{when(datetime.now(UTC))}: {swept}")
        sys.stdout.flush()

    if every is None:
        make_call(database_url, as_json, sweep, print)
    elif not every:
        raise typer.BadParameter("a worker needs a pause between passes", param_hint="--every")
    else:
        with explained(as_json=as_json):
            one_pass = sweeping(batch_size, tell)
            asyncio.run(Worker(checked_url(database_url), every, one_pass).run())


# In the order of the help.
_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "local": local,
    "migrate": migrate,
    "status": status,
    "sql": sql,
    "proxy-sql": proxy.print_proxy_sql,
    "open": profiles.open_profile,
    "balance": profiles.balance,
    "grant": profiles.grant,
    "renew": profiles.renew,
    "change-allowance": profiles.change_allowance,
    "reserve": jobs.reserve,
    "preview": jobs.preview,
    "raise": jobs.raise_reservation,
    "extend": jobs.extend,
    "settle": jobs.settle,
    "refund": jobs.refund,
    "rollback": jobs.rollback,
    "explain": jobs.explain,
    "statement": profiles.statement,
    "profile": reading.profile,
    "profiles": reading.profiles,
    "jobs": reading.jobs,
    "grants": reading.grants,
    "alert": events.alert,
    "watch": events.watch,
    "limits": limits.limits,
    "usage": usage.usage,
    "flows": usage.flows,
    "report": report.report,
    "check": books.check,
    "import": legacy.import_profiles,
    "mirror": legacy.mirror,
    "audit": audit.audit,
    "repair": audit.repair,
    "expire": expire,
    "deliver": deliver.deliver,
    "revoke": revocations.revoke,
    "reinstate": revocations.reinstate,
    "revoke-renewal": revocations.revoke_renewal,
    "reinstate-renewal": revocations.reinstate_renewal,
    "find-grants": revocations.find_grants,
    "adjust": profiles.adjust,
    "overdraft": profiles.overdraft,
    "limit": limits.limit,
    "close": profiles.close,
    "move": profiles.move,
    "simulate": simulate.simulate,
    "legacy-example": legacy.legacy_example,
}
for _name, _command in _COMMANDS.items():
    app.command(_name, cls=Command)(_command)
app.add_typer(shards.app, name="shards")
