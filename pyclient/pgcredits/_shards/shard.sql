-- What a shard has beside the schema credits: the door for the calls of the proxy. The proxy logs in
-- as one role, and so may call what that role may. Made again by every run.

do $$
begin
  if to_regrole('{user}') is null then
    create role {user} login;
  end if;
  grant credits_app, credits_admin, credits_reader to {user};
end
$$;

create schema if not exists credits_shard;

-- place: which shard this is, so that a map that names the wrong database finds no open door.
create or replace function credits_shard.place()
returns text
language sql immutable
as $$
  select '{number} of {shards}'
$$;

-- run: runs a call in a transaction of its own, and answers with its rows, or with its error.
-- An error that left here as an error would cost the proxy its connection, and one of a call that
-- was cancelled here would let it wait for ever. Nothing of the call stays where there is an error.
-- Runs with the rights of whoever calls it.
-- Parameters: place: the shard that the proxy means. read_only: whether nothing may be written.
--   statement: what to select from, whose $1 are the arguments, as text by their names.
create or replace function credits_shard.run(
  place text, read_only boolean, statement text, arguments jsonb)
returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set intervalstyle = 'postgres'
as $$
declare
  v_rows jsonb;
  v_code text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  if run.place <> credits_shard.place() then
    return jsonb_build_object('error', jsonb_build_object(
      'code', '08004',
      'message', format('this database is shard %s, not %s', credits_shard.place(), run.place),
      'hint', 'Correct the map of the shards.'));
  end if;
  if run.read_only then
    perform set_config('transaction_read_only', 'on', true);
  end if;
  begin
    execute 'select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from ' || run.statement || ' r'
      into v_rows
      using run.arguments;
    return jsonb_build_object('rows', v_rows);
  exception when query_canceled or others then
    get stacked diagnostics
      v_code = returned_sqlstate,
      v_message = message_text,
      v_detail = pg_exception_detail,
      v_hint = pg_exception_hint;
    -- There is nothing to keep: the commit need not wait for the disk, as a rollback does not.
    perform set_config('synchronous_commit', 'off', true);
    return jsonb_build_object('error', jsonb_strip_nulls(jsonb_build_object(
      'code', v_code,
      'message', v_message,
      'detail', nullif(v_detail, ''),
      'hint', nullif(v_hint, ''))));
  end;
end
$$;

revoke all on schema credits_shard from public;
revoke all on all functions in schema credits_shard from public;
grant usage on schema credits_shard to {user};
grant execute on all functions in schema credits_shard to {user};
