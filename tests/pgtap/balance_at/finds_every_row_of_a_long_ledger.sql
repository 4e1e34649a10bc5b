begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select count(*) as grants
  from generate_series(1, 40) n,
       lateral credits_tests.set_time('2030-01-01 00:00Z'::timestamptz + n * interval '1 day') t,
       lateral credits.grant_addon(:'profile', n, concat(t, n)) g
\gset

select is_empty(
  format($$
    select l.seq, b.seq, b.addon_credits
      from credits.ledger l, lateral credits.balance_at(l.profile_id, l.ts) b
     where l.profile_id = %L
       and (b.seq <> l.seq or b.addon_credits <> l.addon_balance)
  $$, :'profile'),
  'each at its own moment'
);
select is(:grants::bigint, 40::bigint, 'there are 41 rows');

select * from finish();
rollback;
