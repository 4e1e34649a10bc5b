"""The commands that import an application's old tables, and generate some to try it on."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from pgcredits._cli.common import AsJson, DatabaseUrl
from pgcredits._cli.errors import explained
from pgcredits._cli.output import (
    print_first,
    print_json,
    progress_bar,
    show,
    table,
)
from pgcredits._legacy.example.tables import LegacyExampleError, LegacySummary, load_legacy_example
from pgcredits._legacy.example.truth import LegacyPlan
from pgcredits._legacy.importer import (
    ACCEPTING,
    DamageTotal,
    Difference,
    Found,
    Import,
    Report,
    Rows,
    Task,
    Verification,
    compare,
)
from pgcredits._legacy.mirror import mirror_sql
from pgcredits._legacy.names import KINDS, Names, names_of, shown
from pgcredits._legacy.source import Source, check_names
from pgcredits._report.markup import printable
from pgcredits._server.database import (
    Connection,
    check_schema,
    checked_url,
    connected,
    installed_version,
)
from pgcredits._server.failures import CannotRunError
from pgcredits._server.words import count

_Result = TypeVar("_Result")
_OF_EACH_KIND = 5  # rows that do not add up, shown to people

TableNames = Annotated[
    list[str] | None,
    typer.Option(
        "--table",
        metavar="NAME=TABLE",
        help="Name of the table for profiles, jobs or ledger: TABLE or SCHEMA.TABLE.",
    ),
]
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="TABLE.NAME=COLUMN",
        help="Name of a column: jobs.user_id=owner_id.",
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="KIND=REGEX",
        help=f"Kind of the ledger rows whose reason matches: {', '.join(KINDS)}.",
    ),
]
Accepted = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="KIND", help="Import despite this kind of damage."),
]
Schema = Annotated[
    str, typer.Option(metavar="SCHEMA", help="Schema of the tables profiles, jobs and ledger.")
]
Profiles = Annotated[
    list[UUID] | None, typer.Option("--profile", metavar="UUID", help="Only this profile.")
]


def import_profiles(
    *,
    schema: Schema = "public",
    tables: TableNames = None,
    columns: ColumnNames = None,
    kinds: Kinds = None,
    no_ledger: Annotated[bool, typer.Option("--no-ledger", help="There is no old ledger.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, but change nothing.")] = False,
    accept: Accepted = None,
    live: Annotated[
        bool, typer.Option("--live", help="The application goes on running, with a mirror.")
    ] = False,
    profiles: Profiles = None,
    batch_rows: Annotated[
        int, typer.Option(min=1, metavar="N", help="Jobs and ledger rows per transaction.")
    ] = 20_000,
    verify: Annotated[
        bool, typer.Option("--verify", help="Import nothing: compare with the tables.")
    ] = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Import the tables of your previous application.

    They are in the same database, and are only read. Everything is checked first: where something
    does not add up, nothing is imported until each kind of damage is accepted, and the exit code is
    1. With --live, whatever adds up is imported at once. Where it does not, the old writers of
    these profiles wait until their jobs are written, for five seconds at most; then what is
    accepted counts. A profile is imported once, so an interrupted import continues when it is run
    again. --table, --column, --kind, --accept and --profile can be given several times.
    """
    with explained(as_json=as_json):
        if unknown := sorted(set(accept or ()) - ACCEPTING.keys()):
            raise CannotRunError(f"--accept {unknown[0]}: KIND is one of {', '.join(ACCEPTING)}.")
        if live and no_ledger:
            raise CannotRunError(
                "--live needs the old ledger: without it, nobody can tell a job that is being "
                "written there from one that is complete. Import without --live, while the "
                "application is stopped."
            )
        names = names_of(schema, tables or (), columns or (), kinds or (), ledger=not no_ledger)
        task = Task(
            accept=frozenset(accept or ()),
            profiles=profiles or None,
            batch_rows=batch_rows,
            dry_run=dry_run,
            name_all=as_json,
            live=live,
        )
        if verify:
            _tell_verification(_on(database_url, names, _comparing(task)), names, as_json=as_json)
        else:
            report = _on(database_url, names, _importing(task))
            _tell_import(report, task, names, as_json=as_json)


def _on(
    database_url: str | None, names: Names, do: Callable[[Connection, Source], Awaitable[_Result]]
) -> _Result:
    """Does something with the old tables, once it is sure that all of them exist."""

    async def run() -> _Result:
        async with connected(checked_url(database_url)) as connection:
            await check_schema(connection)
            return await do(connection, await check_names(connection, names))

    return asyncio.run(run())


def _importing(task: Task) -> Callable[[Connection, Source], Awaitable[Report]]:
    async def run(connection: Connection, source: Source) -> Report:
        with progress_bar() as progress:
            return await Import(connection, source, task, progress).run()

    return run


