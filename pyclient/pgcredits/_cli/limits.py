"""The commands about spend limits: who may spend how much, and what is left of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

import typer

from pgcredits import Credits, LimitEntry
from pgcredits._cli.common import (
    Actor,
    AsCsv,
    AsJson,
    DatabaseUrl,
    NeededReason,
    Profile,
    Spender,
    check_one_format,
    make_call,
)
from pgcredits._cli.output import limit_lines, print_csv, replay_note, say, when
from pgcredits._server.words import count


def limits(
    profile: Profile,
    *,
    spender: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only limits of this spender. Default: all.")
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show the limits of a profile: what is spent and left, and when each resets."""
    check_one_format(as_json=as_json, as_csv=as_csv)

    async def read(client: Credits) -> dict[str, Any]:
        found = await client.get_limits(profile, spender=spender)
        return {"profile_id": profile, "limits": found}

    def tell(read: dict[str, Any]) -> None:
        found: list[LimitEntry] = read["limits"]
        if as_csv:
            names = [field.name for field in fields(LimitEntry) if field.name != "replayed"]
            print_csv(names, [[getattr(limit, name) for name in names] for limit in found])
        else:
            print("\n".join(limit_lines(found)) if found else "No limits.")

    make_call(database_url, as_json, read, tell)


def limit(
    profile: Profile,
    window: Annotated[
        str, typer.Argument(metavar="day|week|month|total", help="The window of time.")
    ],
    amount: Annotated[
        int | None,
        typer.Argument(metavar="AMOUNT", help="Credits that may be spent in it; or --remove."),
    ] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take the limit away.")] = False,
    spender: Spender = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE",
            help="Whose calendar it is, such as Europe/Berlin. Default: what it is, at first UTC.",
        ),
    ] = None,
    reason: NeededReason,
    actor: Actor,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Limit what a spender, or without --spender the profile as a whole, may spend."""
    if remove == (amount is not None):
        raise typer.BadParameter("give an AMOUNT or --remove", param_hint="AMOUNT")

    def tell(found: LimitEntry) -> None:
        whose = "the profile as a whole" if found.spender is None else found.spender
        per = "in total" if found.window_name == "total" else f"per {found.window_name}"
        facts: dict[str, object] = {"profile": found.profile_id, "spender": whose}
        if found.amount is None:
            say(f"No limit {per}.{replay_note(found)}", facts)
            return
        facts["spent"] = f"{found.spent:,}, {found.remaining:,} left"
        if found.resets_at is not None:
            facts["resets"] = f"{when(found.resets_at)}, by the calendar of {found.time_zone}"
        say(f"At most {count(found.amount, 'credit')} {per}.{replay_note(found)}", facts)

    make_call(
        database_url,
        as_json,
        lambda client: client.set_limit(
            profile, spender, window, amount, reason=reason, actor=actor, time_zone=time_zone
        ),
        tell,
    )
