begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.reinstate_grant(%L, %L, %L, %L)',
         :'profile', c.reference, c.reason, c.actor),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', c.parameter, 'length', c.length, 'maximum', 255),
  format('%s of %s characters', c.parameter, c.length)
)
from (values ('reference', '', 'why', 'who', 0),
             ('reference', repeat('x', 256), 'why', 'who', 256),
             ('reason', 'order-1', ' ', 'who', 1),
             ('reason', 'order-1', repeat('x', 256), 'who', 256),
             ('actor', 'order-1', 'why', '', 0),
             ('actor', 'order-1', 'why', repeat('x', 256), 256))
     c (parameter, reference, reason, actor, length);

select * from finish();
rollback;
