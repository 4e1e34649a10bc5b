begin;
\ir ../helpers.psql
select plan(4);

create temporary table refunded as
select credits_tests.imported(
         100 * c.refunds, 0,
         array(select credits_tests.old_job(concat(c.name, n), 100, false)
                 from generate_series(1, c.refunds) n),
         credits_tests.old_ledger(variadic array[format('+%s purchase', 100 * c.refunds)]
           || array(select format(l.line, credits_tests.old_id(concat(c.name, n)))
                      from generate_series(1, c.refunds) n,
                           (values (1, '-100 job %s'), (2, '+100 job refund %s')) l (place, line)
                     order by l.place, n))) as id,
       c.refunds
  from (values ('A', 2), ('B', 1), ('C', 3)) c (name, refunds);
select credits_tests.profile(500, 5000) as opened, credits_tests.imported(0, 0, '{}', '{}') as empty
\gset

select is(
  (select count(*) from credits.audit_refunds(r.id) a where a.profile_id = r.id), r.refunds::bigint,
  format('%s refunds of one profile', r.refunds)
)
from refunded r
where r.refunds < 3;
select results_eq(
  'select a.profile_id, a.position from credits.audit_refunds() a
    where a.profile_id in (select r.id from refunded r)',
  'select r.id, 1 + r.refunds + n
     from refunded r, generate_series(1, r.refunds) n order by r.id, n',
  'all profiles, the oldest refund of each first'
);
select is_empty(
  format('select from credits.audit_refunds() a where a.profile_id in (%L, %L)',
         :'opened', :'empty'),
  'profiles without refunds have no rows'
);

select * from finish();
rollback;
