begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.watch(credits_tests.profile(0, 100)) as profile \gset

select credits_tests.hold(:'profile', 0, '1 hour') as free,
       credits_tests.hold(:'profile', 30, '1 hour') as hold,
       credits_tests.job(:'profile', 10) as job
\gset
select credits_tests.set_time('2030-01-01 01:00Z') as later,
       credits_tests.settle(:'job', 120) as settled
\gset
select is(
  (select string_agg(format('%s %s %s', e.kind, e.subject, e.payload - 'job_id'), ', '
                     order by e.kind, e.payload ->> 'returned')
     from credits.events e
    where e.profile_id = :'profile' and e.kind <> 'credits.depleted'),
  format('hold.expired %s {"returned": 0}, hold.expired %s {"returned": 30}, '
         'job.shortfall %s {"shortfall": 20, "settled_cost": 120}', :'free', :'hold', :'job'),
  'holds that nobody settled, free ones too, and a job that cost more than there was'
);

-- Two of them without a ledger row of their own.
select credits_tests.job(:'profile', 0) as first, credits_tests.job(:'profile', 0) as second \gset
select credits_tests.settle(:'first', 5), credits_tests.settle(:'second', 7) \gset done_
select is(
  (select count(*) from credits.events e
    where e.profile_id = :'profile' and e.subject in (:'first', :'second')),
  2::bigint, 'each is an event'
);

select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.set_time('2030-02-01 00:00Z') as over,
       (select count(*) from credits.expire_packs(10000)) as swept
\gset
select is(
  (select string_agg(format('%s %s', e.subject, e.payload), ', ')
     from credits.events e where e.profile_id = :'profile' and e.kind = 'pack.lapsed'),
  (select format('%s {"lapsed": 50, "grant_seq": %s}', k.seq, k.seq)
     from credits.packs k where k.profile_id = :'profile'),
  'what was left of a pack'
);

select credits_tests.grant_credits(:'profile', 80, 'bought') as bought,
       credits_tests.job(:'profile', 60) as spent
\gset
select credits_tests.revoke(:'profile', 'bought', 20, 'dispute-1') as all_there,
       credits_tests.revoke(:'profile', 'bought', 50, 'dispute-2') as not_all
\gset
select is(
  (select string_agg(format('%s %s', e.subject, e.payload ->> 'uncollected'), ', ')
     from credits.events e where e.profile_id = :'profile' and e.kind = 'grant.uncollected'),
  'dispute-2 50', 'a revocation that did not get all'
);
select is(
  (select count(*) from credits.events e
    where e.profile_id = :'profile' and e.kind = 'credits.low'),
  0::bigint, 'and nothing of a low balance without one'
);
select credits_tests.sound(:'profile');

-- Off.
select a.kinds as kinds from credits.set_alert(:'profile', 10, '{}') a \gset
select credits_tests.fingerprint() as before \gset
select is((select p.watched from credits.profiles p where p.id = :'profile'), false, 'off');
select credits_tests.job(:'profile', 0) as third \gset
select credits_tests.settle(:'third', 9) as settled \gset
select is(
  (select count(*) from credits.events e where e.profile_id = :'profile' and e.subject = :'third'),
  0::bigint, 'nothing more is told'
);

select * from finish();
rollback;
