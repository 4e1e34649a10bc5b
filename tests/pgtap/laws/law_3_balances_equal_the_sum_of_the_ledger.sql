begin;
\ir ../helpers.psql
select plan(5);

-- 300 calls at random on two profiles, refused ones among them.
create function credits_tests.random_calls(one uuid, two uuid)
returns void
language plpgsql
as $$
declare
  v_calls constant text[] := array[
    'select credits.reserve_credits(%1$L, gen_random_uuid(), %3$s)',
    'select credits.reserve_credits(%1$L, gen_random_uuid(), %3$s)',
    'select credits.reserve_credits(%1$L, gen_random_uuid(), 0)',
    'select credits.refund_job(%2$L, %3$s, gen_random_uuid()::text)',
    'select credits.refund_job(%2$L, %3$s, gen_random_uuid()::text)',
    'select credits.refund_job(%2$L)',
    'select credits.rollback_reservation(%2$L)',
    'select credits.grant_addon(%1$L, %3$s, %3$L)'
  ];
  v_profile uuid;
  v_job uuid;
begin
  for i in 1 .. 300 loop
    v_profile := case when random() < 0.5 then random_calls.one else random_calls.two end;
    select j.id into v_job
      from credits.jobs j
     where j.profile_id = v_profile
     order by random()
     limit 1;
    begin
      execute format(v_calls[1 + floor(8 * random())::integer], v_profile, v_job,
                     floor(1000 * random())::integer);
    exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT404' or sqlstate 'PT409' then
      null;
    end;
  end loop;
end
$$;

select credits_tests.profile(500, 5000) as one,
       credits_tests.allow_overdraft(credits_tests.profile(2000, 0), 700) as two
\gset
select setseed(0.5) as seed, credits_tests.random_calls(:'one', :'two') as done \gset

select set_eq(
  format('select distinct l.kind from credits.ledger l where l.profile_id in (%L, %L)',
         :'one', :'two'),
  array['open', 'grant', 'reserve', 'refund', 'rollback'],
  'every kind of row was written'
);
select is_empty(
  format($$
    select p.id, p.credits_remaining, p.addon_credits
      from credits.profiles p
     where p.id in (%1$L, %2$L)
    except
    select l.profile_id, sum(l.monthly_delta), sum(l.addon_delta)
      from credits.ledger l
     where l.profile_id in (%1$L, %2$L)
     group by l.profile_id
  $$, :'one', :'two'),
  'each bucket holds the sum of its deltas'
);
select is_empty(
  format($$
    select l.profile_id, l.seq
      from (select l.*,
                   sum(l.monthly_delta) over running as monthly,
                   sum(l.addon_delta) over running as addon,
                   row_number() over running as number
              from credits.ledger l
             where l.profile_id in (%L, %L)
            window running as (partition by l.profile_id order by l.seq)) l
     where (l.seq, l.monthly_balance, l.addon_balance) <> (l.number, l.monthly, l.addon)
  $$, :'one', :'two'),
  'seq has no gaps, and each balance is the one before plus the delta'
);
select is_empty(
  format($$
    select p.id, p.seq
      from credits.profiles p
     where p.id in (%1$L, %2$L)
    except
    select l.profile_id, max(l.seq)
      from credits.ledger l
     where l.profile_id in (%1$L, %2$L)
     group by l.profile_id
  $$, :'one', :'two'),
  'the profile counts its rows'
);
select is_empty(
  format($$
    select j.profile_id, j.id,
           j.monthly_refunded - j.monthly_deducted, j.addon_refunded - j.addon_deducted
      from credits.jobs j
     where j.profile_id in (%1$L, %2$L)
       and j.reserved_cost > 0
    except
    select l.profile_id, l.job_id, sum(l.monthly_delta), sum(l.addon_delta)
      from credits.ledger l
     where l.profile_id in (%1$L, %2$L)
     group by l.profile_id, l.job_id
  $$, :'one', :'two'),
  'what a job has out is what its ledger rows say'
);

select * from finish();
rollback;
