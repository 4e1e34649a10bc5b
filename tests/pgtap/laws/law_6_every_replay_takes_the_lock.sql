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

-- A copy of all rows of the profile under another id, unlocked: a transaction cannot see a new lock
-- of its own on a row that it has locked before. A replica checks no foreign key, which locks too.
create function credits_tests.unlocked_copy(profile uuid)
returns uuid
language plpgsql
set session_replication_role = replica
as $$
declare
  v_copy uuid := gen_random_uuid();
begin
  insert into credits.profiles
  select (jsonb_populate_record(p, jsonb_build_object('id', v_copy))).*
    from credits.profiles p
   where p.id = unlocked_copy.profile;
  insert into credits.jobs
  select (jsonb_populate_record(j, jsonb_build_object(
           'id', credits_tests.copied_job(v_copy, j.id), 'profile_id', v_copy))).*
    from credits.jobs j
   where j.profile_id = unlocked_copy.profile;
  insert into credits.ledger
  select (jsonb_populate_record(l, jsonb_build_object(
           'job_id', credits_tests.copied_job(v_copy, l.job_id), 'profile_id', v_copy))).*
    from credits.ledger l
   where l.profile_id = unlocked_copy.profile;
  return v_copy;
end
$$;

-- The id of a job in a copy.
create function credits_tests.copied_job(copy uuid, job uuid)
returns uuid
language sql
as $$ select md5(copied_job.copy::text || copied_job.job)::uuid $$;

-- What a replay does to a copy: 'unlocked, replayed, locked'.
create function credits_tests.locks(profile uuid, call text, job uuid)
returns text
language plpgsql
as $$
declare
  v_copy uuid := credits_tests.unlocked_copy(locks.profile);
  v_states text[];
begin
  v_states := array[(select case p.xmax when '0' then 'unlocked' else 'locked' end
                       from credits.profiles p
                      where p.id = v_copy)];
  v_states := v_states || case credits_tests.answer(
      format(locks.call, v_copy, credits_tests.copied_job(v_copy, locks.job))) ->> 'replayed'
    when 'true' then 'replayed' else 'written' end;
  v_states := v_states || (select case p.xmax when '0' then 'unlocked' else 'locked' end
                             from credits.profiles p
                            where p.id = v_copy);
  return array_to_string(v_states, ', ');
end
$$;

select is(credits_tests.locks(:'profile', c.call, c.job), 'unlocked, replayed, locked', c.call)
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
