begin;
\ir ../helpers.psql
select plan(31);

-- What a preview says, and then what the reservation takes, refusals included.
create function credits_tests.says(call text)
returns text
language plpgsql
as $$
declare
  v_said text;
begin
  execute format('select concat_ws('' '', r.monthly_deducted, r.addon_deducted, r.previous_balance,
                                   r.new_balance) from %s r', says.call) into v_said;
  return v_said;
exception when others then
  return sqlerrm;
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(50, 30) as mixed, credits_tests.profile(0, 0) as empty,
       credits_tests.profile(20, 20) as closed
\gset
select credits_tests.pack(:'mixed', 10, '2030-02-01Z', priority => -1, reference => 'early'),
       credits_tests.pack(:'mixed', 10, '2030-02-01Z', reference => 'late'),
       credits_tests.set_overdraft(:'mixed', 5)
\gset set_
select credits.close_profile(:'closed', 'why', 'who') as done \gset

select is(
  credits_tests.says(format('credits.preview_reserve(%L, %s)', p.id, cost)),
  credits_tests.says(format('credits.reserve_credits(%L, gen_random_uuid(), %s)', p.id, cost)),
  format('%s: %s', p.name, cost)
)
  from (values (:'mixed'::uuid, 'mixed'), (:'empty', 'empty'), (:'closed', 'closed')) p (id, name),
       unnest(array[0, 5, 20, 40, 30, 9, 1, 0, 100]) cost;

-- What is overdue is processed first.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.pack(:'profile', 40, '2030-01-01 03:00Z') as pack,
       credits_tests.hold(:'profile', 30, '1 hour') as hold
\gset
select is(
  credits_tests.says(format('credits.preview_reserve(%L, 11)', :'profile')), 'insufficient_credits',
  'what is held cannot be spent'
);
select credits_tests.set_time('2030-01-01 02:00Z') as now \gset
select is(
  credits_tests.says(format('credits.preview_reserve(%L, 11)', :'profile')), '0 11 40 29',
  'what an overdue hold held can'
);
select is(credits_tests.buckets(:'profile'), '0 + 40', 'the hold was processed, nothing was taken');
select credits_tests.set_time('2030-01-01 03:00Z') as now \gset
select is(
  credits_tests.says(format('credits.preview_reserve(%L, 1)', :'profile')), 'insufficient_credits',
  'what has lapsed cannot'
);

select * from finish();
rollback;
