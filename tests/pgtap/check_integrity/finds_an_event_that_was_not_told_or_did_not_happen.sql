begin;
\ir ../helpers.psql
select plan(21);

-- What is found after this change of a watched profile to which everything has happened.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid;
  v_hold uuid;
  v_job uuid;
begin
  perform credits_tests.set_time('2030-01-01 00:00Z');
  v_profile := credits_tests.watch(credits_tests.profile(0, 100), 50);
  perform credits_tests.pack(v_profile, 20, '2030-02-01 00:00Z');
  v_hold := credits_tests.hold(v_profile, 80, '1 hour');
  perform credits_tests.set_time('2030-01-30 00:00Z');
  perform credits.expire_holds(10000);
  perform credits.expire_packs(10000);
  perform credits_tests.set_time('2030-02-10 00:00Z');
  v_job := credits_tests.job(v_profile, 10);
  perform credits_tests.settle(v_job, 200);
  perform credits_tests.grant_credits(v_profile, 30, 'spent');
  perform credits_tests.job(v_profile, 30);
  perform credits_tests.revoke(v_profile, 'spent', 20, 'dispute-1');
  perform credits.set_topup(v_profile, 60, 500);
  perform credits_tests.grant_credits(v_profile, 500, format('topup-%s-1', v_profile));
  execute format(found_after.change, v_profile, v_hold, v_job);
  return (select replace(replace(string_agg(
                   concat_ws(', ', case f.rule
                                     when 'what happened to a watched profile was told' then 'untold'
                                     when 'what was told of a profile happened' then 'invented'
                                     else f.rule
                                   end, f.expected, f.found), '; '
                   order by f.rule, f.expected, f.found), v_hold::text, 'HOLD'),
                   v_job::text, 'JOB')
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('select %1$L, %2$L, %3$L', null),
    ('delete from credits.events e where e.profile_id = %1$L and e.kind = ''credits.low''',
     'untold, credits.low 3, nothing'),
    ('delete from credits.events e where e.profile_id = %1$L and e.kind = ''credits.depleted''
        and e.seq = (select max(d.seq) from credits.events d
                      where d.profile_id = %1$L and d.kind = ''credits.depleted'')',
     'untold, credits.depleted 9, nothing'),
    ('delete from credits.events e where e.profile_id = %1$L and e.kind = ''hold.expired''',
     'untold, hold.expired 4 HOLD, nothing'),
    ('delete from credits.events e where e.profile_id = %1$L and e.kind = ''pack.lapsed''',
     'untold, pack.lapsed 5, nothing'),
    ('delete from credits.events e where e.profile_id = %1$L and e.kind = ''job.shortfall''',
     'untold, job.shortfall 7 JOB, nothing'),
    ('delete from credits.events e where e.profile_id = %1$L and e.kind = ''grant.uncollected''',
     'untold, grant.uncollected 10 dispute-1, nothing'),
    ('update credits.events e set seq = 4
       where e.profile_id = %1$L and e.kind = ''credits.low'' and e.seq = 3',
     'untold, credits.low 3, nothing; invented, nothing, credits.low 4'),
    ('update credits.events e set seq = 4
       where e.profile_id = %1$L and e.kind = ''pack.lapsed''',
     'untold, pack.lapsed 5, nothing; invented, nothing, pack.lapsed 4 2'),
    ('update credits.events e set subject = ''x''
       where e.profile_id = %1$L and e.kind = ''hold.expired''',
     'untold, hold.expired 4 HOLD, nothing; invented, nothing, hold.expired 4 x'),
    ('update credits.events e set subject = ''x''
       where e.profile_id = %1$L and e.kind = ''grant.uncollected''',
     'untold, grant.uncollected 10 dispute-1, nothing; invented, nothing, grant.uncollected 10 x'),
    ('update credits.packs k set notice_at = null where k.profile_id = %1$L',
     'invented, nothing, pack.expiring 2'),
    ('insert into credits.events (profile_id, seq, occurred_at, due_at, kind, subject, payload)
      values (%1$L, 6, now(), now(), ''job.shortfall'', %2$L, ''{}'')',
     'invented, nothing, job.shortfall 6 HOLD'),
    ('update credits.alerts a set low = true where a.profile_id = %1$L',
     'whether a profile is low is what its ledger says, false, true'),
    ('update credits.alerts a set depleted = true where a.profile_id = %1$L',
     'whether a profile is depleted is what its ledger says, false, true'),
    ('update credits.profiles p set watched = false where p.id = %1$L',
     'who is told something is watched, true, false'),
    ('update credits.alerts a set low_balance = 20 where a.profile_id = %1$L',
     'untold, credits.low 7, nothing; untold, credits.low 9, nothing; '
     'invented, nothing, credits.low 3'),
    ('insert into credits.topups (profile_id, number, seq, amount, requested_at, state, reference)
      values (%1$L, 2, 11, 500, now(), ''open'', ''topup-2'')',
     'untold, topup.requested 11 topup-2, nothing'),
    ('insert into credits.events (profile_id, seq, occurred_at, due_at, kind, subject, payload)
      values (%1$L, 5, now(), now(), ''hold.expired'', %2$L, ''{}'')',
     'invented, nothing, hold.expired 5 HOLD'),
    ('update credits.topups t set grant_seq = 1 where t.profile_id = %1$L',
     'a granted request has its grant, a grant for request 1, none'),
    ('delete from credits.topups t where t.profile_id = %1$L;
      delete from credits.alerts a where a.profile_id = %1$L',
     'who is watched has an alert, an alert, none')
  ) c (change, finding);

select * from finish();
rollback;
