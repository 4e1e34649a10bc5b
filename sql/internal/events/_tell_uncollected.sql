-- _tell_uncollected: tells that a revocation has not got all that it takes back: it was spent.

create or replace function credits._tell_uncollected(
  source credits._revocable,
  revocation credits.revocations
)
returns void
language sql volatile
as $$
  select credits._write_event(
           a, (_tell_uncollected.revocation).seq, 'grant.uncollected',
           (_tell_uncollected.revocation).revocation_id, p.changed_at,
           jsonb_build_object('reference', (_tell_uncollected.source).reference,
                              'period_start', (_tell_uncollected.source).period_start,
                              'revocation_id', (_tell_uncollected.revocation).revocation_id,
                              'uncollected', (_tell_uncollected.revocation).amount
                                             - (_tell_uncollected.revocation).collected
                                             - (_tell_uncollected.revocation).lapsed))
    from credits.alerts a
    join credits.profiles p on p.id = a.profile_id
   where a.profile_id = (_tell_uncollected.source).profile_id
$$;
