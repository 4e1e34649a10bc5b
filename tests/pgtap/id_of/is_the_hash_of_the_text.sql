begin;
\ir ../helpers.psql
select plan(3);

-- printf user_2abc | sha256sum: 9ef1275adf8c85cf1bb6144d89b02d64...
select is(
  credits.id_of('user_2abc'), '9ef1275a-df8c-85cf-9bb6-144d89b02d64'::uuid,
  'the first 16 bytes, with the version and the variant of a UUID'
);
-- 73475cb40a568e8da8a045ced110137e...
select is(
  credits.id_of(42::text), '73475cb4-0a56-8e8d-a8a0-45ced110137e'::uuid,
  'of a number too'
);
-- 850f7dc43910ff890f8879c0ed26fe697c93a067ad93a7d50f466a7028a9bf4e
select is(
  credits.id_of('café'), '850f7dc4-3910-8f89-8f88-79c0ed26fe69'::uuid,
  'of the text in UTF-8'
);

select * from finish();
rollback;
