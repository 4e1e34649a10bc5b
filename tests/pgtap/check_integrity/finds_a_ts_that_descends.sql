begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 12:00Z') as now, credits_tests.profile(500, 0) as profile
\gset
insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, reason)
values (:'profile', 2, '2030-01-01 11:00Z', 'adjust', 0, 0, 500, 0, 'a test');
update credits.profiles p set seq = 2 where p.id = :'profile';

select results_eq(
  format('select f.severity, f.rule, f.expected::timestamptz, f.found::timestamptz
            from credits.check_integrity(%L) f', :'profile'),
  $$
    values ('error', 'ledger ts never descends', '2030-01-01 12:00Z'::timestamptz,
            '2030-01-01 11:00Z'::timestamptz),
           ('error', 'profile changed_at is the ts of the newest ledger row',
            '2030-01-01 11:00Z', '2030-01-01 12:00Z')
  $$,
  'the row, and the profile, whose next row would be right'
);
update credits.profiles p set changed_at = null where p.id = :'profile';
select is(
  (select count(*) from credits.check_integrity(:'profile') f where f.rule ~ 'changed_at'),
  1::bigint, 'a profile that does not know it'
);

select * from finish();
rollback;
