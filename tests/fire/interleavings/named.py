"""The interleavings that somebody thought of, by number; most are two calls.

``two_calls``, ``moves``, ``snapshots``, ``three_sessions``, ``transactions`` and ``incidents`` have
them. The numbers are those of a list for systems of this kind. What had to be adapted:

- 13 batches over several profiles: there are none. Instead: sweeps, imports whose jobs come in
  opposite orders, and callers' transactions that keep to ascending ids.
- 15 the caller updates other columns of the profile: nobody may. Instead: a row of the caller's.
- 21 a profile is deleted or merged: none ever is. Instead: it is closed, or its credits are moved.
- 24 has its three moments in place of the three endings; 26 has one ending, and 32 has two.
- 29 two installers, and 31 ADD COLUMN behind a reader: see tests/fire/migrations.
- 32 an orphaned prepared transaction, where the server allows any: waiters get 55P03, and
  pg_prepared_xacts names it.
- 33 write skew across two profiles: no rule spans profiles. Instead: across two jobs of a profile,
  where the first call locks the profile and does not write it.
- 34 a read on a replica, then a spend on the primary: a replica shows an older snapshot, so here
  the second's transaction has one.
"""

from __future__ import annotations

from fire.interleavings import incidents, moves, snapshots, three_sessions, transactions, two_calls
from fire.interleavings.registry import REGISTERED, Named

SOURCES = (two_calls, moves, snapshots, three_sessions, transactions, incidents)
NUMBERS = [number for number in range(1, 35) if number not in (29, 31)]
NAMED: list[Named] = sorted(REGISTERED, key=lambda named: named.number)
