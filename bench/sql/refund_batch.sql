-- :batch whole refunds in one call. Each job is refunded once.
\set low :first_job + :client_id * :jobs_each + :i
\set i :i + :batch
select * from credits.refund_job_many((
  select jsonb_agg(jsonb_build_object('job_id', md5('job ' || n)::uuid))
    from generate_series(:low::bigint, :low::bigint + :batch - 1) n));
