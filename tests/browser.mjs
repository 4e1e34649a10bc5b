// What the programs share that look at pages: headless Chromium, and what of a page is cut.
import { createRequire } from "node:module";

// Asks nobody but the page that it is told to open. Each page has its own settings besides.
export const openBrowser = (playwright, executablePath, profile, options) => {
  const { chromium } = createRequire(import.meta.url)(playwright);
  return chromium.launchPersistentContext(profile, {
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    ...options,
  });
};

// Evaluated in a page: what of it nobody can see. Wide tables, code and pictures may scroll in
// their own box, but not on paper. ``without``: what is not looked at, as it is not yet in view.
export const cut = (without) => {
  const paper = matchMedia("print").matches;
  const width = document.documentElement.clientWidth;
  const found = [];
  const wide = document.documentElement.scrollWidth - width;
  if (wide > 0) found.push(`the page is wider than its window by ${wide}`);
  const scrolls = (style) => ["auto", "scroll"].includes(style.overflowX);
  const inBox = (each) => {
    for (let box = each.parentElement; box; box = box.parentElement)
      if (scrolls(getComputedStyle(box))) return !paper;
    return false;
  };
  for (const each of document.body.querySelectorAll("*")) {
    const { left, right, width: own } = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    if (!own || style.visibility === "hidden" || each.closest("svg *")) continue;
    if (without && each.closest(without)) continue;
    const what = `${each.localName}.${each.getAttribute("class") ?? ""}: ${each.textContent.trim().slice(0, 50)}`;
    if ((left < -1 || right > width + 1) && !inBox(each)) found.push(`beside the window: ${what}`);
    const hides = paper ? style.overflowX !== "visible" : style.overflowX === "hidden";
    const tooMuch =
      each.scrollWidth > each.clientWidth + 1 ||
      (paper && style.overflowY !== "visible" && each.scrollHeight > each.clientHeight + 1);
    if (hides && style.display !== "inline" && tooMuch) found.push(`more than its box: ${what}`);
  }
  return found;
};
