"""The command line: one command per task, and no rule of its own.

Results go to stdout (with ``--json`` as one document), everything else to stderr.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

import typer

from pgcredits.cli_database import (
    check_schema,
    checked_url,
    client_on,
    connected,
    given_or_local_database,
    migrate_database,
)
from pgcredits.cli_errors import explained
from pgcredits.cli_output import buckets, ledger_lines, print_json, replay_note, say
from pgcredits.client import Credits
from pgcredits.demo import play_demo, print_demo, print_opening
from pgcredits.models import Balance, GrantResult, LedgerEntry, Refund, Reservation
from pgcredits.replay import Plan, Replay, print_malformed, print_report, progress_bar
from pgcredits.schema import bundle
from pgcredits.status import print_status, read_status
from pgcredits.trace import Trace
from pgcredits.version import VERSION

_Result = TypeVar("_Result")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar=["PGCREDITS_DATABASE_URL", "DATABASE_URL"],
        help="The database: postgresql://user:password@host:port/database",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Profile = Annotated[UUID, typer.Argument(metavar="PROFILE", help="Id of the profile, a UUID.")]
Job = Annotated[UUID, typer.Argument(metavar="JOB", help="Id of the job, a UUID.")]
JobProfile = Annotated[
    UUID | None,
    typer.Option(
        "--profile", metavar="UUID", help="The job's profile; the job of another is not found then."
    ),
]
Reason = Annotated[
    str | None, typer.Option(metavar="TEXT", help="A note for people, kept in the ledger.")
]
Monthly = Annotated[
    int, typer.Option(metavar="N", help="Credits in the monthly bucket at the start.")
]
Addon = Annotated[int, typer.Option(metavar="N", help="Credits in the addon bucket at the start.")]


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

    The database is given by --database-url, else by PGCREDITS_DATABASE_URL, else by DATABASE_URL.
    Exit codes: 0 done, 1 refused by the database, 2 cannot run, 130 interrupted.
    """


def _call(
    database_url: str | None,
    as_json: bool,
    call: Callable[[Credits], Awaitable[_Result]],
    tell: Callable[[_Result], None],
) -> None:
    """Makes one call of the client, and prints its result."""

    async def run() -> _Result:
        async with connected(checked_url(database_url)) as connection:
            await check_schema(connection)
            return await call(client_on(connection))

    with explained(as_json=as_json):
        result = asyncio.run(run())
        if as_json:
            print_json(result)
        else:
            tell(result)


