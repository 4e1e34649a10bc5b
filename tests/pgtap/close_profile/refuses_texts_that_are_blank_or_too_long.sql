begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.close_profile(%L, %L, %L)', :'profile', c.reason, c.actor),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', c.parameter, 'length', c.length, 'maximum', 255),
  format('%s of %s characters', c.parameter, c.length)
)
from (values ('reason', ' ', 'who', 1), ('reason', repeat('x', 256), 'who', 256),
             ('actor', 'why', '', 0), ('actor', 'why', repeat('x', 256), 256))
     c (parameter, reason, actor, length);

select * from finish();
rollback;
