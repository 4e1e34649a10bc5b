begin;
\ir ../helpers.psql
select plan(1);

select gen_random_uuid() as profile \gset
insert into credits.profiles (id, credits_remaining, addon_credits, seq, created_at)
values (:'profile', 1, 2, 3, now());

select set_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$
    values ('profile seq is the newest ledger row', '0', '3'),
           ('monthly bucket is the newest ledger balance', '0', '1'),
           ('addon bucket is the newest ledger balance', '0', '2')
  $$,
  'out of nothing'
);

select * from finish();
rollback;
