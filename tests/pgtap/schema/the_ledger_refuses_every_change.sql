begin;
\ir ../helpers.psql
select plan(12);

select credits_tests.profile(500, 5000) as profile \gset
set local client_min_messages = warning;

select credits_tests.refuses(
  format(c.statement, :'profile'),
  '42501', 'ledger_is_append_only', jsonb_build_object('operation', c.operation),
  format(c.statement, 'one profile')
)
from (values
  ('update credits.ledger l set reason = ''another'' where l.profile_id = %L', 'UPDATE'),
  ('update credits.ledger l set reason = l.reason where l.profile_id = %L', 'UPDATE'),
  ('insert into credits.ledger select l.* from credits.ledger l where l.profile_id = %L '
   'on conflict (profile_id, seq) do update set reason = ''another''', 'UPDATE'),
  ('delete from credits.ledger l where l.profile_id = %L', 'DELETE'),
  ('truncate credits.ledger cascade', 'TRUNCATE'),
  ('truncate credits.profiles cascade', 'TRUNCATE')
) c (statement, operation);

-- Its owner.
select is(
  credits_tests.outcome('credits_owner', format(c.statement, :'profile')), '42501', c.statement
)
from (values
  ('update credits.ledger l set reason = ''another'' where l.profile_id = %L'),
  ('delete from credits.ledger l where l.profile_id = %L'),
  ('truncate credits.ledger cascade')
) c (statement);

-- A session that replicates.
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
