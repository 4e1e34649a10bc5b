-- What is the same in every proxy: how a call gets to its shard and its answer back. Who calls it is
-- credits_owner, from the public functions of the schema credits, which are written from the
-- catalog. Run by a superuser, as PL/Proxy is not for everybody.

do $$
begin
  if to_regtype('credits_proxy.answer') is null then
    create type credits_proxy.answer as (shard integer, answer jsonb);
    create type credits_proxy.job_found as (job_id uuid, shard integer);
    create type credits_proxy.home as ("position" bigint, shard integer, error jsonb);
  end if;
end
$$;

-- send_one, send: the calls go to their shards, all at once, and what each answered comes back: an
-- object with rows, or with error. An error of PL/Proxy itself says that a connection was lost.
create or replace function credits_proxy.send_one(
  shard integer, place text, read_only boolean, statement text, arguments jsonb)
returns jsonb
language plproxy
as $$
  cluster 'credits_shards';
  run on shard;
  select credits_shard.run(place, read_only, statement, arguments);
$$;

create or replace function credits_proxy.send(
  shards integer[], places text[], read_only boolean, statements text[], calls jsonb[])
returns setof credits_proxy.answer
language plproxy
as $$
  cluster 'credits_shards';
  split shards, places, statements, calls;
  run on shards;
  select c.n as shard, credits_shard.run(c.p, read_only, c.s, c.a) as answer
    from unnest(shards, places, statements, calls) c (n, p, s, a);
$$;

-- place_of: what a shard calls itself.
create or replace function credits_proxy.place_of(shard integer)
returns text
language sql immutable
as $$
  select place_of.shard || ' of ' || credits_proxy.shards()
$$;

-- shard_of: the shard of a profile. Where there is none, the first may say so.
create or replace function credits_proxy.shard_of(profile_id uuid)
returns integer
language sql immutable
as $$
  select coalesce(credits.shard_of(shard_of.profile_id, credits_proxy.shards()), 0)
$$;

-- hinted_shard: the shard of a job by its id, if that carries the hash of a profile. An id of
-- another system looks alike, so that this is only where to ask first.
create or replace function credits_proxy.hinted_shard(job_id uuid)
returns integer
language sql immutable
as $$
  select ('x' || left(hinted_shard.job_id::text, 7))::bit(28)::integer % credits_proxy.shards()
   where credits_proxy.strict() or substr(hinted_shard.job_id::text, 15, 1) = '8'
$$;

-- all_shards: the number of each.
create or replace function credits_proxy.all_shards()
returns integer[]
language sql immutable
as $$
  select array(select n from generate_series(0, credits_proxy.shards() - 1) n)
$$;

-- text_of: an interval in words that every setting reads alike.
create or replace function credits_proxy.text_of(given interval)
returns text
language sql stable
set intervalstyle = 'postgres'
as $$
  select text_of.given::text
$$;

-- refuse: raises the error that a shard answered, as it would have raised it itself.
create or replace function credits_proxy.refuse(error jsonb)
returns void
language plpgsql stable
as $$
declare
  v_code constant text := refuse.error ->> 'code';
  v_message constant text := refuse.error ->> 'message';
  v_detail constant text := refuse.error ->> 'detail';
  v_hint constant text := refuse.error ->> 'hint';
begin
  if v_detail is null and v_hint is null then
    raise exception using errcode = v_code, message = v_message;
  elsif v_hint is null then
    raise exception using errcode = v_code, message = v_message, detail = v_detail;
  elsif v_detail is null then
    raise exception using errcode = v_code, message = v_message, hint = v_hint;
  end if;
  raise exception using
    errcode = v_code, message = v_message, detail = v_detail, hint = v_hint;
end
$$;

-- failure: what an error means that came instead of an answer. The call may have been done, unless
-- the shard refused the login, or ran the call and says why it took it back.
create or replace function credits_proxy.failure(code text, message text, detail text, hint text)
returns jsonb
language plpgsql immutable
as $$
declare
  -- [database] and what PL/Proxy says of the connection to it
  v_said constant text := substring(
    failure.message from '^(?:PL/Proxy function )?\S+\(\d+\): (\[[^]]*\] .*)$');
  v_remote constant text := substring(v_said from '^\[[^]]*\] REMOTE \S+: (.*)$');
