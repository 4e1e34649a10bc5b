begin;
\ir ../helpers.psql
select plan(6);

-- 500 calls at random on two profiles while time goes by, refused ones among them.
create function credits_tests.random_calls(one uuid, two uuid)
returns void
language plpgsql
as $$
declare
  v_calls constant text[] := array[
    'select credits.reserve_credits(%1$L, gen_random_uuid(), %3$s)',
    'select credits.reserve_credits(%1$L, gen_random_uuid(), %3$s, hold_for => ''%4$s hours'')',
    'select credits.reserve_credits(%1$L, gen_random_uuid(), %3$s, hold_for => ''%4$s hours'')',
    'select credits.reserve_credits(%1$L, gen_random_uuid(), 0, hold_for => ''%4$s hours'')',
    'select credits.settle_job(%2$L, %3$s)',
    'select credits.settle_job(%2$L, 2 * %3$s)',
    'select credits.settle_job(%2$L, %3$s, ''reject'')',
    'select credits.refund_job(%2$L, %3$s, gen_random_uuid()::text)',
    'select credits.refund_job(%2$L)',
    'select credits.rollback_reservation(%2$L)',
    'select credits.raise_reservation(%2$L, %3$s)',
    'select credits.extend_hold(%2$L, ''%4$s hours'')',
    'select credits.grant_addon(%1$L, %3$s, %3$L, credits._now() + ''%4$s hours'', ''paid'')',
    'select credits.grant_addon(%1$L, %3$s, %3$L, credits._now() + ''%4$s hours'', ''promo'', 1)',
    'select credits.grant_addon(%1$L, %3$s, %3$L)',
    'select credits.revoke_grant(%1$L, %5$L, ''%4$s'', null, ''why'', ''who'')',
    'select credits.revoke_grant(%1$L, %5$L, ''%4$s'', 1 + %3$s, ''why'', ''who'')',
    'select credits.reinstate_grant(%1$L, %5$L, ''%4$s'', ''why'', ''who'')',
    'select credits.revoke_renewal(%1$L, %6$L, ''%4$s'', 1 + %3$s, ''why'', ''who'')',
    'select credits.reinstate_renewal(%1$L, %6$L, ''%4$s'', ''why'', ''who'')',
    'select credits.adjust_credits(%1$L, gen_random_uuid()::text, 7, -%3$s, ''why'', ''who'')',
    'select credits.set_overdraft_limit(%1$L, %3$s, ''why'', ''who'')',
    'select credits.renew_monthly(%1$L, credits._now(), %3$s, 100 * %4$s)',
    'select credits.expire_packs(1)'
  ];
  v_profile uuid;
  v_job uuid;
  v_reference text;
  v_period timestamptz;
begin
  for i in 1 .. 500 loop
    perform credits_tests.set_time(
      '2030-01-01 00:00Z'::timestamptz + i * interval '1 hour' + random() * interval '1 hour');
    v_profile := case when random() < 0.5 then random_calls.one else random_calls.two end;
    select j.id into v_job
      from credits.jobs j
     where j.profile_id = v_profile
     order by random() * (1 + j.reserve_seq) desc
     limit 1;
    select l.reference into v_reference
      from credits.ledger l
     where l.profile_id = v_profile
       and l.kind = 'grant'
     order by random()
     limit 1;
    select r.period_start into v_period
      from credits.renewals r
     where r.profile_id = v_profile
     order by random() * r.seq desc
     limit 1;
    begin
      execute format(v_calls[1 + floor(cardinality(v_calls) * random())::integer], v_profile, v_job,
                     floor(1000 * random())::integer, 1 + floor(9 * random())::integer,
                     v_reference, v_period);
    exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT404' or sqlstate 'PT409' then
      null;
    end;
  end loop;
end
$$;

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 5000) as one, credits_tests.profile(2000, 0) as two \gset
select setseed(0.5) as seed, credits_tests.random_calls(:'one', :'two') as done \gset

select credits_tests.sound(:'one', 'check_integrity finds nothing wrong with the one');
select credits_tests.sound(:'two', 'nor with the other');
select set_has(
  format('select distinct l.kind from credits.ledger l where l.profile_id in (%L, %L)',
         :'one', :'two'),
  $$ values ('open'), ('grant'), ('reserve'), ('refund'), ('settle'), ('expire'), ('lapse'),
            ('renew'), ('revoke'), ('adjust') $$,
  'many kinds of rows were written'
);
select is_empty(
  format($$
    select k.profile_id, k.seq
      from credits.packs k
     where k.profile_id in (%L, %L)
       and k.remaining > k.amount - (select coalesce(sum(d.amount - d.returned), 0)
                                       from credits.pack_draws d
                                      where d.profile_id = k.profile_id
                                        and d.pack_seq = k.seq)
  $$, :'one', :'two'),
  'no pack has more than it was granted less what jobs hold of it'
);
select is_empty(
  format($$
    select p.id
      from credits.profiles p
     where p.id in (%L, %L)
       and p.addon_credits + p.overdraft_limit
           < (select coalesce(sum(k.remaining), 0)
                from credits.packs k
               where k.profile_id = p.id)
  $$, :'one', :'two'),
  'the perpetual rest is not below the overdraft limit'
);
select is_empty(
  format($$
    select r.profile_id, r.period_start
      from credits.renewals r
      join credits.ledger l on l.profile_id = r.profile_id and l.seq = r.seq
     where r.profile_id in (%L, %L)
       and (l.kind <> 'renew' or l.addon_delta <> 0
            or r.carried < l.monthly_balance - r.allowance)
  $$, :'one', :'two'),
  'each renewal carried what its ledger row says, or refunds added to it'
);

select * from finish();
rollback;
