do $$ begin raise exception 'pgcredits migrations are roll-forward only'; end $$;
