"""The commands on what a refund or a dispute takes back: of a grant, and of a month."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from pgcredits import Credits, Revocation
from pgcredits._cli.common import (
    Actor,
    AsJson,
    DatabaseUrl,
    GrantReference,
    NeededReason,
    Profile,
    make_call,
    moment,
)
from pgcredits._cli.output import change, replay_note, say, say_grant, when
from pgcredits._server.words import count

RevocationId = Annotated[
    str,
    typer.Argument(
        metavar="REVOCATION_ID", help="Your key: the id of the refund or the dispute. It acts once."
    ),
]
Amount = Annotated[
    int | None,
    typer.Option(metavar="N", help="Credits that this one takes back. Default: all that is left."),
]
PeriodStart = Annotated[
    datetime,
    typer.Argument(
        parser=moment, metavar="PERIOD_START", help="When the month began: 2026-03-01T00:00:00Z."
    ),
]


def revoke(
    profile: Profile,
    reference: GrantReference,
    revocation_id: RevocationId,
    *,
    amount: Amount = None,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Take a grant back, all or part, after a refund or a dispute.

    What jobs have spent of it goes back to it first when they return it.
    """
    make_call(
        database_url,
        as_json,
        lambda client: client.revoke_grant(
            profile, reference, revocation_id, amount=amount, reason=reason, actor=actor
        ),
        _tell_revocation,
    )


def reinstate(
    profile: Profile,
    reference: GrantReference,
    revocation_id: RevocationId,
    *,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Undo a revocation of a grant.

    Exactly what it collected comes back.
    """
    make_call(
        database_url,
        as_json,
        lambda client: client.reinstate_grant(
            profile, reference, revocation_id, reason=reason, actor=actor
        ),
        _tell_revocation,
    )


def revoke_renewal(
    profile: Profile,
    period_start: PeriodStart,
    revocation_id: RevocationId,
    *,
    amount: Amount = None,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Take the allowance of a month back, all or part.

    What jobs have spent of it goes back to it first when they return it.
    """
    make_call(
        database_url,
        as_json,
        lambda client: client.revoke_renewal(
            profile, period_start, revocation_id, amount=amount, reason=reason, actor=actor
        ),
        _tell_revocation,
    )


def reinstate_renewal(
    profile: Profile,
    period_start: PeriodStart,
    revocation_id: RevocationId,
    *,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Undo a revocation of the allowance of a month.

    Exactly what it collected comes back, into the present month.
    """
    make_call(
        database_url,
        as_json,
        lambda client: client.reinstate_renewal(
            profile, period_start, revocation_id, reason=reason, actor=actor
        ),
        _tell_revocation,
    )


def _tell_revocation(revocation: Revocation) -> None:
    if revocation.state == "ended":
        sentence = "The revocation has ended: it takes nothing."
    else:
        asked = "" if revocation.requested is None else f" of {revocation.requested:,} asked for"
        sentence = (
            f"Revoked {count(revocation.amount, 'credit')}{asked}: "
            f"{revocation.collected:,} collected, {revocation.uncollected:,} were spent, "
            f"{revocation.lapsed:,} had lapsed."
        )
    source = (
        {"grant": revocation.reference}
        if revocation.period_start is None
        else {"period": f"from {when(revocation.period_start)}"}
    )
    say(
        sentence + replay_note(revocation),
        {
            "profile": revocation.profile_id,
            **source,
            "key": revocation.revocation_id,
            **change(revocation),
        },
    )


def find_grants(
    reference: GrantReference,
    *,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show which profiles were granted a reference, such as a payment."""

    async def grants(client: Credits) -> dict[str, Any]:
        return {"reference": reference, "grants": await client.find_grants(reference)}

    def tell(found: dict[str, Any]) -> None:
        for grant in found["grants"]:
            say_grant(grant, {"profile": grant.profile_id})
        if not found["grants"]:
            print("Nobody was granted this reference.")

    make_call(database_url, as_json, grants, tell)
