-- :batch reservations in one call, on :width profiles; a client's own ones where :step is not 0.
\set low :first + :client_id * :step
select * from credits.reserve_credits_many((
  select jsonb_agg(jsonb_build_object(
           'profile_id', '00000000-0000-4000-8000-' || (:low + floor(random() * :width))::bigint,
           'job_id', gen_random_uuid(),
           'cost', 1 + n % 9))
    from generate_series(1, :batch) n));
