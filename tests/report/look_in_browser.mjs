// Opens reports in headless Chromium, by day and by night, wide and narrow, on screen and paper.
// usage: look_in_browser.mjs PLAYWRIGHT CHROMIUM PROFILE PICTURES FILE...
// Prints a JSON object: for each file what it shows, and what went wrong.
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { cut, openBrowser } from "../browser.mjs";

const [, , playwright, executablePath, profile, pictures, ...files] = process.argv;
const browser = await openBrowser(playwright, executablePath, profile, {
  bypassCSP: true, // for what this program asks the page; its policy is looked at in the file
  viewport: { width: 1280, height: 900 },
});
const page = browser.pages()[0];
let requests = [];
let faults = [];
page.on("request", (request) => requests.push(request.url()));
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) faults.push(message.text());
});
page.on("dialog", (dialog) => faults.push(dialog.message()));

const shown = () => {
  const texts = (parent, what) => [...parent.querySelectorAll(what)].map((x) => x.textContent);
  const drawn = (chart) => ({
    name: chart.getAttribute("aria-label"),
    words: texts(chart, "text"),
    dashed: chart.querySelectorAll("line[stroke-dasharray]").length,
    lines: [...chart.querySelectorAll("polyline")].map((line) =>
      [...line.points].map((point) => [point.x, point.y]),
    ),
    zero: [...chart.querySelectorAll("line.line-grey")]
      .filter((x) => x.getAttribute("y1") === x.getAttribute("y2"))
      .map((x) => x.y1.baseVal.value),
    bars: [...chart.querySelectorAll("rect")]
      .filter((x) => x.querySelector("title"))
      .map((x) => ({
        told: x.querySelector("title").textContent,
        top: x.y.baseVal.value,
        height: x.height.baseVal.value,
      })),
  });
  return {
    title: document.title,
    heading: document.querySelector("h1").textContent,
    range: document.querySelector("header p").textContent.split(" · ")[1],
    elements: [...new Set([...document.querySelectorAll("*")].map((x) => x.localName))].sort(),
    attributes: [
      ...new Set([...document.querySelectorAll("*")].flatMap((x) => x.getAttributeNames())),
    ].sort(),
    parts: [...document.querySelectorAll("section")].map((part) => ({
      title: part.querySelector("h2").textContent,
      sentences: texts(part, "p:not(.source)"),
      tiles: [...part.querySelectorAll(".tiles > div")].map((x) =>
        [...x.children].map((y) => y.textContent),
      ),
      facts: texts(part, "li"),
      jobs: texts(part, ".job h3"),
      tables: [...part.querySelectorAll("table")].map((table) => ({
        name: table.dataset.name,
        heads: texts(table, "th"),
        rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((x) => x.textContent)),
      })),
      charts: [...part.querySelectorAll("svg.wide")].map(drawn),
      narrow: [...part.querySelectorAll("svg.narrow")].map(drawn),
    })),
  };
};

// What is not as it should look: words on words, words outside of their picture, words that one can
// hardly read on their ground.
const ugly = () => {
  const found = [];
  const inside = (a, b) =>
    a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  for (const chart of document.querySelectorAll("figure svg")) {
    if (!chart.clientWidth) continue; // the other of the two drawings
    const words = [...chart.querySelectorAll("text")].map((x) => [
      x.textContent,
      x.getBoundingClientRect(),
    ]);
    words.forEach(([word, box], at) => {
      if (!inside(box, chart.getBoundingClientRect())) found.push(`outside: ${word}`);
      for (const [other, its] of words.slice(at + 1)) {
        const apart =
          box.right <= its.left || its.right <= box.left || box.bottom <= its.top + 3 || its.bottom <= box.top + 3;
        if (!apart) found.push(`overlap: ${word} / ${other}`);
      }
    });
  }
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((x) => {
      const share = Number(x) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const inks = new Set();
  for (const each of document.querySelectorAll("h1, h2, h3, p, td, th, dt, dd, li, footer, text")) {
    const style = getComputedStyle(each);
    inks.add(each.localName === "text" ? style.fill : style.color);
  }
  for (const ink of inks) {
    const [high, low] = [light(ink), ground].sort((a, b) => b - a);
    if ((high + 0.05) / (low + 0.05) < 4.5) found.push(`hard to read: ${ink}`);
  }
  return found;
};

// What a reader does not see before touching anything: a figure or word of a table or a tile that
// is cut at the side or lies on the next one; words of a chart that are cut, or too small to read.
const notAtRest = () => {
  const found = [];
  const boxOf = (each) => {
    for (let box = each.parentElement; box; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return box.getBoundingClientRect();
    return { left: 0, right: document.documentElement.clientWidth };
  };
  const look = (each, within) => {
    const text = document.createRange();
    text.selectNodeContents(each);
    for (const { left, right, width } of text.getClientRects())
      if (width && (left < within.left - 1 || right > within.right + 1))
        found.push(`cut: ${each.textContent.slice(0, 40)} in ${each.closest("table")?.dataset.name}`);
  };
  for (const each of document.querySelectorAll("td, th, dt, dd")) {
    look(each, boxOf(each));
    look(each, each.getBoundingClientRect());
  }
  const charts = [...document.querySelectorAll("figure svg")].filter((x) => x.clientWidth);
  if (charts.length !== document.querySelectorAll("figure").length) found.push("not one of each");
  for (const each of charts.flatMap((x) => [...x.querySelectorAll("text")])) {
    look(each, boxOf(each));
    const size = parseFloat(each.getAttribute("font-size")) * each.getScreenCTM().a;
    if (size < 10) found.push(`small: ${each.textContent}, ${size.toFixed(1)} px`);
  }
  return [...new Set(found)];
};

const whole = ["all", "busy"]; // have a picture of each kind, which takes its time
const picture = (name, how) =>
  page.screenshot({ path: `${pictures}/${name}_${how}.png`, fullPage: true });
const seen = {};
for (const file of files) {
  const name = basename(file, ".html");
  [requests, faults] = [[], []];
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
  const url = pathToFileURL(file).href;
  await page.goto(url);
  const look = { ...(await page.evaluate(shown)), ugly: {} };
  for (const [how, colorScheme, width] of [
    ["light", "light", 1280],
    ["dark", "dark", 1280],
    ["middle", "light", 768],
    ["narrow", "light", 360],
    ["narrow dark", "dark", 360],
    ["390", "light", 390],
    ["412", "light", 412],
    ["600", "light", 600],
    ["741", "light", 741],
    ["901", "light", 901],
  ]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const looks = await Promise.all([ugly, cut, notAtRest].map((each) => page.evaluate(each)));
    look.ugly[how] = looks.flat();
    look[`${how} ground`] = await page.evaluate(
      () => getComputedStyle(document.body).backgroundColor,
    );
    if (how === "light" || whole.includes(name)) await picture(name, how.replace(" ", "_"));
  }
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await page.setViewportSize({ width: 688, height: 990 }); // A4 less its margins
  look["print ground"] = await page.evaluate(
    () => getComputedStyle(document.body).backgroundColor,
  );
  look.ugly.print = await page.evaluate(cut);
  look.folded = await page.evaluate(() => document.querySelectorAll("details").length);
  if (whole.includes(name)) await picture(name, "print");
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  seen[name] = { ...look, requests: requests.filter((x) => x !== url), faults };
}
await browser.close();
process.stdout.write(JSON.stringify(seen), () => process.exit(0));
