import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";

pg.types.setTypeParser(20, Number); // amounts: int8, and at most 2^53-1
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
const [profile, job] = [randomUUID(), randomUUID()];
await sql`select from credits.open_profile(${profile}, 500, 5000)`.execute(db);

// In your transaction: the credits and your own row commit or vanish together.
await db.transaction().execute(async (trx) => {
  await trx.insertInto("orders").values({ id: job, what: "a poem" }).execute();
  const { rows } = await sql`
    select * from credits.reserve_credits(profile_id => ${profile}, job_id => ${job}, cost => 2000)
  `.execute(trx);
  console.log("took", rows[0].monthly_deducted + rows[0].addon_deducted);
});

// A refusal is the error of the driver: code, message and detail.
try {
  await sql`select * from credits.reserve_credits(${profile}, ${randomUUID()}, 9000)`.execute(db);
} catch (error) {
  if (error.code !== "PT402") throw error;
  const { required, available } = JSON.parse(error.detail);
  console.log("refused:", error.message, required, available);
}

// A batch is JSON.
const jobs = [5, 9000].map((cost) => ({ profile_id: profile, job_id: randomUUID(), cost }));
const { rows } = await sql`
  select (r.reservation).*, r.error from credits.reserve_credits_many(${JSON.stringify(jobs)}) r
`.execute(db);
for (const row of rows) console.log(row.error ? row.error.message : `${row.new_balance} left`);
await db.destroy();
