"""How much work: the same code with other numbers."""

from __future__ import annotations

import os
from dataclasses import dataclass

from bench.runner import Load

# One Python process is busy before the server is.
_CORES = os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Numbers of rounds, seconds and rows."""

    profiles: int  # in the template: one more than ledger_profiles
    spread: int  # profiles that a spread load is on
    rounds: int
    seconds: int  # a round; 0 means `transactions` of each client instead
    transactions: int
    refunds: int  # of each of 8 clients in a round
    curve: tuple[int, ...]  # numbers of clients
    python_clients: int
    python_processes: int
    python_seconds: float
    python_rounds: int
    batch: int
    batch_transactions: int  # of each client, in place of seconds, where they are 0
    tasks: int  # that share one hot profile
    client_calls: int
    storage_waves: int
    storage_jobs: int  # a wave
    ledger_rows: tuple[int, ...]  # sizes to grow to, ascending
    ledger_profiles: int
    statement_rows: tuple[int, ...]  # lengths of one profile's ledger
    reads: int
    usage_rows: tuple[int, ...]  # sizes of a ledger that is reported on, ascending
    usage_rows_of_one: int  # of them of the profile that is
    overdue: tuple[int, ...]  # holds of one profile
    month: int  # profiles that are renewed while others reserve
    simple_update_scale: int
    gigabytes: int  # of disk that it takes

    def load(self, clients: int, *, transactions: int = 0) -> Load:
        """A round of pgbench."""
        if self.seconds:
            return Load(clients=clients, seconds=self.seconds)
        return Load(clients=clients, transactions=transactions or self.transactions)


FULL = Budget(
    profiles=10_001,
    spread=1_000,
    rounds=12,  # short ones: what disturbs a machine for seconds then hits both sides
    seconds=2,
    transactions=0,
    refunds=2_000,
    curve=(1, 2, 4, 8, 16, 32, 64),
    python_clients=16,
    python_processes=_CORES,
    python_seconds=4,
    python_rounds=4,
    batch=500,
    batch_transactions=0,
    tasks=200,
    client_calls=6_000,
    storage_waves=10,
    storage_jobs=5_000,
    ledger_rows=(1_000_000, 4_000_000, 10_000_000),
    ledger_profiles=10_000,
    statement_rows=(1_000, 10_000, 100_000, 1_000_000),
    reads=300,
    usage_rows=(1_000_000, 10_000_000),
    usage_rows_of_one=30_000,
    overdue=(10_000, 100_000),
    month=60_000,
    simple_update_scale=10,
    gigabytes=30,
)
QUICK = Budget(
    profiles=1_001,
    spread=1_000,
    rounds=2,
    seconds=1,
    transactions=0,
    refunds=200,
    curve=(1, 8, 32),
    python_clients=16,
    python_processes=_CORES,
    python_seconds=1,
    python_rounds=2,
    batch=500,
    batch_transactions=0,
    tasks=200,
    client_calls=500,
    storage_waves=2,
    storage_jobs=1_000,
    ledger_rows=(100_000, 300_000),
    ledger_profiles=1_000,
    statement_rows=(1_000, 30_000),
    reads=50,
    usage_rows=(100_000,),
    usage_rows_of_one=3_000,
    overdue=(10_000,),
    month=3_000,
    simple_update_scale=1,
    gigabytes=5,
)
TINY = Budget(
    profiles=21,
    spread=20,
    rounds=1,
    seconds=0,
    transactions=10,
    refunds=5,
    curve=(1, 4),
    python_clients=4,
    python_processes=1,
    python_seconds=0.1,
    python_rounds=1,
    batch=20,
    batch_transactions=2,
    tasks=10,
    client_calls=6,
    storage_waves=1,
    storage_jobs=30,
    ledger_rows=(300, 600),
    ledger_profiles=20,
    statement_rows=(30, 300),
    reads=3,
    usage_rows=(300,),
    usage_rows_of_one=30,
    overdue=(30,),
    month=30,
    simple_update_scale=1,
    gigabytes=1,
)
