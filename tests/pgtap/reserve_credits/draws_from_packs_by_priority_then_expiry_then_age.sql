begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(5, 100) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-02-01 00:00Z', 'paid', 2, 'a'),
       credits_tests.pack(:'profile', 10, '2030-04-01 00:00Z', 'promo', 1, 'b'),
       credits_tests.pack(:'profile', 10, '2030-03-01 00:00Z', 'paid', 1, 'c'),
       credits_tests.pack(:'profile', 10, '2030-03-01 00:00Z', 'promo', 1, 'd'),
       credits_tests.pack(:'profile', 10, '2030-12-01 00:00Z', 'paid', 0, 'e')
\gset pack_

select is(
  (select credits_tests.packs(:'profile')
     from credits.reserve_credits(:'profile', gen_random_uuid(), c.cost) r
    where r.addon_deducted = c.addon),
  c.packs,
  c.description
)
from (values
  (8, 3, '10 10 10 10 7', 'the smallest priority first, after monthly credits'),
  (9, 9, '10 10 8 10 0', 'then the earlier expiry'),
  (10, 10, '10 10 0 8 0', 'of two that expire together the older grant'),
  (10, 10, '10 8 0 0 0', 'then the later expiry'),
  (10, 10, '8 0 0 0 0', 'the largest priority last'),
  (10, 10, '0 0 0 0 0', 'then perpetual credits')
) c (cost, addon, packs, description);
select is(credits_tests.buckets(:'profile'), '0 + 98', 'the bucket moved by as much');
select credits_tests.sound(:'profile');

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(50, 0) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-02-01 00:00Z', reference => 'a'),
       credits_tests.pack(:'profile', 10, '2030-03-01 00:00Z', reference => 'b')
\gset pack_
select credits_tests.job(:'profile', 50) as monthly, credits_tests.job(:'profile', 10) as one \gset

select is(credits_tests.packs(:'profile'), '0 10', 'monthly credits first, then the first pack');
select is(
  (select count(*) from credits.pack_draws d where d.profile_id = :'profile'), 1::bigint,
  'there is one draw'
);

select * from finish();
rollback;
