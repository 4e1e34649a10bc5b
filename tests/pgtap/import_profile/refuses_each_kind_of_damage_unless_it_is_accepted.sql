begin;
\ir ../helpers.psql
select plan(33);

-- What an import with these kinds accepted comes to, as text; nothing of it stays.
create function credits_tests.attempt(damaged credits_tests.damaged_profile, accept text[])
returns text
language plpgsql
as $$
declare
  v_profile uuid := gen_random_uuid();
  v_outcome text;
begin
  begin
    perform credits.import_profile(v_profile, attempt.damaged.monthly, attempt.damaged.addon,
                                   attempt.damaged.jobs, attempt.damaged.entries, attempt.accept);
    select concat('imported with ', credits_tests.buckets(v_profile), ', findings: ', count(*))
      into v_outcome
      from credits.check_integrity(v_profile) f;
    raise exception 'undo it';
  exception when raise_exception then
    return v_outcome;
  end;
end
$$;

select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), %L, %L, %L, %L, %L)',
         d.monthly, d.addon, d.jobs, d.entries,
         array(select o.kind from credits_tests.damaged_profiles() o
                where d.found !~ o.kind)),
  'PT422', 'legacy_damage',
  (select jsonb_object_agg(split_part(f, ' ', 1), split_part(f, ' ', 2)::integer)
     from string_to_table(d.found, ', ') f),
  format('%s is refused while all others are accepted', d.kind)
)
from credits_tests.damaged_profiles() d;
select is(
  credits_tests.attempt(
    d, array(select o.kind from credits_tests.damaged_profiles() o where d.found ~ o.kind)),
  format('imported with %s + %s, findings: 0', coalesce(d.monthly, 0), coalesce(d.addon, 0)),
  format('%s alone is accepted', d.kind)
)
from credits_tests.damaged_profiles() d;
select is(
  credits_tests.attempt(
    row('none', null, 500, 0, '{}', credits_tests.old_ledger('+500 signup')),
    array(select o.kind from credits_tests.damaged_profiles() o)),
  'imported with 500 + 0, findings: 0',
  'what is accepted need not be there'
);

select * from finish();
rollback;
