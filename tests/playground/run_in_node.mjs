// Runs every scenario and every way to break it, without a page. usage: run_in_node.mjs FOLDER
// Prints a JSON object: of each scenario the steps, each with its answer and the books after it.
import { readFileSync, readdirSync } from "node:fs";

const folder = process.argv[2];
const { books, open, restart, run, scenario, statements } = await import(`${folder}/database.js`);
const read = (name) => readFileSync(`${folder}/${name}`, "utf8");
const scripts = [read("pgcredits.sql"), read("playground.sql")];
const database = await open();
const seen = {};

for (const file of readdirSync(`${folder}/scenarios`)) {
  await restart(database, ...scripts);
  const { script, tries } = scenario(read(`scenarios/${file}`));
  const steps = [];
  const take = async (name, sql) => {
    for (const statement of statements(sql)) {
      const answer = await run(database, statement.sql);
      steps.push({ name, ...statement, answer, books: await books(database) });
    }
  };
  await take(null, script);
  for (const attempt of tries) await take(attempt.name, attempt.sql);
  seen[file.replace(".sql", "")] = steps;
}
seen.split = statements(
  "select ';', $a$ ; $$ $a$; -- a comment;\n/* ; */ select \"a;b\";\n-- nothing;\n;\nselect 3",
);
await database.close();
process.stdout.write(JSON.stringify(seen), () => process.exit(0));
