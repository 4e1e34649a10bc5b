select credits.id_of('user_2abc'), credits.id_of(42::text) as id_of_42;
