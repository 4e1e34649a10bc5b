"""The commands on a profile: its credits are granted, renewed, corrected and read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from pgcredits import (
    AllowanceChange,
    Balance,
    Credits,
    GrantResult,
    LedgerEntry,
    MoveResult,
    Renewal,
)
from pgcredits._cli.common import (
    PAST_TIME,
    Actor,
    AsJson,
    DatabaseUrl,
    NeededReason,
    PageSize,
    Profile,
    Reason,
    expiry,
    make_call,
    moment,
    past,
)
from pgcredits._cli.errors import explained
from pgcredits._cli.output import (
    buckets,
    change,
    ledger_lines,
    replay_note,
    say,
    when,
)
from pgcredits._cli.renewals import renew_rows, rows_of_file, rows_of_query, tell_report
from pgcredits._server.database import checked_url
from pgcredits._server.words import count

_ONE_SOURCE = "give PROFILE PERIOD_START ALLOWANCE, or --from FILE, or --query SQL"
Monthly = Annotated[
    int, typer.Option(metavar="N", help="Credits in the monthly bucket at the start.")
]
Addon = Annotated[int, typer.Option(metavar="N", help="Credits in the addon bucket at the start.")]


def open_profile(
    profile: Annotated[
        UUID | None,
        typer.Argument(metavar="PROFILE", help="Profile id (a UUID). Default: a new UUID."),
    ] = None,
    monthly: Monthly = 0,
    addon: Addon = 0,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Open a profile with its first credits."""
    profile_id = profile or uuid4()
    make_call(
        database_url,
        as_json,
        lambda client: client.open_profile(
            profile_id, credits_remaining=monthly, addon_credits=addon
        ),
        _tell_balance("Opened a profile with {buckets} credits."),
    )


