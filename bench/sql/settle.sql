-- A: the function. Each job is settled once, below what it reserved.
\set job :first_job + :client_id * :jobs_each + :i
\set i :i + 1
select * from credits.settle_job(md5('job ' || :job)::uuid, 3);
