-- There and back between two accounts of pgledger; the other one is everybody's where :shared is 1.
\set mine random(1, :accounts)
\set other case when :shared = 1 then 2 * :accounts + 1 else :mine + :accounts end
select *
  from pgledger_create_transfer('pgla_' || lpad(:mine::bigint::text, 26, '0'),
                                'pgla_' || lpad(:other::bigint::text, 26, '0'), 5);
select *
  from pgledger_create_transfer('pgla_' || lpad(:other::bigint::text, 26, '0'),
                                'pgla_' || lpad(:mine::bigint::text, 26, '0'), 5);
