"""The command line: one command per task, and no logic of its own.

Results go to stdout (with ``--json`` as one document), everything else to stderr.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from pgcredits import cli_audit, cli_jobs, cli_legacy, cli_profiles
from pgcredits.cli_common import AsJson, DatabaseUrl, duration, make_call
from pgcredits.cli_database import (
    checked_url,
    connected,
    given_or_local_database,
    migrate_database,
)
from pgcredits.cli_errors import explained
from pgcredits.cli_output import print_json, when
from pgcredits.client import Credits
from pgcredits.demo import play_demo, print_demo, print_opening
from pgcredits.replay import Plan, Replay, print_malformed, print_report, progress_bar
from pgcredits.schema import bundle
from pgcredits.status import print_status, read_status
from pgcredits.trace import Trace
from pgcredits.version import VERSION
from pgcredits.worker import Sweep, Swept, Worker

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

TraceFile = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        readable=True,
        metavar="FILE.csv",
        help="A file with the columns TIMESTAMP, ContextTokens and GeneratedTokens.",
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"pgcredits {VERSION}")
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
    """


def demo(
    database_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Run on this migrated database; the demo's profiles stay in it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show credits going back to their buckets. Needs no server and no URL."""
    with explained(as_json=as_json):
        if not as_json:
            print_opening()
        with given_or_local_database(database_url) as url:
            result = asyncio.run(play_demo(url, own_server=not database_url))
        if as_json:
            print_json(result)
        else:
            print_demo(result)


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
        from pgcredits.local import run_local  # needs an operating system with fork and flock

        run_local(folder, tell)
        print("Stopped.", file=sys.stderr)


def migrate(database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Create the schema or bring it to this version. Safe to run at any time."""
    with explained(as_json=as_json):
        done = migrate_database(checked_url(database_url))
        role_sql = _role_sql(done.missing_roles, done.user)
        if as_json:
            print_json(
                {
                    "schema_version": VERSION,
                    "applied": done.applied,
                    "user": done.user,
                    "missing_roles": done.missing_roles,
                    "sql_for_administrator": role_sql,
                }
            )
            return
        for name in done.applied:
            print(f"Applied {name}")
        print(f"The schema is version {VERSION}.")
        if role_sql:
            print(f"\nMissing roles, because {done.user} may not create roles:")
            print(f"  {', '.join(done.missing_roles)}")
            print(f"Until they exist, {done.user} owns the schema, and there are no grants.")
            print("An administrator can run this; then run pgcredits migrate again:\n")
            print("\n".join(f"  {line}" for line in role_sql))


def _role_sql(missing: list[str], user: str) -> list[str]:
    """What an administrator runs where the migrating user may not create roles."""
    lines = [f"create role {name} nologin;" for name in missing]
    if "credits_owner" in missing:
        quoted = user.replace('"', '""')
        lines.append(f'grant credits_owner to "{quoted}";')
    return lines


def status(database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Check whether a database is ready.

    Shows versions, pending migrations, roles, and the settings that matter.
    """

    async def run() -> bool:
        async with connected(checked_url(database_url)) as connection:
            found = await read_status(connection)
        if as_json:
            print_json(found)
        else:
            print_status(found)
        return found.usable

    with explained(as_json=as_json):
        if not asyncio.run(run()):
            raise typer.Exit(2)


def sql() -> None:
    """Print the whole schema as one SQL script.

    For psql -1 on an empty database, or for another migration tool.
    """
    sys.stdout.write(bundle())


def expire(
    every: Annotated[
        timedelta | None,
        typer.Option(
            parser=duration,
            metavar="TIME",
            help="Keep running, with this pause between passes: 60s, 5m, 1h.",
        ),
    ] = None,
    batch_size: Annotated[
        int,
        typer.Option(metavar="N", help="Holds, or profiles with packs, per transaction."),
    ] = 100,
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
            asyncio.run(Worker(checked_url(database_url), every, batch_size, tell).run())


def simulate(
    file: TraceFile,
    *,
    profiles: Annotated[
        int, typer.Option(min=1, metavar="N", help="Profiles to spread the jobs over.")
    ] = 100,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Concurrent calls.")] = 8,
    fail_share: Annotated[
        float,
        typer.Option(
            min=0, max=1, metavar="SHARE", help="Share of the jobs that fail and are refunded."
        ),
    ] = 0.1,
    estimate: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Reserve the context tokens and this many generated ones; then settle at both.",
        ),
    ] = 32,
    monthly: Annotated[
        int, typer.Option(metavar="N", help="Monthly credits of each profile.")
    ] = 50_000,
    addon: Annotated[
        int,
        typer.Option(metavar="N", help="Addon credits of each profile; half of them are granted."),
    ] = 110_000,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Decides which job goes where, and which fail.")
    ] = 1,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Simulate charging for a trace of LLM requests.

    Each row is a job. It reserves an estimate and is settled at one credit per token, which gives
    some back or draws more. Some jobs fail and are refunded instead. Then every balance is checked.
    Runs on an ephemeral local server when no database is given. Ids are new in each run, so it can
    run against the same database again.
    """
    plan = Plan(
        profiles=profiles,
        workers=workers,
        fail_share=fail_share,
        estimate=estimate,
        monthly=monthly,
        addon=addon,
        seed=seed,
    )
    with (
        explained(as_json=as_json),
        Trace(file) as trace,
        given_or_local_database(database_url) as url,
    ):
        with progress_bar() as progress:
            report = asyncio.run(Replay(plan, trace, progress, name_all=as_json).run(url))
        print_malformed(report)
        if as_json:
            print_json(report)
        else:
            print_report(report)
        if not report.conservation.ok:
            raise typer.Exit(1)


# In the order of the help.
_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "local": local,
    "migrate": migrate,
    "status": status,
    "sql": sql,
    "open": cli_profiles.open_profile,
    "balance": cli_profiles.balance,
    "grant": cli_profiles.grant,
    "renew": cli_profiles.renew,
    "reserve": cli_jobs.reserve,
    "extend": cli_jobs.extend,
    "settle": cli_jobs.settle,
    "refund": cli_jobs.refund,
    "rollback": cli_jobs.rollback,
    "explain": cli_jobs.explain,
    "statement": cli_profiles.statement,
    "check": cli_profiles.check,
    "import": cli_legacy.import_profiles,
    "audit": cli_audit.audit,
    "repair": cli_audit.repair,
    "expire": expire,
    "revoke": cli_profiles.revoke,
    "reinstate": cli_profiles.reinstate,
    "adjust": cli_profiles.adjust,
    "overdraft": cli_profiles.overdraft,
    "close": cli_profiles.close,
    "simulate": simulate,
    "legacy-example": cli_legacy.legacy_example,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)
