begin;
\ir ../helpers.psql
select plan(6);

-- A profile with a settled job, and what each call needs to be a replay on it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')),
       credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)',
                                   :'profile', '2030-02-01 00:00Z')),
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 5, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who')),
       credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who')),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, 1, 1, %L, %L)',
                                   :'profile', 'a', 'why', 'who')),
       credits_tests.answer(format('credits.close_profile(%L, %L, %L)', :'profile', 'why', 'who'))
\gset done_

-- Whether a call locks the profile. It runs on a copy of all rows, under other ids, since a
-- transaction cannot see its own new lock on a row that it wrote with one.
create function credits_tests.locks(profile uuid, call text, job uuid)
returns boolean
language plpgsql
as $$
declare
  v_copy uuid := gen_random_uuid();
  v_table text;
begin
  insert into credits.profiles
  select (jsonb_populate_record(p, jsonb_build_object('id', v_copy))).*
    from credits.profiles p
   where p.id = locks.profile;
  insert into credits.jobs
  select (jsonb_populate_record(j, jsonb_build_object(
           'id', md5(concat(v_copy, j.id))::uuid, 'profile_id', v_copy))).*
    from credits.jobs j
   where j.profile_id = locks.profile;
  insert into credits.ledger
  select (jsonb_populate_record(l, jsonb_build_object(
           'job_id', md5(v_copy::text || l.job_id)::uuid, 'profile_id', v_copy))).*
    from credits.ledger l
   where l.profile_id = locks.profile;
  foreach v_table in array array['renewals', 'revocations'] loop
    execute format('insert into credits.%1$I
                    select (jsonb_populate_record(t, jsonb_build_object(''profile_id'', $1))).*
                      from credits.%1$I t where t.profile_id = $2', v_table)
      using v_copy, locks.profile;
  end loop;
  if (credits_tests.answer(format(locks.call, v_copy, md5(concat(v_copy, locks.job))::uuid))
        ->> 'replayed') = 'false' then
    raise exception 'not a replay: %', locks.call;
  end if;
  return (select p.xmax <> '0' from credits.profiles p where p.id = v_copy);
end
$$;

select is(credits_tests.locks(:'profile', c.call, :'job'), true, c.call)
  from (values
    ('credits.settle_job(%2$L, 700)'),
    ('credits.renew_monthly(%1$L, ''2030-02-01 00:00Z'', 800)'),
    ('credits.reinstate_grant(%1$L, ''order-1'', ''why'', ''who'')'),
    ('credits.adjust_credits(%1$L, ''a'', 1, 1, ''why'', ''who'')'),
    ('credits.set_overdraft_limit(%1$L, 0, ''why'', ''who'')'),
    ('credits.close_profile(%1$L, ''why'', ''who'')')
  ) c (call);

select * from finish();
rollback;
