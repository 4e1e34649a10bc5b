begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.set_overdraft_limit(%L, %s, %L, %L)', :'profile', c.limit, 'why', 'who'),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'overdraft_limit', 'value', c.limit,
                     'minimum', 0, 'maximum', 9007199254740991),
  format('%s is refused', c.limit)
)
from (values (-1), (9007199254740992)) c ("limit");
select credits_tests.refuses(
  format('select credits.set_overdraft_limit(%L, 5, %L, %L)', :'profile', c.reason, c.actor),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', c.parameter, 'length', c.length, 'maximum', 255),
  format('%s of %s characters', c.parameter, c.length)
)
from (values ('reason', ' ', 'who', 1), ('reason', repeat('x', 256), 'who', 256),
             ('actor', 'why', '', 0), ('actor', 'why', repeat('x', 256), 256))
     c (parameter, reason, actor, length);

select * from finish();
rollback;
