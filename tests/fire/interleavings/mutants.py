"""Rules taken out of the SQL, one at a time, and the named interleavings that must notice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fire.interleavings.sessions import Lane
from fire.mutants import mutant
from fire.mutants.catalogue.jobs import JOB_BEFORE_LOCK
from fire.mutants.edits import Edit, instead, never, only_if, without
from fire.mutants.places import Change


@dataclass(frozen=True)
class Mutant:
    """``edit`` of the rule of a function; ``title`` of what notices, and ``kinds`` of violations
    that it may be noticed as."""

    name: str
    function: str
    edit: Edit
    title: str
    kinds: tuple[str, ...]
    level: str = "read committed"

    def __str__(self) -> str:
        return self.name

    def change(self) -> Change:
        return mutant.Mutant(self.name, self.function, self.edit).change()


@asynccontextmanager
async def mutated(lane: Lane, mutant: Mutant) -> AsyncIterator[None]:
    """The lane's database with one rule less."""
    change = mutant.change()
    await lane.observer.execute(change.new)
    try:
        yield
    finally:
        await lane.reconnect()
        await lane.observer.execute(change.old)


NO_WAIT, WAIT = "a wait where there must be one", "no wait where there must be none"

MUTANTS = [
    Mutant(
        "no lock",
        "_lock_profile",
        without("for no key update"),
        "1 two reserves, funds for one",
        (NO_WAIT, "other errors"),
    ),
    Mutant(
        "a lock that keeps out rows that reference the profile",
        "_lock_profile",
        instead("for no key update", "for update"),
        "14 both inserted a row that references the profile, then reserve",
        (WAIT, "40P01"),
    ),
    Mutant(
        "a lock that several may have",
        "_lock_profile",
        instead("for no key update", "for share"),
        "6 reserve: a replay waits for a replay",
        (NO_WAIT,),
    ),
    Mutant(
        "a replay before the lock",
        "reserve_credits",
        only_if("not exists (select from credits.jobs j where j.id = job_id)", "_lock_profile"),
        "6 reserve: a replay waits for the lock too",
        (NO_WAIT,),
    ),
    Mutant(
        "a job that is read before the lock",
        "_lock_job",
        JOB_BEFORE_LOCK,
        "7 two parts, together too much",
        ("a serial order gives this", "other errors"),
    ),
    Mutant(
        "the job is locked before the profile",
        "_lock_job",
        instead("of p, j", "of j, p"),
        "12 refund by job id beside a reserve that works the job off: profile before job in both",
        ("40P01",),
    ),
    Mutant(
        "a sweep that waits",
        "expire_holds",
        without("skip locked"),
        "10 expire_holds | expire_holds: each once",
        (WAIT,),
    ),
    Mutant(
        "a job id that is only looked for",
        "reserve_credits",
        without("on conflict do nothing"),
        "4 one job id for two profiles",
        ("23505",),
    ),
    Mutant(
        "the clock is read before the lock",
        "_lock_job",
        instead("<= _now()", "<= statement_timestamp()"),
        "9 grant | settle: the deadline passes, and it settles late",
        ("a serial order gives this",),
    ),
    Mutant(
        "a sweep that waits for a successor",
        "_sweep",
        never("profile.closed_at is not null and not _try_lock_successors(profile.id)"),
        "21 grant to a successor | expire_holds passes over who was moved to it",
        (WAIT,),
    ),
]