def _comparing(task: Task) -> Callable[[Connection, Source], Awaitable[Verification]]:
    async def run(connection: Connection, source: Source) -> Verification:
        return await compare(connection, source, task.profiles)

    return run


def _tell_import(report: Report, task: Task, names: Names, *, as_json: bool) -> None:
    """Prints a report. Raises ``typer.Exit`` when something was not imported as it should be."""
    if as_json:
        print_json(_import_document(report))
    elif report.pending.profiles or report.held_back:
        _print_import(report, task)
    else:
        _print_nothing_to_import(report, shown(names.tables["profiles"]))
    if report.refused or report.held_back:
        raise typer.Exit(1)


def _import_document(report: Report) -> dict[str, Any]:
    return {
        "written": report.written,
        "pending": report.pending,
        "imported": report.imported,
        "already_there": report.already_there,
        "left_out": report.left_out,
        "damage": [
            {
                "kind": name,
                "count": found.count,
                "profiles": found.profiles,
                "accepted": found.accepted,
                "accepting": ACCEPTING.get(name),
            }
            for name, found in _kinds(report)
        ],
        "findings": [
            {
                "profile_id": found.profile,
                "job_id": found.job,
                "entry_id": found.entry,
                "kind": found.kind,
                "detail": found.detail,
            }
            for found in report.found
        ],
        "refused": [
            {
                "profile_id": refused.profile,
                "error": refused.refusal.token,
                "sqlstate": refused.refusal.sqlstate,
                "detail": refused.refusal.detail,
                "hint": refused.refusal.hint,
            }
            for refused in report.refused
        ],
        "seconds": report.seconds,
    }


