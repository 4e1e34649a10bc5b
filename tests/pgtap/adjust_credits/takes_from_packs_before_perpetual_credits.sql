begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-03-01 00:00Z'),
       credits_tests.pack(:'profile', 60, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 70, '2030-04-01 00:00Z', priority => -1)
\gset pack_

select is(
  (select credits_tests.packs(:'profile')
     from credits.adjust_credits(:'profile', c.delta::text, 0, c.delta, 'why', 'who') b
    where b.addon_credits = c.addon),
  c.packs,
  format('%s: %s', c.delta, c.description)
)
from (values
  (-80, 200, '50 50 0', 'in the order in which jobs draw on them'),
  (-100, 100, '0 0 0', 'one after the other'),
  (-30, 70, '0 0 0', 'perpetual credits last')
) c (delta, addon, packs, description);
select is_empty(
  format('select from credits.pack_draws d where d.profile_id = %L', :'profile'),
  'nothing is recorded as a job''s draw'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
