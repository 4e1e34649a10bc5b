begin;
\ir ../helpers.psql
select plan(16);

select credits_tests.set_time('1990-01-01 00:00Z') as now \gset
select count(*) as holds
  from generate_series(1, 8) n,
       lateral credits_tests.profile(0, 10 + 0 * n) p,
       lateral credits_tests.hold(p, n, (9 - n) * interval '1 hour') h
\gset
select credits_tests.set_time('1990-01-02 00:00Z') as later \gset

select is(r.amount, n, format('the hold of %s', n))
  from generate_series(8::bigint, 1, -1) n,
       lateral credits.expire_holds(1 + 0 * n) r;

select credits_tests.set_time('1990-01-01 00:00Z') as now, credits_tests.profile(0, 100) as profile,
       credits_tests.profile(0, 100) as other
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as first,
       credits_tests.hold(:'other', 10, '2 hours') as second
\gset
select credits_tests.set_time('1990-01-01 03:00Z') as later \gset

select results_eq(
  'select r.job_id from credits.expire_holds(1) r', format('values (%L::uuid)', c.job),
  c.description
)
from (values (:'first', 'the longest overdue')) c (job, description);
select is(credits_tests.job_row(:'second') ->> 'state', 'reserved', 'another profile waits');
select results_eq(
  'select r.job_id from credits.expire_holds(1) r', format('values (%L::uuid)', :'second'),
  'until it is its turn'
);

-- Packs that were due before a hold go first, and count; so do free holds.
select credits_tests.set_time('1990-01-01 00:00Z') as now, credits_tests.profile(0, 0) as mixed \gset
select credits_tests.pack(:'mixed', 40, '1990-01-01 02:00Z'),
       credits_tests.pack(:'mixed', 9, '1990-01-01 01:00Z', reference => 'nine')
\gset pack_
select credits_tests.hold(:'mixed', 5, '2 hours') as first,
       credits_tests.hold(:'mixed', 0, '3 hours') as free,
       credits_tests.hold(:'mixed', 2, '4 hours') as last
\gset hold_
select credits_tests.set_time('1990-01-02 00:00Z') as later \gset

select is_empty('select from credits.expire_holds(2)', 'two packs were due before the hold');
select is(credits_tests.history(:'mixed', 5), 'lapse +0 -2, lapse +0 -40', 'they have lapsed');
select results_eq(
  'select r.job_id, r.amount from credits.expire_holds(2) r',
  format('values (%L::uuid, 5::bigint)', :'hold_first'),
  'the hold, and the pack that it reopened'
);
select is(
  (select row(p.next_hold_expiry, p.next_pack_expiry)::text from credits.profiles p
    where p.id = :'mixed'),
  row('1990-01-01 03:00Z'::timestamptz, null::timestamptz)::text,
  'the profile knows when the next one was due'
);
select results_eq(
  'select r.job_id, r.amount from credits.expire_holds(2) r',
  format('values (%L::uuid, 0::bigint), (%L, 2)', :'hold_free', :'hold_last'),
  'then two holds, one of them free'
);

select * from finish();
rollback;