def balance(
    profile: Profile,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=past,
            metavar="TIME",
            help=f"A moment in the past: {PAST_TIME}.",
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show what a profile has to spend, or had in the past."""

    def tell(balance: Balance) -> None:
        facts = {"profile": balance.profile_id, "ledger": f"newest row {balance.seq:,}"}
        amounts = buckets(balance.credits_remaining, balance.addon_credits)
        if at:
            say(f"{count(balance.available, 'credit')} at {when(at)}: {amounts}.", facts)
        else:
            say(
                f"{count(balance.available, 'credit')} to spend: {amounts}.",
                {"held": f"{balance.held:,}", "posted": f"{balance.posted:,}", **facts},
            )

    make_call(
        database_url,
        as_json,
        lambda client: client.balance_at(profile, at) if at else client.get_balance(profile),
        tell,
    )


def grant(
    profile: Profile,
    amount: Annotated[int, typer.Argument(metavar="AMOUNT", help="Credits to add.")],
    *,
    reference: Annotated[
        str, typer.Option(metavar="KEY", help="Your key, such as an order id: granted once.")
    ],
    expires_at: Annotated[
        datetime | None,
        typer.Option(
            parser=expiry,
            metavar="TIME",
            help="When they expire: 2026-03-01T00:00:00Z, 2026-03-01, or 14d: at the end of the "
            "14th day from today, in UTC. Such a pack is spent first.",
        ),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            metavar="paid|promo",
            help="What comes back to a pack after its expiry reopens it, or lapses.",
        ),
    ] = "paid",
    priority: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Of a pack: the smallest is spent first, and below 0 before the month.",
        ),
    ] = 0,
    reason: Reason = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Add bought credits to a profile, once per reference."""

    def tell(granted: GrantResult) -> None:
        pack = f", a {granted.kind} pack" if granted.expires_at else ""
        facts = {"profile": granted.profile_id, **change(granted)}
        if granted.expires_at:
            facts["expires"] = when(granted.expires_at)
        say(f"Granted {count(granted.amount, 'addon credit')}{pack}.{replay_note(granted)}", facts)

    make_call(
        database_url,
        as_json,
        lambda client: client.grant_addon(
            profile,
            amount,
            reference,
            expires_at=expires_at,
            kind=kind,
            priority=priority,
            reason=reason,
        ),
        tell,
    )


def renew(
    profile: Annotated[
        UUID | None, typer.Argument(metavar="PROFILE", help="Profile id (a UUID).")
    ] = None,
    period_start: Annotated[
        datetime | None,
        typer.Argument(
            parser=moment,
            metavar="PERIOD_START",
            help="When the month begins: 2026-03-01T00:00:00Z. It begins once.",
        ),
    ] = None,
    allowance: Annotated[
        int | None, typer.Argument(metavar="ALLOWANCE", help="The month's credits.")
    ] = None,
    *,
    rollover_cap: Annotated[
        int, typer.Option(metavar="N", help="Carry over at most this many unused credits.")
    ] = 0,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Renew all rows of a CSV file, or of - for stdin: profile_id, period_start, "
            "allowance and, if you like, rollover_cap.",
        ),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="Renew all rows of a query with the same columns."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write refused rows to a CSV file, to renew them later."),
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Begin a month: a new allowance, and a capped rollover.

    Of one profile, or with --from or --query of many: 200 in a transaction, so that customers are
    served meanwhile. All rows are checked before the first is renewed. A row that the database
    refuses stops no other; the exit code is then 1. What was renewed before is left as it is, so an
    interrupted run goes on when the same command is run again.
    """
    if source or query is not None:
        if (source and query is not None) or profile:
            raise typer.BadParameter(_ONE_SOURCE)
        _renew_many(source, query or "", rollover_cap, rejects, database_url, as_json=as_json)
    elif profile is None or period_start is None or allowance is None or rejects:
        raise typer.BadParameter(_ONE_SOURCE)
    else:
        make_call(
            database_url,
            as_json,
            lambda client: client.renew_monthly(
                profile, period_start, allowance, rollover_cap=rollover_cap
            ),
            _tell_renewal,
        )


def _tell_renewal(renewal: Renewal) -> None:
    say(
        f"Renewed with {count(renewal.allowance, 'monthly credit')}: {renewal.carried:,} carried "
        f"over, {renewal.lapsed:,} lapsed.{replay_note(renewal)}",
        {
            "profile": renewal.profile_id,
            "period": f"from {when(renewal.period_start)}",
            **change(renewal),
        },
    )


def _renew_many(
    source: Path | None,
    query: str,
    rollover_cap: int,
    rejects: Path | None,
    database_url: str | None,
    *,
    as_json: bool,
) -> None:
    if source and rejects and rejects.exists() and source.exists() and source.samefile(rejects):
        raise typer.BadParameter("it is the file of --from", param_hint="--rejects")
    with explained(as_json=as_json):
        url = checked_url(database_url)
        if source:
            rows, unit = rows_of_file(source, rollover_cap), "line"
        else:
            rows, unit = asyncio.run(rows_of_query(url, query, rollover_cap)), "row"
        report = asyncio.run(renew_rows(url, rows, unit, rejects))
        tell_report(report, rejects, as_json=as_json)


def change_allowance(
    profile: Profile,
    period_start: Annotated[
        datetime,
        typer.Argument(parser=moment, metavar="PERIOD_START", help="When the month began."),
    ],
    allowance: Annotated[
        int, typer.Argument(metavar="ALLOWANCE", help="The month's credits from now on.")
    ],
    reference: Annotated[
        str, typer.Argument(metavar="REFERENCE", help="The event that changed the plan, your key.")
    ],
    *,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Change the allowance of the present month, as of a plan. Down and up again gains nothing."""

    def tell(changed: AllowanceChange) -> None:
        say(
            f"Changed the allowance from {changed.previous_allowance:,} to "
            f"{count(changed.allowance, 'monthly credit')}.{replay_note(changed)}",
            {
                "profile": changed.profile_id,
                "period": f"from {when(changed.period_start)}",
                **change(changed),
                **({"owed": f"{changed.owed:,}"} if changed.owed else {}),
            },
        )

    make_call(
        database_url,
        as_json,
        lambda client: client.change_allowance(profile, period_start, allowance, reference),
        tell,
    )


def adjust(
    profile: Profile,
    adjustment_id: Annotated[
        str, typer.Argument(metavar="ADJUSTMENT_ID", help="Your key: the adjustment is made once.")
    ],
    *,
    monthly_delta: Annotated[
        int, typer.Option(metavar="N", help="Credits to add, or to take if negative.")
    ] = 0,
    addon_delta: Annotated[
        int, typer.Option(metavar="N", help="Credits to add, or to take if negative.")
    ] = 0,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Correct the buckets by hand, once per adjustment id."""
    make_call(
        database_url,
        as_json,
        lambda client: client.adjust_credits(
            profile,
            adjustment_id,
            monthly_delta=monthly_delta,
            addon_delta=addon_delta,
            reason=reason,
            actor=actor,
        ),
        _tell_balance("Adjusted to {buckets} credits."),
    )


def overdraft(
    profile: Profile,
    limit: Annotated[int, typer.Argument(metavar="LIMIT", help="Credits below zero; 0 for none.")],
    *,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Set how far below zero the addon bucket may go."""
    make_call(
        database_url,
        as_json,
        lambda client: client.set_overdraft_limit(profile, limit, reason=reason, actor=actor),
        _tell_balance(
            f"The addon bucket may go {count(limit, 'credit')} below zero: now {{buckets}}."
        ),
    )


def close(
    profile: Profile,
    *,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Close a profile: it takes no new jobs, grants or months."""
    make_call(
        database_url,
        as_json,
        lambda client: client.close_profile(profile, reason=reason, actor=actor),
        _tell_balance("Closed the profile with {buckets} credits."),
    )


def move(
    profile: Profile,
    to_profile: Annotated[
        UUID, typer.Argument(metavar="TO_PROFILE", help="The profile that gets the credits.")
    ],
    move_id: Annotated[
        str, typer.Argument(metavar="MOVE_ID", help="Your key: the move is made once.")
    ],
    *,
    monthly_rest: Annotated[
        str,
        typer.Option(
            metavar="monthly|addon|leave",
            help="Where monthly credits go: into the month there, to addon, or nowhere.",
        ),
    ] = "monthly",
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Move all that is left of a profile to another one, and close it.

    What its jobs give back later follows.
    """

    def tell(moved: MoveResult) -> None:
        amounts = buckets(moved.monthly_moved, moved.addon_moved)
        packs = f"{count(moved.packs, 'pack')} among them"
        say(
            f"Moved {amounts} credits, {packs}.{replay_note(moved)}",
            {"from": moved.profile_id, "to": moved.to_profile_id, **change(moved)},
        )

    make_call(
        database_url,
        as_json,
        lambda client: client.move_credits(
            profile, to_profile, move_id, reason=reason, actor=actor, monthly_rest=monthly_rest
        ),
        tell,
    )


def _tell_balance(sentence: str) -> Callable[[Balance], None]:
    def tell(balance: Balance) -> None:
        amounts = buckets(balance.credits_remaining, balance.addon_credits)
        say(
            f"{sentence.format(buckets=amounts)}{replay_note(balance)}",
            {"profile": balance.profile_id},
        )

    return tell


def statement(
    profile: Profile,
    *,
    before_seq: Annotated[
        int | None,
        typer.Option(metavar="N", help="Only rows older than this one. Default: the newest rows."),
    ] = None,
    page_size: PageSize = 50,
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
        none = "No older ledger rows." if before_seq else "No ledger rows."
        print("\n".join(ledger_lines(entries)) if entries else none)
        if page["next_before_seq"]:
            print(f"Older rows: --before-seq {page['next_before_seq']}")

    make_call(database_url, as_json, page, tell)
