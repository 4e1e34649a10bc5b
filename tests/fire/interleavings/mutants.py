"""Rules taken out of the SQL, one at a time, and the named interleavings that must notice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fire.interleavings.sessions import Lane
from support import function_file


@dataclass(frozen=True)
class Mutant:
    """``edits`` of one file, each a text and what stands there instead; ``title`` of what notices,
    and ``kinds`` of violations that it may be noticed as."""

    name: str
    function: str
    edits: tuple[tuple[str, str], ...]
    title: str
    kinds: tuple[str, ...]
    level: str = "read committed"

    def __str__(self) -> str:
        return self.name

    def text(self) -> str:
        text = self.original()
        for old, new in self.edits:
            assert text.count(old) == 1, f"{self.function} has no single {old!r}"
            text = text.replace(old, new)
        return text

    def original(self) -> str:
        return function_file(self.function).read_text("utf-8")


@asynccontextmanager
async def mutated(lane: Lane, mutant: Mutant) -> AsyncIterator[None]:
    """The lane's database with one rule less."""
    await lane.observer.execute(mutant.text())
    try:
        yield
    finally:
        await lane.reconnect()
        await lane.observer.execute(mutant.original())


NO_WAIT, WAIT = "a wait where there must be one", "no wait where there must be none"
LOCK = "     for no key update;\n"
LOCK_CALL = "  v_profile := credits._lock_profile(reserve_credits.profile_id);\n\n"
JOB_LOCK = "    v_profile := credits._lock_profile(v_profile_id);\n"
JOB_READ = """    select j.* into v_job
      from credits.jobs j
     where j.id = _lock_job.job_id
       and j.profile_id = v_profile.id;
"""
REPLAY = """  if exists (select from credits.jobs j where j.id = reserve_credits.job_id) then
    return credits._replay_reservation(
      reserve_credits.profile_id, reserve_credits.job_id, reserve_credits.cost);
  end if;
"""

MUTANTS = [
    Mutant(
        "no lock",
        "_lock_profile",
        ((LOCK, ";\n"),),
        "1 two reserves, funds for one",
        (NO_WAIT, "other errors"),
    ),
    Mutant(
        "a lock that keeps out rows that reference the profile",
        "_lock_profile",
        ((LOCK, "     for update;\n"),),
        "14 both inserted a row that references the profile, then reserve",
        (WAIT, "40P01"),
    ),
    Mutant(
        "a lock that several may have",
        "_lock_profile",
        ((LOCK, "     for share;\n"),),
        "6 reserve: a replay waits for a replay",
        (NO_WAIT,),
    ),
    Mutant(
        "a replay before the lock",
        "reserve_credits",
        ((LOCK_CALL, REPLAY + LOCK_CALL),),
        "6 reserve: a replay waits for the lock too",
        (NO_WAIT,),
    ),
    Mutant(
        "a job that is read before the lock",
        "_lock_job",
        ((JOB_LOCK + JOB_READ, JOB_READ.replace("v_profile.id", "v_profile_id") + JOB_LOCK),),
        "7 two parts, together too much",
        ("a serial order gives this", "other errors"),
    ),
    Mutant(
        "the job is locked before the profile",
        "_lock_job",
        (
            (
                "     where j.id = _lock_job.job_id;\n",
                "     where j.id = _lock_job.job_id\n       for no key update;\n",
            ),
        ),
        "12 refund by job id beside a reserve that works the job off: profile before job in both",
        ("40P01",),
    ),
    Mutant(
        "a sweep that waits",
        "_lock_unless_locked",
        (("for no key update skip locked", "for no key update"),),
        "10 expire_holds | expire_holds: each once",
        (WAIT,),
    ),
    Mutant(
        "a job id that is only looked for",
        "reserve_credits",
        (("  on conflict do nothing;\n", ";\n"),),
        "4 one job id for two profiles",
        ("23505",),
    ),
    Mutant(
        "the clock is read before the lock",
        "_lock_profile",
        (
            ("  v_now timestamptz;\nbegin\n", "  v_now timestamptz := credits._now();\nbegin\n"),
            ("    v_now := credits._now();\n", ""),
        ),
        "9 grant | settle: the deadline passes, and it settles late",
        ("a serial order gives this",),
    ),
]
