begin;
\ir ../helpers.psql
select plan(3);

\set job '00000000-0000-4000-8000-000000000000'

select results_eq(
  $$ select credits._delta_text(d.delta) from unnest(array[-500, 0, 5]::bigint[]) d (delta) $$,
  array['-500', '0', '+5'],
  'a gain has a plus, a loss a minus, a zero nothing'
);

-- The same rule in both: the reason of a job takes the sign out of its finished text.
select results_eq(
  format($$
    select credits._job_reason('kind', %1$L, s.sign, d.monthly, d.addon)
      from unnest(array['-', '+']) s (sign)
     cross join (values (0::bigint, 0::bigint), (0, 10), (10, 0), (100, 5)) d (monthly, addon)
  $$, :'job'),
  format($$
    select format('job kind: %%s (monthly: %%s, addon: %%s)', %1$L,
                  credits._delta_text((s.sign || d.monthly)::bigint),
                  credits._delta_text((s.sign || d.addon)::bigint))
      from unnest(array['-', '+']) s (sign)
     cross join (values (0::bigint, 0::bigint), (0, 10), (10, 0), (100, 5)) d (monthly, addon)
  $$, :'job'),
  'nor in the reason of a job'
);

select is(
  credits._with_note(
    credits._job_reason('refund', :'job', '+', 0, 5), 'was +0 and -0'),
  format('job refund: %s (monthly: 0, addon: +5): was +0 and -0', :'job'),
  'and the note of a caller stays as it is'
);

select * from finish();
rollback;
