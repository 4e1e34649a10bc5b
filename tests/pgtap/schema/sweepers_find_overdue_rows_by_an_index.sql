begin;
\ir ../helpers.psql
select plan(8);

select has_index('credits', t.table_name, t.index_name, t.index_name)
  from (values ('jobs', 'jobs_hold_due_at'), ('jobs', 'jobs_profile_hold_due_at'),
               ('packs', 'packs_due'), ('packs', 'packs_profile_due'), ('packs', 'packs_notice'),
               ('events', 'events_due'), ('events', 'events_open'), ('events', 'events_tried')
       ) t (table_name, index_name);

select * from finish();
rollback;