def _kinds(report: Report) -> list[tuple[str, DamageTotal]]:
    """The kinds of damage that were found, always in the same order."""
    order = {name: number for number, name in enumerate(ACCEPTING)}
    return sorted(report.damage.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _print_nothing_to_import(report: Report, profiles: str) -> None:
    there = report.already_there.profiles
    if there:
        them = f"the {count(there, 'profile')} of {profiles} {'is' if there == 1 else 'are'}"
        print(f"Nothing to import: {them} already here.")
    else:
        print(f"Nothing to import: there are no profiles in {profiles}.")
    if report.damage:
        print(f"Left out: {_counts(report.left_out)}.")


def _print_import(report: Report, task: Task) -> None:
    print(f"To import: {_counts(report.pending)}.")
    if report.already_there.profiles:
        print(f"Already here: {_counts(report.already_there)}.")
    if report.damage:
        _print_damage(report)
    if report.written:
        _print_imported(report)
        return
    if report.unaccepted:
        _print_found(report)
        print()
    if task.dry_run:
        print("This was a dry run: nothing was imported, and nothing changed.")
    print(_what_next(report, task))


def _what_next(report: Report, task: Task) -> str:
    """What an import would do now, and what to do to import more."""
    if not report.unaccepted:
        return "Nothing stands in the way of the import: without --dry-run, all of it is imported."
    if not task.dry_run:
        begins = "Nothing was imported. Fix"
    elif task.live:
        begins = (
            "Without --dry-run, what adds up would be imported and the rest left out. To import "
            "that too, fix"
        )
    else:
        begins = "Without --dry-run, nothing would be imported either. Fix"
    options = [f"--accept {name}" for name, found in _kinds(report) if not found.accepted]
    return f"{begins} these rows, or accept what is said of them above:\n  {' '.join(options)}"


def _print_damage(report: Report) -> None:
    made = table("damage", "rows", "profiles")
    made.add_column("accepted")
    for name, found in _kinds(report):
        accepted = "yes" if found.accepted else "no"
        made.add_row(name, f"{found.count:,}", f"{found.profiles:,}", accepted)
    show()
    show(made)
    show()
    meanings = [(name, ACCEPTING.get(name)) for name, found in _kinds(report) if not found.accepted]
    if meanings:
        print("What accepting means:")
        for name, meaning in meanings:
            show(f"{name}: {meaning or 'it cannot be accepted'}", indent=2)
        show()


def _print_found(report: Report) -> None:
    """A few rows of each kind: all of them would bury the table."""
    shown: list[str] = []
    for name, total in _kinds(report):
        lines = [_line(found) for found in report.found if found.kind == name]
        shown += lines[:_OF_EACH_KIND]
        if not total.accepted and total.count > _OF_EACH_KIND:
            shown.append(f"  and {total.count - _OF_EACH_KIND:,} more of {name}")
    print("\n".join(shown))
    if len(report.found) > len(shown):
        print("To see every row: --json")


def _line(found: Found) -> str:
    """A row that does not add up, in one line."""
    ids = {"profile": found.profile, "job": found.job, "ledger row": found.entry}
    where = ", ".join(f"{name} {value}" for name, value in ids.items() if value is not None)
    return printable(f"{found.kind}: {where or 'a row'}: {found.detail}")


def _print_imported(report: Report) -> None:
    made = table("", "profiles", "jobs", "ledger rows")
    for name, rows in {
        "imported": report.imported,
        "already here": report.already_there,
        "left out": report.left_out,
    }.items():
        made.add_row(name, f"{rows.profiles:,}", f"{rows.jobs:,}", f"{rows.ledger_rows:,}")
    show(made)
    print_first([f"Refused: profile {each.profile}: {each.refusal}" for each in report.refused])
    print(f"It took {report.seconds:,.1f} seconds. To find wrong refunds: pgcredits audit")


def _counts(rows: Rows) -> str:
    return ", ".join(
        [
            count(rows.profiles, "profile"),
            count(rows.jobs, "job"),
            count(rows.ledger_rows, "ledger row"),
        ]
    )


def _tell_verification(found: Verification, names: Names, *, as_json: bool) -> None:
    """Prints a comparison. Raises ``typer.Exit`` when there is a difference."""
    if as_json:
        print_json({"ok": found.ok, **asdict(found)})
    else:
        there = shown(names.tables["profiles"])
        print_first([_difference(difference, there) for difference in found.differences])
        print_first(
            [
                f"profile {finding.profile_id}: {finding.rule}: expected {finding.expected}, "
                f"found {finding.found}"
                for finding in found.findings
            ]
        )
        print(f"Compared {_counts(found.imported)} with {there}.")
        problems = len(found.differences) + len(found.findings)
        print(
            count(problems, "difference")
            if problems
            else "No differences, and the books are sound."
        )
    if not found.ok:
        raise typer.Exit(1)


def _difference(found: Difference, there: str) -> str:
    if found.what == "profile":
        where = "not here" if found.here == "missing" else f"no longer in {there}"
        return f"profile {found.profile}: it is {where}"
    there_now, here = (
        "NULL" if value is None else f"{value:,}" for value in (found.there, found.here)
    )
    if found.what == "opening ledger row":
        return f"profile {found.profile}: {found.what}: {here} here, {there_now} imported"
    return f"profile {found.profile}: {found.what}: {there_now} there now, {here} imported"


def mirror(
    *, schema: Schema = "public", tables: TableNames = None, columns: ColumnNames = None
) -> None:
    """Print SQL that keeps the old columns of a customer's credits right.

    Once a profile is imported, each call writes them too, and old writers are refused, so that
    readers can move at leisure. Takes the names that import takes; only those of the table profiles
    matter here.
    """
    with explained():
        names = names_of(schema, tables or (), columns or (), (), ledger=True)
        sys.stdout.write(mirror_sql(names))


def legacy_example(
    *,
    profiles: Annotated[int, typer.Option(min=1, metavar="N", help="Number of profiles.")] = 2_000,
    jobs: Annotated[
        int, typer.Option(min=1, metavar="N", help="Jobs per profile, on average.")
    ] = 60,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Decides what happens: same seed, same tables.")
    ] = 1,
    schema: Annotated[
        str, typer.Option(metavar="SCHEMA", help="Where the tables are made.")
    ] = "legacy",
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Generate old tables to try an import on.

    They hold one year of an application whose refunds went to the wrong bucket.
    """
    plan = LegacyPlan(profiles=profiles, jobs_per_profile=jobs, seed=seed)

    async def run() -> tuple[LegacySummary, str | None]:
        async with connected(checked_url(database_url)) as connection:
            with progress_bar() as progress:
                bar = progress.add_task("generating a year", total=profiles)
                made = await load_legacy_example(
                    connection,
                    plan,
                    schema=schema,
                    progress=lambda done: progress.update(bar, completed=done),
                )
            return made, await installed_version(connection)

    with explained(as_json=as_json):
        try:
            made, version = asyncio.run(run())
        except LegacyExampleError as error:
            raise CannotRunError(str(error)) from error
        option = shlex.quote(schema)
        if as_json:
            print_json(made)
            return
        rows = Rows(profiles=made.profiles, jobs=made.jobs, ledger_rows=made.ledger_rows)
        print(f"Generated one year: {_counts(rows)}.")
        print(
            f"{count(made.wrong_refunds + made.other_wrong_refunds, 'refund')} went to the wrong "
            f"bucket. Damaged: {count(sum(made.damaged.values()), 'profile')}. "
            f"With a ledger that begins late: {count(made.truncated, 'profile')}."
        )
        first = "pgcredits migrate, and then " if version is None else ""
        print(f"Next: {first}pgcredits import --schema {option} --dry-run")
