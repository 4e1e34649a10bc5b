-- It begins with the hash of the profile; the rest is random.
select left(credits.new_job_id('11111111-1111-4111-8111-111111111111')::text, 7) as begins_with;
