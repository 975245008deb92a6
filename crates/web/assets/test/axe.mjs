// Accessibility of real pages in a real browser: node test/axe.mjs URL… Ends with 1 where a rule of
// WCAG 2.2 A or AA is broken, at 360 px or at 1366 px, in light or in dark.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let broken = 0;
for (const [width, colorScheme] of [[360, "light"], [1366, "light"], [1366, "dark"]]) {
  // The content policy forbids foreign scripts; only this test may pass it.
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const url of process.argv.slice(2)) {
    await page.goto(url, { waitUntil: "load" });
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const violation of found.violations) {
      broken += 1;
      console.log(`${width} ${colorScheme} ${url}: ${violation.id} (${violation.impact}): ${violation.help}`);
      for (const node of violation.nodes.slice(0, 3)) console.log(`    ${node.target.join(" ")}  ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`);
    }
  }
  await context.close();
}
await browser.close();
console.log(broken ? `${broken} violations` : `no violation on ${process.argv.length - 2} pages`);
process.exit(broken ? 1 : 0);
