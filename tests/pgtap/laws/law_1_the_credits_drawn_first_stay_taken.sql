begin;
\ir ../helpers.psql
select plan(12);

-- The story of one job: 1000 reserved from 400 monthly credits, a pack of 300 and 300 perpetual
-- ones; meanwhile a new month of 50 and a new pack of 60; settled at 1150; then k given back.
create function credits_tests.after_refund(k bigint)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(400, 350);
  v_job uuid;
begin
  perform credits_tests.pack(v_profile, 300, '2030-06-01 00:00Z');
  v_job := credits_tests.job(v_profile, 1000);
  perform credits.renew_monthly(v_profile, '2030-02-01 00:00Z', 50);
  perform credits_tests.pack(v_profile, 60, '2030-05-01 00:00Z', 'promo');
  perform credits.settle_job(v_job, 1150);
  perform credits.refund_job(v_job, after_refund.k, 'part-1');
  return concat(credits_tests.buckets(v_profile), ', ', credits_tests.packs(v_profile),
                (select ', ' || string_agg(f.rule, ' ') from credits.check_integrity(v_profile) f));
end
$$;
update credits.settings s set closed_period_refund = 'restore';
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

select is(credits_tests.after_refund(c.k), c.left_over, format('%s: %s', c.k, c.description))
  from (values
    (1, '0 + 11, 0 0', 'perpetual of the second draw'),
    (40, '0 + 50, 0 0', 'all of it'),
    (41, '0 + 51, 0 1', 'the pack of the second draw'),
    (100, '0 + 110, 0 60', 'all of it'),
    (101, '1 + 110, 0 60', 'monthly of the second draw'),
    (150, '50 + 110, 0 60', 'all of it'),
    (151, '50 + 111, 0 60', 'perpetual of the first draw'),
    (450, '50 + 410, 0 60', 'all of it'),
    (451, '50 + 411, 1 60', 'the pack of the first draw'),
    (750, '50 + 710, 300 60', 'all of it'),
    (751, '51 + 710, 300 60', 'monthly of the first draw'),
    (1150, '450 + 710, 300 60', 'everything')
  ) c (k, left_over, description);

select * from finish();
rollback;
