begin;
\ir ../helpers.psql
select plan(12);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select throws_ok(
  format('insert into credits.jobs select (jsonb_populate_record(j, jsonb_build_object(
            ''id'', gen_random_uuid(), ''profile_id'', gen_random_uuid()))).*
            from credits.jobs j where j.id = %L', :'job'),
  '23503', null, 'a job of no profile is refused'
);
select throws_ok(
  format('insert into credits.ledger select (jsonb_populate_record(l, jsonb_build_object(
            ''profile_id'', gen_random_uuid()))).*
            from credits.ledger l where l.profile_id = %L', :'profile'),
  '23503', null, 'a ledger row of no profile is refused'
);
select throws_ok(
  format('delete from credits.profiles p where p.id = %L', :'profile'),
  '23503', null, 'a profile with a history stays'
);
select is_empty(
  $$
    select c.conname
      from pg_catalog.pg_constraint c
     where c.connamespace = 'credits'::regnamespace
       and c.contype = 'f'
       and (c.confdeltype, c.confupdtype) <> ('a', 'a')
  $$,
  'no foreign key cascades'
);

select credits_tests.profile_with_everything() as profile \gset

select throws_ok(
  format('insert into credits.%1$I
          select (jsonb_populate_record(t, jsonb_build_object(%3$L, %4$s, %5$L, %6$s))).*
            from credits.%1$I t where t.profile_id = %2$L limit 1',
         c.table_name, :'profile', c.reference, c.value, c.key, c.key_value),
  c.sqlstate, null, c.table_name
)
from (values
  ('addon_grants', 'seq', '99', 'reference', '''another''::text', '23503'),
  ('packs', 'seq', '99', 'amount', '100', '23503'),
  ('pack_draws', 'pack_seq', '3', 'position', '7', '23503'),
  ('renewals', 'seq', '99', 'period_start', '''2020-05-01 00:00Z''::text', '23503'),
  ('revocations', 'source_seq', '99', 'seq', '9', '23503'),
  ('alerts', 'profile_id', 'gen_random_uuid()', 'since_seq', '1', '23503'),
  ('topups', 'profile_id', 'gen_random_uuid()', 'number', '1', '23503'),
  ('events', 'profile_id', 'gen_random_uuid()', 'seq', '1', '23503')
) c (table_name, reference, value, key, key_value, sqlstate);

select * from finish();
rollback;