begin
  if v_said is null and failure.code = '57014' then
    return jsonb_build_object(
      'code', '40003',
      'message', failure.message,
      'detail', 'The shard may have made the call.',
      'hint', 'Make the same call again: it tells.');
  elsif v_said is null then
    return jsonb_strip_nulls(jsonb_build_object(
      'code', failure.code, 'message', failure.message,
      'detail', nullif(failure.detail, ''), 'hint', nullif(failure.hint, '')));
  elsif v_remote is not null and failure.code !~ '^(08|57P)' then
    return jsonb_strip_nulls(jsonb_build_object(
      'code', failure.code, 'message', v_remote,
      'detail', nullif(regexp_replace(failure.detail, '^Remote detail: ', ''), ''),
      'hint', nullif(regexp_replace(failure.hint, '^Remote hint: ', ''), '')));
  elsif v_remote is null and v_said ~ ('password authentication failed|no password supplied'
                                       '|no pg_hba.conf entry|(role|database) ".*" does not exist'
                                       '|permission denied for database|is not permitted to log in')
  then
    return jsonb_build_object(
      'code', '28000', 'message', 'the shard refuses the proxy: ' || v_said,
      'hint', 'Correct the user mapping of credits_owner or the map of the shards.');
  end if;
  return jsonb_build_object(
    'code', '08006', 'message', 'the shard was not reached, or was lost: ' || v_said,
    'hint', 'Make the same call again: it may have been made.');
end
$$;

-- reads_only: whether nothing may be written: not in a transaction that reads only, nor in one that
-- has written something, which could still be rolled back, and the call could not.
create or replace function credits_proxy.reads_only()
returns boolean
language sql stable
as $$
  select pg_current_xact_id_if_assigned() is not null
         or current_setting('transaction_read_only')::boolean
$$;

-- ask: asks shards all at once. Raises what happened to a connection; errors of a shard are
-- answers.
create or replace function credits_proxy.ask(
  shards integer[], statements text[], calls jsonb[])
returns setof credits_proxy.answer
language plpgsql volatile
as $$
declare
  v_answers credits_proxy.answer[];
  v_code text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  begin
    v_answers := array(
      select a
        from credits_proxy.send(
               ask.shards, array(select credits_proxy.place_of(s.n)
                                   from unnest(ask.shards) with ordinality s (n, at)
                                  order by s.at),
               credits_proxy.reads_only(), ask.statements, ask.calls) a);
  exception when query_canceled or assert_failure or others then
    get stacked diagnostics
      v_code = returned_sqlstate,
      v_message = message_text,
      v_detail = pg_exception_detail,
      v_hint = pg_exception_hint;
    perform credits_proxy.refuse(credits_proxy.failure(v_code, v_message, v_detail, v_hint));
  end;
  return query select a.shard, a.answer from unnest(v_answers) a;
end
$$;

-- ask_one: the same for one shard, without arrays.
create or replace function credits_proxy.ask_one(shard integer, statement text, arguments jsonb)
returns jsonb
language plpgsql volatile
as $$
declare
  v_code text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  return credits_proxy.send_one(
    ask_one.shard, credits_proxy.place_of(ask_one.shard), credits_proxy.reads_only(),
    ask_one.statement, ask_one.arguments);
exception when query_canceled or assert_failure or others then
  get stacked diagnostics
    v_code = returned_sqlstate,
    v_message = message_text,
    v_detail = pg_exception_detail,
    v_hint = pg_exception_hint;
  perform credits_proxy.refuse(credits_proxy.failure(v_code, v_message, v_detail, v_hint));
end
$$;

-- each: asks shards all at once, and if one of them cannot be reached, each alone: the answer of
-- that one is then null, and the others' may be of a second time.
create or replace function credits_proxy.each(shards integer[], statement text, calls jsonb[])
returns setof credits_proxy.answer
language plpgsql volatile
as $$
declare
  v_statements constant text[] := array_fill(each.statement, array[cardinality(each.shards)]);
  v_answers credits_proxy.answer[] := '{}';
