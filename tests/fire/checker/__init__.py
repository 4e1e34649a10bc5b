"""The concurrency check: many clients, a history of every call, and the proof that it adds up.

Alone: ``PYTHONPATH=tests python -m fire.checker --seconds 60 --seed 1 --clients 24 --report FILE``.

For faults under load it is driven from outside, by plain synchronous code:

    plan = Plan(seed=1)                           # 2 processes x 12 connections, 8 hot profiles
    with Run(folder, plan, url) as run:           # folder: empty, gets all that is recorded
        run.open_profiles()                       # the server is migrated and healthy
        run.start()
        run.work(seconds=2)                       # or calls=1000; raises if a driver ended alone
        ...                                       # any fault; the drivers outlive it
        run.change(other_url)                     # after a failover: all connections go there
        run.kill(run.processes[0])                # SIGKILL; another inherits what it left open
        run.pause(); ...; run.resume()            # no call on its way in between, if True
        run.figures()                             # attempts so far by outcome, and connects
        healthy_ns = time.monotonic_ns()          # the last fault is over
        run.stop()                                # within patience + a few seconds
        run.resolve()                             # repeats what is open, under the same keys
    books.dump(url, folder)                       # all tables and check_integrity, one snapshot
    verdict = check(
        books.load(folder, plan.ids), history.load(folder),
        healthy_ns=healthy_ns, allowed={"53300", "57014"}, processes=2)
    verdict.violations, verdict.by_rule(), verdict.figures

Connections are named ``fire-<process>-<seat>`` in ``pg_stat_activity``. Every third one goes to
``pooler_url`` (``Run(..., pooler_url=)``, ``run.change(url, pooler_url)``) if there is one. The
shared file behind ``run.target`` may be opened by other processes as ``Target(folder)``.

``allowed`` names the SQLSTATEs that the faults explain, beyond those of docs/errors.md: 53300 and
53200 (used up), 57014 (cancelled), 25006 (read-only: the wrong server), 53100 (disk full).
A call that fails with one of these has had no effect, and the check holds it to that.

Where there is no history of one's own: ``check_books`` checks a database by itself, as one that was
recovered to some LSN, and ``check_beginning`` that it is a beginning of a later state. ``lost``
tells which acknowledged calls a failover threw away; ``run.resend`` makes calls again.

Modules: ``plan`` (what is called), ``process``, ``driver`` and ``sending`` (the clients),
``target``, ``workload`` (``Run``), ``history``, ``books``; ``wallet``, ``revocations`` and
``replay`` (C1), ``order`` (C2, C4), ``judge``, ``raises`` and ``refusals`` (C2 to C7), ``check``;
``selftest``, ``corruptions`` and ``damage_*``; ``from_model`` (the model of ``tests/laws`` as a
server); ``floors``.
"""

from __future__ import annotations

from fire.checker import books, history
from fire.checker.check import Verdict, check, check_beginning, check_books, lost
from fire.checker.judge import Violation
from fire.checker.plan import Plan
from fire.checker.target import Target
from fire.checker.workload import Run

__all__ = [
    "Plan",
    "Run",
    "Target",
    "Verdict",
    "Violation",
    "books",
    "check",
    "check_beginning",
    "check_books",
    "history",
    "lost",
]
