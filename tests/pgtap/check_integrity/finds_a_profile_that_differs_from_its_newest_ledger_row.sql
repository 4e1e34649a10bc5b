begin;
\ir ../helpers.psql
select plan(4);

-- What is found after this change of a profile.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 5000);
begin
  execute format('update credits.profiles p set %s where p.id = %L',
                 found_after.change, v_profile);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('seq = 2', 'profile seq is the newest ledger row, 1, 2'),
    ('credits_remaining = 501', 'monthly bucket is the newest ledger balance, 500, 501'),
    ('addon_credits = 4999', 'addon bucket is the newest ledger balance, 5000, 4999')
  ) c (change, finding);

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
  'a profile without any ledger row'
);

select * from finish();
rollback;
