"""The commands on wrong refunds before an import: what they cost, and repairing them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import Annotated, Any
from uuid import UUID

import typer

from pgcredits import Credits, RefundAudit
from pgcredits._cli.common import AsCsv, AsJson, DatabaseUrl, check_one_format, make_call
from pgcredits._cli.output import SHOWN, progress_bar, when
from pgcredits._legacy.audit import Audit, RepairRun, Sums, repair_all, state_of
from pgcredits._report.markup import printable
from pgcredits._server.words import count

_WORDS = {"profile", "job", "ledger row", "when", "certainty", "state"}  # the others are figures
_REFUND_COLUMNS = (
    "profile",
    "job",
    "ledger row",
    "when",
    "refunded",
    "misplaced",
    "addon lost",
    "monthly gained",
    "certainty",
    "state",
)

OneProfile = Annotated[
    UUID | None,
    typer.Argument(metavar="PROFILE", help="Profile id (a UUID). Default: all profiles."),
]


def audit(
    profile: OneProfile = None,
    *,
    refunds: Annotated[
        bool, typer.Option("--refunds", help="Print one line per refund, not per profile.")
    ] = False,
    as_csv: AsCsv = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Report wrong refunds from before the import.

    They put addon credits into the monthly bucket. Where the old tables do not determine what a
    refund cost, the figure is a range: 300..800.
    """
    check_one_format(as_json=as_json, as_csv=as_csv)

    async def run(client: Credits) -> Any:
        found = Audit(await client.audit_refunds(profile))
        return found.document() if as_json else found

    def tell(found: Audit) -> None:
        if as_csv:
            _print_csv(found, refunds=refunds)
        elif not found.profiles:
            print("No refund before the import went to the wrong bucket.")
        else:
            if refunds:
                _print_refunds(found)
            else:
                _print_profiles(found)
            _print_total(found)

    make_call(database_url, as_json, run, tell)


def _print_csv(found: Audit, *, refunds: bool) -> None:
    lines = csv.writer(sys.stdout, lineterminator="\n")
    if refunds:
        lines.writerow([*(column.name for column in fields(RefundAudit)), "state"])
        for rows in found.refunds.values():
            lines.writerows([*astuple(row), state_of(row)] for row in rows)
        return
    sums = [column.name for column in fields(Sums)]
    states = [f"{state}_{name}" for state in ("open", "repaired", "healed") for name in sums]
    lines.writerow(["profile_id", "certainty", *states])
    for profile, account in found.worst_first():
        figures = [*astuple(account.open), *astuple(account.repaired), *astuple(account.healed)]
        lines.writerow([profile, account.certainty, *figures])


def _range(at_least: int, at_most: int) -> str:
    return f"{at_least:,}" if at_least == at_most else f"{at_least:,}..{at_most:,}"


def _addon_lost(found: Sums | RefundAudit) -> str:
    return _range(found.addon_lost_at_least, found.addon_lost_at_most)


def _monthly_gained(found: Sums | RefundAudit) -> str:
    return _range(found.monthly_gained_at_least, found.monthly_gained_at_most)


