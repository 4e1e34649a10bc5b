begin;
\ir ../helpers.psql
select plan(34);

-- Every kind of damage, with a different job each.
create temporary table old as
select d.kind,
       credits_tests.imported(
         d.monthly, d.addon,
         array(select row(replace(j.id, credits_tests.old_id('A')::text,
                                  credits_tests.old_id(d.kind)::text),
                          j.status, j.meta_json, j.created_at)::credits.legacy_job
                 from unnest(d.jobs) j),
         array(select row(e.id, e.ts, e.kind, e.job_id, e.delta,
                          replace(e.reason, credits_tests.old_id('A')::text,
                                  credits_tests.old_id(d.kind)::text))::credits.legacy_entry
                 from unnest(d.entries) e),
         array[d.kind, 'balance_mismatch']) as id
  from credits_tests.damaged_profiles() d;

select credits_tests.sound(o.id, o.kind) from old o;
select is(
  (select count(*) from credits.jobs j where j.profile_id in (select o.id from old o)), 9::bigint,
  'with their jobs'
);
select is(
  (select count(*)
     from credits.jobs j, lateral credits.refund_job(j.id) f
    where j.profile_id in (select o.id from old o)
      and f.job_id is null), 0::bigint, 'which can all be refunded'
);
select credits_tests.sound(o.id, format('%s, refunded', o.kind)) from old o;

select * from finish();
rollback;
