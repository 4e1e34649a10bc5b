begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 50) as profile, credits_tests.profile(0, 0) as other
\gset
select credits_tests.grant_credits(:'profile', 7, 'order-1') as a,
       credits_tests.pack(:'profile', 100, '2030-03-01Z', 'promo', reference => 'pack') as b,
       credits_tests.grant_credits(:'other', 9, 'order-1') as c
\gset
select credits_tests.job(:'profile', 30) as job,
       credits.revoke_grant(:'profile', 'order-1', 'refund', 5, 'why', 'who') as revoked
\gset
select results_eq(
  format('select g.reference, g.kind, g.amount, g.revoked, g.remaining, g.expires_at, g.seq
            from credits.list_grants(%L) g', :'profile'),
  $$
    values ('pack', 'promo', 100::bigint, 0::bigint, 70::bigint, '2030-03-01Z'::timestamptz,
            3::bigint),
           ('order-1', 'paid', 7, 5, null, null, 2)
  $$,
  'the grants of the profile, the newest first'
);
select results_eq(
  format('select g.seq from credits.list_grants(%L, page_size => 1) g', :'profile'),
  array[3]::bigint[], 'a page'
);
select results_eq(
  format('select g.seq from credits.list_grants(%L, 3, 1) g', :'profile'),
  array[2]::bigint[], 'the next one'
);
select is_empty(format('select credits.list_grants(%L, 2)', :'profile'), 'and no more');
select results_eq(
  format('select g.seq from credits.list_grants(%L, 9007199254740991, 1000) g', :'profile'),
  array[3, 2]::bigint[], 'up to the limits of its arguments'
);
select is_empty(
  format('select credits.list_grants(%L)', credits_tests.profile(10, 10)),
  'what a profile was opened with is no grant'
);

select * from finish();
rollback;
