"""Databases as they were after each numbered migration, with rows in them."""

from __future__ import annotations

import psycopg

from pgcredits._server.schema import migration_files

_ROWS = """
insert into credits.profiles (id, credits_remaining, addon_credits, seq, created_at)
select gen_random_uuid(), 500, 4000, 2, timestamptz '2026-01-01' from generate_series(1, 20);
insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, job_id, reason)
select p.id, 1, timestamptz '2026-01-01', 'open', 1000, 5000, 1000, 5000, null::uuid,
       'profile opened'
  from credits.profiles p
union all
select p.id, 2, timestamptz '2026-01-02', 'reserve', -500, -1000, 500, 4000, p.id, 'job reserve'
  from credits.profiles p;
insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted, addon_deducted,
                          reserve_seq, created_at, meta_json)
select p.id, p.id, 'reserved', 1500, 500, 1000, 2, timestamptz '2026-01-02',
       jsonb '{"credit_cost": 1500, "credits_deducted": true,
         "monthly_deducted": 500, "addon_deducted": 1000}'
  from credits.profiles p;
"""


def count() -> int:
    """How many numbered migrations there are."""
    return len(migration_files())


def build(url: str, migrations: int) -> None:
    """The first numbered migrations alone, as their texts say, and rows if there are tables."""
    with psycopg.connect(url) as connection:
        for file in migration_files()[:migrations]:
            connection.execute(file.read_text("utf-8"))
        if migrations >= 2:
            connection.execute(_ROWS)


def balances(url: str) -> list[tuple[object, ...]]:
    """Every bucket, to the credit."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select p.id, p.credits_remaining, p.addon_credits, p.seq from credits.profiles p"
            " order by p.id"
        ).fetchall()
