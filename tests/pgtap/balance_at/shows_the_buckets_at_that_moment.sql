begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.set_time('2030-01-02 00:00Z') as later,
       credits_tests.job(:'profile', 2000) as job
\gset
select credits_tests.set_time('2030-01-03 00:00Z') as later,
       credits_tests.refund(:'job')
  as done
\gset
select credits_tests.grant_credits(:'profile', 7, 'a') as done \gset
select credits_tests.set_time('2030-01-04 00:00Z') as later, credits_tests.job(:'profile', 1) as job
\gset

select is(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'profile', c.at)),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', c.monthly, 'addon_credits', c.addon,
    'available', c.monthly + c.addon, 'held', null, 'posted', null, 'seq', c.seq,
    'replayed', false
  ),
  format('%s: %s', c.at, c.description)
)
from (values
  ('-infinity', 0, 0, 0, 'before everything'),
  ('2029-12-31 23:59:59.999999Z', 0, 0, 0, 'before the profile was opened'),
  ('2030-01-01 00:00Z', 500, 5000, 1, 'the moment itself is included'),
  ('2030-01-01 23:59:59.999999Z', 500, 5000, 1, 'a microsecond before the job'),
  ('2030-01-02 00:00Z', 0, 3500, 2, 'the job'),
  ('2030-01-02 12:00Z', 0, 3500, 2, 'between two rows'),
  ('2030-01-03 00:00Z', 500, 5007, 4, 'the last of two rows of one moment'),
  ('2030-01-04 00:00Z', 499, 5007, 5, 'the newest row'),
  ('infinity', 499, 5007, 5, 'for ever after')
) c (at, monthly, addon, seq, description);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(1, 2) as profile, credits_tests.profile(3, 4) as other
\gset
select credits_tests.job(:'other', 7) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'profile', 'infinity')),
  '{"credits_remaining": 1, "addon_credits": 2, "seq": 1}', 'no other profile''s rows'
);

select * from finish();
rollback;
