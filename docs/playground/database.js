// The database of the playground: it opens one, runs statements, and reads what there is. It knows
// nothing of the page, so that it runs in Node too.
import { PGlite } from "./pglite/index.js";

const BOOKS = `
select json_build_object(
  'ahead', extract(epoch from credits._now() - clock_timestamp())::bigint,
  'profiles', (
    select json_agg(json_build_object(
             'profile', p.id,
             'monthly', p.credits_remaining,
             'addon', p.addon_credits,
             'monthly_held', coalesce(h.monthly, 0),
             'addon_held', coalesce(h.addon, 0)) order by p.created_at, p.id)
      from credits.profiles p
      left join (
        select j.profile_id, sum(j.monthly_deducted - j.monthly_refunded) as monthly,
               sum(j.addon_deducted - j.addon_refunded) as addon
          from credits.jobs j
         where j.state = 'reserved'
         group by j.profile_id) h on h.profile_id = p.id),
  'jobs', (
    select json_agg(json_build_object(
             'job', left(j.id::text, 8), 'state', j.state,
             'monthly taken', j.monthly_deducted, 'addon taken', j.addon_deducted,
             'monthly back', j.monthly_refunded, 'addon back', j.addon_refunded)
             order by j.created_at, j.id)
      from credits.jobs j),
  'ledger', (
    select json_agg(json_build_object(
             'seq', l.seq, 'kind', l.kind,
             'monthly', l.monthly_delta, 'addon', l.addon_delta,
             'monthly after', l.monthly_balance, 'addon after', l.addon_balance,
             'reason', l.reason) order by l.ts, l.seq)
      from credits.ledger l),
  'findings', (select json_agg(f) from credits.check_integrity() f)) as books`;

// Starts a database, still empty.
export function open() {
  return PGlite.create();
}

// Makes everything anew: the schema, the clock of the playground, and the session's settings.
export async function restart(pg, ...scripts) {
  for (const script of [
    "rollback",
    "discard all",
    "drop schema if exists credits, playground cascade",
    ...scripts,
    "set client_min_messages = log", // lines that otherwise go to the server's log
    "set credits.log_returns = on",
  ]) {
    await pg.exec(script);
  }
}

// The statements of a script: where each begins and ends, its text, and the comment above it.
export function statements(script) {
  const token =
    /'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;|$/g;
  const found = [];
  let start = 0;
  for (const match of script.matchAll(token)) {
    if (match[0] !== ";" && match.index < script.length) continue;
    const end = match.index + match[0].length;
    const lines = script.slice(start, end).trim().split("\n");
    const sql = lines.findIndex((line) => line.trim() && !line.trim().startsWith("--"));
    if (sql >= 0 && lines.slice(sql).join("").trim() !== ";") {
      found.push({
        start: start + script.slice(start).search(/\S/),
        end,
        sql: lines.slice(sql).join("\n"),
        comment: lines
          .slice(0, sql)
          .map((line) => line.trim().replace(/^-- ?/, ""))
          .join(" ")
          .trim(),
      });
    }
    start = end;
  }
  return found;
}

// A scenario and the ways to break it, which are its comments that begin with "try".
export function scenario(file) {
  const [script, ...tries] = file.split(/^-- try /m);
  return {
    script: script.trim() + "\n",
    tries: tries.map((text) => {
      const [name, sql] = text.split(/: ([\s\S]*)/);
      return { name, sql: sql.replace(/\n--   /g, "\n  ").trim() };
    }),
  };
}

// What a statement answers: columns and rows, or an error; and what the server said meanwhile.
export async function run(pg, sql) {
  const messages = [];
  const onNotice = (notice) => messages.push(`${notice.severity}: ${notice.message}`);
  try {
    const answer = await pg.query(sql, [], { rowMode: "array", onNotice });
    return { columns: answer.fields.map((field) => field.name), rows: answer.rows, messages };
  } catch (error) {
    const { code, message, detail, hint } = error;
    return { error: { code, message, detail, hint }, messages };
  }
}

// Buckets, jobs, ledger and what check_integrity finds; null where the session may not read them.
export async function books(pg) {
  const answer = await run(pg, BOOKS);
  if (answer.error) return null;
  const [[found]] = answer.rows;
  for (const list of ["profiles", "jobs", "ledger", "findings"]) found[list] ??= [];
  return found;
}
