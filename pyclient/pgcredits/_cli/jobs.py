"""The commands on a job: its credits are taken, held, settled and given back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from pgcredits import Credits, Refund, Reservation, Settlement
from pgcredits._cli.common import (
    AsJson,
    DatabaseUrl,
    Job,
    JobProfile,
    Profile,
    Reason,
    duration,
    make_call,
)
from pgcredits._cli.output import buckets, change, event_lines, replay_note, say, when


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
            metavar="UUID", help="Id of the job, a UUID: it is charged once. Else a new one."
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
            help="They go back unless the job is settled in time: 90s, 15m, 2h, 7d.",
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Take the credits of a job, monthly first, then addon."""
    job_id = job or uuid4()

    def tell(reservation: Reservation) -> None:
        taken = buckets(reservation.monthly_deducted, reservation.addon_deducted)
        say(
            f"Reserved {reservation.cost:,} credits: {taken}.{replay_note(reservation)}",
            _facts(reservation),
        )

    make_call(
        database_url,
        as_json,
        lambda client: client.reserve_credits(profile, job_id, cost, meta=meta, hold_for=hold_for),
        tell,
    )


def _facts(reservation: Reservation) -> dict[str, object]:
    facts = {"job": reservation.job_id, "profile": reservation.profile_id, **change(reservation)}
    if reservation.hold_expires_at:
        facts["held"] = f"until {when(reservation.hold_expires_at)}"
    return facts


def extend(
    job: Job,
    hold_for: Annotated[
        timedelta,
        typer.Argument(
            parser=duration, metavar="HOLD_FOR", help="From now, at least: 90s, 15m, 2h, 7d."
        ),
    ],
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Give a job with a hold more time."""

    def tell(reservation: Reservation) -> None:
        say("The job has at least this time.", _facts(reservation))

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
        typer.Argument(metavar="ACTUAL_COST", help="In credits. Else what the job holds now."),
    ] = None,
    *,
    overage: Annotated[
        str,
        typer.Option(
            metavar="cap|reject",
            help="Where the credits are not there: take what is there, or refuse.",
        ),
    ] = "cap",
    profile: JobProfile = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Fix a job at its actual cost: give the rest back, or take more."""
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
        facts["short"] = f"{settled.shortfall:,} credits that no bucket could pay"
    if settled.late:
        facts["late"] = "the hold had expired: the whole cost was drawn anew"
    held = buckets(settled.monthly_deducted, settled.addon_deducted)
    say(
        f"Settled at {settled.settled_cost:,} credits: the job holds {held}.{replay_note(settled)}",
        {**facts, **change(settled)},
    )


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
            f"{verb} {refund.amount:,} credits: {returned}.{replay_note(refund)}"
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
    """Tell the story of one job, oldest first."""

    async def story(client: Credits) -> dict[str, Any]:
        return {"job_id": job, "events": await client.explain_job(job, profile_id=profile)}

    make_call(
        database_url,
        as_json,
        story,
        lambda story: print("\n".join(event_lines(story["events"]))),
    )
