begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, 1, 1, %L, %L)',
         :'profile', c.key, c.reason, c.actor),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', c.parameter, 'length', c.length, 'maximum', 255),
  format('%s of %s characters', c.parameter, c.length)
)
from (values ('adjustment_id', '', 'why', 'who', 0),
             ('adjustment_id', repeat('x', 256), 'why', 'who', 256),
             ('reason', 'a', ' ', 'who', 1),
             ('reason', 'a', repeat('x', 256), 'who', 256),
             ('actor', 'a', 'why', '', 0),
             ('actor', 'a', 'why', repeat('x', 256), 256))
     c (parameter, key, reason, actor, length);

select * from finish();
rollback;
