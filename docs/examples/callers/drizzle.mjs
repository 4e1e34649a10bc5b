import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import pg from "pg";

pg.types.setTypeParser(20, Number); // amounts: int8, and at most 2^53-1
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const db = drizzle({ client: pool });
const orders = pgTable("orders", { id: uuid().primaryKey(), what: text().notNull() });
const [profile, job] = [randomUUID(), randomUUID()];
await db.execute(sql`select from credits.open_profile(${profile}, 500, 5000)`);

// In your transaction: the credits and your own row commit or vanish together.
await db.transaction(async (tx) => {
  await tx.insert(orders).values({ id: job, what: "a poem" });
  const { rows } = await tx.execute(
    sql`select * from credits.reserve_credits(profile_id => ${profile}, job_id => ${job}, cost => 2000)`,
  );
  console.log("took", rows[0].monthly_deducted + rows[0].addon_deducted);
});

// Drizzle wraps the error of the driver, which has code, message and detail, as its cause.
try {
  await db.execute(sql`select * from credits.reserve_credits(${profile}, ${randomUUID()}, 9000)`);
} catch (error) {
  const { cause } = error;
  if (cause?.code !== "PT402") throw error;
  const { required, available } = JSON.parse(cause.detail);
  console.log("refused:", cause.message, required, available);
}

// A batch is JSON.
const jobs = [5, 9000].map((cost) => ({ profile_id: profile, job_id: randomUUID(), cost }));
const { rows } = await db.execute(
  sql`select (r.reservation).*, r.error
        from credits.reserve_credits_many(${JSON.stringify(jobs)}) r`,
);
for (const row of rows) console.log(row.error ? row.error.message : `${row.new_balance} left`);
await pool.end();
