begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job') as done \gset

create function credits_tests.published_jobs()
returns table (id uuid, monthly text, addon text)
language sql
set search_path = credits
as $$
SELECT id, meta_json->>'monthly_deducted', meta_json->>'addon_deducted' FROM jobs
 WHERE created_at > NOW() - INTERVAL '1 hour' AND meta_json->>'credits_deducted' = 'true';
$$;
create function credits_tests.published_refunds()
returns table (reason text)
language sql
set search_path = credits
as $$
SELECT reason FROM ledger WHERE reason LIKE 'job refund:%' AND ts > NOW() - INTERVAL '1 hour';
$$;

select is(
  (select row(p.monthly, p.addon)::text
     from credits_tests.published_jobs() p
    where p.id = :'job'),
  '(500,1500)',
  'the jobs of the last hour'
);
select is(
  (select count(*)
     from credits_tests.published_refunds() p
    where p.reason = format('job refund: %s (monthly: +500, addon: +1500)', :'job')),
  1::bigint,
  'the refunds of the last hour'
);

select * from finish();
rollback;
