begin;
\ir ../helpers.psql
select plan(62);

-- Two profiles with the same history, and three elements for each, the second of which is special:
-- one profile gets them as a batch, the other as single calls in the same order. Then both have the
-- same answers and the same rows, but for their ids.

-- The clock is moved without creating its function anew, which would plan everything again.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

-- An id that differs between the two profiles of a case, and nothing else does.
create function pg_temp.own(name text)
returns uuid
language sql
as $$ select md5(own.name || current_setting('credits_tests.salt'))::uuid $$;

-- What a single call answers, as a batch would say it.
create function pg_temp.single(kind text, e jsonb)
returns jsonb
language plpgsql
as $$
declare
  v_answer jsonb;
  v_detail text;
  v_hint text;
begin
  case single.kind
    when 'reserve' then
      select to_jsonb(r) into v_answer
        from credits.reserve_credits((e ->> 'profile_id')::uuid, (e ->> 'job_id')::uuid,
                                     (e ->> 'cost')::bigint, e -> 'meta',
                                     (e ->> 'hold_for')::interval, e ->> 'spender') r;
    when 'settle' then
      select to_jsonb(s) into v_answer
        from credits.settle_job((e ->> 'job_id')::uuid, (e ->> 'actual_cost')::bigint,
                                coalesce(e ->> 'overage', 'cap'), (e ->> 'profile_id')::uuid) s;
    when 'refund' then
      select to_jsonb(r) into v_answer
        from credits.refund_job((e ->> 'job_id')::uuid, (e ->> 'amount')::bigint,
                                e ->> 'refund_id', e ->> 'reason', (e ->> 'profile_id')::uuid) r;
  end case;
  return v_answer;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return jsonb_build_object('code', sqlstate, 'message', sqlerrm, 'details', v_detail::jsonb,
                            'hint', v_hint);
end
$$;

-- All that is stored of a profile.
create function pg_temp.stored(profile uuid)
returns text
language sql
as $$
  select concat_ws(E'\n',
    (select to_jsonb(p)::text from credits.profiles p where p.id = stored.profile),
    (select string_agg(to_jsonb(l)::text, E'\n' order by l.seq)
       from credits.ledger l where l.profile_id = stored.profile),
    (select string_agg(to_jsonb(j)::text, E'\n' order by j.reserve_seq, j.reserved_cost, j.meta_json)
       from credits.jobs j where j.profile_id = stored.profile),
    (select string_agg(to_jsonb(k)::text, E'\n' order by k.seq)
       from credits.packs k where k.profile_id = stored.profile),
    (select string_agg(to_jsonb(d)::text, E'\n' order by d.pack_seq, d.draw, d.position, d.amount)
       from credits.pack_draws d where d.profile_id = stored.profile),
    (select string_agg(to_jsonb(r)::text, E'\n' order by r.seq, r.draw)
       from credits.raises r where r.profile_id = stored.profile),
    (select string_agg(to_jsonb(r)::text, E'\n' order by r.seq)
       from credits.renewals r where r.profile_id = stored.profile))
$$;

-- A profile at the moment of the calls: 'first' and 'third' are plain jobs, 'second' is special.
create function pg_temp.prepare(kind text, state text)
returns uuid
language plpgsql
as $$
declare
  v_profile constant uuid := pg_temp.own('profile');
  v_cost constant bigint := case when prepare.state like '%large%' then 600
                                 when prepare.state like 'free%' then 0 else 8 end;
