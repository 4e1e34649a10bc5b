begin;
\ir ../helpers.psql
select plan(14);

-- What is found after this change of a job of 10 that was raised to 30, of which 5 are back.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(15, 0);
  v_job uuid;
begin
  perform credits_tests.pack(v_profile, 50, '2030-02-01 00:00Z');
  v_job := credits_tests.job(v_profile, 10);
  perform credits_tests.raise_job(v_job, 30);
  perform credits.refund_job(v_job, 5, 'part-1');
  execute format(found_after.change, v_profile, v_job);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found, f.job_id = v_job), '; '
                            order by f.rule)
            from credits.check_integrity(v_profile) f);
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('select %1$L, %2$L', null),
    ('update credits.jobs j set raised = 21 where j.id = %2$L',
     'job was raised by what its raises drew, 20, 21, t'),
    ('update credits.jobs j set raised = 0 where j.id = %2$L',
     'job was raised by what its raises drew, 20, 0, t'),
    ('update credits.raises r set monthly = 4, addon = 16 where r.profile_id = %1$L',
     'raises drew the addon credits their ledger rows took, 15, 16, t; '
     'raises drew the monthly credits their ledger rows took, 5, 4, t; '
     'raises hold no more addon credits than their job, 10, 11, t'),
    ('update credits.raises r set pack = 14 where r.profile_id = %1$L',
     'raise drew from packs what its draws say, 15, 14, t'),
    ('update credits.raises r set early = 1 where r.profile_id = %1$L',
     'raise drew from early packs what its draws say, 0, 1, t'),
    ('update credits.raises r set returned = 4 where r.profile_id = %1$L',
     'raises hold no more addon credits than their job, 10, 11, t'),
    ('update credits.raises r set monthly = 20, addon = 0, pack = 0, returned = 0
       where r.profile_id = %1$L',
     'raise drew from packs what its draws say, 15, 0, t; '
     'raises drew the addon credits their ledger rows took, 15, 0, t; '
     'raises drew the monthly credits their ledger rows took, 5, 20, t; '
     'raises hold no more monthly credits than their job, 15, 20, t'),
    ('delete from credits.raises r where r.profile_id = %1$L',
     'job was raised by what its raises drew, 0, 20, t; '
     'raises drew the addon credits their ledger rows took, 15, 0, t; '
     'raises drew the monthly credits their ledger rows took, 5, 0, t')
  ) c (change, finding);

-- The same of a job that was never raised.
alter table credits.ledger disable trigger ledger_refuse_change;
create function credits_tests.found_of_plain(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(15, 0);
  v_job uuid := credits_tests.job(v_profile, 10);
begin
  execute format(found_of_plain.change, v_profile, v_job);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found, f.job_id = v_job), '; '
                            order by f.rule)
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_of_plain(c.change), c.finding, c.change)
  from (values
    ('update credits.jobs j set raised = 5 where j.id = %2$L',
     'job was raised by what its raises drew, 0, 5, t'),
    ('insert into credits.raises (profile_id, job_id, draw, monthly, addon, pack, seq)
      values (%1$L, %2$L, 2, 5, 0, 0, 2)',
     'job was raised by what its raises drew, 5, 0, t; '
     'raises drew the monthly credits their ledger rows took, 0, 5, t'),
    ('update credits.ledger l set kind = ''raise'' where l.profile_id = %1$L and l.seq = 2',
     'raises drew the monthly credits their ledger rows took, 10, 0, t')
  ) c (change, finding);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other \gset
select credits_tests.job(:'other', 0) as others_job \gset
insert into credits.raises (profile_id, job_id, draw, monthly, addon, pack, seq)
values (:'profile', :'others_job', 2, 5, 0, 0, 1);

select results_eq(
  format('select f.severity, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %L::uuid, 'raise names a job of its profile', 'a job', 'none')
  $$, :'others_job'),
  'another profile''s job is none'
);
select credits_tests.sound(:'other', 'which is sound');

select * from finish();
rollback;
