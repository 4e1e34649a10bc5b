begin;
\ir ../helpers.psql
select plan(10);

-- Holds and packs of a profile end between each other, a paid pack is reopened twice and ends again,
-- a promo pack is not, and a month begins. Whoever works that off, and however late, leaves the same.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
update credits.settings set closed_period_refund = 'lapse';

create function pg_temp.story()
returns uuid
language plpgsql
as $$
declare
  v_profile uuid;
begin
  perform set_config('credits_tests.now', '2030-01-01 00:00Z', true);
  v_profile := credits_tests.profile(5, 20);
  perform credits_tests.pack(v_profile, 30, '2030-01-01 02:00Z');
  perform credits_tests.pack(v_profile, 10, '2030-01-01 03:00Z', 'promo');
  perform credits_tests.pack(v_profile, 40, '2030-01-01 08:00Z');
  perform credits_tests.hold(v_profile, 25, '1 hour');               -- 5 monthly, 20 of 30
  perform credits_tests.hold(v_profile, 15, '2 hours 30 minutes');   -- 10 of 30, 5 of 10
  perform credits_tests.hold(v_profile, 10, '3 hours 30 minutes');   -- 5 of 10, 5 of 40
  perform credits_tests.hold(v_profile, 0, '2 hours');
  perform credits_tests.hold(v_profile, 40, '9 hours');              -- 35 of 40, 5 perpetual
  perform set_config('credits_tests.now', '2030-01-01 00:10Z', true);
  perform credits_tests.renew(v_profile, '2030-01-01 00:10Z', 7, 0);
  return v_profile;
end
$$;

create function pg_temp.tells(profile uuid)
returns text
language sql
as $$
  select concat_ws(
    '; ', credits_tests.history(tells.profile, 9), credits_tests.buckets(tells.profile),
    credits_tests.packs(tells.profile),
    (select string_agg(concat(j.reserved_cost, ' ', j.state, ' ', j.monthly_refunded, ' ',
                              j.addon_refunded, ' ', j.hold_due_at), ', ' order by j.reserved_cost)
       from credits.jobs j where j.profile_id = tells.profile),
    (select string_agg(concat(k.expires_at at time zone 'UTC', ' ', k.lapsed), ', ' order by k.seq)
       from credits.packs k where k.profile_id = tells.profile),
    (select concat(r.unused, ' ', r.carried) from credits.renewals r
      where r.profile_id = tells.profile),
    (select concat(p.next_hold_expiry, ' ', p.next_pack_expiry) from credits.profiles p
      where p.id = tells.profile))
$$;

-- Sweeps of some holds and of some packs in turn, and how many answers each had.
create function pg_temp.sweep(rounds integer, holds bigint, packs bigint)
returns text
language plpgsql
as $$
declare
  v_answers text[];
  v_number bigint;
begin
  for v_round in 1..sweep.rounds loop
    if sweep.holds > 0 then
      select count(*) into v_number from credits.expire_holds(sweep.holds);
      v_answers := v_answers || v_number::text;
    end if;
    if sweep.packs > 0 then
      select count(*) into v_number from credits.expire_packs(sweep.packs);
      v_answers := v_answers || v_number::text;
    end if;
  end loop;
  return array_to_string(v_answers, ' ');
end
$$;

select pg_temp.story() as late, credits_tests.set_time('2030-01-01 20:00Z') as now \gset
select credits_tests.answer(format('credits.get_balance(%L)', :'late')) as worked_off \gset
select is(
  credits_tests.history(:'late', 9),
  'expire +5 +20, lapse -5 +0, lapse +0 -20, expire +0 +15, lapse +0 -5, expire +0 +10, '
    'lapse +0 -5, lapse +0 -10, lapse +0 -5, expire +0 +40, lapse +0 -35',
  'each as of its own deadline'
);
select is(
  pg_temp.tells(:'late'),
  credits_tests.history(:'late', 9) || '; 7 + 20; 0 0 0; 0 expired 0 0 , 10 expired 0 10 , '
    '15 expired 0 15 , 25 expired 5 20 , 40 expired 0 40 ; 2030-01-01 04:30:00 30, '
    '2030-01-01 03:00:00 10, 2030-01-01 17:00:00 40; 5 0;  ',
  'nothing of it is left'
);
select credits_tests.sound(:'late');

select pg_temp.story() as each \gset
select count(b.answer) as worked_off
  from unnest(array['01:00', '02:00', '02:30', '03:00', '03:30', '04:30', '08:00', '09:00', '17:00',
                    '20:00']) with ordinality t (time, place),
       lateral set_config('credits_tests.now', '2030-01-01 ' || t.time || 'Z', true) s,
       lateral credits_tests.answer(
         format('credits.get_balance(%L)', case when s is not null then :'each'::text end)) b (answer)
\gset
select is(pg_temp.tells(:'each'), pg_temp.tells(:'late'), 'at each deadline by itself');

select pg_temp.story() as held, credits_tests.set_time('2030-01-01 20:00Z') as now \gset
select is(
  pg_temp.sweep(9, 1, 0), '1 0 1 1 0 1 0 0 1', 'a sweep of one is one hold, or one pack before it'
);
select is_empty(
  format('select from credits.jobs j where j.profile_id = %L and j.hold_due_at is not null', :'held'),
  'and in the end no hold is overdue'
);
select count(*) as worked_off from credits.expire_packs() \gset
select is(pg_temp.tells(:'held'), pg_temp.tells(:'late'), 'by sweeps of one');

select pg_temp.story() as packed, credits_tests.set_time('2030-01-01 20:00Z') as now \gset
select is(
  pg_temp.sweep(6, 1, 1), '1 1 1 0 1 1 1 1 0 0 1 1',
  'a sweep of packs goes to a profile whose pack is over and not empty'
);
select is(pg_temp.tells(:'packed'), pg_temp.tells(:'late'), 'by sweeps of one of either');

-- Some at a time.
select pg_temp.story() as both, credits_tests.set_time('2030-01-01 20:00Z') as now \gset
select pg_temp.sweep(3, 3, 2) as answers \gset
select is(pg_temp.tells(:'both'), pg_temp.tells(:'late'), 'by sweeps of some');

select * from finish();
rollback;
