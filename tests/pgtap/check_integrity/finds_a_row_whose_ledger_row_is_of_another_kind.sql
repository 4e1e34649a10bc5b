begin;
\ir ../helpers.psql
select plan(7);

-- What is found after this change in a profile with a pack, a revocation and a renewal.
create function credits_tests.found_after(change text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 5000);
begin
  perform credits.renew_monthly(v_profile, '2020-02-01 00:00Z', 7);
  perform credits_tests.pack(v_profile, 50, '2099-01-01 00:00Z');
  perform credits.revoke_grant(v_profile, 'pack 50', 'dispute-1', 9, 'why', 'who');
  execute format(found_after.change, v_profile);
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change)
  from (values
    ('update credits.renewals r set seq = 1 where r.profile_id = %L',
     'renewal has its ledger row, renew, open'),
    ('update credits.revocations r set source_seq = 1 where r.profile_id = %L',
     'revocation has the ledger row of its grant or month, renew, open; '
     'no more is revoked than was granted, at most 0, 9'),
    ('update credits.revocations r set opened_seq = 1 where r.profile_id = %L',
     'revocation was opened by its ledger row, revoke, open'),
    ('update credits.revocations r set seq = 1 where r.profile_id = %L',
     'revocation has its ledger row, revoke, open'),
    ('update credits.revocations r set amount = 0, collected = 0, ended_at = now()
       where r.profile_id = %L',
     'revocation has its ledger row, reinstate, revoke'),
    ('select credits.reinstate_grant(%L, ''pack 50'', ''dispute-1'', ''why'', ''who'')',
     null),
    ('update credits.addon_grants g set reference = ''other'' where g.profile_id = %L',
     'grant is recorded with its reference, pack 50, other')
  ) c (change, finding);

select * from finish();
rollback;