@app.command()
def demo(
    database_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Run on this migrated database; its profiles stay there."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show where the credits of failed jobs go. Needs no server and no URL."""
    with explained(as_json=as_json):
        if not as_json:
            print_opening()
        with given_or_local_database(database_url) as url:
            result = asyncio.run(play_demo(url))
        if as_json:
            print_json(result)
        else:
            print_demo(result)


@app.command()
def local(
    folder: Annotated[
        Path | None, typer.Option(file_okay=False, metavar="DIR", help="Where the data is kept.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a server for development until Ctrl-C; its data stays."""

    def tell(url: str, folder: Path) -> None:
        if as_json:
            print_json({"url": url, "folder": folder})
        else:
            print(
                "PostgreSQL is running, with the schema credits. Ctrl-C stops it; its data stays."
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


@app.command()
def migrate(database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Bring a database to this version. Safe to run at any time."""
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
        print(f"The schema has version {VERSION}.")
        if role_sql:
            print(f"\nRoles that are missing, since {done.user} may not create roles:")
            print(f"  {', '.join(done.missing_roles)}")
            print(f"Until they exist, {done.user} owns the schema, and nobody is granted anything.")
            print("An administrator can run this, then run pgcredits migrate again:\n")
            print("\n".join(f"  {line}" for line in role_sql))


def _role_sql(missing: list[str], user: str) -> list[str]:
    """What an administrator runs where the migrating user may not create roles."""
    lines = [f"create role {name} nologin;" for name in missing]
    if "credits_owner" in missing:
        quoted = user.replace('"', '""')
        lines.append(f'grant credits_owner to "{quoted}";')
    return lines


@app.command()
def status(database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Say whether a database is ready.

    Versions, pending migrations, roles, and the settings that matter.
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


@app.command()
def sql() -> None:
    """Print the whole schema as one SQL script.

    For psql -1 on an empty database, or for another migration tool.
    """
    sys.stdout.write(bundle())


@app.command("open")
def open_profile(
    profile: Annotated[
        UUID | None,
        typer.Argument(metavar="PROFILE", help="Id of the profile, a UUID. Else a new one."),
    ] = None,
    monthly: Monthly = 0,
    addon: Addon = 0,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Open a profile with its first credits."""
    profile_id = profile or uuid4()

    def tell(balance: Balance) -> None:
        say(
            f"Opened a profile with {buckets(balance.credits_remaining, balance.addon_credits)} "
            f"credits.{replay_note(balance.replayed)}",
            {"profile": balance.profile_id},
        )

    _call(
        database_url,
        as_json,
        lambda client: client.open_profile(
            profile_id, credits_remaining=monthly, addon_credits=addon
        ),
        tell,
    )


@app.command()
def balance(profile: Profile, database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Say what a profile has to spend."""

    def tell(balance: Balance) -> None:
        say(
            f"{balance.available:,} credits to spend: "
            f"{buckets(balance.credits_remaining, balance.addon_credits)}.",
            {"profile": balance.profile_id, "ledger": f"newest row {balance.seq:,}"},
        )

    _call(database_url, as_json, lambda client: client.get_balance(profile), tell)


@app.command()
def grant(
    profile: Profile,
    amount: Annotated[int, typer.Argument(metavar="AMOUNT", help="Credits to add.")],
    *,
    reference: Annotated[
        str, typer.Option(metavar="KEY", help="Your key, such as an order id: it grants once.")
    ],
    reason: Reason = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Add bought credits to a profile, once per reference."""

    def tell(granted: GrantResult) -> None:
        say(
            f"Granted {granted.amount:,} addon credits.{replay_note(granted.replayed)}",
            {
                "profile": granted.profile_id,
                "balance": f"{granted.previous_balance:,} -> {granted.new_balance:,}",
            },
        )

    _call(
        database_url,
        as_json,
        lambda client: client.grant_addon(profile, amount, reference, reason=reason),
        tell,
    )


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"not JSON: {error}") from error


@app.command()
def reserve(
    profile: Profile,
    cost: Annotated[int, typer.Argument(metavar="COST", help="What the job costs, in credits.")],
    *,
    job: Annotated[
        UUID | None,
        typer.Option(
            metavar="UUID", help="Id of the job, a UUID: it is charged once. Else a new one."
        ),
    ] = None,
    meta: Annotated[
        Any, typer.Option(parser=_json_value, metavar="JSON", help="Your metadata, a JSON object.")
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Take the credits of a job, monthly first, then addon."""
    job_id = job or uuid4()

    def tell(reservation: Reservation) -> None:
        say(
            f"Reserved {reservation.cost:,} credits: "
            f"{buckets(reservation.monthly_deducted, reservation.addon_deducted)}."
            f"{replay_note(reservation.replayed)}",
            {
                "job": reservation.job_id,
                "profile": reservation.profile_id,
                "balance": f"{reservation.previous_balance:,} -> {reservation.new_balance:,}",
            },
        )

    _call(
        database_url,
        as_json,
        lambda client: client.reserve_credits(profile, job_id, cost, meta=meta),
        tell,
    )


def _tell_return(verb: str) -> Callable[[Refund], None]:
    def tell(refund: Refund) -> None:
        returned = buckets(refund.monthly_refunded, refund.addon_refunded)
        say(
            f"{verb} {refund.amount:,} credits: {returned}.{replay_note(refund.replayed)}"
            if refund.amount
            else "Nothing to give back: the job holds no credits.",
            {
                "job": f"{refund.job_id}, now {refund.state}",
                "profile": refund.profile_id,
                "balance": f"{refund.previous_balance:,} -> {refund.new_balance:,}",
            },
        )

    return tell


@app.command()
def refund(
    job: Job,
    *,
    amount: Annotated[
        int | None,
        typer.Option(metavar="N", help="A part, in credits. Else all that is still out."),
    ] = None,
    refund_id: Annotated[
        str | None, typer.Option(metavar="KEY", help="Your key of a part: it is given back once.")
    ] = None,
    reason: Reason = None,
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Give a job's credits back to the buckets they came from."""
    _call(
        database_url,
        as_json,
        lambda client: client.refund_job(
            job, amount=amount, refund_id=refund_id, reason=reason, profile_id=profile
        ),
        _tell_return("Refunded"),
    )


@app.command()
def rollback(
    job: Job,
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Give back a reservation whose job never started."""
    _call(
        database_url,
        as_json,
        lambda client: client.rollback_reservation(job, profile_id=profile),
        _tell_return("Rolled back"),
    )


@app.command()
def statement(
    profile: Profile,
    *,
    before_seq: Annotated[
        int | None,
        typer.Option(metavar="N", help="Only rows older than this one. Else the newest."),
    ] = None,
    page_size: Annotated[int, typer.Option(metavar="N", help="Rows at most.")] = 50,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Print a page of a profile's ledger, newest first."""

    async def page(client: Credits) -> dict[str, Any]:
        entries = await client.get_statement(profile, before_seq=before_seq, page_size=page_size)
        # The ledger begins with row 1.
        older = entries[-1].seq if entries and entries[-1].seq > 1 else None
        return {"profile_id": profile, "entries": entries, "next_before_seq": older}

    def tell(page: dict[str, Any]) -> None:
        entries: list[LedgerEntry] = page["entries"]
        print("\n".join(ledger_lines(entries)) if entries else "No ledger rows.")
        if page["next_before_seq"]:
            print(f"Older rows: --before-seq {page['next_before_seq']}")

    _call(database_url, as_json, page, tell)


@app.command()
def replay(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            metavar="FILE.csv",
            help="Columns TIMESTAMP, ContextTokens, GeneratedTokens.",
        ),
    ],
    *,
    profiles: Annotated[
        int, typer.Option(min=1, metavar="N", help="Profiles to spread the jobs over.")
    ] = 100,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Calls at the same time.")] = 8,
    fail_share: Annotated[
        float,
        typer.Option(
            min=0, max=1, metavar="SHARE", help="Share of the jobs that fail and are refunded."
        ),
    ] = 0.1,
    monthly: Annotated[
        int, typer.Option(metavar="N", help="Monthly credits of each profile.")
    ] = 50_000,
    addon: Annotated[
        int,
        typer.Option(metavar="N", help="Addon credits of each profile; half of them are granted."),
    ] = 110_000,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Which profile gets which job, and which fail.")
    ] = 1,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Charge a trace of LLM requests, and check every balance.

    One job per row costs as many credits as it has tokens; some jobs fail and are refunded.
    Runs on an ephemeral local server when no database is given. Ids are new in each run, so it can
    be run against the same database again.
    """
    plan = Plan(
        profiles=profiles,
        workers=workers,
        fail_share=fail_share,
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
