begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.answer(
  format('credits.grant_addon(%L, 700, %L, reason => %L)', :'profile', 'order-1', repeat('x', 255))
) as done \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  'addon grant: order-1 (addon: +700): ' || repeat('x', 255),
  'the longest note is in the ledger'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 10, %L)', :'profile', c.reference)),
  jsonb_build_object('reference', c.reference, 'amount', 10, 'replayed', false),
  c.description
)
from (values
  (repeat('x', 255), 'a reference of 255 letters'),
  (repeat('ß', 255), 'a reference of 255 letters of two bytes each'),
  ('x', 'a reference of one letter')
) c (reference, description);
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 50, %L, %L, %L, %s)', :'profile',
                              c.priority, '2099-01-01 00:00Z', 'paid', c.priority)),
  jsonb_build_object('priority', c.priority), format('a priority of %s', c.priority)
)
from (values (-1000), (1000)) c (priority);
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 50, %L, %L)',
                              :'profile', 'order-2', '2030-01-01 00:00:00.000001Z')),
  '{"amount": 50}', 'a pack that expires in a microsecond'
);

select * from finish();
rollback;
