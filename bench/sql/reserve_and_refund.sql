-- A job that fails at once.
\set profile random(:first, :last)
\set job :first_job + :client_id * :jobs_each + :i
\set i :i + 1
select * from credits.reserve_credits(
  ('00000000-0000-4000-8000-' || :profile)::uuid, md5('job ' || :job)::uuid, 5);
select * from credits.refund_job(md5('job ' || :job)::uuid);
