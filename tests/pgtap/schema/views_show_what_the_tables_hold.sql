begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.allow_overdraft(credits_tests.profile(500, 5000), 300) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select is(
  (select to_jsonb(b) from credits.balances b where b.profile_id = :'profile'),
  jsonb_build_object('profile_id', :'profile', 'credits_remaining', 200, 'addon_credits', 5700,
                     'available', 5900, 'seq', 3),
  'balances has both buckets and their sum'
);
select results_eq(
  format('select to_jsonb(e) from credits.ledger_entries e where e.profile_id = %L order by e.seq',
         :'profile'),
  format('select to_jsonb(l) from credits.ledger l where l.profile_id = %L order by l.seq',
         :'profile'),
  'ledger_entries has every column of the ledger'
);
select is(
  (select to_jsonb(g) - array['granted_at'] from credits.grants g where g.profile_id = :'profile'),
  jsonb_build_object('profile_id', :'profile', 'reference', 'order-1', 'kind', 'paid',
                     'amount', 700, 'revoked', 0, 'remaining', null, 'expires_at', null, 'seq', 3),
  'grants has each grant'
);
select set_eq(
  $$
    select c.relname::text
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind = 'v'
  $$,
  array['balances', 'ledger_entries', 'grants', 'daily_flows', 'job_flows', 'usage_daily',
        'metrics', '_own_profile', 'my_balance', 'my_statement', 'my_jobs'],
  'there are these views'
);
select is_empty(
  $$
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind = 'v'
       and c.relname not like 'my\_%'
       and c.relname <> '_own_profile'
       and not coalesce('security_invoker=true' = any(c.reloptions), false)
  $$,
  'each uses the rights of its reader, but those for customers'
);
select is_empty(
  $$
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind = 'v'
       and c.relname like 'my\_%'
       and not coalesce('security_barrier=true' = any(c.reloptions), false)
  $$,
  'those show no row to a function before they know that it is the customer''s'
);
select is_empty(
  $$
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relname like 'my\_%'
       and pg_relation_is_updatable(c.oid, true) <> 0
  $$,
  'and nothing can be written through them'
);

select * from finish();
rollback;
