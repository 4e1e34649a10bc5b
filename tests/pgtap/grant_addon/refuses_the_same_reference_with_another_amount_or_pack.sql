begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, %s, %L)', :'profile', c.amount, 'order-1'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'reference', 'stored', 700, 'given', c.amount),
  format('%s instead of 700 is refused', c.amount)
)
from (values (699), (701), (9007199254740991)) c (amount);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.answer(format('credits.grant_addon(%L, 50, %L, %L, %L, 3)', :'profile', 'pack',
                                   '2030-02-01 00:00Z', 'paid')),
       credits_tests.grant_credits(:'profile', 50, 'perpetual')
\gset done_

select credits_tests.refuses(
  format('select credits.grant_addon(%L, %s, %L, %L, %L, %s)',
         :'profile', c.amount, c.reference, c.expires_at, c.kind, c.priority),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'reference', 'stored', 50, 'given', c.amount), c.description
)
from (values
  (51, 'pack', '2030-02-01 00:00Z', 'paid', 3, 'another amount of a pack'),
  (50, 'pack', '2030-02-02 00:00Z', 'paid', 3, 'another expiry'),
  (50, 'pack', '1999-02-02 00:00Z', 'paid', 3, 'an expiry in the past'),
  (50, 'pack', null, 'paid', 3, 'no expiry'),
  (50, 'pack', '2030-02-01 00:00Z', 'promo', 3, 'another kind'),
  (50, 'pack', '2030-02-01 00:00Z', 'paid', 4, 'another priority'),
  (50, 'perpetual', '2030-02-01 00:00Z', 'paid', 0, 'an expiry for a perpetual grant')
) c (amount, reference, expires_at, kind, priority, description);

select * from finish();
rollback;
