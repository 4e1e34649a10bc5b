begin;
\ir ../helpers.psql
select plan(6);

-- A profile with two jobs, and what each call needs to be a replay on it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as refunded,
       credits_tests.job(:'profile', 1000) as undone
\gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'refunded', 'part-1')),
       credits_tests.answer(format('credits.refund_job(%L)', :'refunded')),
       credits_tests.answer(format('credits.rollback_reservation(%L)', :'undone')) as done
\gset

-- Whether a call locks the profile. It runs on a copy of all rows, under other ids, since a
-- transaction cannot see its own new lock on a row that it wrote with one.
create function credits_tests.locks(profile uuid, call text, job uuid)
returns boolean
language plpgsql
as $$
declare
  v_copy uuid := gen_random_uuid();
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
  if (credits_tests.answer(format(locks.call, v_copy, md5(concat(v_copy, locks.job))::uuid))
        ->> 'replayed') = 'false' then
    raise exception 'not a replay: %', locks.call;
  end if;
  return (select p.xmax <> '0' from credits.profiles p where p.id = v_copy);
end
$$;

select is(credits_tests.locks(:'profile', c.call, c.job), true, c.call)
  from (values
    ('credits.open_profile(%L, 500, 5000)', null),
    ('credits.grant_addon(%L, 700, ''order-1'')', null),
    ('credits.reserve_credits(%L, %L, 2000)', :'refunded'::uuid),
    ('credits.refund_job(%2$L, 100, ''part-1'')', :'refunded'),
    ('credits.refund_job(%2$L)', :'refunded'),
    ('credits.rollback_reservation(%2$L)', :'undone')
  ) c (call, job);

select * from finish();
rollback;
