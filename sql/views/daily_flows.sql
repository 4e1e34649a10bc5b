-- daily_flows: where credits came from and went, for each profile, day (of UTC) and bucket. closing
-- is opening + granted + renewed - consumed + returned - lapsed - revoked + adjusted + moved, and
-- the opening of the next day with a row. Row-level security of the caller applies.

create or replace view credits.daily_flows
with (security_invoker = true) as
select l.profile_id,
       (l.ts at time zone 'UTC')::date as day,
       b.bucket,
       (array_agg(b.balance - b.delta order by l.seq))[1] as opening,
       coalesce(sum(b.delta) filter (where l.kind in ('open', 'grant')), 0)::bigint as granted,
       coalesce(sum(b.delta) filter (where l.kind in ('renew', 'change')), 0)::bigint as renewed,
       coalesce(-sum(b.delta) filter (where l.kind in ('reserve', 'raise')
                                         or l.kind = 'settle' and b.delta < 0), 0)::bigint
         as consumed,
       coalesce(sum(b.delta) filter (where l.kind in ('refund', 'rollback', 'expire')
                                        or l.kind = 'settle' and b.delta > 0), 0)::bigint
         as returned,
       coalesce(-sum(b.delta) filter (where l.kind = 'lapse'), 0)::bigint as lapsed,
       coalesce(-sum(b.delta) filter (where l.kind in ('revoke', 'reinstate')), 0)::bigint
         as revoked,
       coalesce(sum(b.delta) filter (where l.kind in ('adjust', 'repair')), 0)::bigint as adjusted,
       coalesce(sum(b.delta) filter (where l.kind = 'move'), 0)::bigint as moved,
       (array_agg(b.balance order by l.seq desc))[1] as closing
  from credits.ledger l
 cross join lateral (values ('monthly', l.monthly_delta, l.monthly_balance),
                            ('addon', l.addon_delta, l.addon_balance)) b (bucket, delta, balance)
 group by l.profile_id, (l.ts at time zone 'UTC')::date, b.bucket;

comment on view credits.daily_flows is
  'Where credits came from and went, for each profile, day of UTC and bucket; days without a '
  'ledger row have no row here.';
