-- metrics: figures to watch, one row each, named as Prometheus names them, so that any exporter
-- that can run a query can publish them. Made to be read every few seconds, whatever the ledger
-- holds:
-- profiles and credits: one pass over credits.profiles, some milliseconds for 10,000 of them;
-- holds: all that are open, by their index; overdue packs: those alone, by their index; rows of
-- ledger and jobs: as the server's statistics have them, no row of either is read.
-- The clock is that of _now, which readers may not call. Row-level security of the caller applies.

create or replace view credits.metrics
with (security_invoker = true) as
with profile as (
  select count(*) filter (where p.closed_at is null) as open,
         count(*) filter (where p.closed_at is not null) as closed,
         coalesce(sum(p.credits_remaining), 0) as monthly,
         coalesce(sum(p.addon_credits) filter (where p.addon_credits > 0), 0) as addon,
         coalesce(-sum(p.addon_credits) filter (where p.addon_credits < 0), 0) as debt,
         count(*) filter (where p.addon_credits < 0) as negative,
         coalesce(sum(p.uncollected), 0) as uncollected
    from credits.profiles p
), hold as (
  select count(*) as open,
         coalesce(sum(j.monthly_deducted - j.monthly_refunded
                      + j.addon_deducted - j.addon_refunded), 0) as credits,
         count(*) filter (where j.hold_due_at <= clock_timestamp()) as overdue,
         min(j.hold_due_at) as oldest
    from credits.jobs j
   where j.hold_due_at is not null
), pack as (
  select count(*) as overdue,
         min(k.expires_at) as oldest
    from credits.packs k
   where k.remaining > 0
     and k.expires_at <= clock_timestamp()
)
select m.name, m.labels, m.value
  from profile p
 cross join hold h
 cross join pack k
 cross join lateral (values
   ('pgcredits_profiles', '{"state": "open"}'::jsonb, p.open::numeric),
   ('pgcredits_profiles', '{"state": "closed"}', p.closed),
   ('pgcredits_credits', '{"bucket": "monthly"}', p.monthly),
   ('pgcredits_credits', '{"bucket": "addon"}', p.addon),
   ('pgcredits_debt_credits', '{}', p.debt),
   ('pgcredits_negative_balances', '{}', p.negative),
   ('pgcredits_uncollected_credits', '{}', p.uncollected),
   ('pgcredits_open_holds', '{}', h.open),
   ('pgcredits_held_credits', '{}', h.credits),
   ('pgcredits_overdue', '{"what": "hold"}', h.overdue),
   ('pgcredits_overdue', '{"what": "pack"}', k.overdue),
   ('pgcredits_oldest_overdue_seconds', '{"what": "hold"}',
    coalesce(greatest(extract(epoch from clock_timestamp() - h.oldest), 0), 0)),
   ('pgcredits_oldest_overdue_seconds', '{"what": "pack"}',
    coalesce(extract(epoch from clock_timestamp() - k.oldest), 0)),
   ('pgcredits_ledger_rows_estimated', '{}', pg_stat_get_live_tuples('credits.ledger'::regclass)),
   ('pgcredits_jobs_estimated', '{}', pg_stat_get_live_tuples('credits.jobs'::regclass))
 ) m (name, labels, value);

comment on view credits.metrics is
  'Figures to watch: name, labels and value, as exporters publish them. Cheap to read, whatever '
  'the ledger holds.';
