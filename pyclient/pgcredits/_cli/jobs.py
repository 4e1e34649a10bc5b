"""The commands on a job: its credits are taken, held, settled and given back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import typer

from pgcredits import (
    Credits,
    JobEntry,
    Refund,
    Reservation,
    ReservationPreview,
    Settlement,
    new_job_id,
)
from pgcredits._cli.common import (
    AsJson,
    DatabaseUrl,
    Job,
    JobProfile,
    Profile,
    Reason,
    Spender,
    duration,
    make_call,
)
from pgcredits._cli.output import buckets, change, event_lines, replay_note, say, when
from pgcredits._server.words import count


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"not JSON: {error}") from error


def reserve(
    profile: Profile,
    cost: Annotated[int, typer.Argument(metavar="COST", help="What the job costs, in credits.")],
    *,
    job: Annotated[
        UUID | None,
        typer.Option(
            metavar="UUID",
            help="Job id (a UUID); a job is charged at most once. Default: a new UUID.",
        ),
    ] = None,
    meta: Annotated[
        Any, typer.Option(parser=_json_value, metavar="JSON", help="Your metadata, a JSON object.")
    ] = None,
    hold_for: Annotated[
        timedelta | None,
        typer.Option(
            parser=duration,
            metavar="TIME",
            help="Return the credits automatically unless the job is settled within TIME: "
            "90s, 15m, 2h, 7d.",
        ),
    ] = None,
    spender: Spender = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Take the credits of a job: early packs, then monthly, then addon."""
    job_id = job or new_job_id(profile)  # which a strict proxy of shards takes, too

    def tell(reservation: Reservation) -> None:
        taken = buckets(reservation.monthly_deducted, reservation.addon_deducted)
        say(
            f"Reserved {count(reservation.cost, 'credit')}: {taken}.{replay_note(reservation)}",
            _facts(reservation),
        )

    make_call(
        database_url,
        as_json,
        lambda client: client.reserve_credits(
            profile, job_id, cost, meta=meta, hold_for=hold_for, spender=spender
        ),
        tell,
    )