begin
  begin
    v_answers := array(
      select a from credits_proxy.ask(each.shards, v_statements, each.calls) a);
  exception when connection_failure then
    for v_at in 1 .. cardinality(each.shards) loop
      begin
        v_answers := v_answers || array(
          select a
            from credits_proxy.ask(each.shards[v_at:v_at], v_statements[1:1],
                                   each.calls[v_at:v_at]) a);
      exception when connection_failure then
        v_answers := v_answers || row(each.shards[v_at], null)::credits_proxy.answer;
      end;
    end loop;
  end;
  return query select a.shard, a.answer from unnest(v_answers) a;
end
$$;

-- refuse_transaction: says that a call cannot belong to a transaction of the caller's.
create or replace function credits_proxy.refuse_transaction()
returns void
language plpgsql stable
as $$
begin
  perform credits_proxy.refuse(jsonb_build_object(
    'code', 'PT501',
    'message', 'in_transaction',
    'detail', '{}',
    'hint', 'A call through a proxy is never rolled back: make it outside of the transaction.'));
end
$$;

-- refuse_whole: says that a call has one answer of all profiles, which each shard gives for its own.
create or replace function credits_proxy.refuse_whole()
returns void
language plpgsql stable
as $$
begin
  perform credits_proxy.refuse(jsonb_build_object(
    'code', 'PT501',
    'message', 'each_shard',
    'detail', '{}',
    'hint', 'Make this call on each shard by itself.'));
end
$$;

-- checked: the rows of an answer. Raises its error.
create or replace function credits_proxy.checked(answer jsonb)
returns jsonb
language plpgsql stable
as $$
begin
  if checked.answer ? 'error' then
    if checked.answer #>> '{error,code}' = '25006'
       and pg_current_xact_id_if_assigned() is not null then
      perform credits_proxy.refuse_transaction();
    end if;
    perform credits_proxy.refuse(checked.answer -> 'error');
  end if;
  return checked.answer -> 'rows';
end
$$;

-- call: the rows of a call that one shard answers.
create or replace function credits_proxy.call(shard integer, statement text, arguments jsonb)
returns jsonb
language plpgsql volatile
as $$
begin
  return credits_proxy.checked(
    credits_proxy.ask_one(call.shard, call.statement, call.arguments));
end
$$;

-- call_all: the rows of a call that every shard makes, first those of the first shard.
create or replace function credits_proxy.call_all(statement text, arguments jsonb)
returns jsonb
language sql volatile
as $$
  select coalesce(jsonb_agg(r.value order by a.shard, r.at), '[]')
    from credits_proxy.ask(
           credits_proxy.all_shards(),
           array_fill(call_all.statement, array[credits_proxy.shards()]),
           array_fill(call_all.arguments, array[credits_proxy.shards()])) a
   cross join jsonb_array_elements(credits_proxy.checked(a.answer)) with ordinality r (value, at)
$$;

-- call_page: the rows of a call for a page of all, by this column of ids. Every shard is asked for
-- its own: the first of all their rows are the page.
create or replace function credits_proxy.call_page(
  column_name text, page_size bigint, statement text, arguments jsonb)
returns jsonb
language plpgsql volatile
as $$
declare
  -- Before the page is cut: the shards say what is wrong with its size.
  v_rows constant jsonb := credits_proxy.call_all(call_page.statement, call_page.arguments);
begin
  return (
    select coalesce(jsonb_agg(p.value order by p.id), '[]')
      from (select r.value, (r.value ->> call_page.column_name)::uuid as id
              from jsonb_array_elements(v_rows) r (value)
             order by id
             limit call_page.page_size) p);
end
$$;

-- jobs_found: which of the given shards have which of the given jobs. A row without a job is a
-- shard that could not be asked.
create or replace function credits_proxy.jobs_found(shards integer[], job_ids jsonb[])
returns table (job_id uuid, shard integer)
language sql volatile
as $$
  select (r.value ->> 'id')::uuid, e.shard
    from credits_proxy.each(
           jobs_found.shards,
           '(select j.id from credits.jobs j'
           ' where j.id = any (array(select i::uuid from jsonb_array_elements_text($1) i)))',
           jobs_found.job_ids) e
    left join lateral jsonb_array_elements(credits_proxy.checked(e.answer)) r (value)
      on e.answer is not null
   where e.answer is null
      or r.value is not null
