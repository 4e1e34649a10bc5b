begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
set local client_min_messages = warning;

select is(
  credits_tests.outcome('credits_owner', format(c.statement, :'profile')), '42501', c.statement
)
from (values
  ('update credits.ledger l set reason = ''another'' where l.profile_id = %L'),
  ('delete from credits.ledger l where l.profile_id = %L'),
  ('truncate credits.ledger cascade')
) c (statement);

select * from finish();
rollback;
