import { randomUUID } from "node:crypto";
import pg from "pg";

// pg gives an int8 as a string. Amounts are at most 2^53-1, which Number keeps exactly.
pg.types.setTypeParser(20, Number);

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const [profile, job] = [randomUUID(), randomUUID()];
await pool.query("select from credits.open_profile($1, 500, 5000)", [profile]);

// In your transaction: the credits and your own row commit or vanish together.
const client = await pool.connect();
try {
  await client.query("begin");
  await client.query("insert into orders values ($1, 'a poem')", [job]);
  const { rows } = await client.query(
    "select * from credits.reserve_credits(profile_id => $1, job_id => $2, cost => $3, meta => $4)",
    [profile, job, 2000, { model: "large" }],
  );
  await client.query("commit");
  console.log("took", rows[0].monthly_deducted + rows[0].addon_deducted);
} catch (error) {
  await client.query("rollback");
  throw error;
} finally {
  client.release();
}

// A refusal is an error: code is PT and an HTTP status, message the token, detail JSON.
try {
  await pool.query("select * from credits.reserve_credits($1, $2, 9000)", [profile, randomUUID()]);
} catch (error) {
  if (error.code !== "PT402") throw error;
  const { required, available } = JSON.parse(error.detail);
  console.log("refused:", error.message, required, available);
}

// A batch is JSON. pg would send an array of JavaScript as an array of PostgreSQL.
const jobs = [5, 9000].map((cost) => ({ profile_id: profile, job_id: randomUUID(), cost }));
const { rows } = await pool.query(
  "select (r.reservation).*, r.error from credits.reserve_credits_many($1) r",
  [JSON.stringify(jobs)],
);
for (const row of rows) console.log(row.error ? row.error.message : `${row.new_balance} left`);
await pool.end();