$$;

-- homes_of_jobs: the shards of jobs by their ids alone. An id that carries a hash says where to ask
-- first; whatever is not found there, all shards are asked for. Where none has a job, the first
-- that would be asked for it may say so.
-- Result: profiles: how many have a job with this id. lost: none that could be asked has.
create or replace function credits_proxy.homes_of_jobs(job_ids uuid[])
returns table (job_id uuid, shard integer, profiles bigint, lost boolean)
language plpgsql volatile
as $$
declare
  v_shards integer[];
  v_ids jsonb[];
  v_found credits_proxy.job_found[] := '{}';
  v_left uuid[];
begin
  select array_agg(h.shard), array_agg(h.ids) into v_shards, v_ids
    from (select credits_proxy.hinted_shard(i) as shard, jsonb_agg(i) as ids
            from unnest(homes_of_jobs.job_ids) i
           where credits_proxy.hinted_shard(i) is not null
           group by 1) h;
  if v_shards is not null then
    v_found := array(
      select row(f.job_id, f.shard)::credits_proxy.job_found
        from credits_proxy.jobs_found(v_shards, v_ids) f
       where f.job_id is not null);
  end if;
  v_left := array(
    select i from unnest(homes_of_jobs.job_ids) i
    except
    select f.job_id from unnest(v_found) f);
  if v_left <> '{}' then
    v_found := v_found || array(
      select row(f.job_id, f.shard)::credits_proxy.job_found
        from credits_proxy.jobs_found(
               credits_proxy.all_shards(),
               array_fill(to_jsonb(v_left), array[credits_proxy.shards()])) f);
  end if;
  return query
    select i, coalesce(min(f.shard), credits_proxy.hinted_shard(i), 0), count(f.shard),
           count(f.shard) = 0
             and exists (select from unnest(v_found) l where l.job_id is null)
      from unnest(homes_of_jobs.job_ids) i
      left join unnest(v_found) f on f.job_id = i
     group by i;
end
$$;

-- job_on_two_shards: the error of a job that is named by its id alone, and is on several shards.
create or replace function credits_proxy.job_on_two_shards(profiles bigint)
returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
    'code', 'PT409',
    'message', 'job_conflict',
    'detail', jsonb_build_object('profiles', job_on_two_shards.profiles),
    'hint', 'Several profiles have a job with this id: give profile_id too.')
$$;

-- outcome_unknown: the error of what a shard may have done that could not be reached, or was lost.
create or replace function credits_proxy.outcome_unknown()
returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
    'code', '08006',
    'message', 'outcome_unknown',
    'hint', 'The shard was not reached, or was lost. Make the same call again: it tells.')
$$;

-- call_by_job: the rows of a call for a job that is named by its id alone. An id that carries a
-- hash says where to make the call: only if the job is not there, the others are asked.
create or replace function credits_proxy.call_by_job(job_id uuid, statement text, arguments jsonb)
returns jsonb
language plpgsql volatile
as $$
declare
  v_hinted constant integer := case
    when call_by_job.job_id is null then 0 -- which says so
    else credits_proxy.hinted_shard(call_by_job.job_id)
  end;
  v_answer jsonb;
  v_home record;
begin
  if v_hinted is not null then
    v_answer := credits_proxy.ask_one(v_hinted, call_by_job.statement, call_by_job.arguments);
    if call_by_job.job_id is null
       or v_answer #>> '{error,message}' is distinct from 'job_not_found' then
      return credits_proxy.checked(v_answer);
    end if;
  end if;
  select * into strict v_home from credits_proxy.homes_of_jobs(array[call_by_job.job_id]);
  if v_home.lost then
    perform credits_proxy.refuse(credits_proxy.outcome_unknown());
  elsif v_home.profiles > 1 then
    perform credits_proxy.refuse(credits_proxy.job_on_two_shards(v_home.profiles));
  end if;
  return credits_proxy.call(v_home.shard, call_by_job.statement, call_by_job.arguments);
