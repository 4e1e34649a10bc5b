begin;
\ir ../helpers.psql
select plan(3);

-- What is found after the deltas of an adjustment (+10, +20) were changed to these.
create function credits_tests.found_after(monthly bigint, addon bigint)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 5000);
begin
  perform credits.adjust_credits(v_profile, 'a', 10, 20, 'why', 'who');
  update credits.ledger l
     set monthly_delta = found_after.monthly,
         addon_delta = found_after.addon
   where l.profile_id = v_profile
     and l.seq = 2;
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;
alter table credits.ledger disable trigger ledger_refuse_change;

select is(
  credits_tests.found_after(11, 20),
  'ledger monthly balance is the previous one plus the delta, 511, 510', 'monthly'
);
select is(
  credits_tests.found_after(10, 19),
  'ledger addon balance is the previous one plus the delta, 5019, 5020', 'addon'
);
select is(credits_tests.found_after(10, 20), null, 'neither');

select * from finish();
rollback;
