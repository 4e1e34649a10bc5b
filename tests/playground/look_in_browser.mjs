// Does in headless Chromium what a reader does.
// usage: look_in_browser.mjs PLAYWRIGHT CHROMIUM PROFILE URL PICTURES
// Prints a JSON object: the scenarios with what the page shows, and what went wrong on the way.
import { openBrowser } from "../browser.mjs";

const [, , playwright, executablePath, profile, url, pictures] = process.argv;
const browser = await openBrowser(playwright, executablePath, profile, {
  reducedMotion: "reduce",
  viewport: { width: 1400, height: 1000 },
});
const page = browser.pages()[0];
const requests = [];
const faults = [];
page.on("request", (request) => requests.push(request.url()));
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) faults.push(message.text());
});
// Ready is when the answer is there and the bars have moved, two frames after they were drawn.
const ready = async () => {
  await page.waitForSelector("body[data-state=ready]", { timeout: 120_000 });
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
};
const press = async (button) => {
  await page.click(button);
  await ready();
};
const rows = (table) =>
  page.$$eval(`${table} tbody tr`, (found) =>
    found.map((row) => [...row.cells].map((cell) => cell.textContent)),
  );
const shown = async () => ({
  buckets: await page.$$eval("#buckets .amount", (found) => found.map((x) => x.textContent)),
  held: await page.$$eval("#buckets .held", (found) => found.map((x) => x.textContent)),
  bars: await page.$$eval("#buckets .bar", (found) =>
    found.map((bar) => [...bar.children].map((piece) => piece.style.width)),
  ),
  jobs: await rows("#jobs"),
  ledger: await rows("#ledger"),
  integrity: await page.textContent("#integrity"),
  errors: await page.$$eval("#answers .error strong", (found) => found.map((x) => x.textContent)),
  messages: await page.$$eval("#answers .message", (found) => found.map((x) => x.textContent)),
  status: await page.textContent("#status"),
  selected: await page.$eval("#editor", (editor) =>
    editor.value.slice(editor.selectionStart, editor.selectionEnd),
  ),
});

await page.goto(url);
await ready();
const seen = { start: await shown() };
for (const name of await page.$$eval("#scenarios button", (x) => x.map((b) => b.dataset.scenario))) {
  await press(`#scenarios [data-scenario=${name}]`);
  await press("#step");
  const first = await shown();
  await press("#step");
  const second = await shown();
  await press("#run");
  const end = await shown();
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  for (const button of await page.$$("#tries button")) {
    await button.click();
    await ready();
  }
  await page.screenshot({ path: `${pictures}/${name}_tried.png`, fullPage: true });
  seen[name] = { first, second, end, tried: await shown() };
}

// A reader who changes a cost sees it, and has it back.
await press("#scenarios [data-scenario=refund_after_a_failure]");
const script = await page.inputValue("#editor");
await page.fill("#editor", script.replace("cost => 2000", "cost => 6000"));
await page.press("#editor", "Control+Enter");
await ready();
seen.changed = await shown();
await press("#again");
seen.undone = { ...(await shown()), script: (await page.inputValue("#editor")) === script };

await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
await press("#scenarios [data-scenario=hold_that_expires]");
await press("#step");
await press("#step");
await page.screenshot({ path: `${pictures}/dark.png`, fullPage: true });
await page.setViewportSize({ width: 420, height: 900 });
await page.screenshot({ path: `${pictures}/narrow.png`, fullPage: true });
seen.width = await page.evaluate(() => document.documentElement.scrollWidth);
await browser.close();
process.stdout.write(JSON.stringify({ ...seen, requests, faults }), () => process.exit(0));