end
$$;

-- check_same_shard: refuses a call for two profiles that two shards have.
create or replace function credits_proxy.check_same_shard(
  profile_id uuid, other_id uuid, parameter text)
returns void
language plpgsql immutable
as $$
begin
  -- Where one is null, the shard of the other says so.
  if credits.shard_of(check_same_shard.profile_id, credits_proxy.shards())
     <> credits.shard_of(check_same_shard.other_id, credits_proxy.shards()) then
    perform credits_proxy.refuse(jsonb_build_object(
      'code', 'PT501',
      'message', 'other_shard',
      'detail', jsonb_build_object('parameter', check_same_shard.parameter),
      'hint', 'Two shards have these profiles, and no call is made by two shards together.'));
  end if;
end
$$;

-- foreign_job_id: the error of a job whose id does not carry the hash of its profile, where that is
-- a rule; null otherwise.
create or replace function credits_proxy.foreign_job_id(profile_id uuid, job_id uuid)
returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
           'code', 'PT400',
           'message', 'foreign_job_id',
           'detail', jsonb_build_object('parameter', 'job_id'),
           'hint', 'Make the id of the job with new_job_id(profile_id).')
   where credits_proxy.strict()
     and left(foreign_job_id.job_id::text, 7)
         <> credits._hash_of_profile(foreign_job_id.profile_id)
$$;

-- check_job_id: raises it.
create or replace function credits_proxy.check_job_id(profile_id uuid, job_id uuid)
returns void
language plpgsql immutable
as $$
declare
  v_error constant jsonb := credits_proxy.foreign_job_id(
    check_job_id.profile_id, check_job_id.job_id);
begin
  if v_error is not null then
    perform credits_proxy.refuse(v_error);
  end if;
end
$$;

-- homes_of: the shard of each element of a batch, or its error where that is known before.
-- names_profiles: whether each element names its job and its profile, as a reservation does.
create or replace function credits_proxy.homes_of(
  elements credits._batch_element[], names_profiles boolean)
returns setof credits_proxy.home
language sql volatile
as $$
  select e.position,
         case
           when e.profile_id is null then coalesce(h.shard, 0)
           else credits_proxy.shard_of(e.profile_id)
         end,
         case
           when homes_of.names_profiles
             then credits_proxy.foreign_job_id(e.profile_id, e.job_id)
           when h.profiles > 1 then credits_proxy.job_on_two_shards(h.profiles)
           when h.lost then credits_proxy.outcome_unknown()
         end
    from unnest(homes_of.elements) e
    left join credits_proxy.homes_of_jobs(array(
           select distinct n.job_id
             from unnest(homes_of.elements) n
            where n.profile_id is null
              and n.job_id is not null
              and not homes_of.names_profiles)) h
      on h.job_id = e.job_id
     and e.profile_id is null
$$;

-- batch: the rows of a batch, in their order, each as the shard of its element answered it. What a
-- shard as a whole refuses, its elements are answered; and outcome_unknown where one is not reached
-- or is lost.
-- First all of the shards are asked whether they are there, so that the elements of one that is not
-- do not send the others' a second time.
create or replace function credits_proxy.batch(
  elements credits._batch_element[], batch jsonb, statement text, names_profiles boolean)
returns jsonb
language plpgsql volatile
as $$
declare
  v_homes credits_proxy.home[];
  v_shards integer[];
  v_calls jsonb[];
  v_answers credits_proxy.answer[] := '{}';
begin
  if pg_current_xact_id_if_assigned() is not null then
    perform credits_proxy.refuse_transaction();
  end if;
  v_homes := array(select h from credits_proxy.homes_of(batch.elements, batch.names_profiles) h);
  select array_agg(p.shard), array_agg(jsonb_build_object('batch', p.part))
    into v_shards, v_calls
    from (select h.shard,
                 jsonb_agg(batch.batch -> (h.position::integer - 1) order by h.position) as part
            from unnest(v_homes) h
           where h.error is null
           group by h.shard) p;
  if cardinality(v_shards) > 1 then
    select array_agg(s.shard), array_agg(s.call)
      into v_shards, v_calls
      from unnest(v_shards, v_calls) s (shard, call)
      join credits_proxy.each(v_shards, '(values (1))', v_calls) a on a.shard = s.shard
     where a.answer is not null;
  end if;
  if v_shards is not null then
    v_answers := array(select a from credits_proxy.each(v_shards, batch.statement, v_calls) a);
  end if;
  return credits_proxy.merged(v_homes, v_answers);
