// The page: it shows what database.js runs and reads.
import { books, open, restart, run, scenario, statements } from "./database.js";

const PAUSE = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500;
const element = Object.fromEntries(
  [...document.querySelectorAll("[id]")].map((found) => [found.id, found]),
);
const number = new Intl.NumberFormat("en");
const change = new Intl.NumberFormat("en", { signDisplay: "exceptZero" });

let database; // PGlite
let scripts; // what makes the schema, and the clock
let chosen; // the scenario as it was
let executed; // what of the editor's text the database has run
let shown; // the books as the page shows them
let scale; // the credits that fill a bar

function make(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function text(value) {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace("T", " ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return JSON.stringify(value);
  return typeof value === "number" ? number.format(value) : String(value);
}

function table(columns, rows, { isNew = () => false, changes = [] } = {}) {
  const made = make("table");
  const kind = (value) => (typeof value === "number" ? "number" : "");
  const head = made.createTHead().insertRow();
  columns.forEach((column, index) => head.append(make("th", column, kind(rows[0]?.[index]))));
  const body = made.createTBody();
  rows.forEach((values, index) => {
    const row = body.insertRow();
    row.className = isNew(index) ? "new" : "";
    values.forEach((value, place) => {
      const shownAs = changes.includes(columns[place]) ? change.format(value) : text(value);
      row.append(make("td", shownAs, kind(value)));
    });
  });
  const scroll = make("div", "", "scroll");
  scroll.append(made);
  return scroll;
}

// --- what the database has ------------------------------------------------------------------------

function bucket(name, profile, before) {
  const made = make("div", "", `bucket ${name}`);
  const moved = profile[name] - (before?.[name] ?? profile[name]);
  const line = make("div", "", "line");
  line.append(make("span", name), make("strong", number.format(profile[name]), "amount"));
  if (moved) line.append(make("span", change.format(moved), "moved"));
  const held = profile[`${name}_held`];
  if (held) line.append(make("span", `${text(held)} held by jobs`, "held"));
  const bar = make("div", "", "bar");
  for (const [part, credits, credits_before] of [
    ["free", profile[name], before?.[name] ?? 0],
    ["taken", held, before?.[`${name}_held`] ?? 0],
  ]) {
    const piece = make("span", "", part);
    piece.style.width = `${(100 * Math.max(credits_before, 0)) / scale}%`;
    bar.append(piece);
    // The bar has to be in the page with its old width before it can move to the new one.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        piece.style.width = `${(100 * Math.max(credits, 0)) / scale}%`;
      }),
    );
  }
  made.append(line, bar);
  return made;
}

function showBuckets(now) {
  const most = now.profiles.flatMap((p) => [p.monthly + p.monthly_held, p.addon + p.addon_held]);
  scale = Math.max(scale, 1, ...most);
  element.buckets.replaceChildren();
  for (const profile of now.profiles) {
    const before = shown?.profiles.find((other) => other.profile === profile.profile);
    if (now.profiles.length > 1) element.buckets.append(make("h3", profile.profile));
    element.buckets.append(bucket("monthly", profile, before), bucket("addon", profile, before));
  }
  if (!now.profiles.length) element.buckets.append(make("p", "No profile yet.", "none"));
}

function showRows(target, rows, before, changes) {
  if (!rows.length) {
    target.replaceChildren(make("p", "None yet.", "none"));
    return;
  }
  const had = new Set((before ?? []).map((row) => JSON.stringify(row)));
  const isNew = (index) => Boolean(before) && !had.has(JSON.stringify(rows[index]));
  const values = rows.map((row) => Object.values(row));
  target.replaceChildren(table(Object.keys(rows[0]), values, { isNew, changes }));
}

function showIntegrity(findings) {
  element.integrity.className = findings.length ? "unsound" : "sound";
  element.integrity.textContent = findings.length
    ? "check_integrity finds: " +
      findings.map((f) => `${f.rule}: expected ${f.expected}, found ${f.found}`).join("; ")
    : "check_integrity finds nothing: the books are sound.";
}

async function showBooks() {
  const now = await books(database);
  if (now === null) return; // in a failed transaction, or as a role that may not read
  showBuckets(now);
  showRows(element.jobs, now.jobs, shown?.jobs);
  showRows(element.ledger, now.ledger, shown?.ledger, ["monthly", "addon"]);
  showIntegrity(now.findings);
  shown = now;
}