begin
  perform set_config('credits_tests.now', '2030-01-01 00:00Z', true);
  if prepare.state like 'imported%' then
    perform credits.import_profile(
      v_profile, 400, 5000,
      array[row(pg_temp.own('second')::text, 'Running',
                jsonb_build_object('credit_cost', 100, 'credits_deducted', true,
                                   'monthly_deducted', 100, 'addon_deducted', 0),
                '2029-12-01 00:00Z')::credits.legacy_job],
      array[row('1', '2029-12-01 00:00Z', 'open', null, 500, 'opening')::credits.legacy_entry,
            row('2', '2029-12-01 00:00Z', 'addon', null, 5000, 'bought')::credits.legacy_entry,
            row('3', '2029-12-02 00:00Z', 'deduct', pg_temp.own('second')::text, -100,
                'job')::credits.legacy_entry]);
  else
    perform credits.open_profile(v_profile, 500, 5000);
  end if;
  case
    when prepare.state like 'a paid pack%' then
      perform credits_tests.pack(v_profile, 300, '2030-01-02 12:00Z');
    when prepare.state like 'a promo pack%' then
      perform credits_tests.pack(v_profile, 300, '2030-01-02 12:00Z', 'promo');
    when prepare.state like 'a living pack%' then
      perform credits_tests.pack(v_profile, 300, '2030-01-09 00:00Z');
    when prepare.state = 'a pack that is due now' then
      perform credits_tests.pack(v_profile, 300, '2030-01-03 00:00Z');
    when prepare.state = 'within a month' then
      perform credits_tests.renew(v_profile, '2029-12-15 00:00Z', 400);
    when prepare.state = 'overdraft' then
      perform credits_tests.set_overdraft(v_profile, 100);
    else null;
  end case;
  if prepare.kind <> 'reserve' then
    perform credits.reserve_credits(v_profile, pg_temp.own('first'), 7);
    if prepare.state not like 'imported%' then
      perform credits.reserve_credits(
        v_profile, pg_temp.own('second'), v_cost, jsonb '{"model": "xl"}',
        case prepare.state
          when 'a hold' then interval '99 hours'
          when 'a hold that is due now' then interval '48 hours'
          when 'an overdue hold' then interval '47 hours'
          when 'expired' then interval '1 hour'
          when 'free, expired' then interval '1 hour'
        end);
    end if;
    perform credits.reserve_credits(v_profile, pg_temp.own('third'), 9);
  elsif prepare.state like '%hold%' then
    perform credits.reserve_credits(
      v_profile, pg_temp.own('held'), 11,
      hold_for => case prepare.state when 'a hold' then interval '99 hours'
                                     when 'a hold that is due now' then interval '48 hours'
                                     else interval '47 hours' end);
  end if;
  perform set_config('credits_tests.now', '2030-01-02 00:00Z', true);
  case
    when prepare.state like '%part of it back%' then
      perform credits.refund_job(pg_temp.own('second'), 3, 'part');
    when prepare.state = 'raised, large' then -- monthly credits after addon ones
      perform credits.adjust_credits(v_profile, 'more', 20, 0, 'why', 'who');
      perform credits.raise_reservation(pg_temp.own('second'), 640);
    when prepare.state like '%raised' then
      perform credits.raise_reservation(pg_temp.own('second'), 620);
      perform credits.refund_job(pg_temp.own('second'), 4, 'raised');
    when prepare.state = 'settled' then
      perform credits.settle_job(pg_temp.own('second'), 6);
    when prepare.state = 'settled for more, large' then
      perform credits.settle_job(pg_temp.own('second'), 650);
    when prepare.state = 'rolled back' then
      perform credits.rollback_reservation(pg_temp.own('second'));
    when prepare.state = 'refunded' then
      perform credits.refund_job(pg_temp.own('second'));
    when prepare.state like '%expired' then
      perform credits.get_balance(v_profile);
    when prepare.state like '%another month' then
      perform credits_tests.renew(v_profile, '2030-01-02 00:00Z', 70);
    when prepare.state = 'closed' then
      perform credits.close_profile(v_profile, 'why', 'who');
    else null;
  end case;
  perform set_config('credits_tests.now', '2030-01-03 00:00Z', true);
  return v_profile;
end
$$;

-- The answers and the rows of one profile, with names instead of ids.
create function pg_temp.told(kind text, state text, more jsonb, in_one boolean)
returns text
language plpgsql
as $$
declare
  v_profile uuid;
  v_elements jsonb;
  v_answers jsonb;
  v_text text;
