-- _load_claims: what waits for what the jobs of a profile return: revocations, the oldest first,
-- then lowered allowances, each as if it were a revocation of its month without an id.

create or replace function credits._load_claims(profile_id uuid)
returns credits._claim[]
language sql stable
as $$
  select array(
    select c.claim
      from (
        select v.opened_seq, row(v, r.period_start, k.seq is not null)::credits._claim as claim
          from credits.revocations v
          left join credits.renewals r on r.profile_id = v.profile_id and r.seq = v.source_seq
          left join credits.packs k on k.profile_id = v.profile_id and k.seq = v.source_seq
         where v.profile_id = _load_claims.profile_id
           and v.collected + v.lapsed < v.amount
        union all
        select null,
               row(jsonb_populate_record(null::credits.revocations, jsonb_build_object(
                     'profile_id', r.profile_id, 'source_seq', r.seq, 'amount', r.owed,
                     'collected', 0, 'lapsed', 0, 'newer_outstanding', 0)),
                   r.period_start, false)::credits._claim
          from credits.renewals r
         where r.profile_id = _load_claims.profile_id
           and r.owed > 0) c
     order by c.opened_seq nulls last)
$$;
