"""Databases as they were after each numbered migration, or with all of this version in them."""

from __future__ import annotations

from uuid import uuid4

import psycopg

from pgcredits._server.migrate import migrate
from pgcredits._server.schema import migration_files

_ROWS = """
insert into credits.profiles (id, credits_remaining, addon_credits, seq, created_at, changed_at)
select gen_random_uuid(), 500, 4000, 2, timestamptz '2026-01-01', timestamptz '2026-01-02'
  from generate_series(1, 20);
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


# Each call writes another table, or answers with another type.
_WORK = """
select credits.open_profile({profile}, 1000, 5000);
select credits.grant_addon({profile}, 300, 'perpetual');
select credits.grant_addon({profile}, 300, 'pack', clock_timestamp() + interval '1 day');
select credits.renew_monthly({profile}, clock_timestamp(), 500, 100);
select credits.reserve_credits({profile}, {settled}, 700, '{{}}', interval '1 hour');
select credits.reserve_credits({profile}, {refunded}, 700);
select credits.reserve_credits({profile}, {held}, 700, '{{}}', interval '1 hour');
select credits.settle_job({settled}, 650);
select credits.refund_job({refunded});
select credits.extend_hold({held}, interval '2 hours');
select credits.reserve_credits_many(jsonb_build_array(
  jsonb_build_object('profile_id', {profile}, 'job_id', {first}, 'cost', 50),
  jsonb_build_object('profile_id', {profile}, 'job_id', {second}, 'cost', 50)));
select credits.settle_job_many(jsonb_build_array(
  jsonb_build_object('job_id', {first}, 'actual_cost', 40)));
select credits.refund_job_many(jsonb_build_array(jsonb_build_object('job_id', {second})));
select credits.renew_monthly_many(jsonb_build_array(
  jsonb_build_object('profile_id', {profile}, 'period_start', clock_timestamp(), 'allowance', 9)));
select credits.grant_addon_many(jsonb_build_array(
  jsonb_build_object('profile_id', {profile}, 'amount', 9, 'reference', 'many')));
select credits.revoke_grant({profile}, 'perpetual', 'dispute', 100, 'chargeback', 'somebody');
select credits.reinstate_grant({profile}, 'perpetual', 'dispute', 'dispute won', 'somebody');
select credits.adjust_credits({profile}, 'correction', 1, -1, 'counted', 'somebody');
select credits.set_overdraft_limit({profile}, 10, 'asked for', 'somebody');
select credits.set_limit({profile}, 'ann', 'day', 10, 'asked for', 'somebody');
select credits.open_profile({moved}, 3, 4);
select credits.move_credits({moved}, {profile}, 'merge', 'asked for', 'somebody');
select credits.import_profile({imported}, 500, 4000, '{{}}', array[
  row('1', clock_timestamp(), null, null, 5000, 'open')::credits.legacy_entry,
  row('2', clock_timestamp(), null, null, -500, 'spent')::credits.legacy_entry],
  '{{balance_mismatch,history_truncated,entry_unknown}}');
select credits.repair_refunds({imported}, 'a repair', 'somebody');
select credits.audit_refunds();
select credits.expire_holds();
select credits.expire_packs();
select credits.set_alert({profile}, 9007199254740991, '{{credits.low,hold.expired}}');
select credits.set_topup({profile}, 9007199254740991, 500);
select credits.watch_profiles();
select credits.fail_events(array_agg(c.event_id), 'no route') from credits.claim_events() c;
select credits.finish_events(array[{profile} || ':1:credits.low']);
select credits.decline_topup({profile}, 'topup-' || {profile} || '-1');
select credits.get_balance({profile});
select credits.balance_at({profile}, clock_timestamp());
select credits.get_statement({profile});
select credits.explain_job({settled});
select credits.get_job({settled});
select credits.preview_reserve({profile}, 0);
select credits.get_profile({profile});
select credits.get_limits({profile});
select credits.list_profiles();
select credits.list_grants({profile});
select credits.list_jobs({profile});
select credits.usage({profile}, step => 'day', by => 'meta.model');
"""


def work(url: str) -> None:
    """One call of most functions, in an order that works."""
    names = ("profile", "imported", "moved", "settled", "refunded", "held", "first", "second")
    ids = {name: f"uuid '{uuid4()}'" for name in names}
    with psycopg.connect(url) as connection:
        connection.execute(_WORK.format(**ids))


def count() -> int:
    """How many numbered migrations there are."""
    return len(migration_files())


def whole(url: str) -> None:
    """All of this version, and work done with it."""
    migrate(url)
    work(url)


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
