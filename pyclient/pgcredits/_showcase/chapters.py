"""The later chapters of the demo: jobs settle, are refunded in part; months begin, packs expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from pgcredits import Credits, LedgerEntry
from pgcredits._server.database import Connection
from pgcredits._showcase.conservation import Amounts

_HOLD = timedelta(minutes=15)
# Only on a server of the demo's own, where nothing else lives by the clock.
_CLOCK_AHEAD = """
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select clock_timestamp() + interval '31 days' $$
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """An idea: the buckets after each step, and the ledger oldest first."""

    title: str
    text: str
    note: str
    profile_id: UUID
    steps: list[tuple[str, Amounts]]
    ledger: list[LedgerEntry]


class _Story:
    """A chapter while it is played, on a new profile."""

    def __init__(self, connection: Connection) -> None:
        self.client = Credits(connection)
        self.profile_id = uuid4()
        self._steps: list[tuple[str, Amounts]] = []

    async def begin(self, monthly: int, addon: int) -> None:
        """Opens the profile with these credits."""
        await self.client.open_profile(
            self.profile_id, credits_remaining=monthly, addon_credits=addon
        )
        await self.step("before")

    async def step(self, words: str) -> None:
        """Notes the buckets after a step."""
        balance = await self.client.get_balance(self.profile_id)
        self._steps.append((words, Amounts.of(balance)))

    async def end(self, title: str, text: str, note: str = "") -> Chapter:
        """The chapter, with the profile's ledger."""
        return Chapter(
            title=title,
            text=text,
            note=note,
            profile_id=self.profile_id,
            steps=self._steps,
            ledger=(await self.client.get_statement(self.profile_id))[::-1],
        )


async def play_chapters(connection: Connection, *, own_server: bool) -> list[Chapter]:
    """Plays every chapter.

    ``own_server``: whether the server is the demo's own, whose clock it may move ahead.
    """
    return [
        await _play_settling(connection),
        await _play_partial_refund(connection),
        await _play_renewal(connection),
        await _play_pack(connection, own_server=own_server),  # last, since it moves the clock
    ]


async def _play_settling(connection: Connection) -> Chapter:
    story = _Story(connection)
    less, more = uuid4(), uuid4()
    await story.begin(500, 5_000)
    await story.client.reserve_credits(story.profile_id, less, 2_000, hold_for=_HOLD)
    await story.step("reserve 2,000, held for 15 minutes")
    await story.client.settle_job(less, 1_200)
    await story.step("settle at 1,200: 800 come back")
    await story.client.reserve_credits(story.profile_id, more, 1_000, hold_for=_HOLD)
    await story.step("reserve 1,000, held for 15 minutes")
    await story.client.settle_job(more, 1_600)
    await story.step("settle at 1,600: 600 more are drawn")
    return await story.end(
        "The cost is known afterwards",
        "Two jobs reserve an estimate with a hold, and settle_job charges what they cost. A job "
        "that is never settled gives everything back when its hold expires.",
    )


async def _play_partial_refund(connection: Connection) -> Chapter:
    story = _Story(connection)
    job_id = uuid4()
    await story.begin(500, 5_000)
    await story.client.reserve_credits(story.profile_id, job_id, 2_000)
    await story.step("reserve 2,000")
    await story.client.refund_job(job_id, amount=600, refund_id="page-3")
    await story.step("refund 600 under the key page-3")
    await story.client.refund_job(job_id, amount=1_200, refund_id="page-7")
    await story.step("refund 1,200 under the key page-7")
    return await story.end(
        "A part of the work fails",
        "What was taken last goes back first: addon credits, then monthly ones. Each part has a "
        "key, and goes back once.",
    )


async def _play_renewal(connection: Connection) -> Chapter:
    story = _Story(connection)
    await story.begin(500, 1_000)
    await story.client.reserve_credits(story.profile_id, uuid4(), 200)
    await story.step("reserve 200")
    await story.client.renew_monthly(
        story.profile_id, datetime.now(UTC).replace(microsecond=0), 500, rollover_cap=100
    )
    await story.step("renew with 500, carry at most 100 over")
    return await story.end(
        "A new month begins",
        "renew_monthly carries 100 of the 300 unused credits over; 200 lapse. Addon credits stay "
        "as they are.",
    )


async def _play_pack(connection: Connection, *, own_server: bool) -> Chapter:
    story = _Story(connection)
    await story.begin(0, 1_000)
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    await story.client.grant_addon(
        story.profile_id, 500, "spring-sale", expires_at=expires_at, kind="promo"
    )
    await story.step("grant a pack of 500 for 30 days")
    await story.client.reserve_credits(story.profile_id, uuid4(), 200)
    await story.step("reserve 200")
    note = "The pack's expiry is left out: for it, the demo moves the clock of a server of its own."
    if own_server:
        await connection.execute(_CLOCK_AHEAD)
        await story.client.expire_packs()
        await story.step("31 days later: 300 lapsed")
        note = ""
    return await story.end(
        "A pack expires",
        "Jobs spend a pack before other addon credits. When it expires, what is left of it lapses, "
        "and nothing else.",
        note,
    )
