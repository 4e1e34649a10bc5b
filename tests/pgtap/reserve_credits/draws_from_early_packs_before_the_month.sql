begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(50, 100) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-02-01 00:00Z', 'paid', 0, 'a'),
       credits_tests.pack(:'profile', 20, '2030-04-01 00:00Z', 'promo', -1, 'b'),
       credits_tests.pack(:'profile', 30, '2030-03-01 00:00Z', 'paid', -1000, 'c')
\gset pack_

select results_eq(
  format('select r.monthly_deducted, r.addon_deducted, credits_tests.packs(%L)
            from credits.reserve_credits(%1$L, gen_random_uuid(), %s) r', :'profile', c.cost),
  format('values (%s::bigint, %s::bigint, %L)', c.monthly, c.addon, c.packs),
  c.description
)
from (values
  (0, 0, 0, '10 20 30', 'a free job takes nothing'),
  (25, 0, 25, '10 20 5', 'the smallest priority first'),
  (20, 0, 20, '10 5 0', 'then the next one below 0'),
  (15, 10, 5, '10 0 0', 'then the month'),
  (39, 39, 0, '10 0 0', 'which comes before packs from 0 on'),
  (6, 1, 5, '5 0 0', 'and before the rest')
) c (cost, monthly, addon, packs, description);
select credits_tests.sound(:'profile');

select credits_tests.profile(50, 0) as other \gset
select credits_tests.pack(:'other', 20, '2030-04-01 00:00Z', 'paid', -1, 'early') as pack,
       credits_tests.set_overdraft(:'other', 5) as done
\gset
select throws_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 76)', :'other'),
  'PT402', 'insufficient_credits', 'an early pack counts once'
);
select is(credits_tests.job(:'other', 75) is not null, true, 'all there is can be spent');
select is(credits_tests.buckets(:'other'), '0 + -5', 'down to the overdraft limit');

select * from finish();
rollback;
