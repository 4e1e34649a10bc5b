begin;
\ir ../helpers.psql
select plan(168);

-- The level of synchronous_commit after each call in a session that had this one.
create function credits_tests.levels_after(level text)
returns table (name text, level_then text)
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 5000);
  v_job uuid := credits_tests.job(v_profile, 2000);
  v_call record;
begin
  for v_call in select c.* from credits_tests.calls(v_profile, v_job) c loop
    perform set_config('synchronous_commit', levels_after.level, true);
    execute v_call.call;
    name := v_call.name;
    level_then := current_setting('synchronous_commit');
    return next;
  end loop;
end
$$;

select is(
  a.level_then,
  case when a.name in ('get_balance', 'get_statement', 'balance_at', 'explain_job',
                       'preview_reserve', 'get_job', 'get_profile', 'list_profiles', 'get_limits',
                       'list_grants', 'list_jobs', 'usage',
                       'check_integrity', 'check_profiles', 'check_legacy_profile',
                       'audit_refunds', 'find_grants',
                       'id_of', 'shard_of', 'new_job_id', 'schema_version',
                       'expire_holds', 'expire_packs', 'watch_profiles', 'claim_events',
                       'finish_events', 'fail_events')
       then l.before else l.after end,
  format('%s: %s becomes %s', a.name, l.before, a.level_then)
)
from (values ('off', 'on'), ('local', 'on'), ('remote_apply', 'remote_apply')) l (before, after),
     lateral credits_tests.levels_after(l.before) a;

select * from finish();
rollback;
