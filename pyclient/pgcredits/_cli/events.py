"""The commands that say what is told of profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import typer

from pgcredits import Alert, Credits
from pgcredits._cli.common import AsJson, DatabaseUrl, Profile, make_call
from pgcredits._cli.output import progress_bar, say, when
from pgcredits._server.words import count

_ALL_IDS = 1 << 128


@dataclass(frozen=True, slots=True)
class _Watched:
    """What a run of ``watch`` did."""

    pages: int


def alert(
    profile: Profile,
    *,
    low_balance: Annotated[
        int | None,
        typer.Option(metavar="N", help="Tell when the balance falls below it. Default: never."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="Tell this kind of event, such as credits.low; may be repeated. Default: "
            "those of the settings.",
        ),
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="Tell nothing.")] = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Set what is told of a profile: which events, and below which balance it is low."""
    if nothing and (kind or low_balance is not None):
        raise typer.BadParameter("it goes with no other option", param_hint="--nothing")

    def tell(alert: Alert) -> None:
        facts: dict[str, object] = {"profile": alert.profile_id}
        if alert.low_balance is not None:
            now = ", as it is now" if alert.low else ""
            facts["low"] = f"below {alert.low_balance:,}{now}"
        if alert.topup_below is not None:
            facts["top-up"] = (
                f"{count(alert.topup_amount or 0, 'credit')} below {alert.topup_below:,}"
            )
        if alert.topup_paused_until is not None:
            facts["paused"] = f"until {when(alert.topup_paused_until)}"
        say(f"Told of it from now on: {', '.join(alert.kinds) or 'nothing'}.", facts)

    make_call(
        database_url,
        as_json,
        lambda client: client.set_alert(
            profile, low_balance=low_balance, kinds=[] if nothing else kind or None
        ),
        tell,
    )


def watch(
    batch_size: Annotated[
        int, typer.Option(metavar="N", help="Profiles per transaction, at most 1,000.")
    ] = 200,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Apply what the settings say of events to the profiles that are there.

    New profiles have it from the start, and those with an alert of their own keep it. It may run
    at any time and again: profiles that have it already are only read.
    """

    async def pages(client: Credits) -> _Watched:
        done, last = 0, await client.watch_profiles(batch_size=batch_size)
        with progress_bar() as progress:
            task = progress.add_task("Profiles", total=_ALL_IDS)  # most ids are random
            while last is not None:
                done += 1
                progress.update(task, completed=UUID(str(last)).int)
                last = await client.watch_profiles(after_id=last, batch_size=batch_size)
        return _Watched(done)

    def tell(watched: _Watched) -> None:
        say(
            "Every profile has what the settings say, or an alert of its own.",
            {"pages": f"{watched.pages:,} of up to {count(batch_size, 'profile')}"},
        )

    make_call(database_url, as_json, pages, tell)
