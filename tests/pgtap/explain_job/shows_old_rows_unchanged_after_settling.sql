begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  1600, 6500,
  array[credits_tests.old_job('A', 2000), credits_tests.old_job('B', 3000, false),
        credits_tests.old_job('C', 1000)],
  credits_tests.old_ledger('+500 signup', '+11000 purchase', '-2000 job create: @A',
                           '-3000 job create: @B', '+1600 job refund: @B',
                           '+1000 monthly renewal', '-1000 job create: @C'),
  '{partial_refund}'
) as profile \gset
select credits_tests.answer(format('credits.settle_job(%L, 5000)', credits_tests.old_id('A'))),
       credits_tests.answer(format('credits.settle_job(%L, 700)', credits_tests.old_id('B'))),
       credits_tests.answer(format('credits.settle_job(%L, 10)', credits_tests.old_id('C')))
\gset done_

select is(
  (select string_agg(concat(e.kind, to_char(e.monthly_delta, ' FMSG99990'),
                            to_char(e.addon_delta, ' FMSG99990'), ' ', e.outstanding), ', ')
     from credits.explain_job(credits_tests.old_id(c.name)) e),
  c.story,
  c.description
)
from (values
  ('A', 'legacy -500 -1500 2000, settle -1600 -1400 5000', 'for more'),
  ('B', 'legacy +0 -3000 3000, legacy +1600 +0 1400, settle +0 +700 700',
   'for less, after a part was back'),
  ('C', 'legacy -1000 +0 1000, settle +990 +0 10', 'for less')
) c (name, story, description);

select * from finish();
rollback;
