begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 50, %L, %L, %L, %s)',
         :'profile', 'order-1', c.expires_at, 'paid', c.priority),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'priority', 'value', c.priority,
                     'minimum', -1000, 'maximum', 1000),
  format('%s is refused', c.priority)
)
from (values ('2099-01-01 00:00Z', -1001), ('2099-01-01 00:00Z', 1001), (null, 2147483647))
     c (expires_at, priority);
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 50, %L, %L, %L, %s)', :'profile',
                              c.priority, '2099-01-01 00:00Z', 'paid', c.priority)),
  jsonb_build_object('priority', c.priority), format('%s is accepted', c.priority)
)
from (values (-1000), (1000)) c (priority);

select * from finish();
rollback;
