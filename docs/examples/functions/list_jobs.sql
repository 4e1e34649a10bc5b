-- The newest two jobs, and those that are still reserved.
select job_id, state, outstanding
  from credits.list_jobs('11111111-1111-4111-8111-111111111111', page_size => 2);
select job_id, state, outstanding
  from credits.list_jobs('11111111-1111-4111-8111-111111111111', state => 'reserved');