begin
  perform set_config('credits_tests.salt', gen_random_uuid()::text, true);
  v_profile := pg_temp.prepare(told.kind, told.state);
  select jsonb_agg(
           jsonb_build_object('job_id', pg_temp.own(e.name))
             || case told.kind
                  when 'reserve' then jsonb_build_object('profile_id', v_profile, 'cost', e.cost)
                  else '{}'
                end
             || case
                  when e.name <> 'second' then '{}'
                  when told.more ? 'twice'
                    then jsonb_build_object('job_id', pg_temp.own('first')) || (told.more - 'twice')
                  else told.more
                end
           order by e.place)
    into v_elements
    from (values (1, 'first', 7), (2, 'second', 8), (3, 'third', 9)) e (place, name, cost);
  if told.in_one then
    select jsonb_agg(
             case when a.answer -> 'error' <> 'null' then a.answer -> 'error'
                  else coalesce(a.answer -> 'reservation', a.answer -> 'settlement',
                                a.answer -> 'refund') end
             order by a.answer -> 'position')
      into v_answers
      from credits_tests.answers(
             case told.kind when 'reserve' then 'reserve_credits_many'
                            when 'settle' then 'settle_job_many'
                            else 'refund_job_many' end, v_elements) a (answer);
  else
    v_answers := '[]';
    for v_place in 0..2 loop
      v_answers := v_answers || jsonb_build_array(
        pg_temp.single(told.kind, v_elements -> v_place));
    end loop;
  end if;
  v_text := concat(v_answers, E'\n', pg_temp.stored(v_profile));
  return replace(replace(replace(replace(replace(v_text,
           v_profile::text, 'profile'), pg_temp.own('first')::text, 'first'),
           pg_temp.own('second')::text, 'second'), pg_temp.own('third')::text, 'third'),
           pg_temp.own('held')::text, 'held');
end
$$;

create temporary table variant as
select v.*
  from (values
    ('reserve', '{}'::jsonb),
    ('reserve', '{"cost": 0}'),
    ('reserve', '{"cost": 600, "meta": {"model": "xl"}}'),
    ('reserve', '{"cost": 9000}'),
    ('reserve', '{"hold_for": "1 hour"}'),
    ('reserve', '{"spender": "ann"}'),
    ('reserve', '{"spender": " "}'),
    ('reserve', '{"hold_for": "400 days"}'),
    ('reserve', '{"twice": true}'),
    ('reserve', '{"twice": true, "cost": 7}'),
    ('settle', '{}'),
    ('settle', '{"actual_cost": 0}'),
    ('settle', '{"actual_cost": 5}'),
    ('settle', '{"actual_cost": 8}'),
    ('settle', '{"actual_cost": 700}'),
    ('settle', '{"actual_cost": 9000}'),
    ('settle', '{"actual_cost": 9000, "overage": "reject"}'),
    ('settle', '{"twice": true}'),
    ('refund', '{}'),
    ('refund', '{"reason": "why"}'),
    ('refund', '{"amount": 3, "refund_id": "part"}'),
    ('refund', '{"amount": 2, "refund_id": "other"}'),
    ('refund', '{"amount": 2}'),
    ('refund', '{"refund_id": "other"}'),
    ('refund', '{"twice": true}')
  ) v (kind, more);
create temporary table state as
select s.*
  from (values
    ('reserve settle refund', 'nothing special'),
    ('reserve settle refund', 'closed'),
    ('reserve settle refund', 'overdraft'),
    ('reserve settle refund', 'a hold'),
    ('reserve settle refund', 'a hold that is due now'),
    ('reserve settle refund', 'an overdue hold'),
    ('reserve settle refund', 'a pack that is due now'),
    ('reserve settle refund', 'a living pack, large'),
    ('reserve settle refund', 'a paid pack that is over, large'),
    ('reserve settle refund', 'a promo pack that is over, large'),
    ('reserve settle refund', 'another month'),
    ('settle refund', 'large, another month'),
    ('settle refund', 'free'),
    ('settle refund', 'a part of it back'),
    ('settle refund', 'large, a part of it back'),
    ('settle refund', 'settled'),
    ('settle refund', 'settled for more, large'),
    ('settle refund', 'rolled back'),
    ('settle refund', 'refunded'),
    ('settle refund', 'expired'),
    ('settle refund', 'imported'),
    ('settle refund', 'free, expired'),
    ('settle refund', 'within a month'),
    ('settle refund', 'raised, large'),
    ('settle refund', 'a living pack, raised')
  ) s (kinds, state);
update credits.settings set closed_period_refund = 'lapse';

select is(
  (select string_agg(concat(v.more, E'\n', t.batch), E'\n\n')
     from variant v,
          lateral (select pg_temp.told(k.kind, s.state, v.more, true) as batch,
                          pg_temp.told(k.kind, s.state, v.more, false) as singles) t
    where v.kind = k.kind
      and t.batch is distinct from t.singles),
  null,
  format('%s: %s', k.kind, s.state)
)
from state s,
     lateral unnest(string_to_array(s.kinds, ' ')) k (kind);

select is(
  (select count(*) from state s, lateral unnest(string_to_array(s.kinds, ' ')) k (kind)),
  61::bigint, 'all states were tried');

select * from finish();
rollback;
