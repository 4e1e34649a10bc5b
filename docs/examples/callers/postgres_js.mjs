import { randomUUID } from "node:crypto";
import postgres from "postgres";

// postgres.js gives an int8 as a string. Amounts are at most 2^53-1, which Number keeps exactly.
const int8 = { to: 20, from: [20], serialize: String, parse: Number };
const sql = postgres(process.env.DATABASE_URL, { types: { int8 } });
const [profile, job] = [randomUUID(), randomUUID()];
await sql`select from credits.open_profile(${profile}, 500, 5000)`;

// In your transaction: the credits and your own row commit or vanish together.
await sql.begin(async (sql) => {
  await sql`insert into orders values (${job}, 'a poem')`;
  const [taken] = await sql`
    select * from credits.reserve_credits(profile_id => ${profile}, job_id => ${job},
                                          cost => ${2000}, meta => ${sql.json({ model: "large" })})`;
  console.log("took", taken.monthly_deducted + taken.addon_deducted);
});

// A refusal is an error: code is PT and an HTTP status, message the token, detail JSON.
try {
  await sql`select * from credits.reserve_credits(${profile}, ${randomUUID()}, 9000)`;
} catch (error) {
  if (error.code !== "PT402") throw error;
  const { required, available } = JSON.parse(error.detail);
  console.log("refused:", error.message, required, available);
}

// A batch is JSON. The columns of each answer have to be named, or come as one text.
const jobs = [5, 9000].map((cost) => ({ profile_id: profile, job_id: randomUUID(), cost }));
const rows = await sql`
  select (r.reservation).*, r.error from credits.reserve_credits_many(${sql.json(jobs)}) r`;
for (const row of rows) console.log(row.error ? row.error.message : `${row.new_balance} left`);
await sql.end();
