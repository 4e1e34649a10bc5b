import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@prisma/client";

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
const prisma = new PrismaClient({ adapter });
const [profile, job] = [randomUUID(), randomUUID()];
await prisma.$queryRaw`select available from credits.open_profile(${profile}::uuid, 500, 5000)`;

// In your transaction: the credits and your own row commit or vanish together. Amounts are BigInt.
await prisma.$transaction(async (tx) => {
  await tx.$executeRaw`insert into orders values (${job}::uuid, 'a poem')`;
  const [taken] = await tx.$queryRaw`
    select * from credits.reserve_credits(profile_id => ${profile}::uuid, job_id => ${job}::uuid,
                                          cost => 2000)`;
  console.log("took", Number(taken.monthly_deducted + taken.addon_deducted));
});

// The error of the database is inside that of Prisma, whose own code is P2010.
try {
  await prisma.$queryRaw`
    select * from credits.reserve_credits(${profile}::uuid, ${randomUUID()}::uuid, 9000)`;
} catch (error) {
  const cause = error.meta?.driverAdapterError?.cause;
  if (cause?.originalCode !== "PT402") throw error;
  const { required, available } = JSON.parse(cause.detail);
  console.log("refused:", cause.originalMessage, required, available);
}

// A batch is JSON.
const jobs = [5, 9000].map((cost) => ({ profile_id: profile, job_id: randomUUID(), cost }));
const rows = await prisma.$queryRaw`
  select (r.reservation).*, r.error
    from credits.reserve_credits_many(${JSON.stringify(jobs)}::jsonb) r`;
for (const row of rows) console.log(row.error ? row.error.message : `${row.new_balance} left`);
await prisma.$disconnect();
