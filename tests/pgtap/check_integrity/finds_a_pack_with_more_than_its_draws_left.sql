begin;
\ir ../helpers.psql
select plan(4);

-- What is found after this change of a pack of 300, of which a job holds 150, and 20 were revoked.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 500);
begin
  perform credits_tests.pack(v_profile, 300, '2099-01-01 00:00Z');
  perform credits_tests.job(v_profile, 150);
  perform credits.revoke_grant(v_profile, 'pack 300', 'dispute-1', 20, 'why', 'who');
  execute format('update credits.packs k set %s where k.profile_id = %L', found_after.change,
                 v_profile);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ' order by f.rule)
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('remaining = 130', null),
    ('remaining = 150', null),
    ('remaining = 151', 'pack has no more than was neither drawn nor lapsed, at most 150, 151'),
    ('lapsed = 21', 'pack has no more than was neither drawn nor lapsed, at most 129, 130')
  ) c (change, finding);

select * from finish();
rollback;
