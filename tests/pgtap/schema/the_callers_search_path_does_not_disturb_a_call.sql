begin;
\ir ../helpers.psql
select plan(6);

create schema credits_tests_shadow;
grant usage on schema credits_tests_shadow to public;
create function credits_tests_shadow.clock_timestamp() returns timestamptz
  language sql as $$ select '1970-01-01'::timestamptz $$;
create function credits_tests_shadow.format(text, variadic "any") returns text
  language internal as 'text_format_nv';
create function credits_tests_shadow.jsonb_build_object(variadic "any") returns jsonb
  language internal as 'jsonb_build_array';
create function credits_tests_shadow.current_setting(text) returns text
  language sql as $$ select 'on' $$;
create function credits_tests_shadow.less(bigint, bigint) returns boolean
  language sql as $$ select true $$;
create operator credits_tests_shadow.- (
  leftarg = bigint, rightarg = bigint, function = pg_catalog.int8pl
);
select gen_random_uuid() as profile, gen_random_uuid() as job,
       current_setting('search_path') as usual
\gset

set local synchronous_commit = off;
select set_config('search_path', 'credits_tests_shadow, pg_catalog', true) as shadowed \gset
select o.available from credits.open_profile(:'profile', 500, 5000) o \gset
select r.addon_deducted, r.new_balance
  from credits.reserve_credits(:'profile', :'job', 2000) r \gset
select r.addon_refunded from credits.refund_job(:'job', 1600, 'part-1') r \gset
select b.available as left from credits.get_balance(:'profile') b \gset
select count(*) as rows from credits.get_statement(:'profile') \gset
select set_config('search_path', :'usual', true) as usual \gset

select is(concat(:'addon_deducted', ', ', :'new_balance'), '1500, 3500', 'reserve_credits');
select is(concat(:'addon_refunded', ', ', :'left'), '1500, 5100', 'refund_job and get_balance');
select is(:'rows'::text, '3', 'get_statement');
select is(current_setting('synchronous_commit'), 'on', 'the commit is durable');
select ok(
  (select bool_and(l.ts > now()) from credits.ledger l where l.profile_id = :'profile'),
  'the ledger has the time of the real clock'
);
select is(
  credits_tests.job_row(:'job') #>> '{meta_json,addon_refunded}', '1500',
  'meta is a real object'
);

select * from finish();
rollback;
