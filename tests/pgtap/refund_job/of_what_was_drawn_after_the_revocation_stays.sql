begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 400) as profile \gset
select credits_tests.job(:'profile', 100) as before_the_grant,
       credits_tests.grant_credits(:'profile', 1000, 'order-1') as done
\gset
select credits_tests.job(:'profile', 1300) as between,
       credits_tests.revoke(:'profile', 'order-1') as done
\gset
select credits_tests.grant_credits(:'profile', 70, 'order-2') as done \gset
select credits_tests.job(:'profile', 70) as afterwards \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', c.job)),
  jsonb_build_object('addon_refunded', c.refunded, 'addon_revoked', c.revoked), c.description
)
from (values (:'before_the_grant', 100, 100, 'drawn before the grant'),
             (:'afterwards', 70, 0, 'drawn after the revocation'),
             (:'between', 1300, 900, 'drawn in between')) c (job, refunded, revoked, description);
select is(credits_tests.buckets(:'profile'), '0 + 470', 'the buckets');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
