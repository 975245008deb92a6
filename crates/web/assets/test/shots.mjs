// Pictures for eyes: node test/shots.mjs FOLDER BASE PATH… → FOLDER/<path>-360.png and -1366.png.
import { chromium } from "playwright-core";

const [folder, base, ...paths] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const width of [360, 1366]) {
  const page = await browser.newPage({ viewport: { width, height: 768 } });
  page.on("console", (m) => { if (m.type() === "error") console.log(`${width} ${page.url()}: ${m.text()}`); });
  for (const path of paths) {
    await page.goto(base + path, { waitUntil: "load" });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) console.log(`${width} ${path}: ${wide} px too wide`);
    const name = path.replace(/[^a-z0-9.-]+/gi, "_").replace(/^_|_$/g, "") || "home";
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
  }
  await page.close();
}
await browser.close();