def preview(
    profile: Profile,
    cost: Annotated[int, typer.Argument(metavar="COST", help="What a job would cost, in credits.")],
    *,
    spender: Spender = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show what a job of this cost would take now. Takes nothing."""

    def tell(found: ReservationPreview) -> None:
        taken = buckets(found.monthly_deducted, found.addon_deducted)
        say(
            f"A job of {count(found.cost, 'credit')} would take {taken}.",
            {"profile": found.profile_id, **change(found)},
        )

    make_call(
        database_url,
        as_json,
        lambda client: client.preview_reserve(profile, cost, spender=spender),
        tell,
    )


def _facts(reservation: Reservation) -> dict[str, object]:
    now = "" if reservation.state == "reserved" else f", now {reservation.state}"
    facts: dict[str, object] = {
        "job": f"{reservation.job_id}{now}",
        "profile": reservation.profile_id,
        **change(reservation),
    }
    if reservation.hold_expires_at:
        facts["held"] = f"until {when(reservation.hold_expires_at)}"
    return facts


def raise_reservation(
    job: Job,
    cost: Annotated[
        int,
        typer.Argument(metavar="COST", help="What it holds at least from now on, in credits."),
    ],
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Let a reserved job take more, up to this cost."""

    def tell(reservation: Reservation) -> None:
        held = buckets(reservation.monthly_deducted, reservation.addon_deducted)
        say(
            f"The job holds {count(reservation.cost, 'credit')}: {held}.{replay_note(reservation)}",
            _facts(reservation),
        )

    make_call(
        database_url,
        as_json,
        lambda client: client.raise_reservation(job, cost, profile_id=profile),
        tell,
    )


def extend(
    job: Job,
    hold_for: Annotated[
        timedelta,
        typer.Argument(
            parser=duration,
            metavar="HOLD_FOR",
            help="At least this long from now: 90s, 15m, 2h, 7d.",
        ),
    ],
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Extend the hold of a job."""

    def tell(reservation: Reservation) -> None:
        say("The hold lasts at least this long.", _facts(reservation))

    make_call(
        database_url,
        as_json,
        lambda client: client.extend_hold(job, hold_for, profile_id=profile),
        tell,
    )


def settle(
    job: Job,
    actual_cost: Annotated[
        int | None,
        typer.Argument(
            metavar="ACTUAL_COST",
            help="In credits. Default: what the job holds, or held until its hold expired.",
        ),
    ] = None,
    *,
    overage: Annotated[
        str,
        typer.Option(
            metavar="cap|reject",
            help="If there are too few credits: take what is there, or refuse.",
        ),
    ] = "cap",
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Settle a job at its actual cost.

    Gives back what is left over, or draws more.
    """
    make_call(
        database_url,
        as_json,
        lambda client: client.settle_job(job, actual_cost, overage=overage, profile_id=profile),
        _tell_settlement,
    )


def _tell_settlement(settled: Settlement) -> None:
    facts: dict[str, object] = {"job": settled.job_id, "profile": settled.profile_id}
    if settled.monthly_refunded or settled.addon_refunded:
        facts["back"] = buckets(settled.monthly_refunded, settled.addon_refunded)
    if settled.monthly_lapsed or settled.addon_lapsed:
        facts["lapsed"] = buckets(settled.monthly_lapsed, settled.addon_lapsed)
    if settled.shortfall:
        facts["short"] = f"{count(settled.shortfall, 'credit')} that no bucket could pay"
    if settled.late:
        facts["late"] = "the hold had expired: the whole cost was drawn anew"
    held = buckets(settled.monthly_deducted, settled.addon_deducted)
    say(
        f"Settled at {count(settled.settled_cost, 'credit')}: the job holds {held}."
        f"{replay_note(settled)}",
        {**facts, **change(settled)},
    )


def refund(
    job: Job,
    *,
    amount: Annotated[
        int | None,
        typer.Option(metavar="N", help="Credits to give back. Default: all that are still out."),
    ] = None,
    refund_id: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Your key of a partial refund: it is made once."),
    ] = None,
    reason: Reason = None,
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Give a job's credits back to the buckets they came from."""
    make_call(
        database_url,
        as_json,
        lambda client: client.refund_job(
            job, amount=amount, refund_id=refund_id, reason=reason, profile_id=profile
        ),
        _tell_return("Refunded"),
    )


def rollback(
    job: Job,
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Give back a reservation whose job never started."""
    make_call(
        database_url,
        as_json,
        lambda client: client.rollback_reservation(job, profile_id=profile),
        _tell_return("Rolled back"),
    )


def _tell_return(verb: str) -> Callable[[Refund], None]:
    def tell(refund: Refund) -> None:
        returned = buckets(refund.monthly_refunded, refund.addon_refunded)
        facts: dict[str, object] = {
            "job": f"{refund.job_id}, now {refund.state}",
            "profile": refund.profile_id,
            **change(refund),
        }
        if refund.monthly_lapsed or refund.addon_lapsed:
            facts["lapsed"] = buckets(refund.monthly_lapsed, refund.addon_lapsed)
        say(
            f"{verb} {count(refund.amount, 'credit')}: {returned}.{replay_note(refund)}"
            if refund.amount
            else "Nothing to give back: the job holds no credits.",
            facts,
        )

    return tell


def explain(
    job: Job,
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show the history of one job, oldest first."""

    async def history(client: Credits) -> dict[str, Any]:
        events = await client.explain_job(job, profile_id=profile)
        return {
            "job_id": job,
            "job": await client.get_job(job, profile_id=profile),
            "events": events,
        }

    def tell(history: dict[str, Any]) -> None:
        found: JobEntry = history["job"]
        facts: dict[str, object] = {"profile": found.profile_id}
        if found.spender is not None:
            facts["spender"] = found.spender
        if found.settled_cost is not None:
            late = ", late" if found.settled_late else ""
            facts["settled"] = f"at {found.settled_cost:,} of {found.reserved_cost:,}{late}"
        if found.shortfall:
            facts["short"] = f"{found.shortfall:,} that no bucket could pay"
        facts["meta"] = json.dumps(found.meta_json)
        say(
            f"{found.state}: {found.outstanding:,} of {count(found.reserved_cost, 'credit')}.",
            facts,
        )
        print("\n".join(event_lines(history["events"])))

    make_call(database_url, as_json, history, tell)
