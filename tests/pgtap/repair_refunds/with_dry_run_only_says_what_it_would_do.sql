begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported(
  1800, 3000,
  array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 2500, false),
        credits_tests.old_job('C', 700)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+2000 job refund: @A', '-2500 job create: @B',
                           '+2500 job refund: @B', '-700 job create: @C')
) as profile \gset
select credits_tests.job(:'profile', 400) as job \gset
select credits_tests.fingerprint() as before \gset

select jsonb_agg(to_jsonb(r) order by r.entry_id) as told
  from credits.repair_refunds(:'profile', 'why', 'who', true) r
\gset
select is(credits_tests.fingerprint(), :'before', 'it writes nothing');
select is(
  (select array_agg(x -> 'seq') from jsonb_array_elements(:'told') x),
  array['null', 'null']::jsonb[], 'there is no ledger row yet'
);
select is(
  (select jsonb_agg(to_jsonb(r) - 'seq' order by r.entry_id)
     from credits.repair_refunds(:'profile', 'why', 'who') r),
  (select jsonb_agg(x - 'seq') from jsonb_array_elements(:'told') x),
  'the repair does the same, refund by refund'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile' and l.kind = 'repair'),
  2::bigint, 'the repair writes it'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
