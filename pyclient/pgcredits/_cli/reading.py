"""The commands that only look: profiles, and the jobs and grants of one, page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from pgcredits import Balance, Credits, GrantEntry, JobEntry, ListedProfile, ProfileEntry
from pgcredits._cli.common import AsJson, DatabaseUrl, PageSize, Profile, make_call
from pgcredits._cli.output import buckets, job_lines, profile_lines, say, say_grant, when
from pgcredits._server.words import count

_Row = TypeVar("_Row")
_Place = TypeVar("_Place")


def profile(profile: Profile, *, database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Show a profile: its balance, month, packs, open holds and limits."""

    async def read(client: Credits) -> dict[str, Any]:
        balance = await client.get_balance(profile)
        return {"profile": await client.get_profile(profile), "balance": balance}

    def tell(read: dict[str, Any]) -> None:
        balance: Balance = read["balance"]
        say(
            f"{buckets(balance.credits_remaining, balance.addon_credits)} credits.",
            _facts(read["profile"], balance),
        )

    make_call(database_url, as_json, read, tell)


def _facts(entry: ProfileEntry, balance: Balance) -> dict[str, object]:
    facts: dict[str, object] = {"profile": entry.profile_id, "opened": when(entry.created_at)}
    if entry.period_start is not None:
        facts["month"] = f"since {when(entry.period_start)}, allowance {entry.allowance:,}"
    if entry.packs and entry.next_pack_expiry is not None:
        expiry = when(entry.next_pack_expiry)
        facts["packs"] = (
            f"{entry.packs:,} with {count(entry.pack_credits, 'credit')}, first until {expiry}"
        )
    if entry.open_holds and entry.next_hold_expiry is not None:
        until = when(entry.next_hold_expiry)
        facts["holds"] = (
            f"{entry.open_holds:,} with {count(balance.held or 0, 'credit')}, first until {until}"
        )
    if entry.low_balance is not None:
        facts["low"] = f"below {entry.low_balance:,}{', as it is now' if entry.low else ''}"
    if entry.limits:
        facts["limits"] = f"{entry.limits:,}, {entry.limits_reached:,} with nothing left"
    if entry.overdraft_limit:
        facts["debt"] = f"down to -{entry.overdraft_limit:,}"
    if entry.uncollected:
        facts["waits"] = f"{entry.uncollected:,} to collect from what jobs give back"
    if entry.closed_at is not None:
        facts["closed"] = when(entry.closed_at)
    if entry.to_profile_id is not None:
        facts["moved"] = f"to {entry.to_profile_id}"
    return facts


def profiles(
    *,
    after: Annotated[
        UUID | None,
        typer.Option(metavar="UUID", help="Only profiles after this id. Default: the first ones."),
    ] = None,
    page_size: PageSize = 50,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Print a page of all profiles, in the order of their ids."""

    async def page(client: Credits) -> dict[str, Any]:
        def read(last: UUID | None, size: int) -> Awaitable[list[ListedProfile]]:
            return client.list_profiles(after_profile_id=last, page_size=size)

        found, last = await _page(read, after, page_size, lambda each: each.profile_id)
        return {"profiles": found, "next_after": last}

    def tell(page: dict[str, Any]) -> None:
        nobody = "No more profiles." if after else "No profiles."
        print("\n".join(profile_lines(page["profiles"])) if page["profiles"] else nobody)
        if page["next_after"]:
            print(f"More profiles: --after {page['next_after']}")

    make_call(database_url, as_json, page, tell)


def jobs(
    profile: Profile,
    *,
    state: Annotated[
        str | None,
        typer.Option(
            metavar="reserved|settled|rolled_back|expired|refunded",
            help="Only jobs in this state. Default: all.",
        ),
    ] = None,
    before_job: Annotated[
        UUID | None,
        typer.Option(metavar="UUID", help="Only jobs older than this one. Default: the newest."),
    ] = None,
    spender: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only jobs of this spender. Default: all.")
    ] = None,
    page_size: PageSize = 50,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Print a page of a profile's jobs, newest first."""

    async def page(client: Credits) -> dict[str, Any]:
        def read(last: UUID | None, size: int) -> Awaitable[list[JobEntry]]:
            return client.list_jobs(
                profile, state=state, before_job_id=last, page_size=size, spender=spender
            )

        found, older = await _page(read, before_job, page_size, lambda each: each.job_id)
        return {"profile_id": profile, "jobs": found, "next_before_job": older}

    def tell(page: dict[str, Any]) -> None:
        none = "No older jobs." if before_job else "No jobs."
        print("\n".join(job_lines(page["jobs"])) if page["jobs"] else none)
        if page["next_before_job"]:
            print(f"Older jobs: --before-job {page['next_before_job']}")

    make_call(database_url, as_json, page, tell)


def grants(
    profile: Profile,
    *,
    before_seq: Annotated[
        int | None,
        typer.Option(metavar="N", help="Only grants older than this row. Default: the newest."),
    ] = None,
    page_size: PageSize = 50,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Print a page of a profile's grants, newest first."""

    async def page(client: Credits) -> dict[str, Any]:
        def read(last: int | None, size: int) -> Awaitable[list[GrantEntry]]:
            return client.list_grants(profile, before_seq=last, page_size=size)

        found, older = await _page(read, before_seq, page_size, lambda each: each.seq)
        return {"profile_id": profile, "grants": found, "next_before_seq": older}

    def tell(page: dict[str, Any]) -> None:
        for grant in page["grants"]:
            say_grant(grant, {"reference": grant.reference})
        if not page["grants"]:
            print("No older grants." if before_seq else "No grants.")
        if page["next_before_seq"]:
            print(f"Older grants: --before-seq {page['next_before_seq']}")

    make_call(database_url, as_json, page, tell)


async def _page(
    read: Callable[[_Place | None, int], Awaitable[list[_Row]]],
    place: _Place | None,
    size: int,
    place_of: Callable[[_Row], _Place],
) -> tuple[list[_Row], _Place | None]:
    """A page from a place on, and where the next one begins: None where nothing follows.

    ``read``: the rows after a place, at most so many.
    """
    found = await read(place, size)
    if len(found) < size or not await read(place_of(found[-1]), 1):
        return found, None
    return found, place_of(found[-1])
