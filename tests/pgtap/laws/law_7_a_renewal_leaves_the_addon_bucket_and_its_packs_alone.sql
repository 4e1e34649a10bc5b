begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 300) as profile
\gset
select credits_tests.pack(:'profile', 100, '2030-02-15 00:00Z'),
       credits_tests.pack(:'profile', 200, '2030-02-16 00:00Z', 'promo')
\gset pack_
select credits_tests.job(:'profile', 650) as job \gset
create function credits_tests.addon_rows(profile_id uuid)
returns text
language sql
as $$
  select concat((select p.addon_credits from credits.profiles p where p.id = addon_rows.profile_id),
                (select jsonb_agg(k order by k.seq) from credits.packs k
                  where k.profile_id = addon_rows.profile_id),
                (select jsonb_agg(d order by d.position) from credits.pack_draws d
                  where d.profile_id = addon_rows.profile_id))
$$;
select credits_tests.addon_rows(:'profile') as before \gset

select is(
  (select credits_tests.addon_rows(:'profile')
     from credits.renew_monthly(:'profile', c.period_start::timestamptz, c.allowance, c.cap) r),
  :'before',
  format('%s, %s, %s', c.period_start, c.allowance, c.cap)
)
from (values ('2030-01-01 00:00Z', 0, 0), ('2030-02-01 00:00Z', 9007199254740541, 0),
             ('2030-03-01 00:00Z', 0, 9007199254740991)) c (period_start, allowance, cap);
select is(
  (select sum(abs(l.addon_delta)) from credits.ledger l
    where l.profile_id = :'profile' and l.kind = 'renew'),
  0::numeric, 'the ledger says the same'
);
update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_lapsed": 500, "addon_refunded": 150, "addon_lapsed": 0}',
  'every addon credit of a job of months ago comes back'
);

select * from finish();
rollback;
