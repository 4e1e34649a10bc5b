begin;
\ir ../helpers.psql
select plan(12);

-- How often packs and pack_draws were read so far, and how many of their rows were written.
create function credits_tests.pack_work()
returns text
language sql
as $$
  select string_agg(concat(s.relname, ' ', s.seq_scan + coalesce(s.idx_scan, 0), ' ',
                           s.n_tup_ins + s.n_tup_upd + s.n_tup_del), ', ' order by s.relname)
    from pg_catalog.pg_stat_xact_user_tables s
   where s.schemaname = 'credits'
     and s.relname in ('packs', 'pack_draws')
$$;
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 700) as less, credits_tests.job(:'profile', 700) as more,
       credits_tests.job(:'profile', 700) as undone
\gset

select credits_tests.pack_work() as before \gset

select is(
  (select credits_tests.pack_work()
     from credits_tests.answer(format('credits.' || c.call, :'profile', :'less', :'more',
                                      :'undone'))),
  :'before',
  c.call
)
from (values
  ('reserve_credits(%1$L, gen_random_uuid(), 100)'),
  ('reserve_credits(%1$L, gen_random_uuid(), 100, hold_for => ''1 day'')'),
  ('settle_job(%2$L, 600)'),
  ('settle_job(%3$L, 800)'),
  ('refund_job(%2$L, 5, ''part-1'')'),
  ('refund_job(%2$L)'),
  ('refund_job(%3$L)'),
  ('rollback_reservation(%4$L)'),
  ('renew_monthly(%1$L, ''2020-02-01 00:00Z'', 5)'),
  ('adjust_credits(%1$L, ''a'', 0, -7, ''why'', ''who'')')
) c (call);
select is(
  (select count(*) from credits.packs k where k.profile_id = :'profile')
  + (select count(*) from credits.pack_draws d where d.profile_id = :'profile'),
  0::bigint, 'there is no row of its own'
);
select credits_tests.pack(:'profile', 50, clock_timestamp() + interval '1 day') as pack \gset
select isnt(credits_tests.pack_work(), :'before', 'a profile with a pack does');

select * from finish();
rollback;
