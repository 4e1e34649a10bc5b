begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported(
  6000, 3600,
  array[credits_tests.old_job('A', 2000), credits_tests.old_job('B', 3000, false),
        credits_tests.old_job('C', 800)],
  credits_tests.old_ledger('+500 signup', '+10000 purchase', '-2000 job create: @A',
                           '-2000 job create: @A', '-3000 job create: @B',
                           '+3000 job refund: @B', '+3000 job refund: @B',
                           '+100 job refund: @A (monthly: +0, addon: +100)'),
  '{duplicate_deduction,duplicate_refund,deduction_missing,partial_refund,refund_interrupted}'
) as profile \gset
select is(
  (select string_agg(concat(e.kind, to_char(e.monthly_delta, ' FMSG99990'),
                            to_char(e.addon_delta, ' FMSG99990'), ' ', e.outstanding), ', ')
     from credits.explain_job(credits_tests.old_id(c.name)) e),
  c.story,
  c.description
)
from (values
  ('A', 'legacy -500 -1500 2000, legacy +0 -2000 4000, legacy +0 +100 3900',
   'two deductions, each with its own split, and a refund that states its split'),
  ('B', 'legacy +0 -3000 3000, legacy +3000 +0 0, legacy +3000 +0 0',
   'two refunds, of which the job held one'),
  ('C', null, 'a deduction that was never written')
) c (name, story, description);
select credits_tests.answer(format('credits.refund_job(%L, 300, %L)',
                                   credits_tests.old_id('C'), 'part-1')) as done
\gset
select is(
  (select string_agg(concat(e.kind, ' ', e.outstanding), ', ')
     from credits.explain_job(credits_tests.old_id('C')) e),
  'refund 500', 'what the job held at the import counts all the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
