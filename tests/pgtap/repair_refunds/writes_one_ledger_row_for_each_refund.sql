begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  1800, 3000,
  array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 2500, false),
        credits_tests.old_job('C', 700)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+2000 job refund: @A', '-2500 job create: @B',
                           '+2500 job refund: @B', '-700 job create: @C')
) as profile \gset
select credits_tests.job(:'profile', 400) as job \gset

select is(
  credits_tests.repaired(:'profile'),
  '4: 1300 = 1300 taken + 0 written off; 6: 500 = 100 taken + 400 written off',
  'the oldest refund takes first what the monthly bucket still has'
);
select results_eq(
  format('select l.seq, l.kind, l.job_id, l.monthly_delta, l.addon_delta, l.monthly_balance,
                 l.addon_balance, l.reference, l.actor, l.reason
            from credits.ledger l where l.profile_id = %L and l.seq > 2 order by l.seq',
         :'profile'),
  format($$
    values
      (3::bigint, 'repair', %1$L::uuid, -1300::bigint, 1300::bigint, 100::bigint, 4300::bigint,
       'legacy refund 4', 'who',
       'repair: refund of job %1$s (monthly: -1300, addon: +1300, written off: 0): why'),
      (4, 'repair', %2$L, -100, 500, 0, 4800,
       'legacy refund 6', 'who',
       'repair: refund of job %2$s (monthly: -100, addon: +500, written off: 400): why')
  $$, credits_tests.old_id('A'), credits_tests.old_id('B')),
  'with the reason and the actor, keyed by the refund'
);
select is(
  (select string_agg(concat(r.previous_balance, ' ', r.new_balance), ', ' order by r.seq)
     from credits.repair_refunds(:'profile', 'why', 'who') r),
  '4400 4400, 4400 4800', 'each answers with the balances before and after it'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