// --- what a statement answers ---------------------------------------------------------------------

function showAnswer(statement, answer) {
  const item = make("li");
  item.append(statement.comment ? make("p", statement.comment) : make("pre", statement.sql));
  if (answer.error) {
    const { code, message, detail, hint } = answer.error;
    const box = make("div", "", "error");
    box.append(make("strong", message), make("span", ` ${code}`, "code"));
    if (detail && detail !== "{}") box.append(make("pre", detail));
    if (hint) box.append(make("p", hint));
    item.append(box);
  } else if (answer.columns.length) {
    item.append(table(answer.columns, answer.rows));
  } else {
    item.append(make("p", "Done.", "none"));
  }
  for (const message of answer.messages) item.append(make("p", message, "message"));
  element.answers.append(item);
  item.scrollIntoView({ block: "nearest" });
}

// --- what a reader does ---------------------------------------------------------------------------

async function startOver() {
  await restart(database, ...scripts);
  executed = "";
  shown = undefined;
  scale = 0;
  element.answers.replaceChildren();
  await showBooks();
}

// Runs what of the editor's text has not run: one statement, or all with a pause between them.
async function goOn(most = Infinity) {
  const script = element.editor.value;
  if (!script.startsWith(executed)) await startOver(); // what had run was changed
  const left = statements(script).filter((statement) => statement.end > executed.length);
  for (const [index, statement] of left.slice(0, most).entries()) {
    if (index) await new Promise((resume) => setTimeout(resume, PAUSE));
    select(statement);
    const answer = await run(database, statement.sql);
    executed = script.slice(0, statement.end);
    showAnswer(statement, answer);
    await showBooks();
  }
}

// Shows where the run is. A selection is visible in what has the focus.
function select({ start, end }) {
  const { editor } = element;
  editor.setSelectionRange(start, end);
  if (matchMedia("(pointer: fine)").matches) editor.focus({ preventScroll: true });
  editor.scrollTop = (editor.scrollHeight * start) / editor.value.length - editor.clientHeight / 2;
}

async function choose(name) {
  const file = await fetch(`scenarios/${name}.sql`);
  chosen = scenario(await file.text());
  for (const button of element.scenarios.children) {
    button.setAttribute("aria-pressed", String(button.dataset.scenario === name));
  }
  element.tries.replaceChildren(
    ...chosen.tries.map((attempt) => {
      const button = make("button", attempt.name);
      button.title = attempt.sql;
      button.addEventListener("click", () =>
        alone(() => {
          element.editor.value = `${element.editor.value.trimEnd()}\n\n${attempt.sql}\n`;
          return goOn();
        }),
      );
      return button;
    }),
  );
  await undo();
}

function undo() {
  element.editor.value = chosen.script;
  element.editor.scrollTop = 0;
  return startOver();
}

async function runAll() {
  await startOver();
  await goOn();
}

// One thing at a time: until it is done, no button can be pressed.
async function alone(action) {
  if (document.body.dataset.state === "busy") return;
  document.body.dataset.state = "busy";
  const buttons = () => document.querySelectorAll("button");
  for (const button of buttons()) button.disabled = true;
  try {
    await action();
    const ahead = shown?.ahead ? ` Its clock is ${number.format(shown.ahead / 3600)} h ahead.` : "";
    element.status.textContent = `PostgreSQL is ready.${ahead}`;
  } catch (error) {
    element.status.textContent = `This did not work: ${error.message}`;
  }
  for (const button of buttons()) button.disabled = false;
  document.body.dataset.state = "ready";
}

async function start() {
  element.status.textContent = "Starting PostgreSQL …";
  const files = ["pgcredits.sql", "playground.sql"].map(async (name) => (await fetch(name)).text());
  scripts = await Promise.all(files);
  database = await open();
  await choose(element.scenarios.firstElementChild.dataset.scenario);
}

for (const button of element.scenarios.children) {
  button.addEventListener("click", () => alone(() => choose(button.dataset.scenario)));
}
element.run.addEventListener("click", () => alone(runAll));
element.step.addEventListener("click", () => alone(() => goOn(1)));
element.again.addEventListener("click", () => alone(undo));
element.editor.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
  event.preventDefault();
  alone(event.shiftKey ? () => goOn(1) : runAll);
});
alone(start);
