begin;
\ir ../helpers.psql
select plan(15);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as opened,
       gen_random_uuid() as job, gen_random_uuid() as undone
\gset

select is(
  credits_tests.level_after(l.before, format(c.call, :'profile', :'opened', :'job', :'undone')),
  l.after,
  format('%s: %s becomes %s', c.name, l.before, l.after)
)
from (values ('off', 'on'), ('local', 'on'), ('remote_apply', 'remote_apply')) l (before, after),
     (values
       ('open_profile', 'credits.open_profile(%2$L, 5, 5)'),
       ('grant_addon', 'credits.grant_addon(%1$L, 5, ''order-1'')'),
       ('reserve_credits', 'credits.reserve_credits(%1$L, %3$L, 5)'),
       ('refund_job', 'credits.refund_job(%3$L)'),
       ('rollback_reservation', 'credits.rollback_reservation(%3$L)')
     ) c (name, call);

select * from finish();
rollback;
