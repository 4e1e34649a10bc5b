begin;
\ir ../helpers.psql
select plan(1);

select is(
  (select count(distinct credits.id_of(t.name))
     from unnest(array['user_2abc', 'User_2abc', 'user_2abc ', ' user_2abc', 'user_2ab', '42', '042',
                       '42.0', '-42', U&'\00e9', U&'e\0301', E'a\nb', E'a\r\nb', 'a\nb',
                       '\x61', 'a']) t (name)),
  16::bigint,
  'by case, blanks, leading zeros and the form of an accent'
);

select * from finish();
rollback;