end
$$;

-- element_error: an error as an element of a batch has it.
create or replace function credits_proxy.element_error(error jsonb)
returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
    'code', element_error.error ->> 'code',
    'message', element_error.error ->> 'message',
    'details', case
                 when element_error.error ->> 'code' like 'PT%'
                   then (element_error.error ->> 'detail')::jsonb
                 else jsonb_strip_nulls(
                        jsonb_build_object('detail', element_error.error ->> 'detail'))
               end,
    'hint', coalesce(element_error.error ->> 'hint', ''))
$$;

-- merged: the rows of a batch in their order, from the answers of its shards.
create or replace function credits_proxy.merged(
  homes credits_proxy.home[], answers credits_proxy.answer[])
returns jsonb
language sql immutable
as $$
  with placed as (
    select h.position, h.shard, h.error,
           row_number() over (partition by h.shard, h.error is null order by h.position) as place
      from unnest(merged.homes) h
  ), answered as (
    select a.shard, r.place, r.value
      from unnest(merged.answers) a
     cross join jsonb_array_elements(a.answer -> 'rows') with ordinality r (value, place)
  ), refused as (
    select a.shard, a.answer -> 'error' as error
      from unnest(merged.answers) a
  )
  select jsonb_agg(
           case
             when p.error is null and w.value is not null
               then w.value || jsonb_build_object('position', p.position)
             else jsonb_build_object(
               'position', p.position,
               'error', credits_proxy.element_error(
                          coalesce(p.error, f.error, credits_proxy.outcome_unknown())))
           end
           order by p.position)
    from placed p
    left join answered w on w.shard = p.shard and w.place = p.place and p.error is null
    left join refused f on f.shard = p.shard
$$;

-- rows_of: the rows of a view, of all shards.
create or replace function credits_proxy.rows_of(view_name text)
returns jsonb
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select credits_proxy.call_all(format('credits.%I', rows_of.view_name), '{}')
$$;

-- check_versions: refuses a proxy that is newer than one of the shards: it would take what an older
-- one does not answer for empty.
create or replace function credits_proxy.check_versions(version text)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_odd record;
begin
  select a.shard, credits_proxy.checked(a.answer) ->> 0 as version into v_odd
    from credits_proxy.each(
           credits_proxy.all_shards(), 'credits.schema_version()',
           array_fill('{}'::jsonb, array[credits_proxy.shards()])) a
   where a.answer is null
      or string_to_array(credits_proxy.checked(a.answer) ->> 0, '.')::integer[]
         < string_to_array(check_versions.version, '.')::integer[]
   order by a.shard
   limit 1;
  if found then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = format('shard %s %s', v_odd.shard,
                       coalesce('has the older version ' || v_odd.version, 'cannot be reached')),
      hint = 'Migrate all of the shards first, and the proxy last.';
  end if;
end
$$;

-- refuse_write: the tables of a proxy stay empty.
create or replace function credits_proxy.refuse_write()
returns trigger
language plpgsql
as $$
begin
  raise exception using
    errcode = 'object_not_in_prerequisite_state',
    message = 'this database is a proxy: it keeps nothing itself',
    hint = 'Run pgcredits migrate, which makes it one again.';
end
$$;

do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select f.oid
      from pg_catalog.pg_proc f
      join pg_catalog.pg_language l on l.oid = f.prolang
     where f.pronamespace = 'credits_proxy'::regnamespace
       and l.lanname in ('sql', 'plpgsql', 'plproxy')
  loop
    execute format('alter function %s owner to credits_owner', v_function);
    execute format('revoke all on function %s from public', v_function);
  end loop;
end
$$;
alter schema credits_proxy owner to credits_owner;
grant usage on schema credits_proxy to credits_reader;
grant execute on function credits_proxy.rows_of(text) to credits_reader;
