-- A: the function. Each job is refunded once: a client has its own stretch of numbers.
\set job :first_job + :client_id * :jobs_each + :i
\set i :i + 1
select * from credits.refund_job(md5('job ' || :job)::uuid);
