// Opens every page of the site in headless Chromium, narrow and wide and on paper.
// usage: look_at_site.mjs PLAYWRIGHT CHROMIUM PROFILE PAGE...
// Prints a JSON object: what of each page is cut, where there is something, and the ground of the
// first page by day and by night.
import { pathToFileURL } from "node:url";
import { cut, openBrowser } from "../browser.mjs";

const [, , playwright, executablePath, profile, ...pages] = process.argv;
const browser = await openBrowser(playwright, executablePath, profile, { reducedMotion: "reduce" });
const page = browser.pages()[0];

// The bar above repeats the heading; menus and search come into view when asked for.
const elsewhere = ".md-header, .md-sidebar, .md-search, .md-overlay, .md-skip";
const settled = async () => {
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".md-typeset table:not([class])")].every((table) =>
      table.closest(".md-typeset__scrollwrap"),
    ),
  );
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished)));
};

const found = {};
for (const file of pages) {
  await page.goto(pathToFileURL(file).href);
  for (const [width, media] of [[360, "screen"], [768, "screen"], [1280, "screen"], [688, "print"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ media });
    await settled();
    const what = await page.evaluate(cut, elsewhere);
    if (what.length) found[`${file} ${media} ${width}`] = what;
  }
  await page.emulateMedia({ media: "screen" });
}
const grounds = {};
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  await page.goto(pathToFileURL(pages[0]).href);
  await settled();
  grounds[colorScheme] = await page.evaluate(
    () => getComputedStyle(document.body).backgroundColor,
  );
}
await browser.close();
process.stdout.write(JSON.stringify({ cut: found, grounds }), () => process.exit(0));