def _print_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows below their heads, never wrapped, so that ids and figures stay whole."""
    lines = [columns, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(columns, line, widths, strict=True)
        aligned = (
            f"{cell:<{width}}" if name in _WORDS else f"{cell:>{width}}"
            for name, cell, width in cells
        )
        print("  ".join(aligned).rstrip())
    print()


def _print_profiles(found: Audit) -> None:
    worst = found.worst_first()
    _print_lines(
        ("profile", "wrong", "repaired", "addon lost", "monthly gained", "certainty"),
        (
            (
                str(profile),
                f"{account.open.refunds + account.repaired.refunds + account.healed.refunds:,}",
                f"{account.repaired.refunds:,}",
                _addon_lost(account.open),
                _monthly_gained(account.open),
                account.certainty,
            )
            for profile, account in worst[:SHOWN]
        ),
    )
    if len(worst) > SHOWN:
        print(f"and {len(worst) - SHOWN:,} more: --csv or --json lists all\n")


def _print_refunds(found: Audit) -> None:
    _print_lines(
        _REFUND_COLUMNS,
        (
            (
                str(refund.profile_id),
                str(refund.job_id),
                printable(refund.entry_id or "-"),
                when(refund.ts),
                f"{refund.refunded:,}",
                _range(refund.misplaced_at_least, refund.misplaced_at_most),
                _addon_lost(refund),
                _monthly_gained(refund),
                refund.certainty,
                state_of(refund),
            )
            for refunds in found.refunds.values()
            for refund in refunds
        ),
    )


def _refunds(sums: Sums) -> str:
    """How many: those that are certain, and those that only may have gone wrong."""
    possible = sums.refunds - sums.certain
    if not possible:
        return count(sums.refunds, "wrong refund")
    if not sums.certain:
        return count(possible, "possibly wrong refund")
    return f"{count(sums.certain, 'wrong refund')} and {possible:,} possibly wrong"


def _print_total(found: Audit) -> None:
    """Each state separately: what is repaired or healed is no longer owed."""
    total = found.total
    if total.open.refunds:
        profiles = sum(1 for account in found.profiles.values() if account.open.refunds)
        print(
            f"Open: {_refunds(total.open)} of {count(profiles, 'profile')}, "
            f"{count(total.open.addon_lost_at_least, 'addon credit')} lost for certain and "
            f"{total.open.addon_lost_at_most:,} at most, "
            f"{_monthly_gained(total.open)} monthly credits gained."
        )
    else:
        print("Open: nothing.")
    if total.repaired.refunds:
        print(
            f"Repaired: {_refunds(total.repaired)}, "
            f"{count(total.repaired.addon_lost_at_least, 'addon credit')}."
        )
    if total.healed.refunds:
        print(f"Healed: {_refunds(total.healed)}: later jobs spent what they misplaced.")
    if total.open.addon_lost_at_least:
        print("Next: pgcredits repair --dry-run")


def repair(
    profile: OneProfile = None,
    *,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; kept in the ledger.")
    ] = None,
    actor: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decided it; kept in the ledger.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, but change nothing.")] = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Repair the wrong refunds that an audit finds.

    Gives back the addon credits that were lost for certain, and takes them out of the monthly
    bucket as far as they are still there; the rest is written off. Each refund is repaired once,
    each profile in a transaction of its own. --reason and --actor may be left out only with
    --dry-run.
    """
    if not dry_run:
        for name, value in {"--reason": reason, "--actor": actor}.items():
            if value is None:
                raise typer.BadParameter("required unless --dry-run is given", param_hint=name)

    async def run(client: Credits) -> Any:
        with progress_bar() as progress:
            done = await repair_all(
                client,
                profile,
                progress,
                reason=reason or "dry run",
                actor=actor or "dry run",
                dry_run=dry_run,
            )
        return done.document() if as_json else done

    make_call(database_url, as_json, run, _print_repair)


def _print_repair(done: RepairRun) -> None:
    total = done.total
    if done.profiles:
        most = sorted(done.profiles.items(), key=lambda each: -each[1].addon_restored)
        _print_lines(
            ("profile", "repaired", "before", "addon back", "monthly taken", "written off"),
            (
                (str(profile), *(f"{figure:,}" for figure in astuple(sums)))
                for profile, sums in most[:SHOWN]
            ),
        )
        if len(most) > SHOWN:
            print(f"and {len(most) - SHOWN:,} more: --json lists all\n")
        print(
            f"{'Would repair' if done.dry_run else 'Repaired'} "
            f"{count(total.repaired, 'wrong refund')} of {count(len(done.profiles), 'profile')}: "
            f"{count(total.addon_restored, 'addon credit')} restored, "
            f"{count(total.monthly_taken, 'monthly credit')} taken back, "
            f"{total.written_off:,} written off."
        )
        if done.dry_run:
            print("This was a dry run: nothing was repaired, and nothing changed.")
    else:
        print("Nothing is left to repair.")
    if total.repaired_before:
        print(f"Repaired before: {count(total.repaired_before, 'wrong refund')}.")
    if done.uncertain:
        print(
            f"Not certain: {count(done.uncertain, 'refund')} may have lost up to "
            f"{count(done.uncertain_credits, 'more addon credit')}. See pgcredits audit --refunds, "
            "decide, and correct with pgcredits adjust."
        )
