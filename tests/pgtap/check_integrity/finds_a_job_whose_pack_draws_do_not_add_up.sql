begin;
\ir ../helpers.psql
select plan(5);

-- What is found after this change of a draw from a pack by a job of 30, of which 10 are back.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 0);
  v_job uuid;
begin
  perform credits_tests.pack(v_profile, 50, '2030-02-01 00:00Z');
  v_job := credits_tests.job(v_profile, 30);
  perform credits.refund_job(v_job, 10, 'part-1');
  execute format(found_after.change, v_profile, v_job);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found, f.job_id = v_job), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('update credits.jobs j set pack_deducted = 29 where j.id = %2$L',
     'job drew from packs what its draws say, 30, 29, t'),
    ('delete from credits.pack_draws d where d.profile_id = %1$L',
     'job drew from packs what its draws say, 0, 30, t'),
    ('update credits.jobs j set pack_deducted = 0 where j.id = %2$L',
     'job drew from packs what its draws say, 30, 0, t'),
    ('update credits.pack_draws d set returned = 9 where d.profile_id = %1$L',
     'job holds the pack credits of its draws, at least 21, 20, t; '
     'pack has no more than was neither drawn nor lapsed, at most 29, 30'),
    ('update credits.pack_draws d set early = true where d.profile_id = %1$L',
     'draw knows whether its pack is early, false, true, t')
  ) c (change, finding);

select * from finish();
rollback;
