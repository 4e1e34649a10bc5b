-- $2 holds of profile $1 in one call.
select count(*)
  from credits.reserve_credits_many((
         select jsonb_agg(jsonb_build_object('profile_id', $1::text, 'job_id', gen_random_uuid(),
                                             'cost', 1, 'hold_for', '1 hour'))
           from generate_series(1, $2::int)))
 where error is null
