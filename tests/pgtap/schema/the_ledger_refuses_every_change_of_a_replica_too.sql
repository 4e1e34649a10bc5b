begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
set local client_min_messages = warning;
set local session_replication_role = replica;

select credits_tests.refuses(
  format(c.statement, :'profile'),
  '42501', 'ledger_is_append_only', jsonb_build_object('operation', c.operation),
  c.operation
)
from (values
  ('update credits.ledger l set reason = ''another'' where l.profile_id = %L', 'UPDATE'),
  ('delete from credits.ledger l where l.profile_id = %L', 'DELETE'),
  ('truncate credits.ledger cascade', 'TRUNCATE')
) c (statement, operation);

select * from finish();
rollback;
